// SPDX-License-Identifier: MPL-2.0

package pullprobe_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccPullProbe_action: an action that is triggered by a resource fails the apply if the
// pull does not work. TestAccExamples runs the data source.
func TestAccPullProbe_action(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	server := env.Emulator()
	repository := env.Registry.CreateRepository()
	server.PushLayers(env.Registry.ID, env.Region, repository, "v1", "a layer")
	config := func(resource string) string {
		return env.ProviderConfig() + fmt.Sprintf(`
action "ecrxa_pull_probe" "test" {
  provider = consumer
  config {
    image = "%[1]s:v1"
  }
}

resource "terraform_data" %[2]q {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.ecrxa_pull_probe.test]
    }
  }
}
`, env.Registry.ImageURI(repository), resource)
	}
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config("first"), ExpectError: regexp.MustCompile(`AWS denied the pull`)},
			{
				PreConfig: func() {
					env.Registry.PutRepositoryPolicy(repository, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`, env.Consumer.RootARN()))
				},
				Config: config("second"),
			},
		},
	})
}
