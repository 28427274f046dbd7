// SPDX-License-Identifier: MPL-2.0

package pattern

import "strings"

// Lower lowers ASCII letters only. Names in policies have no others, and Unicode would turn
// the Kelvin sign into "k", which AWS would not.
func Lower(s string) string {
	if strings.IndexFunc(s, isUpper) < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

// EqualFold compares two names, ASCII letters without case.
func EqualFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && lowerByte(a[i]) != lowerByte(b[i]) {
			return false
		}
	}
	return true
}

// IsASCII reports whether a text has no letters beyond ASCII.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] > '\x7f' {
			return false
		}
	}
	return true
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
