package live

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
)

// readIAM starts a read of the consumer side.
func (r *reader) readIAM(at pull.At, doing string, call func(context.Context, awsapi.IAM) error) {
	attempt := awsapi.Attempt{Doing: doing, Account: r.Principal.Account, Side: awsapi.ConsumerSide}
	r.read(at, attempt, func(ctx context.Context) error {
		client, err := r.clients.IAM(ctx)
		if err != nil {
			return err
		}
		return call(ctx, client)
	})
}

// role reads the role itself, as only IAM knows its path, and its boundary when
// that is the argument to be filled.
func (r *reader) role(argument string) {
	r.readIAM(pull.At{Attribute: argument}, "read the role "+r.Principal.Name, func(ctx context.Context, client awsapi.IAM) error {
		out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(r.Principal.Name)})
		if r.roleMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.locked(func() {
			if r.in.ActualRoleARN == "" {
				r.in.ActualRoleARN = aws.ToString(out.Role.Arn)
			}
			r.roleFound()
			if argument == "permissions_boundary" {
				r.in.PermissionsBoundary = pull.Given()
			}
		})
		if boundary := out.Role.PermissionsBoundary; boundary != nil && argument == "permissions_boundary" {
			r.boundary(aws.ToString(boundary.PermissionsBoundaryArn))
		}
		return nil
	})
}

func (r *reader) boundary(arn string) {
	r.readIAM(pull.At{Attribute: "permissions_boundary"}, "read the permissions boundary "+arn, func(ctx context.Context, client awsapi.IAM) error {
		text, err := managedPolicy(ctx, client, arn)
		if err == nil {
			r.locked(func() { r.in.PermissionsBoundary = document(text) })
		}
		return err
	})
}

// roleMissing notes a role that does not exist, and so has no boundary either.
func (r *reader) roleMissing(err error) bool {
	if awsapi.KindOf(err) != awsapi.NoSuchEntity {
		return false
	}
	r.locked(func() {
		if !r.roleGiven {
			r.in.RoleExists = pull.Missing
		}
		if r.in.PermissionsBoundary.State == pull.NotGiven {
			r.in.PermissionsBoundary = pull.Given()
		}
	})
	return true
}

// roleFound notes a role that exists, unless another read has missed it.
func (r *reader) roleFound() {
	if r.in.RoleExists == pull.ExistenceUnknown {
		r.in.RoleExists = pull.Exists
	}
}

// identityPolicies reads all inline and managed policies of the role.
func (r *reader) identityPolicies() {
	r.in.IdentityPolicies = pull.Given()
	r.readIAM(pull.At{Attribute: "identity_policies"}, "list the inline policies of the role "+r.Principal.Name, func(ctx context.Context, client awsapi.IAM) error {
		names, err := inlinePolicyNames(ctx, client, r.Principal.Name)
		if r.roleMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.locked(r.roleFound)
		for _, name := range names {
			r.inlinePolicy(name)
		}
		return nil
	})
	r.readIAM(pull.At{Attribute: "identity_policies"}, "list the managed policies attached to the role "+r.Principal.Name, func(ctx context.Context, client awsapi.IAM) error {
		arns, err := attachedPolicyARNs(ctx, client, r.Principal.Name)
		if r.roleMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.locked(r.roleFound)
		for _, arn := range arns {
			r.attachedPolicy(arn)
		}
		return nil
	})
}

// inlinePolicy reads a document. IAM percent-encodes it as RFC 3986 says, where
// a "+" stands for itself.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func (r *reader) inlinePolicy(name string) {
	r.identityPolicy(name, "read the inline policy "+name+" of the role "+r.Principal.Name, func(ctx context.Context, client awsapi.IAM) (string, error) {
		out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(r.Principal.Name), PolicyName: aws.String(name)})
		if err != nil {
			return "", err
		}
		return url.PathUnescape(aws.ToString(out.PolicyDocument))
	})
}

func (r *reader) attachedPolicy(arn string) {
	r.identityPolicy(arn, "read the managed policy "+arn, func(ctx context.Context, client awsapi.IAM) (string, error) {
		return managedPolicy(ctx, client, arn)
	})
}

// identityPolicy reads one policy that was listed. One that is gone by now does
// not count.
func (r *reader) identityPolicy(name, doing string, text func(context.Context, awsapi.IAM) (string, error)) {
	r.readIAM(pull.At{Attribute: "identity_policies", Key: name}, doing, func(ctx context.Context, client awsapi.IAM) error {
		document, err := text(ctx, client)
		if awsapi.KindOf(err) == awsapi.NoSuchEntity {
			return nil
		}
		if err != nil {
			return err
		}
		r.locked(func() {
			r.in.IdentityPolicies.List = append(r.in.IdentityPolicies.List, pull.Document{Name: name, Text: document})
		})
		return nil
	})
}

// sortPolicies puts policies in an order that does not depend on which read was
// the first to end.
func sortPolicies(docs []pull.Document) {
	slices.SortFunc(docs, func(a, b pull.Document) int { return strings.Compare(a.Name, b.Name) })
}

func inlinePolicyNames(ctx context.Context, client awsapi.IAM, role string) ([]string, error) {
	var names []string
	pages := iam.NewListRolePoliciesPaginator(client, &iam.ListRolePoliciesInput{RoleName: aws.String(role)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

func attachedPolicyARNs(ctx context.Context, client awsapi.IAM, role string) ([]string, error) {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(client, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(role)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
	}
	return arns, nil
}

// managedPolicy returns the default version of a managed policy.
func managedPolicy(ctx context.Context, client awsapi.IAM, arn string) (string, error) {
	policy, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if err != nil {
		return "", err
	}
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: policy.Policy.DefaultVersionId})
	if err != nil {
		return "", err
	}
	return url.PathUnescape(aws.ToString(version.PolicyVersion.Document))
}
