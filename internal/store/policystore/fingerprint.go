// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// maxFingerprints bounds the private state of an object. A policy that ECR accepts has
// about a hundred statements at most.
const maxFingerprints = 100

// Fingerprints identifies the statements of a policy by their Sids and their meaning. A
// refresh keeps them in the private state for Expect.
func Fingerprints(doc *policy.Document) []string {
	all := fingerprints(doc)
	return all[:min(len(all), maxFingerprints)]
}

func fingerprints(doc *policy.Document) []string {
	var all []string
	for _, s := range doc.Statements() {
		all = append(all, fingerprint(s))
	}
	return all
}

// digestSize is the length of 64 bits in base64.
const digestSize = 11

// fingerprint returns a digest of a statement, followed by its Sid.
func fingerprint(s *policy.Statement) string {
	sum := sha256.Sum256([]byte(s.Canonical()))
	return base64.RawURLEncoding.EncodeToString(sum[:8]) + s.Sid()
}

func sidOf(fingerprint string) string { return fingerprint[min(digestSize, len(fingerprint)):] }

// An expectation is what the plan of this apply has seen.
type expectation struct {
	fingerprints []string
	none         bool // no policy
}
