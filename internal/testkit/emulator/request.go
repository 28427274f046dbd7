// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// An apiError is an error response.
type apiError struct {
	Status  int    // HTTP status
	Code    string // AWS's error code, as in "NoSuchEntity"
	Message string
}

// badRequest returns an error with status 400, which ECR uses for nearly all errors.
func badRequest(code, message string) *apiError {
	return &apiError{http.StatusBadRequest, code, message}
}

// A protocol writes the responses of a service.
type protocol interface {
	write(w http.ResponseWriter, req *request, result any, fault *apiError)
	unknownOperation(req *request) *apiError
	missingToken() *apiError
	invalidToken() *apiError
}

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

// A caller is the principal that signs a request.
type caller struct {
	account    string // 12 digits
	arn        string // of the IAM user or of the role session
	id         string // unique ID, for a session followed by ":" and the session name
	roleARN    string // of a session's role; empty for a user
	roleID     string // unique ID of a session's role; empty for a user
	externalID string // of an AssumeRole request under evaluation
	token      string // the session token that belongs to the access key
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

// The API versions by which the Query services differ.
const (
	iamVersion = "2010-05-08"
	stsVersion = "2011-06-15"
)

// decode reads the body of a request to a JSON service.
func (r *request) decode(input any) *apiError {
	if err := json.Unmarshal(r.body, input); err != nil {
		return &apiError{http.StatusBadRequest, "SerializationException", err.Error()}
	}
	return nil
}
