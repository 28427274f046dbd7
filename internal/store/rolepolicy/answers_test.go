// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

const policyARN = "arn:aws:iam::123456789012:policy/pull"

// odd is an IAM that returns what a test wants.
type odd struct {
	*fakeIAM
	inline   iam.GetRolePolicyOutput
	role     iam.GetRoleOutput
	policy   iam.GetPolicyOutput
	version  iam.GetPolicyVersionOutput
	names    iam.ListRolePoliciesOutput
	attached iam.ListAttachedRolePoliciesOutput
}

func (o *odd) IAM(context.Context) (awsapi.IAM, error) { return o, nil }

func (o *odd) GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	return &o.inline, nil
}

func (o *odd) GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	return &o.role, nil
}

func (o *odd) GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error) {
	return &o.policy, nil
}

func (o *odd) GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	return &o.version, nil
}

func (o *odd) ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	return &o.names, nil
}

func (o *odd) ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	return &o.attached, nil
}

// usual returns what IAM returns if all is well.
func usual() *odd {
	return &odd{
		fakeIAM:  &fakeIAM{},
		inline:   iam.GetRolePolicyOutput{RoleName: aws.String("app"), PolicyName: aws.String("pull"), PolicyDocument: aws.String("%7B%7D")},
		role:     iam.GetRoleOutput{Role: &iamtypes.Role{RoleName: aws.String("App"), Arn: aws.String("arn:aws:iam::123456789012:role/team/App")}},
		policy:   iam.GetPolicyOutput{Policy: &iamtypes.Policy{Arn: aws.String(policyARN), DefaultVersionId: aws.String("v3")}},
		version:  iam.GetPolicyVersionOutput{PolicyVersion: &iamtypes.PolicyVersion{VersionId: aws.String("v3"), Document: aws.String("%7B%7D")}},
		names:    iam.ListRolePoliciesOutput{PolicyNames: []string{"pull"}},
		attached: iam.ListAttachedRolePoliciesOutput{AttachedPolicies: []iamtypes.AttachedPolicy{{PolicyArn: aws.String(policyARN)}}},
	}
}

// allReads are all reads of a Store.
func allReads(ctx context.Context, s *Store) map[string]error {
	errs := map[string]error{}
	_, _, errs["inline policy"] = s.Read(ctx, "app", "pull")
	_, errs["role"] = s.Role(ctx, "app")
	_, errs["managed policy"] = s.ManagedPolicy(ctx, policyARN)
	_, errs["inline policies"] = s.InlinePolicies(ctx, "app")
	_, errs["attached policies"] = s.AttachedPolicies(ctx, "app")
	return errs
}

// A response that IAM does not give proves nothing: neither that a policy is empty, nor
// that there are no more policies.
func TestOddResponsesAreErrors(t *testing.T) {
	t.Parallel()
	for read, oddities := range map[string]map[string]func(*odd){
		"": {"usual": func(*odd) {}},
		"inline policy": {
			"nothing":     func(o *odd) { o.inline = iam.GetRolePolicyOutput{} },
			"no document": func(o *odd) { o.inline.PolicyDocument = nil },
			"of another":  func(o *odd) { o.inline.PolicyName = aws.String("other") },
		},
		"role": {
			"nothing":           func(o *odd) { o.role = iam.GetRoleOutput{} },
			"empty":             func(o *odd) { o.role.Role = &iamtypes.Role{} },
			"another role":      func(o *odd) { o.role.Role.Arn = aws.String("arn:aws:iam::123456789012:role/team/other") },
			"another name":      func(o *odd) { o.role.Role.RoleName = aws.String("other") },
			"a user":            func(o *odd) { o.role.Role.Arn = aws.String("arn:aws:iam::123456789012:user/app") },
			"an empty boundary": func(o *odd) { o.role.Role.PermissionsBoundary = &iamtypes.AttachedPermissionsBoundary{} },
		},
		"managed policy": {
			"nothing":                func(o *odd) { o.policy = iam.GetPolicyOutput{} },
			"another policy":         func(o *odd) { o.policy.Policy.Arn = aws.String(policyARN + "2") },
			"no version":             func(o *odd) { o.policy.Policy.DefaultVersionId = nil },
			"nothing of the version": func(o *odd) { o.version = iam.GetPolicyVersionOutput{} },
			"no document":            func(o *odd) { o.version.PolicyVersion.Document = nil },
			"another version":        func(o *odd) { o.version.PolicyVersion.VersionId = aws.String("v2") },
		},
		"inline policies": {
			"more, but no marker": func(o *odd) { o.names.IsTruncated = true },
			"an empty name":       func(o *odd) { o.names.PolicyNames = []string{""} },
			"too many":            func(o *odd) { o.names.PolicyNames = make([]string, 1<<16) },
		},
		"attached policies": {
			"more, but no marker": func(o *odd) { o.attached.IsTruncated = true },
			"no ARN":              func(o *odd) { o.attached.AttachedPolicies[0].PolicyArn = nil },
		},
	} {
		for name, change := range oddities {
			t.Run(read+"/"+name, func(t *testing.T) {
				t.Parallel()
				fake := usual()
				change(fake)
				for what, err := range allReads(t.Context(), New(fake)) {
					if what != read && err != nil {
						t.Errorf("%s: %v", what, err)
					}
					if what == read && awserr.KindOf(err) != awserr.Unreadable {
						t.Errorf("%s: error = %v, want an unreadable response", what, err)
					}
				}
			})
		}
	}
}
