// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Reason words a decision in full sentences, with AWS's own phrases of its access
// denied messages.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func Reason(d *authz.Decision) string {
	var sentences []string
	switch d.Verdict {
	case authz.Allowed:
		sentences = allowedReason(d)
	case authz.Denied:
		sentences = deniedReason(d)
	case authz.Conditional:
		sentences = conditionalReason(d)
	}
	return strings.Join(sentences, ". ") + "."
}

// subject is the beginning of AWS's access denied message.
func subject(d *authz.Decision, authorized string) string {
	return printed.Value(d.Principal) + " is " + authorized + " to perform: " + printed.Value(d.Action) + " on resource: " + printed.Value(d.Resource)
}

func allowedReason(d *authz.Decision) []string {
	by := ""
	if len(d.Statements) > 0 {
		by = ", by " + statements(d.Statements)
	}
	return append([]string{"Allowed: " + subject(d, "authorized") + by}, independent(&d.Cases)...)
}

// independent adds that a verdict is the same for every value of some unknown keys.
func independent(cases *authz.Cases) []string {
	if len(cases.Keys) == 0 {
		return nil
	}
	return []string{"This does not depend on " + wording.Some(printed.Values(cases.Keys), "or")}
}

func deniedReason(d *authz.Decision) []string {
	var causes, alternatives []string
	for _, policyType := range d.DeniedBy {
		cause := denial(d, policyType)
		if slices.Contains(d.Cases.Sometimes, policyType) {
			alternatives = append(alternatives, cause)
		} else {
			causes = append(causes, cause)
		}
	}
	if len(alternatives) > 0 {
		causes = append(causes, strings.Join(alternatives, "; or "))
	}
	sentences := []string{"Denied: " + subject(d, "not authorized") + " " + strings.Join(causes, "; and ")}
	for i := range d.NearMisses {
		miss := &d.NearMisses[i]
		place := "the " + wording.Of(miss.PolicyType).Noun
		if miss.Level > 0 {
			place = fmt.Sprintf("level %d of %s, which lacks an Allow,", miss.Level, place)
		}
		sentences = append(sentences, "Closest in "+place+" is "+statement(&miss.StatementRef)+": "+NearMiss(miss, 1))
	}
	return append(sentences, independent(&d.Cases)...)
}

// denial says how the policies of a type deny.
func denial(d *authz.Decision, policyType authz.PolicyType) string {
	phrase := wording.Of(policyType).Phrase
	implicit := "because no " + phrase + " allows the " + printed.Value(d.Action) + " action"
	var denies []authz.StatementRef
	for _, ref := range d.Statements {
		if ref.PolicyType == policyType {
			denies = append(denies, ref)
		}
	}
	if len(denies) == 0 {
		return implicit
	}
	explicit := "with an explicit deny in " + wording.Article(phrase) + ": " + statements(denies)
	if slices.Contains(d.Cases.Lacking, policyType) { // one or the other, depending on the unknown keys
		return implicit + ", or " + explicit
	}
	return explicit
}

func conditionalReason(d *authz.Decision) []string {
	text := "Conditional: whether " + subject(d, "authorized") + " cannot be decided"
	var undecided []string
	for _, policyType := range d.UndecidedBy {
		undecided = append(undecided, "the "+wording.Of(policyType).Noun)
	}
	if len(undecided) > 0 {
		text += " for " + wording.List(undecided, "and")
	}
	sentences := []string{text}
	sentences = append(sentences, wording.CappedBy(d.UnknownKeys, dependsOnKey, "condition keys")...)
	var ofStatements []func() string // of which only the first are worded
	var others []string
	aboutStatement := func(ref authz.StatementRef, text func() string) {
		ofStatements = append(ofStatements, func() string { return about(&ref, text()) })
	}
	for _, u := range d.Uncertainties {
		switch u := u.(type) {
		case authz.UnreadablePrincipal:
			return []string{"Conditional: the verdict on " + printed.Value(d.Action) + " cannot be given, since the principal " + u.Err.Error()}
		case authz.MorePolicies:
			sentences = append(sentences, morePolicies(u))
		case authz.FaultyStatement:
			for _, p := range slices.Concat(u.Problems, u.OfDocument) {
				aboutStatement(u.Statement, func() string { return problem(&p) })
			}
		case authz.MisplacedStatement:
			aboutStatement(u.Statement, func() string { return misplaced(u) })
		case authz.UncertainElement:
			aboutStatement(u.Statement, func() string {
				return uncertainElement(&u)
			})
		case authz.UncertainComparison:
			aboutStatement(u.Statement, func() string { return comparison(&u) })
		case authz.LacksSetOperator:
			aboutStatement(u.Statement, func() string {
				return setOperator(&u)
			})
		case authz.RCPWithoutResource:
			aboutStatement(u.Statement, func() string {
				return "AWS's pages contradict each other on whether a resource control policy applies to " + u.Action + ", which has no resource"
			})
		case authz.DifferentPartitions:
			others = append(others, "Principal and resource are in different partitions, "+printed.Value(u.Principal)+" and "+printed.Value(u.Resource))
		case authz.ActionNeedsResource:
			others = append(others, printed.Value(u.Action)+" is for one resource: name it")
		case authz.ServiceWithoutResource:
			others = append(others, "AWS does not say what lets a service perform "+printed.Value(u.Action))
		case authz.TooComplex:
			others = append(others, "Policy "+printed.Quoted(u.Policy)+" is too complex: to decide it takes more steps than one check may take")
		}
	}
	return slices.Concat(sentences, wording.CappedBy(ofStatements, func(text func() string) string { return text() }, "causes of this kind"), others)
}

