package grant

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// Accounts that are not known yet get access, too.
func TestValidation_unknownAccounts(t *testing.T) {
	t.Parallel()
	unknown := types.SetUnknown(types.StringType)
	for _, accounts := range []types.Set{unknown, types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})} {
		var diags diag.Diagnostics
		(&model{AccountIDs: accounts}).warnWholeAccount(t.Context(), &diags)
		if len(diags) != 1 {
			t.Errorf("%s: got %v", accounts, diags)
		}
	}
}
