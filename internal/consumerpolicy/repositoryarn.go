// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// repositoryARNValidator refuses what is not the ARN of an ECR repository. The plan warns of
// wildcards: see breadths.
type repositoryARNValidator struct{}

func (repositoryARNValidator) Description(context.Context) string {
	return "must be the ARN of an ECR repository"
}

func (v repositoryARNValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (repositoryARNValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	arn := req.ConfigValue.ValueString()
	if arn == "*" {
		resp.Diagnostics.AddAttributeError(req.Path, "Repositories of any account",
			`"*" is no repository's ARN. Name the repositories, or at least the registry account: arn:aws:ecr:*:ACCOUNT:repository/*.`)
		return
	}
	tfattr.Valid("an ECR repository ARN", checkRepositoryARN).ValidateString(ctx, req, resp)
}

func checkRepositoryARN(arn string) error {
	err := awsname.CheckRepositoryPattern(arn)
	if err != nil && strings.HasPrefix(arn, "arn:") {
		return fmt.Errorf("%w. Take the ARN from the repository's arn attribute or from the ECR console", err)
	}
	return err
}

// checkPartition refuses repositories of another partition than the role's, which is
// that of the provider's region: no credentials work in two.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func checkPartition(repositoryARNs types.Set, region string, diags *diag.Diagnostics) {
	partition := awsname.Partition(region)
	for _, arn := range tfattr.Strings(repositoryARNs) {
		a, err := awsname.ParseARN(arn)
		if err != nil || a.Partition == partition || awsname.HasWildcard(a.Partition) {
			continue
		}
		diags.AddAttributeError(path.Root("repository_arns").AtSetValue(types.StringValue(arn)), "Wrong partition", fmt.Sprintf(
			"%s is in the partition %s, but the role is in %s, the partition of the provider's region %s. Access cannot cross partitions.", printed.Quoted(arn), printed.Value(a.Partition), partition, region))
	}
}
