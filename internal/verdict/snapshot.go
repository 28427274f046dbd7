// SPDX-License-Identifier: MPL-2.0

package verdict

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
