// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestPathFromTheContext: where only aws:PrincipalArn gives the path of a session's role,
// nothing is assumed of it, and the grant is for the role with its path.
func TestPathFromTheContext(t *testing.T) {
	t.Parallel()
	const withPath = "arn:aws:iam::123456789012:role/team/ecsTaskExecutionRole"
	result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
		in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task"
		in.Context = map[string][]string{"AWS:principalarn": {withPath}}
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(strings.Replace(pulls.Grant, "123456789012:root", "123456789012:role/ecsTaskExecutionRole", 1)))
	}))
	if slices.Contains(result.Assumptions, "Assumed: the role of the session has no path.") {
		t.Error("the path is assumed, and it is known")
	}
	if len(result.Remedies) != 1 || !strings.Contains(result.Remedies[0].HCL, `["`+withPath+`"]`) || strings.Contains(result.Remedies[0].Sentence, "If the role has a path") {
		t.Errorf("remedies %+v", result.Remedies)
	}
	if want := "its Principal arn:aws:iam::123456789012:role/ecsTaskExecutionRole has another path than " + withPath; !strings.Contains(result.Explanation, want) {
		t.Errorf("want %q in:\n%s", want, result.Explanation)
	}
}

// TestSessionsOfOneRole: another session of the role is another session, and not a role
// with another path.
func TestSessionsOfOneRole(t *testing.T) {
	t.Parallel()
	result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
		in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task"
		in.ActualRoleARN = "arn:aws:iam::123456789012:role/team/ecsTaskExecutionRole"
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(strings.Replace(pulls.Grant, "arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/tusk", 1)))
	}))
	if !strings.Contains(result.Explanation, "assumed-role/ecsTaskExecutionRole/tusk differs from arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task in one character") {
		t.Error(result.Explanation)
	}
}

// TestGrantedElsewhere: a mismatch names the repository in another place only if the
// policies grant the pull from it. What they say of other actions or principals there
// does not hide the closest statement.
func TestGrantedElsewhere(t *testing.T) {
	t.Parallel()
	statement := func(principal, action, resource string) string {
		return `{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"` + action + `","Resource":"arn:aws:ecr:us-west-2:` + resource + `"}`
	}
	for granted, isGrant := range map[string]bool{
		statement("*", "ecr:*", "987654321098:repository/payment-*"):                    true,
		statement("*", "ecr:*", "*:repository/payment-service"):                         true,
		statement("*", "ecr:*", "987654321098:repository/other"):                        false,
		statement("*", "ecr:ReplicateImage", "987654321098:repository/payment-service"): false,
		statement("111122223333", "ecr:*", "987654321098:repository/payment-service"):   false,
	} {
		result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(granted))
		}))
		want := "The policies of the registry side grant this on arn:aws:ecr:us-west-2:987654321098:repository/payment-service, but the image is in us-east-1: repositories are regional, and so is the login."
		if slices.Contains(result.Mismatches, want) != isGrant || !isGrant && len(result.Mismatches) > 0 {
			t.Errorf("%s: mismatches %q", granted, result.Mismatches)
		}
		if isTold := strings.Contains(result.Explanation, "Closest statements:"); isTold == isGrant && !strings.Contains(granted, "Replicate") {
			t.Errorf("%s: closest statement told: %t\n%s", granted, isTold, result.Explanation)
		}
	}
}

// TestStatementsAreToldApart: statements without a Sid or with one Sid are named by their
// index, and policies of one name by their level.
func TestStatementsAreToldApart(t *testing.T) {
	t.Parallel()
	deny := func(sid string) string {
		return `{` + sid + `"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`
	}
	result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, deny(`"Sid":"No",`), deny(`"Sid":"No",`), deny(""),
			`{"Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken"}`))
		scp := verdict.Document{Name: "Guard", Text: pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"Stop","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`)}
		other := verdict.Document{Name: "Guard", Text: pulls.Doc(`{"Sid":"Stop","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}}`, `{"Effect":"Allow","Action":"*","Resource":"*"}`)}
		in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{scp}, {other}}}
	}))
	for _, want := range []string{
		`statement "No" 1 (the second) of the repository policy`, `statement "No" 2 (the third) of the repository policy`, `statement 3 (the fourth) of the repository policy`,
		`names ecr:GetAuthorizationToken in the statement 4 (the fifth):`,
		`statement "Stop" of the service control policy Guard of level 1 so that`, `statement "Stop" of the service control policy Guard of level 2 so that`,
		`It applies if aws:PrincipalAccount equals 123456789012.`,
	} {
		if !strings.Contains(strings.Join(append(texts(&result), result.Explanation), "\n"), want) {
			t.Errorf("want %q in:\n%s", want, result.Explanation)
		}
	}
}
