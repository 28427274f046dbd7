// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// values are the configuration of a resource.
type values = map[string]any

func TestValidation(t *testing.T) {
	t.Parallel()
	const (
		role    = "arn:aws:iam::123456789012:role/r"
		session = "arn:aws:sts::123456789012:assumed-role/deployer/alice"
	)
	tests := map[string]struct {
		config  values
		path    string // "" means that the configuration is fine
		warning bool
		text    string // stands in summary or detail
	}{
		"a role":                    {config: values{"role_arns": []string{role}}},
		"role, user and account":    {config: values{"role_arns": []string{role}, "user_arns": []string{"arn:aws:iam::123456789012:user/u"}}},
		"an organization":           {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}}},
		"a service for one account": {config: values{"service_principal": "codebuild.amazonaws.com", "source_account_ids": []string{"123456789012"}}},
		"a function in any account, source accounts given": {config: values{
			"service_principal": "lambda.amazonaws.com", "source_arns": []string{"arn:aws:lambda:*:*:function:*"}, "source_account_ids": []string{"123456789012"},
		}},
		"an account narrowed to a role": {config: values{"account_ids": []string{"123456789012"}, "conditions": []values{{"test": "ArnLike", "variable": "aws:PrincipalArn", "values": []string{"arn:aws:iam::123456789012:role/ci-*"}}}}},

		"actions: misspelt": {config: values{"role_arns": []string{role}, "actions": []string{"ecr:BatchGetImages"}}, path: "actions[ecr:BatchGetImages]", warning: true, text: `Did you mean "ecr:BatchGetImage"?`},

		"nobody":                         {config: values{}, path: "sid", text: "Missing principal"},
		"two kinds":                      {config: values{"role_arns": []string{role}, "organization_ids": []string{"o-a1b2c3d4e5"}}, path: "sid", text: "Several kinds of principals"},
		"organizations, paths":           {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}, "organization_paths": []string{"o-a1b2c3d4e5/*"}}, path: "organization_paths", text: "two grants"},
		"short account":                  {config: values{"account_ids": []string{"12345678901"}}, path: "account_ids[12345678901]", text: `write "012345678901"`},
		"account as root ARN":            {config: values{"account_ids": []string{"arn:aws:iam::123456789012:root"}}, path: "account_ids[arn:aws:iam::123456789012:root]", text: `write the ID of its account, "123456789012"`},
		"session":                        {config: values{"role_arns": []string{session}}, path: "role_arns[" + session + "]", text: "arn:aws:iam::123456789012:role/deployer"},
		"role with a wildcard":           {config: values{"role_arns": []string{"arn:aws:iam::123456789012:role/*"}}, path: "role_arns[arn:aws:iam::123456789012:role/*]", text: `write "123456789012" in account_ids, and in conditions test = "ArnLike", variable = "aws:PrincipalArn", values = ["arn:aws:iam::123456789012:role/*"]`},
		"root among roles":               {config: values{"role_arns": []string{"arn:aws:iam::123456789012:root"}}, path: "role_arns[arn:aws:iam::123456789012:root]", text: "account_ids"},
		"role among users":               {config: values{"user_arns": []string{role}}, path: "user_arns[" + role + "]", text: "role_arns"},
		"user among roles":               {config: values{"role_arns": []string{"arn:aws:iam::123456789012:user/u"}}, path: "role_arns[arn:aws:iam::123456789012:user/u]", text: "user_arns"},
		"function among roles":           {config: values{"role_arns": []string{"arn:aws:lambda:us-east-1:123456789012:function:f"}}, path: "role_arns[arn:aws:lambda:us-east-1:123456789012:function:f]", text: `service_principal = "lambda.amazonaws.com" and this ARN in source_arns`},
		"task among users":               {config: values{"user_arns": []string{"arn:aws:ecs:us-east-1:123456789012:task/c/1"}}, path: "user_arns[arn:aws:ecs:us-east-1:123456789012:task/c/1]", text: "a resource of ecs, not of an IAM principal: use the ARN of the role"},
		"star":                           {config: values{"role_arns": []string{"*"}}, path: "role_arns[*]", text: "arn:aws:iam::ACCOUNT:role/NAME"},
		"organization, odd":              {config: values{"organization_ids": []string{"r-ab12"}}, path: "organization_ids[r-ab12]", text: "o-a1b2c3d4e5"},
		"any organization":               {config: values{"organization_paths": []string{"*/r-ab12/*"}}, path: "organization_paths[*/r-ab12/*]", text: "organization ID"},
		"path without slash":             {config: values{"organization_paths": []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"}}, path: "organization_paths[o-a1b2c3d4e5/r-ab12/ou-ab12-11111111]", text: "End it with /"},
		"a service for an organization":  {config: values{"service_principal": "lambda.amazonaws.com", "conditions": []values{{"test": "StringEquals", "variable": "aws:SourceOrgID", "values": []string{"o-a1b2c3d4e5"}}}}},
		"a service for a unit":           {config: values{"service_principal": "lambda.amazonaws.com", "conditions": []values{{"test": "ForAnyValue:StringLike", "variable": "aws:SourceOrgPaths", "values": []string{"o-a1b2c3d4e5/*/ou-ab12-11111111/*"}}}}},
		"a service as Lambda writes it":  {config: values{"service_principal": "lambda.amazonaws.com", "conditions": []values{{"test": "StringLike", "variable": "aws:sourceArn", "values": []string{"arn:aws:lambda:us-east-1:123456789012:function:*"}}}}},
		"a service for any organization": {config: values{"service_principal": "lambda.amazonaws.com", "conditions": []values{{"test": "StringLike", "variable": "aws:SourceOrgID", "values": []string{"o-*"}}}}, path: "service_principal", text: "aws:SourceOrgPaths"},
		"a function anywhere in an organization": {config: values{
			"service_principal": "lambda.amazonaws.com", "source_arns": []string{"arn:aws:lambda:*:*:function:*"},
			"conditions": []values{{"test": "StringEquals", "variable": "aws:SourceOrgID", "values": []string{"o-a1b2c3d4e5"}}},
		}},
		"service alone":         {config: values{"service_principal": "lambda.amazonaws.com"}, path: "service_principal", text: "confused deputy"},
		"source alone":          {config: values{"role_arns": []string{role}, "source_account_ids": []string{"123456789012"}}, path: "source_account_ids", text: "needs service_principal"},
		"service, odd":          {config: values{"service_principal": "lambda", "source_account_ids": []string{"123456789012"}}, path: "service_principal", text: "amazonaws.com"},
		"service with wildcard": {config: values{"service_principal": "*.amazonaws.com", "source_account_ids": []string{"123456789012"}}, path: "service_principal", text: "wildcard"},
		"role for a function":   {config: values{"service_principal": "lambda.amazonaws.com", "source_arns": []string{role}}, path: "source_arns[" + role + "]", text: "arn:aws:lambda:REGION:123456789012:function:NAME"},
		"bucket for a function": {config: values{"service_principal": "lambda.amazonaws.com", "source_arns": []string{"arn:aws:s3:::b"}, "source_account_ids": []string{"123456789012"}}, path: "source_arns[arn:aws:s3:::b]", text: "function"},
		"function anywhere":     {config: values{"service_principal": "lambda.amazonaws.com", "source_arns": []string{"arn:aws:lambda:us-east-1:*:function:*"}}, path: "source_arns[arn:aws:lambda:us-east-1:*:function:*]", text: "source_account_ids"},
		"condition, no roles":   {config: values{"account_ids": []string{"123456789012"}, "match_roles_by": "condition"}, path: "match_roles_by", text: "needs role_arns"},
		"condition and account": {config: values{"role_arns": []string{role}, "account_ids": []string{"123456789012"}, "match_roles_by": "condition"}, path: "match_roles_by", text: "deny them access"},
		"token action":          {config: values{"role_arns": []string{role}, "actions": []string{"ecr:getauthorizationtoken"}}, path: "actions[ecr:getauthorizationtoken]", text: "ecrxa_consumer_role_policy"},
		"action of S3":          {config: values{"role_arns": []string{role}, "actions": []string{"s3:GetObject"}}, path: "actions[s3:GetObject]", text: "ecr:BatchGetImage"},
		"access, unknown":       {config: values{"role_arns": []string{role}, "access": "read"}, path: "access", text: "Not an access set"},
		"access and actions":    {config: values{"role_arns": []string{role}, "access": "pull", "actions": []string{"ecr:BatchGetImage"}}, path: "access", text: "actions"},
		"operator, misspelt":    {config: values{"role_arns": []string{role}, "conditions": []values{{"test": "stringequals", "variable": "aws:SourceVpce", "values": []string{"v"}}}}, path: "conditions[0].test", text: "StringEquals"},
		"key without prefix":    {config: values{"role_arns": []string{role}, "conditions": []values{{"test": "StringEquals", "variable": "SourceVpce", "values": []string{"v"}}}}, path: "conditions[0].variable", text: "aws:SourceVpce"},
		"condition twice": {config: values{"role_arns": []string{role}, "conditions": []values{
			{"test": "StringEquals", "variable": "aws:SourceVpce", "values": []string{"v"}},
			{"test": "StringEquals", "variable": "AWS:sourcevpce", "values": []string{"w"}},
		}}, path: "conditions[1]", text: "conditions[0]"},
		"condition that the provider writes": {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}, "conditions": []values{
			{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": []string{"o-zzzzzzzzzz"}},
		}}, path: "conditions[0]", text: "writes this condition itself"},
		"sid with a space":      {config: values{"role_arns": []string{role}, "sid": "Two Words"}, path: "sid", text: "Not a Sid"},
		"repository as ARN":     {config: values{"role_arns": []string{role}, "repository": "arn:aws:ecr:us-east-1:987654321098:repository/app"}, path: "repository", text: `"app"`},
		"repository as image":   {config: values{"role_arns": []string{role}, "repository": "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app:1"}, path: "repository", text: `"team/app"`},
		"repository, upper":     {config: values{"role_arns": []string{role}, "repository": "App"}, path: "repository", text: `write the repository's name, "app"`},
		"registry_id":           {config: values{"role_arns": []string{role}, "registry_id": "987"}, path: "registry_id", text: "12 digits"},
		"region, misspelt":      {config: values{"role_arns": []string{role}, "region": "us-esat-1"}, path: "region", warning: true, text: `Did you mean "us-east-1"?`},
		"region":                {config: values{"role_arns": []string{role}, "region": "Virginia"}, path: "region", text: "us-east-1"},
		"a null source":         {config: values{"service_principal": "lambda.amazonaws.com", "source_arns": []any{nil}}, path: "source_arns", text: "null"},
		"a null role":           {config: values{"role_arns": []any{role, nil}}, path: "role_arns", text: "null"},
		"a null organization":   {config: values{"organization_ids": []any{nil}}, path: "organization_ids", text: "null"},
		"a null action":         {config: values{"role_arns": []string{role}, "actions": []any{nil}}, path: "actions", text: "null"},
		"a null condition":      {config: values{"role_arns": []string{role}, "conditions": []any{nil}}, path: "conditions", text: "null"},
		"a null value":          {config: values{"role_arns": []string{role}, "conditions": []values{{"test": "StringEquals", "variable": "aws:SourceVpce", "values": []any{nil}}}}, path: "conditions[0].values", text: "null"},
		"operator, two sets":    {config: values{"role_arns": []string{role}, "conditions": []values{{"test": "ForAllValues:ForAnyValue:StringEquals", "variable": "aws:SourceVpce", "values": []string{"v"}}}}, path: "conditions[0].test", text: "not a condition operator"},
		"account among roles":   {config: values{"role_arns": []string{"123456789012"}}, path: "role_arns[123456789012]", text: "account_ids"},
		"deleted role":          {config: values{"role_arns": []string{"AROAEXAMPLEEXAMPLE123"}}, path: "role_arns[AROAEXAMPLEEXAMPLE123]", text: "deleted"},
		"service, short":        {config: values{"service_principal": "codebuild", "source_account_ids": []string{"123456789012"}}, path: "service_principal", text: "write codebuild.amazonaws.com"},
		"an empty set of roles": {config: values{"role_arns": []string{}}, path: "role_arns", text: "write at least one"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := values{"repository": "app", "sid": "S"}
			maps.Copy(config, tt.config)
			diagnostics := acctest.ValidateResource(t, "ecrxa_repository_grant", config)
			if tt.path == "" {
				if len(diagnostics) > 0 {
					t.Errorf("got %+v, want nothing", diagnostics)
				}
				return
			}
			if !slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool {
				return d.Path == tt.path && d.Warning == tt.warning && strings.Contains(d.Summary+"\n"+d.Detail, tt.text)
			}) {
				t.Errorf("got %+v, want at %s (warning: %t) %q", diagnostics, tt.path, tt.warning, tt.text)
			}
		})
	}
}
