// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// An Adoption is what a statement of an existing policy of a repository becomes when this
// provider manages it.
type Adoption struct {
	Statement *policy.Statement
	Type      string // GrantType, StatementType, or "" if no resource can manage it
	Name      string // the resource name in the configuration; no two are the same; "" without a type
	Grant     *Grant // for GrantType
	Reason    string // why it is no grant, or why no resource can manage it
}

// Adopt returns what the statements of a repository's policy become. Of a repository that is
// not known, only the partition is needed.
func Adopt(repo awsname.Repository, doc *policy.Document) []Adoption {
	var all []Adoption
	sids, labels, names := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, s := range doc.Statements() {
		sids[s.Sid()]++
	}
	for _, s := range doc.Statements() {
		a := adopt(repo, s)
		if sids[s.Sid()] > 1 && s.Sid() != "" {
			a = Adoption{Statement: s, Reason: errDuplicateSid.Error()}
		}
		if a.Type == "" {
			all = append(all, a)
			continue
		}
		label := Label(s.Sid())
		for a.Name = label; names[a.Name]; a.Name = fmt.Sprintf("%s_%d", label, labels[label]+1) {
			labels[label]++
		}
		names[a.Name] = true
		all = append(all, a)
	}
	return all
}

var (
	errDuplicateSid = errors.New("several statements of the policy have this Sid: give each of them its own")
	errLocksOut     = errors.New("it denies every principal of the registry account to read or to write the policy, and ecrxa_repository_statement refuses that")
	errResource     = errors.New("it has the element Resource, which a grant never writes")
)

func adopt(repo awsname.Repository, s *policy.Statement) Adoption {
	a := Adoption{Statement: s}
	noGrant := CheckGrantImport(repo, s)
	if noGrant == nil {
		g := GrantOf(s, repo.Partition, nil)
		if g.Statement().Canonical() == s.Canonical() {
			a.Type, a.Grant = GrantType, g
			return a
		}
		noGrant = errResource
	}
	a.Reason = noGrant.Error()
	switch problems := CheckStatement(s); {
	case len(problems) > 0:
		a.Reason = problems[0].Error()
	case LocksOut(repo, s, "ecr:SetRepositoryPolicy"), LocksOut(repo, s, "ecr:GetRepositoryPolicy"):
		a.Reason = errLocksOut.Error()
	default:
		a.Type = StatementType
	}
	return a
}

// HCL returns the resource block, or "" if no resource can manage the statement. Without a
// name, the block does not say which repository it is for.
func (a Adoption) HCL(repo awsname.Repository) string {
	switch a.Type {
	case GrantType:
		return GrantHCL(a.Name, repo, *a.Grant)
	case StatementType:
		return statementHCL(a.Name, repo, a.Statement)
	}
	return ""
}

// ImportHCL returns the import block, or "" if no resource can manage the statement.
func (a Adoption) ImportHCL(repo awsname.Repository) string {
	if a.Type == "" {
		return ""
	}
	return importHCL(a.Type, a.Name, GrantImportID(repo, a.Statement.Sid()))
}

// SameButSid reports whether two statements mean the same, except for their Sids.
func SameButSid(a, b *policy.Statement) bool {
	return a.Effect() == b.Effect() && withoutSid(a) == withoutSid(b)
}

func withoutSid(s *policy.Statement) string {
	var elements map[string]json.RawMessage
	if json.Unmarshal([]byte(s.String()), &elements) != nil {
		return s.Canonical()
	}
	delete(elements, "Sid")
	text, err := json.Marshal(elements)
	if err != nil {
		return s.Canonical()
	}
	bare, err := policy.ParseStatement(string(text))
	if err != nil {
		return s.Canonical()
	}
	return bare.Canonical()
}

// HandoverHCL returns the blocks with which a repository policy moves from a resource of another
// provider that manages the whole policy: a removed block that keeps the policy, and an import
// block for each statement. notAdopted has the statements that no resource can manage.
func HandoverHCL(resourceType string, repo awsname.Repository, all []Adoption) (blocks string, notAdopted []Adoption) {
	parts := []string{RemovedHCL(resourceType)}
	for _, a := range all {
		if a.Type == "" {
			notAdopted = append(notAdopted, a)
			continue
		}
		parts = append(parts, a.ImportHCL(repo))
	}
	return strings.Join(parts, "\n\n"), notAdopted
}

// InsteadOfMoved says what to write in place of a moved block that moves nothing: blocks with
// that of RemovedHCL. The texts more are about the other blocks.
func InsteadOfMoved(resourceType, blocks string, more ...string) string {
	points := append([]string{
		notMovedAlone(resourceType),
		"If the configuration still declares that resource, in a module or for other keys, Terraform refuses the removed block: then run terraform state rm with the address that was moved instead.",
	}, more...)
	return fmt.Sprintf("What to do now: replace the moved block by what follows, with the address of the %s in from, without an index. The plan must say 0 to add and 0 to destroy.\n\n  - %s\n\n  %s",
		resourceType, strings.Join(points, "\n  - "), strings.ReplaceAll(blocks, "\n", "\n  "))
}

// UndoMoved says how to undo a moved block that moves nothing, and what to do then.
func UndoMoved(resourceType, target, then string) string {
	return fmt.Sprintf("What to do now: in place of the moved block and the block of the %[1]s, write the block of the %[2]s again. %[3]s The plan must say 0 to destroy. Then %[4]s.",
		target, resourceType, notMovedAlone(resourceType), then)
}

// notMovedAlone warns of the obvious reaction: the configuration no longer has the old block.
func notMovedAlone(resourceType string) string {
	return fmt.Sprintf("Do not just delete the moved block: Terraform then destroys the %s, and the AWS provider deletes the policy.", resourceType)
}
