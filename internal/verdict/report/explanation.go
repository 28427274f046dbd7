// SPDX-License-Identifier: MPL-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/remedy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// explanation writes the result as a person wants it on a screen, after its first line,
// which headline writes. The first begins with a capital and all ends with a full stop, as
// Terraform asks of an error message.
func explanation(j *verdict.Judgement, found *lint.Findings, r *Result, assumed *assumptions) string {
	sections := []string{table(j)}
	add := func(title, list string) {
		if list != "" {
			sections = append(sections, title+"\n"+list)
		}
	}
	add("Mismatches:", bullets(r.Mismatches, ": see mismatches"))
	add("When each statement applies:", bullets(alternatives(j), ""))
	add("Closest statements:", bullets(nearMisses(j, found), ""))
	title := "What to change:"
	if r.Verdict == authz.Conditional {
		title = "What to supply:"
	}
	add(title, bullets(remedyItems(j, r.Remedies), ": see remedies"))
	if end := closing(j, r, assumed); end != "" {
		sections = append(sections, end)
	}
	return strings.Join(sections, "\n\n")
}

func headline(j *verdict.Judgement, r *Result) string {
	switch r.Verdict {
	case authz.Allowed:
		return "Allowed: " + principalName(j) + " can " + use(j) + "."
	case authz.Denied:
		return fmt.Sprintf("Denied: %s cannot %s. %s", principalName(j), use(j), whoDenies(j, r.DeniedSide))
	case authz.Conditional:
	}
	return fmt.Sprintf("Conditional: whether %s can %s depends on %s.", principalName(j), use(j), open(j, r))
}

func whoDenies(j *verdict.Judgement, side verdict.Side) string {
	target := j.Target()
	caller := callerName(j.Principal().Kind)
	switch {
	case !target.SamePartition():
		return caller + " and image are in different partitions."
	case side == verdict.Both && target.SameAccount() && !target.IsService() && len(remedy.Denials(j)) == 0:
		return fmt.Sprintf("%s and repository are in the same account, %s: one Allow is enough, but there is none.", caller, target.Principal.Account)
	case target.SameAccount():
		return fmt.Sprintf("%s and repository are in the same account, %s.", caller, target.Principal.Account)
	case side == verdict.Both:
		return fmt.Sprintf("Both sides deny it: the consumer (account %s) and the registry (account %s).", target.Principal.Account, target.Repository.Account)
	}
	return fmt.Sprintf("The %s side (account %s) denies it.", side, target.Account(side))
}

// callerName begins a sentence on who pulls.
func callerName(kind awsname.PrincipalKind) string {
	switch kind {
	case awsname.Service:
		return "Source"
	case awsname.User, awsname.FederatedUser:
		return wording.Capitalized(string(kind))
	case awsname.AccountRoot:
		return "Root user"
	case awsname.Role, awsname.RoleSession:
	}
	return "Role"
}

// open says what a conditional verdict depends on.
func open(j *verdict.Judgement, r *Result) string {
	var parts []string
	if len(r.UnknownDocuments) > 0 {
		parts = append(parts, wording.Some(r.UnknownDocuments, "and"))
	}
	if len(r.UnknownContextKeys) > 0 {
		parts = append(parts, "the value of "+wording.Some(printed.Values(r.UnknownContextKeys), "and"))
	}
	for _, d := range j.Decisions() {
		parts = append(parts, ofECR(&d)...)
	}
	if slices.ContainsFunc(j.Decisions(), func(d verdict.Decision) bool { return d.IfNotAdded != nil }) {
		parts = append(parts, "whether Lambda adds the statement for itself")
	}
	if len(parts) == 0 {
		return "a statement that this check cannot evaluate"
	}
	return "what is not known: " + wording.List(parts, "and")
}

