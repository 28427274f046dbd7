// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// NewExplainPullError returns the function explain_pull_error: what the text of a failed
// pull means.
func NewExplainPullError() function.Function { return explainPullError{} }

type explainPullError struct{}

// A pullError is the result of explain_pull_error. Nothing in it is null.
type pullError struct {
	pullerror.Finding
	Summary         string              `tfsdk:"summary"`
	Explanation     string              `tfsdk:"explanation"`
	HCL             string              `tfsdk:"hcl"`
	OtherErrors     []pullerror.Finding `tfsdk:"other_errors"`
	Agreement       string              `tfsdk:"agreement"`
	AgreementReason string              `tfsdk:"agreement_reason"`
}

var listOfTexts = types.ListType{ElemType: types.StringType}

// findingTypes are the attributes of one error.
func findingTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"pattern": types.StringType, "source": types.StringType, "kind": types.StringType, "candidates": listOfTexts, "certainty": types.StringType, "side": types.StringType,
		"policy_types": listOfTexts, "explicit_deny": types.BoolType, "policy_arn": types.StringType,
		"action": types.StringType, "principal": types.StringType, "resource": types.StringType, "account": types.StringType, "region": types.StringType,
		"repository": types.StringType, "image": types.StringType, "host": types.StringType, "authorization_id": types.StringType,
		"meaning": types.StringType, "checks": listOfTexts,
	}
}

func pullErrorTypes() map[string]attr.Type {
	result := findingTypes()
	maps.Copy(result, map[string]attr.Type{
		"summary": types.StringType, "explanation": types.StringType, "hcl": types.StringType,
		"other_errors": types.ListType{ElemType: types.ObjectType{AttrTypes: findingTypes()}},
		"agreement":    types.StringType, "agreement_reason": types.StringType,
	})
	return result
}

func (explainPullError) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "explain_pull_error"
}

func (explainPullError) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Explain the error text of a failed pull",
		MarkdownDescription: "Says what the error text of a failed pull from Amazon ECR means: what kind of failure it is, which side must act, and what to check next. " +
			"It knows what docker, containerd, CRI-O, podman, the kubelet, Amazon ECS, AWS Fargate, AWS Batch, AWS Lambda, AWS CodeBuild, AWS App Runner, Amazon SageMaker, Amazon Bedrock AgentCore, the AWS CLI and SDKs and Terraform print. " +
			"The text may be a whole log, with wrapped lines, colors, and quotes of JSON. It reads nothing from AWS.\n\n" +
			"The result is never more certain than the text. `403 Forbidden` alone, for example, has several causes: `certainty` is then `ambiguous`, and `candidates` lists them. " +
			"What the text does not say is `\"\"` or an empty list; nothing is null.\n\n" +
			"The shortest way to it is `terraform console`.\n\n" +
			"The result has these attributes:\n\n" +
			"- `summary`: what failed and who must act, in one sentence.\n" +
			"- `explanation`: all of the result as one readable text.\n" +
			"- `kind`: " + kindList() + ".\n" +
			"- `candidates`: all kinds of failure that give this text, the most probable first.\n" +
			"- `certainty`: how far the text settles kind and side: `certain`, `likely`, `ambiguous` (several causes give this text) or `unknown`.\n" +
			"- `side`: who must act: `consumer`, `registry`, `both` (either can be the cause, so check both), `none` (neither account) or `unknown`.\n" +
			"- `policy_types`: the policy types of which one denies, as in `denied_by` of `ecrxa_pull_check`. AWS calls the repository policy and the registry policy by one name, so both are listed.\n" +
			"- `explicit_deny`: whether AWS says that a Deny statement denies. `policy_arn`: the policy that AWS names for it.\n" +
			"- `action`, `principal`, `resource`: as AWS names them. `resource` is the ARN of the repository if the text has only the URI of an image.\n" +
			"- `account`, `region`, `repository`, `image`: of the registry. `host`: the host that was not reached.\n" +
			"- `authorization_id`: the ID under which AWS has the details of a denial.\n" +
			"- `meaning`: what the error says. `checks`: what to check next, in order.\n" +
			"- `hcl`: an `ecrxa_pull_check` for this pull, to paste; empty if the text names no repository or policies have nothing to do with it. The role is `var.role_arn` if the text does not name it.\n" +
			"- `pattern`, `source`: the name of the form that the text has, and a page or an issue with such a text.\n" +
			"- `other_errors`: other errors in the text, as objects with the attributes from `kind` to `source`.\n" +
			"- `agreement`: with a check: `agrees`, `disagrees`, `other_pull` (the text and the check are about different pulls) or `undecided`; otherwise `\"\"`. `agreement_reason`: what that means.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			MarkdownDescription: "The text of the error. Of a text of more than one mebibyte, only the beginning and the end are read.",
		}},
		VariadicParameter: function.DynamicParameter{
			Name:                "check",
			MarkdownDescription: "The result of one `ecrxa_pull_check` or `evaluate_pull`, to compare it with the text.",
		},
		Return: function.ObjectReturn{AttributeTypes: pullErrorTypes()},
	}
}

func kindList() string {
	var list []string
	for _, k := range pullerror.Kinds() {
		list = append(list, fmt.Sprintf("%#q (%s)", k, pullerror.Documentation(k)))
	}
	return wording.List(list, "or")
}

func (explainPullError) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var given []types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &text, &given); resp.Error != nil {
		return
	}
	explained := pullerror.Explain(text)
	result := pullError{Finding: explained.Finding, Summary: explained.Summary, Explanation: explained.Explanation, HCL: explained.HCL, OtherErrors: explained.Others}
	switch {
	case len(given) > 1:
		resp.Error = argumentError(2, fmt.Errorf("there are %d checks: compare the text with one", len(given)))
		return
	case len(given) == 1:
		check, err := attributes.CheckOf(given[0])
		if err != nil {
			resp.Error = argumentError(1, err)
			return
		}
		agreement, reason := explained.Compare(check)
		result.Agreement, result.AgreementReason = string(agreement), reason
		result.Explanation += "\n\nCompared with the check: " + reason
	}
	object, diags := types.ObjectValueFrom(ctx, pullErrorTypes(), result)
	if resp.Error = function.FuncErrorFromDiags(ctx, diags); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, object)
}
