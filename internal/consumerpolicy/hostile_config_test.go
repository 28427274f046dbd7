// SPDX-License-Identifier: MPL-2.0

package consumerpolicy_test

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
		for _, arguments := range []map[string]any{
			{"role": evil},
			{"role": "arn:aws:iam::123456789012:role/" + evil},
			{"role": "path/" + evil},
			{"name": evil},
			{"access": evil},
			{"actions": []string{evil, "ecr:" + evil, evil + "*"}},
			{"repository_arns": []string{evil}},
			{"repository_arns": []string{"arn:aws:ecr:us-east-1:123456789012:repository/" + evil}},
			{"repository_arns": []string{"arn:" + evil + ":ecr:*:*:repository/*", "arn:aws:" + evil + ":us-east-1:123456789012:repository/app"}},
			{"repository_arns": []string{"123456789012.dkr.ecr.us-east-1.amazonaws.com/" + evil, "123456789012.dkr.ecr." + evil + ".amazonaws.com/app:" + evil}},
		} {
			config := map[string]any{"role": "app", "repository_arns": []string{"arn:aws:ecr:us-east-1:123456789012:repository/app"}}
			maps.Copy(config, arguments)
			for _, d := range acctest.ValidateResource(t, "ecrxa_consumer_role_policy", config) {
				hostile.CheckHarmless(t, d.Summary, d.Summary+": "+d.Detail, "")
			}
		}
	}
}
