// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

func TestCreateWritesAPolicy(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"other": "{}"}}
	creation, err := New(f).Create(t.Context(), Key{"app", "pull"}, "new", `{"a":1}`)
	if want := (Creation{Written: true}); err != nil || creation != want {
		t.Fatalf("%+v, %v", creation, err)
	}
	if f.policies["pull"] != `{"a":1}` || f.policies["other"] != "{}" {
		t.Errorf("the role has %v", f.policies)
	}
}

func TestCreateDoesNotReplace(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	creation, err := New(f).Create(t.Context(), Key{"app", "pull"}, "new", `{"a":1}`)
	var exists *ExistsError
	want := ExistsError{Role: "app", Policy: Policy{"pull", "{}"}, Account: "123456789012"}
	if creation.Written || !errors.As(err, &exists) || *exists != want {
		t.Errorf("got %+v, %v", creation, err)
	}
	if want := "the role app (account 123456789012) already has an inline policy pull"; err.Error() != want {
		t.Errorf("got %q", err)
	}
	if f.policies["pull"] != "{}" || slices.Contains(f.calls, "PutRolePolicy") {
		t.Errorf("the policy was replaced: %v", f.policies)
	}
}

func TestExistsErrorWithoutAccount(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}, fail: map[string]error{"Identity": errors.New("no answer")}}
	_, err := New(f).Create(t.Context(), Key{"app", "pull"}, "new", `{"a":1}`)
	if err == nil || err.Error() != "the role app already has an inline policy pull" {
		t.Errorf("got %v", err)
	}
}

// A policy that means the same is there after a Create that was interrupted.
func TestCreateTakesOverWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": `{ "b": 2, "a": 1 }`}}
	creation, err := New(f).Create(t.Context(), Key{"app", "pull"}, "new", `{"a":1,"b":2}`)
	if want := (Creation{Written: true, Adopted: true}); err != nil || creation != want {
		t.Errorf("got %+v, %v", creation, err)
	}
}

// What IAM shows may have been deleted a moment ago.
func TestCreateDoesNotTakeOverAGhost(t *testing.T) {
	t.Parallel()
	f := &ghost{fakeIAM: &fakeIAM{policies: map[string]string{}}, shown: "{}", times: 1}
	if _, err := newStore(f).Create(t.Context(), Key{"app", "pull"}, "new", "{}"); err != nil {
		t.Fatal(err)
	}
	if f.policies["pull"] != "{}" {
		t.Errorf("the role has %v", f.policies)
	}
}

func TestTwoResourcesDoNotShareAPolicy(t *testing.T) {
	t.Parallel()
	key := Key{"app", "pull"}
	for name, first := range map[string]func(*Store) error{
		"created": func(s *Store) error { _, err := s.Create(t.Context(), key, "first", "{}"); return err },
		"updated": func(s *Store) error { return s.Update(t.Context(), key, "first", "", "{}") },
		"planned": func(s *Store) error { s.Owners.PlanKeep(key, "first"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := New(&fakeIAM{policies: map[string]string{}})
			if err := first(store); err != nil {
				t.Fatal(err)
			}
			creation, err := store.Create(t.Context(), key, "second", "{}")
			var exists *ExistsError
			if creation.Written || !errors.As(err, &exists) || !exists.Own {
				t.Errorf("got %+v, %v", creation, err)
			}
		})
	}
}

// A resource that is replaced is deleted first, and IAM may still show it.
func TestCreateAfterDelete(t *testing.T) {
	t.Parallel()
	f := &ghost{fakeIAM: &fakeIAM{policies: map[string]string{"pull": `{"a":1}`}}}
	store := newStore(f)
	if left, err := store.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, `{"a":1}`); left || err != nil {
		t.Fatal(left, err)
	}
	f.shown, f.times = `{"a":1}`, 3
	creation, err := store.Create(t.Context(), Key{"app", "pull"}, "new", `{"a":2}`)
	if want := (Creation{Written: true}); err != nil || creation != want {
		t.Errorf("got %+v, %v", creation, err)
	}
	if f.times != 0 || f.policies["pull"] != `{"a":2}` {
		t.Errorf("the role has %v, and IAM would show the old policy %d times more", f.policies, f.times)
	}
}

// With create_before_destroy, or when a resource is renamed, the old object is deleted
// after the new one has adopted its policy.
func TestDeleteLeavesWhatAnotherResourceHasCreated(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	store := New(f)
	if _, err := store.Create(t.Context(), Key{"app", "pull"}, "new", "{}"); err != nil {
		t.Fatal(err)
	}
	left, err := store.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, "{}")
	if !left || err != nil || f.policies["pull"] != "{}" {
		t.Errorf("got %t, %v, the role has %v", left, err, f.policies)
	}
}

