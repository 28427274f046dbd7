// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

// restOfIAM is what the fake does not implement: calling it panics.
type restOfIAM = awsapi.IAM

// fakeIAM holds the inline policies of one role, app. It lists one a page.
type fakeIAM struct {
	restOfIAM

	policies map[string]string
	fail     map[string]error // by operation
	unknown  map[string]int   // how often IAM does not know the role or policy yet, by operation
	lose     error            // what writes return, whether they take effect or not
	forgets  bool             // writes take no effect
	answers  Key              // the names in the response of a read; empty for none
	asked    int              // for the identity
	calls    []string
}

// newStore returns a Store whose time passes only by waiting.
func newStore(clients Clients) *Store {
	s := New(clients)
	now := time.Unix(0, 0)
	s.Clock = Clock{
		Now: func() time.Time { return now },
		Wait: func(ctx context.Context, d time.Duration) error {
			now = now.Add(d)
			return ctx.Err()
		},
	}
	return s
}

func (f *fakeIAM) IAM(context.Context) (awsapi.IAM, error) { return f, f.fail["IAM"] }

func (f *fakeIAM) Identity(context.Context) (awsapi.Identity, error) {
	f.asked++
	return awsapi.Identity{Account: "123456789012"}, f.fail["Identity"]
}

// call records an operation and returns its error, if it has one.
func (f *fakeIAM) call(operation string, role *string) error {
	f.calls = append(f.calls, operation)
	var missing error
	if aws.ToString(role) != "app" {
		missing = &iamtypes.NoSuchEntityException{Message: aws.String("The role cannot be found.")}
	}
	if f.unknown[operation] > 0 {
		f.unknown[operation]--
		missing = &iamtypes.NoSuchEntityException{Message: aws.String("Not known yet.")}
	}
	return cmp.Or(f.fail[operation], missing)
}

func (f *fakeIAM) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	if err := f.call("GetRolePolicy", in.RoleName); err != nil {
		return nil, err
	}
	text, found := f.policies[aws.ToString(in.PolicyName)]
	if !found {
		return nil, &iamtypes.NoSuchEntityException{Message: aws.String("The role policy cannot be found.")}
	}
	// As RFC 3986 asks: a space is %20, and every other character may be encoded or not.
	encoded := strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), "%2B", "+")
	return &iam.GetRolePolicyOutput{RoleName: aws.String(f.answers.Role), PolicyName: aws.String(f.answers.Name), PolicyDocument: aws.String(encoded)}, nil
}

func (f *fakeIAM) PutRolePolicy(_ context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	if err := f.call("PutRolePolicy", in.RoleName); err != nil {
		return nil, err
	}
	if !f.forgets {
		f.policies[aws.ToString(in.PolicyName)] = aws.ToString(in.PolicyDocument)
	}
	return &iam.PutRolePolicyOutput{}, f.lose
}

func (f *fakeIAM) DeleteRolePolicy(_ context.Context, in *iam.DeleteRolePolicyInput, _ ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	if err := f.call("DeleteRolePolicy", in.RoleName); err != nil {
		return nil, err
	}
	if _, found := f.policies[aws.ToString(in.PolicyName)]; !found {
		return nil, &iamtypes.NoSuchEntityException{Message: aws.String("The role policy cannot be found.")}
	}
	if !f.forgets {
		delete(f.policies, aws.ToString(in.PolicyName))
	}
	return &iam.DeleteRolePolicyOutput{}, f.lose
}

func (f *fakeIAM) ListRolePolicies(_ context.Context, in *iam.ListRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	if err := f.call("ListRolePolicies", in.RoleName); err != nil {
		return nil, err
	}
	var left []string
	for name := range f.policies {
		if name > aws.ToString(in.Marker) {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	if len(left) < 2 {
		return &iam.ListRolePoliciesOutput{PolicyNames: left}, nil
	}
	return &iam.ListRolePoliciesOutput{PolicyNames: left[:1], IsTruncated: true, Marker: aws.String(left[0])}, nil
}

// readsOnce lets the policy be read once, and refuses every later read.
type readsOnce struct{ *fakeIAM }

func (r *readsOnce) IAM(context.Context) (awsapi.IAM, error) { return r, nil }

func (r *readsOnce) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput, options ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	if slices.Contains(r.calls, "GetRolePolicy") {
		return nil, &smithy.GenericAPIError{Code: "Throttling"}
	}
	return r.fakeIAM.GetRolePolicy(ctx, in, options...)
}

// ghost shows an old policy some times, whatever stands.
type ghost struct {
	*fakeIAM

	shown string
	times int
}

func (g *ghost) IAM(context.Context) (awsapi.IAM, error) { return g, nil }

func (g *ghost) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput, options ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	if g.times == 0 {
		return g.fakeIAM.GetRolePolicy(ctx, in, options...)
	}
	g.times--
	return &iam.GetRolePolicyOutput{PolicyDocument: aws.String(url.PathEscape(g.shown))}, nil
}

// replaced has every policy that is written replaced at once by somebody else's.
type replaced struct {
	*fakeIAM

	with string
}

func (r *replaced) IAM(context.Context) (awsapi.IAM, error) { return r, nil }

func (r *replaced) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput, options ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	out, err := r.fakeIAM.PutRolePolicy(ctx, in, options...)
	r.policies[aws.ToString(in.PolicyName)] = r.with
	return out, err
}
