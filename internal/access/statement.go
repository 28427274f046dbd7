// SPDX-License-Identifier: MPL-2.0

package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A place is the repository of a request, with what is known of it.
type place struct {
	repository awsname.Repository
	known      map[string][]string // condition keys
	complete   []string            // as in authz.Context.CompleteBelow
}

// placeOf returns the place of a repository of the snapshot; of nil, that of some repository.
func placeOf(s *snapshot.Registry, r *snapshot.Repository) place {
	p := place{
		repository: awsname.Repository{Partition: awsname.Partition(s.Region), Region: s.Region, Account: s.Account, Name: "zzzzzz"},
		known:      map[string][]string{"aws:ResourceAccount": {s.Account}},
	}
	if o := s.Organization; o != nil {
		p.known["aws:ResourceOrgID"] = nonEmpty(o.ID)
		if o.Path != "" || !o.InOrganization {
			p.known["aws:ResourceOrgPaths"] = nonEmpty(o.Path)
		}
	}
	if r == nil {
		return p
	}
	p.repository.Name = r.Name
	if r.Tags != nil {
		p.complete = []string{"aws:resourcetag/"}
		for tag, value := range *r.Tags {
			for _, key := range verdict.TagKeys(tag) {
				p.known[key] = []string{value}
			}
		}
	}
	return p
}

