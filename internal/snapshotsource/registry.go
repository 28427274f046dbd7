// SPDX-License-Identifier: MPL-2.0

package snapshotsource

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

var (
	_ datasource.DataSource                     = (*registrySource)(nil)
	_ datasource.DataSourceWithConfigure        = (*registrySource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*registrySource)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*registrySource)(nil)
)

// NewRegistry returns the data source ecrxa_registry_snapshot.
func NewRegistry() datasource.DataSource { return &registrySource{base{now: time.Now}} }

type registrySource struct{ base }

func (d *registrySource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_registry_snapshot"
}

const registryDescription = "Reads the registry side of pulls, with credentials of the **registry account**, as one JSON text that another workspace can judge with.\n\n" +
	"Export `json` as an output. The team of the consumer account passes it to `registry_snapshot` of [`ecrxa_pull_check`](pull_check.md) or [`evaluate_pull`](../functions/evaluate_pull.md): through `terraform_remote_state`, `tfe_outputs` or any other way. It needs no credentials of the registry account.\n\n" +
	"What AWS does not let the credentials read is missing in the snapshot and listed in `not_read`: it is no error, and it never counts as something that does not exist. Any other failure is an error."

func (d *registrySource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	repositoryName := tfattr.Valid("a repository name", managed.CheckRepository)
	resp.Schema = schema.Schema{MarkdownDescription: registryDescription, Attributes: merged(commonArguments(), commonResults("registry"), map[string]schema.Attribute{
		"repository": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{repositoryName},
			MarkdownDescription: "The name of the repository. Conflicts with `repositories`.",
		},
		"repositories": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Set{tfattr.NotEmpty{}, setvalidator.ValueStringsAre(repositoryName)},
			MarkdownDescription: "The names of the repositories. Conflicts with `repository`.",
		},
		"images": schema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Map{mapvalidator.ValueStringsAre(tfattr.Valid("a tag or digest", checkImage))},
			MarkdownDescription: "An image to look for, by repository: its tag or its digest, as in `{ \"team/app\" = \"1.2.3\" }`. The check then knows whether it exists and is archived.",
		},
		"region": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{tfattr.Valid("a region", managed.CheckRegion)},
			MarkdownDescription: "The repositories' region. Default: the provider's region.",
		},
		"registry_policy":           tfattr.Text("The registry policy, as JSON; `\"\"` if there is none, null if it could not be read."),
		"resource_control_policies": controlPolicies("resource control policies"),
		"repository_details": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What was read of each repository, by its name. What could not be read is null.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"arn":             tfattr.Text("The ARN."),
				"exists":          tfattr.Bool("Whether the repository exists."),
				"policy":          tfattr.Text("The repository policy, as JSON; `\"\"` if there is none."),
				"tags":            textMap("The tags."),
				"encryption_type": tfattr.Text("`AES256`, `KMS` or `KMS_DSSE`."),
				"kms_key":         tfattr.Text("The KMS key; null if there is none."),
				"image": schema.SingleNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The image of `images`; null if there is none for the repository.",
					Attributes: map[string]schema.Attribute{
						"exists": tfattr.Bool("Whether the image exists."),
						"tag":    tfattr.Text("The tag that was looked for."),
						"digest": tfattr.Text("The digest."),
						"status": tfattr.Text("`ACTIVE`, `ARCHIVED` or `ACTIVATING`. An image that is archived cannot be pulled."),
					},
				},
			}},
		},
		"creation_templates": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The repository creation templates that match one of the repositories; null if they could not be read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"prefix":      tfattr.Text("The prefix; `ROOT` matches every name that no other prefix matches."),
				"applied_for": tfattr.Texts("`PULL_THROUGH_CACHE`, `REPLICATION` and `CREATE_ON_PUSH`, as far as the template applies to them."),
				"policy":      tfattr.Text("The repository policy that a new repository gets, as JSON; `\"\"` if there is none."),
			}},
		},
		"pull_through_cache_rules": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The pull through cache rules that match one of the repositories, without their secrets; null if they could not be read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"prefix":          tfattr.Text("The prefix; `ROOT` matches every name that no other prefix matches."),
				"upstream":        tfattr.Text("The upstream registry, as in `registry-1.docker.io`."),
				"upstream_prefix": tfattr.Text("The prefix in the upstream registry; null if there is none."),
				"role_arn":        tfattr.Text("The role for an upstream in another ECR registry; null if there is none."),
			}},
		},
		"replication_rules": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The replication rules of the registry; null if they could not be read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"prefixes": tfattr.Texts("The prefixes of the names of the repositories that are replicated; `[]` means all."),
				"destinations": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The registries that get copies.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"account_id": tfattr.Text("The account."),
						"region":     tfattr.Text("The Region."),
					}},
				},
			}},
		},
	})}
}

// checkImage returns an error if a text is neither the tag nor the digest of an image.
func checkImage(text string) error {
	tag, digest, err := awsname.ParseImageReference(text)
	if err == nil && (tag == "") == (digest == "") {
		err = fmt.Errorf("%s is not one image: write its tag or its digest (sha256: and 64 hex digits)", printed.Quoted(text))
	}
	return err
}

