// SPDX-License-Identifier: MPL-2.0

package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/remedy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// remedies words what each side can do.
func remedies(j *verdict.Judgement, list []remedy.Remedy) []Remedy {
	out := make([]Remedy, len(list))
	for i := range list {
		r := &list[i]
		out[i] = Remedy{Side: r.Side, Sentence: changeWords(j, r.Change), HCL: r.HCL, JSON: r.JSON}
		if len(r.Lifted.Statements) > 0 {
			out[i] = withLifted(j, &r.Lifted, out[i])
		}
	}
	return out
}

// changeWords says what to change.
func changeWords(j *verdict.Judgement, change remedy.Change) string {
	repository := j.Repository()
	switch c := change.(type) {
	case remedy.ChangePartition:
		return fmt.Sprintf("Pull with a role of the partition %s, or from a copy of the image in %s.", repository.Partition, j.Principal().Partition)
	case remedy.CorrectImage:
		arns := make([]string, len(c.Intended))
		for i, intended := range c.Intended {
			arns[i] = printed.Value(intended.ARN())
		}
		return fmt.Sprintf("Correct %s, if %s is meant.", imageArgument(j), wording.Some(arns, "or"))
	case remedy.CorrectActions:
		return correctActions(c.Unlisted)
	case remedy.ChangePuller:
		return changePuller(j, c.Obstacle)
	case remedy.CreateRole:
		return fmt.Sprintf("Create the role %s, or correct role_arn.", j.Principal().Name)
	case remedy.ProvideImage:
		return provideImage(j, c.Obstacle)
	case remedy.RenewSnapshot:
		return renewSnapshot(j, c.Of)
	case remedy.CreateRepository:
		if j.Access() == actionset.PullThroughCache {
			return fmt.Sprintf("Create a pull through cache rule in Region %s whose prefix covers %s, since no rule does; or correct the image.", repository.Region, repository.Name)
		}
		cache := fmt.Sprintf("check with access = %q", actionset.PullThroughCache)
		if s := j.Input().RegistrySnapshot; s != nil && s.CacheRule == verdict.Missing {
			cache = "create a pull through cache rule whose prefix covers it, since no rule does"
		}
		return fmt.Sprintf("Create the repository %s in Region %s, or correct the image. If a pull through cache is to create it, %s.", repository.Name, repository.Region, cache)
	case remedy.TagRepository:
		sentence := tagRepository(j, c.Tags)
		if len(c.Or) > 0 {
			sentence += fmt.Sprintf(" Or instead, on the consumer side, account %s: tag %s.", j.Principal().Account, principalTags(j, c.Or, ""))
		}
		return sentence
	case remedy.TagPrincipal:
		return tagPrincipal(j, c.Tags)
	case remedy.CompleteRoleARN:
		return completeRoleARN(j)
	case remedy.AllowRole:
		return allowRole(j, &c)
	case remedy.GrantRole:
		return grantRole(j, &c)
	case remedy.ExtendLimit:
		return extendLimit(j, &c)
	case remedy.ChangeDeny:
		return changeDeny(j, &c)
	case remedy.SupplyPolicies:
		return alsoOpen(j, j.UnknownArgumentsOf(c.Type, "")[0], "it is not known, and may deny the pull") + supplyPolicies(j, c.Type) + onlyByDeny(j, c.Type)
	case remedy.SupplyConsumerRCPs:
		return alsoOpen(j, verdict.ConsumerRCPs, "it is not known, and may deny the pull") + supply{side: verdict.Consumer, argument: verdict.ConsumerRCPs, what: "the resource control policies of each level of the organization of account " + j.Principal().Account}.sentence(j)
	case remedy.SupplyExistence:
		return alsoOpen(j, verdict.RepositoryExists, "if it does not exist, the pull also needs ecr:CreateRepository") + supply{
			side: verdict.Registry, argument: verdict.RepositoryExists, what: "whether the repository " + repository.Name + " exists",
			unread: ": the first pull through a cache creates it", reads: []string{"ecr:GetRepositoryPolicy"},
		}.sentence(j)
	case remedy.GrantInRegistry:
		name := repository.Name
		if j.RepositoryMissing() {
			name += ", which does not exist yet,"
		}
		return fmt.Sprintf("Grant %s on the repository %s to %s in the registry policy of Region %s.",
			wording.List(c.Actions, "and"), name, printed.Value(cmp.Or(c.AnyPath, j.RoleARN())), repository.Region) + aboutGrantee(j, c.AnyPath)
	case remedy.SupplyCreator:
		return "Set role_arn to the role that creates and updates the function, and its policies."
	case remedy.SupplyKey:
		return alsoOpen(j, printed.Value(c.Unknown[0].Key), "the pull also depends on it") + supplyKey(j, &c)
	case remedy.CorrectKey:
		return correctKey(j, &c)
	case remedy.ReviewStatement:
		return reviewStatement(j, &c)
	}
	return ""
}

// tagRepository says which tags the repository needs or must lose, and the statements that
// ask for that.
func tagRepository(j *verdict.Judgement, tags []remedy.Tag) string {
	isRemoved := func(tag remedy.Tag) bool { return tag.Removed }
	var sentences []string
	if set := slices.DeleteFunc(slices.Clone(tags), isRemoved); len(set) > 0 {
		sentences = append(sentences, setTags(j, set))
	}
	if removed := slices.DeleteFunc(slices.Clone(tags), func(tag remedy.Tag) bool { return !tag.Removed }); len(removed) > 0 {
		sentences = append(sentences, removeTags(j, removed))
	}
	return strings.Join(sentences, " ") + otherValues(j, tags, verdict.TagKeys)
}

// tagPrincipal says which tags the principal needs, and the statements that ask for that.
func tagPrincipal(j *verdict.Judgement, tags []remedy.Tag) string {
	sentence := fmt.Sprintf("Tag %s. In its aws_iam_%s, add to its tags: %s.",
		principalTags(j, tags, asAsked(j, tags)), kindToTag(j), tagsHCL(tags))
	if j.Principal().Kind == awsname.RoleSession {
		sentence += " A session tag with this key overrules it."
	}
	return sentence + otherValues(j, tags, verdict.PrincipalTagKeys)
}

