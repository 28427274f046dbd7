// SPDX-License-Identifier: MPL-2.0

package pullcheck_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/json"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestRemedies_writeWhatTheyProve: the resource that a remedy proposes is valid, and its
// plan is to write just the statement or document that the remedy was proven with.
func TestRemedies_writeWhatTheyProve(t *testing.T) {
	t.Parallel()
	inputs := []verdict.Input{}
	for _, tt := range pulls.Cases {
		inputs = append(inputs, tt.In)
	}
	random := rand.New(rand.NewPCG(11, 12)) //nolint:gosec // a repeatable sequence is wanted
	for range 300 {
		choices := make([]byte, 100)
		for i := range choices {
			choices[i] = byte(random.UintN(256)) //nolint:gosec // it fits
		}
		inputs = append(inputs, pulls.MadeUp(choices))
	}
	p := newPlanner(t)
	seen := map[string]bool{}
	for _, in := range inputs {
		for _, remedy := range pulls.Evaluate(t, in).Remedies {
			if !strings.Contains(remedy.HCL, "resource \"ecrxa_") || seen[remedy.HCL+remedy.JSON] {
				continue
			}
			seen[remedy.HCL+remedy.JSON] = true
			if written := p.plan(t, remedy.HCL); canonical(t, written) != canonical(t, remedy.JSON) {
				t.Errorf("the resource would write\n%s\nand the remedy was proven with\n%s\n%s", written, remedy.JSON, remedy.HCL)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d remedies have configuration", len(seen))
	}
}

// canonical returns a text that is equal for statements, or documents, that mean the
// same.
func canonical(t *testing.T, text string) string {
	t.Helper()
	if doc, err := policy.Parse(text); err == nil && !doc.Empty() {
		return doc.Canonical()
	}
	s, err := policy.ParseStatement(text)
	if err != nil {
		t.Fatal(err)
	}
	return s.Canonical()
}

// A planner plans resources with the provider itself, without AWS.
type planner struct {
	server tfprotov6.ProviderServer
	types  map[string]tftypes.Type
}

func newPlanner(t *testing.T) planner {
	t.Helper()
	p := planner{providerserver.NewProtocol6(provider.New("test")())(), map[string]tftypes.Type{}}
	schemas, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, schema := range schemas.ResourceSchemas {
		p.types[name] = schema.ValueType()
	}
	return p
}

// plan parses a resource block and plans to create it. It returns what the resource
// would write.
func (p planner) plan(t *testing.T, block string) string {
	t.Helper()
	name, values := parseResource(t, block)
	config := &tfprotov6.DynamicValue{JSON: values}
	validated, err := p.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
	if err != nil || errorsIn(validated.Diagnostics) != "" {
		t.Fatalf("%v %s\n%s", err, errorsIn(validated.Diagnostics), block)
	}
	null, err := tfprotov6.NewDynamicValue(p.types[name], tftypes.NewValue(p.types[name], nil))
	if err != nil {
		t.Fatal(err)
	}
	planned, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, Config: config, ProposedNewState: config, PriorState: &null,
	})
	if err != nil || errorsIn(planned.Diagnostics) != "" {
		t.Fatalf("%v %s\n%s", err, errorsIn(planned.Diagnostics), block)
	}
	state, err := planned.PlannedState.Unmarshal(p.types[name])
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	var written string
	if err := attributes[map[string]string{managed.GrantType: "statement", managed.RegistryGrantType: "statement", managed.RolePolicyType: "policy"}[name]].As(&written); err != nil {
		t.Fatal(err)
	}
	return written
}

// parseResource returns the type of the one resource in a configuration, and its
// attributes as JSON.
func parseResource(t *testing.T, text string) (resourceType string, attributes []byte) {
	t.Helper()
	file, diags := hclparse.NewParser().ParseHCL([]byte(text), "remedy.tf")
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	content, diags := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "resource", LabelNames: []string{"type", "name"}}}})
	if diags.HasErrors() || len(content.Blocks) != 1 {
		t.Fatalf("%d blocks: %v\n%s", len(content.Blocks), diags, text)
	}
	block := content.Blocks[0]
	found, diags := block.Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	values := map[string]cty.Value{}
	for name, attribute := range found {
		value, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatalf("%v\n%s", diags, text)
		}
		values[name] = value
	}
	attributes, err := json.Marshal(cty.ObjectVal(values), cty.ObjectVal(values).Type())
	if err != nil {
		t.Fatal(err)
	}
	return block.Labels[0], attributes
}

func errorsIn(diags []*tfprotov6.Diagnostic) string {
	var texts []string
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			texts = append(texts, d.Summary+": "+d.Detail)
		}
	}
	return strings.Join(texts, "\n")
}
