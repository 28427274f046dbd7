// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// assumptions are what a verdict assumes.
type assumptions struct {
	absent  []absence // the policies that are not set and are assumed not to exist
	other   []string  // sentences
	planned []string  // sentences on what a plan does; not for the explanation, which is the same after the apply
}

// An absence is a phrase for policies that are assumed not to exist.
type absence struct {
	phrase     string
	inSnapshot bool // the snapshot of their side could have them
}

// absentWords says which policies are assumed not to exist, and why.
func (a *assumptions) absentWords(j *verdict.Judgement) []string {
	var sentences []string
	for _, inSnapshot := range []bool{false, true} {
		var phrases []string
		for _, of := range a.absent {
			if of.inSnapshot == inSnapshot {
				phrases = append(phrases, of.phrase)
			}
		}
		if len(phrases) > 0 {
			sentences = append(sentences, "Assumed, because "+whyAbsent(j, inSnapshot)+": no "+wording.List(phrases, "or")+" restricts this.")
		}
	}
	return sentences
}

func whyAbsent(j *verdict.Judgement, inSnapshot bool) string {
	switch in := j.Input(); {
	case !inSnapshot:
		return "not set"
	case in.RegistrySnapshot == nil:
		return verdict.ConsumerSnapshotArgument + " does not have them"
	case in.ConsumerSnapshot == nil:
		return verdict.RegistrySnapshotArgument + " does not have them"
	}
	return "the snapshots do not have them"
}

// The whole is the verdict that the judgement is for, alone or with another one.
func assumptionsOf(j *verdict.Judgement, whole authz.Verdict) assumptions {
	return assumptions{absent: assumedAbsent(j), other: otherAssumptions(j, whole), planned: plannedAssumptions(j)}
}

// sentences says what was assumed, one sentence each.
func (a *assumptions) sentences() []string {
	sentences := make([]string, 0, len(a.absent)+len(a.other)+len(a.planned))
	for _, of := range a.absent {
		sentences = append(sentences, "No "+of.phrase+" restricts this.")
	}
	return append(append(sentences, a.other...), a.planned...)
}

// assumedAbsent returns the policy types that are not set and are assumed not to
// exist.
func assumedAbsent(j *verdict.Judgement) []absence {
	in := j.Input()
	var phrases []absence
	for _, t := range []authz.PolicyType{
		authz.PermissionsBoundary, authz.SessionPolicy, authz.ServiceControlPolicy, authz.ResourceControlPolicy, authz.VPCEndpointPolicy,
	} {
		if t == authz.ResourceControlPolicy {
			phrases = append(phrases, absentRCPs(j)...)
			continue
		}
		// A user has no session policies, as it calls with its own credentials; a
		// federated user's are not assumed away.
		isOfRootUser := t == authz.PermissionsBoundary && j.Principal().Kind == awsname.AccountRoot && !j.Target().IsService() && !j.IsAnyCreator() // who has none
		if in.StateOf(t) == verdict.NotSet && !isOfRootUser && (t != authz.SessionPolicy || j.Target().IsRole()) {
			phrases = append(phrases, absence{wording.Of(t).Phrase, t == authz.ServiceControlPolicy && in.ConsumerSnapshot != nil})
		}
	}
	return withLayers(j, phrases)
}

// absentRCPs names the resource control policies that are not set: those of both organizations,
// which are one within one account, or those of one. The consumer's can only leave the login
// open.
func absentRCPs(j *verdict.Judgement) []absence {
	in, phrase := j.Input(), wording.Of(authz.ResourceControlPolicy).Phrase
	ofRegistry, ofConsumer := in.ResourceControlPolicies.State == verdict.NotSet, in.ConsumerResourceControlPolicies.State == verdict.NotSet
	registry, consumer := in.RegistrySnapshot != nil, in.ConsumerSnapshot != nil
	if ofRegistry && ofConsumer && (registry == consumer || j.Target().SameAccount()) {
		return []absence{{phrase, registry || consumer}}
	}
	var absent []absence
	if ofRegistry && !j.Target().SameAccount() {
		absent = append(absent, absence{phrase + " of the registry's organization", registry})
	}
	if ofConsumer && !j.Target().SameAccount() && j.Verdict() != authz.Denied && hasLogin(j) {
		absent = append(absent, absence{phrase + " of the consumer's organization", consumer})
	}
	return absent
}

// hasLogin reports whether who pulls logs in.
func hasLogin(j *verdict.Judgement) bool {
	return slices.ContainsFunc(j.Decisions(), func(d verdict.Decision) bool { return d.Action == actionset.TokenAction })
}

// withLayers tells the policies of the VPC endpoints apart if only one of them is set.
func withLayers(j *verdict.Judgement, phrases []absence) []absence {
	in := j.Input()
	isSet := func(t authz.PolicyType) bool { return in.StateOf(t) != verdict.NotSet }
	switch last := len(phrases) - 1; {
	case isSet(authz.VPCEndpointPolicy) == isSet(authz.S3EndpointPolicy) || !slices.Contains(j.Actions(), "ecr:GetDownloadUrlForLayer"):
		return phrases
	case isSet(authz.VPCEndpointPolicy):
		return append(phrases, absence{phrase: wording.Of(authz.S3EndpointPolicy).Noun})
	default:
		phrases[last].phrase = "policy of the VPC endpoints of ECR"
		return phrases
	}
}

