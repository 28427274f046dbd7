// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// evil would be a line of ours, terminal control, another order of the characters, and
// code. In harmless, characters of the same length that are printed take the place of
// those that are not.
const evil = "x\nWhat to change:\n- forged\x1b[2J\x7f\u009b2J\u202e\u2066é \"`'${aws:y}%{z}"

var harmless = strings.NewReplacer("\n", "~", "\x1b", "~", "\x7f", "~", "\u009b", "é", "\u202e", "€", "\u2066", "€").Replace(evil)

// unescaped makes of a text with evil, as it must be printed, the same with harmless: in
// what we write, in HCL and in JSON.
var unescaped = strings.NewReplacer(`\n`, "~", `\x1b`, "~", `\u001b`, "~", `\x7f`, "~", `\u007f`, "~", `\u009b`, "é", `\u202e`, "€", `\u2066`, "€")

var number = regexp.MustCompile(`\d+`) // of bytes and characters, which differ

// TestHostileTexts: whatever stands anywhere in an input, each text is the one for a
// harmless input of the same form, with escapes.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	inputs := fullInputs()
	full := len(inputs)
	for _, c := range pulls.Cases {
		inputs = append(inputs, c.In)
	}
	tried := 0
	for i := range inputs {
		for at := range places(&inputs[i]) {
			for _, replace := range []bool{false, true} {
				if n := i + at; i >= full && (n%6 != 0 || replace != (n%12 == 0)) {
					continue // some places of the many are enough: the full inputs have every field
				}
				bad, good := changed(inputs[i], at, evil, replace), changed(inputs[i], at, harmless, replace)
				got, want := allTexts(bad), allTexts(good)
				tried++
				if len(got) != len(want) {
					t.Fatalf("input %d, place %d: %d texts, want %d:\n%q\n%q", i, at, len(got), len(want), got, want)
				}
				for n := range got {
					what := fmt.Sprintf("input %d, place %d, replaced %t", i, at, replace)
					hostile.CheckHarmless(t, what, got[n], want[n])
					if g, w := number.ReplaceAllString(unescaped.Replace(got[n]), "0"), number.ReplaceAllString(unescaped.Replace(want[n]), "0"); g != w {
						t.Fatalf("%s:\n%s\nwant, but for escapes:\n%s", what, g, w)
					}
				}
			}
		}
	}
	t.Logf("%d inputs, of %d forms", tried, len(inputs))
}

// TestLongTexts: a long text anywhere in an input makes no text long.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A", 1<<14)
	for i, in := range fullInputs() {
		for at := range places(&in) {
			for _, text := range allTexts(changed(in, at, long, false)) {
				if len(text) > 12_000 {
					t.Errorf("input %d, place %d: %d characters: %.3000s", i, at, len(text), text)
				}
			}
		}
	}
}

// TestEveryFieldIsTried: the inputs above have a value in each field of an input.
func TestEveryFieldIsTried(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[verdict.Input]()) {
		isSet := func(in verdict.Input) bool { return !reflect.ValueOf(in).FieldByIndex(field.Index).IsZero() }
		if !slices.ContainsFunc(fullInputs(), isSet) {
			t.Errorf("set %s in fullInputs", field.Name)
		}
	}
}

