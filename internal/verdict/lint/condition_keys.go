// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// maxCompared is how many keys of a pull are compared with every key that AWS lists. Nobody
// writes more by hand, and comparing takes time.
const maxCompared = 500

// unlistedKeys finds condition keys that AWS does not list in the statements that may
// apply to this pull, up to a number of them.
func unlistedKeys(j *verdict.Judgement) []Placed {
	isSet := map[string]bool{} // in lower case
	for key, values := range j.Input().Context {
		isSet[strings.ToLower(key)] = len(values) > 0
	}
	var found []Placed
	compared := 0
	for s := range j.Statements(authz.PolicyTypes()...) {
		var ofStatement []Placed
		unlisted := map[string]bool{} // in lower case
		for _, key := range keysOf(&s) {
			if compared++; compared > maxCompared {
				return found
			}
			if nearest, ok := Unlisted(key); ok {
				lower := strings.ToLower(key)
				unlisted[lower] = true
				ofStatement = append(ofStatement, Placed{s.At, UnlistedKey{s.Ref(), key, nearest, isSet[lower]}})
			}
		}
		if len(unlisted) > 0 && concerns(j, &s, unlisted) {
			found = append(found, ofStatement...)
		}
	}
	return found
}

// unusedContextKeys finds keys of the context that no policy names and AWS does not
// list.
func unusedContextKeys(j *verdict.Judgement) []Placed {
	context := j.Input().Context
	if len(context) == 0 || j.Creator() != nil { // a key may be for the creator
		return nil
	}
	var texts strings.Builder // of all statements, in lower case
	var named []string
	for s := range j.Statements(authz.PolicyTypes()...) {
		texts.WriteString(strings.ToLower(s.String()) + "\n")
		for _, condition := range s.Conditions() {
			named = append(named, condition.Variable)
		}
	}
	candidates := slices.Concat(named, globalKeys)
	var found []Placed
	for _, key := range slices.Sorted(maps.Keys(context)) {
		if strings.Contains(texts.String(), strings.ToLower(key)) {
			continue
		}
		if nearest, unlisted := isUnlisted(key, candidates); unlisted {
			found = append(found, Placed{verdict.At{Attribute: "context", Key: key}, UnusedContextKey{nearest}})
		}
	}
	return found
}

// Unlisted reports whether AWS does not list a condition key that a policy names, and which
// key is probably meant; empty if none is like it. A key of another service than ECR is
// unlisted only if it is much like one that any policy may name.
func Unlisted(key string) (nearest string, unlisted bool) { return isUnlisted(key, globalKeys) }

// isUnlisted reports whether a condition key is probably misspelt, and which of the
// candidates is meant. A key of another service is misspelt only if it is much like
// one of these: requests carry such keys too, as the session's.
func isUnlisted(key string, candidates []string) (nearest string, unlisted bool) {
	if isGlobalKey(key) {
		return "", false
	}
	service, _, hasService := strings.Cut(strings.ToLower(key), ":")
	if !hasService {
		return nearestKey("aws:"+key, candidates), true
	}
	nearest = nearestKey(key, candidates)
	return nearest, nearest != "" || service == "aws" || service == "ecr"
}

// nearestKey returns the key that a misspelt one most likely means. The name of a
// tag, after the slash, is not compared.
func nearestKey(key string, candidates []string) string {
	name, tag, tagged := strings.Cut(key, "/")
	if tagged {
		name += "/"
	}
	nearest := awsname.Nearest(name, candidates)
	if strings.HasSuffix(nearest, "/") {
		if tag == "" {
			tag = "…"
		}
		nearest += tag
	}
	return nearest
}

// keysOf returns the condition keys that a statement names, in conditions and in
// policy variables, each once.
func keysOf(s *verdict.Statement) []string {
	var all []string
	for _, condition := range s.Conditions() {
		all = append(all, condition.Variable)
	}
	if s.Version == policy.Version2012 {
		all = append(all, variablesOf(s)...)
	}
	seen := map[string]bool{} // in lower case
	return slices.DeleteFunc(all, func(key string) bool {
		lower := strings.ToLower(key)
		again := seen[lower]
		seen[lower] = true
		return again
	})
}
