// SPDX-License-Identifier: MPL-2.0

// Package policy reads, compares, edits and prints IAM policy documents. It is pure: no
// Terraform, no AWS calls. It preserves everything that it does not know: every statement
// that is not replaced is printed unchanged.
package policy

import (
	"maps"
	"slices"
	"strings"
)

// The versions of the policy language. A document without Version has Version2008.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const (
	Version2012 = "2012-10-17"
	Version2008 = "2008-10-17"
)

// A Document is one policy document. It is immutable: edits return a new one.
type Document struct {
	source     string
	members    []member // of the top level, in order; the value of Statement is in statements
	statements []*Statement
	single     bool // Statement was written as one object
}

// New returns a document without statements, Version 2012-10-17.
func New() *Document { return NewDocument() }

const withoutStatements = `{"Version":"` + Version2012 + `","Statement":[]}`

var rootWithoutStatements, _ = parseJSON(withoutStatements)

// NewDocument builds a document (Version 2012-10-17) of the given statements.
func NewDocument(statements ...*Statement) *Document {
	d := &Document{source: withoutStatements, members: rootWithoutStatements.members}
	for i, s := range statements {
		d.statements = append(d.statements, s.at(i))
	}
	return d
}

// Parse reads a policy document. Statement may be one object or a list. Unknown elements
// are kept. Errors are of type *Error. Text that is not a JSON object, duplicate keys and
// a Statement of another type are errors. Faults finds everything else in the form of the
// document that AWS would reject.
func Parse(text string) (*Document, error) {
	root, syntax := parseJSON(text)
	if syntax != nil {
		return nil, documentError(text, root, syntax)
	}
	fail := func(n node, problem string, path ...step) (*Document, error) {
		return nil, documentError(text, root, &syntaxError{offset: n.start, path: path, problem: problem})
	}
	if root.kind != objectKind {
		return fail(root, "a policy document must be a JSON object, not "+string(root.kind))
	}
	d := &Document{source: text, members: root.members}
	statement, found := root.member("Statement")
	if !found {
		return d, nil
	}
	step0 := step{name: "Statement", index: -1}
	switch statement.kind {
	case objectKind:
		d.single = true
		d.statements = []*Statement{newStatement(text, statement, 0, lineAt(text, statement.start))}
	case listKind:
		line, counted := 1, 0
		for i, n := range statement.items {
			if n.kind != objectKind {
				return fail(n, "a statement must be a JSON object, not "+string(n.kind), step0, step{index: i})
			}
			line += strings.Count(text[counted:n.start], "\n")
			counted = n.start
			d.statements = append(d.statements, newStatement(text, n, i, line))
		}
	default:
		e := documentError(text, root, &syntaxError{offset: statement.start, problem: "Statement must be an object or a list of objects, not " + string(statement.kind)})
		e.Element = "Statement"
		return nil, e
	}
	return d, nil
}

// Version returns the document's Version, or Version2008 if it has none.
func (d *Document) Version() string {
	for _, m := range d.members {
		if m.name == "Version" {
			return m.value.text
		}
	}
	return Version2008
}

// Empty reports whether the document has no statements. It may have unknown elements.
func (d *Document) Empty() bool { return len(d.statements) == 0 }

