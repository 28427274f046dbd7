// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// requestID is the request ID in every response.
const requestID = "00000000-0000-4000-8000-000000000000"

// targets are the JSON services, by the first part of their X-Amz-Target.
var targets = map[string]string{"AmazonEC2ContainerRegistry_V20150921": "ecr", "AWSOrganizationsV20161128": "organizations", "CloudTrail_20131101": "cloudtrail"}

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

// jsonProtocol is AWS JSON 1.1, the protocol of ECR and Organizations.
// Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type jsonProtocol struct{}

func (jsonProtocol) write(w http.ResponseWriter, _ *request, result any, fault *apiError) {
	status := http.StatusOK
	if fault != nil {
		status = fault.Status
		result = map[string]string{"__type": fault.Code, "message": fault.Message}
	}
	body, err := json.Marshal(result)
	if err != nil {
		panic(fmt.Sprintf("encoding %T: %v", result, err))
	}
	writeBody(w, "application/x-amz-json-1.1", status, body)
}

func (jsonProtocol) unknownOperation(*request) *apiError {
	return badRequest("UnknownOperationException", "The emulator does not support this operation.")
}

func (jsonProtocol) missingToken() *apiError {
	return badRequest("MissingAuthenticationTokenException", "Missing Authentication Token")
}

func (jsonProtocol) invalidToken() *apiError {
	return badRequest("UnrecognizedClientException", "The security token included in the request is invalid.")
}

// queryProtocol is AWS Query with XML responses, the protocol of IAM and STS.
// Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type queryProtocol struct{ version string }

// namespaces are the XML namespaces of the responses, by API version.
var namespaces = map[string]string{
	iamVersion: "https://iam.amazonaws.com/doc/" + iamVersion + "/",
	stsVersion: "https://sts.amazonaws.com/doc/" + stsVersion + "/",
}

type xmlFault struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Error     struct {
		Type    string
		Code    string
		Message string
	}
	RequestID string `xml:"RequestId"`
}

func (p queryProtocol) write(w http.ResponseWriter, req *request, result any, fault *apiError) {
	if fault != nil {
		answer := xmlFault{Namespace: namespaces[p.version], RequestID: requestID}
		answer.Error.Type, answer.Error.Code, answer.Error.Message = "Sender", fault.Code, fault.Message
		if fault.Status >= http.StatusInternalServerError {
			answer.Error.Type = "Receiver"
		}
		body, err := xml.Marshal(answer)
		if err != nil {
			panic(fmt.Sprintf("encoding a fault: %v", err))
		}
		writeBody(w, "text/xml", fault.Status, body)
		return
	}
	writeBody(w, "text/xml", http.StatusOK, p.encode(req.name(), result))
}

// encode wraps a result as <OpResponse><OpResult>…</OpResult>…</OpResponse>;
// operations without a result have no OpResult.
func (p queryProtocol) encode(operation string, result any) []byte {
	var body bytes.Buffer
	fmt.Fprintf(&body, `<%sResponse xmlns="%s">`, operation, namespaces[p.version])
	if result != nil {
		encoder := xml.NewEncoder(&body)
		if err := encoder.EncodeElement(result, xml.StartElement{Name: xml.Name{Local: operation + "Result"}}); err != nil {
			panic(fmt.Sprintf("encoding %T: %v", result, err))
		}
	}
	fmt.Fprintf(&body, `<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, requestID, operation)
	return body.Bytes()
}

func (queryProtocol) unknownOperation(req *request) *apiError {
	return badRequest("InvalidAction", fmt.Sprintf("Could not find operation %s for version %s", req.name(), req.form.Get("Version")))
}

func (queryProtocol) missingToken() *apiError {
	return &apiError{http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token"}
}

func (queryProtocol) invalidToken() *apiError {
	return &apiError{http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."}
}

func writeBody(w http.ResponseWriter, contentType string, status int, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	_, _ = w.Write(body) // A client that has disconnected reads no error either.
}
