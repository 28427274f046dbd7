// SPDX-License-Identifier: MPL-2.0

// Package policystore is the one way to a policy of ECR: that of a repository or of a
// registry. ECR replaces the whole document at every write and has no version to compare
// with. So changes of one policy that arrive together become one short
// read-modify-write, and a change is done only when a read shows it after other writers
// have had the time to overwrite it. Otherwise it is made again.
package policystore

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

// Calls are the calls of ECR for one kind of policy. Each is about the policy of a
// repository, or about that of a registry, which is a repository without a name.
type Calls interface {
	Get(ctx context.Context, client awsapi.ECR, of awsname.Repository) (Answer, error)
	Put(ctx context.Context, client awsapi.ECR, of awsname.Repository, text string, options func(*ecr.Options)) (Answer, error)
	Delete(ctx context.Context, client awsapi.ECR, of awsname.Repository, options func(*ecr.Options)) (Answer, error)
}

// An Answer is what ECR answers to a call: whose policy it was about, and the policy. What
// is not in the answer is nil.
type Answer struct{ Account, Name, Text *string }

// A Store reads and changes policies of one kind. It is safe for concurrent use; one Store
// must serve the whole process, since it is what keeps two changes of one policy apart and
// lets those that arrive together become one write.
type Store struct {
	// Owners has which objects of the state manage the statements.
	Owners ownership.Registry[Key]

	clients Clients
	calls   Calls
	// wait blocks for about d or until ctx ends; tests replace it.
	wait  func(ctx context.Context, d time.Duration) error
	now   func() time.Time
	reads *readcache.Reads[awsname.Repository, content]
	// across has what AWS answered with credentials of another account.
	across *readcache.Reads[awsname.Repository, acrossAnswer]

	calm *calm

	mu       sync.Mutex
	queues   map[awsname.Repository]*queue
	expected map[awsname.Repository]expectation
}

// New returns a Store that makes calls through clients.
func New(clients Clients, calls Calls) *Store {
	s := &Store{
		clients: clients, calls: calls, wait: awsapi.WaitJittered, now: time.Now,
		calm: newCalm(), queues: map[awsname.Repository]*queue{}, expected: map[awsname.Repository]expectation{},
	}
	s.reads = readcache.New[awsname.Repository, content](func() time.Time { return s.now() })
	s.across = readcache.New[awsname.Repository, acrossAnswer](func() time.Time { return s.now() })
	return s
}

// A content is a policy as it was read.
type content struct {
	text    string           // empty for none
	doc     *policy.Document // as the text says; empty for none
	invalid error            // why there is no doc
}

// An acrossAnswer is what AWS answers to another account.
type acrossAnswer struct {
	read content
	err  error
}

// get returns a policy. A missing repository is an error of the kind
// awserr.RepositoryNotFound.
func (s *Store) get(ctx context.Context, repo awsname.Repository) (content, error) {
	client, err := s.clients.ECR(ctx, repo.Region)
	if err != nil {
		return content{}, err
	}
	answer, err := s.calls.Get(ctx, client, repo)
	if awserr.KindOf(err) == awserr.PolicyNotFound {
		return content{doc: policy.New()}, nil
	}
	if err != nil {
		return content{}, awserr.Explain(err, attempt("read", repo))
	}
	if err := checkAnswer(repo, answer); err != nil {
		return content{}, fmt.Errorf("%w, so nothing was changed", err)
	}
	read := content{text: aws.ToString(answer.Text)}
	if read.doc, err = policy.Parse(read.text); err != nil {
		read.invalid = fmt.Errorf("%s cannot be understood, so nothing was changed: %w", Name(repo), err)
	}
	return read, nil
}

// document is get for those who need the document.
func (s *Store) document(ctx context.Context, repo awsname.Repository) (*policy.Document, error) {
	read, err := s.get(ctx, repo)
	if err != nil {
		return nil, err
	}
	return read.doc, read.invalid
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
	var answer Answer
	if doc.Empty() {
		if unknown := doc.UnknownElements(); len(unknown) > 0 {
			return sendResult{err: &UnknownElementsError{Repository: repo, Elements: unknown}}
		}
		verb = "delete"
		answer, err = s.calls.Delete(ctx, client, repo, once)
		if awserr.KindOf(err) == awserr.PolicyNotFound {
			err = nil
		}
	} else {
		answer, err = s.calls.Put(ctx, client, repo, text, once)
	}
	sent.err = awserr.Explain(err, attempt(verb, repo))
	if err == nil {
		sent.err = checkAnswer(repo, answer)
	}
	return sent
}

// checkAnswer returns a *MismatchError if a response of ECR is about another policy.
func checkAnswer(repo awsname.Repository, answer Answer) error {
	account, name := cmp.Or(aws.ToString(answer.Account), repo.Account), cmp.Or(aws.ToString(answer.Name), repo.Name)
	if account == repo.Account && name == repo.Name {
		return nil
	}
	return &MismatchError{Repository: repo, Account: account, Name: name}
}

func attempt(verb string, repo awsname.Repository) awserr.Attempt {
	doing := verb + " the registry policy"
	if repo.Name != "" {
		doing = verb + " the policy of the repository " + repo.Name
	}
	return awserr.Attempt{Doing: doing, Account: repo.Account, Region: repo.Region, Side: awserr.RegistrySide}
}
