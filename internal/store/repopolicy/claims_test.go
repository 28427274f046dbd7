package repopolicy

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	c := NewClaims()
	a, b := c.Of(repo, "A"), c.Of(repo, "B")
	if !a.Create(own("A")) || c.Of(repo, "A").Create(own("A")) || b.Created() {
		t.Error("the first to create a statement is not the only one")
	}
	if !a.HasHeir(own("A")) || a.HasHeir(own("B")) || b.HasHeir(own("B")) {
		t.Error("a statement is not its creator's, or another one is")
	}
	if a.Abandon(); a.Created() || a.HasHeir(own("A")) || !a.Create(own("A")) {
		t.Error("an abandoned statement cannot be created")
	}
	if b.Update(); !b.HasHeir(own("B")) || !b.HasHeir(own("A")) || b.Created() {
		t.Error("a statement is not theirs who update it, whatever stands")
	}

	doc, err := policy.Parse(document(foreign, own("Gone").String(), own("Renamed").String()))
	if err != nil {
		t.Fatal(err)
	}
	c = NewClaims()
	c.Of(repo, "Gone").Hold()
	c.Of(repo, "New").Plan(own("New"))
	if _, complete := c.Planned(repo, doc); complete {
		t.Error("the plan of Gone is not known, and all is complete")
	}
	c.Of(repo, "Gone").Plan(nil)
	c.Of(repo, "Renamed").Plan(own("Renamed"))
	c.Of(repo, "Renamed").Plan(nil)
	planned, complete := c.Planned(repo, doc)
	if want := "their own Renamed New"; !complete || standing(planned.String()) != want {
		t.Errorf("complete %t, planned %s, want %s", complete, standing(planned.String()), want)
	}
	before := c.Applying()
	if c.Apply(); before || !c.Applying() {
		t.Error("a plan is no apply")
	}
}
