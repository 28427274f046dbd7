package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// remedies says what each side can do.
func (c *check) remedies(r Result) []Remedy {
	switch r.Verdict {
	case authz.Denied:
		return c.cures(r)
	case authz.Conditional:
		return c.supplies(r)
	default:
		return []Remedy{}
	}
}

// cures answers everything that denies: Allow statements where one is missing,
// the Deny statements where there is one.
func (c *check) cures(r Result) []Remedy {
	remedies := []Remedy{}
	if slices.Contains(r.DeniedBy, PartitionMismatch) {
		return append(remedies, Remedy{Side: Consumer, Sentence: fmt.Sprintf("Pull with a role of the partition %s, or from a copy of the image in %s.", c.repository.Partition, c.principal.Partition)})
	}
	if meant := c.meantInstead(); len(meant) > 0 {
		remedies = append(remedies, Remedy{Side: Consumer, Sentence: fmt.Sprintf("Correct %s, if %s is meant.", c.imageArgument(), some(meant, "or"))})
	}
	for _, layer := range r.DeniedBy {
		if remedy, ok := c.cure(layer, r); ok {
			remedies = append(remedies, remedy)
		}
	}
	return append(remedies, c.denyRemedies()...)
}

// cure answers the missing Allow of one layer.
func (c *check) cure(layer authz.PolicyType, r Result) (Remedy, bool) {
	missing := c.missingAllows(layer)
	switch {
	case layer == RoleMissing:
		return Remedy{Side: Consumer, Sentence: fmt.Sprintf("Create the role %s, or correct role_arn.", c.principal.Name)}, true
	case layer == RepositoryMissing:
		return Remedy{Side: Registry, Sentence: fmt.Sprintf("Create the repository %s in Region %s, or correct the image. If a pull through cache is to create it, check with access = \"pull_through_cache\".", c.repository.Name, c.repository.Region)}, true
	case len(missing) == 0:
		return Remedy{}, false
	case layer == authz.IdentityPolicy:
		return c.lifting(layer, c.consumerRemedy()), true
	case layer == authz.RegistryPolicy:
		return Remedy{}, false // an Allow in the repository policy is enough
	case layer == authz.RepositoryPolicy && c.sameAccount() && slices.Contains(r.DeniedBy, authz.IdentityPolicy):
		return Remedy{}, false // within one account the identity policy is enough
	case layer == authz.RepositoryPolicy:
		return c.lifting(layer, c.registryRemedy()), true
	}
	return c.lifting(layer, c.limitRemedy(layer, missing)), true
}

// missingAllows returns the actions for which a layer that denies lacks an Allow.
func (c *check) missingAllows(layer authz.PolicyType) []string {
	var actions []string
	for _, d := range c.decisions {
		if slices.Contains(d.DeniedBy, layer) && lacks(layer, d.engine) {
			actions = append(actions, d.Action)
		}
	}
	return actions
}

// consumerRemedy allows the whole access to the role, in the words of the
// resource ecrxa_consumer_role_policy: by correcting the policy that it wrote, or
// else by one more.
func (c *check) consumerRemedy() Remedy {
	sentence := fmt.Sprintf("allow %s on *, and %s on the repository, to the %s.", actionset.TokenAction, list(actionset.IdentityActions(c.access), "and"), c.name())
	own, ok := c.correctedRolePolicy()
	if ok {
		sentence = fmt.Sprintf("correct the inline policy %s: %s", own.name, sentence)
		if len(own.repositories) > 1 {
			sentence += " Leave out of repository_arns what stands there by mistake."
		}
		if c.principal.Kind == awsname.Role || c.principal.Kind == awsname.RoleSession {
			sentence += fmt.Sprintf(" Unless an %s manages it already, import it first: terraform import %s.%s '%s,%s'.", rolePolicyType, rolePolicyType, c.label(), c.principal.Name, own.name)
		}
	} else {
		own = rolePolicy{c.freePolicyName(), c.access, []string{c.repository.ARN()}}
		sentence = c.once(c.roleMissing(), false) + sentence
	}
	sentence = ifRight(c.doubtedImage()) + sentence
	remedy := Remedy{Side: Consumer, Sentence: capitalized(sentence), JSON: own.document().String()}
	if c.principal.Kind == awsname.Role || c.principal.Kind == awsname.RoleSession {
		remedy.HCL = c.consumerHCL(own)
	}
	return remedy
}

// registryRemedy grants the whole access to the role in the repository policy: by
// correcting the statement that grants it a part, or else by one more.
func (c *check) registryRemedy() Remedy {
	sentence := fmt.Sprintf("grant %s to %s in the policy of the repository %s.", list(actionset.Actions(c.access), "and"), c.roleARN(), c.repository.Name)
	grant, ok := c.correctedGrant()
	if ok {
		sentence = fmt.Sprintf("correct the statement %q: %s", grant.sid, sentence) + c.takeOver(grant)
	} else {
		grant = repositoryGrant{sid: c.freeSid(), access: c.access, principal: c.roleARN()}
		sentence = c.once(c.roleMissing(), c.repositoryMissing()) + sentence
	}
	sentence = ifRight(c.doubtedImage(), c.doubtedRole()) + sentence
	sentence += c.beforeWriting(grant.sid)
	if c.principal.Kind == awsname.RoleSession && c.in.ActualRoleARN == "" {
		sentence += " If the role has a path, write it before the role's name: a session's ARN does not tell."
	}
	return Remedy{
		Side:     Registry,
		Sentence: capitalized(sentence),
		HCL:      c.grantHCL(grant),
		JSON:     grant.statement().String(),
	}
}

