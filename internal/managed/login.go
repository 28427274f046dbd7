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
	b := newBlock("aws_iam_role_policy", "ecr_login")
	b.text("role", role)
	b.text("name", policyName)
	document := cty.ObjectVal(map[string]cty.Value{
		"Version": cty.StringVal(policy.Version2012),
		"Statement": cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
			"Effect": cty.StringVal("Allow"), "Action": cty.StringVal(actionset.TokenAction), "Resource": cty.StringVal("*"),
		})}),
	})
	b.body.SetAttributeRaw("policy", hclwrite.TokensForFunctionCall("jsonencode", hclwrite.TokensForValue(document)))
	return b.String()
}
