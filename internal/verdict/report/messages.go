// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/remedy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// messages returns, for each side that has something to do or to look up, a text for the
// team of its account, which has credentials there and does not know this configuration.
func messages(j *verdict.Judgement, found *lint.Findings, list []remedy.Remedy) map[string]string {
	out := map[string]string{}
	for _, side := range []verdict.Side{verdict.Consumer, verdict.Registry} {
		isOfSide := func(r remedy.Remedy) bool { return r.Side == side }
		if slices.ContainsFunc(list, isOfSide) {
			out[string(side)] = message(j, found, list, side)
		}
	}
	return out
}

func message(j *verdict.Judgement, found *lint.Findings, list []remedy.Remedy, side verdict.Side) string {
	account := j.Target().Account(side)
	intro := fmt.Sprintf("To the team of account %s: the %s cannot %s.", account, principalName(j), use(j))
	if j.Verdict() == authz.Conditional {
		intro = fmt.Sprintf("To the team of account %s: it is not known whether the %s can %s.", account, principalName(j), use(j))
	}
	var changes []string
	add := func(text string, r *remedy.Remedy) {
		changes = append(changes, strings.TrimRight(text+withCode(r), "\n"))
	}
	for i := range list {
		r := &list[i]
		if r.Side != side {
			continue
		}
		switch c := r.Change.(type) {
		case remedy.SupplyPolicies:
			if needed, ok := remedy.Allowing(j, found, c.Type); ok && needed.Side == side {
				add("Unless it is allowed already: "+lowered(changeWords(j, certain(needed.Change))), &needed)
			} else if !ok {
				add(fmt.Sprintf("Look up the %s, on which the pull depends.", wording.Of(c.Type).Noun), &remedy.Remedy{})
			}
		case remedy.SupplyExistence: // a command shows it
		case remedy.SupplyKey:
			add(fmt.Sprintf("Which value of the condition key %s do the requests have? %s.", printed.Value(c.Unknown[0].Key), neededValue(j, &c)), &remedy.Remedy{})
		default:
			stated := *r
			stated.Change = certain(c)
			add(remedies(j, []remedy.Remedy{stated})[0].Sentence, r)
		}
	}
	paragraphs := append([]string{intro}, wording.Capped(changes, "changes")...)
	if commands := commandsOf(j, list, side); len(commands) > 0 {
		paragraphs = append(paragraphs, fmt.Sprintf("With credentials of account %s, these commands show what is there now:\n  %s%s", account, strings.Join(commands, "\n  "), placeholders(commands)))
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// certain returns a change without doubts about arguments, which the reader does not know.
func certain(change remedy.Change) remedy.Change {
	switch c := change.(type) {
	case remedy.AllowRole:
		c.Uncertain = remedy.Uncertain{}
		return c
	case remedy.GrantRole:
		c.Uncertain = remedy.Uncertain{}
		return c
	default:
		return change
	}
}

// withCode shows the configuration and the JSON of a remedy.
func withCode(r *remedy.Remedy) string {
	text := ""
	if r.HCL != "" {
		text += "\n\nIn Terraform:\n" + indent(r.HCL)
	}
	if r.JSON != "" {
		text += "\n\nAs JSON:\n" + indent(r.JSON)
	}
	return text
}

// commandsOf returns the AWS CLI commands that show what a side has of what denies, or is
// not known.
func commandsOf(j *verdict.Judgement, list []remedy.Remedy, side verdict.Side) []string {
	asks := map[authz.PolicyType]bool{}
	for _, t := range slices.Concat(j.DeniedBy(), j.Unknown()) {
		asks[t] = true
	}
	commands := consumerCommands(j, asks)
	if side == verdict.Registry {
		commands = registryCommands(j, asks, slices.ContainsFunc(list, asksForTag))
	}
	texts := make([]string, len(commands))
	for i, words := range commands {
		texts[i] = managed.Command(append([]string{"aws"}, words...)...)
	}
	return texts
}

// placeholders says what to write in commands for the words that only the output of the commands
// before them tells; empty where there are none.
func placeholders(commands []string) string {
	var words []string
	for _, p := range [...]struct{ word, meaning string }{
		{placeOfName, "each of PolicyNames"}, {placeOfARN, "each PolicyArn or PermissionsBoundaryArn"}, {placeOfVersion, "the DefaultVersionId of the policy"},
	} {
		isIn := func(command string) bool { return slices.Contains(strings.Fields(command), p.word) }
		if slices.ContainsFunc(commands, isIn) {
			words = append(words, fmt.Sprintf("for %s %s", p.word, p.meaning))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "\nWrite what the commands before show: " + wording.List(words, "and") + "."
}

// Words in commands that the reader replaces.
const (
	placeOfName    = "NAME"
	placeOfARN     = "ARN"
	placeOfVersion = "VERSION"
)

func registryCommands(j *verdict.Judgement, asks map[authz.PolicyType]bool, asksForTags bool) (commands [][]string) {
	in, repository := j.Input(), j.Repository()
	add := func(command string, words ...string) {
		commands = append(commands, append([]string{"ecr", command, "--region", repository.Region}, words...))
	}
	if in.RepositoryExists == verdict.ExistenceUnknown {
		add("describe-repositories", "--registry-id", repository.Account, "--repository-names", repository.Name)
	}
	switch {
	case !asks[authz.RepositoryPolicy]:
	case j.IsFromTemplate():
		add("describe-repository-creation-templates")
	default:
		add("get-repository-policy", "--registry-id", repository.Account, "--repository-name", repository.Name)
	}
	if asks[authz.RegistryPolicy] || asks[authz.RepositoryPolicy] && in.StateOf(authz.RegistryPolicy) == verdict.NotSet {
		add("get-registry-policy")
	}
	if asksForTags {
		add("list-tags-for-resource", "--resource-arn", repository.ARN())
	}
	return commands
}

// consumerCommands are for a role or a user. The user for which a federated user stands is
// not in its ARN.
func consumerCommands(j *verdict.Judgement, asks map[authz.PolicyType]bool) (commands [][]string) {
	principal := j.Principal()
	kind := "role"
	if principal.Kind == awsname.User {
		kind = "user"
	}
	isOwner := kind == "user" || j.Target().IsRole()
	add := func(command string, words ...string) {
		if isOwner {
			commands = append(commands, append([]string{"iam", command, "--" + kind + "-name", principal.Name}, words...))
		}
	}
	if asks[authz.PermissionsBoundary] || j.Target().IsRole() && (j.IsPathUnknown() || lint.LacksPath(j)) {
		add("get-" + kind)
	}
	if asks[authz.IdentityPolicy] {
		add("list-attached-" + kind + "-policies")
		add("list-" + kind + "-policies")
		if kind == "user" {
			add("list-groups-for-user")
		}
		add("get-"+kind+"-policy", "--policy-name", placeOfName)
	}
	if isOwner && (asks[authz.IdentityPolicy] || asks[authz.PermissionsBoundary]) {
		arn := placeOfARN
		if boundary := j.Input().PermissionsBoundary.List; !asks[authz.IdentityPolicy] && len(boundary) > 0 && awsname.IsPolicyARN(boundary[0].Name) {
			arn = boundary[0].Name
		}
		commands = append(commands, []string{"iam", "get-policy", "--policy-arn", arn}, []string{"iam", "get-policy-version", "--policy-arn", arn, "--version-id", placeOfVersion})
	}
	if asks[authz.VPCEndpointPolicy] || asks[authz.S3EndpointPolicy] {
		commands = append(commands, []string{"ec2", "describe-vpc-endpoints", "--region", j.Repository().Region})
	}
	return commands
}

// asksForTag reports whether a remedy is about a tag of the repository.
func asksForTag(r remedy.Remedy) bool {
	switch c := r.Change.(type) {
	case remedy.TagRepository:
		return true
	case remedy.SupplyKey:
		return strings.Contains(strings.ToLower(c.Unknown[0].Key), ":resourcetag/")
	default:
		return false
	}
}
