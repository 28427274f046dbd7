// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

const (
	image   = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	roleARN = "arn:aws:iam::123456789012:role/app"
	// A "+" must come through IAM's percent-encoding as it is.
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a+b c%"}}}]}`
)

// checkRead: what is known after the reads, and was not before, was read.
func checkRead(t *testing.T, before, after *verdict.Input) {
	t.Helper()
	for name, docs := range map[string][2]verdict.Documents{
		"repository_policy":    {before.RepositoryPolicy, after.RepositoryPolicy},
		"registry_policy":      {before.RegistryPolicy, after.RegistryPolicy},
		"identity_policies":    {before.IdentityPolicies, after.IdentityPolicies},
		"permissions_boundary": {before.PermissionsBoundary, after.PermissionsBoundary},
	} {
		isNew := docs[0].State != verdict.Known && docs[1].State == verdict.Known
		if docs[1].State == verdict.Known && (docs[1].Source == verdict.Read) != isNew {
			t.Errorf("%s: read %t, want %t", name, docs[1].Source == verdict.Read, isNew)
		}
	}
}

// one is a policy of its kind.
var one = verdict.DocumentsOf(verdict.Document{Text: document})

// unread is a document that may exist.
var unread = verdict.Documents{State: verdict.Unknown}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		aws     *fakeAWS
		in      verdict.Input
		want    verdict.Input
		calls   map[string]int
		refused []string // arguments
		across  bool     // the policy of the repository of another account could not be read
	}{
		{
			name: "the registry side, nothing set",
			aws:  &fakeAWS{account: "987654321098"},
			want: verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Exists},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1,
			},
		},
		{
			name: "the registry side, everything set",
			aws:  &fakeAWS{account: "987654321098", repositoryPolicy: document, registryPolicy: document},
			want: verdict.Input{RepositoryPolicy: one, RegistryPolicy: one, RepositoryExists: verdict.Exists},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1,
			},
		},
		{
			name:  "a repository that does not exist",
			aws:   &fakeAWS{account: "987654321098", noRepository: true},
			want:  verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Missing},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name: "a repository that a pull through cache will create",
			aws:  &fakeAWS{account: "987654321098", noRepository: true},
			in:   verdict.Input{Access: actionset.PullThroughCache},
			want: verdict.Input{
				Access: actionset.PullThroughCache, RepositoryPolicy: verdict.Documents{State: verdict.Unknown}, RegistryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Missing,
			},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name:  "a repository that is said to exist",
			aws:   &fakeAWS{account: "987654321098", noRepository: true},
			in:    verdict.Input{RepositoryExists: verdict.Exists},
			want:  verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name:   "a role that is said to exist, under an ARN that is given",
			aws:    &fakeAWS{account: "123456789012"},
			in:     verdict.Input{RoleExists: verdict.Exists, ActualRoleARN: roleARN},
			want:   verdict.Input{IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf(), RoleExists: verdict.Exists, ActualRoleARN: roleARN},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
		},
		{
			name: "the consumer side, page by page",
			aws: &fakeAWS{
				account: "123456789012", roleARN: "arn:aws:iam::123456789012:role/service/app", boundary: "arn:aws:iam::aws:policy/Limit",
				inline: map[string]string{"first": document, "second": document}, attached: []string{"arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"},
				managed: map[string]string{"arn:aws:iam::aws:policy/A": document, "arn:aws:iam::aws:policy/B": document, "arn:aws:iam::aws:policy/Limit": document},
			},
			want: verdict.Input{
				ActualRoleARN:       "arn:aws:iam::123456789012:role/service/app",
				RoleExists:          verdict.Exists,
				PermissionsBoundary: verdict.DocumentsOf(verdict.Document{Name: "arn:aws:iam::aws:policy/Limit", Text: document}),
				IdentityPolicies: verdict.DocumentsOf(
					verdict.Document{Name: "arn:aws:iam::aws:policy/A", Text: document},
					verdict.Document{Name: "arn:aws:iam::aws:policy/B", Text: document},
					verdict.Document{Name: "first", Text: document},
					verdict.Document{Name: "second", Text: document},
				),
			},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 2, "GetRolePolicy": 2,
				"ListAttachedRolePolicies": 2, "GetPolicy": 3, "GetPolicyVersion": 3,
			},
		},
		{
			name:   "a boundary alone",
			aws:    &fakeAWS{account: "123456789012", roleARN: roleARN},
			in:     verdict.Input{IdentityPolicies: verdict.DocumentsOf()},
			want:   verdict.Input{IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf(), ActualRoleARN: roleARN, RoleExists: verdict.Exists},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1},
		},
		{
			name:   "a role that does not exist",
			aws:    &fakeAWS{account: "123456789012"},
			want:   verdict.Input{IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf(), RoleExists: verdict.Missing},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1,
			},
		},
		{
			name:  "what another check could not read of the registry side",
			aws:   &fakeAWS{account: "987654321098", repositoryPolicy: document},
			in:    verdict.Input{RepositoryPolicy: unread, RegistryPolicy: unread, IdentityPolicies: unread, PermissionsBoundary: unread},
			want:  verdict.Input{RepositoryPolicy: one, RegistryPolicy: verdict.DocumentsOf(), IdentityPolicies: unread, PermissionsBoundary: unread, RepositoryExists: verdict.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name: "what another check could not read of the consumer side",
			aws:  &fakeAWS{account: "123456789012", roleARN: roleARN},
			in:   verdict.Input{RepositoryPolicy: one, RegistryPolicy: unread, IdentityPolicies: unread, PermissionsBoundary: unread},
			want: verdict.Input{
				RepositoryPolicy: one, RegistryPolicy: unread, IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf(), ActualRoleARN: roleARN, RoleExists: verdict.Exists,
			},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
		},
		{
			name:   "another account's credentials",
			aws:    &fakeAWS{account: "111111111111"},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1},
		},
		{
			name: "a repository policy that lets the consumer read it",
			aws:  &fakeAWS{account: "123456789012", lets: true, repositoryPolicy: document},
			in:   verdict.Input{RegistryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf()},
			want: verdict.Input{
				RepositoryPolicy: one, RegistryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf(), RepositoryExists: verdict.Exists,
			},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1},
		},
		{
			name:  "a registry policy that lets a third account read that there is no repository policy",
			aws:   &fakeAWS{account: "111111111111", lets: true},
			in:    verdict.Input{RepositoryPolicy: unread},
			want:  verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1},
		},
		{
			name:   "a repository that AWS does not find for another account",
			aws:    &fakeAWS{account: "111111111111", lets: true, noRepository: true},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1},
		},
		{
			name:   "a Region that the consumer has not enabled",
			aws:    &fakeAWS{account: "111111111111", refused: map[string]error{"GetRepositoryPolicy": &smithy.GenericAPIError{Code: "UnrecognizedClientException"}}},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1},
		},
		{
			name:  "a repository in another partition",
			aws:   &fakeAWS{account: "111111111111", partition: "aws-cn"},
			calls: map[string]int{"GetCallerIdentity": 1},
		},
		{
			name:  "a user",
			aws:   &fakeAWS{account: "123456789012"},
			in:    verdict.Input{RoleARN: "arn:aws:iam::123456789012:user/ci", RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf()},
			want:  verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf()},
			calls: nil,
		},
		{
			name: "everything given",
			aws:  &fakeAWS{account: "987654321098"},
			in:   verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf()},
			want: verdict.Input{RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(), PermissionsBoundary: verdict.DocumentsOf()},
		},
		{
			name: "reads that AWS refuses on the registry side",
			aws: &fakeAWS{account: "987654321098", registryPolicy: document, refused: map[string]error{
				"GetRepositoryPolicy": denied("ecr:GetRepositoryPolicy"),
			}},
			want: verdict.Input{RepositoryPolicy: verdict.Documents{State: verdict.Unknown}, RegistryPolicy: one},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1,
			},
			refused: []string{"repository_policy"},
		},
		{
			name: "one policy that AWS refuses to show",
			aws: &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document}, attached: []string{"arn:aws:iam::123456789012:policy/A"},
				refused: map[string]error{"GetPolicy": denied("iam:GetPolicy")},
			},
			want: verdict.Input{
				ActualRoleARN:       roleARN,
				RoleExists:          verdict.Exists,
				PermissionsBoundary: verdict.DocumentsOf(),
				IdentityPolicies: verdict.DocumentsOf(
					verdict.Document{Name: "arn:aws:iam::123456789012:policy/A", Text: verdict.UnknownText},
					verdict.Document{Name: "first", Text: document},
				),
			},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1, "GetPolicy": 1,
			},
			refused: []string{`identity_policies["arn:aws:iam::123456789012:policy/A"]`},
		},
		{
			name: "policies that were listed, and that IAM then does not find",
			aws: &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document}, attached: []string{"arn:aws:iam::123456789012:policy/A"},
				refused: map[string]error{"GetRolePolicy": &iamtypes.NoSuchEntityException{}, "GetPolicy": &iamtypes.NoSuchEntityException{}},
			},
			want: verdict.Input{
				ActualRoleARN:       roleARN,
				RoleExists:          verdict.Exists,
				PermissionsBoundary: verdict.DocumentsOf(),
				IdentityPolicies: verdict.DocumentsOf(
					verdict.Document{Name: "arn:aws:iam::123456789012:policy/A", Text: verdict.UnknownText},
					verdict.Document{Name: "first", Text: verdict.UnknownText},
				),
			},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1, "GetPolicy": 1,
			},
		},
		{
			name: "policies that AWS refuses to list",
			aws: &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document},
				refused: map[string]error{"ListAttachedRolePolicies": denied("iam:ListAttachedRolePolicies")},
			},
			want: verdict.Input{
				ActualRoleARN:       roleARN,
				RoleExists:          verdict.Exists,
				PermissionsBoundary: verdict.DocumentsOf(),
				IdentityPolicies:    verdict.Documents{State: verdict.Unknown, List: []verdict.Document{{Name: "first", Text: document}}},
			},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1,
			},
			refused: []string{"identity_policies"},
		},
		{
			name: "a role that AWS refuses to show",
			aws: &fakeAWS{account: "123456789012", roleARN: roleARN, refused: map[string]error{
				"GetRole": denied("iam:GetRole"),
			}},
			want:   verdict.Input{PermissionsBoundary: verdict.Documents{State: verdict.Unknown}, IdentityPolicies: verdict.DocumentsOf(), RoleExists: verdict.Exists},
			across: true,
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1,
			},
			refused: []string{"permissions_boundary"},
		},
		{
			name:   "a role that AWS refuses to show, its boundary given",
			aws:    &fakeAWS{account: "123456789012", roleARN: roleARN, refused: map[string]error{"GetRole": denied("iam:GetRole")}},
			in:     verdict.Input{PermissionsBoundary: one},
			want:   verdict.Input{PermissionsBoundary: one, IdentityPolicies: verdict.DocumentsOf(), RoleExists: verdict.Exists},
			across: true,
			calls:  map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
			refused: []string{
				"role_arn",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in, want := tt.in, tt.want
			in.Image = image
			if in.RoleARN == "" {
				in.RoleARN = roleARN
			}
			want.Image, want.RoleARN = in.Image, in.RoleARN
			target, faults := new(verdict.Parser).Target(in)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			report, err := live.Fill(t.Context(), tt.aws.sources(), target, &in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, in, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(verdict.Documents{}, "Source")); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
			checkRead(t, &tt.in, &in)
			if diff := cmp.Diff(tt.calls, tt.aws.calls, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if got := report.Across != nil; got != tt.across {
				t.Errorf("reading across accounts ended with %v", report.Across)
			}
			var refused []string
			for _, refusal := range report.Refusals {
				refused = append(refused, refusal.At.String())
			}
			if diff := cmp.Diff(tt.refused, refused, cmpopts.SortSlices(strings.Compare), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFill_failure: what is neither an answer nor a refusal ends the check.
func TestFill_failure(t *testing.T) {
	t.Parallel()
	cause := &smithy.GenericAPIError{Code: "ServerException", Message: "out of order"}
	for _, operation := range []string{"GetCallerIdentity", "GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies", "GetPolicy", "GetPolicyVersion"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			aws := &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document},
				attached: []string{"arn:aws:iam::aws:policy/A"}, managed: map[string]string{"arn:aws:iam::aws:policy/A": document},
				refused: map[string]error{operation: cause},
			}
			in := verdict.Input{Image: image, RoleARN: roleARN}
			target, _ := new(verdict.Parser).Target(in)
			_, err := live.Fill(t.Context(), aws.sources(), target, &in)
			var explained *awserr.Error
			if !errors.As(err, &explained) || !errors.Is(err, cause) {
				t.Errorf("error %v, want an *awserr.Error that wraps %v", err, cause)
			}
		})
	}
}

