package verdict

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A deletedPrincipal is what AWS leaves of a deleted role or user in a statement
// of the repository policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type deletedPrincipal struct {
	statement authz.StatementRef
	effect    string
	id        string
}

func (c *check) findDeleted() []deletedPrincipal {
	var found []deletedPrincipal
	for _, doc := range c.documents.repository {
		for _, statement := range doc.Statements() {
			for _, value := range slices.Concat(statement.Principals()["AWS"], statement.NotPrincipals()["AWS"]) {
				if awsname.IsUniqueID(value) {
					found = append(found, deletedPrincipal{refOf(authz.RepositoryPolicy, doc, statement), statement.Effect(), value})
				}
			}
		}
	}
	return found
}

func refOf(layer authz.PolicyType, doc namedPolicy, statement *policy.Statement) authz.StatementRef {
	return authz.StatementRef{PolicyType: layer, Policy: doc.name, Sid: statement.Sid(), Index: statement.Index(), Line: statement.Line(), Effect: statement.Effect()}
}

// deletedPrincipals tells of the deleted roles and users that an Allow is for.
func (c *check) deletedPrincipals() []string {
	var found []string
	for _, d := range c.findDeleted() {
		if d.effect == "Allow" {
			found = append(found, fmt.Sprintf("%s names %s, the ID of a role or user that was deleted; one made anew under the same name does not match it.",
				capitalized(statementWords(d.statement)), d.id))
		}
	}
	return found
}

// beforeWriting says what keeps ECR from taking any change of the repository
// policy: it judges the whole document, and knows no principal that was deleted.
// The statement that is corrected anyway does not.
func (c *check) beforeWriting(corrected string) string {
	var refs []authz.StatementRef
	for _, d := range c.findDeleted() {
		isCorrected := corrected != "" && d.statement.Sid == corrected
		if !isCorrected && !slices.Contains(refs, d.statement) {
			refs = append(refs, d.statement)
		}
	}
	if len(refs) == 0 {
		return ""
	}
	return fmt.Sprintf(" ECR takes no change of the policy while a principal in it does not exist (\"Principal not found\"): first correct or remove %s, "+
		"or, if a grant wrote it, apply that grant again, whose plan shows the ID in place of the ARN.", statementList(refs))
}
