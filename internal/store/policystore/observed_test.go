// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// scripted is a registry whose reads are answered by a function of their number,
// from 1, and whose client retries as the SDK's does.
type scripted struct {
	*registry

	answer func(n int, live string) string
}

func (s *scripted) ECR(context.Context, string) (api, error) { return s, nil }

func (s *scripted) GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	text := s.text
	if s.answer != nil {
		text = s.answer(s.reads, s.text)
	}
	if text == "" {
		return nil, &types.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(text)}, nil
}

func (s *scripted) SetRepositoryPolicy(ctx context.Context, in *ecr.SetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	for _, option := range options {
		option(&ecr.Options{Retryer: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 3 })})
	}
	return s.registry.SetRepositoryPolicy(ctx, in)
}

func scriptedStore(s *scripted) *Store {
	store := New(s, repositories{})
	store.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return store
}

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func must(t *testing.T, store *Store, changes ...change) Outcome {
	t.Helper()
	var last Outcome
	for _, c := range changes {
		outcome, err := store.apply(t.Context(), repo, c)
		if err != nil {
			t.Fatal(err)
		}
		last = outcome
	}
	return last
}

func standing(text string) string {
	doc, err := policy.Parse(text)
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, s := range doc.Statements() {
		all = append(all, s.Sid())
	}
	return strings.Join(all, " ")
}

const theirs = `{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:BatchGetImage"}`

// An answer from before our last write is not written upon: what others have
// written since would be lost.
func TestAnOldAnswerIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	start := document(foreign)
	for _, old := range []int{1, 2, rereadsOfOlder} {
		r := &scripted{registry: &registry{text: start}}
		store := scriptedStore(r)
		must(t, store, put(own("A")))
		r.text = document(foreign, own("A").String(), theirs)
		before := r.reads
		r.answer = func(n int, live string) string {
			if n <= before+old {
				return start
			}
			return live
		}
		must(t, store, put(own("B")))
		if want := "their own A Theirs B"; standing(r.text) != want {
			t.Errorf("%d old answers: %s stand, want %s", old, standing(r.text), want)
		}
	}
}

// A read that lacks another writer's statement of the last one is repeated;
// what several of them do not show was removed by its owner, and is told.
func TestAStatementThatIsGoneIsLookedForAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers int // that lack it
		want    string
	}{
		"old answers":          {rereadsOfLost, "their own Theirs A B"},
		"removed by its owner": {rereadsOfLost + 1, "their own A B"},
	} {
		r := &scripted{registry: &registry{text: document(foreign, theirs)}}
		store := scriptedStore(r)
		must(t, store, put(own("A")))
		before := r.reads
		r.answer = func(n int, live string) string {
			if n <= before+test.answers {
				return document(foreign, own("A").String(), own("C").String()) // Nothing that stood before.
			}
			return live
		}
		outcome := must(t, store, put(own("B")))
		if told := slices.Contains(outcome.Lost, "Theirs"); told == strings.Contains(test.want, "Theirs") {
			t.Errorf("%s: told of %q", name, outcome.Lost)
		}
		if got := strings.Replace(standing(r.text), " C", "", 1); got != test.want {
			t.Errorf("%s: %s stand, want %s", name, got, test.want)
		}
	}
}

// Other writers may change their own statements as often as they like: a grant that
// stands is not held up.
func TestAChangingStatementIsNoDoubt(t *testing.T) {
	t.Parallel()
	r := &scripted{registry: &registry{text: document(foreign)}}
	r.answer = func(n int, live string) string {
		return strings.Replace(live, "1.50", strconv.Itoa(n), 1)
	}
	store := scriptedStore(r)
	var waits []time.Duration
	store.wait = func(ctx context.Context, d time.Duration) error {
		if d != collectTime {
			waits = append(waits, d)
		}
		return ctx.Err()
	}
	must(t, store, put(own("A")))
	if len(waits) != confirmations || slices.Max(waits) != verifyDelay {
		t.Errorf("waited %v, want twice the ordinary time", waits)
	}
}

// What this process has seen standing and somebody has dropped right after is put
// back by the next write, which tells of it. What it has removed and somebody
// wants is left, and so is what was dropped later.
func TestADroppedStatementIsPutBack(t *testing.T) {
	t.Parallel()
	for later, want := range map[time.Duration]string{time.Second: "their own Old Theirs A B", restorePeriod + time.Second: "their own Old Theirs B"} {
		r := &registry{text: document(foreign, own("Old").String())}
		store := testStore(r)
		clock := newClock()
		store.now = clock.now
		must(t, store, put(own("A")), remove("Old"))
		clock.pass(later)
		r.text = document(foreign, own("Old").String(), theirs) // Somebody wrote what they had read long before.
		outcome := must(t, store, put(own("B")))
		if standing(r.text) != want {
			t.Errorf("after %s: %s stand, want %s", later, standing(r.text), want)
		}
		if told := len(outcome.Restored) > 0; told != strings.Contains(want, "A") {
			t.Errorf("after %s: told of %v", later, outcome.Restored)
		}
	}
}

