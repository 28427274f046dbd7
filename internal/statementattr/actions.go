// SPDX-License-Identifier: MPL-2.0

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
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ActionsAttribute returns the schema of "actions". It rejects
// ecr:GetAuthorizationToken with loginAdvice, which says where that action belongs.
func ActionsAttribute(loginAdvice string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: "The ECR actions to grant, instead of a named set. Wildcards are accepted with a warning. Conflicts with `access`.",
		Optional:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			tfattr.NotEmpty{},
			setvalidator.ValueStringsAre(actionValidator{loginAdvice}),
		},
	}
}

type actionValidator struct{ loginAdvice string }

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
		resp.Diagnostics.AddAttributeError(req.Path, "GetAuthorizationToken does not belong here", v.loginAdvice)
	case malformed != nil:
		resp.Diagnostics.AddAttributeError(req.Path, "Not an ECR action", tfattr.Sentence(malformed))
	case strings.ContainsAny(action, "*?"): // The plan warns of it: see WildcardsOf.
	case !actionset.IsAction(action):
		resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown ECR action "+printed.Name(action), UnknownAction(action, "grants"))
	}
}

// UnknownAction returns the warning about an action that does not exist, or that is
// newer than the provider. The verb says what the statement does with its actions.
func UnknownAction(action, verb string) string {
	if authorizing, found := actionset.AuthorizedAs(action); found {
		return fmt.Sprintf("IAM has no action %s: ECR authorizes calls of this name as %s. Here it %s nothing. What to do now: write %[2]s in its place.", printed.Quoted(action), authorizing, verb)
	}
	text := fmt.Sprintf("This version of the provider does not know the ECR action %s. If AWS does not know it either, it %s nothing.", printed.Quoted(action), verb)
	if meant := actionset.Meant(action); meant != "" {
		text += fmt.Sprintf(" Did you mean %q?", meant)
	}
	return text
}
