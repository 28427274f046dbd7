// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
)

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
