// SPDX-License-Identifier: MPL-2.0

// Package repopolicy has the policies of repositories. Its store reads and writes them as
// package policystore does.
package repopolicy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
)

// New returns a store of repository policies that calls AWS through clients.
func New(clients policystore.Clients) *policystore.Store { return policystore.New(clients, calls{}) }

// calls implements policystore.Calls.
type calls struct{}

func (calls) Get(ctx context.Context, client awsapi.ECR, of awsname.Repository) (policystore.Answer, error) {
	out, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RegistryId: aws.String(of.Account), RepositoryName: aws.String(of.Name)})
	if err != nil {
		return policystore.Answer{}, err
	}
	return policystore.Answer{Account: out.RegistryId, Name: out.RepositoryName, Text: out.PolicyText}, nil
}

func (calls) Put(ctx context.Context, client awsapi.ECR, of awsname.Repository, text string, options func(*ecr.Options)) (policystore.Answer, error) {
	out, err := client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
		RegistryId: aws.String(of.Account), RepositoryName: aws.String(of.Name), PolicyText: aws.String(text),
	}, options)
	if err != nil {
		return policystore.Answer{}, err
	}
	return policystore.Answer{Account: out.RegistryId, Name: out.RepositoryName}, nil
}

func (calls) Delete(ctx context.Context, client awsapi.ECR, of awsname.Repository, options func(*ecr.Options)) (policystore.Answer, error) {
	out, err := client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{RegistryId: aws.String(of.Account), RepositoryName: aws.String(of.Name)}, options)
	if err != nil {
		return policystore.Answer{}, err
	}
	return policystore.Answer{Account: out.RegistryId, Name: out.RepositoryName}, nil
}
