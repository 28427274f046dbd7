// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const ecrTargetPrefix = "AmazonEC2ContainerRegistry_V20150921."

// targets are the IAM action prefixes of the JSON services, by the first part of their
// X-Amz-Target.
var targets = map[string]string{strings.TrimSuffix(ecrTargetPrefix, "."): "ecr", "AWSOrganizationsV20161128": "organizations", "CloudTrail_20131101": "cloudtrail"}

// services are the IAM action prefixes of the Query services, by API version.
var services = map[string]string{"2010-05-08": "iam", "2011-06-15": "sts"}

// A call is one API request.
type call struct {
	operation string // as in "ecr:SetRepositoryPolicy"; empty for a request to another service
	resource  string // a repository name or a role name; may be empty
	http      *http.Request
	body      []byte
	form      url.Values // of IAM and STS
}

// readCall reads a whole request and finds its operation and resource.
// Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html and
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func readCall(r *http.Request) (*call, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c := &call{http: r, body: body}
	r.Body = io.NopCloser(bytes.NewReader(body))
	target, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if service, found := targets[target]; found {
		var input struct{ RepositoryName string }
		_ = json.Unmarshal(body, &input) // A body that is not JSON has no repository.
		c.operation, c.resource = service+":"+name, input.RepositoryName
		return c, nil
	}
	form, err := url.ParseQuery(string(body))
	if service := services[form.Get("Version")]; err == nil && service != "" {
		c.operation, c.resource, c.form = service+":"+form.Get("Action"), form.Get("RoleName"), form
	}
	return c, nil
}

// isJSON reports whether the call uses the JSON protocol, as ECR, Organizations and CloudTrail do.
// Otherwise it uses Query and XML.
func (c *call) isJSON() bool { return c.http.Header.Get("X-Amz-Target") != "" }

// request returns the request with an unread body.
func (c *call) request() *http.Request {
	r := c.http.Clone(c.http.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	r.ContentLength = int64(len(c.body))
	return r
}

// as returns a call of another operation of the same service with the same input.
// Services ignore input that an operation does not know.
func (c *call) as(operation string) *call {
	_, name, _ := strings.Cut(operation, ":")
	other := &call{operation: operation, resource: c.resource, http: c.http.Clone(c.http.Context()), body: c.body}
	if c.isJSON() {
		target, _, _ := strings.Cut(c.http.Header.Get("X-Amz-Target"), ".")
		other.http.Header.Set("X-Amz-Target", target+"."+name)
		return other
	}
	other.form = url.Values{"Action": {name}}
	for key, values := range c.form {
		if key != "Action" {
			other.form[key] = values
		}
	}
	other.body = []byte(other.form.Encode())
	return other
}

// subject identifies what a call reads.
func (c *call) subject() string {
	return c.operation + " " + c.resource + " " + c.form.Get("PolicyName")
}
