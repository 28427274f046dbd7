// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// NearMiss says why one or several statements that came close do not allow, as in
// "its Resource is …, not …". Several statements have the same cause, as
// authz.NearMiss.SameCause reports, and get "their".
func NearMiss(n *authz.NearMiss, statements int) string {
	text := mismatch(n, statements)
	for _, v := range n.Variables {
		if strings.Contains(text, "${"+printed.Value(v.Key)) {
			text += "; " + valueOf(v.Key, v.Values)
		}
	}
	return text
}

// valueOf says what a request has of a condition key, if that is known.
func valueOf(key string, values []string) string {
	if len(values) == 0 {
		return "the request has no " + printed.Value(key)
	}
	return printed.Value(key) + " is " + requestValues(key, authz.KeyKnown, values)
}

func mismatch(n *authz.NearMiss, statements int) string {
	element := "its " + n.Element
	if statements > 1 {
		element = "their " + n.Element
	}
	switch m := n.Mismatch.(type) {
	case authz.Excluded:
		return element + " leaves out " + printed.Value(m.Asked)
	case authz.NotListed:
		if n.Element == "Action" {
			return element + " does not list " + printed.Value(m.Asked) + ", only " + wording.Some(printed.Values(m.Stated), "and")
		}
		return element + " names " + wording.Some(printed.Values(m.Stated), "and") + ", not " + printed.Value(m.Asked)
	case authz.DelegatedToAccount:
		return element + " is the account " + printed.Value(m.Account) + ", so that an identity-based policy must allow the action, too"
	case authz.DeletedPrincipal:
		return element + " " + printed.Value(m.ID) + " is the unique ID of a role or user that was deleted; a new one of the same name is another principal, so write its ARN"
	case authz.OtherAccount:
		return element + " is the " + otherAccount(&m) + ", the caller is in the account " + printed.Value(m.Asked)
	case authz.OtherPath:
		return element + " " + printed.Value(m.Stated) + " has another path than " + printed.Value(m.Asked)
	case authz.MissingPath:
		return element + " " + printed.Value(m.Stated) + " lacks the path that every role of IAM Identity Center has"
	case authz.OtherPrincipal:
		return element + otherPrincipal(&m)
	case authz.NeedsAllResources:
		return element + " is " + printed.Value(m.Stated) + "; " + printed.Value(m.Action) + ` is for no single resource and needs "*"`
	case authz.BelowResource:
		return element + " " + printed.Value(m.Stated) + " covers repositories below that path, not the repository itself"
	case authz.OtherPart:
		return fmt.Sprintf("%s %s is in the %s %s, the request is for the %s %s", element, printed.Value(m.Resource), m.Part, printed.Value(m.Stated), m.Part, printed.Value(m.Asked))
	case authz.OtherText:
		return element + " " + otherText(&m)
	case authz.UnmetCondition:
		return element + " " + unmetCondition(&m)
	}
	return ""
}

// otherPrincipal says what is wrong with a principal that is not the caller.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func otherPrincipal(m *authz.OtherPrincipal) string {
	names := " names " + printed.Value(m.Stated)
	_, err := awsname.ParsePrincipal(m.Stated)
	switch isARN := strings.HasPrefix(m.Stated, "arn:"); {
	case isARN && awsname.HasWildcard(m.Stated):
		return names + ", and AWS takes no wildcard in part of a principal: name the account, with a condition ArnLike on aws:PrincipalArn"
	case isARN && err != nil:
		return names + ", which is no principal: write " + printed.Value(m.Asked)
	}
	return names + ", not " + printed.Value(m.Asked)
}

func otherAccount(m *authz.OtherAccount) string {
	if m.Kind == awsname.AccountRoot {
		return "account " + printed.Value(m.Stated)
	}
	return fmt.Sprintf("%s %s in the account %s", m.Kind, printed.Value(m.Name), printed.Value(m.Stated))
}

// otherText says how two texts differ when that is little.
func otherText(m *authz.OtherText) string {
	switch {
	case m.CaseOnly:
		return printed.Value(m.Stated) + " differs from " + printed.Value(m.Asked) + " in upper and lower case, which matters"
	case m.Distance == 1:
		return printed.Value(m.Stated) + " differs from " + printed.Value(m.Asked) + " in one character"
	case m.Distance <= 3:
		return fmt.Sprintf("%s differs from %s in %d characters", printed.Value(m.Stated), printed.Value(m.Asked), m.Distance)
	case awsname.HasWildcard(m.Stated), strings.Contains(m.Stated, "${"):
		return printed.Value(m.Stated) + " does not match " + printed.Value(m.Asked)
	default:
		return "is " + printed.Value(m.Stated) + ", not " + printed.Value(m.Asked)
	}
}

func unmetCondition(m *authz.UnmetCondition) string {
	demand := ""
	switch m.Demand {
	case authz.DemandValues:
		demand = printed.Value(m.Key) + " asks for " + wording.Some(printed.Values(m.Values), "and")
	case authz.DemandOthers:
		demand = printed.Value(m.Key) + " rules out " + wording.Some(printed.Values(m.Values), "and")
	case authz.DemandPresent:
		demand = "asks that the key " + printed.Value(m.Key) + " be present"
	case authz.DemandAbsent:
		demand = "asks that the key " + printed.Value(m.Key) + " be absent"
	}
	if m.Never {
		return printed.Value(m.Operator) + " " + demand + ", a tag of a resource, and this action has no resource"
	}
	return printed.Value(m.Operator) + " " + demand + ", and the request has " + requestValues(m.Key, m.State, m.Asked)
}

// requestValues says what the request has as a key.
func requestValues(key string, state authz.KeyState, values []string) string {
	switch state {
	case authz.KeyAbsent:
		return "no such key"
	case authz.KeyPresent, authz.KeyUnknown:
		return printed.Value(key)
	case authz.KeyKnown:
		if !slices.ContainsFunc(values, isText) {
			return "an empty value"
		}
	}
	return wording.Some(printed.Values(values), "and")
}

func isText(s string) bool { return s != "" }
