// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// pageOf returns a configuration for a server that responds to everything in one way.
func pageOf(t *testing.T, serve http.HandlerFunc) Config {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	return Config{
		Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "the-secret-key-of-the-test",
		Endpoints: Endpoints{ECR: server.URL, IAM: server.URL, STS: server.URL},
	}
}

// failures makes one call of each service.
func failures(t *testing.T, clients *Clients) map[string]error {
	t.Helper()
	_, identity := clients.Identity(t.Context())
	return map[string]error{"ECR": getPolicy(t.Context(), clients, ""), "IAM": getRole(t.Context(), clients), "STS": identity}
}

// endlessly writes a text until the client has gone, or a gigabyte.
func endlessly(w io.Writer, text string) {
	block := []byte(strings.Repeat(text, 1<<20/len(text)))
	for range 1 << 10 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestResponsesAreBounded(t *testing.T) {
	t.Parallel()
	start := map[bool]string{true: `{"policyText":"`, false: `<Response><Result><Name>`}
	for name, serve := range map[string]http.HandlerFunc{
		"nothing":    func(http.ResponseWriter, *http.Request) {},
		"no content": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"an endless text": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, start[r.Header.Get("X-Amz-Target") != ""])
			endlessly(w, "A")
		},
		"an endless error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest); endlessly(w, " ") },
		"endless elements": func(w http.ResponseWriter, _ *http.Request) { endlessly(w, "<a>") },
		"endless lists":    func(w http.ResponseWriter, _ *http.Request) { endlessly(w, "[") },
		"a compressed flood": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			endlessly(z, " ")
			_ = z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for service, err := range failures(t, newClients(t, pageOf(t, serve))) {
				if kind := awserr.KindOf(err); kind != awserr.Unreadable {
					t.Errorf("%s: %s, %v", service, kind, err)
				}
			}
		})
	}
}

// A response that does not end is given up: without that, a plan would hang.
func TestResponsesThatDoNotEndAreGivenUp(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{"before its start": "", "within": "{"} {
		clients := newClients(t, pageOf(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // Only then the server notices that the client has gone.
			if before != "" {
				_, _ = io.WriteString(w, before)
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done()
		}))
		client, ok := clients.cfg.HTTPClient.(*awshttp.BuildableClient)
		if !ok || client.GetTimeout() <= 0 || client.GetTimeout() > 5*time.Minute {
			t.Fatalf("the time limit is not set: %T", clients.cfg.HTTPClient)
		}
		clients.cfg.HTTPClient = client.WithTimeout(time.Millisecond * 20)
		for service, err := range failures(t, clients) {
			if kind := awserr.KindOf(err); kind != awserr.Unreachable && kind != awserr.Unreadable {
				t.Errorf("%s, %s: %s, %v", service, name, kind, err)
			}
		}
	}
}

// Redirects are not followed: AWS's APIs have none, and the request is signed for one host.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		calls := 0
		clients := newClients(t, pageOf(t, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.Header().Set("Location", "/again")
			w.WriteHeader(status)
		}))
		for service, err := range failures(t, clients) {
			if err == nil {
				t.Errorf("%d, %s: no error", status, service)
			}
		}
		if calls != 3 {
			t.Errorf("%d: %d calls, want one for each service", status, calls)
		}
	}
}

// A response can name any request ID, in the log, too.
func TestTheLogHasNoRawRequestID(t *testing.T) {
	t.Parallel()
	clients := newClients(t, pageOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Requestid", "\u202e"+strings.Repeat("A", 1<<16))
		_, _ = io.WriteString(w, `{"policyText":"{}"}`)
	}))
	var log syncBuffer
	if err := getPolicy(tflogtest.RootLogger(t.Context(), &log), clients, ""); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); !strings.Contains(text, `\\u202eAAA`) || len(text) > 1000 {
		t.Errorf("%.400s", text)
	}
}

// TestLogOfCallsHasALevelOfItsOwn: calls of AWS can be logged without the rest of the provider,
// and the rest without them. The lines have the fields of the logger of the provider.
func TestLogOfCallsHasALevelOfItsOwn(t *testing.T) {
	clients := newClients(t, pageOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"policyText":"{}"}`) }))
	for level, want := range map[string]int{"": 1, "debug": 1, "OFF": 0} {
		t.Setenv("TF_LOG_PROVIDER_ECRXA_AWS", level)
		var log syncBuffer
		ctx := tflog.SetField(tflogtest.RootLogger(t.Context(), &log), "tf_req_id", "1234")
		if err := getPolicy(ctx, clients, ""); err != nil {
			t.Fatal(err)
		}
		tflog.Debug(ctx, "something else")
		if text := log.String(); strings.Count(text, `"@message":"AWS call","@module":"provider.aws"`) != want || strings.Count(text, `"tf_req_id":"1234"`) != want+1 {
			t.Errorf("%q: %s", level, text)
		}
	}
}

// TestLongResponsesArriveAtOnce: a response that is longer than one read of the connection is
// read to its end, also if the server has responded before the client has seen that the
// request was sent.
func TestLongResponsesArriveAtOnce(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	text := `{"policyText":"` + strings.Repeat("A", 100_000) + `"}`
	clients := newClients(t, pageOf(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, text)
	}))
	const times = 300
	for range times {
		if err := getPolicy(t.Context(), clients, ""); err != nil {
			t.Fatal(err)
		}
	}
	if calls.Load() != times {
		t.Errorf("%d calls for %d responses", calls.Load(), times)
	}
}
