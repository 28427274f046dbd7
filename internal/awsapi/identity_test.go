package awsapi

import (
	"context"
	"errors"
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
