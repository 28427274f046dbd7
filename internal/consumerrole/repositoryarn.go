package consumerrole

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// repositoryARNValidator refuses what is not the ARN of an ECR repository, and
// warns of wildcards.
type repositoryARNValidator struct{}

func (repositoryARNValidator) Description(context.Context) string {
	return "must be the ARN of an ECR repository"
}

func (v repositoryARNValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (repositoryARNValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	arn := req.ConfigValue.ValueString()
	if arn == "*" {
		resp.Diagnostics.AddAttributeError(req.Path, "Every repository of every account",
			`"*" would let the role pull from whatever registry grants it access, now or later. Name the repositories, or at least the registry account: arn:aws:ecr:*:ACCOUNT:repository/*.`)
		return
	}
	if err := awsname.CheckRepositoryPattern(arn); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not an ECR repository ARN", fmt.Sprintf(
			"%v. Take the ARN from the repository's arn attribute or from the ECR console.", err))
		return
	}
	if awsname.HasWildcard(arn) {
		resp.Diagnostics.AddAttributeWarning(req.Path, "Repository ARN with a wildcard", fmt.Sprintf(
			"%q also covers repositories that do not exist yet: whoever creates one with a fitting name and grants this role access can have it pull from there. Name the repositories where you can.", arn))
	}
}
