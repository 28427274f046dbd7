// Package pulls has pulls and their policies for the tests of package verdict and of
// what is below it.
package pulls

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// The accounts, repository and role that the tests speak of.
const (
	Image          = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	RepositoryARN  = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	RoleARN        = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	SameAccountARN = "arn:aws:iam::987654321098:role/ecsTaskExecutionRole"
)

// What each side says when it grants the pull.
var (
	Grant    = `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	Granting = Doc(Grant)
	// ThroughEndpoint grants to pulls through one VPC endpoint only.
	ThroughEndpoint = strings.Replace(Grant, `"Pull"`, `"PullThroughEndpoint","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1)
	Login           = `{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	Pulling         = Doc(Login, PullOn(RepositoryARN))
)

// Doc writes a policy document of statements.
func Doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// PullOn is a statement of an identity policy that allows the pull from a resource.
func PullOn(resource string) string {
	return `{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + resource + `"}`
}

// Given are documents that are known completely; their name only shows where
// documents of their kind have names.
func Given(texts ...string) verdict.Documents {
	docs := verdict.Given()
	for _, text := range texts {
		docs.List = append(docs.List, verdict.Document{Name: "task-execution", Text: text})
	}
	return docs
}

// None is an input in which both sides are known and grant nothing.
func None() verdict.Input {
	return verdict.Input{Image: Image, RoleARN: RoleARN, RepositoryPolicy: verdict.Given(), IdentityPolicies: verdict.Given()}
}

// Both is an input in which both sides grant the pull.
func Both() verdict.Input {
	in := None()
	in.RepositoryPolicy, in.IdentityPolicies = Given(Granting), Given(Pulling)
	return in
}

// With returns the input, edited.
func With(in verdict.Input, edit func(*verdict.Input)) verdict.Input {
	edit(&in)
	return in
}

// RepositoryPolicy is a document with the place of a repository policy.
func RepositoryPolicy(text string) verdict.Document {
	return verdict.Document{Text: text, At: verdict.At{Attribute: "repository_policy"}}
}
