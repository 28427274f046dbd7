// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"cmp"
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Read returns the policy of a repository or registry. It is empty if there is none. A
// missing repository is an error of the kind awserr.RepositoryNotFound. All who read one
// policy at about the same time share one call. A write of this Store to the policy ends
// the sharing. An error is not shared with those who ask later.
func (s *Store) Read(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	read, err := s.read(ctx, repo)
	if err != nil {
		return nil, err
	}
	return read.doc, read.invalid
}

// ReadText is Read for those who judge the policy as it is: it returns also a text that is
// no policy. It is empty if there is no policy.
func (s *Store) ReadText(ctx context.Context, repo awsname.Repository) (string, error) {
	read, err := s.read(ctx, repo)
	return read.text, err
}

func (s *Store) read(ctx context.Context, repo awsname.Repository) (content, error) {
	read, err := s.reads.Read(ctx, repo, func(ctx context.Context) (content, error) {
		read, err := s.get(ctx, repo)
		if err == nil && read.doc != nil {
			s.expect(repo, expectation{fingerprints(read.doc), read.doc.Empty()}) // A Create knows nothing else of the plan.
		}
		return read, err
	})
	if read.invalid != nil {
		s.reads.Forget(repo)
	}
	return read, err
}

// ReadAcross is Read with credentials of another account than the repository's, which
// the policies of the registry must allow to read. Most do not, and so an error is shared like
// an answer.
func (s *Store) ReadAcross(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	answer, err := s.across.Read(ctx, repo, func(ctx context.Context) (acrossAnswer, error) {
		read, err := s.get(ctx, repo)
		if awserr.KindOf(err) == awserr.Canceled {
			return acrossAnswer{}, err
		}
		return acrossAnswer{read, err}, nil
	})
	return answer.read.doc, cmp.Or(err, answer.err, answer.read.invalid)
}
