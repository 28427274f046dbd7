package verdict_test

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// The accounts, repository and role that the tests speak of.
const (
	image          = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	repositoryARN  = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	roleARN        = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	sameAccountARN = "arn:aws:iam::987654321098:role/ecsTaskExecutionRole"
)

// What each side says when it grants the pull.
var (
	grant    = `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	granting = doc(grant)
	// throughEndpoint grants to pulls through one VPC endpoint only.
	throughEndpoint = strings.Replace(grant, `"Pull"`, `"PullThroughEndpoint","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1)
	login           = `{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	pulling         = doc(login, pullOn(repositoryARN))
)

// doc writes a policy document of statements.
func doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func pullOn(resource string) string {
	return `{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + resource + `"}`
}

// given are documents that are known completely; their name only shows where
// documents of their kind have names.
func given(texts ...string) verdict.Documents {
	docs := verdict.Given()
	for _, text := range texts {
		docs.List = append(docs.List, verdict.Document{Name: "task-execution", Text: text})
	}
	return docs
}

// none is an input in which both sides are known and grant nothing.
func none() verdict.Input {
	return verdict.Input{Image: image, RoleARN: roleARN, RepositoryPolicy: verdict.Given(), IdentityPolicies: verdict.Given()}
}

// both is an input in which both sides grant the pull.
func both() verdict.Input {
	in := none()
	in.RepositoryPolicy, in.IdentityPolicies = given(granting), given(pulling)
	return in
}

// with returns the input, edited.
func with(in verdict.Input, edit func(*verdict.Input)) verdict.Input {
	edit(&in)
	return in
}