// A write that is on its way when its caller's time ends may stand.
func TestAWriteOnItsWayIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &adversary{random: rand.New(rand.NewPCG(1, 2)), latency: 20 * time.Second} //nolint:gosec // a repeatable sequence is wanted
		a.set("start", document(foreign))
		reported := 0
		for i := range 40 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Second)
			sid := fmt.Sprintf("S%d", i)
			outcome, err := New(a, repositories{}).apply(ctx, repo, put(own(sid)))
			cancel()
			time.Sleep(time.Hour)
			if stands := strings.Contains(a.now(), `"`+sid+`"`); stands && err != nil && outcome.Writes == 0 {
				t.Errorf("it stands, and nothing says so: %v", err)
			} else if stands && err != nil {
				reported++
			}
		}
		if reported == 0 {
			t.Error("no write was on its way, so that the test proves nothing")
		}
	})
}

// What somebody has made of a statement since it was seen standing is theirs.
func TestAStatementThatWasEditedSinceIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := &registry{text: document(foreign)}
	store := testStore(r)
	must(t, store, put(own("A")))
	edited := strings.Replace(own("A").String(), "BatchGetImage", "PutImage", 1)
	r.text = document(foreign, edited)
	must(t, store, put(own("B")))
	if !strings.Contains(r.text, edited) {
		t.Errorf("the edit is gone from %s", r.text)
	}
}

// A later change of a Sid ends what an earlier one wanted of it.
func TestALaterChangeOfASidCounts(t *testing.T) {
	t.Parallel()
	r := &registry{text: document(foreign)}
	store := testStore(r)
	must(t, store, put(own("A")), remove("A"), put(own("B")), put(own("A")), remove("B"))
	if want := "their own A"; standing(r.text) != want {
		t.Errorf("%s stand, want %s", standing(r.text), want)
	}

	// The removal is still being verified when the new statement comes.
	r = &registry{text: document(foreign, own("A").String())}
	store = testStore(r)
	var group sync.WaitGroup
	var once sync.Once
	r.after = func(*registry) {
		once.Do(func() {
			group.Go(func() { must(t, store, put(own("A"))) })
			for waiting := 0; waiting == 0; {
				store.mu.Lock()
				waiting = len(store.queues[repo].waiting)
				store.mu.Unlock()
			}
		})
	}
	must(t, store, remove("A"))
	group.Wait()
	if want := "their own A"; standing(r.text) != want || r.reads != 2+confirmations {
		t.Errorf("%s stand after %d reads, want %s, which enough reads have shown", standing(r.text), r.reads, want)
	}
}

// A write that fails in passing is tried again upon a fresh read: by then another
// writer may have been there.
func TestAWriteThatFailsInPassingIsMadeAnew(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{"throttled": errThrottled, "reset": errReset} {
		r := &scripted{registry: &registry{text: document(foreign)}}
		r.before = func(r *registry) error {
			if r.writes == 1 {
				r.text = document(foreign, theirs)
				return failure
			}
			return nil
		}
		outcome := must(t, scriptedStore(r), put(own("A")))
		if outcome.Overwritten > 0 {
			t.Errorf("%s: it is told as another writer's doing", name)
		}
		if want := "their own Theirs A"; standing(r.text) != want || r.writes != 2 {
			t.Errorf("%s: %s stand after %d writes, want %s after 2", name, standing(r.text), r.writes, want)
		}
	}
}

func TestAWriteThatKeepsFailingEnds(t *testing.T) {
	t.Parallel()
	r := &scripted{registry: &registry{text: document(foreign), before: func(*registry) error { return errThrottled }}}
	outcome, err := scriptedStore(r).apply(t.Context(), repo, put(own("A")))
	if !errors.Is(err, errThrottled) || r.writes != 3 || outcome.Writes != 0 {
		t.Errorf("%v after %d attempts, %d of them may stand; want AWS's error after 3, none", err, r.writes, outcome.Writes)
	}
}

// While one change waits for its principal, the others are not refused with it.
func TestARefusedChangeDoesNotSpoilLaterOnes(t *testing.T) {
	t.Parallel()
	r := &registry{text: document(foreign)}
	refused := 0
	r.refuse = func(text string) error {
		if strings.Contains(text, `"Bad"`) && refused < 3 {
			refused++
			if refused > 1 && strings.Count(r.text, `"Good`) != strings.Count(text, `"Good`) {
				t.Error("a good change was sent with the bad one")
			}
			return errPrincipal
		}
		return nil
	}
	store := gathering(t, r, 6)
	var group sync.WaitGroup
	group.Go(func() { must(t, store, waiting(put(own("Bad")))) })
	for i := range 5 {
		group.Go(func() { must(t, store, put(own(fmt.Sprintf("Good%d", i)))) })
	}
	group.Wait()
	for _, sid := range []string{"Bad", "Good0", "Good4"} {
		if !strings.Contains(r.text, `"`+sid+`"`) {
			t.Errorf("%s does not stand", sid)
		}
	}
}

// A statement that a read showed after our write, without our change, and that
// the next read did not, is told.
func TestAVanishedStatementIsTold(t *testing.T) {
	t.Parallel()
	r := &scripted{registry: &registry{text: document(foreign)}}
	r.answer = func(n int, live string) string {
		if n == 2 {
			return document(foreign, theirs) // As it stood between our read and our write.
		}
		return live
	}
	outcome := must(t, scriptedStore(r), put(own("A")))
	if len(outcome.Disappeared) != 1 || outcome.Disappeared[0].Sid() != "Theirs" || outcome.Writes != 1 {
		t.Errorf("%+v, want one write and the disappeared statement", outcome)
	}
}
