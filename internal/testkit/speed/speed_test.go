// SPDX-License-Identifier: MPL-2.0

package speed_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
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
func (p *plugin) value(schema *tfprotov6.Schema, set any) *tfprotov6.DynamicValue {
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

// literal returns an object of strings and of such objects.
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
func documents(testing.TB) any { return documentsOf(pulls.Granting, "ecrxa-pull") }

func documentsOf(repositoryPolicy, identityPolicy string) any {
	return map[string]any{
		"image": pulls.Image, "role_arn": pulls.RoleARN, "registry_policy": "", "permissions_boundary": "",
		"repository_policy": repositoryPolicy, "identity_policies": map[string]any{identityPolicy: pulls.Pulling},
	}
}

// snapshotsOf returns the arguments of a pull, with snapshots of more repositories and roles.
func snapshotsOf(more int) func(testing.TB) any {
	return func(t testing.TB) any {
		r, c := pulls.RegistrySnapshot(), pulls.ConsumerSnapshot()
		for i := range more {
			repository, role := r.Repositories[0], c.Roles[0]
			repository.Name, role.Name = fmt.Sprint("app-", i), fmt.Sprint("app-", i)
			repository.ARN, role.ARN = "arn:aws:ecr:us-east-1:987654321098:repository/"+repository.Name, "arn:aws:iam::123456789012:role/"+role.Name
			r.Repositories, c.Roles = append(r.Repositories, repository), append(c.Roles, role)
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
}

// matrixOf returns the arguments of a matrix of so many roles and as many repositories.
func matrixOf(side int) func(testing.TB) any {
	return func(t testing.TB) any {
		snapshots, _ := snapshotsOf(side - 1)(t).(map[string]any)
		return map[string]any{"registry_snapshots": []any{snapshots["registry_snapshot"]}, "consumer_snapshots": []any{snapshots["consumer_snapshot"]}}
	}
}

// A job is one or several calls that Terraform makes for each object or function call.
type job struct {
	name    string
	allocs  float64 // at most so many allocations: they do not depend on the machine
	prepare func(testing.TB) func()
}

var jobs = []job{
	{"parse_image_uri", 400, function("parse_image_uri", func(testing.TB) any { return pulls.Image })}, // what any function costs
	{"evaluate_pull", 2300, function("evaluate_pull", documents)},
	{"evaluate_pull with snapshots", 2800, function("evaluate_pull", snapshotsOf(1))},
	{"evaluate_pull with large snapshots", 2800, function("evaluate_pull", snapshotsOf(500))},
	{"ecrxa_pull_check", 16100, read("ecrxa_pull_check", snapshotsOf(1))},
	{"ecrxa_pull_check with large snapshots", 16100, read("ecrxa_pull_check", snapshotsOf(500))},
	{"ecrxa_pull_matrix of 100 pairs", 119_500, read("ecrxa_pull_matrix", matrixOf(10))},
	{"plan of an unchanged ecrxa_repository_grant", 17000, unchangedGrant(pulls.Grant, map[string]any{"sid": "Pull"})},
	{"plan of an unchanged ecrxa_repository_grant with a condition", 24500, unchangedGrant(pulls.ThroughEndpoint, map[string]any{
		"sid": "PullThroughEndpoint", "conditions": []any{map[string]any{"test": "StringEquals", "variable": "aws:SourceVpce", "values": []string{"vpce-1"}}},
	})},
}

// function calls a function with one argument.
func function(name string, argument func(testing.TB) any) func(testing.TB) func() {
	return func(t testing.TB) func() {
		p := start(t, "", "", "")
		v := literal(argument(t))
		of := v.Type()
		if name == "evaluate_pull" {
			of = tftypes.DynamicPseudoType
		}
		arguments := []*tfprotov6.DynamicValue{p.encoded(of, v)}
		return func() {
			resp, err := p.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: arguments})
			p.check(err, nil)
			if resp.Error != nil {
				t.Fatal(resp.Error.Text)
			}
		}
	}
}

// read makes the calls of a plan with a data source.
func read(name string, arguments func(testing.TB) any) func(testing.TB) func() {
	return func(t testing.TB) func() {
		p := start(t, "", "", "")
		config := p.value(p.schemas.DataSourceSchemas[name], arguments(t))
		return func() {
			validated, err := p.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			p.check(err, validated.Diagnostics)
			read, err := p.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
			p.check(err, read.Diagnostics)
		}
	}
}

// unchangedGrant makes the calls of a plan without changes. The repository has the statement.
func unchangedGrant(statement string, attributes map[string]any) func(testing.TB) func() {
	return func(t testing.TB) func() {
		const name = "ecrxa_repository_grant"
		aws, err := emulator.Start(emulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(aws.Close)
		aws.CreateRepository("987654321098", "us-east-1", "payment-service")
		aws.SetRepositoryPolicy("987654321098", "us-east-1", "payment-service", pulls.Doc(statement))
		accessKey, secretKey := aws.Credentials("987654321098")
		p := start(t, aws.URL(), accessKey, secretKey)
		schema := p.schemas.ResourceSchemas[name]
		of := schema.ValueType()
		set := map[string]any{"repository": "payment-service", "account_ids": []string{"123456789012"}}
		maps.Copy(set, attributes)
		config := p.value(schema, set)
		none := p.encoded(of, tftypes.NewValue(of, nil))
		created, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: config, PriorState: none, ProposedNewState: config})
		p.check(err, created.Diagnostics)
		before, err := p.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: created.PlannedState})
		p.check(err, before.Diagnostics)

		p = start(t, aws.URL(), accessKey, secretKey) // the next run
		return func() {
			validated, err := p.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
			p.check(err, validated.Diagnostics)
			read, err := p.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: before.NewState, Private: before.Private})
			p.check(err, read.Diagnostics)
			planned, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: config, PriorState: read.NewState, ProposedNewState: read.NewState, PriorPrivate: read.Private})
			p.check(err, planned.Diagnostics)
		}
	}
}

