// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// TestVectors: the reason has the text that a vector expects.
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, file := range vectors.Files(t, vectors.Own(t)) {
		for _, v := range vectors.Read(t, file) {
			d := authz.Evaluate(v.Input())
			if got := report.Reason(&d); !strings.Contains(got, v.ExpectReason) {
				t.Errorf("%s: want the reason to contain %q\n%s", v.ID, v.ExpectReason, got)
			}
		}
	}
}

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
	byID := map[string]vectors.Vector{}
	for _, file := range vectors.Files(t, vectors.Own(t)) {
		for _, v := range vectors.Read(t, file) {
			byID[v.ID] = v
		}
	}
	var b strings.Builder
	for _, id := range wanted {
		v, found := byID[id]
		if !found {
			t.Fatalf("no vector %s", id)
		}
		d := authz.Evaluate(v.Input())
		b.WriteString("# " + id + "\n" + strings.ReplaceAll(report.Reason(&d), ". ", ".\n") + "\n\n")
	}
	golden.Compare(t, filepath.Join("testdata", "reasons.golden"), b.String())
}

func request(unknown ...string) authz.Request {
	return authz.Request{
		Principal: "arn:aws:iam::123456789012:role/app", Action: "ecr:BatchGetImage",
		Resource:        "arn:aws:ecr:us-east-1:987654321098:repository/app",
		ResourceAccount: "987654321098", Context: authz.Context{Unknown: unknown, Complete: true},
	}
}

func given(statements ...string) authz.PolicySet {
	text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	return authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("p", text)}}
}

