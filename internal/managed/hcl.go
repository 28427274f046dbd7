// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// GrantHCL returns the ecrxa_repository_grant block of a grant on a repository. The label
// is the resource name in the configuration; see Label.
func GrantHCL(label string, repo awsname.Repository, g Grant) string {
	b := newBlock(GrantType, label)
	b.text("registry_id", repo.Account)
	b.text("region", repo.Region)
	b.text("repository", repo.Name)
	b.grant(&g)
	return b.String()
}

// RegistryGrantHCL returns the ecrxa_registry_grant block of a registry grant. The label is
// the resource name in the configuration; see Label.
func RegistryGrantHCL(label string, g RegistryGrant) string {
	b := newBlock(RegistryGrantType, label)
	b.text("registry_id", g.Registry.Account)
	b.text("region", g.Registry.Region)
	b.texts("repositories", g.Repositories)
	b.grant(&g.Grant)
	return b.String()
}

// RolePolicyHCL returns the ecrxa_consumer_role_policy block of a policy on a role.
// The label is the resource name in the configuration; see Label.
func RolePolicyHCL(label, role, policyName string, p RolePolicy) string {
	b := newBlock(RolePolicyType, label)
	b.text("role", role)
	b.text("name", policyName)
	b.texts("repository_arns", p.RepositoryARNs)
	b.actions(p.Actions, actionset.OfIdentity)
	b.conditions(p.Conditions)
	return b.String()
}

// statementHCL returns the ecrxa_repository_statement block of a statement of a repository. The
// label is the resource name in the configuration; see Label.
func statementHCL(label string, repo awsname.Repository, s *policy.Statement) string {
	b := newBlock(StatementType, label)
	b.text("registry_id", repo.Account)
	b.text("region", repo.Region)
	b.text("repository", repo.Name)
	b.body.SetAttributeRaw("statement", jsonTokens(s.String()))
	if Public(s) != "" {
		b.body.SetAttributeValue("allow_public", cty.True)
	}
	return b.String()
}

// StatementImportHCL returns the import block of an ecrxa_repository_statement. The resource
// has a name that is made of the Sid.
func StatementImportHCL(repo awsname.Repository, sid string) string {
	return importHCL(StatementType, Label(sid), GrantImportID(repo, sid))
}

// jsonTokens returns an expression for a JSON text: a call of jsonencode, or a string where
// that could say something else.
func jsonTokens(text string) hclwrite.Tokens {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err == nil {
		if value, same := valueOf(decoded); same {
			return hclwrite.TokensForFunctionCall("jsonencode", hclwrite.TokensForValue(value))
		}
	}
	return hclwrite.TokensForValue(cty.StringVal(text))
}

// valueOf converts a JSON value. It reports false for what may be printed as something else: a
// name that is a keyword, and a number that is not a short whole one.
func valueOf(decoded any) (cty.Value, bool) {
	switch v := decoded.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), true
	case bool:
		return cty.BoolVal(v), true
	case string:
		return cty.StringVal(v), true
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 32)
		return cty.NumberIntVal(n), err == nil && strconv.FormatInt(n, 10) == v.String()
	case []any:
		values := []cty.Value{}
		for _, element := range v {
			value, same := valueOf(element)
			if !same {
				return cty.NilVal, false
			}
			values = append(values, value)
		}
		return cty.TupleVal(values), true
	case map[string]any:
		values := map[string]cty.Value{}
		for name, element := range v {
			value, same := valueOf(element)
			if !same || slices.Contains([]string{"for", "null", "true", "false"}, name) {
				return cty.NilVal, false
			}
			values[name] = value
		}
		return cty.ObjectVal(values), true
	}
	return cty.NilVal, false
}

// importHCL returns an import block, without a line break at its end.
func importHCL(resourceType, label, id string) string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("import", nil).Body()
	body.SetAttributeRaw("to", addressTokens(resourceType, label))
	body.SetAttributeValue("id", cty.StringVal(id))
	return strings.TrimSuffix(string(file.Bytes()), "\n")
}

// RemovedHCL returns a removed block that keeps the real object: Terraform only forgets the
// resource. It has no line break at its end. Until somebody replaces <NAME>, it does not parse: a
// valid name that is not that of the resource would let Terraform destroy the real object.
func RemovedHCL(resourceType string) string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("removed", nil).Body()
	body.SetAttributeRaw("from", addressTokens(resourceType, "<NAME>"))
	body.AppendNewline()
	body.AppendNewBlock("lifecycle", nil).Body().SetAttributeValue("destroy", cty.False)
	return strings.TrimSuffix(string(file.Bytes()), "\n")
}

func addressTokens(resourceType, label string) hclwrite.Tokens {
	return hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: resourceType}, hcl.TraverseAttr{Name: label}})
}

// StringHCL returns text as a string in configuration, with its quotes.
func StringHCL(text string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes())
}

// Label converts text, such as a repository name, to a resource name for a configuration.
// Each character that Terraform does not accept becomes an underscore.
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

// A block is a resource block under construction. hclwrite escapes template sequences and
// quotes in strings.
type block struct {
	file *hclwrite.File
	body *hclwrite.Body
}

func newBlock(resourceType, label string) block {
	file := hclwrite.NewEmptyFile()
	return block{file, file.Body().AppendNewBlock("resource", []string{resourceType, label}).Body()}
}

// text sets an attribute, unless the value is empty.
func (b block) text(name, value string) {
	if value != "" {
		b.body.SetAttributeValue(name, cty.StringVal(value))
	}
}

// texts sets an attribute to a list of strings, unless the list is empty.
func (b block) texts(name string, values []string) {
	if len(values) > 0 {
		b.body.SetAttributeValue(name, list(values))
	}
}

// actions sets access if the actions are a named set on the side of the resource.
// Otherwise it sets actions.
func (b block) actions(actions []string, nameOf func([]string) (actionset.Name, bool)) {
	if name, named := nameOf(actions); named {
		b.text("access", string(name))
		return
	}
	b.texts("actions", actions)
}

// grant sets the attributes that both kinds of grants have.
func (b block) grant(g *Grant) {
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

// String returns the block in the format of terraform fmt: hclwrite formats when it prints.
func (b block) String() string { return string(b.file.Bytes()) }

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
