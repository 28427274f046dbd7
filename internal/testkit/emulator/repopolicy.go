package emulator

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxRepositoryPolicy is the length of policyText in characters, unless
// SetRepositoryPolicyQuota says otherwise.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
const maxRepositoryPolicy = 10240

// A repositoryPolicy is what ECR keeps of a repository policy.
type repositoryPolicy struct {
	verbatim string    // stored by Server.SetRepositoryPolicy; returned as it is
	document *document // nil when verbatim is not a policy
	reads    int       // how often the text was returned
}

// parsed returns the document that decides on access, or nil.
func (p *repositoryPolicy) parsed() *document {
	if p.document == nil && p.verbatim != "" {
		p.document, _ = parseDocument(p.verbatim) // What is not a policy grants nothing.
	}
	return p.document
}

func invalidPolicyText(constraint string) *apiError {
	return badRequest("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: '"+constraint+"'")
}

func invalidRepositoryPolicy() *apiError {
	return invalidPolicyText("Invalid repository policy provided")
}

// principalNotFound is ECR's answer for a principal that does not exist since
// the middle of 2024. Source: https://github.com/hashicorp/terraform-provider-aws/issues/39064
func principalNotFound() *apiError { return invalidPolicyText("Principal not found") }

// lockout is in our own words: AWS documents the refusal but not its text.
func lockout() *apiError {
	return invalidPolicyText("The policy would prevent you from setting another policy in the future")
}

// readRepositoryPolicy checks a text as SetRepositoryPolicy does and returns the
// document with its principals as ECR keeps them.
func (s *Server) readRepositoryPolicy(text, partition string) (*document, *apiError) {
	if utf8.RuneCountInString(text) > s.policyQuota {
		return nil, invalidPolicyText("must have length less than or equal to 10240")
	}
	d, err := parseDocument(text)
	if err != nil {
		return nil, invalidRepositoryPolicy()
	}
	for _, statement := range d.statements {
		if !s.acceptsInRepository(statement) {
			return nil, invalidRepositoryPolicy()
		}
		for _, p := range []*principals{statement.principal, statement.notPrincipal} {
			if fault := s.resolvePrincipals(p, partition); fault != nil {
				return nil, fault
			}
		}
	}
	return d, nil
}

// acceptsInRepository holds ECR's own rules for one statement.
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
		// ECR refuses GetAuthorizationToken, which knows no repository, since 2020-10-21.
		// Source: https://github.com/cloudposse/terraform-aws-ecr/issues/67
		return !ecrAction.MatchString(action) || strings.EqualFold(action, "ecr:GetAuthorizationToken")
	})
}

var ecrAction = regexp.MustCompile(`^(\*|(?i:ecr):[A-Za-z*?]+)$`)

// actions returns the values of Action or NotAction.
func (s *statement) actions() []string {
	if s.action != nil {
		return s.action.list
	}
	return s.notAction.list
}

// resolvePrincipals checks that principals exist and puts what ECR stores in
// their place: the unique ID of a role or user, the root ARN of an account.
func (s *Server) resolvePrincipals(p *principals, partition string) *apiError {
	if p == nil {
		return nil
	}
	for _, kind := range sortedKeys(p.byType) {
		of := p.byType[kind]
		for i, value := range of.list {
			var fault *apiError
			switch kind {
			case "AWS":
				of.list[i], fault = s.resolvePrincipal(value, partition)
			case "Service":
				fault = checkForm(servicePrincipal, value)
			default:
				fault = invalidRepositoryPolicy()
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

func checkForm(pattern *regexp.Regexp, value string) *apiError {
	if !pattern.MatchString(value) {
		return invalidRepositoryPolicy()
	}
	return nil
}

// resolvePrincipal returns what ECR stores for one AWS principal. Roles and users
// of accounts that the emulator does not know are taken on trust.
func (s *Server) resolvePrincipal(value, partition string) (string, *apiError) {
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
		return "", invalidRepositoryPolicy()
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
