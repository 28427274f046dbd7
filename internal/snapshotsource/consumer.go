// SPDX-License-Identifier: MPL-2.0

package snapshotsource

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	_ datasource.DataSource                     = (*consumerSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*consumerSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*consumerSource)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*consumerSource)(nil)
)

// NewConsumer returns the data source ecrxa_consumer_snapshot.
func NewConsumer() datasource.DataSource { return &consumerSource{base{now: time.Now}} }

type consumerSource struct{ base }

func (d *consumerSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_consumer_snapshot"
}

const consumerDescription = "Reads the consumer side of pulls, with credentials of the **consumer account**, as one JSON text that another workspace can judge with.\n\n" +
	"Export `json` as an output. The team of the registry account passes it to `consumer_snapshot` of [`ecrxa_pull_check`](pull_check.md) or [`evaluate_pull`](../functions/evaluate_pull.md): through `terraform_remote_state`, `tfe_outputs` or any other way. It needs no credentials of the consumer account.\n\n" +
	"What AWS does not let the credentials read is missing in the snapshot and listed in `not_read`: it is no error, and it never counts as something that does not exist. Any other failure is an error."

func (d *consumerSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	role := tfattr.Valid("a role", checkRole)
	resp.Schema = schema.Schema{MarkdownDescription: consumerDescription, Attributes: merged(commonArguments(), commonResults("consumer"), map[string]schema.Attribute{
		"role": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{role},
			MarkdownDescription: "The name or the ARN of the role. Conflicts with `roles`.",
		},
		"roles": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Set{tfattr.NotEmpty{}, setvalidator.ValueStringsAre(role)},
			MarkdownDescription: "The names or ARNs of the roles. Conflicts with `role`.",
		},
		"service_control_policies":  controlPolicies("service control policies"),
		"resource_control_policies": controlPolicies("resource control policies"),
		"role_details": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What was read of each role, by its name. What could not be read is null.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"arn":                  tfattr.Text("The ARN with the role's path, as IAM gives it."),
				"id":                   tfattr.Text("The unique ID, as in `AROAEXAMPLEID`. A role that is created again has another one."),
				"exists":               tfattr.Bool("Whether the role exists."),
				"inline_policies":      textMap("The inline policies as JSON, by name; `\"unknown\"` for one that could not be read."),
				"attached_policies":    tfattr.Texts("The ARNs of the managed policies that are attached. `managed_policies` has the documents."),
				"permissions_boundary": tfattr.Text("The ARN of the permissions boundary; `\"\"` if there is none."),
				"tags":                 textMap("The tags."),
				"trust_policy":         tfattr.Text("The trust policy, as JSON."),
			}},
		},
		"managed_policies": textMap("The managed policies that the roles have attached or as a boundary, as JSON by ARN; `\"unknown\"` for one that could not be read."),
	})}
}

// checkRole returns an error if a text is neither the name nor the ARN of a role.
func checkRole(text string) error {
	if p, err := awsname.ParsePrincipal(text); err == nil && p.Kind == awsname.Role {
		return nil
	}
	return managed.CheckRoleName(text)
}

// roleName returns the name of a role, and its ARN if the text is one.
func roleName(text string) (name, arn string) {
	if p, err := awsname.ParsePrincipal(text); err == nil {
		return p.Name, text
	}
	return text, ""
}

func (d *consumerSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("role"), path.MatchRoot("roles"))}
}

// ValidateConfig checks that each role is named once.
func (d *consumerSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	roles, _ := names(ctx, req.Config, "role", "roles", &resp.Diagnostics)
	seen := map[string]string{}
	for _, text := range slices.Sorted(maps.Keys(roles)) {
		name, _ := roleName(text)
		if other, twice := seen[name]; twice && checkRole(text) == nil {
			resp.Diagnostics.AddAttributeError(roles[text], "Role named twice",
				fmt.Sprintf("%s and %s have one name, and an account has one role of a name. Write one of them.", other, text))
		}
		seen[name] = text
	}
}

func (d *consumerSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	c := readCommon(ctx, req.Config, &resp.Diagnostics)
	roles, _ := names(ctx, req.Config, "role", "roles", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	of := live.Roles{ARNs: map[string]string{}, Organization: c.readsOrganization()}
	argument := "role"
	for text, at := range roles {
		name, arn := roleName(text)
		of.ARNs[name] = arn
		if !at.Equal(path.Root("role")) {
			argument = "roles"
		}
	}
	s, err := live.Consumer(ctx, d.sources, of, d.time(c))
	if err != nil {
		appendError(&resp.Diagnostics, err, argument)
		return
	}
	json, err := s.JSON()
	if err != nil {
		appendError(&resp.Diagnostics, err, argument)
		return
	}
	copyArguments(req, resp)
	set(ctx, resp, header(s.Header, s.Account, json, s.NotRead, s.Organization))
	set(ctx, resp, consumerAttributes(s))
}

// consumerAttributes are what only a snapshot of a consumer has.
func consumerAttributes(s *snapshot.Consumer) map[string]any {
	roles := map[string]roleModel{}
	for _, r := range s.Roles {
		roles[r.Name] = roleOf(r)
	}
	return map[string]any{
		"service_control_policies":  levels(s.ServiceControlPolicies),
		"resource_control_policies": levels(s.ResourceControlPolicies),
		"role_details":              roles,
		"managed_policies":          documents(s.ManagedPolicies),
	}
}

type roleModel struct {
	ARN              *string            `tfsdk:"arn"`
	ID               *string            `tfsdk:"id"`
	Exists           *bool              `tfsdk:"exists"`
	InlinePolicies   map[string]string  `tfsdk:"inline_policies"`
	AttachedPolicies *[]string          `tfsdk:"attached_policies"`
	Boundary         *string            `tfsdk:"permissions_boundary"`
	Tags             *map[string]string `tfsdk:"tags"`
	TrustPolicy      *string            `tfsdk:"trust_policy"`
}

func roleOf(r snapshot.Role) roleModel {
	m := roleModel{
		ARN: optional(r.ARN), ID: optional(r.ID), Exists: r.Exists, AttachedPolicies: r.AttachedPolicies,
		Boundary: r.Boundary, Tags: r.Tags, TrustPolicy: document(r.TrustPolicy),
	}
	if r.InlinePolicies != nil {
		m.InlinePolicies = documents(*r.InlinePolicies)
	}
	return m
}
