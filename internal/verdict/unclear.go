package verdict

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// misplaced says why AWS would refuse a statement in a policy of this kind, and at
// which element; empty when it would not.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
func misplaced(layer authz.PolicyType, s *policy.Statement) (problem, element string) {
	hasPrincipal, hasResource := s.Has("Principal") || s.Has("NotPrincipal"), s.Has("Resource") || s.Has("NotResource")
	switch {
	case !takesPrincipal(layer) && s.Has("NotPrincipal"):
		return "a statement of this policy is for whoever the policy is attached to, and has no NotPrincipal", "NotPrincipal"
	case !takesPrincipal(layer) && hasPrincipal:
		return "a statement of this policy is for whoever the policy is attached to, and has no Principal", "Principal"
	case takesPrincipal(layer) && !hasPrincipal:
		return "a statement of this policy needs a Principal, which says for whom it is", ""
	case layer != authz.RepositoryPolicy && !hasResource:
		return "a statement of this policy needs a Resource", ""
	}
	return "", ""
}

// misplacements are doubts about statements in policies of the wrong kind.
func (c *check) misplacements() InputErrors {
	var found InputErrors
	for _, layer := range order {
		for _, doc := range c.documents.of(layer) {
			for _, s := range doc.Statements() {
				problem, element := misplaced(layer, s)
				if problem == "" {
					continue
				}
				fault := s.ErrorAt(problem)
				if element != "" {
					fault = s.ErrorAt(problem, element)
				}
				found = append(found, &InputError{At: c.place(layer, doc, s), Problem: refused, Err: fault})
			}
		}
	}
	return found
}

// refused begins a doubt.
const refused = "is not a document that AWS accepts"

// unclearStatements points at the statements that keep the verdict open and that no
// value settles: those of which the reason is known, or else all.
func (c *check) unclearStatements(all bool) []Remedy {
	var remedies []Remedy
	var seen []authz.StatementRef
	for _, d := range c.decisions {
		for _, ref := range d.engine.Statements {
			if d.Verdict != authz.Conditional || slices.Contains(seen, ref) {
				continue
			}
			seen = append(seen, ref)
			sentence := fmt.Sprintf("Read %s: the verdict hangs on it, and this check cannot judge it.", statementWords(ref))
			why := c.whyUnclear(ref)
			if why != "" {
				sentence = fmt.Sprintf("Correct %s. %s.", statementWords(ref), capitalized(why))
			}
			if all || why != "" {
				remedies = append(remedies, Remedy{Side: sideOf(ref.PolicyType), Sentence: sentence})
			}
		}
	}
	return remedies
}

// whyUnclear says why the check cannot judge a statement; empty when only AWS's
// silence is to blame, or what is not known.
func (c *check) whyUnclear(ref authz.StatementRef) string {
	s := c.statement(ref)
	if s == nil {
		return ""
	}
	if problem, _ := misplaced(ref.PolicyType, s); problem != "" {
		return "AWS would refuse it: " + problem
	}
	if faults := authz.Compile("", policy.NewDocument(s)).Faults(); len(faults) > 0 {
		return "AWS would refuse it: " + faults[0].Problem
	}
	if session := c.sessionIn(s); session != "" {
		return fmt.Sprintf("its Principal %s is one session of the role, and which session will pull is not known; name the role, %s, or give the session as role_arn if no other pulls", session, c.roleARN())
	}
	return ""
}

// sessionIn returns the session of the role that a statement names.
func (c *check) sessionIn(s *policy.Statement) string {
	for _, value := range slices.Concat(s.Principals()["AWS"], s.NotPrincipals()["AWS"]) {
		p, err := awsname.ParsePrincipal(value)
		isSession := err == nil && p.Kind == awsname.RoleSession && c.principal.Kind == awsname.Role
		if isSession && p.Account == c.principal.Account && p.Name == c.principal.Name {
			return value
		}
	}
	return ""
}

// statement returns what a reference points at.
func (c *check) statement(ref authz.StatementRef) *policy.Statement {
	for _, doc := range c.documents.of(ref.PolicyType) {
		if statements := doc.Statements(); doc.name == ref.Policy && ref.Index < len(statements) {
			return statements[ref.Index]
		}
	}
	return nil
}
