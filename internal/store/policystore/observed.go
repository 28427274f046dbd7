// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// How often a read that may be stale is repeated before it is believed.
const (
	rereadsOfMissing     = 1 // a change is missing, or a statement was changed since the plan
	rereadsOfOverwritten = 2 // a verified change is missing
	rereadsOfNone        = 2 // no policy, and nothing is known about it
	rereadsOfOlder       = 4 // an older document; takes about ten seconds
	rereadsOfLost        = 4 // a statement of another writer is missing; takes as long
)

// maxDocuments bounds how many documents are remembered.
const maxDocuments = 16

// restorePeriod is how long a verified change is restored if it is overwritten. After
// it, whoever undoes the change is assumed to want that.
const restorePeriod = 30 * time.Second

// observed is what this process knows about the policy of one repository from its own
// reads and writes. ECR does not promise that a read shows the last write, and has no
// versions by which a stale read could be recognized.
type observed struct {
	documents []string            // canonical, in the order in which they were observed
	last      *policy.Document    // the last one, as it was read or written
	written   *policy.Document    // the last that was sent
	verified  map[string]effect   // by Sid: changes that were verified a short while ago
	planned   []string            // fingerprints of what the plan has seen, until a read is believed
	settled   map[string]bool     // Sids, or fingerprints without Sid, that planned may not have again
	rereads   int                 // consecutive reads that may have been stale
	foreign   []*policy.Statement // of other writers, see noteForeign
}

// needsReread reports whether a read must be repeated before anything is written on the
// basis of it: it shows a document from before our last write, or it lacks a statement
// that was planned, observed or sent. Either the read is stale, or another writer is
// active.
func (o *observed) needsReread(doc *policy.Document, batch []*pending) bool {
	limit := 0
	switch {
	case o.isOlder(doc):
		limit = rereadsOfOlder
	case len(o.lost(doc, batch)) > 0:
		limit = rereadsOfLost
		o.noteForeign(doc)
	case o.lacksVerified(doc):
		limit = rereadsOfOverwritten
		o.noteForeign(doc)
	case o.lacksChange(doc, batch):
		limit = rereadsOfMissing
		o.noteForeign(doc)
	case o.changed(doc):
		limit = rereadsOfMissing
	case o.isNew(doc):
		limit = rereadsOfNone
	}
	if o.rereads >= limit {
		o.rereads = 0
		return false
	}
	o.rereads++
	return true
}

// disturbed reports whether a document shows that another writer is active, or may be
// stale: it is not as this process has last seen it, or not as the plan has.
func (o *observed) disturbed(doc *policy.Document, batch []*pending) bool {
	return o.last != nil && o.last.Canonical() != doc.Canonical() || o.changed(doc) || len(o.lost(doc, batch)) > 0
}

// isNew reports whether a document is empty, and nothing is known about the policy.
func (o *observed) isNew(doc *policy.Document) bool {
	return o.last == nil && len(o.planned) == 0 && doc.Empty()
}

// isOlder reports whether a document was observed before the last one.
func (o *observed) isOlder(doc *policy.Document) bool {
	at := slices.Index(o.documents, doc.Canonical())
	return at >= 0 && at < len(o.documents)-1
}

// lacksVerified reports whether a document lacks a verified change.
func (o *observed) lacksVerified(doc *policy.Document) bool {
	for _, e := range o.verified {
		if e.missingFrom(doc) {
			return true
		}
	}
	return false
}

// lacksChange reports whether a document lacks a change that was verified or sent.
func (o *observed) lacksChange(doc *policy.Document, batch []*pending) bool {
	return o.lacksVerified(doc) || slices.ContainsFunc(batch, func(c *pending) bool { return c.sent() > 0 && c.effect.missingFrom(doc) })
}

// expect notes what the plan has seen, once for each Sid: later, this process knows better.
func (o *observed) expect(fingerprints []string) {
	for _, f := range fingerprints {
		if name := cmp.Or(sidOf(f), f); !o.settled[name] {
			o.settle(name)
			o.planned = append(o.planned, f)
		}
	}
}

func (o *observed) settle(name string) {
	if o.settled == nil {
		o.settled = map[string]bool{}
	}
	o.settled[name] = true
}

