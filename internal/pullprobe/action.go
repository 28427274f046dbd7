// SPDX-License-Identifier: MPL-2.0

package pullprobe

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
)

var (
	_ action.ActionWithConfigure      = (*probeAction)(nil)
	_ action.ActionWithValidateConfig = (*probeAction)(nil)
)

// NewAction returns the action ecrxa_pull_probe.
func NewAction() action.Action { return &probeAction{} }

type probeAction struct{ prober }

func (a *probeAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_probe"
}

func (a *probeAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"check": schema.DynamicAttribute{Optional: true, MarkdownDescription: "The result of an `ecrxa_pull_check` or of `evaluate_pull` for the same role and repository, or a part of it with at least `verdict`. If the pull and the check disagree, a warning says so."},
	}
	for _, name := range []string{"image", "repository_arn", "image_tag", "image_digest", "platform"} {
		attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: descriptions[name]}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tries a pull with the provider's credentials, as the data source of this name does, and reports each step. It fails if the pull does not work.",
		Attributes:          attributes,
	}
}

func (a *probeAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	resp.Diagnostics.Append(a.configure(req.ProviderData)...)
}

func (a *probeAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	_, _, diags := targetOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
}

// titles are those of the error, by the status of the pull.
var titles = map[probe.Status]string{probe.Denied: "AWS denied the pull", probe.Failed: "The pull failed"}

func (a *probeAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	o, diags := a.run(ctx, req.Config, func(step probe.Step) {
		text := step.Name + ": " + string(step.Status)
		if step.Message != "" {
			text += ": " + step.Message
		}
		resp.SendProgress(action.InvokeProgressEvent{Message: text})
	})
	resp.Diagnostics.Append(diags...)
	if title, failed := titles[statusOf(o)]; failed {
		resp.Diagnostics.AddError(title, o.text())
	}
}

// statusOf returns the status of an outcome, or "" if there is none.
func statusOf(o outcome) probe.Status {
	if o.Result == nil {
		return ""
	}
	return o.Status
}
