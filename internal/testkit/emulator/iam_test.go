// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

const (
	trustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	tokenPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}`
)

// putRolePolicy writes an inline policy of the role.
func putRolePolicy(t *testing.T, c clients, name, document string) error {
	t.Helper()
	_, err := c.iam.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(roleName), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
	})
	return err
}

// wantStatus checks the HTTP status of an error.
func wantStatus(t *testing.T, err error, status int) {
	t.Helper()
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() != status {
		t.Errorf("got %v, want status %d", err, status)
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	created, err := consumer.iam.CreateRole(t.Context(), &iam.CreateRoleInput{
		Path: aws.String("/team/a/"), RoleName: aws.String("puller"), AssumeRolePolicyDocument: aws.String(trustPolicy), Description: aws.String("pulls"),
	})
	noError(t, err)
	if got, want := *created.Role.Arn, "arn:aws:iam::123456789012:role/team/a/puller"; got != want {
		t.Errorf("the ARN is %s, want %s", got, want)
	}
	got, err := consumer.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("puller")})
	noError(t, err)
	trust, err := url.PathUnescape(*got.Role.AssumeRolePolicyDocument)
	noError(t, err)
	if trust != trustPolicy || *got.Role.Description != "pulls" || *got.Role.RoleId != *created.Role.RoleId {
		t.Errorf("the role comes back as %+v", got.Role)
	}
	_, err = consumer.iam.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("PULLER"), AssumeRolePolicyDocument: aws.String(trustPolicy)})
	wantCode(t, err, "EntityAlreadyExists", "Role with name PULLER already exists.")
	wantStatus(t, err, http.StatusConflict)

	listed, err := consumer.iam.ListRoles(t.Context(), &iam.ListRolesInput{PathPrefix: aws.String("/team/")})
	noError(t, err)
	if len(listed.Roles) != 1 || *listed.Roles[0].RoleName != "puller" {
		t.Errorf("the roles below /team/ are %+v", listed.Roles)
	}
	_, err = consumer.iam.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("puller"), PolicyDocument: aws.String("{}")})
	wantCode(t, err, "MalformedPolicyDocument", "")
	_, err = consumer.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("puller")})
	noError(t, err)
	_, err = consumer.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("puller")})
	if _, missing := errors.AsType[*types.NoSuchEntityException](err); !missing {
		t.Errorf("got %v, want NoSuchEntity", err)
	}
	wantCode(t, err, "NoSuchEntity", "The role with name puller cannot be found.")
	wantStatus(t, err, http.StatusNotFound)
}

func TestRefusedRoles(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	for name, test := range map[string]struct {
		input      iam.CreateRoleInput
		code, text string
	}{
		"name with a space":       {iam.CreateRoleInput{RoleName: aws.String("a b")}, "ValidationError", "roleName"},
		"name of 65 characters":   {iam.CreateRoleInput{RoleName: aws.String(strings.Repeat("a", 65))}, "ValidationError", "less than or equal to 64"},
		"path without a slash":    {iam.CreateRoleInput{RoleName: aws.String("x"), Path: aws.String("team")}, "ValidationError", "path"},
		"trust without principal": {iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: aws.String(tokenPolicy)}, "MalformedPolicyDocument", "Principal"},
		"absent boundary":         {iam.CreateRoleInput{RoleName: aws.String("x"), PermissionsBoundary: aws.String("arn:aws:iam::123456789012:policy/absent")}, "NoSuchEntity", "absent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.input.AssumeRolePolicyDocument == nil {
				test.input.AssumeRolePolicyDocument = aws.String(trustPolicy)
			}
			_, err := consumer.iam.CreateRole(t.Context(), &test.input)
			wantCode(t, err, test.code, test.text)
		})
	}
}

func TestRolePolicies(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	document := strings.Replace(tokenPolicy, `"Resource"`, "\n\t"+`"Condition":{"StringLike":{"aws:PrincipalArn":"a+b %41/é"}},"Resource"`, 1)
	noError(t, putRolePolicy(t, consumer, "pull+1", document))
	noError(t, putRolePolicy(t, consumer, "a", tokenPolicy))
	got, err := consumer.iam.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(roleName), PolicyName: aws.String("pull+1")})
	noError(t, err)
	if strings.ContainsAny(*got.PolicyDocument, `{" +/:`) {
		t.Errorf("the document is not percent-encoded: %s", *got.PolicyDocument)
	}
	decoded, err := url.PathUnescape(*got.PolicyDocument)
	noError(t, err)
	if diff := cmp.Diff(document, decoded); diff != "" {
		t.Errorf("the document (-want +got):\n%s", diff)
	}
	listed, err := consumer.iam.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(roleName)})
	noError(t, err)
	if diff := cmp.Diff([]string{"a", "pull+1"}, listed.PolicyNames); diff != "" {
		t.Errorf("policy names (-want +got):\n%s", diff)
	}
	_, err = consumer.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(roleName)})
	wantCode(t, err, "DeleteConflict", "must delete policies first")
	wantStatus(t, err, http.StatusConflict)

	remove := func() error {
		_, err := consumer.iam.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(roleName), PolicyName: aws.String("a")})
		return err
	}
	noError(t, remove())
	wantCode(t, remove(), "NoSuchEntity", "The role policy with name a cannot be found.")
	_, err = consumer.iam.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String("absent")})
	wantCode(t, err, "NoSuchEntity", "absent")
}

