// SPDX-License-Identifier: MPL-2.0

package pullcheck_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// Terraform's policy language reads data sources without a data block: core::getdatasource
// passes a plain object to the provider of the judged resource. The runner, tfpolicy, is not
// available to tests. These evaluate the files of examples/judge-a-plan/policies with HashiCorp's
// HCL library, and make the calls that Terraform makes: validate, then read, without deferral.
// https://developer.hashicorp.com/terraform/policy/reference/functions/getdatasource
const policyFolder = "../../examples/judge-a-plan/policies/"

const (
	registryAccount = "987654321098"
	consumerAccount = "123456789012"
	paymentARN      = "arn:aws:ecr:us-east-1:" + registryAccount + ":repository/payment-service"
	paymentRole     = "arn:aws:iam::" + consumerAccount + ":role/app"
)

type getDataSource func(typeName string, config cty.Value) (cty.Value, error)

// TestPolicyTest runs pulls.policytest.hcl: each resource meets its expectation.
func TestPolicyTest(t *testing.T) {
	t.Parallel()
	policies, tests := parsePolicyFile(t, "pulls.policy.hcl"), parsePolicyFile(t, "pulls.policytest.hcl")
	scope := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	scope.Variables["local"] = attributesOf(t, blocksOf(tests, "locals")[0].Body, scope)
	inputs := attributesOf(t, blocksOf(tests, "inputs")[0].Body, scope)

	var mocks []cty.Value
	for _, data := range blocksOf(tests, "data") {
		mocks = append(mocks, attributesOf(t, data.Body, scope).GetAttr("attrs"))
	}
	mocked := func(_ string, config cty.Value) (cty.Value, error) {
		for _, mock := range mocks {
			matches := func(name string) bool {
				return mock.Type().HasAttribute(name) && mock.GetAttr(name).RawEquals(config.GetAttr(name))
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(config.AsValueMap())), func(name string) bool { return !matches(name) }) {
				return mock, nil
			}
		}
		return cty.NilVal, errors.New("no data block has these arguments")
	}

	resources := blocksOf(tests, "resource")
	if len(resources) < 3 {
		t.Fatalf("%d resources", len(resources))
	}
	for _, resource := range resources {
		test := attributesOf(t, resource.Body, scope)
		expectFailure := test.Type().HasAttribute("expect_failure") && test.GetAttr("expect_failure").True()
		failures := enforce(t, policies, resource.Labels[0], test.GetAttr("attrs"), inputs, mocked)
		if failed := len(failures) > 0; failed != expectFailure {
			t.Errorf("%s: failures %q, expected: %t", resource.Labels[1], failures, expectFailure)
		}
	}
}

