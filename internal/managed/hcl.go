package managed

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// GrantHCL returns the ecrxa_repository_grant block of a grant on a repository. The
// label is the resource's name in the configuration, as Label makes it.
func GrantHCL(label string, repo awsname.Repository, g Grant) string {
	b := newBlock(GrantType, label)
	b.text("registry_id", repo.Account)
	b.text("region", repo.Region)
	b.text("repository", repo.Name)
	b.text("sid", g.Sid)
	b.texts("account_ids", g.AccountIDs)
	b.texts("role_arns", g.RoleARNs)
	b.texts("user_arns", g.UserARNs)
	b.texts("organization_ids", g.OrganizationIDs)
	b.texts("organization_paths", g.OrganizationPaths)
	b.text("service_principal", g.ServicePrincipal)
	b.texts("source_arns", g.SourceARNs)
	b.texts("source_account_ids", g.SourceAccountIDs)
	if g.MatchRolesBy == ByCondition {
		b.text("match_roles_by", ByCondition)
	}
	b.actions(g.Actions, actionset.Of)
	b.conditions(g.Conditions)
	return b.String()
}

// RolePolicyHCL returns the ecrxa_consumer_role_policy block of a policy on a role.
// The label is the resource's name in the configuration, as Label makes it.
func RolePolicyHCL(label, role, policyName string, p RolePolicy) string {
	b := newBlock(RolePolicyType, label)
	b.text("role", role)
	b.text("name", policyName)
	b.texts("repository_arns", p.RepositoryARNs)
	b.actions(p.Actions, actionset.OfIdentity)
	b.conditions(p.Conditions)
	return b.String()
}

// Label returns a resource name made of text, such as a repository's name: each
// character that Terraform does not take in a name becomes an underscore.
// Source: https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
func Label(text string) string {
	label := strings.Map(func(r rune) rune {
		if r < 128 && isAlphanumeric(r) {
			return r
		}
		return '_'
	}, text)
	if label == "" || label[0] >= '0' && label[0] <= '9' {
		return "repository_" + label
	}
	return label
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// A block is a resource block that is being written. hclwrite escapes what would be
// a template or end the string.
type block struct {
	file *hclwrite.File
	body *hclwrite.Body
}

func newBlock(resourceType, label string) block {
	file := hclwrite.NewEmptyFile()
	return block{file, file.Body().AppendNewBlock("resource", []string{resourceType, label}).Body()}
}

// text writes an attribute, unless it is empty.
func (b block) text(name, value string) {
	if value != "" {
		b.body.SetAttributeValue(name, cty.StringVal(value))
	}
}

// texts writes a set of strings, unless it is empty.
func (b block) texts(name string, values []string) {
	if len(values) > 0 {
		b.body.SetAttributeValue(name, list(values))
	}
}

// actions writes access where the actions have a name on the side of the resource,
// else the actions.
func (b block) actions(actions []string, nameOf func([]string) (actionset.Name, bool)) {
	if name, named := nameOf(actions); named {
		b.text("access", string(name))
		return
	}
	b.texts("actions", actions)
}

func (b block) conditions(conditions []policy.Condition) {
	if len(conditions) == 0 {
		return
	}
	values := make([]cty.Value, len(conditions))
	for i, c := range conditions {
		values[i] = cty.ObjectVal(map[string]cty.Value{
			"test": cty.StringVal(c.Test), "variable": cty.StringVal(c.Variable), "values": list(c.Values),
		})
	}
	b.body.SetAttributeValue("conditions", cty.TupleVal(values))
}

// String returns the block as terraform fmt writes it.
func (b block) String() string { return string(hclwrite.Format(b.file.Bytes())) }

func list(texts []string) cty.Value {
	if len(texts) == 0 {
		return cty.EmptyTupleVal
	}
	values := make([]cty.Value, len(texts))
	for i, text := range texts {
		values[i] = cty.StringVal(text)
	}
	return cty.TupleVal(values)
}
