// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// What Public returns.
const (
	EveryPrincipal = "every principal of every AWS account"
	EveryCustomer  = "every AWS customer, through the service"
)

var errNotOneCaller = errors.New("it may be of more than one caller")

// Public says for whom an Allow statement opens a repository that no condition limits to
// accounts, organizations, principals or networks that it names: all principals, or all
// customers of a service. It returns "" for any other statement.
func Public(s *policy.Statement) string {
	conditions := s.Conditions()
	switch principals := s.Principals(); {
	case s.Effect() != "Allow":
	case (slices.Contains(principals["AWS"], "*") || slices.Contains(principals["Federated"], "*")) && !slices.ContainsFunc(conditions, LimitsCallers):
		return EveryPrincipal
	case len(principals["Service"]) > 0 && !slices.ContainsFunc(conditions, LimitsSources):
		return EveryCustomer
	}
	return ""
}

// LimitsCallers reports whether only callers that a condition names meet it: those of named
// accounts or organizations, named principals, or those that call from named networks or for
// named resources. What a caller chooses itself, such as a tag, limits nobody.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func LimitsCallers(c policy.Condition) bool { return limits(callerChecks, c) || LimitsSources(c) }

// callerChecks are the condition keys of a caller whose value no other caller can have, in
// lower case, each with what ensures that a value of a policy is one of these.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var callerChecks = map[string]func(value string) error{
	"aws:principalorgid":    orOwn("${aws:ResourceOrgID}", CheckOrganizationID),
	"aws:principalorgpaths": CheckOrganizationPath,
	"aws:principalaccount":  orOwn("${aws:ResourceAccount}", CheckAccountID),
	"aws:principalarn":      checkSourceAccount,
	"aws:userid":            matches(`^(A(RO|ID)A[A-Z0-9]{12,124}|[0-9]{12})(:.*)?$`),
	"aws:sourcevpc":         matches(`^vpc-[0-9a-z-]+$`),
	"aws:sourcevpce":        matches(`^vpce-[0-9a-z-]+$`),
	"aws:vpceaccount":       CheckAccountID,
	"aws:vpceorgid":         CheckOrganizationID,
	"aws:vpceorgpaths":      CheckOrganizationPath,
	"aws:sourceip":          checkNarrowRange,
	"aws:resourceorgid":     isVariable("${aws:PrincipalOrgID}"),
	"aws:resourceaccount":   isVariable("${aws:PrincipalAccount}"),
}

// isVariable accepts the policy variable of the caller only: the condition compares it with the
// registry account's own value, from the other side.
func isVariable(variable string) func(string) error {
	return orOwn(variable, func(string) error { return errNotOneCaller })
}

// orOwn also accepts the policy variable for the registry account's own value.
func orOwn(variable string, check func(string) error) func(string) error {
	return func(value string) error {
		if strings.EqualFold(value, variable) {
			return nil
		}
		return check(value)
	}
}

func matches(pattern string) func(string) error {
	form := regexp.MustCompile(pattern)
	return func(value string) error {
		if !form.MatchString(value) || awsname.HasWildcard(strings.SplitN(value, ":", 2)[0]) {
			return errNotOneCaller
		}
		return nil
	}
}

// checkNarrowRange returns an error if a range of addresses is so large that Amazon S3 calls
// it public.
func checkNarrowRange(value string) error {
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		_, err = netip.ParseAddr(value)
		return err
	}
	if prefix.Addr().Is4() && prefix.Bits() < 8 || prefix.Addr().Is6() && prefix.Bits() < 32 {
		return errNotOneCaller
	}
	return nil
}
