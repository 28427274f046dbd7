// Package repopolicy is the one way to a repository policy. ECR replaces the
// whole document at every write and has no version to compare with, so every
// change here is a short read-modify-write under a lock, repeated until a fresh
// read shows the change standing.
package repopolicy

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// MaxSize is the number of characters that a repository policy may have.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
const MaxSize = 10_240

// Clients hands out the ECR client of a region.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
}

// A Store reads and changes repository policies. It is safe for concurrent use;
// one Store must serve the whole process, since its locks are what keeps two
// changes of one repository apart.
type Store struct {
	clients Clients
	// wait blocks for about d or until ctx ends; tests replace it.
	wait func(ctx context.Context, d time.Duration) error

	mu    sync.Mutex
	locks map[awsname.Repository]chan struct{}
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{clients: clients, wait: waitJittered, locks: map[awsname.Repository]chan struct{}{}}
}

// An Edit returns the document as it should be. It must be idempotent: applied
// to its own result it changes nothing. It is called again on a fresh read after
// each write, and written says whether this change has been sent before, so that
// an edit can tell its own statement from a stranger's.
type Edit func(current *policy.Document, written bool) (*policy.Document, error)

// A TooLargeError says that the policy would exceed what ECR accepts.
type TooLargeError struct {
	Repository awsname.Repository
	Size       int // characters that the policy would have
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the policy of the repository %s would have %d characters; ECR accepts %d", e.Repository.ARN(), e.Size, MaxSize)
}

// A LostError says that other writers kept overwriting the change.
type LostError struct {
	Repository awsname.Repository
	Writes     int // how often the change was sent
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the policy of the repository %s was changed by another writer after each of our %d writes", e.Repository.ARN(), e.Writes)
}

// Get returns the policy of a repository; a repository without a policy has an
// empty document. A missing repository is an error of the kind
// awsapi.RepositoryNotFound.
func (s *Store) Get(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return nil, err
	}
	out, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{
		RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name),
	})
	if awsapi.KindOf(err) == awsapi.PolicyNotFound {
		return policy.New(), nil
	}
	if err != nil {
		return nil, awsapi.Explain(err, attempt("read", repo))
	}
	doc, err := policy.Parse(aws.ToString(out.PolicyText))
	if err != nil {
		return nil, fmt.Errorf("the policy of the repository %s cannot be understood, so nothing was changed: %w", repo.ARN(), err)
	}
	return doc, nil
}

// Change applies an edit and returns when a fresh read shows that it stands. It
// writes nothing when the edit changes nothing. While retry says that an error
// may pass, it tries again until ctx ends; the last error of AWS is then part of
// the answer. With an error, written says whether the policy was written all the
// same, so that the change may stand.
func (s *Store) Change(ctx context.Context, repo awsname.Repository, retry func(error) bool, edit Edit) (written bool, err error) {
	const maxWrites = 10
	delay := time.Second
	for writes := 0; ; {
		done, err := s.attempt(ctx, repo, edit, &writes)
		switch {
		case done:
			return writes > 0, nil
		case err == nil && writes == 1:
			continue // The next attempt reads what was written.
		case err == nil && writes == maxWrites:
			return true, &LostError{Repository: repo, Writes: writes}
		case err != nil && !retry(err):
			return writes > 0, err
		}
		if waitErr := s.wait(ctx, delay); waitErr != nil {
			return writes > 0, errors.Join(err, waitErr)
		}
		delay = min(2*delay, 15*time.Second)
	}
}

// attempt does one read-modify-write. It reports done when the policy, freshly
// read, already is what the edit wants.
func (s *Store) attempt(ctx context.Context, repo awsname.Repository, edit Edit, writes *int) (done bool, err error) {
	unlock, err := s.lock(ctx, repo)
	if err != nil {
		return false, err
	}
	defer unlock()

	current, err := s.Get(ctx, repo)
	if err != nil {
		return false, err
	}
	next, err := edit(current, *writes > 0)
	if err != nil {
		return false, err
	}
	if next.Canonical() == current.Canonical() {
		return true, nil
	}
	if err := s.write(ctx, repo, next); err != nil {
		return false, err
	}
	*writes++
	return false, nil
}

func (s *Store) write(ctx context.Context, repo awsname.Repository, doc *policy.Document) error {
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return err
	}
	if doc.Empty() {
		_, err = client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{
			RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name),
		})
		if awsapi.KindOf(err) == awsapi.PolicyNotFound {
			return nil
		}
		return awsapi.Explain(err, attempt("delete", repo))
	}
	text := doc.String()
	if size := utf8.RuneCountInString(text); size > MaxSize {
		return &TooLargeError{Repository: repo, Size: size}
	}
	_, err = client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
		RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name), PolicyText: aws.String(text),
	})
	return awsapi.Explain(err, attempt("change", repo))
}

func attempt(verb string, repo awsname.Repository) awsapi.Attempt {
	return awsapi.Attempt{
		Doing:   fmt.Sprintf("%s the policy of the repository %s", verb, repo.Name),
		Account: repo.Account, Region: repo.Region, Side: awsapi.RegistrySide,
	}
}

// lock takes the repository's lock, or gives up when ctx ends.
func (s *Store) lock(ctx context.Context, repo awsname.Repository) (unlock func(), err error) {
	s.mu.Lock()
	held, ok := s.locks[repo]
	if !ok {
		held = make(chan struct{}, 1)
		s.locks[repo] = held
	}
	s.mu.Unlock()
	select {
	case held <- struct{}{}:
		return func() { <-held }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waited for other changes of the repository %s: %w", repo.ARN(), ctx.Err())
	}
}

// waitJittered waits between half of d and d, so that writers that met once do
// not meet again.
func waitJittered(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2)) //nolint:gosec // Spreading load needs no secure randomness.
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