// TestFill_manyChecks: checks that share their sources cost what one costs.
func TestFill_manyChecks(t *testing.T) {
	t.Parallel()
	const both = "123456789012" // The role's account owns the repository as well.
	aws := &fakeAWS{
		account: both, repositoryPolicy: document, registryPolicy: document,
		roleARN: roleARN, boundary: "arn:aws:iam::aws:policy/A",
		inline: map[string]string{"first": document}, attached: []string{"arn:aws:iam::aws:policy/A"},
		managed: map[string]string{"arn:aws:iam::aws:policy/A": document},
	}
	sources := aws.sources()
	var checks sync.WaitGroup
	for range 500 {
		checks.Go(func() {
			in := verdict.Input{Image: strings.Replace(image, "987654321098", both, 1), RoleARN: roleARN}
			target, _ := new(verdict.Parser).Target(in)
			if report, err := live.Fill(t.Context(), sources, target, &in); err != nil || len(report.Refusals) > 0 {
				t.Error(report.Refusals, err)
			}
			if len(in.IdentityPolicies.List) != 2 || len(in.PermissionsBoundary.List) != 1 || len(in.RepositoryPolicy.List) != 1 || len(in.RegistryPolicy.List) != 1 {
				t.Errorf("got %+v", in)
			}
		})
	}
	checks.Wait()
	want := map[string]int{
		"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1,
		"GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1, "GetPolicy": 1, "GetPolicyVersion": 1,
	}
	if diff := cmp.Diff(want, aws.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
