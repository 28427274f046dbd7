// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
)

const rootID = "r-ab12"

func (p *controlPolicy) describe() map[string]any {
	return map[string]any{"Id": p.id, "Name": p.name, "Type": p.policyType}
}

// member returns the organization if the caller's account is in it.
func (s *Server) member(req *request) (*organization, *apiError) {
	o := s.organization
	if o == nil || o.parents[req.caller.account] == "" {
		return nil, badRequest("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	}
	return o, nil
}

// administrator returns the organization if the caller's account may read all of it.
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html
func (s *Server) administrator(req *request) (*organization, *apiError) {
	o, fault := s.member(req)
	if fault == nil && req.caller.account != o.management && !slices.Contains(o.delegated, req.caller.account) {
		return nil, badRequest("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	return o, fault
}

func (s *Server) describeOrganization(req *request) (any, *apiError) {
	o, fault := s.member(req)
	if fault != nil {
		return nil, fault
	}
	return map[string]any{"Organization": map[string]any{"Id": o.id, "FeatureSet": "ALL", "MasterAccountId": o.management}}, nil
}

func (s *Server) listRoots(req *request) (any, *apiError) {
	o, fault := s.administrator(req)
	if fault != nil {
		return nil, fault
	}
	types := []any{}
	for _, name := range o.types {
		types = append(types, map[string]string{"Type": name, "Status": "ENABLED"})
	}
	return map[string]any{"Roots": []any{map[string]any{"Id": rootID, "Name": "Root", "PolicyTypes": types}}}, nil
}

func (s *Server) listParents(req *request) (any, *apiError) {
	var in struct{ ChildID string }
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	o, fault := s.administrator(req)
	if fault != nil {
		return nil, fault
	}
	parent := o.parents[in.ChildID]
	if parent == "" {
		return nil, badRequest("ChildNotFoundException", "You provided a child that does not exist.")
	}
	return map[string]any{"Parents": []any{map[string]string{"Id": parent}}}, nil
}

func (s *Server) listPoliciesForTarget(req *request) (any, *apiError) {
	var in struct{ TargetID, Filter string }
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	o, fault := s.administrator(req)
	if fault != nil {
		return nil, fault
	}
	policies := []any{}
	for _, p := range o.policies {
		if p.policyType == in.Filter && slices.Contains(p.targets, in.TargetID) {
			policies = append(policies, p.describe())
		}
	}
	return map[string]any{"Policies": policies}, nil
}

func (s *Server) describeControlPolicy(req *request) (any, *apiError) {
	var in struct{ PolicyID string }
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	o, fault := s.administrator(req)
	if fault != nil {
		return nil, fault
	}
	for _, p := range o.policies {
		if p.id == in.PolicyID {
			return map[string]any{"Policy": map[string]any{"PolicySummary": p.describe(), "Content": p.content}}, nil
		}
	}
	return nil, badRequest("PolicyNotFoundException", "You specified a policy that doesn't exist.")
}

// allowAll is the document of FullAWSAccess and RCPFullAWSAccess, as far as the provider
// reads them.
const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

const (
	serviceControl  = "SERVICE_CONTROL_POLICY"
	resourceControl = "RESOURCE_CONTROL_POLICY"
)

// CreateOrganization creates the organization with its management account, in which both
// types of control policies are enabled. There is one organization.
func (s *Server) CreateOrganization(managementID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.organization = &organization{
		id: "o-a1b2c3d4e5", management: managementID, parents: map[string]string{}, types: []string{serviceControl, resourceControl},
		policies: []*controlPolicy{
			{id: "p-FullAWSAccess", name: "FullAWSAccess", policyType: serviceControl, content: allowAll, targets: []string{rootID}},
			{id: "p-RCPFullAWSAccess", name: "RCPFullAWSAccess", policyType: resourceControl, content: allowAll, targets: []string{rootID}},
		},
	}
	s.join(managementID, rootID)
}

// join puts an account or an OU below a parent, with the policies that allow everything.
func (s *Server) join(child, parent string) {
	o := s.organization
	o.parents[child] = parent
	for _, p := range o.policies[:2] {
		p.targets = append(p.targets, child)
	}
}

// AddOU adds an organizational unit, as in ou-ab12-11111111, below another one; below the
// root if parent is empty.
func (s *Server) AddOU(id, parent string) { s.AddMember(id, parent) }

// AddMember adds an account to an organizational unit; to the root if parent is empty.
func (s *Server) AddMember(accountID, parent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if parent == "" {
		parent = rootID
	}
	s.join(accountID, parent)
}

// Delegate lets an account read what the management account can read.
func (s *Server) Delegate(accountID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.organization.delegated = append(s.organization.delegated, accountID)
}

// AttachSCP attaches a service control policy to an OU or an account; to the root if target
// is empty.
func (s *Server) AttachSCP(target, name, document string) {
	s.attach(target, name, serviceControl, document)
}

// AttachRCP is AttachSCP for a resource control policy.
func (s *Server) AttachRCP(target, name, document string) {
	s.attach(target, name, resourceControl, document)
}

func (s *Server) attach(target, name, policyType, document string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if target == "" {
		target = rootID
	}
	o := s.organization
	o.policies = append(o.policies, &controlPolicy{fmt.Sprintf("p-%08d", len(o.policies)), name, policyType, document, []string{target}})
}

// DisablePolicyTypes disables service and resource control policies.
func (s *Server) DisablePolicyTypes() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.organization.types = nil
}

// DetachAll detaches all policies from an OU or an account, which AWS does not allow.
func (s *Server) DetachAll(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.organization.policies {
		p.targets = slices.DeleteFunc(p.targets, func(t string) bool { return t == target })
	}
}