func (d *registrySource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("repository"), path.MatchRoot("repositories"))}
}

// ValidateConfig checks that each image has a repository.
func (d *registrySource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	repositories, known := names(ctx, req.Config, "repository", "repositories", &resp.Diagnostics)
	var images types.Map
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("images"), &images)...)
	if !known || len(repositories) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(images.Elements())) {
		if _, found := repositories[name]; !found {
			resp.Diagnostics.AddAttributeError(path.Root("images").AtMapKey(name), "Image of another repository",
				fmt.Sprintf("The snapshot does not have the repository %s. Write the name of one that is in repository or repositories.", printed.Quoted(name)))
		}
	}
}

func (d *registrySource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	c := readCommon(ctx, req.Config, &resp.Diagnostics)
	repositories, _ := names(ctx, req.Config, "repository", "repositories", &resp.Diagnostics)
	images := map[string]string{}
	var region types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("images"), &images)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &region)...)
	if resp.Diagnostics.HasError() {
		return
	}
	of := live.Repositories{Region: d.region, Names: slices.Collect(maps.Keys(repositories)), Images: images, Organization: c.readsOrganization()}
	if !region.IsNull() {
		of.Region = region.ValueString()
	}
	s, err := live.Registry(ctx, d.sources, of, d.time(c))
	if err != nil {
		appendError(&resp.Diagnostics, err, "repository")
		return
	}
	json, err := s.JSON()
	if err != nil {
		appendError(&resp.Diagnostics, err, "repository")
		return
	}
	copyArguments(req, resp)
	set(ctx, resp, header(s.Header, s.Account, json, s.NotRead, s.Organization))
	set(ctx, resp, registryAttributes(s))
}

// registryAttributes are what only a snapshot of a registry has.
func registryAttributes(s *snapshot.Registry) map[string]any {
	repositories := map[string]repositoryModel{}
	for _, r := range s.Repositories {
		repositories[r.Name] = repositoryOf(r)
	}
	return map[string]any{
		"region":                    s.Region,
		"registry_policy":           document(s.RegistryPolicy),
		"resource_control_policies": levels(s.ResourceControlPolicies),
		"repository_details":        repositories,
		"creation_templates": converted(s.CreationTemplates, func(t snapshot.CreationTemplate) templateModel {
			return templateModel{t.Prefix, t.AppliedFor, document(t.Policy)}
		}),
		"pull_through_cache_rules": converted(s.PullThroughCacheRules, func(r snapshot.PullThroughCacheRule) ruleModel {
			return ruleModel{r.Prefix, r.Upstream, optional(r.UpstreamPrefix), optional(r.RoleARN)}
		}),
		"replication_rules": converted(s.ReplicationRules, func(r snapshot.ReplicationRule) replicationModel {
			return replicationModel{r.Prefixes, converted(&r.Destinations, func(d snapshot.Destination) destinationModel { return destinationModel(d) })}
		}),
	}
}

// converted is null for a list that is not known.
func converted[A, B any](all *[]A, convert func(A) B) []B {
	if all == nil {
		return nil
	}
	list := []B{}
	for _, a := range *all {
		list = append(list, convert(a))
	}
	return list
}

type repositoryModel struct {
	ARN            string             `tfsdk:"arn"`
	Exists         *bool              `tfsdk:"exists"`
	Policy         *string            `tfsdk:"policy"`
	Tags           *map[string]string `tfsdk:"tags"`
	EncryptionType *string            `tfsdk:"encryption_type"`
	KMSKey         *string            `tfsdk:"kms_key"`
	Image          *imageModel        `tfsdk:"image"`
}

func repositoryOf(r snapshot.Repository) repositoryModel {
	m := repositoryModel{ARN: r.ARN, Exists: r.Exists, Policy: document(r.Policy), Tags: r.Tags}
	if r.Encryption != nil {
		m.EncryptionType, m.KMSKey = optional(r.Encryption.Type), optional(r.Encryption.KMSKey)
	}
	if i := r.Image; i != nil {
		m.Image = &imageModel{i.Exists, optional(i.Tag), optional(i.Digest), optional(i.Status)}
	}
	return m
}

type imageModel struct {
	Exists *bool   `tfsdk:"exists"`
	Tag    *string `tfsdk:"tag"`
	Digest *string `tfsdk:"digest"`
	Status *string `tfsdk:"status"`
}

type templateModel struct {
	Prefix     string   `tfsdk:"prefix"`
	AppliedFor []string `tfsdk:"applied_for"`
	Policy     *string  `tfsdk:"policy"`
}

type ruleModel struct {
	Prefix         string  `tfsdk:"prefix"`
	Upstream       string  `tfsdk:"upstream"`
	UpstreamPrefix *string `tfsdk:"upstream_prefix"`
	RoleARN        *string `tfsdk:"role_arn"`
}

type replicationModel struct {
	Prefixes     []string           `tfsdk:"prefixes"`
	Destinations []destinationModel `tfsdk:"destinations"`
}

type destinationModel struct {
	Account string `tfsdk:"account_id"`
	Region  string `tfsdk:"region"`
}
