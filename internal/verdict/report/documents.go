// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// documents says where each document comes from.
func documents(j *verdict.Judgement) []Document {
	all := j.Provenances()
	out := make([]Document, len(all))
	for i, p := range all {
		p.Argument, p.ReadAt = printed.Name(p.Argument), printed.Name(p.ReadAt)
		out[i] = Document(p)
	}
	return out
}

// snapshots returns the snapshots that the check was given and that are known.
func snapshots(j *verdict.Judgement) []Snapshot {
	out := []Snapshot{}
	in := j.Input()
	for _, side := range []verdict.Side{verdict.Registry, verdict.Consumer} {
		if s, argument := in.SnapshotOf(side); s != nil && s.Fault != verdict.SnapshotNotKnown {
			out = append(out, Snapshot{argument, printed.Name(s.Account), printed.Name(s.Region), printed.Name(s.ReadAt)})
		}
	}
	return out
}

// whatWasRead says which arguments are from snapshots, which were read from AWS, and beside
// them which were given. What is planned is not among them: it is the same after the apply.
func whatWasRead(j *verdict.Judgement, docs []Document) []string {
	from := func(source verdict.Source, isOf func(argument string) bool) (names []string) {
		for _, d := range docs {
			if d.Source == source && isOf(d.Argument) && !slices.Contains(names, d.Argument) {
				names = append(names, d.Argument)
			}
		}
		return names
	}
	isAny := func(string) bool { return true }
	var sentences []string
	in := j.Input()
	for _, side := range []verdict.Side{verdict.Registry, verdict.Consumer} {
		s, _ := in.SnapshotOf(side)
		if s == nil {
			continue
		}
		if names := from(verdict.FromSnapshot, func(argument string) bool { return sideOfArgument(argument) == side }); len(names) > 0 {
			sentences = append(sentences, fmt.Sprintf("From the snapshot of account %s read at %s: %s.", printed.Name(s.Account), printed.Name(s.ReadAt), wording.List(names, "and")))
		}
	}
	if names := from(verdict.Read, isAny); len(names) > 0 {
		sentences = append(sentences, fmt.Sprintf("Read from AWS: %s.", wording.List(names, "and")))
	}
	if len(sentences) == 0 {
		return nil
	}
	if names := from(verdict.Given, isAny); len(names) > 0 {
		sentences[len(sentences)-1] += fmt.Sprintf(" Given as arguments: %s.", wording.List(names, "and"))
	}
	return sentences
}

// sideOfArgument returns the side whose snapshot has the documents of an argument.
func sideOfArgument(argument string) verdict.Side {
	for _, t := range authz.PolicyTypes() {
		if wording.Of(t).Argument == argument {
			return verdict.SideOf(t)
		}
	}
	if argument == verdict.ConsumerRCPs {
		return verdict.Consumer
	}
	return verdict.Registry // the template for repositories
}
