// SPDX-License-Identifier: MPL-2.0

package pullmatrix

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

const (
	registryAccount = "111122223333"
	consumerAccount = "222233334444"
	region          = "eu-west-1"
)

var readAt = snapshot.Time{Time: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)}

func repositoryARN(name string) string {
	return "arn:aws:ecr:" + region + ":" + registryAccount + ":repository/" + name
}

func roleARN(name string) string { return "arn:aws:iam::" + consumerAccount + ":role/" + name }

func yes() *bool { exists := true; return &exists }

// registryOf has repositories that grant to the consumer account, except those whose names
// begin with "closed".
func registryOf(t testing.TB, names ...string) string {
	t.Helper()
	r := snapshot.Registry{
		Header:  snapshot.Header{Kind: snapshot.OfRegistry, Version: snapshot.Version, ReadAt: readAt},
		Account: registryAccount, Region: region, RegistryPolicy: snapshot.DocumentOf(""),
	}
	grant := snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + consumerAccount + `:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchCheckLayerAvailability"]}]}`)
	for _, name := range names {
		policy := grant
		if strings.HasPrefix(name, "closed") {
			policy = snapshot.DocumentOf("")
		}
		r.Repositories = append(r.Repositories, snapshot.Repository{Name: name, ARN: repositoryARN(name), Exists: yes(), Policy: policy, Tags: &map[string]string{}})
	}
	text, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// consumerOf has roles that may pull everything, except those whose names begin with "new";