// principalTags names the principal and its tags, with the command that sets them.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func principalTags(j *verdict.Judgement, tags []remedy.Tag, asAsked string) string {
	kind := kindToTag(j)
	command := managed.Command(append([]string{"aws", "iam", "tag-" + kind, "--" + kind + "-name", j.Principal().Name, "--tags"}, tagArguments(tags)...)...)
	return fmt.Sprintf("the %s with %s%s: %s", ownerName(j), tagPairs(tags), asAsked, printed.Message(command))
}

// kindToTag is the kind of the principal as the AWS CLI has it.
func kindToTag(j *verdict.Judgement) string {
	if j.Target().IsRole() {
		return "role"
	}
	return "user"
}

// tagPairs lists tags with their values.
func tagPairs(tags []remedy.Tag) string {
	var pairs []string
	for _, tag := range tags {
		pair := printed.Value(tag.Key) + " = " + printed.Value(tag.Value)
		switch tag.Pattern {
		case "":
		case "*":
			pair += " (any value will do)"
		default:
			pair += " (any value that matches " + printed.Value(tag.Pattern) + " will do)"
		}
		pairs = append(pairs, pair)
	}
	return wording.List(pairs, "and")
}

// asAsked says which statements ask for tags, and with what they compare them.
func asAsked(j *verdict.Judgement, tags []remedy.Tag) string {
	text := ", as the condition of " + statementsIn(j, statementsOf(tags)) + " asks"
	var compared []string
	for _, tag := range tags {
		if key := printed.Value(tag.Compared); tag.Compared != "" && !slices.Contains(compared, key) {
			compared = append(compared, key)
		}
	}
	if len(compared) > 0 {
		text += ", which compares the tag with " + wording.Some(compared, "and")
	}
	return text
}

func tagArguments(tags []remedy.Tag) []string {
	var arguments []string
	for _, tag := range tags {
		arguments = append(arguments, "Key="+tag.Key+",Value="+tag.Value)
	}
	return arguments
}

func tagsHCL(tags []remedy.Tag) string {
	var hcl []string
	for _, tag := range tags {
		hcl = append(hcl, managed.StringHCL(tag.Key)+" = "+managed.StringHCL(tag.Value))
	}
	return strings.Join(hcl, ", ")
}

func setTags(j *verdict.Judgement, tags []remedy.Tag) string {
	return fmt.Sprintf("Tag the repository %s with %s%s: %s. In its aws_ecr_repository, add to its tags: %s.",
		j.Repository().Name, tagPairs(tags), asAsked(j, tags), tagCommand(j, "tag-resource", "--tags", tagArguments(tags)), tagsHCL(tags))
}

func removeTags(j *verdict.Judgement, tags []remedy.Tag) string {
	var keys, others []string
	for _, tag := range tags {
		keys = append(keys, tag.Key)
		if len(tag.Not) > 0 {
			none := "other than "
			if tag.NotLike {
				none = "that does not match "
			}
			others = append(others, "give "+printed.Value(tag.Key)+" a value "+none+wording.Some(printed.Values(tag.Not), "or"))
		}
	}
	sentence := fmt.Sprintf("Remove the tag %s from the repository %s%s: %s. In its aws_ecr_repository, remove it from its tags, and from default_tags of the provider.",
		wording.Some(printed.Values(keys), "and"), j.Repository().Name, asAsked(j, tags), tagCommand(j, "untag-resource", "--tag-keys", keys))
	if len(others) > 0 {
		sentence += " Or " + wording.List(others, "and") + "."
	}
	return sentence
}

func statementsOf(tags []remedy.Tag) []authz.StatementRef {
	var refs []authz.StatementRef
	for _, tag := range tags {
		if !slices.Contains(refs, tag.Statement) {
			refs = append(refs, tag.Statement)
		}
	}
	return refs
}

func tagCommand(j *verdict.Judgement, command, option string, arguments []string) string {
	repository := j.Repository()
	words := append([]string{"aws", "ecr", command, "--region", repository.Region, "--resource-arn", repository.ARN(), option}, arguments...)
	return printed.Message(managed.Command(words...))
}

// otherValues says which tags have another value today.
func otherValues(j *verdict.Judgement, tags []remedy.Tag, keysOf func(string) []string) string {
	var other []string
	for _, tag := range tags {
		for key, values := range j.Input().Context {
			isOfTag := slices.ContainsFunc(keysOf(tag.Key), func(form string) bool { return strings.EqualFold(key, form) })
			if isOfTag && len(values) > 0 && (tag.Removed || !slices.Contains(values, tag.Value)) {
				other = append(other, printed.Value(tag.Key)+" is "+wording.Some(printed.Values(values), "and"))
			}
		}
	}
	if len(other) == 0 {
		return ""
	}
	slices.Sort(other)
	return fmt.Sprintf(" Today %s: make sure that nobody relies on that, or correct the condition.", wording.List(slices.Compact(other), "and"))
}

// correctActions says which actions to judge instead of some that AWS does not list.
func correctActions(unlisted []string) string {
	words := make([]string, len(unlisted))
	for i, action := range unlisted {
		words[i] = printed.Value(action)
		if authorizing, ok := actionset.AuthorizedAs(action); ok {
			words[i] += fmt.Sprintf(" (ECR authorizes it as %s: write that)", authorizing)
		} else if meant := actionset.Meant(action); meant != "" {
			words[i] += fmt.Sprintf(" (did you mean %s?)", meant)
		}
	}
	return fmt.Sprintf("Correct actions, and check again: AWS does not list %s as an action of ECR, so no policy should allow it.", wording.Some(words, "or"))
}

