// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// A Remedy is one change that one side can make, or one thing that it can supply.
type Remedy struct {
	Side   verdict.Side
	Change Change
	HCL    string // a resource of this provider that makes the change; empty when none does
	JSON   string // the statement or document to write; empty when none helps
	Lifted Lifted

	adds *policy.Document // what it adds to the policies of its type
}

// Lifted are the Allow statements whose conditions a remedy makes pointless: without
// them they would allow some of what the remedy allows.
type Lifted struct {
	Statements []authz.StatementRef
	// IsEnough: there is one statement, and it alone would allow all of it, so that
	// meeting its condition is another remedy.
	IsEnough bool
	// ExcludedBy is a statement of an earlier remedy whose conditions no request meets together
	// with those of this statement; nil if there is none.
	ExcludedBy *authz.StatementRef
	// Never are those of the statements whose conditions this pull can never meet.
	Never []NeverMet
}

// NeverMet are conditions of a statement that a pull can never meet.
type NeverMet struct {
	Statement  authz.StatementRef
	Conditions []policy.Condition
	Tags       []Tag // that another remedy sets
}

// A Tag is one that the repository or the principal needs, or must not have, for the condition of
// a statement.
type Tag struct {
	Key, Value string
	// Compared is the condition key with which the condition compares the tag; empty where the
	// statement has the value itself.
	Compared string
	// Pattern is what any other value may be like, too; empty where only Value will do.
	Pattern string
	// Removed: the repository must not have the tag, or only with a value that is none of
	// Not, which are patterns if NotLike.
	Removed   bool
	Not       []string
	NotLike   bool
	Statement authz.StatementRef
}

// A Change is what a remedy changes.
//
//sumtype:decl
type Change interface{ isChange() }

// ChangePartition means that role and image must be in one partition.
type ChangePartition struct{}

// CorrectImage means that the image may have missed one of these repositories.
type CorrectImage struct{ Intended []awsname.Repository }

// CorrectActions means that actions are judged that AWS does not list, which no policy is to
// allow.
type CorrectActions struct{ Unlisted []string }

// ChangePuller means that what pulls, or how, must change.
type ChangePuller struct{ Obstacle verdict.Obstacle }

// CreateRole means that the role must exist.
type CreateRole struct{}

// CreateRepository means that the repository must exist.
type CreateRepository struct{}

// ProvideImage means that the image must be there, and not archived.
type ProvideImage struct{ Obstacle verdict.Obstacle }

// RenewSnapshot means that the snapshot of a side must be read again, or be known.
type RenewSnapshot struct{ Of verdict.Side }

// TagRepository means that the repository must have tags, or must not have them.
type TagRepository struct {
	Tags []Tag
	Or   []Tag // of the principal, which help as much; may be none
}

// TagPrincipal means that the principal must have tags.
type TagPrincipal struct{ Tags []Tag }

// CompleteRoleARN means that the ARN of a role of IAM Identity Center must be set with its
// path, without which there is no such role.
type CompleteRoleARN struct{}

// AllowRole means that an identity policy must allow the pull.
type AllowRole struct {
	Actions []string // on the repository; none where only the login is missing
	NoLogin bool     // who creates what a service runs does not log in
	// PermissionSet: the role is one of IAM Identity Center, which only its permission set
	// changes.
	PermissionSet bool
	// ServiceLinked: the role is one whose policies only AWS changes, so that another must pull.
	ServiceLinked bool
	// Corrected is the name of the inline policy to correct; empty where one is added.
	Corrected string
	Import    string // the command by which a resource takes over the corrected policy; may be empty
	Several   bool   // the corrected policy is for other repositories, too
	Uncertain Uncertain
}

// GrantRole means that the repository policy must grant the pull.
type GrantRole struct {
	Actions []string
	// Corrected is the Sid of the statement to correct; empty where one is added.
	Corrected string
	Import    string // the command by which a resource takes over the corrected statement; may be empty
	Deleted   bool   // the corrected statement names a principal that was deleted
	// Before are the other statements that name a principal that was deleted: ECR takes
	// no change of the policy before they are corrected.
	Before      []authz.StatementRef
	PathUnknown bool // the role may have a path, which the ARN of its session does not have
	// AnyPath is the ARN of a role of IAM Identity Center with * for its path, which is not known;
	// empty if it is.
	AnyPath   string
	Uncertain Uncertain
}

