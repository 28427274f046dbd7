// SPDX-License-Identifier: MPL-2.0

package report

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// nearMisses says why the statements that came closest to allowing something do not, unless
// the mismatches have said it already.
func nearMisses(j *verdict.Judgement, found *lint.Findings) []string {
	var lines []string
	for _, miss := range groupedNearMisses(j, found) {
		if !isMismatch(found.Mismatches[verdict.SideOf(miss.PolicyType)], &miss.NearMiss) {
			lines = append(lines, wording.Sentence(statementsIn(j, miss.statements)+": "+NearMiss(&miss.NearMiss, len(miss.statements))))
		}
	}
	return lines
}

// isMismatch reports whether the mismatches of a side say what keeps a statement from
// allowing.
func isMismatch(findings []lint.Finding, miss *authz.NearMiss) bool {
	return slices.ContainsFunc(findings, func(finding lint.Finding) bool {
		switch f := finding.(type) {
		case lint.AllowedElsewhere:
			return isResourceIn(f.Repository, miss)
		case lint.GrantedElsewhere:
			return isResourceIn(f.Repository, miss)
		case lint.OtherAccountsOnly:
			_, isOther := miss.Mismatch.(authz.OtherAccount)
			return isOther
		case lint.DeletedPrincipal:
			return f.Statement == miss.StatementRef
		case lint.MisspeltAction:
			return f.Statement == miss.StatementRef
		case lint.ResourceWithoutType:
			return f.Statement == miss.StatementRef
		case lint.ResourceWithTag:
			return f.Statement == miss.StatementRef
		default:
			return false
		}
	})
}

// isResourceIn reports whether a statement does not allow since its Resource is in the
// partition, Region and account of a repository.
func isResourceIn(repository awsname.Repository, miss *authz.NearMiss) bool {
	var stated string
	switch m := miss.Mismatch.(type) {
	case authz.OtherPart:
		stated = m.Resource
	case authz.OtherText:
		stated = m.Stated
	default:
		return false
	}
	arn, err := awsname.ParseARN(stated)
	isOrAny := func(part, of string) bool { return part == of || awsname.HasWildcard(part) }
	return err == nil && miss.Element == "Resource" &&
		isOrAny(arn.Partition, repository.Partition) && isOrAny(arn.Region, repository.Region) && isOrAny(arn.Account, repository.Account)
}

// A nearMissGroup is statements of one policy that do not allow for the same cause.
type nearMissGroup struct {
	authz.NearMiss // of the first
	statements     []authz.StatementRef
}

// groupedNearMisses lists each statement once. One that is about the repository misses
// the login, too, which says nothing: the login comes last.
func groupedNearMisses(j *verdict.Judgement, found *lint.Findings) []nearMissGroup {
	seen := map[authz.StatementRef]bool{}
	for _, v := range found.Variables {
		seen[v.Statement] = true // among the mismatches
	}
	var groups []nearMissGroup
	for _, miss := range loginLast(j) {
		ref := miss.StatementRef
		_, isOfOtherService := miss.Mismatch.(authz.OtherText)
		if miss.Element == "Action" && !isOfOtherService || seen[ref] {
			continue
		}
		seen[ref] = true
		i := slices.IndexFunc(groups, func(g nearMissGroup) bool {
			return g.SameCause(&miss) && g.PolicyType == ref.PolicyType && g.Policy == ref.Policy
		})
		if i >= 0 {
			groups[i].statements = append(groups[i].statements, ref)
		} else {
			groups = append(groups, nearMissGroup{miss, []authz.StatementRef{ref}})
		}
	}
	return groups
}

// loginLast returns the near misses of all decisions, those of the login at the end.
func loginLast(j *verdict.Judgement) []authz.NearMiss {
	var logins, others []authz.NearMiss
	for _, d := range j.Decisions() {
		if d.Action == actionset.TokenAction {
			logins = append(logins, d.Engine.NearMisses...)
		} else {
			others = append(others, d.Engine.NearMisses...)
		}
	}
	return append(others, logins...)
}
