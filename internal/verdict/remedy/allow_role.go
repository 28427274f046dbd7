// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// A rolePolicy is an inline policy as ecrxa_consumer_role_policy writes it.
type rolePolicy struct {
	name string
	managed.RolePolicy
}

// allowRole allows the whole access to the role, as ecrxa_consumer_role_policy does: by
// correcting the policy that it wrote, or else by one more. Where only the login is
// missing, it allows nothing else; nor the login to who creates what a service runs.
func allowRole(j *verdict.Judgement, found *lint.Findings, missing []string) Remedy {
	if isServiceLinked(j) {
		return Remedy{Side: verdict.Consumer, Change: AllowRole{ServiceLinked: true}}
	}
	change := AllowRole{
		Actions: j.IdentityActions(), Uncertain: Uncertain{Image: found.IsImageUncertain(j)},
		PermissionSet: j.Principal().IsOfIdentityCenter(),
	}
	onlyLogin := slices.Equal(missing, []string{actionset.TokenAction})
	label := managed.Label(j.Repository().Name)
	written, ok := correctedRolePolicy(j, onlyLogin)
	switch {
	case ok:
		change.Corrected, change.Several = written.name, len(written.RepositoryARNs) > 1
		if id, canImport := importID(j, written.name); canImport {
			change.Import = managed.ImportCommand(managed.RolePolicyType+"."+label, id)
		}
	case onlyLogin:
		change.Actions, change.Uncertain.Image = nil, false
		return loginRemedy(j, change)
	case j.IsCreator():
		change.NoLogin = true
		return creatorRemedy(j, change, label)
	default:
		written = rolePolicy{freePolicyName(j), managed.RolePolicy{RepositoryARNs: []string{j.Repository().ARN()}, Actions: change.Actions}}
	}
	document, _ := written.Document() // it has a repository and actions
	remedy := Remedy{Side: verdict.Consumer, Change: change, JSON: document.String(), adds: document}
	if j.Target().IsRole() && !change.PermissionSet {
		remedy.HCL = managed.RolePolicyHCL(label, j.Principal().Name, written.name, written.RolePolicy)
	}
	return remedy
}

// isServiceLinked reports whether the role is a service-linked one.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
func isServiceLinked(j *verdict.Judgement) bool {
	return strings.Contains(j.RoleARN(), ":role"+awsname.ServiceLinkedPath)
}

// loginRemedy allows the login alone.
func loginRemedy(j *verdict.Judgement, change AllowRole) Remedy {
	document := managed.LoginDocument()
	remedy := Remedy{Side: verdict.Consumer, Change: change, JSON: document.String(), adds: document}
	if j.Target().IsRole() && !change.PermissionSet {
		remedy.HCL = managed.LoginHCL(j.Principal().Name, freeName(j, "ecr-login"))
	}
	return remedy
}

// creatorRemedy allows who creates what a service runs the actions without the login.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
func creatorRemedy(j *verdict.Judgement, change AllowRole, label string) Remedy {
	document := limitDocument(j, authz.IdentityPolicy, change.Actions)
	remedy := Remedy{Side: verdict.Consumer, Change: change, JSON: document.String(), adds: document}
	if j.Target().IsRole() && !change.PermissionSet {
		remedy.HCL = managed.AllowHCL(label, j.Principal().Name, freePolicyName(j), j.Repository().ARN(), change.Actions...)
	}
	return remedy
}

// correctedRolePolicy returns the policy of an ecrxa_consumer_role_policy that exists
// and does not allow the pull, changed so that it does: with the repository beside
// others for which it allows the same, or with the actions that it lacks for this one
// alone. Any other change would allow something else, too. Resources that can be no
// repository's are left out.
func correctedRolePolicy(j *verdict.Judgement, onlyLogin bool) (rolePolicy, bool) {
	wanted, here := j.IdentityActions(), j.Repository().ARN()
	for _, p := range j.Policies(authz.IdentityPolicy) {
		current, ok := ownRolePolicy(&p)
		if _, canImport := importID(j, p.Key); j.Target().IsRole() && !canImport {
			continue // the resource could not replace it
		}
		current.RepositoryARNs = slices.DeleteFunc(slices.Clone(current.RepositoryARNs), isNoRepository)
		corrected := rolePolicy{p.Key, managed.RolePolicy{RepositoryARNs: current.RepositoryARNs, Actions: wanted}}
		switch {
		case !ok, onlyLogin && !slices.Contains(current.RepositoryARNs, here):
			continue
		case slices.Equal(current.RepositoryARNs, []string{here}):
			var access actionset.Name
			access, ok = actionset.OfIdentity(slices.Concat(current.Actions, wanted))
			corrected.Actions = actionset.IdentityActions(access)
		case !actionset.Equal(current.Actions, wanted):
			continue
		case !slices.Contains(current.RepositoryARNs, here):
			corrected.RepositoryARNs = append(slices.Clone(current.RepositoryARNs), here)
		}
		if document, err := corrected.Document(); ok && err == nil && document.Canonical() != p.Canonical() {
			return corrected, true
		}
	}
	return rolePolicy{}, false
}

// isNoRepository reports whether an ARN can match no repository: its account has not 12
// digits, or its Region is not one that AWS has.
func isNoRepository(arn string) bool {
	parsed, err := awsname.ParseARN(arn)
	isAccount := awsname.HasWildcard(parsed.Account) || awsname.IsAccountID(parsed.Account)
	isRegion := awsname.HasWildcard(parsed.Region) || slices.Contains(awsname.KnownRegions(), parsed.Region)
	return err == nil && (!isAccount || !isRegion)
}

// importID returns the ID by which an ecrxa_consumer_role_policy imports a policy of the
// role, or false if it cannot.
func importID(j *verdict.Judgement, policyName string) (id string, ok bool) {
	id, ok = managed.RolePolicyImportID(j.Principal().Name, policyName)
	return id, ok && j.Target().IsRole()
}

// ownRolePolicy takes apart an inline policy of the form that
// ecrxa_consumer_role_policy writes, without conditions, and that it can import. The
// statement for the login may be missing.
func ownRolePolicy(p *verdict.Policy) (managed.RolePolicy, bool) {
	if verdict.IsManagedPolicy(p.Key) || p.Unknown || len(p.Statements()) > 2 {
		return managed.RolePolicy{}, false
	}
	own, obstacles := managed.RolePolicyOf(p.Document)
	written, err := own.Document()
	if err != nil || len(obstacles) > 0 || len(own.Conditions) > 0 || p.Version() != written.Version() && strings.Contains(p.String(), "${") {
		return managed.RolePolicy{}, false // a variable would change its meaning with the Version
	}
	isWritten := map[string]bool{}
	for _, s := range written.Statements() {
		isWritten[s.Canonical()] = true
	}
	for _, s := range p.Statements() {
		if !isWritten[s.Canonical()] {
			return managed.RolePolicy{}, false
		}
	}
	return own, true
}
