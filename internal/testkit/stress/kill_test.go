// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestAccStress_kill: an apply that creates, updates and deletes grants in two
// repositories is killed at some moment; the next one converges. Then nothing is
// left to plan, and exactly the statements that are configured stand beside the
// foreign ones. Mostly the provider dies; in every third apply terraform does, and
// its provider lives on.
func TestAccStress_kill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 10*time.Millisecond, 60*time.Millisecond)
	k := newKillTest(w)
	random := rand.New(rand.NewPCG(*seed, 2))
	start := time.Now()
	killed, late, terraformKilled := 0, 0, 0
	for killed < *kills {
		if late > *kills {
			t.Fatalf("%d applies ended before they could be killed", late)
		}
		d := death{request: 1 + random.IntN(k.requests), phase: phase(random.IntN(3)), terraform: killed%3 == 2}
		if d.phase == answered {
			d.delay = time.Duration(random.IntN(1500)) * time.Millisecond
		}
		if k.round(killed+late+1, d) {
			killed++
			if d.terraform {
				terraformKilled++
			}
		} else {
			late++
		}
	}
	w.figures("%d applies killed, %d of them terraform, and each applied again, %d that ended before; an apply makes %d requests; %.1f seconds",
		killed, terraformKilled, late, k.requests, time.Since(start).Seconds())
}

// A death is when and what to kill.
type death struct {
	request   int // of the process, counted from 1
	phase     phase
	delay     time.Duration // after the phase
	terraform bool          // rather than its provider
}

func (d death) String() string {
	victim := "the provider"
	if d.terraform {
		victim = "terraform"
	}
	return fmt.Sprintf("%s dies %s after request %d has %s", victim, d.delay, d.request,
		[]string{"been sent, which does not arrive", "been carried out, without an answer", "been answered"}[d.phase])
}

// A killTest knows what stands before each apply and what is to stand after it.
type killTest struct {
	w             *world
	before, after []grant
	state         []byte            // of terraform, before
	policies      map[string]string // by repository, before
	requests      int               // that an apply makes which nobody kills
}

var killRepositories = []string{"alpha", "beta"}

// newKillTest applies the configuration from before, notes what it led to, and
// counts the requests of an apply of the configuration from after.
func newKillTest(w *world) *killTest {
	w.t.Helper()
	k := &killTest{w: w, policies: map[string]string{}}
	for _, repository := range killRepositories {
		w.createRepository(repository)
		kept, updated, deleted, created := newGrants(repository, "Kept", 2), newGrants(repository, "Updated", 2), newGrants(repository, "Deleted", 2), newGrants(repository, "Created", 2)
		k.before = slices.Concat(k.before, kept, updated, deleted)
		for i := range updated {
			updated[i].Account = "999999999999"
		}
		k.after = slices.Concat(k.after, kept, updated, created)
	}
	ws := w.workspace("whole", k.before)
	k.must(ws.process("before", "apply", "-auto-approve"))
	k.state = ws.read("terraform.tfstate")
	for _, repository := range killRepositories {
		k.policies[repository], _ = w.aws.RepositoryPolicy(account, region, repository)
	}
	ws.configure(k.after)
	k.must(ws.process("after", "apply", "-auto-approve"))
	k.requests = w.network.requestsOf("after")
	return k
}

func (k *killTest) must(p *process) {
	k.w.t.Helper()
	if err := p.run(); err != nil {
		k.w.t.Fatal(err)
	}
}

// round starts an apply, kills it, applies again and looks at the outcome. It
// returns whether the first apply was killed.
func (k *killTest) round(number int, d death) (killed bool) {
	w := k.w
	w.t.Helper()
	for repository, text := range k.policies {
		w.aws.SetRepositoryPolicy(account, region, repository, text)
		w.network.timeline.begin(repository, text)
	}
	name := strconv.Itoa(number)
	ws := w.workspace("kill-"+name, k.after)
	ws.write("terraform.tfstate", k.state)

	first := ws.process("killed-"+name, "apply", "-auto-approve", "-parallelism="+strconv.Itoa(2+2*(number%3)))
	defer first.killProviders()
	killed = k.runAndKill(first, "killed-"+name, d)
	what := fmt.Sprintf("apply %d (killed: %t): %s", number, killed, d)
	if err := ws.process("again-"+name, "apply", "-auto-approve").run(); err != nil {
		w.t.Errorf("%s; the next apply fails: %v\nthe killed one printed\n%s\ncalls:\n%s", what, err, first.errors(), w.network.timeline.print(""))
		return killed
	}
	if err := ws.process("plan-"+name, "plan", "-detailed-exitcode").run(); err != nil {
		w.t.Errorf("%s; after the next apply there is still something to plan: %v\nthe killed one printed\n%s", what, err, first.errors())
	}
	owned := map[string][]string{"killed-" + name: sids(slices.Concat(k.before, k.after)), "again-" + name: sids(slices.Concat(k.before, k.after))}
	for _, repository := range killRepositories {
		grants := slices.DeleteFunc(slices.Clone(k.after), func(g grant) bool { return g.Repository != repository })
		w.expect(what, repository, grants, owned)
	}
	return killed
}

// runAndKill runs a command and kills it when the time has come. It returns
// whether the command was still running then.
func (k *killTest) runAndKill(p *process, caller string, d death) (killed bool) {
	var once sync.Once
	dead := make(chan struct{})
	kill := func() {
		if d.terraform {
			p.killTerraform()
		} else {
			p.killProvider()
		}
		close(dead)
	}
	k.w.network.watch(caller, func(n int, _ call, at phase) (drop bool) {
		if n < d.request || at != d.phase {
			return false
		}
		once.Do(func() {
			drop = at == arrived
			if d.delay > 0 {
				time.AfterFunc(d.delay, kill)
			} else {
				kill()
			}
		})
		return drop
	})
	// A provider that outlives terraform must not keep its output open.
	p.command.WaitDelay = 5 * time.Second
	err := p.run()
	select {
	case <-dead:
		return err != nil
	default:
		return false
	}
}

// killProviders ends all provider processes that may still run.
func (p *process) killProviders() {
	for _, id := range p.providers() {
		_ = syscall.Kill(id, syscall.SIGKILL) // Gone is as good as killed.
	}
}
