// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// findings adds what is remarkable in a statement of the policy of a place.
func (j *judge) findings(s *statement, at place, o *opening) {
	for i, fault := range o.faults {
		if i < maxFaults {
			j.findOn(s, at, RejectedStatement, "is not one that AWS accepts: "+printed.Message(fault.Problem)+". What it allows or denies is not certain.", "Correct the statement.")
		}
	}
	j.principalFindings(s, at)
	j.actionFindings(s, at)
	isMistaken := j.conditionFindings(s, at)
	if j.in.Descriptions != nil && textOf(j.in.Descriptions, s, at) == "" {
		j.findOn(s, at, NoDescription, "has no description: nobody can see why it exists and for whom.", "Set description in the resource that manages it, and pass it in descriptions by its Sid. A statement without a Sid needs one.")
	}
	if s.Effect() == "Deny" || slices.ContainsFunc(s.Conditions(), managed.IsNeverMet) {
		return
	}
	switch {
	case j.budget.IsSpent():
		j.findOn(s, at, TooComplex, "takes too many steps to evaluate together with the Deny statements: what is said of it here is not all.", "Make the policies simpler.")
	case len(o.entries) == 0:
		if s.Type == authz.RegistryPolicy && len(o.actions) == 0 {
			j.widthFindings(s, at, o)
		}
		if !isMistaken {
			j.neverFinding(s, at, o)
		}
		return
	case o.isClosed():
		j.findOn(s, at, ClosedByDeny, "opens no door: "+o.closing()+".", "Delete it, or correct the Deny.")
		return
	}
	if len(o.never) > 0 && len(o.faults) == 0 && !isMistaken {
		words := make([]string, len(o.never))
		for i := range o.never {
			words[i] = o.never[i].words()
		}
		j.findOn(s, at, NeverForPrincipal, "never applies to "+wording.Some(words, "and")+": "+verb(len(words), "no request of it meets", "no request of one of them meets")+" all of its conditions.",
			"Write a statement of its own for it, or take it out of this one.")
	}
	j.granteeFindings(s, at, o)
	j.widthFindings(s, at, o)
}

const maxFaults = 5

// principalFindings are about principals that mean nobody.
func (j *judge) principalFindings(s *statement, at place) {
	partition := at.repository.Partition
	var deleted, invalid, elsewhere, services []string
	for _, value := range slices.Concat(s.Principals()["AWS"], s.NotPrincipals()["AWS"]) {
		p, err := awsname.ParsePrincipal(value)
		switch {
		case value == "*" || awsname.IsAccountID(value):
		case awsname.IsUniqueID(value):
			deleted = append(deleted, value)
		case err != nil:
			invalid = append(invalid, value)
		case p.Partition != partition:
			elsewhere = append(elsewhere, value)
		}
	}
	for _, value := range slices.Concat(s.Principals()["Service"], s.NotPrincipals()["Service"]) {
		if awsname.CheckServicePrincipal(value) != nil {
			services = append(services, value)
		}
	}
	if len(services) > 0 {
		j.findOn(s, at, InvalidPrincipal, fmt.Sprintf("names %s, which is not the form of a service principal: AWS may reject it, and does not say whom it means.", some(services)), "Write the name of the service, such as lambda.amazonaws.com.")
	}
	if len(deleted) > 0 {
		f := findingOn(s, at, DeletedPrincipal, fmt.Sprintf("names %s: AWS shows such an ID for a role or user that was deleted. A new one of the same name is another principal, for which the ID does not stand. ECR may refuse every change of the policy while the ID is in it.", some(deleted)),
			"Name the new role or user by its ARN, or take the ID out of the statement.")
		without := func(spec *policy.StatementSpec) bool {
			spec.Principals["AWS"] = slices.DeleteFunc(spec.Principals["AWS"], awsname.IsUniqueID)
			return len(spec.Principals["AWS"]) > 0
		}
		j.find(changed(f, s, at, without))
	}
	if len(invalid) > 0 {
		j.findOn(s, at, InvalidPrincipal, fmt.Sprintf("names %s, which is not the form of a principal: it means nobody.", some(invalid)), "Write an account ID, or the ARN of a role or user without wildcards.")
	}
	if len(elsewhere) > 0 {
		j.findOn(s, at, OtherPartition, fmt.Sprintf("names %s, and the repository is in the partition %s: access cannot cross partitions.", some(elsewhere), partition), "Delete the principal.")
	}
}

