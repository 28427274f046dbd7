// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var repo = awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}

const foreign = `{"Sid":"their own","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:*","Resource":"*","Odd":1.50}`

// api keeps the embedded interface from hiding the method of its name.
type api = awsapi.ECR

// registry is an ECR that holds one repository policy. before runs ahead of every
// SetRepositoryPolicy and may change the policy or refuse the call.
type registry struct {
	api

	mu     sync.Mutex
	text   string
	reads  int
	writes int
	before func(r *registry) error
	refuse func(text string) error
	after  func(r *registry)
}

func (r *registry) ECR(context.Context, string) (awsapi.ECR, error) { return r, nil }

func (r *registry) GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	if r.text == "" {
		return nil, &types.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(r.text)}, nil
}

func (r *registry) SetRepositoryPolicy(_ context.Context, in *ecr.SetRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	if r.before != nil {
		if err := r.before(r); err != nil {
			return nil, err
		}
	}
	if r.refuse != nil {
		if err := r.refuse(aws.ToString(in.PolicyText)); err != nil {
			return nil, err
		}
	}
	r.text = aws.ToString(in.PolicyText)
	if r.after != nil {
		r.after(r)
	}
	return &ecr.SetRepositoryPolicyOutput{}, nil
}

func (r *registry) DeleteRepositoryPolicy(context.Context, *ecr.DeleteRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	r.text = ""
	return &ecr.DeleteRepositoryPolicyOutput{}, nil
}

// repositories are the calls about repository policies, as package repopolicy makes them.
type repositories struct{}

func (repositories) Get(ctx context.Context, client awsapi.ECR, of awsname.Repository) (Answer, error) {
	out, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(of.Name)})
	if err != nil {
		return Answer{}, err
	}
	return Answer{out.RegistryId, out.RepositoryName, out.PolicyText}, nil
}

func (repositories) Put(ctx context.Context, client awsapi.ECR, of awsname.Repository, text string, options func(*ecr.Options)) (Answer, error) {
	out, err := client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String(of.Name), PolicyText: aws.String(text)}, options)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Account: out.RegistryId, Name: out.RepositoryName}, nil
}

func (repositories) Delete(ctx context.Context, client awsapi.ECR, of awsname.Repository, options func(*ecr.Options)) (Answer, error) {
	out, err := client.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{RepositoryName: aws.String(of.Name)}, options)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Account: out.RegistryId, Name: out.RepositoryName}, nil
}

// testStore is a Store that does not wait.
func testStore(r *registry) *Store {
	store := New(r, repositories{})
	store.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return store
}

func own(sid string) *policy.Statement {
	return policy.NewStatement(policy.StatementSpec{
		Sid: sid, Effect: "Allow", Principals: map[string][]string{"AWS": {"arn:aws:iam::123456789012:root"}}, Actions: []string{"ecr:BatchGetImage"},
	})
}

func put(s *policy.Statement) change {
	return change{sid: s.Sid(), edit: func(doc *policy.Document, _ bool) (*policy.Document, error) { return doc.Put(s), nil }}
}

func remove(sid string) change {
	return change{sid: sid, edit: func(doc *policy.Document, _ bool) (*policy.Document, error) { return doc.Remove(sid), nil }}
}

// waiting is a change that is tried again while a principal is not known.
func waiting(c change) change {
	c.retry = func(err error) bool { return awserr.KindOf(err) == awserr.PrincipalNotFound }
	return c
}

func TestChangeTouchesNothingElse(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `]}`}
	store := testStore(r)
	if _, err := store.apply(t.Context(), repo, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `,` + own("Ours").String() + `]}`
	if r.text != want {
		t.Errorf("after adding\n got %s\nwant %s", r.text, want)
	}
	if _, err := store.apply(t.Context(), repo, remove("Ours")); err != nil {
		t.Fatal(err)
	}
	if want := `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `]}`; r.text != want {
		t.Errorf("after removing\n got %s\nwant %s", r.text, want)
	}
}

func TestChangeWritesNothingWhenNothingChanges(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":{"Sid":"Ours","Effect":"Allow","Principal":{"AWS":["123456789012"]},"Action":["ECR:BatchGetImage"]}}`}
	store := testStore(r)
	if _, err := store.apply(t.Context(), repo, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	if r.writes != 0 || r.reads != confirmations {
		t.Errorf("%d writes and %d reads, want none and two", r.writes, r.reads)
	}
}

