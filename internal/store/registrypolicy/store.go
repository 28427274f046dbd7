// SPDX-License-Identifier: MPL-2.0

// Package registrypolicy has the policies of registries. Its store reads and writes them as
// package policystore does.
package registrypolicy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
)

// Clients hands out the ECR client of a region, and says whose credentials it has.
type Clients interface {
	policystore.Clients
	Identity(ctx context.Context) (awsapi.Identity, error)
}

// A Store reads and changes registry policies. The registry of an account and region is a
// repository without a name.
type Store struct{ *policystore.Store }

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{policystore.New(clients, calls{clients})}
}

// Registry returns the registry of an account in a region.
func Registry(account, region string) awsname.Repository {
	return awsname.Repository{Partition: awsname.Partition(region), Region: region, Account: account}
}

// ReadText returns the registry policy of an account, that of the credentials, in a region
// as JSON; empty when there is none.
func (s *Store) ReadText(ctx context.Context, account, region string) (string, error) {
	return s.Store.ReadText(ctx, Registry(account, region))
}

// An OtherAccountError says that the registry belongs to another account than the
// credentials. The calls of ECR about the registry policy have no account: they are about
// that of the credentials.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html
type OtherAccountError struct {
	Registry    awsname.Repository
	Credentials string // their account
}

// Error names both accounts.
func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("%s can be read and changed only with credentials of that account, but the credentials belong to the account %s", policystore.Name(e.Registry), e.Credentials)
}

// calls implements policystore.Calls. A write follows a read, which checks the account.
type calls struct{ clients Clients }

func (c calls) Get(ctx context.Context, client awsapi.ECR, of awsname.Repository) (policystore.Answer, error) {
	identity, err := c.clients.Identity(ctx)
	if err != nil {
		return policystore.Answer{}, err
	}
	if identity.Account != of.Account {
		return policystore.Answer{}, &OtherAccountError{Registry: of, Credentials: identity.Account}
	}
	out, err := client.GetRegistryPolicy(ctx, &ecr.GetRegistryPolicyInput{})
	if err != nil {
		return policystore.Answer{}, err
	}
	if aws.ToString(out.PolicyText) == "" { // That there is none is an error of ECR.
		return policystore.Answer{}, &smithy.DeserializationError{Err: errors.New("the response does not have the text of the policy")}
	}
	return policystore.Answer{Account: out.RegistryId, Text: out.PolicyText}, nil
}

func (calls) Put(ctx context.Context, client awsapi.ECR, _ awsname.Repository, text string, options func(*ecr.Options)) (policystore.Answer, error) {
	out, err := client.PutRegistryPolicy(ctx, &ecr.PutRegistryPolicyInput{PolicyText: aws.String(text)}, options)
	if err != nil {
		return policystore.Answer{}, err
	}
	return policystore.Answer{Account: out.RegistryId}, nil
}

func (calls) Delete(ctx context.Context, client awsapi.ECR, _ awsname.Repository, options func(*ecr.Options)) (policystore.Answer, error) {
	out, err := client.DeleteRegistryPolicy(ctx, &ecr.DeleteRegistryPolicyInput{}, options)
	if err != nil {
		return policystore.Answer{}, err
	}
	return policystore.Answer{Account: out.RegistryId}, nil
}
