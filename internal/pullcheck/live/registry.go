// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// readECR starts a read of the registry side.
func (r *reader) readECR(argument, doing string, call func(context.Context) error) {
	attempt := awserr.Attempt{Doing: doing, Account: r.Repository.Account, Region: r.Repository.Region, Side: awserr.RegistrySide}
	r.read(verdict.At{Attribute: argument}, func(ctx context.Context) error { return awserr.Explain(call(ctx), attempt) })
}

func (r *reader) repositoryPolicy() {
	r.readECR("repository_policy", "read the policy of the repository "+r.Repository.Name, func(ctx context.Context) error {
		doc, err := r.RepositoryPolicies.Read(ctx, r.Repository)
		if awserr.KindOf(err) == awserr.RepositoryNotFound {
			r.Locked(r.repositoryMissing)
			return nil
		}
		if err != nil {
			return err
		}
		r.Locked(func() { r.repositoryFound(doc) })
		return nil
	})
}

// repositoryPolicyAcross tries to read the policy with credentials of another account, which
// the policies of the registry side can allow. If they do not, that says nothing of the pull:
// what AWS answers then is kept for those who ask why the policy is not known. Nor is it
// certain that a repository is missing that AWS does not find for another account.
func (r *reader) repositoryPolicyAcross() {
	r.Do(func(ctx context.Context) error {
		doc, err := r.RepositoryPolicies.ReadAcross(ctx, r.Repository)
		switch {
		case err == nil:
			r.Locked(func() { r.repositoryFound(doc) })
		case ctx.Err() != nil:
			return err
		default:
			r.Locked(func() { r.across = err })
		}
		return nil
	})
}

// repositoryFound notes the policy of a repository that exists.
func (r *reader) repositoryFound(doc *policy.Document) {
	r.in.RepositoryPolicy = documents()
	if !doc.Empty() || len(doc.UnknownElements()) > 0 {
		r.in.RepositoryPolicy = documents(verdict.Document{Text: doc.String()})
	}
	if r.in.RepositoryExists == verdict.ExistenceUnknown {
		r.in.RepositoryExists = verdict.Exists
	}
}

// repositoryMissing notes a repository that does not exist. It has no policy; but
// a pull through cache creates it, with a policy that is not known yet.
func (r *reader) repositoryMissing() {
	r.in.RepositoryPolicy = documents()
	if r.in.Access == actionset.PullThroughCache {
		r.in.RepositoryPolicy.State = verdict.Unknown
	}
	if r.in.RepositoryExists == verdict.ExistenceUnknown {
		r.in.RepositoryExists = verdict.Missing
	}
}

func (r *reader) registryPolicy() {
	r.readECR("registry_policy", "read the registry policy", func(ctx context.Context) error {
		text, err := r.RegistryPolicies.ReadText(ctx, r.Repository.Account, r.Repository.Region)
		if err != nil {
			return err
		}
		r.Locked(func() {
			r.in.RegistryPolicy = documents()
			if text != "" {
				r.in.RegistryPolicy = documents(verdict.Document{Text: text})
			}
		})
		return nil
	})
}
