// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Conditions that every request that a grant is for meets, or none, are named.
func TestCertainConditions(t *testing.T) {
	t.Parallel()
	const registry = "987654321098"
	none := types.SetNull(types.StringType)
	nobody := Grantees{AccountIDs: none, RoleARNs: none, UserARNs: none, OrganizationIDs: none, OrganizationPaths: none, Actions: none}
	roles, users, accounts, organization, service, unknown := nobody, nobody, nobody, nobody, nobody, nobody
	roles.RoleARNs = tfattr.StringSet([]string{"arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b"})
	users.UserARNs = tfattr.StringSet([]string{"arn:aws:iam::123456789012:user/alice"})
	accounts.AccountIDs = tfattr.StringSet([]string{"123456789012"})
	organization.OrganizationIDs = tfattr.StringSet([]string{"o-a1b2c3d4e5"})
	service.ServicePrincipal = types.StringValue("lambda.amazonaws.com")
	unknown.RoleARNs = types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})
	condition := func(test, key, value string) policy.Condition {
		return policy.Condition{Test: test, Variable: key, Values: []string{value}}
	}
	for name, tt := range map[string]struct {
		to        Grantees
		condition policy.Condition
		want      string // "" means that it is neither
	}{
		"the Region":                  {organization, condition("StringEquals", "aws:RequestedRegion", "us-east-1"), "always met"},
		"another Region":              {accounts, condition("StringEquals", "aws:RequestedRegion", "eu-west-1"), "never met"},
		"the registry":                {roles, condition("StringEquals", "aws:ResourceAccount", registry), "always met"},
		"the Region, not as it seems": {roles, condition("StringNotEquals", "aws:RequestedRegion", "eu-west-1"), ""}, // named by another warning
		"who is not known":            {unknown, condition("StringEquals", "aws:RequestedRegion", "eu-west-1"), ""},
		"a source of roles":           {roles, condition("StringEquals", "aws:SourceAccount", "123456789012"), "never met"},
		"a source of a service":       {service, condition("StringEquals", "aws:SourceAccount", "123456789012"), ""},
		"a role's ARN of a service":   {service, condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/a"), "never met"},
		"one of the roles":            {roles, condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/a"), ""},
		"another role":                {roles, condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/c"), "never met"},
		"a role of the account":       {accounts, condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/c"), ""},
		"a user name of roles":        {roles, condition("StringEquals", "aws:username", "alice"), "never met"},
		"a user name of users":        {users, condition("StringEquals", "aws:username", "alice"), "always met"},
		"a user name of an account":   {accounts, condition("StringEquals", "aws:username", "alice"), ""},
		"users of an account":         {accounts, condition("StringEquals", "aws:PrincipalType", "User"), ""},
		"another account":             {accounts, condition("StringEquals", "aws:PrincipalAccount", "111122223333"), "never met"},
		"an account of organizations": {organization, condition("StringEquals", "aws:PrincipalAccount", "111122223333"), ""},
		"a tag of the request":        {organization, condition("StringEquals", "aws:RequestTag/team", "payments"), "never met"},
		"an endpoint":                 {organization, condition("StringEquals", "aws:SourceVpce", "vpce-1"), ""},
		"an unknown key":              {roles, condition("StringEquals", "ecr:ImageTag", "v1"), ""}, // named by another warning
	} {
		g := tt.to
		g.Access = types.StringValue("pull")
		list, diags := ConditionList(t.Context(), []policy.Condition{tt.condition}, types.ListNull(ConditionsAttribute().NestedObject.Type()))
		g.Conditions = list
		g.WarnCertainConditions(t.Context(), awsname.Repository{Partition: "aws", Region: "us-east-1", Account: registry, Name: "app"}, &diags)
		if tt.want == "" && len(diags) > 0 || tt.want != "" && (len(diags) != 1 || !strings.HasSuffix(diags[0].Summary(), tt.want)) {
			t.Errorf("%s: got %v, want %q", name, diags, tt.want)
		}
	}
}
