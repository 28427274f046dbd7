// SPDX-License-Identifier: MPL-2.0

// Package imagepull makes the calls of a pull: those of the API of ECR, and those that a
// container tool makes to the registry over HTTP, with a token. It keeps nothing: each pull
// is a new one. Package probe says in which order the calls are made.
//
// A token goes to the registry only, and not along with a redirect: see registry.go.
package imagepull

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
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

// Routes returns both ways to an image. The API's login gets the token for the registry. The
// errors of calls are of type *probe.StepError, unless there were no credentials to make them.
func (s *Store) Routes(ctx context.Context, image awsname.Image) (api, registry probe.Route, err error) {
	p := &pull{Store: s, image: image}
	if p.api, err = s.clients.ECR(ctx, image.Repository.Region); err != nil {
		return nil, nil, err
	}
	client, err := s.clients.RegistryClient(ctx)
	if err != nil {
		return nil, nil, err
	}
	p.http = withUnreadLocation(client)
	if p.host, err = image.Host(); err != nil {
		return nil, nil, err
	}
	return apiRoute{p}, registryRoute{p}, nil
}

// apiRoute is the API of ECR.
type apiRoute struct{ *pull }

// Login implements probe.Route.
func (a apiRoute) Login(ctx context.Context) error {
	answer, err := a.api.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return a.failure("GetAuthorizationToken", err)
	}
	if len(answer.AuthorizationData) == 0 {
		return a.failed("ECR returned no token.")
	}
	a.token = aws.ToString(answer.AuthorizationData[0].AuthorizationToken)
	if login, err := base64.StdEncoding.DecodeString(a.token); err != nil || !strings.Contains(string(login), ":") {
		return a.failed("ECR returned a token that is not a user name and a password in Base64.")
	}
	return a.locate(aws.ToString(answer.AuthorizationData[0].ProxyEndpoint))
}

// Manifest implements probe.Route.
func (a apiRoute) Manifest(ctx context.Context, reference string) (probe.Manifest, error) {
	id := types.ImageIdentifier{ImageTag: aws.String(reference)}
	if strings.Contains(reference, ":") { // which no tag has
		id = types.ImageIdentifier{ImageDigest: aws.String(reference)}
	}
	answer, err := a.api.BatchGetImage(ctx, &ecr.BatchGetImageInput{
		RegistryId:         aws.String(a.image.Repository.Account),
		RepositoryName:     aws.String(a.image.Repository.Name),
		ImageIds:           []types.ImageIdentifier{id},
		AcceptedMediaTypes: probe.MediaTypes,
	})
	switch {
	case err != nil:
		return probe.Manifest{}, a.failure("BatchGetImage", err)
	case len(answer.Failures) > 0:
		// A response of success that says what failed.
		// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html
		f := answer.Failures[0]
		return probe.Manifest{}, a.failedCall("BatchGetImage", string(f.FailureCode), aws.ToString(f.FailureReason))
	case len(answer.Images) != 1 || aws.ToString(answer.Images[0].ImageManifest) == "":
		return probe.Manifest{}, a.failed("ECR returned neither a manifest nor a reason.")
	}
	return probe.Manifest{
		MediaType: aws.ToString(answer.Images[0].ImageManifestMediaType),
		Content:   []byte(aws.ToString(answer.Images[0].ImageManifest)),
	}, nil
}

// Layer implements probe.Route.
func (a apiRoute) Layer(ctx context.Context, digest string) (probe.Download, error) {
	answer, err := a.api.GetDownloadUrlForLayer(ctx, &ecr.GetDownloadUrlForLayerInput{
		RegistryId:     aws.String(a.image.Repository.Account),
		RepositoryName: aws.String(a.image.Repository.Name),
		LayerDigest:    aws.String(digest),
	})
	if err != nil {
		return nil, a.failure("GetDownloadUrlForLayer", err)
	}
	address, err := a.layerAddress(nil, aws.ToString(answer.DownloadUrl))
	if err != nil {
		return nil, err
	}
	return a.download(address), nil
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

// locate finds the registry for a token. Its host is the documented one of the image, with
// which container tools pull. Only a custom endpoint of ECR can name another address: it
// has made the token itself. AWS's own endpoint in a VPC names the documented form, too.
func (p *pull) locate(proxy string) error {
	p.registry = &url.URL{Scheme: "https", Host: p.host}
	address, err := url.Parse(proxy)
	switch {
	case proxy == "":
		return nil
	case err != nil:
		return p.failed("ECR returned an address of the registry that is not a URL.")
	}
	if _, err := awsname.ParseImage(address.Host + "/any"); err == nil {
		return nil
	}
	if !p.clients.HasECREndpoint() {
		return p.failed(fmt.Sprintf("ECR named the registry %s, which is not a host of ECR. The token was not sent there.", printed.Quoted(p.Redact(address.Host))))
	}
	if address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return p.failed("The custom endpoint of ECR named an address of the registry that is not an HTTP URL.")
	}
	p.registry = &url.URL{Scheme: address.Scheme, Host: address.Host}
	return nil
}
