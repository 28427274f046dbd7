// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// LoginDocument returns a policy document that allows the login and nothing else.
func LoginDocument() *policy.Document {
	return policy.NewDocument(policy.NewStatement(policy.StatementSpec{Actions: []string{actionset.TokenAction}, Resources: []string{"*"}}))
}

// LoginHCL returns an aws_iam_role_policy block that allows a role the login and nothing
// else. ecrxa_consumer_role_policy always allows actions on a repository, too.
func LoginHCL(role, policyName string) string {
	return AllowHCL("ecr_login", role, policyName, "*", actionset.TokenAction)
}

// AllowHCL returns an aws_iam_role_policy block that allows a role actions on a resource and
// nothing else. ecrxa_consumer_role_policy always allows the login, too.
func AllowHCL(label, role, policyName, resource string, actions ...string) string {
	b := newBlock("aws_iam_role_policy", label)
	b.text("role", role)
	b.text("name", policyName)
	action := list(actions)
	if len(actions) == 1 {
		action = cty.StringVal(actions[0])
	}
	document := cty.ObjectVal(map[string]cty.Value{
		"Version": cty.StringVal(policy.Version2012),
		"Statement": cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
			"Effect": cty.StringVal("Allow"), "Action": action, "Resource": cty.StringVal(resource),
		})}),
	})
	b.body.SetAttributeRaw("policy", hclwrite.TokensForFunctionCall("jsonencode", hclwrite.TokensForValue(document)))
	return b.String()
}
