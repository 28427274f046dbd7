// SPDX-License-Identifier: MPL-2.0

package pullerror_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// TestCompareAllowed: what AWS has allowed contradicts a check only where the check judged
// that action, for that principal and that repository.
func TestCompareAllowed(t *testing.T) {
	t.Parallel()
	const (
		role     = "arn:aws:iam::123456789012:role/path/app"
		session  = "arn:aws:sts::123456789012:assumed-role/app/session"
		arn      = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
		manifest = "ecr:BatchGetImage"
	)
	decided := func(action, principal, resource string, verdict authz.Verdict) pullerror.Decision {
		return pullerror.Decision{Action: action, Principal: principal, Resource: resource, Verdict: verdict}
	}
	for name, tt := range map[string]struct {
		check pullerror.Check
		part  bool
		want  pullerror.Agreement
		says  string
	}{
		"allowed":                         {pullerror.Check{Verdict: authz.Allowed, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Allowed)}}, false, pullerror.Agrees, "allowed"},
		"denied":                          {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided("ecr:batchgetimage", role, arn, authz.Denied)}}, false, pullerror.Disagrees, "AWS allowed ecr:batchgetimage"},
		"denied in part":                  {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Denied)}}, true, pullerror.Disagrees, "AWS allowed ecr:BatchGetImage"},
		"open":                            {pullerror.Check{Verdict: authz.Conditional, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Conditional)}}, false, pullerror.Undecided, "leaves ecr:BatchGetImage open"},
		"open in part":                    {pullerror.Check{Verdict: authz.Conditional, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Conditional)}}, true, "", ""},
		"another action":                  {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided("ecr:PutImage", role, arn, authz.Denied)}}, false, pullerror.Undecided, "did not judge any action"},
		"more":                            {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Allowed), decided("ecr:PutImage", role, arn, authz.Denied)}}, false, pullerror.Undecided, "ecr:PutImage is denied, which the pull did not need"},
		"a service":                       {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, "lambda.amazonaws.com", arn, authz.Denied)}}, false, pullerror.OtherPull, "lambda.amazonaws.com"},
		"a service, too":                  {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, "lambda.amazonaws.com", arn, authz.Denied), decided(manifest, role, arn, authz.Allowed)}}, false, pullerror.Agrees, "allowed"},
		"a root user":                     {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, "arn:aws:iam::123456789012:root", arn, authz.Denied)}}, false, pullerror.OtherPull, "root"},
		"another root user":               {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, "arn:aws:iam::210987654321:root", arn, authz.Denied)}}, true, pullerror.OtherPull, "root"},
		"another role":                    {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, role+"2", arn, authz.Denied)}}, false, pullerror.OtherPull, "app2"},
		"another repository":              {pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, role, arn+"2", authz.Denied)}}, true, pullerror.OtherPull, "payment-service2"},
		"only that it denies":             {pullerror.Check{Verdict: authz.Denied}, false, pullerror.Disagrees, "AWS allowed the pull"},
		"only that it allows":             {pullerror.Check{Verdict: authz.Allowed}, false, pullerror.Agrees, "allowed"},
		"only, of a pull that was denied": {pullerror.Check{Verdict: authz.Denied}, true, "", ""},
	} {
		got, why := pullerror.CompareAllowed(tt.check, session, arn, []string{manifest, "ecr:GetDownloadUrlForLayer"}, !tt.part)
		if got != tt.want || !strings.Contains(why, tt.says) {
			t.Errorf("%s: %s: %s", name, got, why)
		}
	}
	got, why := pullerror.CompareAllowed(pullerror.Check{Verdict: authz.Denied, Decisions: []pullerror.Decision{decided(manifest, role, arn, authz.Denied)}}, "", arn, []string{manifest}, false)
	if got != pullerror.Undecided || !strings.Contains(why, "AWS STS did not say whose credentials these are") {
		t.Errorf("of an unknown principal: %s: %s", got, why)
	}
}
