package verdict

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
)

// An Input is everything that is known about one pull. The field names are the
// argument names of both doors.
type Input struct {
	Image         string         // a private ECR image URI; exactly one of Image and RepositoryARN is given
	RepositoryARN string         // the ARN of the repository
	RoleARN       string         // who pulls: the ARN of a role; a role session or a user is judged as such
	Access        actionset.Name // what is to be done; empty means pull

	RepositoryPolicy        Documents // at most one document
	RegistryPolicy          Documents // at most one document
	RegistryPolicyScope     string    // "V1", "V2", or empty when not known
	IdentityPolicies        Documents
	PermissionsBoundary     Documents // at most one document
	SessionPolicies         Documents
	ServiceControlPolicies  Levels
	ResourceControlPolicies Levels
	VPCEndpointPolicy       Documents // at most one document

	// PlannedStatements are laid over the repository policy: each takes the
	// place of the statement that has its Sid, or is added.
	PlannedStatements []Document
	// PlannedRolePolicies are laid over the identity policies: each takes the
	// place of the policy that has its Name, or is added.
	PlannedRolePolicies []Document

	// Context holds the condition keys that are known, by name. An empty list
	// means that the key is known to be absent.
	Context map[string][]string

	// What only AWS can tell; a check that reads live fills it in and passes it on.

	ActualRoleARN    string    // the role's ARN as IAM gives it, with the role's path; empty when not known
	RoleExists       Existence // whether IAM knows the role
	RepositoryExists Existence // whether ECR knows the repository
}

// An Existence says whether a role or a repository exists.
type Existence int

// The existences.
const (
	ExistenceUnknown Existence = iota // nothing was said: it is judged as one that exists
	Exists
	Missing
)

// A State says how much is known about the documents of one kind.
type State int

// The states.
const (
	NotGiven State = iota // nothing was said about them
	Unknown               // there may be more than is listed: it could not be read
	Known                 // the list is complete; an empty list says that there is none
)

// Documents are the policy documents of one kind.
type Documents struct {
	State State
	List  []Document
}

// Given returns documents that are known completely; without arguments, that
// there is none.
func Given(list ...Document) Documents { return Documents{State: Known, List: list} }

// Levels are the control policies of one kind, one list for each level of the
// organization: the root, each organizational unit, the account.
type Levels struct {
	State State
	List  [][]Document
}

// UnknownText is the text of a document that may exist and is not known: reading
// it was refused. So it stays unknown when it is passed on to another check.
const UnknownText = "unknown"

// AnyPolicy is the name, beside UnknownText, of identity policies that may exist
// and are not listed.
const AnyPolicy = "*"

// A Document is one policy document, or one statement, as JSON.
type Document struct {
	// Name tells an identity policy: the ARN of a managed policy, else the name of
	// an inline policy. For other documents it is the name that explanations use.
	Name string
	Text string // JSON, or UnknownText
	// At says which argument the document came from; zero when it was read from AWS.
	At At
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
	s.WriteString(a.Attribute)
	for _, i := range a.Indexes {
		s.WriteString("[" + strconv.Itoa(i) + "]")
	}
	if a.Key != "" {
		s.WriteString("[" + strconv.Quote(a.Key) + "]")
	}
	return s.String()
}

// An InputError says which argument is wrong, and how.
type InputError struct {
	At      At
	Problem string // a clause whose subject is the argument, as in "is not given"
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

// Error lists the faults, one a line, with a full stop before each next one.
func (e InputErrors) Error() string {
	lines := make([]string, len(e))
	for i, fault := range e {
		lines[i] = fault.Error()
	}
	return strings.Join(lines, ".\n")
}

// Unwrap returns the faults.
func (e InputErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, fault := range e {
		errs[i] = fault
	}
	return errs
}