// otherAssumptions are those that are not the absence of a limit: a registry policy could
// grant as well as deny, and only IAM knows a role's path.
func otherAssumptions(j *verdict.Judgement, whole authz.Verdict) []string {
	in, isAllowed := j.Input(), whole == authz.Allowed
	var sentences []string
	if in.StateOf(authz.RegistryPolicy) == verdict.NotSet && j.Verdict() == whole && registryPolicyMatters(j) {
		could := map[authz.Verdict]string{authz.Allowed: "deny the pull", authz.Denied: "grant the pull", authz.Conditional: "grant the pull or deny it"}
		what := "there is no registry policy, which"
		if len(in.PlannedRegistryStatements) > 0 {
			what = "the registry policy has no other statement than those that are planned; another one"
		}
		sentences = append(sentences, "Assumed, because it is not set: "+what+" could "+could[whole]+".")
	}
	sentences = append(sentences, ofPuller(j, whole)...)
	isPathOpen := slices.Contains(j.UnknownKeys(), "aws:PrincipalArn")           // the path is asked for
	if j.IsPathUnknown() && !isPathOpen && !j.Principal().IsOfIdentityCenter() { // whose roles always have one
		sentences = append(sentences, "Assumed: the role of the session has no path.")
	}
	if things := assumedToExist(j); isAllowed && len(things) > 0 {
		sentences = append(sentences, "Assumed to exist: "+wording.List(things, "and")+".")
	}
	if isAllowed && dependsOnToday(j) {
		sentences = append(sentences, asOfToday(j)+" What this plan removes still counts.")
	}
	if j.PullCreatesRepository() {
		sentences = append(sentences, creationAssumption(j))
	}
	if j.Access() == actionset.PullThroughCache && whole != authz.Denied {
		sentences = append(sentences, upstreamAssumption(j))
	}
	if j.IsRestoring() && whole != authz.Denied {
		sentences = append(sentences, "Assumed: ECR has restored the image when it is pulled.")
	}
	return sentences
}

// asOfToday says of when the policies are that are judged.
func asOfToday(j *verdict.Judgement) string {
	in := j.Input()
	hasSnapshot := in.RegistrySnapshot != nil || in.ConsumerSnapshot != nil
	if hasSnapshot && slices.ContainsFunc(j.Provenances(), func(p verdict.Provenance) bool { return p.Source == verdict.FromSnapshot }) {
		return "Policies are judged as they are today, those of a snapshot as they were when it was read."
	}
	return "Policies are judged as they are today."
}

// creationAssumption says what was assumed of a repository that the first pull is to create.
func creationAssumption(j *verdict.Judgement) string {
	if s := j.Input().RegistrySnapshot; s != nil && s.CacheRule == verdict.Exists {
		return fmt.Sprintf("A pull through cache rule covers the repository %s, which does not exist: the first pull creates it.", j.Repository().Name)
	}
	sentence := fmt.Sprintf("Assumed: a pull through cache rule covers the repository %s, which does not exist", j.Repository().Name)
	if !j.IsFromTemplate() {
		sentence += "; a repository that the first pull creates has the policy that repository_policy is set to"
	}
	return sentence + "."
}

// ofPuller says what the kind of puller leaves open: which role it pulls with, and where it
// runs.
func ofPuller(j *verdict.Judgement, whole authz.Verdict) []string {
	p := j.Puller()
	var sentences []string
	if p.Role != "" && !slices.Contains(j.Obstacles(), verdict.RoleNotAssumable) {
		sentences = append(sentences, fmt.Sprintf("Assumed: role_arn is the role with which %s pulls: %s.", p.Subject, p.Role))
	}
	if j.IsTrustOpen() && whole != authz.Denied {
		sentences = append(sentences, "Assumed: what the role's trust policy asks for is met when "+p.Subject+" assumes the role.")
	}
	if j.IsAnyCreator() && whole != authz.Denied {
		sentences = append(sentences, "Assumed, because role_arn is not set: the policies of the role that creates or updates the function allow this, and no statement of the registry side is about that role alone.")
	}
	if p.OwnRegion && j.PullerRegion() == "" && whole != authz.Denied {
		sentences = append(sentences, fmt.Sprintf("Assumed, because puller_region is not set: %s runs in %s. It pulls from its own Region only.", p.Subject, j.Repository().Region))
	}
	return sentences
}

// assumedToExist names what is judged as existing, though nothing says that it does.
func assumedToExist(j *verdict.Judgement) []string {
	in := j.Input()
	var things []string
	if j.Target().IsRole() && in.RoleExists == verdict.ExistenceUnknown && in.ActualRoleARN == "" {
		things = append(things, "the role "+j.Principal().Name)
	}
	if in.RepositoryExists == verdict.ExistenceUnknown {
		things = append(things, "the repository "+j.Repository().Name)
	}
	return things
}

