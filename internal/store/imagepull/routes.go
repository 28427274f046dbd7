// SPDX-License-Identifier: MPL-2.0

package imagepull

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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

// registryRoute is the HTTP API of the registry, as container tools use it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry_auth_http
type registryRoute struct{ *pull }

// Login implements probe.Route.
func (r registryRoute) Login(ctx context.Context) error {
	response, err := r.ask(ctx, "/v2/", nil)
	if err != nil {
		return err
	}
	defer discard(response)
	if response.StatusCode != http.StatusOK {
		return r.refused(response)
	}
	return nil
}

// Manifest implements probe.Route.
func (r registryRoute) Manifest(ctx context.Context, reference string) (probe.Manifest, error) {
	response, err := r.ask(ctx, "/v2/"+r.image.Repository.Name+"/manifests/"+reference, probe.MediaTypes)
	if err != nil {
		return probe.Manifest{}, err
	}
	defer discard(response)
	if response.StatusCode != http.StatusOK {
		return probe.Manifest{}, r.refused(response)
	}
	if isPage(response) {
		return probe.Manifest{}, r.page()
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxManifest+1))
	switch {
	case err != nil:
		return probe.Manifest{}, r.unreachable(response.Request.URL, err)
	case len(content) > maxManifest:
		return probe.Manifest{}, r.failed("The manifest is longer than 4 MiB, which is the limit of ECR.")
	}
	return probe.Manifest{MediaType: response.Header.Get("Content-Type"), Content: content}, nil
}

// Layer implements probe.Route. The registry redirects to Amazon S3.
func (r registryRoute) Layer(ctx context.Context, digest string) (probe.Download, error) {
	response, err := r.ask(ctx, "/v2/"+r.image.Repository.Name+"/blobs/"+digest, nil)
	if err != nil {
		return nil, err
	}
	defer discard(response)
	location, err := r.layer(response)
	switch {
	case location != "":
		address, err := r.layerAddress(response.Request.URL, location)
		if err != nil {
			return nil, err
		}
		return r.download(address), nil
	case err != nil:
		return nil, err
	}
	return func(context.Context) error { return nil }, nil
}

// ask sends a request with the token to the registry, and nowhere else.
func (r registryRoute) ask(ctx context.Context, path string, accept []string) (*http.Response, error) {
	header := http.Header{"Authorization": {"Basic " + r.token}, "Accept": accept}
	if strings.Contains(path, "/blobs/") {
		header.Set("Range", firstByte)
	}
	address := *r.registry
	address.Path = path
	return r.get(ctx, &address, r.host, header)
}
