// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"fmt"
	"slices"
	"testing"
)

// A scenario is a state and a configuration, and what every order of calls must make
// of them. In it, "S" and "T" are names, and "1" and "2" are contents.
type scenario struct {
	state  []given
	config map[string]block
	modes  []mode // nil for all
	// want has the contents in AWS after the apply, by name; "" means that the thing
	// does not exist. It is nil if the plan fails because of two resources.
	want map[string]string
	// unchanged: the plan changes nothing.
	unchanged bool
	// fails: the apply fails because of two resources.
	fails bool
}

// given is an object of the state.
type given struct {
	address          string
	deposed, tainted bool
	name, content    string
}

var (
	a     = given{address: "a", name: "S", content: "1"}
	b     = given{address: "b", name: "S", content: "1"}
	c     = given{address: "c", name: "S", content: "1"}
	old   = given{address: "a", name: "S", content: "1", deposed: true}
	older = given{address: "a", name: "S", content: "1", deposed: true}

	same      = block{name: "S", content: "1"}
	other     = block{name: "S", content: "2"}
	elsewhere = block{name: "T", content: "1"}
	replaced  = block{name: "S", content: "1", replace: true}
	before    = block{name: "S", content: "1", replace: true, createBeforeDestroy: true}
	late      = block{name: "S", content: "1", lateName: true}

	tainted = given{address: "a", name: "S", content: "1", tainted: true}
	moved   = given{address: "a", name: "T", content: "1"}
)

type blocks = map[string]block

type result = map[string]string

var scenarios = map[string]scenario{
	// One object. A plan of it must not be taken for one of another object.
	"updated":                             {state: []given{a}, config: blocks{"a": other}, want: result{"S": "2"}},
	"unchanged":                           {state: []given{a}, config: blocks{"a": same}, want: result{"S": "1"}, unchanged: true},
	"another name":                        {state: []given{a}, config: blocks{"a": elsewhere}, want: result{"S": "", "T": "1"}},
	"removed":                             {state: []given{a}, want: result{"S": ""}},
	"replaced":                            {state: []given{a}, config: blocks{"a": replaced}, want: result{"S": "1"}},
	"replaced, created before destroyed":  {state: []given{a}, config: blocks{"a": before}, want: result{"S": "1"}},
	"tainted":                             {state: []given{tainted}, config: blocks{"a": same}, want: result{"S": "1"}},
	"tainted, created before destroyed":   {state: []given{tainted}, config: blocks{"a": before}, want: result{"S": "1"}},
	"tainted, with another content":       {state: []given{tainted}, config: blocks{"a": other}, want: result{"S": "2"}},
	"tainted, with another name":          {state: []given{tainted}, config: blocks{"a": elsewhere}, modes: []mode{refresh, noRefresh}, want: result{"S": "", "T": "1"}},
	"tainted, removed":                    {state: []given{tainted}, want: result{"S": ""}},
	"resource renamed without moved":      {state: []given{a}, config: blocks{"b": same}, want: result{"S": "1"}},
	"new block with the name of a block":  {state: []given{a}, config: blocks{"a": same, "b": same}},
	"new block, other one changed":        {state: []given{a}, config: blocks{"a": other, "b": other}},
	"two new blocks":                      {config: blocks{"a": same, "b": same}},
	"renamed resource, and a copy":        {state: []given{a}, config: blocks{"b": same, "c": same}},
	"two blocks, one with a late name":    {config: blocks{"a": same, "b": late}, want: result{"S": "1"}, fails: true},
	"changed, and a block with late name": {state: []given{a}, config: blocks{"a": other, "b": late}, fails: true},

	// Two objects, as after an import or a copied block.
	"both unchanged":                            {state: []given{a, b}, config: blocks{"a": same, "b": same}},
	"both changed alike":                        {state: []given{a, b}, config: blocks{"a": other, "b": other}},
	"one changed":                               {state: []given{a, b}, config: blocks{"a": other, "b": same}},
	"one removed":                               {state: []given{a, b}, config: blocks{"a": same}, want: result{"S": "1"}},
	"one removed, one changed":                  {state: []given{a, b}, config: blocks{"a": other}, want: result{"S": "2"}},
	"both removed":                              {state: []given{a, b}, want: result{"S": ""}},
	"one with another name":                     {state: []given{a, b}, config: blocks{"a": same, "b": elsewhere}, want: result{"S": "1", "T": "1"}},
	"both with another name":                    {state: []given{a, b}, config: blocks{"a": elsewhere, "b": elsewhere}},
	"one with another name, one removed":        {state: []given{a, b}, config: blocks{"a": elsewhere}, want: result{"S": "", "T": "1"}},
	"one replaced, one unchanged":               {state: []given{a, b}, config: blocks{"a": replaced, "b": same}},
	"one replaced, one removed":                 {state: []given{a, b}, config: blocks{"a": replaced}, want: result{"S": "1"}},
	"one created before destroyed, one removed": {state: []given{a, b}, config: blocks{"a": before}, want: result{"S": "1"}},
	"one tainted, one unchanged":                {state: []given{tainted, b}, config: blocks{"a": same, "b": same}},
	"one tainted, one removed":                  {state: []given{tainted, b}, config: blocks{"a": same}, want: result{"S": "1"}},

	// A deposed object, left by an interrupted create_before_destroy. Only a plan with
	// a full refresh protects an unchanged object against it.
	"deposed, unchanged":                  {state: []given{old, a}, config: blocks{"a": same}, modes: []mode{refresh}, want: result{"S": "1"}},
	"deposed, updated":                    {state: []given{old, a}, config: blocks{"a": other}, want: result{"S": "2"}},
	"deposed, removed":                    {state: []given{old, a}, want: result{"S": ""}},
	"deposed, replaced":                   {state: []given{old, a}, config: blocks{"a": replaced}, want: result{"S": "1"}},
	"deposed, created before destroyed":   {state: []given{old, a}, config: blocks{"a": before}, want: result{"S": "1"}},
	"deposed, tainted":                    {state: []given{old, tainted}, config: blocks{"a": same}, want: result{"S": "1"}},
	"deposed, with another name by then":  {state: []given{old, moved}, config: blocks{"a": elsewhere}, want: result{"S": "", "T": "1"}},
	"deposed, with another name from now": {state: []given{old, a}, config: blocks{"a": elsewhere}, want: result{"S": "", "T": "1"}},
	"deposed, and nothing else":           {state: []given{old}, config: blocks{"a": same}, want: result{"S": "1"}},

	// Three objects.
	"three, two removed":            {state: []given{a, b, c}, config: blocks{"a": same}, want: result{"S": "1"}},
	"three, all removed":            {state: []given{a, b, c}, want: result{"S": ""}},
	"three, one removed":            {state: []given{a, b, c}, config: blocks{"a": same, "b": same}},
	"two deposed, unchanged":        {state: []given{old, older, a}, config: blocks{"a": same}, modes: []mode{refresh}, want: result{"S": "1"}},
	"two deposed, removed":          {state: []given{old, older, a}, want: result{"S": ""}},
	"deposed, unchanged, removed":   {state: []given{old, a, b}, config: blocks{"a": same}, modes: []mode{refresh}, want: result{"S": "1"}},
	"deposed, and both are removed": {state: []given{old, a, b}, want: result{"S": ""}},
	"deposed, both unchanged":       {state: []given{old, a, b}, config: blocks{"a": same, "b": same}, modes: []mode{refresh}},
}

