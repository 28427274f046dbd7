package ownership

import "testing"

// A step is what one resource tells.
type step func(*Claim)

func hold(c *Claim)  { c.Hold() }
func held(c *Claim)  { c.Held(false) }
func leave(c *Claim) { c.Leave(0) }
func want(c *Claim)  { c.Want() }

func keep(form string) step { return func(c *Claim) { c.Keep(form) } }

func after(steps []step) *Claim {
	var c Claim
	for _, tell := range steps {
		tell(&c)
	}
	return &c
}

// Of those that have a thing, the last that goes takes it along. Those who were told
// of it early know of fewer.
func TestGoes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		told  []int // of how many holders each was told, in the order in which they go
		stays bool  // after the last of them
	}{
		{[]int{0}, false},
		{[]int{1}, false},
		{[]int{2}, true},
		{[]int{2, 2}, false},
		{[]int{3, 3}, true},
		{[]int{3, 3, 3}, false},
		{[]int{2, 3}, true},
		{[]int{3, 2}, true},
		{[]int{3, 1, 2}, false},
	} {
		var c Claim
		for i, holders := range test.told {
			want := test.stays || i < len(test.told)-1
			if got := c.Goes(holders); got != want {
				t.Errorf("%v: when %d have gone, others stay: %t", test.told, i+1, got)
			}
		}
	}
}

func TestLeaveCountsTheHolders(t *testing.T) {
	t.Parallel()
	const none, stale = 0, 5
	for name, test := range map[string]struct {
		before   []step
		recorded int
		want     int
	}{
		"alone":                         {[]step{hold}, none, 1},
		"alone by now":                  {[]step{hold}, stale, 1},
		"two":                           {[]step{hold, hold}, none, 2},
		"nothing was read":              {nil, none, 1},
		"nothing was read, but one was": {nil, 2, 2},
		"nothing was read, one stays":   {[]step{keep("same")}, none, 2},
	} {
		if got := after(test.before).Leave(test.recorded); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

func TestKeepTellsOfTheOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before []step
		want   Company
	}{
		"alone":                                {[]step{hold}, Company{}},
		"one that says the same":               {[]step{hold, hold, keep("mine")}, Company{Keepers: true}},
		"one that says something else":         {[]step{hold, hold, keep("other")}, Company{Keepers: true, Differ: true}},
		"one that is not known yet":            {[]step{hold, hold, keep("")}, Company{Keepers: true}},
		"one that goes":                        {[]step{hold, hold, leave}, Company{}},
		"one that was planned to go too early": {[]step{hold, leave, hold}, Company{Removed: true}},
		"two that go, one planned too early":   {[]step{hold, leave, hold, leave, hold}, Company{Removed: true}},
		"two that go and take nothing along":   {[]step{hold, hold, hold, leave, leave}, Company{}},
		"one that goes, and nothing was read":  {[]step{leave}, Company{Removed: true}},
		"a new one":                            {[]step{hold, want}, Company{Wanted: true}},
	} {
		c := after(test.before)
		kept := c.Kept()
		if got := c.Keep("mine"); got != test.want || kept != test.want.Keepers || !c.Kept() {
			t.Errorf("%s: got %+v, want %+v; kept before: %t", name, got, test.want, kept)
		}
	}
}

func TestWant(t *testing.T) {
	t.Parallel()
	c := after([]step{hold, want})
	if got := c.Want(); got != 2 || c.Holders() != 1 {
		t.Errorf("%d new ones, %d holders; want 2 and 1", got, c.Holders())
	}
}

// An object that was planned or read too early does not know of this one.
func TestHeld(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before     []step
		tookOver   bool
		holders    int
		endangered bool
	}{
		"alone":                                    {nil, true, 1, false},
		"one beside":                               {[]step{hold, held}, false, 2, false},
		"one beside, that may be deposed":          {[]step{hold, held}, true, 2, true},
		"a deposed one that is not read yet":       {[]step{hold}, true, 2, false},
		"one that goes and does not know":          {[]step{hold, held, leave}, false, 2, true},
		"two that go, and one does not know":       {[]step{hold, held, hold, held, leave, leave}, false, 3, true},
		"two that go, and the first does not know": {[]step{hold, leave, hold, hold, leave}, false, 4, true},
		"two of which one goes and knows of two":   {[]step{hold, held, hold, held, leave}, false, 3, false},
		"one beside, that is known to stay":        {[]step{hold, held, keep("same")}, true, 2, false},
		"two beside, one of them known to stay":    {[]step{hold, held, keep("same"), hold, held}, true, 3, true},
	} {
		c := after(append(test.before, hold))
		holders, endangered := c.Held(test.tookOver)
		if holders != test.holders || endangered != test.endangered {
			t.Errorf("%s: got %d, %t", name, holders, endangered)
		}
	}
}
