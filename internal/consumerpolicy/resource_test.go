// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	s := theSchema(t)
	if diags := s.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
	for name, attribute := range s.Attributes {
		if attribute.GetMarkdownDescription() == "" {
			t.Errorf("%s has no description", name)
		}
	}
}

func TestModelHasTheSchemasAttributes(t *testing.T) {
	t.Parallel()
	var fields []string
	for field := range reflect.TypeFor[model]().Fields() {
		fields = append(fields, field.Tag.Get("tfsdk"))
	}
	var attributes []string
	for name := range theSchema(t).Attributes {
		attributes = append(attributes, name)
	}
	slices.Sort(fields)
	slices.Sort(attributes)
	if !slices.Equal(fields, attributes) {
		t.Errorf("the model has %v, the schema %v", fields, attributes)
	}
}

func TestConfigureRefusesForeignData(t *testing.T) {
	t.Parallel()
	var r Resource
	var resp resource.ConfigureResponse
	r.Configure(t.Context(), resource.ConfigureRequest{}, &resp)
	if len(resp.Diagnostics) > 0 {
		t.Errorf("before the provider is configured: %v", resp.Diagnostics)
	}
	r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: "text"}, &resp)
	if !resp.Diagnostics.HasError() {
		t.Error("accepted provider data of another type")
	}
}

func TestValidateConfigRefusesAConditionGivenTwice(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.Conditions = conditions(t, vpce("vpce-1"))
	config.Conditions = types.ListValueMust(config.Conditions.ElementType(t.Context()),
		append(config.Conditions.Elements(), config.Conditions.Elements()...))
	var resp resource.ValidateConfigResponse
	(&Resource{}).ValidateConfig(t.Context(), resource.ValidateConfigRequest{Config: tfsdk.Config(stateOf(t, config))}, &resp)
	if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Summary(), "Duplicate condition") {
		t.Errorf("got %v", resp.Diagnostics)
	}
}

func TestPlanOfANewPolicy(t *testing.T) {
	t.Parallel()
	explicit := minimal()
	explicit.Actions = tfattr.StringSet([]string{"ecr:BatchGetImage"})
	cache := minimal()
	cache.Access = types.StringValue("pull_through_cache")
	unknownARN := minimal()
	unknownARN.RepositoryARNs = types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})
	unknownActions := minimal()
	unknownActions.Actions = types.SetUnknown(types.StringType)
	unknownRole := minimal()
	unknownRole.Role = types.StringUnknown()

	for name, tt := range map[string]struct {
		config     model
		wantAccess types.String
		wantAction string // empty: the policy is not known
	}{
		"pull is the default":               {minimal(), types.StringValue("pull"), "ecr:GetDownloadUrlForLayer"},
		"explicit actions":                  {explicit, types.StringNull(), `"Action":"ecr:BatchGetImage"`},
		"the cache creates repositories":    {cache, types.StringValue("pull_through_cache"), "ecr:CreateRepository"},
		"an ARN is not known":               {unknownARN, types.StringValue("pull"), ""},
		"the actions are not known":         {unknownActions, types.StringUnknown(), ""},
		"the role does not stand in policy": {unknownRole, types.StringValue("pull"), "ecr:BatchGetImage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := plan(t, tt.config, nil)
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			if !got.Access.Equal(tt.wantAccess) {
				t.Errorf("access is %s", got.Access)
			}
			if got.Policy.IsUnknown() != (tt.wantAction == "") || !strings.Contains(got.Policy.ValueString(), tt.wantAction) {
				t.Errorf("policy is %s", got.Policy)
			}
		})
	}
}

// A list that is null in the apply would make a policy without conditions.
func TestPlanRefusesUnknownConditions(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.Conditions = types.ListUnknown(config.Conditions.ElementType(t.Context()))
	if _, diags := plan(t, config, nil); !diags.HasError() || diags.Errors()[0].Summary() != "Unknown conditions" {
		t.Errorf("got %v", diags)
	}
}

