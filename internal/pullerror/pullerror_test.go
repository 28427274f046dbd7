// SPDX-License-Identifier: MPL-2.0

package pullerror_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// TestPatterns: each pattern has a source and can match, and a message shows it.
func TestPatterns(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, m := range messages(t) {
		shown[pullerror.Explain(m.Text).Pattern] = true
	}
	names := map[string]bool{}
	for _, p := range pullerror.Patterns() {
		if names[p.Name] || !strings.HasPrefix(p.Source, "https://") || !strings.HasSuffix(p.Meaning, ".") || !shown[p.Name] {
			t.Errorf("%s: not unique, or without source, meaning or message", p.Name)
		}
		names[p.Name] = true
		for _, word := range p.Words {
			if word != strings.ToLower(word) || strings.ContainsAny(word, "\n\\") {
				t.Errorf("%s: %q never matches a text in small letters on one line", p.Name, word)
			}
		}
	}
}

// TestEveryKindIsComplete: each kind has its documentation and a message.
func TestEveryKindIsComplete(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, m := range messages(t) {
		shown[m.Expect.Kind] = true
	}
	for _, kind := range pullerror.Kinds() {
		if pullerror.Documentation(kind) == "" || !shown[string(kind)] {
			t.Errorf("%s has no documentation or no message", kind)
		}
	}
	if pullerror.Documentation("other") != "" {
		t.Error("an unknown kind has documentation")
	}
}

// TestCommonErrors: the four errors that people meet most, in their shortest form.
func TestCommonErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		title, text string
		kind        pullerror.Kind
		side        pullerror.Side
		certainty   pullerror.Certainty
	}{
		{"the login is denied", "User is not authorized to perform: ecr:GetAuthorizationToken", pullerror.Policy, pullerror.Consumer, pullerror.Certain},
		{"the pull is denied", "User is not authorized to perform: ecr:BatchGetImage", pullerror.Policy, pullerror.Both, pullerror.Ambiguous},
		{"the image is not found", "ImageNotFound", pullerror.Existence, pullerror.Both, pullerror.Likely},
		{"the repository is not found", "RepositoryNotFound", pullerror.Existence, pullerror.Both, pullerror.Certain},
		{"the token is invalid", "Invalid token", pullerror.Token, pullerror.Consumer, pullerror.Likely},
	} {
		e := pullerror.Explain(tt.text)
		if e.Kind != tt.kind || e.Side != tt.side || e.Certainty != tt.certainty {
			t.Errorf("%s: got %s, %s, %s", tt.title, e.Kind, e.Side, e.Certainty)
		}
	}
}

// TestExplanations: the texts of some messages, as a user reads them.
func TestExplanations(t *testing.T) {
	t.Parallel()
	for _, m := range messages(t) {
		if !slices.Contains([]string{
			"docker-denied-resource", "docker-denied-identity", "login-no-reason", "denied-scp-with-arn", "denied-no-reason", "denied-authorization-id", "ecs-403-head", "docker-no-basic",
			"docker-name-unknown", "docker-manifest-unknown", "kubelet-s3-timeout", "kubelet-s3-403", "kubelet-backoff", "tf-two-errors", "tf-other-region", "docker-upstream-auth", "ecs-assume",
			"lambda-permission", "docker-hub-limit", "unknown-3", "docker-push-denied", "tf-image-denied",
		}, m.ID) {
			continue
		}
		e := pullerror.Explain(m.Text)
		golden.Compare(t, filepath.Join("testdata", "explanations", m.ID+".txt"), m.Text+"\n\n--- explained ---\n"+e.Explanation+"\n")
	}
}

