// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A Request is one call to AWS.
type Request struct {
	// Principal is the ARN of a role, role session, IAM user, federated user or
	// account root; or a service principal such as lambda.amazonaws.com; or
	// UnknownPrincipal.
	Principal       string
	Action          string // as in ecr:BatchGetImage
	Resource        string // repository ARN, or * for ecr:GetAuthorizationToken
	ResourceAccount string // 12 digits; the caller's account for *
	Context         Context
	// PoliciesAsShown: the policies are as AWS shows them. A unique ID among their
	// principals (AROA…, AIDA…) is then of a role or user that was deleted, since
	// of one that exists AWS shows the ARN.
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
	PoliciesAsShown bool
	// RoleID is the unique ID of the caller's role (AROA…); empty when it is not known, or
	// the caller has none.
	RoleID string
	// AssumeNoPath takes the role of a session for one without path, unless
	// aws:PrincipalArn or a policy that names a role of that name says otherwise.
	// So does a complete context.
	AssumeNoPath bool
	// Granted takes it for certain that something grants the request, whoever calls: only
	// the policies that limit it are judged.
	Granted bool
	// AnyObject: the Resource ends in /* and stands for each object below it. What covers
	// some of them only is not certain.
	AnyObject bool
	// Budget bounds the work of this evaluation together with others; nil gives this
	// one a budget of its own.
	Budget *Budget
}

// UnknownPrincipal is the principal of a request of which nobody knows who makes it, as the
// owner of a presigned URL. Only a statement for everyone means it for certain.
const UnknownPrincipal = "an unknown principal"

// Context holds what is known of the request's condition keys. Key names are
// case-insensitive. Keys that follow from the request are derived when not given.
type Context struct {
	Known    map[string][]string // an empty list: known to be absent. Binary values are base64
	Unknown  []string            // neither presence nor value known
	Present  []string            // present, value not known
	Complete bool                // true: keys that are not listed are absent; false: unknown
	// CompleteBelow has the beginnings, in lower case, of keys of which those that are not
	// listed are absent, as in aws:resourcetag/.
	CompleteBelow []string
}

// isComplete reports whether a key, in lower case, is absent if it is not listed.
func (c *Context) isComplete(key string) bool {
	return c.Complete || slices.ContainsFunc(c.CompleteBelow, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// lowerAction lowers an action; the usual ones without allocation.
func lowerAction(action string) string {
	switch action {
	case "ecr:BatchGetImage":
		return "ecr:batchgetimage"
	case "ecr:GetDownloadUrlForLayer":
		return "ecr:getdownloadurlforlayer"
	case "ecr:GetAuthorizationToken":
		return "ecr:getauthorizationtoken"
	}
	return pattern.Lower(action)
}

// WithoutResource reports whether an action, in any case, has no resource type: it is a call
// to the caller's own account.
func WithoutResource(action string) bool { return withoutResource(pattern.Lower(action)) }

// withoutResource reports whether an action, in lower case, has no resource type.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func withoutResource(action string) bool {
	switch action {
	case "ecr:createpullthroughcacherule", "ecr:createrepositorycreationtemplate", "ecr:deletepullthroughcacherule",
		"ecr:deleteregistrypolicy", "ecr:deleterepositorycreationtemplate", "ecr:describepullthroughcacherules",
		"ecr:describeregistry", "ecr:describerepositorycreationtemplates", "ecr:getaccountsetting",
		"ecr:getauthorizationtoken", "ecr:getregistrypolicy", "ecr:getregistryscanningconfiguration",
		"ecr:putaccountsetting", "ecr:putregistrypolicy", "ecr:putregistryscanningconfiguration",
		"ecr:putreplicationconfiguration", "ecr:updatepullthroughcacherule", "ecr:updaterepositorycreationtemplate",
		"ecr:validatepullthroughcacherule":
		return true
	}
	return false
}
