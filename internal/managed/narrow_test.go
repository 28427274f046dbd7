// SPDX-License-Identifier: MPL-2.0

package managed

import "testing"

// Conditions name principals of an account if others of it do not meet them.
func TestNamesPrincipals(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]bool{
		``: false,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ci-*"}`:                                                 true,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}`:                                                    false,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"}`:                                                         false,
		`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ci-*"}`:                                              false,
		`"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLE123:*"}`:                                                                true,
		`"StringEquals":{"AWS:UserName":"alice"}`:                                                                              true,
		`"StringEquals":{"aws:SourceIdentity":"alice"}`:                                                                        true,
		`"StringEquals":{"aws:PrincipalTag/team":"payments"}`:                                                                  true,
		`"StringLike":{"aws:PrincipalTag/team":"*"}`:                                                                           false,
		`"StringEqualsIfExists":{"aws:PrincipalTag/team":"payments"}`:                                                          false,
		`"StringEqualsIfExists":{"aws:PrincipalTag/team":"payments"},"Null":{"aws:principaltag/TEAM":"false"}`:                 true,
		`"StringEqualsIfExists":{"aws:PrincipalTag/team":"payments"},"Null":{"aws:PrincipalTag/other":"false"}`:                false,
		`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","aws:SourceVpce":"vpce-1","aws:PrincipalAccount":"123456789012"}`: false,
	} {
		s := statementOf(t, `"Sid":"S","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Condition":{`+condition+`}`)
		if got := NamesPrincipals(s.Conditions(), []string{"123456789012"}); got != want {
			t.Errorf("%s: got %t", condition, got)
		}
	}
}
