// SPDX-License-Identifier: MPL-2.0

package repositoryaccess

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// model is the data source as Terraform holds it.
type model struct {
	RegistrySnapshot     types.String       `tfsdk:"registry_snapshot"`
	Repository           types.String       `tfsdk:"repository"`
	OrganizationID       types.String       `tfsdk:"organization_id"`
	OrganizationAccounts types.Set          `tfsdk:"organization_accounts"`
	Descriptions         types.Map          `tfsdk:"descriptions"`
	Acknowledgements     types.Map          `tfsdk:"acknowledgements"`
	Suppressions         []suppressionModel `tfsdk:"suppressions"`

	AccountID  types.String      `tfsdk:"account_id"`
	Region     types.String      `tfsdk:"region"`
	ReadAt     types.String      `tfsdk:"read_at"`
	Complete   types.Bool        `tfsdk:"complete"`
	Entries    []entryModel      `tfsdk:"entries"`
	Findings   []findingModel    `tfsdk:"findings"`
	Suppressed []suppressedModel `tfsdk:"suppressed_findings"`
	Counts     *countsModel      `tfsdk:"counts"`
	Notes      []string          `tfsdk:"notes"`
	Summary    types.String      `tfsdk:"summary"`
	Markdown   types.String      `tfsdk:"markdown"`
	JSON       types.String      `tfsdk:"json"`
}

type suppressionModel struct {
	Code       types.String `tfsdk:"code"`
	Repository types.String `tfsdk:"repository"`
	Sid        types.String `tfsdk:"sid"`
	Reason     types.String `tfsdk:"reason"`
}

type entryModel struct {
	Repository     string       `tfsdk:"repository"`
	GranteeType    string       `tfsdk:"grantee_type"`
	Grantee        string       `tfsdk:"grantee"`
	AccountID      types.String `tfsdk:"account_id"`
	InOrganization types.String `tfsdk:"in_organization"`
	PolicyType     string       `tfsdk:"policy_type"`
	Sid            string       `tfsdk:"sid"`
	StatementIndex int64        `tfsdk:"statement_index"`
	Description    types.String `tfsdk:"description"`
	Acknowledged   types.String `tfsdk:"acknowledgement"`
	Access         []string     `tfsdk:"access"`
	Actions        []string     `tfsdk:"actions"`
	Conditions     []string     `tfsdk:"conditions"`
	Uncertain      bool         `tfsdk:"uncertain"`
	Denied         string       `tfsdk:"denied"`
	DeniedBy       []string     `tfsdk:"denied_by"`
	Sentence       string       `tfsdk:"sentence"`
}

type findingModel struct {
	Code           string `tfsdk:"code"`
	Severity       string `tfsdk:"severity"`
	Repository     string `tfsdk:"repository"`
	PolicyType     string `tfsdk:"policy_type"`
	Sid            string `tfsdk:"sid"`
	StatementIndex int64  `tfsdk:"statement_index"`
	Sentence       string `tfsdk:"sentence"`
	Remedy         string `tfsdk:"remedy"`
	HCL            string `tfsdk:"hcl"`
	Statement      string `tfsdk:"statement"`
}

type suppressedModel struct {
	findingModel

	Reason string `tfsdk:"reason"`
}

type countsModel struct {
	High       int64 `tfsdk:"high"`
	Medium     int64 `tfsdk:"medium"`
	Low        int64 `tfsdk:"low"`
	Suppressed int64 `tfsdk:"suppressed"`
}

func findingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"code":            tfattr.Text("The code: see [Codes](#codes)."),
		"severity":        tfattr.Text("`high`, `medium` or `low`."),
		"repository":      tfattr.Text("The name of the repository; `\"\"` for the registry policy."),
		"policy_type":     tfattr.Text("`repository_policy` or `registry_policy`."),
		"sid":             tfattr.Text("The Sid of the statement; `\"\"` if it has none."),
		"statement_index": tfattr.Number("The index of the statement in its policy, from 0; -1 if the finding is about no statement."),
		"sentence":        tfattr.Text("What was found."),
		"remedy":          tfattr.Text("What to do about it."),
		"hcl":             tfattr.Text("The `ecrxa_repository_grant` or `ecrxa_registry_grant` that writes the corrected statement; `\"\"` if none does, or if what is right is not known."),
		"statement":       tfattr.Text("The corrected statement as JSON; `\"\"` if what is right is not known."),
	}
}