func completeRoleARN(j *verdict.Judgement) string {
	command := managed.Command("aws", "iam", "get-role", "--role-name", j.Principal().Name, "--query", "Role.Arn", "--output", "text")
	return fmt.Sprintf("Set role_arn to the ARN of the role with its path: %s prints it. A role of IAM Identity Center always has a path that begins with /aws-reserved/sso.amazonaws.com/, so none has the ARN %s.",
		printed.Message(command), printed.Value(j.RoleARN()))
}

// aboutGrantee says what a grant to an account means, and what else one to a role of IAM Identity
// Center whose path is not known can be; empty for others.
func aboutGrantee(j *verdict.Judgement, anyPath string) string {
	if j.Principal().Kind == awsname.AccountRoot {
		return " This grants it to the account: to every role and user in it that its own policies allow to."
	}
	if anyPath == "" {
		return ""
	}
	return " The role has a path that is not known here, and AWS takes no wildcard in a Principal: the statement names the account, with a condition on aws:PrincipalArn. Or " + lowered(completeRoleARN(j)) + " Then grant to that ARN."
}

// changePuller says how the puller comes to an image that it can pull.
func changePuller(j *verdict.Judgement, o verdict.Obstacle) string {
	p := j.Puller()
	switch o {
	case verdict.RegionMismatch:
		return fmt.Sprintf("Pull from a repository in %s: let the registry side replicate this one there, or copy the image. Or run in %s.", j.PullerRegion(), j.Repository().Region)
	case verdict.HostNotSupported:
		return fmt.Sprintf("Write the image with the host %s.dkr.ecr.%s of the registry, without fips.", j.Repository().Account, j.Repository().Region)
	case verdict.AccountMismatch:
		return "Set imagePullCredentialsType = SERVICE_ROLE in the environment of the project, and check with puller = \"codebuild\" and the service role of the project as role_arn."
	case verdict.RoleNotAssumable:
		sentence := fmt.Sprintf("Set role_arn to %s. Or, if this is that role, ", cutRole(p.Role))
		if j.IsTrustDenied() {
			return sentence + fmt.Sprintf("remove the Deny of %s from its trust policy, or change it so that it does not apply to %s.", p.Action(), verdict.TrustedBy(&p))
		}
		if j.IsTrustOfOtherAccount() {
			return sentence + fmt.Sprintf("correct its trust policy: it lets %s assume the role only under a condition on aws:SourceAccount that account %s does not meet.", verdict.TrustedBy(&p), j.Principal().Account)
		}
		return sentence + fmt.Sprintf("let %s assume it (%s) in its trust policy.", verdict.TrustedBy(&p), p.Action())
	default:
		return ""
	}
}

// cutRole returns the first part of what says which role pulls.
func cutRole(role string) string {
	first, _, _ := strings.Cut(role, ";")
	return first
}

func allowRole(j *verdict.Judgement, c *remedy.AllowRole) string {
	if c.ServiceLinked {
		return fmt.Sprintf("Pull with another role: %s is a service-linked role, whose policies only AWS changes.", printed.Value(j.RoleARN()))
	}
	sentence := fmt.Sprintf("allow %s on *", actionset.TokenAction)
	switch onRepository := wording.List(c.Actions, "and") + " on the repository"; {
	case c.NoLogin:
		sentence = "allow " + onRepository
	case len(c.Actions) > 0:
		sentence += ", and " + onRepository + ","
	}
	sentence += " to the " + ownerName(j) + "."
	if c.PermissionSet {
		sentence += " It is a role of IAM Identity Center: add the statements to the inline policy of its permission set."
	}
	if c.Corrected == "" {
		return wording.Capitalized(ifRight(j, c.Uncertain) + once(j.RoleMissing(), false) + sentence)
	}
	sentence = fmt.Sprintf("correct the inline policy %s: %s", printed.Name(c.Corrected), sentence)
	if c.Several {
		sentence += " Remove from repository_arns what is there by mistake."
	}
	if c.Import != "" {
		sentence += fmt.Sprintf(" Unless an %s manages it already, import it first: %s.", managed.RolePolicyType, printed.Message(c.Import))
	}
	return wording.Capitalized(ifRight(j, c.Uncertain) + sentence)
}

func grantRole(j *verdict.Judgement, c *remedy.GrantRole) string {
	sentence := fmt.Sprintf("grant %s to %s in the policy of the repository %s.", wording.List(c.Actions, "and"), printed.Value(cmp.Or(c.AnyPath, j.RoleARN())), j.Repository().Name) + aboutGrantee(j, c.AnyPath)
	if c.Corrected == "" {
		sentence = once(j.RoleMissing(), j.RepositoryMissing()) + sentence
	} else {
		sentence = fmt.Sprintf("correct the statement %s: %s", printed.Quoted(c.Corrected), sentence) + takeOver(c)
	}
	sentence = ifRight(j, c.Uncertain) + sentence
	if len(c.Before) > 0 {
		sentence += fmt.Sprintf(" ECR rejects every change of the policy while it names a principal that does not exist (\"Principal not found\"): first correct or remove %s, "+
			"or, if a grant wrote it, apply that grant again: its plan shows the ID instead of the ARN.", statementsIn(j, c.Before))
	}
	if c.PathUnknown && c.AnyPath == "" {
		sentence += " If the role has a path, write the path before the role's name: the ARN of a session does not have it."
	}
	return wording.Capitalized(sentence)
}

// takeOver says how a grant comes to manage the statement that it corrects: without an
// import its Sid is rejected.
func takeOver(c *remedy.GrantRole) string {
	switch {
	case c.Import == "":
		return ""
	case c.Deleted:
		return fmt.Sprintf(" The statement names a role or user that was deleted. If a grant manages it, apply that grant again: its plan shows the ID instead of the ARN. Otherwise import it first: %s.", printed.Message(c.Import))
	default:
		return fmt.Sprintf(" Unless a grant manages it already, import it first: %s.", printed.Message(c.Import))
	}
}

// ifRight begins the sentence of a remedy that rests on arguments that may be wrong.
func ifRight(j *verdict.Judgement, uncertain remedy.Uncertain) string {
	switch {
	case uncertain.Image && uncertain.Role:
		return "if " + imageArgument(j) + " and role_arn are right, "
	case uncertain.Image:
		return "if " + imageArgument(j) + " is right, "
	case uncertain.Role:
		return "if role_arn is right, "
	default:
		return ""
	}
}

