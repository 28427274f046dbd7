// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var usRegistry = awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098"}

func TestCheckRepositories(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"team/app": "", "app": "", "*": "", "team/*": "", "team*": "", "team-*": "", "team__*": "", "a*": "",
		"":                          "2 to 256 characters",
		"Team/*":                    "matches no repository",
		"team//*":                   "matches no repository",
		"/*":                        "matches no repository",
		"**":                        "not a * at its end",
		"*/app":                     "not a * at its end",
		"team/?":                    "not a * at its end",
		"team/*/app*":               "not a * at its end",
		"team/app:v1":               `write the repository's name, "team/app"`,
		usRegistry.ARN() + "app":    `write the repository's name, "app"`,
		usRegistry.ARN() + "team/*": "only what comes after repository/",
	} {
		err := CheckRepositories(name)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}

func TestRegistryGrant(t *testing.T) {
	t.Parallel()
	g := RegistryGrant{
		Grant:    Grant{Sid: "S", Partition: "aws", OrganizationIDs: []string{"o-a1b2c3d4e5"}, MatchRolesBy: ByPrincipal, Actions: []string{"ecr:BatchGetImage"}},
		Registry: usRegistry, Repositories: []string{"team/*", "app"},
	}
	statement := g.Statement()
	const want = `{"Sid":"S","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"],"Resource":["arn:aws:ecr:us-east-1:987654321098:repository/app","arn:aws:ecr:us-east-1:987654321098:repository/team/*"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`
	parsed, err := policy.ParseStatement(want)
	if err != nil {
		t.Fatal(err)
	}
	if statement.Canonical() != parsed.Canonical() {
		t.Errorf("got %s, want %s", statement, want)
	}
	back := RegistryGrantOf(statement, usRegistry, nil)
	if !back.expresses(statement) || CheckRegistryGrantImport(usRegistry, statement) != nil {
		t.Errorf("%s becomes %+v", statement, back)
	}
	if g.GrantsNoneOrEveryone() {
		t.Error("a grant to an organization is one to nobody or to everybody")
	}
	if g.Repositories = nil; !g.GrantsNoneOrEveryone() {
		t.Error("a grant on no repository is accepted")
	}
}

func TestCheckRegistryGrantImport(t *testing.T) {
	t.Parallel()
	const mine = `"arn:aws:ecr:us-east-1:987654321098:repository/team/*"`
	for name, tt := range map[string]struct{ elements, want string }{
		"a grant":         {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":` + mine, ""},
		"a Deny":          {`"Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":` + mine, "only Allow statements"},
		"all resources":   {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"*"`, "its element Resource"},
		"a name":          {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"team/*"`, "its element Resource"},
		"another account": {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"arn:aws:ecr:us-east-1:111111111111:repository/*"`, "its element Resource"},
		"in the middle":   {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*/app"`, "its element Resource"},
		"no resource":     {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"`, "cannot express"},
		"NotResource":     {`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","NotResource":` + mine, "NotResource"},
		"everyone":        {`"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Resource":` + mine, "all principals"},
		"any source":      {`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage","Resource":` + mine, "act for anybody"},
	} {
		live, err := policy.ParseStatement(`{"Sid":"S",` + tt.elements + `}`)
		if err != nil {
			t.Fatal(err)
		}
		got := CheckRegistryGrantImport(usRegistry, live)
		if tt.want == "" && got != nil || tt.want != "" && (got == nil || !strings.Contains(got.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", name, got, tt.want)
		}
	}
}

func TestParseRegistryGrantImportID(t *testing.T) {
	t.Parallel()
	id := GrantImportID(usRegistry, "Pull")
	if got, sid, err := ParseRegistryGrantImportID(id); err != nil || got != usRegistry || sid != "Pull" {
		t.Errorf("%s: got %v, %q, %v", id, got, sid, err)
	}
	for id, want := range map[string]string{
		"":                             "1 part, not 3",
		"987654321098,us-east-1,app,S": "4 parts, not 3",
		"98765432109,us-east-1,S":      `write "098765432109"`,
		"987654321098,useast1,S":       "not a region",
		"987654321098,us-east-1,a b":   "not a Sid",
	} {
		if _, _, err := ParseRegistryGrantImportID(id); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Write registry_id,region,sid") {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
}