func TestTheLastStatementTakesThePolicyWithIt(t *testing.T) {
	t.Parallel()
	r := &registry{}
	store := testStore(r)
	for _, change := range []change{put(own("A")), put(own("B")), remove("A")} {
		if _, err := store.apply(t.Context(), repo, change); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(r.text, `"Sid":"B"`) || strings.Contains(r.text, `"Sid":"A"`) {
		t.Errorf("after removing A: %s", r.text)
	}
	if _, err := store.apply(t.Context(), repo, remove("B")); err != nil {
		t.Fatal(err)
	}
	if r.text != "" {
		t.Errorf("after removing B the policy still stands: %s", r.text)
	}
}

var errPrincipal = &types.InvalidParameterException{Message: aws.String("Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'")}

func TestChangeWaitsForAPrincipal(t *testing.T) {
	t.Parallel()
	refusals := 3
	r := &registry{before: func(*registry) error {
		if refusals > 0 {
			refusals--
			return errPrincipal
		}
		return nil
	}}
	store := testStore(r)
	if _, err := store.apply(t.Context(), repo, waiting(put(own("Ours")))); err != nil {
		t.Fatal(err)
	}
	if r.writes != 4 || !strings.Contains(r.text, "Ours") {
		t.Errorf("sent %d times, want 4; policy %s", r.writes, r.text)
	}
}

func TestChangeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &registry{text: document(foreign), before: func(*registry) error { return errPrincipal }}
	store := testStore(r)
	store.wait = func(ctx context.Context, d time.Duration) error {
		if d == firstRetryDelay {
			cancel() // The user interrupts while the change waits to be tried again.
		}
		return ctx.Err()
	}
	outcome, err := store.apply(ctx, repo, waiting(put(own("Ours"))))
	if outcome.Writes > 0 || awserr.KindOf(err) != awserr.PrincipalNotFound || !errors.Is(err, context.Canceled) {
		t.Errorf("%d writes, error %v, want AWS's error and the end of the context", outcome.Writes, err)
	}
}

func TestChangeDoesNotRetryWhatCannotPass(t *testing.T) {
	t.Parallel()
	r := &registry{before: func(*registry) error { return errPrincipal }}
	store := testStore(r)
	if _, err := store.apply(t.Context(), repo, put(own("Ours"))); awserr.KindOf(err) != awserr.PrincipalNotFound || r.writes != 1 {
		t.Errorf("sent %d times, error %v", r.writes, err)
	}
}

func TestALostWriteIsRepeated(t *testing.T) {
	t.Parallel()
	lost := 2
	r := &registry{}
	r.after = func(r *registry) {
		if lost > 0 {
			lost--
			r.text = `{"Statement":[` + foreign + `]}` // Somebody wrote what they had read before us.
		}
	}
	store := testStore(r)
	if outcome := must(t, store, put(own("Ours"))); outcome.Overwritten != 2 || outcome.Writes != 3 {
		t.Errorf("%+v, want three writes, two of them overwritten", outcome)
	}
	if !strings.Contains(r.text, "Ours") || !strings.Contains(r.text, foreign) {
		t.Errorf("policy %s", r.text)
	}
}

func TestAWriteThatNeverStandsIsAnError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &registry{}
	r.after = func(r *registry) {
		r.text = `{"Statement":[` + foreign + `]}`
		if r.writes == 5 {
			cancel()
		}
	}
	store := testStore(r)
	outcome, err := store.apply(ctx, repo, put(own("Ours")))
	if lost, ok := errors.AsType[*LostError](err); !ok || outcome.Writes < 4 || lost.Writes < 4 {
		t.Errorf("%d writes, error %v, want a LostError", outcome.Writes, err)
	}
}

// A change that was written but not seen standing is reported as written.
func TestAWriteThatCannotBeVerifiedIsReported(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &registry{text: document(foreign)}
	store := testStore(r)
	gone := make(chan struct{})
	store.wait = func(_ context.Context, d time.Duration) error {
		if d == verifyDelay {
			cancel()
			<-gone // The verifying read does not begin before the caller has gone.
		}
		return nil
	}
	outcome, err := store.apply(ctx, repo, put(own("Ours")))
	close(gone)
	if outcome.Writes != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d writes, error %v, want written and canceled", outcome.Writes, err)
	}
}

// A write whose answer is lost may have taken effect.
func TestAWriteWithoutAnAnswerIsReported(t *testing.T) {
	t.Parallel()
	r := &registry{before: func(*registry) error { return context.DeadlineExceeded }}
	store := testStore(r)
	if outcome, err := store.apply(t.Context(), repo, put(own("Ours"))); outcome.Writes != 1 || err == nil {
		t.Errorf("%d writes, error %v, want written and an error", outcome.Writes, err)
	}
}

// gathering is a Store whose first round waits until n changes are in the queue.
func gathering(t *testing.T, r *registry, n int) *Store {
	t.Helper()
	store := testStore(r)
	store.wait = func(ctx context.Context, d time.Duration) error {
		for d == collectTime && ctx.Err() == nil {
			store.mu.Lock()
			waiting := len(store.queues[repo].waiting)
			store.mu.Unlock()
			if waiting >= n || r.count() > 0 {
				break
			}
			runtime.Gosched()
		}
		return ctx.Err()
	}
	return store
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes
}

