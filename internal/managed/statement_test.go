// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

func TestCheckStatementSid(t *testing.T) {
	t.Parallel()
	for sid, want := range map[string]string{
		"S": "", "Deny outside the organization": "", "a,b: c/é (1)": "", strings.Repeat("é", 256): "",
		"":                       "has no Sid",
		"a\nb":                   "not printed",
		"a\u202eb":               "not printed",
		"\xff":                   "not printed",
		strings.Repeat("x", 257): "more than 256 characters",
	} {
		if err := CheckStatementSid(sid); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", sid, err, want)
		}
	}
}

func TestParseStatementImportID(t *testing.T) {
	t.Parallel()
	for _, sid := range []string{"S", "Deny outside the organization", "a, b,c"} {
		id := GrantImportID(paymentService, sid)
		if repo, got, err := ParseStatementImportID(id); err != nil || repo != paymentService || got != sid {
			t.Errorf("%q: %v, %q, %v", id, repo, got, err)
		}
	}
	for id, want := range map[string]string{
		"987654321098,us-east-1,app":      "it has 3 parts, not 4",
		"987654321098,us-east-1,app,":     "has no Sid",
		"987654321098,us-east-1,app,a\nb": "not printed",
	} {
		if _, _, err := ParseStatementImportID(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
}

// A Sid can have characters that are special in HCL.
func TestStatementImportHCL(t *testing.T) {
	t.Parallel()
	got := StatementImportHCL(paymentService, `Deny "${x}", all`)
	want := `import {
  to = ecrxa_repository_statement.Deny____x____all
  id = "987654321098,us-east-1,payment-service,Deny \"$${x}\", all"
}`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func statementOf(t *testing.T, elements string) *policy.Statement {
	t.Helper()
	s, err := policy.ParseStatement("{" + elements + "}")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A condition limits a statement for all principals if no other caller can have its values.
func TestPublic(t *testing.T) {
	t.Parallel()
	for condition, isPublic := range map[string]bool{
		``: true,
		`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:                  false,
		`"StringEquals":{"aws:principalorgid":["o-a1b2c3d4e5","o-zzzzzzzzzz"]}`: false,
		`"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-x"]}`:          false,
		`"StringEquals":{"aws:PrincipalOrgID":"o-x"}`:                           false,
		`"StringNotEquals":{"aws:PrincipalOrgID":"o-x"}`:                        true,
		`"StringEquals":{"aws:PrincipalAccount":"anonymous"}`:                   true,
		`"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`:          false,
		`"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}`:          false,
		`"StringEquals":{"aws:ResourceOrgID":"o-a1b2c3d4e5"}`:                   true,
		`"StringEqualsIfExists":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}`:  true,
		`"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}`:      false,
		`"StringEquals":{"aws:ResourceAccount":"123456789012"}`:                 true,
		`"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}`:   true,
		`"StringEquals":{"aws:PrincipalOrgID":"${aws:PrincipalTag/org}"}`:       true,
		`"StringLike":{"aws:PrincipalOrgID":"o-*"}`:                             true,
		`"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:               true,
		`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:          true,
		`"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:     true,
		`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`:   false,
		`"StringEquals":{"aws:PrincipalAccount":"123456789012"}`:                false,
		`"StringLike":{"aws:PrincipalAccount":"*"}`:                             true,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}`:     false,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}`:              true,
		`"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLE123:*"}`:                 false,
		`"StringLike":{"aws:userid":"*:app"}`:                                   true,
		`"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d4e5f60718"}`:            false,
		`"StringLike":{"aws:SourceVpce":"vpce-*"}`:                              true,
		`"StringEquals":{"aws:SourceVpc":"vpc-0a1b2c3d"}`:                       false,
		`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}`:       false,
		`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`:                              true,
		`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","::/1"]}`:                true,
		`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`:                      true,
		`"StringEquals":{"aws:PrincipalTag/team":"payments"}`:                   true,
		`"Bool":{"aws:SecureTransport":"true"}`:                                 true,
		`"StringEquals":{"aws:SourceAccount":"123456789012"}`:                   false,
		`"StringEquals":{"aws:PrincipalOrgID":[]}`:                              true,
	} {
		s := statementOf(t, `"Sid":"S","Effect":"Allow","Principal":{"AWS":["123456789012","*"]},"Action":"ecr:BatchGetImage","Condition":{`+condition+`}`)
		if got := Public(s); (got != "") != isPublic {
			t.Errorf("%s: got %q, want public: %t", condition, got, isPublic)
		}
	}
	for elements, isPublic := range map[string]bool{
		`"Effect":"Deny","Principal":"*"`:                                 false,
		`"Effect":"Allow","Principal":{"AWS":"123456789012"}`:             false,
		`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}`: true,
		`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`: true,
		`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`:  false,
	} {
		if got := Public(statementOf(t, `"Sid":"S","Action":"ecr:BatchGetImage",`+elements)); (got != "") != isPublic {
			t.Errorf("%s: got %q, want public: %t", elements, got, isPublic)
		}
	}
}

func TestDeniesAsMuch(t *testing.T) {
	t.Parallel()
	const (
		deny = `"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"`
		vpce = `,"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`
	)
	for after, want := range map[string]bool{
		deny:                true,
		`"Sid":"T",` + deny: true,
		`"Effect":"Deny","Principal":{"AWS":["123456789012","111111111111"]},"Action":["ecr:PutImage","ECR:batchgetimage"]`: true,
		`"Effect":"Deny","Principal":"*","Action":"*"`:                                     true,
		`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"`: false,
		`"Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"ecr:BatchGetImage"`:  false,
		`"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"ecr:PutImage"`:       false,
		deny + vpce: false,
		`"Effect":"Deny","Principal":{"AWS":"123456789012"},"NotAction":"ecr:PutImage"`: false,
		deny + `,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/other"`:      false,
	} {
		if got := DeniesAsMuch(statementOf(t, deny), statementOf(t, after)); got != want {
			t.Errorf("%s: got %t", after, got)
		}
	}
}
