// SPDX-License-Identifier: MPL-2.0

package pullerror_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

const (
	app     = "arn:aws:ecr:us-east-1:111122223333:repository/app"
	session = "arn:aws:sts::444455556666:assumed-role/pull/i-0abc"
	role    = "arn:aws:iam::444455556666:role/team/pull"
	denied  = "User: " + session + " is not authorized to perform: ecr:BatchGetImage on resource: " + app
)

// check is a check of three actions, of which one has the verdict.
func check(verdict authz.Verdict, action string, deniedBy ...string) pullerror.Check {
	c := pullerror.Check{Verdict: verdict, DeniedBy: deniedBy}
	for _, a := range []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
		d := pullerror.Decision{Action: a, Principal: role, Resource: app, Verdict: authz.Allowed}
		if a == "ecr:GetAuthorizationToken" {
			d.Resource = "*"
		}
		if a == action {
			d.Verdict, d.DeniedBy = verdict, deniedBy
		}
		c.Decisions = append(c.Decisions, d)
	}
	return c
}

// TestCompare: a text and a check are compared, and the reason says what follows.
func TestCompare(t *testing.T) {
	t.Parallel()
	otherRole := check(authz.Denied, "ecr:BatchGetImage", "repository_policy")
	otherRole.Decisions[1].Principal = "arn:aws:iam::444455556666:role/other"
	otherRepository := check(authz.Allowed, "")
	otherRepository.Decisions[1].Resource += "2"
	open := check(authz.Conditional, "ecr:BatchGetImage")
	login := check(authz.Denied, "ecr:GetAuthorizationToken", "identity_policy")
	const (
		resourceBased = denied + " because no resource-based policy allows the ecr:BatchGetImage action"
		scp           = denied + " with an explicit deny in a service control policy"
		forbidden     = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:v1: 403 Forbidden"
		noToken       = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:v1: no basic auth credentials"
		timeout       = `Get "https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/": i/o timeout`
	)
	for name, tt := range map[string]struct {
		text  string
		check pullerror.Check
		want  pullerror.Agreement
		says  string
	}{
		"the same policy":              {resourceBased, check(authz.Denied, "ecr:BatchGetImage", "repository_policy"), pullerror.Agrees, "ecr:BatchGetImage is denied. Follow its remedies"},
		"no type is named":             {denied, check(authz.Denied, "ecr:BatchGetImage", "identity_policy"), pullerror.Agrees, "Follow its remedies"},
		"the other side":               {resourceBased, check(authz.Denied, "ecr:BatchGetImage", "identity_policy"), pullerror.Disagrees, "both must be mended"},
		"the check allows it":          {resourceBased, check(authz.Allowed, ""), pullerror.Disagrees, "the policies were changed"},
		"a policy that is not read":    {scp, check(authz.Allowed, ""), pullerror.Disagrees, "Set service_control_policies"},
		"the check leaves it open":     {resourceBased, open, pullerror.Undecided, "what the check does not know denies it"},
		"the action is not judged":     {strings.ReplaceAll(resourceBased, "BatchGetImage", "PutImage"), check(authz.Denied, "ecr:BatchGetImage", "repository_policy"), pullerror.Undecided, "Set actions"},
		"no decisions":                 {resourceBased, pullerror.Check{Verdict: authz.Denied, DeniedBy: []string{"registry_policy"}}, pullerror.Agrees, "the pull is denied"},
		"the verdict alone":            {resourceBased, pullerror.Check{Verdict: authz.Denied}, pullerror.Agrees, "the pull is denied"},
		"another role":                 {resourceBased, otherRole, pullerror.OtherPull, "role/other"},
		"another repository":           {forbidden, otherRepository, pullerror.OtherPull, "repository/app2"},
		"403 and denied":               {forbidden, check(authz.Denied, "ecr:BatchGetImage", "repository_policy"), pullerror.Agrees, "that is the probable cause"},
		"403 and allowed":              {forbidden, check(authz.Allowed, ""), pullerror.Agrees, "another cause is probable: there is no ECR token that the registry accepts, the Region is wrong or missing, the image or its repository does not exist or a policy that no check reads denies."},
		"403 and open":                 {forbidden, open, pullerror.Undecided, "Neither"},
		"no token, login denied":       {noToken, login, pullerror.Agrees, "explains why there is no token"},
		"no token, pull denied":        {noToken, check(authz.Denied, "ecr:BatchGetImage", "repository_policy"), pullerror.Undecided, "mend both"},
		"no token, allowed":            {noToken, check(authz.Allowed, ""), pullerror.Agrees, "another cause is probable: there is no ECR token that the registry accepts."},
		"no connection, allowed":       {timeout, check(authz.Allowed, ""), pullerror.Agrees, "does not contradict"},
		"no connection, denied":        {timeout, check(authz.Denied, "ecr:BatchGetImage", "repository_policy"), pullerror.Undecided, "mend both"},
		"a text that is not known":     {"hello", check(authz.Allowed, ""), pullerror.Undecided, "does not say what failed"},
		"a text of something else":     {"exec format error", check(authz.Allowed, ""), pullerror.Undecided, "not about a pull"},
		"lambda, and the check allows": {"Lambda does not have permission to access the ECR image.", check(authz.Allowed, ""), pullerror.Undecided, "does not say what failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			explained := pullerror.Explain(tt.text)
			got, reason := explained.Compare(tt.check)
			if got != tt.want || !strings.Contains(reason, tt.says) {
				t.Errorf("got %s: %s", got, reason)
			}
		})
	}
}
