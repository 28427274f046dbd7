// SPDX-License-Identifier: MPL-2.0

// Package pulls has pulls and their policies for the tests of verdict and its
// subpackages.
package pulls

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// The accounts, the repository and the role of the tests.
const (
	Image          = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
	RepositoryARN  = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	RoleARN        = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	SameAccountARN = "arn:aws:iam::987654321098:role/ecsTaskExecutionRole"
)

// The documents with which each side grants the pull.
var (
	Grant    = `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	Granting = Doc(Grant)
	// ThroughEndpoint grants the pull only through one VPC endpoint.
	ThroughEndpoint = strings.Replace(Grant, `"Pull"`, `"PullThroughEndpoint","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1)
	Login           = `{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	Pulling         = Doc(Login, PullOn(RepositoryARN))
)

// Doc returns a policy document with the statements.
func Doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// PullOn returns an identity-based statement that allows the pull from a resource.
func PullOn(resource string) string {
	return `{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + resource + `"}`
}

// DocumentsOf returns known documents. Their names are shown only if documents of their
// policy type have names.
func DocumentsOf(texts ...string) verdict.Documents {
	docs := verdict.DocumentsOf()
	for _, text := range texts {
		docs.List = append(docs.List, verdict.Document{Name: "task-execution", Text: text})
	}
	return docs
}

// None returns an input in which both sides are known and grant nothing.
func None() verdict.Input {
	return verdict.Input{Image: Image, RoleARN: RoleARN, RepositoryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf()}
}

// Both returns an input in which both sides grant the pull.
func Both() verdict.Input {
	in := None()
	in.RepositoryPolicy, in.IdentityPolicies = DocumentsOf(Granting), DocumentsOf(Pulling)
	return in
}

// With returns a changed input.
func With(in verdict.Input, edit func(*verdict.Input)) verdict.Input {
	edit(&in)
	return in
}

// RepositoryPolicy returns a document for the argument repository_policy.
func RepositoryPolicy(text string) verdict.Document {
	return verdict.Document{Text: text, At: verdict.At{Attribute: "repository_policy"}}
}

// An Outcome has the main values of a result.
type Outcome struct {
	Verdict  authz.Verdict
	DeniedBy []string // policy types and other reasons
	Side     verdict.Side
}

var (
	allowed     = Outcome{Verdict: authz.Allowed}
	conditional = Outcome{Verdict: authz.Conditional}
)

func denied(side verdict.Side, by ...string) Outcome {
	return Outcome{authz.Denied, by, side}
}

// A Case is a pull with its outcome.
type Case struct {
	Name string // also the name of the file with its explanation in verdict/report/testdata
	In   verdict.Input
	Outcome
}
