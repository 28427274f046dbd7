// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// findRefusals collects why AWS may refuse a compiled document.
func (p *Policy) findRefusals(doc *policy.Document, form []*policy.Error) (r refusals) {
	for _, fault := range p.faults {
		switch {
		case fault.Statement < 0: // it concerns every statement
		case fault.Unknown: // AWS may know it
		case slices.Contains(form, fault):
			r.form = append(r.form, fault)
		default:
			r.values = append(r.values, fault)
		}
	}
	if fault := doc.ErrorAt("identity-based policies have no Id", "Id"); fault != nil {
		r.ids = append(r.ids, fault)
	}
	seen := map[string]bool{}
	for i, s := range doc.Statements() {
		c := &p.statements[i]
		for j := range c.resources {
			if v := &c.resources[j]; v.completed != nil {
				r.incomplete = append(r.incomplete, s.ErrorAtItem("a session policy takes no ARN with fewer than six fields: "+v.text, j, c.element("Resource")))
			}
		}
		switch sid := s.Sid(); {
		case strings.ContainsFunc(sid, isNotAlphanumeric):
			r.ids = append(r.ids, s.ErrorAt("a Sid has letters (A-Z, a-z) and digits only: "+sid, "Sid"))
		case sid != "" && seen[sid]:
			r.ids = append(r.ids, s.ErrorAt("another statement has the same Sid: "+sid, "Sid"))
		default:
			seen[sid] = true
		}
		if c.effect == allow && !isFullAccess(doc) {
			r.allows = append(r.allows, s.ErrorAt("a resource control policy other than RCPFullAWSAccess has Deny statements only", "Effect"))
		}
		for g := range grammars {
			if c.misplaced(g) {
				r.misplaced[g] = append(r.misplaced[g], s.ErrorAt(g.expected()))
			}
		}
	}
	return r
}

// fullAccess is the only statement of RCPFullAWSAccess, canonical.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
var fullAccess = policy.NewStatement(policy.StatementSpec{Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{"*"}, Resources: []string{"*"}}).Canonical()

func isFullAccess(doc *policy.Document) bool {
	statements := doc.Statements()
	return len(statements) == 1 && statements[0].Canonical() == fullAccess
}

func isNotAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// refusalsAs returns why AWS may refuse the document as a policy of a type. What it has
// it accepted.
//
// IAM checks the grammar, and so does Organizations. VPC endpoint policies and those of
// ECR have other rules for Sid. ECR does not say what else it checks.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (session policies),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_service-with-iam.html
func (p *Policy) refusalsAs(t PolicyType) (found []*policy.Error) {
	if p.stored {
		return nil
	}
	r := &p.refusals
	found = slices.Concat(first(r.form), first(r.misplaced[t.grammar()]))
	switch t {
	case RepositoryPolicy, RegistryPolicy:
	case VPCEndpointPolicy, S3EndpointPolicy:
		found = append(found, first(r.values)...)
	case IdentityPolicy, PermissionsBoundary, ServiceControlPolicy:
		found = slices.Concat(found, first(r.values), first(r.ids))
	case ResourceControlPolicy:
		found = slices.Concat(found, first(r.values), first(r.ids), first(r.allows))
	case SessionPolicy:
		found = slices.Concat(found, first(r.values), first(r.ids), first(r.incomplete))
	}
	return found
}

// first returns the first faults: a document with one is refused as much as one with
// thousands.
func first(faults []*policy.Error) []*policy.Error { return faults[:min(len(faults), 3)] }
