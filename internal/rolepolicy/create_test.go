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
)

func TestCreateWritesAPolicy(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"other": "{}"}}
	written, err := New(f).Create(t.Context(), "app", "pull", `{"a":1}`)
	if err != nil || !written {
		t.Fatalf("%t, %v", written, err)
	}
	if f.policies["pull"] != `{"a":1}` || f.policies["other"] != "{}" {
		t.Errorf("the role has %v", f.policies)
	}
}

func TestCreateDoesNotReplace(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	written, err := New(f).Create(t.Context(), "app", "pull", `{"a":1}`)
	var exists *ExistsError
	want := ExistsError{Role: "app", Policy: Policy{"pull", "{}"}, Account: "123456789012"}
	if written || !errors.As(err, &exists) || *exists != want {
		t.Errorf("got %t, %v", written, err)
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
	_, err := New(f).Create(t.Context(), "app", "pull", "{}")
	if err == nil || err.Error() != "the role app already has an inline policy pull" {
		t.Errorf("got %v", err)
	}
}

// IAM may need some time to know a new role, and to show what was written.
func TestCreateWaitsUntilIAMKnows(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{"PutRolePolicy": 3, "GetRolePolicy": 3}}
	written, err := newStore(f).Create(t.Context(), "app", "pull", "{}")
	if err != nil || !written {
		t.Fatalf("%t, %v", written, err)
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
		written bool
		text    string
	}{
		"PutRolePolicy": {false, "could not write the inline policy pull of the role app"},
		"GetRolePolicy": {true, "could not read back the inline policy pull of the role app, which was written"},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{operation: 1000}}
			written, err := newStore(f).Create(t.Context(), "app", "pull", "{}")
			var unknown *UnknownEntityError
			if !errors.As(err, &unknown) || unknown.Tried < 20*time.Second || unknown.Tried > 30*time.Second {
				t.Fatalf("got %v", err)
			}
			if written != want.written || awsapi.KindOf(err) != awsapi.NoSuchEntity || !strings.HasPrefix(err.Error(), want.text) || !strings.HasSuffix(err.Error(), "(tried for 27s)") {
				t.Errorf("got %t, %v", written, err)
			}
		})
	}
}

func TestCreateStopsWaitingWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}, unknown: map[string]int{"PutRolePolicy": 1000}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	store := New(f) // The real clock: it must not be waited for.
	written, err := store.Create(ctx, "app", "pull", "{}")
	if written || !errors.Is(err, context.Canceled) || awsapi.KindOf(err) != awsapi.NoSuchEntity {
		t.Errorf("got %t, %v", written, err)
	}
}

// What fails after the write leaves a policy that the caller must know of; so
// does a write whose answer is lost.
func TestCreateTellsWhetherThePolicyMayStand(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied"}
	for name, test := range map[string]struct {
		fake    *fakeIAM
		written bool
	}{
		"connection lost":  {&fakeIAM{lose: &smithyhttp.RequestSendError{Err: errors.New("connection reset by peer")}}, true},
		"no time left":     {&fakeIAM{lose: &smithy.CanceledError{Err: context.DeadlineExceeded}}, true},
		"write refused":    {&fakeIAM{fail: map[string]error{"PutRolePolicy": denied}}, false},
		"read refused":     {&fakeIAM{fail: map[string]error{"GetRolePolicy": &smithyhttp.RequestSendError{Err: errors.New("refused")}}}, false},
		"no client at all": {&fakeIAM{fail: map[string]error{"IAM": &awsapi.ConfigError{Problem: "No region."}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.fake.policies = map[string]string{}
			written, err := newStore(test.fake).Create(t.Context(), "app", "pull", "{}")
			if err == nil || written != test.written {
				t.Errorf("got %t, %v", written, err)
			}
		})
	}
}

// The write was accepted: that it cannot be read back says nothing against it.
func TestCreateSucceedsWhenReadingBackFails(t *testing.T) {
	t.Parallel()
	f := &readsOnce{fakeIAM: &fakeIAM{policies: map[string]string{}}}
	written, err := New(f).Create(t.Context(), "app", "pull", "{}")
	if !written || err != nil {
		t.Errorf("got %t, %v", written, err)
	}
}
