// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// RegistryClient returns an HTTP client for the registry of ECR and for layers, after the
// same check as ECR. It has the proxy, the certificates and the time limit of the other
// clients. It follows no redirect: a caller that does decides what it sends there.
func (c *Clients) RegistryClient(ctx context.Context) (*http.Client, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.registry != nil {
		return c.registry, nil
	}
	transport := http.DefaultTransport
	if client, ok := c.cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		transport = client.GetTransport()
	}
	c.registry = &http.Client{
		Transport:     agent{transport, userAgent(c.config)},
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c.registry, nil
}

// agent sends the provider's user agent.
type agent struct {
	http.RoundTripper
	name string
}

// RoundTrip implements http.RoundTripper.
func (a agent) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", a.name)
	return a.RoundTripper.RoundTrip(r)
}

// HasECREndpoint reports whether the user has configured a custom endpoint for ECR.
func (c *Clients) HasECREndpoint() bool {
	return ecr.NewFromConfig(c.cfg).Options().BaseEndpoint != nil
}

// Redact returns a text without the secrets that the clients were given or got from AWS.
func (c *Clients) Redact(text string) string { return c.hidden.redact(text) }
