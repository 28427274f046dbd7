package emulator

import (
	"fmt"
	"slices"
)

// policyDocument returns the registry policy, or nil.
func (r *registry) policyDocument() *document {
	if r.policy == "" {
		return nil
	}
	d, _ := parseDocument(r.policy) // It was parsed when it was put.
	return d
}

func (r *registry) policyResponse(text string) any {
	return map[string]string{"registryId": r.account, "policyText": text}
}

func (s *Server) putRegistryPolicy(req *request) (any, *apiError) {
	var in repositoryInput
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	registry := s.ownRegistry(req)
	if fault := registry.checkPolicy(in.PolicyText); fault != nil {
		return nil, fault
	}
	registry.policy = in.PolicyText
	return registry.policyResponse(registry.policy), nil
}

// checkPolicy returns an error if ECR would reject the registry policy. It does not check
// the resources. Source: https://github.com/aws/containers-roadmap/issues/2675
func (r *registry) checkPolicy(text string) *apiError {
	invalid := invalidPolicyText("Invalid registry policy provided")
	d, err := parseDocument(text)
	if err != nil || len(text) > maxRepositoryPolicy {
		return invalid
	}
	for _, st := range d.statements {
		if st.principal == nil && st.notPrincipal == nil || st.resource == nil && st.notResource == nil {
			return invalid
		}
		if slices.ContainsFunc(st.actions(), func(action string) bool { return !ecrAction.MatchString(action) }) {
			return invalid
		}
	}
	return nil
}

func (s *Server) getRegistryPolicy(req *request) (any, *apiError) {
	registry := s.ownRegistry(req)
	if registry.policy == "" {
		return nil, registry.policyNotFound()
	}
	return registry.policyResponse(registry.policy), nil
}

func (s *Server) deleteRegistryPolicy(req *request) (any, *apiError) {
	registry := s.ownRegistry(req)
	if registry.policy == "" {
		return nil, registry.policyNotFound()
	}
	text := registry.policy
	registry.policy = ""
	return registry.policyResponse(text), nil
}

func (r *registry) policyNotFound() *apiError {
	return badRequest("RegistryPolicyNotFoundException", fmt.Sprintf("Registry policy does not exist in the registry with id '%s'", r.account))
}

func (s *Server) describeRegistry(req *request) (any, *apiError) {
	return map[string]any{
		"registryId":               req.caller.account,
		"replicationConfiguration": map[string]any{"rules": []any{}},
	}, nil
}
