// Package rolepolicy is the way to IAM roles and their policies. It reads all of
// a role, once for all who ask at about the same time; it writes and measures
// inline policies. IAM keeps each of these under a name of its own, so unlike
// repository policies they are not edited but replaced.
package rolepolicy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
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
	Clock   Clock // tests replace it
	clients Clients
	reads   reads
	claims  inlineClaims
	blind   atomic.Bool // a look ahead has failed
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	s := &Store{
		clients: clients, Clock: Clock{Now: time.Now, Wait: awsapi.WaitJittered},
		claims: inlineClaims{known: map[inlineKey]*claim{}},
	}
	s.reads = newReads(func() time.Time { return s.Clock.Now() })
	return s
}

// A Policy is one inline policy of a role.
type Policy struct {
	Name     string
	Document string // JSON
}

// Get returns the document of an inline policy as JSON. It reports false when
// the role has no policy of that name, or does not exist.
func (s *Store) Get(ctx context.Context, role, name string) (document string, found bool, err error) {
	client, err := s.clients.IAM(ctx)
	if err == nil {
		document, err = get(ctx, client, role, name)
	}
	return s.found(ctx, role, name, document, err)
}

// found is the result of a read that has ended.
func (s *Store) found(ctx context.Context, role, name, document string, err error) (string, bool, error) {
	if awserr.KindOf(err) == awserr.NoSuchEntity {
		return "", false, nil
	}
	return document, err == nil, s.explain(ctx, err, doing("read", role, name))
}

// get returns a document decoded: IAM percent-encodes it as RFC 3986 says, where
// a "+" stands for itself.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func get(ctx context.Context, client awsapi.IAM, role, name string) (string, error) {
	out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	if err != nil {
		return "", err
	}
	return url.PathUnescape(aws.ToString(out.PolicyDocument))
}

// named names a role, with its account when that is known.
func named(role, account string) string {
	if account == "" {
		return role
	}
	return role + " (account " + account + ")"
}

// Put writes an inline policy in place of the prior one. What is neither of the
// two is somebody else's: it is left, and the error a *ChangedError. Put returns
// when the policy can be read back. When it exceeds the role's quota the error is
// a *QuotaError.
func (s *Store) Put(ctx context.Context, role, name, prior, document string) error {
	c := s.claims.of(role, name)
	done, err := c.wait(ctx)
	if err != nil {
		return s.explain(ctx, err, doing("write", role, name))
	}
	defer done()
	c.did(written) // Whatever becomes of the write, the resource stays.
	if err := s.unchanged(ctx, role, name, prior, document); err != nil {
		return err
	}
	start := s.Clock.Now()
	if err := s.put(ctx, role, name, document); err != nil {
		return err
	}
	return s.untilShown(ctx, start, role, name, document)
}

func (s *Store) put(ctx context.Context, role, name, document string) error {
	defer s.forget(role, name)()
	client, err := s.clients.IAM(ctx)
	if err == nil {
		_, err = client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
			RoleName: aws.String(role), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
		})
	}
	if awserr.MayHaveTakenEffect(err) && s.shows(ctx, role, name, document) {
		return nil
	}
	err = s.explain(ctx, err, doing("write", role, name))
	switch awserr.KindOf(err) {
	case awserr.LimitExceeded:
		return s.quotaError(ctx, role, Policy{name, document}, err)
	case awserr.NoSuchEntity:
		return &MissingRoleError{Role: role, Policy: name, Account: s.account(ctx), Cause: err}
	default:
		return err
	}
}

// A Deletion says what became of a Delete.
type Deletion int

// What a Delete may come to.
const (
	Deleted    Deletion = iota // the policy is gone
	LeftToNew                  // another resource creates or updates it in this walk
	LeftToHeir                 // another object of the state has it and stays
)

// Delete deletes an inline policy that says what the document says. One that says
// something else is left, and the error a *ChangedError. That there is none, or no
// such role, is no error. Holders is what the Leave of the policy's claim has
// returned, or 0: of so many objects of the state the last one that goes takes the
// policy along. A policy that another resource creates or updates in this walk stays
// too, as when a resource was renamed or create_before_destroy is set.
func (s *Store) Delete(ctx context.Context, role, name, document string, holders int) (Deletion, error) {
	c := s.claims.of(role, name)
	done, err := c.wait(ctx)
	if err != nil {
		return Deleted, s.explain(ctx, err, doing("delete", role, name))
	}
	defer done()
	if c.lastDeed() == written {
		return LeftToNew, nil
	}
	if c.Goes(holders) {
		return LeftToHeir, nil
	}
	if err := s.unchanged(ctx, role, name, document); err != nil {
		return Deleted, err
	}
	if err := s.delete(ctx, role, name); err != nil {
		return Deleted, err
	}
	c.did(deleted)
	return Deleted, nil
}

func (s *Store) delete(ctx context.Context, role, name string) error {
	defer s.forget(role, name)()
	client, err := s.clients.IAM(ctx)
	if err == nil {
		_, err = client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	}
	if awserr.KindOf(err) == awserr.NoSuchEntity || awserr.MayHaveTakenEffect(err) && s.isGone(ctx, role, name) {
		return nil
	}
	return s.explain(ctx, err, doing("delete", role, name))
}

// shows reports whether a policy can be seen to stand: a write whose answer was
// lost has then done what it should.
func (s *Store) shows(ctx context.Context, role, name, document string) bool {
	shown, found, err := s.Get(ctx, role, name)
	return err == nil && found && Same(shown, document)
}

func (s *Store) isGone(ctx context.Context, role, name string) bool {
	_, found, err := s.Get(ctx, role, name)
	return err == nil && !found
}

func doing(verb, role, name string) string {
	return fmt.Sprintf("%s the inline policy %s of the role %s", verb, name, role)
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
