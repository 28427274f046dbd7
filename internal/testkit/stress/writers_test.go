// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAccStress_processesAtOnce: separate processes that add a grant each to one
// repository at the same time all succeed and all statements stand, and so with
// those that remove them; nothing else changes. In every second round all
// processes have read the policy before the first of them writes it.
func TestAccStress_processesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := time.Now()
	for round := range *rounds {
		w.processesAtOnce(fmt.Sprintf("round-%d", round+1), round%2 == 1, start)
	}
}

// TestAccStress_registryAtOnce: the same for the registry policy.
func TestAccStress_registryAtOnce(t *testing.T) {
	t.Parallel()
	newWorld(t).processesAtOnce(registry, true, time.Now())
}

func (w *world) processesAtOnce(repository string, meet bool, start time.Time) {
	w.createRepository(repository, newGrants(repository, "Stays", *processes)...)
	r := newRound(w, repository, *processes, meet)
	r.together("apply", r.grants, nil)
	w.expect("after the applies", repository, r.grants, r.owned)
	statements := w.size(repository)
	r.together("destroy", nil, r.grants)
	w.expect("after the destroys", repository, nil, r.owned)
	w.figures("%s: %d statements after %d applies, %d after as many destroys, longest read to write %s, %.1f seconds so far", repository,
		statements, len(r.grants), w.size(repository), w.network.timeline.longestGap(repository, everybody).Round(time.Millisecond), time.Since(start).Seconds())
}

// TestAccStress_lastOut: in a repository that has nothing else in its policy, half
// of the processes remove their grants while the other half add theirs. Whoever
// removes the last statement deletes the policy, and must not take along what came
// in meanwhile.
func TestAccStress_lastOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := time.Now()
	for round := range *rounds {
		w.lastOut(fmt.Sprintf("shift-%d", round+1), round%2 == 1, start)
	}
}

// TestAccStress_registryLastOut: the same for the registry policy.
func TestAccStress_registryLastOut(t *testing.T) {
	t.Parallel()
	newWorld(t).lastOut(registry, true, time.Now())
}

func (w *world) lastOut(repository string, meet bool, start time.Time) {
	w.createEmptyRepository(repository)
	r := newRound(w, repository, *processes, meet)
	early, late := r.grants[:len(r.grants)/2], r.grants[len(r.grants)/2:]
	r.together("apply", early, nil)
	w.expect("after the first half", repository, early, r.owned)
	r.together("change", late, early)
	w.expect("after the change of shifts", repository, late, r.owned)
	r.together("destroy", nil, late)
	w.expect("after the destroys", repository, nil, r.owned)
	w.figures("%s: %d in, %d out, policy deleted %d times, %.1f seconds so far", repository,
		len(late), len(r.grants), w.network.timeline.count("DeleteRepositoryPolicy"), time.Since(start).Seconds())
}

// A round has processes that manage one grant each of one repository.
type round struct {
	world      *world
	repository string
	grants     []grant
	spaces     map[string]workspace // by Sid
	owned      map[string][]string  // Sids by caller
	meet       bool                 // no process writes before all are about to
}

func newRound(w *world, repository string, n int, meet bool) *round {
	r := &round{
		world: w, repository: repository, grants: newGrants(repository, "Grant", n),
		spaces: map[string]workspace{}, owned: map[string][]string{}, meet: meet,
	}
	for _, g := range r.grants {
		r.spaces[g.Sid] = w.workspace(repository+"-"+g.Sid, []grant{g})
	}
	return r
}

// together adds grants and removes others at the same time, each in a process of
// its own. what begins the names of the processes.
func (r *round) together(what string, added, removed []grant) {
	r.world.t.Helper()
	start := newBarrier(len(added) + len(removed))
	var run []func() error
	prepare := func(grants []grant, command string) {
		for _, g := range grants {
			caller := strings.Join([]string{r.repository, what, g.Sid}, "-")
			r.owned[caller] = []string{g.Sid}
			if r.meet {
				r.world.network.watch(caller, meetAtWrite(start))
			}
			run = append(run, r.spaces[g.Sid].process(caller, command, "-auto-approve").run)
		}
	}
	prepare(added, "apply")
	prepare(removed, "destroy")
	if err := errors.Join(atOnce(run)...); err != nil {
		r.world.t.Errorf("%s, %s: %v", r.repository, what, err)
	}
}

// meetAtWrite has a caller's first write wait for those of the others.
func meetAtWrite(meet *barrier) watcher {
	var once sync.Once
	return func(_ int, c call, p phase) bool {
		if p == arrived && (c.operation == "SetRepositoryPolicy" || c.operation == "DeleteRepositoryPolicy") {
			once.Do(meet.arrive)
		}
		return false
	}
}

func everybody(string) bool { return true }
