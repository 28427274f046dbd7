// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const (
	adminARN   = "arn:aws:iam::123456789012:user/admin"
	sessionARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/test"
)

func TestManagementCallsFromAnotherAccount(t *testing.T) {
	t.Parallel()
	_, registry, consumer := start(t)
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	id, name := aws.String(registryID), aws.String(repoName)
	for action, call := range map[string]func() error{
		"ecr:SetRepositoryPolicy": func() error {
			_, err := consumer.ecr.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RegistryId: id, RepositoryName: name, PolicyText: aws.String(allowPull("*"))})
			return err
		},
		"ecr:GetRepositoryPolicy": func() error {
			_, err := consumer.ecr.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RegistryId: id, RepositoryName: name})
			return err
		},
		"ecr:DeleteRepositoryPolicy": func() error {
			_, err := consumer.ecr.DeleteRepositoryPolicy(t.Context(), &ecr.DeleteRepositoryPolicyInput{RegistryId: id, RepositoryName: name})
			return err
		},
		"ecr:DescribeRepositories": func() error {
			_, err := consumer.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RegistryId: id, RepositoryNames: []string{repoName}})
			return err
		},
		"ecr:DeleteRepository": func() error {
			_, err := consumer.ecr.DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RegistryId: id, RepositoryName: name})
			return err
		},
	} {
		wantCode(t, call(), "AccessDeniedException",
			"User: "+adminARN+" is not authorized to perform: "+action+" on resource: "+repoARN+" because no resource-based policy allows the "+action+" action")
	}
	_, err := consumer.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RegistryId: id})
	wantCode(t, err, "AccessDeniedException", "repository/*")
}

// pull does the two calls of a pull, as the registry sees them.
func pull(t *testing.T, c clients) error {
	t.Helper()
	_, err := c.ecr.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{
		RegistryId: aws.String(registryID), RepositoryName: aws.String(repoName), ImageIds: []types.ImageIdentifier{{ImageTag: aws.String("v1")}},
	})
	if err != nil {
		return err
	}
	_, err = c.ecr.GetDownloadUrlForLayer(t.Context(), &ecr.GetDownloadUrlForLayerInput{
		RegistryId: aws.String(registryID), RepositoryName: aws.String(repoName), LayerDigest: aws.String(layerDigest),
	})
	return err
}

const identityPull = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"` + repoARN + `"}]}`

func TestPullAcrossAccounts(t *testing.T) {
	t.Parallel()
	const (
		byIdentity = "User: " + sessionARN + " is not authorized to perform: ecr:BatchGetImage on resource: " + repoARN + " because no identity-based policy allows the ecr:BatchGetImage action"
		byResource = "User: " + sessionARN + " is not authorized to perform: ecr:BatchGetImage on resource: " + repoARN + " because no resource-based policy allows the ecr:BatchGetImage action"
		byDeny     = "with an explicit deny in a resource-based policy"
	)
	for name, test := range map[string]struct {
		repository, identity string
		refused              string // empty: the pull is allowed
	}{
		"nothing granted":       {"", "", byIdentity},
		"registry side only":    {allowPull(consumerID), "", byIdentity},
		"consumer side only":    {"", identityPull, byResource},
		"both sides":            {allowPull(consumerID), identityPull, ""},
		"the role":              {allowPull(roleARN), identityPull, ""},
		"the session":           {allowPull(sessionARN), identityPull, ""},
		"another account":       {allowPull("111122223333"), identityPull, byResource},
		"another repository":    {allowPull(consumerID), `{"Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"` + repoARN + `2"}]}`, byIdentity},
		"wildcards":             {statement(`"Effect":"Allow","Principal":"*","Action":"ECR:*Get*"`), `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:ecr:*:*:repository/pay*"}]}`, ""},
		"identity denies":       {allowPull(consumerID), `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ecr:Batch?etImage","Resource":"*"}]}`, byIdentity},
		"repository denies":     {`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"},{"Effect":"Deny","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:BatchGetImage"}]}`, identityPull, byDeny},
		"condition on the role": {statement(`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:*","Condition":{"ArnEquals":{"aws:PrincipalArn":"` + roleARN + `"}}`), identityPull, ""},
		"condition on others":   {statement(`"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringLike":{"aws:PrincipalArn":"*/other"}}`), identityPull, byResource},
		"condition not known":   {statement(`"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`), identityPull, byResource},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, registry, consumer := start(t)
			putImage(t, registry)
			if test.repository != "" {
				noError(t, setPolicy(t, registry, test.repository))
			}
			if test.identity != "" {
				server.PutRolePolicy(consumerID, roleName, "pull", test.identity)
			}
			err := pull(t, assume(t, server, consumer, roleARN))
			if test.refused == "" {
				noError(t, err)
				return
			}
			wantCode(t, err, "AccessDeniedException", test.refused)
		})
	}
}

