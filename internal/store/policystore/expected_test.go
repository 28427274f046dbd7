// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// falseReads is how many false reads in a row lose nothing.
const falseReads = 4

// lying is a registry whose first n reads show something else.
func lying(text, shown string, n int) *scripted {
	return &scripted{registry: &registry{text: text}, answer: func(number int, live string) string {
		if number <= n {
			return shown
		}
		return live
	}}
}

// What the plan has seen is not overwritten because of some false reads in another
// process. What stays missing was deleted by its owner, and the outcome names it.
func TestWhatThePlanHasSeenIsLookedForAgain(t *testing.T) {
	t.Parallel()
	unnamed := strings.Replace(theirs, `"Sid":"Theirs",`, "", 1)
	all := document(foreign, theirs, unnamed)
	for name, shown := range map[string]string{
		"no policy":         "",
		"no statements":     document(),
		"an older document": document(own("Old").String()),
	} {
		for n := range falseReads + 1 {
			r := lying(all, shown, n)
			store := scriptedStore(r)
			store.Expect(repo, Fingerprints(mustParse(t, all)))
			outcome := must(t, store, put(own("A")))
			if want := "their own Theirs  A"; standing(r.text) != want || len(outcome.Lost) > 0 {
				t.Errorf("%s, %d false reads: the policy has %q, want %q; lost %q", name, n, standing(r.text), want, outcome.Lost)
			}
		}
		r := lying(shown, shown, 0)
		store := scriptedStore(r)
		store.Expect(repo, Fingerprints(mustParse(t, all)))
		outcome := must(t, store, put(own("A")))
		if want := []string{"", "Theirs", "their own"}; !slices.Equal(outcome.Lost, want) || !strings.Contains(r.text, `"A"`) {
			t.Errorf("%s: lost %q, want %q; %s", name, outcome.Lost, want, r.text)
		}
		reads := r.reads
		store.Expect(repo, Fingerprints(mustParse(t, all))) // Of the plan of another grant.
		if outcome := must(t, store, put(own("B"))); len(outcome.Lost) > 0 || r.reads != reads+1+confirmations {
			t.Errorf("%s: %d more reads, lost %q; want no more than for any change", name, r.reads-reads, outcome.Lost)
		}
	}
}

// A plan that is out of date costs at most some seconds.
func TestWhatThePlanHasSeenIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plan, now string
		longest   time.Duration
	}{
		"deleted":   {document(foreign, theirs), document(foreign), 18 * time.Second},
		"changed":   {document(foreign, theirs), document(foreign, strings.Replace(theirs, "222", "333", 1)), 4 * time.Second},
		"added":     {document(foreign), document(foreign, theirs), 3 * time.Second},
		"no policy": {"", "", 5 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := New(&registry{text: test.now}, repositories{})
			if test.plan != "" {
				store.Expect(repo, Fingerprints(mustParse(t, test.plan)))
			}
			start := time.Now()
			outcome := must(t, store, put(own("A")))
			if took := time.Since(start); took > test.longest || len(outcome.Lost) > 0 != (name == "deleted") {
				t.Errorf("%s: took %s, want at most %s; lost %q", name, took, test.longest, outcome.Lost)
			}
			time.Sleep(time.Hour) // The store looks for more changes.
		})
	}
}

// A read that shows how a statement was before its owner changed it is not written back.
func TestAnOlderFormOfAStatementIsReadAgain(t *testing.T) {
	t.Parallel()
	changed := strings.Replace(theirs, "222", "333", 1)
	r := lying(document(changed), document(theirs), 1)
	store := scriptedStore(r)
	store.Expect(repo, Fingerprints(mustParse(t, document(changed))))
	if outcome := must(t, store, put(own("A"))); !strings.Contains(r.text, changed) || len(outcome.Lost) > 0 {
		t.Errorf("%s, lost %q", r.text, outcome.Lost)
	}
}

// A policy that ECR reports as missing is read again twice before a new one replaces it.
func TestAMissingPolicyIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, planned := range []bool{false, true} {
		for n := range 3 {
			r := lying(document(foreign), "", n)
			store := scriptedStore(r)
			if planned {
				if _, err := store.Read(t.Context(), repo); err != nil {
					t.Fatal(err)
				}
				r.reads = 0 // The plan is no such read: it may be just before.
			}
			must(t, store, put(own("A")))
			if want := "their own A"; standing(r.text) != want {
				t.Errorf("planned=%t, %d false reads: the policy has %q, want %q", planned, n, standing(r.text), want)
			}
		}
	}
}

