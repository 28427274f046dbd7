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

// policyWords are AWS's words for the layers, in a sentence.
var policyWords = map[authz.LayerName]string{
	authz.IdentityPolicy:        "identity policies",
	authz.PermissionsBoundary:   "permissions boundary",
	authz.SessionPolicy:         "session policies",
	authz.ServiceControlPolicy:  "service control policies",
	authz.ResourceControlPolicy: "resource control policies",
	authz.VPCEndpointPolicy:     "VPC endpoint policy",
	authz.RepositoryPolicy:      "repository policy",
	authz.RegistryPolicy:        "registry policy",
}

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
	return fmt.Sprintf("%s side, account %s", strings.ToUpper(string(side[:1]))+string(side[1:]), c.account(side))
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

// statementWords points at a statement, as in `statement "DenyAll" of the inline policy x`.
func statementWords(ref authz.StatementRef) string {
	if ref.Sid != "" {
		return fmt.Sprintf("statement %q of the %s", ref.Sid, ref.Policy)
	}
	return fmt.Sprintf("statement %d (counted from 0) of the %s", ref.Index, ref.Policy)
}
