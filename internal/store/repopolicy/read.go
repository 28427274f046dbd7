package repopolicy

import (
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Read returns the policy of a repository as Get does. All who read one
// repository at about the same time share one call. A write of this Store to the
// repository ends the sharing; an error is not shared with those who ask later.
func (s *Store) Read(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	return s.reads.Read(ctx, repo, func(ctx context.Context) (*policy.Document, error) { return s.Get(ctx, repo) })
}
