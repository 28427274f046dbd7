// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// role reads the role itself, as only IAM knows its path, and its boundary when
// that is the argument to be filled.
func (r *reader) role(argument string) {
	r.read(verdict.At{Attribute: argument}, func(ctx context.Context) error {
		role, err := r.Roles.Role(ctx, r.Principal.Name)
		if r.roleMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.Locked(func() {
			if r.in.ActualRoleARN == "" {
				r.in.ActualRoleARN = role.ARN
			}
			r.roleFound()
			if argument == "permissions_boundary" {
				r.in.PermissionsBoundary = documents()
			}
		})
		if role.BoundaryARN != "" && argument == "permissions_boundary" {
			r.boundary(role.BoundaryARN)
		}
		return nil
	})
}

func (r *reader) boundary(arn string) {
	r.read(verdict.At{Attribute: "permissions_boundary"}, func(ctx context.Context) error {
		text, err := r.Roles.ManagedPolicy(ctx, arn)
		if err == nil {
			r.Locked(func() { r.in.PermissionsBoundary = documents(verdict.Document{Name: arn, Text: text}) })
		}
		return err
	})
}

// roleMissing notes a role that does not exist, and so has no boundary either.
func (r *reader) roleMissing(err error) bool {
	if awserr.KindOf(err) != awserr.NoSuchEntity {
		return false
	}
	r.Locked(func() {
		if !r.roleSet {
			r.in.RoleExists = verdict.Missing
		}
		if r.in.PermissionsBoundary.State == verdict.NotSet {
			r.in.PermissionsBoundary = documents()
		}
	})
	return true
}

// roleFound notes a role that exists, unless another read has missed it.
func (r *reader) roleFound() {
	if r.in.RoleExists == verdict.ExistenceUnknown {
		r.in.RoleExists = verdict.Exists
	}
}

// identityPolicies reads all inline and managed policies of the role.
func (r *reader) identityPolicies() {
	r.in.IdentityPolicies = documents()
	r.listPolicies(r.Roles.InlinePolicies, r.inlinePolicy)
	r.listPolicies(r.Roles.AttachedPolicies, r.attachedPolicy)
}

// listPolicies reads each policy that a list of the role's policies names.
func (r *reader) listPolicies(list func(context.Context, string) ([]string, error), read func(name string)) {
	r.read(verdict.At{Attribute: "identity_policies"}, func(ctx context.Context) error {
		names, err := list(ctx, r.Principal.Name)
		if r.roleMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.Locked(r.roleFound)
		for _, name := range names {
			read(name)
		}
		return nil
	})
}

func (r *reader) inlinePolicy(name string) {
	r.identityPolicy(name, func(ctx context.Context) (string, bool, error) {
		return r.Roles.Read(ctx, r.Principal.Name, name)
	})
}

func (r *reader) attachedPolicy(arn string) {
	r.identityPolicy(arn, func(ctx context.Context) (string, bool, error) {
		text, err := r.Roles.ManagedPolicy(ctx, arn)
		if awserr.KindOf(err) == awserr.NoSuchEntity {
			return "", false, nil
		}
		return text, err == nil, err
	})
}

// identityPolicy reads one policy that was listed. If IAM does not find it, it was deleted
// a moment ago, or attached a moment ago: so it may exist.
func (r *reader) identityPolicy(name string, read func(context.Context) (text string, found bool, err error)) {
	r.read(verdict.At{Attribute: "identity_policies", Key: name}, func(ctx context.Context) error {
		text, found, err := read(ctx)
		if err != nil {
			return err
		}
		if !found {
			text = verdict.UnknownText
		}
		r.Locked(func() {
			r.in.IdentityPolicies.List = append(r.in.IdentityPolicies.List, verdict.Document{Name: name, Text: text})
		})
		return nil
	})
}

// sortPolicies puts policies in an order that does not depend on which read was
// the first to end.
func sortPolicies(docs []verdict.Document) {
	slices.SortFunc(docs, func(a, b verdict.Document) int { return strings.Compare(a.Name, b.Name) })
}
