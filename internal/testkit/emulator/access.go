// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// This file evaluates policies for calls to ECR. It is deliberately small: Effect,
// Principal, Action, Resource and the operators StringEquals, StringLike, ArnEquals and
// ArnLike on a few condition keys. A statement with any other condition never applies.

// authorizeRepository returns an error if the caller may not perform the action on the
// repository. In the repository's account, everything is allowed that the policy does not
// deny. From another account, both sides must allow the action.
func (s *Server) authorizeRepository(req *request, repo *repository) *apiError {
	who, resource := req.caller, repo.arn()
	policies := []*document{repo.policyDocument(), repo.registry.policyDocument()}
	if applies(policies, "Deny", who, req.operation, resource) {
		return accessDenied(req, resource, "with an explicit deny in a resource-based policy")
	}
	if who.account == repo.registry.account {
		return nil
	}
	if !s.identityAllows(who, req.operation, resource) {
		return accessDenied(req, resource, fmt.Sprintf("because no identity-based policy allows the %s action", req.operation))
	}
	if !applies(policies, "Allow", who, req.operation, resource) {
		return noResourcePolicy(req, resource)
	}
	return nil
}

func noResourcePolicy(req *request, resource string) *apiError {
	return accessDenied(req, resource, fmt.Sprintf("because no resource-based policy allows the %s action", req.operation))
}

// accessDenied returns the error with the text of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func accessDenied(req *request, resource, because string) *apiError {
	return badRequest("AccessDeniedException", fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s",
		req.caller.arn, req.operation, resource, because))
}

// identityAllows reports whether the caller's own policies allow the action. For a session
// these are the role's policies and its boundary. A user may do everything.
func (s *Server) identityAllows(who caller, action, resource string) bool {
	if who.roleARN == "" {
		return true
	}
	role := s.roleByID(who)
	if role == nil {
		return false
	}
	policies := s.identityPolicies(role)
	boundary := policies
	if role.boundary != "" {
		boundary = []*document{s.managedDocument(role.boundary)}
	}
	return applies(policies, "Allow", who, action, resource) &&
		applies(boundary, "Allow", who, action, resource) &&
		!applies(slices.Concat(policies, boundary), "Deny", who, action, resource)
}

// roleByID returns the role of a session, or nil if it was deleted.
func (s *Server) roleByID(who caller) *role {
	for _, role := range s.accounts[who.account].roles {
		if role.id == who.roleID {
			return role
		}
	}
	return nil
}

// identityPolicies returns the inline and the managed policies of a role.
func (s *Server) identityPolicies(r *role) []*document {
	var documents []*document
	for _, text := range r.inline {
		if d, err := parseDocument(text); err == nil {
			documents = append(documents, d)
		}
	}
	for _, arn := range r.attached {
		documents = append(documents, s.managedDocument(arn))
	}
	return documents
}

// applies reports whether a statement with the effect applies to the call.
func applies(documents []*document, effect string, who caller, action, resource string) bool {
	for _, d := range documents {
		if d == nil {
			continue
		}
		for _, st := range d.statements {
			if st.effect == effect && st.covers(who, action, resource) {
				return true
			}
		}
	}
	return false
}

// covers reports whether the statement applies to the call.
func (s *statement) covers(who caller, action, resource string) bool {
	switch {
	case s.principal != nil && !s.principal.include(who),
		s.notPrincipal != nil && s.notPrincipal.include(who),
		s.action != nil && !anyMatch(s.action.list, action, true),
		s.notAction != nil && anyMatch(s.notAction.list, action, true),
		s.resource != nil && !anyMatch(s.resource.list, resource, false),
		s.notResource != nil && anyMatch(s.notResource.list, resource, false):
		return false
	}
	return conditionsHold(s.condition, who)
}

// include reports whether one of the caller's names is among the principals.
func (p *principals) include(who caller) bool {
	if p.anyone {
		return true
	}
	names := []string{"*", who.account, "arn:aws:iam::" + who.account + ":root", who.arn, who.id, who.roleARN, who.roleID}
	return slices.ContainsFunc(p.byType["AWS"].list, func(value string) bool {
		return value != "" && slices.Contains(names, value)
	})
}

// conditionsHold reports whether all conditions are met. A condition that the emulator
// does not support is not met.
func conditionsHold(condition map[string]map[string]values, who caller) bool {
	for operator, keys := range condition {
		for key, of := range keys {
			actual, known := who.contextValue(key)
			if !known || !conditionHolds(operator, of.list, actual) {
				return false
			}
		}
	}
	return true
}

func conditionHolds(operator string, wanted []string, actual string) bool {
	switch operator {
	case "StringEquals":
		return slices.Contains(wanted, actual)
	case "StringLike", "ArnLike", "ArnEquals":
		return anyMatch(wanted, actual, false)
	default:
		return false
	}
}

// contextValue returns the value of a condition key, and whether the emulator supports the
// key.
func (c caller) contextValue(key string) (string, bool) {
	switch strings.ToLower(key) {
	case "aws:principalaccount":
		return c.account, true
	case "aws:principalarn":
		if c.roleARN != "" {
			return c.roleARN, true
		}
		return c.arn, true
	case "sts:externalid":
		return c.externalID, c.externalID != ""
	default:
		return "", false
	}
}

// anyMatch reports whether a pattern with "*" and "?" matches the whole value.
func anyMatch(patterns []string, value string, ignoreCase bool) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		expression := regexp.QuoteMeta(pattern)
		expression = strings.ReplaceAll(expression, `\*`, ".*")
		expression = strings.ReplaceAll(expression, `\?`, ".")
		if ignoreCase {
			expression = "(?i)" + expression
		}
		return regexp.MustCompile("^(?:" + expression + ")$").MatchString(value)
	})
}
