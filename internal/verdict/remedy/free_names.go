// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// freePolicyName returns the default name of an ecrxa_consumer_role_policy, or one
// beside it when the role has an inline policy of that name.
func freePolicyName(j *verdict.Judgement) string { return freeName(j, managed.DefaultPolicyName) }

func freeName(j *verdict.Judgement, name string) string {
	taken := map[string]bool{}
	for _, p := range j.Policies(authz.IdentityPolicy) {
		taken[p.Key] = true
	}
	return free(name, "-", taken)
}

// freeSid makes a Sid of the access and the principal that no statement of the policy of a
// type has: a grant of the same Sid would replace that statement.
func freeSid(j *verdict.Judgement, t authz.PolicyType) string {
	taken := map[string]bool{}
	for s := range j.Statements(t) {
		taken[s.Sid()] = true
	}
	principal := j.Principal()
	return free(cmp.Or(actionset.SidPrefix(j.Access()), "Use")+"By"+principal.Account+onlyAlphanumeric(principal.Name), "", taken)
}

// free returns the name, with a number after it when it is taken.
func free(name, separator string, taken map[string]bool) string {
	candidate := name
	for n := 2; taken[candidate]; n++ {
		candidate = fmt.Sprintf("%s%s%d", name, separator, n)
	}
	return candidate
}

func onlyAlphanumeric(text string) string {
	return strings.Map(func(r rune) rune {
		if managed.CheckSid(string(r)) == nil {
			return r
		}
		return -1
	}, text)
}
