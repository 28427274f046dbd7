// SPDX-License-Identifier: MPL-2.0

package registrygrant_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// values are the configuration of a resource.
type values = map[string]any

// Who gets access is checked as in a repository grant; a few of its cases show that.
func TestValidation(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/r"
	for name, tt := range map[string]struct {
		config  values
		path    string // "" means that the configuration is fine
		warning bool
		text    string // in summary or detail
	}{
		"a role":                 {config: values{"role_arns": []string{role}}},
		"names and a beginning":  {config: values{"role_arns": []string{role}, "repositories": []string{"app", "team/app", "team/*"}}},
		"all":                    {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}, "repositories": []string{"*"}}},
		"none":                   {config: values{"role_arns": []string{role}, "repositories": []string{}}, path: "repositories", text: "write at least one"},
		"null":                   {config: values{"role_arns": []string{role}, "repositories": []any{nil}}, path: "repositories", text: "null"},
		"an ARN":                 {config: values{"role_arns": []string{role}, "repositories": []string{"arn:aws:ecr:us-east-1:987654321098:repository/app"}}, path: "repositories[arn:aws:ecr:us-east-1:987654321098:repository/app]", text: `"app"`},
		"a wildcard in between":  {config: values{"role_arns": []string{role}, "repositories": []string{"*/app"}}, path: "repositories[*/app]", text: "not a * at its end"},
		"nobody":                 {config: values{}, path: "sid", text: "Missing principal"},
		"two kinds":              {config: values{"role_arns": []string{role}, "organization_ids": []string{"o-a1b2c3d4e5"}}, path: "sid", text: "Several kinds of principals"},
		"a service for everyone": {config: values{"service_principal": "lambda.amazonaws.com"}, path: "service_principal", text: "confused deputy"},
		"a condition that all meet": {
			config: values{"role_arns": []string{role}, "conditions": []values{{"test": "StringNotEquals", "variable": "aws:SourceVpce", "values": []string{"vpce-1"}}}},
			path:   "conditions[0]", warning: true, text: "limits less than it seems",
		},
		"the login":        {config: values{"role_arns": []string{role}, "actions": []string{"ecr:GetAuthorizationToken"}}, path: "actions[ecr:GetAuthorizationToken]", text: "it would grant nothing here"},
		"a Sid with space": {config: values{"role_arns": []string{role}, "sid": "Two Words"}, path: "sid", text: "Not a Sid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := values{"repositories": []string{"team/*"}, "sid": "S"}
			maps.Copy(config, tt.config)
			diagnostics := acctest.ValidateResource(t, "ecrxa_registry_grant", config)
			if tt.path == "" {
				for _, d := range diagnostics {
					t.Errorf("%s: %s: %s", d.Path, d.Summary, d.Detail)
				}
				return
			}
			found := false
			for _, d := range diagnostics {
				found = found || d.Path == tt.path && d.Warning == tt.warning && strings.Contains(d.Summary+d.Detail, tt.text)
			}
			if !found {
				t.Errorf("%+v lacks %q at %s", diagnostics, tt.text, tt.path)
			}
		})
	}
}

// Values of a configuration often come from other accounts: whatever they are, a message about
// them has one line and a limit.
func TestTextsOfTheConfigurationStayData(t *testing.T) {
	t.Parallel()
	for _, evil := range hostile.Texts() {
		config := values{
			"account_ids": []string{"123456789012"}, "sid": evil, "registry_id": evil, "region": evil,
			"repositories": []string{evil, evil + "*", "*" + evil, "arn:aws:ecr:us-east-1:987654321098:repository/" + evil, "team/" + evil},
		}
		for _, d := range acctest.ValidateResource(t, "ecrxa_registry_grant", config) {
			hostile.CheckHarmless(t, d.Summary, d.Summary+": "+d.Detail, "")
		}
	}
}