// once begins the sentence of a remedy that needs what does not exist yet: ECR rejects a
// principal that does not exist.
func once(role, repository bool) string {
	switch {
	case role && repository:
		return "once role and repository exist, "
	case role:
		return "once the role exists, "
	case repository:
		return "once the repository exists, "
	default:
		return ""
	}
}

func extendLimit(j *verdict.Judgement, c *remedy.ExtendLimit) string {
	actions := wording.List(c.Actions, "and")
	switch {
	case c.Type == authz.SessionPolicy && j.Principal().Kind == awsname.FederatedUser:
		return fmt.Sprintf("Call GetFederationToken with session policies that allow %s: a federated user without any has no permissions.", actions)
	case c.Type == authz.SessionPolicy:
		return fmt.Sprintf("Assume the role with session policies that allow %s, or with none.", actions)
	case c.Type == authz.ServiceControlPolicy:
		return fmt.Sprintf("Ask the administrators of the organization to allow %s in the service control policies of %s.%s", actions, cmp.Or(strings.TrimPrefix(strings.TrimPrefix(ofLevels(j, lackingLevels(j), "and"), " in "), " of "), "every level"), alsoListed(j))
	}
	limit := wording.Of(c.Type).Noun
	if c.Type == authz.S3EndpointPolicy {
		return fmt.Sprintf("Add these statements to the %s: it must allow %s on the layers to everyone, as AWS's minimum policy for Amazon ECR does: AWS does not say who signs the requests for layers.", limit, actions)
	}
	if c.BoundaryARN != "" {
		limit += " " + printed.Value(c.BoundaryARN)
	}
	if c.OfAWS {
		return fmt.Sprintf("Replace the %s, which only AWS changes, by one of your own that has these statements, too: it does not allow %s.", limit, actions)
	}
	return fmt.Sprintf("Add these statements to the %s, which does not allow %s.", limit, actions)
}

// alsoListed says that those who write service_control_policies may have left out a policy.
func alsoListed(j *verdict.Judgement) string {
	if j.Input().ServiceControlPolicies.Source == verdict.FromSnapshot {
		return ""
	}
	return " Where FullAWSAccess is attached, list it in service_control_policies, too."
}

