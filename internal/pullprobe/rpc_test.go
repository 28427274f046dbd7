// SPDX-License-Identifier: MPL-2.0

package pullprobe_test

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const (
	registryID = "987654321098"
	consumerID = "123456789012"
	region     = "us-east-1"
	repository = "payment-service"
	image      = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
	roleARN    = "arn:aws:iam::123456789012:role/app"

	pullPolicy  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*"}]}`
	grantPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`
)

// accounts starts an emulator with a repository that has an image of two layers, and a role in
// the other account. Empty policies are not set.
func accounts(t *testing.T, identityPolicy, repositoryPolicy string) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.CreateRepository(registryID, region, repository)
	server.PushLayers(registryID, region, repository, "v1", "one", "two")
	server.CreateRole(consumerID, "/", "app")
	if identityPolicy != "" {
		server.PutRolePolicy(consumerID, "app", "pull", identityPolicy)
	}
	if repositoryPolicy != "" {
		server.SetRepositoryPolicy(registryID, region, repository, repositoryPolicy)
	}
	return server
}

// A plugin is the provider over its protocol, with the credentials of the role.
type plugin struct {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func connect(t *testing.T, server *emulator.Server, endpoint string) plugin {
	t.Helper()
	served := providerserver.NewProtocol6(provider.New("test")())()
	p := plugin{ProviderServer: served, ActionServer: served.(tfprotov6.ActionServer)}
	var err error
	if p.schema, err = p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	accessKey, secretKey := server.Credentials(consumerID)
	resp, err := p.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config(t, p.schema.Provider, map[string]any{
		"region": "eu-west-1", "access_key": accessKey, "secret_key": secretKey,
		"assume_role": []any{map[string]any{"role_arn": roleARN}},
		"endpoints":   map[string]any{"ecr": endpoint, "iam": server.URL(), "sts": server.URL()},
	})})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp.Diagnostics)
	}
	return p
}

// config returns a configuration with the values, and null for the others.
func config(t *testing.T, schema *tfprotov6.Schema, values map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	typ := schema.ValueType()
	dynamic, err := tfprotov6.NewDynamicValue(typ, valueOf(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

func valueOf(typ tftypes.Type, of any) tftypes.Value {
	if given, ok := of.(tftypes.Value); ok {
		return given
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		given, ok := of.(map[string]any)
		if !ok {
			return tftypes.NewValue(typ, nil)
		}
		values := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			values[name] = valueOf(attribute, given[name])
		}
		return tftypes.NewValue(typ, values)
	case tftypes.List:
		given, ok := of.([]any)
		if !ok {
			return tftypes.NewValue(typ, nil)
		}
		var values []tftypes.Value
		for _, element := range given {
			values = append(values, valueOf(typ.ElementType, element))
		}
		return tftypes.NewValue(typ, values)
	}
	return tftypes.NewValue(typ, of)
}

// read reads the data source. It returns its attributes as Go values.
func (p plugin) read(t *testing.T, arguments map[string]any) (state map[string]any, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	schema := p.schema.DataSourceSchemas["ecrxa_pull_probe"]
	resp, err := p.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "ecrxa_pull_probe", Config: config(t, schema, arguments)})
	if err != nil {
		t.Fatal(err)
	}
	if resp.State == nil {
		return nil, resp.Diagnostics
	}
	value, err := resp.State.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	state, _ = goValue(t, value).(map[string]any)
	return state, resp.Diagnostics
}

// goValue returns a value without Terraform's types.
func goValue(t *testing.T, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() || !value.IsKnown() {
		return nil
	}
	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		return as[string](t, value)
	case typ.Is(tftypes.Number):
		return as[*big.Float](t, value)
	case typ.Is(tftypes.Object{}):
		object := map[string]any{}
		for name, attribute := range as[map[string]tftypes.Value](t, value) {
			object[name] = goValue(t, attribute)
		}
		return object
	case typ.Is(tftypes.List{}):
		list := []any{}
		for _, element := range as[[]tftypes.Value](t, value) {
			list = append(list, goValue(t, element))
		}
		return list
	}
	return value.String()
}

func as[T any](t *testing.T, value tftypes.Value) (to T) {
	t.Helper()
	if err := value.As(&to); err != nil {
		t.Fatal(err)
	}
	return to
}

// statuses returns the statuses of all steps.
func statuses(state map[string]any) (list []string) {
	for _, step := range state["steps"].([]any) {
		list = append(list, step.(map[string]any)["status"].(string))
	}
	return list
}

// invoke invokes the action. It returns its progress and its diagnostics.
func (p plugin) invoke(t *testing.T, arguments map[string]any) (progress []string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	stream, err := p.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
		ActionType: "ecrxa_pull_probe", Config: config(t, p.schema.ActionSchemas["ecrxa_pull_probe"].Schema, arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = event.Diagnostics
		}
	}
	return progress, diags
}
