package consumerrole

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statement"
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

func (repositoryARNValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	arn := req.ConfigValue.ValueString()
	if arn == "*" {
		resp.Diagnostics.AddAttributeError(req.Path, "Every repository of every account",
			`"*" would let the role pull from whatever registry grants it access, now or later. Name the repositories, or at least the registry account: arn:aws:ecr:*:ACCOUNT:repository/*.`)
		return
	}
	statement.Valid("an ECR repository ARN", checkRepositoryARN).ValidateString(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if awsname.HasWildcard(arn) {
		resp.Diagnostics.AddAttributeWarning(req.Path, "Repository ARN with a wildcard", fmt.Sprintf(
			"%q also covers repositories that do not exist yet: whoever creates one with a fitting name and grants this role access can have it pull from there. Name the repositories where you can.", arn))
	}
}

func checkRepositoryARN(arn string) error {
	if image, err := awsname.ParseImage(arn); err == nil {
		return fmt.Errorf("%q is an image URI: write the repository's ARN, %q", arn, image.Repository.ARN())
	}
	if err := awsname.CheckRepositoryPattern(arn); err != nil {
		return fmt.Errorf("%w. Take the ARN from the repository's arn attribute or from the ECR console", err)
	}
	return nil
}
