// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Results returns the results as attributes of the data source's schema.
// Nothing in a result is null.
func Results() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"verdict": text("`allowed`, `denied` or `conditional`. The first two hold for every value of what is not known: `unknown_documents`, and condition keys that are not set. They depend on the `assumptions`."),
		"allowed": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the verdict is `allowed`.",
		},
		"denied_by": texts("What denies: `identity_policy`, `permissions_boundary`, `session_policy`, `service_control_policy`, `resource_control_policy`, " +
			"`vpc_endpoint_policy`, `s3_endpoint_policy`, `repository_policy`, `registry_policy`; or `partition_mismatch`, `region_mismatch`, `host_not_supported`, `account_mismatch`, `role_not_assumable`, `repository_missing`, `role_missing`, `image_missing`, `image_archived`, which no policy of these can change."),
		"denied_side": text("The side that denies: `consumer`, `registry` or `both`; empty unless the verdict is `denied`."),
		"decisions": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "One decision for each action.",
			NestedObject:        schema.NestedAttributeObject{Attributes: decision()},
		},
		"unknown_context_keys": texts("The condition keys that keep a decision open because their values are not known. Give them in `context`."),
		"unknown_documents":    texts("The arguments that are not known: not set and not readable, or set to `\"unknown\"`. What is assumed not to exist is not among them: see `assumptions`."),
		"summary":              text("The first line of `explanation`: the verdict in one sentence, and who denies or what it depends on."),
		"explanation":          text("All of the result as one readable text, fit for the `error_message` of a `check`, a `precondition` or a `postcondition`. It is the same for what is planned and for what exists after the apply: what the plan does is in `assumptions`."),
		"remedies": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What each side can do, or for a `conditional` verdict what to supply.",
			NestedObject:        schema.NestedAttributeObject{Attributes: remedy()},
		},
		"messages": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Texts to send, by side: `consumer` and `registry`, each if that side has something to do or to look up. A text has the change as HCL and JSON, and AWS CLI commands that show what is there, for people who have credentials of that account and do not know this configuration.",
		},
		"mismatches":  texts("Probable mistakes, one sentence each: accounts, Regions, partitions and names that do not match, a role or repository that does not exist, misspelt condition keys, documents that AWS would reject."),
		"assumptions": texts("What was assumed because it is not set, one sentence each: no check reads service and resource control policies, session policies and the policies of VPC endpoints, and so they are assumed not to restrict the pull; the function assumes the same of the permissions boundary, and that there is no registry policy. Role and repository are assumed to exist if they were not read, and to be created by the plan if policies are planned for one that does not exist."),
		"documents": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "Where each policy that was judged comes from. What is not set and assumed not to exist is not among them: see `assumptions`. " +
				"What a check reads from AWS has no time: it reads in every plan and every apply, and a result with that time would never stay the same.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"argument": text("The argument for the policy, as in `repository_policy`."),
				"name":     text("The policy's name, or the Sid of a planned statement; empty if there is no policy, or none is known."),
				"source":   text("`given` (as an argument, also if another check has read it), `read` (from AWS, by this check), `snapshot` (from AWS, for `registry_snapshot` or `consumer_snapshot`), `planned` or `unknown`."),
				"read_at":  text("When it was read for a snapshot, as in `2026-11-27T09:00:00Z`; otherwise empty."),
			}},
		},
		"snapshots": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The snapshots that were given, and when each was read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"argument":   text("`registry_snapshot` or `consumer_snapshot`."),
				"account_id": text("The account that it shows."),
				"region":     text("The Region of a registry; empty for a consumer."),
				"read_at":    text("When it was read, as in `2026-11-27T09:00:00Z`."),
			}},
		},
	}
}

func decision() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"action":    text("The action, as in `ecr:BatchGetImage`."),
		"principal": text("Who performs the action: the ARN of the role, or the service principal. Empty for the download of layers, which ECR signs."),
		"resource":  text("The repository's ARN; `*` for `ecr:GetAuthorizationToken`; for `s3:GetObject` the objects with the layers."),
		"verdict":   text("`allowed`, `denied` or `conditional`."),
		"denied_by": texts("What denies this action."),
		"reason":    text("Why, in plain words."),
		"statements": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The statements that decided, or on which the verdict depends.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"document": text("The kind of policy, as in `repository_policy`."),
				"policy":   text("The policy's name."),
				"sid":      text("The statement's Sid; empty when it has none."),
				"index": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "The statement's place in its policy, from 0; planned statements have the place that they will have.",
				},
				"line": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "The line on which the statement begins in the JSON that was set or read, from 1; that of a planned statement is counted in its own JSON.",
				},
				"effect": text("`Allow` or `Deny`."),
			}},
		},
	}
}

func remedy() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"side":     text("The side that can act: `consumer` or `registry`."),
		"sentence": text("What to do. If a statement would allow the pull without its condition, this begins with how to meet the condition, and says that the change makes the condition pointless."),
		"hcl":      text("The resource that does it: one of this provider, or `aws_iam_role_policy` where only the login is missing; empty when none helps."),
		"json":     text("The statement or policy document to add, or to replace the one that `sentence` says to correct; empty when nothing can be added that helps."),
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func texts(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}
