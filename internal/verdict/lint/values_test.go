// SPDX-License-Identifier: MPL-2.0

package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestPointlessValues: what AWS accepts and takes for something else than is meant is
// said, with what it means; and it is not called rejected.
func TestPointlessValues(t *testing.T) {
	t.Parallel()
	const none = ""
	for statement, want := range map[string]string{
		`{"Effect":"Allow","Action":[],"Resource":"*"}`:                                                                             `has Action without values in the statement 0 (the first), so the statement applies to nothing`,
		`{"Effect":"Allow","Action":"ecr:*","Resource":[]}`:                                                                         `has Resource without values in the statement 0 (the first), so the statement applies to nothing`,
		`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":[]}}}`:                 `has Condition StringEquals aws:PrincipalOrgID without values in the statement 0 (the first), so no value meets it`,
		`{"Effect":"Deny","Action":"ecr:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":[]}}}`:               `has Condition StringNotEquals aws:PrincipalOrgID without values in the statement 0 (the first), so every value meets it`,
		pulls.PullOn("arn:aws:ecr:us-east-1:98765432109:repository/payment-service"):                                                `has Resource arn:aws:ecr:us-east-1:98765432109:repository/payment-service in the statement 0 (the first): it matches nothing, since an account ID has 12 digits`,
		`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"12345678901"}}}`:    `has Condition aws:PrincipalAccount 12345678901 in the statement 0 (the first): it matches nothing. "12345678901" has 11 digits, and an account ID has 12: a number loses its leading zeros. If they are missing, write "012345678901"`,
		`{"Effect":"Deny","Action":"ecr:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-x"}}}`:            `has Condition aws:PrincipalOrgID o-x in the statement 0 (the first): it matches nothing. "o-x" is not an organization ID: it is o- and 10 to 32 lower-case letters and digits, such as o-a1b2c3d4e5`,
		`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpc-0a1b"}}}`:             `has Condition aws:SourceVpce vpc-0a1b in the statement 0 (the first): it matches nothing. "vpc-0a1b" is not the ID of a VPC endpoint: it begins with vpce-`,
		pulls.PullOn("arn:aws:ecr:us-east-1:987654321098"):                                                                          `has the Resource arn:aws:ecr:us-east-1:987654321098 in the statement 0 (the first): an ARN has six parts, and this one has fewer. AWS completes it to arn:aws:ecr:us-east-1:987654321098:* in identity-based policies`,
		pulls.PullOn("arn:aws:ecr:*:repository/app"):                                                                                `has the Resource arn:aws:ecr:*:repository/app in the statement 0 (the first): an ARN has six parts, and this one has fewer. AWS completes it to arn:aws:ecr:*:repository/app:*, or lets its * stand for the rest: the documentation says both`,
		pulls.PullOn("arn:aws:ecr:us-east-1:*"):                                                                                     none,
		`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::bucket"}`:                                                       none,
		`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}`:      none,
		`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalAccount":["1234*","${a:b}"]}}}`: none,
	} {
		result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(statement))
		}))
		if len(result.Rejected) > 0 {
			t.Errorf("%s is called rejected: %v", statement, result.Rejected)
		}
		isWanted := func(s string) bool { return s == `identity_policies["task-execution"] `+want+"." }
		if want == none && len(result.Unlikely) > 0 || want != none && !slices.ContainsFunc(result.Mismatches, isWanted) {
			t.Errorf("%s: %q, want %q", statement, result.Mismatches, want)
		}
	}
	for _, policyType := range []struct {
		set  func(*verdict.Input, verdict.Documents)
		want string
	}{
		{func(in *verdict.Input, d verdict.Documents) { in.SessionPolicies = d }, "A session policy does not accept it."},
		{func(in *verdict.Input, d verdict.Documents) { in.PermissionsBoundary = d }, "What that means in a policy of this type AWS does not say."},
	} {
		result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
			policyType.set(in, pulls.DocumentsOf(pulls.Doc(pulls.PullOn("arn:aws:ecr:us-east-1:987654321098"))))
		}))
		if !slices.ContainsFunc(result.Mismatches, func(s string) bool { return strings.HasSuffix(s, policyType.want) }) {
			t.Errorf("%q, want %q", result.Mismatches, policyType.want)
		}
	}
}

// TestRoleOfIdentityCenter: such a role without its path is none, and no remedy names it as one:
// the registry side can grant to it whatever its path is.
func TestRoleOfIdentityCenter(t *testing.T) {
	t.Parallel()
	const name = "AWSReservedSSO_Developer_0123456789abcdef"
	for arn, isWhole := range map[string]bool{
		"arn:aws:iam::123456789012:role/" + name:                                          false,
		"arn:aws:iam::123456789012:role/team/" + name:                                     false,
		"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/" + name:           true,
		"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/" + name: true,
		"arn:aws:sts::123456789012:assumed-role/" + name + "/dev":                         false,
	} {
		result := pulls.Evaluate(t, pulls.With(pulls.None(), func(in *verdict.Input) { in.RoleARN = arn }))
		for _, r := range result.Remedies {
			namesRole := strings.Contains(r.HCL+r.JSON, name)
			isByPath := strings.Contains(r.JSON, `root"`) && strings.Contains(r.JSON, `{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*`+name+`"}}`)
			if r.Side == verdict.Registry && (!namesRole || isByPath == isWhole) || r.Side == verdict.Consumer && namesRole {
				t.Errorf("%s: %+v", arn, r)
			}
		}
		asks := strings.Contains(result.Explanation, "Or set role_arn to the ARN of the role with its path: aws iam get-role --role-name "+name)
		if asks == isWhole || result.Verdict != authz.Denied {
			t.Errorf("%s: asked for the path: %t\n%s", arn, asks, result.Explanation)
		}
	}
}