func results() map[string]schema.Attribute {
	ofSuppressed := findingAttributes()
	ofSuppressed["reason"] = tfattr.Text("Why it is accepted.")
	return map[string]schema.Attribute{
		"account_id": tfattr.Text("The account of the registry."),
		"region":     tfattr.Text("The Region of the registry."),
		"read_at":    tfattr.Text("When the snapshot was read."),
		"complete":   tfattr.Bool("Whether the snapshot has every policy of the resource side. If not, others may have access, or some of these may not: see `notes` and the findings `policy_not_read`."),
		"entries": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Everyone to whom the resource side opens a repository: one entry for each grantee of each statement that allows something there.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"repository":      tfattr.Text("The name of the repository."),
				"grantee_type":    tfattr.Text("`everyone`, `organization`, `account`, `role`, `role_session`, `user`, `federated_user`, `service`, `identity_provider`, `canonical_user` or `unknown`. Conditions that name principals, accounts or organizations count: an account whose statement has a condition on `aws:PrincipalArn` that names roles is these roles."),
				"grantee":         tfattr.Text("The ID or the ARN; `*` for everyone."),
				"account_id":      tfattr.Text("The account of the grantee; null if it has none."),
				"in_organization": tfattr.Text("`yes`, `no` or `unknown`: whether the grantee is in the organization of `organization_id` or `organization_accounts`; null if neither is set."),
				"policy_type":     tfattr.Text("`repository_policy` or `registry_policy`."),
				"sid":             tfattr.Text("The Sid of the statement; `\"\"` if it has none."),
				"statement_index": tfattr.Number("The index of the statement in its policy, from 0."),
				"description":     tfattr.Text("The description of the statement in `descriptions`; null if there is none."),
				"acknowledgement": tfattr.Text("The reason of the statement in `acknowledgements`; null if there is none."),
				"access":          tfattr.Texts("The sets of actions that are allowed in full, as in the argument `access` of `ecrxa_repository_grant`, such as `pull`."),
				"actions":         tfattr.Texts("All actions on the repository that are allowed, those of a wildcard as far as this provider knows them."),
				"conditions":      tfattr.Texts("What a request must meet, in words."),
				"uncertain":       tfattr.Bool("Whether AWS may read the statement in another way: it has an element that AWS would reject, or a principal of which AWS does not say whom it means in ECR."),
				"denied":          tfattr.Text("What Deny statements of the repository policy, the registry policy and resource control policies close again: `no`, `partly` (some requests, or under conditions) or `entirely`."),
				"denied_by":       tfattr.Texts("What each of these Deny statements denies."),
				"sentence":        tfattr.Text("The entry in plain words."),
			}},
		},
		"findings": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What is probably not meant, or what best practices advise against; the most severe first.",
			NestedObject:        schema.NestedAttributeObject{Attributes: findingAttributes()},
		},
		"suppressed_findings": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Findings that `suppressions` or `acknowledgements` accept.",
			NestedObject:        schema.NestedAttributeObject{Attributes: ofSuppressed},
		},
		"counts": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The number of findings by severity.",
			Attributes: map[string]schema.Attribute{
				"high": tfattr.Number("Findings that open a door to outsiders, or may."), "medium": tfattr.Number("Findings that allow more than is needed, or something else than it seems."),
				"low": tfattr.Number("Other findings."), "suppressed": tfattr.Number("Findings that are accepted; they are in none of the other numbers."),
			},
		},
		"notes":    tfattr.Texts("What the report does not know or cannot say."),
		"summary":  tfattr.Text("The report in a few sentences."),
		"markdown": tfattr.Text("The report as Markdown: a table for each repository, and the findings."),
		"json":     tfattr.Text("The report as JSON."),
	}
}

// show writes a report into the attributes.
func (m *model) show(r *access.Report) {
	m.AccountID, m.Region, m.ReadAt = types.StringValue(r.Account), types.StringValue(r.Region), types.StringValue(r.ReadAt)
	m.Complete, m.Notes = types.BoolValue(r.Complete), r.Notes
	m.Entries, m.Findings, m.Suppressed = []entryModel{}, []findingModel{}, []suppressedModel{}
	for i := range r.Entries {
		m.Entries = append(m.Entries, entryOf(&r.Entries[i]))
	}
	for i := range r.Findings {
		m.Findings = append(m.Findings, findingOf(&r.Findings[i]))
	}
	for i := range r.Suppressed {
		m.Suppressed = append(m.Suppressed, suppressedModel{findingOf(&r.Suppressed[i].Finding), r.Suppressed[i].Reason})
	}
	c := r.Counts()
	m.Counts = &countsModel{int64(c.High), int64(c.Medium), int64(c.Low), int64(len(r.Suppressed))}
	m.Summary, m.Markdown, m.JSON = types.StringValue(r.Summary()), types.StringValue(r.Markdown()), types.StringValue(r.JSON())
}

func entryOf(e *access.Entry) entryModel {
	sets := []string{}
	for _, name := range e.Access {
		sets = append(sets, string(name))
	}
	return entryModel{
		Repository: e.Repository, GranteeType: string(e.Kind), Grantee: e.Grantee, AccountID: nullIfEmpty(e.Account), InOrganization: nullIfEmpty(string(e.InOrganization)),
		PolicyType: string(e.PolicyType), Sid: e.Sid, StatementIndex: int64(e.Index), Description: nullIfEmpty(e.Description), Acknowledged: nullIfEmpty(e.Acknowledged),
		Access: sets, Actions: e.Actions, Conditions: e.Conditions, Uncertain: e.Uncertain,
		Denied: string(e.Denied), DeniedBy: e.DeniedBy, Sentence: e.Sentence,
	}
}

func findingOf(f *access.Finding) findingModel {
	return findingModel{
		Code: string(f.Code), Severity: string(f.Severity), Repository: f.Repository, PolicyType: string(f.PolicyType), Sid: f.Sid, StatementIndex: int64(f.Index),
		Sentence: f.Sentence, Remedy: f.Remedy, HCL: f.HCL, Statement: f.Statement,
	}
}

func nullIfEmpty(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
