// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// readUse reads the arguments access and actions.
func (r *reading) readUse() use {
	access := r.in.Access
	switch {
	case access != "" && len(r.in.Actions) > 0:
		r.fault(At{Attribute: "actions"}, "is set, and access is set, too; set one of the two", nil)
	case access != "" && !slices.Contains(actionset.Names(), access):
		r.fault(At{Attribute: "access"}, fmt.Sprintf("is %s; expected one of %s", printed.Quoted(string(access)), wording.List(actionset.Names(), "or")), nil)
	case access != "":
		return useOf(access)
	case len(r.in.Actions) > 0:
		return r.ownUse()
	}
	return useOf(actionset.Pull)
}

// oneAction is the form of one ECR action; no name is nearly as long as 64 letters.
var oneAction = regexp.MustCompile(`(?i)^ecr:[a-z]{1,64}$`)

// ownUse reads actions. The login is among every use; an action without resource is no
// use of a repository.
func (r *reading) ownUse() use {
	var actions []string
	at, before := At{Attribute: "actions"}, len(r.faults)
	for _, action := range r.in.Actions {
		switch {
		case !oneAction.MatchString(action):
			r.fault(at, "has "+printed.Quoted(action)+", which is not one ECR action: write ecr: and its name without wildcards, for example ecr:BatchGetImage", nil)
		case strings.EqualFold(action, actionset.TokenAction):
		case authz.WithoutResource(action):
			r.fault(at, "has "+printed.Quoted(action)+", which is a call to the caller's own registry; remove it: this check judges actions on a repository", nil)
		default:
			actions = append(actions, actionset.Canonical(action))
		}
	}
	if len(actions) == 0 && len(r.faults) == before {
		r.fault(at, "has no action on the repository; add one, for example ecr:BatchGetImage", nil)
	}
	slices.Sort(actions)
	actions = slices.Compact(actions)
	if name, ok := actionset.Of(actions); ok {
		return useOf(name)
	}
	return use{actions: actions, identity: actions}
}
