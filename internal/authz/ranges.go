// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"net/netip"
	"slices"
	"time"
)

// A rangeTest is a comparison with a number, a date or an IP address.
type rangeTest struct {
	value *value
	op    operator
}

// A rangeLine has the places in order that ranges distinguish: each of their bounds,
// and what lies between two of them. All ranges are of one family.
type rangeLine struct {
	samples []string // by place, a value that stands for all others there
	numbers []decimal
	times   []time.Time
	bounds  []int // the places of the numbers or times
	// starts are the addresses at which a place begins; those of IPv4 come first.
	starts []netip.Addr
}

// unreadableSample is a value that no operator can read but those for texts.
const unreadableSample = "neither number nor date nor address"

// newRangeLine returns the line of ranges of one family.
func newRangeLine(ranges []rangeTest) *rangeLine {
	l := &rangeLine{}
	switch ranges[0].op.family {
	case numeric:
		l.numbers = make([]decimal, 0, len(ranges))
		for _, r := range ranges {
			l.numbers = append(l.numbers, r.value.typed.number)
		}
		slices.SortFunc(l.numbers, decimal.compare)
		l.numbers = slices.CompactFunc(l.numbers, isSameNumber)
		l.sampleNumbers()
	case date:
		for _, r := range ranges {
			l.times = append(l.times, r.value.typed.time)
		}
		slices.SortFunc(l.times, time.Time.Compare)
		l.times = slices.CompactFunc(l.times, time.Time.Equal)
		l.sampleTimes()
	case ipAddress:
		l.starts = []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
		for _, r := range ranges {
			l.addPrefix(r.value.typed)
		}
		slices.SortFunc(l.starts, netip.Addr.Compare)
		l.starts = slices.Compact(l.starts)
		for _, addr := range l.starts {
			l.samples = append(l.samples, addr.String())
		}
	case stringExact, stringFold, stringLike, arnLike, boolean, binary, null:
	}
	return l
}

func isSameNumber(a, b decimal) bool { return a == b }

func (l *rangeLine) sampleNumbers() {
	l.samples = append(make([]string, 0, 2*len(l.numbers)+2), l.numbers[0].below().String())
	for i, n := range l.numbers {
		l.addBound(n.String())
		if i+1 < len(l.numbers) {
			l.samples = append(l.samples, n.between(l.numbers[i+1]).String())
		} else {
			l.samples = append(l.samples, n.above().String())
		}
	}
}

func (l *rangeLine) sampleTimes() {
	for i, at := range l.times {
		if i == 0 || l.times[i-1].Before(at.Add(-1)) { // otherwise nothing lies between them
			l.samples = append(l.samples, timeText(at.Add(-1)))
		}
		l.addBound(timeText(at))
	}
	l.samples = append(l.samples, timeText(l.times[len(l.times)-1].Add(1)))
}

// addBound adds the place of the next number or time.
func (l *rangeLine) addBound(sample string) {
	l.bounds = append(l.bounds, len(l.samples))
	l.samples = append(l.samples, sample)
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// addPrefix adds where a range begins, and where what is after it begins. An address
// without prefix length is apart from the others of its range.
func (l *rangeLine) addPrefix(v *typedValue) {
	first := v.prefix.Masked().Addr()
	l.starts = append(l.starts, first)
	after := []netip.Addr{lastAddr(v.prefix).Next()}
	if v.single {
		l.starts = append(l.starts, v.prefix.Addr())
		after = append(after, v.prefix.Addr().Next())
	}
	for _, addr := range after {
		if addr.IsValid() {
			l.starts = append(l.starts, addr)
		}
	}
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

// A breakpoint is a place from which on a comparison has another outcome.
type breakpoint struct {
	place   int
	outcome truth
}

// breakpoints returns the outcomes of a comparison along the line.
func (l *rangeLine) breakpoints(v *value, op operator) (points []breakpoint) {
	if v.problem != "" {
		return []breakpoint{{0, maybe}}
	}
	place := 0
	switch op.family {
	case numeric:
		i, _ := slices.BinarySearchFunc(l.numbers, v.typed.number, decimal.compare)
		place = l.bounds[i]
	case date:
		i, _ := slices.BinarySearchFunc(l.times, v.typed.time, time.Time.Compare)
		place = l.bounds[i]
	case ipAddress:
		return l.addressBreakpoints(v.typed)
	case stringExact, stringFold, stringLike, arnLike, boolean, binary, null:
	}
	return []breakpoint{{0, truthOf(op.order.accepts(-1))}, {place, truthOf(op.order.accepts(0))}, {place + 1, truthOf(op.order.accepts(1))}}
}

func (l *rangeLine) addressBreakpoints(v *typedValue) []breakpoint {
	within := yes
	if v.single {
		within = maybe // which length its prefix has is not certain
	}
	points := []breakpoint{{0, no}, {l.placeOf(v.prefix.Masked().Addr()), within}}
	if v.single {
		points = append(points, breakpoint{l.placeOf(v.prefix.Addr()), yes}, breakpoint{l.placeAfter(v.prefix.Addr()), within})
	}
	return append(points, breakpoint{l.placeAfter(lastAddr(v.prefix)), no})
}

func (l *rangeLine) placeOf(addr netip.Addr) int {
	i, _ := slices.BinarySearchFunc(l.starts, addr, netip.Addr.Compare)
	return i
}

// placeAfter returns the place after an address that is the last of its place.
func (l *rangeLine) placeAfter(addr netip.Addr) int {
	i, found := slices.BinarySearchFunc(l.starts, addr, netip.Addr.Compare)
	if found {
		i++
	}
	return i
}

// isMapped reports whether the addresses of a place may be IPv4 addresses written as
// IPv6 addresses, which ranges of both kinds may mean.
func (l *rangeLine) isMapped(place int) bool { return len(l.starts) > 0 && l.starts[place].Is4In6() }

// sampleSteps is what it takes to find the place of a range, and samples beside it.
const sampleSteps = 64