func TestDeleteOfWhatCouldNotBeCreated(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	store := New(f)
	if _, err := store.Create(t.Context(), Key{"app", "pull"}, "new", `{"a":1}`); err == nil {
		t.Fatal("no error")
	}
	left, err := store.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, "{}")
	if left || err != nil || len(f.policies) > 0 {
		t.Errorf("got %t, %v, the role has %v", left, err, f.policies)
	}
}

// Creations and deletions of one policy take turns.
func TestATurnEndsWithItsContext(t *testing.T) {
	t.Parallel()
	store := New(&fakeIAM{policies: map[string]string{}})
	_, done, err := store.turns.take(t.Context(), Key{"app", "pull"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Create(ctx, Key{"app", "pull"}, "new", "{}"); awserr.KindOf(err) != awserr.Canceled {
		t.Errorf("create: %v", err)
	}
	if _, err := store.Delete(ctx, Key{"app", "pull"}, ownership.Object{Token: "old"}, "{}"); awserr.KindOf(err) != awserr.Canceled {
		t.Errorf("delete: %v", err)
	}
	if err := store.Update(ctx, Key{"app", "pull"}, "kept", "{}", "{}"); awserr.KindOf(err) != awserr.Canceled {
		t.Errorf("put: %v", err)
	}
	done()
	if err := store.Update(t.Context(), Key{"app", "pull"}, "kept", "{}", "{}"); err != nil {
		t.Error(err)
	}
}

// IAM may need some time to know a new role, and to show what was written.
func TestCreateWaitsUntilIAMKnows(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{"PutRolePolicy": 3, "GetRolePolicy": 3}}
	creation, err := newStore(f).Create(t.Context(), Key{"app", "pull"}, "new", "{}")
	if want := (Creation{Written: true}); err != nil || creation != want {
		t.Fatalf("%+v, %v", creation, err)
	}
	want := []string{
		"GetRolePolicy",
		"PutRolePolicy", "PutRolePolicy", "PutRolePolicy", "PutRolePolicy",
		"GetRolePolicy", "GetRolePolicy", "GetRolePolicy",
	}
	if !slices.Equal(f.calls, want) {
		t.Errorf("calls %v, want %v", f.calls, want)
	}
}

func TestCreateGivesUpWhenIAMDoesNotKnow(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]struct {
		stands bool
		text   string
	}{
		"PutRolePolicy": {false, "could not write the inline policy pull of the role app"},
		"GetRolePolicy": {true, "could not read back the inline policy pull of the role app, which was written"},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{operation: 1000}}
			creation, err := newStore(f).Create(t.Context(), Key{"app", "pull"}, "new", "{}")
			var unknown *UnknownEntityError
			if !errors.As(err, &unknown) || unknown.Tried < 20*time.Second || unknown.Tried > 30*time.Second {
				t.Fatalf("got %v", err)
			}
			if creation.Written != want.stands || awserr.KindOf(err) != awserr.NoSuchEntity || !strings.HasPrefix(err.Error(), want.text) || !strings.HasSuffix(err.Error(), "(tried for 28s)") {
				t.Errorf("got %+v, %v", creation, err)
			}
		})
	}
}

func TestCreateStopsWaitingWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{"PutRolePolicy": 1000}}
	ctx, cancel := context.WithCancel(t.Context())
	store := New(f)
	store.Clock.Wait = func(ctx context.Context, _ time.Duration) error {
		cancel()
		return awsapi.WaitJittered(ctx, time.Hour)
	}
	creation, err := store.Create(ctx, Key{"app", "pull"}, "new", "{}")
	if creation.Written || !errors.Is(err, context.Canceled) || awserr.KindOf(err) != awserr.NoSuchEntity {
		t.Errorf("got %+v, %v", creation, err)
	}
}

