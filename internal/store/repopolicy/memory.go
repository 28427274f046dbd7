package repopolicy

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// How often a read that is in doubt is looked at again before it is believed.
const (
	looksAtALoss = 1
	looksAtMade  = 2 // a change that had been seen standing is gone
	looksAtPast  = 4 // ends after about ten seconds
)

// mostDocuments bounds what is kept of the past.
const mostDocuments = 16

// freshness is how long a change that was seen standing is defended: after it,
// whoever undoes the change is taken to mean it.
const freshness = 30 * time.Second

// A memory is what this process knows of one repository's policy from its own
// reads and writes. ECR does not promise that a read shows the last write, and
// has no version to tell an old answer by.
type memory struct {
	documents []string         // canonical, in the order in which they stood; the last one is today's
	last      *policy.Document // the last one, as it was read or written
	written   *policy.Document // the last that was sent
	made      map[string]trace // by Sid: changes that were seen standing a short while ago
	looks     int              // reads in a row that were in doubt
	glimpsed  []*policy.Statement
}

// doubts reports whether a read must be looked at again before anything is
// written on top of it: it shows what stood before our last write, or it lacks
// what was seen to stand or was sent. That is an old answer, or another writer.
func (m *memory) doubts(doc *policy.Document, batch []*pending) bool {
	limit := 0
	switch {
	case m.past(doc):
		limit = looksAtPast
	case m.undone(doc):
		limit = looksAtMade
		m.glimpse(doc)
	case m.lost(doc, batch) || m.lacks(doc):
		limit = looksAtALoss
		m.glimpse(doc)
	}
	if m.looks >= limit {
		m.looks = 0
		return false
	}
	m.looks++
	return true
}

// past reports whether a document stood before the last one known.
func (m *memory) past(doc *policy.Document) bool {
	at := slices.Index(m.documents, doc.Canonical())
	return at >= 0 && at < len(m.documents)-1
}

// undone reports whether a document lacks a change that was seen standing.
func (m *memory) undone(doc *policy.Document) bool {
	for _, t := range m.made {
		if t.lost(doc) {
			return true
		}
	}
	return false
}

// lost reports whether a document lacks a change that was seen standing or sent.
func (m *memory) lost(doc *policy.Document, batch []*pending) bool {
	return m.undone(doc) || slices.ContainsFunc(batch, func(c *pending) bool { return c.sent() > 0 && c.trace.lost(doc) })
}

// lacks reports whether a statement of the last document known is gone. One that
// has changed has not.
func (m *memory) lacks(doc *policy.Document) bool {
	return m.last != nil && slices.ContainsFunc(m.last.Statements(), func(s *policy.Statement) bool {
		return len(doc.Find(s.Sid())) == 0 && !has(doc, s)
	})
}

// stood notes a document that was read, or written with success.
func (m *memory) stood(doc *policy.Document) {
	form := doc.Canonical()
	m.last = doc
	m.documents = slices.DeleteFunc(m.documents, func(d string) bool { return d == form })
	m.documents = append(m.documents, form)
	if len(m.documents) > mostDocuments {
		m.documents = m.documents[1:]
	}
}

// keep notes a change that was seen standing.
func (m *memory) keep(t trace, now time.Time) {
	if m.made == nil {
		m.made = map[string]trace{}
	}
	t.seen = now
	m.made[t.sid] = t
}

// glimpse notes the statements of others in a read after our last write that are
// neither in that write nor in what was read for it.
func (m *memory) glimpse(doc *policy.Document) {
	if m.written == nil {
		return
	}
	for _, s := range doc.Statements() {
		if _, ours := m.made[s.Sid()]; !ours && !has(m.written, s) {
			m.glimpsed = append(m.glimpsed, s)
		}
	}
}

// vanished returns statements of others that a read after our last write showed,
// without our changes, and that are gone in a read which shows our changes. Either
// that write overwrote them, or their owner removed them just before it and the
// read was an old answer: which of the two cannot be told, so they are not put
// back. It might give access that somebody has just taken away.
func (m *memory) vanished(doc *policy.Document, batch []*pending) []*policy.Statement {
	glimpsed := m.glimpsed
	m.glimpsed = nil
	if m.lost(doc, batch) {
		return nil
	}
	return slices.DeleteFunc(glimpsed, func(s *policy.Statement) bool {
		return has(doc, s) || slices.ContainsFunc(batch, func(c *pending) bool { return c.trace.sid == s.Sid() })
	})
}

// amends returns changes that make statements of this process stand again, which
// were seen standing a short while ago and are gone. Nobody waits for them. One
// that was removed and stands again is left: it may be somebody's who wants it.
func (m *memory) amends(doc *policy.Document, now time.Time) (again []*pending) {
	maps.DeleteFunc(m.made, func(_ string, t trace) bool { return now.Sub(t.seen) > freshness })
	for _, sid := range slices.Sorted(maps.Keys(m.made)) {
		if t := m.made[sid]; t.after != nil && t.lost(doc) {
			again = append(again, &pending{ctx: context.Background(), edit: t.again, trace: t, done: make(chan error, 1), writes: 1})
		}
	}
	return again
}

// has reports whether a statement of the same meaning stands in a document.
func has(doc *policy.Document, s *policy.Statement) bool {
	return slices.ContainsFunc(doc.Statements(), func(other *policy.Statement) bool { return other.Canonical() == s.Canonical() })
}
