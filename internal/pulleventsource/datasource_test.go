// SPDX-License-Identifier: MPL-2.0

package pulleventsource

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
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

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

const (
	registryID = "111122223333"
	consumerID = "444455556666"
	region     = "eu-west-1"
	roleARN    = "arn:aws:iam::444455556666:role/apps/puller"
)

var now = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

// A world is an emulator, with faults in front of it.
type world struct {
	*emulator.Server
	faults   *fault.Layer
	endpoint string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	layer := fault.New(server, 1)
	front := httptest.NewServer(layer)
	t.Cleanup(front.Close)
	return &world{server, layer, front.URL}
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

func configOf(t *testing.T, values map[string]attr.Value) tfsdk.Config {
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

// read reads the data source with credentials of an account, at the time now.
func (w *world) read(t *testing.T, account string, values map[string]attr.Value) (tfsdk.State, diag.Diagnostics) {
	t.Helper()
	accessKey, secretKey := w.Credentials(account)
	clients, err := awsapi.New(t.Context(), awsapi.Config{
		Region: region, AccessKey: accessKey, SecretKey: secretKey, MaxRetries: 1, Endpoints: awsapi.Endpoints{CloudTrail: w.endpoint, STS: w.endpoint},
	})
	if err != nil {
		t.Fatal(err)
	}
	config := configOf(t, values)
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: config.Schema, Raw: tftypes.NewValue(config.Raw.Type(), nil)}}
	d := &dataSource{clients: clients, history: providerdata.New(clients).EventHistory, now: func() time.Time { return now }}
	d.Read(t.Context(), datasource.ReadRequest{Config: config}, &resp)
	return resp.State, resp.Diagnostics
}

func at[T any](t *testing.T, state tfsdk.State, p path.Path) (value T) {
	t.Helper()
	if diags := state.GetAttribute(t.Context(), p, &value); diags.HasError() {
		t.Fatal(diags)
	}
	return value
}

// event is an event of a role of the consumer account, as the registry account has it.
func event(at, action, rest string) string {
	return `{"eventVersion":"1.08","userIdentity":{"type":"AWSAccount","principalId":"AROAEXAMPLEROLE000001:i-1","accountId":"444455556666"},"eventTime":"` + at + `","eventSource":"ecr.amazonaws.com","eventName":"` + action +
		`","awsRegion":"eu-west-1","sourceIPAddress":"AWS Internal","requestParameters":{"repositoryName":"team/app","registryId":"111122223333"}` + rest + `}`
}

func registrySnapshot(t *testing.T) string {
	t.Helper()
	r := snapshot.Registry{
		Header: snapshot.Header{Kind: snapshot.OfRegistry, Version: snapshot.Version}, Account: registryID, Region: region, RegistryPolicy: snapshot.DocumentOf(""),
		Repositories: []snapshot.Repository{{Name: "team/app", ARN: "arn:aws:ecr:eu-west-1:111122223333:repository/team/app", Exists: new(true), Policy: snapshot.DocumentOf(
			`{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]},` +
				`{"Sid":"Other","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"ecr:BatchGetImage"}]}`)}},
	}
	return textOf(t, &r)
}