func TestRefusedRolePolicies(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	const allow = `"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"`
	for name, test := range map[string]struct{ name, document, code, text string }{
		"no JSON":                  {"p", `{"Version"`, "MalformedPolicyDocument", "Syntax errors in policy."},
		"no statement":             {"p", `{"Version":"2012-10-17","Statement":[]}`, "MalformedPolicyDocument", "Syntax errors"},
		"unknown element":          {"p", statement(allow + `,"Comment":"x"`), "MalformedPolicyDocument", "Syntax errors"},
		"Principal":                {"p", statement(allow + `,"Principal":"*"`), "MalformedPolicyDocument", "Policy document should not specify a principal."},
		"Sid with a space":         {"p", statement(allow + `,"Sid":"two words"`), "MalformedPolicyDocument", "[0-9A-Za-z]*"},
		"one Sid twice":            {"p", `{"Statement":[{"Sid":"A",` + allow + `},{"Sid":"A",` + allow + `}]}`, "MalformedPolicyDocument", "must be unique"},
		"no Resource":              {"p", statement(`"Effect":"Allow","Action":"ecr:BatchGetImage"`), "MalformedPolicyDocument", "must contain resources"},
		"Resource of another form": {"p", statement(`"Effect":"Allow","Action":"ecr:*","Resource":"payment-service"`), "MalformedPolicyDocument", `Resource payment-service must be in ARN format or "*".`},
		"action without service":   {"p", statement(`"Effect":"Allow","Action":"BatchGetImage","Resource":"*"`), "MalformedPolicyDocument", "vendor"},
		"character beyond U+00FF":  {"p", statement(allow + `,"Sid":"Ā"`), "ValidationError", "policyDocument"},
		"name with a slash":        {"a/b", tokenPolicy, "ValidationError", "policyName"},
		"name of 129 characters":   {strings.Repeat("a", 129), tokenPolicy, "ValidationError", "less than or equal to 128"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, putRolePolicy(t, consumer, test.name, test.document), test.code, test.text)
		})
	}
}

func TestServiceLinkedRolesCannotBeChanged(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	server.DeleteRole(consumerID, roleName)
	server.CreateRole(consumerID, "/aws-service-role/ecs.amazonaws.com/", roleName)
	const text = "Cannot perform the operation on the protected role '" + roleName + "'"
	err := putRolePolicy(t, consumer, "pull", tokenPolicy)
	wantCode(t, err, "UnmodifiableEntity", text)
	wantStatus(t, err, http.StatusBadRequest)
	_, err = consumer.iam.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(roleName), PolicyName: aws.String("pull")})
	wantCode(t, err, "UnmodifiableEntity", text)
	wantCode(t, attach(t, consumer, "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"), "UnmodifiableEntity", text)
}

