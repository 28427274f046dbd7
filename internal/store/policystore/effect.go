// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Find returns the statement that a key names in a policy of its repository, or nil.
// If several statements have the Sid, the error is a *DuplicateSidError.
func Find(doc *policy.Document, key Key) (*policy.Statement, error) {
	switch found := doc.Find(key.Sid); len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	default:
		return nil, &DuplicateSidError{Key: key, Count: len(found)}
	}
}

// An effect is what a change did to the statement of its Sid. With it, a read that is
// stale, or that shows an overwritten policy, can be distinguished from one that shows
// the change or a later change of another writer.
type effect struct {
	sid    string
	after  *policy.Statement // nil when the change removed it
	before []string          // canonical forms that the change replaced or removed
	at     time.Time         // when it was verified
}

// record notes what an edit did. If the change was sent before, and leaves what it finds with
// the Sid, that may be a statement of another writer.
func (e *effect) record(doc, edited *policy.Document, sent bool) {
	if sent && slices.EqualFunc(doc.Find(e.sid), edited.Find(e.sid), sameMeaning) {
		return
	}
	e.after = first(edited.Find(e.sid))
	for _, s := range doc.Find(e.sid) {
		if form := s.Canonical(); (e.after == nil || form != e.after.Canonical()) && !slices.Contains(e.before, form) {
			e.before = append(e.before, form)
		}
	}
}

// missingFrom reports whether a document is as if the change had not been made.
func (e *effect) missingFrom(doc *policy.Document) bool {
	found := doc.Find(e.sid)
	if len(found) == 0 {
		return e.after != nil
	}
	return slices.Contains(e.before, found[0].Canonical())
}

// redo puts the statement into the policy of repo again if the change was overwritten.
func (e *effect) redo(repo awsname.Repository, doc *policy.Document) (*policy.Document, error) {
	if !e.missingFrom(doc) {
		return doc, nil
	}
	return add(repo, doc, e.after)
}

// add puts a statement into the policy of repo. In an older Version, a policy variable
// would be plain text: the error is then a *VersionError.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func add(repo awsname.Repository, doc *policy.Document, statement *policy.Statement) (*policy.Document, error) {
	if doc.Version() != policy.Version2012 && strings.Contains(statement.String(), "${") {
		return nil, &VersionError{Key: Key{repo, statement.Sid()}, Version: doc.Version()}
	}
	return doc.Put(statement), nil
}

// first returns the first of some statements; nil if there is none.
func first(statements []*policy.Statement) *policy.Statement {
	if len(statements) == 0 {
		return nil
	}
	return statements[0]
}

// sameMeaning reports whether two statements have the same canonical form. Either may be nil for
// none.
func sameMeaning(a, b *policy.Statement) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Canonical() == b.Canonical()
}
