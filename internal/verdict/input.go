// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Source is where a document comes from; the values are part of the provider's output.
type Source string

// The sources.
const (
	Given        Source = "given"    // an argument, also if another check has read it
	Read         Source = "read"     // read from AWS by this check
	FromSnapshot Source = "snapshot" // read from AWS before, for a snapshot
	Planned      Source = "planned"  // a plan writes it
	NotKnown     Source = "unknown"
)

// An Input is everything that is known about one pull. The fields are the arguments
// of the data source ecrxa_pull_check and of the function evaluate_pull.
type Input struct {
	Image         string // a private ECR image URI; exactly one of Image and RepositoryARN is set
	RepositoryARN string // the ARN of the repository
	RoleARN       string // who pulls: the ARN of a role; a role session or a user is judged as such; for AWS Lambda, who creates the function
	// ServicePrincipal is the AWS service that pulls in place of a role, as in
	// lambda.amazonaws.com.
	ServicePrincipal string
	SourceARN        string         // the resource for which the service pulls, as the ARN of a function
	Access           actionset.Name // the set of actions; empty means pull, unless Actions is set
	Actions          []string       // the actions, in place of a set
	Puller           puller.Name    // what pulls; empty when that is not known
	PullerRegion     string         // the Region in which it runs; empty when that is not known
	TrustPolicy      Documents      // of the role; at most one document

	RepositoryPolicy Documents // at most one document
	// RepositoryCreationTemplatePolicy is what a repository has that the first pull through
	// a cache creates; at most one document.
	RepositoryCreationTemplatePolicy Documents

	RegistryPolicy          Documents // at most one document
	RegistryPolicyScope     string    // "V1" or "V2"; empty means V2
	IdentityPolicies        Documents
	PermissionsBoundary     Documents // at most one document
	SessionPolicies         Documents
	ServiceControlPolicies  Levels
	ResourceControlPolicies Levels // of the registry's organization
	// ConsumerResourceControlPolicies are those of the consumer's organization.
	ConsumerResourceControlPolicies Levels

	VPCEndpointPolicy Documents // at most one document
	S3EndpointPolicy  Documents // at most one document

	// PlannedStatements change the repository policy: each replaces the statement
	// that has its Sid, or is added.
	PlannedStatements []Document
	// PlannedRegistryStatements change the registry policy likewise.
	PlannedRegistryStatements []Document
	// PlannedRolePolicies change the identity policies: each replaces the policy
	// that has its Name, or is added.
	PlannedRolePolicies []Document

	// Context holds the condition keys that are known, by name. An empty list
	// means that the key is known to be absent.
	Context map[string][]string

	// What only AWS knows; a check that reads from AWS fills it in and passes it on.

	ActualRoleARN    string    // the role's ARN as IAM gives it, with the role's path; empty when not known
	RoleExists       Existence // whether IAM knows the role
	RepositoryExists Existence // whether ECR knows the repository

	// RegistrySnapshot and ConsumerSnapshot are what else is known from snapshots of the
	// sides; nil where there is none.
	RegistrySnapshot *Snapshot
	ConsumerSnapshot *Snapshot
}

// The scopes of a registry policy. AWS has removed V1: SDKs and documentation know V2 only.
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html and
// https://github.com/aws/aws-sdk-go-v2/blob/main/service/ecr/CHANGELOG.md (v1.57.2)
const (
	ScopeV1 = "V1" // covers scopeV1Actions only
	ScopeV2 = "V2" // covers every action; the default
)

// A State says how much is known about the policies of one type.
type State int

// The states.
const (
	NotSet  State = iota // nothing is known about them
	Unknown              // there may be more than is listed: it could not be read
	Known                // the list is complete; an empty list says that there is none
)

// Documents are the policy documents of one type.
type Documents struct {
	State  State
	Source Source // Given, Read or FromSnapshot; empty means Given
	List   []Document
}

// DocumentsOf returns documents that are known completely; without arguments, that
// there are none.
func DocumentsOf(list ...Document) Documents { return Documents{State: Known, List: list} }

// Levels are the control policies of one type, one list for each level of the
// organization: the root, each organizational unit, the account.
type Levels struct {
	State  State
	Source Source // Given or FromSnapshot; empty means Given
	List   [][]Document
	// Targets are what the levels are attached to, as in ou-ab12-11111111; may be empty.
	Targets []string
}

// UnknownText is the text of a document that may exist and is not known, because
// AWS denied the read. With it the document stays unknown when it is passed on to
// another check.
const UnknownText = "unknown"

// AnyPolicy is the name, beside UnknownText, of identity policies that may exist
// and are not listed.
const AnyPolicy = "*"

