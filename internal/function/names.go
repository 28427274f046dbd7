// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// NewParseImageURI returns the function parse_image_uri: the parts of an image URI.
func NewParseImageURI() function.Function { return parseImageURI{} }

type parseImageURI struct{}

var imageTypes = map[string]attr.Type{
	"account_id": types.StringType, "region": types.StringType, "partition": types.StringType,
	"repository": types.StringType, "repository_arn": types.StringType, "tag": types.StringType, "digest": types.StringType,
	"host": types.StringType, "fips": types.BoolType, "dual_stack": types.BoolType,
}

func (parseImageURI) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_image_uri"
}

func (parseImageURI) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Take apart the URI of an image in a private ECR registry",
		MarkdownDescription: "Returns an object with `account_id`, `region`, `partition`, `repository` (the name), `repository_arn`, `tag` and `digest` (null if the URI has none), " +
			"`host`, and whether the host is a FIPS endpoint (`fips`) or a dual-stack endpoint (`dual_stack`).\n\n" +
			"It reads each form of a private registry's host. An image of another registry is an error that says which one: no ECR policy applies to Docker Hub, and images on `public.ecr.aws` need no grant.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "uri",
			MarkdownDescription: "URI of the image, with or without tag and digest, as in `987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1`.",
		}},
		Return: function.ObjectReturn{AttributeTypes: imageTypes},
	}
}

func (parseImageURI) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var uri string
	if resp.Error = req.Arguments.Get(ctx, &uri); resp.Error != nil {
		return
	}
	image, err := awsname.ParseImage(uri)
	if err != nil {
		resp.Error = argumentError(0, err)
		return
	}
	host, _, _ := strings.Cut(uri, "/")
	repository := image.Repository
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(imageTypes, map[string]attr.Value{
		"account_id": types.StringValue(repository.Account), "region": types.StringValue(repository.Region), "partition": types.StringValue(repository.Partition),
		"repository": types.StringValue(repository.Name), "repository_arn": types.StringValue(repository.ARN()), "tag": types.StringPointerValue(orNull(image.Tag)), "digest": types.StringPointerValue(orNull(image.Digest)),
		"host": types.StringValue(host), "fips": types.BoolValue(image.FIPS), "dual_stack": types.BoolValue(image.DualStack),
	}))
}

// NewImageURI returns the function image_uri: the URI of an image in a repository.
func NewImageURI() function.Function { return imageURI{} }

type imageURI struct{}

// The forms of a host other than the usual one.
const (
	fips      = "fips"
	dualStack = "dual_stack"
)

func (imageURI) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "image_uri"
}

func (imageURI) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Build the URI of an image from the ARN of its repository",
		MarkdownDescription: "Returns the URI of an image in a private ECR registry, with the host of the repository's account, Region and partition. " +
			"It is known in the plan wherever the ARN is.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "repository_arn", MarkdownDescription: "ARN of the repository."},
			function.StringParameter{Name: "reference", MarkdownDescription: "Tag, digest (`sha256:…`) or both (`v1@sha256:…`); `\"\"` for a URI without either."},
		},
		VariadicParameter: function.StringParameter{
			Name:                "forms",
			MarkdownDescription: "Forms of the host: `\"fips\"` for a FIPS endpoint, `\"dual_stack\"` for a dual-stack endpoint, or both.",
		},
		Return: function.StringReturn{},
	}
}

func (imageURI) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var arn, reference string
	var forms []string
	if resp.Error = req.Arguments.Get(ctx, &arn, &reference, &forms); resp.Error != nil {
		return
	}
	repository, err := awsname.ParseRepositoryARN(arn)
	if err != nil {
		resp.Error = argumentError(0, err)
		return
	}
	image := awsname.Image{Repository: repository}
	if image.Tag, image.Digest, err = awsname.ParseImageReference(reference); err != nil {
		resp.Error = argumentError(1, err)
		return
	}
	for i, form := range forms {
		switch form {
		case fips:
			image.FIPS = true
		case dualStack:
			image.DualStack = true
		default:
			resp.Error = argumentError(int64(2+i), fmt.Errorf("%s is not a form of a registry's host: expected %s or %s", printed.Quoted(form), fips, dualStack))
			return
		}
	}
	uri, err := image.URI()
	if err != nil {
		resp.Error = argumentError(2, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, uri)
}

// NewRepositoryARN returns the function repository_arn: the ARN of a repository.
func NewRepositoryARN() function.Function { return repositoryARN{} }

type repositoryARN struct{}

func (repositoryARN) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "repository_arn"
}

func (repositoryARN) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Build the ARN of an ECR repository",
		MarkdownDescription: "Returns the ARN of a repository, with the partition of the Region. " +
			"An ARN that is built is known in the plan, as against that of a repository which the plan creates; so a check of the pull can be made in the plan.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "account_id", MarkdownDescription: "The registry account, 12 digits."},
			function.StringParameter{Name: "region", MarkdownDescription: "The Region, as in `us-east-1`."},
			function.StringParameter{Name: "repository", MarkdownDescription: "Name of the repository."},
		},
		Return: function.StringReturn{},
	}
}

func (repositoryARN) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var account, region, name string
	if resp.Error = req.Arguments.Get(ctx, &account, &region, &name); resp.Error != nil {
		return
	}
	switch err, wrongAccount := awsname.CheckRepositoryName(name), awsname.CheckAccountID(account); {
	case wrongAccount != nil:
		resp.Error = argumentError(0, wrongAccount)
	case !awsname.IsRegion(region):
		resp.Error = argumentError(1, fmt.Errorf("%s is not an AWS Region such as us-east-1", printed.Quoted(region)))
	case err != nil:
		resp.Error = argumentError(2, err)
	default:
		repository := awsname.Repository{Partition: awsname.Partition(region), Region: region, Account: account, Name: name}
		resp.Error = resp.Result.Set(ctx, repository.ARN())
	}
}

// argumentError is an error of a function's argument, counted from 0.
func argumentError(argument int64, err error) *function.FuncError {
	return function.NewArgumentFuncError(argument, err.Error()) // Terraform adds the full stop.
}

// orNull returns a text, or nil if it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
