// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/organization"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readgroup"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Roles are what a snapshot of a consumer is about.
type Roles struct {
	ARNs map[string]string // by name; empty if only the name is known
	// Organization: the organization of the account is read, too.
	Organization bool
}

// An OtherAccountError says that a role belongs to another account than the credentials.
type OtherAccountError struct{ Role, Account, Credentials string }

// Error names both accounts.
func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("the role %s belongs to account %s, and the provider's credentials to account %s, with which it cannot be read: use a provider configuration with credentials of account %[2]s",
		printed.Name(e.Role), e.Account, e.Credentials)
}

// Consumer reads the consumer side. An error is of type *awserr.Error or
// *OtherAccountError.
func Consumer(ctx context.Context, sources Sources, of Roles, at snapshot.Time) (*snapshot.Consumer, error) {
	caller, err := sources.identity(ctx)
	if err != nil {
		return nil, err
	}
	s := &snapshot.Consumer{
		Header:          snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version, ReadAt: at, ReadBy: snapshot.ReaderOf(caller.Account, caller.ARN)},
		Account:         caller.Account,
		Roles:           []snapshot.Role{},
		ManagedPolicies: map[string]snapshot.Document{},
	}
	for _, name := range slices.Sorted(maps.Keys(of.ARNs)) {
		arn := of.ARNs[name]
		if p, err := awsname.ParsePrincipal(arn); err == nil && p.Account != caller.Account {
			return nil, &OtherAccountError{arn, p.Account, caller.Account}
		}
		s.Roles = append(s.Roles, snapshot.Role{Name: name, ARN: arn})
	}
	r := &consumerReader{reader{Group: readgroup.New(ctx), Sources: sources}, s}
	missing := make([]bool, len(s.Roles))
	for i := range s.Roles {
		r.role(&s.Roles[i], &missing[i])
	}
	where := &place{}
	if of.Organization {
		where = r.place(caller.Account, organization.ServiceControl, organization.ResourceControl)
	}
	if err := r.Wait(); err != nil {
		return nil, err
	}
	for i, role := range s.Roles {
		if missing[i] {
			s.Roles[i] = snapshot.Role{Name: role.Name, ARN: role.ARN, Exists: new(bool)}
		}
	}
	s.Organization = where.organization
	s.ServiceControlPolicies, s.ResourceControlPolicies = where.controlPolicies(organization.ServiceControl), where.controlPolicies(organization.ResourceControl)
	s.NotRead = r.sortedGaps()
	return s, nil
}

// A consumerReader reads a snapshot of a consumer.
type consumerReader struct {
	reader
	s *snapshot.Consumer
}

// role starts to read a role and the lists of its policies. Each of them says whether there
// is such a role.
func (r *consumerReader) role(role *snapshot.Role, missing *bool) {
	read := func(what string, call func(context.Context) error) {
		r.read(what+role.Name, func(ctx context.Context) error {
			err := call(ctx)
			isMissing := awserr.KindOf(err) == awserr.NoSuchEntity
			if isMissing {
				err = nil
			}
			r.Locked(func() {
				if *missing = *missing || isMissing; err == nil {
					role.Exists = new(true)
				}
			})
			return err
		})
	}
	read("the role ", func(ctx context.Context) error {
		found, err := r.Roles.Role(ctx, role.Name)
		if err != nil {
			return err
		}
		role.ARN, role.ID, role.Tags, role.Boundary = found.ARN, found.ID, new(maps.Clone(found.Tags)), &found.BoundaryARN
		if found.TrustPolicy != "" { // Every role has one.
			role.TrustPolicy = document(found.TrustPolicy)
		}
		if found.BoundaryARN != "" {
			r.managedPolicy(found.BoundaryARN)
		}
		return nil
	})
	read("the inline policies of the role ", func(ctx context.Context) error {
		names, err := r.Roles.InlinePolicies(ctx, role.Name)
		if err != nil {
			return err
		}
		policies := map[string]snapshot.Document{}
		for _, name := range names {
			policies[name] = snapshot.Document{}
		}
		for _, name := range names {
			r.inlinePolicy(role.Name, name, policies)
		}
		role.InlinePolicies = &policies
		return nil
	})
	read("the managed policies attached to the role ", func(ctx context.Context) error {
		arns, err := r.Roles.AttachedPolicies(ctx, role.Name)
		if err != nil {
			return err
		}
		role.AttachedPolicies = new(append([]string{}, slices.Sorted(slices.Values(arns))...))
		for _, arn := range arns {
			r.managedPolicy(arn)
		}
		return nil
	})
}

// inlinePolicy starts to read an inline policy that was listed. If IAM does not find it, it
// was deleted or written a moment ago: so it may exist.
func (r *consumerReader) inlinePolicy(role, name string, policies map[string]snapshot.Document) {
	what := "the inline policy " + printed.Name(name) + " of the role " + role
	r.read(what, func(ctx context.Context) error {
		text, found, err := r.Roles.Read(ctx, role, name)
		if err != nil {
			return err
		}
		r.Locked(func() {
			if policies[name] = document(text); !found {
				policies[name] = snapshot.Document{}
				r.gap(what, "iam:GetRolePolicy", "NoSuchEntity")
			}
		})
		return nil
	})
}

// managedPolicy starts to read a managed policy, once for all roles.
func (r *consumerReader) managedPolicy(arn string) {
	started := false
	r.Locked(func() {
		if _, started = r.s.ManagedPolicies[arn]; !started {
			r.s.ManagedPolicies[arn] = snapshot.Document{}
		}
	})
	if started {
		return
	}
	what := "the managed policy " + printed.Name(arn)
	r.read(what, func(ctx context.Context) error {
		text, err := r.Roles.ManagedPolicy(ctx, arn)
		r.Locked(func() {
			switch {
			case awserr.KindOf(err) == awserr.NoSuchEntity: // attached or deleted a moment ago
				r.gap(what, awserr.Action(err), awserr.Code(err))
				err = nil
			case err == nil:
				r.s.ManagedPolicies[arn] = document(text)
			}
		})
		return err
	})
}
