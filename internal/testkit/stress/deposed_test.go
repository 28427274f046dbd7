// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// replacing has both resources replaced by new objects of the same content, each
// before the old one is destroyed.
const replacing = `
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

variable "generation" {}

provider "ecrxa" {
  region = "us-east-1"
}

resource "terraform_data" "generation" {
  input = var.generation
}

resource "ecrxa_repository_grant" "app" {
  registry_id = "987654321098"
  repository  = "app"
  sid         = "Team"
  account_ids = ["123456789012"]

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.generation]
  }
}

resource "ecrxa_consumer_role_policy" "app" {
  role            = "app"
  repository_arns = ["arn:aws:ecr:us-east-1:987654321098:repository/app"]

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.generation]
  }
}
`

// TestAccStress_deposed: a replacement that creates the new object first is killed
// at each of its requests. It may leave the old object in the state, which
// Terraform then calls deposed and destroys in the next apply. That leaves what the
// new one has.
func TestAccStress_deposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 10*time.Millisecond, 60*time.Millisecond)
	w.createRepository("app")
	w.aws.CreateRole(account, "/", "app")
	team := []grant{{Repository: "app", Sid: "Team", Account: "123456789012"}}
	ws := w.workspace("deposed", nil)
	ws.write("main.tf", []byte(replacing))
	replace := func(caller string) *process {
		return ws.process(caller, "apply", "-auto-approve", "-parallelism=2", "-var=generation="+caller)
	}
	must := func(p *process) {
		t.Helper()
		if err := p.run(); err != nil {
			t.Fatal(err)
		}
	}
	must(replace("first"))
	must(replace("whole"))
	document, _ := w.aws.RolePolicy(account, "app", "ecrxa-pull")
	requests, deposed := w.network.requestsOf("whole"), 0
	for n := 1; n <= requests; n++ {
		number := strconv.Itoa(n)
		killed := replace("killed-" + number)
		(&killTest{w: w}).runAndKill(killed, "killed-"+number, death{request: n, phase: carriedOut})
		left := strings.Count(string(ws.read("terraform.tfstate")), `"deposed"`)
		deposed += left
		again := ws.process("again-"+number, "apply", "-auto-approve", "-parallelism=2", "-var=generation=killed-"+number)
		must(again)
		what := "killed at request " + number + ", with " + strconv.Itoa(left) + " deposed objects left"
		w.expect(what, "app", team, nil)
		if text, _ := w.aws.RolePolicy(account, "app", "ecrxa-pull"); text != document {
			t.Errorf("%s; the role has %s", what, text)
		}
		must(ws.process("plan-"+number, "plan", "-detailed-exitcode", "-var=generation=killed-"+number))
		killed.killProviders()
	}
	if deposed == 0 {
		t.Error("no apply has left a deposed object")
	}
	w.figures("%d applies killed, which left %d deposed objects", requests, deposed)
}