// TestKeyNeeds: what an unknown key must be, where the policies name it.
func TestKeyNeeds(t *testing.T) {
	t.Parallel()
	on := func(effect, condition string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"*","Condition":{` + condition + `}}`
	}
	const anyone = `{"Effect":"Allow","Principal":"*","Action":"*"}`
	for _, test := range []struct {
		statements []string
		want       string
	}{
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`)}, "must be vpce-1 or vpce-2"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"vpce-*"}`)}, "must match vpce-*"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"*"}`)}, "must be present"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"vpce-*"}`), on("Deny", `"StringNotLike":{"aws:SourceVpce":"*-eu"}`)}, "must match vpce-* and must match *-eu"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":["a-*","b-*"]}`), on("Deny", `"StringNotLike":{"aws:SourceVpce":"*-eu"}`)}, "must match *-eu"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":["a-*","b"]}`)}, "must be b or match a-*"},
		{[]string{on("Allow", `"StringEquals":{"aws:x":"a-*"}`)}, "must be a-* (with * and ? as they are: only StringLike takes them as wildcards)"},
		{[]string{on("Allow", `"StringEqualsIgnoreCase":{"aws:SourceVpce":"prod"}`)}, "must be prod in upper or lower case"},
		{[]string{anyone, on("Deny", `"StringEqualsIgnoreCase":{"aws:SourceVpce":"prod"}`)}, "must not be prod in upper or lower case"},
		{[]string{anyone, on("Deny", `"StringLike":{"aws:SourceVpce":"prod-*"}`)}, "must not match prod-*"},
		{[]string{anyone, on("Deny", `"StringLikeIfExists":{"aws:SourceVpce":"prod-*"}`)}, "must be present, and not match prod-*"},
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"prod-eu"}`), on("Deny", `"StringNotLike":{"aws:SourceVpce":"prod-*"}`)}, "must be prod-eu"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"vpce-*"}`), on("Deny", `"StringEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must match vpce-*"},
		{[]string{anyone, on("Deny", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must not be vpce-1"},
		{[]string{anyone, on("Deny", `"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`)}, "must not be vpce-1 or vpce-2"},
		{[]string{on("Allow", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, "is compared with vpce-1"},
		{[]string{on("Allow", `"NumericLessThan":{"aws:MultiFactorAuthAge":"5"}`)}, "must be less than 5"},
		{[]string{on("Allow", `"NumericEquals":{"aws:MultiFactorAuthAge":["5","6"]}`)}, "must be 5 or 6"},
		{[]string{anyone, on("Deny", `"DateGreaterThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}`), on("Deny", `"Null":{"aws:TokenIssueTime":"true"}`)}, "must not be after 2026-01-01T00:00:00Z"},
		{[]string{anyone, on("Deny", `"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}`)}, "must be in 10.0.0.0/8 or 192.168.0.0/16"},
		{[]string{on("Allow", `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`), on("Deny", `"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}`)}, "must be in 10.0.0.0/8 and must not be in 10.1.0.0/16"},
		{[]string{on("Allow", `"NumericLessThanIfExists":{"aws:SourceVpce":"5"}`)}, "is compared with 5"},
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:x":"true"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"false"}`)}, "must be present"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"true"}`)}, "must be absent"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"false"},"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be present, and not vpce-1"},
		{[]string{anyone, on("Deny", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, "must be present, and not vpce-1"},
		{[]string{anyone, on("Deny", `"Null":{"aws:SourceVpce":"false"}`)}, "must be absent"},
	} {
		d := authz.Evaluate(request("aws:SourceVpce", "aws:x", "aws:SourceIp", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"), authz.Policies{
			Identity:   given(`{"Effect":"Allow","Action":"*","Resource":"*"}`),
			Repository: given(test.statements...),
		})
		isWanted := func(k authz.UnknownKey) bool { return report.KeyNeeds(&k) == test.want }
		if !slices.ContainsFunc(d.UnknownKeys, isWanted) {
			t.Errorf("%s: %+v, want %s", test.statements, d.UnknownKeys, test.want)
		}
	}
}

// TestNearMiss has the texts that no vector of TestReasons brings about.
func TestNearMiss(t *testing.T) {
	t.Parallel()
	const role, resource = "arn:aws:iam::123456789012:role/app", "arn:aws:ecr:us-east-1:987654321098:repository/app"
	for want, miss := range map[string]authz.NearMiss{
		"their NotAction leaves out ecr:BatchGetImage":                                    {Element: "NotAction", Mismatch: authz.Excluded{Asked: "ecr:BatchGetImage"}},
		"their Principal names role/*, not " + role:                                       {Element: "Principal", Mismatch: authz.OtherPrincipal{Asked: role, Stated: "role/*"}},
		"their Resource " + resource + "s differs from " + resource + " in one character": {Element: "Resource", Mismatch: authz.OtherText{Asked: resource, Stated: resource + "s", Distance: 1}},
		"their Condition Bool aws:x asks for true, and the request has aws:x":             {Element: "Condition", Mismatch: authz.UnmetCondition{Operator: "Bool", Key: "aws:x", Values: []string{"true"}, State: authz.KeyPresent}},
		"their Condition StringEquals aws:x asks for ${aws:y}, and the request has 1; aws:y is 2": {
			Element: "Condition", Mismatch: authz.UnmetCondition{Operator: "StringEquals", Key: "aws:x", Values: []string{"${aws:y}"}, State: authz.KeyKnown, Asked: []string{"1"}},
			Variables: []authz.VariableValue{{Key: "aws:y", Values: []string{"2"}}, {Key: "aws:z"}},
		},
		"their Resource \"" + resource + "/${aws:y, 'a'}\" does not match " + resource + "; the request has no aws:y": {
			Element: "Resource", Mismatch: authz.OtherText{Asked: resource, Stated: resource + "/${aws:y, 'a'}", Distance: 12}, Variables: []authz.VariableValue{{Key: "aws:y"}},
		},
	} {
		if got := report.NearMiss(&miss, 2); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestReasonOfWhatIsNotKnown has causes of a conditional verdict that no vector has.
func TestReasonOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	d := authz.Decision{
		Principal: "lambda.amazonaws.com", Action: "ecr:BatchGetImage", Resource: "*", Verdict: authz.Conditional,
		UndecidedBy: []authz.PolicyType{authz.IdentityPolicy, authz.RepositoryPolicy},
		UnknownKeys: []authz.UnknownKey{{Key: "aws:x"}},
		Uncertainties: []authz.Uncertainty{
			authz.MorePolicies{PolicyType: authz.IdentityPolicy, Given: true},
			authz.MorePolicies{PolicyType: authz.RepositoryPolicy},
			authz.ActionNeedsResource{Action: "ecr:BatchGetImage"},
			authz.TooComplex{PolicyType: authz.IdentityPolicy, Policy: "inline policy app"},
		},
	}
	const want = "Conditional: whether lambda.amazonaws.com is authorized to perform: ecr:BatchGetImage on resource: * cannot be decided" +
		" for the identity-based policies and the repository policy. It depends on the condition key aws:x." +
		" Identity-based policies: there may be more than is set. Not known: the repository policy. ecr:BatchGetImage is for one resource: name it." +
		` Policy "inline policy app" is too complex: to decide it takes more steps than one check may take.`
	if got := report.Reason(&d); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
