// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// TestLambda_addsItsStatement: in the account of the registry, Lambda may add its statement to
// the repository policy, unless who creates the function may not.
func TestLambda_addsItsStatement(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::987654321098:role/deploy"
	allows := func(actions string) verdict.Documents {
		return pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}`))
	}
	for name, tt := range map[string]struct {
		role, account string
		identity      verdict.Documents
		repository    verdict.Documents
		want          authz.Verdict
	}{
		"the creator may do all":         {role, "987654321098", allows(`"ecr:*"`), verdict.DocumentsOf(), authz.Conditional},
		"nobody says who creates it":     {"", "987654321098", verdict.Documents{}, verdict.DocumentsOf(), authz.Conditional},
		"the creator may only pull":      {role, "987654321098", allows(`["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:GetRepositoryPolicy"]`), verdict.DocumentsOf(), authz.Denied},
		"another account":                {"", "123456789012", verdict.Documents{}, verdict.DocumentsOf(), authz.Denied},
		"a Deny of the service":          {role, "987654321098", allows(`"ecr:*"`), pulls.DocumentsOf(pulls.Doc(`{"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`)), authz.Denied},
		"the statement is there already": {role, "987654321098", allows(`"ecr:*"`), pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`)), authz.Allowed},
	} {
		in := pulls.Both()
		in.RoleARN, in.Puller, in.SourceARN = tt.role, puller.Lambda, "arn:aws:lambda:us-east-1:"+tt.account+":function:app"
		in.IdentityPolicies, in.RepositoryPolicy = tt.identity, tt.repository
		result, err := pulls.EvaluateInput(in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, d := range result.Decisions {
			if d.Principal != "lambda.amazonaws.com" || d.Action != "ecr:BatchGetImage" {
				continue
			}
			if d.Verdict != tt.want {
				t.Errorf("%s: %s, want %s\n%s", name, d.Verdict, tt.want, result.Explanation)
			}
			if isOpen := strings.Contains(d.Reason, "Lambda adds"); isOpen != (tt.want == authz.Conditional) {
				t.Errorf("%s: %s", name, d.Reason)
			}
		}
		if tt.want == authz.Conditional {
			if len(result.Remedies) == 0 || !strings.Contains(result.Remedies[0].HCL+result.Remedies[0].JSON, "lambda.amazonaws.com") {
				t.Errorf("%s: no remedy for the service: %+v", name, result.Remedies)
			}
			if !strings.HasSuffix(result.Summary, "depends on what is not known: whether Lambda adds the statement for itself.") && tt.role != "" {
				t.Errorf("%s: %s", name, result.Summary)
			}
		}
	}
}
