package repopolicy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
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

// testStore is a Store that does not wait; waits counts how often it would have.
func testStore(r *registry) (store *Store, waits *int) {
	store, waits = New(r), new(int)
	store.wait = func(ctx context.Context, _ time.Duration) error { *waits++; return ctx.Err() }
	return store, waits
}

func own(sid string) *policy.Statement {
	return policy.NewStatement(policy.StatementSpec{
		Sid: sid, Effect: "Allow", Principals: map[string][]string{"AWS": {"arn:aws:iam::123456789012:root"}}, Actions: []string{"ecr:BatchGetImage"},
	})
}

func put(s *policy.Statement) Edit {
	return func(doc *policy.Document, _ bool) (*policy.Document, error) { return doc.Put(s), nil }
}

func remove(sid string) Edit {
	return func(doc *policy.Document, _ bool) (*policy.Document, error) { return doc.Remove(sid), nil }
}

func unknownPrincipal(err error) bool { return awsapi.KindOf(err) == awsapi.PrincipalNotFound }
func never(error) bool                { return false }

func TestChangeTouchesNothingElse(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `]}`}
	store, _ := testStore(r)
	if _, err := store.Change(t.Context(), repo, never, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `,` + own("Ours").String() + `]}`
	if r.text != want {
		t.Errorf("after adding\n got %s\nwant %s", r.text, want)
	}
	if _, err := store.Change(t.Context(), repo, never, remove("Ours")); err != nil {
		t.Fatal(err)
	}
	if want := `{"Version":"2008-10-17","Id":"x","Statement":[` + foreign + `]}`; r.text != want {
		t.Errorf("after removing\n got %s\nwant %s", r.text, want)
	}
}

func TestChangeWritesNothingWhenNothingChanges(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":{"Sid":"Ours","Effect":"Allow","Principal":{"AWS":["123456789012"]},"Action":["ECR:BatchGetImage"]}}`}
	store, _ := testStore(r)
	if _, err := store.Change(t.Context(), repo, never, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	if r.writes != 0 || r.reads != 1 {
		t.Errorf("%d writes and %d reads, want none and one", r.writes, r.reads)
	}
}

func TestTheLastStatementTakesThePolicyWithIt(t *testing.T) {
	t.Parallel()
	r := &registry{}
	store, _ := testStore(r)
	for _, edit := range []Edit{put(own("A")), put(own("B")), remove("A")} {
		if _, err := store.Change(t.Context(), repo, never, edit); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(r.text, `"Sid":"B"`) || strings.Contains(r.text, `"Sid":"A"`) {
		t.Errorf("after removing A: %s", r.text)
	}
	if _, err := store.Change(t.Context(), repo, never, remove("B")); err != nil {
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
	store, waits := testStore(r)
	if _, err := store.Change(t.Context(), repo, unknownPrincipal, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	if *waits != 3 || !strings.Contains(r.text, "Ours") {
		t.Errorf("%d waits, want 3; policy %s", *waits, r.text)
	}
}

func TestChangeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := &registry{before: func(*registry) error { return errPrincipal }}
	store, _ := testStore(r)
	ctx, cancel := context.WithCancel(t.Context())
	store.wait = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
	_, err := store.Change(ctx, repo, unknownPrincipal, put(own("Ours")))
	if awsapi.KindOf(err) != awsapi.PrincipalNotFound || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want AWS's error and the end of the context", err)
	}
}

func TestChangeDoesNotRetryWhatCannotPass(t *testing.T) {
	t.Parallel()
	r := &registry{before: func(*registry) error { return errPrincipal }}
	store, waits := testStore(r)
	if _, err := store.Change(t.Context(), repo, never, put(own("Ours"))); awsapi.KindOf(err) != awsapi.PrincipalNotFound || *waits != 0 {
		t.Errorf("%d waits, error %v", *waits, err)
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
	store, _ := testStore(r)
	if _, err := store.Change(t.Context(), repo, never, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.text, "Ours") || !strings.Contains(r.text, foreign) {
		t.Errorf("policy %s", r.text)
	}
}

func TestAWriteThatNeverStandsIsAnError(t *testing.T) {
	t.Parallel()
	r := &registry{after: func(r *registry) { r.text = `{"Statement":[` + foreign + `]}` }}
	store, _ := testStore(r)
	var lost *LostError
	if _, err := store.Change(t.Context(), repo, never, put(own("Ours"))); !errors.As(err, &lost) || lost.Writes != r.writes {
		t.Errorf("got %v after %d writes, want a LostError", err, r.writes)
	}
}

// When the read that would verify fails, the caller learns that the write was made.
func TestAWriteThatCannotBeVerifiedIsReported(t *testing.T) {
	t.Parallel()
	r := &registry{}
	ctx, cancel := context.WithCancel(t.Context())
	r.after = func(*registry) { cancel() }
	store, _ := testStore(r)
	store.clients = untilDone{r}
	written, err := store.Change(ctx, repo, never, put(own("Ours")))
	if !written || !errors.Is(err, context.Canceled) {
		t.Errorf("written %t, error %v, want written and canceled", written, err)
	}
}

// untilDone gives a client until the context ends, as the SDK's retries do.
type untilDone struct{ *registry }

func (u untilDone) ECR(ctx context.Context, region string) (awsapi.ECR, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return u.registry.ECR(ctx, region)
}

func TestAPolicyTooLargeIsNotSent(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + strings.Replace(foreign, "their own", strings.Repeat("x", MaxSize), 1) + `]}`}
	store, _ := testStore(r)
	var large *TooLargeError
	if _, err := store.Change(t.Context(), repo, unknownPrincipal, put(own("Ours"))); !errors.As(err, &large) || r.writes != 0 {
		t.Errorf("got %v after %d writes, want a TooLargeError and none", err, r.writes)
	}
}

func TestAPolicyThatCannotBeReadIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":"what?"}`}
	store, _ := testStore(r)
	var document *policy.Error
	if _, err := store.Change(t.Context(), repo, unknownPrincipal, put(own("Ours"))); !errors.As(err, &document) || r.writes != 0 {
		t.Errorf("got %v after %d writes, want a policy.Error and none", err, r.writes)
	}
}

func TestConcurrentChangesAllStand(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + foreign + `]}`}
	store := New(r)
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if _, err := store.Change(t.Context(), repo, never, put(own(fmt.Sprintf("S%d", i)))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	doc, err := store.Get(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(doc.Statements()); n != 51 {
		t.Errorf("%d statements stand, want 51", n)
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	t.Parallel()
	store := New(&registry{})
	unlock, err := store.lock(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Change(ctx, repo, never, put(own("Ours"))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