// What fails after the write leaves a policy that the caller must know of; so
// does a write whose answer is lost, when nothing shows what became of it.
func TestCreateTellsWhetherThePolicyMayStand(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied"}
	for name, test := range map[string]struct {
		fake   *fakeIAM
		stands bool
	}{
		"connection lost":  {&fakeIAM{lose: lost, forgets: true}, true},
		"no time left":     {&fakeIAM{lose: &smithy.CanceledError{Err: context.DeadlineExceeded}, forgets: true}, true},
		"write refused":    {&fakeIAM{fail: map[string]error{"PutRolePolicy": denied}}, false},
		"read refused":     {&fakeIAM{fail: map[string]error{"GetRolePolicy": &smithyhttp.RequestSendError{Err: errors.New("refused")}}}, false},
		"no client at all": {&fakeIAM{fail: map[string]error{"IAM": &awserr.ConfigError{Problem: "No region."}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.fake.policies = map[string]string{}
			creation, err := newStore(test.fake).Create(t.Context(), Key{"app", "pull"}, "new", "{}")
			if err == nil || creation.Written != test.stands {
				t.Errorf("got %+v, %v", creation, err)
			}
		})
	}
}

var lost = &smithyhttp.RequestSendError{Err: errors.New("connection reset by peer")}

// Where the answer of a write is lost, a read tells what became of it.
func TestAWriteWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}, lose: lost}
	store := newStore(f)
	creation, err := store.Create(t.Context(), Key{"app", "pull"}, "new", "{}")
	if want := (Creation{Written: true}); err != nil || creation != want {
		t.Errorf("create: got %+v, %v", creation, err)
	}
	if err := store.Update(t.Context(), Key{"app", "pull"}, "kept", "{}", `{"a":1}`); err != nil || f.policies["pull"] != `{"a":1}` {
		t.Errorf("put: got %v, %v", f.policies, err)
	}
	f.forgets = true
	if err := store.Update(t.Context(), Key{"app", "pull"}, "kept", `{"a":1}`, `{"a":2}`); awserr.KindOf(err) != awserr.Unreachable {
		t.Errorf("put without effect: got %v", err)
	}
	if _, err := New(f).Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, `{"a":1}`); awserr.KindOf(err) != awserr.Unreachable {
		t.Errorf("delete without effect: got %v", err)
	}
	f.forgets = false
	if _, err := New(f).Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, `{"a":1}`); err != nil || len(f.policies) > 0 {
		t.Errorf("delete: got %v, %v", f.policies, err)
	}
}

// The write was accepted: that it cannot be read back says nothing against it.
func TestCreateSucceedsWhenReadingBackFails(t *testing.T) {
	t.Parallel()
	f := &readsOnce{fakeIAM: &fakeIAM{policies: map[string]string{}}}
	creation, err := New(f).Create(t.Context(), Key{"app", "pull"}, "new", "{}")
	if !creation.Written || err != nil {
		t.Errorf("got %+v, %v", creation, err)
	}
}

// A read from before a change would show in the next plan as drift.
func TestUpdateWaitsUntilIAMShowsTheNewPolicy(t *testing.T) {
	t.Parallel()
	f := &ghost{fakeIAM: &fakeIAM{policies: map[string]string{"pull": "{}"}}, shown: "{}", times: 3}
	if err := newStore(f).Update(t.Context(), Key{"app", "pull"}, "kept", "{}", `{"a":1}`); err != nil {
		t.Fatal(err)
	}
	if f.times != 0 {
		t.Errorf("IAM would show the old policy %d times more", f.times)
	}
}

// Two configurations that write one policy at the same time: one of them is told.
func TestAPolicyThatSomebodyElseReplacesAtOnce(t *testing.T) {
	t.Parallel()
	const theirs = `{"theirs":true}`
	for name, write := range map[string]func(*Store) error{
		"create": func(s *Store) error {
			creation, err := s.Create(t.Context(), Key{"app", "new"}, "new", "{}")
			if creation.Written {
				t.Error("what stands is taken for this resource's")
			}
			return err
		},
		"put": func(s *Store) error { return s.Update(t.Context(), Key{"app", "pull"}, "kept", "{}", "{}") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := write(newStore(&replaced{fakeIAM: &fakeIAM{policies: map[string]string{"pull": "{}"}}, with: theirs}))
			var overwritten *OverwrittenError
			if !errors.As(err, &overwritten) || overwritten.Policy.Document != theirs || overwritten.Tried < 20*time.Second {
				t.Fatalf("got %v", err)
			}
			want := "the inline policy " + overwritten.Policy.Name + " of the role app (account 123456789012) was written, but after 28s IAM still shows a different policy with that name"
			if err.Error() != want {
				t.Errorf("got %q", err)
			}
		})
	}
}

// A run that is interrupted while IAM still shows the old policy has written all the
// same: nobody knows of another writer yet.
func TestCreateIsInterruptedWhileIAMShowsAnotherPolicy(t *testing.T) {
	t.Parallel()
	f := &ghost{fakeIAM: &fakeIAM{policies: map[string]string{"pull": `{"a":1}`}}}
	store := newStore(f)
	if _, err := store.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, `{"a":1}`); err != nil {
		t.Fatal(err)
	}
	f.shown, f.times = `{"a":1}`, 1000
	ctx, cancel := context.WithCancel(t.Context())
	store.Clock.Wait = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	creation, err := store.Create(ctx, Key{"app", "pull"}, "new", "{}")
	if _, overwritten := errors.AsType[*OverwrittenError](err); !creation.Written || overwritten || awserr.KindOf(err) != awserr.Canceled {
		t.Errorf("got %+v, %v", creation, err)
	}
}
