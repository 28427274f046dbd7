// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// name points at a statement, as in: statement "Pull" of the repository policy.
func (s *statement) name() string {
	of := "the " + wording.Of(s.Type).Noun
	if s.Type == authz.ResourceControlPolicy {
		of = "the " + wording.Of(s.Type).Phrase + " " + printed.Name(s.Policy)
	}
	index := fmt.Sprintf("%d (the %s)", s.Index(), wording.Ordinal(s.Index()+1))
	switch {
	case s.Sid() == "":
		return "statement " + index + " of " + of
	case s.repeated:
		return "statement " + printed.Quoted(s.Sid()) + " " + index + " of " + of
	}
	return "statement " + printed.Quoted(s.Sid()) + " of " + of
}

func wordsOf(conditions []policy.Condition) []string {
	words := []string{}
	for _, c := range conditions {
		words = append(words, report.ConditionWords(c))
	}
	return words
}

// does says what actions are for, as in: pull from and push to team/app.
func does(actions []string, object string) string {
	if name, ok := actionset.Of(actions); ok {
		return actionset.Does(name, object)
	}
	if isEveryAction(actions) {
		return "perform every action on " + object
	}
	return "perform " + wording.Some(printed.Values(actions), "and") + " on " + object
}

// isEveryAction reports whether actions are all on a repository that this provider knows.
func isEveryAction(actions []string) bool {
	return !slices.ContainsFunc(actionset.AllActions(), func(action string) bool {
		return !authz.WithoutResource(action) && !slices.Contains(actions, action)
	})
}

// sentence says what an entry is. What the caller's own side allows is another matter.
func (e *Entry) sentence() string {
	var b strings.Builder
	b.WriteString(wording.Capitalized(e.name) + allows(e.Uncertain) + e.grantee.words() + " to " + does(e.Actions, printed.Value(e.Repository)))
	if len(e.Conditions) > 0 {
		b.WriteString(", if " + wording.Some(e.Conditions, "and"))
	}
	b.WriteString(".")
	for _, denied := range e.DeniedBy {
		b.WriteString(" " + denied)
	}
	return b.String()
}

// deniesOf says what a Deny statement denies of an entry, and why it exists if that is known.
func deniesOf(d *statement, concerned []string, isAll bool, description string) string {
	text := wording.Capitalized(d.name()) + " denies "
	if d.Effect() != "Deny" {
		text = wording.Capitalized(d.name()) + " possibly denies "
	}
	if !isAll {
		text += wording.Some(printed.Values(concerned), "and")
	} else {
		text += "it"
	}
	switch principals, others := allOf(d.Principals()), allOf(d.NotPrincipals()); {
	case d.Has("NotPrincipal"):
		text += " to everyone but " + wording.Some(printed.Values(others), "and")
	case len(principals) > 0 && !slices.Contains(principals, "*"):
		text += " to " + wording.Some(printed.Values(principals), "and")
	}
	if words := wordsOf(d.Conditions()); len(words) > 0 {
		text += " if " + wording.Some(words, "and")
	}
	if description != "" {
		text += " (" + printed.Message(description) + ")"
	}
	return wording.Sentence(text)
}

// allOf returns the principals of all types, sorted.
func allOf(principals map[string][]string) (all []string) {
	for _, values := range principals {
		all = append(all, values...)
	}
	slices.Sort(all)
	return all
}

func allows(isUncertain bool) string {
	if isUncertain {
		return " possibly allows "
	}
	return " allows "
}

// verb returns one of two words by a number.
func verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