// lasting returns the place without what is known of its tags: they can change at any time.
func (p place) lasting() place {
	known := maps.Clone(p.known)
	for _, prefix := range verdict.TagKeys("") {
		maps.DeleteFunc(known, func(key string, _ []string) bool { return strings.HasPrefix(key, prefix) })
	}
	return place{repository: p.repository, known: known}
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// A typed is one statement, compiled, in a policy of a type.
type typed struct {
	of     authz.PolicyType
	policy *authz.Policy
}

// A form is a statement, changed so that the engine answers a question about it.
type form int

const (
	asStated   form = iota // as it is
	toEveryone             // for all principals: who is meant is known already
	asDeny                 // it denies what it allows
	asAllow                // it allows what it denies
	ofCaller               // it allows, as a session policy of the caller
	anywhere               // for all principals, without conditions
)

var edits = map[form]map[string]string{
	asStated:   {},
	toEveryone: {"Principal": `"*"`, "NotPrincipal": ""},
	asDeny:     {"Effect": `"Deny"`},
	asAllow:    {"Effect": `"Allow"`},
	ofCaller:   {"Effect": `"Allow"`, "Principal": "", "NotPrincipal": ""},
	anywhere:   {"Principal": `"*"`, "NotPrincipal": "", "Condition": ""},
}

// A statement is one of a policy of the resource side.
type statement struct {
	verdict.Statement
	repeated    bool           // the policy has several with this Sid
	hasTags     bool           // it may depend on tags of the repository
	anyResource bool           // judged as if it were for every repository
	compiled    map[form]typed // what was asked for already
}

// as returns the statement compiled in a form.
func (s *statement) as(f form) typed {
	if of, ok := s.compiled[f]; ok {
		return of
	}
	elements := maps.Clone(edits[f])
	if s.anyResource {
		elements["Resource"], elements["NotResource"] = `"*"`, ""
	} else if f == ofCaller && !s.Has("Resource") && !s.Has("NotResource") {
		elements["Resource"] = `"*"`
	}
	s.compiled[f] = typed{s.Type, s.Edited(elements).Stored()}
	return s.compiled[f]
}

// actions returns the actions on a repository that the statement covers: of those that AWS lists,
// and of those that the statement names.
func (s *statement) actions() []string {
	return slices.DeleteFunc(s.covered(), authz.WithoutResource)
}

// registryActions returns the listed actions that the statement covers and that are for a registry
// and not for a repository.
func (s *statement) registryActions() []string {
	return slices.DeleteFunc(s.covered(), func(action string) bool { return !authz.WithoutResource(action) })
}

// isForReplication reports whether a statement of the registry policy only lets another account
// replicate images into the registry: AWS does so itself, for the account as a whole.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create-replication.html
func (s *statement) isForReplication() bool {
	covered := s.covered()
	isOther := func(action string) bool { return action != "ecr:CreateRepository" && action != "ecr:ReplicateImage" }
	return s.Type == authz.RegistryPolicy && slices.Contains(covered, "ecr:ReplicateImage") && !slices.ContainsFunc(covered, isOther) && len(s.laterActions()) == 0
}

func (s *statement) covered() (covered []string) {
	stated, isNot := s.Actions(), s.Has("NotAction")
	if isNot {
		stated = s.NotActions()
	}
	var patterns []pattern.Pattern
	for _, action := range stated {
		patterns = append(patterns, pattern.Like(pattern.Lower(action)))
	}
	for _, action := range actionset.AllActions() {
		isListed := slices.ContainsFunc(patterns, func(p pattern.Pattern) bool {
			matches, _ := p.Match(pattern.Lower(action), maxActionSteps)
			return matches
		})
		if isListed != isNot && action != actionset.TokenAction {
			covered = append(covered, action)
		}
	}
	for _, action := range stated {
		if !isNot && !awsname.HasWildcard(action) && !actionset.IsAction(action) && isOfECR(action) {
			covered = append(covered, action)
		}
	}
	return covered
}

// isOfECR reports whether an action is of ECR, whether AWS lists it or not.
func isOfECR(action string) bool { return strings.HasPrefix(pattern.Lower(action), "ecr:") }

// laterActions returns invented actions that stand for those that the statement covers when AWS
// adds them: one for each pattern.
func (s *statement) laterActions() (later []string) {
	const name = "ecr:zzzzzz"
	if s.Has("NotAction") {
		return []string{name}
	}
	for _, action := range s.Actions() {
		invented := strings.NewReplacer("*", "zzzzzz", "?", "z").Replace(action)
		if !isOfECR(invented) {
			invented = name
		}
		matches, _ := pattern.Like(pattern.Lower(action)).Match(pattern.Lower(invented), maxActionSteps)
		if matches && awsname.HasWildcard(action) {
			later = append(later, invented)
		}
	}
	return later
}

// isForAllOf reports whether a statement is certainly for each resource that another statement
// is for; whole is the pattern of all repositories of the registry.
func (s *statement) isForAllOf(other *statement, whole string) bool {
	resources := other.Resources()
	if len(resources) == 0 || slices.Contains(resources, "*") {
		resources = []string{whole}
	}
	isCovered := func(resource string) bool {
		return slices.ContainsFunc(s.Resources(), func(wide string) bool { return includes(wide, resource) })
	}
	return !s.Has("NotResource") && (!s.Has("Resource") || !slices.ContainsFunc(resources, func(r string) bool { return !isCovered(r) }))
}

// includes reports whether a pattern certainly matches all that another one matches: it does if it
// matches the text of the other one part by part, the wildcards of which only an * may match.
func includes(wide, narrow string) bool {
	if wide == "*" || wide == narrow {
		return true
	}
	matches, _ := pattern.Like(wide).Match(narrow, maxActionSteps)
	return matches && !strings.Contains(wide, "?") && strings.Count(wide, ":") == strings.Count(narrow, ":")
}

const maxActionSteps = 10_000

// sets puts compiled policies of statements into the sets of their types.
func sets(policies ...typed) (p authz.Policies) {
	for _, of := range policies {
		set := &p.Repository
		switch of.of {
		case authz.RegistryPolicy:
			set = &p.Registry
		case authz.ResourceControlPolicy:
			p.RCP = append(p.RCP, authz.PolicySet{})
			set = &p.RCP[len(p.RCP)-1]
		default:
		}
		set.Present, set.Policies = true, append(set.Policies, of.policy)
	}
	return p
}
