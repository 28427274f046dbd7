package live_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
)

const (
	image   = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	roleARN = "arn:aws:iam::123456789012:role/app"
	// A "+" must come through IAM's percent-encoding as it is.
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a+b c%"}}}]}`
)

// one is a policy of its kind.
var one = pull.Given(pull.Document{Text: document})

// unread is a document that may exist.
var unread = pull.Documents{State: pull.Unknown}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		aws     *fakeAWS
		in      pull.Input
		want    pull.Input
		calls   map[string]int
		refused []string // arguments
	}{
		{
			name: "the registry side, nothing set",
			aws:  &fakeAWS{account: "987654321098"},
			want: pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given(), RepositoryExists: pull.Exists},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1,
			},
		},
		{
			name: "the registry side, everything set",
			aws:  &fakeAWS{account: "987654321098", repositoryPolicy: document, registryPolicy: document, scope: "V2"},
			want: pull.Input{RepositoryPolicy: one, RegistryPolicy: one, RegistryPolicyScope: "V2", RepositoryExists: pull.Exists},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1, "GetAccountSetting REGISTRY_POLICY_SCOPE": 1,
			},
		},
		{
			name:  "a registry policy that is given without its scope",
			aws:   &fakeAWS{account: "987654321098", scope: "V1"},
			in:    pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: one},
			want:  pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: one, RegistryPolicyScope: "V1"},
			calls: map[string]int{"GetCallerIdentity": 1, "GetAccountSetting REGISTRY_POLICY_SCOPE": 1},
		},
		{
			name:  "a repository that does not exist",
			aws:   &fakeAWS{account: "987654321098", noRepository: true},
			want:  pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given(), RepositoryExists: pull.Missing},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name: "a repository that a pull through cache will create",
			aws:  &fakeAWS{account: "987654321098", noRepository: true},
			in:   pull.Input{Access: access.PullThroughCache},
			want: pull.Input{
				Access: access.PullThroughCache, RepositoryPolicy: pull.Documents{State: pull.Unknown}, RegistryPolicy: pull.Given(), RepositoryExists: pull.Missing,
			},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name:  "a repository that is said to exist",
			aws:   &fakeAWS{account: "987654321098", noRepository: true},
			in:    pull.Input{RepositoryExists: pull.Exists},
			want:  pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given(), RepositoryExists: pull.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name:  "a role that is said to exist, under an ARN that is given",
			aws:   &fakeAWS{account: "123456789012"},
			in:    pull.Input{RoleExists: pull.Exists, ActualRoleARN: roleARN},
			want:  pull.Input{IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given(), RoleExists: pull.Exists, ActualRoleARN: roleARN},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
		},
		{
			name: "the consumer side, page by page",
			aws: &fakeAWS{
				account: "123456789012", roleARN: "arn:aws:iam::123456789012:role/service/app", boundary: "arn:aws:iam::aws:policy/Limit",
				inline: map[string]string{"first": document, "second": document}, attached: []string{"arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"},
				managed: map[string]string{"arn:aws:iam::aws:policy/A": document, "arn:aws:iam::aws:policy/B": document, "arn:aws:iam::aws:policy/Limit": document},
			},
			want: pull.Input{
				ActualRoleARN:       "arn:aws:iam::123456789012:role/service/app",
				RoleExists:          pull.Exists,
				PermissionsBoundary: pull.Given(pull.Document{Name: "arn:aws:iam::aws:policy/Limit", Text: document}),
				IdentityPolicies: pull.Given(
					pull.Document{Name: "arn:aws:iam::aws:policy/A", Text: document},
					pull.Document{Name: "arn:aws:iam::aws:policy/B", Text: document},
					pull.Document{Name: "first", Text: document},
					pull.Document{Name: "second", Text: document},
				),
			},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 2, "GetRolePolicy": 2,
				"ListAttachedRolePolicies": 2, "GetPolicy": 3, "GetPolicyVersion": 3,
			},
		},
		{
			name:  "a boundary alone",
			aws:   &fakeAWS{account: "123456789012", roleARN: roleARN},
			in:    pull.Input{IdentityPolicies: pull.Given()},
			want:  pull.Input{IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given(), ActualRoleARN: roleARN, RoleExists: pull.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRole": 1},
		},
		{
			name: "a role that does not exist",
			aws:  &fakeAWS{account: "123456789012"},
			want: pull.Input{IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given(), RoleExists: pull.Missing},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1,
			},
		},
		{
			name:  "what another check could not read of the registry side",
			aws:   &fakeAWS{account: "987654321098", repositoryPolicy: document},
			in:    pull.Input{RepositoryPolicy: unread, RegistryPolicy: unread, IdentityPolicies: unread, PermissionsBoundary: unread},
			want:  pull.Input{RepositoryPolicy: one, RegistryPolicy: pull.Given(), IdentityPolicies: unread, PermissionsBoundary: unread, RepositoryExists: pull.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1},
		},
		{
			name: "what another check could not read of the consumer side",
			aws:  &fakeAWS{account: "123456789012", roleARN: roleARN},
			in:   pull.Input{RepositoryPolicy: one, RegistryPolicy: unread, IdentityPolicies: unread, PermissionsBoundary: unread},
			want: pull.Input{
				RepositoryPolicy: one, RegistryPolicy: unread, IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given(), ActualRoleARN: roleARN, RoleExists: pull.Exists,
			},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
		},
		{
			name:  "another account's credentials",
			aws:   &fakeAWS{account: "111111111111"},
			calls: map[string]int{"GetCallerIdentity": 1},
		},
		{
			name:  "a user",
			aws:   &fakeAWS{account: "123456789012"},
			in:    pull.Input{RoleARN: "arn:aws:iam::123456789012:user/ci", RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given()},
			want:  pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given()},
			calls: nil,
		},
		{
			name: "everything given",
			aws:  &fakeAWS{account: "987654321098"},
			in:   pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given(), IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given()},
			want: pull.Input{RepositoryPolicy: pull.Given(), RegistryPolicy: pull.Given(), IdentityPolicies: pull.Given(), PermissionsBoundary: pull.Given()},
		},
		{
			name: "reads that AWS refuses on the registry side",
			aws: &fakeAWS{account: "987654321098", registryPolicy: document, refused: map[string]error{
				"GetRepositoryPolicy": denied("ecr:GetRepositoryPolicy"), "GetAccountSetting REGISTRY_POLICY_SCOPE": denied("ecr:GetAccountSetting"),
			}},
			want: pull.Input{RepositoryPolicy: pull.Documents{State: pull.Unknown}, RegistryPolicy: one},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1, "GetAccountSetting REGISTRY_POLICY_SCOPE": 1,
			},
			refused: []string{"registry_policy_scope", "repository_policy"},
		},
		{
			name: "one policy that AWS refuses to show",
			aws: &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document}, attached: []string{"arn:aws:iam::123456789012:policy/A"},
				refused: map[string]error{"GetPolicy": denied("iam:GetPolicy")},
			},
			want: pull.Input{
				ActualRoleARN:       roleARN,
				RoleExists:          pull.Exists,
				PermissionsBoundary: pull.Given(),
				IdentityPolicies: pull.Given(
					pull.Document{Name: "arn:aws:iam::123456789012:policy/A", Text: pull.UnknownText},
					pull.Document{Name: "first", Text: document},
				),
			},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1, "GetPolicy": 1,
			},
			refused: []string{`identity_policies["arn:aws:iam::123456789012:policy/A"]`},
		},
		{
			name: "policies that AWS refuses to list",
			aws: &fakeAWS{
				account: "123456789012", roleARN: roleARN, inline: map[string]string{"first": document},
				refused: map[string]error{"ListAttachedRolePolicies": denied("iam:ListAttachedRolePolicies")},
			},
			want: pull.Input{
				ActualRoleARN:       roleARN,
				RoleExists:          pull.Exists,
				PermissionsBoundary: pull.Given(),
				IdentityPolicies:    pull.Documents{State: pull.Unknown, List: []pull.Document{{Name: "first", Text: document}}},
			},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1,
			},
			refused: []string{"identity_policies"},
		},
		{
			name: "a role that AWS refuses to show",
			aws: &fakeAWS{account: "123456789012", roleARN: roleARN, refused: map[string]error{
				"GetRole": denied("iam:GetRole"),
			}},
			want: pull.Input{PermissionsBoundary: pull.Documents{State: pull.Unknown}, IdentityPolicies: pull.Given(), RoleExists: pull.Exists},
			calls: map[string]int{
				"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1,
			},
			refused: []string{"permissions_boundary"},
		},
		{
			name:  "a role that AWS refuses to show, its boundary given",
			aws:   &fakeAWS{account: "123456789012", roleARN: roleARN, refused: map[string]error{"GetRole": denied("iam:GetRole")}},
			in:    pull.Input{PermissionsBoundary: one},
			want:  pull.Input{PermissionsBoundary: one, IdentityPolicies: pull.Given(), RoleExists: pull.Exists},
			calls: map[string]int{"GetCallerIdentity": 1, "GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1},
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
			target, faults := pull.TargetOf(in)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			report, err := live.Fill(t.Context(), tt.aws.sources(), target, &in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, in, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.calls, tt.aws.calls, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
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
			in := pull.Input{Image: image, RoleARN: roleARN}
			target, _ := pull.TargetOf(in)
			_, err := live.Fill(t.Context(), aws.sources(), target, &in)
			var explained *awsapi.Error
			if !errors.As(err, &explained) || !errors.Is(err, cause) {
				t.Errorf("error %v, want an *awsapi.Error that wraps %v", err, cause)
			}
		})
	}
}

