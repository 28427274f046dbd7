// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// grantsOfOne is how many grants each repository gets under faults.
const grantsOfOne = 10

// TestAccStress_faults: many grants over many repositories and the registry are applied while calls
// fail in every way. The first apply converges, or else the second; then every
// grant stands beside the foreign statements, and nothing is left to plan.
func TestAccStress_faults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay("", 0, 20*time.Millisecond)
	var all []grant
	byRepository := map[string][]grant{}
	for len(all) < *grants {
		repository := fmt.Sprintf("repository-%03d", len(byRepository)+1)
		if len(byRepository) == 0 {
			repository = registry
		}
		w.createRepository(repository)
		byRepository[repository] = newGrants(repository, "Added", min(grantsOfOne, *grants-len(all)))
		all = append(all, byRepository[repository]...)
	}
	ws := w.workspace("faults", all)
	var rules []fault.Rule
	for _, f := range everyFault() {
		rules = append(rules, fault.Rule{Probability: *faultRate / float64(len(everyFault())), Fault: f})
	}
	w.faults.SetRules(rules...)

	start := time.Now()
	attempts := 1
	if err := ws.process("first", "apply", "-auto-approve").run(); err != nil {
		t.Logf("the first apply does not converge: %v", err)
		attempts++
		if err := ws.process("second", "apply", "-auto-approve").run(); err != nil {
			t.Errorf("the second apply does not converge: %v", err)
		}
	}
	seconds := time.Since(start).Seconds()
	counts := w.faults.Counts()
	w.faults.SetRules()
	statements := 0
	for repository, grants := range byRepository {
		w.expect("after the applies", repository, grants, nil)
		statements += w.size(repository)
	}
	if err := ws.process("plan", "plan", "-detailed-exitcode").run(); err != nil {
		t.Errorf("there is still something to plan: %v", err)
	}
	if counts.Total() == 0 {
		t.Error("no call went wrong")
	}
	w.figures("%d grants over %d repositories, %d statements, converged by apply %d, %.1f seconds; %d faults %v",
		len(all), len(byRepository), statements, attempts, seconds, counts.Total(), byKind(counts))
}

// everyFault returns a fault of every kind that passes by itself.
func everyFault() []fault.Fault {
	return []fault.Fault{
		fault.Throttling(), fault.TooManyRequests(), fault.Page(http.StatusTooManyRequests),
		fault.ServerError(), fault.Unavailable(), fault.Page(http.StatusBadGateway),
		fault.ResetBefore(), fault.ResetAfter(),
		fault.StallBefore(3 * time.Second), fault.StallAfter(3 * time.Second),
		fault.Truncated(), fault.Garbled(),
		fault.StaleFor(2 * time.Second), fault.StaleReads(2),
	}
}

// byKind adds up faults of one kind.
func byKind(counts fault.Counts) map[string]int {
	out := map[string]int{}
	for hit, n := range counts {
		out[hit.Kind] += n
	}
	return out
}