func TestPlanKeepsATextThatMeansTheSame(t *testing.T) {
	t.Parallel()
	prior := planned(t, minimal())
	prior.Policy = types.StringValue(strings.Replace(prior.Policy.ValueString(), `"ecr:BatchGetImage"`, ` "ECR:batchgetimage"`, 1))
	got, diags := plan(t, minimal(), &prior)
	if len(diags) > 0 || !got.Policy.Equal(prior.Policy) {
		t.Errorf("got %s, %v", got.Policy, diags)
	}
}

func TestPlanRefusesAPolicyThatCannotFit(t *testing.T) {
	t.Parallel()
	config := minimal()
	var arns []string
	for i := range 200 {
		arns = append(arns, appARN+strings.Repeat("a", i))
	}
	config.RepositoryARNs = tfattr.StringSet(arns)
	_, diags := plan(t, config, nil)
	if len(diags) != 1 || diags[0].Summary() != "Policy too large" {
		t.Fatalf("got %v", diags)
	}
	if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("repository_arns")) {
		t.Errorf("it points elsewhere: %v", diags[0])
	}
}

// The size that the plan allows is the quota of the role.
func TestPlanAllowsAPolicyThatJustFits(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.Conditions = conditions(t, vpce(""))
	room := rolepolicy.MaxSize - rolepolicy.Size(planned(t, config).Policy.ValueString())
	config.Conditions = conditions(t, vpce(strings.Repeat("v", room)))
	if got := rolepolicy.Size(planned(t, config).Policy.ValueString()); got != rolepolicy.MaxSize {
		t.Errorf("the policy has %d characters", got)
	}
	config.Conditions = conditions(t, vpce(strings.Repeat("v", room+1)))
	if _, diags := plan(t, config, nil); !diags.HasError() {
		t.Error("a policy with one character too many is accepted")
	}
}

func TestCreateReadUpdateDelete(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.server.PutRolePolicy(e.account, "app", "other", "{}")

	created := e.create(planned(t, minimal()))
	if diags := created.diags; diags.HasError() {
		t.Fatal(diags)
	}
	if got := e.policy(); got != created.model.Policy.ValueString() {
		t.Errorf("the role has %s", got)
	}
	read := e.read(created.model)
	if !reflect.DeepEqual(read.model, created.model) {
		t.Errorf("read %+v, created %+v", read.model, created.model)
	}

	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{appARN, baseARN})
	updated := e.update(created.model, planned(t, changed))
	if updated.diags.HasError() || e.policy() != updated.model.Policy.ValueString() || !strings.Contains(e.policy(), baseARN) {
		t.Errorf("updated to %s, %v", e.policy(), updated.diags)
	}

	e.nextWalk()
	for range 2 { // The second time the policy is gone already.
		if diags := e.delete(updated.model); diags.HasError() {
			t.Error(diags)
		}
	}
	if _, found := e.server.RolePolicy(e.account, "app", managed.DefaultPolicyName); found {
		t.Error("the policy was not deleted")
	}
	if other, _ := e.server.RolePolicy(e.account, "app", "other"); other != "{}" {
		t.Errorf("the other policy is %q", other)
	}
}

func TestUpdateWritesNothingThatMeansTheSame(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	created := e.create(planned(t, minimal()))
	explicit := minimal()
	explicit.Actions = tfattr.StringSet([]string{"ecr:getdownloadurlforlayer", "ecr:batchgetimage"})
	next, diags := plan(t, explicit, &created.model)
	if diags.HasError() {
		t.Fatal(diags)
	}
	updated := e.update(created.model, next)
	if updated.diags.HasError() || !updated.model.Actions.Equal(explicit.Actions) {
		t.Errorf("got %+v, %v", updated.model, updated.diags)
	}
	if n := e.server.Requests()["iam:PutRolePolicy"]; n != 1 {
		t.Errorf("%d writes, want the one of the creation", n)
	}
}

