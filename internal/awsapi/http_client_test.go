// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// Calls that terraform -parallelism=100 makes at a time keep their connections: a new one costs
// a TLS handshake.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	const atATime = 40
	var opened atomic.Int32
	var arrived sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait()
		w.WriteHeader(http.StatusBadRequest)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	clients, err := New(t.Context(), Config{
		Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "the-secret-key-of-the-test", Endpoints: Endpoints{IAM: server.URL},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		arrived.Add(atATime)
		var calls sync.WaitGroup
		for range atATime {
			calls.Go(func() { _ = getRole(t.Context(), clients) })
		}
		calls.Wait()
	}
	if got := opened.Load(); got != atATime {
		t.Errorf("%d connections were opened for %d calls at a time", got, atATime)
	}
}
