// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A Snapshot is what the snapshot of one side says beside the documents and condition keys
// that an input has from it.
type Snapshot struct {
	Account string // 12 digits
	Region  string // of a registry
	ReadAt  string // as in 2026-11-27T09:00:00Z
	// Fault says why the input does not have from it what it should have; may be empty.
	Fault  SnapshotFault
	MaxAge string // the argument max_age, if the Fault is about the age
	// Others are the names of the repositories or roles that it has, if it lacks the one of
	// the pull.
	Others []string

	// AllTags: the context has all tags of the repository, or all tags of every session of
	// the role.
	AllTags   bool
	RoleTags  map[string]string // the tags of the role, if its sessions may have others
	RoleID    string            // the unique ID of the role, as in AROAEXAMPLEID; empty when not known
	Image     ImageFact         // of the registry
	CacheRule Existence         // whether a pull through cache rule matches the repository
	Upstream  Upstream          // of that rule

	ReadAfter string   // the argument now, if the snapshot was read well after it
	Denied    []string // actions that AWS did not allow when it was read
}

// An Upstream is the registry from which a pull through cache fetches images.
type Upstream struct {
	Host       string // as in registry-1.docker.io; empty when not known
	Prefix     string // of the names here, as the rule has it
	Repository string // its name there
	RoleARN    string // with which ECR pulls from another private registry of ECR; may be empty
}

// A SnapshotFault says why a snapshot does not say what it should say of a pull.
type SnapshotFault string

// The faults.
const (
	SnapshotNotKnown     SnapshotFault = "not known"      // Terraform does not know it yet
	SnapshotTooOld       SnapshotFault = "too old"        // it is older than max_age
	SnapshotOfUnknownAge SnapshotFault = "of unknown age" // max_age is set, and the time is not known yet
	SnapshotLacks        SnapshotFault = "lacks it"       // it does not have the repository or the role
)

// An ImageFact is what is known of the image, as against its repository.
type ImageFact int

// The facts. An image that ECR restores can be pulled when that is done.
const (
	ImageNotKnown ImageFact = iota
	ImageIsMissing
	ImageIsArchived
	ImageIsRestoring
)

// The arguments that are snapshots.
const (
	RegistrySnapshotArgument = "registry_snapshot"
	ConsumerSnapshotArgument = "consumer_snapshot"
)

// SnapshotOf returns the snapshot of a side and its argument; nil if there is none.
func (in *Input) SnapshotOf(side Side) (snapshot *Snapshot, argument string) {
	if side == Registry {
		return in.RegistrySnapshot, RegistrySnapshotArgument
	}
	return in.ConsumerSnapshot, ConsumerSnapshotArgument
}

// inSnapshot are the policy types of a side that a snapshot has: those of its repositories
// or roles, and those of its account.
var inSnapshot = map[Side]struct{ ofOne, ofAccount []authz.PolicyType }{
	Registry: {[]authz.PolicyType{authz.RepositoryPolicy}, []authz.PolicyType{authz.RegistryPolicy, authz.ResourceControlPolicy}},
	Consumer: {[]authz.PolicyType{authz.IdentityPolicy, authz.PermissionsBoundary}, []authz.PolicyType{authz.ServiceControlPolicy}},
}

// LacksSnapshot reports whether policies of a type are not known because of a fault of the
// snapshot of their side.
func (j *Judgement) LacksSnapshot(t authz.PolicyType) bool {
	side := SideOf(t)
	snapshot, _ := j.arguments.in.SnapshotOf(side)
	if snapshot == nil || snapshot.Fault == "" || !j.arguments.unknown(t) {
		return false
	}
	has := inSnapshot[side]
	return slices.Contains(has.ofOne, t) || snapshot.Fault != SnapshotLacks && slices.Contains(has.ofAccount, t)
}

// LackedSnapshots returns the sides of which policies are not known because of a fault of
// their snapshot.
func (j *Judgement) LackedSnapshots() []Side {
	var lacked []Side
	for _, side := range []Side{Consumer, Registry} {
		snapshot, _ := j.arguments.in.SnapshotOf(side)
		if snapshot != nil && slices.ContainsFunc(authz.PolicyTypes(), func(t authz.PolicyType) bool { return SideOf(t) == side && j.LacksSnapshot(t) }) {
			lacked = append(lacked, side)
		}
	}
	return lacked
}

// imageObstacles returns what is known to keep anybody from pulling the image. Who pushes
// brings it, and a pull through a cache fetches it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
func (a *arguments) imageObstacles() []Obstacle {
	if a.in.RegistrySnapshot == nil || a.use.access != actionset.Pull {
		return nil
	}
	switch a.in.RegistrySnapshot.Image {
	case ImageIsMissing:
		return []Obstacle{ImageMissing}
	case ImageIsArchived:
		return []Obstacle{ImageArchived}
	case ImageNotKnown, ImageIsRestoring:
	}
	return nil
}

// IsRestoring reports whether ECR was restoring the image when the snapshot was read.
func (j *Judgement) IsRestoring() bool {
	s := j.arguments.in.RegistrySnapshot
	return s != nil && s.Image == ImageIsRestoring && j.Access() == actionset.Pull
}

// RoleTag returns the value of the role's own tag that a condition key is about; none if it
// does not have the tag. It is not known if no snapshot says it.
func (j *Judgement) RoleTag(key string) (values []string, known bool) {
	s := j.arguments.in.ConsumerSnapshot
	tag, isTag := strings.CutPrefix(strings.ToLower(key), "aws:principaltag/")
	if s == nil || s.RoleTags == nil || !isTag {
		return nil, false
	}
	for name, value := range s.RoleTags {
		if strings.EqualFold(name, tag) {
			values = append(values, value)
		}
	}
	return values, len(values) <= 1
}

// completeBelow returns the beginnings of the condition keys of which all are known: the
// tags of the repository, and those of the sessions of the role.
func (a *arguments) completeBelow() []string {
	var prefixes []string
	if s := a.in.RegistrySnapshot; s != nil && s.AllTags {
		prefixes = append(prefixes, "aws:resourcetag/")
	}
	if s := a.in.ConsumerSnapshot; s != nil && s.AllTags && a.target.IsRole() {
		prefixes = append(prefixes, "aws:principaltag/")
	}
	return prefixes
}

// roleID returns the unique ID of the role that calls; empty when it is not known, or none
// calls.
func (a *arguments) roleID() string {
	if s := a.in.ConsumerSnapshot; s != nil && a.target.IsRole() {
		return s.RoleID
	}
	return ""
}

// userID returns the value of aws:userid; empty when it is not known.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (a *arguments) userID() string {
	if id := a.roleID(); id != "" && a.target.Principal.Kind == awsname.RoleSession {
		return id + ":" + a.target.Principal.Session
	}
	return ""
}

// noCacheRule reports whether it is known that no pull through cache rule matches the
// repository.
func (a *arguments) noCacheRule() bool {
	return a.in.RegistrySnapshot != nil && a.in.RegistrySnapshot.CacheRule == Missing
}
