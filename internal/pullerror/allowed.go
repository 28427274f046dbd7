// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// CompareAllowed says whether a check agrees with what AWS has just allowed: the actions
// that the principal performed to pull from the repository; whole says whether that was all
// of the pull. If it was not and the check does not contradict what was allowed, the
// agreement is empty. If the principal is not known, neither is whether a check that names
// one is about the same pull.
func CompareAllowed(c Check, principal, repositoryARN string, actions []string, whole bool) (Agreement, string) {
	f := Finding{Principal: principal, Resource: repositoryARN}
	if repo, err := awsname.ParseRepositoryARN(repositoryARN); err == nil {
		f.Repository = repo.Name
	}
	if other := f.otherPull(c); other != "" {
		return OtherPull, other
	}
	isOfOthers := func(d Decision) bool { return d.Principal != "" && roleName(d.Principal) == "" } // a service, which does not use these credentials
	switch {
	case len(c.Decisions) > 0 && !slices.ContainsFunc(c.Decisions, func(d Decision) bool { return !isOfOthers(d) }):
		return OtherPull, fmt.Sprintf("The check is about %s, which does not pull with the credentials of this pull.", printed.Value(c.Decisions[0].Principal))
	case principal == "" && slices.ContainsFunc(c.Decisions, func(d Decision) bool { return d.Principal != "" }):
		return Undecided, "AWS STS did not say whose credentials these are. So it is not known whether the check is about the same principal."
	}
	var denied, open, beyond []string
	judged := len(c.Decisions) == 0
	for _, d := range c.Decisions {
		performed := slices.ContainsFunc(actions, func(a string) bool { return strings.EqualFold(a, d.Action) })
		switch {
		case isOfOthers(d):
			continue
		case !performed && d.Verdict == authz.Denied:
			beyond = append(beyond, printed.Value(d.Action))
		case performed && d.Verdict == authz.Denied:
			denied = append(denied, printed.Value(d.Action))
		case performed && d.Verdict == authz.Conditional:
			open = append(open, printed.Value(d.Action))
		}
		judged = judged || performed
	}
	if len(c.Decisions) == 0 && whole {
		switch c.Verdict {
		case authz.Denied:
			denied = []string{"the pull"}
		case authz.Conditional:
			open = []string{"the pull"}
		default:
		}
	}
	switch {
	case len(denied) > 0:
		return Disagrees, fmt.Sprintf("AWS allowed %s, and the check says that it is denied. Either the policies were changed after the check read them, or a change is not effective everywhere yet, "+
			"or the check was given other policies than those in AWS, or the call came from another role or network than the check assumes. If none of these is so, the check is wrong: please report it.", wording.List(slices.Compact(denied), "and"))
	case !whole:
		return "", ""
	case !judged:
		return Undecided, "The pull works. The check did not judge any action that it needs."
	case len(beyond) > 0:
		return Undecided, fmt.Sprintf("The pull works. The check says that %s is denied, which the pull did not need.", wording.List(slices.Compact(beyond), "and"))
	case len(open) > 0:
		return Undecided, fmt.Sprintf("The check leaves %s open, and AWS allowed it: what the check does not know allowed it this time.", wording.List(slices.Compact(open), "and"))
	}
	return Agrees, "The check says, too, that the pull is allowed."
}
