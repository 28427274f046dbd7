// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Server is a running emulator. It is safe for concurrent use.
type Server struct {
	url    string
	server *http.Server

	mu             sync.Mutex // guards the fields below
	requests       map[string]int
	accounts       map[string]*account
	organization   *organization            // nil for none
	events         map[place][]event        // of CloudTrail, in the order in which they were added
	callers        map[string]caller        // by access key ID
	tokens         map[string]registryToken // by the password of a registry's user
	ids            int                      // number of IDs that were created
	acceptResource bool                     // the element Resource in repository policies
	policyQuota    int                      // maximum number of characters of a repository policy
}

// A handler executes one operation. The caller holds the server's lock.
type handler func(*Server, *request) (any, *apiError)

// An account is one AWS account: its IAM entities and its registries.
type account struct {
	id         string
	roles      map[string]*role          // by name in lower case: IAM ignores the case of names
	users      map[string]*user          // likewise
	policies   map[string]*managedPolicy // customer managed, by ARN
	registries map[string]*registry      // by Region
}

// A role is an IAM role.
type role struct {
	account     string
	path        string // begins and ends with "/"
	name        string
	id          string // AROA…; a role that is created again has another one
	description string
	trust       string // document as given
	boundary    string // policy ARN, or empty
	created     time.Time
	inline      map[string]string   // documents as given, by policy name
	history     map[string][]string // the inline policies that calls have set; empty where one deleted it
	tags        map[string]string
	attached    []string // policy ARNs in the order of attachment
}

func (r *role) arn() string {
	return fmt.Sprintf("arn:aws:iam::%s:role%s%s", r.account, r.path, r.name)
}

// A user is an IAM user.
type user struct {
	account string
	path    string
	name    string
	id      string // AIDA…
	created time.Time
}

func (u *user) arn() string {
	return fmt.Sprintf("arn:aws:iam::%s:user%s%s", u.account, u.path, u.name)
}

// A managedPolicy is a customer managed or AWS managed policy.
type managedPolicy struct {
	id             string
	path           string
	name           string
	arn            string
	defaultVersion string   // as in "v3"
	newest         int      // number of the newest version
	versions       []string // version IDs, oldest first
	documents      map[string]string
	created        time.Time
}

// A registry is the private registry of one account in one Region.
type registry struct {
	account      string
	region       string
	repositories map[string]*repository
	policy       *storedPolicy // nil for none
	rules        []pullThroughCacheRule
	templates    []creationTemplate
	replication  []replicationRule
}

// A repository is an ECR repository.
type repository struct {
	registry *registry
	name     string
	created  time.Time
	policy   *storedPolicy // nil for none
	history  []string      // the policies that calls have set; empty where one deleted it
	images   []*image
	layers   map[string]string // contents, by digest
	tags     map[string]string
}

func (r *repository) arn() string {
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition(r.registry.region), r.registry.region, r.registry.account, r.name)
}

// An organization is one organization of AWS Organizations.
type organization struct {
	id         string
	management string            // account ID
	delegated  []string          // accounts that may read what the management account may
	parents    map[string]string // of OUs and accounts, by ID
	types      []string          // enabled policy types
	policies   []*controlPolicy
}

// A controlPolicy is a service or resource control policy.
type controlPolicy struct {
	id, name, policyType, content string
	targets                       []string
}

// A place is an account in a Region: each has an event history of its own.
type place struct{ account, region string }

// An event is one event of CloudTrail.
type event struct {
	at     time.Time
	name   string
	source string
	text   string
}

// A registryToken says for whom a token is, and in which Region it is valid.
type registryToken struct {
	caller caller
	region string
}

// An image is a pushed manifest.
type image struct {
	manifest  string
	mediaType string
	digest    string
	tags      []string
	status    string // empty for ACTIVE
}

