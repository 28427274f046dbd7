// SPDX-License-Identifier: MPL-2.0

package pullmatrix

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
)

// The arguments with the snapshots of each side.
const (
	registrySnapshots = "registry_snapshots"
	consumerSnapshots = "consumer_snapshots"
)

// sharedNames are the arguments of the pull check that hold for all pairs.
var sharedNames = []string{
	"access", "actions", "puller", "puller_region", "session_policies", "vpc_endpoint_policy", "s3_endpoint_policy", "context", "max_age", "now",
}

func arguments() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		registrySnapshots: schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "The registry side: the attributes `json` of data sources `ecrxa_registry_snapshot`, each of another account or Region. " +
				"A repository that is in `pairs` and in none of these is judged with its policies unknown.",
		},
		consumerSnapshots: schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "The consumer side: the attributes `json` of data sources `ecrxa_consumer_snapshot`, each of another account. " +
				"A role that is in `pairs` and in none of these is judged with its policies unknown.",
		},
		"pairs": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The pairs to judge. Default: each role of `consumer_snapshots` with each repository of `registry_snapshots`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"repository_arn": schema.StringAttribute{Required: true, MarkdownDescription: "ARN of the repository."},
				"role_arn":       schema.StringAttribute{Required: true, MarkdownDescription: "ARN of the role, with its path."},
			}},
		},
	}
	ofCheck := attributes.Arguments()
	for _, name := range sharedNames {
		all[name] = ofCheck[name]
	}
	return all
}

// shared returns the arguments that hold for all pairs.
func shared(values map[string]attr.Value) map[string]attr.Value {
	common := map[string]attr.Value{}
	for _, name := range sharedNames {
		if value, ok := values[name]; ok {
			common[name] = value
		}
	}
	return common
}
