// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// An object is an object of Terraform's state.
type object struct {
	address string
	deposed bool // left by an interrupted create_before_destroy
	tainted bool // left by a failed create
	state   tftypes.Value
	private []byte
}

// A block is a resource in the configuration.
type block struct {
	name, content       string
	replace             bool // as with -replace
	createBeforeDestroy bool
	lateName            bool // the plan does not know the name
}

// A mode is what a plan reads.
type mode string

const (
	refresh        mode = "refresh"          // every object, before it is planned
	noRefresh      mode = "-refresh=false"   // nothing
	minimalRefresh mode = "-minimal-refresh" // changed objects, which are then planned again; no deposed or orphaned ones
)

type action string

const (
	noOp   action = "no-op"
	create action = "create"
	update action = "update"
	remove action = "delete"
	swap   action = "replace"
)

// A change is what a plan has of one object.
type change struct {
	action  action
	object  *object // nil for a create
	config  block
	address string
	planned tftypes.Value
	private []byte
}

// A terraform is a run of Terraform: a plan and its apply, each with a new process.
type terraform struct {
	process *process

	mu      sync.Mutex
	changes []*change
	objects []*object // after the apply
	errors  []string  // titles
	warned  []string  // titles of warnings
}

func (tf *terraform) note(diags []*tfprotov6.Diagnostic) (failed bool) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			tf.errors = append(tf.errors, d.Summary)
			failed = true
		} else {
			tf.warned = append(tf.warned, d.Summary)
		}
	}
	return failed
}

func (tf *terraform) plan(c *change) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.changes = append(tf.changes, c)
}

func (tf *terraform) keep(o *object) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.objects = append(tf.objects, o)
}

// planScripts returns the calls of a plan.
func (tf *terraform) planScripts(m mode, state []object, config map[string]block) []script {
	var scripts []script
	managed := map[string]bool{}
	for i := range state {
		o := state[i] // A copy: another schedule begins with the same state.
		b, configured := config[o.address]
		if !o.deposed && configured {
			managed[o.address] = true
			scripts = append(scripts, func(turn func()) { tf.planObject(turn, m, &o, b) })
		} else {
			scripts = append(scripts, func(turn func()) { tf.planRemoval(turn, m, &o) })
		}
	}
	for _, address := range sortedKeys(config) {
		if !managed[address] {
			scripts = append(scripts, func(turn func()) { tf.planNew(turn, address, config[address]) })
		}
	}
	return scripts
}

