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

func some(values []string) string { return wording.Some(printed.Values(values), "and") }

// lowered returns a sentence that begins with "Statement", to go on after a colon.
func lowered(sentence string) string { return strings.Replace(sentence, "Statement", "statement", 1) }
