// SPDX-License-Identifier: MPL-2.0

package pulls

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A maker makes up inputs from a source of choices.
type maker struct{ choices []byte }

func (m *maker) pick(n int) int {
	if len(m.choices) == 0 {
		return 0
	}
	c := int(m.choices[0])
	m.choices = m.choices[1:]
	return c % n
}

func oneOf[T any](m *maker, of ...T) T { return of[m.pick(len(of))] }

// MadeUp returns a pull with policies that the choices make up.
func MadeUp(choices []byte) verdict.Input {
	m := &maker{choices}
	in := verdict.Input{
		Image:   Image,
		RoleARN: oneOf(m, RoleARN, SameAccountARN, "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole", "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1", "arn:aws:iam::123456789012:user/ci", "arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:federated-user/ci"),
		Access:  oneOf(m, actionset.Names()...),

		IdentityPolicies: m.documents(2, ""), RepositoryPolicy: m.documents(1, "Principal"),
		RegistryPolicy: m.documents(1, "Principal"), RegistryPolicyScope: oneOf(m, "V1", "V2"),
		Context: map[string][]string{
			"aws:PrincipalOrgID": oneOf(m, []string{"o-abc"}, []string{}), "ecr:ResourceTag/team": oneOf(m, []string{}, []string{"prod"}), "aws:ResourceTag/stage": {},
		},
	}
	if m.pick(3) == 0 {
		in.IdentityPolicies.List = append(in.IdentityPolicies.List, verdict.Document{Name: "own", Text: m.ownRolePolicy()})
	}
	if m.pick(3) == 0 {
		in.RepositoryPolicy = DocumentsOf(Doc(m.ownGrant(in.RoleARN), m.statement("Principal")))
	}
	if m.pick(3) == 0 && !strings.HasSuffix(in.RoleARN, ":root") { // a root user has none
		in.PermissionsBoundary = DocumentsOf(m.document(""))
	}
	if m.pick(4) == 0 && !strings.Contains(in.RoleARN, ":user/") { // a user has none
		in.SessionPolicies = DocumentsOf(m.document(""))
	}
	if m.pick(4) == 0 {
		in.VPCEndpointPolicy = DocumentsOf(m.document("Principal"))
	}
	in.ServiceControlPolicies.State = verdict.Known
	for range m.pick(3) {
		in.ServiceControlPolicies.List = append(in.ServiceControlPolicies.List, DocumentsOf(m.document("")).List)
		in.Context["aws:PrincipalOrgID"] = []string{"o-abc"} // the account is a member
	}
	return in
}

func (m *maker) documents(most int, principal string) verdict.Documents {
	docs := verdict.DocumentsOf()
	for i := range m.pick(most + 1) {
		docs.List = append(docs.List, verdict.Document{Name: "policy" + string(rune('0'+i)), Text: m.document(principal)})
	}
	return docs
}

var someActions = []string{`["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`, `"ecr:BatchGetImage"`, `["ecr:BatchGetImage","ecr:PutImage"]`}

// ownRolePolicy makes up a policy as ecrxa_consumer_role_policy writes it.
func (m *maker) ownRolePolicy() string {
	token := strings.Replace(Login, "{", `{"Sid":"Token",`, 1)
	elsewhere := strings.Replace(RepositoryARN, "us-east-1", "us-east-2", 1)
	resources := oneOf(m, `"`+RepositoryARN+`"`, `"`+elsewhere+`"`, `["`+elsewhere+`","`+RepositoryARN+`"]`)
	repositories := `{"Sid":"Repositories","Effect":"Allow","Action":` + oneOf(m, someActions...) + `,"Resource":` + resources + `}`
	return oneOf(m, Doc(token, repositories), Doc(repositories))
}

// ownGrant makes up a statement as ecrxa_repository_grant writes it.
func (m *maker) ownGrant(principal string) string {
	return `{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":` + oneOf(m, someActions...) + `}`
}

func (m *maker) document(principal string) string {
	var statements []string
	for range 1 + m.pick(3) {
		statements = append(statements, m.statement(principal))
	}
	return Doc(statements...)
}

func (m *maker) statement(principal string) string {
	parts := []string{
		`"Effect":` + oneOf(m, `"Allow"`, `"Allow"`, `"Allow"`, `"Allow"`, `"Allow"`, `"Allow"`, `"Allow"`, `"Deny"`),
		`"Action":` + oneOf(m, `"*"`, `"ecr:*"`, `"ecr:Get*"`, `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`, `"ecr:GetAuthorizationToken"`, `"s3:*"`, `"ecr:PutImage"`),
		`"Resource":` + oneOf(m, `"*"`, `"`+RepositoryARN+`"`, `"arn:aws:ecr:*:*:repository/team/*"`, `"arn:aws:ecr:us-east-1:987654321098:repository/*"`),
	}
	if principal != "" {
		parts = append(parts, `"Principal":`+oneOf(m, `"*"`, `{"AWS":"123456789012"}`, `{"AWS":"`+RoleARN+`"}`, `{"AWS":"111122223333"}`, `{"AWS":"987654321098"}`, `{"AWS":"`+SameAccountARN+`"}`))
	}
	switch m.pick(6) {
	case 0, 1:
		parts = append(parts, `"Condition":{"`+oneOf(m, "StringEquals", "StringNotEquals", "StringEqualsIfExists")+`":{"aws:PrincipalOrgID":"`+oneOf(m, "o-abc", "o-xyz")+`"}}`)
	case 2:
		parts = append(parts, `"Condition":{"`+oneOf(m, `StringEquals":{"`, `StringNotEquals":{"`, `StringLike":{"`)+oneOf(m, "aws:ResourceTag/team", "ecr:ResourceTag/team", "ecr:ResourceTag/stage")+`":"`+oneOf(m, "pay*", "prod")+`"}}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}
