// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// both tests a process whose callers wait, and one whose callers do not wait any more.
func both(t *testing.T, test func(t *testing.T, p *process)) {
	t.Helper()
	for _, waits := range []bool{false, true} {
		t.Run(fmt.Sprintf("before_return=%t", waits), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := alone()
				if waits {
					p.store.VerifyBeforeReturn()
				}
				p.becomeCalm(t)
				time.Sleep(2 * lookDelay)
				test(t, p)
			})
		})
	}
}

// A statement that somebody creates with the Sid of a deleted one is theirs: when they
// revoke it, it is not restored.
func TestNewStatementWithTheSidOfADeletedOne(t *testing.T) {
	t.Parallel()
	edited := strings.Replace(own("Old").String(), "BatchGetImage", "PutImage", 1)
	both(t, func(t *testing.T, p *process) {
		r := p.account["r20"]
		r.set("start", document(foreign, own("Old").String()))
		time.AfterFunc(700*time.Millisecond, func() { r.set("somebody", document(foreign, edited)) })
		if _, err := p.store.Delete(t.Context(), Key{repositoryNamed("r20"), "Old"}, ownership.Object{Token: "t"}, own("Old")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		r.set("somebody", document(foreign))
		time.Sleep(time.Second)
		outcome, _ := p.grant(t, 20, put(own("B")))
		p.finish(t.Context())
		if want := document(foreign, own("B").String()); !r.has(t, want) || len(outcome.Restored) > 0 {
			t.Errorf("restored %v; the policy is %s", outcome.Restored, r.now())
		}
	})
}

// In a policy with an older Version, a policy variable is plain text: a statement that has one
// is not written again when another writer has set that Version.
func TestNoPolicyVariableInAnOlderVersion(t *testing.T) {
	t.Parallel()
	old := strings.Replace(document(foreign), "2012-10-17", "2008-10-17", 1)
	private := mustParse(t, document(`{"Sid":"V","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}}`)).Statements()[0]
	for _, verified := range []bool{false, true} {
		t.Run(fmt.Sprintf("verified=%t", verified), func(t *testing.T) {
			t.Parallel()
			both(t, func(t *testing.T, p *process) {
				r := p.account["r20"]
				overwritten := 300 * time.Millisecond
				if verified {
					overwritten = 10 * time.Second
				}
				time.AfterFunc(overwritten, func() { r.set("somebody", old) })
				_, err := p.store.Create(t.Context(), repositoryNamed("r20"), "t", private)
				time.Sleep(15 * time.Second)
				outcome, _ := p.grant(t, 20, put(own("B")))
				for _, late := range append(outcome.Late, p.finish(t.Context())...) {
					err = errors.Join(err, late.Err)
				}
				if strings.Contains(r.now(), "${") || len(outcome.Restored) > 0 {
					t.Errorf("restored %v; the policy is %s", outcome.Restored, r.now())
				}
				if _, told := errors.AsType[*VersionError](err); told == verified {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}

// flaky is a process that ECR does not always answer.
type flaky struct {
	*process
	failure func(name string, writes bool) error // nil for none
}

func (f *flaky) ECR(context.Context, string) (awsapi.ECR, error) { return f, nil }

func (f *flaky) GetRepositoryPolicy(ctx context.Context, in *ecr.GetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	if err := f.failure(aws.ToString(in.RepositoryName), false); err != nil {
		return nil, err
	}
	return f.process.GetRepositoryPolicy(ctx, in, options...)
}

func (f *flaky) SetRepositoryPolicy(ctx context.Context, in *ecr.SetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	err := f.failure(aws.ToString(in.RepositoryName), true)
	if err == nil {
		return f.process.SetRepositoryPolicy(ctx, in, options...)
	}
	for _, option := range options {
		option(&ecr.Options{Retryer: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 11 })})
	}
	return nil, err
}

// A repair behind the caller is tried until it succeeds, less and less often.
func TestRepairsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		writes bool          // not the reads fail, but the writes
		lasts  time.Duration // from the first failure
		ends   bool          // the process ends then
		most   int           // failures
	}{
		"throttled":                {errThrottled, true, 10 * time.Second, false, 12},
		"reads fail":               {errReset, false, 10 * time.Second, false, 12},
		"unknown role":             {errPrincipal, true, 10 * time.Second, false, 12},
		"reads fail until the end": {errReset, false, 4 * time.Second, true, 4},
		"refused until the end":    {errPrincipal, true, 4 * time.Second, true, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, failures := &flaky{process: alone()}, 0
				f.store = New(f, repositories{})
				var mu sync.Mutex // for the times and failures
				var overwritten, over time.Time
				f.failure = func(name string, writes bool) error {
					mu.Lock()
					defer mu.Unlock()
					if name != "r20" || writes != test.writes || overwritten.IsZero() {
						return nil
					}
					if over.IsZero() {
						over = time.Now().Add(test.lasts)
					}
					if !time.Now().Before(over) {
						return nil
					}
					failures++
					return test.err
				}
				f.becomeCalm(t)
				time.Sleep(2 * lookDelay)
				f.grant(t, 20, put(own("A")))
				time.Sleep(atOnce)
				f.account["r20"].set("somebody", document(foreign, theirs))
				mu.Lock()
				overwritten = time.Now()
				mu.Unlock()
				time.Sleep(5 * time.Second)
				if test.ends {
					mu.Lock()
					end := over
					mu.Unlock()
					time.Sleep(time.Until(end))
				} else {
					time.Sleep(2 * time.Minute)
				}
				ctx, cancel := context.WithTimeout(t.Context(), timeToFinish)
				defer cancel()
				late := f.finish(ctx)
				if want := document(foreign, theirs, own("A").String()); !f.account["r20"].has(t, want) || len(late) != 1 || late[0].Err != nil {
					t.Errorf("reported %v; the policy is %s", late, f.account["r20"].now())
				}
				mu.Lock()
				defer mu.Unlock()
				if failures == 0 || failures > test.most {
					t.Errorf("%d failures, want at most %d", failures, test.most)
				}
			})
		})
	}
}

