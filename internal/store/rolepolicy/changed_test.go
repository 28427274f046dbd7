// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

const (
	prior   = `{"a":1,"b":1}`
	planned = `{"a":2}`
)

// changes are the writes that must not touch what the plan has not seen.
var changes = map[string]func(context.Context, *Store) error{
	"put": func(ctx context.Context, s *Store) error {
		return s.Update(ctx, Key{"app", "pull"}, "kept", prior, planned)
	},
	"delete": func(ctx context.Context, s *Store) error {
		_, err := s.Delete(ctx, Key{"app", "pull"}, ownership.Object{Token: "old"}, prior)
		return err
	},
}

func TestAPolicyThatHasChangedSinceThePlanIsLeft(t *testing.T) {
	t.Parallel()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
			err := change(t.Context(), newStore(f))
			var changed *ChangedError
			if !errors.As(err, &changed) || changed.Policy != (Policy{"pull", "{}"}) {
				t.Fatalf("got %v", err)
			}
			if want := "the inline policy pull of the role app (account 123456789012) has changed since the plan"; err.Error() != want {
				t.Errorf("got %q", err)
			}
			if f.policies["pull"] != "{}" {
				t.Errorf("the role has %v", f.policies)
			}
		})
	}
}

func TestAPolicyThatThePlanHasSeenIsChanged(t *testing.T) {
	t.Parallel()
	for name, change := range changes {
		for what, policies := range map[string]map[string]string{
			"word for word":     {"pull": prior},
			"written otherwise": {"pull": `{ "b": 1, "a": 1 }`},
			"gone":              {},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				if err := change(t.Context(), newStore(&fakeIAM{policies: policies})); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// An apply that was interrupted may have written already.
func TestUpdateOfAnIdenticalPolicy(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": planned}}
	if err := newStore(f).Update(t.Context(), Key{"app", "pull"}, "kept", prior, planned); err != nil {
		t.Error(err)
	}
}

// A policy that cannot be understood is the state's all the same.
func TestDeleteOfWhatIsNoPolicy(t *testing.T) {
	t.Parallel()
	const text = `{"a":1,"a":2}`
	f := &fakeIAM{policies: map[string]string{"pull": text}}
	if _, err := newStore(f).Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, text); err != nil || len(f.policies) > 0 {
		t.Errorf("got %v, %v", f.policies, err)
	}
}

// IAM may show for a while what stood before the last apply.
func TestAnOldAnswerIsNoChange(t *testing.T) {
	t.Parallel()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &ghost{fakeIAM: &fakeIAM{policies: map[string]string{"pull": prior}}, shown: "{}", times: 3}
			if err := change(t.Context(), newStore(f)); err != nil || f.policies["pull"] == prior {
				t.Errorf("got %v, %v", f.policies, err)
			}
		})
	}
}

func TestTheLookForAChangeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
			store := newStore(f)
			store.Clock.Wait = func(context.Context, time.Duration) error { return context.Canceled }
			if err := change(t.Context(), store); awserr.KindOf(err) != awserr.Canceled || f.policies["pull"] != "{}" {
				t.Errorf("got %v, %v", f.policies, err)
			}
		})
	}
}
