// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// CreateRole creates a role with a unique name that trusts its own account, and deletes it
// after the test. It returns the name; RoleARN returns the ARN.
func (a *Account) CreateRole() string {
	a.t.Helper()
	name := a.env.Name("role")
	a.CreateRoleNamed("/", name)
	return name
}

// CreateRoleNamed creates a role with a path, which begins and ends with "/", and deletes it
// after the test. It returns the ARN.
func (a *Account) CreateRoleNamed(path, name string) string {
	a.t.Helper()
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole"}]}`, a.RootARN())
	answer, err := a.IAM.CreateRole(a.t.Context(), &iam.CreateRoleInput{
		Path: aws.String(path), RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trust),
	})
	a.must("creating the role "+name, err)
	a.t.Cleanup(func() { a.DeleteRole(name) })
	return aws.ToString(answer.Role.Arn)
}

// DeleteRole deletes a role with its policies, if it exists.
func (a *Account) DeleteRole(name string) {
	a.t.Helper()
	if err := deleteRole(a.context(), a.IAM, name); !isType[*types.NoSuchEntityException](err) {
		a.must("deleting the role "+name, err)
	}
}

// PutRolePolicy writes an inline policy of a role.
func (a *Account) PutRolePolicy(role, name, document string) {
	a.t.Helper()
	_, err := a.IAM.PutRolePolicy(a.t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(role), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
	})
	a.must("putting the policy "+name+" of the role "+role, err)
}

// RolePolicy returns an inline policy of a role, decoded, and whether there is one.
func (a *Account) RolePolicy(role, name string) (document string, found bool) {
	a.t.Helper()
	answer, err := a.IAM.GetRolePolicy(a.context(), &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	if isType[*types.NoSuchEntityException](err) {
		return "", false
	}
	a.must("reading the policy "+name+" of the role "+role, err)
	document, err = url.PathUnescape(aws.ToString(answer.PolicyDocument))
	a.must("decoding the policy "+name+" of the role "+role, err)
	return document, true
}

// DeleteRolePolicy deletes an inline policy of a role.
func (a *Account) DeleteRolePolicy(role, name string) {
	a.t.Helper()
	_, err := a.IAM.DeleteRolePolicy(a.t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	a.must("deleting the policy "+name+" of the role "+role, err)
}

// CreatePolicy creates a customer managed policy and deletes it after the test.
// It returns the ARN.
func (a *Account) CreatePolicy(suffix, document string) string {
	a.t.Helper()
	name := a.env.Name(suffix)
	answer, err := a.IAM.CreatePolicy(a.t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(name), PolicyDocument: aws.String(document)})
	a.must("creating the policy "+name, err)
	arn := answer.Policy.Arn
	a.t.Cleanup(func() {
		_, err := a.IAM.DeletePolicy(a.context(), &iam.DeletePolicyInput{PolicyArn: arn})
		a.must("deleting the policy "+name, err)
	})
	return *arn
}

// AttachRolePolicy attaches a managed policy to a role, and detaches it after the test.
func (a *Account) AttachRolePolicy(role, policyARN string) {
	a.t.Helper()
	_, err := a.IAM.AttachRolePolicy(a.t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(role), PolicyArn: aws.String(policyARN)})
	a.must("attaching "+policyARN+" to the role "+role, err)
	a.t.Cleanup(func() {
		_, err := a.IAM.DetachRolePolicy(a.context(), &iam.DetachRolePolicyInput{RoleName: aws.String(role), PolicyArn: aws.String(policyARN)})
		if !isType[*types.NoSuchEntityException](err) {
			a.must("detaching "+policyARN+" from the role "+role, err)
		}
	})
}
