// SPDX-License-Identifier: MPL-2.0

package pullprobe_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// check is a check's result, or a part of it.
func check(verdict string, decisions ...map[string]string) tftypes.Value {
	values := map[string]tftypes.Value{"verdict": tftypes.NewValue(tftypes.String, verdict)}
	types := map[string]tftypes.Type{"verdict": tftypes.String}
	var list []tftypes.Value
	var listTypes []tftypes.Type
	for _, d := range decisions {
		object, objectTypes := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name, text := range d {
			object[name], objectTypes[name] = tftypes.NewValue(tftypes.String, text), tftypes.String
		}
		typ := tftypes.Object{AttributeTypes: objectTypes}
		list, listTypes = append(list, tftypes.NewValue(typ, object)), append(listTypes, typ)
	}
	types["decisions"] = tftypes.Tuple{ElementTypes: listTypes}
	values["decisions"] = tftypes.NewValue(types["decisions"], list)
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
}

func decision(action, verdict string) map[string]string {
	return map[string]string{
		"action": action, "verdict": verdict, "principal": roleARN, "resource": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service",
	}
}

const (
	loginOnly    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}`
	manifestOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},"Action":"ecr:BatchGetImage"}]}`
)

// textOf returns a value as JSON.
func textOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// TestRead: what a pull meets, as attributes. The emulator evaluates the policies of both
// sides, because the accounts differ.
func TestRead(t *testing.T) {
	t.Parallel()
	const p, d, s, f = "passed", "denied", "skipped", "failed"
	otherRole := decision("ecr:BatchGetImage", "allowed")
	otherRole["principal"] = "arn:aws:iam::123456789012:role/other"
	for name, tt := range map[string]struct {
		identity, repository string
		arguments            map[string]any
		statuses             []string
		side                 string // of the first problem
		agreement            string
		warning              string
	}{
		"works":                  {pullPolicy, grantPolicy, nil, []string{p, p, p, p, p, p, p, p}, "", "", ""},
		"no login":               {"", grantPolicy, nil, []string{d, s, s, s, s, s, s, s}, "consumer", "", ""},
		"no identity permission": {loginOnly, grantPolicy, nil, []string{p, d, s, s, p, d, s, s}, "consumer", "", ""},
		"no grant":               {pullPolicy, "", nil, []string{p, d, s, s, p, d, s, s}, "registry", "", ""},
		"a grant without layers": {pullPolicy, manifestOnly, nil, []string{p, p, d, s, p, p, d, s}, "registry", "", ""},
		"no such tag":            {pullPolicy, grantPolicy, map[string]any{"image": strings.Replace(image, ":v1", ":v2", 1)}, []string{p, f, s, s, p, f, s, s}, "both", "", ""},
		"by ARN": {pullPolicy, grantPolicy, map[string]any{
			"image": nil, "repository_arn": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service", "image_tag": "v1",
		}, []string{p, p, p, p, p, p, p, p}, "", "", ""},
		"the check agrees": {
			pullPolicy, grantPolicy,
			map[string]any{"check": check("allowed", decision("ecr:BatchGetImage", "allowed"))},
			[]string{p, p, p, p, p, p, p, p},
			"", "agrees", "",
		},
		"the check denies what works": {
			pullPolicy, grantPolicy,
			map[string]any{"check": check("denied", decision("ecr:BatchGetImage", "denied"))},
			[]string{p, p, p, p, p, p, p, p},
			"", "disagrees", "The pull and the check disagree",
		},
		"the check allows what is denied": {
			pullPolicy, "",
			map[string]any{"check": check("allowed", decision("ecr:BatchGetImage", "allowed"))},
			[]string{p, d, s, s, p, d, s, s},
			"registry", "disagrees", "The pull and the check disagree",
		},
		"the check denies one step, and AWS another": {
			pullPolicy, manifestOnly,
			map[string]any{"check": check("denied", decision("ecr:BatchGetImage", "denied"))},
			[]string{p, p, d, s, p, p, d, s},
			"registry", "disagrees", "The pull and the check disagree",
		},
		"the check denies what no pull needs": {
			pullPolicy, grantPolicy,
			map[string]any{"check": check("denied", decision("ecr:BatchGetImage", "allowed"), decision("ecr:PutImage", "denied"))},
			[]string{p, p, p, p, p, p, p, p},
			"", "undecided", "",
		},
		"the check is of another role": {
			pullPolicy, grantPolicy,
			map[string]any{"check": check("allowed", otherRole)},
			[]string{p, p, p, p, p, p, p, p},
			"", "other_pull", "The check is about another pull",
		},
		"only a verdict": {pullPolicy, grantPolicy, map[string]any{"check": check("conditional")}, []string{p, p, p, p, p, p, p, p}, "", "undecided", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := accounts(t, tt.identity, tt.repository)
			arguments := map[string]any{"image": image}
			maps.Copy(arguments, tt.arguments)
			state, diags := connect(t, server, server.URL()).read(t, arguments)
			var warnings []string
			for _, diag := range diags {
				if diag.Severity != tfprotov6.DiagnosticSeverityWarning {
					t.Fatalf("%s: %s", diag.Summary, diag.Detail)
				}
				warnings = append(warnings, diag.Summary)
			}
			if got := strings.Join(warnings, ","); got != tt.warning {
				t.Errorf("the warnings are %q, want %q", got, tt.warning)
			}
			if diff := cmp.Diff(tt.statuses, statuses(state)); diff != "" {
				t.Errorf("statuses (-want +got):\n%s\n%s", diff, state["explanation"])
			}
			problem := slices.IndexFunc(tt.statuses, func(s string) bool { return s != p })
			status := p
			if problem >= 0 {
				status = tt.statuses[problem]
				if side := state["steps"].([]any)[problem].(map[string]any)["side"]; side != tt.side {
					t.Errorf("the side is %s, want %s", side, tt.side)
				}
			}
			if state["status"] != status || state["agreement"] != tt.agreement || state["principal"] != "arn:aws:sts::123456789012:assumed-role/app/terraform-provider-ecrxa" {
				t.Errorf("got the status %s, the agreement %s and the principal %s", state["status"], state["agreement"], state["principal"])
			}
			again, _ := connect(t, server, server.URL()).read(t, arguments)
			first, second := textOf(t, state), textOf(t, again)
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("another read has another result:\n%s", diff)
			}
			if name == "works" || name == "no grant" {
				golden.Compare(t, "testdata/"+strings.ReplaceAll(name, " ", "_")+".json", first)
			}
		})
	}
}

