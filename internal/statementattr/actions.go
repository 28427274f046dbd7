package statementattr

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// ActionsAttribute is the schema of "actions". The place is told where
// ecr:GetAuthorizationToken belongs, as that action is refused.
func ActionsAttribute(tokenAdvice string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: "The exact ECR actions to grant, instead of a named set. Wildcards are accepted with a warning. Conflicts with `access`.",
		Optional:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			setvalidator.SizeAtLeast(1),
			setvalidator.NoNullValues(),
			setvalidator.ValueStringsAre(actionValidator{tokenAdvice}),
		},
	}
}

type actionValidator struct{ tokenAdvice string }

func (actionValidator) Description(context.Context) string { return "must be an ECR action" }

func (actionValidator) MarkdownDescription(context.Context) string { return "must be an ECR action" }

func (v actionValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	action := req.ConfigValue.ValueString()
	malformed := actionset.CheckAction(action)
	switch {
	case strings.EqualFold(action, actionset.TokenAction):
		resp.Diagnostics.AddAttributeError(req.Path, "GetAuthorizationToken does not belong here", v.tokenAdvice)
	case malformed != nil:
		resp.Diagnostics.AddAttributeError(req.Path, "Not an ECR action", tfattr.Sentence(malformed))
	case strings.ContainsAny(action, "*?"):
		resp.Diagnostics.AddAttributeWarning(req.Path, "Actions with a wildcard", fmt.Sprintf(
			"%q also grants actions that you do not list, those that AWS adds later among them. Pulling an image needs only %s.",
			action, strings.Join(actionset.Actions(actionset.Pull), " and ")))
	case !actionset.IsAction(action):
		resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown ECR action", unknownAction(action))
	}
}

// unknownAction tells of an action that matches nothing, unless it is newer than the
// provider.
func unknownAction(action string) string {
	return fmt.Sprintf("This version of the provider knows no ECR action %q; a name that AWS does not know either allows nothing.", action) +
		wording.DidYouMean(action, actionset.AllActions())
}