// A process whose reads show its writes at once reads a missing policy again in less time. Where
// they lag, it waits as always.
func TestAMissingPolicyIsReadAgainBehindTheCaller(t *testing.T) {
	t.Parallel()
	for _, lags := range []bool{false, true} {
		t.Run(fmt.Sprintf("lags=%t", lags), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &lagging{process: alone()}
				if lags {
					p.lag = 300 * time.Millisecond
				}
				p.store = New(p, repositories{})
				p.account["r20"].set("somebody", "")
				p.becomeCalm(t)
				time.Sleep(2 * lookDelay)
				before := p.requests.Load()
				if lags {
					time.AfterFunc(atOnce, func() { p.account["r20"].set("another team", document(foreign)) })
				}
				if _, took := p.grant(t, 20, put(own("A"))); took < verifyDelay/2 != !lags {
					t.Errorf("the caller waited for %s", took)
				}
				p.finish(t.Context())
				if got, want := p.requests.Load()-before, int64(3+1+1); !lags && got != want {
					t.Errorf("%d requests, want %d: three reads, a write, and a read that verifies it", got, want)
				}
				if lags && !strings.Contains(p.account["r20"].now(), foreign) {
					t.Errorf("the statement of another team is gone: %s", p.account["r20"].now())
				}
			})
		})
	}
}

// lagging is a process to which ECR shows each policy as it was a short while ago.
type lagging struct {
	*process
	lag time.Duration
}

func (l *lagging) ECR(context.Context, string) (awsapi.ECR, error) { return l, nil }

func (l *lagging) GetRepositoryPolicy(ctx context.Context, in *ecr.GetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	a := l.account[aws.ToString(in.RepositoryName)]
	a.mu.Lock()
	seen := time.Now().Add(-l.lag)
	text := a.past[0].text
	for _, v := range a.past {
		if !v.at.After(seen) {
			text = v.text
		}
	}
	a.mu.Unlock()
	if l.lag == 0 {
		return l.process.GetRepositoryPolicy(ctx, in, options...)
	}
	a.travel()
	if text == "" {
		return nil, &types.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(text)}, nil
}

// A read of this process before the apply counts like the plan: a Create has no private
// state.
func TestWhatARefreshOfTheProcessHasSeen(t *testing.T) {
	t.Parallel()
	r := &scripted{registry: &registry{text: document(foreign)}}
	store := scriptedStore(r)
	if _, err := store.Read(t.Context(), repo); err != nil {
		t.Fatal(err)
	}
	r.answer = func(n int, live string) string {
		if n <= 1+falseReads {
			return ""
		}
		return live
	}
	must(t, store, put(own("A")))
	if want := "their own A"; standing(r.text) != want {
		t.Errorf("the policy has %q, want %q", standing(r.text), want)
	}
}

// False reads do not make a Delete believe that its statement is gone. What this process
// has deleted is not looked for, although the plans of others have seen it.
func TestDeletesOfOnePlan(t *testing.T) {
	t.Parallel()
	text := document(foreign, own("A").String(), own("B").String())
	r := lying(text, "", falseReads)
	store := scriptedStore(r)
	for i, sid := range []string{"A", "B"} {
		reads := r.reads
		store.Expect(repo, Fingerprints(mustParse(t, text)))
		result, err := store.Delete(t.Context(), Key{repo, sid}, ownership.Object{Token: sid}, own(sid))
		if err != nil || len(result.Lost) > 0 || i == 1 && r.reads != reads+1+confirmations {
			t.Errorf("%s: %v, lost %q after %d reads", sid, err, result.Lost, r.reads-reads)
		}
	}
	if want := "their own"; standing(r.text) != want {
		t.Errorf("the policy has %q, want %q", standing(r.text), want)
	}
}

// False reads in the middle of a run lose nothing either.
func TestFalseReadsAfterAWrite(t *testing.T) {
	t.Parallel()
	for from := 2; from < 6; from++ {
		for count := range falseReads + 1 {
			r := &scripted{registry: &registry{text: document(foreign, theirs)}}
			r.answer = func(n int, live string) string {
				if from <= n && n < from+count {
					return ""
				}
				return live
			}
			store := scriptedStore(r)
			must(t, store, put(own("A")), put(own("B")))
			if want := "their own Theirs A B"; standing(r.text) != want {
				t.Errorf("reads %d to %d false: the policy has %q, want %q", from, from+count-1, standing(r.text), want)
			}
		}
	}
}

func TestFingerprintsAreBounded(t *testing.T) {
	t.Parallel()
	doc := policy.New()
	for range 3 * maxFingerprints {
		doc = doc.Put(mustParse(t, document(strings.Replace(theirs, `"Sid":"Theirs",`, "", 1))).Statements()[0])
	}
	if n := len(Fingerprints(doc)); n != maxFingerprints {
		t.Errorf("%d fingerprints", n)
	}
	if sidOf("short") != "" {
		t.Error("a fingerprint that is none has a Sid")
	}
}
