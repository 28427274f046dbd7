// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// timeToFinish is how long Terraform waits at the end of a process.
const timeToFinish = 2 * time.Minute

// repositoriesOfOne is how many repositories the tests of one process have.
const repositoriesOfOne = 30

// alone returns a process that has the account to itself.
func alone() *process {
	a := account{}
	for i := range repositoriesOfOne {
		a[fmt.Sprintf("r%d", i)] = &adversary{random: rand.New(rand.NewPCG(1, uint64(i))), latency: 20 * time.Millisecond} //nolint:gosec // a repeatable sequence is wanted
		a[fmt.Sprintf("r%d", i)].set("start", document(foreign))
	}
	return newProcess(a)
}

// grant makes one change and returns how long its caller waited.
func (p *process) grant(t *testing.T, i int, c change) (Outcome, time.Duration) {
	t.Helper()
	start := time.Now()
	outcome, err := p.store.apply(t.Context(), repositoryNamed(fmt.Sprintf("r%d", i)), c)
	if err != nil {
		t.Fatal(err)
	}
	return outcome, time.Since(start)
}

// becomeCalm grants in as many policies as are needed, so that later callers do not wait.
func (p *process) becomeCalm(t *testing.T) {
	t.Helper()
	var group sync.WaitGroup
	for i := range manyPolicies {
		group.Go(func() { p.grant(t, i, put(own("A"))) })
	}
	group.Wait()
}

// finish ends the process.
func (p *process) finish(ctx context.Context) []Late {
	late := Finish(ctx, p.store)
	time.Sleep(time.Minute) // The store looks once more for work.
	return late
}

// lookDelay is how long after a write a read verifies it behind the caller.
const lookDelay = confirmations * verifyDelay

// atOnce is longer than a read and a write take, and shorter than any verification.
const atOnce = 200 * time.Millisecond

// From the tenth policy on, a change costs three requests: one read before the write, and one
// after it, for which nobody waits. Some are read right after the write, too.
func TestOnlyTheFirstWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		for i := range manyPolicies - 1 {
			if _, took := p.grant(t, i, put(own("A"))); took < verifyDelay/2 {
				t.Errorf("change %d was verified within %s", i, took)
			}
		}
		time.Sleep(2 * lookDelay)
		before := p.requests.Load()
		for i := manyPolicies - 1; i < repositoriesOfOne; i++ {
			if _, took := p.grant(t, i, put(own("A"))); took > atOnce {
				t.Errorf("the caller of change %d waited for %s", i, took)
			}
		}
		if late := p.finish(t.Context()); len(late) > 0 {
			t.Errorf("reported %v", late)
		}
		if got, want := p.requests.Load()-before, int64(3*(repositoriesOfOne+1-manyPolicies)+calmPolicies); got != want {
			t.Errorf("%d requests, want %d", got, want)
		}
	})
}

func TestEveryCallerWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*process)
		waits   bool
	}{
		"before_return":       {func(p *process) { p.store.VerifyBeforeReturn() }, true},
		"identical statement": {func(p *process) { p.account["r20"].set("somebody", document(foreign, own("A").String())) }, true},
		"otherwise":           {func(*process) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := alone()
				test.prepare(p)
				p.becomeCalm(t)
				if _, took := p.grant(t, 20, put(own("A"))); took > verifyDelay/2 != test.waits {
					t.Errorf("the caller waited for %s", took)
				}
				p.finish(t.Context())
			})
		})
	}
}

// Nobody would notice later that a removal was overwritten: the object has left the state.
func TestWhoRemovesWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		r := p.account["r20"]
		r.set("start", document(foreign, own("Old").String()))
		p.becomeCalm(t)
		time.AfterFunc(300*time.Millisecond, func() { r.set("somebody", document(foreign, own("Old").String(), theirs)) })
		outcome, took := p.grant(t, 20, remove("Old"))
		if want := document(foreign, theirs); took < verifyDelay || outcome.Overwritten != 1 || !r.has(t, want) {
			t.Errorf("the caller waited for %s; %+v; the policy is %s", took, outcome, r.now())
		}
		if late := p.finish(t.Context()); len(late) > 0 {
			t.Errorf("reported %v", late)
		}
	})
}

