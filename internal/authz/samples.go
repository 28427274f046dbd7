package authz

import (
	"math/big"
	"net/netip"
	"strconv"
	"time"
)

// samples returns values of which each stands for all others that compare alike
// with every one of the ranges: the bounds and what lies right beside them. What
// is no number, date or address at all is not among them.
func samples(ranges []*value, f family) []string {
	var texts []string
	switch f {
	case numeric:
		// Less than the difference of any two of the numbers.
		digits := decimals(ranges) + 1
		step, _ := new(big.Rat).SetString("1e-" + strconv.Itoa(digits))
		for _, v := range ranges {
			n, _ := new(big.Rat).SetString(v.number.String())
			for _, s := range []*big.Rat{n, new(big.Rat).Add(n, step), new(big.Rat).Sub(n, step)} {
				texts = append(texts, s.FloatString(digits))
			}
		}
	case date:
		for _, v := range ranges {
			for _, d := range []time.Duration{0, 1, -1} {
				texts = append(texts, v.time.Add(d).UTC().Format(time.RFC3339Nano))
			}
		}
	default:
		for _, v := range ranges {
			texts = append(texts, v.prefix.Addr().String(), v.prefix.Masked().Addr().String())
			if next := lastAddr(v.prefix).Next(); next.IsValid() {
				texts = append(texts, next.String())
			}
		}
	}
	return texts
}

// decimals returns how many digits follow the point at most.
func decimals(ranges []*value) int {
	most := 0
	for _, v := range ranges {
		most = max(most, len(v.number.fraction))
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
