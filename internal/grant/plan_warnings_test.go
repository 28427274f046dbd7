package grant

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const stranger = "111122223333"

func started(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// A repository that is missing may be created by the same plan, but only in the
// account of the credentials.
func TestPlanWithCredentialsOfAnotherAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		owner  string // of the repository, if it exists
		target string // registry_id
		warned bool
	}{
		"refused in another account": {stranger, stranger, true},
		"missing in another account": {"", stranger, true},
		"missing in the own account": {"", registry, false},
		"found in the own account":   {registry, registry, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := started(t)
			server.CreateRepository(stranger, "us-east-1", "another")
			if test.owner != "" {
				server.CreateRepository(test.owner, "us-east-1", "payment-service")
			}
			w := newWalk(t, server)
			config := w.configured()
			config.RegistryID = types.StringValue(test.target)
			_, diags := w.planOf(nil, config)
			w.expectNone(diags)
			warned := strings.Contains(warnings(diags), "belongs to the account "+stranger+" (region us-east-1), the provider's credentials to the account "+registry)
			if warned != test.warned || len(diags) > 1 {
				t.Errorf("got %v", diags)
			}
		})
	}
}

// The statement of a role that was deleted since may have ECR refuse the apply.
func TestPlanTellsOfADeletedPrincipal(t *testing.T) {
	t.Parallel()
	server := started(t)
	server.CreateRepository(registry, "us-east-1", "payment-service")
	put := func(principal string) {
		server.SetRepositoryPolicy(registry, "us-east-1", "payment-service",
			`{"Version":"2012-10-17","Statement":{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"`+principal+`"},"Action":"ecr:BatchGetImage"}}`)
	}
	tells := func(known bool) bool {
		w := newWalk(t, server)
		if known { // to be in this state too
			config := w.configured()
			config.Sid, config.RegistryID, config.Region = types.StringValue("Theirs"), types.StringValue(registry), types.StringValue("us-east-1")
			w.read(&object{state: w.stateOf(config)})
		}
		_, diags := w.plan(nil)
		text := warnings(diags)
		return strings.Contains(text, `the statement with the Sid "Theirs", which this resource does not manage, names a principal that was deleted`) &&
			strings.Contains(text, "Fix all of them by hand")
	}
	put("arn:aws:iam::123456789012:role/app")
	if tells(false) {
		t.Error("warned of a role that exists")
	}
	put("AROAEXAMPLEEXAMPLE123")
	if !tells(false) {
		t.Error("not warned of a deleted role")
	}
	if tells(true) {
		t.Error("warned of a statement that this state has, too")
	}
}

// A list that is null in the apply would make a grant without conditions; a single value that
// is not known yet would not.
func TestPlanRefusesUnknownConditions(t *testing.T) {
	t.Parallel()
	server := started(t)
	server.CreateRepository(registry, "us-east-1", "payment-service")
	w := newWalk(t, server)
	config := w.configured()
	config.Conditions = types.ListUnknown(config.Conditions.ElementType(t.Context()))
	if _, diags := w.planOf(nil, config); !diags.HasError() || diags.Errors()[0].Summary() != "Unknown conditions" {
		t.Errorf("got %v", diags)
	}
	condition, _ := config.Conditions.ElementType(t.Context()).(types.ObjectType)
	config.Conditions = types.ListValueMust(condition, []attr.Value{types.ObjectValueMust(condition.AttrTypes, map[string]attr.Value{
		"test": types.StringValue("StringEquals"), "variable": types.StringValue("aws:SourceVpce"), "values": types.SetUnknown(types.StringType),
	})})
	if _, diags := w.planOf(nil, config); diags.HasError() {
		t.Errorf("got %v for an unknown value", diags)
	}
}

// A second limit of a service that is null in the apply would leave the first one alone.
func TestPlanRefusesUnknownSources(t *testing.T) {
	t.Parallel()
	server := started(t)
	server.CreateRepository(registry, "us-east-1", "payment-service")
	base := newWalk(t, server).configured()
	base.RoleARNs, base.ServicePrincipal = types.SetNull(types.StringType), types.StringValue("lambda.amazonaws.com")
	unknown := types.SetUnknown(types.StringType)
	known := func(value string) types.Set {
		return types.SetValueMust(types.StringType, []attr.Value{types.StringValue(value)})
	}
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:app"
	for name, test := range map[string]struct {
		arns, accounts types.Set
		refused        bool
	}{
		"accounts, perhaps ARNs": {unknown, known("123456789012"), true},
		"ARNs, perhaps accounts": {known(arn), unknown, true},
		"perhaps one, or both":   {unknown, unknown, true},
		"perhaps ARNs":           {unknown, types.SetNull(types.StringType), false},
		"perhaps accounts":       {types.SetNull(types.StringType), unknown, false},
		"an ARN that is unknown": {types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()}), known("123456789012"), false},
		"both are known":         {known(arn), known("123456789012"), false},
	} {
		config := base
		config.SourceARNs, config.SourceAccountIDs = test.arns, test.accounts
		_, diags := newWalk(t, server).planOf(nil, config)
		if refused := diags.HasError() && diags.Errors()[0].Summary() == "Unknown sources"; refused != test.refused || diags.HasError() != test.refused {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}
