// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// A grant is a statement that grants some actions to the principal alone.
type grant struct {
	sid     string
	actions []string
	deleted bool // the statement is there for a principal that was deleted
}

// grantRole grants the whole access to the role in the repository policy: by
// correcting the statement that grants a part of it, or else by one more.
func grantRole(j *verdict.Judgement, found *lint.Findings) Remedy {
	change := GrantRole{
		Actions:     j.Actions(),
		PathUnknown: j.IsPathUnknown(),
		AnyPath:     anyPath(j),
		Uncertain:   Uncertain{Image: found.IsImageUncertain(j), Role: lint.IsRoleUncertain(j)},
	}
	written, isCorrection := correctedGrant(j)
	if !isCorrection {
		written = grant{sid: freeSid(j, authz.RepositoryPolicy), actions: change.Actions}
	}
	statement := statementFor(written.sid, j.RoleARN(), written.actions)
	remedy := Remedy{Side: verdict.Registry, JSON: statement.String(), adds: policy.NewDocument(statement)}
	attributes, isManaged := attributesOf(j, written)
	label := managed.Label(j.Repository().Name)
	if isManaged {
		remedy.HCL = managed.GrantHCL(label, j.Repository(), attributes)
		statement = attributes.Statement()
		remedy.JSON, remedy.adds = statement.String(), policy.NewDocument(statement)
	}
	if isCorrection {
		change.Corrected, change.Deleted = written.sid, written.deleted
	}
	if isCorrection && isManaged {
		change.Import = managed.ImportCommand(managed.GrantType+"."+label, managed.GrantImportID(j.Repository(), written.sid))
	}
	change.Before = beforeWriting(found, change.Corrected)
	remedy.Change = change
	return remedy
}

// attributesOf returns a grant as the grants of this provider have it, which are not for
// federated users.
func attributesOf(j *verdict.Judgement, written grant) (managed.Grant, bool) {
	g := managed.Grant{Sid: written.sid, Partition: j.Repository().Partition, Actions: written.actions}
	switch j.Principal().Kind {
	case awsname.Role, awsname.RoleSession:
		g.RoleARNs = []string{j.RoleARN()}
		if role := anyPath(j); role != "" {
			g.RoleARNs, g.MatchRolesBy = []string{role}, managed.ByCondition
		}
	case awsname.User:
		g.UserARNs = []string{j.RoleARN()}
	case awsname.AccountRoot:
		g.AccountIDs = []string{j.Principal().Account}
	case awsname.Service:
		g.ServicePrincipal, g.SourceARNs = j.RoleARN(), sources(j.Input().SourceARN)
	case awsname.FederatedUser:
		return managed.Grant{}, false
	}
	return g, true
}

// anyPath is the ARN of a role of IAM Identity Center with * for its path, if that is not known.
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func anyPath(j *verdict.Judgement) string {
	if !lint.LacksPath(j) {
		return ""
	}
	role := awsname.Principal{Kind: awsname.Role, Partition: j.Principal().Partition, Account: j.Principal().Account, Path: awsname.IdentityCenterPath, Name: "*" + j.Principal().Name}
	return role.ARN()
}

// sources returns what limits a grant to a service: its source, for a Lambda function also
// with the version that AWS Lambda may name after it.
func sources(source string) []string {
	if arn, err := awsname.ParseARN(source); err == nil && arn.Service == "lambda" && strings.Count(arn.Resource, ":") == 1 {
		return []string{source, source + ":*"}
	}
	return []string{source}
}

func statementFor(sid, principal string, actions []string) *policy.Statement {
	return policy.NewStatement(policy.StatementSpec{Sid: sid, Principals: map[string][]string{"AWS": {principal}}, Actions: actions})
}

// correctedGrant returns the grant that exists for the principal alone, or for one
// alone that was deleted, with the actions that it lacks.
func correctedGrant(j *verdict.Judgement) (grant, bool) {
	for _, p := range j.Policies(authz.RepositoryPolicy) {
		for _, s := range p.Statements() {
			if corrected, ok := corrected(j, s); ok && len(p.Find(s.Sid())) == 1 {
				return corrected, true
			}
		}
	}
	return grant{}, false
}

func corrected(j *verdict.Judgement, s *policy.Statement) (grant, bool) {
	named := s.Principals()["AWS"]
	if len(named) != 1 || managed.CheckGrantImport(j.Repository(), s) != nil || s.Canonical() != statementFor(s.Sid(), named[0], s.Actions()).Canonical() {
		return grant{}, false
	}
	name, ok := actionset.Of(slices.Concat(s.Actions(), j.Actions()))
	deleted := awsname.IsUniqueID(named[0])
	switch {
	case !ok:
		return grant{}, false
	case deleted && name == j.Access(): // of what it allows nothing is new to the role but what is asked
	case named[0] != j.RoleARN() || actionset.Equal(s.Actions(), actionset.Actions(name)):
		return grant{}, false
	}
	return grant{s.Sid(), actionset.Actions(name), deleted}, true
}

// beforeWriting returns the statements that make ECR reject every change of the
// repository policy: it judges the whole document, and knows no principal that was
// deleted. The statement that is corrected anyway does not.
func beforeWriting(found *lint.Findings, corrected string) []authz.StatementRef {
	var refs []authz.StatementRef
	for _, d := range found.Deleted {
		isCorrected := corrected != "" && d.Statement.Sid == corrected
		if !isCorrected && (len(refs) == 0 || refs[len(refs)-1] != d.Statement) {
			refs = append(refs, d.Statement)
		}
	}
	return refs
}
