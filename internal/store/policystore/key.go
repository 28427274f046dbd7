// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Key names one statement of a policy.
type Key struct {
	Repository awsname.Repository // without a name: the policy is that of the registry
	Sid        string
}

// String names the statement, as in: the statement with the Sid TeamA in the policy
// of the repository app (account 123456789012, region us-east-1).
func (k Key) String() string {
	return fmt.Sprintf("the statement with the Sid %s in %s", printed.Value(k.Sid), Name(k.Repository))
}

// Name names a policy, as in: the policy of the repository app (account 123456789012,
// region us-east-1); or the registry policy (account 123456789012, region us-east-1).
func Name(of awsname.Repository) string {
	name := "the registry policy"
	if of.Name != "" {
		name = "the policy of the repository " + of.Name
	}
	return fmt.Sprintf("%s (account %s, region %s)", name, of.Account, of.Region)
}