// GrantInRegistry means that the registry policy must grant actions: the creation of the
// repository, which no repository policy can allow, and others on one that does not exist.
type GrantInRegistry struct {
	Actions []string
	AnyPath string // as in GrantRole
}

// Uncertain says which arguments that a remedy depends on may be wrong.
type Uncertain struct{ Image, Role bool }

// ExtendLimit means that a policy that limits must allow the actions.
type ExtendLimit struct {
	Type        authz.PolicyType
	Actions     []string
	BoundaryARN string // of the permissions boundary, if that is the type and it is known
	OfAWS       bool   // the boundary is an AWS managed policy, which only AWS changes
}

// ChangeDeny means that a Deny statement must not apply to the pull.
type ChangeDeny struct {
	Statement authz.StatementRef
	Actions   []string // that it denies
	// OfAWS is the ARN of its policy if that is an AWS managed one, which only AWS changes.
	OfAWS string
}

// SupplyPolicies means that the policies of a type must be set to decide the verdict.
type SupplyPolicies struct{ Type authz.PolicyType }

// SupplyConsumerRCPs means that the resource control policies of the consumer's organization
// must be set to decide the login.
type SupplyConsumerRCPs struct{}

// SupplyExistence means that it must be set whether the repository exists.
type SupplyExistence struct{}

// SupplyCreator means that the role that creates the function must be set to decide the verdict.
type SupplyCreator struct{}

// SupplyKey means that a value of a condition key must be set to decide the verdict.
type SupplyKey struct {
	Unknown []authz.UnknownKey // one for each decision that it keeps open
	// Unless are policies that are not known and may decide without the key.
	Unless []authz.PolicyType
}

// CorrectKey means that a condition key that AWS does not list must be corrected.
type CorrectKey struct {
	Key, Nearest string // as in lint.UnlistedKey
	Statements   []authz.StatementRef
}

// ReviewStatement means that a statement keeps the verdict open, and no value decides it.
type ReviewStatement struct {
	Statement authz.StatementRef
	Cause     Cause // nil where it is not known
}

func (ChangePartition) isChange()    {}
func (CorrectImage) isChange()       {}
func (CorrectActions) isChange()     {}
func (ChangePuller) isChange()       {}
func (CreateRole) isChange()         {}
func (CreateRepository) isChange()   {}
func (ProvideImage) isChange()       {}
func (RenewSnapshot) isChange()      {}
func (TagRepository) isChange()      {}
func (TagPrincipal) isChange()       {}
func (CompleteRoleARN) isChange()    {}
func (AllowRole) isChange()          {}
func (GrantRole) isChange()          {}
func (ExtendLimit) isChange()        {}
func (ChangeDeny) isChange()         {}
func (SupplyPolicies) isChange()     {}
func (SupplyConsumerRCPs) isChange() {}
func (SupplyExistence) isChange()    {}
func (GrantInRegistry) isChange()    {}
func (SupplyCreator) isChange()      {}
func (SupplyKey) isChange()          {}
func (CorrectKey) isChange()         {}
func (ReviewStatement) isChange()    {}

// A Cause is why a statement cannot be judged.
//
//sumtype:decl
type Cause interface{ isCause() }

// Misplaced means that AWS would reject the statement in a policy of its type.
type Misplaced struct{ lint.Misplacement }

// Rejected means that AWS would reject the statement.
type Rejected struct{ Problem string }

// NamesSession means that the statement names a session of the role, and which session pulls is
// not known.
type NamesSession struct{ Session string }

// ContestedRCP means that the statement is one of a resource control policy, and AWS's pages
// contradict each other on whether it applies to the login.
type ContestedRCP struct{}

func (ContestedRCP) isCause() {}
func (Misplaced) isCause()    {}
func (Rejected) isCause()     {}
func (NamesSession) isCause() {}