// actionFindings are about actions that do not do what they seem to.
func (j *judge) actionFindings(s *statement, at place) {
	for _, action := range s.Actions() {
		switch meant := actionset.Meant(action); {
		case strings.EqualFold(action, actionset.TokenAction):
			j.findOn(s, at, LoginAction, "names ecr:GetAuthorizationToken, which is a call to the caller's own account: here it has no effect.", "Delete the action. It belongs in the identity-based policy of the role that pulls.")
		case s.Type == authz.RepositoryPolicy && authz.WithoutResource(action):
			j.findOn(s, at, RegistryAction, "names "+printed.Value(action)+", which is for the registry and not for a repository: here it has no effect.", "Delete the action. What a principal may do in the registry, its identity-based policies and the registry policy say.")
		case action != "*" && !isOfECR(action):
			j.findOn(s, at, UnknownAction, "names "+printed.Value(action)+", which is an action of another service: here it has no effect.", "Delete the action.")
		case awsname.HasWildcard(action) || actionset.IsAction(action):
		case meant != "":
			j.findOn(s, at, UnknownAction, fmt.Sprintf("names the action %s, which this provider does not know.", printed.Value(action)), fmt.Sprintf("Write %s, if that is meant.", meant))
		default:
			j.findOn(s, at, UnknownAction, fmt.Sprintf("names the action %s, which this provider does not know.", printed.Value(action)), "Delete it if AWS does not list it.")
		}
	}
}

// neverFinding says why a statement opens no door at all.
func (j *judge) neverFinding(s *statement, at place, o *opening) {
	const advice = "Correct the statement, or delete it."
	if len(o.actions) == 0 || len(o.faults) > 0 {
		return // Other findings say why.
	}
	if len(o.never) == 0 {
		switch partition := at.repository.Partition; {
		case len(s.Principals()) == 0:
			j.findOn(s, at, NeverApplies, "never applies: it names no principal.", advice)
		case slices.ContainsFunc(s.Principals()["AWS"], func(value string) bool { return isPossible(value, partition) }):
			j.findOn(s, at, NeverApplies, "never applies: its conditions name only principals that its Principal does not mean.", advice)
		}
		return
	}
	if s.Type == authz.RepositoryPolicy && (s.Has("Resource") || s.Has("NotResource")) {
		allow := s.as(anywhere)
		callers := j.callersOf(&o.never[0])
		if !slices.ContainsFunc(o.actions, func(action string) bool { return j.decide(callers[0], action, at, sets(allow)) != authz.Denied }) {
			element, text := "Resource", fmt.Sprintf("is for the Resource %s, which is not the repository %s", some(s.Resources()), printed.Value(at.repository.ARN()))
			if s.Has("NotResource") {
				element, text = "NotResource", fmt.Sprintf("is for all but the NotResource %s, which includes the repository %s", some(s.NotResources()), printed.Value(at.repository.ARN()))
			}
			j.findOn(s, at, WrongResource, text+": it never applies.", "Delete the element "+element+": the repository is implied.")
			return
		}
	}
	for _, of := range byKey(s.Conditions()) {
		if j.all(s, at, of, authz.Denied) {
			j.findOn(s, at, NeverApplies, fmt.Sprintf("never applies: no request for which it is meets the condition %s.", wording.Some(wordsOf(of), "and")), advice)
			return
		}
	}
	j.findOn(s, at, NeverApplies, "never applies: no request for which it is meets all of its conditions.", advice)
}

// isPossible reports whether a principal can call in a partition; other findings name those that
// cannot.
func isPossible(value, partition string) bool {
	p, err := awsname.ParsePrincipal(value)
	return value == "*" || awsname.IsAccountID(value) || err == nil && p.Partition == partition
}

