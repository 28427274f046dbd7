// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

func TestMain(m *testing.M) { acctest.Run(m) }

func TestAccEnv_twoAccounts(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	for _, account := range []*acctest.Account{env.Registry, env.Consumer} {
		identity, err := account.STS.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil {
			t.Fatal(err)
		}
		if *identity.Account != account.ID {
			t.Errorf("the clients of account %s act in account %s", account.ID, *identity.Account)
		}
	}
	if env.Registry.ID == env.Consumer.ID {
		t.Error("registry and consumer are one account")
	}
}

func TestAccEnv_registrySide(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	repository := env.Registry.CreateRepository()
	if text, found := env.Registry.RepositoryPolicy(repository); found {
		t.Fatalf("a new repository has the policy %s", text)
	}
	env.Registry.PutRepositoryPolicy(repository, `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow",
		"Principal":{"AWS":"`+env.Consumer.RootARN()+`"},"Action":["ecr:BatchGetImage"]}]}`)
	if text, found := env.Registry.RepositoryPolicy(repository); !found || !strings.Contains(text, "Pull") {
		t.Errorf("the repository policy is %q, found: %t", text, found)
	}
	env.Registry.DeleteRepositoryPolicy(repository)
	if _, found := env.Registry.RepositoryPolicy(repository); found {
		t.Error("the repository policy is still there after its deletion")
	}
	env.Registry.DeleteRepository(repository)
	env.Registry.DeleteRepository(repository)
}

func TestAccEnv_consumerSide(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	role := env.Consumer.CreateRole()
	answer, err := env.Consumer.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(role)})
	if err != nil {
		t.Fatal(err)
	}
	if *answer.Role.Arn != env.Consumer.RoleARN(role) {
		t.Errorf("the role's ARN is %s, want %s", *answer.Role.Arn, env.Consumer.RoleARN(role))
	}
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}`
	env.Consumer.PutRolePolicy(role, "pull+1", document)
	if got, found := env.Consumer.RolePolicy(role, "pull+1"); !found || got != document {
		t.Errorf("the inline policy is %q, found: %t", got, found)
	}
	env.Consumer.DeleteRolePolicy(role, "pull+1")
	if _, found := env.Consumer.RolePolicy(role, "pull+1"); found {
		t.Error("the inline policy is still there after its deletion")
	}
	env.Consumer.AttachRolePolicy(role, env.Consumer.CreatePolicy("policy", document))
}

func TestAccEnv_namesDiffer(t *testing.T) {
	t.Parallel()
	env, other := acctest.New(t), acctest.New(t)
	name := env.Name("role")
	if again := env.Name("role"); again != name {
		t.Errorf("one test gets two names for one suffix: %s and %s", name, again)
	}
	if other.Name("role") == name {
		t.Errorf("two tests get one name: %s", name)
	}
}

func TestAccEnv_providerConfig(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	factories := acctest.ProtoV6ProviderFactories()
	for name, account := range map[string]*acctest.Account{"ecrxa": env.Registry, "consumer": env.Consumer} {
		block := strings.Replace(account.ProviderConfig(), `"ecrxa"`, `"`+name+`"`, 1)
		if both := env.ProviderConfig(); !strings.Contains(both, block) {
			t.Errorf("the provider blocks lack\n%s\nthey are\n%s", block, both)
		}
		if factories[name] == nil {
			t.Errorf("no provider runs under the name %s", name)
		}
	}
}

func TestAccEnv_requireSkipsOnMoto(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Require(acctest.LayerDownload)
	if env.Backend == acctest.Moto {
		t.Error("the test goes on without layer downloads")
	}
}

func TestAccEnv_emulatorCounts(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Registry.CreateRepository()
	if got := env.Emulator().Requests()["ecr:CreateRepository"]; got != 1 {
		t.Errorf("%d requests are counted, want 1", got)
	}
}

// The provider's calls are hit, on either backend; those of the test are not.
func TestAccEnv_faults(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	repository := env.Registry.CreateRepository()
	role := env.Consumer.CreateRole()
	layer := env.Faults(
		fault.Rule{Operation: "ecr:SetRepositoryPolicy", Times: 1, Fault: fault.Unavailable()},
		fault.Rule{Operation: "iam:PutRolePolicy", Times: 1, Fault: fault.Throttling()},
	)
	env.Registry.PutRepositoryPolicy(repository, `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow",
		"Principal":{"AWS":"`+env.Consumer.RootARN()+`"},"Action":["ecr:BatchGetImage"]}]}`)
	if total := layer.Counts().Total(); total != 0 {
		t.Errorf("the test's own calls were hit:\n%s", layer.Counts())
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{Config: env.ProviderConfig() + fmt.Sprintf(`
resource "ecrxa_repository_grant" "test" {
  repository  = %q
  sid         = "S"
  account_ids = [%q]
}
resource "ecrxa_consumer_role_policy" "test" {
  provider        = consumer
  role            = %q
  repository_arns = [%q]
}
`, repository, env.Consumer.ID, role, env.Registry.RepositoryARN(repository))}},
	})
	want := fault.Counts{
		{Kind: "ServiceUnavailableException", Operation: "ecr:SetRepositoryPolicy"}: 1,
		{Kind: "ThrottlingException", Operation: "iam:PutRolePolicy"}:               1,
	}
	if got := layer.Counts(); !maps.Equal(got, want) {
		t.Errorf("counts are\n%swant\n%s", got, want)
	}
}
