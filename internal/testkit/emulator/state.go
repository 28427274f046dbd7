// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

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