// lost returns the Sids of the statements that the plan or the last read showed and that
// are missing in a document, if a write on the basis of it may follow. Else they were
// deleted after our write, and this is no loss. A changed statement is not missing. What
// this process has written is not among them: see lacksChange.
func (o *observed) lost(doc *policy.Document, batch []*pending) (sids []string) {
	unsent := func(c *pending) bool { return c.sent() == 0 }
	if !slices.ContainsFunc(batch, unsent) && !o.lacksChange(doc, batch) {
		return nil
	}
	expected := o.planned
	if o.last != nil {
		expected = slices.Concat(expected, fingerprints(o.last))
	}
	present := fingerprints(doc)
	for _, f := range expected {
		sid := sidOf(f)
		ours := slices.ContainsFunc(batch, func(c *pending) bool { return c.sent() > 0 && c.effect.sid == sid })
		if _, verified := o.verified[sid]; ours || verified || len(doc.Find(sid)) > 0 || slices.Contains(present, f) {
			continue
		}
		sids = append(sids, sid)
	}
	slices.Sort(sids)
	return slices.Compact(sids)
}

// changed reports whether a document has a statement with another meaning than in the
// plan. Its owner may have changed it since, or the read shows how it was before.
func (o *observed) changed(doc *policy.Document) bool {
	present := fingerprints(doc)
	return slices.ContainsFunc(o.planned, func(f string) bool { return len(doc.Find(sidOf(f))) > 0 && !slices.Contains(present, f) })
}

// observe notes a document that was read, or written with success.
func (o *observed) observe(doc *policy.Document) {
	form := doc.Canonical()
	o.last, o.planned = doc, nil
	o.documents = slices.DeleteFunc(o.documents, func(d string) bool { return d == form })
	o.documents = append(o.documents, form)
	if len(o.documents) > maxDocuments {
		o.documents = o.documents[1:]
	}
}

// remember notes a verified change.
func (o *observed) remember(e effect, now time.Time) {
	if o.verified == nil {
		o.verified = map[string]effect{}
	}
	e.at = now
	o.verified[e.sid] = e
}

// noteForeign notes the statements of other writers in a read after our last write that
// are neither in that write nor in the read before it.
func (o *observed) noteForeign(doc *policy.Document) {
	if o.written == nil {
		return
	}
	for _, s := range doc.Statements() {
		if _, ours := o.verified[s.Sid()]; !ours && !has(o.written, s) {
			o.foreign = append(o.foreign, s)
		}
	}
}

// disappeared returns statements of other writers that a read after our last write
// showed, without our changes, and that are missing in a read that shows our changes.
// Either our write overwrote them, or their owner deleted them just before it and the
// first read was stale. The two cases look the same, so the statements are not restored:
// that could return access that somebody has just removed.
func (o *observed) disappeared(doc *policy.Document, batch []*pending) []*policy.Statement {
	foreign := o.foreign
	o.foreign = nil
	if o.lacksChange(doc, batch) {
		return nil
	}
	return slices.DeleteFunc(foreign, func(s *policy.Statement) bool {
		return has(doc, s) || slices.ContainsFunc(batch, func(c *pending) bool { return c.effect.sid == s.Sid() })
	})
}

// restorations returns changes that write statements of this process again that were
// verified a short while ago and are missing. Nobody waits for them. A statement that
// this process deleted and that exists again is kept: somebody may want it. One that the
// policy cannot have any more is not restored.
func (o *observed) restorations(repo awsname.Repository, doc *policy.Document, now time.Time) (again []*pending) {
	maps.DeleteFunc(o.verified, func(_ string, e effect) bool { return now.Sub(e.at) > restorePeriod })
	for _, sid := range slices.Sorted(maps.Keys(o.verified)) {
		e := o.verified[sid]
		if e.after == nil || !e.missingFrom(doc) {
			continue
		}
		edit := func(doc *policy.Document, _ bool) (*policy.Document, error) { return e.redo(repo, doc) }
		if _, err := edit(doc, true); err == nil {
			again = append(again, &pending{ctx: context.Background(), edit: edit, effect: e, done: make(chan error, 1), writes: 1})
		}
	}
	return again
}

// has reports whether a document has a statement with the same meaning.
func has(doc *policy.Document, s *policy.Statement) bool {
	return slices.ContainsFunc(doc.Statements(), func(other *policy.Statement) bool { return other.Canonical() == s.Canonical() })
}
