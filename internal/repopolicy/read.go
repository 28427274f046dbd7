package repopolicy

import (
	"context"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// readLifetime is how long the answer of a read serves others: long enough for
// one plan over many grants of a repository.
const readLifetime = 30 * time.Second

// A read is one GetRepositoryPolicy, shared by all who ask while it runs and for
// a while after. doc, err and at are set when done is closed.
type read struct {
	done chan struct{}
	doc  *policy.Document
	err  error
	at   time.Time
}

// Read returns the policy of a repository as Get does. All who read one
// repository at about the same time share one call. A write of this Store to the
// repository ends the sharing; an error is not shared with those who ask later.
func (s *Store) Read(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	r := s.startRead(ctx, repo)
	select {
	case <-r.done:
		return r.doc, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Store) startRead(ctx context.Context, repo awsname.Repository) *read {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.reads[repo]; r != nil && !s.stale(r) {
		return r
	}
	r := &read{done: make(chan struct{})}
	s.reads[repo] = r
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), roundTimeout)
		defer cancel()
		defer close(r.done)
		r.doc, r.err = s.Get(ctx, repo)
		r.at = s.now()
	}()
	return r
}

// stale reports whether a read has ended and must not serve any more.
func (s *Store) stale(r *read) bool {
	select {
	case <-r.done:
		return r.err != nil || s.now().Sub(r.at) > readLifetime
	default:
		return false
	}
}

// forget ends the sharing of what was read of a repository.
func (s *Store) forget(repo awsname.Repository) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.reads, repo)
}
