package stress_test

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestAccStress_processesAtOnce: separate processes that add a grant each to one
// repository at the same time all succeed and all statements stand, and so with
// those that remove them; nothing else changes. In every second round all
// processes read the policy for the first time at the same moment.
func TestAccStress_processesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := time.Now()
	for round := range *rounds {
		repository := fmt.Sprintf("round-%d", round+1)
		stay := newGrants(repository, "Stays", *processes)
		w.createRepository(repository, stay...)
		added := newGrants(repository, "Added", *processes)
		spaces := make([]workspace, len(added))
		for i, g := range added {
			spaces[i] = w.workspace(fmt.Sprintf("%s-%d", repository, i+1), []grant{g})
		}
		owned := map[string][]string{}
		together := func(command string) {
			meet := newBarrier(len(added))
			run := make([]func() error, len(added))
			for i, g := range added {
				caller := fmt.Sprintf("r%d-%s-%d", round+1, command, i+1)
				owned[caller] = []string{g.Sid}
				if round%2 == 0 {
					w.network.watch(caller, arriveFirst(meet))
				}
				run[i] = spaces[i].process(caller, command, "-auto-approve").run
			}
			if err := errors.Join(atOnce(run)...); err != nil {
				t.Errorf("%s, %s: %v", repository, command, err)
			}
		}
		together("apply")
		w.expect("after the applies", repository, append(added, stay...), owned)
		statements := w.size(repository)
		together("destroy")
		w.expect("after the destroys", repository, stay, owned)
		w.figures("%s: %d statements after %d applies, %d after as many destroys, longest read to write %s, %.1f seconds so far", repository,
			statements, len(added), w.size(repository), w.network.timeline.longestGap(repository, everybody).Round(time.Millisecond), time.Since(start).Seconds())
	}
}

// arriveFirst has a caller's first read wait for the others.
func arriveFirst(meet *barrier) watcher {
	waited := false // The calls of one process that changes one grant do not overlap.
	return func(_ int, c call, p phase) bool {
		if p == arrived && c.operation == "GetRepositoryPolicy" && !waited {
			waited = true
			meet.arrive()
		}
		return false
	}
}

func everybody(string) bool { return true }