// elsewhereOnly says that each Resource of a statement of the registry policy is in another
// registry; nothing if that is not certain.
func (j *judge) elsewhereOnly(s *statement) string {
	at := placeOf(j.in.Snapshot, nil).repository
	resources := s.Resources()
	if len(resources) == 0 {
		return ""
	}
	for _, resource := range resources {
		a, err := awsname.ParseARN(resource)
		isOther := func(part, own string) bool { return !awsname.HasWildcard(part) && part != own }
		if err != nil || !isOther(a.Service, "ecr") && !isOther(a.Partition, at.Partition) && !isOther(a.Region, at.Region) && !isOther(a.Account, at.Account) {
			return ""
		}
	}
	return fmt.Sprintf("is for the Resource %s, which is not in the registry of account %s in %s: it never applies.", some(resources), printed.Value(at.Account), printed.Value(at.Region))
}

// granteeFindings are about whom a statement lets in.
func (j *judge) granteeFindings(s *statement, at place, o *opening) {
	public := managed.Public(s.Statement.Statement)
	var isClosed, isClosedForServices bool
	if public != "" {
		isClosed, isClosedForServices = j.isClosedForOutsiders(s, at, o)
	}
	isOfService := public == managed.EveryCustomer
	switch {
	case isOfService && !slices.ContainsFunc(o.entries, func(e Entry) bool { return e.Kind == Service }):
		public, isOfService = "", false
	case public == managed.EveryPrincipal && !j.isForStrangers(s, at, o):
		public, isOfService = "every AWS customer, through AWS services", true
	}
	if public != "" {
		public = o.opensTo(public, s)
	}
	switch {
	case isOfService:
		j.findOn(s, at, ServiceWithoutSource, public+" limits it to sources that it names.",
			"Add a condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths that names the accounts or organizations of the sources.")
	case isClosed && isClosedForServices:
		j.findOn(s, at, OpenButForDeny, public+" limits it to callers that it names. Only Deny statements keep principals away that are not in an organization or account which the policies name: whoever deletes a Deny opens the door.",
			"Add the condition of the Deny to this statement, too: StringEquals with aws:PrincipalOrgID, for example.")
	case public != "":
		sentence := public + " limits it to callers that it names."
		if isClosed {
			sentence += " Deny statements keep away principals that are in no organization or account which the policies name, but perhaps not AWS services, which every customer can use."
		}
		f := findingOn(s, at, OpenToEveryone, sentence,
			"Name the principals; or add a condition on the organization (StringEquals with aws:PrincipalOrgID), on the account, or on the network.")
		if id := j.in.OrganizationID; id != "" {
			f = changed(f, s, at, func(spec *policy.StatementSpec) bool {
				spec.Conditions = append(spec.Conditions, managed.OrganizationID.With([]string{id}))
				return len(spec.Principals) == 1 && !slices.ContainsFunc(s.Conditions(), func(c policy.Condition) bool { return strings.EqualFold(c.Variable, "aws:PrincipalOrgID") })
			})
		}
		j.find(f)
	}
	var whole, outside []string
	for i := range o.entries {
		e := &o.entries[i]
		if e.Denied == EntirelyDenied {
			continue
		}
		isOwn := e.Account == j.in.Snapshot.Account
		if e.grantee.isWholeAccount(s.Conditions()) && !isOwn {
			whole = append(whole, e.Grantee)
		}
		if e.InOrganization == Outside && e.Kind != Everyone {
			who := e.grantee.words()
			if e.Kind == Service {
				who += " on behalf of " + some(e.outside)
			}
			outside = append(outside, who)
		}
	}
	if len(whole) > 0 && !s.isForReplication() {
		accounts := "the whole account " + some(whole)
		if len(whole) > 1 {
			accounts = "the whole accounts " + some(whole)
		}
		meet := ""
		if len(s.Conditions()) > 0 {
			meet = " and whose request meets the conditions"
		}
		f := findingOn(s, at, WholeAccount, "allows access for "+accounts+": for every principal there whose own policies allow it"+meet+", not only for the roles that need it.",
			"Name the roles that pull: role_arns of "+grantType(s)+", with match_roles_by = \"condition\" if they are often created anew. For functions of AWS Lambda in another account, AWS documents the whole account: suppress this finding for that statement.")
		f.acknowledged = j.acknowledged(s, at)
		j.find(f)
	}
	if len(outside) > 0 {
		j.findOn(s, at, OutsideOrganization, "allows access for "+wording.Some(outside, "and")+", which "+verb(len(outside), "is", "are")+" not in the organization of organization_id or organization_accounts.",
			"Take it out of the statement, or add it to organization_accounts if it belongs there.")
	}
}