// TestRequests pins all requests of a probe, with which the policy on the page is compared.
func TestRequests(t *testing.T) {
	t.Parallel()
	server := accounts(t, pullPolicy, grantPolicy)
	p := connect(t, server, server.URL())
	server.ResetRequests()
	if state, diags := p.read(t, map[string]any{"image": image}); state["status"] != "passed" {
		t.Fatal(state, diags)
	}
	requests := server.Requests()
	delete(requests, "sts:AssumeRole") // for the credentials of the role
	delete(requests, "registry:Login") // what ECR allows to whoever has a token
	golden.Compare(t, "testdata/requests.json", textOf(t, requests))
}

// TestInvalidArguments: wrong arguments are errors of the plan, at the attribute, of the data
// source and of the action.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	server := accounts(t, "", "")
	p := connect(t, server, server.URL())
	const arn = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	for name, tt := range map[string]struct {
		arguments map[string]any
		at        string // empty for no error
	}{
		"nothing":                       {nil, "image"},
		"both":                          {map[string]any{"image": image, "repository_arn": arn}, "repository_arn"},
		"Docker Hub":                    {map[string]any{"image": "nginx:1"}, "image"},
		"an empty image":                {map[string]any{"image": ""}, "image"},
		"an image and a tag":            {map[string]any{"image": image, "image_tag": "v1"}, "image"},
		"no ARN":                        {map[string]any{"repository_arn": "payment-service"}, "repository_arn"},
		"a tag and a digest":            {map[string]any{"repository_arn": arn, "image_tag": "v1", "image_digest": "sha256:" + strings.Repeat("0", 64)}, "image_digest"},
		"a digest as a tag":             {map[string]any{"repository_arn": arn, "image_tag": "sha256:" + strings.Repeat("0", 64)}, "image_tag"},
		"a tag as a digest":             {map[string]any{"repository_arn": arn, "image_digest": "v1"}, "image_digest"},
		"no platform":                   {map[string]any{"image": image, "platform": "linux"}, "platform"},
		"an empty platform":             {map[string]any{"image": image, "platform": ""}, "platform"},
		"no check":                      {map[string]any{"image": image, "check": tftypes.NewValue(tftypes.String, "allowed")}, "check"},
		"a check of another verdict":    {map[string]any{"image": image, "check": check("passed")}, "check"},
		"an image that is not known":    {map[string]any{"image": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, ""},
		"a check that is not known":     {map[string]any{"image": image, "check": tftypes.NewValue(tftypes.DynamicPseudoType, tftypes.UnknownValue)}, ""},
		"an image with a digest, right": {map[string]any{"image": image + "@sha256:" + strings.Repeat("0", 64), "platform": "linux/arm/v7"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := p.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: "ecrxa_pull_probe", Config: config(t, p.schema.DataSourceSchemas["ecrxa_pull_probe"], tt.arguments),
			})
			if err != nil {
				t.Fatal(err)
			}
			action, err := p.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{
				ActionType: "ecrxa_pull_probe", Config: config(t, p.schema.ActionSchemas["ecrxa_pull_probe"].Schema, tt.arguments),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, diags := range [][]*tfprotov6.Diagnostic{data.Diagnostics, action.Diagnostics} {
				var at []string
				for _, d := range diags {
					at = append(at, strings.TrimPrefix(d.Attribute.String(), "AttributeName"))
				}
				got := strings.Join(at, ",")
				if want := tt.at; want == "" && got != "" || want != "" && got != fmt.Sprintf("(%q)", want) {
					t.Errorf("the errors are at %s, want %s", got, want)
				}
			}
		})
	}
}

