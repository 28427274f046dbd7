// SPDX-License-Identifier: MPL-2.0

// Package snapshotsource holds the data sources ecrxa_registry_snapshot and
// ecrxa_consumer_snapshot: each reads one side of pulls with credentials of that side's
// account, as attributes and as one JSON text for another workspace.
package snapshotsource

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// base is what both data sources have.
type base struct {
	sources live.Sources
	region  string           // of the provider
	now     func() time.Time // tests replace it
}

func (b *base) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	if data != nil {
		b.region = data.Clients.Region()
		b.sources = live.Sources{
			Identity:           data.Clients.Identity,
			RepositoryPolicies: data.RepositoryPolicies,
			RegistryPolicies:   data.RegistryPolicies,
			Registries:         data.Registries,
			Roles:              data.Roles,
			Organization:       data.Organization,
		}
	}
}

// common are the arguments that both data sources have.
type common struct {
	precision    types.String
	organization types.Bool
}

func commonArguments() map[string]schema.Attribute {
	var precisions []string
	for _, p := range snapshot.Precisions() {
		precisions = append(precisions, string(p))
	}
	return map[string]schema.Attribute{
		"read_at_precision": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{stringvalidator.OneOf(precisions...)},
			MarkdownDescription: "The unit to which `read_at` is rounded down, in UTC: `second`, `minute`, `hour` or `day`. Default: `day`. " +
				"A data source is read in every plan. An output with the exact time would change each time, and no plan would be empty. " +
				"So a new snapshot can look almost one unit old: with `day`, set `max_age` of the check to `48h` or more.",
		},
		"read_organization": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to read the account's place in AWS Organizations and the control policies there. Default: `true`. " +
				"What the credentials cannot read is listed in `not_read`. Set `false` where the endpoint of AWS Organizations cannot be reached.",
		},
	}
}

// commonResults are the results that both data sources have.
func commonResults(side string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"json": tfattr.Text("The snapshot as JSON, for the argument `" + side + "_snapshot` of `ecrxa_pull_check` and of `evaluate_pull`. It has no secrets. " +
			"[The format of snapshots](../guides/snapshot-format.md) has its JSON Schema."),
		"account_id": tfattr.Text("The account of the credentials."),
		"read_at":    tfattr.Text("When the snapshot was read, rounded down to `read_at_precision`, as in `2026-11-27T00:00:00Z`."),
		"read_by":    tfattr.Text("The ARN of the principal that read it; for a role session without the session's name, which can differ each time."),
		"not_read": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What could not be read. It is missing in the snapshot: a check takes it as not known, and assumes of control policies that they restrict nothing.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"what":   tfattr.Text("What could not be read, as in `the tags of the repository team/app`."),
				"action": tfattr.Text("The action that the credentials need, as in `ecr:ListTagsForResource`."),
				"code":   tfattr.Text("The code of AWS's error, as in `AccessDeniedException`."),
			}},
		},
		"organization": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The account's place in AWS Organizations; null if it could not be read.",
			Attributes: map[string]schema.Attribute{
				"in_organization":    tfattr.Bool("Whether the account is in an organization."),
				"id":                 tfattr.Text("The organization's ID; null if there is none."),
				"path":               tfattr.Text("The value of `aws:PrincipalOrgPaths` and `aws:ResourceOrgPaths`, as in `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`; null if it could not be read."),
				"management_account": tfattr.Bool("Whether the account is the management account: service and resource control policies have no effect in it."),
			},
		},
	}
}

func controlPolicies(name string) schema.Attribute {
	return schema.ListAttribute{
		Computed:    true,
		ElementType: types.ListType{ElemType: types.StringType},
		MarkdownDescription: "The " + name + " of the account's organization, as JSON: one list for each level, the root first and the account last, as `ecrxa_pull_check` takes them; `[]` if none has an effect, null if they could not be read. " +
			"Only the management account and delegated administrators can read them.",
	}
}

func textMap(description string) schema.MapAttribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// merged returns all attributes of a schema.
func merged(all ...map[string]schema.Attribute) map[string]schema.Attribute {
	sum := map[string]schema.Attribute{}
	for _, attributes := range all {
		maps.Copy(sum, attributes)
	}
	return sum
}

