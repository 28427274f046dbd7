// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// knownRegion warns of a region that is misspelt, or newer than the provider.
type knownRegion struct{}

func (knownRegion) Description(context.Context) string { return "should be a region that has ECR" }

func (v knownRegion) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (knownRegion) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	region, known := req.ConfigValue.ValueString(), awsname.KnownRegions()
	if !awsname.IsRegion(region) || slices.Contains(known, region) {
		return
	}
	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown region",
		printed.Quoted(region)+" is misspelt, or newer than this version of the provider."+wording.DidYouMean(region, known))
}
