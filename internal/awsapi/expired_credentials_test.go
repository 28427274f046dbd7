// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

const endedSession = "The security token included in the request is expired"

// sessions is a fake AWS that numbers the sessions of a role and finds the first
// ones expired.
func sessions(t *testing.T, expired int) *fakeAWS {
	t.Helper()
	var mu sync.Mutex
	number := 0
	return newFakeAWS(t, func(c call) reply {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case c.Operation == "AssumeRole":
			number++
			return reply{200, fmt.Sprintf(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>session-%d</AccessKeyId>`+
				`<SecretAccessKey>secret-of-session</SecretAccessKey><SessionToken>token-of-session</SessionToken><Expiration>%s</Expiration>`+
				`</Credentials></AssumeRoleResult></AssumeRoleResponse>`, number, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))}
		case number <= expired && strings.HasPrefix(c.Operation, "GetRole"):
			return xmlError(403, "ExpiredToken", endedSession)
		case number <= expired:
			return jsonError("ExpiredTokenException", endedSession)
		}
		return success(c)
	})
}

func TestASessionThatEndedEarlyIsRenewed(t *testing.T) {
	t.Parallel()
	fake := sessions(t, 1)
	cfg := configFor(fake)
	cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	clients := newClients(t, cfg)
	if err := getPolicy(t.Context(), clients, ""); err != nil {
		t.Error(err)
	}
	if err := getRole(t.Context(), clients); err != nil {
		t.Error(err)
	}
	want := []string{"AssumeRole", "GetRepositoryPolicy", "AssumeRole", "GetRepositoryPolicy", "GetRole"}
	if got := fake.Operations(); !slices.Equal(got, want) {
		t.Errorf("calls are %q, want %q", got, want)
	}
}

func TestASessionIsRenewedOnce(t *testing.T) {
	t.Parallel()
	fake := sessions(t, 9)
	cfg := configFor(fake)
	cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	if err := getPolicy(t.Context(), newClients(t, cfg), ""); awserr.KindOf(err) != awserr.Expired {
		t.Errorf("error = %v, want expired", err)
	}
	want := []string{"AssumeRole", "GetRepositoryPolicy", "AssumeRole", "GetRepositoryPolicy"}
	if got := fake.Operations(); !slices.Equal(got, want) {
		t.Errorf("calls are %q, want %q", got, want)
	}
}

// An access key of the provider block has no other to follow it.
func TestFixedCredentialsAreNotRenewed(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, func(call) reply { return jsonError("ExpiredTokenException", endedSession) })
	if err := getPolicy(t.Context(), newClients(t, configFor(fake)), ""); awserr.KindOf(err) != awserr.Expired {
		t.Errorf("error = %v, want expired", err)
	}
	if got := len(fake.Calls()); got != 1 {
		t.Errorf("%d calls, want 1", got)
	}
}
