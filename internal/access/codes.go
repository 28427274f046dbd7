// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Code names a kind of finding. Codes are part of the provider's output.
type Code string

// A Severity says how much a finding matters.
type Severity string

// The severities.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"
)

func (s Severity) rank() int { return strings.Index("high medium low", string(s)) }

// The codes.
const (
	OpenToEveryone       Code = "open_to_everyone"
	ServiceWithoutSource Code = "service_without_source"
	OutsideOrganization  Code = "outside_organization"
	PolicyNotRead        Code = "policy_not_read"
	WholeAccount         Code = "whole_account"
	ActionWildcard       Code = "action_wildcard"
	UnneededChanges      Code = "unneeded_changes"
	WeakCondition        Code = "weak_condition"
	ConditionAlwaysMet   Code = "condition_always_met"
	ImpossibleValue      Code = "impossible_value"
	MisspeltKey          Code = "misspelt_key"
	RoleInSourceARN      Code = "role_in_source_arn"
	WrongPrincipalARN    Code = "wrong_principal_arn"
	DeletedPrincipal     Code = "deleted_principal"
	RejectedStatement    Code = "rejected_statement"
	TooComplex           Code = "too_complex"
	OpenButForDeny       Code = "open_but_for_deny"
	UnneededReads        Code = "unneeded_reads"
	UncertainCondition   Code = "uncertain_condition"
	InvalidPrincipal     Code = "invalid_principal"
	OtherPartition       Code = "other_partition"
	NeverApplies         Code = "never_applies"
	NeverForPrincipal    Code = "never_for_principal"
	WrongResource        Code = "wrong_resource"
	ClosedByDeny         Code = "closed_by_deny"
	UnknownAction        Code = "unknown_action"
	LoginAction          Code = "login_action"
	RegistryAction       Code = "registry_action"
	NeedlessGrant        Code = "needless_grant"
	NoDescription        Code = "no_description"
	UnusedSuppression    Code = "unused_suppression"
)

// codes has the severity and the meaning of each code, in the order of the documentation.
var codes = []struct {
	code     Code
	severity Severity
	meaning  string
}{
	{OpenToEveryone, High, "all principals are allowed, and no condition limits them to accounts, organizations, principals or networks that it names"},
	{ServiceWithoutSource, High, "a service is allowed for all of its customers: no condition names its sources"},
	{OutsideOrganization, High, "a grantee is not in the organization of `organization_id` or `organization_accounts`"},
	{PolicyNotRead, High, "a policy is not in the snapshot"},
	{WholeAccount, Medium, "a whole account is allowed, and no condition limits it to principals with certain names, IDs or tags"},
	{ActionWildcard, Medium, "actions are allowed by a wildcard or by `NotAction`"},
	{UnneededChanges, Medium, "actions are allowed that change images or settings, which a pull does not need"},
	{WeakCondition, Medium, "requests meet a condition without the key, or with nearly any value of it"},
	{ConditionAlwaysMet, Medium, "every request that the statement is for meets a condition: it does not limit an Allow, or its exception from a Deny never applies"},
	{ImpossibleValue, Medium, "a condition compares its key with a value that no request has, such as `aws:PrincipalOrgID` with a text that is no organization ID"},
	{MisspeltKey, Medium, "AWS does not list a condition key"},
	{RoleInSourceARN, Medium, "`aws:SourceArn` is compared with the ARN of an IAM principal"},
	{WrongPrincipalARN, Medium, "`aws:PrincipalArn` is compared with the ARN of a role session, or with the root ARN of an account, which no role and no user has there"},
	{DeletedPrincipal, Medium, "a principal is the ID of a role or user that was deleted"},
	{RejectedStatement, Medium, "AWS would reject the statement, so what it says is not certain"},
	{TooComplex, Medium, "the policies are too complex to evaluate all of them"},
	{OpenButForDeny, Low, "all principals are allowed, and only a Deny statement keeps outsiders away"},
	{UnneededReads, Low, "actions are allowed that read what a pull does not need"},
	{UncertainCondition, Low, "AWS does not say how it compares a value or a key of several values, or takes a wildcard or a policy variable literally"},
	{InvalidPrincipal, Low, "a principal has a form that AWS does not accept"},
	{OtherPartition, Low, "a principal is in another partition, such as `aws-cn`"},
	{NeverApplies, Low, "the statement means nobody, or no request meets its conditions"},
	{NeverForPrincipal, Low, "no request of a principal meets the conditions of the statement, which others can meet"},
	{WrongResource, Low, "the `Resource` of the statement is another Region, account or repository, or its `NotResource` is this one"},
	{ClosedByDeny, Low, "Deny statements deny all that the statement allows"},
	{UnknownAction, Low, "an action is not known to this provider, or is one of another service"},
	{LoginAction, Low, "`ecr:GetAuthorizationToken` has no effect in a policy of the resource side"},
	{RegistryAction, Low, "an action is for the registry and not for a repository: it has no effect in a repository policy"},
	{NeedlessGrant, Low, "other statements allow all that the statement allows"},
	{NoDescription, Low, "the statement has no description, although `descriptions` is set"},
	{UnusedSuppression, Low, "a suppression matches no finding"},
}

// CheckCode returns an error if there is no such code.
func CheckCode(code string) error {
	var known []string
	for _, c := range codes {
		if string(c.code) == code && c.code != UnusedSuppression {
			return nil
		}
		known = append(known, string(c.code))
	}
	if meant := awsname.Nearest(code, known); meant != "" {
		return fmt.Errorf("%s is not the code of a finding: did you mean %q?", printed.Quoted(code), meant)
	}
	return fmt.Errorf("%s is not the code of a finding that can be suppressed", printed.Quoted(code))
}

// Documentation returns a list of the codes in Markdown.
func Documentation() string {
	var b strings.Builder
	for _, c := range codes {
		fmt.Fprintf(&b, "- `%s` (%s): %s.\n", c.code, c.severity, c.meaning)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func severityOf(code Code) Severity {
	for _, c := range codes {
		if c.code == code {
			return c.severity
		}
	}
	return High
}