// policyOfSize is an identity-based policy with so many characters besides white space.
func policyOfSize(size int) string {
	const around = `{"Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:::"}]}`
	return strings.Replace(around, ":::", ":::"+strings.Repeat("x", size-len(around)), 1)
}

func TestInlinePolicyQuota(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	noError(t, putRolePolicy(t, consumer, "others", policyOfSize(10000)))
	noError(t, putRolePolicy(t, consumer, "mine", strings.ReplaceAll(policyOfSize(240), ",", " \t\r\n,")))
	err := putRolePolicy(t, consumer, "mine", policyOfSize(241))
	wantCode(t, err, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role "+roleName)
	wantStatus(t, err, http.StatusConflict)
	noError(t, putRolePolicy(t, consumer, "others", policyOfSize(5000)))
	noError(t, putRolePolicy(t, consumer, "mine", policyOfSize(241)))
}

func createPolicy(t *testing.T, c clients, name, document string) (string, error) {
	t.Helper()
	answer, err := c.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(name), PolicyDocument: aws.String(document)})
	if err != nil {
		return "", err
	}
	return *answer.Policy.Arn, nil
}

func attach(t *testing.T, c clients, arn string) error {
	t.Helper()
	_, err := c.iam.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(roleName), PolicyArn: aws.String(arn)})
	return err
}

func TestManagedPolicies(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	arn, err := createPolicy(t, consumer, "pull", tokenPolicy)
	noError(t, err)
	_, err = createPolicy(t, consumer, "PULL", tokenPolicy)
	wantCode(t, err, "EntityAlreadyExists", "A policy called PULL already exists.")
	_, err = createPolicy(t, consumer, "long", policyOfSize(6145))
	wantCode(t, err, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144")

	noError(t, attach(t, consumer, arn))
	noError(t, attach(t, consumer, arn))
	wantCode(t, attach(t, consumer, "arn:aws:iam::123456789012:policy/absent"), "NoSuchEntity", "does not exist or is not attachable")
	listed, err := consumer.iam.ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(roleName)})
	noError(t, err)
	if len(listed.AttachedPolicies) != 1 || *listed.AttachedPolicies[0].PolicyName != "pull" || *listed.AttachedPolicies[0].PolicyArn != arn {
		t.Errorf("the attached policies are %+v", listed.AttachedPolicies)
	}

	for range 4 {
		_, err = consumer.iam.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: aws.String(arn), PolicyDocument: aws.String(identityPull), SetAsDefault: true})
		noError(t, err)
	}
	_, err = consumer.iam.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: aws.String(arn), PolicyDocument: aws.String(identityPull)})
	wantCode(t, err, "LimitExceeded", "up to 5 versions")
	policy, err := consumer.iam.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	noError(t, err)
	if *policy.Policy.DefaultVersionId != "v5" || *policy.Policy.AttachmentCount != 1 {
		t.Errorf("the policy comes back as %+v", policy.Policy)
	}
	for version, want := range map[string]string{"v1": tokenPolicy, "v5": identityPull} {
		if got := policyVersion(t, consumer, arn, version); got != want {
			t.Errorf("version %s is %s, want %s", version, got, want)
		}
	}
	testDeletionOfPolicy(t, consumer, arn)
}

// testDeletionOfPolicy deletes a policy of the versions v1 to v5 that is attached.
func testDeletionOfPolicy(t *testing.T, consumer clients, arn string) {
	t.Helper()
	remove := func() error {
		_, err := consumer.iam.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: aws.String(arn)})
		return err
	}
	removeVersion := func(version string) error {
		_, err := consumer.iam.DeletePolicyVersion(t.Context(), &iam.DeletePolicyVersionInput{PolicyArn: aws.String(arn), VersionId: aws.String(version)})
		return err
	}
	wantCode(t, remove(), "DeleteConflict", "attached")
	_, err := consumer.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(roleName)})
	wantCode(t, err, "DeleteConflict", "must detach all policies first")
	detach := func() error {
		_, err := consumer.iam.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: aws.String(roleName), PolicyArn: aws.String(arn)})
		return err
	}
	noError(t, detach())
	wantCode(t, detach(), "NoSuchEntity", "was not found")
	wantCode(t, remove(), "DeleteConflict", "more than one version")
	wantCode(t, removeVersion("v5"), "DeleteConflict", "default version")
	for _, version := range []string{"v1", "v2", "v3", "v4"} {
		noError(t, removeVersion(version))
	}
	wantCode(t, removeVersion("v4"), "NoSuchEntity", "v4")
	noError(t, remove())
	wantCode(t, remove(), "NoSuchEntity", "was not found")
}