// TestPolicyFile enforces pulls.policy.hcl with the data source itself.
func TestPolicyFile(t *testing.T) {
	t.Parallel()
	const (
		denyPull  = `{"Version":"2012-10-17","Statement":{"Sid":"Frozen","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}}`
		denyLogin = `{"Version":"2012-10-17","Statement":{"Sid":"NoLogin","Effect":"Deny","Action":"ecr:GetAuthorizationToken","Resource":"*"}}`
	)
	grant := map[string]cty.Value{
		"repository": cty.StringVal("payment-service"),
		"sid":        cty.StringVal("PaymentsPull"),
		"role_arns":  cty.TupleVal([]cty.Value{cty.StringVal(paymentRole)}),
	}
	toAccount := maps.Clone(grant)
	delete(toAccount, "role_arns")
	toAccount["account_ids"] = cty.TupleVal([]cty.Value{cty.StringVal(consumerAccount)})
	toPush := maps.Clone(grant)
	toPush["actions"] = cty.TupleVal([]cty.Value{cty.StringVal("ecr:PutImage")})
	rolePolicy := map[string]cty.Value{
		"role":            cty.StringVal("app"),
		"repository_arns": cty.TupleVal([]cty.Value{cty.StringVal(paymentARN)}),
	}
	inputs := cty.ObjectVal(map[string]cty.Value{"consumer_account_id": cty.StringVal(consumerAccount)})

	for name, test := range map[string]struct {
		account, resource string
		config            map[string]cty.Value
		prepare           func(*emulator.Server)
		want              string
	}{
		"the registry side allows it": {account: registryAccount, resource: "ecrxa_repository_grant", config: grant},
		"a grant to an account":       {account: registryAccount, resource: "ecrxa_repository_grant", config: toAccount},
		"a grant of other actions":    {account: registryAccount, resource: "ecrxa_repository_grant", config: toPush},
		"the consumer side allows it": {account: consumerAccount, resource: "ecrxa_consumer_role_policy", config: rolePolicy},
		"a Deny of the registry side": {account: registryAccount, resource: "ecrxa_repository_grant", config: grant, want: `explicit deny by statement "Frozen"`, prepare: func(s *emulator.Server) {
			s.SetRepositoryPolicy(registryAccount, "us-east-1", "payment-service", denyPull)
		}},
		"a Deny of the consumer side":   {account: consumerAccount, resource: "ecrxa_consumer_role_policy", config: rolePolicy, want: `explicit deny by statement "NoLogin"`, prepare: func(s *emulator.Server) { s.PutRolePolicy(consumerAccount, "app", "guard", denyLogin) }},
		"no role of this name, planned": {account: consumerAccount, resource: "ecrxa_consumer_role_policy", config: rolePolicy, prepare: func(s *emulator.Server) { s.DeleteRole(consumerAccount, "app") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startAccounts(t)
			if test.prepare != nil {
				test.prepare(server)
			}
			provider := configure(t, server, test.account)
			attrs := provider.plan(test.resource, cty.ObjectVal(test.config))
			failures := enforce(t, parsePolicyFile(t, "pulls.policy.hcl"), test.resource, attrs, inputs, provider.getDataSource)
			if got := strings.Join(failures, "\n"); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("failures %q, want %q", got, test.want)
			}
		})
	}
}

// TestReadOfAPlainObject: a read without a data block, as from core::getdatasource, has the
// whole result at once or an error. It is never deferred.
func TestReadOfAPlainObject(t *testing.T) {
	t.Parallel()
	server := startAccounts(t)
	read := configure(t, server, registryAccount).getDataSource
	unknown := cty.UnknownVal(cty.String)
	object := func(more map[string]cty.Value) cty.Value {
		all := map[string]cty.Value{"repository_arn": cty.StringVal(paymentARN), "role_arn": cty.StringVal(paymentRole)}
		maps.Copy(all, more)
		return cty.ObjectVal(all)
	}

	for name, test := range map[string]struct {
		config  map[string]cty.Value
		verdict string
		err     string
	}{
		"two arguments":              {nil, "denied", ""}, // the repository has no policy
		"an unknown statement":       {map[string]cty.Value{"planned_statements": cty.TupleVal([]cty.Value{unknown})}, "conditional", ""},
		"unknown statements":         {map[string]cty.Value{"planned_statements": cty.DynamicVal}, "conditional", ""},
		"an unknown document":        {map[string]cty.Value{"repository_policy": unknown}, "conditional", ""},
		"unknown policies":           {map[string]cty.Value{"identity_policies": cty.UnknownVal(cty.Map(cty.String))}, "denied", ""}, // whatever they say
		"an unknown role":            {map[string]cty.Value{"role_arn": unknown}, "", "role_arn is not known yet"},
		"an unknown repository":      {map[string]cty.Value{"repository_arn": unknown}, "", "repository_arn is not known yet"},
		"no role":                    {map[string]cty.Value{"role_arn": cty.NullVal(cty.String)}, "", "role_arn is not set"},
		"an image and a repository":  {map[string]cty.Value{"image": cty.StringVal(registryAccount + ".dkr.ecr.us-east-1.amazonaws.com/payment-service")}, "", "image"},
		"a document that is no JSON": {map[string]cty.Value{"repository_policy": cty.StringVal("{")}, "", "repository_policy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, err := read("ecrxa_pull_check", object(test.config))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %v, want one alone, with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := state.GetAttr("verdict").AsString(); got != test.verdict {
				t.Errorf("verdict %s, want %s\n%s", got, test.verdict, state.GetAttr("explanation").AsString())
			}
		})
	}
}

