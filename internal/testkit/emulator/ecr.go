// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"regexp"
	"time"
)

// repositoryName is the constraint on repositoryName.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
var repositoryName = regexp.MustCompile(`^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*/)*[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`)

// repositoryInput has the input fields that all requests about one repository share.
type repositoryInput struct {
	RegistryID     string `json:"registryId"`
	RepositoryName string `json:"repositoryName"`
	PolicyText     string `json:"policyText"`
	Force          bool   `json:"force"`
}

// A repositoryDescription is ECR's Repository structure.
type repositoryDescription struct {
	RepositoryARN           string            `json:"repositoryArn"`
	RegistryID              string            `json:"registryId"`
	RepositoryName          string            `json:"repositoryName"`
	RepositoryURI           string            `json:"repositoryUri"`
	CreatedAt               float64           `json:"createdAt"` // seconds since 1970
	EncryptionConfiguration map[string]string `json:"encryptionConfiguration"`
}

func (r *repository) describe() repositoryDescription {
	return repositoryDescription{
		RepositoryARN:           r.arn(),
		RegistryID:              r.registry.account,
		RepositoryName:          r.name,
		RepositoryURI:           r.registry.host() + "/" + r.name,
		CreatedAt:               float64(r.created.Unix()),
		EncryptionConfiguration: map[string]string{"encryptionType": "AES256"},
	}
}

// host returns the host of the registry for container tools.
func (r *registry) host() string {
	suffix := "amazonaws.com"
	if partition(r.region) == "aws-cn" {
		suffix = "amazonaws.com.cn"
	}
	return r.account + ".dkr.ecr." + r.region + "." + suffix
}

// ownRegistry returns the registry of the caller in the request's Region.
func (s *Server) ownRegistry(req *request) *registry {
	return s.openAccount(req.caller.account).registry(req.region)
}

