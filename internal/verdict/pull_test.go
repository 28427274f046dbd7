package verdict_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

var update = flag.Bool("update", false, "write the golden files")

// An outcome is the short of a result.
type outcome struct {
	verdict  authz.Verdict
	deniedBy []string
	side     verdict.Side
}

var (
	allowed     = outcome{verdict: authz.Allowed}
	conditional = outcome{verdict: authz.Conditional}
)

func denied(side verdict.Side, by ...string) outcome {
	return outcome{authz.Denied, by, side}
}

// judgements are the cases that both the verdicts and the texts are tested on.
var judgements = []struct {
	name string
	in   verdict.Input
	outcome
}{
	{"allowed", both(), allowed},
	{
		"denied by both",
		none(),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"denied by the consumer",
		with(both(), func(in *verdict.Input) { in.IdentityPolicies = verdict.Given() }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"denied by the registry",
		with(both(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.Given() }),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"login not allowed",
		with(both(), func(in *verdict.Input) { in.IdentityPolicies = given(doc(pullOn(repositoryARN))) }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"explicit deny",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy.List[0].Text = strings.Replace(granting, "[{", `[{"Sid":"NoOutsiders","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"987654321098"}}},{`, 1)
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"permissions boundary",
		with(both(), func(in *verdict.Input) { in.PermissionsBoundary = given(doc(login)) }),
		denied(verdict.Consumer, "permissions_boundary"),
	},
	{
		"service control policy",
		with(both(), func(in *verdict.Input) {
			in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{{
				Name: "service_control_policies[0][0]",
				Text: doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"NoForeignImages","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`),
			}}}}
		}),
		denied(verdict.Consumer, "service_control_policy"),
	},
	{
		"conditional for a key",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(`{"Sid":"PullFromVPC","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}}}`))
		}),
		conditional,
	},
	{
		"conditional for an unknown side",
		with(both(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} }),
		conditional,
	},
	{
		"denied though a side is unknown",
		with(none(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"conditional for what was not readable",
		with(both(), func(in *verdict.Input) { in.PermissionsBoundary = verdict.Documents{State: verdict.Unknown} }),
		conditional,
	},
	{
		"conditional for a registry policy that was not readable",
		with(both(), func(in *verdict.Input) { in.RegistryPolicy = verdict.Documents{State: verdict.Unknown} }),
		conditional,
	},
	{
		"conditional for role policies that were not readable",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies.State = verdict.Unknown
			in.IdentityPolicies.List = append(in.IdentityPolicies.List, verdict.Document{Name: "arn:aws:iam::aws:policy/ReadOnlyAccess", Text: verdict.UnknownText})
		}),
		conditional,
	},
	{
		"registry policy not readable, of a scope that does not matter",
		with(both(), func(in *verdict.Input) {
			in.RegistryPolicy, in.RegistryPolicyScope = verdict.Documents{State: verdict.Unknown}, "V1"
		}),
		allowed,
	},
	{
		"region mismatch",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service")))
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"account mismatch",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-east-1:123456789012:repository/payment-*")))
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "123456789012", "111111111111"))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"cross partition",
		with(both(), func(in *verdict.Input) {
			in.Image = "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/payment-service"
		}),
		denied(verdict.Consumer, "partition_mismatch"),
	},
	{
		"same account",
		with(none(), func(in *verdict.Input) { in.RoleARN = sameAccountARN }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"same account, allowed by its identity policy",
		with(both(), func(in *verdict.Input) { in.RoleARN, in.RepositoryPolicy = sameAccountARN, verdict.Given() }),
		allowed,
	},
	{
		"registry policy allows",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V2"
		}),
		allowed,
	},
	{
		"registry policy of unknown scope",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
		}),
		conditional,
	},
	{
		"registry policy of scope V1",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given()
			in.RegistryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V1"
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"registry policy of a scope that does not matter",
		with(both(), func(in *verdict.Input) {
			in.RegistryPolicy = given(doc(`{"Sid":"Replicate","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:ReplicateImage","Resource":"*"}`))
		}),
		allowed,
	},
	{
		"pull through cache",
		with(both(), func(in *verdict.Input) { in.Access = actionset.PullThroughCache }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"pull through cache of a repository that does not exist yet",
		with(none(), func(in *verdict.Input) {
			in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
			in.RepositoryPolicy = verdict.Documents{State: verdict.Unknown}
			in.IdentityPolicies = given(doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		conditional,
	},
	{
		"push",
		with(none(), func(in *verdict.Input) { in.Access = actionset.Push }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"repository missing",
		with(both(), func(in *verdict.Input) { in.RepositoryPolicy, in.RepositoryExists = verdict.Given(), verdict.Missing }),
		denied(verdict.Registry, "repository_missing", "repository_policy"),
	},
	{
		"role missing",
		with(both(), func(in *verdict.Input) { in.IdentityPolicies, in.RoleExists = verdict.Given(), verdict.Missing }),
		denied(verdict.Consumer, "role_missing", "identity_policy"),
	},
	{
		"role and repository missing",
		with(none(), func(in *verdict.Input) { in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing }),
		denied(verdict.Both, "role_missing", "repository_missing", "identity_policy", "repository_policy"),
	},
	{
		"role and repository only planned",
		with(none(), func(in *verdict.Input) {
			in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing
			in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`}}
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
		}),
		allowed,
	},
	{
		"role that will have given and planned policies",
		with(both(), func(in *verdict.Input) {
			in.RoleExists = verdict.Missing
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
		}),
		allowed,
	},
	{
		"pull through cache of a repository whose policy is given ahead",
		with(both(), func(in *verdict.Input) {
			in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
			in.RepositoryPolicy = given(doc(`{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:*"}`))
			in.IdentityPolicies = given(doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		allowed,
	},
	{
		"misfit of one side and near miss of the other",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service")))
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "123456789012:root", "123456789012:role/ecsTaskRole"))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"user",
		with(none(), func(in *verdict.Input) {
			in.RoleARN, in.RoleExists = "arn:aws:iam::123456789012:user/ci/deployer", verdict.Missing
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"session",
		with(none(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"session of a role with a path",
		with(both(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", in.ActualRoleARN))
		}),
		allowed,
	},
	{
		"session of a role whose path is not known",
		with(both(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"))
		}),
		conditional,
	},
	{
		"by the ARN of the repository",
		with(both(), func(in *verdict.Input) { in.Image, in.RepositoryARN = "", repositoryARN }),
		allowed,
	},
	{
		"account root",
		with(none(), func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:root" }),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"federated user",
		with(both(), func(in *verdict.Input) {
			in.RoleARN, in.RepositoryPolicy = "arn:aws:sts::123456789012:federated-user/ci", verdict.Given()
			in.SessionPolicies = verdict.Given(verdict.Document{Name: "session_policies[0]", Text: pulling})
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"federated user without session policies",
		with(both(), func(in *verdict.Input) {
			in.RoleARN, in.IdentityPolicies = "arn:aws:sts::123456789012:federated-user/ci", verdict.Given()
		}),
		denied(verdict.Consumer, "identity_policy"), // What was passed to GetFederationToken is not known, and does not matter.
	},
	{
		"account and region mismatch",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:eu-west-1:111111111111:repository/*")))
			in.RepositoryPolicy = given(doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:*","Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/payment-service"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"partition mismatch in a policy",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws-cn:ecr:*:987654321098:repository/*")))
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"unknown service control policies",
		with(both(), func(in *verdict.Input) { in.ServiceControlPolicies = verdict.Levels{State: verdict.Unknown} }),
		conditional,
	},
	{
		"explicit deny in the same account",
		with(both(), func(in *verdict.Input) {
			in.RoleARN = sameAccountARN
			in.RepositoryPolicy = given(doc(`{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"condition on the resource",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, `{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"payments"}}}`))
		}),
		conditional,
	},
	{
		"deleted role in the repository policy",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", "AROAEXAMPLEEXAMPLE123"))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"role with a path",
		with(both(), func(in *verdict.Input) {
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "arn:aws:iam::123456789012:root", roleARN))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"explicit deny or no allow, as a key has it",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1),
				`{"Sid":"NotFromThere","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringLike":{"aws:SourceVpce":"vpce-*"}}}`))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"one side or the other, as a key has it",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"true"}}`, 1)))
			in.IdentityPolicies = given(doc(login, strings.Replace(pullOn("*"), `}`, `,"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}}`, 1)))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"one statement or another, as a key has it",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"true"}}`, 1),
				strings.Replace(grant, `"Pull"`, `"PullFromVPC","Condition":{"Null":{"aws:SourceVpce":"false"}}`, 1)))
		}),
		allowed,
	},
	{
		"conditional for a key that must be present",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"false"}}`, 1)))
		}),
		conditional,
	},
	{
		"near misses of several statements",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "123456789012:root", "123456789012:role/ecsTaskExecution-Role"))
			in.IdentityPolicies = given(doc(
				`{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-servce"}`,
				`{"Effect":"Allow","Action":"ecr:GetDownloadUrlForLayer","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-servce"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"held back by a condition of the registry",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(throughEndpoint))
			in.Context = map[string][]string{"aws:SourceVpce": {}}
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"held back by conditions of both",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, strings.Replace(pullOn(repositoryARN), `{`, `{"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-2"},"Bool":{"aws:MultiFactorAuthPresent":"true"}},`, 1)))
			in.RepositoryPolicy = given(doc(throughEndpoint))
			in.Context = map[string][]string{"aws:SourceVpce": {"vpce-2"}, "aws:MultiFactorAuthPresent": {"false"}}
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"held back in a part by a condition",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(throughEndpoint, `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`, `"ecr:BatchGetImage"`, 1)))
			in.Context = map[string][]string{"aws:SourceVpce": {"vpce-2"}}
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"condition key misspelt, region not known",
		with(both(), func(in *verdict.Input) {
			in.Image = strings.Replace(image, "us-east-1", "us-est-1", 1)
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1)))
			in.IdentityPolicies = given(doc(login, pullOn("*")))
			in.Context = map[string][]string{"aws:SourceVpcEndpoint": {"vpce-1"}}
		}),
		conditional,
	},
	{
		"login in a planned statement",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given()
			in.PlannedStatements = []verdict.Document{{Text: strings.Replace(grant, `"Action":[`, `"Action":["ecr:GetAuthorizationToken",`, 1), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}),
		allowed,
	},
	{
		"own policy for another region, own grant that lacks an action",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies.List = []verdict.Document{{Name: "ecrxa-pull", Text: doc(strings.Replace(login, "{", `{"Sid":"Token",`, 1),
				strings.Replace(pullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service"), "{", `{"Sid":"Repositories",`, 1))}}
			in.RepositoryPolicy = given(doc(`{"Sid":"Payments","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:BatchGetImage"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"condition key of a policy misspelt",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
		}),
		conditional,
	},
	{
		"condition key of a policy misspelt and given",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
			in.Context = map[string][]string{"aws:PrincipleOrgID": {"o-1"}}
		}),
		allowed,
	},
	{
		"variable in a policy of an old version",
		with(both(), func(in *verdict.Input) {
			variable := doc(strings.Replace(pullOn("arn:aws:ecr:us-east-1:${aws:ResourceAccount}:repository/*"), `"ecr:BatchGetImage"`, `"ecr:GetAuthorizationToken","ecr:BatchGetImage"`, 1))
			in.IdentityPolicies = given(doc(login), strings.Replace(variable, "2012-10-17", "2008-10-17", 1))
			in.IdentityPolicies.List[1].Name = "by-account"
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"action and resource misspelt",
		with(both(), func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:us-east-1:987654321098:payment-service"), pullOn(repositoryARN+":v1")))
			in.RepositoryPolicy = given(doc(strings.ReplaceAll(grant, "ecr:BatchGetImage", "ecr:BatchGetImages")))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"grant to one session of the role",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.ReplaceAll(grant, "iam::123456789012:root", "sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1")))
		}),
		conditional,
	},
	{
		"repository statement without principal",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Principal":{"AWS":"arn:aws:iam::123456789012:root"},`, "", 1)))
		}),
		conditional,
	},
	{
		"role statement with principal and one without resource, other side unknown",
		with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Documents{}
			in.IdentityPolicies = given(doc(login, `{"Effect":"Allow","Action":"ecr:*"}`, grant))
		}),
		conditional,
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
			if diff := cmp.Diff(append([]string{}, tt.deniedBy...), got.DeniedBy); diff != "" {
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

func evaluate(t *testing.T, in verdict.Input) report.Result {
	t.Helper()
	result, err := evaluateInput(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func evaluateInput(in verdict.Input) (report.Result, error) {
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		return report.Result{}, faults
	}
	return report.Of(j), nil
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

// TestEvaluate_walls: of very many reasons the text names a few, and the result
// has them all.
func TestEvaluate_walls(t *testing.T) {
	t.Parallel()
	const many = 200
	numbered := func(format string) []string {
		var texts []string
		for i := range many {
			texts = append(texts, fmt.Sprintf(format, i))
		}
		return texts
	}
	scps := func(in *verdict.Input, statements []string) {
		in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{given(doc(statements...)).List}}
	}
	fullAccess := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		all  func(report.Result) int
		says string
	}{
		"denying statements": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Sid":"Deny%d","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`), fullAccess))
			},
			func(r report.Result) int { return min(len(r.Remedies), len(r.Decisions[1].Statements)) },
			"- and 195 more: see remedies",
		},
		"unknown keys": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/k%d":"v"}}}`), fullAccess))
			},
			func(r report.Result) int { return min(len(r.Remedies), len(r.UnknownContextKeys)) },
			"- and 195 more: see remedies",
		},
		"values of a key": {
			func(in *verdict.Input) {
				values := `["` + strings.Join(numbered("vpce-%d"), `","`) + `"]`
				scps(in, []string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceVpce":` + values + `}}}`})
			},
			func(report.Result) int { return many },
			"vpce-4 or 195 more",
		},
		"documents that AWS would refuse": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Sid":"Odd%d","Effect":"Deny","Action":"s3:*","Resource":"*","Moon":"full"}`), fullAccess))
			},
			func(r report.Result) int { return len(r.Mismatches) },
			"- and 195 more: see mismatches",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := evaluate(t, with(both(), tt.edit))
			if len(got.Explanation) > 4000 || !strings.Contains(got.Explanation, tt.says) {
				t.Errorf("the explanation has %d characters, and should say %q:\n%s", len(got.Explanation), tt.says, got.Explanation)
			}
			if reason := got.Decisions[1].Reason; len(reason) > 4000 {
				t.Errorf("the reason has %d characters:\n%s", len(reason), reason)
			}
			if n := tt.all(got); n < many {
				t.Errorf("the result has %d of %d", n, many)
			}
		})
	}
}
