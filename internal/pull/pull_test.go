package pull_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
)

var update = flag.Bool("update", false, "write the golden files")

// judgements are the cases that both the verdicts and the texts are tested on.
var judgements = []struct {
	name     string
	in       pull.Input
	verdict  authz.Verdict
	deniedBy []authz.LayerName
	side     pull.Side
}{
	{"allowed", both(), authz.Allowed, nil, ""},
	{
		"denied by both", none(),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"denied by the consumer",
		with(both(), func(in *pull.Input) { in.IdentityPolicies = pull.Given() }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy}, pull.Consumer,
	},
	{
		"denied by the registry",
		with(both(), func(in *pull.Input) { in.RepositoryPolicy = pull.Given() }),
		authz.Denied, []authz.LayerName{authz.RepositoryPolicy}, pull.Registry,
	},
	{
		"login not allowed",
		with(both(), func(in *pull.Input) { in.IdentityPolicies = given(doc(pullOn(repositoryARN))) }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy}, pull.Consumer,
	},
	{
		"explicit deny",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy.List[0].Text = strings.Replace(granting, "[{", `[{"Sid":"NoOutsiders","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"987654321098"}}},{`, 1)
		}),
		authz.Denied, []authz.LayerName{authz.RepositoryPolicy}, pull.Registry,
	},
	{
		"permissions boundary",
		with(both(), func(in *pull.Input) { in.PermissionsBoundary = given(doc(login)) }),
		authz.Denied, []authz.LayerName{authz.PermissionsBoundary}, pull.Consumer,
	},
	{
		"service control policy",
		with(both(), func(in *pull.Input) {
			in.ServiceControlPolicies = pull.Levels{State: pull.Known, List: [][]pull.Document{{{
				Name: "level 1 service control policy 1",
				Text: doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"NoForeignImages","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`),
			}}}}
		}),
		authz.Denied, []authz.LayerName{authz.ServiceControlPolicy}, pull.Consumer,
	},
	{
		"conditional for a key",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy = given(doc(`{"Sid":"PullFromVPC","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}}}`))
		}),
		authz.Conditional, nil, "",
	},
	{
		"conditional for an unknown side",
		with(both(), func(in *pull.Input) { in.RepositoryPolicy = pull.Documents{} }),
		authz.Conditional, nil, "",
	},
	{
		"denied though a side is unknown",
		with(none(), func(in *pull.Input) { in.RepositoryPolicy = pull.Documents{} }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy}, pull.Consumer,
	},
	{
		"conditional for what was not readable",
		with(both(), func(in *pull.Input) { in.PermissionsBoundary = pull.Documents{State: pull.Unknown} }),
		authz.Conditional, nil, "",
	},
	{
		"region mismatch",
		with(both(), func(in *pull.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service")))
		}),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy}, pull.Consumer,
	},
	{
		"account mismatch",
		with(both(), func(in *pull.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-east-1:123456789012:repository/payment-*")))
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "123456789012", "111111111111"))
		}),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"cross partition",
		with(both(), func(in *pull.Input) {
			in.Image = "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/payment-service"
		}),
		authz.Denied, []authz.LayerName{pull.PartitionMismatch}, pull.Consumer,
	},
	{
		"same account",
		with(none(), func(in *pull.Input) { in.RoleARN = sameAccountARN }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"same account, allowed by its identity policy",
		with(both(), func(in *pull.Input) { in.RoleARN, in.RepositoryPolicy = sameAccountARN, pull.Given() }),
		authz.Allowed, nil, "",
	},
	{
		"registry policy allows",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy = pull.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V2"
		}),
		authz.Allowed, nil, "",
	},
	{
		"registry policy of unknown scope",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy = pull.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
		}),
		authz.Conditional, nil, "",
	},
	{
		"registry policy of scope V1",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy = pull.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V1"
		}),
		authz.Denied, []authz.LayerName{authz.RepositoryPolicy}, pull.Registry,
	},
	{
		"registry policy of a scope that does not matter",
		with(both(), func(in *pull.Input) {
			in.RegistryPolicy = given(doc(`{"Sid":"Replicate","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:ReplicateImage","Resource":"*"}`))
		}),
		authz.Allowed, nil, "",
	},
	{
		"pull through cache",
		with(both(), func(in *pull.Input) { in.Access = access.PullThroughCache }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"pull through cache of a repository that does not exist yet",
		with(none(), func(in *pull.Input) {
			in.Access, in.RepositoryMissing = access.PullThroughCache, true
			in.IdentityPolicies = given(doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		authz.Conditional, nil, "",
	},
	{
		"push", with(none(), func(in *pull.Input) { in.Access = access.Push }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"repository missing",
		with(both(), func(in *pull.Input) { in.RepositoryPolicy, in.RepositoryMissing = pull.Given(), true }),
		authz.Denied, []authz.LayerName{pull.RepositoryMissing, authz.RepositoryPolicy}, pull.Registry,
	},
	{
		"role missing",
		with(both(), func(in *pull.Input) { in.IdentityPolicies, in.RoleMissing = pull.Given(), true }),
		authz.Denied, []authz.LayerName{pull.RoleMissing, authz.IdentityPolicy}, pull.Consumer,
	},
	{
		"role and repository only planned",
		with(none(), func(in *pull.Input) {
			in.RoleMissing, in.RepositoryMissing = true, true
			in.PlannedStatements = []pull.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`}}
			in.PlannedRolePolicies = []pull.Document{{Name: "ecrxa-pull", Inline: true, Text: pulling}}
		}),
		authz.Allowed, nil, "",
	},
	{
		"user", with(none(), func(in *pull.Input) { in.RoleARN = "arn:aws:iam::123456789012:user/ci/deployer" }),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"session", with(none(), func(in *pull.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
		}),
		authz.Denied, []authz.LayerName{authz.IdentityPolicy, authz.RepositoryPolicy}, pull.Both,
	},
	{
		"deleted role in the repository policy",
		with(both(), func(in *pull.Input) {
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", "AROAEXAMPLEEXAMPLE123"))
		}),
		authz.Denied, []authz.LayerName{authz.RepositoryPolicy}, pull.Registry,
	},
	{
		"role with a path",
		with(both(), func(in *pull.Input) {
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", roleARN))
		}),
		authz.Denied, []authz.LayerName{authz.RepositoryPolicy}, pull.Registry,
	},
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for _, tt := range judgements {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := evaluate(t, tt.in)
			if got.Verdict != tt.verdict || got.Allowed != (tt.verdict == authz.Allowed) {
				t.Errorf("verdict %s (allowed: %t), want %s", got.Verdict, got.Allowed, tt.verdict)
			}
			if diff := cmp.Diff(append([]authz.LayerName{}, tt.deniedBy...), got.DeniedBy); diff != "" {
				t.Errorf("denied by (-want +got):\n%s", diff)
			}
			if got.DeniedSide != tt.side {
				t.Errorf("denied side %q, want %q", got.DeniedSide, tt.side)
			}
			golden(t, tt.name, got.Explanation)
			if !strings.HasSuffix(got.Explanation, ".") {
				t.Error("Terraform asks of an error message that it ends with a full stop")
			}
		})
	}
}

func evaluate(t *testing.T, in pull.Input) pull.Result {
	t.Helper()
	result, err := pull.Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// golden compares a text with testdata/NAME.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", strings.NewReplacer(" ", "_", ",", "").Replace(name)+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
		t.Errorf("the text differs from %s; write it anew with -update (-want +got):\n%s", file, diff)
	}
}