func BenchmarkCalls(b *testing.B) {
	for _, j := range jobs {
		b.Run(j.name, func(b *testing.B) {
			call := j.prepare(b)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

// TestAllocations: most of the allocations are the framework's; see decision 031.
func TestAllocations(t *testing.T) { //nolint:paralleltest // It counts what the whole process allocates.
	for _, j := range jobs {
		call := j.prepare(t)
		if got := testing.AllocsPerRun(10, call); got > j.allocs {
			t.Errorf("%s: %.0f allocations, want at most %.0f", j.name, got, j.allocs)
		} else {
			t.Logf("%s: %.0f allocations", j.name, got)
		}
	}
}

// TestMemoryOfCalls: the framework keeps something of each call of a function until it
// stops; evaluate_pull keeps nothing more, be the policies of each call the same or others.
func TestMemoryOfCalls(t *testing.T) { //nolint:paralleltest // It measures the whole process.
	var kept []int64
	for _, calls := range []struct {
		name    string
		prepare func(testing.TB) func()
	}{{jobs[0].name, jobs[0].prepare}, {"evaluate_pull with the same policies", jobs[1].prepare}, {"evaluate_pull with other policies each time", otherPolicies}} {
		t.Run(calls.name, func(t *testing.T) { //nolint:paralleltest // Its context keeps something of each call, too.
			call := calls.prepare(t)
			after1000 := inUse(1000, call)
			kept = append(kept, inUse(4000, call)-after1000)
			t.Logf("4,000 calls keep %d bytes", kept[len(kept)-1])
		})
		if got, most := kept[len(kept)-1], kept[0]+4000*10; got > most {
			t.Errorf("%s: 4,000 calls keep %d bytes, want at most %d", calls.name, got, most)
		}
	}
}

// inUse returns how much memory is in use after some calls.
func inUse(calls int, call func()) int64 {
	for range calls {
		call()
	}
	for range 2 { // the second one empties pools
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // It fits.
}

// otherPolicies calls evaluate_pull with another repository policy and another name of the
// identity policy each time.
func otherPolicies(t testing.TB) func() {
	p, i := start(t, "", "", ""), 0
	return func() {
		i++
		v := literal(documentsOf(strings.Replace(pulls.Granting, `"Pull"`, fmt.Sprintf(`"Pull%d"`, i), 1), fmt.Sprint("pull-", i)))
		resp, err := p.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "evaluate_pull", Arguments: []*tfprotov6.DynamicValue{p.encoded(tftypes.DynamicPseudoType, v)}})
		p.check(err, nil)
		if resp.Error != nil {
			t.Fatal(resp.Error.Text)
		}
	}
}