// TestFill_manyChecks: checks that share their sources cost what one costs.
func TestFill_manyChecks(t *testing.T) {
	t.Parallel()
	const both = "123456789012" // The role's account owns the repository as well.
	aws := &fakeAWS{
		account: both, repositoryPolicy: document, registryPolicy: document, scope: "V2",
		roleARN: roleARN, boundary: "arn:aws:iam::aws:policy/A",
		inline: map[string]string{"first": document}, attached: []string{"arn:aws:iam::aws:policy/A"},
		managed: map[string]string{"arn:aws:iam::aws:policy/A": document},
	}
	sources := aws.sources()
	var checks sync.WaitGroup
	for range 500 {
		checks.Go(func() {
			in := pull.Input{Image: strings.Replace(image, "987654321098", both, 1), RoleARN: roleARN}
			target, _ := pull.TargetOf(in)
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
		"GetCallerIdentity": 1, "GetRepositoryPolicy": 1, "GetRegistryPolicy": 1, "GetAccountSetting REGISTRY_POLICY_SCOPE": 1,
		"GetRole": 1, "ListRolePolicies": 1, "GetRolePolicy": 1, "ListAttachedRolePolicies": 1, "GetPolicy": 1, "GetPolicyVersion": 1,
	}
	if diff := cmp.Diff(want, aws.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
