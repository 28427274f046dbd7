// Package registrypolicy reads the policy of an ECR registry, once for all who ask at
// about the same time.
package registrypolicy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Clients hands out the ECR client of a region.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
}

// A Store reads the registry of the credentials' account, which has one policy
// in each region. It is safe for concurrent use. Its errors are
// those of the clients and of AWS, as they come.
type Store struct {
	clients  Clients
	policies *readcache.Reads[string, string] // by region
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{clients: clients, policies: readcache.New[string, string](time.Now)}
}

// Read returns the registry policy of an account, that of the credentials, in a region as
// JSON; empty when there is none. A response about another account is an error.
func (s *Store) Read(ctx context.Context, account, region string) (string, error) {
	return s.policies.Read(ctx, region, func(ctx context.Context) (string, error) {
		client, err := s.clients.ECR(ctx, region)
		if err != nil {
			return "", err
		}
		out, err := client.GetRegistryPolicy(ctx, &ecr.GetRegistryPolicyInput{})
		if awserr.KindOf(err) == awserr.PolicyNotFound {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if answered := aws.ToString(out.RegistryId); answered != "" && answered != account {
			return "", &smithy.DeserializationError{Err: fmt.Errorf("the call was about the registry policy of the account %s (region %s), but ECR answered for the account %s", account, region, printed.Value(answered))}
		}
		if aws.ToString(out.PolicyText) == "" {
			return "", &smithy.DeserializationError{Err: errors.New("the response does not have the text of the policy")} // That there is none is an error of ECR.
		}
		return *out.PolicyText, nil
	})
}