// lackingLevels are the levels of the organization that do not allow one of the actions.
func lackingLevels(j *verdict.Judgement) []int {
	var levels []int
	for _, d := range j.Decisions() {
		levels = append(levels, d.Engine.LackingLevels...)
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

func changeDeny(j *verdict.Judgement, c *remedy.ChangeDeny) string {
	begin := "Change"
	if c.Statement.PolicyType == authz.ServiceControlPolicy || c.Statement.PolicyType == authz.ResourceControlPolicy {
		begin = "Ask the administrators of the organization to change"
	}
	sentence := fmt.Sprintf("%s %s so that it does not apply to this pull: it denies %s, and an explicit deny overrides every Allow.", begin, statementIn(j, c.Statement), wording.List(c.Actions, "and"))
	if c.OfAWS != "" {
		sentence = detach(j, c)
	}
	if reached := exclusions(j, c); len(reached) > 0 {
		sentence += " It applies to " + strings.Join(reached, ". It applies to ") + "."
	}
	if conditions := conditionsOf(j, c.Statement); len(conditions) > 0 {
		sentence += fmt.Sprintf(" It applies if %s.", appliedList(j, conditions, c.Actions))
	}
	return sentence
}

// appliedList writes the conditions of a Deny that applies to actions, and which of their keys
// the requests do not have: that is often the cause.
func appliedList(j *verdict.Judgement, conditions []policy.Condition, actions []string) string {
	words := make([]string, len(conditions))
	for i, c := range conditions {
		states := map[authz.KeyState]bool{}
		for _, action := range actions {
			state, _ := j.Request(action).Lookup(c.Variable)
			states[state] = true
		}
		words[i] = conditionWords(c, !states[authz.KeyAbsent] && !states[authz.KeyUnknown])
		if len(states) == 1 && states[authz.KeyAbsent] {
			words[i] += " (this pull does not have the key)"
		}
	}
	return wording.Some(words, "and")
}

// detach says that a policy that only AWS changes must go.
func detach(j *verdict.Judgement, c *remedy.ChangeDeny) string {
	policyName, instead := "the managed policy "+printed.Value(c.OfAWS), ", with all that it allows"
	if c.Statement.PolicyType == authz.PermissionsBoundary {
		policyName, instead = "the permissions boundary "+printed.Value(c.OfAWS), ", or replace it by one of your own"
	}
	return fmt.Sprintf("Find out why %s is attached to the %s, and detach it%s: %s denies %s, an explicit deny overrides every Allow, and only AWS changes this policy.",
		policyName, ownerName(j), instead, statementIn(j, c.Statement), wording.List(c.Actions, "and"))
}

// exclusions says why a Deny statement reaches what it does not name: NotAction,
// NotResource and NotPrincipal deny everything that they do not list.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func exclusions(j *verdict.Judgement, c *remedy.ChangeDeny) []string {
	s, ok := j.Statement(c.Statement)
	if !ok {
		return nil
	}
	var reached []string
	if s.Has("NotAction") {
		reached = append(reached, wording.List(c.Actions, "and")+", which its NotAction does not list")
	}
	if s.Has("NotResource") {
		isLogin := func(action string) bool { return action == actionset.TokenAction }
		if slices.ContainsFunc(c.Actions, isLogin) {
			reached = append(reached, actionset.TokenAction+", which has no resource: * is not among its NotResource")
		}
		if !isLogin(c.Actions[len(c.Actions)-1]) { // the login comes first
			reached = append(reached, printed.Value(j.Repository().ARN())+", which its NotResource does not list")
		}
	}
	switch {
	case !s.Has("NotPrincipal"):
	case len(j.Policies(authz.PermissionsBoundary)) > 0:
		reached = append(reached, "the "+ownerName(j)+" because of its permissions boundary: a Deny with NotPrincipal applies to every role and user that has one, also to those that it lists; use a condition on aws:PrincipalArn instead")
	default:
		reached = append(reached, printed.Value(j.RoleARN())+", which its NotPrincipal does not list")
	}
	return reached
}

func correctKey(j *verdict.Judgement, c *remedy.CorrectKey) string {
	instead := ""
	if c.Nearest != "" {
		instead = " to " + printed.Value(c.Nearest)
	}
	return fmt.Sprintf("Correct the condition key %s%s in %s: AWS does not list this key, and requests probably do not have it. Set %s to see the verdict without it.",
		printed.Quoted(c.Key), instead, statementsIn(j, c.Statements), contextHCL(c.Key, "[]"))
}

func reviewStatement(j *verdict.Judgement, c *remedy.ReviewStatement) string {
	cause := ""
	switch why := c.Cause.(type) {
	case nil:
		if c.Statement.PolicyType == authz.S3EndpointPolicy {
			return fmt.Sprintf("Review %s: layers come from a bucket of Amazon ECR, and AWS does not say who signs the requests for them, so what the statement compares is not known. See that it allows %s on %s, or leaves that out if it denies.", statementIn(j, c.Statement), verdict.LayerAction, j.Layers())
		}
		sentence := fmt.Sprintf("Review %s: the verdict depends on it, and this check cannot evaluate it.", statementIn(j, c.Statement))
		if why := uncertainty(j, c.Statement); why != "" {
			sentence += " " + wording.Sentence(why)
		}
		return sentence
	case remedy.ContestedRCP:
		return fmt.Sprintf("Make sure that %s does not deny the login: AWS's pages contradict each other on whether a resource control policy of the caller's organization applies to %s.", statementIn(j, c.Statement), actionset.TokenAction)
	case remedy.Misplaced:
		cause = "AWS would reject it: " + misplacementWords(why.Misplacement)
	case remedy.Rejected:
		cause = "AWS would reject it: " + printed.Message(why.Problem)
	case remedy.NamesSession:
		cause = fmt.Sprintf("its Principal %s is one session of the role, and it is not known which session pulls; name the role, %s, or set role_arn to the session if no other one pulls", printed.Value(why.Session), printed.Value(j.RoleARN()))
	}
	return fmt.Sprintf("Correct %s. %s.", statementIn(j, c.Statement), wording.Capitalized(cause))
}

// uncertainty says what keeps a statement from being evaluated, and what to write instead; it
// is empty where that is not known.
func uncertainty(j *verdict.Judgement, ref authz.StatementRef) string {
	for _, d := range j.Decisions() {
		for _, u := range d.Engine.Uncertainties {
			switch u := u.(type) {
			case authz.UncertainElement:
				if u.Statement == ref {
					return uncertainElement(&u) + ": " + elementInstead(j, &u)
				}
			case authz.UncertainComparison:
				if u.Statement == ref {
					return comparison(&u) + comparisonInstead(&u)
				}
			case authz.LacksSetOperator:
				if u.Statement == ref {
					return setOperator(&u) + ": write ForAnyValue:" + printed.Value(u.Operator)
				}
			case authz.FaultyStatement:
				switch {
				case u.Statement != ref:
				case len(u.Problems) > 0:
					return problem(&u.Problems[0])
				case len(u.OfDocument) > 0:
					return "AWS would reject the document: " + problem(&u.OfDocument[0])
				}
			default: // not on a statement, or with a remedy of its own
			}
		}
	}
	return ""
}

// elementInstead says what to write in an element so that it certainly means what is asked.
func elementInstead(j *verdict.Judgement, u *authz.UncertainElement) string {
	switch u.Element {
	case "NotPrincipal":
		return fmt.Sprintf("list both %s and %s", printed.Value(j.RoleARN()), printed.Value(awsname.RootARN(j.Principal().Partition, j.Principal().Account)))
	case "Principal":
		if j.Target().IsService() {
			return "name " + printed.Value(u.Asked) + " under Service"
		}
		return "name the " + strings.SplitN(ownerName(j), " ", 2)[0] + " or its account under AWS"
	}
	return "write all six parts of the ARN, as in " + printed.Value(u.Asked)
}

// comparisonInstead says what to write under an ARN operator; it is empty for others.
func comparisonInstead(u *authz.UncertainComparison) string {
	isShort := func(value string) bool { return strings.Count(value, ":") < 5 }
	if !strings.Contains(u.Operator, "Arn") || !slices.ContainsFunc(u.Values, isShort) {
		return ""
	}
	return ": write all six parts of the ARN, with * in a part that does not matter"
}

// withLifted has a remedy say which conditions it makes pointless. If it is enough to meet
// one of them, the remedy says first how to.
func withLifted(j *verdict.Judgement, lifted *remedy.Lifted, r Remedy) Remedy {
	refs := lifted.Statements
	switch {
	case lifted.ExcludedBy != nil:
		r.Sentence = fmt.Sprintf("No pull meets both the condition of %s (%s) and that of %s%s. Meet that one and correct this one. Or %s",
			statementIn(j, refs[0]), conditionList(conditionsOf(j, refs[0])), statementIn(j, *lifted.ExcludedBy), whyExcluded(conditionsOf(j, refs[0]), conditionsOf(j, *lifted.ExcludedBy)), lowered(r.Sentence))
	case lifted.IsEnough:
		r.Sentence = fmt.Sprintf("%s already allows this if %s. Or %s",
			wording.Capitalized(statementIn(j, refs[0])), howToMeet(j, refs[0]), lowered(r.Sentence))
	}
	for _, never := range lifted.Never {
		r.Sentence = fmt.Sprintf("This pull can never meet the condition of %s: %s. Correct it, if it is to allow this pull. Or %s",
			statementIn(j, never.Statement), neverList(j, &never), lowered(r.Sentence))
	}
	effect := fmt.Sprintf("the condition of %s no longer restricts %s.", statementsIn(j, refs), noLongerRestricted(j, refs))
	r.Sentence += " After that, " + effect
	if r.HCL != "" {
		r.HCL = "# With this, " + effect + "\n" + r.HCL
	}
	return r
}

// noLongerRestricted says whom a condition restricts no longer after a remedy. A service
// control policy cannot allow something to one principal alone: it has no Principal.
func noLongerRestricted(j *verdict.Judgement, refs []authz.StatementRef) string {
	if slices.ContainsFunc(refs, func(ref authz.StatementRef) bool { return ref.PolicyType == authz.ServiceControlPolicy }) {
		return "anyone in the accounts that the service control policies apply to"
	}
	return "the " + ownerName(j)
}

// whyExcluded says why no request meets conditions of two statements; empty where they say it.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func whyExcluded(one, other []policy.Condition) string {
	all := slices.Concat(one, other)
	has := func(part string) bool {
		return slices.ContainsFunc(all, func(c policy.Condition) bool { return strings.Contains(strings.ToLower(c.Variable), part) })
	}
	switch {
	case has("aws:sourceip") && (has("aws:sourcevpc") || has("aws:vpc")):
		return ": a request through a VPC endpoint has no aws:SourceIp"
	case has("orgpaths"):
		return ": the paths of an organization begin with its ID"
	}
	for _, c := range one {
		isSame := func(d policy.Condition) bool { return strings.EqualFold(c.Variable, d.Variable) }
		if slices.ContainsFunc(other, isSame) {
			return ": what they ask of " + printed.Value(c.Variable) + " excludes each other"
		}
	}
	return ""
}