// A storedPolicy is the policy of a repository or registry as ECR stores it.
type storedPolicy struct {
	verbatim string    // stored by Server.SetRepositoryPolicy or PutRegistryPolicy; returned unchanged
	document *document // nil if verbatim is not a policy
	reads    int       // number of reads of the text
}

// A pullThroughCacheRule is ECR's PullThroughCacheRule structure.
type pullThroughCacheRule struct {
	Prefix    string `json:"ecrRepositoryPrefix"`
	Upstream  string `json:"upstreamRegistryUrl"`
	SecretARN string `json:"credentialArn,omitempty"`
}

// A creationTemplate is ECR's RepositoryCreationTemplate structure.
type creationTemplate struct {
	Prefix     string   `json:"prefix"`
	AppliedFor []string `json:"appliedFor"`
	Policy     string   `json:"repositoryPolicy,omitempty"`
}

// A replicationRule is ECR's ReplicationRule structure.
type replicationRule struct {
	Destinations []destination      `json:"destinations"`
	Filters      []repositoryFilter `json:"repositoryFilters"`
}

type destination struct {
	Region     string `json:"region"`
	RegistryID string `json:"registryId"`
}

type repositoryFilter struct {
	Filter     string `json:"filter"`
	FilterType string `json:"filterType"`
}

// openAccount returns the account. It creates the account if it does not exist.
func (s *Server) openAccount(id string) *account {
	if s.accounts[id] == nil {
		s.accounts[id] = &account{
			id:         id,
			roles:      map[string]*role{},
			users:      map[string]*user{},
			policies:   map[string]*managedPolicy{},
			registries: map[string]*registry{},
		}
	}
	return s.accounts[id]
}

// registry returns the registry in the Region. Every account has one.
func (a *account) registry(region string) *registry {
	if a.registries[region] == nil {
		a.registries[region] = &registry{
			account:      a.id,
			region:       region,
			repositories: map[string]*repository{},
		}
	}
	return a.registries[region]
}

// roleByName returns the role, or nil. The case of the name must match, although no two
// role names of an account differ only in case.
func (a *account) roleByName(name string) *role {
	if found := a.roles[strings.ToLower(name)]; found != nil && found.name == name {
		return found
	}
	return nil
}

func (a *account) userByName(name string) *user {
	if found := a.users[strings.ToLower(name)]; found != nil && found.name == name {
		return found
	}
	return nil
}

// uniqueID returns the ID of the role or user with this ARN, or "".
func (a *account) uniqueID(arn string) string {
	for _, role := range a.roles {
		if role.arn() == arn {
			return role.id
		}
	}
	for _, user := range a.users {
		if user.arn() == arn {
			return user.id
		}
	}
	return ""
}

// arnOfUniqueID returns the ARN of the existing role or user with this ID, or "".
func (s *Server) arnOfUniqueID(id string) string {
	for _, account := range s.accounts {
		for _, role := range account.roles {
			if role.id == id {
				return role.arn()
			}
		}
		for _, user := range account.users {
			if user.id == id {
				return user.arn()
			}
		}
	}
	return ""
}

// partition returns the partition of a Region.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// page returns the part of a sorted list that begins at a token, and the token of the rest.
func page(sorted []string, token string, size int) (part []string, next string) {
	begin, _ := slices.BinarySearch(sorted, token)
	sorted = sorted[begin:]
	if len(sorted) > size {
		return sorted[:size], sorted[size]
	}
	return sorted, ""
}

// newKey returns a new access key ID and its secret.
func (s *Server) newKey(prefix string) (accessKey, secretKey string) {
	accessKey = s.newID(prefix)
	return accessKey, "secret-of-" + strings.ToLower(accessKey)
}

// newID returns a new unique ID, as in AROA followed by 17 letters and digits.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func (s *Server) newID(prefix string) string {
	s.ids++
	return fmt.Sprintf("%sEMULATED%09X", prefix, s.ids)
}

func (s *Server) count(operation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[operation]++
}
