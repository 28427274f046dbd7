// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readgroup"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Sources are what a check reads from. Checks that share them share their reads
// too: any number of checks on one repository and one role costs what one costs.
type Sources struct {
	Identity           func(context.Context) (awsapi.Identity, error) // of the credentials
	RepositoryPolicies *policystore.Store
	RegistryPolicies   *registrypolicy.Store
	Roles              *rolepolicy.Store
}

// A Refusal is a read that AWS refused. What it would have read stays unknown.
type Refusal struct {
	At  verdict.At // what stays unknown: an argument or one of its policies; role_arn when only the role's path does
	Err error      // of type *awserr.Error
}

// A reader fills an input from concurrent reads.
type reader struct {
	*readgroup.Group
	Sources
	verdict.Target
	names    []string // the arguments to be filled
	in       *verdict.Input
	roleSet  bool // the arguments say whether the role exists
	refusals []Refusal
	across   error // see Report
}

// read starts a call of one side, whose error is an *awserr.Error. If AWS denies the call, what
// it was to fill stays unknown; any other error ends the check.
func (r *reader) read(at verdict.At, call func(context.Context) error) {
	r.Do(func(ctx context.Context) error {
		err := call(ctx)
		if kind := awserr.KindOf(err); kind != awserr.AccessDenied && kind != awserr.Unsupported {
			return err
		}
		r.Locked(func() {
			r.refusals = append(r.refusals, Refusal{at, err})
			r.markUnknown(at)
		})
		return nil
	})
}

// markUnknown marks what could not be read.
func (r *reader) markUnknown(at verdict.At) {
	switch at.Attribute {
	case "repository_policy":
		r.in.RepositoryPolicy.State = verdict.Unknown
	case "registry_policy":
		r.in.RegistryPolicy.State = verdict.Unknown
	case "permissions_boundary":
		r.in.PermissionsBoundary.State = verdict.Unknown
	case "identity_policies":
		if at.Key == "" {
			r.in.IdentityPolicies.State = verdict.Unknown
			return
		}
		r.in.IdentityPolicies.List = append(r.in.IdentityPolicies.List, verdict.Document{Name: at.Key, Text: verdict.UnknownText})
	}
}

// documents are what a read has found.
func documents(list ...verdict.Document) verdict.Documents {
	return verdict.Documents{State: verdict.Known, Source: verdict.Read, List: list}
}
