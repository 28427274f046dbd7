// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// A caller is the principal that signs a request.
type caller struct {
	account    string // 12 digits
	arn        string // of the IAM user or of the role session
	id         string // unique ID, for a session followed by ":" and the session name
	roleARN    string // of a session's role; empty for a user
	roleID     string // unique ID of a session's role; empty for a user
	externalID string // of an AssumeRole request under evaluation
	token      string // the session token that belongs to the access key
}

// authenticate finds the caller of the access key. It does not verify the signature.
func (s *Server) authenticate(req *request) *apiError {
	if req.accessKey == "" {
		if req.operation == "sts:AssumeRoleWithWebIdentity" {
			return nil
		}
		return req.protocol.missingToken()
	}
	if req.scopeService != req.service() {
		return &apiError{http.StatusForbidden, "SignatureDoesNotMatch", fmt.Sprintf("Credential should be scoped to correct service: '%s'. ", req.service())}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, known := s.callers[req.accessKey]
	if !known || found.token != req.sessionToken {
		return req.protocol.invalidToken()
	}
	req.caller = found
	return nil
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
