package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// A nearMiss is what keeps statements of one policy from allowing something.
type nearMiss struct {
	engine     authz.NearMiss       // of the first of them
	statements []authz.StatementRef // of one policy
}

// nearest says what keeps the statements that came closest to allowing something
// from doing so. The misfits of a side have told it already for that side.
func (c *check) nearest() []string {
	told := map[Side]bool{}
	for _, side := range []Side{Consumer, Registry} {
		told[side] = len(c.misfits(side)) > 0
	}
	var lines []string
	for _, miss := range c.nearMisses() {
		if told[sideOf(miss.statements[0].PolicyType)] {
			continue
		}
		reason := report.NearMiss(&miss.engine, len(miss.statements))
		lines = append(lines, sentence(capitalized(statementList(miss.statements))+": "+reason))
	}
	return lines
}

// nearMisses lists each statement once. One that is about the repository misses
// the login too, which says nothing: the login comes last.
func (c *check) nearMisses() []nearMiss {
	var found []nearMiss
	var seen []authz.StatementRef
	for _, d := range c.loginLast() {
		for _, miss := range d.engine.NearMisses {
			ref := miss.StatementRef
			hasPlain := func(v plainVariable) bool { return v.statement == ref } // told among the mismatches
			if miss.Element == "Action" || slices.Contains(seen, ref) || slices.ContainsFunc(c.plain, hasPlain) {
				continue
			}
			seen = append(seen, ref)
			like := func(n nearMiss) bool {
				other := n.statements[0]
				return n.engine.SameCause(&miss) && other.PolicyType == ref.PolicyType && other.Policy == ref.Policy
			}
			if i := slices.IndexFunc(found, like); i >= 0 {
				found[i].statements = append(found[i].statements, ref)
			} else {
				found = append(found, nearMiss{miss, []authz.StatementRef{ref}})
			}
		}
	}
	return found
}

// loginLast returns the decisions, that on the login at the end.
func (c *check) loginLast() []decided {
	isLogin := func(d decided) bool { return d.Action == actionset.TokenAction }
	i := slices.IndexFunc(c.decisions, isLogin)
	return append(slices.Delete(slices.Clone(c.decisions), i, i+1), c.decisions[i])
}
