// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// An Error is a fault in a policy document, with its position.
type Error struct {
	Document  string // name of the document, set by the caller; may be empty
	Statement int    // index from 0, or -1 if the fault is outside the statements
	Sid       string // of that statement; may be empty
	Element   string // as in "Principal" or "Condition.StringEquals"; may be empty
	Offset    int    // byte offset in the text, from 0
	Line      int    // from 1
	Problem   string // the problem, as a phrase without a full stop
	// Unknown: the element is none that AWS documents. AWS may know more than this
	// provider.
	Unknown bool
	// Meant is the element that the unknown one probably stands for, such as "Effect" for
	// "effect"; "" if there is none.
	Meant string
}

// Error returns the position and the problem.
func (e *Error) Error() string {
	var where []string
	if e.Document != "" {
		where = append(where, printed.Quoted(e.Document))
	}
	switch {
	case e.Sid != "":
		where = append(where, fmt.Sprintf("statement %d (Sid %s)", e.Statement, printed.Quoted(e.Sid)))
	case e.Statement >= 0:
		where = append(where, fmt.Sprintf("statement %d", e.Statement))
	}
	if e.Element != "" {
		where = append(where, printed.Value(e.Element))
	}
	where = append(where, fmt.Sprintf("line %d (byte %d)", e.Line, e.Offset))
	return strings.Join(where, ", ") + ": " + e.Problem
}

// lineAt returns the line of a byte offset, from 1.
func lineAt(source string, offset int) int {
	return 1 + strings.Count(source[:offset], "\n")
}

// documentError returns the Error of a syntax error in a document. The root is the part
// that was read; it may be empty.
func documentError(source string, root node, err *syntaxError) *Error {
	e := &Error{Statement: -1, Offset: err.offset, Line: lineAt(source, err.offset), Problem: err.problem}
	path := err.path
	if len(path) > 0 && path[0].name == "Statement" {
		statement, _ := root.member("Statement")
		path, e.Statement = path[1:], 0
		if len(path) > 0 && path[0].index >= 0 {
			e.Statement = path[0].index
			path = path[1:]
			if e.Statement < len(statement.items) {
				statement = statement.items[e.Statement]
			}
		}
		e.Sid = sidOf(statement)
	}
	e.Element = joinPath(path)
	return e
}

// joinPath prints a path, as in "Condition.StringEquals" or "Action[1]".
func joinPath(path []step) string {
	var b strings.Builder
	for _, s := range path {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case b.Len() > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}