// neverList writes conditions that a pull can never meet, with what the request has instead.
func neverList(j *verdict.Judgement, never *remedy.NeverMet) string {
	words := make([]string, len(never.Conditions))
	s, _ := j.Statement(never.Statement)
	for i, c := range never.Conditions {
		words[i] = conditionWords(c, false)
		why := contradicts(j, c, never.Tags)
		if why == "" {
			why = whyNever(j, &s, c)
		}
		if why != "" {
			words[i] += " (" + why + ")"
		}
	}
	return wording.Some(words, "and")
}

// contradicts says that another statement asks for a tag that does not meet a condition; empty
// where none does.
func contradicts(j *verdict.Judgement, c policy.Condition, tags []remedy.Tag) string {
	for _, tag := range tags {
		keys := verdict.TagKeys(tag.Key)
		switch {
		case !strings.EqualFold(c.Variable, keys[0]) && !strings.EqualFold(c.Variable, keys[1]):
		case tag.Removed:
			return statementIn(j, tag.Statement) + " asks for a repository without this tag"
		default:
			return fmt.Sprintf("%s asks for %s = %s, and a tag has one value", statementIn(j, tag.Statement), printed.Value(tag.Key), printed.Value(tag.Value))
		}
	}
	return ""
}

// whyNever says why a pull can never meet a condition; empty where the condition says it.
func whyNever(j *verdict.Judgement, s *verdict.Statement, c policy.Condition) string {
	state, values := requestOf(j).Follows(c.Variable)
	isVariable := func(value string) bool { return strings.Contains(value, "${") }
	wildcard := authz.LiteralWildcard(c)
	switch {
	case state == authz.KeyKnown:
		return "here it is " + wording.Some(printed.Values(values), "and")
	case state == authz.KeyAbsent:
		return "no request of the " + ownerName(j) + " has this key"
	case s.Version != policy.Version2012 && slices.ContainsFunc(c.Values, isVariable):
		return "without the Version " + policy.Version2012 + " it is no policy variable"
	case wildcard != "":
		return c.Test + " does not take * and ? as wildcards; StringLike does"
	}
	return cmp.Or(comparedValues(j, s, c), whichOrganization(j, c.Variable))
}

// requestOf is a request on the repository.
func requestOf(j *verdict.Judgement) authz.Request { return j.Request(j.Actions()[0]) }

// comparedValues says what is known of the condition keys that a condition compares with each
// other; empty for one that compares with texts alone.
func comparedValues(j *verdict.Judgement, s *verdict.Statement, c policy.Condition) string {
	keys := []string{c.Variable}
	for _, value := range c.Values {
		p, _ := pattern.Parse(value, pattern.Syntax{Variables: s.Version == policy.Version2012})
		for _, variable := range p.Variables() {
			if !slices.Contains(keys, variable.Written) {
				keys = append(keys, variable.Written)
			}
		}
	}
	if len(keys) == 1 {
		return ""
	}
	var known []string
	for _, key := range keys {
		if state, values := requestOf(j).Lookup(key); state == authz.KeyKnown || state == authz.KeyAbsent {
			known = append(known, valueOf(key, values))
		}
	}
	return wording.Some(known, "and")
}

// whichOrganization says in which organization an account is that a condition key is about; empty
// where it is about none, or that is not known.
func whichOrganization(j *verdict.Judgement, key string) string {
	account, id := ownerName(j), "aws:PrincipalOrgID"
	switch strings.ToLower(key) {
	case "aws:principalorgid", principalOrgPaths:
	case "aws:resourceorgid", resourceOrgPaths:
		account, id = "repository", "aws:ResourceOrgID"
	default:
		return ""
	}
	switch state, values := requestOf(j).Lookup(id); state {
	case authz.KeyKnown:
		return "the account of the " + account + " is in the organization " + printed.Value(values[0])
	case authz.KeyAbsent:
		return "the account of the " + account + " is in no organization"
	case authz.KeyPresent, authz.KeyUnknown:
	}
	return ""
}

const (
	principalOrgPaths = "aws:principalorgpaths"
	resourceOrgPaths  = "aws:resourceorgpaths"
)

// whichUnit says in which organizational unit an account is that a condition key is about; empty
// where it is about none, or that is not known.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/move_account_to_ou.html
func whichUnit(j *verdict.Judgement, key string) string {
	account := map[string]string{principalOrgPaths: ownerName(j), resourceOrgPaths: "repository"}[strings.ToLower(key)]
	state, paths := requestOf(j).Lookup(key)
	if account == "" || state != authz.KeyKnown {
		return ""
	}
	return fmt.Sprintf("the account of the %s is in %s, and only the administrators of the organization can move it", account, wording.Some(printed.Values(paths), "and"))
}

