// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

const (
	appARN  = "arn:aws:ecr:us-east-1:987654321098:repository/app"
	baseARN = "arn:aws:ecr:us-east-1:987654321098:repository/base"
)

const tokenText = `{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`

func TestDocument(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content RolePolicy
		want    string // the second statement
	}{
		"pull from one repository": {
			RolePolicy{RepositoryARNs: []string{appARN}, Actions: actionset.IdentityActions(actionset.Pull)},
			`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + appARN + `"}`,
		},
		"sorted, without repetitions": {
			RolePolicy{RepositoryARNs: []string{baseARN, appARN, baseARN}, Actions: []string{"ecr:PutImage", "ecr:BatchGetImage"}},
			`{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:PutImage"],"Resource":["` + appARN + `","` + baseARN + `"]}`,
		},
		"conditions on the repositories alone": {
			RolePolicy{RepositoryARNs: []string{appARN}, Actions: []string{"ecr:BatchGetImage"}, Conditions: []policy.Condition{
				{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-2", "vpce-1"}},
			}},
			`{"Sid":"Repositories","Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"` + appARN + `",` +
				`"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := `{"Version":"2012-10-17","Statement":[` + tokenText + `,` + tt.want + `]}`
			if diff := cmp.Diff(want, composed(t, tt.content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Without them IAM would reject the policy, or the policy would grant too much.
func TestDocumentRefusesWhatAllowsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]RolePolicy{
		"no ARNs":    {Actions: []string{"ecr:BatchGetImage"}},
		"no actions": {RepositoryARNs: []string{appARN}},
	} {
		if doc, err := c.Document(); !errors.Is(err, errNothingAllowed) || doc != nil {
			t.Errorf("%s: %s, %v", name, doc, err)
		}
	}
}

func composed(t *testing.T, c RolePolicy) string {
	t.Helper()
	doc, err := c.Document()
	if err != nil {
		t.Fatal(err)
	}
	return doc.String()
}

// ours is what the table of TestDecompose expects: pulling from one repository.
var ours = RolePolicy{RepositoryARNs: []string{appARN}, Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}}

const (
	pullText = `"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	appText  = `"Resource":"` + appARN + `"`
	oursText = `{"Sid":"Repositories","Effect":"Allow",` + pullText + `,` + appText + `}`
)

func TestRolePolicyOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		statements []string
		want       RolePolicy
		obstacles  []string // parts, in order
	}{
		"our own document":         {[]string{tokenText, oursText}, ours, nil},
		"in another order":         {[]string{oursText, tokenText}, ours, nil},
		"without the token":        {[]string{oursText}, ours, nil},
		"under other Sids":         {[]string{strings.Replace(tokenText, `"Token"`, `"A"`, 1), strings.Replace(oursText, `"Repositories"`, `"B"`, 1)}, ours, nil},
		"without Sids":             {[]string{strings.Replace(tokenText, `"Sid":"Token",`, "", 1), strings.Replace(oursText, `"Sid":"Repositories",`, "", 1)}, ours, nil},
		"the token action in both": {[]string{strings.Replace(oursText, `"Action":[`, `"Action":["ecr:getAuthorizationToken",`, 1)}, ours, nil},
		"a wildcard": {
			[]string{tokenText, strings.Replace(oursText, "repository/app", "repository/*", 1)},
			RolePolicy{RepositoryARNs: []string{"arn:aws:ecr:us-east-1:987654321098:repository/*"}, Actions: ours.Actions},
			nil,
		},
		"nothing but the token": {[]string{tokenText}, RolePolicy{}, []string{"no statement allows actions on repositories"}},
		"no statement":          {nil, RolePolicy{}, []string{"no statement allows actions on repositories"}},
		"an extra statement": {
			[]string{tokenText, `{"Sid":"Logs","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}`, oursText},
			ours,
			[]string{`statement 2 (Sid "Logs", Allow) is an extra statement; the resource has only one`},
		},
		"a Deny": {
			[]string{tokenText, oursText, `{"Effect":"Deny","Action":"ecr:PutImage","Resource":"*"}`},
			ours,
			[]string{`statement 3 (Deny) is an extra statement; the resource has only one`},
		},
		"a Deny of our Sid": {
			[]string{tokenText, strings.Replace(oursText, "Allow", "Deny", 1)},
			RolePolicy{},
			[]string{`statement 2 (Sid "Repositories", Deny) is an extra statement`, "no statement allows"},
		},
		"a condition on the token": {
			[]string{strings.Replace(tokenText, `"Resource":"*"`, `"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, 1), oursText},
			ours,
			[]string{`statement 1 (Sid "Token", Allow) is an extra statement`},
		},
		"a NotAction": {
			[]string{tokenText, `{"Sid":"Repositories","Effect":"Allow","NotAction":"ecr:PutImage",` + appText + `}`},
			RolePolicy{RepositoryARNs: []string{appARN}},
			[]string{`statement 2 (Sid "Repositories", Allow) has elements other than`},
		},
		"every resource": {
			[]string{`{"Effect":"Allow",` + pullText + `,"Resource":"*"}`},
			RolePolicy{RepositoryARNs: []string{"*"}, Actions: ours.Actions},
			[]string{`statement 1 (Allow) has a resource that repository_arns does not accept: "*" is not an ARN`},
		},
		"a bucket": {
			[]string{`{"Effect":"Allow",` + pullText + `,"Resource":"arn:aws:s3:::bucket"}`},
			RolePolicy{RepositoryARNs: []string{"arn:aws:s3:::bucket"}, Actions: ours.Actions},
			[]string{`statement 1 (Allow) has a resource that repository_arns does not accept: "arn:aws:s3:::bucket" is not an ECR repository ARN`},
		},
		"actions of another service": {
			[]string{`{"Effect":"Allow","Action":["ecr:BatchGetImage","s3:GetObject"],` + appText + `}`},
			RolePolicy{RepositoryARNs: []string{appARN}, Actions: []string{"ecr:BatchGetImage", "s3:GetObject"}},
			[]string{`statement 1 (Allow) allows s3:GetObject, which is not an ECR action`},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, obstacles := RolePolicyOf(mustParse(t, `{"Version":"2012-10-17","Statement":[`+strings.Join(tt.statements, ",")+`]}`))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if !slices.EqualFunc(obstacles, tt.obstacles, strings.Contains) {
				t.Errorf("obstacles %q, want %q", obstacles, tt.obstacles)
			}
		})
	}
}

// Attributes that are converted to a document and back are the same.
func FuzzRolePolicyIsReadBack(f *testing.F) {
	f.Add(appARN+"\n"+baseARN, "ecr:BatchGetImage\necr:GetDownloadUrlForLayer", "StringEquals", "aws:SourceVpce", "vpce-1\nvpce-2")
	f.Add(appARN, "ecr:*", "ArnLike", "aws:PrincipalArn", `quoted " and \ back`)
	f.Add("", "", "", "", "")
	f.Fuzz(func(t *testing.T, arns, actions, test, variable, values string) {
		if !utf8.ValidString(strings.Join([]string{arns, actions, test, variable, values}, "\n")) {
			t.Skip("not text")
		}
		want := RolePolicy{
			RepositoryARNs: set(arns),
			Actions:        set(actions),
			Conditions:     []policy.Condition{{Test: test, Variable: variable, Values: set(values)}},
		}
		if slices.ContainsFunc(want.Actions, isTokenAction) {
			t.Skip("the token action is refused")
		}
		text := composed(t, want)
		got, _ := RolePolicyOf(mustParse(t, text))
		if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); diff != "" { // A document has another order than a set.
			t.Errorf("%s: %s", text, diff)
		}
		if again := composed(t, got); again != text {
			t.Errorf("composed again: %s, not %s", again, text)
		}
	})
}

// set splits lines into sorted values without repetitions, as sets hold them.
func set(lines string) []string {
	return slices.Compact(slices.Sorted(strings.SplitSeq(lines, "\n")))
}

func mustParse(t *testing.T, text string) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
