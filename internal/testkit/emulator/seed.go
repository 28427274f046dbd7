// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"time"
)

// The methods in this file prepare the state for tests. They need no client and are not
// counted as requests. They panic on mistakes in the test, such as a repository that does
// not exist.

// adminName is the IAM user of Credentials.
const adminName = "admin"

// Credentials returns an access key of the IAM user "admin" of the account, which may do
// everything there. From then on the emulator knows the account: its roles and users must
// exist to be principals of a policy.
func (s *Server) Credentials(accountID string) (accessKey, secretKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acct := s.openAccount(accountID)
	admin := acct.users[adminName]
	if admin == nil {
		admin = &user{account: accountID, path: "/", name: adminName, id: s.newID("AIDA"), created: time.Now()}
		acct.users[adminName] = admin
	}
	accessKey, secretKey = s.newKey("AKIA")
	s.callers[accessKey] = caller{account: accountID, arn: admin.arn(), id: admin.id}
	return accessKey, secretKey
}

// CreateRepository creates a repository and returns its ARN.
func (s *Server) CreateRepository(accountID, region, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo, fault := s.openAccount(accountID).registry(region).create(name)
	must("CreateRepository", fault)
	return repo.arn()
}

// CreateRole creates a role that trusts its own account, and returns its ARN.
// The path begins and ends with "/".
func (s *Server) CreateRole(accountID, path, name string) string {
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"sts:AssumeRole"}]}`, accountID)
	s.mu.Lock()
	defer s.mu.Unlock()
	created, fault := s.openAccount(accountID).createRole(s, url.Values{
		"Path": {path}, "RoleName": {name}, "AssumeRolePolicyDocument": {trust},
	})
	must("CreateRole", fault)
	return created.arn()
}

// SetTrustPolicy replaces the trust policy of a role, without any check.
func (s *Server) SetTrustPolicy(accountID, roleName, document string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].trust = document
}

// DeleteRole deletes a role with its policies. From then on repository policies show its
// unique ID in place of its ARN.
func (s *Server) DeleteRole(accountID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.openAccount(accountID).roles, s.mustRole(accountID, name))
}

// mustRole returns the key of an existing role.
func (s *Server) mustRole(accountID, name string) string {
	acct := s.openAccount(accountID)
	for key, role := range acct.roles {
		if role.name == name {
			return key
		}
	}
	panic(fmt.Sprintf("emulator: account %s has no role %s", accountID, name))
}

// PutRolePolicy writes an inline policy of a role, without any check.
func (s *Server) PutRolePolicy(accountID, roleName, policyName, document string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].inline[policyName] = document
}

// DeleteRolePolicy deletes an inline policy of a role, like a person in the console.
func (s *Server) DeleteRolePolicy(accountID, roleName, policyName string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].inline, policyName)
}

// RolePolicy returns the text of a role's inline policy, and whether there is one.
func (s *Server) RolePolicy(accountID, roleName, policyName string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	document, found := s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].inline[policyName]
	return document, found
}

// RolePolicyHistory returns every text that calls of IAM have written as an inline policy, the
// oldest first; an empty text where one has deleted the policy.
func (s *Server) RolePolicyHistory(accountID, roleName, policyName string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].history[policyName])
}

// SetRepositoryPolicy stores a text as a repository policy, unchanged and without any
// check. So a test can have a policy that ECR accepted earlier and rejects today.
func (s *Server) SetRepositoryPolicy(accountID, region, name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustRepository(accountID, region, name).policy = &storedPolicy{verbatim: text}
}

// RepositoryPolicy returns the repository policy like GetRepositoryPolicy, and whether
// there is one.
func (s *Server) RepositoryPolicy(accountID, region, name string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.mustRepository(accountID, region, name)
	if repo.policy == nil {
		return "", false
	}
	return s.printPolicy(repo.policy), true
}

// RepositoryPolicyHistory returns every policy that calls of ECR have set, the oldest first; an
// empty text where one has deleted the policy.
func (s *Server) RepositoryPolicyHistory(accountID, region, name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mustRepository(accountID, region, name).history)
}

// PutRegistryPolicy stores a text as a registry policy, unchanged and without any check.
func (s *Server) PutRegistryPolicy(accountID, region, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openAccount(accountID).registry(region).policy = &storedPolicy{verbatim: text}
}

// RegistryPolicy returns the registry policy like GetRegistryPolicy, and whether there is one.
func (s *Server) RegistryPolicy(accountID, region string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	registry := s.openAccount(accountID).registry(region)
	if registry.policy == nil {
		return "", false
	}
	return s.printPolicy(registry.policy), true
}

func (s *Server) mustRepository(accountID, region, name string) *repository {
	repo := s.openAccount(accountID).registry(region).repositories[name]
	if repo == nil {
		panic(fmt.Sprintf("emulator: account %s has no repository %s in %s", accountID, name, region))
	}
	return repo
}

// AcceptResource makes SetRepositoryPolicy accept the element Resource. ECR rejected it
// for years, but AWS's newest examples have it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
func (s *Server) AcceptResource() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acceptResource = true
}

// SetRepositoryPolicyQuota makes SetRepositoryPolicy accept texts of up to that many
// characters, to measure how work grows with the size of a policy.
func (s *Server) SetRepositoryPolicyQuota(characters int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policyQuota = characters
}

func must(what string, fault *apiError) {
	if fault != nil {
		panic(fmt.Sprintf("emulator: %s: %s: %s", what, fault.Code, fault.Message))
	}
}

// SetRegistryPolicy stores a text as the registry policy, unchanged and without any check.
func (s *Server) SetRegistryPolicy(accountID, region, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openAccount(accountID).registry(region).policy = &storedPolicy{verbatim: text}
}

// CreatePolicy creates a customer managed policy and returns its ARN.
func (s *Server) CreatePolicy(accountID, name, document string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	created := &managedPolicy{
		id: s.newID("ANPA"), path: "/", name: name, arn: "arn:aws:iam::" + accountID + ":policy/" + name,
		created: time.Now(), documents: map[string]string{},
	}
	created.addVersion(document, true)
	s.openAccount(accountID).policies[created.arn] = created
	return created.arn
}

// AttachRolePolicy attaches a managed policy to a role.
func (s *Server) AttachRolePolicy(accountID, roleName, arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.openAccount(accountID).roles[s.mustRole(accountID, roleName)]
	r.attached = append(r.attached, arn)
}

// SetBoundary sets the permissions boundary of a role.
func (s *Server) SetBoundary(accountID, roleName, arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openAccount(accountID).roles[s.mustRole(accountID, roleName)].boundary = arn
}
