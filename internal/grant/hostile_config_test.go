// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"maps"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// Values of a configuration often come from other accounts: whatever they are, a message about
// them has one line and a limit.
func TestTextsOfTheConfigurationStayData(t *testing.T) {
	t.Parallel()
	for _, evil := range hostile.Texts() {
		forms := []string{evil, "arn:aws:iam::123456789012:role/" + evil, "arn:aws:iam::123456789012:user/" + evil + "/x", "arn:aws:sts::123456789012:assumed-role/" + evil + "/x", "arn:aws:" + evil + ":us-east-1:*:x", "o-a1b2c3d4e5/" + evil + "/*", "o-a1b2c3d4e5/r-ab12/ou-" + evil + "*", "ecr:" + evil, evil + "*"}
		var configs []values
		for _, attribute := range []string{"account_ids", "role_arns", "user_arns", "organization_ids", "organization_paths", "actions"} {
			configs = append(configs, values{attribute: forms})
		}
		for _, attribute := range []string{"source_arns", "source_account_ids"} {
			configs = append(configs, values{"service_principal": "lambda.amazonaws.com", attribute: forms})
		}
		for _, text := range []string{evil, forms[1], evil + "*"} {
			config := values{"account_ids": []string{"123456789012"}}
			for _, attribute := range []string{"repository", "registry_id", "region", "sid", "access", "match_roles_by", "service_principal"} {
				config[attribute] = text
			}
			condition := func(test, key string, list ...string) values {
				return values{"test": test, "variable": key, "values": list}
			}
			same := condition("StringNotEquals", "aws:"+text, text)
			configs = append(configs, config, values{"role_arns": forms[1:2], "conditions": []values{
				condition(text, "aws:SourceVpce", "vpce-1"), condition("StringNotEquals", text, "x"), same, same,
				condition("NumericLessThan", "aws:MultiFactorAuthAge", text),
				condition("StringEquals", "aws:PrincipalTag/x", text, "${aws:PrincipalTag/"+text+"}"),
			}})
		}
		for _, arguments := range configs {
			config := values{"repository": "app", "sid": "S"}
			maps.Copy(config, arguments)
			for _, d := range acctest.ValidateResource(t, "ecrxa_repository_grant", config) {
				hostile.CheckHarmless(t, d.Summary, d.Summary+": "+d.Detail, "")
			}
		}
	}
}
