// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// In an apply of so many repositories, callers do not wait for the verification of the last
// writes.
const manyRepositories = 16

// manyAtOnce is how many processes write them at once.
const manyAtOnce = 3

// TestAccStress_manyRepositories: separate processes that add a grant each to many
// repositories at the same time all succeed, and all statements exist at the end; and so with
// those that remove them.
func TestAccStress_manyRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 5*time.Millisecond, 40*time.Millisecond)
	start := time.Now()
	byRepository, byProcess := map[string][]grant{}, make([][]grant, manyAtOnce)
	for r := range manyRepositories {
		repository := fmt.Sprintf("many-%d", r)
		w.createRepository(repository)
		for p := range byProcess {
			added := newGrants(repository, fmt.Sprintf("P%d", p), 1)
			byProcess[p] = append(byProcess[p], added...)
			byRepository[repository] = append(byRepository[repository], added...)
		}
	}
	owned := map[string][]string{}
	spaces := make([]workspace, manyAtOnce)
	for p, grants := range byProcess {
		spaces[p] = w.workspace(fmt.Sprintf("many-%d", p), grants)
	}
	for _, command := range []string{"apply", "destroy"} {
		var run []func() error
		for p, space := range spaces {
			caller := fmt.Sprintf("%s-%d", command, p)
			owned[caller] = sids(byProcess[p])
			run = append(run, space.process(caller, command, "-auto-approve").run)
		}
		if err := errors.Join(atOnce(run)...); err != nil {
			t.Error(err)
		}
		for repository, grants := range byRepository {
			if command == "destroy" {
				grants = nil
			}
			w.expect("after "+command, repository, grants, owned)
		}
	}
	w.figures("%d processes, %d repositories, %.1f seconds", manyAtOnce, manyRepositories, time.Since(start).Seconds())
}

// TestAccStress_lastWrites: another writer overwrites what an apply has written last, when its
// callers have returned. The process writes it again, and Terraform waits for that: it takes
// longer than the two seconds after which a process that does not end is killed.
func TestAccStress_lastWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 5*time.Millisecond, 40*time.Millisecond)
	var all []grant
	for r := range manyRepositories {
		repository := fmt.Sprintf("last-%d", r)
		w.createRepository(repository)
		all = append(all, newGrants(repository, "Added", 1)...)
	}
	var mu sync.Mutex
	written := map[string]bool{}
	overwritten := 0
	w.network.watch("apply", func(_ int, c call, p phase) bool {
		mu.Lock()
		defer mu.Unlock()
		if p != answered || c.operation != "SetRepositoryPolicy" || written[c.repository] {
			return false
		}
		if written[c.repository] = true; len(written) > 10 {
			w.aws.SetRepositoryPolicy(account, region, c.repository, w.base[c.repository])
			overwritten++
		}
		return false
	})
	if err := w.workspace("last", all).process("apply", "apply", "-auto-approve").run(); err != nil {
		t.Error(err)
	}
	for _, g := range all {
		w.expect("after the apply", g.Repository, []grant{g}, map[string][]string{"apply": sids(all)})
	}
	w.figures("%d of %d statements were overwritten after their resources were complete", overwritten, len(all))
	if overwritten == 0 {
		t.Error("nothing was overwritten, so that the test proves nothing")
	}
}
