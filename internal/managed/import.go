package managed

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// sidPattern is the form of a Sid in ecrxa_repository_grant. IAM accepts it in all
// policies. ECR accepts more characters, but this provider does not write them.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var sidPattern = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// CheckSid returns an error if a grant cannot have the Sid.
func CheckSid(sid string) error {
	if !sidPattern.MatchString(sid) {
		return fmt.Errorf("%q is not a Sid: write letters and digits only, for example TeamPaymentsPull", sid)
	}
	return nil
}

// GrantImportID returns the import ID of an ecrxa_repository_grant:
// REGISTRY_ID,REGION,REPOSITORY,SID.
func GrantImportID(repo awsname.Repository, sid string) string {
	return strings.Join([]string{repo.Account, repo.Region, repo.Name, sid}, ",")
}

// RolePolicyImportID returns the import ID of an ecrxa_consumer_role_policy: ROLE,NAME.
func RolePolicyImportID(role, policyName string) string { return role + "," + policyName }

// ImportCommand returns the shell command that imports an ID to an address, such as
// ecrxa_repository_grant.payments.
func ImportCommand(address, id string) string {
	return "terraform import " + address + " " + shellQuoted(id)
}

// shellQuoted quotes a word for a POSIX shell, so that no character is special.
func shellQuoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

var (
	errNotExpressed  = errors.New("ecrxa_repository_grant cannot express all of it, for example principals of several kinds, everyone without an organization, or an unknown element")
	errSidNotManaged = errors.New("a grant accepts a Sid of letters and digits only; first give the statement such a Sid")
)

// CheckGrantImport returns an error if an ecrxa_repository_grant cannot import a statement
// of a repository, because the next apply would change the meaning of the statement. The
// error says why.
func CheckGrantImport(repo awsname.Repository, live *policy.Statement) error {
	if live.Effect() != "Allow" {
		return fmt.Errorf("it has the Effect %q, and ecrxa_repository_grant manages only Allow statements", live.Effect())
	}
	if CheckSid(live.Sid()) != nil {
		return errSidNotManaged
	}
	if g := GrantOf(live, repo.Partition, nil); !g.Expresses(live, repo.ARN()) || g.GrantsNoneOrEveryone() {
		return errNotExpressed
	}
	return nil
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
