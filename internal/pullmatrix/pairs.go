// SPDX-License-Identifier: MPL-2.0

package pullmatrix

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/matrix"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A pair is one role and one repository, with the texts of the snapshots that show them.
type pair struct {
	repository, role                   string // ARNs
	registrySnapshot, consumerSnapshot string // empty if there is none
	index                              int    // in the argument pairs; -1 if it follows from the snapshots
}

// sides are the snapshots, in the order of the arguments.
type sides struct {
	registries []side[*snapshot.Registry]
	consumers  []side[*snapshot.Consumer]
	sources    []matrix.Source
}

type side[T any] struct {
	text     string
	snapshot T
}

// registryPlace is where a registry is: an account has one in each Region.
type registryPlace struct{ account, region string }

// mustBeKnown finds what is not known yet: without it the pairs are not known.
func mustBeKnown(ctx context.Context, values map[string]attr.Value) (faults verdict.InputErrors) {
	for _, name := range []string{registrySnapshots, consumerSnapshots, "pairs"} {
		known, err := values[name].ToTerraformValue(ctx)
		if err == nil && !known.IsFullyKnown() {
			faults = append(faults, &verdict.InputError{At: verdict.At{Attribute: name}, Problem: "is not known yet; the matrix needs its value"})
		}
	}
	return faults
}

func readSnapshots(values map[string]attr.Value) (s sides, faults verdict.InputErrors) {
	registries, consumers := map[registryPlace]bool{}, map[string]bool{}
	for at, text := range texts(values[registrySnapshots], registrySnapshots) {
		r, err := snapshot.ParseRegistry(text)
		switch {
		case err != nil:
			faults = append(faults, &verdict.InputError{At: at, Problem: err.Error()})
			continue
		case registries[registryPlace{r.Account, r.Region}]:
			faults = append(faults, &verdict.InputError{At: at, Problem: fmt.Sprintf("is of account %s, Region %s, as one before it: keep the newer one, or read all repositories in one data source", printed.Name(r.Account), printed.Name(r.Region))})
		}
		registries[registryPlace{r.Account, r.Region}] = true
		s.registries = append(s.registries, side[*snapshot.Registry]{text, r})
		s.addSource(r.Account, r.Region, r.ReadAt)
	}
	for at, text := range texts(values[consumerSnapshots], consumerSnapshots) {
		c, err := snapshot.ParseConsumer(text)
		switch {
		case err != nil:
			faults = append(faults, &verdict.InputError{At: at, Problem: err.Error()})
			continue
		case consumers[c.Account]:
			faults = append(faults, &verdict.InputError{At: at, Problem: fmt.Sprintf("is of account %s, as one before it: keep the newer one, or read all roles in one data source", printed.Name(c.Account))})
		}
		consumers[c.Account] = true
		s.consumers = append(s.consumers, side[*snapshot.Consumer]{text, c})
		s.addSource(c.Account, "", c.ReadAt)
	}
	return s, faults
}

func (s *sides) addSource(account, region string, at snapshot.Time) {
	text, _ := at.MarshalText() // its error is always nil
	s.sources = append(s.sources, matrix.Source{Account: account, Region: region, ReadAt: string(text)})
}

// texts yields the elements of a list with their places.
func texts(v attr.Value, argument string) func(yield func(verdict.At, string) bool) {
	return func(yield func(verdict.At, string) bool) {
		list, _ := v.(types.List)
		for i, element := range list.Elements() {
			text, _ := element.(types.String)
			if !yield(verdict.At{Attribute: argument, Indexes: []int{i}}, text.ValueString()) {
				return
			}
		}
	}
}

// pairs returns the pairs of the argument, or else all of the snapshots.
func (s *sides) pairs(argument attr.Value) ([]pair, verdict.InputErrors) {
	if list, ok := argument.(types.List); ok && !list.IsNull() {
		return s.named(list.Elements())
	}
	var all []pair
	for _, c := range s.consumers {
		for _, r := range s.registries {
			for i := range c.snapshot.Roles {
				role := c.snapshot.ARNOf(&c.snapshot.Roles[i])
				for _, repository := range r.snapshot.Repositories {
					all = append(all, pair{repository.ARN, role, r.text, c.text, -1})
				}
			}
		}
	}
	return all, nil
}

func (s *sides) named(elements []attr.Value) (all []pair, faults verdict.InputErrors) {
	type key struct{ repository, role string }
	seen := map[key]bool{}
	for i, element := range elements {
		object, _ := element.(types.Object)
		repository, _ := object.Attributes()["repository_arn"].(types.String)
		role, _ := object.Attributes()["role_arn"].(types.String)
		p := pair{repository: repository.ValueString(), role: role.ValueString(), index: i}
		at := verdict.At{Attribute: "pairs", Indexes: []int{i}}
		where, err := awsname.ParseRepositoryARN(p.repository)
		who, errOfRole := awsname.ParsePrincipal(p.role)
		switch {
		case err != nil:
			faults = append(faults, &verdict.InputError{At: at, Problem: "has a wrong repository_arn", Err: err})
			continue
		case errOfRole != nil:
			faults = append(faults, &verdict.InputError{At: at, Problem: "has a wrong role_arn", Err: errOfRole})
			continue
		case seen[key{p.repository, p.role}]:
			continue
		}
		seen[key{p.repository, p.role}] = true
		for _, r := range s.registries {
			if r.snapshot.Account == where.Account && r.snapshot.Region == where.Region {
				p.registrySnapshot = r.text
			}
		}
		for _, c := range s.consumers {
			if c.snapshot.Account == who.Account {
				p.consumerSnapshot = c.text
			}
		}
		all = append(all, p)
	}
	return all, faults
}

// located returns the faults of a pair, on the argument that the pair comes from.
func (p *pair) located(faults verdict.InputErrors) verdict.InputErrors {
	for _, fault := range faults {
		fault.Problem = fmt.Sprintf("%s (of the pair of the role %s and the repository %s)", fault.Problem, printed.Value(p.role), printed.Value(p.repository))
		switch {
		case fault.At.Attribute == "registry_snapshot":
			fault.At = verdict.At{Attribute: registrySnapshots}
		case fault.At.Attribute == "consumer_snapshot":
			fault.At = verdict.At{Attribute: consumerSnapshots}
		case p.index >= 0 && (fault.At.Attribute == "role_arn" || fault.At.Attribute == "repository_arn"):
			fault.At = verdict.At{Attribute: "pairs", Indexes: []int{p.index}}
		}
	}
	return faults
}

// arguments returns the arguments of the pull check for the pair.
func (p *pair) arguments(common map[string]attr.Value) map[string]attr.Value {
	values := maps.Clone(common)
	values["repository_arn"], values["role_arn"] = types.StringValue(p.repository), types.StringValue(p.role)
	if p.registrySnapshot != "" {
		values["registry_snapshot"] = types.StringValue(p.registrySnapshot)
	}
	if p.consumerSnapshot != "" {
		values["consumer_snapshot"] = types.StringValue(p.consumerSnapshot)
	}
	return values
}
