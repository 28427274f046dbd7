// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

func notFound(format string, args ...any) *apiError {
	return &apiError{http.StatusNotFound, "NoSuchEntity", fmt.Sprintf(format, args...)}
}

func conflict(code, format string, args ...any) *apiError {
	return &apiError{http.StatusConflict, code, fmt.Sprintf(format, args...)}
}

// timestamp returns a time in the format of IAM and STS.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// encode percent-encodes a document as IAM returns it (RFC 3986).
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func encode(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// The format and length of names and paths.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
var (
	entityName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	entityPath = regexp.MustCompile(`^/([\x21-\x7E]+/)?$`)
)

const (
	maxRoleName   = 64
	maxUserName   = 64
	maxPolicyName = 128
	maxPath       = 512
)

// checkName checks a name in the parameter of a request.
func checkName(parameter, name string, limit int) *apiError {
	if len(name) > limit {
		return badRequest("ValidationError", fmt.Sprintf("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", parameter, limit))
	}
	if !entityName.MatchString(name) {
		return badRequest("ValidationError", fmt.Sprintf("The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", parameter))
	}
	return nil
}

// readPath returns the path of a new entity, by default "/".
func readPath(form url.Values) (string, *apiError) {
	path := form.Get("Path")
	if path == "" {
		return "/", nil
	}
	if len(path) > maxPath || !entityPath.MatchString(path) {
		return "", badRequest("ValidationError", "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return path, nil
}

func notAttachable(arn string) *apiError {
	return notFound("Policy %s does not exist or is not attachable.", arn)
}

// roleXML is IAM's Role structure.
type roleXML struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	ARN                      string `xml:"Arn"`
	CreateDate               string
	AssumeRolePolicyDocument string
	Description              string       `xml:",omitempty"`
	PermissionsBoundary      *boundaryXML `xml:",omitempty"`
	Tags                     []tagXML     `xml:"Tags>member,omitempty"`
}

// tagXML is IAM's Tag structure.
type tagXML struct{ Key, Value string }

type boundaryXML struct {
	PermissionsBoundaryType string
	PermissionsBoundaryArn  string
}

func (r *role) describe() roleXML {
	answer := roleXML{r.path, r.name, r.id, r.arn(), timestamp(r.created), encode(r.trust), r.description, nil, nil}
	if r.boundary != "" {
		answer.PermissionsBoundary = &boundaryXML{"PermissionsBoundaryPolicy", r.boundary}
	}
	for _, key := range sortedKeys(r.tags) {
		answer.Tags = append(answer.Tags, tagXML{key, r.tags[key]})
	}
	return answer
}

// findRole returns the role of the request in the caller's account.
func (s *Server) findRole(req *request) (*role, *apiError) {
	name := req.form.Get("RoleName")
	if found := s.accounts[req.caller.account].roleByName(name); found != nil {
		return found, nil
	}
	return nil, notFound("The role with name %s cannot be found.", name)
}

// findOwnRole returns the role of the request for a change. Service-linked roles cannot be
// changed.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func (s *Server) findOwnRole(req *request) (*role, *apiError) {
	found, fault := s.findRole(req)
	if fault == nil && strings.HasPrefix(found.path, "/aws-service-role/") {
		return nil, badRequest("UnmodifiableEntity",
			fmt.Sprintf("Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", found.name))
	}
	return found, fault
}

// createRole adds a role to the account.
func (a *account) createRole(s *Server, form url.Values) (*role, *apiError) {
	name, trust := form.Get("RoleName"), form.Get("AssumeRolePolicyDocument")
	if fault := checkName("roleName", name, maxRoleName); fault != nil {
		return nil, fault
	}
	path, fault := readPath(form)
	if fault != nil {
		return nil, fault
	}
	if fault := checkTrustPolicy(trust); fault != nil {
		return nil, fault
	}
	if a.roles[strings.ToLower(name)] != nil {
		return nil, conflict("EntityAlreadyExists", "Role with name %s already exists.", name)
	}
	boundary := form.Get("PermissionsBoundary")
	if boundary != "" && s.managed(a.id, boundary) == nil {
		return nil, notAttachable(boundary)
	}
	created := &role{
		account: a.id, path: path, name: name, id: s.newID("AROA"),
		description: form.Get("Description"), trust: trust, boundary: boundary,
		created: time.Now(), inline: map[string]string{}, history: map[string][]string{},
	}
	a.roles[strings.ToLower(name)] = created
	return created, nil
}

type roleResult struct{ Role roleXML }

func (s *Server) iamCreateRole(req *request) (any, *apiError) {
	created, fault := s.accounts[req.caller.account].createRole(s, req.form)
	if fault != nil {
		return nil, fault
	}
	return roleResult{created.describe()}, nil
}

func (s *Server) iamGetRole(req *request) (any, *apiError) {
	found, fault := s.findRole(req)
	if fault != nil {
		return nil, fault
	}
	return roleResult{found.describe()}, nil
}

func (s *Server) iamListRoles(req *request) (any, *apiError) {
	result := struct {
		Roles       []roleXML `xml:"Roles>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}{}
	roles := s.accounts[req.caller.account].roles
	names := slices.DeleteFunc(sortedKeys(roles), func(name string) bool { return !strings.HasPrefix(roles[name].path, req.form.Get("PathPrefix")) })
	names, result.Marker = page(names, req.form.Get("Marker"), 100) // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
	result.IsTruncated = result.Marker != ""
	for _, name := range names {
		result.Roles = append(result.Roles, roles[name].describe())
	}
	return result, nil
}

func (s *Server) iamDeleteRole(req *request) (any, *apiError) {
	found, fault := s.findRole(req)
	switch {
	case fault != nil:
		return nil, fault
	case len(found.attached) > 0:
		return nil, conflict("DeleteConflict", "Cannot delete entity, must detach all policies first.")
	case len(found.inline) > 0:
		return nil, conflict("DeleteConflict", "Cannot delete entity, must delete policies first.")
	}
	delete(s.accounts[req.caller.account].roles, strings.ToLower(found.name))
	return nil, nil
}

func (s *Server) iamUpdateAssumeRolePolicy(req *request) (any, *apiError) {
	found, fault := s.findRole(req)
	if fault != nil {
		return nil, fault
	}
	trust := req.form.Get("PolicyDocument")
	if fault := checkTrustPolicy(trust); fault != nil {
		return nil, fault
	}
	found.trust = trust
	return nil, nil
}

// userXML is IAM's User structure.
type userXML struct {
	Path       string
	UserName   string
	UserID     string `xml:"UserId"`
	ARN        string `xml:"Arn"`
	CreateDate string
}

func (u *user) describe() userXML {
	return userXML{u.path, u.name, u.id, u.arn(), timestamp(u.created)}
}

type userResult struct{ User userXML }

func (s *Server) iamCreateUser(req *request) (any, *apiError) {
	acct, name := s.accounts[req.caller.account], req.form.Get("UserName")
	if fault := checkName("userName", name, maxUserName); fault != nil {
		return nil, fault
	}
	path, fault := readPath(req.form)
	if fault != nil {
		return nil, fault
	}
	if acct.users[strings.ToLower(name)] != nil {
		return nil, conflict("EntityAlreadyExists", "User with name %s already exists.", name)
	}
	created := &user{account: acct.id, path: path, name: name, id: s.newID("AIDA"), created: time.Now()}
	acct.users[strings.ToLower(name)] = created
	return userResult{created.describe()}, nil
}

// findUser returns the user of the request in the caller's account.
func (s *Server) findUser(req *request) (*user, *apiError) {
	name := req.form.Get("UserName")
	if found := s.accounts[req.caller.account].userByName(name); found != nil {
		return found, nil
	}
	return nil, notFound("The user with name %s cannot be found.", name)
}

func (s *Server) iamGetUser(req *request) (any, *apiError) {
	found, fault := s.findUser(req)
	if fault != nil {
		return nil, fault
	}
	return userResult{found.describe()}, nil
}

func (s *Server) iamListUsers(req *request) (any, *apiError) {
	result := struct {
		Users       []userXML `xml:"Users>member"`
		IsTruncated bool
	}{}
	users := s.accounts[req.caller.account].users
	for _, key := range sortedKeys(users) {
		result.Users = append(result.Users, users[key].describe())
	}
	return result, nil
}

func (s *Server) iamDeleteUser(req *request) (any, *apiError) {
	found, fault := s.findUser(req)
	if fault != nil {
		return nil, fault
	}
	delete(s.accounts[req.caller.account].users, strings.ToLower(found.name))
	return nil, nil
}
