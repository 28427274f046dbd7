// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// A Provider is the provider under test, configured for an account of an emulator, and called
// over the protocol without Terraform: for calls that only newer versions of Terraform make.
type Provider struct {
	t          testing.TB
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// An Answer is what the provider says of one object.
type Answer struct {
	State, Identity map[string]any
	Name            string // the display name in a list
	Diagnostics     []Diagnostic

	private []byte
}

// NewProvider returns the provider with credentials of an account.
func NewProvider(t testing.TB, server *emulator.Server, account string) *Provider {
	t.Helper()
	p := NewUnconfiguredProvider(t)
	key, secret := server.Credentials(account)
	endpoints := map[string]any{"ecr": server.URL(), "iam": server.URL(), "organizations": server.URL(), "sts": server.URL()}
	resp, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: dynamicValue(t, p.schemas.Provider, map[string]any{
			"region": "us-east-1", "access_key": key, "secret_key": secret, "endpoints": endpoints, "assume_role": []any{},
		}),
	})
	p.must(err)
	if diags := diagnosticsOf(resp.Diagnostics); len(diags) > 0 {
		t.Fatal(diags)
	}
	return p
}

// NewUnconfiguredProvider returns the provider as Terraform calls it to move objects.
func NewUnconfiguredProvider(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{t: t}
	var err error
	p.server, err = ProtoV6ProviderFactories()["ecrxa"]()
	p.must(err)
	p.schemas, err = p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err)
	identities, err := p.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.must(err)
	p.identities = identities.IdentitySchemas
	return p
}

func (p *Provider) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// Replaced returns what Terraform has of an object when it plans what takes its place: the private
// data.
func (a Answer) Replaced() Answer { return Answer{private: a.private} }

// Import imports an object by its ID, or if that is empty by an identity, and reads it.
func (p *Provider) Import(typeName, id string, identity map[string]any) Answer {
	p.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if id == "" {
		req.Identity = p.identityOf(typeName, identity)
	}
	resp, err := p.server.ImportResourceState(p.t.Context(), req)
	p.must(err)
	if len(resp.ImportedResources) == 0 || hasError(resp.Diagnostics) {
		return Answer{Diagnostics: diagnosticsOf(resp.Diagnostics)}
	}
	imported := resp.ImportedResources[0]
	return p.read(typeName, imported.State, imported.Identity, imported.Private, resp.Diagnostics)
}

// Read refreshes an object.
func (p *Provider) Read(typeName string, before Answer) Answer {
	p.t.Helper()
	return p.read(typeName, dynamicValue(p.t, p.schemas.ResourceSchemas[typeName], before.State), p.identityOf(typeName, before.Identity), before.private, nil)
}

func (p *Provider) read(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte, before []*tfprotov6.Diagnostic) Answer {
	p.t.Helper()
	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: state, CurrentIdentity: identity, Private: private})
	p.must(err)
	return p.answer(typeName, resp.NewState, resp.NewIdentity, resp.Private, append(before, resp.Diagnostics...))
}

// Move moves the state of an object of another type, which is JSON.
func (p *Provider) Move(sourceProvider, sourceType, state, targetType string) Answer {
	p.t.Helper()
	resp, err := p.server.MoveResourceState(p.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: sourceProvider, SourceTypeName: sourceType, SourceState: &tfprotov6.RawState{JSON: []byte(state)}, TargetTypeName: targetType,
	})
	p.must(err)
	return p.answer(targetType, resp.TargetState, resp.TargetIdentity, resp.TargetPrivate, resp.Diagnostics)
}

func (p *Provider) answer(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte, diags []*tfprotov6.Diagnostic) Answer {
	p.t.Helper()
	a := Answer{Diagnostics: diagnosticsOf(diags), private: private}
	if state != nil {
		a.State = p.object(state, p.schemas.ResourceSchemas[typeName].ValueType())
	}
	if identity != nil && identity.IdentityData != nil {
		a.Identity = p.object(identity.IdentityData, p.identities[typeName].ValueType())
	}
	return a
}

// identityOf returns an identity with these attributes; all others are null.
func (p *Provider) identityOf(typeName string, attributes map[string]any) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	if attributes == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: objectOf(p.t, p.identities[typeName].ValueType(), attributes)}
}

// object returns a value of the provider as Go values; nil for null.
func (p *Provider) object(value *tfprotov6.DynamicValue, typ tftypes.Type) map[string]any {
	p.t.Helper()
	decoded, err := value.Unmarshal(typ)
	p.must(err)
	object, _ := goValue(p.t, decoded).(map[string]any)
	return object
}

// Unknown stands for a text that is not known yet.
const Unknown = "(unknown)"

// goValue returns a value as encoding/json would.
func goValue(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return Unknown
	}
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case value.As(&list) == nil:
		out := []any{}
		for _, element := range list {
			out = append(out, goValue(t, element))
		}
		return out
	case value.As(&object) == nil:
		out := map[string]any{}
		for name, element := range object {
			out[name] = goValue(t, element)
		}
		return out
	}
	var text string
	if value.As(&text) == nil {
		return text
	}
	var truth bool
	if err := value.As(&truth); err != nil {
		t.Fatal(err)
	}
	return truth
}