// TestInvoke: the action reports each step, and fails if the pull does.
func TestInvoke(t *testing.T) {
	t.Parallel()
	server := accounts(t, pullPolicy, "")
	p := connect(t, server, server.URL())
	progress, diags := p.invoke(t, map[string]any{"image": image})
	if len(progress) != 8 || !strings.HasPrefix(progress[1], "manifest: denied: AccessDeniedException: User: ") {
		t.Errorf("the progress is %q", progress)
	}
	if len(diags) != 1 || diags[0].Summary != "AWS denied the pull" || !strings.Contains(diags[0].Detail, "The registry side (account 987654321098) must act.") {
		t.Errorf("got %v", diags)
	}
	server.SetRepositoryPolicy(registryID, region, repository, grantPolicy)
	progress, diags = p.invoke(t, map[string]any{"image": image, "check": check("denied")})
	if len(progress) != 8 || progress[7] != "registry_layer: passed" {
		t.Errorf("the progress is %q", progress)
	}
	if len(diags) != 1 || diags[0].Summary != "The pull and the check disagree" || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Errorf("got %v", diags)
	}
}

// TestWithoutCredentials: without credentials there is no pull, and so no result.
func TestWithoutCredentials(t *testing.T) {
	t.Parallel()
	server := accounts(t, pullPolicy, grantPolicy)
	p := connect(t, server, server.URL())
	server.DeleteRole(consumerID, "app")
	state, diags := p.read(t, map[string]any{"image": image})
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || state["status"] != nil {
		t.Errorf("got %v, %v", state, diags)
	}
}
