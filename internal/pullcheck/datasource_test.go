// SPDX-License-Identifier: MPL-2.0

package pullcheck

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
)

const (
	image   = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	roleARN = "arn:aws:iam::123456789012:role/app"
)

// credentials belong to an account in which ECR refuses every read. A call to
// anything else panics.
type credentials struct{ account string }

func (c credentials) ECR(context.Context, string) (awsapi.ECR, error) { return refusingECR{}, nil }
func (c credentials) IAM(context.Context) (awsapi.IAM, error)         { panic("IAM was called") }
func (c credentials) Identity(context.Context) (awsapi.Identity, error) {
	return awsapi.Identity{Account: c.account, Partition: "aws"}, nil
}

type refusingECR struct{ awsapi.ECR }

func (refusingECR) GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	return nil, refusal("ecr:GetRepositoryPolicy")
}

func (refusingECR) GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error) {
	return nil, refusal("ecr:GetRegistryPolicy")
}

func refusal(action string) error {
	return &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "User: arn:aws:iam::987654321098:user/tf is not authorized to perform: " + action}
}

func schemaOf(t *testing.T) schema.Schema {
	t.Helper()
	var resp datasource.SchemaResponse
	NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	return resp.Schema
}

// isUnknown is a text for a value that Terraform does not know.
const isUnknown = "(known after apply)"

// configOf is a configuration of texts; what is a map has one entry, none with "{}",
// and with "unknown" the one that stands for any.
func configOf(t *testing.T, texts map[string]string) tfsdk.Config {
	t.Helper()
	s := schemaOf(t)
	object := s.Type().TerraformType(t.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		text, given := texts[name]
		switch {
		case !given:
			values[name] = tftypes.NewValue(typ, nil)
		case text == isUnknown:
			values[name] = tftypes.NewValue(typ, tftypes.UnknownValue)
		case text == "{}":
			values[name] = tftypes.NewValue(typ, map[string]tftypes.Value{})
		case typ.Is(tftypes.Map{}) && text == "unknown":
			values[name] = tftypes.NewValue(typ, map[string]tftypes.Value{"*": tftypes.NewValue(tftypes.String, text)})
		case typ.Is(tftypes.Map{}):
			values[name] = tftypes.NewValue(typ, map[string]tftypes.Value{"app": tftypes.NewValue(tftypes.String, text)})
		case typ.Is(tftypes.Bool):
			values[name] = tftypes.NewValue(typ, text == "true")
		default:
			values[name] = tftypes.NewValue(typ, text)
		}
	}
	return tfsdk.Config{Schema: s, Raw: tftypes.NewValue(object, values)}
}

func read(t *testing.T, clients credentials, texts map[string]string) datasource.ReadResponse {
	t.Helper()
	config := configOf(t, texts)
	resp := datasource.ReadResponse{State: tfsdk.State(config)}
	(&dataSource{sources: live.Sources{
		Identity:           clients.Identity,
		RepositoryPolicies: repopolicy.New(clients),
		RegistryPolicies:   registrypolicy.New(clients),
		Roles:              rolepolicy.New(clients),
	}}).Read(t.Context(), datasource.ReadRequest{Config: config}, &resp)
	return resp
}

func stringOf(t *testing.T, state tfsdk.State, name string) types.String {
	t.Helper()
	var s types.String
	if diags := state.GetAttribute(t.Context(), path.Root(name), &s); diags.HasError() {
		t.Fatal(diags)
	}
	return s
}

