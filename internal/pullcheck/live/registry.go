package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
)

// readECR starts a read of the registry side.
func (r *reader) readECR(argument, doing string, call func(context.Context, awsapi.ECR) error) {
	attempt := awsapi.Attempt{Doing: doing, Account: r.Repository.Account, Region: r.Repository.Region, Side: awsapi.RegistrySide}
	r.read(pull.At{Attribute: argument}, attempt, func(ctx context.Context) error {
		client, err := r.clients.ECR(ctx, r.Repository.Region)
		if err != nil {
			return err
		}
		return call(ctx, client)
	})
}

func (r *reader) repositoryPolicy() {
	r.readECR("repository_policy", "read the policy of the repository "+r.Repository.Name, func(ctx context.Context, client awsapi.ECR) error {
		out, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{
			RegistryId:     aws.String(r.Repository.Account),
			RepositoryName: aws.String(r.Repository.Name),
		})
		kind := awsapi.KindOf(err)
		if kind == awsapi.RepositoryNotFound {
			r.locked(r.repositoryMissing)
			return nil
		}
		if err != nil && kind != awsapi.PolicyNotFound {
			return err
		}
		r.locked(func() {
			r.in.RepositoryPolicy = pull.Given()
			if err == nil {
				r.in.RepositoryPolicy = document(aws.ToString(out.PolicyText))
			}
			if r.in.RepositoryExists == pull.ExistenceUnknown {
				r.in.RepositoryExists = pull.Exists
			}
		})
		return nil
	})
}

// repositoryMissing notes a repository that does not exist. It has no policy; but
// a pull through cache creates it, with a policy that is not known yet.
func (r *reader) repositoryMissing() {
	r.in.RepositoryPolicy = pull.Given()
	if r.in.Access == access.PullThroughCache {
		r.in.RepositoryPolicy.State = pull.Unknown
	}
	if r.in.RepositoryExists == pull.ExistenceUnknown {
		r.in.RepositoryExists = pull.Missing
	}
}

// registryPolicy reads the registry policy, and its scope where there is one.
func (r *reader) registryPolicy() {
	r.readECR("registry_policy", "read the registry policy", func(ctx context.Context, client awsapi.ECR) error {
		out, err := client.GetRegistryPolicy(ctx, &ecr.GetRegistryPolicyInput{})
		if awsapi.KindOf(err) == awsapi.PolicyNotFound {
			r.locked(func() { r.in.RegistryPolicy = pull.Given() })
			return nil
		}
		if err != nil {
			return err
		}
		r.locked(func() {
			r.in.RegistryPolicy = document(aws.ToString(out.PolicyText))
			if r.in.RegistryPolicyScope == "" {
				r.registryPolicyScope()
			}
		})
		return nil
	})
}

func (r *reader) registryPolicyScope() {
	r.readECR("registry_policy_scope", "read the account setting REGISTRY_POLICY_SCOPE", func(ctx context.Context, client awsapi.ECR) error {
		out, err := client.GetAccountSetting(ctx, &ecr.GetAccountSettingInput{Name: aws.String("REGISTRY_POLICY_SCOPE")})
		if err != nil {
			return err
		}
		r.locked(func() { r.in.RegistryPolicyScope = aws.ToString(out.Value) })
		return nil
	})
}

func document(text string) pull.Documents { return pull.Given(pull.Document{Text: text}) }
