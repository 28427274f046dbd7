package provider_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
)

// A plugin is the provider as Terraform calls it, in this process.
type plugin struct {
	tfprotov6.ProviderServer

	t       testing.TB
	schemas *tfprotov6.GetProviderSchemaResponse
}

// start starts the provider. If endpoint is not empty, it is configured with credentials.
func start(t testing.TB, endpoint, accessKey, secretKey string) *plugin {
	t.Helper()
	p := &plugin{ProviderServer: providerserver.NewProtocol6(provider.New("test")())(), t: t}
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p.schemas = schemas
	if endpoint != "" {
		_, err = p.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.value(schemas.Provider, map[string]any{
			"region": "us-east-1", "access_key": accessKey, "secret_key": secretKey, "endpoints": map[string]any{"ecr": endpoint, "sts": endpoint},
		})})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// value returns an object of a schema's type. What is not set is null.
func (p *plugin) value(schema *tfprotov6.Schema, set map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	attributes := filled(schema.ValueType(), set)
	text, err := json.Marshal(attributes)
	if err != nil {
		p.t.Fatal(err)
	}
	v, err := (&tfprotov6.DynamicValue{JSON: text}).Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	return p.encoded(schema.ValueType(), v)
}

// filled adds the attributes that are not set to an object, and to objects in it.
func filled(of tftypes.Type, set any) any {
	object, isObject := of.(tftypes.Object)
	if values, isSet := set.(map[string]any); isObject && isSet {
		all := map[string]any{}
		for name, attribute := range object.AttributeTypes {
			all[name] = filled(attribute, values[name])
		}
		return all
	}
	return set
}

// encoded returns a value as Terraform encodes it.
func (p *plugin) encoded(of tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(of, v)
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

func (p *plugin) check(err error, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			p.t.Fatal(d.Summary, d.Detail)
		}
	}
}

// call calls a function with one argument.
func (p *plugin) call(name string, argument *tfprotov6.DynamicValue) {
	resp, err := p.CallFunction(p.t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: []*tfprotov6.DynamicValue{argument}})
	if err != nil {
		p.t.Fatal(err)
	}
	if resp.Error != nil {
		p.t.Fatal(resp.Error.Text)
	}
}

// argument encodes an argument of any type: an object of strings and of maps of strings.
func (p *plugin) argument(set map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.encoded(tftypes.DynamicPseudoType, literal(set))
}

func literal(v any) tftypes.Value {
	values, isObject := v.(map[string]any)
	if !isObject {
		return tftypes.NewValue(tftypes.String, v)
	}
	types, attributes := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, value := range values {
		attributes[name] = literal(value)
		types[name] = attributes[name].Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, attributes)
}

// documents are the arguments of a pull, with policies as documents.
func documents(i int) map[string]any {
	return map[string]any{
		"image": pulls.Image, "role_arn": pulls.RoleARN, "registry_policy": "", "permissions_boundary": "",
		"repository_policy": strings.Replace(pulls.Granting, "Pull", fmt.Sprint("Pull", i), 1),
		"identity_policies": map[string]any{"ecrxa-pull": pulls.Pulling},
	}
}

// snapshots are the arguments of a pull, with snapshots of size repositories and roles.
func snapshots(t testing.TB, size int) map[string]any {
	t.Helper()
	r, c := pulls.RegistrySnapshot(), pulls.ConsumerSnapshot()
	exists := true
	for i := range size {
		name := fmt.Sprintf("team-%d/app", i)
		r.Repositories = append(r.Repositories, snapshot.Repository{
			Name: name, ARN: "arn:aws:ecr:us-east-1:987654321098:repository/" + name, Exists: &exists, Policy: snapshot.DocumentOf(pulls.Granting), Tags: &map[string]string{"team": "payments"},
		})
		role := c.Roles[0]
		role.Name = fmt.Sprintf("app-%d", i)
		role.ARN = "arn:aws:iam::123456789012:role/" + role.Name
		c.Roles = append(c.Roles, role)
	}
	registry, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"image": pulls.Image, "role_arn": pulls.RoleARN, "registry_snapshot": registry, "consumer_snapshot": consumer}
}

func BenchmarkEvaluatePull(b *testing.B) {
	p := start(b, "", "", "")
	for name, argument := range map[string]map[string]any{
		"documents": documents(0), "denied": {"image": pulls.Image, "role_arn": pulls.RoleARN, "repository_policy": "", "identity_policies": map[string]any{}},
		"snapshots": snapshots(b, 500),
	} {
		b.Run(name, func(b *testing.B) {
			encoded := p.argument(argument)
			b.ReportAllocs()
			b.SetBytes(int64(len(encoded.MsgPack)))
			for b.Loop() {
				p.call("evaluate_pull", encoded)
			}
		})
	}
	b.Run("parse_image_uri", func(b *testing.B) { // what any function costs
		encoded := p.encoded(tftypes.String, tftypes.NewValue(tftypes.String, pulls.Image))
		b.ReportAllocs()
		for b.Loop() {
			p.call("parse_image_uri", encoded)
		}
	})
}

func BenchmarkPullCheck(b *testing.B) {
	p := start(b, "", "", "")
	schema := p.schemas.DataSourceSchemas["ecrxa_pull_check"]
	for name, arguments := range map[string]map[string]any{"snapshots": snapshots(b, 0), "large snapshots": snapshots(b, 500)} {
		b.Run(name, func(b *testing.B) {
			config := p.value(schema, arguments)
			b.ReportAllocs()
			for b.Loop() {
				validated, err := p.ValidateDataResourceConfig(b.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "ecrxa_pull_check", Config: config})
				p.check(err, validated.Diagnostics)
				read, err := p.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "ecrxa_pull_check", Config: config})
				p.check(err, read.Diagnostics)
			}
		})
	}
}

// BenchmarkPlan makes the calls of a plan without changes.
func BenchmarkPlan(b *testing.B) {
	aws, err := emulator.Start(emulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(aws.Close)
	aws.CreateRepository("987654321098", "us-east-1", "payment-service")
	aws.SetRepositoryPolicy("987654321098", "us-east-1", "payment-service", pulls.Granting)
	accessKey, secretKey := aws.Credentials("987654321098")
	for name, set := range map[string]map[string]any{
		"ecrxa_repository_grant": {"repository": "payment-service", "sid": "Pull", "account_ids": []string{"123456789012"}},
	} {
		b.Run(name, func(b *testing.B) {
			p := start(b, aws.URL(), accessKey, secretKey)
			schema := p.schemas.ResourceSchemas[name]
			config, of := p.value(schema, set), schema.ValueType()
			none := p.encoded(of, tftypes.NewValue(of, nil))
			created, err := p.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: config, PriorState: none, ProposedNewState: config})
			p.check(err, created.Diagnostics)
			read, err := p.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: created.PlannedState})
			p.check(err, read.Diagnostics)
			state, private := read.NewState, read.Private
			p = start(b, aws.URL(), accessKey, secretKey) // the next run, with this state
			b.ReportAllocs()
			for b.Loop() {
				validated, err := p.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
				p.check(err, validated.Diagnostics)
				read, err := p.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: state, Private: private})
				p.check(err, read.Diagnostics)
				planned, err := p.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: config, PriorState: state, ProposedNewState: state, PriorPrivate: private})
				p.check(err, planned.Diagnostics)
			}
		})
	}
}
