// SPDX-License-Identifier: MPL-2.0

package imagepull

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
)

const (
	registryHost = "987654321098.dkr.ecr.us-east-1.amazonaws.com"
	layersHost   = "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"
	layerURL     = "https://" + layersHost + "/layer?X-Amz-Signature=the-signature-of-the-layer"
	layerDigest  = "sha256:00000000000000000000000000000000000000000000000000000000000000a0"
	manifest     = `{"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[{"digest":"` + layerDigest + `"}]}`
	password     = "the-password-of-the-registry"
)

var token = base64.StdEncoding.EncodeToString([]byte("AWS:" + password))

// A world is ECR, the registry and everything else that a pull may meet. What it has not
// set works.
type world struct {
	awsapi.ECR

	custom     bool // a custom endpoint of ECR is configured
	proxy      string
	loginError error
	token      string
	image      *ecr.BatchGetImageOutput
	imageError error
	url        string
	layerError error
	hosts      map[string]http.HandlerFunc

	mu      sync.Mutex
	leaked  []string // hosts other than the registry that got a token
	visited []string
}

func (w *world) GetAuthorizationToken(context.Context, *ecr.GetAuthorizationTokenInput, ...func(*ecr.Options)) (*ecr.GetAuthorizationTokenOutput, error) {
	if w.loginError != nil {
		return nil, w.loginError
	}
	return &ecr.GetAuthorizationTokenOutput{AuthorizationData: []types.AuthorizationData{{AuthorizationToken: aws.String(w.token), ProxyEndpoint: aws.String(w.proxy)}}}, nil
}

func (w *world) BatchGetImage(context.Context, *ecr.BatchGetImageInput, ...func(*ecr.Options)) (*ecr.BatchGetImageOutput, error) {
	return w.image, w.imageError
}

//nolint:revive // The SDK's name.
func (w *world) GetDownloadUrlForLayer(context.Context, *ecr.GetDownloadUrlForLayerInput, ...func(*ecr.Options)) (*ecr.GetDownloadUrlForLayerOutput, error) {
	return &ecr.GetDownloadUrlForLayerOutput{DownloadUrl: aws.String(w.url)}, w.layerError
}

// clients are the clients in a world.
type clients struct {
	*world
	http *http.Client
}

func (c clients) ECR(context.Context, string) (awsapi.ECR, error) { return c.world, nil }
func (c clients) RegistryClient(context.Context) (*http.Client, error) {
	return c.http, nil
}
func (c clients) HasECREndpoint() bool { return c.custom }
func (c clients) Redact(text string) string {
	return strings.NewReplacer(token, "(hidden)", password, "(hidden)").Replace(text)
}

func newWorld() *world {
	return &world{
		token: token, proxy: "https://123456789012.dkr.ecr.us-east-1.amazonaws.com", url: layerURL,
		image: &ecr.BatchGetImageOutput{Images: []types.Image{{ImageManifest: aws.String(manifest)}}},
		hosts: map[string]http.HandlerFunc{
			registryHost: func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasPrefix(r.URL.Path, "/v2/payment-service/manifests/"):
					_, _ = io.WriteString(w, manifest)
				case strings.HasPrefix(r.URL.Path, "/v2/payment-service/blobs/"):
					http.Redirect(w, r, layerURL, http.StatusTemporaryRedirect)
				}
			},
			layersHost: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a") },
		},
	}
}

// open starts a server for all hosts of the world, and returns a store of it.
func (w *world) open(t *testing.T) *Store {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.visited = append(w.visited, r.Host)
		if r.Header.Get("Authorization") != "" && r.Host != registryHost {
			w.leaked = append(w.leaked, r.Host)
		}
		w.mu.Unlock()
		if handle := w.hosts[r.Host]; handle != nil {
			handle(rw, r)
			return
		}
		_, _ = io.WriteString(rw, "this host answers everything")
	}))
	if w.custom {
		server.Start()
	} else {
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	transport := client.Transport.(*http.Transport)
	if transport.TLSClientConfig != nil {
		transport.TLSClientConfig.ServerName = "example.com" // of the certificate
	}
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	store := New(clients{w, client})
	store.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return store
}

