// SPDX-License-Identifier: MPL-2.0

package emulator

import "slices"

// Quotas of a role.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxInlinePolicies   = 10240 // characters of all inline policies of a role, without white space
	maxAttachedPolicies = 20
)

func (s *Server) iamPutRolePolicy(req *request) (any, *apiError) {
	name, document := req.form.Get("PolicyName"), req.form.Get("PolicyDocument")
	if fault := checkName("policyName", name, maxPolicyName); fault != nil {
		return nil, fault
	}
	found, fault := s.findOwnRole(req)
	if fault != nil {
		return nil, fault
	}
	if fault := checkIdentityPolicy(document); fault != nil {
		return nil, fault
	}
	size := policySize(document)
	for other, text := range found.inline {
		if other != name {
			size += policySize(text)
		}
	}
	if size > maxInlinePolicies {
		return nil, conflict("LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", maxInlinePolicies, found.name)
	}
	found.inline[name] = document
	found.history[name] = append(found.history[name], document)
	return nil, nil
}

// findRolePolicy returns the role and the text of its inline policy.
func (s *Server) findRolePolicy(req *request) (found *role, document string, fault *apiError) {
	found, fault = s.findRole(req)
	if fault != nil {
		return nil, "", fault
	}
	name := req.form.Get("PolicyName")
	document, exists := found.inline[name]
	if !exists {
		return nil, "", notFound("The role policy with name %s cannot be found.", name)
	}
	return found, document, nil
}

func (s *Server) iamGetRolePolicy(req *request) (any, *apiError) {
	found, document, fault := s.findRolePolicy(req)
	if fault != nil {
		return nil, fault
	}
	return struct{ RoleName, PolicyName, PolicyDocument string }{found.name, req.form.Get("PolicyName"), encode(document)}, nil
}

func (s *Server) iamDeleteRolePolicy(req *request) (any, *apiError) {
	if _, fault := s.findOwnRole(req); fault != nil {
		return nil, fault
	}
	found, _, fault := s.findRolePolicy(req)
	if fault != nil {
		return nil, fault
	}
	name := req.form.Get("PolicyName")
	delete(found.inline, name)
	found.history[name] = append(found.history[name], "")
	return nil, nil
}

func (s *Server) iamListRolePolicies(req *request) (any, *apiError) {
	found, fault := s.findRole(req)
	if fault != nil {
		return nil, fault
	}
	return struct {
		PolicyNames []string `xml:"PolicyNames>member"`
		IsTruncated bool
	}{PolicyNames: sortedKeys(found.inline)}, nil
}

func (s *Server) iamAttachRolePolicy(req *request) (any, *apiError) {
	found, fault := s.findOwnRole(req)
	if fault != nil {
		return nil, fault
	}
	arn := req.form.Get("PolicyArn")
	switch {
	case s.managed(found.account, arn) == nil:
		return nil, notAttachable(arn)
	case slices.Contains(found.attached, arn):
		return nil, nil
	case len(found.attached) == maxAttachedPolicies:
		return nil, conflict("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d", maxAttachedPolicies)
	}
	found.attached = append(found.attached, arn)
	return nil, nil
}

func (s *Server) iamDetachRolePolicy(req *request) (any, *apiError) {
	found, fault := s.findOwnRole(req)
	if fault != nil {
		return nil, fault
	}
	arn := req.form.Get("PolicyArn")
	i := slices.Index(found.attached, arn)
	if i < 0 {
		return nil, notFound("Policy %s was not found.", arn)
	}
	found.attached = slices.Delete(found.attached, i, i+1)
	return nil, nil
}

func (s *Server) iamListAttachedRolePolicies(req *request) (any, *apiError) {
	found, fault := s.findRole(req)
	if fault != nil {
		return nil, fault
	}
	type attached struct{ PolicyName, PolicyArn string }
	result := struct {
		AttachedPolicies []attached `xml:"AttachedPolicies>member"`
		IsTruncated      bool
	}{}
	for _, arn := range found.attached {
		result.AttachedPolicies = append(result.AttachedPolicies, attached{s.managed(found.account, arn).name, arn})
	}
	return result, nil
}

func (s *Server) iamPutRolePermissionsBoundary(req *request) (any, *apiError) {
	found, fault := s.findOwnRole(req)
	if fault != nil {
		return nil, fault
	}
	arn := req.form.Get("PermissionsBoundary")
	if s.managed(found.account, arn) == nil {
		return nil, notAttachable(arn)
	}
	found.boundary = arn
	return nil, nil
}

func (s *Server) iamDeleteRolePermissionsBoundary(req *request) (any, *apiError) {
	found, fault := s.findOwnRole(req)
	if fault != nil {
		return nil, fault
	}
	if found.boundary == "" {
		return nil, notFound("Role with name %s does not have a permissions boundary.", found.name)
	}
	found.boundary = ""
	return nil, nil
}
