// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

const (
	allowsPull = `{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}`
	grantsPull = `{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "ecr:*"}`
)

// TestStored: in a document that was read from AWS only the statement is in doubt that
// the engine does not understand; in one that somebody wrote, all of them are.
func TestStored(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document string
		stored   authz.Verdict
	}{
		"Sid":                {`{"Version": "2012-10-17", "Statement": {"Sid": "a-b", ` + allowsPull[1:] + `}`, authz.Allowed},
		"Sid twice":          {`{"Version": "2012-10-17", "Statement": [{"Sid": "a", ` + allowsPull[1:] + `, {"Sid": "a", ` + allowsPull[1:] + `]}`, authz.Allowed},
		"faulty beside good": {`{"Version": "2012-10-17", "Statement": [` + allowsPull + `, {"Effect": "deny", "Action": "s3:*", "Resource": "*"}]}`, authz.Allowed},
		"misplaced beside":   {`{"Version": "2012-10-17", "Statement": [` + allowsPull + `, {"Effect": "Deny", "Action": "s3:*"}]}`, authz.Allowed},
		"faulty itself":      {`{"Version": "2012-10-17", "Statement": [` + allowsPull + `, {"Effect": "deny", "Action": "ecr:*", "Resource": "*"}]}`, authz.Conditional},
	} {
		typed := vectors.Compile("p", test.document)
		policies := func(p *authz.Policy) authz.Policies {
			return authz.Policies{
				Identity:   authz.PolicySet{Present: true, Policies: []*authz.Policy{p}},
				Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("r", `{"Statement": `+grantsPull+`}`)}},
			}
		}
		if d := authz.Evaluate(request(nil), policies(typed)); d.Verdict != authz.Conditional || len(d.Uncertainties) == 0 {
			t.Errorf("%s: %s as written, want conditional and why", name, trace(&d))
		}
		if d := authz.Evaluate(request(nil), policies(typed.Stored())); d.Verdict != test.stored {
			t.Errorf("%s: %s as stored, want %s", name, trace(&d), test.stored)
		}
	}
}

// TestDoubtsNameTheirStatement: what is wrong beside a statement is said with its place.
func TestDoubtsNameTheirStatement(t *testing.T) {
	t.Parallel()
	p := vectors.Compile("p", `{"Version": "2012-10-17", "Statement": [{"Sid": "a-b", `+allowsPull[1:]+`, {"Effect": "deny", "Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*"}]}`)
	d := authz.Evaluate(request(nil), authz.Policies{
		Identity:   authz.PolicySet{Present: true, Policies: []*authz.Policy{p}},
		Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("r", `{"Statement": `+grantsPull+`}`)}},
	})
	var elements []string
	for _, u := range d.Uncertainties {
		if f, ok := u.(authz.FaultyStatement); ok {
			for _, problem := range f.OfDocument {
				elements = append(elements, problem.Element)
			}
		}
	}
	if want := []string{"Statement[1].Effect", "Statement[2]", "Sid"}; !slices.Equal(elements, want) {
		t.Errorf("%q, want %q", elements, want)
	}
}

// TestIDFaults: those of IAM, named as the policy.
func TestIDFaults(t *testing.T) {
	t.Parallel()
	faults := vectors.Compile("inline policy a", `{"Statement": [{"Sid": "a-b", `+allowsPull[1:]+`, {"Sid": "c", `+allowsPull[1:]+`, {"Sid": "c", `+allowsPull[1:]+`]}`).IDFaults()
	if len(faults) != 2 || !strings.Contains(faults[0].Error(), `"inline policy a", statement 0 (Sid "a-b"), Sid`) || faults[1].Statement != 2 {
		t.Errorf("%v", faults)
	}
}

// TestWithout: the statements that are left decide, and keep their places.
func TestWithout(t *testing.T) {
	t.Parallel()
	p := vectors.Compile("inline policy a", `{"Statement": [{"Effect": "Deny", `+allowsPull[len(`{"Effect": "Allow", `):]+`, `+allowsPull+`]}`)
	request := authz.Request{Principal: "arn:aws:iam::123456789012:role/app", Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:us-east-1:123456789012:repository/app", ResourceAccount: "123456789012"}
	of := func(p *authz.Policy) authz.Policies {
		return authz.Policies{Identity: authz.PolicySet{Present: true, Policies: []*authz.Policy{p}}}
	}
	if d := authz.Evaluate(request, of(p)); d.Verdict != authz.Denied || !d.Explicit {
		t.Errorf("all statements: %s, explicit %t", d.Verdict, d.Explicit)
	}
	d := authz.Evaluate(request, of(p.Without(func(index int) bool { return index == 0 })))
	if d.Verdict != authz.Allowed || len(d.Statements) != 1 || d.Statements[0].Index != 1 {
		t.Errorf("without the first: %s by %v", d.Verdict, d.Statements)
	}
}

// TestFollows: what the principal and the resource say, whatever the context says.
func TestFollows(t *testing.T) {
	t.Parallel()
	request := authz.Request{
		Principal: "arn:aws:iam::123456789012:role/app", Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:us-east-1:987654321098:repository/app", ResourceAccount: "987654321098",
		Context: authz.Context{Known: map[string][]string{"aws:PrincipalAccount": {"1"}}},
	}
	for _, tt := range []struct {
		key    string
		state  authz.KeyState
		values []string
	}{
		{"aws:principalaccount", authz.KeyKnown, []string{"123456789012"}},
		{"aws:RequestedRegion", authz.KeyKnown, []string{"us-east-1"}},
		{"aws:username", authz.KeyAbsent, nil},
		{"aws:TokenIssueTime", authz.KeyPresent, nil},
		{"aws:SourceVpce", authz.KeyUnknown, nil},
	} {
		if state, values := request.Follows(tt.key); state != tt.state || !slices.Equal(values, tt.values) {
			t.Errorf("%s: state %d, %q; want %d, %q", tt.key, state, values, tt.state, tt.values)
		}
	}
	request.Principal = "nobody"
	if state, _ := request.Follows("aws:PrincipalAccount"); state != authz.KeyUnknown {
		t.Errorf("of a principal that cannot be read: state %d", state)
	}
}
