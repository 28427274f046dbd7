// SPDX-License-Identifier: MPL-2.0

// Package pullprobe holds the data source and the action ecrxa_pull_probe: both try a pull
// with the provider's credentials. The data source has the result as attributes; the action
// fails if the pull does.
package pullprobe

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Time limits. A pull without obstacles takes seconds, and the name of the principal is worth
// less than the pull.
const (
	pullTime     = 2 * time.Minute
	identityTime = 10 * time.Second
)

// descriptions are those of the arguments.
var descriptions = map[string]string{
	"image": "URI of the image, in any form of a private ECR registry's host, with a tag, a digest or neither, " +
		"as in `987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1`. With neither, the tag is `latest`, as in every container tool. Set exactly one of `image` and `repository_arn`.",
	"repository_arn": "ARN of the repository. Set exactly one of `image` and `repository_arn`.",
	"image_tag":      "Tag of the image, with `repository_arn`. Default: `latest`. Conflicts with `image_digest`.",
	"image_digest":   "Digest of the image, with `repository_arn`, as in `sha256:` and 64 hexadecimal digits.",
	"platform": "Platform of an image that is for several platforms, as in `linux/arm64` or `linux/arm/v7`. Default: `linux/amd64`. " +
		"Without an image for exactly this one, the probe takes one that the platform runs, too, as containerd does: `linux/arm/v6` for `linux/arm/v7`. If there is none either, it takes the first without a platform, as docker does.",
	"check": "The result of an `ecrxa_pull_check` or of `evaluate_pull` for the same role and repository, to compare the pull with it: see `agreement`. " +
		"It may be a part of the result, with at least `verdict`: the state has a copy of what you set.",
}

// invalid is the title of errors of arguments.
const invalid = "Invalid argument of the pull probe"

// arguments are the configured values.
type arguments struct {
	image, repositoryARN, tag, digest, platform types.String
	check                                       types.Dynamic
}

func argumentsOf(ctx context.Context, config tfsdk.Config) (a arguments, diags diag.Diagnostics) {
	for name, value := range map[string]any{
		"image": &a.image, "repository_arn": &a.repositoryARN, "image_tag": &a.tag, "image_digest": &a.digest, "platform": &a.platform, "check": &a.check,
	} {
		diags.Append(config.GetAttribute(ctx, path.Root(name), value)...)
	}
	return a, diags
}

// targetOf returns the target of a configuration.
func targetOf(ctx context.Context, config tfsdk.Config) (probe.Target, *pullerror.Check, diag.Diagnostics) {
	configured, diags := argumentsOf(ctx, config)
	if diags.HasError() {
		return probe.Target{}, nil, diags
	}
	target, with, faults := configured.target(ctx)
	return target, with, append(diags, faults...)
}

// target returns what to pull, and with which check to compare it. While Terraform does not
// know a value, it is as if it were not set.
func (a arguments) target(ctx context.Context) (target probe.Target, with *pullerror.Check, diags diag.Diagnostics) {
	fault := func(attribute string, err error) {
		if err != nil {
			diags.AddAttributeError(path.Root(attribute), invalid, tfattr.Sentence(err))
		}
	}
	switch {
	case !a.image.IsNull() && !a.repositoryARN.IsNull():
		fault("repository_arn", errors.New("both image and repository_arn are set: set one of them"))
	case a.image.IsNull() && a.repositoryARN.IsNull():
		fault("image", errors.New("neither image nor repository_arn is set: set one of them"))
	case !a.image.IsNull() && !(a.tag.IsNull() && a.digest.IsNull()):
		fault("image", errors.New("with image, write the tag or the digest into it: image_tag and image_digest are for repository_arn"))
	case !a.tag.IsNull() && !a.digest.IsNull():
		fault("image_digest", errors.New("both image_tag and image_digest are set: set one of them"))
	}
	var err error
	if uri := a.image.ValueString(); uri != "" || isEmpty(a.image) {
		target.Image, err = awsname.ParseImage(uri)
		fault("image", err)
	}
	if arn := a.repositoryARN.ValueString(); arn != "" || isEmpty(a.repositoryARN) {
		target.Image.Repository, err = awsname.ParseRepositoryARN(arn)
		fault("repository_arn", err)
	}
	if tag := a.tag.ValueString(); tag != "" || isEmpty(a.tag) {
		target.Image.Tag, _, err = awsname.ParseImageReference(tag)
		if err == nil && target.Image.Tag != tag || tag == "" {
			err = errors.New("the tag must not be empty, and a digest is for image_digest")
		}
		fault("image_tag", err)
	}
	if digest := a.digest.ValueString(); digest != "" || isEmpty(a.digest) {
		_, target.Image.Digest, err = awsname.ParseImageReference("@" + digest)
		fault("image_digest", err)
	}
	target.Platform, err = probe.ParsePlatform(cmp.Or(a.platform.ValueString(), probe.DefaultPlatform.String()))
	if isEmpty(a.platform) {
		_, err = probe.ParsePlatform("")
	}
	fault("platform", err)
	if value, err := a.check.ToTerraformValue(ctx); err == nil && !value.IsNull() && value.IsFullyKnown() {
		check, err := attributes.CheckOf(a.check)
		fault("check", err)
		with = &check
	}
	return target, with, diags
}

