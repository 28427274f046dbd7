// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// Valid returns a validator that runs check. The error of check becomes the detail of
// the diagnostic; what is a noun for the title, such as "an access set".
func Valid(what string, check func(string) error) validator.String {
	return checkValidator{what, check}
}

type checkValidator struct {
	what  string
	check func(string) error
}

func (v checkValidator) Description(context.Context) string         { return "must be " + v.what }
func (v checkValidator) MarkdownDescription(context.Context) string { return "must be " + v.what }

func (v checkValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not "+v.what, Sentence(err))
	}
}

// Sentence returns the text of an error as a sentence, for a diagnostic.
func Sentence(err error) string { return wording.Sentence(err.Error()) }
