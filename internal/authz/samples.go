package authz

import (
	"math/big"
	"net/netip"
	"strconv"
	"time"
)

// A rangeTest is a comparison with a number, a date or an IP address.
type rangeTest struct {
	value *value
	op    operator
}

// samples returns values of which each stands for all others that compare alike
// with every one of the ranges, so that together they stand for every value.
// Typed values can be read by the ranges' operators; others need not be.
func samples(ranges []rangeTest, typed bool) []string {
	found := map[string]bool{}
	var texts []string
	candidates := bounds(ranges)
	if !typed {
		candidates = append(candidates, "neither number nor date nor address")
	}
	for _, text := range candidates {
		answers := make([]byte, len(ranges))
		for i, r := range ranges {
			answers[i] = byte(r.value.compare(r.op, nil, text))
		}
		if !found[string(answers)] {
			found[string(answers)] = true
			texts = append(texts, text)
		}
	}
	return texts
}

// bounds returns the bounds of the ranges, what lies right beside them, and the
// first address of each kind.
func bounds(ranges []rangeTest) []string {
	var texts []string
	digits := decimals(ranges) + 1
	// Less than the difference of any two of the numbers.
	step, _ := new(big.Rat).SetString("1e-" + strconv.Itoa(digits))
	for _, r := range ranges {
		switch v := r.value; r.op.family {
		case numeric:
			n, _ := new(big.Rat).SetString(v.number.String())
			for _, s := range []*big.Rat{n, new(big.Rat).Add(n, step), new(big.Rat).Sub(n, step)} {
				texts = append(texts, s.FloatString(digits))
			}
		case date:
			for _, d := range []time.Duration{0, 1, -1} {
				texts = append(texts, v.time.Add(d).UTC().Format(time.RFC3339Nano))
			}
		default:
			texts = append(texts, v.prefix.Addr().String(), v.prefix.Masked().Addr().String(), "0.0.0.0", "::")
			if next := lastAddr(v.prefix).Next(); next.IsValid() {
				texts = append(texts, next.String())
			}
		}
	}
	return texts
}

// decimals returns how many digits follow the point at most.
func decimals(ranges []rangeTest) int {
	most := 0
	for _, r := range ranges {
		most = max(most, len(r.value.number.fraction))
	}
	return most
}

// lastAddr returns the last address of a range.
func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}