// A Document is one policy document, or one statement, as JSON.
type Document struct {
	// Name identifies an identity policy: the ARN of a managed policy, or the name of
	// an inline policy. For other documents it is the name that reports use.
	Name string
	Text string // JSON, or UnknownText
	// At says which argument the document came from; zero when it was read from AWS, now or
	// for a snapshot.
	At At
}

// IsStored reports whether the document was read from AWS. AWS accepted it, so what it
// would refuse cannot be in it; an argument may be anything that somebody wrote. What a
// snapshot has was read from AWS.
func (d *Document) IsStored() bool { return d.At.Attribute == "" }

// StateOf returns how much is known about the policies of a type.
func (in *Input) StateOf(t authz.PolicyType) State { return in.of(t).State }

// of returns the documents of a type, of all its levels.
func (in *Input) of(t authz.PolicyType) Documents {
	switch t {
	case authz.IdentityPolicy:
		return in.IdentityPolicies
	case authz.PermissionsBoundary:
		return in.PermissionsBoundary
	case authz.SessionPolicy:
		return in.SessionPolicies
	case authz.ServiceControlPolicy:
		return in.ServiceControlPolicies.all()
	case authz.ResourceControlPolicy:
		return in.ResourceControlPolicies.all()
	case authz.VPCEndpointPolicy:
		return in.VPCEndpointPolicy
	case authz.S3EndpointPolicy:
		return in.S3EndpointPolicy
	case authz.RepositoryPolicy:
		return in.RepositoryPolicy
	case authz.RegistryPolicy:
	}
	return in.RegistryPolicy
}

func (l Levels) all() Documents {
	return Documents{State: l.State, Source: l.Source, List: slices.Concat(l.List...)}
}

// plannedStatements returns the statements that a plan puts into the policy of a type.
func (in *Input) plannedStatements(t authz.PolicyType) []Document {
	if t == authz.RegistryPolicy {
		return in.PlannedRegistryStatements
	}
	return in.PlannedStatements
}

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

// clone returns the input with copies of its lists.
func (in *Input) clone() Input {
	c := *in
	c.Actions = slices.Clone(in.Actions)
	for _, docs := range []*Documents{
		&c.RepositoryPolicy, &c.RepositoryCreationTemplatePolicy, &c.RegistryPolicy, &c.IdentityPolicies, &c.PermissionsBoundary, &c.SessionPolicies, &c.VPCEndpointPolicy, &c.S3EndpointPolicy, &c.TrustPolicy,
	} {
		docs.List = cloneDocuments(docs.List)
	}
	for _, levels := range []*Levels{&c.ServiceControlPolicies, &c.ResourceControlPolicies, &c.ConsumerResourceControlPolicies} {
		levels.List = slices.Clone(levels.List)
		for i, level := range levels.List {
			levels.List[i] = cloneDocuments(level)
		}
	}
	c.PlannedStatements, c.PlannedRegistryStatements = cloneDocuments(in.PlannedStatements), cloneDocuments(in.PlannedRegistryStatements)
	c.PlannedRolePolicies = cloneDocuments(in.PlannedRolePolicies)
	c.Context = maps.Clone(in.Context)
	for key, values := range c.Context {
		c.Context[key] = slices.Clone(values)
	}
	return c
}

func cloneDocuments(docs []Document) []Document {
	clone := slices.Clone(docs)
	for i := range clone {
		clone[i].At.Indexes = slices.Clone(clone[i].At.Indexes)
	}
	return clone
}

// An At is the place of a value in the arguments.
type At struct {
	Attribute string
	Indexes   []int  // in a list, or in a list of lists
	Key       string // in a map
}

// String writes the place as Terraform does, as in planned_statements[1].
func (a At) String() string {
	var s strings.Builder
	s.WriteString(printed.Name(a.Attribute))
	for _, i := range a.Indexes {
		s.WriteString("[" + strconv.Itoa(i) + "]")
	}
	if a.Key != "" {
		s.WriteString("[" + printed.Quoted(a.Key) + "]")
	}
	return s.String()
}

// An InputError says which argument is wrong, and how.
type InputError struct {
	At      At
	Problem string // a predicate whose subject is the argument, as in "is not set"
	Err     error  // the cause, often a *policy.Error with the line; may be nil
}

// Error names the argument, the problem and the cause.
func (e *InputError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s %s", e.At, e.Problem)
	}
	return fmt.Sprintf("%s %s: %v", e.At, e.Problem, e.Err)
}

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// InputErrors are all faults of an input.
type InputErrors []*InputError

// Error lists the faults, one a line, with a full stop before each next one; of very many
// the first ones.
func (e InputErrors) Error() string {
	lines := make([]string, len(e))
	for i, fault := range e {
		lines[i] = fault.Error()
	}
	return strings.Join(wording.Capped(lines, "faults"), ".\n")
}

// Unwrap returns the faults.
func (e InputErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, fault := range e {
		errs[i] = fault
	}
	return errs
}
