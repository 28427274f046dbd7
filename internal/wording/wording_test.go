// SPDX-License-Identifier: MPL-2.0

package wording_test

import (
	"slices"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "",
		"a role is missing":   "A role is missing.",
		"it ends with one.":   "It ends with one.",
		"is this meant?":      "Is this meant?",
		`"app" is no role`:    `"app" is no role.`,
		"élan is a word":      "Élan is a word.",
		"\xff is not UTF-8":   "\xff is not UTF-8.",
		"ECR has no such tag": "ECR has no such tag.",
	} {
		if got := wording.Sentence(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	many := []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, tt := range []struct{ got, want string }{
		{wording.List([]string{}, "and"), ""},
		{wording.List([]string{"a"}, "and"), "a"},
		{wording.List([]string{"a", "b"}, "or"), "a or b"},
		{wording.List([]string{"a", "b", "c"}, "and"), "a, b and c"},
		{wording.Some(many[:6], "and"), "a, b, c, d, e and f"},
		{wording.Some(many, "and"), "a, b, c, d, e and 2 more"},
		{wording.Counted(1, "part"), "1 part"},
		{wording.Counted(0, "part"), "0 parts"},
		{wording.Ordinal(0), "0th"},
		{wording.Ordinal(2), "second"},
		{wording.Ordinal(11), "11th"},
		{wording.Ordinal(21), "21st"},
		{wording.Ordinal(112), "112th"},
		{wording.Ordinal(103), "103rd"},
		{wording.Article("identity-based policy"), "an identity-based policy"},
		{wording.Article("VPC endpoint policy"), "a VPC endpoint policy"},
		{wording.Article("user"), "a user"},
		{wording.Article("account root"), "an account root"},
		{wording.Article(""), "a "},
		{wording.DidYouMean("StringEqual", []string{"StringEquals"}), ` Did you mean "StringEquals"?`},
		{wording.DidYouMean("Numeric", []string{"StringEquals"}), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if got := wording.Capped(many, "keys"); !slices.Equal(got, []string{"a", "b", "c", "d", "e", "2 more keys"}) {
		t.Errorf("got %q", got)
	}
}

// TestEveryPolicyTypeHasWords: the table has each policy type that the engine knows.
func TestEveryPolicyTypeHasWords(t *testing.T) {
	t.Parallel()
	for _, policyType := range authz.PolicyTypes() {
		if w := wording.Of(policyType); w.Phrase == string(policyType) || w.Noun == "" || w.Argument == "" {
			t.Errorf("%s has no words: %+v", policyType, w)
		}
	}
}
