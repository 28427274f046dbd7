package authz

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestReasons holds the texts of decisions, which people read, against a golden
// file. Run with -update after a wanted change and read the difference.
func TestReasons(t *testing.T) {
	t.Parallel()
	wanted := strings.Fields(`
		cross/both-allow cross/nothing cross/identity-only cross/all-denials-reported cross/foreign-partition
		cross/boundary-does-not-allow cross/session-policy-does-not-allow cross/root-user-has-full-access-on-its-side
		same/neither same/account-root-delegates-only same/role-of-which-the-session-is-named
		principal/other-account principal/role-one-character-off principal/role-case-differs
		principal/role-in-other-account principal/role-with-path principal/session-path-lost principal/service-only
		principal/deleted-role-id principal/wildcard-in-role principal/service-caller-not-account
		notprincipal/nobody-of-ours-listed notprincipal/with-allow notprincipal/with-allow-listed
		notprincipal/role-without-account
		action/other-action notaction/allow-not-listed
		resource/other-region resource/other-account resource/one-character-off resource/case-sensitive
		resource/path-star-not-the-repository-itself resource/absent-in-identity-policy
		resource/no-principal-in-repository-policy notresource/allow-not-listed resource/another-in-repository-policy
		pull/other-organization pull/no-organization pull/lambda-service pull/lambda-service-unknown-source
		set/several-values-without-set-operator-deny
		layer/scp-every-level-must-allow layer/rcp-deny layer/endpoint-policy-does-not-allow
		layer/registry-deny-beats-repository layer/neither-resource-policy-allows
		cross/explicit-deny-identity cross/boundary-explicit-deny cross/session-policy-explicit-deny
		layer/scp-deny-at-root layer/endpoint-policy-denies
		operator/StringNotEquals-006 operator/Null-115 operator/Null-117 set/any-empty-string
		set/several-values-without-set-operator principal/federated-for-user
		unknown/like-disjoint unknown/not-like-star-with-present
		token/repository-arn-does-not-do token/no-such-call
		unknown/key-decides unknown/deny-may-apply unknown/complementary-allows unknown/complementary-denies
		unknown/complementary-denies-beside-a-lack unknown/denies-of-two-layers-beside-a-lack unknown/now-this-layer-now-that
		unknown/both-sides-on-one-key-contradict unknown/unknown-tag-in-variable
		bad/unknown-element bad/unknown-operator bad/unknown-version bad/duplicate-key bad/principal-unreadable`)
	vectors := map[string]vector{}
	for _, file := range vectorFiles(t, filepath.Join("testdata", "vectors")) {
		for _, v := range readVectors(t, file) {
			vectors[v.ID] = v
		}
	}
	var b strings.Builder
	for _, id := range wanted {
		v, found := vectors[id]
		if !found {
			t.Fatalf("no vector %s", id)
		}
		d := Evaluate(v.request())
		b.WriteString("# " + id + "\n" + strings.ReplaceAll(d.Reason, ". ", ".\n") + "\n\n")
	}
	golden := filepath.Join("testdata", "reasons.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the reasons differ from %s; run with -update and read the difference\n%s", golden, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "got  " + a[i] + "\nwant " + b[i]
		}
	}
	return "one is longer than the other"
}