// isForStrangers reports whether a statement opens the door to principals that are no services.
func (j *judge) isForStrangers(s *statement, at place, o *opening) bool {
	allow := sets(s.as(toEveryone))
	return slices.ContainsFunc(anyOf(at.repository.Partition, nobody, "aws:PrincipalAccount"), func(c caller) bool {
		return slices.ContainsFunc(o.actions, func(action string) bool { return j.decide(c, action, at, allow) != authz.Denied })
	})
}

// opensTo words whom a public statement lets in, up to the verb of: no condition limits it.
func (o *opening) opensTo(public string, s *statement) string {
	isUncertain := !slices.ContainsFunc(o.entries, func(e Entry) bool { return !e.Uncertain })
	text := strings.TrimSpace(allows(isUncertain)) + " access for " + public
	if len(s.Conditions()) > 0 {
		return text + ", if its conditions are met: none of them"
	}
	return text + ": no condition"
}

// isClosedForOutsiders reports whether Deny statements deny all that a statement allows to
// principals that are in no organization, or none of an account, that the policies name; and if
// so, whether to services that act for such accounts, too.
func (j *judge) isClosedForOutsiders(s *statement, at place, o *opening) (isClosed, isClosedForServices bool) {
	if len(j.denies) == 0 {
		return false, false
	}
	all := []typed{s.as(toEveryone)}
	for i := range j.denies {
		all = append(all, j.denies[i].as(asStated))
	}
	policies := sets(all...)
	areDenied := func(callers []caller, known map[string][]string) bool {
		for _, c := range callers {
			c.known = known
			for _, action := range append(s.laterActions(), o.actions...) {
				if j.decide(c, action, at, policies) != authz.Denied {
					return false
				}
			}
		}
		return true
	}
	areOutsidersDenied := func(callers []caller, known map[string][]string, key string) bool {
		known = maps.Clone(known)
		known[key] = []string{"o-zzzzzzzzzz"}
		isOther := areDenied(callers, known)
		known[key] = nil
		return isOther && areDenied(callers, known)
	}
	const ofPrincipal, ofSource = "aws:PrincipalOrgID", "aws:SourceOrgID"
	none := map[string][]string{}
	people := anyOf(at.repository.Partition, nobody)
	if !areDenied(people, none) && !areOutsidersDenied(people, none, ofPrincipal) {
		return false, false
	}
	var services []caller
	for _, name := range append(slices.Clone(j.deniedServices), anyService) {
		services = append(services, caller{principal: name})
	}
	isClosedForServices = areDenied(services, none) || areOutsidersDenied(services, none, ofPrincipal) ||
		areOutsidersDenied(services, map[string][]string{ofPrincipal: nil}, ofSource) && areOutsidersDenied(services, map[string][]string{ofPrincipal: {"o-zzzzzzzzzz"}}, ofSource)
	return true, isClosedForServices
}

