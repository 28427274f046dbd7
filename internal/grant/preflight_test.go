// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// writesNothing is a check that no policy was written since ResetRequests.
func (w *world) writesNothing() resource.TestCheckFunc {
	return func(*terraform.State) error {
		requests := w.Emulator().Requests()
		if n := requests["ecr:SetRepositoryPolicy"] + requests["ecr:DeleteRepositoryPolicy"]; n > 0 {
			return fmt.Errorf("%d writes, want none: %v", n, requests)
		}
		return nil
	}
}

const sidS = "sid = \"S\"\n account_ids = [\"123456789012\"]"

// An apply that was killed after its write has left a statement and no state.
func TestAccRepositoryGrant_takesOverItsOwnStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.Emulator()
	ours := w.statement("S", `{"AWS":["123456789012"]}`, pull, "")
	w.put(w.foreign, ours)
	server.ResetRequests()
	w.test(
		resource.TestStep{
			Config: w.config(sidS),
			Check:  resource.ComposeTestCheckFunc(w.stands(ours), w.writesNothing()),
		},
		resource.TestStep{Config: w.config(sidS), PlanOnly: true},
	)
}

// Another writer's statement that no grant can represent is an error in the plan; one that
// another resource of the state may have and give up is one in the apply.
func TestAccRepositoryGrant_takenSidInThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AnyAccount)
	theirs := strings.Replace(w.statement("S", `{"AWS":"111111111111"}`, pull, ""), "Allow", "Deny", 1)
	w.put(w.foreign, theirs)
	w.foreign += "," + theirs
	w.test(resource.TestStep{
		Config:      w.config(sidS),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Sid already in use.*on .*tf line.*different\s+statement`),
	})
}

// Two grants that depend on each other swap their Sids.
func TestAccRepositoryGrant_swappedSids(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(a, b string) string {
		return w.Registry.ProviderConfig() +
			w.grant("a", fmt.Sprintf("sid = %q\n account_ids = [\"123456789012\"]", a)) +
			w.grant("b", fmt.Sprintf("sid = %q\n account_ids = [\"123456789012\"]\n access = \"push\"\n depends_on = [ecrxa_repository_grant.a]", b))
	}
	w.test(
		resource.TestStep{Config: config("A", "B")},
		resource.TestStep{Config: config("B", "A")},
		resource.TestStep{Config: config("B", "A"), PlanOnly: true},
	)
}

// Two resources with one statement are an error in every plan. If one of them is
// removed, its destroy leaves the statement to the other.
func TestAccRepositoryGrant_anotherResourceKeepsTheStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := strings.Join([]string{w.Registry.ID, w.Region, w.repository, "S"}, ",")
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	a, b := w.Registry.ProviderConfig()+w.grant("a", sidS), w.grant("b", sidS)
	imported := resource.TestStep{Config: a + b, ResourceName: "ecrxa_repository_grant.b", ImportState: true, ImportStateId: id, ImportStatePersist: true}
	two := regexp.MustCompile(`Two resources for one statement`)
	w.test(
		resource.TestStep{Config: a},
		resource.TestStep{Config: fmt.Sprintf("import {\n  to = ecrxa_repository_grant.b\n  id = %q\n}\n", id) + a + b, ExpectError: two},
		imported, // The command does not plan, so it cannot know of the other resource.
		resource.TestStep{Config: a + b, PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: a, Check: w.stands(ours)},
		resource.TestStep{Config: a, PlanOnly: true},
		imported,
		resource.TestStep{Config: w.Registry.ProviderConfig(), Check: w.stands()}, // Both are destroyed, and the statement with them.
	)
}

// What somebody has made of the statement after the plan is neither replaced nor removed.
func TestAccRepositoryGrant_changedSinceThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	theirs := strings.Replace(w.statement("S", `{"AWS":"123456789012"}`, pull, ""), "Allow", "Deny", 1)
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	layer := w.Faults()
	strike := func() { // after the plan has read the policy
		layer.SetRules(fault.Rule{Operation: "ecr:GetRepositoryPolicy", From: 2, Times: 1, Fault: fault.Meanwhile("a stranger", func() { w.put(w.foreign, theirs) })})
	}
	restore := func() {
		layer.SetRules()
		if err := w.compare([]string{w.foreign, theirs}); err != nil {
			t.Error(err)
		}
		w.put(w.foreign, ours)
	}
	changed := regexp.MustCompile(`(?s)Statement changed since the plan.*Deny`)
	w.test(
		resource.TestStep{Config: w.config(sidS)},
		resource.TestStep{PreConfig: strike, Config: w.config(sidS + "\n access = \"push\""), ExpectError: changed},
		resource.TestStep{PreConfig: func() { restore(); strike() }, Config: w.config(sidS), Destroy: true, ExpectError: changed},
		resource.TestStep{PreConfig: restore, Config: w.config(sidS), PlanOnly: true},
	)
}

// A resource whose name has changed, without a moved block: Terraform destroys
// the old one and creates the new one at the same time.
func TestAccRepositoryGrant_renamedResource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	renamed := w.Registry.ProviderConfig() + w.grant("renamed", sidS)
	w.test(
		resource.TestStep{Config: w.config(sidS)},
		resource.TestStep{Config: renamed, Check: w.stands(ours)},
	)
}

// With a moved block the two aliases, which know nothing of each other, do not meet.
func TestAccRepositoryGrant_movedToAnotherAlias(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	providers := w.Registry.ProviderConfig() + strings.Replace(w.Registry.ProviderConfig(), "{\n", "{\n  alias = \"other\"\n", 1)
	moved := providers + w.grant("renamed", sidS+"\n  provider = ecrxa.other") + `
moved {
  from = ecrxa_repository_grant.test
  to   = ecrxa_repository_grant.renamed
}
`
	w.test(
		resource.TestStep{Config: providers + w.grant("test", sidS)},
		resource.TestStep{
			Config: moved,
			ConfigPlanChecks: checks(
				plancheck.ExpectResourceAction("ecrxa_repository_grant.renamed", plancheck.ResourceActionNoop),
			),
			Check: w.stands(w.statement("S", `{"AWS":"123456789012"}`, pull, "")),
		},
	)
}

// The new object is created before the old one, of the same statement, is destroyed.
func TestAccRepositoryGrant_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(trigger int) string {
		return w.config(sidS+`
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.trigger]
  }`) + fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %d\n}\n", trigger)
	}
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	w.test(
		resource.TestStep{Config: config(1), Check: w.stands(ours)},
		resource.TestStep{Config: config(2), Check: w.stands(ours)},
		resource.TestStep{Config: config(2), PlanOnly: true},
	)
}

func TestAccRepositoryGrant_twoResourcesOfOneStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.grant("a", sidS), w.grant("b", sidS)
	late := "resource \"terraform_data\" \"sid\" {\n  input = \"S\"\n}\n"
	id := strings.Join([]string{w.Registry.ID, w.Region, w.repository, "S"}, ",")
	imports := fmt.Sprintf("import {\n  to = ecrxa_repository_grant.a\n  id = %q\n}\nimport {\n  to = ecrxa_repository_grant.b\n  id = %q\n}\n", id, id)
	two := regexp.MustCompile(`Two resources for one statement`)
	w.test(
		resource.TestStep{Config: w.Registry.ProviderConfig() + a + b, PlanOnly: true, ExpectError: two},
		resource.TestStep{
			// The Sid is known when the second is applied.
			Config:      late + w.Registry.ProviderConfig() + a + w.grant("b", strings.Replace(sidS, `"S"`, "terraform_data.sid.output", 1)+"\n  depends_on = [ecrxa_repository_grant.a]"),
			ExpectError: regexp.MustCompile(`(?s)Two resources for one statement`),
		},
		resource.TestStep{Config: imports + w.Registry.ProviderConfig() + a + w.grant("b", sidS+"\n  access = \"push\""), PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: w.Registry.ProviderConfig() + a},
	)
}

func TestAccRepositoryGrant_tooLargeInThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AnyAccount)
	theirs := w.statement("Large", `{"AWS":"111111111111"}`, pull, fmt.Sprintf(`{"StringEquals":{"aws:PrincipalOrgID":[%q]}}`, strings.Repeat("x", policystore.MaxSize-800)))
	w.put(w.foreign, theirs)
	w.foreign += "," + theirs
	many := w.Registry.ProviderConfig() + fmt.Sprintf(`
resource "ecrxa_repository_grant" "many" {
  count       = 5
  repository  = %q
  sid         = "Team${count.index}"
  account_ids = [%q]
}
`, w.repository, w.Consumer.ID)
	w.test(
		resource.TestStep{
			Config:      many,
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Repository policy too large.*of\s+the\s+repository.*Large`),
		},
		resource.TestStep{Config: w.config(sidS)},
	)
}