// registryPolicyMatters reports whether a registry policy that is not set could change
// the verdict. One that only may exist leaves what is not denied without it as it is, or
// open; so only the denials have to be decided again.
func registryPolicyMatters(j *verdict.Judgement) bool {
	isCovered := false
	for _, d := range j.Decisions() {
		policies := j.CompiledFor(d.Action)
		if d.Action != actionset.TokenAction && j.RegistryPolicyCovers(d.Action) {
			policies.Registry, isCovered = authz.PolicySet{Unknown: true}, true
		}
		if d.Verdict == authz.Denied && (len(d.Obstacles) > 0 || authz.Decide(j.Request(d.Action), policies) == authz.Denied) {
			return false
		}
	}
	return isCovered
}

// dependsOnToday reports whether something is allowed by a statement of today that a
// plan may remove: one that a resource of either side may have written and that is not
// planned itself.
func dependsOnToday(j *verdict.Judgement) bool {
	isPlanned := func(t authz.PolicyType, sid string) bool {
		return slices.ContainsFunc(j.PlannedStatements(t), func(s verdict.PlannedStatement) bool { return s.Sid() == sid })
	}
	planned := j.PlannedPolicies()
	for _, d := range j.Decisions() {
		for _, ref := range d.Engine.Statements {
			switch ref.PolicyType {
			case authz.RepositoryPolicy, authz.RegistryPolicy:
				if !isPlanned(ref.PolicyType, ref.Sid) {
					return true
				}
			case authz.IdentityPolicy:
				if !slices.ContainsFunc(planned, func(p verdict.Policy) bool { return p.Name == ref.Policy }) {
					return true
				}
			default: // no resource of this provider writes other policies
			}
		}
	}
	return false
}

// plannedAssumptions says what was assumed because of what is only planned. A role or
// repository that a plan creates looks like one that is misspelt.
func plannedAssumptions(j *verdict.Judgement) []string {
	in, repository := j.Input(), j.Repository()
	var sentences []string
	if !arePoliciesApplied(j) {
		sentences = append(sentences, fmt.Sprintf("Assumed: the plan writes the planned role policies to the %s.", ownerName(j)))
	}
	if j.RoleMissing() && len(in.PlannedRolePolicies) > 0 {
		sentences = append(sentences, fmt.Sprintf("Assumed: this plan creates the role %s, which does not exist today, with %s alone. If it does not, correct role_arn.",
			j.Principal().Name, planned(in.IdentityPolicies, "role policies")))
	}
	if !areStatementsApplied(j, authz.RepositoryPolicy) {
		sentences = append(sentences, fmt.Sprintf("Assumed: the plan writes the planned statements to the policy of the repository %s.", repository.Name))
	}
	if !areStatementsApplied(j, authz.RegistryPolicy) {
		sentences = append(sentences, fmt.Sprintf("Assumed: the plan writes the planned registry statements to the registry policy of the account %s, Region %s.", repository.Account, repository.Region))
	}
	if j.RepositoryMissing() && len(in.PlannedStatements) > 0 {
		sentences = append(sentences, fmt.Sprintf("Assumed: this plan creates the repository %s in account %s, Region %s, which does not exist today, with %s alone. If it does not, correct %s.",
			repository.Name, repository.Account, repository.Region, planned(in.RepositoryPolicy, "statements"), imageArgument(j)))
	}
	return sentences
}

// arePoliciesApplied reports whether every planned role policy is among the identity
// policies already, as it is after the apply.
func arePoliciesApplied(j *verdict.Judgement) bool {
	planned := j.PlannedPolicies()
	if len(planned) == 0 {
		return true
	}
	existing := map[string]string{} // canonical text by key
	for _, p := range j.Before(authz.IdentityPolicy) {
		if !p.Unknown {
			existing[p.Key] = p.Canonical()
		}
	}
	return !slices.ContainsFunc(planned, func(p verdict.Policy) bool { return p.Unknown || existing[p.Key] != p.Canonical() })
}

// areStatementsApplied reports whether every planned statement is in the policy of its type
// already.
func areStatementsApplied(j *verdict.Judgement, t authz.PolicyType) bool {
	planned := j.PlannedStatements(t)
	if len(planned) == 0 {
		return true
	}
	type key struct{ sid, canonical string }
	existing := map[key]bool{}
	for _, p := range j.Before(t) {
		for _, s := range p.Statements() {
			existing[key{s.Sid(), s.Canonical()}] = true
		}
	}
	return !slices.ContainsFunc(planned, func(s verdict.PlannedStatement) bool { return !existing[key{s.Sid(), s.Canonical()}] })
}

// planned names what something that does not exist yet will have.
func planned(existing verdict.Documents, what string) string {
	if len(existing.List) > 0 {
		return "the existing and the planned " + what
	}
	return "the planned " + what
}
