package attributes

import (
	"fmt"
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
		use := snapshot.Use{OpenKeys: keys, AnyKey: anyKey}
		use.Fault, use.MaxAge = r.faultOfAge(s)
		if fault := s.Fill(in, use); fault != nil {
			r.faults = append(r.faults, fault)
		}
	}
}

// faultOfAge compares the age of a snapshot with the argument max_age.
func (r *reader) faultOfAge(s sideSnapshot) (fault verdict.SnapshotFault, maxAge string) {
	if r.isUnknown("max_age") {
		return verdict.SnapshotOfUnknownAge, ""
	}
	if maxAge = r.optional("max_age"); maxAge == "" {
		return "", ""
	}
	age, err := time.ParseDuration(maxAge)
	if err != nil || age <= 0 {
		r.fault(verdict.At{Attribute: "max_age"}, fmt.Sprintf("is %s; expected a duration above zero, as in 24h or 90m", printed.Quoted(maxAge)))
		return "", ""
	}
	at, text := verdict.At{Attribute: "now"}, r.optional("now")
	now, err := time.Parse(time.RFC3339, text)
	switch {
	case r.isUnknown("now"):
		return verdict.SnapshotOfUnknownAge, maxAge
	case text == "" && r.knownOnly:
		return "", ""
	case text == "":
		r.fault(at, "is not set, and without it nobody knows whether a snapshot is older than max_age: set now = plantimestamp()")
		return "", ""
	case err != nil:
		r.fault(at, fmt.Sprintf("is %s; expected a time in RFC 3339, as in 2026-11-27T09:00:00Z", printed.Quoted(text)))
		return "", ""
	case s.IsOlder(age, now):
		return verdict.SnapshotTooOld, maxAge
	default:
		return "", ""
	}
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

// A memo has the snapshots that were parsed last. One snapshot serves many checks, and
// Terraform calls a function for each of them.
type memo struct {
	mu   sync.Mutex
	last []memoized // the newest at the end
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
	for _, known := range m.last {
		if known.side == side && known.text == text {
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
		m.last = m.last[1:]
	}
	return s, nil
}
