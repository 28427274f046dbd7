// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Key names one inline policy.
type Key struct{ Role, Name string }

// A Policy is one inline policy of a role.
type Policy struct {
	Name     string
	Document string // JSON
}

// named names a role, with its account when that is known.
func named(role, account string) string {
	if account == "" {
		return role
	}
	return role + " (account " + account + ")"
}

func doing(verb string, key Key) string {
	return fmt.Sprintf("%s the inline policy %s of the role %s", verb, key.Name, key.Role)
}

// Same reports whether two texts are policies that mean the same.
func Same(a, b string) bool {
	form := Canonical(a)
	return form != "" && (a == b || form == Canonical(b))
}

// Canonical returns a text that is equal for policies that mean the same. It is empty
// for a text that is no policy.
func Canonical(document string) string {
	doc, err := policy.Parse(document)
	if err != nil {
		return ""
	}
	return doc.Canonical()
}
