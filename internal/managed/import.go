// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// GrantImportID returns the import ID of an ecrxa_repository_grant or an
// ecrxa_repository_statement: REGISTRY_ID,REGION,REPOSITORY,SID. That of an
// ecrxa_registry_grant has no repository.
func GrantImportID(repo awsname.Repository, sid string) string {
	if repo.Name == "" {
		return strings.Join([]string{repo.Account, repo.Region, sid}, ",")
	}
	return strings.Join([]string{repo.Account, repo.Region, repo.Name, sid}, ",")
}

// ParseGrantImportID reads the ID that GrantImportID returns for a grant. The error says
// what is wrong with the ID, and how to write it.
func ParseGrantImportID(id string) (repo awsname.Repository, sid string, err error) {
	return parseImportID(id, func(sid string) error {
		if CheckSid(sid) != nil {
			return fmt.Errorf("the sid %s is not letters and digits only, 256 at most; give the statement such a Sid first, or use %s", printed.Quoted(sid), StatementType)
		}
		return nil
	})
}

// ParseStatementImportID reads the ID that GrantImportID returns for an
// ecrxa_repository_statement, whose Sid may have commas. The error is as for a grant.
func ParseStatementImportID(id string) (repo awsname.Repository, sid string, err error) {
	return parseImportID(id, CheckStatementSid)
}

const importIDParts = 4

func parseImportID(id string, checkSid func(string) error) (repo awsname.Repository, sid string, err error) {
	invalid := func(problem string) error {
		return fmt.Errorf("%s: %s. Write registry_id,region,repository,sid, for example 987654321098,us-east-1,payment-service,TeamPaymentsPull", printed.Quoted(id), problem)
	}
	parts := strings.SplitN(id, ",", importIDParts) // The Sid of a statement may have commas.
	if len(parts) != importIDParts {
		return awsname.Repository{}, "", invalid("it has " + wording.Counted(len(parts), "part") + ", not 4")
	}
	repo = awsname.Repository{Partition: awsname.Partition(parts[1]), Region: parts[1], Account: parts[0], Name: parts[2]}
	err = cmp.Or(CheckAccountID(repo.Account), CheckRegion(repo.Region), CheckRepository(repo.Name), checkSid(parts[3]))
	if err != nil {
		return awsname.Repository{}, "", invalid(err.Error())
	}
	return repo, parts[3], nil
}

// RolePolicyImportID returns the import ID of an ecrxa_consumer_role_policy, ROLE,NAME;
// or false if no ID can name the policy: one of the names has a comma.
func RolePolicyImportID(role, policyName string) (id string, ok bool) {
	id = role + "," + policyName
	parsedRole, parsedName, err := ParseRolePolicyImportID(id)
	return id, err == nil && parsedRole == role && parsedName == policyName
}

// ParseRolePolicyImportID reads ROLE,NAME, or ROLE for a policy of the default name. The
// error says what is wrong with the ID, and how to write it.
func ParseRolePolicyImportID(id string) (role, policyName string, err error) {
	role, policyName, hasComma := strings.Cut(id, ",")
	if !hasComma {
		policyName = DefaultPolicyName
	}
	if parts := strings.Split(id, "/"); !hasComma && len(parts) > 1 && !strings.HasPrefix(id, "arn:") {
		return "", "", fmt.Errorf("%s: use a comma between role name and policy name, and no path. Write ROLE,POLICY: %s",
			printed.Quoted(id), printed.Value(strings.Join(parts[len(parts)-2:], ",")))
	}
	if strings.Contains(policyName, ",") {
		err = errors.New("it has more than one comma")
	}
	if err = errors.Join(err, CheckRoleName(role), CheckPolicyName(policyName)); err != nil {
		return "", "", fmt.Errorf("%s: %w. Write ROLE,POLICY, for example ecsTaskExecutionRole,%s; the default policy name is %s", printed.Quoted(id), err, DefaultPolicyName, DefaultPolicyName)
	}
	return role, policyName, nil
}

