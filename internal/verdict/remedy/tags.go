package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Tag is one that the repository needs, for the condition of a statement.
type Tag struct {
	Key, Value string
	Statement  authz.StatementRef
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

// values returns the values of tags by their keys.
func values(tags []Tag) map[string]string {
	byKey := map[string]string{}
	for _, tag := range tags {
		byKey[tag.Key] = tag.Value
	}
	return byKey
}

// tagsFor returns tags that meet the conditions of an Allow statement, or do not meet
// those of a Deny statement.
func tagsFor(s *verdict.Statement) []Tag {
	var tags []Tag
	for _, c := range s.Conditions() {
		key, ok := tagKey(c.Variable)
		value, hasValue := wantedValue(c, s.Effect() == "Allow")
		if ok && hasValue && possibleTag.MatchString(key) && possibleTag.MatchString(value) {
			tags = append(tags, Tag{key, value, s.Ref()})
		}
	}
	return tags
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

// wantedValue returns a value that meets a condition, or, if it is not to be met, that
// does not. There is none for what only another value, or none, would do.
func wantedValue(c policy.Condition, isMet bool) (value string, ok bool) {
	test := strings.ToLower(c.Test)
	if test == "null" {
		return "true", len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false") == isMet
	}
	if strings.Contains(test, "not") == isMet || len(c.Values) == 0 || strings.Contains(c.Values[0], "${") {
		return "", false
	}
	if !strings.Contains(test, "like") {
		return c.Values[0], true
	}
	value = strings.NewReplacer("*", "", "?", "x").Replace(c.Values[0])
	if value == "" {
		value = "true"
	}
	return value, true
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