// table aligns action, verdict and reason. Terraform does not wrap lines that begin
// with a space.
func table(j *verdict.Judgement) string {
	decisions := j.Decisions()
	var actions, verdicts int // their widths
	for i := range decisions {
		actions, verdicts = max(actions, len(decisions[i].Action)), max(verdicts, len(decisions[i].Verdict))
	}
	lines := make([]string, len(decisions))
	for i := range decisions {
		d := &decisions[i]
		lines[i] = "  " + padded(d.Action, actions) + "  " + padded(string(d.Verdict), verdicts) + "  " + brief(j, d)
	}
	return strings.Join(lines, "\n")
}

func padded(word string, width int) string { return word + strings.Repeat(" ", width-len(word)) }

func remedyItems(j *verdict.Judgement, remedies []Remedy) []string {
	if len(wording.Capped(make([]string, len(remedies)), "")) < len(remedies) {
		remedies = sidesFirst(remedies)
	}
	items := make([]string, len(remedies))
	for i, r := range remedies {
		items[i] = fmt.Sprintf("%s: %s", sideName(j, r.Side), r.Sentence)
		if code := cmp.Or(r.HCL, r.JSON); code != "" {
			items[i] += "\n" + indent(code)
		}
	}
	return items
}

// sidesFirst begins with one remedy of each side, so that none is hidden where only the
// first ones are shown.
func sidesFirst(remedies []Remedy) []Remedy {
	var first, others []Remedy
	for _, r := range remedies {
		if slices.ContainsFunc(first, func(f Remedy) bool { return f.Side == r.Side }) {
			others = append(others, r)
		} else {
			first = append(first, r)
		}
	}
	return append(first, others...)
}

// closing says what the verdict rests on beside what is known. A limit that is assumed
// not to exist could only deny more.
func closing(j *verdict.Judgement, r *Result, assumed *assumptions) string {
	var sentences []string
	if len(r.UnknownDocuments) > 0 && r.Verdict != authz.Conditional {
		sentences = append(sentences, fmt.Sprintf("Not known, but without effect on this verdict: %s.", wording.List(r.UnknownDocuments, "and")))
	}
	if r.Verdict != authz.Denied {
		sentences = append(sentences, assumed.absentWords(j)...)
	}
	sentences = slices.Concat(sentences, assumed.other)
	if len(sentences) == 0 && r.Verdict == authz.Denied {
		sentences = []string{withoutEffect(j)}
	}
	return strings.Join(append(sentences, whatWasRead(j, r.Documents)...), "\n")
}

// withoutEffect says that limits that are not set cannot change a denial: they could only
// deny more. Those that are set may be what denies.
func withoutEffect(j *verdict.Judgement) string {
	in := j.Input()
	isSet := func(t authz.PolicyType) bool { return in.StateOf(t) != verdict.NotSet }
	var unset, others []string
	if !isSet(authz.ServiceControlPolicy) {
		unset = append(unset, "SCPs")
	}
	if !isSet(authz.ResourceControlPolicy) && in.ConsumerResourceControlPolicies.State == verdict.NotSet {
		unset = append(unset, "RCPs")
	}
	if !isSet(authz.SessionPolicy) {
		others = append(others, "session")
	}
	if !isSet(authz.VPCEndpointPolicy) && !isSet(authz.S3EndpointPolicy) {
		others = append(others, "VPC endpoint")
	}
	if len(others) > 0 {
		unset = append(unset, wording.List(others, "and")+" policies")
	}
	if len(unset) == 0 {
		return "No policy that is not set can change this verdict."
	}
	return fmt.Sprintf("Policies that this check cannot read (%s) cannot change this verdict.", strings.Join(unset, ", "))
}

// bullets lists sentences; of very many the first few, and where all of them are. It is
// empty where there are none.
func bullets(sentences []string, all string) string {
	if len(sentences) == 0 {
		return ""
	}
	items := wording.Capped(sentences, "")
	if len(items) < len(sentences) {
		items[len(items)-1] = "and " + items[len(items)-1] + all
	}
	return "- " + strings.Join(items, "\n- ")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
