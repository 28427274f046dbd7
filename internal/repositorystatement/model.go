// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.Attributes

	AllowPublic types.Bool `tfsdk:"allow_public"`
}

// Common implements statementresource.Model; nil for nil.
func (m *model) Common() *statementresource.Attributes {
	if m == nil {
		return nil
	}
	return &m.Attributes
}

// parsed returns the statement, or nil if it is not known or cannot be read.
func (m *model) parsed() *policy.Statement { return statementresource.StatementOf(m.Statement) }

// planStatement plans the statement and its Sid. A text that means the same as the statement of
// the state is no change. Of a statement that is not known yet, the Sid is taken to stay.
func (m *model) planStatement(prior *model) {
	switch planned := m.parsed(); {
	case planned == nil && prior != nil:
		m.Sid = prior.Sid
	case planned == nil:
		m.Sid = types.StringUnknown()
	default:
		m.Sid = types.StringValue(planned.Sid())
		if prior != nil && statementresource.SameMeaning(prior.Statement, planned) {
			m.Statement = prior.Statement
		}
	}
}
