// SPDX-License-Identifier: MPL-2.0

// Package live reads from AWS what is not set in a pull check: each side's
// documents, where the credentials belong to that side's account, and the repository policy
// also where it lets another account read it.
package live

import (
	"context"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readgroup"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Report says what a read could not read.
type Report struct {
	Account  string // whose credentials were used; empty when nothing had to be read
	Refusals []Refusal
	// Across is why the policy of a repository of another account could not be read; nil when
	// it was read, or did not have to be.
	Across error
}

// Fill reads what the input does not set, or has as unknown, if the account of the credentials
// owns it. It tries to read the repository policy with any credentials. If there is nothing to
// read, it makes no call. An error is of type *awserr.Error.
func Fill(ctx context.Context, sources Sources, target verdict.Target, in *verdict.Input) (Report, error) {
	names := wanted(target, in)
	if len(names) == 0 {
		return Report{}, nil
	}
	caller, err := sources.Identity(ctx)
	if err != nil {
		return Report{}, awserr.Explain(err, awserr.Attempt{Doing: "find out which account the credentials belong to"})
	}
	r := &reader{Group: readgroup.New(ctx), Sources: sources, Target: target, names: names, in: in, roleSet: in.RoleExists != verdict.ExistenceUnknown}
	for _, name := range names {
		r.start(name, caller)
	}
	err = r.Wait()
	if slices.Contains(names, "identity_policies") {
		sortPolicies(in.IdentityPolicies.List)
	}
	return Report{caller.Account, r.refusals, r.across}, err
}

// wanted returns the arguments that a live read could fill.
func wanted(target verdict.Target, in *verdict.Input) []string {
	isRole := target.IsRole()
	var names []string
	for _, w := range []struct {
		name   string
		wanted bool
	}{
		{"repository_policy", saysNothing(in.RepositoryPolicy)},
		{"registry_policy", saysNothing(in.RegistryPolicy)},
		{"identity_policies", isRole && saysNothing(in.IdentityPolicies)},
		{"permissions_boundary", isRole && saysNothing(in.PermissionsBoundary)},
	} {
		if w.wanted {
			names = append(names, w.name)
		}
	}
	return names
}

// saysNothing reports whether an argument has no document: it is not set, or it is unknown to
// another check, and this one may be able to read it.
func saysNothing(docs verdict.Documents) bool {
	return docs.State != verdict.Known && len(docs.List) == 0
}

// start starts the reads behind an argument, if the account is the one they need.
func (r *reader) start(argument string, caller awsapi.Identity) {
	registry, consumer := caller.Account == r.Repository.Account, caller.Account == r.Principal.Account
	switch {
	case argument == "repository_policy" && registry:
		r.repositoryPolicy()
	case argument == "repository_policy" && caller.Partition == r.Repository.Partition:
		r.repositoryPolicyAcross()
	case argument == "registry_policy" && registry:
		r.registryPolicy()
	case argument == "identity_policies" && consumer:
		r.identityPolicies()
		if !slices.Contains(r.names, "permissions_boundary") {
			r.role("role_arn")
		}
	case argument == "permissions_boundary" && consumer:
		r.Locked(func() { r.in.PermissionsBoundary = verdict.Documents{} })
		r.role("permissions_boundary")
	}
}
