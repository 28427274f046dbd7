// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// guide has the sections of a public guide, "ECR Cross-Account Access: Configuring Repository
// Policies", which says what people do by hand; and for each the test that shows the provider
// doing it, with its file.
var guide = []struct{ section, test, file string }{
	{"Why Cross-Account ECR Access Matters", "TestAccTwoWorkspaces", "two_workspaces_test.go"},
	{"Understanding ECR Repository Policies", "TestGuide_UnderstandingECRRepositoryPolicies", "guide_test.go"},
	{"The Three Critical ECR Actions", "TestGuide_TheThreeCriticalECRActions", "guide_test.go"},
	{"The Two-Sided Permission Model", "TestGuide_TheTwoSidedPermissionModel", "guide_test.go"},
	{"Implementing the Shared-Services-Account Pattern", "TestAccExamples", "examples_test.go"},
	{"Step 1: Create the repository policy in the central account", "TestAccRepositoryGrant_requests", "internal/grant/resource_test.go"},
	{"Step 2: Configure the IAM role in the pulling account", "TestAccConsumerRolePolicy_import", "internal/consumerpolicy/acceptance_test.go"},
	{"Step 3: Assign the role to your container", "TestEveryPullerIsComplete", "internal/verdict/puller/puller_test.go"},
	{"Granting Access to Multiple Accounts", "TestGuide_GrantingAccessToMultipleAccounts", "guide_test.go"},
	{"Troubleshooting Common AccessDenied Errors", "TestMessages", "internal/pullerror/messages_test.go"},
	{"Error: “User is not authorized to perform: ecr:GetAuthorizationToken”", "TestGuide_TroubleshootingErrors", "guide_test.go"},
	{"Error: “User is not authorized to perform: ecr:BatchGetImage”", "TestGuide_TroubleshootingErrors", "guide_test.go"},
	{"Error: “ImageNotFound” or “RepositoryNotFound”", "TestGuide_TroubleshootingErrors", "guide_test.go"},
	{"Error: “Invalid token” or authentication fails", "TestGuide_TroubleshootingErrors", "guide_test.go"},
	{"Best Practices for Cross-Account ECR Access", "TestFindings", "internal/access/findings_test.go"},
	{"Use account roots sparingly, roles whenever possible", "TestGuide_UseAccountRootsSparinglyRolesWheneverPossible", "guide_test.go"},
	{"Rotate credentials regularly", "TestAccSecrets", "secrets_test.go"},
	{"Monitor repository access with CloudTrail", "TestAccPullEvents_denied", "internal/pulleventsource/acceptance_test.go"},
	{"Test cross-account access before production", "TestRead", "internal/pullprobe/pullprobe_test.go"},
	{"Document your repository policies", "TestGuide_DocumentYourRepositoryPolicies", "guide_test.go"},
	{"Scope resources tightly in IAM policies", "TestAccConsumerRolePolicy_wildcard", "internal/consumerpolicy/acceptance_test.go"},
}

// TestGuide: each section has a test that exists.
func TestGuide(t *testing.T) {
	t.Parallel()
	for _, of := range guide {
		t.Run(of.section, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(readFile(t, of.file), "\nfunc "+of.test+"(t *testing.T)") {
				t.Errorf("there is no %s in %s", of.test, of.file)
			}
		})
	}
}

