// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

const wrongAccount = "Wrong AWS account"

// checkAccount returns a *awserr.ConfigError when account is not among the allowed
// ones (if there are any) or is among the forbidden ones.
func checkAccount(account string, allowed, forbidden []string) error {
	if len(allowed) > 0 && !slices.Contains(allowed, account) {
		return &awserr.ConfigError{
			Summary: wrongAccount,
			Problem: fmt.Sprintf("The credentials belong to the account %s, which allowed_account_ids does not list (it lists %s).", account, strings.Join(allowed, ", ")),
			Remedy:  "Use credentials of an allowed account (check profile, assume_role and the AWS_* environment variables), or add the account to allowed_account_ids.",
		}
	}
	if slices.Contains(forbidden, account) {
		return &awserr.ConfigError{
			Summary: wrongAccount,
			Problem: fmt.Sprintf("The credentials belong to the account %s, which forbidden_account_ids lists.", account),
			Remedy:  "Use credentials of another account (check profile, assume_role and the AWS_* environment variables), or remove the account from forbidden_account_ids.",
		}
	}
	return nil
}
