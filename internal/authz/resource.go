package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A resourceValue is one value of Resource or NotResource.
type resourceValue struct {
	text    string
	pattern pattern
	needle  string // the longest text that all that matches contains
	open    bool   // the pattern has variables
	problem string // why AWS would refuse it; empty when it would not
}

// compileResource reads a value of Resource. Variables have a meaning after the
// fifth colon only.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func compileResource(text string, variables bool) resourceValue {
	v := resourceValue{text: text}
	s := syntax{wildcards: true, segments: true, variables: variables}
	v.pattern, v.problem = parsePattern(text, s)
	v.open = v.pattern.hasVariables()
	v.needle = v.pattern.longestLiteral()
	if v.problem == "" && !v.pattern.matchesAll() {
		v.problem = resourceProblem(text, variables)
	}
	if v.problem != "" && !strings.HasPrefix(text, "arn:") {
		// What is no ARN has no segments.
		v.pattern, _ = parsePattern(text, syntax{wildcards: true, variables: variables})
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
		return "a policy variable can stand only after the fifth colon of an ARN"
	case last >= 4 && startsWithDigit(parts[4]) && !strings.ContainsAny(parts[4], "*?$") && !awsname.IsAccountID(parts[4]):
		return "the account ID in an ARN has 12 digits"
	default:
		return ""
	}
}

// startsWithDigit tells an account ID from the names that stand in its place, as
// aws in the ARN of a managed policy.
func startsWithDigit(account string) bool {
	return account != "" && account[0] >= '0' && account[0] <= '9'
}

// endsInStar reports whether a segment ends in a *, which may then stand for the
// colons that are missing after it.
func endsInStar(segments []string) bool {
	return slices.ContainsFunc(segments, func(s string) bool { return strings.HasSuffix(s, "*") })
}

// match tells whether the value covers a resource, which may be * for actions
// without resource type.
func (v *resourceValue) match(e *evaluation, resource string) truth {
	if !strings.Contains(resource, v.needle) {
		return no // which is most often the answer, and found fast
	}
	if !v.open && v.problem == "" {
		return truthOf(v.pattern.match(resource))
	}
	p, resolved := v.pattern.expand(e)
	switch {
	case v.pattern == nil && v.problem != "":
		return maybe
	case resolved == no:
		return no
	case resolved == maybe:
		if key, _, ok := v.pattern.solve(resource); ok && e.isElse(key) {
			return no // the value with which it matches is a case of its own
		}
		return and(maybe, truthOf(v.pattern.open().match(resource)))
	case v.problem != "":
		return and(maybe, truthOf(p.match(resource)))
	default:
		return truthOf(p.match(resource))
	}
}