// startAccounts starts an emulator with a repository in one account and a role in the other.
func startAccounts(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.CreateRepository(registryAccount, "us-east-1", "payment-service")
	server.CreateRole(consumerAccount, "/", "app")
	return server
}

// A client calls a provider as Terraform does.
type client struct {
	t        *testing.T
	provider tfprotov6.ProviderServer
	schemas  *tfprotov6.GetProviderSchemaResponse
}

// configure starts a provider with credentials of an account.
func configure(t *testing.T, server *emulator.Server, account string) *client {
	t.Helper()
	provider, err := acctest.ProtoV6ProviderFactories()["ecrxa"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := provider.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	accessKey, secretKey := server.Credentials(account)
	url := cty.StringVal(server.URL())
	config, _, err := encode(schemas.Provider, cty.ObjectVal(map[string]cty.Value{
		"region":     cty.StringVal("us-east-1"),
		"access_key": cty.StringVal(accessKey),
		"secret_key": cty.StringVal(secretKey),
		"endpoints":  cty.ObjectVal(map[string]cty.Value{"ecr": url, "iam": url, "sts": url}),
	}))
	if err != nil {
		t.Fatal(err)
	}
	configured, err := provider.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err := errorOf(configured.Diagnostics, err); err != nil {
		t.Fatal(err)
	}
	return &client{t, provider, schemas}
}

// getDataSource makes the calls of core::getdatasource.
func (c *client) getDataSource(typeName string, object cty.Value) (cty.Value, error) {
	config, typ, err := encode(c.schemas.DataSourceSchemas[typeName], object)
	if err != nil {
		return cty.NilVal, err
	}
	valid, err := c.provider.ValidateDataResourceConfig(c.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err := errorOf(valid.Diagnostics, err); err != nil {
		return cty.NilVal, err
	}
	read, err := c.provider.ReadDataSource(c.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err := errorOf(read.Diagnostics, err); err != nil {
		return cty.NilVal, err
	}
	if read.Deferred != nil {
		return cty.NilVal, errors.New("the read is deferred")
	}
	return msgpack.Unmarshal(read.State.MsgPack, typ)
}

// plan returns a resource as it is planned to be created: the attrs of a policy.
func (c *client) plan(typeName string, object cty.Value) cty.Value {
	t := c.t
	t.Helper()
	schema := c.schemas.ResourceSchemas[typeName]
	config, typ, err := encode(schema, object)
	if err != nil {
		t.Fatal(err)
	}
	proposed := object.AsValueMap()
	for _, attribute := range schema.Block.Attributes {
		if _, given := proposed[attribute.Name]; attribute.Computed && !given {
			proposed[attribute.Name] = cty.DynamicVal
		}
	}
	after, _, err := encode(schema, cty.ObjectVal(proposed))
	if err != nil {
		t.Fatal(err)
	}
	prior, err := msgpack.Marshal(cty.NullVal(typ), typ)
	if err != nil {
		t.Fatal(err)
	}
	planned, err := c.provider.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: config, ProposedNewState: after, PriorState: &tfprotov6.DynamicValue{MsgPack: prior},
	})
	if err := errorOf(planned.Diagnostics, err); err != nil {
		t.Fatal(err)
	}
	attrs, err := msgpack.Unmarshal(planned.PlannedState.MsgPack, typ)
	if err != nil {
		t.Fatal(err)
	}
	return attrs
}

// encode completes an object with nulls to a schema's type, and encodes it for the provider.
func encode(schema *tfprotov6.Schema, object cty.Value) (*tfprotov6.DynamicValue, cty.Type, error) {
	text, err := json.Marshal(schema.ValueType())
	if err != nil {
		return nil, cty.NilType, err
	}
	typ, err := ctyjson.UnmarshalType(text)
	if err != nil {
		return nil, cty.NilType, err
	}
	whole, err := convert.Convert(object, withOptional(typ))
	if err != nil {
		return nil, cty.NilType, err
	}
	packed, err := msgpack.Marshal(whole, typ)
	return &tfprotov6.DynamicValue{MsgPack: packed}, typ, err
}

// withOptional makes all attributes of all objects in a type optional.
func withOptional(typ cty.Type) cty.Type {
	switch {
	case typ.IsObjectType():
		types := map[string]cty.Type{}
		for name, attribute := range typ.AttributeTypes() {
			types[name] = withOptional(attribute)
		}
		return cty.ObjectWithOptionalAttrs(types, slices.Collect(maps.Keys(types)))
	case typ.IsListType():
		return cty.List(withOptional(typ.ElementType()))
	case typ.IsSetType():
		return cty.Set(withOptional(typ.ElementType()))
	case typ.IsMapType():
		return cty.Map(withOptional(typ.ElementType()))
	}
	return typ
}

func errorOf(diagnostics []*tfprotov6.Diagnostic, err error) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s: %s", d.Attribute, d.Summary, d.Detail))
		}
	}
	return err
}

