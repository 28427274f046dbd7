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
