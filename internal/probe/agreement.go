// SPDX-License-Identifier: MPL-2.0

package probe

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// Compare says whether a check of the same pull agrees with the probe. A step that the
// check contradicts outweighs all others. A pull that failed for another reason than a policy
// shows that a check is right only by what AWS allowed before.
func (r *Result) Compare(check pullerror.Check) (pullerror.Agreement, string) {
	agreement, reason := r.compare(check)
	isAllowed := func(action string) bool {
		return slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Action == action && s.Status == Passed })
	}
	if agreement == pullerror.Agrees && r.Status == Failed && !(isAllowed(actions[0]) && isAllowed(actions[1]) && isAllowed(actions[2])) {
		agreement = pullerror.Undecided
	}
	return agreement, reason
}

func (r *Result) compare(check pullerror.Check) (agreement pullerror.Agreement, reason string) {
	arn := r.Target.Image.Repository.ARN()
	var passed []string
	for _, step := range r.Steps {
		if step.Status == Passed {
			passed = append(passed, step.Action)
		}
	}
	whole := !slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Status != Passed })
	agreement, reason = pullerror.CompareAllowed(check, r.Target.Principal, arn, passed, whole)
	if agreement == "" && r.Status == Passed {
		return pullerror.Undecided, "The pull works as far as it was tried, and the check does not contradict that."
	}
	if agreement == pullerror.Undecided && r.Target.Principal == "" { // which no step can settle
		return agreement, reason
	}
	for _, step := range r.Steps {
		if step.Explanation == nil || agreement == pullerror.OtherPull || agreement == pullerror.Disagrees {
			continue
		}
		if step.found {
			if agreement == "" {
				agreement, reason = pullerror.Undecided, fmt.Sprintf("The step %s failed for a reason that the check does not judge.", step.Name)
			}
			continue
		}
		finding := step.Explanation.Finding
		if finding.Principal == "" {
			finding.Principal = r.Target.Principal
		}
		if finding.Repository == "" {
			finding.Repository, finding.Resource = r.Target.Image.Repository.Name, arn
		}
		if a, why := finding.Compare(check); agreement == "" || a == pullerror.Disagrees {
			agreement, reason = a, why
		}
	}
	return agreement, reason
}
