// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

func organizationsAs(server *emulator.Server, account string) *organizations.Client {
	accessKey, secretKey := server.Credentials(account)
	return organizations.NewFromConfig(aws.Config{
		Region: region, BaseEndpoint: aws.String(server.URL()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
}

// Each account of an organization can describe it; only the management account and delegated
// administrators can read the rest.
func TestOrganization(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	registry, consumer := organizationsAs(server, registryID), organizationsAs(server, consumerID)
	_, err := registry.DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	wantCode(t, err, "AWSOrganizationsNotInUseException", "not a member")

	server.CreateOrganization(registryID)
	server.AddOU("ou-ab12-11111111", "")
	server.AddMember(consumerID, "ou-ab12-11111111")
	answer, err := consumer.DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	noError(t, err)
	if *answer.Organization.MasterAccountId != registryID || answer.Organization.FeatureSet != types.OrganizationFeatureSetAll {
		t.Errorf("the organization is %+v", answer.Organization)
	}
	list := &organizations.ListPoliciesForTargetInput{TargetId: aws.String(consumerID), Filter: types.PolicyTypeServiceControlPolicy}
	_, err = consumer.ListPoliciesForTarget(t.Context(), list)
	wantCode(t, err, "AccessDeniedException", "permissions")

	server.Delegate(consumerID)
	server.AttachSCP(consumerID, "mine", `{"Version":"2012-10-17","Statement":[]}`)
	for _, client := range []*organizations.Client{registry, consumer} {
		parents, err := client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: aws.String(consumerID)})
		noError(t, err)
		if *parents.Parents[0].Id != "ou-ab12-11111111" {
			t.Errorf("the parents are %v", parents.Parents)
		}
		policies, err := client.ListPoliciesForTarget(t.Context(), list)
		noError(t, err)
		if len(policies.Policies) != 2 {
			t.Errorf("the policies are %v", policies.Policies)
		}
		policy, err := client.DescribePolicy(t.Context(), &organizations.DescribePolicyInput{PolicyId: policies.Policies[1].Id})
		noError(t, err)
		if *policy.Policy.Content != `{"Version":"2012-10-17","Statement":[]}` {
			t.Errorf("the policy is %s", *policy.Policy.Content)
		}
	}
	_, err = registry.DescribePolicy(t.Context(), &organizations.DescribePolicyInput{PolicyId: aws.String("p-none0000")})
	wantCode(t, err, "PolicyNotFoundException", "")
}
