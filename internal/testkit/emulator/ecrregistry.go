// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
)

func (r *registry) policyResponse(text string) any {
	return map[string]string{"registryId": r.account, "policyText": text}
}

func (s *Server) putRegistryPolicy(req *request) (any, *apiError) {
	var in repositoryInput
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	registry := s.ownRegistry(req)
	parsed, fault := s.readPolicy(in.PolicyText, partition(req.region), invalidRegistryPolicy(), acceptsInRegistry)
	if fault != nil {
		return nil, fault
	}
	registry.policy = &storedPolicy{document: parsed}
	return registry.policyResponse(s.printPolicy(registry.policy)), nil
}

// invalidRegistryPolicy is ECR's error for a registry policy that it does not accept.
// Source: https://github.com/pulumi/pulumi-aws/issues/2326
func invalidRegistryPolicy() *apiError {
	return invalidPolicyText("Invalid registry policy provided")
}

// acceptsInRegistry reports whether a statement meets ECR's own rules. ECR does not check
// the resources. Source: https://github.com/aws/containers-roadmap/issues/2675
func acceptsInRegistry(st *statement) bool {
	switch {
	case st.principal == nil && st.notPrincipal == nil, st.resource == nil && st.notResource == nil:
		return false
	case st.notPrincipal != nil && st.effect == "Allow":
		return false
	}
	return !slices.ContainsFunc(st.actions(), func(action string) bool { return !ecrAction.MatchString(action) })
}

func (s *Server) getRegistryPolicy(req *request) (any, *apiError) {
	registry := s.ownRegistry(req)
	if registry.policy == nil {
		return nil, registry.policyNotFound()
	}
	return registry.policyResponse(s.printPolicy(registry.policy)), nil
}

func (s *Server) deleteRegistryPolicy(req *request) (any, *apiError) {
	registry := s.ownRegistry(req)
	if registry.policy == nil {
		return nil, registry.policyNotFound()
	}
	text := s.printPolicy(registry.policy)
	registry.policy = nil
	return registry.policyResponse(text), nil
}

func (r *registry) policyNotFound() *apiError {
	return badRequest("RegistryPolicyNotFoundException", fmt.Sprintf("Registry policy does not exist in the registry with id '%s'", r.account))
}

func (s *Server) describeRegistry(req *request) (any, *apiError) {
	return map[string]any{
		"registryId":               req.caller.account,
		"replicationConfiguration": map[string]any{"rules": append([]replicationRule{}, s.ownRegistry(req).replication...)},
	}, nil
}
