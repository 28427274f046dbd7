// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// addCallError adds an error of a call to ECR. If the cause may be whose credentials made the
// call, it asks AWS for their account and names it.
func (b *Base) addCallError(ctx context.Context, diags *diag.Diagnostics, err error) {
	b.addError(diags, b.withCredentials(ctx, err))
}

func (b *Base) withCredentials(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*awserr.Error](err)
	if !ok || failed.Kind != awserr.AccessDenied && failed.Kind != awserr.RepositoryNotFound {
		return err
	}
	account := b.account(ctx)
	named := *failed // A copy: the error of a shared read belongs to others too.
	switch account {
	case "":
		return err
	case failed.Attempt.Account:
		named.Attempt.OwnAccount = true
	default:
		named.Attempt.Credentials = account
	}
	return &named
}

// account returns the account of the credentials, or nothing when AWS does not say.
func (b *Base) account(ctx context.Context) string {
	identity, err := b.Clients.Identity(ctx)
	if err != nil {
		return ""
	}
	return identity.Account
}
