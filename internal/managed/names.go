// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// sidPattern is the form of a Sid in ecrxa_repository_grant. IAM accepts it in all
// policies. ECR accepts more characters, but this provider does not write them. AWS gives
// no length; a longer Sid would fill a message and a good part of the policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var sidPattern = regexp.MustCompile(`^[A-Za-z0-9]{1,256}$`)

// CheckSid returns an error if a grant cannot have the Sid.
func CheckSid(sid string) error {
	if !sidPattern.MatchString(sid) {
		return fmt.Errorf("%s is not a Sid: write up to 256 letters and digits, for example TeamPaymentsPull", printed.Quoted(sid))
	}
	return nil
}

// CheckRepository returns an error if a grant cannot have the repository, which is a name
// without account and Region. The error says what to write.
func CheckRepository(name string) error {
	what, meant := awsname.MeantRepository(name)
	switch {
	case meant != "":
		return fmt.Errorf("%s %s: write the repository's name, %q", printed.Quoted(name), what, meant)
	case what != "":
		return fmt.Errorf("%s %s: write the repository's name, such as team/app", printed.Quoted(name), what)
	case awsname.HasWildcard(name):
		return fmt.Errorf("%s has a wildcard, and this is for one repository: write its name. For repositories whose names begin alike, use %s", printed.Quoted(name), RegistryGrantType)
	}
	return awsname.CheckRepositoryName(name)
}

// CheckRegion returns an error if region does not have the form of a Region code.
func CheckRegion(region string) error {
	if zone := strings.TrimRight(region, "abcdef"); zone != region && awsname.IsRegion(zone) {
		return fmt.Errorf("%s is an Availability Zone: write its region, %s", printed.Quoted(region), zone)
	}
	if !awsname.IsRegion(region) {
		return fmt.Errorf("%s is not a region: write its code, such as us-east-1", printed.Quoted(region))
	}
	return nil
}

// CheckAccountID returns an error if id is not the ID of an account. The error says what to
// write.
func CheckAccountID(id string) error {
	if p, err := awsname.ParsePrincipal(id); err == nil {
		return fmt.Errorf("%s is the ARN of a principal: write the ID of its account, %q", printed.Quoted(id), p.Account)
	}
	return awsname.CheckAccountID(id)
}

// The constraints that the IAM API gives for RoleName and PolicyName.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
var (
	roleNamePattern   = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	policyNamePattern = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
)

// CheckRoleName returns an error if name is not the name of a role. The error says what to
// write.
func CheckRoleName(name string) error {
	p, err := awsname.ParsePrincipal(name)
	if err == nil {
		if p.Kind == awsname.Role || p.Kind == awsname.RoleSession {
			return fmt.Errorf("%s is the ARN of a %s: write the role's name, %q", printed.Quoted(name), p.Kind, p.Name)
		}
		return fmt.Errorf("%s is an ARN of another kind (%s): write the name of the role that pulls", printed.Quoted(name), p.Kind)
	}
	if strings.HasPrefix(name, "arn:") {
		if !strings.Contains(name, ":role/") {
			return err
		}
		return fmt.Errorf("%s is an ARN: write the role's name alone, the part after the last slash", printed.Quoted(name))
	}
	if base := name[strings.LastIndex(name, "/")+1:]; base != name && roleNamePattern.MatchString(base) {
		return fmt.Errorf("%s has a path: write the role's name alone, %q", printed.Quoted(name), base)
	}
	if !roleNamePattern.MatchString(name) {
		return fmt.Errorf("%s is not a role name: IAM accepts 1 to 64 letters, digits and the characters + = , . @ _ -", printed.Quoted(name))
	}
	return nil
}

// CheckPolicyName returns an error if name is not the name of an inline policy.
func CheckPolicyName(name string) error {
	if !policyNamePattern.MatchString(name) {
		return fmt.Errorf("%s is not a policy name: IAM accepts 1 to 128 letters, digits and the characters + = , . @ _ -", printed.Quoted(name))
	}
	return nil
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
