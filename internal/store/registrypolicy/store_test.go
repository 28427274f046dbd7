// SPDX-License-Identifier: MPL-2.0

package registrypolicy_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
)

// restOfECR is what the fake does not implement: calling it panics.
type restOfECR = awsapi.ECR

// registries have a policy in us-east-1 alone. They count the calls.
type registries struct {
	calls map[string]int
	fail  error
}

func (r registries) ECR(_ context.Context, region string) (awsapi.ECR, error) {
	return registry{registries: r, region: region}, nil
}

// Identity is that of the account 123456789012.
func (registries) Identity(context.Context) (awsapi.Identity, error) {
	return awsapi.Identity{Account: "123456789012"}, nil
}

type registry struct {
	restOfECR
	registries

	region string
}

func (r registry) GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error) {
	r.calls["policy "+r.region]++
	if r.region != "us-east-1" {
		return nil, &ecrtypes.RegistryPolicyNotFoundException{}
	}
	return &ecr.GetRegistryPolicyOutput{RegistryId: aws.String("123456789012"), PolicyText: aws.String("{}")}, r.fail
}

func TestEachRegionIsReadOnce(t *testing.T) {
	t.Parallel()
	r := registries{calls: map[string]int{}}
	store := registrypolicy.New(r)
	for range 3 {
		for region, want := range map[string]string{"us-east-1": "{}", "eu-west-1": ""} {
			if got, err := store.ReadText(t.Context(), "123456789012", region); got != want || err != nil {
				t.Errorf("policy of %s: %q, %v, want %q", region, got, err, want)
			}
		}
	}
	want := map[string]int{"policy us-east-1": 1, "policy eu-west-1": 1}
	if diff := cmp.Diff(want, r.calls); diff != "" {
		t.Error(diff)
	}
}

// The calls have no account, so the one of the credentials must be the one that is meant.
func TestARegistryOfAnotherAccount(t *testing.T) {
	t.Parallel()
	r := registries{calls: map[string]int{}}
	store := registrypolicy.New(r)
	statement := policy.NewStatement(policy.StatementSpec{Sid: "A", Effect: "Allow"})
	text, err := store.ReadText(t.Context(), "111111111111", "us-east-1")
	other, found := errors.AsType[*registrypolicy.OtherAccountError](err)
	if !found || text != "" || other.Credentials != "123456789012" {
		t.Errorf("the policy of another account is %q, %v", text, err)
	}
	result, err := store.Create(t.Context(), registrypolicy.Registry("111111111111", "us-east-1"), "token", statement)
	if _, found := errors.AsType[*registrypolicy.OtherAccountError](err); !found || result.Writes > 0 || len(r.calls) > 0 {
		t.Errorf("%d writes and calls %v, error %v", result.Writes, r.calls, err)
	}
}

// silent is a registry whose responses are empty.
type silent struct{ restOfECR }

func (s silent) ECR(context.Context, string) (awsapi.ECR, error) { return s, nil }

func (silent) GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error) {
	return &ecr.GetRegistryPolicyOutput{}, nil
}

func (silent) Identity(context.Context) (awsapi.Identity, error) {
	return awsapi.Identity{Account: "123456789012"}, nil
}

// An empty response does not say that there is no policy.
func TestEmptyResponsesAreErrors(t *testing.T) {
	t.Parallel()
	store := registrypolicy.New(silent{})
	if text, err := store.ReadText(t.Context(), "123456789012", "us-east-1"); awserr.KindOf(err) != awserr.Unreadable {
		t.Errorf("the policy is %q, %v", text, err)
	}
}

func TestErrorsComeThrough(t *testing.T) {
	t.Parallel()
	failure := errors.New("no answer")
	store := registrypolicy.New(registries{calls: map[string]int{}, fail: failure})
	if _, err := store.ReadText(t.Context(), "123456789012", "us-east-1"); !errors.Is(err, failure) {
		t.Errorf("policy: %v", err)
	}
}
