// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Check is the result of a check of a pull.
type Check struct {
	Verdict    authz.Verdict
	DeniedSide string
	DeniedBy   []string
	Decisions  []Decision
}

// A Decision is the result of a check for one action.
type Decision struct {
	Action, Principal, Resource string
	Verdict                     authz.Verdict
	DeniedBy                    []string
}

// An Agreement says whether a text and a check agree.
type Agreement string

// The agreements.
const (
	Agrees    Agreement = "agrees"
	Disagrees Agreement = "disagrees"
	OtherPull Agreement = "other_pull" // they are about different pulls
	Undecided Agreement = "undecided"  // the text or the check leaves it open
)

// Compare says whether a check agrees with a finding, and what it means if it does not.
func (f *Finding) Compare(c Check) (Agreement, string) {
	if other := f.otherPull(c); other != "" {
		return OtherPull, other
	}
	if f.Kind == Policy && (f.Certainty == Certain || f.Pattern == "access_denied") {
		return f.compareDenial(c)
	}
	switch f.Kind {
	case Policy, Existence, Token, Region, Unknown, Credentials:
		return f.compareOpen(c)
	case NotAPull, OtherRegistry:
		return Undecided, "The message is not about a pull from a private registry of Amazon ECR: the check says nothing of it."
	default:
	}
	if c.Verdict == authz.Denied {
		return Undecided, "The message is about something else than policies, and the check says that policies deny the pull: mend both. While it is denied, the pull fails even without this error."
	}
	return Agrees, "The message is about something else than policies. The check does not contradict it: it judges only policies."
}

// otherPull says in what the pull of the text is not that of the check.
func (f *Finding) otherPull(c Check) string {
	for _, d := range c.Decisions {
		if strings.HasPrefix(d.Resource, "arn:") && strings.Contains(d.Resource, ":ecr:") && f.Repository != "" && strings.HasPrefix(f.Resource, "arn:") && d.Resource != f.Resource {
			return fmt.Sprintf("The pull is of %s, and the check is about %s. Check the same pull.", printed.Value(f.Resource), printed.Value(d.Resource))
		}
		if role, other := roleName(f.Principal), roleName(d.Principal); role != "" && other != "" && role != other {
			return fmt.Sprintf("The pull is by %s, and the check is about %s. If both mean the same pull, what pulls does not use the role that you expect.", printed.Value(f.Principal), printed.Value(d.Principal))
		}
	}
	return ""
}

// roleName returns the account and the name of a role, of a role by its session too; or of
// a user, or of the root user.
func roleName(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	names := strings.Split(parts[5], "/")
	switch {
	case parts[5] == "root":
		return parts[4] + " root"
	case names[0] == "assumed-role" && len(names) > 1:
		return parts[4] + " role " + names[1]
	case len(names) > 1:
		return parts[4] + " " + names[0] + " " + names[len(names)-1]
	}
	return ""
}

// notRead are the policies that no check reads.
var notRead = []authz.PolicyType{authz.SessionPolicy, authz.ServiceControlPolicy, authz.ResourceControlPolicy, authz.VPCEndpointPolicy, authz.S3EndpointPolicy}

// compareDenial compares a text in which AWS says that a policy denies.
func (f *Finding) compareDenial(c Check) (Agreement, string) {
	verdict, deniedBy, what := c.Verdict, c.DeniedBy, "the pull"
	judged := slices.IndexFunc(c.Decisions, func(d Decision) bool { return strings.EqualFold(d.Action, f.Action) })
	if judged >= 0 {
		verdict, deniedBy, what = c.Decisions[judged].Verdict, c.Decisions[judged].DeniedBy, f.Action
	} else if f.Action != "" && len(c.Decisions) > 0 {
		return Undecided, fmt.Sprintf("The check did not judge %s, which AWS denied. Set actions to have it judged.", f.Action)
	}
	var types []string
	for _, t := range f.PolicyTypes {
		types = append(types, string(t))
	}
	switch verdict {
	case authz.Denied:
		if len(types) == 0 || len(deniedBy) == 0 || slices.ContainsFunc(deniedBy, func(by string) bool { return slices.Contains(types, by) }) {
			return Agrees, fmt.Sprintf("The check says, too, that %s is denied. Follow its remedies.", what)
		}
		return Disagrees, fmt.Sprintf("Both say that %s is denied, for different reasons: AWS says by %s, the check by %s. AWS names one type of policy even if several deny, so probably both are right, and both must be mended.", what, wording.List(nouns(f.PolicyTypes), "or"), wording.Some(printed.Values(deniedBy), "and"))
	case authz.Allowed:
		return Disagrees, fmt.Sprintf("AWS denied %s, and the check says that it is allowed.%s", what, whyAllowed(*f))
	default:
		return Undecided, fmt.Sprintf("The check leaves %s open, and AWS denied it: what the check does not know denies it.%s", what, whyAllowed(*f))
	}
}

// whyAllowed says why AWS denies what a check does not.
func whyAllowed(f Finding) string {
	var arguments []string
	for _, t := range f.PolicyTypes {
		if slices.Contains(notRead, t) {
			arguments = append(arguments, wording.Of(t).Argument)
		}
	}
	if len(arguments) == 1 {
		return fmt.Sprintf(" The message names a type of policy that no check reads. Set %s, so that the check judges it.", arguments[0])
	}
	return " Either the policies were changed after the error, or a change is not effective everywhere yet, or the call came from another role or network than the check assumes, or a policy denies that no check reads (service and resource control policies, session policies, policies of VPC endpoints)."
}

// compareOpen compares a text that leaves open whether a policy denies.
func (f *Finding) compareOpen(c Check) (Agreement, string) {
	possible := slices.Contains(f.Candidates, Policy) || f.Kind == Token || f.Kind == Unknown
	login := slices.IndexFunc(c.Decisions, func(d Decision) bool { return strings.EqualFold(d.Action, "ecr:GetAuthorizationToken") })
	switch {
	case c.Verdict == authz.Denied && f.Kind == Token && login >= 0 && c.Decisions[login].Verdict == authz.Denied:
		return Agrees, "The check says that the login is denied, and that explains why there is no token. Follow its remedies."
	case c.Verdict == authz.Denied && possible && f.Kind != Token:
		return Agrees, "The message does not say why the pull failed, and the check says that policies deny it: that is the probable cause. Follow its remedies."
	case c.Verdict == authz.Denied:
		return Undecided, "The message names another cause than a policy, and the check says that policies deny the pull, too: mend both."
	case c.Verdict == authz.Allowed:
		var rest []string
		for _, k := range f.Candidates {
			if k != Policy && k != Unknown {
				rest = append(rest, causes[k])
			}
		}
		if len(rest) == 0 {
			return Undecided, "The check says that the policies which it knows allow the pull, and the message does not say what failed." + whyAllowed(*f)
		}
		if f.Candidates[0] == Policy {
			rest = append(rest, "a policy that no check reads denies")
		}
		return Agrees, "The check says that the policies which it knows allow the pull. So another cause is probable: " + wording.List(rest, "or") + "."
	}
	return Undecided, "Neither the message nor the check settles whether a policy denies. Give the check what it asks for."
}
