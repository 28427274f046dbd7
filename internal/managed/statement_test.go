package managed

import (
	"strings"
	"testing"
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