func dependsOnKey(k authz.UnknownKey) string {
	sentence := "It depends on the condition key " + printed.Value(k.Key)
	if needs := KeyNeeds(&k); needs != "" {
		sentence += ", which " + needs
	}
	return sentence
}

func morePolicies(u authz.MorePolicies) string {
	if u.Given {
		return wording.Capitalized(wording.Of(u.PolicyType).Noun) + ": there may be more than is set"
	}
	return "Not known: the " + wording.Of(u.PolicyType).Noun
}

func problem(p *authz.Problem) string {
	if p.Element == "" {
		return printed.Message(p.Text)
	}
	return printed.Name(p.Element) + ": " + printed.Message(p.Text)
}

func misplaced(u authz.MisplacedStatement) string {
	if u.TakesPrincipal {
		return "a policy of this type needs Principal and Resource"
	}
	return "a policy of this type has Resource and no Principal"
}

func uncertainElement(u *authz.UncertainElement) string {
	return "it is not certain whether its " + u.Element + " means " + printed.Value(u.Asked)
}

func setOperator(u *authz.LacksSetOperator) string {
	return fmt.Sprintf("%s can have several values: %s needs ForAllValues or ForAnyValue before it, and AWS does not say what it does without", printed.Value(u.Key), printed.Value(u.Operator))
}

func comparison(u *authz.UncertainComparison) string {
	return fmt.Sprintf("AWS does not say for certain how %s compares %s with %s",
		printed.Value(u.Operator), requestValues(u.Key, authz.KeyKnown, u.Asked), wording.Some(printed.Values(u.Values), "and"))
}

// KeyNeeds says what an unknown key must be, as in "must be vpce-0abc" or "must be
// present", or else with what the policies compare it; it is empty when they do not
// say.
func KeyNeeds(k *authz.UnknownKey) string { return strings.Join(keyNeeds(k), " and ") }

// keyNeeds lists what an unknown key must be, each to be met.
func keyNeeds(k *authz.UnknownKey) (needs []string) {
	switch k.Requirement() {
	case authz.RequireAbsent:
		return []string{"must be absent"}
	case authz.RequireAllowing:
		return mustBe(k)
	case authz.RequireRanges:
		for _, r := range k.Ranges {
			needs = append(needs, mustBeIn(r))
		}
	case authz.RequirePresentNoDeny:
		return []string{"must be present, and not " + strings.TrimPrefix(ofKinds(k.Denying), "be ")}
	case authz.RequirePresent:
		return []string{"must be present"}
	case authz.RequireNoDeny:
		return []string{"must not " + ofKinds(k.Denying)}
	case authz.Compared:
		return []string{"is compared with " + wording.Some(printed.Values(k.Values), "and")}
	case authz.NoRequirement:
	}
	return needs
}

// mustBe says what a key must be: of a pattern it is a value that matches it.
func mustBe(k *authz.UnknownKey) []string {
	if len(k.Matching) == 0 && slices.Equal(k.Allowing, []authz.KeyValue{{Text: "*", Kind: authz.AsPattern}}) {
		return []string{"must be present"}
	}
	var needs []string
	if len(k.Allowing) > 0 {
		needs = append(needs, "must "+ofKinds(k.Allowing))
	}
	for _, text := range k.Matching {
		needs = append(needs, "must match "+printed.Value(text))
	}
	return needs
}

// mustBeIn says with what a key must compare, as in: must be before 2026-01-01T00:00:00Z.
func mustBeIn(r authz.KeyRange) string {
	must := "must "
	if r.Not {
		must = "must not "
	}
	_, rest, _ := strings.Cut(operatorVerbs[r.Operator], "is") // a number equals others
	return must + "be" + rest + " " + wording.Some(printed.Values(r.Values), "or")
}

// ofKinds writes values as in: be a or match b*.
func ofKinds(values []authz.KeyValue) string {
	var exact, anyCase, patterns []string
	isLiteral := false
	for _, v := range values {
		hasWildcard := awsname.HasWildcard(v.Text)
		switch {
		case v.Kind == authz.AsPattern && hasWildcard:
			patterns = append(patterns, v.Text)
		case v.Kind == authz.AnyCase:
			anyCase = append(anyCase, v.Text)
		default:
			exact = append(exact, v.Text)
		}
		isLiteral = isLiteral || hasWildcard && v.Kind != authz.AsPattern
	}
	var parts []string
	add := func(verb string, texts []string, after string) {
		if len(texts) > 0 {
			parts = append(parts, verb+wording.Some(printed.Values(texts), "or")+after)
		}
	}
	add("be ", exact, "")
	add("be ", anyCase, " in upper or lower case")
	add("match ", patterns, "")
	words := strings.Join(parts, " or ")
	if isLiteral {
		words += " (with * and ? as they are: only StringLike takes them as wildcards)"
	}
	return words
}

// about begins a sentence on a statement.
func about(ref *authz.StatementRef, text string) string {
	return wording.Capitalized(statement(ref)) + ": " + text
}

// statement names a statement as in: statement 0 (Sid "AllowPull", line 4) of "repository policy".
func statement(r *authz.StatementRef) string {
	sid := ""
	if r.Sid != "" {
		sid = "Sid " + printed.Quoted(r.Sid) + ", "
	}
	return "statement " + strconv.Itoa(r.Index) + " (" + sid + "line " + strconv.Itoa(r.Line) + ") of " + printed.Quoted(r.Policy)
}

func statements(refs []authz.StatementRef) string {
	names := make([]string, len(refs))
	for i := range refs {
		names[i] = statement(&refs[i])
	}
	return wording.Some(names, "and")
}
