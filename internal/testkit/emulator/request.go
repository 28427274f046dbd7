// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A request is one API call.
type request struct {
	protocol     protocol
	operation    string // as in "ecr:SetRepositoryPolicy"
	region       string // from the credential scope; empty when unsigned
	scopeService string // from the credential scope, as in "ecr"
	accessKey    string // empty when unsigned
	sessionToken string
	body         json.RawMessage // of a request to a JSON service
	form         url.Values      // of an IAM or STS request
	caller       caller          // set by authenticate; zero when unsigned
}

// service returns "cloudtrail", "ecr", "iam", "organizations" or "sts".
func (r *request) service() string {
	service, _, _ := strings.Cut(r.operation, ":")
	return service
}

// name returns the operation without its service.
func (r *request) name() string {
	_, name, _ := strings.Cut(r.operation, ":")
	return name
}

// targets are the JSON services, by the first part of their X-Amz-Target.
var targets = map[string]string{"AmazonEC2ContainerRegistry_V20150921": "ecr", "AWSOrganizationsV20161128": "organizations", "CloudTrail_20131101": "cloudtrail"}

// The API versions by which the Query services differ.
const (
	iamVersion = "2010-05-08"
	stsVersion = "2011-06-15"
)

var errNoAPI = errors.New("not a request to ECR, Organizations or CloudTrail (X-Amz-Target), IAM or STS (Action and Version)")

// readRequest reads the operation, the input and the access key of a request.
func readRequest(r *http.Request) (*request, error) {
	req := &request{sessionToken: r.Header.Get("X-Amz-Security-Token")}
	req.readScope(r.Header.Get("Authorization"))
	target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if service, found := targets[target]; found {
		body, err := io.ReadAll(r.Body)
		req.protocol, req.operation, req.body = jsonProtocol{}, service+":"+operation, body
		return req, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	req.form = r.Form
	switch r.Form.Get("Version") {
	case iamVersion:
		req.protocol, req.operation = queryProtocol{version: iamVersion}, "iam:"+r.Form.Get("Action")
	case stsVersion:
		req.protocol, req.operation = queryProtocol{version: stsVersion}, "sts:"+r.Form.Get("Action")
	default:
		return nil, errNoAPI
	}
	return req, nil
}

var credentialScope = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/[0-9]{8}/([^/]+)/([^/]+)/aws4_request,`)

// readScope reads the access key, the Region and the service from the signature of a
// request.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
func (r *request) readScope(authorization string) {
	if m := credentialScope.FindStringSubmatch(authorization); m != nil {
		r.accessKey, r.region, r.scopeService = m[1], m[2], m[3]
	}
}

// decode reads the body of a request to a JSON service.
func (r *request) decode(input any) *apiError {
	if err := json.Unmarshal(r.body, input); err != nil {
		return &apiError{http.StatusBadRequest, "SerializationException", err.Error()}
	}
	return nil
}
