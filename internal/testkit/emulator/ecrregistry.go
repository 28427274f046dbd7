package emulator

import (
	"fmt"
	"regexp"
	"slices"
)

// registryPolicyScope is the account setting for the actions that a registry policy may
// have. Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
const registryPolicyScope = "REGISTRY_POLICY_SCOPE"

// accountSettings are the values that PutAccountSetting accepts. The first one is the
// default.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html
var accountSettings = map[string][]string{
	"BASIC_SCAN_TYPE_VERSION": {"AWS_NATIVE"},
	registryPolicyScope:       {"V2"},
	"BLOB_MOUNTING":           {"DISABLED", "ENABLED"},
}

// registryActionsV1 are the actions that a registry policy with scope V1 may have.
var registryActionsV1 = regexp.MustCompile(`^(?i:ecr:(ReplicateImage|BatchImportUpstreamImage|CreateRepository))$`)

func (r *registry) setting(name string) string {
	if value := r.settings[name]; value != "" {
		return value
	}
	return accountSettings[name][0]
}

// policyDocument returns the registry policy for requests to repositories, or nil. A
// policy with scope V1 does not apply to them.
func (r *registry) policyDocument() *document {
	if r.policy == "" || r.setting(registryPolicyScope) == "V1" {
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
		outOfScope := func(action string) bool {
			return !ecrAction.MatchString(action) ||
				r.setting(registryPolicyScope) == "V1" && !registryActionsV1.MatchString(action)
		}
		if slices.ContainsFunc(st.actions(), outOfScope) {
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

type accountSetting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (s *Server) getAccountSetting(req *request) (any, *apiError) {
	var in accountSetting
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	if accountSettings[in.Name] == nil {
		return nil, badRequest("InvalidParameterException", fmt.Sprintf("Invalid account setting name '%s'", in.Name))
	}
	return accountSetting{in.Name, s.ownRegistry(req).setting(in.Name)}, nil
}

func (s *Server) putAccountSetting(req *request) (any, *apiError) {
	var in accountSetting
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	if !slices.Contains(accountSettings[in.Name], in.Value) {
		return nil, badRequest("InvalidParameterException", fmt.Sprintf("Invalid value '%s' for the account setting '%s'", in.Value, in.Name))
	}
	s.ownRegistry(req).settings[in.Name] = in.Value
	return in, nil
}
