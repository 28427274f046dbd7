// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

const (
	consumerRole = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	otherRole    = "arn:aws:iam::111111111111:role/team/deployer"
	user         = "arn:aws:iam::123456789012:user/alice"
)

func TestStatement(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		grant Grant
		want  string
	}{
		"account": {
			Grant{AccountIDs: []string{"123456789012"}},
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
		},
		"account in China": {
			Grant{Partition: "aws-cn", AccountIDs: []string{"123456789012"}},
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"arn:aws-cn:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
		},
		"account, role and user in one principal list": {
			Grant{AccountIDs: []string{"222222222222"}, RoleARNs: []string{consumerRole}, UserARNs: []string{user}},
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":["` + consumerRole + `","` + user + `","arn:aws:iam::222222222222:root"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
		},
		"roles by condition": {
			Grant{MatchRolesBy: ByCondition, RoleARNs: []string{consumerRole, otherRole}},
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::123456789012:root"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
				`"Condition":{"ArnEquals":{"aws:PrincipalArn":["` + otherRole + `","` + consumerRole + `"]}}}`,
		},
		"organization": {
			Grant{OrganizationIDs: []string{"o-a1b2c3d4e5"}},
			`{"Sid":"S","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`,
		},
		"organizational unit": {
			Grant{OrganizationPaths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}},
			`{"Sid":"S","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}}`,
		},
		"service": {
			Grant{
				ServicePrincipal: "lambda.amazonaws.com", SourceARNs: []string{"arn:aws:lambda:us-east-1:123456789012:function:*"},
				SourceAccountIDs: []string{"123456789012"},
			},
			`{"Sid":"S","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
				`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:*"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}`,
		},
		"own condition beside the derived one": {
			Grant{
				OrganizationIDs: []string{"o-a1b2c3d4e5"},
				Conditions:      []policy.Condition{{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-1"}}},
			},
			`{"Sid":"S","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
				`"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","aws:SourceVpce":"vpce-1"}}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := tt.grant
			g.Sid, g.Actions = "S", actionset.Actions(actionset.Pull)
			if g.Partition == "" {
				g.Partition = "aws"
			}
			if got := g.Statement().String(); got != tt.want {
				t.Errorf("statement\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A statement that is converted to attributes and back is the same, for all attributes.
func TestStatementIsReadBack(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // A test that can be repeated.
	for i := range 2000 {
		g := randomGrant(random)
		written := g.Statement()
		read := GrantOf(written, g.Partition, &g)
		if got := read.Statement(); got.Canonical() != written.Canonical() {
			t.Fatalf("grant %d %+v\nwritten %s\nread    %s", i, g, written, got)
		}
		if read.MatchRolesBy != g.MatchRolesBy {
			t.Fatalf("grant %d: match_roles_by %q read as %q from %s", i, g.MatchRolesBy, read.MatchRolesBy, written)
		}
	}
}

func randomGrant(random *rand.Rand) Grant {
	pick := func(format string) []string {
		values := make([]string, 1+random.IntN(3))
		for i := range values {
			values[i] = fmt.Sprintf(format, 100_000_000_000+random.IntN(1000))
		}
		return values
	}
	maybe := func(format string) []string {
		if random.IntN(2) == 0 {
			return nil
		}
		return pick(format)
	}
	g := Grant{Sid: "S", Partition: "aws", MatchRolesBy: ByPrincipal, Actions: actionset.Actions(actionset.Names()[random.IntN(4)])}
	switch random.IntN(4) {
	case 0:
		g.AccountIDs, g.RoleARNs, g.UserARNs = pick("%d"), maybe("arn:aws:iam::%d:role/path/r"), maybe("arn:aws:iam::%d:user/u")
	case 1:
		g.MatchRolesBy, g.RoleARNs = ByCondition, pick("arn:aws:iam::%d:role/r")
	case 2:
		g.OrganizationIDs = pick("o-%d")
	default:
		g.ServicePrincipal, g.SourceARNs, g.SourceAccountIDs = "lambda.amazonaws.com", pick("arn:aws:lambda:us-east-1:%d:function:*"), maybe("%d")
	}
	if random.IntN(2) == 0 {
		g.Conditions = []policy.Condition{{Test: "StringLike", Variable: "aws:SourceVpce", Values: pick("vpce-%d")}}
	}
	return g
}

// A drifted statement shows on the attribute that drifted.
func TestDriftIsReadIntoItsAttribute(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		statement string
		check     func(g *Grant) bool
	}{
		"a deleted role is in role_arns": {
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"ecr:BatchGetImage"}`,
			func(g *Grant) bool { return len(g.RoleARNs) == 1 && g.RoleARNs[0] == "AROAEXAMPLEEXAMPLE123" },
		},
		"a deleted user is in user_arns": {
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLEEXAMPLE123"},"Action":"ecr:BatchGetImage"}`,
			func(g *Grant) bool { return len(g.UserARNs) == 1 && g.UserARNs[0] == "AIDAEXAMPLEEXAMPLE123" },
		},
		"a bare account ID is an account": {
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"}`,
			func(g *Grant) bool { return len(g.AccountIDs) == 1 && g.AccountIDs[0] == "123456789012" },
		},
		"everybody, without a condition": {
			`{"Sid":"S","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`,
			func(g *Grant) bool {
				return len(g.AccountIDs) == 1 && g.AccountIDs[0] == "*" && g.OrganizationIDs == nil
			},
		},
		"a condition on other roles than the accounts' stays a condition": {
			`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"ecr:BatchGetImage","Condition":{"ArnEquals":{"aws:PrincipalArn":"` + consumerRole + `"}}}`,
			func(g *Grant) bool {
				return g.MatchRolesBy == ByPrincipal && len(g.AccountIDs) == 1 && len(g.Conditions) == 1
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := policy.ParseStatement(tt.statement)
			if err != nil {
				t.Fatal(err)
			}
			if g := GrantOf(s, "aws", nil); !tt.check(g) {
				t.Errorf("read as %+v", g)
			}
		})
	}
}
