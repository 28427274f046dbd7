// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Quotas of a managed policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxManagedPolicy  = 6144 // characters without white space
	maxPolicyVersions = 5
)

// policyXML is IAM's Policy structure.
type policyXML struct {
	PolicyName       string
	PolicyID         string `xml:"PolicyId"`
	ARN              string `xml:"Arn"`
	Path             string
	DefaultVersionID string `xml:"DefaultVersionId"`
	AttachmentCount  int
	IsAttachable     bool
	CreateDate       string
	UpdateDate       string
}

func (s *Server) describePolicy(p *managedPolicy) policyXML {
	created := timestamp(p.created)
	return policyXML{p.name, p.id, p.arn, p.path, p.defaultVersion, s.attachments(p), true, created, created}
}

// attachments counts the roles that have the policy attached.
func (s *Server) attachments(p *managedPolicy) int {
	count := 0
	for _, acct := range s.accounts {
		for _, role := range acct.roles {
			if slices.Contains(role.attached, p.arn) {
				count++
			}
		}
	}
	return count
}

// versionXML is IAM's PolicyVersion structure.
type versionXML struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       string
}

func (p *managedPolicy) describeVersion(id string, withDocument bool) versionXML {
	version := versionXML{VersionID: id, IsDefaultVersion: id == p.defaultVersion, CreateDate: timestamp(p.created)}
	if withDocument {
		version.Document = encode(p.documents[id])
	}
	return version
}

func (p *managedPolicy) addVersion(document string, asDefault bool) string {
	p.newest++
	id := "v" + strconv.Itoa(p.newest)
	p.versions = append(p.versions, id)
	p.documents[id] = document
	if asDefault {
		p.defaultVersion = id
	}
	return id
}

func checkManagedPolicy(document string) *apiError {
	if fault := checkIdentityPolicy(document); fault != nil {
		return fault
	}
	if policySize(document) > maxManagedPolicy {
		return conflict("LimitExceeded", "Cannot exceed quota for PolicySize: %d", maxManagedPolicy)
	}
	return nil
}

func (s *Server) iamCreatePolicy(req *request) (any, *apiError) {
	acct, name := s.accounts[req.caller.account], req.form.Get("PolicyName")
	if fault := checkName("policyName", name, maxPolicyName); fault != nil {
		return nil, fault
	}
	path, fault := readPath(req.form)
	if fault != nil {
		return nil, fault
	}
	document := req.form.Get("PolicyDocument")
	if fault := checkManagedPolicy(document); fault != nil {
		return nil, fault
	}
	for _, other := range acct.policies {
		if strings.EqualFold(other.name, name) {
			return nil, conflict("EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.", name)
		}
	}
	created := &managedPolicy{
		id: s.newID("ANPA"), path: path, name: name,
		arn:     fmt.Sprintf("arn:aws:iam::%s:policy%s%s", acct.id, path, name),
		created: time.Now(), documents: map[string]string{},
	}
	created.addVersion(document, true)
	acct.policies[created.arn] = created
	return struct{ Policy policyXML }{s.describePolicy(created)}, nil
}

// findPolicy returns the policy of the request.
func (s *Server) findPolicy(req *request) (*managedPolicy, *apiError) {
	arn := req.form.Get("PolicyArn")
	if found := s.managed(req.caller.account, arn); found != nil {
		return found, nil
	}
	return nil, notFound("Policy %s was not found.", arn)
}

func (s *Server) iamGetPolicy(req *request) (any, *apiError) {
	found, fault := s.findPolicy(req)
	if fault != nil {
		return nil, fault
	}
	return struct{ Policy policyXML }{s.describePolicy(found)}, nil
}

// iamListPolicies lists the account's own policies. It ignores the scope of the request.
func (s *Server) iamListPolicies(req *request) (any, *apiError) {
	result := struct {
		Policies    []policyXML `xml:"Policies>member"`
		IsTruncated bool
	}{}
	policies := s.accounts[req.caller.account].policies
	for _, arn := range sortedKeys(policies) {
		result.Policies = append(result.Policies, s.describePolicy(policies[arn]))
	}
	return result, nil
}

// ownPolicy returns the policy of the request for a change.
func (s *Server) ownPolicy(req *request) (*managedPolicy, *apiError) {
	found, fault := s.findPolicy(req)
	if fault == nil && awsManagedPolicies[found.arn] != nil {
		return nil, &apiError{http.StatusForbidden, "AccessDenied", "Cannot change an AWS managed policy: " + found.arn}
	}
	return found, fault
}

func (s *Server) iamDeletePolicy(req *request) (any, *apiError) {
	found, fault := s.ownPolicy(req)
	switch {
	case fault != nil:
		return nil, fault
	case s.attachments(found) > 0:
		return nil, conflict("DeleteConflict", "Cannot delete a policy attached to entities.")
	case len(found.versions) > 1:
		return nil, conflict("DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	delete(s.accounts[req.caller.account].policies, found.arn)
	return nil, nil
}

func (s *Server) iamCreatePolicyVersion(req *request) (any, *apiError) {
	found, fault := s.ownPolicy(req)
	if fault != nil {
		return nil, fault
	}
	document := req.form.Get("PolicyDocument")
	if fault := checkManagedPolicy(document); fault != nil {
		return nil, fault
	}
	if len(found.versions) == maxPolicyVersions {
		return nil, conflict("LimitExceeded", "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", maxPolicyVersions)
	}
	id := found.addVersion(document, req.form.Get("SetAsDefault") == "true")
	return struct{ PolicyVersion versionXML }{found.describeVersion(id, false)}, nil
}

// findVersion returns the ID of the policy version of the request.
func findVersion(req *request, of *managedPolicy) (string, *apiError) {
	id := req.form.Get("VersionId")
	if !slices.Contains(of.versions, id) {
		return "", notFound("Policy %s version %s does not exist or is not attachable.", of.arn, id)
	}
	return id, nil
}

func (s *Server) iamGetPolicyVersion(req *request) (any, *apiError) {
	found, fault := s.findPolicy(req)
	if fault != nil {
		return nil, fault
	}
	id, fault := findVersion(req, found)
	if fault != nil {
		return nil, fault
	}
	return struct{ PolicyVersion versionXML }{found.describeVersion(id, true)}, nil
}

func (s *Server) iamDeletePolicyVersion(req *request) (any, *apiError) {
	found, fault := s.ownPolicy(req)
	if fault != nil {
		return nil, fault
	}
	id, fault := findVersion(req, found)
	switch {
	case fault != nil:
		return nil, fault
	case id == found.defaultVersion:
		return nil, conflict("DeleteConflict", "Cannot delete the default version of a policy.")
	}
	found.versions = slices.DeleteFunc(found.versions, func(v string) bool { return v == id })
	delete(found.documents, id)
	return nil, nil
}
