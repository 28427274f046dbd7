// Package repopolicy is the one way to a repository policy. ECR replaces the
// whole document at every write and has no version to compare with. So changes of
// one repository that arrive together become one short read-modify-write, and a
// change is done only when a read shows it after other writers have had the time to
// overwrite it. Otherwise it is made again.
package repopolicy

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
)

// Clients hands out the ECR client of a region.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
}

// A Store reads and changes repository policies. It is safe for concurrent use;
// one Store must serve the whole process, since it is what keeps two changes of
// one repository apart and lets those that arrive together become one write.
type Store struct {
	// Owners has which objects of the state manage the statements.
	Owners ownership.Registry[Key]

	clients Clients
	// wait blocks for about d or until ctx ends; tests replace it.
	wait  func(ctx context.Context, d time.Duration) error
	now   func() time.Time
	reads *readcache.Reads[awsname.Repository, *policy.Document]

	mu       sync.Mutex
	queues   map[awsname.Repository]*queue
	expected map[awsname.Repository][]string // see Expect
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	s := &Store{
		clients: clients, wait: awsapi.WaitJittered, now: time.Now,
		queues: map[awsname.Repository]*queue{}, expected: map[awsname.Repository][]string{},
	}
	s.reads = readcache.New[awsname.Repository, *policy.Document](func() time.Time { return s.now() })
	return s
}

// get returns the policy of a repository; a repository without a policy has an
// empty document. A missing repository is an error of the kind
// awserr.RepositoryNotFound.
func (s *Store) get(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return nil, err
	}
	out, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{
		RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name),
	})
	if awserr.KindOf(err) == awserr.PolicyNotFound {
		return policy.New(), nil
	}
	if err != nil {
		return nil, awserr.Explain(err, attempt("read", repo))
	}
	if err := checkAnswer(repo, out.RegistryId, out.RepositoryName); err != nil {
		return nil, fmt.Errorf("%w, so nothing was changed", err)
	}
	doc, err := policy.Parse(aws.ToString(out.PolicyText))
	if err != nil {
		return nil, fmt.Errorf("the policy of the repository %s cannot be understood, so nothing was changed: %w", repo.ARN(), err)
	}
	return doc, nil
}

// A sendResult is the result of one attempt to write a policy.
type sendResult struct {
	called bool // AWS was called
	err    error
	retry  aws.Retryer // the client's, which was not used
}

// mayExist reports whether the write has taken effect, or may have.
func (w sendResult) mayExist() bool {
	return w.called && (w.err == nil || awserr.MayHaveTakenEffect(w.err))
}

// retryDelay reports whether the write may be tried again after so many failures, and
// after what time.
func (w sendResult) retryDelay(failures int) (time.Duration, bool) {
	if w.retry == nil || failures >= w.retry.MaxAttempts() || !w.retry.IsErrorRetryable(w.err) {
		return 0, false
	}
	delay, err := w.retry.RetryDelay(failures, w.err)
	return delay, err == nil
}

// write replaces or deletes the policy, in one attempt. The SDK must not repeat
// it: by then the policy may have changed, so that every attempt needs its own read.
func (s *Store) write(ctx context.Context, repo awsname.Repository, doc *policy.Document) sendResult {
	text := doc.String()
	if Size(doc) > MaxSize {
		return sendResult{err: &TooLargeError{Repository: repo, Policy: doc}}
	}
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return sendResult{err: err}
	}
	s.reads.Forget(repo)
	defer s.reads.Forget(repo)       // What was read meanwhile may be the policy from before.
	sent := sendResult{called: true} // Even if the response is about another repository.
	once := func(o *ecr.Options) { sent.retry, o.Retryer = o.Retryer, aws.NopRetryer{} }
	verb := "change"
	var registryID, name *string
	if doc.Empty() {
		if unknown := doc.UnknownElements(); len(unknown) > 0 {
			return sendResult{err: &UnknownElementsError{Repository: repo, Elements: unknown}}
		}
		verb = "delete"
		var out *ecr.DeleteRepositoryPolicyOutput
		out, err = client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{
			RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name),
		}, once)
		if awserr.KindOf(err) == awserr.PolicyNotFound {
			err = nil
		}
		if out != nil {
			registryID, name = out.RegistryId, out.RepositoryName
		}
	} else {
		var out *ecr.SetRepositoryPolicyOutput
		out, err = client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
			RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name), PolicyText: aws.String(text),
		}, once)
		if out != nil {
			registryID, name = out.RegistryId, out.RepositoryName
		}
	}
	sent.err = awserr.Explain(err, attempt(verb, repo))
	if err == nil {
		sent.err = checkAnswer(repo, registryID, name)
	}
	return sent
}

// checkAnswer returns a *MismatchError if a response of ECR is about another repository.
func checkAnswer(repo awsname.Repository, registryID, name *string) error {
	answered := awsname.Repository{Account: cmp.Or(aws.ToString(registryID), repo.Account), Name: cmp.Or(aws.ToString(name), repo.Name)}
	if answered.Account == repo.Account && answered.Name == repo.Name {
		return nil
	}
	return &MismatchError{Repository: repo, Account: answered.Account, Name: answered.Name}
}

func attempt(verb string, repo awsname.Repository) awserr.Attempt {
	return awserr.Attempt{
		Doing:   fmt.Sprintf("%s the policy of the repository %s", verb, repo.Name),
		Account: repo.Account, Region: repo.Region, Side: awserr.RegistrySide,
	}
}
