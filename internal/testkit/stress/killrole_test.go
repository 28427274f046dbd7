// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
)

// roleConfiguration has one inline policy of the role app for each that
// terraform.tfvars.json lists.
const roleConfiguration = `
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

variable "policies" {
  type = map(string) # name to repository ARN
}

provider "ecrxa" {
  region = "us-east-1"
}

resource "ecrxa_consumer_role_policy" "all" {
  for_each        = var.policies
  role            = "app"
  name            = each.key
  repository_arns = [each.value]
}
`

// rolePolicies are what stands on the role before and after: documents by name.
type rolePolicies map[string]string

var rolePolicyNames = []string{"Kept", "Updated", "Deleted", "Created"}

// TestAccStress_killRolePolicies: an apply that creates, updates and deletes inline
// policies of a role is killed at some moment; the next one converges. Then
// nothing is left to plan, and the role has exactly what is configured.
func TestAccStress_killRolePolicies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 10*time.Millisecond, 60*time.Millisecond)
	w.aws.CreateRole(account, "/", "app")
	const arn = "arn:aws:ecr:us-east-1:111122223333:repository/"
	before := map[string]string{"Kept": arn + "app", "Updated": arn + "app", "Deleted": arn + "app"}
	after := map[string]string{"Kept": arn + "app", "Updated": arn + "base", "Created": arn + "app"}

	ws := w.roleWorkspace("whole", before)
	ws.mustApply("before")
	state, stoodBefore := ws.read("terraform.tfstate"), w.rolePolicies()
	ws.configureRoles(after)
	ws.mustApply("after")
	stoodAfter, requests := w.rolePolicies(), w.network.requestsOf("after")

	random := rand.New(rand.NewPCG(*seed, 3))
	killed, late := 0, 0
	for killed < *kills && late <= *kills {
		number := strconv.Itoa(killed + late)
		d := death{request: 1 + random.IntN(requests), phase: phase(random.IntN(3)), terraform: killed%3 == 2}
		w.resetRole(stoodBefore)
		ws := w.roleWorkspace("kill-"+number, after)
		ws.write("terraform.tfstate", state)
		first := ws.process("killed-"+number, "apply", "-auto-approve", "-parallelism=2")
		if (&killTest{w: w}).runAndKill(first, "killed-"+number, d) {
			killed++
		} else {
			late++
		}
		ws.mustApply("again-" + number)
		if err := ws.process("plan-"+number, "plan", "-detailed-exitcode").run(); err != nil {
			t.Errorf("%s; after the next apply there is still something to plan: %v\nthe killed one printed\n%s", d, err, first.errors())
		}
		if stands := w.rolePolicies(); !maps.EqualFunc(stands, stoodAfter, rolepolicy.Same) {
			t.Errorf("%s; the role has %v, want %v", d, stands, stoodAfter)
		}
		first.killProviders()
	}
	w.figures("%d applies killed, each applied again, %d that ended before; an apply makes %d requests", killed, late, requests)
}

func (w *world) roleWorkspace(name string, policies map[string]string) workspace {
	w.t.Helper()
	ws := w.workspace(name, nil)
	ws.write("main.tf", []byte(roleConfiguration))
	ws.configureRoles(policies)
	return ws
}

func (ws workspace) configureRoles(policies map[string]string) {
	ws.world.t.Helper()
	text, err := json.Marshal(map[string]any{"policies": policies})
	if err != nil {
		ws.world.t.Fatal(err)
	}
	ws.write("terraform.tfvars.json", text)
}

func (ws workspace) mustApply(caller string) {
	ws.world.t.Helper()
	if err := ws.process(caller, "apply", "-auto-approve").run(); err != nil {
		ws.world.t.Fatal(err)
	}
}

// rolePolicies returns the documents that stand on the role, by name.
func (w *world) rolePolicies() rolePolicies {
	all := rolePolicies{}
	for _, name := range rolePolicyNames {
		if text, found := w.aws.RolePolicy(account, "app", name); found {
			all[name] = text
		}
	}
	return all
}

func (w *world) resetRole(policies rolePolicies) {
	w.aws.DeleteRole(account, "app")
	w.aws.CreateRole(account, "/", "app")
	for name, text := range policies {
		w.aws.PutRolePolicy(account, "app", name, text)
	}
}