// the policies of those that begin with "unread" are not known.
func consumerOf(t testing.TB, names ...string) string {
	t.Helper()
	boundary := ""
	c := snapshot.Consumer{
		Header:  snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version, ReadAt: readAt},
		Account: consumerAccount,
	}
	for _, name := range names {
		policies := map[string]snapshot.Document{"pull": snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`)}
		switch {
		case strings.HasPrefix(name, "new"):
			policies = map[string]snapshot.Document{}
		case strings.HasPrefix(name, "unread"):
			policies = map[string]snapshot.Document{"pull": {}}
		}
		if name == "missing" {
			c.Roles = append(c.Roles, snapshot.Role{Name: name, Exists: new(bool)})
			continue
		}
		c.Roles = append(c.Roles, snapshot.Role{
			Name: name, ARN: roleARN(name), ID: "AROAEXAMPLE" + strings.ToUpper(strings.ReplaceAll(name, "-", "")), Exists: yes(),
			InlinePolicies: &policies, AttachedPolicies: &[]string{}, Boundary: &boundary, Tags: &map[string]string{},
		})
	}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func schemaOf(t testing.TB) schema.Schema {
	t.Helper()
	var resp datasource.SchemaResponse
	NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	return resp.Schema
}

func configOf(t testing.TB, values map[string]attr.Value) tfsdk.Config {
	t.Helper()
	s := schemaOf(t)
	object := s.Type().TerraformType(t.Context()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		all[name] = tftypes.NewValue(typ, nil)
		if value, given := values[name]; given {
			converted, err := value.ToTerraformValue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all[name] = converted
		}
	}
	return tfsdk.Config{Schema: s, Raw: tftypes.NewValue(object, all)}
}

func read(t testing.TB, values map[string]attr.Value) (tfsdk.State, diag.Diagnostics) {
	t.Helper()
	config := configOf(t, values)
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: config.Schema, Raw: tftypes.NewValue(config.Raw.Type(), nil)}}
	(&dataSource{now: func() time.Time { return readAt.Add(36 * time.Hour) }}).Read(t.Context(), datasource.ReadRequest{Config: config}, &resp)
	return resp.State, resp.Diagnostics
}

func list(texts ...string) types.List {
	var elements []attr.Value
	for _, text := range texts {
		elements = append(elements, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, elements)
}

var pairTypes = map[string]attr.Type{"repository_arn": types.StringType, "role_arn": types.StringType}

func pairsOf(pairs ...[2]string) types.List {
	var elements []attr.Value
	for _, p := range pairs {
		elements = append(elements, types.ObjectValueMust(pairTypes, map[string]attr.Value{"role_arn": types.StringValue(p[0]), "repository_arn": types.StringValue(p[1])}))
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: pairTypes}, elements)
}

func verdictsOf(t testing.TB, state tfsdk.State) map[string]map[string]string {
	t.Helper()
	var got map[string]map[string]string
	if diags := state.GetAttribute(t.Context(), path.Root("verdicts"), &got); diags.HasError() {
		t.Fatal(diags)
	}
	return got
}

// Each cell is what the pull check says of its pair.
func TestMatrix_isTheCheckOfEachPair(t *testing.T) {
	t.Parallel()
	registry, consumer := registryOf(t, "app", "closed/api"), consumerOf(t, "app", "missing", "new", "unread")
	state, diags := read(t, map[string]attr.Value{registrySnapshots: list(registry), consumerSnapshots: list(consumer)})
	if diags.HasError() {
		t.Fatal(diags)
	}
	verdicts := verdictsOf(t, state)
	for _, role := range []string{"app", "missing", "new", "unread"} {
		for _, repository := range []string{"app", "closed/api"} {
			in, faults := attributes.Input(map[string]attr.Value{
				"repository_arn": types.StringValue(repositoryARN(repository)), "role_arn": types.StringValue(roleARN(role)),
				"registry_snapshot": types.StringValue(registry), "consumer_snapshot": types.StringValue(consumer),
			})
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			j, faults := verdict.Judge(in)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if want, got := string(report.Of(j).Verdict), verdicts[roleARN(role)][repositoryARN(repository)]; got != want {
				t.Errorf("%s from %s is %q; the check says %q", role, repository, got, want)
			}
		}
	}
	for name, want := range map[string]attr.Value{
		"all_allowed": types.BoolValue(false),
		"summary":     types.StringValue("8 pairs of a role and a repository: 1 allowed, 6 denied, 1 conditional."),
	} {
		var got attr.Value
		if diags := state.GetAttribute(t.Context(), path.Root(name), &got); diags.HasError() || !got.Equal(want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestMatrix_pairs(t *testing.T) {
	t.Parallel()
	state, diags := read(t, map[string]attr.Value{
		registrySnapshots: list(registryOf(t, "app", "closed/api")), consumerSnapshots: list(consumerOf(t, "app", "new")),
		"pairs": pairsOf([2]string{roleARN("app"), repositoryARN("app")}, [2]string{roleARN("app"), repositoryARN("app")},
			[2]string{"arn:aws:iam::999988887777:role/other", repositoryARN("app")}),
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	got := verdictsOf(t, state)
	if len(got) != 2 || got[roleARN("app")][repositoryARN("app")] != "allowed" || got["arn:aws:iam::999988887777:role/other"][repositoryARN("app")] != "denied" {
		t.Errorf("the verdicts are %v", got)
	}
}

// A snapshot that is too old counts as unknown in the matrix as in the check.
func TestMatrix_maxAge(t *testing.T) {
	t.Parallel()
	for maxAge, want := range map[string]string{"24h": "conditional", "48h": "allowed"} {
		state, diags := read(t, map[string]attr.Value{
			registrySnapshots: list(registryOf(t, "app")), consumerSnapshots: list(consumerOf(t, "app")), "max_age": types.StringValue(maxAge),
		})
		if diags.HasError() {
			t.Fatal(diags)
		}
		if got := verdictsOf(t, state)[roleARN("app")][repositoryARN("app")]; got != want {
			t.Errorf("with max_age = %s the verdict is %s, want %s", maxAge, got, want)
		}
		var now types.String
		if state.GetAttribute(t.Context(), path.Root("now"), &now); !now.IsNull() {
			t.Errorf("now is %s in the state, so that no plan is empty", now)
		}
	}
}

func TestMatrix_faults(t *testing.T) {
	t.Parallel()
	registry, consumer := registryOf(t, "app"), consumerOf(t, "app")
	for name, test := range map[string]struct {
		values map[string]attr.Value
		at     string
		want   string
	}{
		"sides mixed up": {
			map[string]attr.Value{registrySnapshots: list(consumer), consumerSnapshots: list(registry)},
			"registry_snapshots[0]", "is a snapshot of the consumer side",
		},
		"one account twice": {
			map[string]attr.Value{registrySnapshots: list(registry), consumerSnapshots: list(consumer, consumer)},
			"consumer_snapshots[1]", "is of account 222233334444, as one before it",
		},
		"no ARN": {
			map[string]attr.Value{"pairs": pairsOf([2]string{"app", repositoryARN("app")})},
			"pairs[0]", "has a wrong role_arn",
		},
		"no access": {
			map[string]attr.Value{registrySnapshots: list(registry), consumerSnapshots: list(consumer), "access": types.StringValue("pul")},
			"access", "pul",
		},
		"not known yet": {
			map[string]attr.Value{registrySnapshots: types.ListUnknown(types.StringType), consumerSnapshots: list(consumer)},
			"registry_snapshots", "is not known yet; the matrix needs its value",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := read(t, test.values)
			for _, d := range diags.Errors() {
				if at, ok := d.(diag.DiagnosticWithPath); ok && at.Path().String() == test.at && strings.Contains(d.Detail(), test.want) {
					return
				}
			}
			t.Errorf("the errors are %v; want %q at %s", diags, test.want, test.at)
		})
	}
}

func TestMatrix_needsPairs(t *testing.T) {
	t.Parallel()
	for want, values := range map[bool]map[string]attr.Value{
		true:  {registrySnapshots: list(registryOf(t, "app"))},
		false: {"pairs": types.ListUnknown(types.ObjectType{AttrTypes: pairTypes})},
	} {
		var resp datasource.ValidateConfigResponse
		(&dataSource{}).ValidateConfig(t.Context(), datasource.ValidateConfigRequest{Config: configOf(t, values)}, &resp)
		if resp.Diagnostics.HasError() != want {
			t.Errorf("the errors are %v", resp.Diagnostics)
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	var repositories, roles []string
	for i := range 100 {
		prefix := []string{"", "closed/", "", ""}[i%4]
		repositories = append(repositories, fmt.Sprintf("%steam-%d/app-%03d", prefix, i%10, i))
		roles = append(roles, fmt.Sprintf("%sapp-%03d", []string{"", "new-", ""}[i%3], i))
	}
	values := map[string]attr.Value{registrySnapshots: list(registryOf(b, repositories...)), consumerSnapshots: list(consumerOf(b, roles...))}
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := read(b, values); diags.HasError() {
			b.Fatal(diags)
		}
	}
}

// What others have written into a snapshot or a pair is data in the errors.
func TestMatrix_hostileErrors(t *testing.T) {
	t.Parallel()
	errorsWith := func(text string) string {
		c := snapshot.Consumer{Header: snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version, ReadAt: readAt}, Account: text, Roles: []snapshot.Role{{Name: text, ARN: text}}}
		consumer, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, values := range []map[string]attr.Value{
			{registrySnapshots: list(registryOf(t, "app")), consumerSnapshots: list(consumer)},
			{registrySnapshots: list(registryOf(t, "app")), consumerSnapshots: list(consumer, consumer)},
			{registrySnapshots: list(text), consumerSnapshots: list(consumer)},
			{"pairs": pairsOf([2]string{text, text})},
		} {
			_, diags := read(t, values)
			if !diags.HasError() {
				t.Errorf("%.40q: no error", text)
			}
			for _, d := range diags {
				all.WriteString(d.Summary() + "\n" + d.Detail() + "\n")
			}
		}
		return all.String()
	}
	harmless := errorsWith("x")
	for _, text := range hostile.Texts() {
		hostile.CheckHarmless(t, fmt.Sprintf("the errors with %.40q", text), errorsWith(text), harmless)
	}
}
