// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxPolicy is the length of policyText in characters, unless SetRepositoryPolicyQuota says
// otherwise.
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html
const maxPolicy = 10240

// parsed returns the document for the evaluation, or nil.
func (p *storedPolicy) parsed() *document {
	if p.document == nil && p.verbatim != "" {
		p.document, _ = parseDocument(p.verbatim) // An invalid policy grants nothing.
	}
	return p.document
}

// policyDocument returns the repository policy, or nil.
func (r *repository) policyDocument() *document {
	if r.policy == nil {
		return nil
	}
	return r.policy.parsed()
}

// policyDocument returns the registry policy, or nil.
func (r *registry) policyDocument() *document {
	if r.policy == nil {
		return nil
	}
	return r.policy.parsed()
}

func invalidPolicyText(constraint string) *apiError {
	return badRequest("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: '"+constraint+"'")
}

func invalidRepositoryPolicy() *apiError {
	return invalidPolicyText("Invalid repository policy provided")
}

// principalNotFound is ECR's error for a principal that does not exist, since the middle
// of 2024. Source: https://github.com/hashicorp/terraform-provider-aws/issues/39064
func principalNotFound() *apiError { return invalidPolicyText("Principal not found") }

// lockout is our own text: AWS documents the error but not its message.
func lockout() *apiError {
	return invalidPolicyText("The policy would prevent you from setting another policy in the future")
}

// readRepositoryPolicy checks a text like SetRepositoryPolicy, and returns the document
// with its principals in the form that ECR stores.
func (s *Server) readRepositoryPolicy(text, partition string) (*document, *apiError) {
	return s.readPolicy(text, partition, invalidRepositoryPolicy(), s.acceptsInRepository)
}

// readPolicy checks the policy of a repository or registry. The error for one that ECR does
// not accept is invalid.
func (s *Server) readPolicy(text, partition string, invalid *apiError, accepts func(*statement) bool) (*document, *apiError) {
	if utf8.RuneCountInString(text) > s.policyQuota {
		return nil, invalidPolicyText("must have length less than or equal to 10240")
	}
	d, err := parseDocument(text)
	if err != nil {
		return nil, invalid
	}
	for _, statement := range d.statements {
		if !accepts(statement) {
			return nil, invalid
		}
		for _, p := range []*principals{statement.principal, statement.notPrincipal} {
			if fault := s.resolvePrincipals(p, partition, invalid); fault != nil {
				return nil, fault
			}
		}
	}
	return d, nil
}

// acceptsInRepository reports whether a statement meets ECR's own rules.
func (s *Server) acceptsInRepository(st *statement) bool {
	withResource := st.resource != nil || st.notResource != nil
	switch {
	case st.principal == nil && st.notPrincipal == nil:
		return false
	case st.notPrincipal != nil && st.effect == "Allow":
		return false
	case withResource && !s.acceptResource:
		return false
	}
	return !slices.ContainsFunc(st.actions(), func(action string) bool {
		// Since 2020-10-21, ECR rejects GetAuthorizationToken, which has no repository.
		// Source: https://github.com/cloudposse/terraform-aws-ecr/issues/67
		return !ecrAction.MatchString(action) || strings.EqualFold(action, "ecr:GetAuthorizationToken")
	})
}

var ecrAction = regexp.MustCompile(`^(\*|(?i:ecr):[A-Za-z*?]+)$`)

// resolvePrincipals checks that principals exist, and replaces each by the value that ECR
// stores: the unique ID of a role or user, the root ARN of an account.
func (s *Server) resolvePrincipals(p *principals, partition string, invalid *apiError) *apiError {
	if p == nil {
		return nil
	}
	for _, kind := range sortedKeys(p.byType) {
		of := p.byType[kind]
		for i, value := range of.list {
			var fault *apiError
			switch kind {
			case "AWS":
				of.list[i], fault = s.resolvePrincipal(value, partition, invalid)
			case "Service":
				fault = checkForm(servicePrincipal, value, invalid)
			default:
				fault = invalid
			}
			if fault != nil {
				return fault
			}
		}
	}
	return nil
}

var (
	accountID        = regexp.MustCompile(`^[0-9]{12}$`)
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)
	principalARN     = regexp.MustCompile(`^arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):(root|(?:user|role|assumed-role|federated-user)/[\w+=,.@/-]+)$`)
	uniqueID         = regexp.MustCompile(`^A(RO|ID)A[A-Z0-9]{12,124}$`)
)

func checkForm(pattern *regexp.Regexp, value string, invalid *apiError) *apiError {
	if !pattern.MatchString(value) {
		return invalid
	}
	return nil
}

// resolvePrincipal returns the value that ECR stores for one AWS principal. A role or user
// of an account that the emulator does not know is accepted without a check.
func (s *Server) resolvePrincipal(value, partition string, invalid *apiError) (string, *apiError) {
	switch {
	case value == "*":
		return value, nil
	case accountID.MatchString(value):
		return "arn:" + partition + ":iam::" + value + ":root", nil
	case uniqueID.MatchString(value):
		return "", principalNotFound()
	}
	m := principalARN.FindStringSubmatch(value)
	if m == nil {
		return "", invalid
	}
	if m[1] != partition {
		return "", principalNotFound()
	}
	kind, name, _ := strings.Cut(m[4], "/")
	acct := s.accounts[m[3]]
	switch {
	case kind == "root" || kind == "federated-user" || acct == nil:
		return value, nil
	case kind == "assumed-role":
		roleName, _, _ := strings.Cut(name, "/")
		if acct.roleByName(roleName) == nil {
			return "", principalNotFound()
		}
		return value, nil
	}
	if id := acct.uniqueID(value); id != "" {
		return id, nil
	}
	return "", principalNotFound()
}
