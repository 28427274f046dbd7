// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Compile prepares a document for evaluation. A document that the engine cannot
// evaluate faithfully compiles too: the statements it does not understand
// evaluate to "unknown". Faults says which they are.
func Compile(name string, doc *policy.Document) *Policy {
	p := &Policy{Name: name}
	variables := doc.Version() == policy.Version2012
	var ofDocument []Problem
	form := doc.Faults() // first those of the document, then those of each statement
	faults := form
	p.faults = slices.Clone(form)
	for len(faults) > 0 && faults[0].Statement < 0 {
		ofDocument = append(ofDocument, problemOf(faults[0]))
		faults = faults[1:]
	}
	statements := doc.Statements()
	p.statements = make([]statement, 0, len(statements))
	for i, s := range statements {
		own := 0
		for own < len(faults) && faults[own].Statement == i {
			own++
		}
		compiled, found := compileStatement(s, variables, faults[:own])
		faults = faults[own:]
		compiled.ref.Policy = name
		compiled.opaque = compiled.opaque || len(ofDocument) > 0
		compiled.ofDocument = ofDocument
		p.statements = append(p.statements, compiled)
		p.faults = append(p.faults, found...)
		if len(p.faults) >= policy.MaxFaults {
			return p.withoutStatements()
		}
	}
	if len(ofDocument) > 0 && doc.Empty() {
		p.statements = []statement{anything(name, ofDocument)} // a misspelt Statement, for example
	}
	slices.SortStableFunc(p.faults, compareOffsets)
	p.refusals = p.findRefusals(doc, form)
	for _, t := range policyTypes {
		if len(p.refusalsAs(t)) > 0 {
			p.refusable |= t.set()
		}
	}
	p.index()
	return p
}

// Unreadable returns a policy whose document could not be read: it may allow
// or deny anything. The error is what policy.Parse returned.
func Unreadable(name string, err error) *Policy {
	p := &Policy{Name: name, statements: []statement{anything(name, []Problem{{Text: err.Error()}})}}
	if fault, ok := errors.AsType[*policy.Error](err); ok {
		p.faults = []*policy.Error{fault}
	}
	p.index()
	return p
}

func compareOffsets(a, b *policy.Error) int { return a.Offset - b.Offset }

// anything is a statement that may allow or deny any request.
func anything(name string, ofDocument []Problem) statement {
	return statement{
		ref: StatementRef{Policy: name, Line: 1}, effect: eitherEffect, broken: true, opaque: true, ofDocument: ofDocument,
	}
}

// withoutStatements returns the policy of a document with so many faults that more are not
// looked for. It may allow or deny anything.
func (p *Policy) withoutStatements() *Policy {
	slices.SortStableFunc(p.faults, compareOffsets)
	p.faults = p.faults[:policy.MaxFaults]
	var problems []Problem
	for _, fault := range first(p.faults) {
		problems = append(problems, problemAt(fault))
	}
	problems = append(problems, Problem{Text: "it has " + strconv.Itoa(policy.MaxFaults) + " mistakes or more, so none of its statements is evaluated"})
	p.statements = []statement{anything(p.Name, problems)}
	p.index()
	return p
}

// compileStatement compiles a statement that has faults in its form, and returns those
// that it finds in its values, up to policy.MaxFaults.
func compileStatement(s *policy.Statement, variables bool, faults []*policy.Error) (c statement, found []*policy.Error) {
	c = statement{
		ref:       StatementRef{Sid: s.Sid(), Index: s.Index(), Line: s.Line(), Effect: s.Effect()},
		effect:    compileEffect(s.Effect()),
		notAction: s.Has("NotAction"),
		hasRes:    s.Has("Resource") || s.Has("NotResource"),
		notRes:    s.Has("NotResource"),
	}
	fault := func(problem string, item int, path ...string) {
		if len(found) < policy.MaxFaults {
			found = append(found, s.ErrorAtItem(problem, item, path...))
		}
	}
	if s.Has("Principal") || s.Has("NotPrincipal") {
		c.compilePrincipals(s, fault)
	}
	c.compileActions("Action", s.Actions(), fault)
	c.compileActions("NotAction", s.NotActions(), fault)
	c.compileResources("Resource", s.Resources(), variables, fault)
	c.compileResources("NotResource", s.NotResources(), variables, fault)
	for _, condition := range s.Conditions() {
		c.compileCondition(condition, variables, fault)
	}
	c.noRes = s.Resources() != nil && len(c.resources) == 0
	c.opaque = s.Actions() == nil && len(s.NotActions()) == 0
	for _, name := range []string{"Principal", "Action", "Resource"} {
		c.opaque = c.opaque || s.Has(name) && s.Has("Not"+name)
	}
	for _, f := range faults {
		if strings.HasPrefix(f.Element, "Condition") {
			c.setConditionProblem(f.Problem)
		}
	}
	c.faults = slices.Concat(faults, found)
	c.broken = len(c.faults) > 0
	return c, found
}

// setConditionProblem makes every condition one that may be met and may not be.
func (s *statement) setConditionProblem(problem string) {
	for i := range s.conditions {
		s.conditions[i].problem = problem
	}
}

func compileEffect(text string) effect {
	switch text {
	case "Allow":
		return allow
	case "Deny":
		return deny
	default:
		return eitherEffect
	}
}

// A reportFault takes what is wrong with a value, its number in its element, and the
// path to the element.
type reportFault func(problem string, item int, path ...string)

func (s *statement) compilePrincipals(written *policy.Statement, fault reportFault) {
	negated := written.Has("NotPrincipal")
	values := written.Principals()
	if negated {
		values = written.NotPrincipals()
	}
	s.principals = compilePrincipals(values, negated)
	s.principals.denies = s.effect == deny
	if values == nil {
		s.principals.foreign = true // not readable: it may name anyone
	}
	for i := range s.principals.values {
		if v := &s.principals.values[i]; v.problem() != "" {
			fault(v.problem(), i, s.element("Principal"), "AWS")
		}
	}
	if negated && s.effect == allow {
		fault(`AWS does not support NotPrincipal with "Effect": "Allow"`, 0, "NotPrincipal")
	}
}

func (s *statement) compileActions(element string, texts []string, fault reportFault) {
	for i, text := range texts {
		v := actionValue{text: text, lowered: pattern.Lower(text)}
		if strings.ContainsAny(text, "*?") {
			v.pattern = pattern.Like(v.lowered)
		}
		s.actions = append(s.actions, v)
		service, _, named := strings.Cut(text, ":")
		switch {
		case v.pattern.MatchesAll():
		case !named:
			fault("an action is written SERVICE:NAME, as in ecr:BatchGetImage, not "+text, i, element)
		case strings.ContainsAny(service, "*?"):
			fault("the service in an action cannot have wildcards, as in "+text, i, element)
		}
	}
}

func (s *statement) compileResources(element string, texts []string, variables bool, fault reportFault) {
	for i, text := range texts {
		v := compileResource(text, s.notRes, variables)
		s.resources = append(s.resources, v)
		if v.problem != "" {
			fault(v.problem+": "+printed.Value(v.text), i, element)
		}
	}
}

func (s *statement) compileCondition(written policy.Condition, variables bool, fault reportFault) {
	condition := compileCondition(written, variables)
	s.conditions = append(s.conditions, condition)
	if condition.problem != "" {
		fault(condition.problem, 0, "Condition", written.Test)
	}
	for i := range condition.values {
		if v := &condition.values[i]; v.problem != "" {
			fault(v.problem+", not "+printed.Value(v.text), i, "Condition", written.Test, written.Variable)
		}
	}
}
