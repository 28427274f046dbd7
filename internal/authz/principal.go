// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// principals is the Principal or NotPrincipal element of a statement.
type principals struct {
	present  bool
	negated  bool // NotPrincipal
	values   []principalValue
	services []string
	// others: principals that a caller's ARN does not show, as federated identity
	// providers and canonical users.
	others  []string
	foreign bool // there are others, or it is not known who is meant
	denies  bool // they are of a Deny
}

// A principalValue is one value of type AWS.
type principalValue struct {
	text  string
	any   bool   // *
	id    string // unique ID of a role or user
	arn   awsname.Principal
	known bool // arn is set
	loose pattern.Pattern
}

func compilePrincipals(values map[string][]string, negated bool) principals {
	p := principals{present: true, negated: negated}
	for _, kind := range slices.Sorted(maps.Keys(values)) {
		switch kind {
		case "AWS":
			for _, text := range values[kind] {
				p.values = append(p.values, compilePrincipal(text))
			}
		case "Service":
			p.services = values[kind]
		default:
			p.foreign = p.foreign || len(values[kind]) > 0
			p.others = append(p.others, values[kind]...)
		}
	}
	return p
}

// compilePrincipal reads one principal of type AWS. One that AWS would refuse has
// a problem and a loose reading, which shows whether it could concern a caller at all.
func compilePrincipal(text string) principalValue {
	v := principalValue{text: text}
	switch arn, err := awsname.ParsePrincipal(text); {
	case text == "*":
		v.any = true
	case awsname.IsAccountID(text):
		v.arn, v.known = awsname.Principal{Kind: awsname.AccountRoot, Account: text}, true
	case awsname.IsUniqueID(text):
		v.id = text
	case err == nil:
		v.arn, v.known = arn, true
	default:
		v.loose = pattern.Like(text)
	}
	return v
}

// problem says why AWS would refuse the value; empty when it would not.
func (v *principalValue) problem() string {
	_, err := awsname.ParsePrincipal(v.text)
	switch {
	case v.any || v.known || v.id != "":
		return ""
	case strings.ContainsAny(v.text, "*?"):
		return "AWS does not accept a wildcard in part of a principal: " + printed.Value(v.text)
	case err != nil && strings.HasPrefix(v.text, "arn:"):
		return "AWS does not accept this principal: " + err.Error()
	default:
		return "this is not an account ID or the ARN of a role, role session, user, federated user or account root: " + printed.Value(v.text)
	}
}

// keys returns the condition keys that decide whether the caller is among the
// principals.
func (p *principals) keys() []string {
	var keys []string
	for i := range p.values {
		switch v := &p.values[i]; {
		case v.id != "":
			keys = append(keys, "aws:userid")
		case v.known && v.arn.Kind == awsname.Role:
			keys = append(keys, "aws:principalarn")
		case v.known && v.arn.Kind == awsname.RoleSession:
			keys = append(keys, sessionKey)
		}
	}
	return keys
}
