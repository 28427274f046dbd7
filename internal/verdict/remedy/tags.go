// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A bearer has tags that somebody can change.
type bearer struct {
	keys   func(tag string) []string // the condition keys of a tag
	change func(tags map[string][]string) verdict.Change
	// onlyCompared: a tag is proposed only where a condition compares it with another key.
	onlyCompared bool
}

var (
	ofRepository = bearer{keys: verdict.TagKeys, change: func(tags map[string][]string) verdict.Change { return verdict.Change{Tags: tags} }}
	ofPrincipal  = bearer{keys: verdict.PrincipalTagKeys, change: func(tags map[string][]string) verdict.Change { return verdict.Change{PrincipalTags: tags} }, onlyCompared: true}
)

// maxTagging is how many statements with a condition on tags are tried. To try one costs
// as much as the verdict.
const maxTagging = 10

// tagsThatHelp returns the tags of a bearer with which less is denied, and the judgement with
// them.
func tagsThatHelp(j *verdict.Judgement, b bearer) (chosen []Tag, now *verdict.Judgement) {
	now, tried := j, 0
	for s := range j.Statements(authz.PolicyTypes()...) {
		tags := tagsFor(j, &s, b)
		if len(tags) == 0 {
			continue
		}
		if tried++; tried > maxTagging {
			break
		}
		with := replacing(chosen, tags)
		if after := j.After(b.change(values(with))); deniesLess(after, now) {
			chosen, now = with, after
		}
	}
	return chosen, now
}

// answerTags returns the remedy for conditions on tags, if there is one, with the tags of the
// repository in it and the judgement after it. Where tags of the repository help, those of the
// principal are another way if they help as much.
func answerTags(j *verdict.Judgement) (remedies []Remedy, tags []Tag, after *verdict.Judgement) {
	tags, after = tagsThatHelp(j, ofRepository)
	var others []Tag
	withOthers := j
	if isTaggable(j) {
		others, withOthers = tagsThatHelp(j, ofPrincipal)
	}
	switch {
	case len(tags)+len(others) == 0:
		return nil, nil, j
	case len(tags) == 0:
		return []Remedy{{Side: verdict.Consumer, Change: TagPrincipal{others}}}, nil, withOthers
	case deniesLess(after, withOthers):
		others = nil
	}
	return []Remedy{{Side: verdict.Registry, Change: TagRepository{tags, others}}}, tags, after
}

// isTaggable reports whether somebody can tag the principal: only AWS changes its own roles.
func isTaggable(j *verdict.Judgement) bool {
	p := j.Principal()
	return p.Kind == awsname.User || j.Target().IsRole() && !p.IsOfIdentityCenter() && !isServiceLinked(j)
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

// tagsFor returns tags of a bearer that meet the conditions of an Allow statement, or one that
// does not meet those of a Deny statement.
func tagsFor(j *verdict.Judgement, s *verdict.Statement, b bearer) []Tag {
	isAllow := s.Effect() == "Allow"
	var tags []Tag
	for _, written := range s.Conditions() {
		c, compared := onTag(j, s, written, b)
		key, ok := b.tagKey(c.Variable)
		tag, isPossible := wantedTag(c, isAllow)
		tag.Key, tag.Compared, tag.Statement = key, compared, s.Ref()
		isLeftOut := b.onlyCompared && (compared == "" || tag.Removed)
		if ok && isPossible && !isLeftOut && possibleTag.MatchString(key) && (tag.Removed || possibleTag.MatchString(tag.Value)) {
			tags = append(tags, tag)
		}
	}
	if !isAllow {
		return tags[:min(len(tags), 1)]
	}
	isRemoved := func(tag Tag) bool { return tag.Removed }
	removed := slices.DeleteFunc(slices.Clone(tags), func(tag Tag) bool { return !tag.Removed })
	return replacing(removed, slices.DeleteFunc(tags, isRemoved))
}

// replacing adds tags to earlier ones. A key has one value: a later tag takes the place of an
// earlier one, and then not every value that matches its own pattern will do.
func replacing(earlier, later []Tag) []Tag {
	var kept []Tag
	later = slices.Clone(later)
	for _, tag := range earlier {
		isKept := true
		for i := range later {
			if later[i].Key == tag.Key {
				isKept, later[i].Pattern = false, ""
			}
		}
		if isKept {
			kept = append(kept, tag)
		}
	}
	return append(kept, later...)
}

// possibleTag is the form of keys and values of tags that are given here.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Tag.html
var possibleTag = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,128}$`)

// onTag returns a condition that compares a tag with another key as one on the tag, with the value
// that the other key has, and the other key. Any other condition stays as it is.
func onTag(j *verdict.Judgement, s *verdict.Statement, c policy.Condition, b bearer) (onTag policy.Condition, compared string) {
	if s.Version != policy.Version2012 || len(c.Values) != 1 {
		return c, ""
	}
	p, _ := pattern.Parse(c.Values[0], pattern.Syntax{Variables: true})
	variables := p.Variables()
	if len(variables) != 1 {
		return c, ""
	}
	other := variables[0].Written
	if _, ok := b.tagKey(c.Variable); ok {
		filled, isKnown := p.Fill(func(*pattern.Variable) (string, bool) { return valueOf(j, other) })
		if text, _ := filled.Text(); isKnown {
			return policy.Condition{Test: c.Test, Variable: c.Variable, Values: []string{text}}, other
		}
		return c, ""
	}
	value, isKnown := valueOf(j, c.Variable)
	_, text, isSolved := p.Solve(value)
	if _, ok := b.tagKey(other); ok && isKnown && isSolved {
		return policy.Condition{Test: c.Test, Variable: other, Values: []string{text}}, c.Variable
	}
	return c, ""
}

// valueOf returns the one value that a request on the repository has of a condition key.
func valueOf(j *verdict.Judgement, key string) (value string, ok bool) {
	state, values := j.Request(j.Actions()[0]).Lookup(key)
	if state != authz.KeyKnown || len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// tagKey returns the key of the tag that a condition key is about. Keys that begin with aws: are
// AWS's own.
func (b *bearer) tagKey(conditionKey string) (key string, ok bool) {
	for _, form := range b.keys("") {
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
func matching(like string) string {
	if strings.Trim(like, "*") == "" {
		return anyValue
	}
	return strings.NewReplacer("*", "x", "?", "x").Replace(like)
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
