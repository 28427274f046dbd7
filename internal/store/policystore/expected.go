// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// Expect notes which statements the plan of this apply has seen, as Fingerprints. The
// apply is another process. If its reads lack one of them, they may be stale.
func (s *Store) Expect(repo awsname.Repository, fingerprints []string) {
	s.expect(repo, expectation{fingerprints: fingerprints})
}

func (s *Store) expect(repo awsname.Repository, seen expectation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.expected[repo]
	all.none = all.none || seen.none
	for _, f := range seen.fingerprints {
		if !slices.Contains(all.fingerprints, f) {
			all.fingerprints = append(all.fingerprints, f)
		}
	}
	s.expected[repo] = all
}

// takeExpected returns what was noted since the last call.
func (s *Store) takeExpected(repo awsname.Repository) expectation {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.expected[repo]
	delete(s.expected, repo)
	return taken
}

// sawNone reports whether the plan has seen no policy, and that was not taken yet.
func (s *Store) sawNone(repo awsname.Repository) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expected[repo].none
}
