// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// existence compares the arguments with what exists.
func existence(j *verdict.Judgement) []Finding {
	var found []Finding
	in := j.Input()
	if j.Principal().Kind == awsname.Role && in.ActualRoleARN != "" && in.ActualRoleARN != in.RoleARN {
		found = append(found, RoleARNDiffers{in.ActualRoleARN, in.RoleARN})
	}
	if j.Principal().Kind == awsname.Role && LacksPath(j) {
		found = append(found, IncompleteRoleARN{})
	}
	if j.RoleMissing() && len(in.PlannedRolePolicies) == 0 {
		found = append(found, NoSuchRole{})
	}
	if j.RepositoryMissing() && len(in.PlannedStatements) == 0 && !j.PullCreatesRepository() {
		found = append(found, NoSuchRepository{})
	}
	if j.IsRestoring() {
		found = append(found, ImageRestoring{})
	}
	return found
}

// unusedSnapshots finds snapshots that do not say what they should, and those of a wrong time.
func unusedSnapshots(j *verdict.Judgement) []Placed {
	var found []Placed
	for _, side := range j.LackedSnapshots() {
		in := j.Input()
		snapshot, argument := in.SnapshotOf(side)
		name := j.Repository().Name
		if side == verdict.Consumer {
			name = j.Principal().Name
		}
		found = append(found, Placed{verdict.At{Attribute: argument}, UnusedSnapshot{side, awsname.Nearest(name, snapshot.Others)}})
	}
	for _, side := range []verdict.Side{verdict.Consumer, verdict.Registry} {
		in := j.Input()
		if snapshot, argument := in.SnapshotOf(side); snapshot != nil && snapshot.ReadAfter != "" {
			found = append(found, Placed{verdict.At{Attribute: argument}, SnapshotReadLater{side}})
		}
	}
	return found
}

// unknownRegion finds a Region that is not known: misspelt, or newer than the list.
func unknownRegion(j *verdict.Judgement) *UnknownRegion {
	region, known := j.Repository().Region, awsname.KnownRegions()
	if slices.Contains(known, region) {
		return nil
	}
	return &UnknownRegion{region, awsname.Nearest(region, known)}
}

// unlistedActions finds actions to judge that AWS does not list: misspelt, or newer than
// the list.
func unlistedActions(j *verdict.Judgement) []Placed {
	var found []Placed
	for _, action := range j.Actions() {
		if !actionset.IsAction(action) {
			found = append(found, Placed{verdict.At{Attribute: "actions"}, UnlistedAction{action, actionset.Meant(action)}})
		}
	}
	return found
}

// imageAt returns the argument that says what is pulled.
func imageAt(j *verdict.Judgement) verdict.At {
	if j.Input().Image != "" {
		return verdict.At{Attribute: "image"}
	}
	return verdict.At{Attribute: "repository_arn"}
}

// IsImageUncertain reports whether the image may be wrong: the repository does not exist,
// its Region is not known, or the role may pull from another that it may have missed.
func (f *Findings) IsImageUncertain(j *verdict.Judgement) bool {
	return slices.Contains(j.Obstacles(), verdict.RepositoryMissing) || f.Region != nil || len(f.Intended) > 0
}

// IsRoleUncertain reports whether role_arn may be wrong: nobody has read the role, and its
// policies are not known or the repository policy grants to other accounts only.
func IsRoleUncertain(j *verdict.Judgement) bool {
	in := j.Input()
	if j.Target().IsService() || j.IsAnyCreator() {
		return false
	}
	isRead := in.RoleExists != verdict.ExistenceUnknown || in.ActualRoleARN != ""
	return !isRead && (j.IdentityPoliciesIncomplete() || len(otherAccountsOnly(j)) > 0)
}

// LacksPath reports whether the role that pulls is known without the path that it has:
// those of IAM Identity Center are all below one, on which a Region may follow.
func LacksPath(j *verdict.Judgement) bool { return j.Role().LacksPath() }
