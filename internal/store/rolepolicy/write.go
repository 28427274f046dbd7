// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

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
