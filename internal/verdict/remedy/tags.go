package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Tag is one that the repository needs, or must not have, for the condition of a statement.
type Tag struct {
	Key, Value string
	// Pattern is what any other value may be like, too; empty where only Value will do.
	Pattern string
	// Removed: the repository must not have the tag, or only with a value that is none of
	// Not, which are patterns if NotLike.
	Removed   bool
	Not       []string
	NotLike   bool
	Statement authz.StatementRef
}

// maxTagging is how many statements with a condition on tags are tried. To try one costs
// as much as the verdict.
const maxTagging = 10

// tagsThatHelp returns the tags of the repository with which less is denied.
func tagsThatHelp(j *verdict.Judgement) []Tag {
	var chosen []Tag
	now, tried := j, 0
	for s := range j.Statements(authz.PolicyTypes()...) {
		tags := tagsFor(&s)
		if len(tags) == 0 {
			continue
		}
		if tried++; tried > maxTagging {
			break
		}
		with := slices.Concat(chosen, tags)
		if after := j.After(verdict.Change{Tags: values(with)}); deniesLess(after, now) {
			chosen, now = with, after
		}
	}
	return chosen
}

// values returns the values of tags by their keys; none for those that are removed.
func values(tags []Tag) map[string][]string {
	byKey := map[string][]string{}
	for _, tag := range tags {
		byKey[tag.Key] = nil
		if !tag.Removed {
			byKey[tag.Key] = []string{tag.Value}
		}
	}
	return byKey
}

// tagsFor returns tags that meet the conditions of an Allow statement, or one that does not
// meet those of a Deny statement.
func tagsFor(s *verdict.Statement) []Tag {
	isAllow := s.Effect() == "Allow"
	var tags []Tag
	for _, c := range s.Conditions() {
		key, ok := tagKey(c.Variable)
		tag, isPossible := wantedTag(c, isAllow)
		tag.Key, tag.Statement = key, s.Ref()
		if ok && isPossible && possibleTag.MatchString(key) && (tag.Removed || possibleTag.MatchString(tag.Value)) {
			tags = append(tags, tag)
		}
	}
	if !isAllow {
		return tags[:min(len(tags), 1)]
	}
	needed := slices.Clone(tags)
	return slices.DeleteFunc(tags, func(tag Tag) bool {
		return tag.Removed && slices.ContainsFunc(needed, func(other Tag) bool { return other.Key == tag.Key && !other.Removed })
	})
}

// possibleTag is the form of keys and values of tags that are given here.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Tag.html
var possibleTag = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,128}$`)

// tagKey returns the key of the repository's tag that a condition key is about. Keys that
// begin with aws: are AWS's own.
func tagKey(conditionKey string) (key string, ok bool) {
	for _, form := range verdict.TagKeys("") {
		if n := len(form); len(conditionKey) > n && strings.EqualFold(conditionKey[:n], form) {
			return conditionKey[n:], !strings.HasPrefix(strings.ToLower(conditionKey[n:]), "aws:")
		}
	}
	return "", false
}

// wantedTag returns a tag that meets a condition, or, if it is not to be met, that does not.
// There is none for what only a policy variable says.
func wantedTag(c policy.Condition, isMet bool) (tag Tag, ok bool) {
	test := strings.ToLower(c.Test)
	isLike := strings.Contains(test, "like")
	isVariable := func(value string) bool { return strings.Contains(value, "${") }
	switch {
	case len(c.Values) == 0 || slices.ContainsFunc(c.Values, isVariable):
		return Tag{}, false
	case test == "null" && strings.EqualFold(c.Values[0], "true") == isMet:
		return Tag{Removed: true}, len(c.Values) == 1
	case test == "null":
		return Tag{Value: anyValue, Pattern: "*"}, len(c.Values) == 1
	case strings.Contains(test, "not") == isMet:
		return Tag{Removed: true, Not: c.Values, NotLike: isLike}, true
	case isLike && awsname.HasWildcard(c.Values[0]):
		return Tag{Value: matching(c.Values[0]), Pattern: c.Values[0]}, true
	}
	return Tag{Value: c.Values[0]}, true
}

// anyValue is the value of a tag of which only the key counts.
const anyValue = "true"

// matching returns a value that matches a pattern.
func matching(pattern string) string {
	if strings.Trim(pattern, "*") == "" {
		return anyValue
	}
	return strings.NewReplacer("*", "x", "?", "x").Replace(pattern)
}

// deniesLess reports whether a judgement denies less than another one, and nothing else.
func deniesLess(less, more *verdict.Judgement) bool {
	was, fewer := more.Decisions(), false
	for i, d := range less.Decisions() {
		for _, t := range d.Engine.DeniedBy {
			if !slices.Contains(was[i].Engine.DeniedBy, t) {
				return false
			}
		}
		if was[i].Verdict == authz.Allowed && d.Verdict != authz.Allowed {
			return false
		}
		fewer = fewer || len(d.Engine.DeniedBy) < len(was[i].Engine.DeniedBy)
	}
	return fewer
}
