// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// perimeter is a service control policy that denies what is outside an organization.
func perimeter(organization string) verdict.Levels {
	return verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{
		{Name: "FullAWSAccess", Text: pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)},
		{Name: "perimeter", Text: pulls.Doc(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceOrgID":"` + organization + `"}}}`)},
	}}}
}

// TestContextIsOfTheRepository: what is set about the resource holds for the actions on
// the repository; the login has the caller's account as resource.
func TestContextIsOfTheRepository(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		context     map[string][]string
		scp         string
		login, pull authz.Verdict
	}{
		"own organization": {map[string][]string{"aws:PrincipalOrgID": {"o-consumer00"}, "aws:ResourceOrgID": {"o-registry00"}}, "o-consumer00", authz.Allowed, authz.Denied},
		"other one":        {map[string][]string{"aws:PrincipalOrgID": {"o-consumer00"}, "AWS:ResourceOrgId": {"o-registry00"}}, "o-registry00", authz.Denied, authz.Allowed},
		"not known":        {map[string][]string{"aws:ResourceOrgID": {"o-registry00"}}, "o-registry00", authz.Conditional, authz.Allowed},
	} {
		in := pulls.Both()
		in.Context, in.ServiceControlPolicies = test.context, perimeter(test.scp)
		for _, d := range judged(t, in).Decisions() {
			want := test.pull
			if d.Resource == "*" {
				want = test.login
			}
			if d.Verdict != want {
				t.Errorf("%s: %s is %s, want %s", name, d.Action, d.Verdict, want)
			}
		}
	}
}

// TestRCPsAndTheLogin: those of the registry's account do not matter to the login of
// another account; for one of the same account AWS's pages contradict each other.
func TestRCPsAndTheLogin(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.ResourceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{
		{Name: "no login", Text: pulls.Doc(`{"Effect":"Deny","Principal":"*","Action":"ecr:GetAuthorizationToken","Resource":"*"}`)},
	}}}
	if got := judged(t, in).Verdict(); got != authz.Allowed {
		t.Errorf("across accounts %s, want allowed", got)
	}
	j := judged(t, in)
	in.RepositoryARN, in.Image = "arn:aws:ecr:us-east-1:"+j.Principal().Account+":repository/"+j.Repository().Name, ""
	in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
	if got := judged(t, in).Verdict(); got != authz.Conditional {
		t.Errorf("in one account %s, want conditional", got)
	}
}

// TestWhatWasReadWasAccepted: an identity policy with a Sid that IAM rejects proves
// nothing as an argument.
func TestWhatWasReadWasAccepted(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	document := verdict.Document{Name: "app", Text: pulls.Doc(`{"Sid":"pull-all","Effect":"Allow","Action":"ecr:*","Resource":"*"}`)}
	in.IdentityPolicies = verdict.DocumentsOf(document)
	if j := judged(t, in); j.Verdict() != authz.Allowed || len(j.Faults()) > 0 {
		t.Errorf("as read from AWS: %s, faults %v", j.Verdict(), j.Faults())
	}
	document.At = verdict.At{Attribute: "identity_policies", Key: "app"}
	in.IdentityPolicies = verdict.DocumentsOf(document)
	if j := judged(t, in); j.Verdict() != authz.Conditional || len(j.Faults()) != 1 {
		t.Errorf("as an argument: %s, faults %v", j.Verdict(), j.Faults())
	}
	document.At, in.IdentityPolicies = verdict.At{Attribute: "planned_role_policies", Key: "app"}, verdict.DocumentsOf()
	in.PlannedRolePolicies = []verdict.Document{document}
	if j := judged(t, in); j.Verdict() != authz.Conditional {
		t.Errorf("as planned: %s", j.Verdict())
	}
}

func judged(t *testing.T, in verdict.Input) *verdict.Judgement {
	t.Helper()
	j, faults := verdict.Judge(in)
	if faults != nil {
		t.Fatal(faults)
	}
	return j
}
