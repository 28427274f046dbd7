// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

const mixedPolicy = `{"Version":"2012-10-17","Statement":[
	{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::111122223333:role/a"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]},
	{"Sid":"ByCondition","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"ecr:BatchGetImage","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/a"},"StringEquals":{"aws:PrincipalTag/team":["${aws:ResourceTag/team}","%{x}"]}}},
	{"Sid":"Org","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}},
	{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:987654321098:function:*"}}},
	{"Sid":"deny, all","Effect":"Deny","Principal":"*","Action":"ecr:PutImage","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-\"${x}\""},"NumericLessThan":{"aws:MultiFactorAuthAge":300},"Bool":{"aws:SecureTransport":false}}},
	{"Sid":"deny; all","Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository","Condition":{"StringEquals":{"for":"x"}}},
	{"Sid":"Everyone","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"]},
	{"Sid":"Here","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"*"}]}`

// configured evaluates the blocks as Terraform does, and returns the document that the resources
// write.
func configured(t *testing.T, blocks string) *policy.Document {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(blocks), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s\n%s", diags, blocks)
	}
	functions := &hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}}
	var statements []*policy.Statement
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		values := map[string]cty.Value{}
		for name, attribute := range block.Body.Attributes {
			value, diags := attribute.Expr.Value(functions)
			if diags.HasErrors() {
				t.Fatalf("%s\n%s", diags, blocks)
			}
			values[name] = value
		}
		statements = append(statements, written(t, block.Labels[0], values))
	}
	return policy.NewDocument(statements...)
}