// UnknownElements returns the names of all elements of the document beside Version, Id and
// Statement, such as "statement".
func (d *Document) UnknownElements() (names []string) {
	for _, m := range d.members {
		if !slices.Contains([]string{"Version", "Id", "Statement"}, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}

// Statements returns the statements in the document's order.
func (d *Document) Statements() []*Statement { return slices.Clone(d.statements) }

// Find returns the statements whose Sid is sid. There may be several: ECR accepts
// duplicate Sids. An empty sid finds nothing, because it does not identify a statement.
func (d *Document) Find(sid string) []*Statement {
	var found []*Statement
	for _, s := range d.statements {
		if sid != "" && s.Sid() == sid {
			found = append(found, s)
		}
	}
	return found
}

// Put returns the document in which s replaces the first statement with its Sid. If there
// is none, or if s has no Sid, s is appended. Everything else is unchanged.
func (d *Document) Put(s *Statement) *Document {
	edited := *d
	edited.statements = slices.Clone(d.statements)
	if found := d.Find(s.Sid()); len(found) > 0 {
		i := slices.Index(edited.statements, found[0])
		edited.statements[i] = s.at(i)
		return &edited
	}
	return d.Add(s)
}

// Add returns the document with s after its statements, whatever their Sids.
func (d *Document) Add(s *Statement) *Document {
	edited := *d
	edited.statements = append(slices.Clone(d.statements), s.at(len(d.statements)))
	return &edited
}

// Remove returns the document without the statements whose Sid is sid. An empty sid
// removes nothing. If no statement is left, Statement is an empty list.
func (d *Document) Remove(sid string) *Document {
	edited := *d
	edited.statements = slices.DeleteFunc(slices.Clone(d.statements), func(s *Statement) bool {
		return sid != "" && s.Sid() == sid
	})
	return &edited
}

// Overlay returns the document with all changes of next, by Sid: like Put for a statement
// and like Remove for nil. Statements with a new Sid are appended in the order of their
// Sids. An empty Sid is ignored.
func (d *Document) Overlay(next map[string]*Statement) *Document {
	edited := *d
	edited.statements = make([]*Statement, 0, len(d.statements)+len(next))
	placed := map[string]bool{"": true}
	for _, s := range d.statements {
		sid := s.Sid()
		over, found := next[sid]
		switch {
		case sid == "" || !found:
		case over == nil:
			continue
		case !placed[sid]:
			s = over
			placed[sid] = true
		}
		edited.statements = append(edited.statements, s.at(len(edited.statements)))
	}
	for _, sid := range slices.Sorted(maps.Keys(next)) {
		if s := next[sid]; s != nil && !placed[sid] {
			edited.statements = append(edited.statements, s.at(len(edited.statements)))
		}
	}
	return &edited
}

// String prints the document as compact JSON. Unchanged statements keep their bytes,
// except for insignificant white space.
func (d *Document) String() string {
	var members []string
	statements := false
	for _, m := range d.members {
		if m.name == "Statement" {
			statements = true
			members = append(members, `"Statement":`+d.printStatements())
			continue
		}
		members = append(members, compact(d.source[m.start:m.value.end]))
	}
	if !statements && len(d.statements) > 0 {
		members = append(members, `"Statement":`+d.printStatements())
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (d *Document) printStatements() string {
	texts := make([]string, len(d.statements))
	for i, s := range d.statements {
		texts[i] = s.String()
	}
	if d.single && len(texts) == 1 {
		return texts[0]
	}
	return "[" + strings.Join(texts, ",") + "]"
}

// Canonical returns a text that is equal for documents with the same meaning: see
// Statement.Canonical. A missing Version equals 2008-10-17. The order of statements does
// not count, but repeated statements do.
func (d *Document) Canonical() string {
	statements := make([]string, len(d.statements))
	for i, s := range d.statements {
		statements[i] = s.Canonical()
	}
	slices.Sort(statements)
	elements := map[string]string{"Version": quote(Version2008)}
	for _, m := range d.members {
		if m.name != "Statement" {
			elements[m.name] = canonicalJSON(m.value)
		}
	}
	elements["Statement"] = "[" + strings.Join(statements, ",") + "]"
	return joinObject(elements)
}

// Stable returns the document as compact JSON, with the strings of each list in a statement
// in order: AWS returns them in another order from one read to the next. Nothing else
// changes.
func (d *Document) Stable() string {
	stable := *d
	stable.statements = make([]*Statement, len(d.statements))
	for i, s := range d.statements {
		text := stableJSON(s.source, s.node)
		root, _ := parseJSON(text) // what it prints is JSON
		stable.statements[i] = newStatement(text, root, i, 1)
	}
	return stable.String()
}
