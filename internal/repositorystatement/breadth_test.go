// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// An Allow for a whole account, organization or unit is broad, as in a grant.
func TestBreadths(t *testing.T) {
	t.Parallel()
	allow := func(elements, condition string) string {
		return statement(`"Effect":"Allow",` + elements + pull + `,"Condition":{` + condition + `}`)
	}
	const ofOrganization = `"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`
	for name, tt := range map[string]struct {
		statement string
		want      []string
		text      string
	}{
		"a role":                    {allow(`"Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},`, ""), nil, ""},
		"an account":                {allow(account, ""), []string{"Access for whole accounts"}, "these accounts (123456789012)"},
		"a root":                    {allow(`"Principal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::111122223333:role/app"]},`, ""), []string{"Access for whole accounts"}, "(123456789012)"},
		"roles of an account":       {allow(account, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ci-*"}`), nil, ""},
		"everyone of an account":    {allow(everyone, `"StringEquals":{"aws:PrincipalAccount":"123456789012"}`), []string{"Access for whole accounts"}, "(123456789012)"},
		"an organization":           {allow(everyone, ofOrganization), []string{"Access for whole organizations"}, "all accounts of these organizations (o-a1b2c3d4e5)"},
		"a tag in an organization":  {allow(everyone, `"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","aws:PrincipalTag/team":"payments"}`), nil, ""},
		"the own organization":      {allow(everyone, `"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`), []string{"Access for whole organizations"}, "all accounts of these organizations (${aws:ResourceOrgID})"},
		"the same, turned round":    {allow(everyone, `"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}`), []string{"Access for whole organizations"}, "all accounts of these organizations (${aws:ResourceOrgID})"},
		"the same, with a tag":      {allow(everyone, `"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}","aws:PrincipalTag/team":"payments"}`), nil, ""},
		"the own account":           {allow(everyone, `"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}`), []string{"Access for whole accounts"}, "these accounts (${aws:ResourceAccount})"},
		"the own account, a tag":    {allow(everyone, `"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}","aws:PrincipalTag/team":"payments"}`), nil, ""},
		"that, turned round":        {allow(everyone, `"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}`), []string{"Access for whole accounts"}, "these accounts (${aws:ResourceAccount})"},
		"that, with a tag":          {allow(everyone, `"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}","aws:PrincipalTag/team":"payments"}`), nil, ""},
		"all ARNs of an account":    {allow(everyone, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"}`), []string{"Access for whole accounts"}, "these accounts (123456789012)"},
		"all roles of an account":   {allow(everyone, `"StringLike":{"aws:principalarn":"arn:aws:iam::123456789012:role/*"}`), []string{"Access for whole accounts"}, "these accounts (123456789012)"},
		"some roles of everyone":    {allow(everyone, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ci-*"}`), nil, ""},
		"of one of two accounts":    {allow(everyone, `"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::123456789012:role/ci-*","arn:aws:iam::111122223333:role/*"]}`), []string{"Access for whole accounts"}, "these accounts (111122223333)"},
		"all roles with a tag":      {allow(everyone, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"},"StringEquals":{"aws:PrincipalTag/team":"payments"}`), nil, ""},
		"all roles, organization":   {allow(everyone, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"},`+ofOrganization), []string{"Access for whole accounts"}, "these accounts (123456789012)"},
		"all ARNs but one account":  {allow(everyone, `"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"},`+ofOrganization), []string{"Access for whole organizations"}, ""},
		"a unit":                    {allow(everyone, `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}`), []string{"Access for whole organizational units"}, "ou-ab12-11111111"},
		"not of an organization":    {allow(everyone, `"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"StringEquals":{"aws:SourceVpce":"vpce-1"}`), nil, ""},
		"a network":                 {allow(everyone, `"StringEquals":{"aws:SourceVpce":"vpce-1"}`), nil, ""},
		"a service for an account":  {allow(lambda, `"StringEquals":{"aws:SourceAccount":"123456789012"}`), nil, ""},
		"a Deny":                    {statement(`"Effect":"Deny",` + account + `"Action":"ecr:*"`), nil, ""},
		"a wildcard for an account": {statement(`"Effect":"Allow",` + account + `"Action":"ecr:*"`), []string{"Action with a wildcard: ecr:*", "Access for whole accounts"}, "AWS adds later"},
		"everything for a role":     {statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},"Action":"*"`), []string{"Action with a wildcard: *"}, ""},
	} {
		var diags diag.Diagnostics
		var got, texts []string
		for _, b := range modelOf(tt.statement).breadths(t.Context(), &diags) {
			got, texts = append(got, b.Summary), append(texts, b.Detail)
		}
		text := strings.Join(texts, " ")
		if !slices.Equal(got, tt.want) || !strings.Contains(text, tt.text) || len(diags) > 0 {
			t.Errorf("%s: got %q (%s) %v, want %q", name, got, text, diags, tt.want)
		}
	}
}
