package consumerpolicy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// The constraints that the IAM API gives for RoleName and PolicyName.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
var (
	roleNamePattern   = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	policyNamePattern = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
)

func checkRole(name string) error {
	if p, err := awsname.ParsePrincipal(name); err == nil {
		if p.Kind == awsname.Role || p.Kind == awsname.RoleSession {
			return fmt.Errorf("%q is the ARN of a %s: write the role's name, %q", name, p.Kind, p.Name)
		}
		return fmt.Errorf("%q is an ARN of another kind (%s): write the name of the role that pulls", name, p.Kind)
	}
	if strings.HasPrefix(name, "arn:") {
		return fmt.Errorf("%q is an ARN: write the role's name alone, the part after the last slash", name)
	}
	if base := name[strings.LastIndex(name, "/")+1:]; base != name && roleNamePattern.MatchString(base) {
		return fmt.Errorf("%q has a path: write the role's name alone, %q", name, base)
	}
	if !roleNamePattern.MatchString(name) {
		return fmt.Errorf("%q is not a role name: IAM accepts 1 to 64 letters, digits and the characters + = , . @ _ -", name)
	}
	return nil
}

func checkPolicyName(name string) error {
	if !policyNamePattern.MatchString(name) {
		return fmt.Errorf("%q is not a policy name: IAM accepts 1 to 128 letters, digits and the characters + = , . @ _ -", name)
	}
	return nil
}
