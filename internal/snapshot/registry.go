// SPDX-License-Identifier: MPL-2.0

package snapshot

import "strings"

// A Registry is the registry side: one account's registry in one Region.
type Registry struct {
	Header
	Account string `json:"account_id"` // 12 digits
	Region  string `json:"region"`

	RegistryPolicy          Document                `json:"registry_policy"`
	ResourceControlPolicies *[]Level                `json:"resource_control_policies,omitempty"` // the root first, the account last
	Organization            *Organization           `json:"organization,omitempty"`
	CreationTemplates       *[]CreationTemplate     `json:"creation_templates,omitempty"`       // those that match a repository here
	PullThroughCacheRules   *[]PullThroughCacheRule `json:"pull_through_cache_rules,omitempty"` // those that match a repository here
	ReplicationRules        *[]ReplicationRule      `json:"replication_rules,omitempty"`

	Repositories []Repository `json:"repositories"` // sorted by name
	NotRead      []Gap        `json:"not_read"`
}

// A Repository is one repository of the registry.
type Repository struct {
	Name       string             `json:"name"`
	ARN        string             `json:"arn"`
	Exists     *bool              `json:"exists,omitempty"`
	Policy     Document           `json:"policy"`
	Tags       *map[string]string `json:"tags,omitempty"`
	Encryption *Encryption        `json:"encryption,omitempty"`
	Image      *Image             `json:"image,omitempty"` // if one was asked for
}

// Encryption says how a repository is encrypted at rest.
type Encryption struct {
	Type   string `json:"type"` // AES256, KMS or KMS_DSSE
	KMSKey string `json:"kms_key,omitempty"`
}

// An Image is one image of a repository.
type Image struct {
	Tag    string `json:"tag,omitempty"`
	Digest string `json:"digest,omitempty"`
	Exists *bool  `json:"exists,omitempty"`
	Status string `json:"status,omitempty"` // ACTIVE, ARCHIVED or ACTIVATING; empty when not known
}

// A CreationTemplate says which policy a repository gets that ECR creates.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
type CreationTemplate struct {
	Prefix     string   `json:"prefix"` // ROOT matches what no other prefix matches
	AppliedFor []string `json:"applied_for"`
	Policy     Document `json:"policy"`
}

// A PullThroughCacheRule names the registry from which ECR fetches missing images.
type PullThroughCacheRule struct {
	Prefix         string `json:"prefix"` // ROOT matches what no other prefix matches
	Upstream       string `json:"upstream"`
	UpstreamPrefix string `json:"upstream_prefix,omitempty"`
	RoleARN        string `json:"role_arn,omitempty"` // of an upstream in another ECR registry
}

// A ReplicationRule copies what is pushed to other registries.
type ReplicationRule struct {
	Prefixes     []string      `json:"prefixes"` // of repository names; empty means all
	Destinations []Destination `json:"destinations"`
}

// A Destination is the registry of an account in a Region.
type Destination struct {
	Account string `json:"account_id"`
	Region  string `json:"region"`
}

// JSON returns the snapshot as text. The error is that of a document that is not JSON.
func (r *Registry) JSON() (string, error) { return encode(r) }

// ParseRegistry reads a snapshot of a registry. The errors are predicates whose subject is
// the argument that has the text.
func ParseRegistry(text string) (*Registry, error) {
	r := new(Registry)
	if err := decode(text, OfRegistry, r); err != nil {
		return nil, err
	}
	return r, nil
}

// Repository returns the repository of a name; nil when the snapshot does not have it.
func (r *Registry) Repository(name string) *Repository {
	for i := range r.Repositories {
		if r.Repositories[i].Name == name {
			return &r.Repositories[i]
		}
	}
	return nil
}

// rootPrefix is the prefix of the template or rule for names that match no other.
const rootPrefix = "ROOT"

// PrefixMatches reports whether the prefix of a template or a rule matches a repository's
// name: ECR compares whole path segments. Of several, the longest decides.
func PrefixMatches(prefix, name string) bool {
	return prefix == rootPrefix || strings.HasPrefix(name, strings.TrimSuffix(prefix, "/")+"/")
}
