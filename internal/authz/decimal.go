// SPDX-License-Identifier: MPL-2.0

package authz

import "strings"

// A decimal is a number of any size, compared without rounding.
type decimal struct {
	negative        bool
	whole, fraction string // digits, without leading and trailing zeros
}

func parseDecimal(text string) (decimal, bool) {
	var d decimal
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return d, false
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	d.negative = negative && d.whole+d.fraction != ""
	return d, true
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// small returns the whole part of a number of few digits.
func (d decimal) small() int64 {
	var n int64
	for _, c := range d.whole {
		n = n*10 + int64(c-'0')
	}
	if d.negative {
		return -n
	}
	return n
}

func (d decimal) compare(other decimal) int {
	switch {
	case d.negative != other.negative && d.negative:
		return -1
	case d.negative != other.negative:
		return 1
	case d.negative:
		d, other = other, d
	}
	if len(d.whole) != len(other.whole) {
		return len(d.whole) - len(other.whole)
	}
	if c := strings.Compare(d.whole, other.whole); c != 0 {
		return c
	}
	return strings.Compare(d.fraction, other.fraction)
}

// below returns a number below d.
func (d decimal) below() decimal {
	if d.negative || d == (decimal{}) {
		return decimal{negative: true, whole: "1" + d.whole, fraction: d.fraction}
	}
	return decimal{}
}

// above returns a number above d.
func (d decimal) above() decimal {
	if d.negative {
		return decimal{}
	}
	return decimal{whole: "1" + d.whole, fraction: d.fraction}
}

// between returns a number between d and a greater one.
func (d decimal) between(greater decimal) decimal {
	switch {
	case d.negative && (greater.negative || greater == decimal{}):
		// What is next to the greater one, below it.
		return decimal{negative: true, whole: greater.whole, fraction: next(greater.fraction, d.fraction)}
	case d.negative:
		return decimal{}
	default:
		return decimal{whole: d.whole, fraction: next(d.fraction, greater.fraction)}
	}
}

// next returns a fraction that is greater by less than the difference of any two
// numbers with fractions of these lengths.
func next(fraction, other string) string {
	return fraction + strings.Repeat("0", max(0, len(other)-len(fraction))) + "1"
}

// String returns the number in full.
func (d decimal) String() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	return sign + "0" + d.whole + "." + d.fraction + "0"
}
