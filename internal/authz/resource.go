// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A resourceValue is one value of Resource or NotResource.
type resourceValue struct {
	text    string
	pattern pattern.Pattern
	needle  string          // the longest text that all that matches contains
	open    bool            // the pattern has variables
	opened  pattern.Pattern // with * in their place
	problem string          // why AWS would refuse it; empty when it would not
	// completed is, of an ARN with fewer than six fields, the pattern with * for each
	// missing field.
	completed pattern.Pattern
	starred   bool // a field ends in *, which may stand for the missing fields
}

// compileResource reads a value of Resource. Variables have a meaning after the
// fifth colon only.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func compileResource(text string, negated, variables bool) resourceValue {
	v := resourceValue{text: text}
	s := pattern.Syntax{Wildcards: true, Segments: true, Variables: variables}
	v.pattern, v.problem = pattern.Parse(text, s)
	v.pattern = withAliases(v.pattern)
	v.open = v.pattern.HasVariables()
	v.needle = v.pattern.LongestLiteral()
	if v.problem == "" && !v.pattern.MatchesAll() {
		v.problem = resourceProblem(text, negated, variables)
	}
	if v.problem != "" && !strings.HasPrefix(text, "arn:") {
		// What is no ARN has no segments.
		v.pattern, _ = pattern.Parse(text, pattern.Syntax{Wildcards: true, Variables: variables})
		v.pattern = withAliases(v.pattern)
	}
	if v.open {
		v.opened = v.pattern.Open()
	}
	parts := strings.Split(text, ":")
	if missing := arnFields - v.pattern.Fields(); v.pattern != nil && parts[0] == "arn" && missing > 0 {
		v.completed = pattern.Concat(v.pattern.Open(), pattern.Like(strings.Repeat(":*", missing)))
		v.starred = endsInStar(parts)
	}
	return v
}

// arnFields is how many fields an ARN has.
const arnFields = 6

func resourceProblem(text string, negated, variables bool) string {
	parts := strings.SplitN(text, ":", arnFields)
	last := len(parts) - 1
	switch {
	case parts[0] != "arn" || negated && last < 5 && !endsInStar(parts):
		return `a Resource is "*" or an ARN`
	case last >= 2 && strings.ContainsAny(parts[2], "*?"):
		return "the service in an ARN cannot have wildcards"
	case last < 2 || last < 5 && parts[2] == "":
		return "the ARN must name its service"
	case variables && strings.Contains(strings.Join(parts[:min(last, 5)], ":"), "${"):
		return "a policy variable can be only after the fifth colon of an ARN"
	default:
		return ""
	}
}

// endsInStar reports whether a segment ends in a *, which may then stand for the
// colons that are missing after it.
func endsInStar(segments []string) bool {
	return slices.ContainsFunc(segments, hasStarAtEnd)
}

func hasStarAtEnd(segment string) bool { return strings.HasSuffix(segment, "*") }
