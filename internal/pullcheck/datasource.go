// SPDX-License-Identifier: MPL-2.0

// Package pullcheck holds the data source ecrxa_pull_check: it reads live what
// the provider's credentials can read, and leaves the verdict to package verdict.
package pullcheck

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

var (
	_ datasource.DataSource                   = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// NewDataSource returns the data source ecrxa_pull_check.
func NewDataSource() datasource.DataSource { return &dataSource{now: time.Now} }

type dataSource struct {
	sources live.Sources
	now     func() time.Time
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_check"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := attributes.Arguments()
	maps.Copy(all, attributes.Results())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: all}
}

const description = "Says whether a role or a service can pull an image, which side denies it, by which statement, and what to change.\n\n" +
	"The verdict needs the policies of two accounts, and one provider has credentials of one. Give it a snapshot of each side: `registry_snapshot` (of an [`ecrxa_registry_snapshot`](registry_snapshot.md)) and `consumer_snapshot` (of an [`ecrxa_consumer_snapshot`](consumer_snapshot.md)), of this configuration or from outputs of another one. " +
	"With both the check makes no AWS request, and any credentials will do. With one it reads the other side, if its credentials are of that account.\n\n" +
	"Without snapshots, a check reads the side of its credentials and exports what it read under the names of its arguments: a second check with the other account's credentials can take it. " +
	"Pass `repository_exists` (or `role_exists` and `actual_role_arn`) along with the documents: a repository or a role that does not exist denies the pull whatever its policies say. " +
	"The check that only reads the registry side warns that the consumer side is unknown. Set `identity_policies = { \"*\" = \"unknown\" }` and `permissions_boundary = \"unknown\"` in it, and it does not.\n\n" +
	"If you have credentials of one account only, set the other side's snapshot or documents as arguments, for example from an output of the other team's configuration. " +
	"What is not set is read from AWS if the provider's account owns it; the repository policy also if it allows the provider's account `ecr:GetRepositoryPolicy`. What is neither set nor readable is unknown: a repository policy, registry policy, identity-based policy or permissions boundary. " +
	"If the verdict depends on it, the verdict is `conditional`, and a warning says what to set: the document, or `\"\"` (for identity policies `{}`) if there is none.\n\n" +
	"No check itself reads service control policies, resource control policies, session policies and the policies of VPC endpoints. " +
	"Those that are not set are assumed not to restrict the pull: `assumptions` and `explanation` say so.\n\n" +
	"A document that Terraform does not know yet when the check is evaluated is unknown, too. What the check is about (`image`, `role_arn`, `access`) must be known.\n\n" +
	"~> Terraform defers a data source until the apply when it refers to a resource with pending changes, or has a `postcondition` on planned values. " +
	"To check what is only planned, use the function [`evaluate_pull`](../functions/evaluate_pull.md), which is evaluated in every plan; or pass the planned values to the data source through a `local`, and assert in a `check` block. " +
	"Write the data source outside the `check` block, as in the example: one inside is read again in every apply, so no plan is empty. " +
	"What the plan removes still counts, because it still exists: a grant that is destroyed, or replaced because its `sid` changes, is seen as it is today.\n\n" +
	"**What pulls** is not always a role that you choose. `puller` says which kind it is, and the check says which role that is, whether it can be assumed (`trust_policy`), and what the puller cannot do at all, as to pull from another Region. " +
	"A Lambda function's image is pulled by the service `lambda.amazonaws.com`, not by the function's execution role: set `puller = \"lambda\"` and `source_arn`. " +
	"The verdict then needs both statements that AWS documents, one for the service and one for the account or the role that creates the function (`role_arn`, if it is known); `principal` tells the decisions apart.\n\n" +
	"Layers come from Amazon S3. If they come through a VPC endpoint with a policy of its own, set `s3_endpoint_policy`: the download of layers is then a decision, too."

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	if data != nil {
		d.sources = live.Sources{
			Identity:           data.Clients.Identity,
			RepositoryPolicies: data.RepositoryPolicies,
			RegistryPolicies:   data.RegistryPolicies,
			Roles:              data.Roles,
		}
	}
}

func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	arguments, diags := argumentsOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	in, faults := attributes.Known(arguments)
	faults = append(faults, verdict.Validate(in)...)
	attributes.AppendFaults(&resp.Diagnostics, invalid, append(faults, exactlyOne(arguments)...))
}

// exactlyOne refuses two repositories, and none at all. The framework's validator for this
// walks through all values for each name.
func exactlyOne(arguments map[string]attr.Value) (faults verdict.InputErrors) {
	image, arn := arguments["image"], arguments["repository_arn"]
	isSet := func(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }
	switch {
	case isSet(image) && isSet(arn):
		faults = append(faults, &verdict.InputError{At: verdict.At{Attribute: "repository_arn"}, Problem: "is set, and image is set, too; set exactly one of the two"})
	case image.IsNull() && arn.IsNull():
		faults = append(faults, &verdict.InputError{At: verdict.At{Attribute: "image"}, Problem: "is not set; set exactly one of image and repository_arn"})
	}
	return faults
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	arguments, diags := argumentsOf(ctx, req.Config)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	in, faults := attributes.Input(d.withTime(arguments))
	var parser verdict.Parser // each document is parsed once, before and after the reads
	var target verdict.Target
	if len(faults) == 0 { // otherwise what is not known would be missing, too
		target, faults = parser.Target(in)
	}
	if attributes.AppendFaults(&resp.Diagnostics, invalid, faults); resp.Diagnostics.HasError() {
		return
	}
	set := in
	read, err := live.Fill(ctx, d.sources, target, &in)
	if err != nil {
		title, detail := awserr.Describe(err, "The pull check could not read from AWS")
		resp.Diagnostics.AddError(title, readHint+detail)
		return
	}
	unread := markUnread(&in, target)
	judgement, faults := parser.Judge(in)
	if len(faults) > 0 {
		resp.Diagnostics.AddError("The pull check cannot be made", faults.Error()+".")
		return
	}
	result := report.Of(judgement)
	warnOfDocuments(&resp.Diagnostics, result, read.Refusals)
	if result.Verdict == authz.Conditional {
		sides{set, in, target, read.Account, read.Across, unread}.warn(&resp.Diagnostics)
	}
	state := attributes.Result(result)
	maps.Copy(state, arguments)
	attributes.Export(in, state)
	resp.Diagnostics.Append(tfattr.SetAttributes(ctx, &resp.State.Raw, state)...)
}

// withTime returns the arguments with the time that max_age compares with, if it is not set.
func (d *dataSource) withTime(arguments map[string]attr.Value) map[string]attr.Value {
	if arguments["max_age"].IsNull() || !arguments["now"].IsNull() {
		return arguments
	}
	arguments = maps.Clone(arguments)
	arguments["now"] = types.StringValue(d.now().UTC().Format(time.RFC3339))
	return arguments
}

const invalid = "Invalid argument of the pull check"

const readHint = "The pull check reads from AWS what is not set: a repository_policy, registry_policy, identity_policies or permissions_boundary. " +
	"The function evaluate_pull uses documents alone.\n\n"

// argumentsOf returns the configured values of the arguments, by name.
func argumentsOf(ctx context.Context, config tfsdk.Config) (map[string]attr.Value, diag.Diagnostics) {
	arguments, diags := tfattr.Values(ctx, config)
	maps.DeleteFunc(arguments, func(name string, _ attr.Value) bool { return !attributes.IsArgument(name) })
	return arguments, diags
}