func TestErrorsSayWhoMustAct(t *testing.T) {
	t.Parallel()
	do := map[string]func(*env, model) diag.Diagnostics{
		"iam:GetRolePolicy":    func(e *env, m model) diag.Diagnostics { return e.read(m).diags },
		"iam:PutRolePolicy":    func(e *env, m model) diag.Diagnostics { return e.create(m).diags },
		"iam:DeleteRolePolicy": func(e *env, m model) diag.Diagnostics { return e.delete(m) },
	}
	for operation, call := range do {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.faults.SetRules(fault.Rule{Operation: operation, Fault: fault.Error(http.StatusForbidden, "AccessDenied", "User: u is not authorized to perform: "+operation)})
			diags := call(e, planned(t, minimal()))
			if len(diags) != 1 {
				t.Fatal(diags)
			}
			for _, want := range []string{"inline policy ecrxa-pull of the role app", e.account, "consumer side must do", operation} {
				if !strings.Contains(diags[0].Detail(), want) {
					t.Errorf("%q lacks %q", diags[0].Detail(), want)
				}
			}
		})
	}
}

func TestErrorsOfARoleThatCannotBeChanged(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"UnmodifiableEntity":      "service-linked role",
		"NoSuchEntity":            "no such role in the account 123456789012",
		"MalformedPolicyDocument": "malformed",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Fault: fault.Error(http.StatusBadRequest, code, "AWS says no")})
			got := e.create(planned(t, minimal()))
			if len(got.diags) != 1 || !strings.Contains(got.diags[0].Detail(), want) || !strings.Contains(got.diags[0].Detail(), "AWS says no") {
				t.Errorf("got %v", got.diags)
			}
		})
	}
}

// Each drift shows on the attribute that drifted, and what attributes cannot
// express on the policy alone.
func TestReadShowsDriftWhereItIs(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.Conditions = conditions(t, vpce("vpce-2"), policy.Condition{Test: "Bool", Variable: "aws:SecureTransport", Values: []string{"true"}})
	for name, tt := range map[string]struct {
		drift func(text string) string
		want  []string // attributes that differ
		warns string   // of what the next apply removes
	}{
		"none":        {func(s string) string { return s }, nil, ""},
		"in writing":  {func(s string) string { return strings.Replace(s, `"ecr:BatchGetImage"`, ` "ECR:BatchGetImage"`, 1) }, nil, ""},
		"an ARN":      {func(s string) string { return strings.Replace(s, appARN, baseARN, 1) }, []string{"repository_arns", "policy"}, ""},
		"an action":   {func(s string) string { return strings.Replace(s, "BatchGetImage", "PutImage", 1) }, []string{"access", "actions", "policy"}, ""},
		"a condition": {func(s string) string { return strings.Replace(s, "vpce-2", "vpce-3", 1) }, []string{"conditions", "policy"}, ""},
		"an open condition": {func(s string) string {
			return strings.Replace(s, `"StringEquals":{"aws:SourceVpce"`, `"StringNotEquals":{"aws:SourceVpce"`, 1)
		}, []string{"conditions", "policy"}, "This is about the inline policy ecrxa-pull of the role app as it is now."},
		"a statement": {func(s string) string {
			return strings.Replace(s, "[{", `[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"ecr:*","Resource":"*"},{`, 1)
		}, []string{"policy"}, "statement 2 (Deny) is an extra statement; the resource has only one statement for repositories.\n  - statement 1 (Allow)"},
		"our Sid, denied": {func(s string) string {
			return strings.Replace(s, `"Repositories","Effect":"Allow"`, `"Repositories","Effect":"Deny"`, 1)
		}, []string{"repository_arns", "access", "conditions", "policy"}, `statement 2 (Sid "Repositories", Deny) is an extra statement`},
		"an unknown element": {func(s string) string { return strings.Replace(s, "{", `{"statement":[],`, 1) }, []string{"policy"}, "the document has the element statement"},
		"no token":           {func(s string) string { return strings.Replace(s, tokenText+",", "", 1) }, []string{"policy"}, ""},
		"only the token":     {func(string) string { return `{"Version":"2012-10-17","Statement":` + tokenText + `}` }, []string{"repository_arns", "access", "conditions", "policy"}, ""},
		"not understood":     {func(string) string { return `{"Version":"2012-10-17","Version":"2012-10-17"}` }, []string{"policy"}, "it cannot be read"},
		"the old Version":    {func(s string) string { return strings.Replace(s, "2012", "2008", 1) }, []string{"policy"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			before := e.create(planned(t, config)).model
			live := tt.drift(before.Policy.ValueString())
			e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, live)
			got := e.read(before)
			if got.diags.HasError() || tt.warns == "" && len(got.diags) > 0 || tt.warns != "" && (len(got.diags) != 1 || !strings.Contains(got.diags[0].Detail(), tt.warns)) {
				t.Fatalf("got %v, want %q", got.diags, tt.warns)
			}
			if diff := differences(t, before, got.model); !slices.Equal(diff, sorted(tt.want)) {
				t.Errorf("%v differ, want %v", diff, tt.want)
			}
			after, diags := plan(t, config, &got.model)
			if len(diags) > 0 || !rolepolicy.Same(after.Policy.ValueString(), before.Policy.ValueString()) {
				t.Errorf("the next apply would write %s, %v", after.Policy, diags)
			}
		})
	}
}

