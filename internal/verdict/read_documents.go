// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A reading reads one input and notes what cannot be read.
type reading struct {
	parser *Parser
	*arguments
	faults InputErrors
}

func (r *reading) fault(at At, problem string, err error) {
	r.faults = append(r.faults, &InputError{At: at, Problem: problem, Err: err})
}

// document reads one document; nil where it cannot be read.
func (r *reading) document(d Document) *source {
	if d.Text == "" {
		r.fault(d.At, "is empty; remove it", nil)
		return nil
	}
	read := r.parser.source(d.Text)
	if read.err != nil {
		r.fault(d.At, "is not a policy document"+asJSON(d.Text), read.err)
		return nil
	}
	// AWS accepts no policy without statements, so a misspelt "Statement" would
	// pass for a policy that grants nothing.
	if read.document.Empty() {
		if faults := read.document.Faults(); len(faults) > 0 {
			why := max(0, slices.IndexFunc(faults, func(fault *policy.Error) bool { return fault.Meant == "Statement" }))
			r.fault(d.At, "has no statements", faults[why])
		}
	}
	return read
}

// asJSON says what is expected in place of a text that is no JSON object.
func asJSON(text string) string {
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		return ""
	}
	return ", which is one JSON object, as jsonencode or file returns it"
}

// list reads documents. Those that were read from AWS are placed where the output shows
// them.
func (r *reading) list(t authz.PolicyType, docs []Document, shown func(Document) (name string, at At)) []Policy {
	out := make([]Policy, 0, len(docs))
	for _, d := range docs {
		read := Policy{Type: t, Unknown: d.Text == UnknownText, stored: d.IsStored()}
		name, at := shown(d)
		d.Name, d.At = name, placed(d.At, at)
		read.Name, read.At = d.Name, d.At
		if !read.Unknown {
			if source := r.document(d); source != nil {
				read.set(source.document, source)
				r.documents = append(r.documents, read)
			}
		}
		if read.Document == nil {
			read.Document = policy.New()
		}
		out = append(out, read)
	}
	return out
}

// asGiven shows a document under its own name.
func asGiven(d Document) (name string, at At) { return d.Name, d.At }

func (r *reading) identityPolicies(docs []Document) []Policy {
	out := r.list(authz.IdentityPolicy, docs, func(d Document) (string, At) {
		return identityPolicyName(d.Name), At{Attribute: wording.Of(authz.IdentityPolicy).Argument, Key: d.Name}
	})
	for i := range out {
		out[i].Key = docs[i].Name
	}
	return out
}

// identityPolicyName returns the name of an identity policy in reports.
func identityPolicyName(key string) string {
	if IsManagedPolicy(key) {
		return "managed policy " + key
	}
	return "inline policy " + key
}

func (r *reading) single(t authz.PolicyType, docs Documents) []Policy {
	words := wording.Of(t)
	return r.list(t, docs.List, func(Document) (string, At) { return words.Noun, At{Attribute: words.Argument} })
}

// placed returns the place of a document, or the attribute that shows one that was
// read from AWS.
func placed(at, shown At) At {
	if at.Attribute == "" {
		return shown
	}
	return at
}

// levels reads control policies. Those of one name on several levels are told apart by
// their level.
func (r *reading) levels(t authz.PolicyType, levels [][]Document, at func(level int) At) [][]Policy {
	count := map[string]int{}
	for _, d := range slices.Concat(levels...) {
		count[d.Name]++
	}
	var out [][]Policy
	for n, level := range levels {
		named := slices.Clone(level)
		for i := range named {
			if count[named[i].Name] > 1 {
				named[i].Name = fmt.Sprintf("%s of level %d", cmp.Or(named[i].Name, wording.Of(t).Phrase), n+1)
			}
		}
		out = append(out, r.list(t, named, func(d Document) (string, At) {
			return d.Name, at(n)
		}))
	}
	return out
}

// planRolePolicies has the planned policies replace those of their names: what they
// replace does not count any more, known or not. Others go where reads from AWS will have
// them, in the order of names.
func (r *reading) planRolePolicies(live []Policy) []Policy {
	live = slices.Clone(live)
	r.plannedPolicies = r.identityPolicies(r.in.PlannedRolePolicies)
	for _, plan := range r.plannedPolicies {
		if plan.Key == AnyPolicy { // it may replace each of them
			live = nil
		}
		if i := slices.IndexFunc(live, func(p Policy) bool { return p.Key == plan.Key }); i >= 0 {
			live[i] = plan
			continue
		}
		i := slices.IndexFunc(live, func(p Policy) bool { return p.Key > plan.Key })
		if i < 0 {
			i = len(live)
		}
		live = slices.Insert(live, i, plan)
	}
	return live
}

// misspeltSid returns the fault of a statement whose Sid has another name, such as "sid"; nil if
// it has none.
func misspeltSid(s *policy.Statement) error {
	for _, fault := range s.Faults() {
		if fault.Meant == "Sid" {
			return fault
		}
	}
	return nil
}

// planStatements puts the planned statements into the policy of a type, new ones in the order
// of their Sids.
func (r *reading) planStatements(t authz.PolicyType, live []Policy) []Policy {
	plans, noun := r.in.plannedStatements(t), wording.Of(t).Noun
	if len(plans) == 0 {
		return live
	}
	live = slices.Clone(live)
	for _, plan := range plans {
		if plan.Text == UnknownText { // it may replace each statement
			live = []Policy{{Type: t, Name: noun, Unknown: true, At: plan.At, Document: policy.New()}}
		}
	}
	if len(live) == 0 || live[0].Unknown {
		planned := Policy{Type: t, Name: noun, Document: policy.New()}
		live = append([]Policy{planned}, live...)
	}
	var sorted []PlannedStatement
	first := map[string]At{}
	for _, plan := range plans {
		if plan.Text == UnknownText {
			continue
		}
		statement, err := policy.ParseStatement(plan.Text)
		if err != nil {
			r.fault(plan.At, "is not a policy statement"+asJSON(plan.Text), err)
			continue
		}
		sid := statement.Sid()
		if other, twice := first[sid]; twice {
			r.fault(plan.At, fmt.Sprintf("has the Sid %s of %s: one of them would replace the other", printed.Quoted(sid), other), nil)
		}
		if sid == "" {
			r.fault(plan.At, "has no Sid; the Sid says which statement of the "+noun+" it replaces", misspeltSid(statement))
		}
		first[sid] = plan.At
		sorted = append(sorted, PlannedStatement{t, plan.At, statement})
		r.documents = append(r.documents, Policy{Type: t, At: plan.At, Document: policy.NewDocument(statement)})
	}
	r.planned = append(r.planned, sorted...)
	slices.SortStableFunc(sorted, func(a, b PlannedStatement) int { return strings.Compare(a.Sid(), b.Sid()) })
	for _, plan := range sorted {
		put := live[0].Put
		if SidDenies(live[0].Document, plan.Statement) {
			put = live[0].Add
		}
		live[0].set(put(plan.Statement), nil)
	}
	return live
}

// SidDenies reports whether a planned Allow has the Sid of a statement that is not one: a
// grant does not replace such a statement.
func SidDenies(existing *policy.Document, planned *policy.Statement) bool {
	isNoAllow := func(s *policy.Statement) bool { return s.Effect() != "Allow" }
	return planned.Effect() == "Allow" && slices.ContainsFunc(existing.Find(planned.Sid()), isNoAllow)
}
