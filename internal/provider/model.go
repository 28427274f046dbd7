// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// model is the provider block. It is read only when every value is known.
type model struct {
	Region                    types.String      `tfsdk:"region"`
	Profile                   types.String      `tfsdk:"profile"`
	AccessKey                 types.String      `tfsdk:"access_key"`
	SecretKey                 types.String      `tfsdk:"secret_key"`
	Token                     types.String      `tfsdk:"token"`
	SharedConfigFiles         []string          `tfsdk:"shared_config_files"`
	SharedCredentialsFiles    []string          `tfsdk:"shared_credentials_files"`
	AssumeRole                []assumeRoleModel `tfsdk:"assume_role"`
	AssumeRoleWithWebIdentity *webIdentityModel `tfsdk:"assume_role_with_web_identity"`
	Endpoints                 *endpointsModel   `tfsdk:"endpoints"`
	MaxRetries                types.Int64       `tfsdk:"max_retries"`
	RetryMode                 types.String      `tfsdk:"retry_mode"`
	CustomCABundle            types.String      `tfsdk:"custom_ca_bundle"`
	UseFIPSEndpoint           types.Bool        `tfsdk:"use_fips_endpoint"`
	UseDualStackEndpoint      types.Bool        `tfsdk:"use_dualstack_endpoint"`
	AllowedAccountIDs         []string          `tfsdk:"allowed_account_ids"`
	ForbiddenAccountIDs       []string          `tfsdk:"forbidden_account_ids"`
	VerifyWrites              types.String      `tfsdk:"verify_writes"`
}

type assumeRoleModel struct {
	RoleARN           types.String         `tfsdk:"role_arn"`
	SessionName       types.String         `tfsdk:"session_name"`
	ExternalID        types.String         `tfsdk:"external_id"`
	Duration          types.String         `tfsdk:"duration"`
	Policy            jsontypes.Normalized `tfsdk:"policy"`
	PolicyARNs        []string             `tfsdk:"policy_arns"`
	SourceIdentity    types.String         `tfsdk:"source_identity"`
	Tags              map[string]string    `tfsdk:"tags"`
	TransitiveTagKeys []string             `tfsdk:"transitive_tag_keys"`
}

type webIdentityModel struct {
	RoleARN              types.String         `tfsdk:"role_arn"`
	SessionName          types.String         `tfsdk:"session_name"`
	Duration             types.String         `tfsdk:"duration"`
	Policy               jsontypes.Normalized `tfsdk:"policy"`
	PolicyARNs           []string             `tfsdk:"policy_arns"`
	WebIdentityToken     types.String         `tfsdk:"web_identity_token"`
	WebIdentityTokenFile types.String         `tfsdk:"web_identity_token_file"`
}

type endpointsModel struct {
	CloudTrail    types.String `tfsdk:"cloudtrail"`
	ECR           types.String `tfsdk:"ecr"`
	IAM           types.String `tfsdk:"iam"`
	Organizations types.String `tfsdk:"organizations"`
	STS           types.String `tfsdk:"sts"`
}

// The values of verify_writes.
const (
	verifyBeforeReturn = "before_return"
	verifyInBackground = "in_background"
)

// readConfig converts the provider block to the configuration of the clients and
// verify_writes. If some values are unknown, the result has only the names of their
// attributes and the Region, if that is known.
func readConfig(ctx context.Context, block tfsdk.Config) (config awsapi.Config, verifyWrites string, diags diag.Diagnostics) {
	unknown, diags := unknownAttributes(block)
	if diags.HasError() {
		return awsapi.Config{}, "", diags
	}
	if len(unknown) > 0 {
		var region types.String
		diags.Append(block.GetAttribute(ctx, path.Root("region"), &region)...)
		return awsapi.Config{Region: region.ValueString(), Unknown: unknown}, "", diags
	}
	var m model
	diags.Append(block.Get(ctx, &m)...)
	return m.config(), m.VerifyWrites.ValueString(), diags
}

// unknownAttributes returns the names of the attributes with an unknown value at any
// depth, sorted.
func unknownAttributes(block tfsdk.Config) ([]string, diag.Diagnostics) {
	var diags diag.Diagnostics
	var values map[string]tftypes.Value
	if err := block.Raw.As(&values); err != nil {
		diags.AddError("Invalid provider configuration", tfattr.Sentence(err))
		return nil, diags
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !values[name].IsFullyKnown() {
			unknown = append(unknown, name)
		}
	}
	return unknown, diags
}

func (m model) config() awsapi.Config {
	config := awsapi.Config{
		Region:                 m.Region.ValueString(),
		Profile:                m.Profile.ValueString(),
		AccessKey:              m.AccessKey.ValueString(),
		SecretKey:              m.SecretKey.ValueString(),
		Token:                  m.Token.ValueString(),
		SharedConfigFiles:      m.SharedConfigFiles,
		SharedCredentialsFiles: m.SharedCredentialsFiles,
		MaxRetries:             int(m.MaxRetries.ValueInt64()),
		RetryMode:              m.RetryMode.ValueString(),
		CustomCABundle:         m.CustomCABundle.ValueString(),
		UseFIPSEndpoint:        m.UseFIPSEndpoint.ValueBoolPointer(),
		UseDualStackEndpoint:   m.UseDualStackEndpoint.ValueBoolPointer(),
		AllowedAccountIDs:      m.AllowedAccountIDs,
		ForbiddenAccountIDs:    m.ForbiddenAccountIDs,
	}
	for _, role := range m.AssumeRole {
		config.AssumeRole = append(config.AssumeRole, role.config())
	}
	if m.AssumeRoleWithWebIdentity != nil {
		config.AssumeRoleWithWebIdentity = m.AssumeRoleWithWebIdentity.config()
	}
	if m.Endpoints != nil {
		config.Endpoints = m.Endpoints.config()
	}
	return config
}

func (m assumeRoleModel) config() awsapi.AssumeRole {
	return awsapi.AssumeRole{
		RoleARN:           m.RoleARN.ValueString(),
		SessionName:       m.SessionName.ValueString(),
		ExternalID:        m.ExternalID.ValueString(),
		Duration:          parsedDuration(m.Duration),
		Policy:            m.Policy.ValueString(),
		PolicyARNs:        m.PolicyARNs,
		SourceIdentity:    m.SourceIdentity.ValueString(),
		Tags:              m.Tags,
		TransitiveTagKeys: m.TransitiveTagKeys,
	}
}

func (m webIdentityModel) config() *awsapi.AssumeRoleWithWebIdentity {
	return &awsapi.AssumeRoleWithWebIdentity{
		RoleARN:              m.RoleARN.ValueString(),
		SessionName:          m.SessionName.ValueString(),
		Duration:             parsedDuration(m.Duration),
		Policy:               m.Policy.ValueString(),
		PolicyARNs:           m.PolicyARNs,
		WebIdentityToken:     m.WebIdentityToken.ValueString(),
		WebIdentityTokenFile: m.WebIdentityTokenFile.ValueString(),
	}
}

func (m endpointsModel) config() awsapi.Endpoints {
	return awsapi.Endpoints{CloudTrail: m.CloudTrail.ValueString(), ECR: m.ECR.ValueString(), IAM: m.IAM.ValueString(), Organizations: m.Organizations.ValueString(), STS: m.STS.ValueString()}
}

// parsedDuration returns zero, which means the default, for null and empty text. The
// schema's validator has rejected all other text that is not a duration.
func parsedDuration(s types.String) time.Duration {
	d, err := time.ParseDuration(s.ValueString())
	if err != nil {
		return 0
	}
	return d
}
