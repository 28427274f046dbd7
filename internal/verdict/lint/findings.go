// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Findings are what is probably wrong in one pull.
type Findings struct {
	// Existence is where the arguments do not agree with what exists in AWS.
	Existence []Finding
	// Unlikely is what is valid in the arguments, and probably not what is meant.
	Unlikely []Placed
	// Rejected is what AWS would reject in the documents. What such a statement allows
	// or denies is not known.
	Rejected []Placed
	// Mismatches are why the policies of a side that denies probably do not fit the
	// image and the role.
	Mismatches map[verdict.Side][]Finding
	// Intended are the repositories that the image may have missed: the identity
	// policies deny the pull from this one and allow it from those.
	Intended []awsname.Repository

	// Some of the findings above, by type, for package remedy.

	Keys      []UnlistedKey
	Variables []PlainVariable
	Deleted   []DeletedPrincipal
	Region    *UnknownRegion // nil where the Region is known
}

// A Placed is a finding about an argument.
type Placed struct {
	At    verdict.At
	Found Finding
}

// A Finding is one thing that is probably wrong.
//
//sumtype:decl
type Finding interface{ isFinding() }

// RoleARNDiffers means that IAM has the role under another ARN than role_arn, with a path.
type RoleARNDiffers struct{ Actual, RoleARN string }

// NoSuchRole means that the role does not exist.
type NoSuchRole struct{}

// NoSuchRepository means that the repository does not exist.
type NoSuchRepository struct{}

// DifferentPartitions means that role and image are in different partitions.
type DifferentPartitions struct{}

// UnknownRegion means that the Region of the image is misspelt, or newer than this provider.
type UnknownRegion struct {
	Region  string
	Nearest string // the Region that is probably meant, or empty
}

// UnlistedKey means that a statement names a condition key that AWS does not list.
type UnlistedKey struct {
	Statement authz.StatementRef
	Key       string // as written
	Nearest   string // the key that is probably meant, or empty
	Set       bool   // the context has a value for it
}

// PlainVariable means that a statement has a policy variable in a document whose Version has
// none, so that AWS takes it as plain text.
// Source means that https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
type PlainVariable struct {
	Statement authz.StatementRef
	Key       string // the condition key in the variable
}

// UnusedContextKey means that the context has a key that no policy names and AWS does not list.
type UnusedContextKey struct {
	Nearest string // the key that is probably meant, or empty
}

// UnlistedAction means that the argument actions has an action that AWS does not list.
type UnlistedAction struct {
	Action  string
	Nearest string // the action that is probably meant, or empty
}

// SidOfDeny means that a planned Allow has the Sid of a statement of the policy that denies.
type SidOfDeny struct {
	In  authz.PolicyType
	Sid string
}

// LoginInRepositoryPolicy means that a statement of the repository policy names
// ecr:GetAuthorizationToken, which is no action on a repository.
// Source means that https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
type LoginInRepositoryPolicy struct{ Statement authz.StatementRef }

// EmptyList means that an element or a condition of a statement lists nothing.
type EmptyList struct {
	Statement authz.StatementRef
	Element   string
	Negated   bool // a condition of a negated operator, which every value meets
}

// ImpossibleValue means that a condition compares its key with a text that has not the form of
// the key's IDs, so that no request has it.
type ImpossibleValue struct {
	Statement  authz.StatementRef
	Key, Value string
	Err        error
}

// NoSuchAccount means that a resource of a statement is of an account whose ID has not 12
// digits.
type NoSuchAccount struct {
	Statement               authz.StatementRef
	Element, Value, Account string
}

// IncompleteARN means that a Resource is an ARN with fewer than six fields.
type IncompleteARN struct {
	Statement        authz.StatementRef
	Value, Completed string
	// Contested: a * in it may as well stand for what is missing.
	Contested bool
}

