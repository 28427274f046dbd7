// SPDX-License-Identifier: MPL-2.0

// Package rolepolicy reads IAM roles and their policies (concurrent callers share one
// read), writes inline policies and checks their quota. IAM stores each inline policy
// separately by name, so a write replaces one policy and needs no read-modify-write.
package rolepolicy

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Clients hands out the IAM client and says whose account it works in.
type Clients interface {
	IAM(ctx context.Context) (awsapi.IAM, error)
	Identity(ctx context.Context) (awsapi.Identity, error)
}

// A Store reads roles and writes inline policies. It is safe for concurrent use;
// one Store must serve all resources of a configuration, since it is what keeps
// two of them from managing one policy. Its errors are of type *awserr.Error,
// *QuotaError, *ExistsError, *ChangedError, *MissingRoleError, *UnknownEntityError or
// *OverwrittenError.
type Store struct {
	Clock Clock // tests replace it
	// Owners has which objects of the state manage the inline policies.
	Owners ownership.Registry[Key]

	clients     Clients
	reads       reads
	turns       turns
	unavailable atomic.Bool // the last shared read could not reach IAM
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	s := &Store{clients: clients, Clock: Clock{Now: time.Now, Wait: awsapi.WaitJittered}}
	s.reads = newReads(func() time.Time { return s.Clock.Now() })
	return s
}

// A Policy is one inline policy of a role.
type Policy struct {
	Name     string
	Document string // JSON
}

// get returns the document of an inline policy as JSON, from a read of its own. It
// reports false if the role has no policy of that name, or does not exist.
func (s *Store) get(ctx context.Context, key Key) (document string, found bool, err error) {
	client, err := s.clients.IAM(ctx)
	if err == nil {
		document, err = get(ctx, client, key.Role, key.Name)
	}
	return s.found(ctx, key, document, err)
}

// found is the result of a read that has ended.
func (s *Store) found(ctx context.Context, key Key, document string, err error) (string, bool, error) {
	if awserr.KindOf(err) == awserr.NoSuchEntity {
		return "", false, nil
	}
	return document, err == nil, s.explain(ctx, err, doing("read", key))
}

// get returns a document decoded.
func get(ctx context.Context, client awsapi.IAM, role, name string) (string, error) {
	out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	if err != nil {
		return "", err
	}
	if !isAbout(out.RoleName, role) || !isAbout(out.PolicyName, name) {
		return "", unexpected("the inline policy %s of the role %s", printed.Value(aws.ToString(out.PolicyName)), printed.Value(aws.ToString(out.RoleName)))
	}
	return decoded(out.PolicyDocument)
}

// named names a role, with its account when that is known.
func named(role, account string) string {
	if account == "" {
		return role
	}
	return role + " (account " + account + ")"
}

// Update writes an inline policy in place of the prior one, which an object has in
// its state, and returns when the new one can be read back. A policy that is neither
// of the two is a *ChangedError. A policy that exceeds the role's quota is a
// *QuotaError.
func (s *Store) Update(ctx context.Context, key Key, token, prior, document string) error {
	s.Owners.Update(key, token) // Even if AWS refuses the update, the object keeps the policy.
	turn, done, err := s.turns.take(ctx, key)
	if err != nil {
		return s.explain(ctx, err, doing("write", key))
	}
	defer done()
	if err := s.unchanged(ctx, key, prior, document); err != nil {
		return err
	}
	start := s.Clock.Now()
	if err := s.put(ctx, key, document); err != nil {
		return err
	}
	turn.deleted = false
	return s.untilShown(ctx, start, key, document)
}

func (s *Store) put(ctx context.Context, key Key, document string) error {
	role, name := key.Role, key.Name
	defer s.forget(key)()
	client, err := s.clients.IAM(ctx)
	if err == nil {
		_, err = client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
			RoleName: aws.String(role), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
		})
	}
	if awserr.MayHaveTakenEffect(err) && s.shows(ctx, key, document) {
		return nil
	}
	err = s.explain(ctx, err, doing("write", key))
	switch awserr.KindOf(err) {
	case awserr.LimitExceeded:
		return s.quotaError(ctx, role, Policy{name, document}, err)
	case awserr.NoSuchEntity:
		return &MissingRoleError{Role: role, Policy: name, Account: s.account(ctx), Cause: err}
	default:
		return err
	}
}

// Delete deletes the inline policy that an object has in its state, and reports
// whether it left the policy instead, because another object of the configuration
// keeps it or has created it in this apply. A policy that is not the one in the state
// is a *ChangedError. That there is none, or no such role, is no error.
func (s *Store) Delete(ctx context.Context, key Key, object ownership.Object, document string) (left bool, err error) {
	if s.Owners.Delete(key, object) {
		return true, nil
	}
	turn, done, err := s.turns.take(ctx, key)
	if err != nil {
		return false, s.explain(ctx, err, doing("delete", key))
	}
	defer done()
	if s.Owners.Kept(key, object.Token, "") {
		return true, nil
	}
	if err := s.unchanged(ctx, key, document); err != nil {
		return false, err
	}
	if err := s.delete(ctx, key); err != nil {
		return false, err
	}
	turn.deleted = true
	return false, nil
}

func (s *Store) delete(ctx context.Context, key Key) error {
	defer s.forget(key)()
	client, err := s.clients.IAM(ctx)
	if err == nil {
		_, err = client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(key.Role), PolicyName: aws.String(key.Name)})
	}
	if awserr.KindOf(err) == awserr.NoSuchEntity || awserr.MayHaveTakenEffect(err) && s.isGone(ctx, key) {
		return nil
	}
	return s.explain(ctx, err, doing("delete", key))
}

// shows reports whether IAM shows a policy as it was written: then a write whose
// answer was lost has succeeded.
func (s *Store) shows(ctx context.Context, key Key, document string) bool {
	shown, found, err := s.get(ctx, key)
	return err == nil && found && Same(shown, document)
}

func (s *Store) isGone(ctx context.Context, key Key) bool {
	_, found, err := s.get(ctx, key)
	return err == nil && !found
}

func doing(verb string, key Key) string {
	return fmt.Sprintf("%s the inline policy %s of the role %s", verb, key.Name, key.Role)
}

// explain says what was tried. AWS is asked for the account only when it has
// answered, as otherwise the question would fail for the same reason.
func (s *Store) explain(ctx context.Context, err error, doing string) error {
	if err == nil {
		return nil
	}
	attempt := awserr.Attempt{Doing: doing, Side: awserr.ConsumerSide}
	var explained *awserr.Error
	var answer smithy.APIError
	if !errors.As(err, &explained) && errors.As(err, &answer) {
		attempt.Account, attempt.OwnAccount = s.account(ctx), true
	}
	return awserr.Explain(err, attempt)
}

// account returns the account of the credentials, or nothing when AWS does not say.
func (s *Store) account(ctx context.Context) string {
	identity, err := s.clients.Identity(ctx)
	if err != nil {
		return ""
	}
	return identity.Account
}
