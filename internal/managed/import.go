package managed

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// sidPattern is what ecrxa_repository_grant takes as a Sid: what IAM takes in every
// policy. ECR takes more characters, but a statement of this provider never has them.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var sidPattern = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// CheckSid returns an error unless a grant can have the Sid.
func CheckSid(sid string) error {
	if !sidPattern.MatchString(sid) {
		return fmt.Errorf("%q is not a Sid: write letters and digits only, for example TeamPaymentsPull", sid)
	}
	return nil
}

// GrantImportID returns what `terraform import` of an ecrxa_repository_grant takes:
// registry_id,region,repository,sid.
func GrantImportID(repo awsname.Repository, sid string) string {
	return strings.Join([]string{repo.Account, repo.Region, repo.Name, sid}, ",")
}

// RolePolicyImportID returns what `terraform import` of an
// ecrxa_consumer_role_policy takes: ROLE,POLICY.
func RolePolicyImportID(role, policyName string) string { return role + "," + policyName }

// ImportCommand returns the shell command that imports an ID to an address, such as
// ecrxa_repository_grant.payments.
func ImportCommand(address, id string) string {
	return "terraform import " + address + " " + shellQuoted(id)
}

// shellQuoted writes a word for a POSIX shell, in which nothing in it has a meaning.
func shellQuoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

var (
	errNotExpressed  = errors.New("it says what ecrxa_repository_grant cannot express, such as principals of several kinds, everybody without an organization, or an element of its own")
	errSidNotManaged = errors.New("a grant has a Sid of letters and digits only; give the statement such a Sid first")
)

// CheckGrantImport returns why an ecrxa_repository_grant cannot import a statement
// of a repository: the next apply would change what the statement means. It returns
// nil where the import is accepted.
func CheckGrantImport(repo awsname.Repository, live *policy.Statement) error {
	if live.Effect() != "Allow" {
		return fmt.Errorf("it has the Effect %q, and ecrxa_repository_grant manages only statements that allow", live.Effect())
	}
	if CheckSid(live.Sid()) != nil {
		return errSidNotManaged
	}
	if g := GrantOf(live, repo.Partition, nil); !g.Expresses(live, repo.ARN()) || g.GrantsToNobodyOrAll() {
		return errNotExpressed
	}
	return nil
}

// RolePolicyObstacles returns what keeps an ecrxa_consumer_role_policy from importing
// a policy document, each a sentence without its full stop; none where the import is
// accepted.
func RolePolicyObstacles(document string) []string {
	doc, err := policy.Parse(document)
	if err != nil {
		return []string{"it cannot be read: " + err.Error()}
	}
	_, obstacles := RolePolicyOf(doc)
	return obstacles
}