// TestRead_unknown: what an evaluator of policies does not know is unknown to the check, and
// what AWS has today does not take its place.
func TestRead_unknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"repository_policy", "session_policies", "service_control_policies", "planned_statements", "planned_role_policies"} {
		resp := read(t, credentials{account: "111111111111"}, map[string]string{
			"image": pulls.Image, "role_arn": pulls.RoleARN, "registry_policy": "", "permissions_boundary": "",
			"repository_policy": pulls.Granting, "identity_policies": pulls.Pulling, name: isUnknown,
		})
		if resp.Diagnostics.HasError() {
			t.Fatalf("%s: %v", name, resp.Diagnostics)
		}
		var unknown []string
		if diags := resp.State.GetAttribute(t.Context(), path.Root("unknown_documents"), &unknown); diags.HasError() {
			t.Fatal(diags)
		}
		if got := stringOf(t, resp.State, "verdict").ValueString(); got != "conditional" || !slices.Contains(unknown, name) {
			t.Errorf("%s: verdict %s, unknown %q", name, got, unknown)
		}
	}
	if resp := read(t, credentials{account: "111111111111"}, map[string]string{"image": isUnknown, "role_arn": roleARN}); !resp.Diagnostics.HasError() {
		t.Error("an image that is not known was judged")
	}
}

func TestRead_warnings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		account string // of the credentials
		role    string
		want    map[string]string // a part of each warning, by attribute
	}{
		{
			"neither account", "111111111111", roleARN,
			map[string]string{
				"repository_policy": "Or grant ecr:GetRepositoryPolicy to account 111111111111 in the policy of the repository: the check tried to read it, and AWS answered: AccessDeniedException",
				"identity_policies": "or give this provider a profile of account 123456789012.",
			},
		},
		{
			"a user", "111111111111", "arn:aws:iam::123456789012:user/ci",
			map[string]string{
				"repository_policy": "Or set repository_policy, registry_policy and repository_exists",
				"identity_policies": "Set identity_policies to all of its identity-based policies",
			},
		},
		{
			"reads refused", "987654321098", roleARN,
			map[string]string{
				"repository_policy": "not authorized to perform: ecr:GetRepositoryPolicy",
				"registry_policy":   "not authorized to perform: ecr:GetRegistryPolicy",
				"identity_policies": "Or set identity_policies, permissions_boundary, role_exists and actual_role_arn",
			},
		},
		{
			"a check that may be there for another", "987654321098", roleARN,
			map[string]string{
				"repository_policy": "not authorized",
				"registry_policy":   "not authorized",
				"identity_policies": `If this check only reads its side for another check, set identity_policies = { "*" = "unknown" }`,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := read(t, credentials{tt.account}, map[string]string{"image": image, "role_arn": tt.role})
			if resp.Diagnostics.HasError() {
				t.Fatal(resp.Diagnostics)
			}
			if got := stringOf(t, resp.State, "verdict"); got.ValueString() != "conditional" {
				t.Errorf("verdict %s, want conditional", got)
			}
			warnings := map[string]string{}
			for _, d := range resp.Diagnostics {
				warnings[d.(diag.DiagnosticWithPath).Path().String()] = d.Summary() + "\n" + d.Detail()
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(tt.want)), slices.Sorted(maps.Keys(warnings))); diff != "" {
				t.Errorf("attributes that are warned of (-want +got):\n%s", diff)
			}
			for attribute, part := range tt.want {
				if n := strings.Count(warnings[attribute], "\n\n"); n > 2 && strings.Contains(warnings[attribute], "belongs to account") {
					t.Errorf("the warning on %s has %d paragraphs:\n%s", attribute, n+1, warnings[attribute])
				}
				if !strings.Contains(warnings[attribute], part) {
					t.Errorf("the warning on %s does not say %q:\n%s", attribute, part, warnings[attribute])
				}
			}
			exported := map[string]types.String{"111111111111": types.StringNull(), "987654321098": types.StringValue("unknown")}[tt.account]
			if got := stringOf(t, resp.State, "repository_policy"); !got.Equal(exported) {
				t.Errorf("repository_policy is %s, want %s", got, exported)
			}
		})
	}
}

