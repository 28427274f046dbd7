// SPDX-License-Identifier: MPL-2.0

// Package function holds the provider's functions. They are pure: no AWS calls,
// no provider configuration, so Terraform evaluates them in every plan.
package function

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

var _ function.Function = evaluatePull{}

// NewEvaluatePull returns the function evaluate_pull: the verdict of the data
// source ecrxa_pull_check from documents alone.
func NewEvaluatePull() function.Function { return evaluatePull{} }

type evaluatePull struct{}

// form is what the argument looks like.
const form = "{ image = …, role_arn = …, repository_policy = … }"

func (evaluatePull) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "evaluate_pull"
}

func (evaluatePull) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Check a pull across accounts from policy documents alone",
		MarkdownDescription: "Says whether a role or a service can pull an image, which side denies it, by which statement, and what to change: " +
			"the verdict of the data source `ecrxa_pull_check`, from documents alone.\n\n" +
			"Terraform evaluates a function in every plan in which its argument is known. So `evaluate_pull` checks " +
			"what is only planned, in an `output`, a `check` or a `precondition`, before anything is applied.\n\n" +
			"It reads nothing from AWS: `repository_policy` and `identity_policies` that are not set are unknown, and make the verdict `conditional` unless something else decides it. " +
			"Every other document that is not set is assumed not to exist, and `assumptions` says so. " +
			"This holds for the permissions boundary and the registry policy, too, which the data source takes as unknown when it cannot read them. The registry policy can grant as well as deny. " +
			"So set both, to `\"\"` if there is none, or pass on what the data source exports. Or give a snapshot of each side (`registry_snapshot`, `consumer_snapshot`), which have them all; for `max_age` the function needs `now = plantimestamp()`. " +
			"The function does not see what a plan removes: leave that out of the documents.\n\n" +
			"A call costs Terraform and the provider a few milliseconds of CPU time. For thousands of pulls, take the data source `ecrxa_pull_matrix`: it judges them in one read, from snapshots.\n\n" +
			"The result has the result attributes of the data source, and its page describes them: `verdict`, `allowed`, `denied_side`, `explanation` and the others.\n\n" +
			"The object has these attributes; [the page of the data source](../data-sources/pull_check.md#schema) says more of each:\n\n" + attributes.List(),
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name: "pull",
				MarkdownDescription: "An object with the arguments of the data source `ecrxa_pull_check`: one of `image` and `repository_arn`; `role_arn`, or `puller` and `source_arn` if a service pulls; and any of the others. " +
					"What is left out or null is not set; an attribute of another name is an error.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: attributes.ResultTypes()},
	}
}

func (evaluatePull) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument attr.Value // The framework would convert another type there and back.
	if resp.Error = req.Arguments.Get(ctx, &argument); resp.Error != nil {
		return
	}
	dynamic, _ := argument.(types.Dynamic)
	values, ok := attributes.Object(dynamic)
	switch {
	case !ok:
		resp.Error = function.NewArgumentFuncError(0, "The argument must be an object, as in "+form)
		return
	case len(values) > 1 && !hasArgument(values):
		names := slices.Sorted(maps.Keys(values))
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("The argument must be an object with arguments of the check, as in %s; this one has only %s", form, wording.Some(printed.Values(names), "and")))
		return
	}
	result, err := evaluate(values)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Result = function.NewResultData(attributes.ResultObject(result)) // Set would compare the types once more.
}

func hasArgument(values map[string]attr.Value) bool {
	for name := range values {
		if attributes.IsArgument(name) {
			return true
		}
	}
	return false
}

// parsers have the policies of calls before, parsed: Terraform calls a function once for each
// pull, often with the same policies.
var parsers = sync.Pool{New: func() any { return new(verdict.Parser) }}

// parserSize bounds what a Parser may keep for the next call, in bytes of text: about a hundred
// policies.
const parserSize = 1 << 18

func evaluate(arguments map[string]attr.Value) (report.Result, error) {
	in, faults := attributes.Input(arguments)
	if len(faults) > 0 {
		return report.Result{}, append(faults, verdict.Validate(in)...)
	}
	parser, _ := parsers.Get().(*verdict.Parser)
	defer func() {
		if parser.Size() <= parserSize {
			parsers.Put(parser)
		}
	}()
	judgement, faults := parser.Judge(in)
	if len(faults) > 0 {
		return report.Result{}, faults
	}
	return report.Of(judgement), nil
}