func consumerSnapshot(t *testing.T) string {
	t.Helper()
	return textOf(t, &snapshot.Consumer{
		Header: snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version}, Account: consumerID,
		Roles: []snapshot.Role{{
			Name: "puller", ARN: roleARN, ID: "AROAEXAMPLEROLE000001", Exists: new(true), AttachedPolicies: &[]string{}, Boundary: new(""),
			InlinePolicies: &map[string]snapshot.Document{"pull": snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`)},
		}},
	})
}

func textOf(t *testing.T, s interface{ JSON() (string, error) }) string {
	t.Helper()
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const denial = `,"errorCode":"AccessDenied","errorMessage":"User: arn:aws:sts::444455556666:assumed-role/puller/i-1 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:111122223333:repository/team/app because no resource-based policy allows the ecr:BatchGetImage action"`

// describe shows the results, for a golden file.
func describe(t *testing.T, state tfsdk.State) string {
	t.Helper()
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", at[string](t, state, path.Root("summary")))
	line("complete %v, %d events, %d calls", at[bool](t, state, path.Root("complete")), at[int](t, state, path.Root("events_read")), at[int](t, state, path.Root("calls_count")))
	show := func(text *string) string {
		if text == nil {
			return "-"
		}
		return *text
	}
	for _, c := range at[[]callerModel](t, state, path.Root("callers")) {
		line("\n%s, ARN %s, ID %s, account %s, name %s", c.Kind, show(c.ARN), show(c.UniqueID), show(c.Account), show(c.Name))
		for _, k := range c.Calls {
			line("  %s %s denied %v, %d from %s to %s, by %s %v", k.Action, show(k.ErrorCode), k.Denied, k.Count, k.First, k.Last, strings.Join(k.Sources, ", "), k.MoreSources)
			line("    %s\n    %s: %s", show(k.Message), show(k.Side), show(k.Meaning))
		}
	}
	for _, s := range at[[]statementModel](t, state, path.Root("statement_usage")) {
		line("\n%s %q %d: %s, %d calls, last %s, used %v, not seen %v\n  %s", s.PolicyType, s.Sid, s.Index, s.Usage, s.Calls, show(s.Last), s.UsedActions, s.NotSeenActions, s.Sentence)
	}
	for _, d := range at[[]denialModel](t, state, path.Root("denials")) {
		line("\ndenied: %s, %s, %d, last %s: registry side %s, both %s\n  %s", show(d.ARN), d.Action, d.Count, d.Last, show(d.RegistrySide), show(d.Verdict), d.Sentence)
	}
	for _, m := range at[[]beyondModel](t, state, path.Root("beyond_pull")) {
		line("\nbeyond: %s, %v\n  %s", show(m.ARN), m.Actions, m.Sentence)
	}
	return b.String()
}

// Monitor repository access with CloudTrail: who did, and what follows.
func TestRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, text := range []string{
		event("2026-11-20T09:00:00Z", "BatchGetImage", denial), event("2026-11-21T09:00:00Z", "BatchGetImage", ""), event("2026-11-22T09:00:00Z", "BatchGetImage", ""),
		event("2026-11-22T10:00:00Z", "PutImage", ""),
		event("2026-11-19T23:59:59Z", "BatchGetImage", ""), // before the period
		event("2026-11-27T00:00:01Z", "BatchGetImage", ""), // after it
		strings.ReplaceAll(event("2026-11-22T09:00:00Z", "BatchGetImage", ""), "team/app", "other"),
		strings.ReplaceAll(event("2026-11-22T09:00:00Z", "GetParameter", ""), "ecr.amazonaws.com", "ssm.amazonaws.com"),
	} {
		w.AddEvent(registryID, region, text)
	}
	state, diags := w.read(t, registryID, map[string]attr.Value{
		"repository": types.StringValue("team/app"), "registry_snapshot": types.StringValue(registrySnapshot(t)),
		"consumer_snapshots": list(consumerSnapshot(t)),
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	golden.Compare(t, "testdata/results.txt", describe(t, state))
	for name, want := range map[string]string{"registry_id": registryID, "region": region, "start": "2026-11-20T00:00:00Z", "end": "2026-11-27T00:00:00Z", "account_id": registryID} {
		if got := at[string](t, state, path.Root(name)); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	requests, err := json.MarshalIndent(w.Requests(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/requests.json", string(requests)+"\n")
}

func list(texts ...string) types.List {
	var elements []attr.Value
	for _, text := range texts {
		elements = append(elements, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, elements)
}

func TestRead_arguments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 3 {
		w.AddEvent(consumerID, "us-east-1", strings.ReplaceAll(event(fmt.Sprintf("2026-11-27T09:0%d:00Z", i), "BatchGetImage", ""), region, "us-east-1"))
	}
	values := map[string]attr.Value{
		"repository": types.StringValue("team/app"), "registry_id": types.StringValue(registryID), "region": types.StringValue("us-east-1"),
		"period": types.StringValue("24h"), "precision": types.StringValue("minute"), "now": types.StringValue("2026-11-27T09:30:30Z"), "max_events": types.Int64Value(2),
	}
	state, diags := w.read(t, consumerID, values)
	if diags.HasError() {
		t.Fatal(diags)
	}
	gaps := at[[]string](t, state, path.Root("gaps"))
	if len(gaps) != 2 || !strings.Contains(gaps[0], "of its own principals only") || !strings.Contains(gaps[1], "events of 2026-11-27T09:01:00Z and before") || at[int](t, state, path.Root("calls_count")) != 2 {
		t.Errorf("gaps %q", gaps)
	}
	if start, end := at[string](t, state, path.Root("start")), at[string](t, state, path.Root("end")); start != "2026-11-26T09:15:00Z" || end != "2026-11-27T09:15:00Z" {
		t.Errorf("from %s to %s", start, end)
	}
	// The argument now does not move the clock: what AWS keeps, and what has arrived, does not depend on it.
	for _, from := range []string{"2027-06-01T00:00:00Z", "2026-05-01T00:00:00Z"} {
		w.ResetRequests()
		state, diags = w.read(t, registryID, map[string]attr.Value{"repository": types.StringValue("team/app"), "now": types.StringValue(from)})
		want := map[bool]string{true: "The period is not over", false: "90 days"}[from > "2027"]
		if gaps := at[[]string](t, state, path.Root("gaps")); diags.HasError() || len(gaps) == 0 || !strings.Contains(gaps[0], want) {
			t.Errorf("now %s: gaps %q, %v", from, gaps, diags)
		}
	}
	// All of the period is before the event history: nothing is asked for.
	w.ResetRequests()
	state, diags = w.read(t, consumerID, map[string]attr.Value{"repository": types.StringValue("team/app"), "end": types.StringValue("2026-01-01T00:00:00Z")})
	if diags.HasError() || w.Requests()["cloudtrail:LookupEvents"] != 0 || at[bool](t, state, path.Root("complete")) {
		t.Errorf("%v, %v", diags, w.Requests())
	}
}

func TestRead_errors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.faults.SetRules(fault.Rule{Operation: "cloudtrail:LookupEvents", Fault: fault.Error(400, "AccessDeniedException", "User: arn:aws:iam::111122223333:user/admin is not authorized to perform: cloudtrail:LookupEvents because no identity-based policy allows the cloudtrail:LookupEvents action")})
	for name, test := range map[string]struct {
		argument string
		value    attr.Value
		want     string
	}{
		"denied":           {"repository", types.StringValue("team/app"), "cloudtrail:LookupEvents"},
		"no snapshot":      {"registry_snapshot", types.StringValue("{}"), "registry_snapshot is not a snapshot"},
		"the other side":   {"consumer_snapshots", list(registrySnapshot(t)), "consumer_snapshots[0] is a snapshot of the registry side"},
		"no statement":     {"statements", list("[]"), "statements[0] is not a statement"},
		"an empty period":  {"start", types.StringValue("2026-11-27T09:00:00Z"), "start is not before the end of the period, which is 2026-11-27T00:00:00Z"},
		"another registry": {"region", types.StringValue("us-east-1"), "cloudtrail:LookupEvents"},
	} {
		values := map[string]attr.Value{"repository": types.StringValue("team/app"), test.argument: test.value}
		_, diags := w.read(t, registryID, values)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), test.want) {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

func TestValidateConfig(t *testing.T) {
	t.Parallel()
	of := func(text string) attr.Value { return types.StringValue(text) }
	for name, test := range map[string]struct {
		values map[string]attr.Value
		want   string
	}{
		"fine":              {map[string]attr.Value{"start": of("2026-11-26T09:00:00Z"), "end": of("2026-11-27T09:00:00Z")}, ""},
		"not known":         {map[string]attr.Value{"start": types.StringUnknown(), "period": of("24h")}, ""},
		"two starts":        {map[string]attr.Value{"start": of("2026-11-26T09:00:00Z"), "period": of("24h")}, "Remove one of them."},
		"start behind end":  {map[string]attr.Value{"start": of("2026-11-28T09:00:00Z"), "end": of("2026-11-27T09:00:00Z")}, "start is not before end."},
		"a wrong statement": {map[string]attr.Value{"statements": list("{")}, "statements[0] is not a statement"},
	} {
		test.values["repository"] = of("team/app")
		var resp datasource.ValidateConfigResponse
		NewDataSource().(datasource.DataSourceWithValidateConfig).ValidateConfig(t.Context(), datasource.ValidateConfigRequest{Config: configOf(t, test.values)}, &resp)
		if (test.want == "") != (len(resp.Diagnostics) == 0) || test.want != "" && !strings.Contains(resp.Diagnostics[0].Detail(), test.want) {
			t.Errorf("%s: %v", name, resp.Diagnostics)
		}
	}
	for _, text := range []string{"", "0s", "1", "2161h", "-1h"} {
		if checkPeriod(text) == nil {
			t.Errorf("the period %q is accepted", text)
		}
	}
	if checkTime("yesterday") == nil || checkTime("2026-11-27T09:00:00+01:00") != nil || checkPeriod("2160h") != nil {
		t.Error("a time or a period is taken for what it is not")
	}
}

// What others write into events stays data.
func TestRead_hostile(t *testing.T) {
	t.Parallel()
	results := func(text string) string {
		w := newWorld(t)
		quoted := fmt.Sprintf("%q", text)
		quoted = strings.NewReplacer(`\a`, `\u0007`, `\x1b`, `\u001b`, `\x7f`, `\u007f`, `\u009b`, `\u009b`).Replace(quoted)
		code := quoted
		if len(text) > 128 { // An event with such a code is not read.
			code = `"x"`
		}
		rest := `,"errorCode":` + code + `,"errorMessage":` + quoted
		e := strings.Replace(event("2026-11-21T09:00:00Z", "BatchGetImage", rest), `"AROAEXAMPLEROLE000001:i-1"`, quoted+`,"userName":`+quoted, 1)
		e = strings.Replace(e, `"AWS Internal"`, quoted, 1)
		w.AddEvent(registryID, region, e)
		w.AddEvent(registryID, region, strings.Replace(e, `"errorCode":`+code, `"errorCode":"AccessDenied"`, 1))
		state, diags := w.read(t, registryID, map[string]attr.Value{"repository": types.StringValue("team/app"), "registry_snapshot": types.StringValue(registrySnapshot(t))})
		if diags.HasError() {
			t.Fatal(diags)
		}
		return describe(t, state)
	}
	harmless := results("x")
	for _, text := range hostile.Texts() {
		hostile.CheckHarmless(t, "the result", results(text), harmless)
	}
}

// Each attribute has a description of whole sentences.
func TestSchema(t *testing.T) {
	t.Parallel()
	var check func(at string, attributes map[string]schema.Attribute)
	check = func(at string, attributes map[string]schema.Attribute) {
		for name, attribute := range attributes {
			if text := attribute.GetMarkdownDescription(); !strings.HasSuffix(text, ".") {
				t.Errorf("%s.%s: description %q, want whole sentences", at, name, text)
			}
			if nested, is := attribute.(schema.ListNestedAttribute); is {
				check(at+"."+name, nested.NestedObject.Attributes)
			}
		}
	}
	check("", schemaOf(t).Attributes)
	if !slices.Contains(strings.Split(description, "**"), "registry account") {
		t.Error("the description does not say which credentials")
	}
}
