// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

func TestParseRolePolicyImportID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"app,pull":         {"app", "pull"},
		"app":              {"app", DefaultPolicyName},
		"a+b=c.d@e_f-g,+1": {"a+b=c.d@e_f-g", "+1"},
	} {
		if role, name, err := ParseRolePolicyImportID(id); err != nil || role != want[0] || name != want[1] {
			t.Errorf("%q: %q, %q, %v", id, role, name, err)
		}
	}
	for id, want := range map[string]string{
		"":                                   "is not a role name",
		"app,":                               "is not a policy name",
		",pull":                              "is not a role name",
		"a,b,c":                              "more than one comma",
		"app:pull":                           "is not a role name",
		"arn:aws:iam::123456789012:role/app": `write the role's name, "app"`,
		"app/pull":                           "use a comma between role name and policy name, and no path. Write ROLE,POLICY: app,pull",
		"team/app/pull":                      "Write ROLE,POLICY: app,pull",
		"team/app,pull":                      `has a path: write the role's name alone, "app"`,
	} {
		_, _, err := ParseRolePolicyImportID(id)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Write ROLE,POLICY") {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
}

// An ID is given only if the resource reads the same names from it.
func TestRolePolicyImportID(t *testing.T) {
	t.Parallel()
	for _, names := range [][2]string{{"app", "pull"}, {"app", "+1"}} {
		id, ok := RolePolicyImportID(names[0], names[1])
		role, name, err := ParseRolePolicyImportID(id)
		if !ok || err != nil || role != names[0] || name != names[1] {
			t.Errorf("%q: %q, %t, read as %q, %q, %v", names, id, ok, role, name, err)
		}
	}
	for _, names := range [][2]string{{"app", "a,b"}, {"a,b", "pull"}, {"app", ""}, {"app", "a b"}, {"app", "x'; curl example.com"}} {
		if id, ok := RolePolicyImportID(names[0], names[1]); ok {
			t.Errorf("%q have the ID %q", names, id)
		}
	}
}

func TestParseGrantImportID(t *testing.T) {
	t.Parallel()
	id := GrantImportID(paymentService, "Pull")
	if repo, sid, err := ParseGrantImportID(id); err != nil || repo != paymentService || sid != "Pull" {
		t.Errorf("%q: %v, %q, %v", id, repo, sid, err)
	}
	for id, want := range map[string]string{
		"":                                    "it has 1 part, not 4",
		"987654321098,us-east-1,app":          "it has 3 parts, not 4",
		"1,us-east-1,app,Pull":                "is not an account ID",
		"987654321098,virginia,app,Pull":      "is not a region",
		"987654321098,us-east-1,App,Pull":     "is not a repository name",
		"987654321098,us-east-1,app,The Pull": "is not letters and digits only",
	} {
		if _, _, err := ParseGrantImportID(id); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Write registry_id,region") {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
}

// A statement for a service can be imported if one of its conditions limits the sources, in any
// form that AWS accepts, such as that of the statement that Lambda writes.
func TestCheckGrantImport_services(t *testing.T) {
	t.Parallel()
	for condition, isLimited := range map[string]bool{
		`{"StringLike":{"aws:sourceArn":"arn:aws:lambda:us-east-1:123456789012:function:*"}}`:              true,
		`{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:*"}}`:                 true,
		`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`:                                            true,
		`{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`:                                              true,
		`{"ForAnyValue:StringLike":{"aws:SourceOrgPaths":"o-a1b2c3d4e5/*"}}`:                               true,
		`{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:*:function:*"}}`:                                    false,
		`{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:*:function:app"}}`:                          false,
		`{"StringLike":{"aws:SourceArn":"*123456789012*"}}`:                                                false,
		`{"StringLike":{"aws:SourceArn":["arn:aws:lambda:us-east-1:123456789012:function:*","*"]}}`:        false,
		`{"StringLike":{"aws:SourceAccount":"1*"}}`:                                                        false,
		`{"StringLike":{"aws:SourceOrgID":"o-*"}}`:                                                         false,
		`{"StringEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`:                                      false,
		`{"StringNotEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`:                                           false,
		`{"ForAllValues:StringLike":{"aws:SourceOrgPaths":"o-a1b2c3d4e5/*"}}`:                              false,
		`{"ForAnyValue:StringLike":{"aws:SourceOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-1*"}}`:               false,
		`{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`:                                                     false,
		`{"Null":{"aws:SourceOrgID":"false"}}`:                                                             false,
		`{"StringEquals":{"aws:SourceAccount":"123456789012"},"StringLike":{"aws:SourceArn":"arn:aws:*"}}`: true,
	} {
		live, err := policy.ParseStatement(`{"Sid":"S","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage","Condition":` + condition + `}`)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckGrantImport(paymentService, live); (err == nil) != isLimited || err != nil && !errors.Is(err, errNoSource) {
			t.Errorf("%s: %v", condition, err)
		}
	}
}
