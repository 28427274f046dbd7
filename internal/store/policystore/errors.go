// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// An ExistsError says that a Create found a statement with the Sid that it cannot
// adopt.
type ExistsError struct {
	Key       Key
	Statement *policy.Statement // the existing one; with Own, the one that was to be created
	Own       bool              // another object of this configuration manages it
}

// Error names the statement.
func (e *ExistsError) Error() string {
	if e.Own {
		return fmt.Sprintf("another resource of this configuration manages %s", e.Key)
	}
	return fmt.Sprintf("%s exists and is different: %s", e.Key, printed.Message(e.Statement.String()))
}

// A ChangedError says that an existing statement is not the one in the state, so that
// it was not replaced or deleted.
type ChangedError struct {
	Key       Key
	Statement *policy.Statement // the existing one
}

// Error names the statement.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s was changed since the plan was made: %s", e.Key, printed.Message(e.Statement.String()))
}

// A MissingError says that a statement was missing when it could be read again, so long after its
// write that somebody may have removed it, so that it was not written again.
type MissingError struct {
	Key   Key
	After time.Duration // from the write to the read
}

// Error names the statement.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s was missing %s after it was written, and was not written again: somebody may have removed it", e.Key, e.After.Round(time.Second))
}

// A DuplicateSidError says that several statements of a policy have one Sid.
type DuplicateSidError struct {
	Key   Key
	Count int
}

// Error names the policy and the Sid.
func (e *DuplicateSidError) Error() string {
	return fmt.Sprintf("%s has %d statements with the Sid %s", Name(e.Key.Repository), e.Count, printed.Value(e.Key.Sid))
}

// A VersionError says that a policy has a Version in which the policy variable of a
// statement would be plain text.
type VersionError struct {
	Key     Key
	Version string
}

// Error names the statement and the version.
func (e *VersionError) Error() string {
	return fmt.Sprintf("%s would have a policy variable, which is plain text in a policy with the Version %s", e.Key, printed.Value(e.Version))
}

// A RefusedError says that ECR refused a policy because of its content.
type RefusedError struct {
	Key      Key
	Removing bool             // the statement was to be deleted
	Named    []string         // the accounts, roles and users that the statement names
	Policy   *policy.Document // before the change
	Waited   time.Duration    // how long the change was tried
	Cause    error            // an *awserr.Error
}

// Error returns the cause.
func (e *RefusedError) Error() string { return e.Cause.Error() }

// Unwrap returns the *awserr.Error.
func (e *RefusedError) Unwrap() error { return e.Cause }

// A MismatchError says that ECR answered a call about one policy with another one.
type MismatchError struct {
	Repository    awsname.Repository // the one of the call
	Account, Name string             // of the response; no name for the registry policy
}

// Error names both policies.
func (e *MismatchError) Error() string {
	other := "the registry"
	if e.Name != "" {
		other = "the repository " + printed.Value(e.Name)
	}
	return fmt.Sprintf("the call was about %s, but ECR answered for %s of the account %s", Name(e.Repository), other, printed.Value(e.Account))
}

// Unwrap makes it an error of the kind awserr.Unreadable: the response is not AWS's.
func (e *MismatchError) Unwrap() error {
	return &smithy.DeserializationError{Err: errors.New("the response is about another policy")}
}

// An UnknownElementsError says that a policy has no statement left, but elements that this
// package does not know, which would be lost if the policy was deleted.
type UnknownElementsError struct {
	Repository awsname.Repository
	Elements   []string
}

// Error names the policy and the elements.
func (e *UnknownElementsError) Error() string {
	return fmt.Sprintf("%s would have no statement left, but it has elements beside Version, Id and Statement: %s",
		Name(e.Repository), wording.Some(printed.Values(e.Elements), "and"))
}

// A LostError says that other writers kept overwriting a change until its time was
// up.
type LostError struct {
	Repository awsname.Repository
	Writes     int // how often the change was sent
}

// Error names the policy.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s was changed by another writer after our writes, of which there were %d", Name(e.Repository), e.Writes)
}
