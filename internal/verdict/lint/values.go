// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// pointless finds values that AWS accepts and that mean something else than is written:
// lists without values, IDs that no request has, ARNs that are not whole.
func pointless(j *verdict.Judgement) []Placed {
	var found []Placed
	for s := range j.Statements(authz.PolicyTypes()...) {
		add := func(f Finding) { found = append(found, Placed{s.At, f}) }
		emptyLists(&s, add)
		for _, element := range [...]struct {
			name   string
			values []string
		}{{"Resource", s.Resources()}, {"NotResource", s.NotResources()}} {
			for _, value := range element.values {
				if account, ok := ofNoAccount(value); ok {
					add(NoSuchAccount{s.Ref(), element.name, value, account})
				}
				if completed, contested, ok := completedARN(value); ok && element.name == "Resource" {
					add(IncompleteARN{s.Ref(), value, completed, contested})
				}
			}
		}
		for _, c := range s.Conditions() {
			for _, value := range c.Values {
				if err := managed.CheckComparedID(c, value); err != nil {
					add(ImpossibleValue{s.Ref(), c.Variable, value, err})
				}
			}
		}
	}
	return found
}

// emptyLists finds the elements and conditions of a statement that list nothing. AWS
// rejects others of them.
func emptyLists(s *verdict.Statement, add func(Finding)) {
	for _, element := range [...]struct {
		name   string
		values []string
	}{{"Action", s.Actions()}, {"Resource", s.Resources()}} {
		if element.values != nil && len(element.values) == 0 {
			add(EmptyList{s.Ref(), element.name, false})
		}
	}
	for _, c := range s.Conditions() {
		if len(c.Values) == 0 {
			add(EmptyList{s.Ref(), "Condition " + c.Test + " " + c.Variable, strings.Contains(strings.ToLower(c.Test), "not")})
		}
	}
}

// ofNoAccount reports whether a resource of ECR is in no account: the ID of one has 12
// digits.
func ofNoAccount(resource string) (account string, ok bool) {
	if resource == "*" {
		return "", false
	}
	arn, err := awsname.ParseARN(resource)
	return arn.Account, err == nil && arn.Service == "ecr" && isNoAccount(arn.Account)
}

// isNoAccount reports whether a value, with its wildcards, matches no account ID.
func isNoAccount(value string) bool {
	return !awsname.IsAccountID(value) && !awsname.HasWildcard(value) && !strings.Contains(value, "${")
}

// arnFields is how many fields an ARN has.
const arnFields = 6

// completedARN returns an ARN that lacks fields with * for each of them, and whether a * in
// it may as well stand for them. One that ends in * means the same either way.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func completedARN(resource string) (completed string, contested, ok bool) {
	fields := strings.Split(resource, ":")
	missing, last := arnFields-len(fields), len(fields)-1
	isStarred := func(field string) bool { return strings.HasSuffix(field, "*") }
	contested = slices.ContainsFunc(fields[:last], isStarred)
	if fields[0] != "arn" || missing <= 0 || isStarred(fields[last]) && !contested || strings.Contains(resource, "${") {
		return "", false, false
	}
	return resource + strings.Repeat(":*", missing), contested, true
}
