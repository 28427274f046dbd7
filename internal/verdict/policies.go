// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Policy is one policy document, parsed.
type Policy struct {
	Type    authz.PolicyType
	Name    string // in reports, as in "inline policy app"
	Key     string // of an identity policy: its ARN or name
	Unknown bool   // there may be one that is not known, and the Document is empty
	At      At     // the argument that it is from
	stored  bool   // it was read from AWS, and so AWS accepted it
	*policy.Document
	statements []*policy.Statement // of the Document
	source     *source             // that the Document was read from; nil where planned statements are in it
}

// set sets the document.
func (p *Policy) set(doc *policy.Document, source *source) {
	p.Document, p.statements, p.source = doc, doc.Statements(), source
}

// compile prepares the document for the engine.
func (p *Policy) compile() *authz.Policy {
	c := compilation{p.Name, p.stored}
	if p.source == nil {
		return compile(p.Document, c)
	}
	return p.source.as(c)
}

// IsManagedPolicy reports whether the Key of an identity policy is that of a managed
// policy, its ARN, as against the name of an inline policy, which has no colon.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func IsManagedPolicy(key string) bool { return strings.HasPrefix(key, "arn:") }

// A PlannedStatement is a statement that a plan puts into the repository policy or the
// registry policy.
type PlannedStatement struct {
	Type authz.PolicyType
	At   At
	*policy.Statement
}

// A Statement is one statement of a policy.
type Statement struct {
	Type    authz.PolicyType
	Policy  string // the policy's Name
	Version string // of its document, which decides whether it has policy variables
	At      At     // the argument that it is from
	*policy.Statement
	stored bool // in a document that was read from AWS
}

// Ref returns the reference by which the engine points at the statement.
func (s *Statement) Ref() authz.StatementRef {
	return authz.StatementRef{PolicyType: s.Type, Policy: s.Policy, Sid: s.Sid(), Index: s.Index(), Line: s.Line(), Effect: s.Effect()}
}

// Edited returns the statement alone, with some elements set to other JSON values or,
// by an empty one, removed. Its document has the same Version, so that policy
// variables stay what they are.
func (s *Statement) Edited(elements map[string]string) *authz.Policy {
	edited := map[string]json.RawMessage{}
	_ = json.Unmarshal([]byte(s.String()), &edited) // a statement is an object
	for name, value := range elements {
		if value == "" {
			delete(edited, name)
		} else {
			edited[name] = json.RawMessage(value)
		}
	}
	text, _ := json.Marshal(map[string]any{"Version": s.Version, "Statement": edited})
	doc, err := policy.Parse(string(text)) // no text is none
	if err != nil {
		return authz.Unreadable("", err)
	}
	return compile(doc, compilation{stored: s.stored})
}

// policies are the parsed policies, one list for each level; types other than the
// control policies have one level.
type policies map[authz.PolicyType][][]Policy

// flat returns the policies of all levels.
func flat(levels [][]Policy) []Policy {
	if len(levels) == 1 {
		return levels[0]
	}
	return slices.Concat(levels...)
}
