// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func (s *Server) stsGetCallerIdentity(req *request) (any, *apiError) {
	return struct {
		ARN     string `xml:"Arn"`
		UserID  string `xml:"UserId"`
		Account string
	}{req.caller.arn, req.caller.id, req.caller.account}, nil
}

// credentialsXML is STS's Credentials structure.
type credentialsXML struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

// sessionXML is the result of STS for a new session.
type sessionXML struct {
	Credentials     credentialsXML
	AssumedRoleUser struct {
		AssumedRoleID string `xml:"AssumedRoleId"`
		ARN           string `xml:"Arn"`
	}
	SubjectFromWebIdentityToken string `xml:",omitempty"`
	Provider                    string `xml:",omitempty"`
}

var (
	roleARN     = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/(?:.*/)?([\w+=,.@-]+)$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

// Session durations in seconds.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	defaultDuration = 3600
	minDuration     = 900
	maxDuration     = 43200
)

// readDuration returns the session duration of a request.
func readDuration(req *request) (time.Duration, *apiError) {
	text := req.form.Get("DurationSeconds")
	if text == "" {
		return defaultDuration * time.Second, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < minDuration || seconds > maxDuration {
		return 0, badRequest("ValidationError", fmt.Sprintf("1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must have value between %d and %d", text, minDuration, maxDuration))
	}
	return time.Duration(seconds) * time.Second, nil
}

// roleByARN returns the role with the ARN, or nil.
func (s *Server) roleByARN(arn string) *role {
	m := roleARN.FindStringSubmatch(arn)
	if len(m) == 0 {
		return nil
	}
	acct := s.accounts[m[1]]
	if acct == nil {
		return nil
	}
	if found := acct.roleByName(m[2]); found != nil && found.arn() == arn {
		return found
	}
	return nil
}

func (s *Server) stsAssumeRole(req *request) (any, *apiError) {
	arn := req.form.Get("RoleArn")
	target := s.roleByARN(arn)
	who := req.caller
	who.externalID = req.form.Get("ExternalId")
	if target == nil || !trusts(target, who) {
		return nil, &apiError{
			http.StatusForbidden, "AccessDenied",
			fmt.Sprintf("User: %s is not authorized to perform: sts:AssumeRole on resource: %s", req.caller.arn, arn),
		}
	}
	return s.newSession(req, target)
}

// trusts reports whether the role's trust policy allows the caller to assume the role. It
// does not check the caller's own policies.
func trusts(target *role, who caller) bool {
	d, err := parseDocument(target.trust)
	if err != nil {
		return false
	}
	trust := []*document{d}
	return applies(trust, "Allow", who, "sts:AssumeRole", target.arn()) &&
		!applies(trust, "Deny", who, "sts:AssumeRole", target.arn())
}

// stsAssumeRoleWithWebIdentity accepts every non-empty token.
func (s *Server) stsAssumeRoleWithWebIdentity(req *request) (any, *apiError) {
	token := req.form.Get("WebIdentityToken")
	if strings.TrimSpace(token) == "" {
		return nil, badRequest("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	}
	target := s.roleByARN(req.form.Get("RoleArn"))
	if target == nil {
		return nil, &apiError{http.StatusForbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"}
	}
	session, fault := s.newSession(req, target)
	if fault != nil {
		return nil, fault
	}
	session.SubjectFromWebIdentityToken, session.Provider = "emulated-subject", "emulated-provider"
	return session, nil
}

// newSession returns credentials for a session of the role.
func (s *Server) newSession(req *request, target *role) (*sessionXML, *apiError) {
	name := req.form.Get("RoleSessionName")
	if !sessionName.MatchString(name) {
		return nil, badRequest("ValidationError", fmt.Sprintf("1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", name))
	}
	duration, fault := readDuration(req)
	if fault != nil {
		return nil, fault
	}
	accessKey, secretKey := s.newKey("ASIA")
	session := caller{
		account: target.account,
		arn:     fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", target.account, target.name, name),
		id:      target.id + ":" + name,
		roleARN: target.arn(),
		roleID:  target.id,
		token:   "token-of-" + strings.ToLower(accessKey),
	}
	s.callers[accessKey] = session
	answer := &sessionXML{Credentials: credentialsXML{accessKey, secretKey, session.token, timestamp(time.Now().Add(duration))}}
	answer.AssumedRoleUser.AssumedRoleID, answer.AssumedRoleUser.ARN = session.id, session.arn
	return answer, nil
}
