// SPDX-License-Identifier: MPL-2.0

package repositoryaccess

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
)

// read reads the data source with some arguments.
func read(t *testing.T, arguments map[string]tftypes.Value) (model, diag.Diagnostics) {
	t.Helper()
	var schema datasource.SchemaResponse
	source := NewDataSource()
	source.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	object := schema.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		all[name] = tftypes.NewValue(typ, nil)
		if value, given := arguments[name]; given {
			all[name] = value
		}
	}
	config := tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(object, all)}
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(object, nil)}}
	source.Read(t.Context(), datasource.ReadRequest{Config: config}, &resp)
	var m model
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Get(t.Context(), &m)...)
	}
	return m, resp.Diagnostics
}

func str(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

func snapshotText(t *testing.T) string {
	t.Helper()
	s := pulls.RegistrySnapshot()
	s.Repositories[0].Policy = snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[
		{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]},
		{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`)
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestRead: the attributes are those of the report.
func TestRead(t *testing.T) {
	t.Parallel()
	suppression := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"code": tftypes.String, "repository": tftypes.String, "sid": tftypes.String, "reason": tftypes.String}}
	texts := tftypes.Map{ElementType: tftypes.String}
	m, diags := read(t, map[string]tftypes.Value{
		"registry_snapshot":     str(snapshotText(t)),
		"repository":            str("payment-service"),
		"organization_id":       str("o-a1b2c3d4e5"),
		"organization_accounts": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str("123456789012")}),
		"descriptions":          tftypes.NewValue(texts, map[string]tftypes.Value{"Pull": str("Team Payments"), "Open": tftypes.NewValue(tftypes.String, nil)}),
		"acknowledgements":      tftypes.NewValue(texts, map[string]tftypes.Value{"Pull": str("PLAT-9"), "Open": tftypes.NewValue(tftypes.String, nil)}),
		"suppressions": tftypes.NewValue(tftypes.List{ElementType: suppression}, []tftypes.Value{tftypes.NewValue(suppression, map[string]tftypes.Value{
			"code": str("whole_account"), "sid": str("Pull"), "reason": str("AWS Lambda"), "repository": tftypes.NewValue(tftypes.String, nil),
		})}),
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	entry, finding := m.Entries[0], m.Findings[0]
	if len(m.Entries) != 2 || entry.Grantee != "123456789012" || entry.InOrganization.ValueString() != "yes" || entry.Description.ValueString() != "Team Payments" || entry.Acknowledged.ValueString() != "PLAT-9" || !m.Entries[1].Acknowledged.IsNull() || strings.Join(entry.Access, " ") != "pull" {
		t.Errorf("entries %+v", m.Entries)
	}
	if finding.Code != "open_to_everyone" || finding.Severity != "high" || finding.Sid != "Open" || finding.StatementIndex != 1 || finding.Statement == "" {
		t.Errorf("finding %+v", finding)
	}
	if len(m.Suppressed) != 1 || m.Suppressed[0].Reason != "AWS Lambda" || *m.Counts != (countsModel{1, 0, 1, 1}) {
		t.Errorf("suppressed %+v, counts %+v, findings %+v", m.Suppressed, m.Counts, m.Findings)
	}
	if !strings.Contains(m.Summary.ValueString(), "opens the door to everyone and 1 account") || !strings.HasPrefix(m.JSON.ValueString(), `{"account_id":"987654321098"`) || !strings.Contains(m.Markdown.ValueString(), "## payment-service") {
		t.Errorf("%s\n%s", m.Summary.ValueString(), m.JSON.ValueString())
	}
}

func TestRead_errors(t *testing.T) {
	t.Parallel()
	for want, arguments := range map[string]map[string]tftypes.Value{
		"registry_snapshot is not a snapshot":                      {"registry_snapshot": str("{}")},
		`Did you mean "payment-service"?`:                          {"registry_snapshot": str(snapshotText(t)), "repository": str("payment-servic")},
		"registry_snapshot does not have the repository \"other\"": {"registry_snapshot": str(snapshotText(t)), "repository": str("other")},
	} {
		_, diags := read(t, arguments)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("got %v, want %q", diags, want)
		}
	}
}

// TestKindsAreDocumented: the description of grantee_type has all of them.
func TestKindsAreDocumented(t *testing.T) {
	t.Parallel()
	var schema datasource.SchemaResponse
	NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	attribute, diags := schema.Schema.AttributeAtPath(t.Context(), path.Root("entries").AtListIndex(0).AtName("grantee_type"))
	if diags.HasError() {
		t.Fatal(diags)
	}
	for _, kind := range access.Kinds() {
		if !strings.Contains(attribute.GetMarkdownDescription(), "`"+string(kind)+"`") {
			t.Errorf("the description lacks %s", kind)
		}
	}
}
