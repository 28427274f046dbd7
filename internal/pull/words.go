package pull

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
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
	verb := map[access.Name]string{
		access.Pull:             "pull %s",
		access.Push:             "push to %s",
		access.PullPush:         "pull from and push to %s",
		access.PullThroughCache: "pull %s through the cache",
	}[c.access]
	return fmt.Sprintf(verb, c.what())
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
	statement := fmt.Sprintf("statement %d", ref.Index)
	if ref.Sid != "" {
		statement = fmt.Sprintf("statement %q", ref.Sid)
	}
	switch ref.Layer {
	case authz.RepositoryPolicy, authz.RegistryPolicy, authz.PermissionsBoundary, authz.VPCEndpointPolicy:
		return statement + " of the " + ref.Policy // there is but one of its kind
	default:
		return statement + " of " + ref.Policy
	}
}

func statementList(refs []authz.StatementRef) string {
	words := make([]string, len(refs))
	for i, ref := range refs {
		words[i] = statementWords(ref)
	}
	return list(words, "and")
}

func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
