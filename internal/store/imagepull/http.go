// SPDX-License-Identifier: MPL-2.0

package imagepull

import (
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
)

// Limits of responses over HTTP.
const (
	// maxManifest is the size that registries should accept at least, and ECR's limit.
	// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
	maxManifest  = 4 << 20
	maxErrorBody = 64 << 10
	maxRedirects = 3
	maxAttempts  = 3
	firstWait    = time.Second // before another attempt; twice as long each time
)

const firstByte = "bytes=0-0"

// download returns the download of the first byte of a layer. The address has its own
// signature, and no token goes along.
func (p *pull) download(address *url.URL) probe.Download {
	return func(ctx context.Context) error {
		for range maxRedirects + 1 {
			response, err := p.get(ctx, address, "", http.Header{"Range": {firstByte}})
			if err != nil {
				return err
			}
			location, err := p.layer(response)
			discard(response)
			if location == "" {
				return err
			}
			if address, err = p.layerAddress(address, location); err != nil {
				return err
			}
		}
		return p.failed(fmt.Sprintf("The address of the layer was redirected more than %d times.", maxRedirects))
	}
}

// layer reads the response to a request for a layer: its first byte, or where it is.
func (p *pull) layer(response *http.Response) (location string, err error) {
	switch {
	case isRedirect(response):
		if location = response.Header.Get(unreadLocation); location == "" {
			err = p.failed("The registry redirected the request for a layer without an address.")
		}
		return location, err
	case isPage(response):
		return "", p.page()
	case response.StatusCode == http.StatusOK || response.StatusCode == http.StatusPartialContent:
		return "", p.oneByte(response)
	}
	return "", p.refused(response)
}

func (p *pull) oneByte(response *http.Response) error {
	if _, err := io.ReadFull(response.Body, make([]byte, 1)); err != nil {
		return p.unreachable(response.Request.URL, err)
	}
	return nil
}

// layerAddress reads the address of a layer. Without a custom endpoint it must be HTTPS.
func (p *pull) layerAddress(from *url.URL, text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err == nil && from != nil {
		address = from.ResolveReference(address)
	}
	if err != nil || address.Hostname() == "" || address.User != nil || address.Scheme != "https" && (address.Scheme != "http" || !p.clients.HasECREndpoint()) {
		return nil, p.failed("The registry returned an address of a layer that is not an HTTPS URL. It was not requested.")
	}
	p.keepSecret(address)
	return address, nil
}

// unreadLocation has what was the header Location of a response.
const unreadLocation = "X-Ecrxa-Location"

// withUnreadLocation returns the client without any reading of the header Location: it would
// quote a malformed one in its error, with the signature of a layer.
func withUnreadLocation(client *http.Client) *http.Client {
	unread := *client
	unread.Transport = locationMover{cmp.Or(client.Transport, http.DefaultTransport)}
	return &unread
}

type locationMover struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (m locationMover) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := m.RoundTripper.RoundTrip(request)
	if err == nil {
		response.Header.Set(unreadLocation, response.Header.Get("Location"))
		response.Header.Del("Location")
	}
	return response, err //nolint:wrapcheck // It is the transport's.
}

func isRedirect(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isPage reports whether a response of success is a page for people, as of a proxy. No
// manifest and no layer is one.
func isPage(response *http.Response) bool {
	return response.StatusCode/100 == 2 && strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
}

func (p *pull) page() error { return p.failed("The answer is an HTML page.") }

// get sends a request, and sends it again if there are too many, the server failed, or there
// was no response. A response may have any status.
func (p *pull) get(ctx context.Context, address *url.URL, host string, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, p.failed("The address cannot be requested.")
	}
	request.Header = header
	if host != "" {
		request.Host = host
	}
	for attempt := 1; ; attempt++ {
		response, err := p.http.Do(request)
		again := err != nil || response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError
		if again && attempt < maxAttempts && ctx.Err() == nil {
			if err == nil {
				discard(response)
			}
			if err := p.wait(ctx, firstWait<<(attempt-1)); err != nil {
				return nil, p.unreachable(address, err)
			}
			continue
		}
		if err != nil {
			return nil, p.unreachable(address, err)
		}
		return response, nil
	}
}

// discard ends a response. What was not read is not wanted.
func discard(response *http.Response) { _ = response.Body.Close() }

// unreachable is the failure of a request without a complete response. Its text has no
// address but the host, because the address of a layer is signed.
func (p *pull) unreachable(address *url.URL, err error) *probe.StepError {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	message := fmt.Sprintf("GET request to %s://%s: %s", address.Scheme, address.Host, p.Redact(err.Error()))
	return &probe.StepError{Message: message, Text: message}
}

// A refusal is what a registry or Amazon S3 says of a request that it refuses.
type refusal struct {
	XMLName xml.Name `json:"-"`
	Code    string   `json:"code" xml:"Code"`
	Message string   `json:"message" xml:"Message"`
}

// refused is the failure of a request that was refused. It takes the code and the message
// from the response, which may be anybody's.
func (p *pull) refused(response *http.Response) *probe.StepError {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // What came is better than nothing.
	var said refusal
	var list struct{ Errors []refusal }
	if json.Unmarshal(body, &list) == nil && len(list.Errors) > 0 {
		said = list.Errors[0]
	} else if xml.Unmarshal(body, &said) != nil || said.XMLName.Local != "Error" {
		said = refusal{}
	}
	address := response.Request.URL
	said.Code, said.Message = p.Redact(said.Code), p.Redact(said.Message)
	status := fmt.Sprintf("%d %s", response.StatusCode, http.StatusText(response.StatusCode))
	parts := slices.DeleteFunc([]string{"HTTP status " + status, said.Code, said.Message}, func(part string) bool { return part == "" })
	message := strings.Join(parts, ": ")
	text := fmt.Sprintf("unexpected status from GET request to %s://%s", address.Scheme, response.Request.Host)
	switch {
	case said.XMLName.Local != "": // of Amazon S3
		text += fmt.Sprintf(": %s: <Error><Code>%s</Code><Message>%s</Message><HostId></HostId></Error>", status, said.Code, said.Message)
	case address.RawQuery != "":
		text += ": " + status
	default:
		text += address.EscapedPath() + ": " + strings.TrimPrefix(message, "HTTP status ")
	}
	forbidden := response.StatusCode == http.StatusForbidden
	if forbidden && said.Code == "" {
		return p.failed(message + ". The answer has no code of AWS; a proxy may have given it.")
	}
	denied := forbidden && (said.Code == "DENIED" || said.Code == "AccessDenied") && !strings.Contains(said.Message, "expired")
	return &probe.StepError{Denied: denied, Message: message, Text: text}
}
