// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Policy is one compiled, named policy document.
type Policy struct {
	Name       string // shown in explanations, as in "inline policy ecrxa-pull"
	statements []statement
	faults     []*policy.Error
	refusals   refusals
	refusable  typeSet // the types as which AWS may refuse the document
	// stored: AWS has the document, and so accepted all of it.
	stored bool
	// The statements by the actions they name, in lower case; those whose actions
	// have wildcards or are not to be relied on may cover any.
	named map[string][]*statement
	wild  []*statement
}

// A refusals says why AWS may refuse a document. It accepts all of a document or nothing,
// so in one that it may refuse no statement is certain.
type refusals struct {
	form       []*policy.Error // what no service accepts
	values     []*policy.Error // what IAM and Organizations do not accept
	ids        []*policy.Error // Id and Sids that IAM does not accept
	allows     []*policy.Error // what Organizations does not accept in an RCP
	incomplete []*policy.Error // ARNs with fewer than six fields
	misplaced  [grammars][]*policy.Error
}

// Faults returns what AWS would refuse in the document, in its order. Each names
// the document as the policy is named.
func (p *Policy) Faults() []*policy.Error { return p.withName(p.faults) }

// IDFaults returns what IAM would refuse in the Id and the Sids of the document; other
// services have other rules. Each names the document as the policy is named.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_id.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func (p *Policy) IDFaults() []*policy.Error { return p.withName(p.refusals.ids) }

// withName returns faults that name the document as the policy is named.
func (p *Policy) withName(faults []*policy.Error) []*policy.Error {
	var all []*policy.Error
	for _, fault := range faults {
		named := *fault // which the document shares
		named.Document = p.Name
		all = append(all, &named)
	}
	return all
}

// Stored returns the policy as one that was read from AWS, which has accepted it: of a statement
// that the engine does not understand, only the effect is unknown.
func (p *Policy) Stored() *Policy {
	stored := *p
	stored.stored, stored.refusable = true, 0
	return &stored
}

// Without returns the policy without some of its statements. The others keep their indexes.
func (p *Policy) Without(isRemoved func(index int) bool) *Policy {
	rest := *p
	rest.statements = slices.DeleteFunc(slices.Clone(p.statements), func(s statement) bool { return isRemoved(s.ref.Index) })
	rest.wild = nil
	rest.index()
	return &rest
}

// index sorts the statements by action, so that an evaluation looks only at
// those that may cover its own.
func (p *Policy) index() {
	p.named = map[string][]*statement{}
	for i := range p.statements {
		s := &p.statements[i]
		if s.coversUnnamed() {
			p.wild = append(p.wild, s)
			continue
		}
		for _, a := range s.actions {
			if others := p.named[a.lowered]; len(others) == 0 || others[len(others)-1] != s {
				p.named[a.lowered] = append(others, s)
			}
		}
	}
}

// firstOf takes the statement that comes first in the document from two lists,
// of which one at least is not empty.
func firstOf(a, b *[]*statement) *statement {
	if len(*a) == 0 || len(*b) > 0 && (*b)[0].ref.Index < (*a)[0].ref.Index {
		a = b
	}
	s := (*a)[0]
	*a = (*a)[1:]
	return s
}