func TestChangesThatArriveTogetherAreOneWrite(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + foreign + `]}`}
	store := gathering(t, r, 20)
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			if _, err := store.apply(t.Context(), repo, put(own(fmt.Sprintf("S%d", i)))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if r.writes != 1 || r.reads != 1+confirmations {
		t.Errorf("%d writes and %d reads, want one and three", r.writes, r.reads)
	}
}

// One change that AWS refuses fails alone; the others of its batch land.
func TestARefusedChangeFailsAlone(t *testing.T) {
	t.Parallel()
	r := &registry{}
	store := gathering(t, r, 5)
	bad := errors.New("refused")
	r.refuse = func(text string) error {
		if strings.Contains(text, `"Bad"`) {
			return fmt.Errorf("%w: %w", bad, errPrincipal)
		}
		return nil
	}
	var group sync.WaitGroup
	for _, sid := range []string{"A", "B", "Bad", "C", "D"} {
		group.Go(func() {
			_, err := store.apply(t.Context(), repo, put(own(sid)))
			if (sid == "Bad") != errors.Is(err, bad) {
				t.Errorf("%s: %v", sid, err)
			}
		})
	}
	group.Wait()
	for _, sid := range []string{"A", "B", "C", "D"} {
		if !strings.Contains(r.text, `"Sid":"`+sid+`"`) {
			t.Errorf("%s does not stand in %s", sid, r.text)
		}
	}
}

// Changes that can land only together do: each replaces a principal that ECR
// does not accept any more.
func TestChangesThatNeedEachOtherLandTogether(t *testing.T) {
	t.Parallel()
	dead := func(sid string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"ecr:*"}`
	}
	r := &registry{text: `{"Statement":[` + dead("A") + `,` + dead("B") + `]}`}
	r.refuse = func(text string) error {
		if strings.Contains(text, "AROA") {
			return errPrincipal
		}
		return nil
	}
	store := gathering(t, r, 2)
	var group sync.WaitGroup
	for _, sid := range []string{"A", "B"} {
		group.Go(func() {
			if _, err := store.apply(t.Context(), repo, put(own(sid))); err != nil {
				t.Errorf("%s: %v", sid, err)
			}
		})
	}
	group.Wait()
}

// Two changes with one Sid do not take turns: the second sees the first.
func TestTwoChangesWithOneSid(t *testing.T) {
	t.Parallel()
	r := &registry{}
	store := gathering(t, r, 2)
	taken := errors.New("taken")
	var failures atomic.Int32
	var group sync.WaitGroup
	for _, action := range []string{"ecr:BatchGetImage", "ecr:PutImage"} {
		statement := policy.NewStatement(policy.StatementSpec{Sid: "S", Effect: "Allow", Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{action}})
		group.Go(func() {
			_, err := store.apply(t.Context(), repo, change{sid: "S", edit: func(doc *policy.Document, written bool) (*policy.Document, error) {
				if found := doc.Find("S"); len(found) > 0 && !(written && found[0].Canonical() == statement.Canonical()) {
					return nil, taken
				}
				return doc.Put(statement), nil
			}})
			if errors.Is(err, taken) {
				failures.Add(1)
			}
		})
	}
	group.Wait()
	if failures.Load() != 1 || r.writes != 1 {
		t.Errorf("%d failures and %d writes, want one each", failures.Load(), r.writes)
	}
}

func TestAPolicyTooLargeIsNotSent(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + strings.Replace(foreign, "their own", strings.Repeat("x", MaxSize), 1) + `]}`}
	store := testStore(r)
	var large *TooLargeError
	if _, err := store.apply(t.Context(), repo, waiting(put(own("Ours")))); !errors.As(err, &large) || r.writes != 0 {
		t.Errorf("got %v after %d writes, want a TooLargeError and none", err, r.writes)
	}
}

func TestAPolicyThatCannotBeReadIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":"what?"}`}
	store := testStore(r)
	var document *policy.Error
	if _, err := store.apply(t.Context(), repo, waiting(put(own("Ours")))); !errors.As(err, &document) || r.writes != 0 {
		t.Errorf("got %v after %d writes, want a policy.Error and none", err, r.writes)
	}
}

func TestConcurrentChangesAllStand(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + foreign + `]}`}
	store := testStore(r)
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if _, err := store.apply(t.Context(), repo, put(own(fmt.Sprintf("S%d", i)))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	doc, err := store.document(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(doc.Statements()); n != 51 {
		t.Errorf("%d statements stand, want 51", n)
	}
}

func TestWaitingForOthersEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &registry{}
	store := testStore(r)
	release := make(chan struct{})
	store.wait = func(context.Context, time.Duration) error {
		cancel()
		<-release // The round does not begin before the caller has gone.
		return nil
	}
	outcome, err := store.apply(ctx, repo, put(own("Ours")))
	close(release)
	if outcome.Writes > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d writes, error %v, want the end of the context", outcome.Writes, err)
	}
}