// TestInterleavings runs each scenario in each order of calls.
func TestInterleavings(t *testing.T) {
	t.Parallel()
	for kindName, k := range kinds {
		for name, sc := range scenarios {
			modes := sc.modes
			if modes == nil {
				modes = []mode{refresh, noRefresh, minimalRefresh}
			}
			for _, m := range modes {
				if k.modes != nil && !slices.Contains(k.modes, m) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", kindName, name, m), func(t *testing.T) {
					t.Parallel()
					sc.run(t, load(t, k), m)
				})
			}
		}
	}
}

// TestDestroyedDeny: the plan warns of a Deny that is destroyed. If another object keeps the
// statement, it does not warn in the orders in which it can know that.
func TestDestroyedDeny(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scenario

		kept bool
	}{
		"the only one":     {scenario{state: []given{a}}, false},
		"both removed":     {scenario{state: []given{a, b}}, false},
		"another keeps it": {scenario{state: []given{a, b}, config: blocks{"a": same}}, true},
		"renamed":          {scenario{state: []given{a}, config: blocks{"b": same}}, false}, // Terraform can destroy before it creates.
		"deposed":          {scenario{state: []given{old, a}, config: blocks{"a": same}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, kinds["statement"])
			aws, state := test.setUp(t, p)
			silent := 0
			each(t, func(t *testing.T, s *schedule) {
				tf := &terraform{process: p.start(t, aws)}
				s.run(true, tf.planScripts(refresh, state, test.config)...)
				if !slices.Contains(tf.warned, "Deny statement destroyed") {
					silent++
				}
			})
			if (silent > 0) != test.kept {
				t.Errorf("%d orders do not warn", silent)
			}
		})
	}
}

