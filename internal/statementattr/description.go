// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// DescriptionAttribute returns the attribute that says why a statement or policy exists. AWS has
// no room for it, so that it is in the state only. The noun names the object; more follows.
func DescriptionAttribute(noun, more string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Why this " + noun + " exists, and for whom: one line of up to 1,000 characters, such as `Team Payments pulls its release images; ticket PLAT-42`. " +
			"It is kept in the state only: AWS has no place for it, an import does not have it, and a change of it alone writes nothing to AWS." + more,
		Optional:   true,
		Validators: []validator.String{tfattr.Valid("a description", managed.CheckDescription)},
	}
}
