// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// A condition that others than the named values meet is named in the plan, and only a
// condition that tells the principals of the account apart silences the warning of whole
// accounts.
func TestValidation_openConditions(t *testing.T) {
	t.Parallel()
	condition := func(test, key string, list ...string) values {
		return values{"test": test, "variable": key, "values": list}
	}
	const whole, open, unknown = "Access for whole accounts", "that limits less than it seems", "Unknown condition key"
	const incomparable, literal = "that cannot be compared", "that is taken literally"
	kinds := []string{whole, open, unknown, incomparable, literal}
	for name, tt := range map[string]struct {
		conditions []values
		want       []string // the summaries of the warnings
		text       string   // in one of them
	}{
		"a role":                  {[]values{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/ci-*")}, nil, ""},
		"a tag of the role":       {[]values{condition("StringEquals", "aws:PrincipalTag/team", "payments")}, nil, ""},
		"every role":              {[]values{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*")}, []string{whole, open}, `a request in which aws:PrincipalArn is, for example, "arn:aws:iam::123456789012:role/zzzzzz", meets it`},
		"every principal":         {[]values{condition("StringLike", "aws:PrincipalArn", "*")}, []string{whole, open}, "meets it"},
		"all roles but one":       {[]values{condition("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/guest")}, []string{whole, open}, "to allow only certain values"},
		"any tag":                 {[]values{condition("Null", "aws:PrincipalTag/team", "false")}, []string{whole, open}, "aws:PrincipalTag/team"},
		"the account itself":      {[]values{condition("StringEquals", "aws:PrincipalAccount", "123456789012")}, []string{whole, open}, `for example, "123456789012"`},
		"the organization":        {[]values{condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")}, []string{whole}, ""},
		"any organization":        {[]values{condition("Null", "aws:PrincipalOrgID", "false")}, []string{whole, open}, "hardly limits the values of aws:PrincipalOrgID"},
		"an endpoint":             {[]values{condition("StringEquals", "aws:SourceVpce", "vpce-1")}, []string{whole}, ""},
		"an endpoint, if any":     {[]values{condition("StringEqualsIfExists", "aws:SourceVpce", "vpce-1")}, []string{whole, open}, "A request without aws:SourceVpce meets this condition. What to do now: to require the key, add a condition"},
		"no endpoint":             {[]values{condition("Null", "aws:SourceVpce", "true")}, []string{whole}, ""},
		"other endpoints":         {[]values{condition("StringNotEquals", "aws:SourceVpce", "vpce-1")}, []string{whole, open}, "and so does a request in which aws:SourceVpce is"},
		"any endpoint":            {[]values{condition("StringLike", "aws:SourceVpce", "*")}, []string{whole, open}, "aws:SourceVpce"},
		"itself":                  {[]values{condition("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/team}")}, []string{whole, open}, "aws:PrincipalTag/team"},
		"all paths":               {[]values{condition("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*")}, []string{whole, open}, `the operator Null, the key "aws:PrincipalOrgPaths" and the value "false"`},
		"all paths, at least one": {[]values{condition("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*"), condition("Null", "aws:PrincipalOrgPaths", "false")}, []string{whole}, ""},
		"everywhere":              {[]values{condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")}, []string{whole, open}, "20.0.0.77"},
		"no ARN":                  {[]values{condition("ArnNotLike", "aws:PrincipalArn", "role/guest")}, []string{whole, open}, "hardly limits the values of aws:PrincipalArn"},
		"an open variable":        {[]values{condition("StringNotEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/team")}, []string{whole, incomparable}, "correct the value"},
		"every user":              {[]values{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/*")}, []string{whole, open}, "user/zzzzzz"},
		"a role of GovCloud":      {[]values{condition("ArnLike", "aws:PrincipalArn", "arn:aws-us-gov:iam::123456789012:role/ci-*")}, nil, ""},
		"every role of GovCloud":  {[]values{condition("ArnLike", "aws:PrincipalArn", "arn:aws-us-gov:iam::123456789012:role/*")}, []string{whole, open}, "aws-us-gov"},
		"no endpoint, if any":     {[]values{condition("Null", "aws:SourceVpce", "true"), condition("StringEqualsIfExists", "aws:SourceVpce", "vpce-1")}, []string{whole}, ""},
		"transport":               {[]values{condition("Bool", "aws:SecureTransport", "true")}, []string{whole}, ""},
		"MFA":                     {[]values{condition("Bool", "aws:MultiFactorAuthPresent", "true")}, []string{whole}, ""},
		"an office":               {[]values{condition("IpAddress", "aws:SourceIp", "198.51.100.0/24", "2001:db8::/32")}, []string{whole}, ""},
		"a misspelt key":          {[]values{condition("StringEquals", "aws:PrincipalTags/team", "payments")}, []string{whole, unknown}, `never met, and the statement never applies. Did you mean "aws:PrincipalTag/team"?`},
		"a tag like another one":  {[]values{condition("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/group}")}, []string{whole, open}, `aws:PrincipalTag/team is, for example, "zzzzzz" and aws:PrincipalTag/group is "zzzzzz", meets it`},
		"one letter":              {[]values{condition("StringLike", "aws:PrincipalTag/team", "*a*")}, []string{whole, open}, `"zaz"`},
		"a tag of an image":       {[]values{condition("StringLike", "ecr:ImageTag", "prod-*")}, []string{whole, unknown}, `AWS does not list the condition key "ecr:ImageTag"`},
		"a literal wildcard":      {[]values{condition("StringEquals", "aws:PrincipalOrgID", "o-*")}, []string{whole, literal}, `"o-*" stands for just this text, and is no pattern. What to do now: to compare with a pattern, use StringLike`},
		"a misspelt key, negated": {[]values{condition("StringNotEquals", "aws:PrincipalAcount", "123456789012")}, []string{whole, open, unknown}, `always met, and do not limit the statement. Did you mean "aws:PrincipalAccount"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := values{
				"repository": "app", "sid": "S", "account_ids": []string{"123456789012"}, "conditions": tt.conditions,
			}
			diagnostics := acctest.ValidateResource(t, "ecrxa_repository_grant", config)
			diagnostics = append(diagnostics, broad(newProvider(t).Plan("ecrxa_repository_grant", acctest.Answer{}, config))...)
			var summaries []string
			hasText := tt.text == ""
			for _, d := range diagnostics {
				summaries = append(summaries, kinds[slices.IndexFunc(kinds, func(kind string) bool { return strings.Contains(d.Summary, kind) })])
				hasText = hasText || strings.Contains(d.Detail, tt.text)
			}
			slices.Sort(summaries)
			slices.Sort(tt.want)
			if !slices.Equal(summaries, tt.want) || !hasText {
				t.Errorf("got %+v, want %q with %q", diagnostics, tt.want, tt.text)
			}
		})
	}
}

// A wildcard in the path of an organization stands for whole parts, and the path of a role
// has nothing that could be taken for a policy variable, a quote or another path.
func TestValidation_widePatterns(t *testing.T) {
	t.Parallel()
	const organization, unit = "o-a1b2c3d4e5", "/r-ab12/ou-ab12-11111111"
	tests := map[string]struct {
		config values
		text   string // empty: it is accepted
	}{}
	for path, text := range map[string]string{
		organization + "/*":                                "",
		organization + "/r-ab12/":                          "",
		organization + "/r-ab12/*":                         "",
		organization + unit + "/":                          "",
		organization + unit + "/*":                         "",
		organization + unit + "/ou-ab12-22222222/*":        "",
		organization + "/*/ou-ab12-11111111/":              "",
		organization + "/*/ou-ab12-11111111/*":             "",
		organization + "/r-ab12/*/ou-ab12-11111111/*":      "",
		organization + unit + "/ou-*":                      "",
		organization + "/r-ab12/*/":                        "",
		organization + "/r-ab12/ou-ab12-1*":                "also matches other units",
		organization + "/r-ab12/ou-ab12-1*/":               "also matches other units",
		organization + "/r-ab12/ou-ab12-1111111?/":         "also matches other units",
		organization + "*/r-ab12/*":                        "organization ID",
		organization + "/r-*/":                             "names no root",
		organization + "/${aws:PrincipalTag/unit}/*":       "names no root",
		organization + "/r-ab12/${aws:PrincipalTag/unit}/": "is not the ID of a unit",
		organization + "/r-ab12//":                         "is not the ID of a unit",
		organization + "/r-ab12/ou-1/":                     "is not the ID of a unit",
		organization:                                       "write o-a1b2c3d4e5/* for all of its accounts",
		organization + unit:                                "End it with /",
	} {
		tests[path] = struct {
			config values
			text   string
		}{values{"organization_paths": []string{path}}, text}
	}
	for path, accepted := range map[string]bool{
		"/": true, "/team/payments/": true, "/a.b@c=d,e+f_g-h/": true, "/aws-reserved/sso.amazonaws.com/": true,
		"/${aws:PrincipalTag/team}/": false, `/x"y/`: false, "/x'y/": false, "/x`y/": false, `/x\y/`: false, "/x\ny/": false, "/x\u202ey/": false, "//": false, "/x//y/": false,
	} {
		for kind, attribute := range map[string]string{"role": "role_arns", "user": "user_arns"} {
			text := "path"
			if accepted {
				text = ""
			}
			tests[kind+path] = struct {
				config values
				text   string
			}{values{attribute: []string{"arn:aws:iam::123456789012:" + kind + path + "app"}}, text}
		}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := values{"repository": "app", "sid": "S"}
			maps.Copy(config, tt.config)
			diagnostics := acctest.ValidateResource(t, "ecrxa_repository_grant", config)
			if tt.text == "" {
				if len(diagnostics) > 0 {
					t.Errorf("got %+v, want nothing", diagnostics)
				}
				return
			}
			if !slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool { return !d.Warning && strings.Contains(d.Detail, tt.text) }) {
				t.Errorf("got %+v, want an error with %q", diagnostics, tt.text)
			}
		})
	}
}

// Every account that gets access is tried: a condition that is open for one of them is named.
func TestValidation_openConditionOfOneAccount(t *testing.T) {
	t.Parallel()
	diagnostics := acctest.ValidateResource(t, "ecrxa_repository_grant", values{
		"repository": "app", "sid": "S", "account_ids": []string{"111122223333", "123456789012"},
		"conditions": []values{{"test": "ArnLike", "variable": "aws:PrincipalArn", "values": []string{"arn:aws:iam::123456789012:role/*"}}},
	})
	if len(diagnostics) != 1 {
		t.Errorf("got %+v", diagnostics)
	}
}
