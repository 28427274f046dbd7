// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// CreateRepository creates a repository with a unique name and deletes it after the test. It
// returns the name.
func (a *Account) CreateRepository() string {
	a.t.Helper()
	name := a.env.Name("repository")
	a.CreateRepositoryNamed(name)
	return name
}

// CreateRepositoryNamed creates a repository and deletes it after the test.
func (a *Account) CreateRepositoryNamed(name string) {
	a.t.Helper()
	_, err := a.ECR.CreateRepository(a.t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(name)})
	a.must("creating the repository "+name, err)
	a.t.Cleanup(func() { a.DeleteRepository(name) })
}

// DeleteRepository deletes a repository with its images, if it exists.
func (a *Account) DeleteRepository(name string) {
	a.t.Helper()
	_, err := a.ECR.DeleteRepository(a.context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String(name), Force: true})
	if !isType[*types.RepositoryNotFoundException](err) {
		a.must("deleting the repository "+name, err)
	}
}

// PutRepositoryPolicy replaces the policy of a repository, like another writer.
func (a *Account) PutRepositoryPolicy(repository, text string) {
	a.t.Helper()
	_, err := a.ECR.SetRepositoryPolicy(a.t.Context(), &ecr.SetRepositoryPolicyInput{
		RepositoryName: aws.String(repository), PolicyText: aws.String(text),
	})
	a.must("setting the policy of "+repository, err)
}

// RepositoryPolicy returns the policy of a repository, and whether it has one.
func (a *Account) RepositoryPolicy(repository string) (text string, found bool) {
	a.t.Helper()
	answer, err := a.ECR.GetRepositoryPolicy(a.context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(repository)})
	if isType[*types.RepositoryPolicyNotFoundException](err) {
		return "", false
	}
	a.must("reading the policy of "+repository, err)
	return aws.ToString(answer.PolicyText), true
}

// DeleteRepositoryPolicy deletes the policy of a repository.
func (a *Account) DeleteRepositoryPolicy(repository string) {
	a.t.Helper()
	_, err := a.ECR.DeleteRepositoryPolicy(a.t.Context(), &ecr.DeleteRepositoryPolicyInput{RepositoryName: aws.String(repository)})
	a.must("deleting the policy of "+repository, err)
}

// PutRegistryPolicy replaces the registry policy and deletes it after the test. An account
// has only one: on moto and on AWS, tests that set it must not run in parallel.
func (a *Account) PutRegistryPolicy(text string) {
	a.t.Helper()
	_, err := a.ECR.PutRegistryPolicy(a.t.Context(), &ecr.PutRegistryPolicyInput{PolicyText: aws.String(text)})
	a.must("putting the registry policy", err)
	a.t.Cleanup(func() {
		_, err := a.ECR.DeleteRegistryPolicy(a.context(), &ecr.DeleteRegistryPolicyInput{})
		if !isType[*types.RegistryPolicyNotFoundException](err) {
			a.must("deleting the registry policy", err)
		}
	})
}

// RegistryPolicy returns the registry policy, and whether there is one.
func (a *Account) RegistryPolicy() (text string, found bool) {
	a.t.Helper()
	answer, err := a.ECR.GetRegistryPolicy(a.context(), &ecr.GetRegistryPolicyInput{})
	if isType[*types.RegistryPolicyNotFoundException](err) {
		return "", false
	}
	a.must("reading the registry policy", err)
	return aws.ToString(answer.PolicyText), true
}

// must fails the test if a step of its preparation failed.
func (a *Account) must(step string, err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatalf("account %s: %s: %v", a.ID, step, err)
	}
}

// context is still open while the test cleans up, unlike the test's own.
func (a *Account) context() context.Context { return context.WithoutCancel(a.t.Context()) }

// isType reports whether err is, or wraps, an error of type T.
func isType[T error](err error) bool {
	_, is := errors.AsType[T](err)
	return is
}
