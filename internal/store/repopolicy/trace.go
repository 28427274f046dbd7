package repopolicy

import (
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A trace is what a change did to the statement of its Sid. It tells a read that
// is old, or that somebody has overwritten, from one that shows the change or
// what others have made of it since.
type trace struct {
	sid    string
	after  *policy.Statement // nil when the change removed it
	before []string          // canonical forms that the change replaced or removed
	seen   time.Time         // when it had been seen standing often enough
}

// follow notes what an edit did.
func (t *trace) follow(doc, edited *policy.Document) {
	t.after = nil
	if found := edited.Find(t.sid); len(found) > 0 {
		t.after = found[0]
	}
	for _, s := range doc.Find(t.sid) {
		if form := s.Canonical(); (t.after == nil || form != t.after.Canonical()) && !slices.Contains(t.before, form) {
			t.before = append(t.before, form)
		}
	}
}

// lost reports whether a document is as if the change had not been made.
func (t *trace) lost(doc *policy.Document) bool {
	found := doc.Find(t.sid)
	if len(found) == 0 {
		return t.after != nil
	}
	return slices.Contains(t.before, found[0].Canonical())
}

// again puts the statement back where it was lost.
func (t *trace) again(doc *policy.Document, _ bool) (*policy.Document, error) {
	if !t.lost(doc) {
		return doc, nil
	}
	return doc.Put(t.after), nil
}