func parsePolicyFile(t *testing.T, name string) *hclsyntax.Body {
	t.Helper()
	text, err := os.ReadFile(policyFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, hclwrite.Format(text)) {
		t.Errorf("%s is not formatted", name)
	}
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, isNative := file.Body.(*hclsyntax.Body)
	if !isNative {
		t.Fatalf("%s has a body of type %T", name, file.Body)
	}
	return body
}

func blocksOf(body *hclsyntax.Body, typeName string) []*hclsyntax.Block {
	return slices.DeleteFunc(slices.Clone([]*hclsyntax.Block(body.Blocks)), func(b *hclsyntax.Block) bool { return b.Type != typeName })
}

// attributesOf evaluates all attributes of a block in the order in which they are written.
// Later ones may refer to earlier ones as locals.
func attributesOf(t *testing.T, body *hclsyntax.Body, scope *hcl.EvalContext) cty.Value {
	t.Helper()
	inner := scope.NewChild()
	values := map[string]cty.Value{}
	for _, attribute := range slices.SortedFunc(maps.Values(body.Attributes), func(a, b *hclsyntax.Attribute) int {
		return a.NameRange.Start.Byte - b.NameRange.Start.Byte
	}) {
		if _, given := scope.Variables["local"]; !given {
			inner.Variables = map[string]cty.Value{"local": cty.ObjectVal(values)}
		}
		value, diags := attribute.Expr.Value(inner)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		values[attribute.Name] = value
	}
	return cty.ObjectVal(values)
}

// enforce evaluates the policies for a type of resource, and returns the messages of those
// that fail.
func enforce(t *testing.T, policies *hclsyntax.Body, typeName string, attrs, inputs cty.Value, read getDataSource) (failures []string) {
	t.Helper()
	found := false
	for _, policy := range blocksOf(policies, "resource_policy") {
		if policy.Labels[0] != typeName {
			continue
		}
		found = true
		scope := &hcl.EvalContext{
			Variables: map[string]cty.Value{"attrs": attrs, "input": inputs},
			Functions: map[string]function.Function{
				"core::length": stdlib.LengthFunc,
				"core::join":   stdlib.JoinFunc,
				"core::getdatasource": function.New(&function.Spec{
					Params: []function.Parameter{{Type: cty.String}, {Type: cty.DynamicPseudoType}},
					Type:   function.StaticReturnType(cty.DynamicPseudoType),
					Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return read(args[0].AsString(), args[1]) },
				}),
			},
		}
		if head := attributesOf(t, policy.Body, scope); head.Type().HasAttribute("filter") && head.GetAttr("filter").False() {
			continue
		}
		local := attributesOf(t, blocksOf(policy.Body, "locals")[0].Body, scope)
		scope.Variables["local"] = local
		for _, block := range blocksOf(policy.Body, "enforce") {
			result := attributesOf(t, block.Body, scope)
			if result.GetAttr("condition").False() {
				failures = append(failures, result.GetAttr("error_message").AsString())
			}
		}
	}
	if !found {
		t.Fatalf("no policy for %s", typeName)
	}
	return failures
}
