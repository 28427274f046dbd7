// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A sideSnapshot is the snapshot of either side.
type sideSnapshot interface {
	IsOlder(age time.Duration, now time.Time) bool
	Fill(in *verdict.Input, use snapshot.Use) *verdict.InputError
}

// fill takes from the snapshots what the arguments do not say.
func (r *reader) fill(in *verdict.Input) {
	keys, anyKey := r.openKeys()
	limit := r.ageLimit()
	for _, side := range []verdict.Side{verdict.Registry, verdict.Consumer} {
		_, argument := in.SnapshotOf(side)
		if r.isUnknown(argument) {
			snapshot.FillUnknown(in, side)
		}
		v, ok := r.value(argument)
		if !ok {
			continue
		}
		at := verdict.At{Attribute: argument}
		s, err := parsed.of(side, r.str(at, v))
		if err != nil {
			r.fault(at, err.Error())
			continue
		}
		if limit.lacksNow {
			r.fault(verdict.At{Attribute: "now"}, "is not set, and without it nobody knows whether a snapshot is older than max_age: set now = plantimestamp()")
			limit.lacksNow = false
		}
		use := snapshot.Use{OpenKeys: keys, AnyKey: anyKey, Fault: limit.fault, Now: limit.now}
		if !use.Now.IsZero() && s.IsOlder(limit.age, use.Now) {
			use.Fault = verdict.SnapshotTooOld
		}
		if use.Fault != "" {
			use.MaxAge = limit.maxAge
		}
		if fault := s.Fill(in, use); fault != nil {
			r.faults = append(r.faults, fault)
		}
	}
}

// An ageLimit is what the arguments max_age and now say.
type ageLimit struct {
	fault  verdict.SnapshotFault // of every snapshot, if it is not known whether one is too old
	maxAge string
	age    time.Duration
	now    time.Time // zero if there is no limit, or it is not known
	// lacksNow: there is a limit, and no time to compare with.
	lacksNow bool
}

// ageLimit reads the arguments max_age and now.
func (r *reader) ageLimit() *ageLimit {
	if r.isUnknown("max_age") {
		return &ageLimit{fault: verdict.SnapshotOfUnknownAge}
	}
	limit := &ageLimit{maxAge: r.optional("max_age")}
	if limit.maxAge == "" {
		return limit
	}
	var err error
	if limit.age, err = time.ParseDuration(limit.maxAge); err != nil || limit.age <= 0 {
		r.fault(verdict.At{Attribute: "max_age"}, fmt.Sprintf("is %s; expected hours, minutes or seconds above zero, as in 72h", printed.Quoted(limit.maxAge)))
		return limit
	}
	text := r.optional("now")
	now, err := time.Parse(time.RFC3339, text)
	switch {
	case r.isUnknown("now"):
		limit.fault = verdict.SnapshotOfUnknownAge
	case text == "":
		limit.lacksNow = !r.knownOnly
	case err != nil:
		r.fault(verdict.At{Attribute: "now"}, fmt.Sprintf("is %s; expected a time in RFC 3339, as in 2026-11-27T09:00:00Z", printed.Quoted(text)))
	default:
		limit.now = now
	}
	return limit
}

// openKeys returns the condition keys of the argument context whose values are not known;
// whole means that the argument itself is not.
func (r *reader) openKeys() (keys []string, whole bool) {
	if r.isUnknown("context") {
		return nil, true
	}
	v, ok := r.value("context")
	if !ok {
		return nil, false
	}
	var ignored reader // what is wrong with the argument is known already
	for key, values := range ignored.entries(verdict.At{}, v, "") {
		if !wholly(values) {
			keys = append(keys, key)
		}
	}
	return keys, false
}

// A memo has the snapshots that were used last. One snapshot serves many checks, and
// Terraform calls a function for each of them.
type memo struct {
	mu   sync.Mutex
	last []memoized // the one that was used last at the end
}

type memoized struct {
	side verdict.Side
	text string
	sideSnapshot
}

// memoSize is how many snapshots are kept: those of some registries and consumers.
const memoSize = 8

// parsed is shared by the checks and the functions of a process. Nobody changes what is in it.
var parsed memo

// of parses the snapshot of a side.
func (m *memo) of(side verdict.Side, text string) (sideSnapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, known := range m.last {
		if known.side == side && known.text == text {
			m.last = append(slices.Delete(m.last, i, i+1), known)
			return known.sideSnapshot, nil
		}
	}
	var s sideSnapshot
	var err error
	if side == verdict.Registry {
		s, err = snapshot.ParseRegistry(text)
	} else {
		s, err = snapshot.ParseConsumer(text)
	}
	if err != nil {
		return nil, err
	}
	if m.last = append(m.last, memoized{side, text, s}); len(m.last) > memoSize {
		m.last = slices.Delete(m.last, 0, 1)
	}
	return s, nil
}
