// SPDX-License-Identifier: MPL-2.0

// Package remedy finds what each side can change so that a denied pull is allowed, and
// what to supply where a verdict is conditional. It returns changes as data, with the
// configuration and the JSON that make them; package report words them.
//
// What it proposes allows the pull, and nothing that the change does not name; tests
// prove that by evaluation.
package remedy

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// Of returns what can be done about a verdict that is not Allowed.
func Of(j *verdict.Judgement, found *lint.Findings) []Remedy {
	switch j.Verdict() {
	case authz.Denied:
		return ofDenied(j, found)
	case authz.Conditional:
		return ofConditional(j, found)
	case authz.Allowed:
	}
	return nil
}