// objectOf returns an object of a type. Attributes that are not given are null.
func objectOf(t testing.TB, typ tftypes.Type, attributes map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	object, isObject := typ.(tftypes.Object)
	if !isObject {
		t.Fatalf("%s is not an object", typ)
	}
	whole := map[string]any{}
	for name := range object.AttributeTypes {
		whole[name] = attributes[name]
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return withUnknown(t, typ, &tfprotov6.DynamicValue{JSON: text})
}

// withUnknown makes each text Unknown in a value unknown.
func withUnknown(t testing.TB, typ tftypes.Type, value *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	t.Helper()
	known, err := value.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	transformed, err := tftypes.Transform(known, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		var text string
		if v.Type().Is(tftypes.String) && v.IsKnown() && !v.IsNull() && v.As(&text) == nil && text == Unknown {
			return tftypes.NewValue(tftypes.String, tftypes.UnknownValue), nil
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, transformed)
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// A Diagnostic is an error or a warning with the path of its attribute, as in
// `role_arns["arn:…"]`.
type Diagnostic struct {
	Warning bool
	Path    string
	Summary string
	Detail  string
}

func diagnosticsOf(all []*tfprotov6.Diagnostic) (out []Diagnostic) {
	for _, d := range all {
		out = append(out, Diagnostic{Warning: d.Severity == tfprotov6.DiagnosticSeverityWarning, Path: pathText(d.Attribute), Summary: d.Summary, Detail: d.Detail})
	}
	return out
}

func hasError(all []*tfprotov6.Diagnostic) bool {
	for _, d := range all {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Create plans an object that is created, and applies the plan unless it has an error.
func (p *Provider) Create(typeName string, config map[string]any) Answer {
	p.t.Helper()
	planned := p.plan(typeName, Answer{}, config)
	if hasError(planned.Diagnostics) {
		return Answer{Diagnostics: diagnosticsOf(planned.Diagnostics)}
	}
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.null(typeName), PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity, Config: dynamicValue(p.t, p.schemas.ResourceSchemas[typeName], config),
	})
	p.must(err)
	return p.answer(typeName, resp.NewState, resp.NewIdentity, resp.Private, append(planned.Diagnostics, resp.Diagnostics...))
}

// Plan plans an object. Without a state before, it is created.
func (p *Provider) Plan(typeName string, before Answer, config map[string]any) Answer {
	p.t.Helper()
	resp := p.plan(typeName, before, config)
	return p.answer(typeName, resp.PlannedState, resp.PlannedIdentity, resp.PlannedPrivate, resp.Diagnostics)
}

func (p *Provider) plan(typeName string, before Answer, config map[string]any) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	prior, proposed := p.null(typeName), map[string]any{}
	if before.State != nil {
		prior = dynamicValue(p.t, schema, before.State)
		for _, a := range schema.Block.Attributes { // As Terraform proposes it.
			if a.Computed {
				proposed[a.Name] = before.State[a.Name]
			}
		}
	}
	maps.Copy(proposed, config)
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: prior, PriorPrivate: before.private, PriorIdentity: p.identityOf(typeName, before.Identity),
		ProposedNewState: dynamicValue(p.t, schema, proposed), Config: dynamicValue(p.t, schema, config),
	})
	p.must(err)
	return resp
}

func (p *Provider) null(typeName string) *tfprotov6.DynamicValue {
	p.t.Helper()
	typ := p.schemas.ResourceSchemas[typeName].ValueType()
	value, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	p.must(err)
	return &value
}

// List lists objects of a type, at most as many as the limit unless that is 0. Those without
// error have their state.
func (p *Provider) List(typeName string, config map[string]any, limit int64) (listed []Answer) {
	p.t.Helper()
	schema := p.schemas.ListResourceSchemas[typeName]
	lister, _ := p.server.(tfprotov6.ListResourceServer)
	stream, err := lister.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: dynamicValue(p.t, schema, config), IncludeResource: true, Limit: limit,
	})
	p.must(err)
	for result := range stream.Results {
		answer := p.answer(typeName, result.Resource, result.Identity, nil, result.Diagnostics)
		answer.Name = result.DisplayName
		listed = append(listed, answer)
	}
	return listed
}

// GeneratedConfig returns the configuration that Terraform generates for an object.
func (p *Provider) GeneratedConfig(typeName string, of Answer) map[string]any {
	p.t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	resp, err := p.server.GenerateResourceConfig(p.t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: dynamicValue(p.t, schema, of.State)})
	p.must(err)
	if diags := diagnosticsOf(resp.Diagnostics); len(diags) > 0 {
		p.t.Fatal(diags)
	}
	return p.object(resp.Config, schema.ValueType())
}

// dynamicValue returns an object of a schema's type. Attributes that are not in config are
// null.
func dynamicValue(t testing.TB, schema *tfprotov6.Schema, config map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	return objectOf(t, schema.ValueType(), config)
}

// pathText prints a path in the form of Terraform's documentation.
func pathText(path *tftypes.AttributePath) string {
	text := ""
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text != "" {
				text += "."
			}
			text += string(step)
		case tftypes.ElementKeyInt:
			index, _ := json.Marshal(int64(step))
			text += "[" + string(index) + "]"
		case tftypes.ElementKeyString:
			text += "[" + string(step) + "]"
		case tftypes.ElementKeyValue:
			var s string
			if err := tftypes.Value(step).As(&s); err == nil {
				text += "[" + s + "]"
			}
		}
	}
	return text
}
