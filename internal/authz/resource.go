package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A resourceValue is one value of Resource or NotResource.
type resourceValue struct {
	text    string
	pattern pattern.Pattern
	needle  string          // the longest text that all that matches contains
	open    bool            // the pattern has variables
	opened  pattern.Pattern // with * in their place
	problem string          // why AWS would refuse it; empty when it would not
}

// compileResource reads a value of Resource. Variables have a meaning after the
// fifth colon only.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func compileResource(text string, variables bool) resourceValue {
	v := resourceValue{text: text}
	s := pattern.Syntax{Wildcards: true, Segments: true, Variables: variables}
	v.pattern, v.problem = pattern.Parse(text, s)
	v.open = v.pattern.HasVariables()
	v.needle = v.pattern.LongestLiteral()
	if v.problem == "" && !v.pattern.MatchesAll() {
		v.problem = resourceProblem(text, variables)
	}
	if v.problem != "" && !strings.HasPrefix(text, "arn:") {
		// What is no ARN has no segments.
		v.pattern, _ = pattern.Parse(text, pattern.Syntax{Wildcards: true, Variables: variables})
	}
	if v.open {
		v.opened = v.pattern.Open()
	}
	return v
}

func resourceProblem(text string, variables bool) string {
	parts := strings.SplitN(text, ":", 6)
	last := len(parts) - 1
	switch {
	case parts[0] != "arn" || last < 5 && !endsInStar(parts):
		return `a Resource is "*" or an ARN`
	case last >= 2 && strings.ContainsAny(parts[2], "*?"):
		return "the service in an ARN cannot have wildcards"
	case last == 1 || last == 2:
		return "the ARN must name its service"
	case variables && strings.Contains(strings.Join(parts[:min(last, 5)], ":"), "${"):
		return "a policy variable can be only after the fifth colon of an ARN"
	case last >= 4 && startsWithDigit(parts[4]) && !strings.ContainsAny(parts[4], "*?$") && !awsname.IsAccountID(parts[4]):
		return "the account ID in an ARN has 12 digits"
	default:
		return ""
	}
}

// startsWithDigit distinguishes an account ID from the names that some ARNs have in
// its place, as aws in the ARN of a managed policy.
func startsWithDigit(account string) bool {
	return account != "" && account[0] >= '0' && account[0] <= '9'
}

// endsInStar reports whether a segment ends in a *, which may then stand for the
// colons that are missing after it.
func endsInStar(segments []string) bool {
	return slices.ContainsFunc(segments, hasStarAtEnd)
}

func hasStarAtEnd(segment string) bool { return strings.HasSuffix(segment, "*") }

// match reports whether the value covers a resource, which may be * for actions
// without resource type.
func (v *resourceValue) match(e *evaluation, resource string) truth {
	e.left--
	if !strings.Contains(resource, v.needle) {
		return no // which is most often the answer, and found fast
	}
	if !v.open && v.problem == "" {
		return truthOf(e.matches(v.pattern, resource))
	}
	p, filled := e.fill(v.pattern)
	switch {
	case v.pattern == nil && v.problem != "":
		return maybe
	case filled == no:
		return no
	case filled == maybe:
		if key, _, ok := v.pattern.Solve(resource); ok && e.isOther(key) {
			return no // the value with which it matches is a case of its own
		}
		return and(maybe, truthOf(e.matches(v.opened, resource)))
	case v.problem != "":
		return and(maybe, truthOf(e.matches(p, resource)))
	default:
		return truthOf(e.matches(p, resource))
	}
}
