package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// list writes names as in "a, b and c".
func list[S ~string](names []S, conjunction string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" " + conjunction + " ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}

// shown is how many of many things a text names before it counts the others.
const shown = 5

// some is list for what may be many.
func some[S ~string](names []S, conjunction string) string {
	return list(capped(names), conjunction)
}

// capped returns the first few of many names, and how many others there are.
func capped[S ~string](names []S) []S {
	if len(names) <= shown+1 {
		return names
	}
	return append(slices.Clone(names[:shown]), S(fmt.Sprintf("%d more", len(names)-shown)))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// who names the principal, as in "role arn:aws:iam::123456789012:role/app".
func (c *check) who() string { return string(c.principal.Kind) + " " + c.principal.ARN() }

// what names what is pulled, as it was given.
func (c *check) what() string {
	if c.in.Image != "" {
		return c.in.Image
	}
	return c.in.RepositoryARN
}

// does says what is to be done, as in "pull IMAGE".
func (c *check) does() string {
	verb := map[actionset.Name]string{
		actionset.Pull:             "pull %s",
		actionset.Push:             "push to %s",
		actionset.PullPush:         "pull from and push to %s",
		actionset.PullThroughCache: "pull %s through the cache",
	}[c.access]
	return fmt.Sprintf(verb, c.what())
}

// imageArgument names the argument that says what is pulled, in a sentence.
func (c *check) imageArgument() string {
	if c.in.Image != "" {
		return "the image"
	}
	return "repository_arn"
}

// account returns the account of a side.
func (c *check) account(side Side) string {
	if side == Registry {
		return c.repository.Account
	}
	return c.principal.Account
}

// sideWords names a side with its account, to begin a sentence.
func (c *check) sideWords(side Side) string {
	if c.sameAccount() {
		return "Account " + c.account(side)
	}
	return fmt.Sprintf("%s side, account %s", capitalized(string(side)), c.account(side))
}

// roleARN returns the ARN by which a policy names the role: never a session's.
// The path of a session's role is only known when the role was read.
func (c *check) roleARN() string {
	if c.principal.Kind != awsname.RoleSession {
		return c.principal.ARN()
	}
	if c.in.ActualRoleARN != "" {
		return c.in.ActualRoleARN
	}
	role := c.principal
	role.Kind, role.Session = awsname.Role, ""
	return role.ARN()
}

// name names the principal whose policies are meant, as in "role app": a
// session has those of its role or user.
func (c *check) name() string {
	switch c.principal.Kind {
	case awsname.RoleSession:
		return "role " + c.principal.Name
	case awsname.FederatedUser:
		return "user that calls GetFederationToken"
	default:
		return strings.TrimSpace(string(c.principal.Kind) + " " + c.principal.Name)
	}
}

// statementWords points at a statement, as in `statement "Pull" of the repository policy`.
func statementWords(ref authz.StatementRef) string {
	return "statement " + statementName(ref) + " of " + policyWords(ref.PolicyType, ref.Policy)
}

// statementName is a statement's Sid, or else its index, which is the result's, and
// its place as a person counts.
func statementName(ref authz.StatementRef) string {
	if ref.Sid != "" {
		return strconv.Quote(ref.Sid)
	}
	return fmt.Sprintf("%d (the %s)", ref.Index, ordinal(ref.Index+1))
}

// ordinal writes a number as in "second" or "21st".
func ordinal(n int) string {
	words := []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	switch {
	case n < len(words):
		return words[n]
	case n%10 == 1 && n%100 != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n%100 != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n%100 != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}

// policyWords names a policy: one of which there are several by its name.
func policyWords(layer authz.PolicyType, name string) string {
	switch layer {
	case authz.RepositoryPolicy, authz.RegistryPolicy, authz.PermissionsBoundary, authz.VPCEndpointPolicy:
		return "the " + name
	default:
		return name
	}
}

// statementList points at statements, those of one policy together, as in
// `statements 0 and 2 of inline policy app and statement "Pull" of the repository policy`.
func statementList(refs []authz.StatementRef) string {
	return some(statementGroups(refs, "and"), "and")
}

// statementGroups points at the statements of each policy.
func statementGroups(refs []authz.StatementRef, conjunction string) []string {
	type place struct {
		layer  authz.PolicyType
		policy string
	}
	var places []place
	statements := map[place][]string{}
	for _, ref := range refs {
		at := place{ref.PolicyType, ref.Policy}
		if len(statements[at]) == 0 {
			places = append(places, at)
		}
		statements[at] = append(statements[at], statementName(ref))
	}
	var groups []string
	for _, at := range places {
		noun := "statement "
		if len(statements[at]) > 1 && conjunction == "and" {
			noun = "statements "
		}
		groups = append(groups, noun+some(statements[at], conjunction)+" of "+policyWords(at.layer, at.policy))
	}
	return groups
}

func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// sentence ends a text with one full stop.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }
