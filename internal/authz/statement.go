package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// An effect is what a statement does.
type effect uint8

const (
	allow effect = iota
	deny
	eitherEffect // the statement does not say
)

// A statement is a compiled statement.
type statement struct {
	ref        StatementRef // without the layer
	effect     effect
	principals principals
	actions    []actionValue
	notAction  bool
	resources  []resourceValue
	hasRes     bool // Resource or NotResource is there
	notRes     bool
	conditions []condition
	// broken: the statement has a fault, so that AWS would refuse it. What it says
	// is then no more than a possibility.
	broken   bool
	problems []string // in plain words
	// opaque: nothing of the statement can be relied on.
	opaque bool
}

// An actionValue is one value of Action or NotAction.
type actionValue struct {
	text    string
	lowered string
	pattern pattern // of the lower-cased text, when it has wildcards
}

// match reports whether the value covers an action, which is in lower case.
func (v *actionValue) match(action string) bool {
	if v.pattern == nil {
		return v.lowered == action
	}
	return v.pattern.match(action)
}

// A Policy is one compiled, named policy document.
type Policy struct {
	Name       string // shown in explanations, as in "inline policy ecrxa-pull"
	statements []statement
	faults     []*policy.Error
}

// Faults returns what AWS would refuse in the document, in its order.
func (p *Policy) Faults() []*policy.Error { return slices.Clone(p.faults) }

// Compile prepares a document for evaluation. A document the engine cannot
// evaluate faithfully compiles too: the statements it does not understand
// evaluate to "unknown". Faults says which they are.
func Compile(name string, doc *policy.Document) *Policy {
	p := &Policy{Name: name}
	variables := doc.Version() == policy.Version2012
	var whole []string
	p.faults = doc.Faults()
	for _, fault := range p.faults {
		if fault.Statement < 0 {
			whole = append(whole, problemOf(fault))
		}
	}
	for _, s := range doc.Statements() {
		compiled, faults := compileStatement(s, variables)
		compiled.ref.Policy = name
		compiled.opaque = compiled.opaque || len(whole) > 0
		compiled.problems = append(compiled.problems, whole...)
		p.statements = append(p.statements, compiled)
		p.faults = append(p.faults, faults...)
	}
	slices.SortStableFunc(p.faults, func(a, b *policy.Error) int { return a.Offset - b.Offset })
	return p
}

// Unreadable stands for a policy whose document could not be read: it may allow
// or deny anything. The error is what policy.Parse returned.
func Unreadable(name string, err error) *Policy {
	ref := StatementRef{Policy: name, Line: 1}
	return &Policy{
		Name:       name,
		statements: []statement{{ref: ref, effect: eitherEffect, broken: true, opaque: true, problems: []string{err.Error()}}},
	}
}

func compileStatement(s *policy.Statement, variables bool) (statement, []*policy.Error) {
	c := statement{
		ref:       StatementRef{Sid: s.Sid(), Index: s.Index(), Line: s.Line(), Effect: s.Effect()},
		effect:    compileEffect(s.Effect()),
		notAction: s.Has("NotAction"),
		hasRes:    s.Has("Resource") || s.Has("NotResource"),
		notRes:    s.Has("NotResource"),
	}
	var found []*policy.Error
	fault := func(problem string, path ...string) { found = append(found, s.ErrorAt(problem, path...)) }
	if s.Has("Principal") || s.Has("NotPrincipal") {
		c.compilePrincipals(s, fault)
	}
	for _, text := range append(s.Actions(), s.NotActions()...) {
		c.compileAction(text, fault)
	}
	for _, text := range append(s.Resources(), s.NotResources()...) {
		v := compileResource(text, variables)
		c.resources = append(c.resources, v)
		if v.problem != "" {
			fault(v.problem, c.element("Resource"))
		}
	}
	for _, condition := range s.Conditions() {
		c.compileCondition(condition, variables, fault)
	}
	c.opaque = len(c.actions) == 0
	for _, name := range []string{"Principal", "Action", "Resource"} {
		c.opaque = c.opaque || s.Has(name) && s.Has("Not"+name)
	}
	for _, f := range append(s.Faults(), found...) {
		c.broken = true
		c.problems = append(c.problems, problemOf(f))
	}
	return c, found
}

// problemOf says what is wrong without the place, which is known.
func problemOf(f *policy.Error) string {
	if f.Element == "" {
		return f.Problem
	}
	return f.Element + ": " + f.Problem
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

type reportFault func(problem string, path ...string)

// element returns the name under which a statement has an element.
func (s *statement) element(name string) string {
	if name == "Principal" && s.principals.negated || name == "Action" && s.notAction || name == "Resource" && s.notRes {
		return "Not" + name
	}
	return name
}

func (c *statement) compilePrincipals(s *policy.Statement, fault reportFault) {
	negated := s.Has("NotPrincipal")
	values := s.Principals()
	if negated {
		values = s.NotPrincipals()
	}
	c.principals = compilePrincipals(values, negated)
	if values == nil {
		c.principals.foreign = true // not readable: it may name anyone
	}
	for _, v := range c.principals.values {
		if problem := v.problem(); problem != "" {
			fault(problem+": "+v.text, c.element("Principal"), "AWS")
		}
	}
	if negated && c.effect == allow {
		fault(`AWS does not support NotPrincipal with "Effect": "Allow"`, "NotPrincipal")
	}
}

func (c *statement) compileAction(text string, fault reportFault) {
	v := actionValue{text: text, lowered: lower(text)}
	if strings.ContainsAny(text, "*?") {
		v.pattern, _ = parsePattern(v.lowered, syntax{wildcards: true})
	}
	c.actions = append(c.actions, v)
	if !v.pattern.matchesAll() && !strings.Contains(text, ":") {
		fault("an action is written SERVICE:NAME, as in ecr:BatchGetImage, not "+text, c.element("Action"))
	}
}

func (c *statement) compileCondition(written policy.Condition, variables bool, fault reportFault) {
	condition := compileCondition(written, variables)
	c.conditions = append(c.conditions, condition)
	if condition.problem != "" {
		fault(condition.problem, "Condition", written.Test)
	}
	for _, v := range condition.values {
		if v.problem != "" {
			fault(v.problem+", not "+v.text, "Condition", written.Test, written.Variable)
		}
	}
}

// A layerKind says how the statements of a layer are read.
type layerKind uint8

const (
	callerPolicy   layerKind = iota // no Principal; Resource is needed
	resourcePolicy                  // Principal and Resource are needed
	ownPolicy                       // as resourcePolicy; without Resource this repository is meant
)

// match tells whether the statement applies to the request, and to whom it
// grants. Cheap and certain answers come first.
func (s *statement) match(e *evaluation, kind layerKind) (truth, grants) {
	if s.opaque {
		return maybe, grants{direct: maybe}
	}
	result := yes
	if s.broken || s.effect == eitherEffect || s.misplaced(kind) {
		result = maybe
	}
	if result = and(result, s.matchAction(e)); result == no {
		return no, grants{}
	}
	mark := len(e.touched)
	g := grants{direct: yes}
	if kind != callerPolicy && s.principals.present {
		var t truth
		t, g = s.principals.match(e)
		result = and(result, t)
	}
	if result != no {
		result = and(result, s.matchResource(e, kind))
	}
	for i := 0; i < len(s.conditions) && result != no; i++ {
		result = and(result, s.conditions[i].match(e, s.effect != allow))
	}
	if result != maybe {
		e.touched = e.touched[:mark]
	}
	return result, g.and(result)
}

// misplaced reports whether AWS would refuse the statement in a policy of this
// kind.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
func (s *statement) misplaced(kind layerKind) bool {
	if kind == callerPolicy {
		return s.principals.present || !s.hasRes
	}
	return !s.principals.present || !s.hasRes && kind != ownPolicy
}

func (s *statement) matchAction(e *evaluation) truth {
	for i := range s.actions {
		if s.actions[i].match(e.action) {
			return truthOf(!s.notAction)
		}
	}
	return truthOf(s.notAction)
}

func (s *statement) matchResource(e *evaluation, kind layerKind) truth {
	if len(s.resources) == 0 {
		if s.hasRes || kind == callerPolicy {
			return maybe
		}
		return yes // the resource that the policy is attached to
	}
	covered := no
	for i := range s.resources {
		v := &s.resources[i]
		t := v.match(e, e.resource)
		if s.notRes && t == no && v.pattern.hasVariables() {
			if _, resolved := v.pattern.expand(e); resolved == no {
				t = maybe // a variable without value may make the statement invalid
			}
		}
		covered = or(covered, t)
	}
	if s.notRes {
		return not(covered)
	}
	return covered
}
