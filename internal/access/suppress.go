// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// suppress takes the findings that somebody accepts out of the list, and finds the suppressions
// that match nothing.
func (j *judge) suppress() {
	isUsed := make([]bool, len(j.in.Suppressions))
	open := []Finding{}
	for _, f := range j.report.Findings {
		accepted := false
		for i, s := range j.in.Suppressions {
			if s.matches(&f) {
				isUsed[i] = true
				if !accepted {
					j.report.Suppressed = append(j.report.Suppressed, Suppressed{f, s.Reason})
				}
				accepted = true
			}
		}
		switch {
		case accepted:
		case f.acknowledged != "":
			j.report.Suppressed = append(j.report.Suppressed, Suppressed{f, f.acknowledged})
		default:
			open = append(open, f)
		}
	}
	j.report.Findings = open
	for i, s := range j.in.Suppressions {
		if !isUsed[i] && j.isKnownIn(&s) {
			j.find(Finding{
				Code: UnusedSuppression, Repository: s.Repository, Sid: s.Sid, Index: -1,
				Sentence: fmt.Sprintf("The suppression of %s%s matches no finding. Its reason is: %s.", s.Code, s.scope(), printed.Quoted(s.Reason)),
				Remedy:   "Delete the suppression, or correct its code, repository and sid.",
			})
		}
	}
}

// isKnownIn reports whether the report has all that a suppression can match.
func (j *judge) isKnownIn(s *Suppression) bool {
	isAboutDenies := s.Code == ClosedByDeny || s.Code == OpenButForDeny
	isControlUnread := j.in.Snapshot.ResourceControlPolicies == nil && !j.isFree() || len(j.unreadControls) > 0
	return (j.in.Repository == "" || j.in.Repository == s.Repository) && !(isAboutDenies && isControlUnread) &&
		!j.report.isUnread(func(f *Finding) bool { return s.Repository == "" || f.Repository == "" || f.Repository == s.Repository })
}

func (s *Suppression) matches(f *Finding) bool {
	return s.Code == f.Code && (s.Repository == "" || s.Repository == f.Repository) && (s.Sid == "" || s.Sid == f.Sid)
}

// scope says what a suppression is limited to.
func (s *Suppression) scope() (text string) {
	if s.Repository != "" {
		text += " for the repository " + printed.Value(s.Repository)
	}
	if s.Sid != "" {
		text += " with the Sid " + printed.Value(s.Sid)
	}
	return text
}