// widthFindings are about actions that a pull does not need.
func (j *judge) widthFindings(s *statement, at place, o *opening) {
	needed := actionset.Actions(actionset.PullThroughCache)
	if s.Type == authz.RegistryPolicy { // which can allow the first pull through a cache to create the repository
		needed = actionset.IdentityActions(actionset.PullThroughCache)
	}
	actions := o.actions
	if s.Type == authz.RegistryPolicy {
		actions = slices.Concat(actions, s.registryActions())
	}
	var changes, reads []string
	for _, action := range actions {
		switch {
		case slices.Contains(needed, action) || !actionset.IsAction(action):
		case actionset.Changes(action):
			changes = append(changes, action)
		default:
			reads = append(reads, action)
		}
	}
	isWild := s.Has("NotAction") || slices.ContainsFunc(s.Actions(), awsname.HasWildcard)
	isForMore := !isWild && slices.ContainsFunc(actionset.Names(), func(name actionset.Name) bool { // such as push, which somebody needs
		all := actionset.Actions(name)
		isOther := slices.ContainsFunc(all, func(action string) bool { return !slices.Contains(needed, action) })
		return isOther && !slices.ContainsFunc(all, func(action string) bool { return !slices.Contains(o.actions, action) })
	})
	toPull := func(spec *policy.StatementSpec) bool {
		spec.Actions = slices.DeleteFunc(actionset.Actions(actionset.Pull), func(action string) bool { return !slices.Contains(o.actions, action) })
		return !isForMore
	}
	const remedy = "List only the actions that are needed; a pull needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer."
	switch {
	case isWild:
		by := some(s.Actions())
		if s.Has("NotAction") {
			by = "NotAction"
		}
		j.find(changed(findingOn(s, at, ActionWildcard, fmt.Sprintf("allows actions by %s: %s of those that this provider knows, and all like them that AWS adds later.", by, wording.Counted(len(actions), "action")), remedy), s, at, toPull))
	case s.isForReplication():
	case len(changes) > 0:
		j.find(changed(findingOn(s, at, UnneededChanges, fmt.Sprintf("allows %s, which a pull does not need and which can change images or settings.", some(changes)), remedy), s, at, toPull))
	case len(reads) > 0:
		j.find(changed(findingOn(s, at, UnneededReads, fmt.Sprintf("allows %s, which a pull does not need.", some(reads)), remedy), s, at, toPull))
	}
}

// grantType returns the type of the resource that writes a grant into the policy of a statement.
func grantType(s *statement) string {
	if s.Type == authz.RegistryPolicy {
		return managed.RegistryGrantType
	}
	return managed.GrantType
}

// changed adds to a finding the statement in place of the one that there is, and the resource of
// this provider that writes it, if there is one. change returns false if there is no such
// statement.
func changed(f Finding, s *statement, at place, change func(*policy.StatementSpec) bool) Finding {
	spec := policy.StatementSpec{
		Sid: s.Sid(), Effect: s.Effect(), Principals: s.Principals(), Actions: s.Actions(), Resources: s.Resources(), Conditions: s.Conditions(),
	}
	isPlain := s.Effect() == "Allow" && !s.repeated && len(s.as(asStated).policy.Faults()) == 0 && !s.Has("NotPrincipal") && !s.Has("NotResource")
	if !isPlain || s.anyResource && s.Has("NotResource") || !change(&spec) || len(spec.Actions) == 0 || slices.ContainsFunc(spec.Principals["AWS"], awsname.IsUniqueID) {
		return f
	}
	next := policy.NewStatement(spec)
	f.Statement = next.String()
	repository, check, name := at.repository, managed.CheckGrantImport, at.repository.Name
	if s.Type == authz.RegistryPolicy {
		repository.Name = ""
		check, name = managed.CheckRegistryGrantImport, "registry"
	}
	if check(repository, s.Statement.Statement) != nil || check(repository, next) != nil {
		return f
	}
	label := managed.Label(name + "_" + s.Sid())
	if s.Type == authz.RegistryPolicy {
		f.HCL = managed.RegistryGrantHCL(label, *managed.RegistryGrantOf(next, repository, nil))
	} else {
		f.HCL = managed.GrantHCL(label, repository, *managed.GrantOf(next, repository.Partition, nil))
	}
	f.Remedy += " If no configuration manages the statement yet, import it first: " + managed.ImportCommand(grantType(s)+"."+label, managed.GrantImportID(repository, s.Sid())) + "."
	return f
}
