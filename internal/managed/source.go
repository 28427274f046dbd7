// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// sourceChecks are the condition keys that say for whose resources a service acts, in lower
// case, each with what ensures that a value names one account or one organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
var sourceChecks = map[string]func(value string) error{
	"aws:sourcearn":      checkSourceAccount,
	"aws:sourceaccount":  CheckAccountID,
	"aws:sourceorgid":    CheckOrganizationID,
	"aws:sourceorgpaths": CheckOrganizationPath,
}

func checkSourceAccount(arn string) error {
	a, err := awsname.ParseARN(arn)
	if err == nil && !awsname.IsAccountID(a.Account) {
		err = fmt.Errorf("%s does not name one account", printed.Quoted(arn))
	}
	return err
}

// LimitsSources reports whether a service meets a condition only when it acts for resources of
// the accounts or organizations that the condition names. Lambda itself writes StringLike with
// ARNs of functions.
func LimitsSources(c policy.Condition) bool { return limits(sourceChecks, c) }

func limits(checks map[string]func(string) error, c policy.Condition) bool {
	check := checks[strings.ToLower(c.Variable)]
	if check == nil || len(c.Values) == 0 || slices.ContainsFunc(PossibleValues(c), func(value string) bool { return check(value) != nil }) {
		return false
	}
	const nobody = "000000000000"
	return authz.MetByOthers([]policy.Condition{c}, nobody) == authz.MetBy{}
}