// IncompleteRoleARN means that the role is one of IAM Identity Center and its ARN lacks the
// path that all of these have.
type IncompleteRoleARN struct{}

// RejectedDocument means that AWS would reject the document.
type RejectedDocument struct{ Err *policy.Error }

// MisplacedElement means that AWS would reject the statement in a policy of this type.
type MisplacedElement struct {
	Statement *policy.Statement
	Misplacement
}

// MoreFindings means that a place has more findings like the ones before.
type MoreFindings struct{}

// AllowedElsewhere means that the identity policies allow the pull from the repository of the
// same name in another place.
type AllowedElsewhere struct{ Repository awsname.Repository }

// GrantedElsewhere means that the policies of the registry side grant the pull from the
// repository of the same name in another place.
type GrantedElsewhere struct{ Repository awsname.Repository }

// OtherAccountsOnly means that the repository policy grants to other accounts only.
type OtherAccountsOnly struct{ Accounts []string }

// DeletedPrincipal means that a statement of the repository policy names the unique ID that AWS
// leaves of a deleted role or user.
// Source means that https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type DeletedPrincipal struct {
	Statement authz.StatementRef
	ID        string
	RoleID    string // the unique ID of the role that pulls, which is another one; empty when it is not known
}

// MisspeltAction means that an Allow statement names an action that differs from one of the pull
// in a letter or two.
type MisspeltAction struct {
	Statement        authz.StatementRef
	Action, Intended string
}

// ResourceWithoutType means that the Resource of an Allow statement names the repository, and
// lacks "repository/" before the name.
type ResourceWithoutType struct {
	Statement authz.StatementRef
	Resource  string
}

// ResourceWithTag means that the Resource of an Allow statement names a tag or digest of the
// repository.
type ResourceWithTag struct {
	Statement authz.StatementRef
	Resource  string
}

// UnusedSnapshot means that the snapshot of a side does not say what it should, and that the
// verdict lacks it.
type UnusedSnapshot struct {
	Side    verdict.Side
	Nearest string // the repository or role of the snapshot that is probably meant, or empty
}

// SnapshotReadLater means that the snapshot of a side was read later than now.
type SnapshotReadLater struct{ Side verdict.Side }

// ImageRestoring means that ECR was restoring the image when the snapshot was read.
type ImageRestoring struct{}

// ScopeTooNarrow means that the registry policy would grant the pull if its scope were V2.
type ScopeTooNarrow struct{}

func (RoleARNDiffers) isFinding()          {}
func (NoSuchRole) isFinding()              {}
func (NoSuchRepository) isFinding()        {}
func (DifferentPartitions) isFinding()     {}
func (UnknownRegion) isFinding()           {}
func (UnlistedKey) isFinding()             {}
func (PlainVariable) isFinding()           {}
func (UnusedContextKey) isFinding()        {}
func (UnlistedAction) isFinding()          {}
func (SidOfDeny) isFinding()               {}
func (LoginInRepositoryPolicy) isFinding() {}
func (EmptyList) isFinding()               {}
func (ImpossibleValue) isFinding()         {}
func (NoSuchAccount) isFinding()           {}
func (IncompleteARN) isFinding()           {}
func (IncompleteRoleARN) isFinding()       {}
func (RejectedDocument) isFinding()        {}
func (MisplacedElement) isFinding()        {}
func (MoreFindings) isFinding()            {}
func (AllowedElsewhere) isFinding()        {}
func (GrantedElsewhere) isFinding()        {}
func (OtherAccountsOnly) isFinding()       {}
func (DeletedPrincipal) isFinding()        {}
func (MisspeltAction) isFinding()          {}
func (ResourceWithoutType) isFinding()     {}
func (ResourceWithTag) isFinding()         {}
func (UnusedSnapshot) isFinding()          {}
func (SnapshotReadLater) isFinding()       {}
func (ImageRestoring) isFinding()          {}
func (ScopeTooNarrow) isFinding()          {}