// readCommon reads the arguments that both data sources have.
func readCommon(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (c common) {
	diags.Append(config.GetAttribute(ctx, path.Root("read_at_precision"), &c.precision)...)
	diags.Append(config.GetAttribute(ctx, path.Root("read_organization"), &c.organization)...)
	return c
}

// readsOrganization: unless it is false.
func (c common) readsOrganization() bool {
	return c.organization.IsNull() || c.organization.ValueBool()
}

// time returns the time of a snapshot that is read now.
func (b *base) time(c common) snapshot.Time {
	precision := snapshot.Day
	if !c.precision.IsNull() {
		precision = snapshot.Precision(c.precision.ValueString())
	}
	return snapshot.TimeOf(b.now(), precision)
}

// names returns the one name or all names that the arguments have. It reports false if they
// are not known yet.
func names(ctx context.Context, config tfsdk.Config, one, many string, diags *diag.Diagnostics) (names map[string]path.Path, known bool) {
	var single types.String
	var set types.Set
	diags.Append(config.GetAttribute(ctx, path.Root(one), &single)...)
	diags.Append(config.GetAttribute(ctx, path.Root(many), &set)...)
	if single.IsUnknown() || set.IsUnknown() || diags.HasError() {
		return nil, false
	}
	names, known = map[string]path.Path{}, true
	if !single.IsNull() {
		names[single.ValueString()] = path.Root(one)
	}
	for _, element := range set.Elements() {
		name, ok := element.(types.String)
		if !ok || name.IsUnknown() {
			known = false
			continue
		}
		names[name.ValueString()] = path.Root(many).AtSetValue(element)
	}
	return names, known
}

// appendError appends the error of a read.
func appendError(diags *diag.Diagnostics, err error, argument string) {
	if other, ok := errors.AsType[*live.OtherAccountError](err); ok {
		diags.AddAttributeError(path.Root(argument), "The role belongs to another account", wording.Sentence(other.Error()))
		return
	}
	title, detail := awserr.Describe(err, "The snapshot could not be read from AWS")
	if strings.HasPrefix(awserr.Action(err), "organizations:") {
		detail = "A snapshot without the organization needs no call to AWS Organizations: set read_organization = false.\n\n" + detail
	}
	diags.AddError(title, detail)
}

// set writes attributes into the state.
func set(ctx context.Context, resp *datasource.ReadResponse, values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), values[name])...)
	}
}

// copyArguments copies arguments from the configuration into the state.
func copyArguments(req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State.Raw = req.Config.Raw
}

// header are the attributes for what both snapshots have.
func header(h snapshot.Header, account, json string, gaps []snapshot.Gap, organization *snapshot.Organization) map[string]any {
	at, _ := h.ReadAt.MarshalText() // Its error is always nil.
	notRead := []gap{}
	for _, g := range gaps {
		notRead = append(notRead, gap(g))
	}
	return map[string]any{
		"json": json, "account_id": account, "read_at": string(at), "read_by": h.ReadBy.ARN,
		"not_read": notRead, "organization": organizationOf(organization),
	}
}

type gap struct {
	What   string `tfsdk:"what"`
	Action string `tfsdk:"action"`
	Code   string `tfsdk:"code"`
}

type organization struct {
	InOrganization    bool    `tfsdk:"in_organization"`
	ID                *string `tfsdk:"id"`
	Path              *string `tfsdk:"path"`
	ManagementAccount bool    `tfsdk:"management_account"`
}

func organizationOf(o *snapshot.Organization) *organization {
	if o == nil {
		return nil
	}
	return &organization{o.InOrganization, optional(o.ID), optional(o.Path), o.ManagementAccount}
}

// optional is null for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// document is null if it is not known, and empty if there is none.
func document(d snapshot.Document) *string {
	if !d.IsKnown() {
		return nil
	}
	return new(d.Text())
}

// documents are as the arguments of the pull check: "unknown" is not known.
func documents(all map[string]snapshot.Document) map[string]string {
	texts := map[string]string{}
	for name, d := range all {
		if texts[name] = d.Text(); !d.IsKnown() {
			texts[name] = unknown
		}
	}
	return texts
}

const unknown = "unknown"

// levels are as the arguments of the pull check.
func levels(all *[]snapshot.Level) [][]string {
	if all == nil {
		return nil
	}
	texts := [][]string{}
	for _, level := range *all {
		inner := []string{}
		for _, p := range level.Policies {
			text := p.Document.Text()
			if text == "" {
				text = unknown
			}
			inner = append(inner, text)
		}
		texts = append(texts, inner)
	}
	return texts
}
