package tfattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// Valid makes a validator of a check that returns an error in plain words.
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

// Sentence returns an error's text as a sentence for a diagnostic.
func Sentence(err error) string { return wording.Sentence(err.Error()) }
