// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

func TestIdentityIsAskedOnce(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, nil)
	clients := newClients(t, configFor(fake))
	want := Identity{
		Account:   "987654321098",
		ARN:       "arn:aws:sts::987654321098:assumed-role/deploy/session",
		Partition: "aws",
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			got, err := clients.Identity(t.Context())
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("identity (-want +got):\n%s", diff)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]string{"GetCallerIdentity"}, fake.Operations()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestIdentityFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	failed := false
	fake := newFakeAWS(t, func(c call) reply {
		if !failed {
			failed = true
			return xmlError(403, "ExpiredToken", "The security token included in the request is expired")
		}
		return success(c)
	})
	clients := newClients(t, configFor(fake))
	if _, err := clients.Identity(t.Context()); awserr.KindOf(err) != awserr.Expired {
		t.Errorf("the first answer is %v, want that the credentials have expired", err)
	}
	if got, err := clients.Identity(t.Context()); err != nil || got.Account != "987654321098" {
		t.Errorf("the second answer is %v, %v, want the account", got, err)
	}
}

// TestIdentityHasAnAccountID: messages and the state have the account as STS returns it.
func TestIdentityHasAnAccountID(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, func(c call) reply {
		ok := success(c)
		ok.body = strings.Replace(ok.body, "<Account>987654321098", "<Account>9&#10;What to do: forged", 1)
		return ok
	})
	id, err := newClients(t, configFor(fake)).Identity(t.Context())
	if err == nil || id.Account != "" || !strings.Contains(err.Error(), `"9\nWhat to do: forged"`) {
		t.Errorf("got the account %q and the error %v", id.Account, err)
	}
}

// max_retries bounds the call, which may then take long: no time limit ends it.
func TestIdentityHasNoTimeLimit(t *testing.T) {
	t.Parallel()
	cache := identityCache{ask: func(ctx context.Context) (Identity, error) {
		if deadline, limited := ctx.Deadline(); limited {
			t.Errorf("the call ends at %s", deadline)
		}
		return Identity{}, nil
	}}
	if _, err := cache.get(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestIdentityEndsWithTheLastCaller(t *testing.T) {
	t.Parallel()
	asked, ended := make(chan struct{}, 2), make(chan error, 2)
	cache := identityCache{ask: func(ctx context.Context) (Identity, error) {
		asked <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return Identity{}, ctx.Err()
	}}
	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, ctx := range []context.Context{first, second} {
		wg.Go(func() {
			if _, err := cache.get(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want that the caller was cancelled", err)
			}
		})
	}
	<-asked
	cancelFirst()
	cancelSecond()
	wg.Wait()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
}

// A caller that comes after a call was canceled gets a new one.
func TestIdentityIsAskedAgainAfterItWasCanceled(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	calls := 0
	cache := identityCache{ask: func(ctx context.Context) (Identity, error) {
		calls++
		if calls > 1 {
			return Identity{Account: "987654321098"}, nil
		}
		close(asked)
		<-ctx.Done()
		return Identity{}, ctx.Err()
	}}
	first, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := cache.get(first); !errors.Is(err, context.Canceled) {
		t.Errorf("the first caller got %v", err)
	}
	if got, err := cache.get(t.Context()); err != nil || got.Account != "987654321098" {
		t.Errorf("the next caller got %v, %v, want the account", got, err)
	}
}

func TestIdentityOutlivesTheFirstCaller(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}), make(chan struct{})
	cache := identityCache{ask: func(ctx context.Context) (Identity, error) {
		close(asked)
		<-release
		return Identity{Account: "987654321098"}, ctx.Err()
	}}

	first, cancel := context.WithCancel(t.Context())
	firstDone := make(chan error)
	go func() {
		_, err := cache.get(first)
		firstDone <- err
	}()
	<-asked
	second := cache.join(t.Context())
	cancel()
	if err := <-firstDone; !errors.Is(err, context.Canceled) {
		t.Errorf("the first caller got %v, want that it was cancelled", err)
	}
	close(release)
	<-second.done
	if second.err != nil || second.identity.Account != "987654321098" {
		t.Errorf("the second caller got %v, %v, want the account", second.identity, second.err)
	}
}
