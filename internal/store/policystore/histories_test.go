// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var histories = flag.Int("histories", 10_000, "how many random histories to check")

// adversary is an ECR that answers late, refuses, fails before or after a write
// has taken effect, and shows old policies. Time is the bubble's.
type adversary struct {
	api

	latency time.Duration // at most, each way
	faults  float64       // how many of the writes meet one
	stale   time.Duration // how old the answer of a read may be
	odd     float64       // how many of the responses are not AWS's

	mu     sync.Mutex
	random *rand.Rand
	past   []version
	log    []string
}

type version struct {
	at   time.Time
	text string
}

func (a *adversary) ECR(context.Context, string) (awsapi.ECR, error) { return a, nil }

func (a *adversary) chance() float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.random.Float64()
}

// travel is the way of a request to the server, or of its answer back.
func (a *adversary) travel() { time.Sleep(time.Duration(a.chance() * float64(a.latency))) }

func (a *adversary) note(format string, arguments ...any) {
	a.log = append(a.log, time.Now().Format("05.000 ")+fmt.Sprintf(format, arguments...))
}

func (a *adversary) set(who, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.past = append(a.past, version{time.Now(), text})
	a.note("%s set %s", who, text)
}

func (a *adversary) now() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.past[len(a.past)-1].text
}

// has reports whether the policy says the same as another one.
func (a *adversary) has(t *testing.T, want string) bool {
	t.Helper()
	return mustParse(t, a.now()).Canonical() == mustParse(t, want).Canonical()
}

// shown returns today's policy, or one that stood a while ago.
func (a *adversary) shown() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := len(a.past) - 1
	if a.stale > 0 && a.random.Float64() < 0.3 {
		seen := time.Now().Add(-time.Duration(a.random.Float64() * float64(a.stale)))
		for at > 0 && a.past[at].at.After(seen) {
			at--
		}
	}
	return a.past[at].text
}

func (a *adversary) GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	a.travel()
	text := a.shown()
	a.travel()
	switch odd := a.chance() / a.odd; {
	case odd < 0.2:
		return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(`{"Statement":[]}`), RegistryId: aws.String("111111111111")}, nil
	case odd < 0.4:
		return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(`{"Statement":[]}`), RepositoryName: aws.String("other")}, nil
	case odd < 0.6:
		return &ecr.GetRepositoryPolicyOutput{}, nil
	case odd < 0.8:
		return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(text[:len(text)/2])}, nil
	case odd < 1:
		return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(`null`)}, nil
	case text == "":
		return nil, &types.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(text)}, nil
}

var (
	errThrottled = &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}
	errReset     = &retryableError{errors.New("connection reset by peer")}
)

type retryableError struct{ error }

func (*retryableError) RetryableError() bool { return true }

// write lets a write take effect, unless it meets a fault.
func (a *adversary) write(text string, options []func(*ecr.Options), dead ...*atomic.Bool) error {
	for _, option := range options {
		option(&ecr.Options{Retryer: retry.NewStandard()})
	}
	a.travel()
	fault := a.chance() / a.faults
	switch {
	case fault < 0.25:
		return errThrottled
	case fault < 0.5:
		return errReset // before it took effect
	case fault < 0.75 && strings.Contains(text, "arn:aws:iam::123456789012:root"):
		return errPrincipal
	}
	if len(dead) > 0 && dead[0].Load() {
		return errDead
	}
	a.set("store", text)
	a.travel()
	if fault < 1 {
		return errReset // after it took effect
	}
	return nil
}

func (a *adversary) SetRepositoryPolicy(_ context.Context, in *ecr.SetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	out := &ecr.SetRepositoryPolicyOutput{}
	if a.chance() < a.odd {
		out.RepositoryName = aws.String("other")
	}
	return out, a.write(aws.ToString(in.PolicyText), options)
}

func (a *adversary) DeleteRepositoryPolicy(_ context.Context, _ *ecr.DeleteRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error) {
	return &ecr.DeleteRepositoryPolicyOutput{}, a.write("", options)
}

// A history is what one caller did to the statement of its Sid: the forms that it
// may have now. After an acknowledged change that is one form; each change that
// was not acknowledged adds another.
type history struct {
	sid   string
	forms []string
}