// pull tries a pull.
func (w *world) pull(t *testing.T) (*probe.Result, error) {
	t.Helper()
	image, err := awsname.ParseImage(registryHost + "/payment-service:v1")
	if err != nil {
		t.Fatal(err)
	}
	api, registry, err := w.open(t).Routes(t.Context(), image)
	if err != nil {
		return nil, err
	}
	return probe.Run(t.Context(), probe.Target{Image: image, Platform: probe.DefaultPlatform}, api, registry, func(probe.Step) {})
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body) //nolint:gosec // The client is no browser.
	}
}

// only serves a path below with the handler, and everything else as the registry does.
func only(path string, handle http.HandlerFunc) http.HandlerFunc {
	works := newWorld().hosts[registryHost]
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) {
			handle(w, r)
			return
		}
		works(w, r)
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

const (
	manifests = "/v2/payment-service/manifests/"
	blobs     = "/v2/payment-service/blobs/"
)

// TestPulls: what AWS, a registry and everybody between can answer, and which step it is the
// result of. In no case does a host other than the registry get the token, or a text have a
// secret.
func TestPulls(t *testing.T) {
	t.Parallel()
	failures := func(code types.ImageFailureCode, reason string) func(*world) {
		return func(w *world) {
			w.image = &ecr.BatchGetImageOutput{Failures: []types.ImageFailure{{FailureCode: code, FailureReason: aws.String(reason)}}}
		}
	}
	registry := func(path string, handle http.HandlerFunc) func(*world) {
		return func(w *world) { w.hosts[registryHost] = only(path, handle) }
	}
	layers := func(handle http.HandlerFunc) func(*world) {
		return func(w *world) { w.hosts[layersHost] = handle }
	}
	manifest := func(text string) func(*world) {
		return func(w *world) {
			w.image = &ecr.BatchGetImageOutput{Images: []types.Image{{ImageManifest: aws.String(text)}}}
		}
	}
	page := func(code int) func(*world) {
		return func(w *world) {
			w.imageError = &smithy.OperationError{ServiceID: "ECR", OperationName: "BatchGetImage", Err: &smithyhttp.ResponseError{
				Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: &smithy.DeserializationError{Err: errors.New("invalid character '<'")},
			}}
		}
	}
	const hasSecret = "The manifest has a secret of this pull in it. It was not used."
	for name, tt := range map[string]struct {
		change  func(*world)
		step    string // the first that does not pass; empty if all do
		status  probe.Status
		message string
		kind    string
	}{
		"works": {func(*world) {}, "", probe.Passed, "", ""},
		"the login is throttled": {
			func(w *world) {
				w.loginError = &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}
			},
			"login", probe.Failed, "ThrottlingException: Rate exceeded", "throttled",
		},
		"no token": {func(w *world) { w.token = "" }, "login", probe.Failed, "ECR returned a token that is not a user name and a password in Base64.", "unknown"},
		"a registry that is not of AWS": {
			func(w *world) { w.proxy = "https://registry.example.com" },
			"login", probe.Failed, `ECR named the registry "registry.example.com", which is not a host of ECR. The token was not sent there.`, "unknown",
		},
		"a registry with control characters": {
			func(w *world) { w.proxy = "https://\u202e.example.com" },
			"login", probe.Failed, `ECR named the registry "\u202e.example.com", which is not a host of ECR. The token was not sent there.`, "unknown",
		},
		"a registry that is no URL": {func(w *world) { w.proxy = "https://[" }, "login", probe.Failed, "ECR returned an address of the registry that is not a URL.", "unknown"},
		"a custom registry that is a file": {
			func(w *world) { w.custom, w.proxy = true, "file:///etc/passwd" },
			"login", probe.Failed, "The custom endpoint of ECR named an address of the registry that is not an HTTP URL.", "unknown",
		},
		"KMS":                           {failures(types.ImageFailureCodeKmsError, "The KMS key is disabled (Request ID: 1-2)"), "manifest", probe.Failed, "KmsError: The KMS key is disabled", "kms"},
		"upstream":                      {failures(types.ImageFailureCodeUpstreamAccessDenied, ""), "manifest", probe.Failed, "UpstreamAccessDenied", "upstream"},
		"upstream throttled":            {failures(types.ImageFailureCodeUpstreamTooManyRequests, ""), "manifest", probe.Failed, "UpstreamTooManyRequests", "upstream"},
		"upstream is down":              {failures(types.ImageFailureCodeUpstreamUnavailable, ""), "manifest", probe.Failed, "UpstreamUnavailable", "upstream"},
		"inaccessible":                  {failures(types.ImageFailureCodeImageInaccessible, ""), "manifest", probe.Failed, "ImageInaccessible", "archived"},
		"a failure with a secret":       {failures("\x1b[2J", password), "manifest", probe.Failed, `\x1b[2J: (hidden)`, "unknown"},
		"a digest with a secret":        {manifest(`{"layers":[{"digest":"` + password + `"}]}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"an escaped secret":             {manifest(`{"layers":[{"digest":"\u0074` + password[1:] + `"}]}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"a long digest with a secret":   {manifest(`{"layers":[{"digest":"` + strings.Repeat("x", 200) + token + `"}]}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"a form with a secret":          {manifest(`{"mediaType":"` + password + `"}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"a secret in a repeated member": {manifest(`{"config":{"digest":"` + password + `"},"config":{},"layers":[]}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"a platform with a secret":      {manifest(`{"manifests":[{"digest":"x","platform":{"os":"` + password + `","architecture":"` + token + `"}}]}`), "manifest", probe.Failed, hasSecret, "unknown"},
		"a registry's form of secrets": {registry(manifests, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", password)
			_, _ = io.WriteString(w, "{}")
		}), "registry_manifest", probe.Failed, hasSecret, "unknown"},
		"a page of refusal":       {page(403), "manifest", probe.Failed, "operation error ECR: BatchGetImage, http response error StatusCode: 403, deserialization failed, invalid character '<'", "unknown"},
		"nothing":                 {func(w *world) { w.image = &ecr.BatchGetImageOutput{} }, "manifest", probe.Failed, "ECR returned neither a manifest nor a reason.", "unknown"},
		"a layer that is a file":  {func(w *world) { w.url = "file:///etc/passwd" }, "layer_urls", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a layer without TLS":     {func(w *world) { w.url = "http://" + layersHost }, "layer_urls", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a layer with a password": {func(w *world) { w.url = "https://user:password@" + layersHost }, "layer_urls", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a layer at another host": {func(w *world) { w.url = "https://elsewhere.example.com/" }, "", probe.Passed, "", ""},
		"Amazon S3 denies": {
			layers(status(403, "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>R1</RequestId><HostId>H1</HostId></Error>")),
			"layer", probe.Denied, "HTTP status 403 Forbidden: AccessDenied: Access Denied", "policy",
		},
		"Amazon S3 has another clock": {layers(status(403, "<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>")), "layer", probe.Failed, "HTTP status 403 Forbidden: RequestTimeTooSkewed: no", "unknown"},
		"Amazon S3 repeats the address": {
			layers(func(w http.ResponseWriter, r *http.Request) {
				status(400, "<Error><Code>X</Code><Message>"+r.URL.RawQuery+"</Message></Error>")(w, r)
			}),
			"layer", probe.Failed, "HTTP status 400 Bad Request: X: (hidden)", "unknown",
		},
		"an empty layer":                 {layers(status(200, "")), "layer", probe.Failed, "GET request to https://" + layersHost + ": EOF", "network"},
		"a proxy's page":                 {layers(status(407, "<html>"+strings.Repeat("<b>", 1<<20))), "layer", probe.Failed, "HTTP status 407 Proxy Authentication Required", "network"},
		"endless redirects":              {layers(redirect("/again?X-Amz-Signature=the-signature-of-the-layer")), "layer", probe.Failed, "The address of the layer was redirected more than 3 times.", "unknown"},
		"a redirect to a file":           {layers(redirect("file:///etc/passwd")), "layer", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a redirect that is malformed":   {layers(redirect("/a%zz?X-Amz-Signature=another-signature-of-a-layer")), "layer", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a layer at a malformed address": {registry(blobs, redirect("https://bucket:port/l?X-Amz-Signature=another-signature-of-a-layer")), "registry_layer_urls", probe.Failed, "The registry returned an address of a layer that is not an HTTPS URL. It was not requested.", "unknown"},
		"a login at a malformed address": {registry("/v2/", redirect("https://bucket:port/l?X-Amz-Signature=another-signature-of-a-layer")), "registry_login", probe.Failed, "HTTP status 307 Temporary Redirect", "unknown"},
		"a redirect without an address":  {layers(redirect("")), "layer", probe.Failed, "The registry redirected the request for a layer without an address.", "unknown"},
		"the registry denies": {
			registry(manifests, status(403, `{"errors":[{"code":"DENIED","message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service because no resource-based policy allows the ecr:BatchGetImage action"}]}`)),
			"registry_manifest", probe.Denied, "HTTP status 403 Forbidden: DENIED: User: arn:aws:iam::123456789012:user/x is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service because no resource-based policy allows the ecr:BatchGetImage action", "policy",
		},
		"a proxy refuses":              {registry("/v2/", status(403, "<html>blocked</html>")), "registry_login", probe.Failed, "HTTP status 403 Forbidden. The answer has no code of AWS; a proxy may have given it.", "unknown"},
		"an expired layer":             {layers(status(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")), "layer", probe.Failed, "HTTP status 403 Forbidden: AccessDenied: Request has expired", "unknown"},
		"an expired token":             {registry("/v2/", status(403, `{"errors":[{"code":"DENIED","message":"Your authorization token has expired. Reauthenticate and try again."}]}`)), "registry_login", probe.Failed, "HTTP status 403 Forbidden: DENIED: Your authorization token has expired. Reauthenticate and try again.", "token"},
		"not authorized":               {registry("/v2/", status(401, "Not Authorized")), "registry_login", probe.Failed, "HTTP status 401 Unauthorized", "token"},
		"the registry repeats a token": {registry("/v2/", status(400, `{"errors":[{"code":"`+password+`","message":"you sent `+token+`"}]}`)), "registry_login", probe.Failed, "HTTP status 400 Bad Request: (hidden): you sent (hidden)", "token"},
		"the registry names a layer":   {registry("/v2/", status(400, `{"errors":[{"code":"X","message":"https://bucket/l?X-Amz-Signature=another-signature-of-a-layer"}]}`)), "registry_login", probe.Failed, "HTTP status 400 Bad Request: X: https://bucket/l?X-Amz-Signature=(hidden)", "token"},
		"always throttled":             {registry("/v2/", status(429, "")), "registry_login", probe.Failed, "HTTP status 429 Too Many Requests", "throttled"},
		"always down":                  {registry("/v2/", status(503, "")), "registry_login", probe.Failed, "HTTP status 503 Service Unavailable", "service"},
		"a page as a manifest":         {registry(manifests, status(200, "<html>blocked</html>")), "registry_manifest", probe.Failed, "The answer is an HTML page.", "unknown"},
		"a page as a layer":            {layers(status(200, "<!DOCTYPE html><html>blocked</html>")), "layer", probe.Failed, "The answer is an HTML page.", "unknown"},
		"a login elsewhere":            {registry("/v2/", redirect("https://elsewhere.example.com/")), "registry_login", probe.Failed, "HTTP status 307 Temporary Redirect", "unknown"},
		"a manifest elsewhere":         {registry(manifests, redirect("https://elsewhere.example.com/")), "registry_manifest", probe.Failed, "HTTP status 307 Temporary Redirect", "unknown"},
		"a layer elsewhere":            {registry(blobs, redirect("https://elsewhere.example.com/")), "", probe.Passed, "", ""},
		"a layer at a subdomain":       {registry(blobs, redirect("https://sub."+registryHost+"/")), "", probe.Passed, "", ""},
		"a layer at a host with a secret": {func(w *world) {
			w.hosts[registryHost] = only(blobs, redirect("https://"+password+".example.com/"))
			w.hosts[password+".example.com"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}, "registry_layer", probe.Failed, "GET request to https://(hidden).example.com: EOF", "network"},
		"no layer at a host with a secret": {func(w *world) {
			w.hosts[registryHost] = only(blobs, redirect("https://"+password+".example.com/"))
			w.hosts[password+".example.com"] = status(407, "")
		}, "registry_layer", probe.Failed, "HTTP status 407 Proxy Authentication Required", "network"},
		"a registry with a secret": {func(w *world) { w.proxy = "https://" + password + ".example.com" }, "login", probe.Failed, `ECR named the registry "(hidden).example.com", which is not a host of ECR. The token was not sent there.`, "unknown"},
		"a layer of the registry":  {registry(blobs, status(200, "layer")), "", probe.Passed, "", ""},
		"no layer of the registry": {registry(blobs, status(404, `{"errors":[{"code":"BLOB_UNKNOWN"}]}`)), "registry_layer_urls", probe.Failed, "HTTP status 404 Not Found: BLOB_UNKNOWN", "existence"},
		"a manifest of a gigabyte": {registry(manifests, func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 10 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		}), "registry_manifest", probe.Failed, "The manifest is longer than 4 MiB, which is the limit of ECR.", "unknown"},
		"a connection that breaks": {
			registry(manifests, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
			"registry_manifest", probe.Failed, "GET request to https://" + registryHost + ": EOF", "network",
		},
		"a custom endpoint": {func(w *world) {
			w.custom, w.proxy, w.url = true, "http://registry.example.com", "http://"+layersHost
			w.hosts[registryHost] = only(blobs, redirect(w.url))
		}, "", probe.Passed, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			tt.change(w)
			result, err := w.pull(t)
			if err != nil {
				t.Fatal(err)
			}
			var first probe.Step
			for _, s := range result.Steps {
				if first.Name == "" && s.Status != probe.Passed {
					first = s
				}
				if text := s.Message + s.Detail + s.Text(); strings.Contains(text, password) || strings.Contains(text, token) || strings.Contains(text, "signature-of") || strings.Contains(text, "\x1b") || len(text) > 20_000 {
					t.Errorf("the step %s says %.300q", s.Name, text)
				}
			}
			if first.Name != tt.step || result.Status != tt.status || first.Message != tt.message {
				t.Errorf("%s at %s: %s", result.Status, first.Name, first.Message)
			}
			if first.Explanation != nil && string(first.Explanation.Kind) != tt.kind {
				t.Errorf("the kind is %s, want %s", first.Explanation.Kind, tt.kind)
			}
			if len(w.leaked) > 0 {
				t.Errorf("%v got a token", w.leaked)
			}
		})
	}
}

// TestAttempts: a server that fails twice is asked again.
func TestAttempts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	requests := 0
	works := w.hosts[registryHost]
	w.hosts[registryHost] = func(rw http.ResponseWriter, r *http.Request) {
		if requests++; requests <= 2 {
			status(http.StatusTooManyRequests, "")(rw, r)
			return
		}
		works(rw, r)
	}
	if result, err := w.pull(t); err != nil || result.Status != probe.Passed {
		t.Errorf("got %v, %v after %d requests", result, err, requests)
	}
}

// TestWithoutCredentials: what AWS was not asked is no result.
func TestWithoutCredentials(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{&awserr.CredentialsError{Cause: errors.New("none")}, &awserr.ConfigError{Summary: "x"}} {
		w := newWorld()
		w.loginError = fmt.Errorf("wrapped: %w", cause)
		if result, err := w.pull(t); err == nil || result != nil {
			t.Errorf("got %v, %v", result, err)
		}
	}
}
