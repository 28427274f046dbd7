// Package policy reads, compares, edits and prints IAM policy documents. It is
// pure: no Terraform, no AWS calls. What it does not understand it keeps: every
// statement that is not replaced goes back as it came.
package policy

// A Document is one policy document. It is immutable: edits return a new one.
type Document struct{}

// New returns a document without statements, Version 2012-10-17.
func New() *Document { panic("todo") }

// Parse reads a policy document. Statement may be one object or a list; elements
// that are not known are kept. Errors are of type *Error. Text that is not a
// JSON object, duplicate keys and a Statement of another type are errors.
func Parse(text string) (*Document, error) { panic("todo") }

// Statements returns the statements in the document's order.
func (d *Document) Statements() []*Statement { panic("todo") }

// Find returns the statements whose Sid is sid: ECR does not refuse duplicates.
func (d *Document) Find(sid string) []*Statement { panic("todo") }

// Put returns the document with s in the place of the statement that has its
// Sid, or appended when none has. All else is kept as it came.
func (d *Document) Put(s *Statement) *Document { panic("todo") }

// Remove returns the document without the statements whose Sid is sid.
func (d *Document) Remove(sid string) *Document { panic("todo") }

// String prints the document as compact JSON; untouched statements keep their
// bytes except for insignificant white space.
func (d *Document) String() string { panic("todo") }

// Canonical returns a text that is equal for documents that mean the same: see
// Statement.Canonical. A missing Version equals 2008-10-17, statement order does not count.
func (d *Document) Canonical() string { panic("todo") }

// A Statement is one statement of a policy document.
type Statement struct{}

// ParseStatement reads one statement: a JSON object. Errors are of type *Error.
func ParseStatement(text string) (*Statement, error) { panic("todo") }

// Sid returns the statement's Sid, or "" when it has none.
func (s *Statement) Sid() string { panic("todo") }

// String prints the statement as compact JSON.
func (s *Statement) String() string { panic("todo") }

// Canonical returns a text that is equal for statements that mean the same to
// AWS: account ID and root ARN, order and repetition in lists, scalar and
// one-element list, case of actions and of condition keys, "*" and {"AWS":"*"}.
func (s *Statement) Canonical() string { panic("todo") }

// Typed views for those who take a statement apart. Each returns nil when the
// statement lacks the element. Lists are as written, scalars as one-element lists.

// Effect returns "Allow", "Deny" or whatever is written.
func (s *Statement) Effect() string { panic("todo") }

// Principals returns the values by principal type ("AWS", "Service", "Federated",
// "CanonicalUser"); Principal "*" is {"AWS": ["*"]}.
func (s *Statement) Principals() map[string][]string { panic("todo") }

// Actions returns the values of Action.
func (s *Statement) Actions() []string { panic("todo") }

// Resources returns the values of Resource.
func (s *Statement) Resources() []string { panic("todo") }

// Conditions returns the conditions in canonical order.
func (s *Statement) Conditions() []Condition { panic("todo") }

// Elements returns the names of all elements, as written, in order.
func (s *Statement) Elements() []string { panic("todo") }

// A Condition is one operator and key of a Condition element with its values.
type Condition struct {
	Test     string   // operator, as in "StringEquals" or "ForAnyValue:StringLike"
	Variable string   // condition key, as in "aws:PrincipalOrgID"
	Values   []string // at least one
}

// A StatementSpec says what NewStatement writes.
type StatementSpec struct {
	Sid        string
	Effect     string              // "Allow" when empty
	Principals map[string][]string // nil writes no Principal; {"AWS": ["*"]} is written as "*"
	Actions    []string
	Resources  []string // nil writes no Resource
	Conditions []Condition
}

// NewStatement builds a statement in one deterministic form: elements in AWS's
// order (Sid, Effect, Principal, Action, Resource, Condition), lists sorted and
// without repetitions, one-element lists as scalars.
func NewStatement(spec StatementSpec) *Statement { panic("todo") }

// NewDocument builds a document (Version 2012-10-17) of the given statements.
func NewDocument(statements ...*Statement) *Document { panic("todo") }

// An Error says where a document is not a policy.
type Error struct {
	Statement int    // index from 0, or -1 when the fault is outside the statements
	Sid       string // of that statement, when it has one
	Element   string // as in "Principal" or "Condition.StringEquals"; may be empty
	Offset    int    // byte offset in the text, from 0
	Line      int    // from 1
	Problem   string // what is wrong, in plain words
}

func (e *Error) Error() string { panic("todo") }
