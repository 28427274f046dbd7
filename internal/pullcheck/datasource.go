// Package pullcheck holds the data source ecrxa_pull_check: it reads live what
// the provider's credentials can read, and leaves the verdict to package pull.
package pullcheck

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
)

var (
	_ datasource.DataSource                     = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*dataSource)(nil)
)

// NewDataSource returns the data source ecrxa_pull_check.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ aws clients }

// clients is the part of *awsapi.Clients that the check uses.
type clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
	IAM(ctx context.Context) (awsapi.IAM, error)
	Identity(ctx context.Context) (awsapi.Identity, error)
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_check"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := attributes.Arguments()
	maps.Copy(all, attributes.Results())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: all}
}

const description = "Says whether a role can pull an image, which side denies it, by which statement, and what to change.\n\n" +
	"The verdict takes in the policies of both accounts. What is not given as an argument is read live where the provider's account owns it: " +
	"the repository policy and the registry policy in the registry account, the role's policies and its permissions boundary in the consumer account. " +
	"A side that is neither given nor readable is unknown: the verdict is then `conditional`, unless the other side denies, and a warning says what to supply. " +
	"One check with each account's credentials covers both: what the first reads live it exports, and the second takes it as arguments.\n\n" +
	"~> Terraform defers a data source that refers to a resource with pending changes until apply. To judge what is only planned, " +
	"pass planned values through a `local`, or use the function `evaluate_pull`, which is evaluated in every plan."

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	aws, ok := req.ProviderData.(clients)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data", fmt.Sprintf("Expected AWS clients, got %T. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	d.aws = aws
}

func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("image"), path.MatchRoot("repository_arn")),
	}
}

func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	arguments, diags := argumentsOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	in, faults := attributes.Input(arguments)
	appendFaults(&resp.Diagnostics, append(faults, pull.Validate(in)...))
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	arguments, diags := argumentsOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	in, faults := attributes.Input(arguments)
	appendFaults(&resp.Diagnostics, faults)
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := pull.Evaluate(in)
	if err != nil {
		resp.Diagnostics.AddError("The pull check cannot be made", err.Error())
		return
	}
	object, diags := attributes.Result(ctx, result)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	maps.Copy(arguments, object.Attributes())
	resp.Diagnostics.Append(resp.State.Set(ctx, objectOf(ctx, resp.State.Schema.Type(), arguments))...)
}

// argumentsOf returns the configured values of the arguments, by name.
func argumentsOf(ctx context.Context, config tfsdk.Config) (map[string]attr.Value, diag.Diagnostics) {
	var object types.Object
	diags := config.Get(ctx, &object)
	arguments := object.Attributes()
	maps.DeleteFunc(arguments, func(name string, _ attr.Value) bool {
		_, isResult := attributes.Results()[name]
		return isResult
	})
	return arguments, diags
}

func objectOf(_ context.Context, typ attr.Type, values map[string]attr.Value) types.Object {
	return types.ObjectValueMust(typ.(basetypes.ObjectType).AttrTypes, values)
}

// appendFaults turns faults into errors on the arguments they are about.
func appendFaults(diags *diag.Diagnostics, faults pull.InputErrors) {
	for _, fault := range faults {
		diags.AddAttributeError(attributes.Path(fault.At), "Invalid argument of the pull check", fault.Error()+".")
	}
}
