package grant

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// notAnARN explains what else people write where an ARN belongs; nil for an ARN.
func notAnARN(text, form string) error {
	switch {
	case awsname.IsAccountID(text):
		return fmt.Errorf("%q is an account ID: to grant access to the whole account, write it in account_ids", text)
	case awsname.IsUniqueID(text):
		return fmt.Errorf("%q is what AWS shows in place of a deleted role or user: write the ARN of the one that exists now", text)
	case !strings.HasPrefix(text, "arn:"):
		return fmt.Errorf("%q is not an ARN: write it as %s", text, form)
	}
	return nil
}

// resourceARN says what to write instead of the ARN of what pulls, which is no
// principal. Lambda alone pulls for other accounts as a service.
func resourceARN(arn string) error {
	a, err := awsname.ParseARN(arn)
	switch {
	case err != nil || a.Service == "iam" || a.Service == "sts":
		return nil //nolint:nilerr // ParsePrincipal says what is wrong.
	case a.Service == "lambda":
		return fmt.Errorf("%q is a Lambda function, not an IAM principal. The Lambda service pulls its image: use a separate grant with service_principal = \"lambda.amazonaws.com\" and this ARN in source_arns", arn)
	default:
		return fmt.Errorf("%q is the ARN of a resource of %s, not of an IAM principal: use the ARN of the role that it pulls with", arn, a.Service)
	}
}

// wildcardARN says how to grant to every principal that an ARN with a wildcard
// means, as AWS takes none in a principal.
func wildcardARN(arn string) error {
	a, err := awsname.ParseARN(arn)
	if err != nil || !awsname.HasWildcard(arn) || !awsname.IsAccountID(a.Account) {
		return nil //nolint:nilerr // ParsePrincipal says what is wrong.
	}
	return fmt.Errorf("%q has a wildcard, which AWS does not accept in a principal: write %q in account_ids, and in conditions test = \"ArnLike\", variable = \"aws:PrincipalArn\", values = [%[1]q]", arn, a.Account)
}

func checkRoleARN(arn string) error {
	if err := notAnARN(arn, "arn:aws:iam::ACCOUNT:role/NAME"); err != nil {
		return err
	}
	if err := resourceARN(arn); err != nil {
		return err
	}
	if err := wildcardARN(arn); err != nil {
		return err
	}
	p, err := awsname.ParsePrincipal(arn)
	if err != nil {
		return err
	}
	switch p.Kind {
	case awsname.Role:
		return checkPath(arn, p.Path)
	case awsname.RoleSession:
		return fmt.Errorf("%q is a session ARN, which is not valid after the session: use the role's ARN, arn:%s:iam::%s:role/%s (with the role's path before its name, if it has one)",
			arn, p.Partition, p.Account, p.Name)
	case awsname.AccountRoot:
		return fmt.Errorf("%q is the account root: to grant access to the whole account, add %q to account_ids", arn, p.Account)
	default:
		return fmt.Errorf("%q names a %s, not a role: write users in user_arns", arn, p.Kind)
	}
}

// checkPath refuses a path that IAM accepts and that nobody writes on purpose: in a policy or
// in configuration, its characters could be taken for something else than text.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
func checkPath(arn, path string) error {
	isText := func(r rune) bool { return '!' <= r && r <= '~' && !strings.ContainsRune("\"'`$\\{}", r) }
	if strings.Contains(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return !isText(r) }) {
		return fmt.Errorf("%q has the path %q: this resource takes no path with quotes, $, braces, backslashes, control characters or an empty part. Check where this ARN comes from; or grant to the account in account_ids, with a condition on a tag of the role", arn, path)
	}
	return nil
}

func checkUserARN(arn string) error {
	if err := notAnARN(arn, "arn:aws:iam::ACCOUNT:user/NAME"); err != nil {
		return err
	}
	if err := resourceARN(arn); err != nil {
		return err
	}
	if err := wildcardARN(arn); err != nil {
		return err
	}
	p, err := awsname.ParsePrincipal(arn)
	if err != nil {
		return err
	}
	if p.Kind == awsname.User {
		return checkPath(arn, p.Path)
	}
	return fmt.Errorf("%q names a %s, not an IAM user: write roles in role_arns and whole accounts in account_ids", arn, p.Kind)
}

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
var organizationIDPattern = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)

func checkOrganizationID(id string) error {
	if !organizationIDPattern.MatchString(id) {
		return fmt.Errorf("%q is not an organization ID: it is o- and 10 to 32 lower-case letters and digits, such as o-a1b2c3d4e5", id)
	}
	return nil
}

// Sources: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html and
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
var (
	rootIDPattern = regexp.MustCompile(`^r-[0-9a-z]{4,32}$`)
	unitIDPattern = regexp.MustCompile(`^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$`)
)

var errOrganizationPath = errors.New("an organization path is ORGANIZATION/ROOT/UNIT/…, such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*")

// checkOrganizationPath follows
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func checkOrganizationPath(path string) error {
	parts := strings.Split(path, "/")
	if checkOrganizationID(parts[0]) != nil {
		return fmt.Errorf("%q does not begin with an organization ID: %w", path, errOrganizationPath)
	}
	if len(parts) < 2 || parts[1] != "*" && !rootIDPattern.MatchString(parts[1]) {
		return fmt.Errorf("%q names no root after the organization: %w", path, errOrganizationPath)
	}
	end := parts[len(parts)-1]
	for _, unit := range parts[2:] {
		if strings.ContainsAny(unit, "*?") && unit != "*" {
			return fmt.Errorf("%q has the wildcard %q, which also matches other units with IDs that begin like it. Write the whole ID of the unit, and /* after it to include the units below it", path, unit)
		}
	}
	if end != "" && end != "*" {
		return fmt.Errorf("%q can never match, because organization paths end with a slash. End it with / for this unit only, or with /* to include the units below it", path)
	}
	for i, unit := range parts[2:] {
		isEnd := i+3 == len(parts)
		if unit != "*" && !isEnd && !unitIDPattern.MatchString(unit) {
			return fmt.Errorf("%q has %q, which is not the ID of a unit: %w", path, unit, errOrganizationPath)
		}
	}
	return nil
}

func checkServicePrincipal(service string) error {
	if strings.ContainsAny(service, "*?") {
		return fmt.Errorf("%q has a wildcard: AWS accepts none in a service principal", service)
	}
	if !strings.Contains(service, ".") {
		return fmt.Errorf("%q is not a service principal: write %s.amazonaws.com", service, service)
	}
	return awsname.CheckServicePrincipal(service)
}

func checkSourceARN(arn string) error {
	a, err := awsname.ParseARN(arn)
	if err != nil {
		return err
	}
	if a.Service == "iam" || a.Service == "sts" {
		return fmt.Errorf("%q names a principal, but a service acts for a resource: for Lambda write the function, arn:%s:lambda:REGION:%s:function:NAME", arn, a.Partition, a.Account)
	}
	return nil
}