// Whatever another writer does to a change whose caller has returned is repaired, and the
// next caller reports it. Until then and for a while, callers wait again.
func TestRepairsBehindTheCaller(t *testing.T) {
	t.Parallel()
	edited := strings.Replace(own("A").String(), "BatchGetImage", "PutImage", 1)
	pushing := mustParse(t, document(strings.Replace(edited, `"A"`, `"Old"`, 1))).Statements()[0]
	for name, test := range map[string]struct {
		change     change
		overwrites string // what another writer makes of the policy
		want       string
		err        bool
	}{
		"granted":  {put(own("A")), document(foreign, theirs), document(foreign, theirs, own("A").String()), false},
		"replaced": {put(pushing), document(foreign, own("Old").String()), document(foreign, pushing.String()), false},
		"edited":   {put(own("A")), document(foreign, edited), document(foreign, edited), true},
	} {
		for _, ends := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/at the end=%t", name, ends), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					p := alone()
					r := p.account["r20"]
					r.set("start", document(foreign, own("Old").String()))
					p.becomeCalm(t)
					if _, took := p.grant(t, 20, test.change); took > atOnce {
						t.Errorf("the caller waited for %s", took)
					}
					time.Sleep(atOnce)
					r.set("somebody", test.overwrites)
					var late []Late
					if ends {
						ctx, cancel := context.WithTimeout(t.Context(), timeToFinish)
						defer cancel()
						late = p.finish(ctx)
					} else {
						time.Sleep(20 * time.Second)
						outcome, _ := p.grant(t, 21, put(own("A")))
						late = outcome.Late
						p.finish(t.Context())
					}
					if got := r.now(); mustParse(t, got).Canonical() != mustParse(t, test.want).Canonical() {
						t.Errorf("the policy is %s, want %s", got, test.want)
					}
					if len(late) != 1 || late[0].Key.Repository.Name != "r20" || (late[0].Err != nil) != test.err {
						t.Errorf("reported %v", late)
					}
				})
			})
		}
	}
}

// After a change was missing, callers wait again for a while.
func TestAMissingChangeMakesCallersWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		p.becomeCalm(t)
		p.grant(t, 20, put(own("A")))
		p.account["r20"].set("somebody", document(foreign))
		time.Sleep(lookDelay + atOnce)
		if _, took := p.grant(t, 21, put(own("A"))); took < verifyDelay {
			t.Errorf("the caller waited for %s", took)
		}
		time.Sleep(disturbance + 20*time.Second)
		if _, took := p.grant(t, 22, put(own("A"))); took > atOnce {
			t.Errorf("later, the caller waited for %s", took)
		}
		if _, took := p.grant(t, 20, put(own("B"))); took < verifyDelay {
			t.Errorf("for the same policy, the caller waited for %s", took)
		}
		p.finish(t.Context())
	})
}

// A change that follows on the same policy does not wait for the verification of the one
// before, and one read verifies both.
func TestChangesOfOnePolicyFollowEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		p.becomeCalm(t)
		time.Sleep(2 * lookDelay)
		before := p.requests.Load()
		for i := range 5 {
			if _, took := p.grant(t, 20, put(own(fmt.Sprintf("A%d", i)))); took > atOnce {
				t.Errorf("the caller waited for %s", took)
			}
		}
		p.finish(t.Context())
		if got, most := p.requests.Load()-before, int64(5*2+1); got > most {
			t.Errorf("%d requests, want at most %d", got, most)
		}
		if want := document(foreign, own("A0").String(), own("A1").String(), own("A2").String(), own("A3").String(), own("A4").String()); !p.account["r20"].has(t, want) {
			t.Errorf("the policy is %s", p.account["r20"].now())
		}
	})
}

func TestLateSaysWhatHappened(t *testing.T) {
	t.Parallel()
	disappeared := mustParse(t, document(strings.Replace(theirs, "BatchGetImage", "Get\u202eImage", 1))).Statements()
	const it = "after the statement with the Sid A in the policy of the repository r20 (account 987654321098, region us-east-1) was written: "
	for name, test := range map[string]struct {
		late Late
		want string
	}{
		"overwritten": {Late{Outcome: Outcome{Overwritten: 1}}, "another writer overwrote it, and it was written again"},
		"restored":    {Late{Outcome: Outcome{Restored: []string{"B", "C"}}}, "another writer overwrote statements of this process, and they were written again: B and C"},
		"lost":        {Late{Outcome: Outcome{Overwritten: 1, Lost: []string{"B", "C\n"}}}, `another writer overwrote it, and it was written again; these statements of other writers were missing: B and "C\n"`},
		"disappeared": {Late{Outcome: Outcome{Disappeared: disappeared}}, `this statement of another writer disappeared; its owner deleted it, or our write overwrote it: {"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:Get\u202eImage"}`},
		"unverified":  {Late{Outcome: Outcome{Overwritten: 1}, Err: errReset}, "another writer overwrote it, and it was written again; it could not be verified: connection reset by peer"},
		"hostile":     {Late{Err: errors.New("denied\x1b[2J\u202e")}, `it could not be verified: denied\x1b[2J\u202e`}, //nolint:err113 // the text of AWS
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.late.Key = Key{repositoryNamed("r20"), "A"}
			if got := test.late.String(); got != it+test.want {
				t.Errorf("%s\nwant %s", got, it+test.want)
			}
		})
	}
}
