// SPDX-License-Identifier: MPL-2.0

package access

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

const (
	account    = "987654321098"
	consumer   = "123456789012"
	role       = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	root       = "arn:aws:iam::123456789012:root"
	pull       = `"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	arn        = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	ofOrg      = `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`
	function   = `"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:*"}}`
	organized  = "o-a1b2c3d4e5"
	roleInSame = "arn:aws:iam::987654321098:role/ci"
)

// statementJSON returns a statement: its Sid, effect, principal as JSON, and the rest.
func statementJSON(sid, effect, principal, rest string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":%q,"Principal":%s,%s}`, sid, effect, principal, rest)
}

func doc(statements ...string) snapshot.Document {
	return snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
}

// registry returns a snapshot with one repository, and the statements of its policy.
func registry(statements ...string) *snapshot.Registry {
	d := snapshot.DocumentOf("")
	if len(statements) > 0 {
		d = doc(statements...)
	}
	return &snapshot.Registry{
		Header:                  snapshot.Header{Kind: snapshot.OfRegistry, Version: 1, ReadAt: snapshot.Time{Time: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}},
		Account:                 account,
		Region:                  "us-east-1",
		RegistryPolicy:          snapshot.DocumentOf(""),
		ResourceControlPolicies: &[]snapshot.Level{},
		Organization:            &snapshot.Organization{InOrganization: true, ID: organized},
		Repositories:            []snapshot.Repository{{Name: "payment-service", ARN: arn, Policy: d, Tags: &map[string]string{"team": "payments"}}},
	}
}

func aws(principals ...string) string { return `{"AWS":["` + strings.Join(principals, `","`) + `"]}` }

func TestReport(t *testing.T) {
	t.Parallel()
	s := registry(
		statementJSON("Role", "Allow", aws(role), pull),
		statementJSON("Organization", "Allow", `"*"`, pull+","+ofOrg),
		statementJSON("Everyone", "Allow", `"*"`, `"Action":"ecr:*"`),
		statementJSON("Account", "Allow", aws(root), pull),
		statementJSON("Lambda", "Allow", `{"Service":"lambda.amazonaws.com"}`, pull+","+function),
		statementJSON("Gone", "Allow", aws("AROAEXAMPLEEXAMPLE999", "arn:aws:iam::111122223333:user/push"), `"Action":["ecr:PutImage","ecr:BatchGetImage"]`),
		statementJSON("NoPush", "Deny", `"*"`, `"Action":"ecr:PutImage"`),
		statementJSON("Network", "Deny", aws("111122223333"), `"Action":"ecr:*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`),
	)
	s.RegistryPolicy = doc(statementJSON("Cache", "Allow", aws(roleInSame), `"Action":"ecr:CreateRepository","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"`),
		statementJSON("Elsewhere", "Allow", aws(root), `"Action":"ecr:ReplicateImage","Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/*"`))
	s.Repositories = append(s.Repositories, snapshot.Repository{Name: "unread"})
	r := Of(Input{
		Snapshot: s, OrganizationID: organized, OrganizationAccounts: []string{consumer},
		Descriptions:     map[string]string{"Role": "Team Payments pulls its releases", "987654321098,us-east-1,payment-service,Lambda": "Reports | of *finance*"},
		Acknowledgements: map[string]string{"Organization": "Every team builds on this image; *PLAT-9*", "Absent": "no longer"},
		Suppressions: []Suppression{
			{Code: WholeAccount, Sid: "Account", Reason: "AWS Lambda needs the account; PLAT-7"},
			{Code: WeakCondition, Repository: "payment-service", Reason: "gone"},
		},
	})
	golden.Compare(t, "testdata/report.md", r.Markdown())
	golden.Compare(t, "testdata/report.json", strings.ReplaceAll(r.JSON(), `},{`, "},\n{")+"\n")
}

// findingsOf returns "code: sentence" of each finding.
func findingsOf(r *Report) (all []string) {
	for _, f := range r.Findings {
		all = append(all, string(f.Code)+": "+f.Sentence)
	}
	return all
}

func codesOf(r *Report) (all []string) {
	for _, f := range r.Findings {
		all = append(all, string(f.Code))
	}
	slices.Sort(all)
	return all
}

func jsonText(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// What the resource acknowledges is suppressed with its reason: whole accounts, and nothing else.
func TestAcknowledgements(t *testing.T) {
	t.Parallel()
	s := registry(
		statementJSON("Account", "Allow", aws(root), `"Action":"ecr:*"`),
		statementJSON("Other", "Allow", aws(root), pull),
		statementJSON("Everyone", "Allow", `"*"`, pull),
	)
	const reason = "Base images; PLAT-9"
	for name, tt := range map[string]struct {
		suppressions []Suppression
		want         string // the reason
	}{
		"acknowledged":              {nil, reason},
		"acknowledged and accepted": {[]Suppression{{Code: WholeAccount, Sid: "Account", Reason: "PLAT-7"}}, "PLAT-7"},
	} {
		r := Of(Input{Snapshot: s, Suppressions: tt.suppressions, Acknowledgements: map[string]string{
			"987654321098,us-east-1,payment-service,Account": reason, "Everyone": reason,
		}})
		if len(r.Suppressed) != 1 || r.Suppressed[0].Code != WholeAccount || r.Suppressed[0].Sid != "Account" || r.Suppressed[0].Reason != tt.want {
			t.Errorf("%s: suppressed %+v", name, r.Suppressed)
		}
		want := []string{string(ActionWildcard), string(NeedlessGrant), string(OpenToEveryone), string(WholeAccount)}
		if got := codesOf(r); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if r.Entries[0].Acknowledged != reason || r.Entries[1].Acknowledged != "" {
			t.Errorf("%s: entries %+v", name, r.Entries)
		}
	}
}

// A Sid that several statements have acknowledges none of them: somebody looked at one only.
func TestAcknowledgements_sharedSid(t *testing.T) {
	t.Parallel()
	account := statementJSON("Account", "Allow", aws(root), pull)
	const id = "987654321098,us-east-1,payment-service,Account"
	for name, tt := range map[string]struct {
		key        string
		elsewhere  string // a statement of another repository
		suppressed []string
		isNoted    bool
	}{
		"Sid of one":           {"Account", statementJSON("Other", "Allow", aws(role), pull), []string{"payment-service"}, false},
		"Sid of two":           {"Account", account, nil, true},
		"import ID of one":     {id, account, []string{"payment-service"}, false},
		"import ID of nothing": {"987654321098,us-east-1,payment-service,Absent", account, nil, false},
	} {
		s := registry(account)
		other := s.Repositories[0]
		other.Name, other.Policy = "base-image", doc(tt.elsewhere)
		s.Repositories = append(s.Repositories, other)
		r := Of(Input{Snapshot: s, Acknowledgements: map[string]string{tt.key: "PLAT-9"}})
		var suppressed, entries []string
		for _, f := range r.Suppressed {
			suppressed = append(suppressed, f.Repository)
		}
		for _, e := range r.Entries {
			if e.Acknowledged != "" {
				entries = append(entries, e.Repository)
			}
		}
		if !slices.Equal(suppressed, tt.suppressed) || !slices.Equal(entries, tt.suppressed) {
			t.Errorf("%s: suppressed in %q, acknowledged in %q, want %q", name, suppressed, entries, tt.suppressed)
		}
		if got := strings.Contains(strings.Join(r.Notes, "\n"), "acknowledgements has Account, and several statements have this Sid: it accepts none of them."); got != tt.isNoted {
			t.Errorf("%s: notes %q", name, r.Notes)
		}
	}
}
