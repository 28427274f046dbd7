package repopolicy

import (
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Read returns the policy of a repository. It is empty for a repository without one. A
// missing repository is an error of the kind awserr.RepositoryNotFound. All who read one
// repository at about the same time share one call. A write of this Store to the
// repository ends the sharing. An error is not shared with those who ask later.
func (s *Store) Read(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	return s.reads.Read(ctx, repo, func(ctx context.Context) (*policy.Document, error) {
		doc, err := s.get(ctx, repo)
		if err == nil {
			s.Expect(repo, fingerprints(doc)) // A Create knows nothing else of the plan.
		}
		return doc, err
	})
}