// isEmpty reports whether a text is known to be empty.
func isEmpty(s types.String) bool { return !s.IsNull() && !s.IsUnknown() && s.ValueString() == "" }

// A prober tries pulls.
type prober struct{ data *providerdata.Data }

// configure takes what the provider has created.
func (p *prober) configure(providerData any) diag.Diagnostics {
	data, diags := providerdata.From(providerData)
	p.data = data
	return diags
}

// An outcome is a result, and how it compares with a check.
type outcome struct {
	*probe.Result
	agreement pullerror.Agreement
	reason    string
}

// text returns the outcome to be read.
func (o outcome) text() string {
	text := o.Text()
	if o.reason != "" {
		text += "\n\nCompared with the check: " + o.reason
	}
	return text
}

// run tries a pull. It warns if the pull and the check disagree.
func (p *prober) run(ctx context.Context, config tfsdk.Config, report func(probe.Step)) (o outcome, diags diag.Diagnostics) {
	target, with, diags := targetOf(ctx, config)
	if diags.HasError() {
		return o, diags
	}
	var err error
	if o.Result, err = p.try(ctx, target, report); err != nil {
		if errors.Is(err, context.Canceled) {
			err = awserr.Explain(err, awserr.Attempt{Doing: "try a pull"})
		}
		diags.AddError(awserr.Describe(err, "The pull probe could not be made"))
		return o, diags
	}
	if with == nil {
		return o, diags
	}
	o.agreement, o.reason = o.Compare(*with)
	switch o.agreement {
	case pullerror.Disagrees:
		diags.AddAttributeWarning(path.Root("check"), "The pull and the check disagree", o.Summary()+"\n\n"+o.reason)
	case pullerror.OtherPull:
		diags.AddAttributeWarning(path.Root("check"), "The check is about another pull", o.reason)
	default:
	}
	return o, diags
}

// try makes the calls. If STS does not say who the principal is, it is not known.
func (p *prober) try(ctx context.Context, target probe.Target, report func(probe.Step)) (*probe.Result, error) {
	api, registry, err := p.data.Pulls.Routes(ctx, target.Image)
	if err != nil {
		return nil, err
	}
	if target.Principal, err = p.principal(ctx); isConfiguration(err) {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, pullTime)
	defer cancel()
	return probe.Run(limited, target, api, registry, func(step probe.Step) {
		tflog.Info(ctx, "Step of the pull", map[string]any{"step": step.Name, "status": string(step.Status), "authorization_id": step.AuthorizationID})
		report(step)
	})
}

func (p *prober) principal(ctx context.Context) (string, error) {
	limited, cancel := context.WithTimeout(ctx, identityTime)
	defer cancel()
	identity, err := p.data.Clients.Identity(limited)
	return identity.ARN, err
}

// isConfiguration reports whether no call can be made: there are no credentials.
func isConfiguration(err error) bool {
	_, credentials := errors.AsType[*awserr.CredentialsError](err)
	_, configuration := errors.AsType[*awserr.ConfigError](err)
	return credentials || configuration
}
