// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// notAnARN explains what else people write where an ARN belongs; nil for an ARN.
func notAnARN(text, form string) error {
	switch {
	case awsname.IsAccountID(text):
		return fmt.Errorf("%s is an account ID: to grant access to the whole account, write it in account_ids", printed.Quoted(text))
	case awsname.IsUniqueID(text):
		return fmt.Errorf("%s is what AWS shows in place of a deleted role or user: write the ARN of the one that exists now", printed.Quoted(text))
	case managed.CheckOrganizationID(text) == nil:
		return fmt.Errorf("%s is an organization ID: to grant access to the whole organization, write it in organization_ids", printed.Quoted(text))
	case awsname.CheckServicePrincipal(text) == nil:
		return fmt.Errorf("%s is an AWS service: write the role that the service pulls with, or the service in service_principal if it pulls itself, as Lambda does", printed.Quoted(text))
	case !strings.HasPrefix(strings.TrimSpace(text), "arn:"):
		return fmt.Errorf("%s is not an ARN: write it as %s", printed.Quoted(text), form)
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
		return fmt.Errorf("%s is a Lambda function, not an IAM principal. The Lambda service pulls its image: use a separate grant with service_principal = \"lambda.amazonaws.com\" and this ARN in source_arns", printed.Quoted(arn))
	default:
		return fmt.Errorf("%s is the ARN of a resource of %s, not of an IAM principal: use the ARN of the role that it pulls with", printed.Quoted(arn), printed.Value(a.Service))
	}
}

// wildcardARN says how to grant to every principal that an ARN with a wildcard
// means, as AWS takes none in a principal.
func wildcardARN(arn string) error {
	a, err := awsname.ParseARN(arn)
	if err != nil || !awsname.HasWildcard(arn) || !awsname.IsAccountID(a.Account) {
		return nil //nolint:nilerr // ParsePrincipal says what is wrong.
	}
	return fmt.Errorf("%s has a wildcard, which AWS does not accept in a principal: write %q in account_ids, and in conditions test = \"ArnLike\", variable = \"aws:PrincipalArn\", values = [%[1]s]", printed.Quoted(arn), a.Account)
}

// checkAccountID says where principals belong that are not a whole account.
func checkAccountID(id string) error {
	p, err := awsname.ParsePrincipal(id)
	switch {
	case err != nil || p.Kind == awsname.AccountRoot:
		return managed.CheckAccountID(id)
	case p.Kind == awsname.User:
		return fmt.Errorf("%s is the ARN of a user: write it in user_arns", printed.Quoted(id))
	default:
		return fmt.Errorf("%s is the ARN of a %s: write the role in role_arns", printed.Quoted(id), p.Kind)
	}
}

// checkOrganizationID says where the accounts of a part of an organization belong.
func checkOrganizationID(id string) error {
	unit, quoted := managed.MeantUnit(id), printed.Quoted(id)
	switch {
	case unit != "":
		return fmt.Errorf("%s is an organizational unit: write its path in organization_paths, %s", quoted, unit)
	case managed.CheckOrganizationPath(id) == nil:
		return fmt.Errorf("%s is a path: write it in organization_paths", quoted)
	case awsname.IsAccountID(id):
		return fmt.Errorf("%s is an account ID: write it in account_ids", quoted)
	case strings.Contains(id, ":account/"):
		return fmt.Errorf("%s is the ARN of one account: write the ID of the account in account_ids", quoted)
	}
	return managed.CheckOrganizationID(id)
}

// principalOf parses the ARN of a principal, which has the form.
func principalOf(arn, form string) (awsname.Principal, error) {
	if err := cmp.Or(notAnARN(arn, form), resourceARN(arn), wildcardARN(arn)); err != nil {
		return awsname.Principal{}, err
	}
	return awsname.ParsePrincipal(arn)
}

func checkRoleARN(arn string) error {
	p, err := principalOf(arn, "arn:aws:iam::ACCOUNT:role/NAME")
	if err != nil {
		return err
	}
	switch p.Kind {
	case awsname.Role:
		return checkPath(arn, p.Path)
	case awsname.RoleSession:
		return fmt.Errorf("%s is a session ARN, which is not valid after the session: use the role's ARN, arn:%s:iam::%s:role/%s (with the role's path before its name, if it has one)",
			printed.Quoted(arn), p.Partition, p.Account, printed.Name(p.Name))
	case awsname.AccountRoot:
		return fmt.Errorf("%s is the account root: to grant access to the whole account, add %q to account_ids", printed.Quoted(arn), p.Account)
	case awsname.FederatedUser:
		return fmt.Errorf("%s is a federated user, who exists only in a session: write the IAM user with whose credentials the session begins in user_arns, or the statement in ecrxa_repository_statement", printed.Quoted(arn))
	default:
		return fmt.Errorf("%s names a %s, not a role: write users in user_arns", printed.Quoted(arn), p.Kind)
	}
}

// checkPath refuses a path that IAM accepts and that nobody writes on purpose: in a policy or
// in configuration, its characters could be taken for something else than text.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
func checkPath(arn, path string) error {
	isText := func(r rune) bool { return '!' <= r && r <= '~' && !strings.ContainsRune("\"'`$\\{}", r) }
	if strings.Contains(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return !isText(r) }) {
		return fmt.Errorf("%s has the path %s: this resource takes no path with quotes, $, braces, backslashes, control characters or an empty part. Check where this ARN comes from; or grant to the account in account_ids, with a condition on a tag of the role", printed.Quoted(arn), printed.Quoted(path))
	}
	return nil
}

func checkUserARN(arn string) error {
	p, err := principalOf(arn, "arn:aws:iam::ACCOUNT:user/NAME")
	if err != nil {
		return err
	}
	if p.Kind == awsname.User {
		return checkPath(arn, p.Path)
	}
	return fmt.Errorf("%s names a %s, not an IAM user: write roles in role_arns and whole accounts in account_ids", printed.Quoted(arn), p.Kind)
}

func checkServicePrincipal(service string) error {
	if strings.ContainsAny(service, "*?") {
		return fmt.Errorf("%s has a wildcard: AWS accepts none in a service principal", printed.Quoted(service))
	}
	if a, err := awsname.ParseARN(service); err == nil {
		return fmt.Errorf("%s is an ARN: write the service, such as lambda.amazonaws.com, and the ARN of a resource of %s in source_arns", printed.Quoted(service), printed.Value(a.Service))
	}
	if service != "" && !strings.Contains(service, ".") {
		return fmt.Errorf("%s is not a service principal: write %s.amazonaws.com", printed.Quoted(service), printed.Name(service))
	}
	return awsname.CheckServicePrincipal(service)
}

func checkSourceARN(arn string) error {
	a, err := awsname.ParseARN(arn)
	if err != nil {
		return err
	}
	if a.Service == "iam" || a.Service == "sts" {
		return fmt.Errorf("%s names a principal, but a service acts for a resource: for Lambda write the function, arn:%s:lambda:REGION:%s:function:NAME", printed.Quoted(arn), printed.Name(a.Partition), printed.Name(a.Account))
	}
	return nil
}

func checkMatch(by string) error {
	if by != managed.ByPrincipal && by != managed.ByCondition {
		return fmt.Errorf("%s is not a way to match roles: write %s or %s", printed.Quoted(by), managed.ByPrincipal, managed.ByCondition)
	}
	return nil
}
