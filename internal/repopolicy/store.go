// Package repopolicy is the one way to a repository policy. ECR replaces the
// whole document at every write and has no version to compare with. So changes of
// one repository that arrive together become one short read-modify-write, and a
// change is done only when a read, made after other writers have had the time to
// overwrite it, shows it standing; else it is made again.
package repopolicy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Clients hands out the ECR client of a region.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
}

// How long things wait; waits are jittered to between half of it and all of it.
const (
	gatherTime   = 60 * time.Millisecond   // for company, before the first write of a batch
	gatherSteps  = 6                       // as often at most, while company keeps coming
	settleTime   = 1500 * time.Millisecond // before the read that verifies: longer than another writer takes from its read to its write
	maxSettle    = 20 * time.Second
	firstDelay   = time.Second // before a refused change is tried again
	maxDelay     = 15 * time.Second
	roundTimeout = 2 * time.Minute // for the calls of one read-modify-write
)

// A Store reads and changes repository policies. It is safe for concurrent use;
// one Store must serve the whole process, since it is what keeps two changes of
// one repository apart and lets those that arrive together become one write.
type Store struct {
	clients Clients
	// wait blocks for about d or until ctx ends; tests replace it.
	wait func(ctx context.Context, d time.Duration) error
	now  func() time.Time

	mu     sync.Mutex
	queues map[awsname.Repository]*queue
	reads  map[awsname.Repository]*read
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{
		clients: clients, wait: awsapi.WaitJittered, now: time.Now,
		queues: map[awsname.Repository]*queue{}, reads: map[awsname.Repository]*read{},
	}
}

// An Edit returns the document as it should be. It must be idempotent: applied
// to its own result it changes nothing. It is called again on a fresh read after
// each write, and written says whether this change has been sent before, so that
// an edit can tell its own statement from a stranger's. Calls of one Edit do not
// overlap.
type Edit func(current *policy.Document, written bool) (*policy.Document, error)

// A LostError says that other writers kept overwriting the change until its time
// was up.
type LostError struct {
	Repository awsname.Repository
	Writes     int // how often the change was sent
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the policy of the repository %s was changed by another writer after each of our %d writes, or could not be read again after them", e.Repository.ARN(), e.Writes)
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

// write replaces or deletes the policy. With an error, stands says whether it may
// have taken effect all the same.
func (s *Store) write(ctx context.Context, repo awsname.Repository, doc *policy.Document) (stands bool, err error) {
	text := doc.String()
	if Size(doc) > MaxSize {
		return false, &TooLargeError{Repository: repo, Policy: doc}
	}
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return false, err
	}
	s.forget(repo)
	defer s.forget(repo) // What was read meanwhile may be the policy from before.
	verb := "change"
	if doc.Empty() {
		verb = "delete"
		_, err = client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{
			RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name),
		})
		if awsapi.KindOf(err) == awsapi.PolicyNotFound {
			err = nil
		}
	} else {
		_, err = client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
			RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name), PolicyText: aws.String(text),
		})
	}
	return err == nil || awsapi.MayHaveTakenEffect(err), awsapi.Explain(err, attempt(verb, repo))
}

func attempt(verb string, repo awsname.Repository) awsapi.Attempt {
	return awsapi.Attempt{
		Doing:   fmt.Sprintf("%s the policy of the repository %s", verb, repo.Name),
		Account: repo.Account, Region: repo.Region, Side: awsapi.RegistrySide,
	}
}
