package rolepolicy

import "testing"

// Of the objects of a state that have one policy, the last that goes takes it along.
func TestTheLastHolderDeletes(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	store := New(f)
	for i, want := range []Deletion{LeftToHeir, LeftToHeir, Deleted} {
		got, err := store.Delete(t.Context(), "app", "pull", "{}", 3)
		if got != want || err != nil {
			t.Errorf("deletion %d: got %d, %v", i+1, got, err)
		}
		if _, stands := f.policies["pull"]; stands != (want == LeftToHeir) {
			t.Errorf("deletion %d: the role has %v", i+1, f.policies)
		}
	}
}

// Each policy has a claim of its own.
func TestClaim(t *testing.T) {
	t.Parallel()
	store := New(&fakeIAM{})
	store.Claim("app", "pull").Hold()
	store.Claim("app", "other").Hold()
	store.Claim("app", "pull").Hold()
	for name, want := range map[string]int{"pull": 2, "other": 1, "third": 0} {
		if got := store.Claim("app", name).Holders(); got != want {
			t.Errorf("%s has %d holders, want %d", name, got, want)
		}
	}
}

// A resource that stays and is written again has the policy from then on.
func TestDeleteLeavesWhatAnotherResourceHasWritten(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	store := New(f)
	if err := store.Put(t.Context(), "app", "pull", "{}", "{}"); err != nil {
		t.Fatal(err)
	}
	deletion, err := store.Delete(t.Context(), "app", "pull", "{}", 0)
	if deletion != LeftToNew || err != nil || len(f.policies) != 1 {
		t.Errorf("got %d, %v, the role has %v", deletion, err, f.policies)
	}
}