func sortedKeys(config map[string]block) []string {
	var keys []string
	for key := range config {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// read refreshes an object. It reports false if the thing does not exist, or on an error.
func (tf *terraform) read(turn func(), o *object) bool {
	turn()
	a := tf.process.read(*o)
	if tf.note(a.diags) || a.value.IsNull() {
		return false
	}
	o.state, o.private = a.value, a.private
	return true
}

func (tf *terraform) planNew(turn func(), address string, b block) {
	turn()
	a := tf.process.plan(tf.process.planned(b), tf.process.null(), nil)
	if !tf.note(a.diags) {
		tf.plan(&change{action: create, config: b, address: address, planned: a.value, private: a.private})
	}
}

func (tf *terraform) planRemoval(turn func(), m mode, o *object) {
	if m == refresh && !tf.read(turn, o) {
		return
	}
	turn()
	a := tf.process.plan(tf.process.null(), o.state, o.private)
	if !tf.note(a.diags) {
		tf.plan(&change{action: remove, object: o, address: o.address, planned: a.value, private: a.private})
	}
}

func (tf *terraform) planObject(turn func(), m mode, o *object, b block) {
	if m == refresh && !tf.read(turn, o) {
		tf.planNew(turn, o.address, b)
		return
	}
	c := tf.planOnce(turn, o, b)
	if m == minimalRefresh && c != nil && c.action != noOp { // Terraform drops the first plan.
		if !tf.read(turn, o) {
			tf.planNew(turn, o.address, b)
			return
		}
		c = tf.planOnce(turn, o, b)
	}
	if c != nil {
		tf.plan(c)
	}
}

// planOnce plans an object, and once more as a new one if it is replaced.
func (tf *terraform) planOnce(turn func(), o *object, b block) *change {
	config, prior, private := tf.process.planned(b), o.state, o.private
	if o.tainted {
		prior, private = tf.process.null(), nil
	}
	turn()
	a := tf.process.plan(config, prior, private)
	if tf.note(a.diags) {
		return nil
	}
	c := &change{action: update, object: o, config: b, address: o.address, planned: a.value, private: a.private}
	switch {
	case o.tainted:
		c.action = swap
	case a.replace || b.replace:
		c.action = swap
		turn()
		a = tf.process.plan(config, tf.process.null(), a.private)
		if tf.note(a.diags) {
			return nil
		}
		c.planned, c.private = a.value, a.private
	case a.value.Equal(o.state):
		c.action = noOp
	}
	return c
}

// applyScripts returns the calls of an apply. Coarse ones take one turn for a change.
func (tf *terraform) applyScripts(changes []*change, coarse bool) []script {
	var scripts []script
	for _, planned := range changes {
		c := *planned // A copy: another schedule applies the same plan.
		scripts = append(scripts, func(turn func()) {
			if coarse && c.action != noOp {
				turn()
				turn = func() {}
			}
			switch c.action {
			case noOp:
				tf.keep(c.object)
			case create:
				tf.applyCreate(turn, &c)
			case update:
				tf.applyUpdate(turn, &c)
			case remove:
				tf.applyDelete(turn, &c)
			case swap:
				if c.config.createBeforeDestroy {
					if tf.applyCreate(turn, &c) {
						tf.applyDelete(turn, &c)
					} else {
						tf.keep(c.object) // Terraform takes it back.
					}
				} else if tf.applyDelete(turn, &c) {
					tf.applyCreate(turn, &c)
				}
			}
		})
	}
	return scripts
}

func (tf *terraform) applyDelete(turn func(), c *change) bool {
	private := c.private
	if c.object.deposed { // Terraform plans its removal again.
		turn()
		a := tf.process.plan(tf.process.null(), c.object.state, c.object.private)
		if tf.note(a.diags) {
			return false
		}
		private = a.private
	}
	turn()
	a := tf.process.apply(tf.process.null(), c.object.state, tf.process.null(), private)
	if tf.note(a.diags) {
		tf.keep(c.object)
		return false
	}
	return true
}

func (tf *terraform) applyCreate(turn func(), c *change) bool {
	config := tf.process.config(c.config)
	turn()
	a := tf.process.plan(config, tf.process.null(), nil)
	if tf.note(a.diags) {
		return false
	}
	turn()
	a = tf.process.apply(config, tf.process.null(), a.value, a.private)
	failed := tf.note(a.diags)
	if !a.value.IsNull() {
		tf.keep(&object{address: c.address, state: a.value, private: a.private, tainted: failed})
	}
	return !failed
}

func (tf *terraform) applyUpdate(turn func(), c *change) {
	config := tf.process.config(c.config)
	turn()
	a := tf.process.plan(config, c.object.state, c.object.private)
	if tf.note(a.diags) || a.value.Equal(c.object.state) {
		tf.keep(c.object)
		return
	}
	turn()
	a = tf.process.apply(config, c.object.state, a.value, a.private)
	tf.note(a.diags)
	tf.keep(&object{address: c.address, state: a.value, private: a.private})
}

// planned returns the configuration of a block as the plan knows it.
func (p *process) planned(b block) tftypes.Value {
	config := p.config(b)
	if !b.lateName {
		return config
	}
	values := attributes(p.t, config)
	values[p.name] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	return tftypes.NewValue(config.Type(), values)
}

// created returns an object that a process of its own has created.
func (p *plugin) created(t *testing.T, aws *account, address string, b block) object {
	t.Helper()
	tf := &terraform{process: p.start(t, aws)}
	var s schedule
	s.run(false, tf.applyScripts([]*change{{action: create, config: b, address: address}}, true)...)
	if len(tf.errors) > 0 || len(tf.objects) != 1 {
		t.Fatalf("creating %s: %v", address, tf.errors)
	}
	return *tf.objects[0]
}

// signature is equal for plans of which every apply does the same.
func signature(changes []*change) string {
	var parts []string
	for _, c := range changes {
		of := ""
		if c.object != nil {
			of = fmt.Sprintf("%t %s %s", c.object.deposed, c.object.private, c.object.state)
		}
		parts = append(parts, fmt.Sprintf("%s %s %s %s %s", c.address, c.action, c.planned, c.private, of))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}
