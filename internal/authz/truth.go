// SPDX-License-Identifier: MPL-2.0

package authz

// A truth is the answer to a question that may depend on something unknown.
type truth uint8

const (
	no truth = iota
	maybe
	yes
)

func and(a, b truth) truth { return min(a, b) }

func or(a, b truth) truth { return max(a, b) }

func not(a truth) truth { return yes - a }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}
