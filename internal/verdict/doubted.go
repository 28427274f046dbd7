package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// meantInstead returns the ARNs of the repositories on which the identity policies
// allow what they deny on this one, and which a slip of the image may have missed:
// those of the same name in another place, and of a similar name in this one.
func (c *check) meantInstead() []string {
	if !c.denies(authz.IdentityPolicy) {
		return nil
	}
	candidates := c.places(c.documents.identity)
	if similar, ok := c.similar(); ok {
		candidates = append(candidates, similar)
	}
	var meant []string
	for _, candidate := range candidates {
		if candidate.Partition == c.repository.Partition && c.identityAllows(candidate) {
			meant = append(meant, candidate.ARN())
		}
	}
	return meant
}

// similar returns the repository of this place that an Allow statement of the
// identity policies names, and whose name is most like this one's.
func (c *check) similar() (awsname.Repository, bool) {
	var names []string
	for statement := range allows(c.documents.identity) {
		for _, resource := range statement.Resources() {
			named, err := awsname.ParseRepositoryARN(resource)
			isHere := named.Partition == c.repository.Partition && named.Region == c.repository.Region && named.Account == c.repository.Account
			if err == nil && isHere && named.Name != c.repository.Name {
				names = append(names, named.Name)
			}
		}
	}
	similar := c.repository
	similar.Name = awsname.Nearest(c.repository.Name, names)
	return similar, similar.Name != ""
}

// doubtedImage names the argument that says what is pulled where it may be wrong:
// the repository does not exist, its Region is not known, or another is allowed that
// it may have missed.
func (c *check) doubtedImage() string {
	notThere := c.repositoryMissing() && len(c.in.PlannedStatements) == 0 && c.access != actionset.PullThroughCache
	if notThere || len(c.oddRegion()) > 0 || len(c.meantInstead()) > 0 {
		return c.imageArgument()
	}
	return ""
}

// doubtedRole names the argument that says who pulls where it may be wrong: nobody
// has seen the role, and its policies are not known or the repository policy grants
// to other accounts.
func (c *check) doubtedRole() string {
	seen := c.in.RoleExists != ExistenceUnknown || c.in.ActualRoleARN != ""
	if !seen && (c.identityUnknown() || len(c.otherAccounts()) > 0) {
		return "role_arn"
	}
	return ""
}

// ifRight begins the sentence of a remedy that rests on arguments that may be wrong.
func ifRight(doubted ...string) string {
	doubted = slices.DeleteFunc(doubted, func(s string) bool { return s == "" })
	switch len(doubted) {
	case 0:
		return ""
	case 1:
		return "if " + doubted[0] + " is right, "
	default:
		return "if " + strings.Join(doubted, " and ") + " are right, "
	}
}