// act makes some changes, one after the other.
func (h *history) act(t *testing.T, a *adversary, store *Store) {
	h.forms = []string{""}
	for step := range 1 + int(a.chance()*2.5) {
		change, form := remove(h.sid), ""
		if step%2 == 0 || a.chance() < 0.5 {
			s := policy.NewStatement(policy.StatementSpec{
				Sid: h.sid, Effect: "Allow", Principals: map[string][]string{"AWS": {"arn:aws:iam::123456789012:root"}}, Actions: []string{fmt.Sprintf("ecr:Step%d", step)},
			})
			change, form = put(s), s.Canonical()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		_, err := store.apply(ctx, repo, waiting(change))
		cancel()
		if err == nil {
			h.forms = nil
		}
		h.forms = append(h.forms, form)
		time.Sleep(time.Duration(a.chance() * float64(2*time.Second)))
	}
}

// rewrite is another writer that changes a statement of its own in place, as tools
// without any care for others do.
func rewrite(t *testing.T, a *adversary) {
	for n := range 3 {
		time.Sleep(time.Duration(a.chance() * float64(3*time.Second)))
		doc, err := policy.Parse(a.now())
		if err != nil {
			t.Error(err)
			return
		}
		s := policy.NewStatement(policy.StatementSpec{Sid: "Stranger", Effect: "Deny", Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{fmt.Sprintf("ecr:Step%d", n)}})
		a.travel()
		a.set("stranger", doc.Put(s).String())
	}
}

// check runs one history and compares its end with what was acknowledged.
func check(t *testing.T, seed uint64, stores, callers int, a *adversary) {
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a repeatable sequence is wanted
	a.random = random
	a.set("start", `{"Statement":[`+foreign+`,{"Sid":"Stranger","Effect":"Deny","Principal":"*","Action":"ecr:Start"}]}`)
	var group sync.WaitGroup
	all := make([]*history, stores*callers)
	for i := range stores {
		store := New(a, repositories{})
		for j := range callers {
			h := &history{sid: fmt.Sprintf("S%dx%d", i, j)}
			all[i*callers+j] = h
			group.Go(func() { h.act(t, a, store) })
		}
	}
	if a.stale == 0 && seed%2 == 0 {
		group.Go(func() { rewrite(t, a) })
	}
	group.Wait()
	time.Sleep(time.Hour) // Stores may still put back what they see gone.
	text := a.now()
	doc := mustParse(t, text)
	fail := func(format string, arguments ...any) {
		t.Errorf("seed %d: %s\nend %s\n%s", seed, fmt.Sprintf(format, arguments...), text, strings.Join(a.log, "\n"))
	}
	for _, h := range all {
		form := ""
		if found := doc.Find(h.sid); len(found) == 1 {
			form = found[0].Canonical()
		} else if len(found) > 1 {
			fail("%s stands %d times", h.sid, len(found))
		}
		if !slices.Contains(h.forms, form) {
			fail("%s is %q, want one of %q", h.sid, form, h.forms)
		}
	}
	if !strings.Contains(text, foreign) {
		fail("the foreign statement is gone")
	}
	if len(doc.Find("Stranger")) != 1 {
		fail("the stranger's own statement is gone")
	}
}

func mustParse(t *testing.T, text string) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestHistories runs random histories of many callers against an adversary. At
// the end the policy is what a sequence of the acknowledged changes makes, and
// what was there before stands.
func TestHistories(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t *testing.T, seed uint64){
		// Answers are late, but true, or plainly not AWS's.
		"several stores": func(t *testing.T, seed uint64) {
			check(t, seed, 2+int(seed%3), 1+int(seed/3%2), &adversary{latency: 400 * time.Millisecond, faults: 0.1, odd: float64(seed/8%2) / 10})
		},
		// Answers may be old. What other processes do between two of them cannot be seen.
		"one store, old answers": func(t *testing.T, seed uint64) {
			check(t, seed, 1, 2+int(seed%3), &adversary{latency: 150 * time.Millisecond, faults: 0.1, stale: 5 * time.Second})
		},
	} {
		const shards = 2
		for shard := range shards {
			t.Run(fmt.Sprintf("%s/%d", name, shard), func(t *testing.T) {
				t.Parallel()
				for seed := shard; seed < *histories/2 && !t.Failed(); seed += shards {
					synctest.Test(t, func(t *testing.T) { run(t, uint64(seed)) }) //nolint:gosec // not negative
				}
			})
		}
	}
}