// A repair that is to be tried again is given up when its own process removes the statement.
func TestARepairEndsWithItsStatement(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &flaky{process: alone()}
		f.store = New(f, repositories{})
		var refusing atomic.Bool
		f.failure = func(name string, writes bool) error {
			if name == "r20" && writes && refusing.Load() {
				return errPrincipal
			}
			return nil
		}
		f.becomeCalm(t)
		f.grant(t, 20, put(own("A")))
		refusing.Store(true)
		f.account["r20"].set("somebody", document(foreign, theirs))
		time.Sleep(20 * time.Second)
		f.grant(t, 20, remove("A"))
		refusing.Store(false)
		f.finish(t.Context())
		if want := document(foreign, theirs); !f.account["r20"].has(t, want) {
			t.Errorf("the policy is %s, want %s", f.account["r20"].now(), want)
		}
	})
}

// A repair that succeeds only after a long while does not bring back what somebody may have
// removed meanwhile. It is reported.
func TestALateRepairIsReported(t *testing.T) {
	t.Parallel()
	for _, recovers := range []time.Duration{time.Minute, 5 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			f := &flaky{process: alone()}
			f.store = New(f, repositories{})
			var failing atomic.Bool
			f.failure = func(name string, writes bool) error {
				if name == "r20" && !writes && failing.Load() {
					return errReset
				}
				return nil
			}
			f.becomeCalm(t)
			f.grant(t, 20, put(own("A")))
			failing.Store(true)
			time.Sleep(recovers)
			f.account["r20"].set("somebody", document(foreign))
			time.Sleep(time.Minute)
			failing.Store(false)
			time.Sleep(time.Minute)
			late := f.finish(t.Context())
			if want := document(foreign); !f.account["r20"].has(t, want) || len(late) != 1 || late[0].Err == nil {
				t.Errorf("reported %v; the policy is %s", late, f.account["r20"].now())
			}
		})
	}
}

// Where ECR is slow, a repair may take longer than a verified statement is restored.
func TestASlowRepairIsMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		p.account["r20"].latency = 3 * time.Second
		p.becomeCalm(t)
		p.grant(t, 20, put(own("A")))
		time.Sleep(time.Second)
		p.account["r20"].set("somebody", document(foreign)) // It may be an old document.
		late := p.finish(t.Context())
		if want := document(foreign, own("A").String()); !p.account["r20"].has(t, want) {
			t.Errorf("the policy is %s, want %s; reported %v", p.account["r20"].now(), want, late)
		}
	})
}

// A verified statement that is restored at the end is written before the process ends.
func TestFinishWaitsForARestoration(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		p.becomeCalm(t)
		p.grant(t, 20, put(own("A")))
		time.Sleep(5 * time.Second)
		p.grant(t, 20, put(own("B")))
		time.Sleep(atOnce)
		p.account["r20"].set("somebody", document(foreign, own("B").String()))
		p.store.Finish(t.Context())
		p.dead.Store(true)
		time.Sleep(time.Minute)
		if want := document(foreign, own("B").String(), own("A").String()); !p.account["r20"].has(t, want) {
			t.Errorf("the policy is %s, want %s", p.account["r20"].now(), want)
		}
	})
}

// A change that leaves a statement as it is does not end the verification of the one that put it.
func TestAnEmptyChangeDoesNotEndAVerification(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := alone()
		p.becomeCalm(t)
		p.grant(t, 20, put(own("A")))
		time.AfterFunc(300*time.Millisecond, func() { p.account["r20"].set("somebody", document(foreign)) })
		p.grant(t, 20, change{sid: "A", edit: func(doc *policy.Document, _ bool) (*policy.Document, error) { return doc, nil }})
		p.finish(t.Context())
		if want := document(foreign, own("A").String()); !p.account["r20"].has(t, want) {
			t.Errorf("the policy is %s, want %s", p.account["r20"].now(), want)
		}
	})
}
