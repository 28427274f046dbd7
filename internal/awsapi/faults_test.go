// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// behind puts faults in front of a fake AWS.
func behind(t *testing.T, fake *fakeAWS, rules ...fault.Rule) *fault.Layer {
	t.Helper()
	layer := fault.New(fake, 1, rules...)
	server := httptest.NewServer(layer)
	t.Cleanup(server.Close)
	fake.URL = server.URL
	return layer
}

// Each fault hits the first calls, which are tried again.
func TestReadsSurviveFaults(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]fault.Fault{
		"throttled":           fault.Throttling(),
		"throttled otherwise": fault.TooManyRequests(),
		"bare 429":            fault.Page(http.StatusTooManyRequests),
		"failed":              fault.ServerError(),
		"unavailable":         fault.Unavailable(),
		"bare 500":            fault.Page(http.StatusInternalServerError),
		"bare 502":            fault.Page(http.StatusBadGateway),
		"reset before":        fault.ResetBefore(),
		"reset after":         fault.ResetAfter(),
		"truncated":           fault.Truncated(),
		"garbled":             fault.Garbled(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS(t, nil)
			layer := behind(t, fake, fault.Rule{Operation: "ecr:GetRepositoryPolicy", Times: 2, Fault: failure},
				fault.Rule{Operation: "iam:GetRole", Times: 2, Fault: failure})
			cfg := configFor(fake)
			cfg.MaxRetries = 2
			clients := newClients(t, cfg)
			withoutWaiting(t, clients)
			if err := getPolicy(t.Context(), clients, ""); err != nil {
				t.Errorf("ECR: %v", err)
			}
			if err := getRole(t.Context(), clients); err != nil {
				t.Errorf("IAM: %v", err)
			}
			if got := layer.Counts().Of(failure.Kind); got != 4 {
				t.Errorf("%d calls were hit, want 4", got)
			}
		})
	}
}

// A response that is cut short may be a refusal too.
func TestARefusalThatWasCutShortIsRetried(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, func(c call) reply {
		if c.Operation == "GetRole" {
			return xmlError(404, "NoSuchEntity", "The role cannot be found.")
		}
		return jsonError("RepositoryPolicyNotFoundException", "Repository policy does not exist")
	})
	layer := behind(t, fake, fault.Rule{Operation: "ecr:GetRepositoryPolicy", Times: 2, Fault: fault.Truncated()},
		fault.Rule{Operation: "iam:GetRole", Times: 2, Fault: fault.Truncated()})
	cfg := configFor(fake)
	cfg.MaxRetries = 2
	clients := newClients(t, cfg)
	withoutWaiting(t, clients)
	if err := getPolicy(t.Context(), clients, ""); awserr.KindOf(err) != awserr.PolicyNotFound {
		t.Errorf("ECR: %v", err)
	}
	if err := getRole(t.Context(), clients); awserr.KindOf(err) != awserr.NoSuchEntity {
		t.Errorf("IAM: %v", err)
	}
	if got := layer.Counts().Total(); got != 4 {
		t.Errorf("%d calls were hit, want 4", got)
	}
}

// A proxy that responds in place of AWS will do so again.
func TestARefusalOfAProxyIsNotRetried(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, nil)
	layer := behind(t, fake, fault.Rule{Fault: fault.Page(http.StatusProxyAuthRequired)})
	cfg := configFor(fake)
	cfg.MaxRetries = 2
	clients := newClients(t, cfg)
	withoutWaiting(t, clients)
	if err := getPolicy(t.Context(), clients, ""); err == nil || layer.Counts().Total() != 1 {
		t.Errorf("%d calls, and the error is %v", layer.Counts().Total(), err)
	}
}