const (
	guideRoot = `{"Sid":"Guide","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-service"}`
	guideRole = `{"Sid":"Guide","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ecsTaskExecutionRole"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
)

// accessBy reports on the repository of the guide with some statements in its policy.
func accessBy(descriptions map[string]string, statements ...string) *access.Report {
	s := pulls.RegistrySnapshot()
	s.Repositories = s.Repositories[:1]
	s.Repositories[0].Policy = snapshot.DocumentOf(pulls.Doc(statements...))
	return access.Of(access.Input{Snapshot: s, Descriptions: descriptions})
}

func hasFinding(r *access.Report, code access.Code) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// The policy lets in an account, whose own policies then decide: that is what the report says.
func TestGuide_UnderstandingECRRepositoryPolicies(t *testing.T) {
	t.Parallel()
	r := accessBy(nil, guideRoot)
	want := `Statement "Guide" of the repository policy allows account 123456789012 to pull payment-service.`
	if len(r.Entries) != 1 || r.Entries[0].Sentence != want || !strings.Contains(r.Summary(), "The policies of the principal's own side must allow the access, too.") {
		t.Errorf("%v\n%s", r.Entries, r.Summary())
	}
}

// A pull needs two actions on the repository, which both sides allow, and the login, which only
// the consumer's side can allow.
func TestGuide_TheThreeCriticalECRActions(t *testing.T) {
	t.Parallel()
	j, faults := verdict.Judge(pulls.Both())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var got []string
	for _, d := range j.Decisions() {
		got = append(got, d.Action)
	}
	if want := "ecr:GetAuthorizationToken ecr:BatchGetImage ecr:GetDownloadUrlForLayer"; strings.Join(got, " ") != want {
		t.Errorf("a pull is judged by %v", got)
	}
	if r := accessBy(nil, strings.Replace(guideRole, "ecr:BatchGetImage", actionset.TokenAction, 1)); !hasFinding(r, access.LoginAction) {
		t.Errorf("findings %v", r.Findings)
	}
}

// Neither side alone is sufficient, and the verdict says which one denies.
func TestGuide_TheTwoSidedPermissionModel(t *testing.T) {
	t.Parallel()
	for want, edit := range map[verdict.Side]func(*verdict.Input){
		verdict.Registry: func(in *verdict.Input) { in.RepositoryPolicy = verdict.DocumentsOf() },
		verdict.Consumer: func(in *verdict.Input) { in.IdentityPolicies = verdict.DocumentsOf() },
		verdict.Both: func(in *verdict.Input) {
			in.RepositoryPolicy, in.IdentityPolicies = verdict.DocumentsOf(), verdict.DocumentsOf()
		},
	} {
		j, faults := verdict.Judge(pulls.With(pulls.Both(), edit))
		if len(faults) > 0 || j.Verdict() != authz.Denied || j.DeniedSide() != want {
			t.Errorf("got %s by %q, want %q: %v", j.Verdict(), j.DeniedSide(), want, faults)
		}
	}
}

// Each account, and each role, is an entry of its own.
func TestGuide_GrantingAccessToMultipleAccounts(t *testing.T) {
	t.Parallel()
	roots := strings.Replace(guideRoot, `"arn:aws:iam::123456789012:root"`, `["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:root","arn:aws:iam::333333333333:root"]`, 1)
	r := accessBy(nil, roots)
	if len(r.Entries) != 3 || r.Entries[2].Account != "333333333333" || r.Entries[2].Kind != access.Account {
		t.Errorf("entries %v", r.Entries)
	}
	r = accessBy(nil, strings.ReplaceAll(roots, ":root", ":role/ecsTaskExecutionRole"))
	if len(r.Entries) != 3 || r.Entries[2].Account != "333333333333" || r.Entries[2].Kind != access.Role {
		t.Errorf("entries %v", r.Entries)
	}
}

// The errors of the guide, as tools print them: which side must act, and for what.
func TestGuide_TroubleshootingErrors(t *testing.T) {
	t.Parallel()
	const (
		user       = "User: arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task is not authorized to perform: "
		repository = " on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	)
	for _, tt := range []struct {
		section, text string
		kind          pullerror.Kind
		side          pullerror.Side
		action        string
	}{
		{"Error: “User is not authorized to perform: ecr:GetAuthorizationToken”", user + "ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action", pullerror.Policy, pullerror.Consumer, "ecr:GetAuthorizationToken"},
		{"Error: “User is not authorized to perform: ecr:BatchGetImage”, registry side", user + "ecr:BatchGetImage" + repository + " because no resource-based policy allows the ecr:BatchGetImage action", pullerror.Policy, pullerror.Registry, "ecr:BatchGetImage"},
		{"Error: “User is not authorized to perform: ecr:BatchGetImage”, consumer side", user + "ecr:BatchGetImage" + repository + " because no identity-based policy allows the ecr:BatchGetImage action", pullerror.Policy, pullerror.Consumer, "ecr:BatchGetImage"},
		{"Error: “ImageNotFound” or “RepositoryNotFound”", "An error occurred (RepositoryNotFoundException) when calling the BatchGetImage operation: The repository with name 'payment-service' does not exist in the registry with id '987654321098'", pullerror.Existence, "", ""},
		{"Error: “Invalid token” or authentication fails", "Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.", pullerror.Token, pullerror.Consumer, ""},
	} {
		t.Run(tt.section, func(t *testing.T) {
			t.Parallel()
			got := pullerror.Explain(tt.text)
			if got.Kind != tt.kind || tt.side != "" && got.Side != tt.side || got.Action != tt.action && tt.action != "" || got.Meaning == "" || len(got.Checks) == 0 {
				t.Errorf("%s: %+v", tt.text, got)
			}
		})
	}
}

// Access for a whole account is a finding, access for roles is none.
func TestGuide_UseAccountRootsSparinglyRolesWheneverPossible(t *testing.T) {
	t.Parallel()
	if r := accessBy(nil, guideRoot); !hasFinding(r, access.WholeAccount) {
		t.Errorf("findings %v", r.Findings)
	}
	if r := accessBy(nil, guideRole); len(r.Findings) > 0 {
		t.Errorf("findings %v", r.Findings)
	}
}

// A statement without a description is a finding; the description of another one is in the report.
func TestGuide_DocumentYourRepositoryPolicies(t *testing.T) {
	t.Parallel()
	const why = "Team Payments deploys its releases from here"
	r := accessBy(map[string]string{"Guide": why}, guideRole)
	if hasFinding(r, access.NoDescription) || r.Entries[0].Description != why || !strings.Contains(r.Markdown(), why) {
		t.Errorf("findings %v\n%s", r.Findings, r.Markdown())
	}
	if r := accessBy(map[string]string{}, guideRole); !hasFinding(r, access.NoDescription) {
		t.Errorf("findings %v", r.Findings)
	}
}