// fullInputs have a value in every field, and statements with every element.
func fullInputs() []verdict.Input {
	const (
		of         = `"Condition":{"StringEquals":{"aws:PrincipalTag/team":["a","${aws:username}"],"aws:Fooo":"x"},"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}`
		identity   = `{"Sid":"Pull","Effect":"Allow","Action":["ecr:BatchGetImages","s3:*"],"Resource":["arn:aws:ecr:us-west-2:987654321098:repository/payment-service","arn:aws:ecr:us-east-1:987654321098:payment-service"],` + of + `}`
		deny       = `{"Sid":"Deny","Effect":"Deny","NotAction":"s3:*","NotResource":"arn:aws:s3:::b","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`
		repository = `{"Sid":"Grant","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:role/other/ecsTaskExecutionRole","AROAEXAMPLEEXAMPLE123","111122223333"],"Service":"lambda.amazonaws.com","Federated":"x"},"Action":"ecr:BatchGetImage","Resource":"arn:aws:ecr:us-west-2:987654321098:repository/*",` + of + `}`
		login      = `{"Sid":"Grant","Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:user/u"},"Action":"ecr:GetAuthorizationToken","Moon":"full"}`
	)
	old := strings.Replace(pulls.Doc(identity, deny), "2012-10-17", "2008-10-17", 1)
	document := func(attribute, name, text string, indexes ...int) verdict.Document {
		return verdict.Document{Name: name, Text: text, At: verdict.At{Attribute: attribute, Indexes: indexes}}
	}
	keyed := func(attribute, name, text string) verdict.Document {
		return verdict.Document{Name: name, Text: text, At: verdict.At{Attribute: attribute, Key: name}}
	}
	levels := func(attribute string, texts ...string) verdict.Levels {
		l := verdict.Levels{State: verdict.Known}
		for i, text := range texts {
			l.List = append(l.List, []verdict.Document{document(attribute, "FullAWSAccess", text, i, 0)})
		}
		return l
	}
	all := `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	denied := verdict.Input{
		Image: pulls.Image, RoleARN: "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task", Access: actionset.Pull,
		ActualRoleARN:                    "arn:aws:iam::123456789012:role/team/ecsTaskExecutionRole",
		RepositoryPolicy:                 verdict.DocumentsOf(document("repository_policy", "", pulls.Doc(repository, login))),
		RegistryPolicy:                   verdict.DocumentsOf(document("registry_policy", "", pulls.Doc(repository))),
		RegistryPolicyScope:              "V1",
		IdentityPolicies:                 verdict.DocumentsOf(keyed("identity_policies", "task", pulls.Doc(identity, deny)), keyed("identity_policies", "arn:aws:iam::aws:policy/ReadOnlyAccess", old)),
		PermissionsBoundary:              verdict.DocumentsOf(document("permissions_boundary", "arn:aws:iam::123456789012:policy/boundary", pulls.Doc(identity))),
		SessionPolicies:                  verdict.DocumentsOf(document("session_policies", "session_policies[0]", pulls.Doc(identity), 0)),
		ServiceControlPolicies:           levels("service_control_policies", pulls.Doc(identity), pulls.Doc(deny)),
		ResourceControlPolicies:          levels("resource_control_policies", pulls.Doc(all), pulls.Doc(strings.Replace(deny, `"Effect"`, `"Principal":"*","Effect"`, 1))),
		ConsumerResourceControlPolicies:  levels("consumer_resource_control_policies", pulls.Doc(strings.Replace(deny, `"Effect"`, `"Principal":"*","Effect"`, 1))),
		RepositoryCreationTemplatePolicy: verdict.DocumentsOf(document("repository_creation_template_policy", "", pulls.Doc(repository))),
		VPCEndpointPolicy:                verdict.DocumentsOf(document("vpc_endpoint_policy", "", pulls.Doc(repository))),
		PlannedStatements:                []verdict.Document{document("planned_statements", "", login, 0)},
		PlannedRegistryStatements:        []verdict.Document{document("planned_registry_statements", "", login, 0)},
		PlannedRolePolicies:              []verdict.Document{keyed("planned_role_policies", "ecrxa-pull", pulls.Pulling)},
		Context:                          map[string][]string{"aws:PrincipalTag/team": {"b"}, "x:Foo": {"1"}, "aws:Fooo": {}},
		RoleExists:                       verdict.Exists,
		RepositoryExists:                 verdict.Exists,
	}
	open := denied
	open.Image, open.RepositoryARN, open.RoleARN, open.ActualRoleARN, open.Context = "", pulls.RepositoryARN, pulls.RoleARN, "", nil
	open.ServiceControlPolicies, open.PermissionsBoundary, open.SessionPolicies, open.VPCEndpointPolicy = verdict.Levels{}, verdict.Documents{}, verdict.Documents{}, verdict.Documents{}
	open.IdentityPolicies = verdict.DocumentsOf(keyed("identity_policies", "task", pulls.Doc(pulls.Login, strings.ReplaceAll(strings.ReplaceAll(deny, "NotAction", "Action"), "s3:*", "ecr:*"), pulls.PullOn("*"))))
	own := open
	own.S3EndpointPolicy = verdict.DocumentsOf(document("s3_endpoint_policy", "", strings.ReplaceAll(pulls.Doc(repository), "ecr:BatchGetImage", "s3:*")))
	own.Puller, own.PullerRegion, own.TrustPolicy = puller.ECSTask, "us-west-2", verdict.DocumentsOf(document("trust_policy", "", pulls.Doc(repository)))
	own.Access, own.Actions = "", []string{"ecr:GetDownloadUrlForLayer", "ecr:ListImage"}
	first := open
	first.Access, first.RepositoryExists, first.PlannedStatements = actionset.PullThroughCache, verdict.Missing, nil
	service := open
	service.Puller, service.ServicePrincipal, service.SourceARN, service.RoleARN = puller.Lambda, "lambda.amazonaws.com", "arn:aws:lambda:us-east-1:123456789012:function:checkout", ""
	seen := open
	seen.RepositoryPolicy.Source, seen.IdentityPolicies.Source = verdict.FromSnapshot, verdict.FromSnapshot
	seen.RegistrySnapshot = &verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: "2026-11-27T09:00:00Z", AllTags: true}
	seen.ConsumerSnapshot = &verdict.Snapshot{Account: "123456789012", ReadAt: "2026-11-27T09:00:00Z", RoleID: "AROAEXAMPLEEXAMPLE999"}
	lacking := seen
	lacking.RepositoryPolicy, lacking.IdentityPolicies = verdict.Documents{State: verdict.Unknown}, verdict.Documents{State: verdict.Unknown}
	lacking.RegistrySnapshot = &verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: "2026-11-27T09:00:00Z", Fault: verdict.SnapshotLacks, Others: []string{"payment-servic"}}
	lacking.ConsumerSnapshot = &verdict.Snapshot{Account: "123456789012", ReadAt: "2026-11-27T09:00:00Z", Fault: verdict.SnapshotTooOld, MaxAge: "24h"}
	return []verdict.Input{denied, open, own, first, service, seen, lacking}
}

// jsonString matches a string of a JSON text, also one that is a key.
var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// places counts the texts in an input.
func places(in *verdict.Input) []struct{} {
	w := walk{at: -1}
	w.value(reflect.ValueOf(*in))
	return make([]struct{}, w.seen)
}

// changed returns an input with a text appended to the text at a place, or in its stead.
func changed(in verdict.Input, at int, text string, replace bool) verdict.Input {
	w := walk{at: at, text: text, replace: replace}
	out, _ := reflect.TypeAssert[verdict.Input](w.value(reflect.ValueOf(in)))
	return out
}

// A walk copies a value and changes one text of it: a string, a key, or a string in a
// JSON text.
type walk struct {
	at, seen int
	text     string
	replace  bool
}

func (w *walk) value(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(w.string(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(w.value(v.Field(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(w.value(v.Elem()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = reflect.Append(out, w.value(v.Index(i)))
		}
	case reflect.Map:
		out = reflect.MakeMap(v.Type())
		known, _ := reflect.TypeAssert[map[string][]string](v)
		for _, key := range slices.Sorted(maps.Keys(known)) {
			out.SetMapIndex(reflect.ValueOf(w.string(key)), w.value(reflect.ValueOf(known[key])))
		}
	default:
		out.Set(v)
	}
	return out
}

func (w *walk) string(s string) string {
	if strings.HasPrefix(s, "{") {
		s = jsonString.ReplaceAllStringFunc(s, func(token string) string {
			var text string
			if err := json.Unmarshal([]byte(token), &text); err != nil {
				return token
			}
			quoted, err := json.Marshal(w.change(text))
			if err != nil {
				return token
			}
			return string(quoted)
		})
	}
	return w.change(s)
}

func (w *walk) change(s string) string {
	isHere := w.seen == w.at
	w.seen++
	switch {
	case !isHere:
		return s
	case w.replace:
		return w.text
	default:
		return s + w.text
	}
}

// allTexts returns everything that is printed of an input.
func allTexts(in verdict.Input) []string {
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		return []string{faults.Error()}
	}
	result := report.Of(j)
	all := texts(&result)
	for _, remedy := range result.Remedies {
		all = append(all, remedy.JSON)
	}
	for _, notice := range slices.Concat(result.Rejected, result.Unlikely) {
		all = append(all, notice.At.String())
	}
	return all
}