// TestRead_wrongProfiles: of two checks, one that reads and one that judges, each says
// which account its credentials belong to, under a summary that the other has not.
func TestRead_wrongProfiles(t *testing.T) {
	t.Parallel()
	reads := map[string]string{"identity_policies": "unknown", "permissions_boundary": "unknown"}
	judges := map[string]string{"registry_policy": "unknown"} // what the one that reads exports of what it cannot read
	for _, tt := range []struct {
		name    string
		account string // of the credentials
		given   map[string]string
		want    string // summary
		says    string
	}{
		{
			"the check that reads, with no credentials of either account", "111111111111", reads,
			"The registry side of the pull is unknown",
			"belongs to account 987654321098, and the provider's credentials to account 111111111111",
		},
		{
			"the check that judges, with no credentials of either account", "111111111111",
			map[string]string{"registry_policy": "unknown", "identity_policies": "{}", "permissions_boundary": "", "role_exists": "true"},
			"", "",
		},
		{
			"the check that judges, with credentials of the registry account, which refuses all reads", "987654321098", judges,
			"The consumer side of the pull is unknown",
			"or give this provider a profile of account 123456789012.",
		},
		{
			"the check that judges, without the repository policy", "111111111111",
			map[string]string{"registry_policy": "unknown", "identity_policies": allowing, "permissions_boundary": ""},
			"The repository policy is unknown",
			"belongs to account 987654321098, and the provider's credentials to account 111111111111",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]string{"image": image, "role_arn": roleARN}
			maps.Copy(arguments, tt.given)
			var summaries []string
			for _, d := range read(t, credentials{tt.account}, arguments).Diagnostics {
				if isOwn := !strings.Contains(d.Detail(), "belongs to account"); isOwn && strings.Contains(d.Detail(), "not authorized to perform") {
					continue
				}
				summaries = append(summaries, d.Summary())
				if !strings.Contains(d.Detail(), tt.says) || strings.Contains(d.Detail(), "only reads its side") {
					t.Errorf("%s: %s", d.Summary(), d.Detail())
				}
			}
			if got := strings.Join(summaries, ", "); got != tt.want {
				t.Errorf("warnings %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRead_documents: what is given needs no credentials at all.
func TestRead_documents(t *testing.T) {
	t.Parallel()
	resp := read(t, credentials{}, map[string]string{
		"image": image, "role_arn": roleARN, "identity_policies": "{}",
		"repository_policy": `{"Statement":[]}`, "registry_policy": "", "permissions_boundary": "",
	})
	if len(resp.Diagnostics) > 0 {
		t.Fatal(resp.Diagnostics)
	}
	for name, want := range map[string]string{
		"verdict": "denied", "denied_side": "both", "image": image, "repository_policy": `{"Statement":[]}`, "registry_policy": "",
	} {
		if got := stringOf(t, resp.State, name); !got.Equal(types.StringValue(want)) {
			t.Errorf("%s is %s, want %q", name, got, want)
		}
	}
}

// TestRead_refusedDocument: what AWS would refuse is warned of where it stands.
func TestRead_refusedDocument(t *testing.T) {
	t.Parallel()
	resp := read(t, credentials{}, map[string]string{
		"image": image, "role_arn": roleARN, "identity_policies": "{}", "registry_policy": "", "permissions_boundary": "",
		"repository_policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\n\"Action\":\"ecr:*\",\"Moon\":\"full\"}}",
	})
	if len(resp.Diagnostics) != 1 {
		t.Fatal(resp.Diagnostics)
	}
	warning, _ := resp.Diagnostics[0].(diag.DiagnosticWithPath)
	want := "repository_policy is not a document that AWS accepts: statement 0, Moon, line 2 "
	if warning.Path().String() != "repository_policy" || !strings.HasPrefix(warning.Detail(), want) {
		t.Errorf("%s: %s", warning.Path(), warning.Detail())
	}
}

// TestRead_oddities: what is probably not meant is warned of where it stands, under
// a title of its own: Terraform shows only one of several warnings that share one.
func TestRead_oddities(t *testing.T) {
	t.Parallel()
	resp := read(t, credentials{}, map[string]string{
		"image": strings.Replace(image, "us-east-1", "us-est-1", 1), "role_arn": roleARN, "identity_policies": "{}", "registry_policy": "", "permissions_boundary": "",
		"repository_policy":   `{"Statement":{"Sid":"Login","Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken"}}`,
		"vpc_endpoint_policy": `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1","aws:PrincpalAccount":"1"}}}}`,
	})
	got := map[string]string{}
	for _, d := range resp.Diagnostics {
		warning, _ := d.(diag.DiagnosticWithPath)
		got[warning.Summary()] = warning.Path().String() + ": " + warning.Detail()
	}
	for summary, want := range map[string]string{
		"Probable mistake: image":             "image: image is in the Region us-est-1, which is misspelt or newer than this provider (did you mean us-east-1?).",
		"Probable mistake: repository_policy": `repository_policy: repository_policy names ecr:GetAuthorizationToken in the statement "Login"`,
		"Probable mistake: vpc_endpoint_policy": `vpc_endpoint_policy: vpc_endpoint_policy names the condition key "aws:PrincipleOrgID" in the statement 0 (the first); AWS does not list this key, and requests probably do not have it (did you mean aws:PrincipalOrgID?).` + "\n" +
			`vpc_endpoint_policy names the condition key "aws:PrincpalAccount"`,
	} {
		if !strings.HasPrefix(got[summary], want) {
			t.Errorf("%s: %q, want %q", summary, got[summary], want)
		}
	}
	if len(got) != 3 {
		t.Errorf("%d warnings, want 3: %v", len(got), got)
	}
}

// TestRead_decided: a side that is not known is no matter for a warning when the
// other one decides.
func TestRead_decided(t *testing.T) {
	t.Parallel()
	resp := read(t, credentials{"111111111111"}, map[string]string{"image": image, "role_arn": roleARN, "repository_policy": "", "registry_policy": ""})
	if len(resp.Diagnostics) > 0 {
		t.Error(resp.Diagnostics)
	}
	if got := stringOf(t, resp.State, "denied_side"); got.ValueString() != "registry" {
		t.Errorf("denied_side is %s, want registry", got)
	}
}

// allowing are identity policies that allow the pull.
const allowing = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

// TestRead_neitherGivenNorReadable: no document that may exist is assumed away
// because the other ones of its side are given.
func TestRead_neitherGivenNorReadable(t *testing.T) {
	t.Parallel()
	grants := `{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:*"}}`
	denies := strings.Replace(grants, "Allow", "Deny", 1)
	user, root := "arn:aws:iam::123456789012:user/ci", "arn:aws:iam::123456789012:root"
	for _, tt := range []struct {
		name    string
		role    string
		given   map[string]string
		verdict string
		unknown []string
		warning string // attribute and a part of the text; empty: no warning
	}{
		{
			"a registry policy that could grant", roleARN,
			map[string]string{"repository_policy": "", "permissions_boundary": ""},
			"conditional",
			[]string{"registry_policy"},
			`registry_policy: Set registry_snapshot to the attribute json of an ecrxa_registry_snapshot that is read with credentials of account 987654321098`,
		},
		{
			"a registry policy that could deny", roleARN,
			map[string]string{"repository_policy": grants, "permissions_boundary": ""},
			"conditional",
			[]string{"registry_policy"},
			"registry_policy: ",
		},
		{
			"a boundary that could deny", roleARN,
			map[string]string{"repository_policy": grants, "registry_policy": ""},
			"conditional",
			[]string{"permissions_boundary"},
			`permissions_boundary: Set consumer_snapshot to the attribute json of an ecrxa_consumer_snapshot that is read with credentials of account 123456789012`,
		},
		{
			"a user's boundary", user,
			map[string]string{"repository_policy": strings.Replace(grants, roleARN, user, 1), "registry_policy": ""},
			"conditional",
			[]string{"permissions_boundary"},
			`permissions_boundary: Set permissions_boundary, to "" if there is none.`,
		},
		{
			"a root user has no boundary", root,
			map[string]string{"repository_policy": strings.Replace(grants, roleARN, root, 1), "registry_policy": ""},
			"allowed", nil, "",
		},
		{
			"an explicit deny decides", roleARN,
			map[string]string{"repository_policy": denies},
			"denied",
			[]string{"permissions_boundary", "registry_policy"},
			"",
		},
		{
			"a registry policy of the scope V1 has no say", roleARN,
			map[string]string{"repository_policy": grants, "permissions_boundary": "", "registry_policy_scope": "V1"},
			"allowed",
			[]string{"registry_policy"},
			"",
		},
		{
			"a role that does not exist has no boundary", roleARN,
			map[string]string{"repository_policy": grants, "registry_policy": "", "role_exists": "false"},
			"denied", nil, "",
		},
		{
			"both given", roleARN,
			map[string]string{"repository_policy": grants, "registry_policy": "", "permissions_boundary": ""},
			"allowed", nil, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]string{"image": image, "role_arn": tt.role, "identity_policies": allowing}
			maps.Copy(arguments, tt.given)
			resp := read(t, credentials{"111111111111"}, arguments)
			if resp.Diagnostics.HasError() {
				t.Fatal(resp.Diagnostics)
			}
			if got := stringOf(t, resp.State, "verdict").ValueString(); got != tt.verdict {
				t.Errorf("verdict %s, want %s", got, tt.verdict)
			}
			var unknown []string
			resp.State.GetAttribute(t.Context(), path.Root("unknown_documents"), &unknown)
			if diff := cmp.Diff(tt.unknown, unknown, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("unknown_documents (-want +got):\n%s", diff)
			}
			for _, name := range unknown {
				if got := stringOf(t, resp.State, name); got.ValueString() != "unknown" {
					t.Errorf("%s is exported as %s: to evaluate_pull it would not exist", name, got)
				}
			}
			testWarning(t, resp.Diagnostics, tt.warning)
		})
	}
}

// testWarning tests that there is one warning, on an attribute, that says something;
// or none.
func testWarning(t *testing.T, diags diag.Diagnostics, want string) {
	t.Helper()
	attribute, part, wanted := strings.Cut(want, ": ")
	if !wanted && len(diags) == 0 {
		return
	}
	if !wanted || len(diags) != 1 {
		t.Fatalf("diagnostics %v, want %q", diags, want)
	}
	warning, _ := diags[0].(diag.DiagnosticWithPath)
	if warning.Path().String() != attribute || !strings.Contains(warning.Detail(), part) {
		t.Errorf("warning %s: %s\nwant %s", warning.Path(), warning.Detail(), want)
	}
}

// noCredentials fail at everything, also at saying whose they are.
type noCredentials struct{}

func (noCredentials) ECR(context.Context, string) (awsapi.ECR, error) { panic("ECR was called") }
func (noCredentials) IAM(context.Context) (awsapi.IAM, error)         { panic("IAM was called") }
func (noCredentials) Identity(context.Context) (awsapi.Identity, error) {
	panic("STS was called")
}

// TestRead_snapshots: with a snapshot of each side, four arguments are a check over both sides,
// and no request to AWS is made.
func TestRead_snapshots(t *testing.T) {
	t.Parallel()
	registry, err := pulls.RegistrySnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := pulls.ConsumerSnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		more     map[string]string
		now      time.Time
		verdict  string
		warnings []string // attributes
	}{
		"of any age":                       {nil, time.Time{}, "allowed", nil},
		"young enough":                     {map[string]string{"max_age": "24h"}, pulls.ReadAt.Add(time.Hour), "allowed", nil},
		"too old":                          {map[string]string{"max_age": "24h"}, pulls.ReadAt.Add(25 * time.Hour), "conditional", []string{"consumer_snapshot", "registry_snapshot"}},
		"by another clock":                 {map[string]string{"max_age": "24h", "now": "2026-11-27T10:00:00Z"}, pulls.ReadAt.Add(25 * time.Hour), "allowed", nil},
		"too old, and everything is given": {map[string]string{"max_age": "1h", "repository_policy": pulls.Granting, "registry_policy": "", "identity_policies": pulls.Pulling, "permissions_boundary": ""}, pulls.ReadAt.Add(25 * time.Hour), "allowed", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]string{"image": pulls.Image, "role_arn": pulls.RoleARN, "registry_snapshot": registry, "consumer_snapshot": consumer}
			maps.Copy(arguments, tt.more)
			config := configOf(t, arguments)
			resp := datasource.ReadResponse{State: tfsdk.State(config)}
			clients := noCredentials{}
			(&dataSource{now: func() time.Time { return tt.now }, sources: live.Sources{
				Identity: clients.Identity, RepositoryPolicies: repopolicy.New(clients), RegistryPolicies: registrypolicy.New(clients), Roles: rolepolicy.New(clients),
			}}).Read(t.Context(), datasource.ReadRequest{Config: config}, &resp)
			if resp.Diagnostics.HasError() {
				t.Fatal(resp.Diagnostics)
			}
			if got := stringOf(t, resp.State, "verdict").ValueString(); got != tt.verdict {
				t.Errorf("verdict %s, want %s:\n%s", got, tt.verdict, stringOf(t, resp.State, "explanation").ValueString())
			}
			var warned []string
			for _, d := range resp.Diagnostics {
				warned = append(warned, d.(diag.DiagnosticWithPath).Path().String())
			}
			if diff := cmp.Diff(tt.warnings, warned, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("attributes that are warned of (-want +got):\n%s", diff)
			}
			if got := stringOf(t, resp.State, "now"); tt.more["now"] == "" && !got.IsNull() {
				t.Errorf("the state has the time %s, and would never stay the same", got)
			}
		})
	}
}

