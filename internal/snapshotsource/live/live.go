// SPDX-License-Identifier: MPL-2.0

// Package live reads from AWS what a snapshot says: of one side, with credentials of its
// account. What AWS denies is missing in the snapshot and listed in it.
package live

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/organization"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readgroup"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registry"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Sources are what snapshots are read from. Those that share them share their reads too.
type Sources struct {
	Identity           func(context.Context) (awsapi.Identity, error) // of the credentials
	RepositoryPolicies *policystore.Store
	RegistryPolicies   *registrypolicy.Store
	Registries         *registry.Store
	Roles              *rolepolicy.Store
	Organization       *organization.Store
}

// identity returns whose credentials they are.
func (s Sources) identity(ctx context.Context) (awsapi.Identity, error) {
	identity, err := s.Identity(ctx)
	return identity, awserr.Explain(err, awserr.Attempt{Doing: "find out which account the credentials belong to"})
}

// A reader makes the reads of one snapshot.
type reader struct {
	*readgroup.Group
	Sources
	gaps []snapshot.Gap
}

// read starts a read of something. If AWS denies it, it is a gap; any other error ends all reads.
func (r *reader) read(what string, call func(context.Context) error) {
	r.Do(func(ctx context.Context) error { return r.gapIfDenied(what, call(ctx)) })
}

// gapIfDenied notes a gap if AWS denied the read. It returns any other error.
func (r *reader) gapIfDenied(what string, err error) error {
	if kind := awserr.KindOf(err); kind != awserr.AccessDenied && kind != awserr.Unsupported {
		return err
	}
	r.Locked(func() { r.gap(what, awserr.Action(err), awserr.Code(err)) })
	return nil
}

// gap notes what could not be read.
func (r *reader) gap(what, action, code string) {
	r.gaps = append(r.gaps, snapshot.Gap{What: what, Action: action, Code: code})
}

// sortedGaps returns the gaps in an order that does not depend on which read was the first
// to end.
func (r *reader) sortedGaps() []snapshot.Gap {
	slices.SortFunc(r.gaps, func(a, b snapshot.Gap) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Code, b.Code))
	})
	return slices.Compact(append([]snapshot.Gap{}, r.gaps...))
}

// document returns a document that was read, in a form that is the same for each read of the
// same policy. A text that is not a policy document cannot be judged, and so it is not known.
func document(text string) snapshot.Document {
	if text == "" {
		return snapshot.DocumentOf("")
	}
	read, err := policy.Parse(text)
	if err != nil {
		return snapshot.Document{}
	}
	return snapshot.DocumentOf(read.Stable())
}

// A place is an account's place in AWS Organizations, as far as it could be read.
type place struct {
	organization *snapshot.Organization
	levels       map[organization.PolicyType]*[]snapshot.Level
	unread       map[organization.PolicyType]bool // some of its policies could not be listed
}

// controlPolicies returns the levels of a type; nil if they are not known.
func (p *place) controlPolicies(of organization.PolicyType) *[]snapshot.Level {
	if p.unread[of] {
		return nil
	}
	return p.levels[of]
}

// typeNames are the names of the types in gaps.
var typeNames = map[organization.PolicyType]string{
	organization.ServiceControl:  "service control policies",
	organization.ResourceControl: "resource control policies",
}

// place starts to read the place of an account, with control policies of the types. The
// result is complete when all reads have ended.
func (r *reader) place(account string, types ...organization.PolicyType) *place {
	p := &place{levels: map[organization.PolicyType]*[]snapshot.Level{}, unread: map[organization.PolicyType]bool{}}
	what := "the organization of the account " + account
	r.Do(func(ctx context.Context) error {
		o, err := r.Organization.Describe(ctx)
		if err != nil {
			return r.gapIfDenied(what, err)
		}
		p.organization = &snapshot.Organization{InOrganization: o.ID != "", ID: o.ID, ManagementAccount: o.ID != "" && o.Management == account}
		// SCPs and RCPs have no effect in the management account.
		// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
		none := o.ID == "" || p.organization.ManagementAccount || !o.Policies
		if none {
			for _, t := range types {
				p.levels[t] = &[]snapshot.Level{}
			}
		}
		if o.ID == "" {
			return nil
		}
		targets, err := r.Organization.Targets(ctx, account)
		if err != nil {
			lost := []string{"the organization path"}
			for _, t := range types {
				if !none {
					lost = append(lost, "the "+typeNames[t])
				}
			}
			return r.gapIfDenied(strings.Join(lost, " and ")+" of the account "+account, err)
		}
		p.organization.Path = o.ID + "/" + strings.Join(targets[:len(targets)-1], "/") + "/"
		if none {
			return nil
		}
		enabled, err := r.Organization.EnabledTypes(ctx)
		if err != nil {
			return r.gapIfDenied("the types of control policies that are enabled in "+what, err)
		}
		for _, t := range types {
			r.controlPolicies(p, t, targets, slices.Contains(enabled, t))
		}
		return nil
	})
	return p
}

// controlPolicies starts to read the policies of a type at all targets.
func (r *reader) controlPolicies(p *place, t organization.PolicyType, targets []string, enabled bool) {
	levels := &[]snapshot.Level{}
	r.Locked(func() { p.levels[t] = levels })
	if !enabled {
		return
	}
	for _, target := range targets {
		*levels = append(*levels, snapshot.Level{Target: target, Policies: []snapshot.ControlPolicy{}})
	}
	for i, target := range targets {
		what := "the " + typeNames[t] + " of " + printed.Name(target)
		r.Do(func(ctx context.Context) error {
			attached, err := r.Organization.Attached(ctx, target, t)
			isEmpty := err == nil && len(attached) == 0 && t == organization.ServiceControl
			if err != nil || isEmpty {
				r.Locked(func() { p.unread[t] = true })
			}
			if isEmpty { // AWS: every target has at least one SCP. None at all would deny everything.
				r.Locked(func() { r.gap(what, "organizations:ListPoliciesForTarget", "NoPolicyAttached") })
			}
			if err != nil {
				return r.gapIfDenied(what, err)
			}
			policies := make([]snapshot.ControlPolicy, len(attached))
			for j, a := range attached {
				policies[j] = snapshot.ControlPolicy{ID: a.ID, Name: a.Name}
				r.read("the control policy "+printed.Name(a.ID), func(ctx context.Context) error {
					text, err := r.Organization.Document(ctx, a.ID)
					if err == nil {
						policies[j].Document = document(text)
					}
					return err
				})
			}
			(*levels)[i].Policies = policies
			return nil
		})
	}
}
