// SPDX-License-Identifier: MPL-2.0

package ownership

import (
	"slices"
	"testing"
)

// newRegistry returns an empty Registry. All tests are about its thing "x".
func newRegistry() *Registry[string] { return &Registry[string]{} }

func read(r *Registry[string], token string) []string {
	r.StartRead("x", token)
	return r.EndRead("x", token)
}

func TestTokensDiffer(t *testing.T) {
	t.Parallel()
	if a, b := NewToken(), NewToken(); a == b {
		t.Error("two objects have one token")
	}
}

// Of two reads, the later one knows of the other; of two that overlap, both do.
func TestPeers(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	if peers := read(r, "a"); len(peers) > 0 {
		t.Errorf("a: %v", peers)
	}
	r.StartRead("x", "b")
	r.StartRead("x", "c")
	if peers := r.EndRead("x", "b"); !slices.Equal(peers, []string{"a", "c"}) {
		t.Errorf("b: %v", peers)
	}
	if peers := r.EndRead("x", "c"); !slices.Equal(peers, []string{"a", "b"}) {
		t.Errorf("c: %v", peers)
	}
	r.Missing("x", "b")
	if peers := read(r, "a"); !slices.Equal(peers, []string{"c"}) {
		t.Errorf("a: %v", peers)
	}
	if r.Has("x", "b") || !r.Has("x", "a") || r.Has("y", "a") || !r.HasOther("x", "a") || r.HasOther("y", "a") {
		t.Error("the registry does not know the objects")
	}
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	keep := func(token string) func(*Registry[string]) bool {
		return func(r *Registry[string]) bool {
			conflict, _ := r.PlanKeep("x", token)
			return conflict
		}
	}
	create := func(token string) func(*Registry[string]) bool {
		return func(r *Registry[string]) bool { return r.PlanCreate("x", token) }
	}
	remove := func(token string) func(*Registry[string]) bool {
		return func(r *Registry[string]) bool {
			_, conflict := r.PlanRemove("x", Object{Token: token})
			return conflict
		}
	}
	taint := func(token string) func(*Registry[string]) bool {
		return func(r *Registry[string]) bool { read(r, token); return false }
	}
	for name, test := range map[string]struct {
		calls []func(*Registry[string]) bool
		want  []bool
	}{
		"one object, planned twice":        {[]func(*Registry[string]) bool{keep("a"), keep("a")}, []bool{false, false}},
		"a replacement, planned twice":     {[]func(*Registry[string]) bool{keep("a"), create("a"), keep("a"), create("a")}, []bool{false, false, false, false}},
		"a tainted object, planned twice":  {[]func(*Registry[string]) bool{create(""), taint("a"), create("")}, []bool{false, false, false}},
		"two that keep it":                 {[]func(*Registry[string]) bool{keep("a"), keep("b")}, []bool{false, true}},
		"one and a new one":                {[]func(*Registry[string]) bool{keep("a"), create("")}, []bool{false, true}},
		"a new one and one":                {[]func(*Registry[string]) bool{create(""), keep("a")}, []bool{false, true}},
		"one and one with a new name":      {[]func(*Registry[string]) bool{keep("a"), create("b")}, []bool{false, true}},
		"two new ones":                     {[]func(*Registry[string]) bool{create(""), create("")}, []bool{false, true}},
		"a new one, and one moves there":   {[]func(*Registry[string]) bool{create(""), create("b")}, []bool{false, true}},
		"two new ones and one that goes":   {[]func(*Registry[string]) bool{taint("a"), create(""), create(""), remove("a")}, []bool{false, false, false, true}},
		"one that goes, and two new ones":  {[]func(*Registry[string]) bool{taint("a"), remove("a"), create(""), create("")}, []bool{false, false, false, true}},
		"one that goes and a new one":      {[]func(*Registry[string]) bool{remove("a"), create("")}, []bool{false, false}},
		"a tainted one and another that's": {[]func(*Registry[string]) bool{taint("a"), create(""), keep("b")}, []bool{false, false, true}},
	} {
		r := newRegistry()
		var got []bool
		for _, call := range test.calls {
			got = append(got, call(r))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// An object that keeps its thing does not wait until it knows what becomes of an object
// that was read before: it writes the thing again.
func TestRewriteBesideAnObjectThatIsNotPlanned(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	read(r, "old")
	read(r, "new")
	if conflict, rewrite := r.PlanKeep("x", "new"); conflict || !rewrite {
		t.Errorf("conflict %v, rewrite %v", conflict, rewrite)
	}
	r.Missing("x", "old")
	if conflict, rewrite := r.PlanKeep("x", "new"); conflict || rewrite {
		t.Errorf("with the old one missing: conflict %v, rewrite %v", conflict, rewrite)
	}
}

// An object that keeps its thing writes it again unless every object that is removed
// leaves it, also a deposed one, which knows only its peers.
func TestRewrite(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(*Registry[string])
		want   bool
	}{
		"nobody else":               {func(*Registry[string]) {}, false},
		"removed without knowledge": {func(r *Registry[string]) { r.PlanRemove("x", Object{Token: "old"}) }, true},
		"removed after a common read": {func(r *Registry[string]) {
			r.StartRead("x", "a")
			read(r, "old")
			r.PlanRemove("x", Object{Token: "old"})
		}, false},
		"removed, and read too early": {func(r *Registry[string]) {
			read(r, "old")
			r.StartRead("x", "a")
			r.PlanRemove("x", Object{Token: "old"})
		}, true},
		"deleted in this apply":            {func(r *Registry[string]) { r.Delete("x", Object{Token: "old"}) }, true},
		"left in this apply":               {func(r *Registry[string]) { r.Delete("x", Object{Token: "old", LeaveTo: []string{"a"}}) }, false},
		"kept by one that did not know it": {func(r *Registry[string]) { read(r, "old"); r.PlanKeep("x", "old") }, false},
	} {
		r := newRegistry()
		test.before(r)
		if _, rewrite := r.PlanKeep("x", "a"); rewrite != test.want {
			t.Errorf("%s: %t", name, rewrite)
		}
	}
}

// Of the objects that are removed, the last one deletes the thing, unless another one
// keeps it.
func TestDelete(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	for token, leave := range map[string]bool{"a": true, "b": true} {
		if got := r.Delete("x", Object{Token: token, LeaveTo: []string{"a", "b", "c"}}); got != leave {
			t.Errorf("%s: %t", token, got)
		}
	}
	if r.Delete("x", Object{Token: "c", LeaveTo: []string{"a", "b"}}) {
		t.Error("the last one leaves the thing")
	}
	if !r.Applying() {
		t.Error("a Delete is no apply")
	}

	r = newRegistry()
	deposed := Object{Token: "old", Peers: []string{"a"}}
	if r.Delete("x", deposed) {
		t.Error("peers count although the removal was not planned in this apply")
	}
	r = newRegistry()
	r.PlanRemove("x", deposed)
	if !r.Delete("x", deposed) {
		t.Error("a deposed object does not leave the thing to its peer")
	}
	r.Delete("x", Object{Token: "a"})
	if r.Delete("x", deposed) {
		t.Error("a deposed object leaves the thing to a peer that was deleted")
	}
	r.Update("x", "b")
	if !r.Kept("x", "old", "1") || r.Kept("x", "b", "1") {
		t.Error("an update does not keep the thing")
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	if !r.Create("x", "a", "1") || r.Create("x", "b", "1") {
		t.Error("two objects create one thing")
	}
	if !r.Kept("x", "old", "1") || r.Kept("x", "old", "2") || !r.Kept("x", "old", "") || r.Kept("y", "old", "") {
		t.Error("what was created is not kept as it was created")
	}
	if r.AbandonCreate("x", "a"); r.Kept("x", "old", "1") || !r.Create("x", "b", "1") {
		t.Error("what was abandoned is kept")
	}
	r = newRegistry()
	r.PlanKeep("x", "a")
	if r.Applying() || r.Create("x", "b", "1") || !r.Applying() {
		t.Error("created although another object keeps the thing")
	}
}

func TestUnplanned(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	is := func(name string) func(string) bool { return func(key string) bool { return key == name } }
	read(r, "a")
	if !r.Unplanned(is("x")) || r.Unplanned(is("y")) {
		t.Error("what was read is planned")
	}
	if r.PlanRemove("x", Object{Token: "a"}); r.Unplanned(is("x")) {
		t.Error("what was planned is not")
	}
}
