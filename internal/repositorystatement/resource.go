// SPDX-License-Identifier: MPL-2.0

// Package repositorystatement is the resource ecrxa_repository_statement: one statement of a
// repository policy as JSON. It can say what an ecrxa_repository_grant cannot, above all Deny.
package repositorystatement

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
	_ list.ListResourceWithConfigure      = (*Resource)(nil)
)

// NewResource returns the resource ecrxa_repository_statement.
func NewResource() resource.Resource { return &Resource{base()} }

// NewListResource returns the list resource ecrxa_repository_statement.
func NewListResource() list.ListResource { return &Resource{base()} }

func base() statementresource.Base {
	return statementresource.Base{
		NewModel: func() statementresource.Model { return &model{} },
		Type:     managed.StatementType, At: path.Root("statement"), ParseImportID: managed.ParseStatementImportID, CheckSid: managed.CheckStatementSid,
		CheckImport: func(awsname.Repository, *policy.Statement) error { return nil },
	}
}

// Resource is ecrxa_repository_statement.
type Resource struct{ statementresource.Base }

// MoveState takes over an aws_ecr_repository_policy with one statement.
func (r *Resource) MoveState(context.Context) []resource.StateMover { return r.MoveFromAWS() }