var (
	errNotExpressed  = errors.New("a grant cannot express all of it")
	errNoSource      = errors.New("it allows a service to act for anybody: a grant needs a condition that names the accounts or organizations of the sources, with aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths")
	errSidNotManaged = errors.New("a grant accepts a Sid of letters and digits only, 256 at most")
)

// CheckGrantForm returns an error if a statement is of a kind that a grant never is: it does
// not allow, or it names what it does not concern. The error says why.
func CheckGrantForm(live *policy.Statement) error {
	if live.Effect() != "Allow" {
		return fmt.Errorf("it has the Effect %s, and a grant manages only Allow statements", printed.Quoted(live.Effect()))
	}
	for _, element := range []string{"NotPrincipal", "NotAction", "NotResource"} {
		if live.Has(element) {
			return fmt.Errorf("it has the element %s, which a grant never writes", element)
		}
	}
	return nil
}

// CheckGrantImport returns an error if an ecrxa_repository_grant cannot import a statement
// of a repository, because the next apply would change the meaning of the statement. The
// error says why.
func CheckGrantImport(repo awsname.Repository, live *policy.Statement) error {
	if err := CheckGrantForm(live); err != nil {
		return err
	}
	if CheckSid(live.Sid()) != nil {
		return errSidNotManaged
	}
	switch g := GrantOf(live, repo.Partition, nil); {
	case !g.expresses(live, repo.ARN()):
		return notExpressed(repo, live)
	case g.lacksSource():
		return errNoSource
	case g.GrantsNoneOrEveryone():
		return notExpressed(repo, live)
	}
	return nil
}

// notExpressed says what of a statement a grant cannot express.
func notExpressed(repo awsname.Repository, live *policy.Statement) error {
	principals := live.Principals()
	kinds := slices.Sorted(maps.Keys(principals))
	isOther := func(kind string) bool { return kind != "AWS" && kind != "Service" }
	isElsewhere := func(resource string) bool { return resource != "*" && resource != repo.ARN() }
	isEmpty := func(c policy.Condition) bool { return len(c.Values) == 0 }
	aws := principals["AWS"]
	switch {
	case len(live.Faults()) > 0:
		fault := live.Faults()[0]
		return fmt.Errorf("its element %s is not as AWS documents it: %s", printed.Value(cmp.Or(fault.Element, "Statement")), printed.Message(fault.Problem))
	case slices.ContainsFunc(kinds, isOther):
		return fmt.Errorf("it names principals of the type %s, and a grant names only those of AWS or one of Service", printed.Value(kinds[slices.IndexFunc(kinds, isOther)]))
	case len(kinds) > 1:
		return errors.New("it names principals of two types, AWS and Service: a grant takes one type, because the conditions apply to all of them")
	case len(principals["Service"]) > 1:
		return errors.New("it names several services, and a grant takes one")
	case slices.Equal(aws, []string{"*"}):
		return errors.New("it allows all principals (*), and a grant does so only with a StringEquals condition on aws:PrincipalOrgID or a ForAnyValue:StringLike condition on aws:PrincipalOrgPaths")
	case slices.Contains(aws, "*"):
		return errors.New("it names * among other principals, which allows all principals")
	case repo.Name != "" && slices.ContainsFunc(live.Resources(), isElsewhere):
		resources := live.Resources()
		return fmt.Errorf("its element Resource names %s, and ecrxa_repository_grant only allows access to its repository", printed.Quoted(resources[slices.IndexFunc(resources, isElsewhere)]))
	case len(kinds) == 0 || len(live.Actions()) == 0 || len(principals[kinds[0]]) == 0 || slices.ContainsFunc(live.Conditions(), isEmpty):
		return errors.New("it names no principal or no action, or a condition has no value")
	}
	return errNotExpressed
}

// RolePolicyObstacles returns the reasons why an ecrxa_consumer_role_policy cannot import
// a policy document, each a sentence without its full stop. It returns none if the import
// is accepted.
func RolePolicyObstacles(document string) []string {
	doc, err := policy.Parse(document)
	if err != nil {
		return []string{"it cannot be read: " + err.Error()}
	}
	_, obstacles := RolePolicyOf(doc)
	return obstacles
}
