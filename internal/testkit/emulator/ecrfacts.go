// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// A tag is ECR's Tag structure.
type tag struct{ Key, Value string }

// repositoryByARN opens the repository with an ARN if the caller may perform the operation
// on it.
func (s *Server) repositoryByARN(req *request, arn string) (*repository, *apiError) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || !strings.HasPrefix(parts[5], "repository/") {
		return nil, badRequest("InvalidParameterException", "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'")
	}
	return s.openRepository(req, parts[4], strings.TrimPrefix(parts[5], "repository/"))
}

func (s *Server) listTagsForResource(req *request) (any, *apiError) {
	var in struct{ ResourceArn string }
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.repositoryByARN(req, in.ResourceArn)
	if fault != nil {
		return nil, fault
	}
	tags := []tag{}
	for _, key := range sortedKeys(repo.tags) {
		tags = append(tags, tag{key, repo.tags[key]})
	}
	return map[string]any{"tags": tags}, nil
}

func (s *Server) tagResource(req *request) (any, *apiError) {
	var in struct {
		ResourceArn string
		Tags        []tag
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.repositoryByARN(req, in.ResourceArn)
	if fault != nil {
		return nil, fault
	}
	for _, t := range in.Tags {
		repo.tags[t.Key] = t.Value
	}
	return map[string]any{}, nil
}

// describeImages describes the images of the request. Unless the filter says otherwise, only
// images with the status ACTIVE exist for it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImagesFilter.html
func (s *Server) describeImages(req *request) (any, *apiError) {
	var in struct {
		repositoryInput
		ImageIDs []imageID `json:"imageIds"`
		Filter   struct{ ImageStatus string }
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	repo, fault := s.openRepository(req, in.RegistryID, in.RepositoryName)
	if fault != nil {
		return nil, fault
	}
	details := []any{}
	for _, id := range in.ImageIDs {
		found := repo.find(id)
		if found == nil || found.status != "" && in.Filter.ImageStatus != found.status && in.Filter.ImageStatus != "ANY" {
			return nil, badRequest("ImageNotFoundException", fmt.Sprintf("The image with imageId {imageDigest:'%s', imageTag:'%s'} does not exist within the repository with name '%s' in the registry with id '%s'",
				id.ImageDigest, id.ImageTag, repo.name, repo.registry.account))
		}
		status := found.status
		if status == "" {
			status = "ACTIVE"
		}
		details = append(details, map[string]any{
			"registryId": repo.registry.account, "repositoryName": repo.name, "imageDigest": found.digest,
			"imageTags": append([]string{}, found.tags...), "imageStatus": status,
		})
	}
	return map[string]any{"imageDetails": details}, nil
}

func (s *Server) describePullThroughCacheRules(req *request) (any, *apiError) {
	return map[string]any{"pullThroughCacheRules": append([]pullThroughCacheRule{}, s.ownRegistry(req).rules...)}, nil
}

func (s *Server) describeRepositoryCreationTemplates(req *request) (any, *apiError) {
	return map[string]any{
		"registryId":                  req.caller.account,
		"repositoryCreationTemplates": append([]creationTemplate{}, s.ownRegistry(req).templates...),
	}, nil
}

// TagRepository sets a tag of a repository.
func (s *Server) TagRepository(accountID, region, name, key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustRepository(accountID, region, name).tags[key] = value
}

// TagRole sets a tag of a role.
func (s *Server) TagRole(accountID, name, key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tagged := s.openAccount(accountID).roles[s.mustRole(accountID, name)]
	if tagged.tags == nil {
		tagged.tags = map[string]string{}
	}
	tagged.tags[key] = value
}

// PushImage stores an image without layers under a tag and returns its digest. An empty
// status means ACTIVE; an image with the status ARCHIVED cannot be pulled.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
func (s *Server) PushImage(accountID, region, name, imageTag, status string) (digest string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.mustRepository(accountID, region, name)
	configuration := name + ":" + imageTag
	repo.layers[digestOf(configuration)] = configuration
	manifest := fmt.Sprintf(`{"schemaVersion":2,"config":{"digest":%q}}`, digestOf(configuration))
	pushed := &image{manifest: manifest, digest: digestOf(manifest), status: status}
	repo.push(pushed, imageTag)
	return pushed.digest
}

// AddPullThroughCacheRule adds a rule, with the ARN of a secret.
func (s *Server) AddPullThroughCacheRule(accountID, region, prefix, upstream, secretARN string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.openAccount(accountID).registry(region)
	r.rules = append(r.rules, pullThroughCacheRule{prefix, upstream, secretARN})
}

// AddCreationTemplate adds a template with a repository policy, which may be empty, for the
// scenarios.
func (s *Server) AddCreationTemplate(accountID, region, prefix, policy string, appliedFor ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.openAccount(accountID).registry(region)
	r.templates = append(r.templates, creationTemplate{prefix, slices.Clone(appliedFor), policy})
}

// AddReplicationRule adds a rule that copies repositories with a prefix to the registry of an
// account in a Region.
func (s *Server) AddReplicationRule(accountID, region, prefix, toAccountID, toRegion string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.openAccount(accountID).registry(region)
	r.replication = append(r.replication, replicationRule{[]destination{{toRegion, toAccountID}}, []repositoryFilter{{prefix, "PREFIX_MATCH"}}})
}
