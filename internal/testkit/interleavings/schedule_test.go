// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A script makes the calls of one object, one after the other. It asks for its turn
// before each call.
type script func(turn func())

// A schedule decides which script makes its next call. It counts through all
// decisions, one run after the other.
type schedule struct {
	decisions []decision
	at        int
}

type decision struct{ chosen, options int }

func (s *schedule) choose(options int) int {
	if s.at == len(s.decisions) {
		s.decisions = append(s.decisions, decision{options: options})
	}
	s.at++
	return s.decisions[s.at-1].chosen
}

// next prepares the next run. It reports false after the last one.
func (s *schedule) next() bool {
	s.at = 0
	for i := len(s.decisions) - 1; i >= 0; i-- {
		if d := &s.decisions[i]; d.chosen+1 < d.options {
			d.chosen++
			s.decisions = s.decisions[:i+1]
			return true
		}
	}
	return false
}

// run runs scripts in the order of a schedule. With overlap, a call may begin while
// others wait for time to pass; else only when the one before it has ended. It must be
// called in a bubble of synctest.
func (s *schedule) run(overlap bool, scripts ...script) {
	type state struct {
		ready, ended atomic.Bool // it asks for its turn; it has made all calls
		turn         chan struct{}
	}
	states := make([]*state, len(scripts))
	for i, script := range scripts {
		st := &state{turn: make(chan struct{})}
		states[i] = st
		go func() {
			script(func() {
				st.ready.Store(true)
				<-st.turn
			})
			st.ended.Store(true)
		}()
	}
	for {
		synctest.Wait()
		var ready []*state
		waiting := false
		for _, st := range states {
			switch {
			case st.ready.Load():
				ready = append(ready, st)
			case !st.ended.Load():
				waiting = true
			}
		}
		switch {
		case len(ready) == 0 && !waiting:
			return
		case len(ready) == 0 || waiting && !overlap:
			time.Sleep(50 * time.Millisecond)
		default:
			chosen := ready[s.choose(len(ready))]
			chosen.ready.Store(false)
			chosen.turn <- struct{}{}
		}
	}
}

// each runs a test in its own bubble, once for each schedule.
func each(t *testing.T, run func(t *testing.T, s *schedule)) {
	t.Helper()
	var s schedule
	for more := true; more && !t.Failed(); more = s.next() {
		bubble(t, func(t *testing.T) { run(t, &s) })
	}
}

// bubble runs a test in a bubble of synctest. The stores may work on for some time.
func bubble(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		run(t)
		time.Sleep(time.Hour)
	})
}
