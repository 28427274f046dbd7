// SPDX-License-Identifier: MPL-2.0

// Package imagepull makes the calls of a pull: those of the API of ECR, and those that a
// container tool makes to the registry over HTTP, with a token. It keeps nothing: each pull
// is a new one. Package probe says in which order the calls are made.
//
// A token goes to the registry only, and not along with a redirect: see routes.go and http.go.
package imagepull

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
)

// Clients hands out the clients for a pull.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
	RegistryClient(ctx context.Context) (*http.Client, error)
	HasECREndpoint() bool
	Redact(text string) string
}

// A Store makes pulls. It is safe for concurrent use.
type Store struct {
	clients Clients
	wait    func(context.Context, time.Duration) error // before another attempt over HTTP
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store { return &Store{clients, awsapi.WaitJittered} }

// A pull is one pull of an image. The routes share its token.
type pull struct {
	*Store
	image    awsname.Image
	api      awsapi.ECR
	http     *http.Client
	token    string // USER:PASSWORD in Base64
	registry *url.URL
	host     string // of the registry, as a request names it

	signatures []string // of the addresses of layers: see Redact
}

// failure makes the error of a call of the API the result of a step. Without credentials
// there was no call, and the error is returned as it is.
func (p *pull) failure(operation string, err error) error {
	_, noCredentials := errors.AsType[*awserr.CredentialsError](err)
	_, noConfiguration := errors.AsType[*awserr.ConfigError](err)
	if noCredentials || noConfiguration {
		return awserr.Explain(err, awserr.Attempt{Doing: "try a pull"})
	}
	message := p.Redact(awserr.Message(err))
	if awserr.KindOf(err) == awserr.Unreadable && !errors.Is(err, io.ErrUnexpectedEOF) {
		return p.failed(message)
	}
	text := operation + ": " + message
	if code := awserr.Code(err); code != "" {
		text = callError(operation, code, strings.TrimPrefix(message, code+": "))
	}
	return &probe.StepError{Denied: awserr.KindOf(err) == awserr.AccessDenied, Message: message, Text: text}
}

// callError is the error of a call as the AWS CLI prints it, which package pullerror reads.
func callError(operation, code, message string) string {
	return fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", code, operation, message)
}

// failedCall is the failure that a response of success has.
func (p *pull) failedCall(operation, code, reason string) *probe.StepError {
	reason = p.Redact(reason)
	return &probe.StepError{Message: strings.TrimSuffix(code+": "+reason, ": "), Text: callError(operation, code, reason)}
}

// failed is a failure that the probe itself found: what ECR does not answer.
func (p *pull) failed(message string) *probe.StepError {
	return &probe.StepError{Message: message, Advice: "Probably it is not Amazon ECR or Amazon S3 that answered. Check the custom endpoint of ECR in the provider's configuration, " +
		"the environment variables AWS_ENDPOINT_URL_ECR and AWS_ENDPOINT_URL, and a proxy or a firewall between the provider and AWS."}
}

// shortestSignature is the length from which a value in the address of a layer is secret.
// Shorter ones are times and names of algorithms.
const shortestSignature = 20

// keepSecret hides the signature of an address in all texts of the pull from now on.
func (p *pull) keepSecret(address *url.URL) {
	if address.RawQuery == "" {
		return
	}
	p.signatures = append(p.signatures, address.RawQuery)
	for _, values := range address.Query() {
		for _, value := range values {
			if len(value) >= shortestSignature {
				p.signatures = append(p.signatures, value, url.QueryEscape(value))
			}
		}
	}
}

// signed are the parameters of a signed URL that no step has named before.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
var signed = regexp.MustCompile(`(?i)\b(X-Amz-[a-z-]+)=[^&\s"'<>]+`)

// Redact implements probe.Route. It also hides the signatures of layers.
func (p *pull) Redact(text string) string {
	text = p.clients.Redact(text)
	for _, signature := range p.signatures {
		text = strings.ReplaceAll(text, signature, "(hidden)")
	}
	return signed.ReplaceAllString(text, "$1=(hidden)")
}