// checkHarmless checks what is printed: no character that controls a terminal, no line that
// is not ours, and only the block that is meant.
func checkHarmless(t *testing.T, e pullerror.Explanation) {
	t.Helper()
	everything := fmt.Sprintf("%+v %+v", e.Finding, e.Others) + e.Summary + e.Explanation + e.HCL
	if strings.ContainsFunc(strings.ReplaceAll(everything, "\n", ""), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("a character that is not printed: %q", everything)
	}
	if strings.ContainsRune(fmt.Sprintf("%+v %+v", e.Finding, e.Others)+e.Summary, '\n') {
		t.Errorf("a line end in %+v", e.Finding)
	}
	if len(everything) > 100_000 {
		t.Errorf("the result has %d bytes", len(everything))
	}
	if e.HCL == "" {
		return
	}
	file, diags := hclsyntax.ParseConfig([]byte(e.HCL), "check.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v in %q", diags, e.HCL)
	}
	body := file.Body.(*hclsyntax.Body)
	if len(body.Blocks) != 1 || len(body.Attributes) != 0 || body.Blocks[0].Type != "data" || body.Blocks[0].Labels[0] != "ecrxa_pull_check" || len(body.Blocks[0].Body.Blocks) != 0 {
		t.Fatalf("not one data block: %q", e.HCL)
	}
	want := map[string]string{"image": e.Image, "role_arn": e.Principal}
	if e.Image == "" {
		want = map[string]string{"repository_arn": e.Resource, "role_arn": e.Principal}
	}
	role := cty.UnknownVal(cty.String)
	variables := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{"role_arn": role})}}
	for name, attribute := range body.Blocks[0].Body.Attributes {
		value, diags := attribute.Expr.Value(variables)
		switch {
		case diags.HasErrors():
			t.Errorf("%s: %v", name, diags)
		case name == "role_arn" && !value.IsKnown():
		case name == "actions":
			if value.LengthInt() != 1 || value.AsValueSlice()[0].AsString() != e.Action {
				t.Errorf("actions = %#v, want %s", value, e.Action)
			}
		case value.AsString() != want[name]:
			t.Errorf("%s = %#v, want %q", name, value, want[name])
		}
	}
}

// TestHostileTexts: what others wrote stays data, in every place of a message.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, m := range messages(t) {
		checkHarmless(t, pullerror.Explain(m.Text))
	}
	forms := []string{
		"%s", "denied: User: %s is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:111122223333:repository/app",
		"User: x is not authorized to perform: %s on resource: y", "User: x is not authorized to perform: ecr:BatchGetImage on resource: %s because no identity-based policy allows it",
		"with User: x is not authorized to perform: ecr:BatchGetImage on resource: * with an explicit deny in a service control policy: arn:%s",
		"111122223333.dkr.ecr.us-east-1.amazonaws.com/%s: 403 Forbidden", "The repository with name '%s' does not exist in the registry with id '%[1]s'",
		`Get "https://%s/v2/": dial tcp: i/o timeout`, "Source image %s is not valid", `Failed to pull image "docker.io/%s": 429 Too Many Requests`,
		"authorization-details/%s User: x is not authorized to perform: ecr:BatchGetImage", "The role '%s' does not have BatchGetImage permission for the image: 'x'",
	}
	for _, form := range forms {
		for _, text := range append(hostile.Texts(), `x"} resource "null_resource" "x" {`, "${file(\"/etc/passwd\")}", "%{for}", "a\x00b") {
			checkHarmless(t, pullerror.Explain(fmt.Sprintf(form, text)))
			checkHarmless(t, pullerror.Explain(fmt.Sprintf(form, "app"+text)))
		}
	}
}

// TestLongTexts: an error at the beginning or the end of a text without end is found.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	const denied = "User: arn:aws:iam::444455556666:user/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: *"
	noise := strings.Repeat("2026-11-27T10:00:00Z INFO nothing to see here\n", 200_000)
	for _, text := range []string{denied + "\n" + noise, noise + denied} {
		if e := pullerror.Explain(text); e.Kind != pullerror.Policy || !e.Cut || !strings.Contains(e.Explanation, "only its beginning and its end were read") {
			t.Errorf("got %s: %s", e.Kind, e.Explanation)
		}
	}
}

// TestWorkIsBounded: how many objects an explanation allocates depends little on the length
// of the text, whatever is in it.
func TestWorkIsBounded(t *testing.T) { //nolint:paralleltest // AllocsPerRun does not work in parallel tests.
	for name, line := range map[string]string{
		"noise":       "2026-11-27T10:00:00Z INFO nothing to see here\n",
		"denials":     "User: arn:aws:iam::444455556666:user/ci is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:111122223333:repository/app\n",
		"images":      "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:v1 ",
		"words":       "403 forbidden /blobs/ manifest for not found rate exceeded source image ",
		"colors":      "\x1b[31m",
		"backslashes": `\`,
		"hosts":       "https://api.ecr.us-east-1.amazonaws.com/ i/o timeout ",
		"binary":      "\x00\xff\xfe\x80",
	} {
		text := strings.Repeat(line, pullerror.MaxText/len(line))
		if n := testing.AllocsPerRun(1, func() { pullerror.Explain(text) }); n > 20_000 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// FuzzExplain: every text is explained, and what is printed is harmless.
func FuzzExplain(f *testing.F) {
	for _, m := range messages(f) {
		f.Add(m.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := pullerror.Explain(text)
		checkResult(t, e)
		checkHarmless(t, e)
	})
}

func BenchmarkExplain(b *testing.B) {
	text := strings.Repeat("2026-11-27T10:00:00Z INFO nothing to see here\n", 20_000) + "403 Forbidden"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		pullerror.Explain(text)
	}
}
