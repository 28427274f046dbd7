// SPDX-License-Identifier: MPL-2.0

package pullprobe

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// NewDataSource returns the data source ecrxa_pull_probe.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ prober }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_probe"
}

const description = "Tries a pull with the provider's credentials, step by step, and says of each step whether AWS allowed it. " +
	"It makes the calls that a container tool makes and reads one byte of one layer, so it does not move the image: the login, the manifest, the URL of each layer and the first byte of one, " +
	"once through the API of Amazon ECR, whose messages say the most, and once over the HTTP API of the registry, as docker does.\n\n" +
	"A pull that does not work is a **result**, and no error: `status` and `steps` have it, with AWS's message and what it means, as [`explain_pull_error`](../functions/explain_pull_error.md) says it. " +
	"Assert in a `check` block or in a `postcondition`, as in the examples.\n\n" +
	"Give the provider the credentials of the very role that pulls: `assume_role` in a provider with an `alias`, as in the examples. The role's trust policy must allow it. " +
	"Where it allows only the service that pulls, such as `ecs-tasks.amazonaws.com`, use `ecrxa_pull_check`, which needs no credentials of the role.\n\n" +
	"With `check`, the probe compares itself with an [`ecrxa_pull_check`](pull_check.md) of the same role. If they disagree, a warning says so: policies that no check reads, a change that is not effective everywhere yet, or a defect of the check.\n\n" +
	"The state has no token and no signed URL, and nothing that differs each time. The ID of a denial's details, where AWS gives one, is in Terraform's log only (`TF_LOG_PROVIDER=INFO`).\n\n" +
	"The token goes to the registry alone, whose host is that of `image` or the documented one of the repository. A redirect to a layer gets no token, and its address must be HTTPS, unless ECR has a custom endpoint. " +
	"With a custom endpoint for ECR, as for an emulator, the registry is at the address that this endpoint names as `proxyEndpoint`, unless this is a host of ECR."

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	argument := func(name string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: descriptions[name]}
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"image":            argument("image"),
		"repository_arn":   argument("repository_arn"),
		"image_tag":        argument("image_tag"),
		"image_digest":     argument("image_digest"),
		"platform":         argument("platform"),
		"check":            schema.DynamicAttribute{Optional: true, MarkdownDescription: descriptions["check"]},
		"status":           tfattr.Text("`passed` if no step was denied or failed; otherwise `denied` or `failed`, as the first such step."),
		"summary":          tfattr.Text("How the pull ended, in one sentence."),
		"explanation":      tfattr.Text("The whole result as one readable text."),
		"principal":        tfattr.Text("ARN of the principal whose credentials were used; `\"\"` if AWS STS could not be asked."),
		"manifest_digest":  tfattr.Text("Digest of the manifest for `platform`; `\"\"` if it was not read."),
		"layer_count":      tfattr.Number("Number of the layers of the image, its configuration included; 0 if the manifest was not read."),
		"agreement":        tfattr.Text("With `check`: `agrees`, `disagrees`, `other_pull` (the check is about another role or repository) or `undecided` (the check or the pull leaves it open, as a pull that failed for another reason than a policy does); otherwise `\"\"`."),
		"agreement_reason": tfattr.Text("What that means; `\"\"` without `check`."),
		"steps": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "The steps of the pull, in order: `login`, `manifest`, `layer_urls` and `layer` through the API, `registry_login`, `registry_manifest`, `registry_layer_urls` and `registry_layer` over HTTP. " +
				"After a step that does not pass, those that need it are `skipped`. Those for layers are skipped, too, if the image has no layer in the registry.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":         tfattr.Text("Name of the step."),
				"action":       tfattr.Text("The IAM action that the step needs. The URL of a layer is signed by ECR: only the policy of a VPC endpoint for Amazon S3 can deny its use (`s3:GetObject`)."),
				"status":       tfattr.Text("`passed`, `denied` (AWS denied the call), `failed` (for another reason) or `skipped` (no call was made)."),
				"detail":       tfattr.Text("What the step did or found."),
				"message":      tfattr.Text("AWS's message with its code, if the step was denied or failed."),
				"kind":         tfattr.Text("What kind of failure it is, as in `explain_pull_error`."),
				"side":         tfattr.Text("Who must act, as in `explain_pull_error`."),
				"certainty":    tfattr.Text("How far AWS's message settles this, as in `explain_pull_error`."),
				"policy_types": tfattr.Texts("The policy types of which one denies, as in `explain_pull_error`."),
				"explanation":  tfattr.Text("What the message means and what to check, as one text."),
			}},
		},
	}}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	resp.Diagnostics.Append(d.configure(req.ProviderData)...)
}

func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	_, _, diags := targetOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
}

// stepModel is one of steps. Nothing in it is null.
type stepModel struct {
	Name        string             `tfsdk:"name"`
	Action      string             `tfsdk:"action"`
	Status      probe.Status       `tfsdk:"status"`
	Detail      string             `tfsdk:"detail"`
	Message     string             `tfsdk:"message"`
	Kind        pullerror.Kind     `tfsdk:"kind"`
	Side        pullerror.Side     `tfsdk:"side"`
	Certainty   string             `tfsdk:"certainty"`
	PolicyTypes []authz.PolicyType `tfsdk:"policy_types"`
	Explanation string             `tfsdk:"explanation"`
}

func modelOf(step probe.Step) stepModel {
	m := stepModel{Name: step.Name, Action: step.Action, Status: step.Status, Detail: step.Detail, Message: step.Message, PolicyTypes: []authz.PolicyType{}}
	if e := step.Explanation; e != nil {
		m.Kind, m.Side, m.Certainty, m.PolicyTypes, m.Explanation = e.Kind, e.Side, string(e.Certainty), e.PolicyTypes, e.Explanation
	}
	return m
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	o, diags := d.run(ctx, req.Config, func(probe.Step) {})
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = req.Config.Raw
	var steps []stepModel
	for _, step := range o.Steps {
		steps = append(steps, modelOf(step))
	}
	for name, value := range map[string]any{
		"status": o.Status, "summary": o.Summary(), "explanation": o.text(), "principal": o.Target.Principal,
		"manifest_digest": o.Digest, "layer_count": o.Layers, "steps": steps,
		"agreement": o.agreement, "agreement_reason": o.reason,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
