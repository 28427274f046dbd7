// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"golang.org/x/net/http/httpproxy"
)

// httpClient returns the SDK's HTTP client, with the proxies of today's environment. If a
// proxy refuses a connection, its status is the error, and not its text.
func httpClient() *awshttp.BuildableClient {
	proxy := httpproxy.FromEnvironment().ProxyFunc()
	return awshttp.NewBuildableClient().WithTimeout(attemptTime).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConnsPerHost = t.MaxIdleConns // With terraform -parallelism=100, more than ten calls of one service run at a time.
		t.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
		t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
			if response.StatusCode != http.StatusOK {
				return proxyError(response.StatusCode)
			}
			return nil
		}
	})
}

// proxyError is the HTTP status with which a proxy refused a connection.
type proxyError int

// Error returns the status.
func (e proxyError) Error() string {
	return fmt.Sprintf("the proxy refused the connection with HTTP status %d %s", int(e), http.StatusText(int(e)))
}