// policyVersion returns the decoded document of a version.
func policyVersion(t *testing.T, c clients, arn, version string) string {
	t.Helper()
	answer, err := c.iam.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: aws.String(version)})
	noError(t, err)
	document, err := url.PathUnescape(*answer.PolicyVersion.Document)
	noError(t, err)
	return document
}

func TestAttachmentQuota(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	for i := range 21 {
		arn, err := createPolicy(t, consumer, fmt.Sprint("policy", i), tokenPolicy)
		noError(t, err)
		err = attach(t, consumer, arn)
		if i < 20 {
			noError(t, err)
			continue
		}
		wantCode(t, err, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 20")
		wantStatus(t, err, http.StatusConflict)
	}
}

func TestAWSManagedPolicies(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	for arn, version := range map[string]string{
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly":                 "v1",
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly":                 "v3",
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser":                "v3",
		"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy":      "v1",
		"arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess": "v1",
	} {
		policy, err := consumer.iam.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
		noError(t, err)
		if got := *policy.Policy.DefaultVersionId; got != version {
			t.Errorf("%s has the default version %s, want %s", arn, got, version)
		}
		document := policyVersion(t, consumer, arn, version)
		for _, action := range []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
			if !strings.Contains(document, action) {
				t.Errorf("%s lacks %s: %s", arn, action, document)
			}
		}
		_, err = consumer.iam.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: aws.String(arn)})
		wantCode(t, err, "AccessDenied", arn)
	}
}

func TestPermissionsBoundary(t *testing.T) {
	t.Parallel()
	_, _, consumer := start(t)
	const readOnly = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
	put := func(arn string) error {
		_, err := consumer.iam.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String(roleName), PermissionsBoundary: aws.String(arn)})
		return err
	}
	remove := func() error {
		_, err := consumer.iam.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(roleName)})
		return err
	}
	wantCode(t, put("arn:aws:iam::123456789012:policy/absent"), "NoSuchEntity", "absent")
	noError(t, put(readOnly))
	got, err := consumer.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(roleName)})
	noError(t, err)
	if got.Role.PermissionsBoundary == nil || *got.Role.PermissionsBoundary.PermissionsBoundaryArn != readOnly {
		t.Errorf("the role has the boundary %+v", got.Role.PermissionsBoundary)
	}
	noError(t, remove())
	wantCode(t, remove(), "NoSuchEntity", "boundary")
}

func TestUsers(t *testing.T) {
	t.Parallel()
	_, registry, consumer := start(t)
	name := aws.String("alice")
	created, err := consumer.iam.CreateUser(t.Context(), &iam.CreateUserInput{UserName: name})
	noError(t, err)
	noError(t, setPolicy(t, registry, allowPull(*created.User.Arn)))
	_, err = consumer.iam.CreateUser(t.Context(), &iam.CreateUserInput{UserName: name})
	wantCode(t, err, "EntityAlreadyExists", "alice")
	got, err := consumer.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: name})
	noError(t, err)
	if *got.User.UserId != *created.User.UserId {
		t.Errorf("the user's ID is %s, want %s", *got.User.UserId, *created.User.UserId)
	}
	_, err = consumer.iam.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: name})
	noError(t, err)
	if text := getPolicy(t, registry); !strings.Contains(text, *created.User.UserId) {
		t.Errorf("the repository policy does not show the deleted user by its unique ID: %s", text)
	}
	_, err = consumer.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: name})
	wantCode(t, err, "NoSuchEntity", "The user with name alice cannot be found.")
	_, err = consumer.iam.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("a b")})
	wantCode(t, err, "ValidationError", "userName")
}