func written(t *testing.T, resourceType string, values map[string]cty.Value) *policy.Statement {
	t.Helper()
	if resourceType == StatementType {
		s, err := policy.ParseStatement(values["statement"].AsString())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	text := func(value cty.Value) string {
		if value == cty.NilVal {
			return ""
		}
		return value.AsString()
	}
	texts := func(value cty.Value) (all []string) {
		if value == cty.NilVal {
			return nil
		}
		for _, element := range value.AsValueSlice() {
			all = append(all, element.AsString())
		}
		return all
	}
	g := Grant{
		Sid: text(values["sid"]), Partition: "aws",
		AccountIDs: texts(values["account_ids"]), RoleARNs: texts(values["role_arns"]), UserARNs: texts(values["user_arns"]),
		OrganizationIDs: texts(values["organization_ids"]), OrganizationPaths: texts(values["organization_paths"]),
		ServicePrincipal: text(values["service_principal"]), SourceARNs: texts(values["source_arns"]), SourceAccountIDs: texts(values["source_account_ids"]),
		MatchRolesBy: text(values["match_roles_by"]), Actions: texts(values["actions"]),
	}
	if access := text(values["access"]); access != "" {
		g.Actions = actionset.Actions(actionset.Name(access))
	}
	if conditions := values["conditions"]; conditions != cty.NilVal {
		for _, c := range conditions.AsValueSlice() {
			g.Conditions = append(g.Conditions, policy.Condition{Test: c.GetAttr("test").AsString(), Variable: c.GetAttr("variable").AsString(), Values: texts(c.GetAttr("values"))})
		}
	}
	return g.Statement()
}

// checkRoundTrip checks that the configuration of a document, in which every statement has a
// resource, gives the document again. Of the others, it checks that a reason is given.
func checkRoundTrip(t *testing.T, text string) []Adoption {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var blocks strings.Builder
	want := policy.New()
	all := Adopt(paymentService, doc)
	for _, a := range all {
		blocks.WriteString(a.HCL(paymentService))
		if a.Type != "" {
			want = want.Add(a.Statement)
		}
		if (a.Type == GrantType) != (a.Reason == "") || (a.Type == GrantType) != (a.Grant != nil) {
			t.Errorf("%s: type %q, reason %q", a.Statement, a.Type, a.Reason)
		}
	}
	if got := configured(t, blocks.String()); got.Canonical() != want.Canonical() {
		t.Errorf("the configuration\n%s\nwrites\n%s\nwant\n%s", blocks.String(), got, want)
	}
	return all
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	var got []string
	for _, a := range checkRoundTrip(t, mixedPolicy) {
		got = append(got, a.Type+"."+a.Name)
	}
	want := "ecrxa_repository_grant.Pull ecrxa_repository_grant.ByCondition ecrxa_repository_grant.Org ecrxa_repository_grant.LambdaECRImageRetrievalPolicy " +
		"ecrxa_repository_statement.deny__all ecrxa_repository_statement.deny__all_2 ecrxa_repository_statement.Everyone ecrxa_repository_statement.Here"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestAdoptRefuses: what no resource can manage has a reason, and no block.
func TestAdoptRefuses(t *testing.T) {
	t.Parallel()
	for statements, want := range map[string]string{
		`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`:                         "no Sid",
		`{"Sid":"A","Effect":"Deny","Principal":"*","Action":"ecr:SetRepositoryPolicy"}`:    "denies every principal",
		`{"Sid":"A","Effect":"Deny","Principal":"*","Action":"ecr:*"}`:                      "denies every principal",
		`{"Sid":"A","Effect":"Deny","Action":"ecr:PutImage"}`:                               "no Principal",
		`{"Sid":"A","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"},{"Sid":"A"}`:   "several statements",
		`{"Sid":"A\u0000","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":[]}`: "not printed",
	} {
		for _, a := range checkRoundTrip(t, `{"Statement":[`+statements+`]}`) {
			if a.Type != "" || a.HCL(paymentService)+a.ImportHCL(paymentService) != "" || !strings.Contains(a.Reason, want) && !strings.Contains(a.Reason, strings.ReplaceAll(want, "not printed", "not printab")) {
				t.Errorf("%s: type %q, reason %q, want %s", statements, a.Type, a.Reason, want)
			}
		}
	}
}

// FuzzAdopt: whatever a policy says, its configuration says the same.
func FuzzAdopt(f *testing.F) {
	f.Add(mixedPolicy)
	f.Add(`{"Statement":{"Sid":"a","Effect":"Deny","Principal":{"CanonicalUser":[]},"NotAction":"${a}%{b}\u2028","for":{"true":[1,null,1.50]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := policy.Parse(text); err != nil || !isNormal(text) {
			return
		}
		checkRoundTrip(t, text)
	})
}

// isNormal reports whether Terraform keeps every string of a JSON text: it normalizes Unicode.
func isNormal(text string) bool {
	var decoded any
	if json.Unmarshal([]byte(text), &decoded) != nil {
		return false
	}
	printed, _ := json.Marshal(decoded)
	return cty.StringVal(string(printed)).AsString() == string(printed)
}

func TestHandoverHCL(t *testing.T) {
	t.Parallel()
	doc, err := policy.Parse(`{"Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"},
		{"Sid":"deny \"${x}\"","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"},{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	got, notAdopted := HandoverHCL("aws_ecr_repository_policy", paymentService, Adopt(paymentService, doc))
	want := `removed {
  from = aws_ecr_repository_policy.<NAME>

  lifecycle {
    destroy = false
  }
}

import {
  to = ecrxa_repository_grant.Pull
  id = "987654321098,us-east-1,payment-service,Pull"
}

import {
  to = ecrxa_repository_statement.deny____x__
  id = "987654321098,us-east-1,payment-service,deny \"$${x}\""
}`
	if got != want || len(notAdopted) != 1 {
		t.Errorf("got\n%s\nand %d others; want\n%s", got, len(notAdopted), want)
	}
	if _, diags := hclsyntax.ParseConfig([]byte(RemovedHCL("aws_iam_role_policy")), "main.tf", hcl.InitialPos); !diags.HasErrors() {
		t.Error("a removed block whose name was not replaced is valid: Terraform would destroy the real resource")
	}
}
