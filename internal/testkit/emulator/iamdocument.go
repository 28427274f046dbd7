// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"regexp"
	"unicode"
)

var (
	identitySid    = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	identityAction = regexp.MustCompile(`^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$`)
	resourceARN    = regexp.MustCompile(`^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$`)
	documentChars  = regexp.MustCompile(`^[\x09\x0A\x0D\x{20}-\x{FF}]+$`)
)

func malformed(message string) *apiError { return badRequest("MalformedPolicyDocument", message) }

// checkIdentityPolicy returns an error if IAM would reject the text as an inline or managed
// policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func checkIdentityPolicy(text string) *apiError {
	if !documentChars.MatchString(text) {
		return badRequest("ValidationError", "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.")
	}
	d, err := parseDocument(text)
	if err != nil {
		return malformed("Syntax errors in policy.")
	}
	sids := map[string]bool{}
	for _, st := range d.statements {
		if fault := st.checkIdentity(); fault != nil {
			return fault
		}
		if st.sid != "" && sids[st.sid] {
			return malformed("Statement IDs (SID) in a single policy must be unique.")
		}
		sids[st.sid] = true
	}
	return nil
}

func (s *statement) checkIdentity() *apiError {
	switch {
	case s.principal != nil || s.notPrincipal != nil:
		return malformed("Policy document should not specify a principal.")
	case !identitySid.MatchString(s.sid):
		return malformed("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*")
	case s.resource == nil && s.notResource == nil:
		return malformed("Policy statement must contain resources.")
	}
	for _, action := range s.actions() {
		if !identityAction.MatchString(action) {
			return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
		}
	}
	resources := s.resource
	if resources == nil {
		resources = s.notResource
	}
	for _, resource := range resources.list {
		if !resourceARN.MatchString(resource) {
			return malformed(fmt.Sprintf("Resource %s must be in ARN format or \"*\".", resource))
		}
	}
	return nil
}

// checkTrustPolicy returns an error if IAM would reject the text as a role's trust policy.
// It does not check that the principals exist.
func checkTrustPolicy(text string) *apiError {
	d, err := parseDocument(text)
	if err != nil {
		return malformed("This policy contains invalid Json")
	}
	for _, st := range d.statements {
		switch {
		case st.principal == nil && st.notPrincipal == nil:
			return malformed("Missing required field Principal")
		case st.resource != nil || st.notResource != nil:
			return malformed("Has prohibited field Resource")
		}
	}
	return nil
}

// policySize returns the number of characters that count for the quotas.
func policySize(document string) int {
	size := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			size++
		}
	}
	return size
}