func TestPullByManagedPolicy(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	putImage(t, registry)
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	session := assume(t, server, consumer, roleARN)
	_, err := session.ecr.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	wantCode(t, err, "AccessDeniedException", "ecr:GetAuthorizationToken on resource: * because no identity-based policy allows")

	_, err = consumer.iam.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: aws.String(roleName), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"),
	})
	noError(t, err)
	_, err = session.ecr.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	noError(t, err)
	noError(t, pull(t, session))

	narrow, err := consumer.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("boundary"), PolicyDocument: aws.String(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`),
	})
	noError(t, err)
	_, err = consumer.iam.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String(roleName), PermissionsBoundary: narrow.Policy.Arn})
	noError(t, err)
	wantCode(t, pull(t, session), "AccessDeniedException", "ecr:BatchGetImage")
}

func TestPullByRegistryPolicy(t *testing.T) {
	t.Parallel()
	_, registry, consumer := start(t)
	putImage(t, registry)
	_, err := registry.ecr.PutRegistryPolicy(t.Context(), &ecr.PutRegistryPolicyInput{PolicyText: aws.String(
		statement(`"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"`),
	)})
	noError(t, err)
	noError(t, pull(t, consumer))
}

func TestGrantedRoleThatIsCreatedAgainCannotPull(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	putImage(t, registry)
	noError(t, setPolicy(t, registry, allowPull(roleARN)))
	server.PutRolePolicy(consumerID, roleName, "pull", identityPull)
	noError(t, pull(t, assume(t, server, consumer, roleARN)))
	server.DeleteRole(consumerID, roleName)
	server.CreateRole(consumerID, "/", roleName)
	server.PutRolePolicy(consumerID, roleName, "pull", identityPull)
	wantCode(t, pull(t, assume(t, server, consumer, roleARN)), "AccessDeniedException", "because no resource-based policy allows")
}

func TestSessionOfADeletedRole(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	session := assume(t, server, consumer, roleARN)
	server.DeleteRole(consumerID, roleName)
	wantCode(t, pull(t, session), "AccessDeniedException", "because no identity-based policy allows")
}

func TestUnusablePolicyGrantsNothing(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	server.SetRepositoryPolicy(registryID, region, repoName, "not a policy")
	wantCode(t, pull(t, consumer), "AccessDeniedException", "because no resource-based policy allows")
}

func TestSeedsOfMistakesPanic(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	for name, mistake := range map[string]func(*emulator.Server){
		"no such repository":  func(s *emulator.Server) { s.SetRepositoryPolicy(registryID, region, "absent", "{}") },
		"no such role":        func(s *emulator.Server) { s.DeleteRole(consumerID, "absent") },
		"repository twice":    func(s *emulator.Server) { s.CreateRepository(registryID, region, repoName) },
		"name in other cases": func(s *emulator.Server) { s.CreateRole(consumerID, "/", "ECSTASKEXECUTIONROLE") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			mistake(server)
		})
	}
}
