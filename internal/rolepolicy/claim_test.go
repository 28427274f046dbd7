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

func TestLeaveCountsTheHolders(t *testing.T) {
	t.Parallel()
	const none, stale = 0, 5
	for name, test := range map[string]struct {
		before   func(*Store)
		recorded int
		want     int
	}{
		"alone":                         {func(s *Store) { s.Hold("app", "pull") }, none, 1},
		"alone by now":                  {func(s *Store) { s.Hold("app", "pull") }, stale, 1},
		"two":                           {func(s *Store) { s.Hold("app", "pull"); s.Hold("app", "pull") }, none, 2},
		"of another name":               {func(s *Store) { s.Hold("app", "pull"); s.Hold("app", "other") }, none, 1},
		"nothing was read":              {func(*Store) {}, none, 1},
		"nothing was read, but one was": {func(*Store) {}, 2, 2},
		"nothing was read, one stays":   {func(s *Store) { s.Keep("app", "pull", "{}") }, none, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := New(&fakeIAM{})
			test.before(store)
			if got := store.Leave("app", "pull", test.recorded); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestKeepTellsOfTheOthers(t *testing.T) {
	t.Parallel()
	const mine = `{"a":1,"b":2}`
	hold := func(s *Store) { s.Hold("app", "pull") }
	leave := func(s *Store) { s.Leave("app", "pull", 0) }
	keep := func(document string) func(*Store) { return func(s *Store) { s.Keep("app", "pull", document) } }
	want := func(s *Store) { s.Want("app", "pull") }
	for name, test := range map[string]struct {
		before []func(*Store)
		want   Company
	}{
		"alone":                                {[]func(*Store){hold}, Company{}},
		"one that says the same":               {[]func(*Store){hold, hold, keep(`{"b":2,"a":1}`)}, Company{Keepers: true}},
		"one that says something else":         {[]func(*Store){hold, hold, keep("{}")}, Company{Keepers: true, Differ: true}},
		"one that is not known yet":            {[]func(*Store){hold, hold, keep("")}, Company{Keepers: true}},
		"one that goes":                        {[]func(*Store){hold, hold, leave}, Company{}},
		"one that was planned to go too early": {[]func(*Store){hold, leave, hold}, Company{Removed: true}},
		"two that go, one planned too early":   {[]func(*Store){hold, leave, hold, leave, hold}, Company{Removed: true}},
		"two that go and take nothing along":   {[]func(*Store){hold, hold, hold, leave, leave}, Company{}},
		"one that goes, and nothing was read":  {[]func(*Store){leave}, Company{Removed: true}},
		"a new one":                            {[]func(*Store){hold, want}, Company{Wanted: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := New(&fakeIAM{})
			for _, do := range test.before {
				do(store)
			}
			if got := store.Keep("app", "pull", mine); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestWant(t *testing.T) {
	t.Parallel()
	store := New(&fakeIAM{})
	store.Hold("app", "pull")
	if store.Want("app", "pull") {
		t.Error("one that may go is told to stay")
	}
	store.Keep("app", "pull", "{}")
	if !store.Want("app", "pull") || store.Want("app", "other") {
		t.Error("the one that stays is not told of")
	}
}

// An object that was planned or read too early does not know of this one.
func TestHeld(t *testing.T) {
	t.Parallel()
	hold := func(s *Store) { s.Hold("app", "pull") }
	held := func(s *Store) { s.Held("app", "pull", false) }
	leave := func(s *Store) { s.Leave("app", "pull", 0) }
	for name, test := range map[string]struct {
		before     []func(*Store)
		tookOver   bool
		holders    int
		endangered bool
	}{
		"alone":                                   {nil, true, 1, false},
		"one beside":                              {[]func(*Store){hold, held}, false, 2, false},
		"one beside, that may be deposed":         {[]func(*Store){hold, held}, true, 2, true},
		"a deposed one that is not read yet":      {[]func(*Store){hold}, true, 2, false},
		"one that goes and does not know":         {[]func(*Store){hold, held, leave}, false, 2, true},
		"two that go, and one does not know":      {[]func(*Store){hold, held, hold, held, leave, leave}, false, 3, true},
		"two of which one goes and does not know": {[]func(*Store){hold, held, hold, held, leave}, false, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := New(&fakeIAM{})
			for _, do := range test.before {
				do(store)
			}
			store.Hold("app", "pull")
			holders, endangered := store.Held("app", "pull", test.tookOver)
			if holders != test.holders || endangered != test.endangered {
				t.Errorf("got %d, %t", holders, endangered)
			}
		})
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