// takeOver says how a grant gets hold of the statement that it corrects: one that
// is not imported is refused its Sid.
func (c *check) takeOver(grant repositoryGrant) string {
	if c.grantHCL(grant) == "" {
		return ""
	}
	managed := "Unless a grant manages it already, import it first"
	if grant.deleted {
		managed = "The statement names a role or user that was deleted. If a grant manages it, apply that grant again: its plan shows the ID in place of the ARN. Else import it first"
	}
	return fmt.Sprintf(" %s: terraform import %s.%s '%s,%s,%s,%s'", managed, grantType, c.label(), c.repository.Account, c.repository.Region, c.repository.Name, grant.sid) + "."
}

// once begins the sentence of a remedy that needs what does not exist yet: ECR
// takes no principal that does not exist.
func (c *check) once(role, repository bool) string {
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

// limitRemedy answers a policy that limits and does not grant.
func (c *check) limitRemedy(layer authz.PolicyType, missing []string) Remedy {
	actions := list(missing, "and")
	sentence := fmt.Sprintf("Add these statements to the %s, which does not allow %s.", c.limitWords(layer), actions)
	if layer == authz.SessionPolicy {
		sentence = fmt.Sprintf("Assume the role with session policies that allow %s, or with none.", actions)
		if c.principal.Kind == awsname.FederatedUser {
			sentence = fmt.Sprintf("Call GetFederationToken with session policies that allow %s: a federated user without any has no permissions.", actions)
		}
	}
	if layer == authz.ServiceControlPolicy {
		sentence = fmt.Sprintf("Have whoever manages the organization let the service control policies of every level allow %s, or, where FullAWSAccess is attached, give it too in service_control_policies.", actions)
	}
	return Remedy{Side: sideOf(layer), Sentence: sentence, JSON: c.limitJSON(layer, missing)}
}

// limitWords names a limit, a permissions boundary by its ARN where that is known.
func (c *check) limitWords(layer authz.PolicyType) string {
	if boundary := c.in.PermissionsBoundary.List; layer == authz.PermissionsBoundary && len(boundary) > 0 && isManaged(boundary[0].Name) {
		return phrases[layer] + " " + boundary[0].Name
	}
	return phrases[layer]
}

// limitJSON writes Allow statements for the actions, the login apart since it
// has no resource. Only an endpoint policy names the principal.
func (c *check) limitJSON(layer authz.PolicyType, actions []string) string {
	var principals map[string][]string
	if layer == authz.VPCEndpointPolicy {
		principals = map[string][]string{"AWS": {c.roleARN()}}
	}
	var statements []*policy.Statement
	if slices.Contains(actions, actionset.TokenAction) {
		statements = append(statements, policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{actionset.TokenAction}, Resources: []string{"*"}}))
	}
	isToken := func(action string) bool { return action == actionset.TokenAction }
	if rest := slices.DeleteFunc(slices.Clone(actions), isToken); len(rest) > 0 {
		statements = append(statements, policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: rest, Resources: []string{c.repository.ARN()}}))
	}
	return policy.NewDocument(statements...).String()
}

// denyRemedies names each Deny statement that matched, once.
func (c *check) denyRemedies() []Remedy {
	var refs []authz.StatementRef
	actions := map[authz.StatementRef][]string{}
	for _, d := range c.decisions {
		for _, ref := range d.engine.Statements {
			if d.Verdict != authz.Denied || ref.Effect != "Deny" {
				continue
			}
			if len(actions[ref]) == 0 {
				refs = append(refs, ref)
			}
			actions[ref] = append(actions[ref], d.Action)
		}
	}
	var remedies []Remedy
	for _, ref := range refs {
		sentence := fmt.Sprintf("%s %s so that it no longer applies here: it denies %s, and no Allow outweighs a Deny.", changes(ref.PolicyType), statementWords(ref), list(actions[ref], "and"))
		if conditions := c.conditions(ref); len(conditions) > 0 {
			sentence += fmt.Sprintf(" It applies if %s.", conditionList(conditions))
		}
		remedies = append(remedies, Remedy{Side: sideOf(ref.PolicyType), Sentence: sentence})
	}
	return remedies
}

// changes begins the sentence that asks for a change of a statement. Control
// policies are the organization's, not the account's.
func changes(layer authz.PolicyType) string {
	if layer == authz.ServiceControlPolicy || layer == authz.ResourceControlPolicy {
		return "Have whoever manages the organization's " + strings.Replace(phrases[layer], "policy", "policies", 1) + " change"
	}
	return "Change"
}