// openRepository returns a repository if the caller may perform the operation on it.
func (s *Server) openRepository(req *request, registryID, name string) (*repository, *apiError) {
	if registryID == "" {
		registryID = req.caller.account
	}
	var repo *repository
	if acct := s.accounts[registryID]; acct != nil {
		repo = acct.registry(req.region).repositories[name]
	}
	if repo == nil {
		return nil, badRequest("RepositoryNotFoundException",
			fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", name, registryID))
	}
	if fault := s.authorizeRepository(req, repo); fault != nil {
		return nil, fault
	}
	return repo, nil
}

// open decodes a request about one repository and returns openRepository's result.
func (s *Server) open(req *request, in *repositoryInput) (*repository, *apiError) {
	if fault := req.decode(in); fault != nil {
		return nil, fault
	}
	return s.openRepository(req, in.RegistryID, in.RepositoryName)
}

// create adds a repository.
func (r *registry) create(name string) (*repository, *apiError) {
	if len(name) < 2 || len(name) > 256 || !repositoryName.MatchString(name) {
		return nil, badRequest("InvalidParameterException",
			fmt.Sprintf("Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '%s''", repositoryName))
	}
	if r.repositories[name] != nil {
		return nil, badRequest("RepositoryAlreadyExistsException",
			fmt.Sprintf("The repository with name '%s' already exists in the registry with id '%s'", name, r.account))
	}
	repo := &repository{registry: r, name: name, created: time.Now(), layers: map[string]string{}, tags: map[string]string{}}
	r.repositories[name] = repo
	return repo, nil
}

func (s *Server) createRepository(req *request) (any, *apiError) {
	var in repositoryInput
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	if in.RegistryID != "" && in.RegistryID != req.caller.account {
		return nil, noResourcePolicy(req, "arn:"+partition(req.region)+":ecr:"+req.region+":"+in.RegistryID+":repository/"+in.RepositoryName)
	}
	repo, fault := s.ownRegistry(req).create(in.RepositoryName)
	if fault != nil {
		return nil, fault
	}
	return map[string]any{"repository": repo.describe()}, nil
}

// maxRepositoryNames is the number of repositories that one request can name.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
const maxRepositoryNames = 100

func (s *Server) describeRepositories(req *request) (any, *apiError) {
	var in struct {
		RegistryID      string   `json:"registryId"`
		RepositoryNames []string `json:"repositoryNames"`
		MaxResults      int      `json:"maxResults"`
		NextToken       string   `json:"nextToken"`
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	registryID, next := in.RegistryID, ""
	if registryID == "" {
		registryID = req.caller.account
	}
	if len(in.RepositoryNames) > maxRepositoryNames {
		return nil, badRequest("InvalidParameterException", fmt.Sprintf("Invalid parameter at 'repositoryNames' failed to satisfy constraint: 'Member must have length less than or equal to %d'", maxRepositoryNames))
	}
	if len(in.RepositoryNames) == 0 {
		if registryID != req.caller.account {
			return nil, noResourcePolicy(req, "arn:"+partition(req.region)+":ecr:"+req.region+":"+registryID+":repository/*")
		}
		in.RepositoryNames, next = page(sortedKeys(s.ownRegistry(req).repositories), in.NextToken, cmp.Or(in.MaxResults, maxRepositoryNames))
	}
	repositories := []repositoryDescription{}
	for _, name := range in.RepositoryNames {
		repo, fault := s.openRepository(req, registryID, name)
		if fault != nil {
			return nil, fault
		}
		repositories = append(repositories, repo.describe())
	}
	answer := map[string]any{"repositories": repositories}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer, nil
}

func (s *Server) deleteRepository(req *request) (any, *apiError) {
	var in repositoryInput
	repo, fault := s.open(req, &in)
	if fault != nil {
		return nil, fault
	}
	if len(repo.images) > 0 && !in.Force {
		return nil, badRequest("RepositoryNotEmptyException",
			fmt.Sprintf("The repository with name '%s' in registry with id '%s' cannot be deleted because it still contains images", repo.name, repo.registry.account))
	}
	delete(repo.registry.repositories, repo.name)
	return map[string]any{"repository": repo.describe()}, nil
}

func (r *repository) policyResponse(text string) any {
	return map[string]string{"registryId": r.registry.account, "repositoryName": r.name, "policyText": text}
}

func (s *Server) setRepositoryPolicy(req *request) (any, *apiError) {
	var in repositoryInput
	repo, fault := s.open(req, &in)
	if fault != nil {
		return nil, fault
	}
	parsed, fault := s.readRepositoryPolicy(in.PolicyText, partition(req.region))
	if fault != nil {
		return nil, fault
	}
	if !in.Force && applies([]*document{parsed}, "Deny", req.caller, "ecr:SetRepositoryPolicy", repo.arn()) {
		return nil, lockout()
	}
	repo.policy = &storedPolicy{document: parsed}
	text := s.printPolicy(repo.policy)
	repo.history = append(repo.history, text)
	return repo.policyResponse(text), nil
}

// openPolicy returns the repository that a request names, if it has a policy.
func (s *Server) openPolicy(req *request) (*repository, *apiError) {
	var in repositoryInput
	repo, fault := s.open(req, &in)
	if fault != nil {
		return nil, fault
	}
	if repo.policy == nil {
		return nil, repo.policyNotFound()
	}
	return repo, nil
}

func (s *Server) getRepositoryPolicy(req *request) (any, *apiError) {
	repo, fault := s.openPolicy(req)
	if fault != nil {
		return nil, fault
	}
	return repo.policyResponse(s.printPolicy(repo.policy)), nil
}

func (s *Server) deleteRepositoryPolicy(req *request) (any, *apiError) {
	repo, fault := s.openPolicy(req)
	if fault != nil {
		return nil, fault
	}
	text := s.printPolicy(repo.policy)
	repo.policy, repo.history = nil, append(repo.history, "")
	return repo.policyResponse(text), nil
}

func (r *repository) policyNotFound() *apiError {
	return badRequest("RepositoryPolicyNotFoundException",
		fmt.Sprintf("Repository policy does not exist for the repository with name '%s' in the registry with id '%s'", r.name, r.registry.account))
}
