package authz

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"
)

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

// samples returns a value of each place, and one that no range can read where the
// key can have such values.
func (k *unknownKey) samples(e *evaluation) (values []string, complete bool) {
	size := 0
	for _, r := range k.ranges {
		size += sampleSteps + len(r.value.text)
	}
	if !e.spend(size) {
		return nil, false
	}
	k.line = newRangeLine(k.ranges)
	values = k.line.samples
	if !k.typed {
		values = append(slices.Clip(values), unreadableSample)
	}
	return values, true
}

// sampleSteps is what it takes to find the place of a range, and samples beside it.
const sampleSteps = 64

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

// classifyRanges walks along the line of the ranges and changes only what changes
// from place to place.
func (t *caseTable) classifyRanges(k *caseKey) {
	w := t.newRangeWalk(k)
	find := textFinder{e: t.e, key: k.unknownKey}
	for i := range k.cases {
		if t.e.exhausted() {
			k.classes = nil
			return
		}
		changes := w.enter(i)
		if i == 0 || len(changes) > 0 {
			k.classes = append(k.classes, caseClass{first: i, changes: changes})
		}
		k.classes[len(k.classes)-1].addCase(&k.cases[i], &find)
	}
	// From the last class to the first.
	k.classes[0].changes = w.evaluateAll(k.cases[0])
}

// A rangeWalk has what the elements that depend on a key alone say in a case.
type rangeWalk struct {
	t      *caseTable
	k      *caseKey
	first  int // case of the first place
	events []rangeEvent
	now    []elementResult
	counts []tally // of the conditions' values, by outcome
	even   bool    // now is what counts say, and is so at every place until an event
}

// A rangeEvent is that a value of a condition has another outcome from a place on.
type rangeEvent struct {
	place, element int // the element by its place in caseKey.alone
	from, to       truth
}

func (t *caseTable) newRangeWalk(k *caseKey) *rangeWalk {
	w := &rangeWalk{t: t, k: k, now: make([]elementResult, len(k.alone)), counts: make([]tally, len(k.alone))}
	if k.mayBeAbsent {
		w.first = 1
	}
	w.events = make([]rangeEvent, 0, 2*len(k.ranges))
	for i, number := range k.alone {
		c := t.elements[number].condition
		if !isRangeCondition(c) {
			continue
		}
		for j := range c.values {
			before := no
			for _, p := range k.line.breakpoints(&c.values[j], c.op) {
				if p.outcome != before {
					w.events = append(w.events, rangeEvent{p.place, i, before, p.outcome})
				}
				before = p.outcome
			}
			t.e.left -= sampleSteps
		}
	}
	slices.SortStableFunc(w.events, func(a, b rangeEvent) int { return cmp.Compare(a.place, b.place) })
	return w
}

// isRangeCondition reports whether an element is a condition that compares with ranges.
func isRangeCondition(c *condition) bool {
	return c != nil && c.problem == "" && c.op.family.isRange()
}

// enter returns what changes from the case before.
func (w *rangeWalk) enter(i int) []elementChange {
	place := i - w.first
	isPlace := place >= 0 && place < len(w.k.line.samples)
	var touched []int
	for isPlace && len(w.events) > 0 && w.events[0].place <= place {
		ev := w.events[0]
		w.events = w.events[1:]
		w.counts[ev.element].add(ev.from, -1)
		w.counts[ev.element].add(ev.to, 1)
		touched = append(touched, ev.element)
		w.t.e.left -= changeSteps
	}
	if !isPlace || !w.even || w.k.line.isMapped(place) {
		changes := w.evaluateAll(w.k.cases[i])
		w.even = isPlace && !w.k.line.isMapped(place)
		return changes
	}
	var changes []elementChange
	for _, element := range touched {
		met := w.counts[element].truth()
		c := w.t.elements[w.k.alone[element]].condition
		if c.op.negated {
			met = not(met)
		}
		changes = w.set(changes, element, elementResult{granted: grants{direct: met}})
	}
	return changes
}

// evaluateAll returns what changes when every element is evaluated in a case.
func (w *rangeWalk) evaluateAll(a assumption) []elementChange {
	var changes []elementChange
	for i, number := range w.k.alone {
		changes = w.set(changes, i, w.t.evaluateIn(&w.t.elements[number], a))
	}
	return changes
}

func (w *rangeWalk) set(changes []elementChange, element int, r elementResult) []elementChange {
	if w.now[element].granted == r.granted {
		return changes
	}
	w.now[element] = r
	return append(changes, elementChange{w.k.alone[element], r})
}
