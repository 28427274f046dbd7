// SPDX-License-Identifier: MPL-2.0

package pulleventsource_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

func TestMain(m *testing.M) { acctest.Run(m) }

// A pull is denied; a grant is added, and the events say that the registry side now allows it.
func TestAccPullEvents_denied(t *testing.T) {
	env := acctest.New(t)
	env.Require(acctest.EventHistory)
	repository := env.Registry.CreateRepository()
	_, err := env.Consumer.ECR.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{
		RegistryId: aws.String(env.Registry.ID), RepositoryName: aws.String(repository), ImageIds: []ecrtypes.ImageIdentifier{{ImageTag: aws.String("v1")}},
	})
	if err == nil {
		t.Fatal("the pull is allowed")
	}
	config := env.Registry.ProviderConfig() + fmt.Sprintf(`
resource "ecrxa_repository_grant" "test" {
  repository  = %[1]q
  sid         = "Pull"
  account_ids = [%[2]q]
}

data "ecrxa_registry_snapshot" "test" {
  repository        = ecrxa_repository_grant.test.repository
  read_organization = false
}

data "ecrxa_pull_events" "test" {
  repository        = %[1]q
  end               = %[3]q
  period            = "1h"
  registry_snapshot = data.ecrxa_registry_snapshot.test.json
}
`, repository, env.Consumer.ID, time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
	check := func(attribute tfjsonpath.Path, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.ecrxa_pull_events.test", attribute, want)
	}
	denial := tfjsonpath.New("denials").AtSliceIndex(0)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			check(denial.AtMapKey("action"), knownvalue.StringExact("ecr:BatchGetImage")),
			check(denial.AtMapKey("account_id"), knownvalue.StringExact(env.Consumer.ID)),
			check(denial.AtMapKey("registry_side"), knownvalue.StringExact("allowed")),
			check(denial.AtMapKey("verdict"), knownvalue.StringExact("conditional")),
			check(tfjsonpath.New("callers").AtSliceIndex(0).AtMapKey("calls").AtSliceIndex(0).AtMapKey("side"), knownvalue.StringExact("registry")),
			check(tfjsonpath.New("complete"), knownvalue.Bool(false)),
			check(tfjsonpath.New("statement_usage").AtSliceIndex(0).AtMapKey("usage"), knownvalue.StringExact("unknown")),
		}}},
	})
}
