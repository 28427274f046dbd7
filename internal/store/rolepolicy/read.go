// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// forget invalidates the cached results that a write to an inline policy changes. The
// returned function invalidates them again, after the write.
func (s *Store) forget(key Key) (again func()) {
	forget := func() {
		s.reads.names.Forget(key.Role)
		s.reads.inline.Forget(key)
	}
	forget()
	return forget
}

// share is a read of IAM that all who want the same thing share.
func share[K comparable, V any](ctx context.Context, s *Store, among *readcache.Reads[K, V], key K, call func(context.Context, awsapi.IAM) (V, error)) (V, error) {
	return among.Read(ctx, key, func(ctx context.Context) (answer V, err error) {
		client, err := s.clients.IAM(ctx)
		if err == nil {
			answer, err = call(ctx, client)
		}
		s.unavailable.Store(unavailable(err))
		return answer, err
	})
}

// unavailable reports whether an error concerns all calls to IAM, not only the one
// that returned it.
func unavailable(err error) bool {
	ofAllCalls := []awserr.Kind{awserr.Configuration, awserr.NoCredentials, awserr.InvalidCredentials, awserr.Expired, awserr.Unreachable}
	return slices.Contains(ofAllCalls, awserr.KindOf(err))
}

// Read returns the document of an inline policy as JSON. It reports false if the role
// has no policy of that name, or does not exist. All who read one policy at about the
// same time share one call.
func (s *Store) Read(ctx context.Context, role, name string) (document string, found bool, err error) {
	key := Key{role, name}
	document, err = s.shared(ctx, key)
	return s.found(ctx, key, document, err)
}

func (s *Store) shared(ctx context.Context, key Key) (document string, err error) {
	return share(ctx, s, s.reads.inline, key, func(ctx context.Context, client awsapi.IAM) (string, error) {
		return get(ctx, client, key.Role, key.Name)
	})
}

// get returns the document of an inline policy as JSON, from a read of its own. It
// reports false if the role has no policy of that name, or does not exist.
func (s *Store) get(ctx context.Context, key Key) (document string, found bool, err error) {
	client, err := s.clients.IAM(ctx)
	if err == nil {
		document, err = get(ctx, client, key.Role, key.Name)
	}
	return s.found(ctx, key, document, err)
}

// found is the result of a read that has ended.
func (s *Store) found(ctx context.Context, key Key, document string, err error) (string, bool, error) {
	if awserr.KindOf(err) == awserr.NoSuchEntity {
		return "", false, nil
	}
	return document, err == nil, s.explain(ctx, err, doing("read", key))
}

// get returns a document decoded.
func get(ctx context.Context, client awsapi.IAM, role, name string) (string, error) {
	out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
	if err != nil {
		return "", err
	}
	if !isAbout(out.RoleName, role) || !isAbout(out.PolicyName, name) {
		return "", unexpected("the inline policy %s of the role %s", printed.Value(aws.ToString(out.PolicyName)), printed.Value(aws.ToString(out.RoleName)))
	}
	return decoded(out.PolicyDocument)
}

// Role reads a role. A missing one is an error of the kind awserr.NoSuchEntity,
// here and in the reads of its policies.
func (s *Store) Role(ctx context.Context, name string) (Role, error) {
	role, err := share(ctx, s, s.reads.roles, name, func(ctx context.Context, client awsapi.IAM) (Role, error) {
		return getRole(ctx, client, name)
	})
	return role, s.explain(ctx, err, "read the role "+name)
}

func getRole(ctx context.Context, client awsapi.IAM, name string) (Role, error) {
	out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		return Role{}, err
	}
	if out.Role == nil {
		return Role{}, unexpected("no role")
	}
	role := Role{ARN: aws.ToString(out.Role.Arn), ID: aws.ToString(out.Role.RoleId), Tags: map[string]string{}}
	arn, err := awsname.ParsePrincipal(role.ARN)
	if err != nil || arn.Kind != awsname.Role || !strings.EqualFold(arn.Name, name) || !isAbout(out.Role.RoleName, name) {
		return Role{}, unexpected("the role %s (%s)", printed.Value(aws.ToString(out.Role.RoleName)), printed.Value(role.ARN))
	}
	if boundary := out.Role.PermissionsBoundary; boundary != nil {
		role.BoundaryARN = aws.ToString(boundary.PermissionsBoundaryArn)
		if role.BoundaryARN == "" {
			return Role{}, unexpected("a permissions boundary without an ARN")
		}
	}
	for _, tag := range out.Role.Tags {
		role.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	if out.Role.AssumeRolePolicyDocument != nil {
		if role.TrustPolicy, err = decoded(out.Role.AssumeRolePolicyDocument); err != nil {
			return Role{}, err
		}
	}
	return role, nil
}

// InlinePolicies returns the names of a role's inline policies.
func (s *Store) InlinePolicies(ctx context.Context, role string) ([]string, error) {
	names, err := share(ctx, s, s.reads.names, role, func(ctx context.Context, client awsapi.IAM) ([]string, error) {
		return inlinePolicies(ctx, client, role)
	})
	return names, s.explain(ctx, err, "list the inline policies of the role "+role)
}

func inlinePolicies(ctx context.Context, client awsapi.IAM, role string) ([]string, error) {
	pages := iam.NewListRolePoliciesPaginator(client, &iam.ListRolePoliciesInput{RoleName: aws.String(role)})
	all := list{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		if err := all.add(page.PolicyNames, page.IsTruncated, page.Marker); err != nil {
			return nil, err
		}
	}
	return all.entries, nil
}

// AttachedPolicies returns the ARNs of the managed policies attached to a role.
func (s *Store) AttachedPolicies(ctx context.Context, role string) ([]string, error) {
	arns, err := share(ctx, s, s.reads.attached, role, func(ctx context.Context, client awsapi.IAM) ([]string, error) {
		return attachedPolicies(ctx, client, role)
	})
	return arns, s.explain(ctx, err, "list the managed policies attached to the role "+role)
}

func attachedPolicies(ctx context.Context, client awsapi.IAM, role string) ([]string, error) {
	pages := iam.NewListAttachedRolePoliciesPaginator(client, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(role)})
	all := list{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var arns []string
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
		if err := all.add(arns, page.IsTruncated, page.Marker); err != nil {
			return nil, err
		}
	}
	return all.entries, nil
}

// ManagedPolicy returns the default version of a managed policy as JSON. A missing
// policy is an error of the kind awserr.NoSuchEntity.
func (s *Store) ManagedPolicy(ctx context.Context, arn string) (string, error) {
	document, err := share(ctx, s, s.reads.managed, arn, func(ctx context.Context, client awsapi.IAM) (string, error) {
		return managedPolicy(ctx, client, arn)
	})
	return document, s.explain(ctx, err, "read the managed policy "+arn)
}

func managedPolicy(ctx context.Context, client awsapi.IAM, arn string) (string, error) {
	out, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if err != nil {
		return "", err
	}
	if out.Policy == nil || !isAbout(out.Policy.Arn, arn) || aws.ToString(out.Policy.DefaultVersionId) == "" {
		return "", unexpected("another policy, or one without a default version")
	}
	id := out.Policy.DefaultVersionId
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: id})
	if err != nil {
		return "", err
	}
	if version.PolicyVersion == nil || !isAbout(version.PolicyVersion.VersionId, *id) {
		return "", unexpected("another version of the policy than %s", printed.Value(*id))
	}
	return decoded(version.PolicyVersion.Document)
}