func TestValidateConfig(t *testing.T) {
	t.Parallel()
	var resp datasource.ValidateConfigResponse
	(&dataSource{}).ValidateConfig(t.Context(), datasource.ValidateConfigRequest{Config: configOf(t, map[string]string{
		"image": "nginx", "role_arn": "app", "access": "read", "repository_policy": "{",
	})}, &resp)
	var got []string
	for _, d := range resp.Diagnostics.Errors() {
		got = append(got, d.(diag.DiagnosticWithPath).Path().String())
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"access", "image", "repository_policy", "role_arn"}, got); diff != "" {
		t.Errorf("attributes with errors (-want +got):\n%s", diff)
	}
}

// TestValidateConfig_repository: exactly one of two attributes names the repository. One that
// is not known may be null.
func TestValidateConfig_repository(t *testing.T) {
	t.Parallel()
	known, unknown, null := types.StringValue(image), types.StringUnknown(), types.StringNull()
	arn := types.StringValue(pulls.RepositoryARN)
	for _, tt := range []struct {
		image, arn types.String
		want       string
	}{
		{known, null, ""},
		{null, arn, ""},
		{known, unknown, ""},
		{unknown, null, ""},
		{unknown, unknown, ""},
		{known, arn, "repository_arn is set, and image is set, too; set exactly one of the two"},
		{null, null, "image is not set; set exactly one of image and repository_arn"},
	} {
		got := exactlyOne(map[string]attr.Value{"image": tt.image, "repository_arn": tt.arn})
		if text := got.Error(); len(got) > 0 != (tt.want != "") || text != tt.want {
			t.Errorf("%s and %s: %s, want %s", tt.image, tt.arn, text, tt.want)
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	var resp datasource.MetadataResponse
	NewDataSource().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "ecrxa"}, &resp)
	if resp.TypeName != "ecrxa_pull_check" {
		t.Errorf("type name %s", resp.TypeName)
	}
}
