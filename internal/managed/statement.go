// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

const maxSid = 256

var errNoSid = errors.New("the statement has no Sid, by which this resource finds it in the policy: add an element such as \"Sid\": \"DenyOutsideOrganization\"")

// CheckStatementSid returns an error if an ecrxa_repository_statement cannot have the Sid.
// ECR accepts more characters than IAM, such as spaces. AWS lists neither them nor a length.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_service-with-iam.html
func CheckStatementSid(sid string) error {
	switch {
	case sid == "":
		return errNoSid
	case !utf8.ValidString(sid) || strings.ContainsFunc(sid, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the Sid %s has characters that are not printed: write letters, digits, spaces and punctuation", printed.Quoted(sid))
	case utf8.RuneCountInString(sid) > maxSid:
		return fmt.Errorf("the Sid %s has more than %d characters: write a shorter one", printed.Quoted(sid), maxSid)
	}
	return nil
}

// CheckStatement returns what ECR would refuse in a statement of the policy of a repository,
// and what an ecrxa_repository_statement needs. Each error says where it is.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html (force)
func CheckStatement(s *policy.Statement) (problems []error) {
	if slices.ContainsFunc([]string{"Statement", "Version", "statement", "version"}, s.Has) {
		return []error{errWholeDocument}
	}
	misspelt := map[string]bool{} // These are not missing.
	for _, fault := range s.Faults() {
		if fault.Meant != "" {
			misspelt[fault.Meant] = true
		}
	}
	if err := CheckStatementSid(s.Sid()); err != nil && !misspelt["Sid"] {
		problems = append(problems, err)
	}
	if !s.Has("Principal") && !s.Has("NotPrincipal") && !misspelt["Principal"] {
		problems = append(problems, errNoPrincipal)
	}
	if slices.ContainsFunc(s.Actions(), func(action string) bool { return strings.EqualFold(action, actionset.TokenAction) }) {
		problems = append(problems, errLogin)
	}
	compiled := authz.Compile("", policy.NewDocument(s))
	for _, fault := range compiled.Faults() {
		if isMissing := fault.Element == ""; !isOfValue(fault) && (!isMissing || len(misspelt) == 0) {
			problems = append(problems, inElement(fault))
		}
	}
	if len(problems) == 0 { // Otherwise a list of the wrong type would be called empty.
		problems = emptyLists(s)
	}
	return problems
}

// inElement returns the error of a fault, with its element.
func inElement(fault *policy.Error) error {
	problem := printed.Message(fault.Problem)
	if fault.Element == "" {
		return errors.New(problem)
	}
	return fmt.Errorf("%s: %s", printed.Quoted(fault.Element), problem)
}

var (
	errWholeDocument = errors.New("this is a whole policy document: write one statement, an object with Sid, Effect, Principal and Action; for the first one of a data source, jsonencode(jsondecode(data.aws_iam_policy_document.NAME.json).Statement[0])")
	errNoPrincipal   = errors.New("the statement has no Principal: a repository policy needs one, such as \"Principal\": {\"AWS\": \"123456789012\"}")
	errLogin         = errors.New("ECR refuses a repository policy that names ecr:GetAuthorizationToken: it is a call to the registry, not to a repository. It belongs in the identity-based policy of the role that pulls, with Resource \"*\"; ecrxa_consumer_role_policy in the consumer account writes it")
)

// emptyLists returns an error for each element that lists nothing, as one that is made of an
// empty variable does: the statement would not allow or deny anything.
func emptyLists(s *policy.Statement) (problems []error) {
	lists := map[string][]string{"Action": s.Actions(), "NotAction": s.NotActions(), "Resource": s.Resources(), "NotResource": s.NotResources()}
	for element, principals := range map[string]map[string][]string{"Principal": s.Principals(), "NotPrincipal": s.NotPrincipals()} {
		lists[element] = slices.Collect(maps.Keys(principals))
		for kind, values := range principals {
			lists[element+"."+kind] = values
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		element, isKind, _ := strings.Cut(name, ".")
		if len(lists[name]) == 0 && (isKind != "" || s.Has(element)) {
			problems = append(problems, fmt.Errorf("%s: the list is empty, so the statement is for nothing or nobody: write at least one value", printed.Value(name)))
		}
	}
	return problems
}

// isOfValue reports whether a fault is about a value of a condition. AWS does not say whether
// ECR checks them.
func isOfValue(fault *policy.Error) bool {
	return strings.HasPrefix(fault.Element, "Condition.") && strings.Count(fault.Element, ".") > 1
}

// LocksOut reports whether a Deny statement, for certain, keeps every principal of the
// registry account from an action. ECR accepts a policy with such a statement for
// ecr:SetRepositoryPolicy only if it is forced.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
func LocksOut(repo awsname.Repository, s *policy.Statement, action string) bool {
	policies := authz.Policies{
		Identity:   authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.AllowsAll(nil)}},
		Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.Compile("", policy.NewDocument(s))}},
	}
	account := "arn:" + repo.Partition + ":iam::" + repo.Account + ":"
	return !slices.ContainsFunc([]string{"root", "role/any", "user/any"}, func(principal string) bool {
		return authz.Decide(authz.Request{
			Principal: account + principal, Action: action, Resource: repo.ARN(), ResourceAccount: repo.Account,
			Context: authz.Context{Unknown: []string{"aws:PrincipalArn", "aws:userid", "aws:username"}},
		}, policies) != authz.Denied
	})
}

// DeniesAsMuch reports whether a Deny statement denies all that another one denied: it is the
// same but for more principals or more actions. It is false where that is not obvious.
func DeniesAsMuch(before, after *policy.Statement) bool {
	hasNot := func(s *policy.Statement) bool {
		return s.Has("NotPrincipal") || s.Has("NotAction") || s.Has("NotResource")
	}
	if before.Effect() != "Deny" || after.Effect() != "Deny" || hasNot(before) || hasNot(after) {
		return false
	}
	rest := func(s *policy.Statement) string {
		return policy.NewStatement(policy.StatementSpec{Effect: "Deny", Resources: s.Resources(), Conditions: s.Conditions()}).Canonical()
	}
	for kind, principals := range before.Principals() {
		if !includes(after.Principals()[kind], principals, strings.Clone) {
			return false
		}
	}
	return rest(before) == rest(after) && includes(after.Actions(), before.Actions(), strings.ToLower)
}

// includes reports whether a list has each value of another one in a normal form, or is for
// everything.
func includes(list, values []string, normal func(string) string) bool {
	return slices.Contains(list, "*") || !slices.ContainsFunc(values, func(value string) bool {
		return !slices.ContainsFunc(list, func(other string) bool { return normal(other) == normal(value) })
	})
}