func TestReadKeepsExplicitActions(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	config := minimal()
	config.Actions = tfattr.StringSet([]string{"ecr:BatchGetImage"})
	before := e.create(planned(t, config)).model
	pull := planned(t, minimal())
	e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, pull.Policy.ValueString())
	got := e.read(before).model
	if !got.Access.IsNull() || len(got.Actions.Elements()) != 2 {
		t.Errorf("access %s, actions %s", got.Access, got.Actions)
	}
}

func TestReadRemovesWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(*env, model){
		"policy": func(e *env, m model) { e.nextWalk(); e.delete(m) },
		"role":   func(e *env, _ model) { e.server.DeleteRole(e.account, "app") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			m := e.create(planned(t, minimal())).model
			remove(e, m)
			if got := e.read(m); !got.removed || len(got.diags) > 0 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.Access = types.StringValue("pull_through_cache")
	config.Conditions = conditions(t, vpce("vpce-1"))
	for _, id := range []string{"app,ecrxa-pull", "app"} {
		e := newEnv(t)
		created := e.create(planned(t, config)).model
		got := e.imports(id)
		if len(got.diags) > 0 {
			t.Fatal(got.diags)
		}
		if diff := differences(t, created, got.model); len(diff) > 0 {
			t.Errorf("%s: %v differ", id, diff)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	deny := `{"Version":"2012-10-17","Statement":[` + oursText + `,{"Sid":"No","Effect":"Deny","Action":"ecr:PutImage","Resource":"*"}]}`
	for id, want := range map[string]string{
		"a,b,c":         "more than one comma",
		"app,missing":   "no role app with an inline policy missing",
		"another":       "no role another with an inline policy ecrxa-pull",
		"app,deny":      `statement 2 (Sid "No", Deny)`,
		"app,duplicate": "duplicate key",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.server.PutRolePolicy(e.account, "app", "deny", deny)
			e.server.PutRolePolicy(e.account, "app", "duplicate", `{"Version":"2012-10-17","Version":"2012-10-17"}`)
			got := e.imports(id)
			if len(got.diags) != 1 || !strings.Contains(got.diags[0].Detail(), want) {
				t.Errorf("got %v, want %q", got.diags, want)
			}
			if text, _ := e.server.RolePolicy(e.account, "app", "deny"); text != deny {
				t.Errorf("the policy was changed to %s", text)
			}
		})
	}
}