// run makes the plan in each order of calls, and then applies each plan that differs
// from the others in each order.
func (sc scenario) run(t *testing.T, p *plugin, m mode) {
	t.Helper()
	aws, state := sc.setUp(t, p)
	plans := map[string][]*change{} // by signature
	each(t, func(t *testing.T, s *schedule) {
		tf := &terraform{process: p.start(t, aws)}
		s.run(true, tf.planScripts(m, state, sc.config)...)
		if sc.checkPlan(t, p, tf) {
			plans[signature(tf.changes)] = tf.changes
		}
	})
	for _, changes := range plans {
		for _, overlap := range []bool{false, true} {
			each(t, func(t *testing.T, s *schedule) {
				aws := aws.clone()
				tf := &terraform{process: p.start(t, aws)}
				s.run(overlap, tf.applyScripts(changes, len(state) > 2)...)
				sc.checkApply(t, p, tf, aws)
			})
		}
	}
}

// setUp creates the objects of the state, each in a process of its own.
func (sc scenario) setUp(t *testing.T, p *plugin) (aws *account, state []object) {
	t.Helper()
	aws = &account{rolePolicies: map[string]string{}}
	bubble(t, func(t *testing.T) {
		for _, g := range sc.state {
			o := p.created(t, aws, g.address, block{name: g.name, content: g.content})
			o.deposed, o.tainted = g.deposed, g.tainted
			state = append(state, o)
		}
	})
	return aws, state
}

// checkPlan reports whether the plan is to be applied.
func (sc scenario) checkPlan(t *testing.T, p *plugin, tf *terraform) bool {
	t.Helper()
	conflict := slices.Contains(tf.errors, p.conflict)
	switch {
	case sc.want == nil && !sc.fails:
		if !conflict {
			t.Errorf("the plan does not fail: %v, %v", tf.errors, describe(tf.changes))
		}
		return false
	case len(tf.errors) > 0:
		t.Errorf("the plan fails: %v", tf.errors)
		return false
	case sc.unchanged && slices.ContainsFunc(tf.changes, func(c *change) bool { return c.action != noOp }):
		t.Errorf("the plan changes something: %v", describe(tf.changes))
	}
	return true
}

func (sc scenario) checkApply(t *testing.T, p *plugin, tf *terraform, aws *account) {
	t.Helper()
	if sc.fails {
		if slices.ContainsFunc(tf.errors, func(title string) bool { return title != p.conflict }) || len(tf.errors) == 0 {
			t.Errorf("the apply fails with %v", tf.errors)
		}
	} else if len(tf.errors) > 0 {
		t.Errorf("the apply fails: %v", tf.errors)
	}
	for name, want := range sc.want {
		if got := p.content(aws, name); got != want {
			t.Errorf("%s has %q, want %q", name, got, want)
		}
	}
	if sc.fails || t.Failed() {
		return
	}
	var state []object
	for _, o := range tf.objects {
		state = append(state, *o)
	}
	if len(state) != len(sc.config) {
		t.Errorf("%d objects are left in the state, want %d", len(state), len(sc.config))
	}
	config := map[string]block{}
	for address, b := range sc.config {
		b.replace = false
		config[address] = b
	}
	next := &terraform{process: p.start(t, aws)}
	var first schedule
	first.run(true, next.planScripts(refresh, state, config)...)
	if len(next.errors) > 0 || slices.ContainsFunc(next.changes, func(c *change) bool { return c.action != noOp }) {
		t.Errorf("the next plan changes something: %v, %v", next.errors, describe(next.changes))
	}
}

func describe(changes []*change) (all []string) {
	for _, c := range changes {
		all = append(all, c.address+": "+string(c.action))
	}
	return all
}

// TestAFormerPeer: what an object has recorded of another one, which is gone since, does
// not keep its thing.
func TestAFormerPeer(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, k)
			aws, state := scenario{state: []given{a, b}}.setUp(t, p)
			bubble(t, func(t *testing.T) {
				for _, config := range []map[string]block{{"a": same}, {}} {
					m := refresh
					if len(config) == 0 {
						m = noRefresh
					}
					state = p.run(t, aws, m, state, config)
				}
				if got := p.content(aws, "S"); got != "" {
					t.Errorf("S has %q", got)
				}
			})
		})
	}
}

// run makes a plan and its apply, one object after the other, and returns the state.
func (p *plugin) run(t *testing.T, aws *account, m mode, state []object, config map[string]block) (after []object) {
	t.Helper()
	var s schedule
	plan := &terraform{process: p.start(t, aws)}
	s.run(true, plan.planScripts(m, state, config)...)
	apply := &terraform{process: p.start(t, aws)}
	s.run(false, apply.applyScripts(plan.changes, true)...)
	if len(plan.errors)+len(apply.errors) > 0 {
		t.Fatal(plan.errors, apply.errors)
	}
	for _, o := range apply.objects {
		after = append(after, *o)
	}
	return after
}
