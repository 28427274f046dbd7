// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// NamesPrincipals reports whether conditions allow only some principals of each of the accounts:
// those that have a name, an ID or a tag which the conditions name. All of these the
// administrators of the account give, so a tag counts like the name of a role.
func NamesPrincipals(conditions []policy.Condition, accounts []string) bool {
	return slices.ContainsFunc(conditions, func(c policy.Condition) bool {
		isOther := func(other policy.Condition) bool { return !strings.EqualFold(other.Variable, c.Variable) }
		return TellsPrincipalsApart(c.Variable) && MetByOthers(slices.DeleteFunc(slices.Clone(conditions), isOther), accounts) == authz.MetBy{}
	})
}

// TellsPrincipalsApart reports whether the principals of one account differ in a condition key.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TellsPrincipalsApart(key string) bool {
	lower := strings.ToLower(key)
	switch lower {
	case "aws:principalarn", "aws:userid", "aws:username", "aws:sourceidentity":
		return true
	}
	return strings.HasPrefix(lower, "aws:principaltag/")
}

// AccountsIn returns the accounts of the ARNs of a condition, sorted, each once.
func AccountsIn(c policy.Condition) (accounts []string) {
	for _, value := range c.Values {
		if a, err := awsname.ParseARN(value); err == nil && awsname.IsAccountID(a.Account) {
			accounts = append(accounts, a.Account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}
