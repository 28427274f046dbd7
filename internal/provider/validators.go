// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// stringRule is a rule for one string. It accepts null, unknown and empty values: an
// empty argument counts as not set, as in the AWS provider.
type stringRule struct {
	description string
	check       func(string) error
}

// Description says what the rule requires.
func (r stringRule) Description(context.Context) string { return r.description }

// MarkdownDescription says what the rule requires.
func (r stringRule) MarkdownDescription(context.Context) string { return r.description }

// ValidateString applies the rule.
func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	if value == "" {
		return
	}
	if err := r.check(value); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+attributeName(req.Path), tfattr.Sentence(err))
	}
}

// attributeName returns the name of an attribute for a title, as in "region" or, in a
// block, "role_arn in assume_role".
func attributeName(p path.Path) string {
	var names []string
	for _, step := range p.Steps() {
		if name, ok := step.(path.PathStepAttributeName); ok {
			names = append(names, string(name))
		}
	}
	slices.Reverse(names)
	return strings.Join(names, " in ")
}

func region() validator.String {
	return stringRule{"must be an AWS Region such as us-east-1", func(s string) error {
		if !awsname.IsRegion(s) {
			return fmt.Errorf("%s is not an AWS Region: expected a form such as us-east-1", printed.Quoted(s))
		}
		return nil
	}}
}

func retryMode() validator.String {
	return stringRule{"must be standard or adaptive", func(s string) error {
		if s != "standard" && s != "adaptive" {
			return fmt.Errorf("%s is not a retry mode: write standard or adaptive", printed.Quoted(s))
		}
		return nil
	}}
}

func verifyWrites() validator.String {
	return stringRule{"must be before_return or in_background", func(s string) error {
		if s != verifyBeforeReturn && s != verifyInBackground {
			return fmt.Errorf("%s does not say when writes are verified: write before_return or in_background", printed.Quoted(s))
		}
		return nil
	}}
}

func accountID() validator.String {
	return stringRule{"must be an AWS account ID of 12 digits", awsname.CheckAccountID}
}

func roleARN() validator.String {
	return stringRule{"must be the ARN of a role", func(s string) error {
		p, err := awsname.ParsePrincipal(s)
		if err != nil {
			return err
		}
		if p.Kind != awsname.Role {
			return fmt.Errorf("%s is the ARN of a %s: expected a role, arn:PARTITION:iam::ACCOUNT:role/NAME", printed.Quoted(s), p.Kind)
		}
		return nil
	}}
}

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
var (
	sessionNameFormat = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`) // also of a source identity
	externalIDFormat  = regexp.MustCompile(`^[\w+=,.@:/-]+$`)    // 2 to 1224 characters
)

// sessionText is for the names that AWS accepts in one form. The noun says which one
// it is.
func sessionText(noun string) validator.String {
	return stringRule{"must have 2 to 64 characters: letters, digits and _+=,.@-", func(s string) error {
		if !sessionNameFormat.MatchString(s) {
			return fmt.Errorf("%s is not a %s: AWS accepts 2 to 64 letters, digits and _+=,.@-", printed.Quoted(s), noun)
		}
		return nil
	}}
}

// externalID does not show the value: some people keep it secret.
func externalID() validator.String {
	return stringRule{"must have 2 to 1224 characters: letters, digits and _+=,.@:/-", func(s string) error {
		switch length := utf8.RuneCountInString(s); {
		case length == 1:
			return errors.New("an external ID has 2 to 1224 characters, and this one has 1")
		case length > 1224:
			return fmt.Errorf("an external ID has 2 to 1224 characters, and this one has %d", length)
		case !externalIDFormat.MatchString(s):
			return errors.New("an external ID may have only letters, digits and _+=,.@:/-, and this one has another character")
		}
		return nil
	}}
}

func managedPolicyARN() validator.String {
	return stringRule{"must be the ARN of a managed policy", func(s string) error {
		arn, err := awsname.ParseARN(s)
		if err != nil {
			return err
		}
		if arn.Service != "iam" || !strings.HasPrefix(arn.Resource, "policy/") {
			return fmt.Errorf("%s is not the ARN of a managed policy: expected arn:PARTITION:iam::ACCOUNT:policy/NAME, where ACCOUNT is aws for AWS managed policies", printed.Quoted(s))
		}
		return nil
	}}
}

func tagKey() validator.String {
	return stringRule{"must have 1 to 128 characters", func(s string) error {
		if length := utf8.RuneCountInString(s); length > 128 {
			return fmt.Errorf("a tag key has 1 to 128 characters, and this one has %d", length)
		}
		return nil
	}}
}

func duration(shortest, longest time.Duration) validator.String {
	description := fmt.Sprintf("must be a duration from %s to %s, such as 1h or 90m", shortest, longest)
	return stringRule{description, func(s string) error {
		d, err := time.ParseDuration(s)
		if err != nil {
			return fmt.Errorf("%s is not a duration: expected a form such as 1h or 90m", printed.Quoted(s))
		}
		if d < shortest || d > longest {
			return fmt.Errorf("AWS accepts durations from %s to %s, not %s", shortest, longest, d)
		}
		return nil
	}}
}

func endpointURL() validator.String {
	return stringRule{"must be a URL with http or https", func(s string) error {
		if err := awsapi.CheckEndpoint(s); err != nil {
			return fmt.Errorf("the value (not shown, because it may have a password) is not the URL of an endpoint: %w; expected a form such as https://vpce-1a2b.api.ecr.us-east-1.vpce.amazonaws.com", err)
		}
		return nil
	}}
}

func caBundle() validator.String {
	return stringRule{"must be the path of a readable PEM file", func(s string) error {
		pem, err := os.ReadFile(awsapi.ExpandHome(s))
		if err != nil {
			return fmt.Errorf("the file cannot be read: %s", printed.Message(err.Error()))
		}
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return fmt.Errorf("the file %s has no certificate in PEM format", printed.Value(s))
		}
		return nil
	}}
}
