// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

const (
	stranger         = "111122223333"
	otherCredentials = "belongs to the account " + stranger + " (region us-east-1), the provider's credentials to the account " + registry
)

// ofRole is a configuration with one role.
func (w *walk) ofRole() *model {
	w.t.Helper()
	config := w.configured()
	config.AccountIDs, config.RoleARNs = types.SetNull(types.StringType), tfattr.StringSet([]string{"arn:aws:iam::123456789012:role/app"})
	return config
}

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
// account of the credentials, which the warning names.
func TestPlanWithCredentialsOfAnotherAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		owner  string // of the repository, if it exists
		target string // registry_id
		want   string // no warning if it is empty
	}{
		"refused in another account": {stranger, stranger, otherCredentials},
		"missing in another account": {"", stranger, otherCredentials},
		"missing in the own account": {"", registry, "There is no repository payment-service in the region us-east-1 of the account " + registry + ", the account of the provider's credentials. If this apply creates the repository"},
		"found in the own account":   {registry, registry, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := started(t)
			server.CreateRepository(stranger, "us-east-1", "another")
			if test.owner != "" {
				server.CreateRepository(test.owner, "us-east-1", "payment-service")
			}
			w := newWalk(t, server)
			config := w.ofRole()
			config.RegistryID = types.StringValue(test.target)
			for i, repository := range []string{"payment-service", "another-one"} {
				if config.Repository = types.StringValue(repository); i > 0 && test.want == "" {
					break
				}
				_, diags := w.planOf(nil, config)
				w.expectNone(diags)
				if want := test.want != "" && i == 0; len(diags) > 1 || want != (len(diags) == 1) || !strings.Contains(warnings(diags), test.want) && want {
					t.Errorf("%s: got %v", repository, diags)
				}
			}
		})
	}
}

// A plan goes on without the policies that it cannot read, and says so once.
func TestPlanWithoutECR(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fault.Fault
		want  string
	}{
		"no connection": {fault.ResetBefore(), "There was no connection to AWS"},
		"denied":        {fault.Error(400, "AccessDeniedException", "not authorized"), "the account of the credentials"},
	} {
		server := started(t)
		for _, name := range []string{"payment-service", "another-one"} {
			server.CreateRepository(registry, "us-east-1", name)
		}
		w := newWalkWith(t, server, awsapi.Config{MaxRetries: 1}, fault.Rule{Operation: "ecr:GetRepositoryPolicy", Fault: test.fault})
		config := w.ofRole()
		for i, repository := range []string{"payment-service", "another-one"} {
			config.Repository = types.StringValue(repository)
			planned, diags := w.planOf(nil, config)
			w.expectNone(diags)
			if i > 0 && len(diags) > 0 || i == 0 && (len(diags) != 1 || !strings.Contains(diags[0].Detail(), "The plan could not read the policy of the repository payment-service (account 987654321098, region us-east-1)") || !strings.Contains(diags[0].Detail(), test.want)) {
				t.Errorf("%s: %s: got %v", name, repository, diags)
			}
			if w.modelOf(tfsdk.State(planned)).Statement.IsUnknown() {
				t.Errorf("%s: the plan does not go on", name)
			}
		}
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