// howToMeet writes the conditions of a statement, with what meets those that a pull can do
// something about.
func howToMeet(j *verdict.Judgement, ref authz.StatementRef) string {
	s, _ := j.Statement(ref)
	conditions := s.Conditions()
	words := make([]string, len(conditions))
	for i, condition := range conditions {
		how := comparedValues(j, &s, condition)
		if isPositive(condition) {
			how = cmp.Or(meets[strings.ToLower(condition.Variable)], how, whichUnit(j, condition.Variable))
		}
		words[i] = conditionWords(condition, false)
		if how != "" {
			words[i] += " (" + how + ")"
		}
	}
	return wording.Some(words, "and")
}

// meets says what makes a request carry a value of a key.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
var meets = map[string]string{
	"aws:sourceip":   "pull from such an address, and not through a VPC endpoint",
	"aws:sourcevpc":  "pull from that VPC, through a VPC endpoint",
	"aws:sourcevpce": "pull through that VPC endpoint",
}

// isPositive reports whether a condition asks for its values, and does not rule them out.
func isPositive(condition policy.Condition) bool {
	test := strings.ToLower(condition.Test)
	return test != "null" && !strings.Contains(test, "not")
}

// lowered returns the text with a small first letter, to go on within a sentence.
func lowered(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

// alsoOpen begins what to supply for a verdict that is denied already.
func alsoOpen(j *verdict.Judgement, what, why string) string {
	if j.Verdict() == authz.Denied {
		return fmt.Sprintf("Look up %s, too: %s. ", what, why)
	}
	return ""
}

// A supply says what to give as an argument.
type supply struct {
	side     verdict.Side
	argument string
	what     string   // that it holds
	unread   string   // why it is not known; may be empty
	reads    []string // the actions by which the data source reads it; empty when it does not
	note     string   // what else to look at; may be empty
}

func (s supply) sentence(j *verdict.Judgement) string {
	sentence := fmt.Sprintf("Set %s to %s%s.", s.argument, s.what, s.unread)
	in := j.Input()
	switch snapshot, argument := in.SnapshotOf(s.side); {
	case len(s.reads) == 0:
	case snapshot != nil:
		sentence += readAgain(snapshot, argument, s.reads)
	default:
		sentence += fmt.Sprintf(" An ecrxa_pull_check with credentials of account %s exports %s, if they allow %s.", j.Target().Account(s.side), s.argument, wording.List(s.reads, "and"))
	}
	return sentence + s.note
}

// readAgain says what credentials a snapshot needs to have what it lacks.
func readAgain(snapshot *verdict.Snapshot, argument string, reads []string) string {
	denied := slices.DeleteFunc(slices.Clone(reads), func(action string) bool { return !slices.Contains(snapshot.Denied, action) })
	if len(denied) == 0 {
		return fmt.Sprintf(" Or read %s again with credentials that allow %s.", argument, wording.List(reads, "and"))
	}
	return fmt.Sprintf(" Or read %s again with credentials that allow %s, too: AWS denied that when it was read.", argument, wording.List(denied, "and"))
}

// onlyByDeny says that the policies of the registry side that are not known need no Allow.
func onlyByDeny(j *verdict.Judgement, t authz.PolicyType) string {
	grants := t == authz.RepositoryPolicy || t == authz.RegistryPolicy
	if !grants || j.Verdict() != authz.Conditional || j.After(verdict.Change{Complete: true}).Verdict() != authz.Allowed {
		return ""
	}
	return " Without that policy the pull is allowed, so only a Deny in it denies the pull."
}

func supplyPolicies(j *verdict.Judgement, t authz.PolicyType) string {
	if names := j.UnknownArgumentsOf(t, ""); len(names) > 0 && strings.HasPrefix(names[0], "planned_") {
		return fmt.Sprintf("Set %s to what is known when the check is evaluated.", names[0])
	}
	if t == authz.RepositoryPolicy && j.IsFromTemplate() {
		return "Set repository_creation_template_policy to the repository policy of the repository creation template for this name, or to \"\" if there is no template or it has no policy: the first pull creates the repository with it. `aws ecr describe-repository-creation-templates` shows the templates."
	}
	s := supply{side: verdict.SideOf(t), argument: wording.Of(t).Argument, unread: unread(j, t)}
	switch t {
	case authz.IdentityPolicy:
		if !j.Target().IsRole() {
			s.what = "all identity-based policies of the " + ownerName(j) + ", also those of its groups"
			break
		}
		s.what, s.reads = "all identity-based policies of the "+ownerName(j), []string{"iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion"}
	case authz.PermissionsBoundary:
		if s.what = "the permissions boundary of the " + ownerName(j); j.Target().IsRole() {
			s.reads = []string{"iam:GetRole", "iam:GetPolicy", "iam:GetPolicyVersion"}
		}
	case authz.SessionPolicy:
		s.what = "the policies passed when the session began"
	case authz.ServiceControlPolicy, authz.ResourceControlPolicy:
		s.what = "the policies of each level of the organization"
	case authz.VPCEndpointPolicy:
		s.what = "the policy of the VPC endpoints that the pull goes through"
	case authz.S3EndpointPolicy:
		s.what = "the policy of the VPC endpoint through which layers come from Amazon S3, or \"\" if there is none"
	case authz.RepositoryPolicy:
		s.what, s.reads = "the policy of the repository "+j.Repository().Name, []string{"ecr:GetRepositoryPolicy"}
		if j.Input().RepositoryExists == verdict.ExistenceUnknown {
			s.note = " Check the name of the repository, too: nobody has looked whether it exists, and if it does not, AWS can give another account the same answer."
		}
	case authz.RegistryPolicy:
		s.what, s.reads = "the registry policy in Region "+j.Repository().Region, []string{"ecr:GetRegistryPolicy"}
	}
	return s.sentence(j)
}

// unread says that policies could not be read, as against those that are not set.
func unread(j *verdict.Judgement, t authz.PolicyType) string {
	in := j.Input()
	switch t {
	case authz.IdentityPolicy:
		return unreadIdentityPolicies(j)
	case authz.PermissionsBoundary, authz.RepositoryPolicy, authz.RegistryPolicy:
		if in.StateOf(t) == verdict.Unknown {
			return ", which could not be read"
		}
	case authz.SessionPolicy, authz.ServiceControlPolicy, authz.ResourceControlPolicy, authz.VPCEndpointPolicy, authz.S3EndpointPolicy: // never read
	}
	return ""
}

func unreadIdentityPolicies(j *verdict.Judgement) string {
	in := j.Input()
	var parts, names []string
	if in.StateOf(authz.IdentityPolicy) == verdict.Unknown {
		parts = append(parts, "not all could be listed")
	}
	for _, p := range j.Policies(authz.IdentityPolicy) {
		if p.Unknown && p.Key != verdict.AnyPolicy {
			names = append(names, printed.Name(p.Name))
		}
	}
	if len(names) > 0 {
		parts = append(parts, "of these the document is not known: "+wording.Some(names, "and"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + wording.List(parts, "and")
}

func supplyKey(j *verdict.Judgement, c *remedy.SupplyKey) string {
	key := c.Unknown[0].Key
	needs := neededValue(j, c)
	if strings.EqualFold(key, "aws:PrincipalArn") {
		if c.Unknown[0].Requirement() == authz.NoRequirement && j.Principal().MayBeServiceLinked() {
			needs = "A service-linked role has a path that begins with " + awsname.ServiceLinkedPath + ", and service control policies and resource control policies do not affect it"
		}
		return fmt.Sprintf("Set %s to the ARN of the role with its path, which the ARN of a session does not have. %s.", contextHCL(key, "[…]"), needs)
	}
	needs += ownTag(j, key)
	mayBeAbsent := func(k authz.UnknownKey) bool { return k.MayBeAbsent }
	if !slices.ContainsFunc(c.Unknown, mayBeAbsent) {
		return fmt.Sprintf("Set %s. %s.", contextHCL(key, "[…]"), needs)
	}
	return fmt.Sprintf("Set %s, or [] if the request does not have the key. %s.", contextHCL(key, "[…]"), needs)
}

// ownTag says which value the tag of the role has, and why a session may have another.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func ownTag(j *verdict.Judgement, key string) string {
	values, isKnown := j.RoleTag(key)
	switch {
	case !isKnown:
		return ""
	case len(values) == 0:
		return fmt.Sprintf(". In consumer_snapshot the %s does not have this tag, but its trust policy may allow sts:TagSession, by which a session can have it", ownerName(j))
	}
	return fmt.Sprintf(". In consumer_snapshot the %s has this tag with the value %s, but its trust policy may allow sts:TagSession, by which a session can have another value", ownerName(j), printed.Quoted(values[0]))
}

// neededValue says what a key must be.
func neededValue(j *verdict.Judgement, c *remedy.SupplyKey) string {
	needs := requirements(c.Unknown)
	if len(c.Unless) == 0 {
		return wording.Capitalized(needs)
	}
	var arguments []string
	for _, t := range c.Unless {
		arguments = append(arguments, j.UnknownArgumentsOf(t, "")...)
	}
	return fmt.Sprintf("Unless %s decides without it: %s", wording.List(arguments, "or"), needs)
}

// possibleKey is the form of the condition keys that AWS can have. The name of a tag, at
// the end, has the most kinds of characters.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
var possibleKey = regexp.MustCompile(`^[\p{L}\p{N} _.:/=+@-]{1,256}$`)

// contextHCL writes the argument context as it sets a condition key.
func contextHCL(key, values string) string {
	if !possibleKey.MatchString(key) {
		return fmt.Sprintf("context for the condition key %s (AWS cannot have such a key)", printed.Quoted(key))
	}
	return fmt.Sprintf("context = { %s = %s }", managed.StringHCL(key), values)
}

// requirements says what a key must be, or what the policies compare it with.
func requirements(unknown []authz.UnknownKey) string {
	var required, compared []string
	unknown = withOneComparison(unknown)
	for i := range unknown {
		found := &compared
		if unknown[i].IsRequired() {
			found = &required
		}
		for _, needs := range keyNeeds(&unknown[i]) {
			isSame := func(other string) bool {
				return other == needs || isFolded(&unknown[i]) && strings.EqualFold(other, needs)
			}
			if !slices.ContainsFunc(*found, isSame) {
				*found = append(*found, needs)
			}
		}
	}
	switch {
	case len(required) > 0:
		return "for the pull to be allowed it " + wording.Some(required, "and")
	case len(compared) > 0:
		return "it " + wording.Some(compared, "and")
	default:
		return "the policies use it"
	}
}

// isFolded reports whether what a key must be is in upper or lower case alike.
func isFolded(k *authz.UnknownKey) bool {
	return !slices.ContainsFunc(k.Allowing, func(v authz.KeyValue) bool { return v.Kind != authz.AnyCase })
}

// withOneComparison has the values of all comparisons at the first of them, once each.
func withOneComparison(unknown []authz.UnknownKey) []authz.UnknownKey {
	var values []string
	seen := map[string]bool{}
	compared := 0
	for i := range unknown {
		if unknown[i].Requirement() != authz.Compared {
			continue
		}
		compared++
		for _, value := range unknown[i].Values {
			if !seen[value] {
				seen[value] = true
				values = append(values, value)
			}
		}
	}
	if compared < 2 {
		return unknown
	}
	var keys []authz.UnknownKey
	isFirst := true
	for i := range unknown {
		k := unknown[i]
		if k.Requirement() == authz.Compared {
			if !isFirst {
				continue
			}
			k.Values, isFirst = values, false
		}
		keys = append(keys, k)
	}
	return keys
}
