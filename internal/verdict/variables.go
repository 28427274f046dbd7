package verdict

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A plainVariable is a policy variable in a document whose Version has none: AWS
// takes it for plain text.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
type plainVariable struct {
	key       string
	at        At
	statement authz.StatementRef
}

// findPlainVariables looks at the statements that would apply to this pull if their
// variables were variables, one of each.
func (c *check) findPlainVariables() []plainVariable {
	var found []plainVariable
	for _, layer := range order {
		for _, doc := range c.documents.of(layer) {
			if doc.Version() == policy.Version2012 {
				continue
			}
			for _, s := range doc.Statements() {
				keys := variablesOf(s)
				if len(keys) > 0 && c.concerns(layer, denying(policy.Version2012, s), keys[0]) {
					found = append(found, plainVariable{keys[0], c.place(layer, doc, s), refOf(layer, doc, s)})
				}
			}
		}
	}
	return found
}

func (c *check) oddVariables() InputErrors {
	var found InputErrors
	for _, v := range c.plain {
		found = append(found, odd(v.at, fmt.Sprintf("has ${%s} in the statement %s: variables need \"Version\": %q in the policy, which has %q or none, so that AWS compares the text as it stands",
			v.key, statementName(v.statement), policy.Version2012, policy.Version2008), ""))
	}
	return found
}
