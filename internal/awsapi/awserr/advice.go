// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// advice is what happened and what to do now, in whole sentences.
type advice struct{ happened, now string }

// adviceFor returns the advice on an error. text is AWS's message.
func adviceFor(e *Error, text string) advice {
	if e.Kind == AccessDenied {
		d := parseDenial(text)
		role, known := roleNotAssumed(e.Cause)
		role.ARN = redacted(e.Cause, role.ARN)
		if known || strings.HasPrefix(d.action, "sts:AssumeRole") {
			return assumeRoleAdvice(d, role)
		}
		return accessDeniedAdvice(d, e.Attempt.Side)
	}
	if e.Kind == LimitExceeded {
		return quotaAdvice(e.Attempt.Side)
	}
	if configuration, ok := errors.AsType[*ConfigError](e.Cause); ok {
		problem, remedy := redacted(e.Cause, configuration.Problem), redacted(e.Cause, configuration.Remedy)
		return advice{"The call was not made. " + printed.Message(problem), printed.Message(remedy)}
	}
	if a, ok := adviceByKind[e.Kind]; ok {
		return a
	}
	return adviceByKind[Other]
}

// permissions lists what the provider needs on each side.
var permissions = map[Side]string{
	RegistrySide: "ecr:GetRepositoryPolicy, ecr:SetRepositoryPolicy and ecr:DeleteRepositoryPolicy on the repository (a check that reads the registry also needs ecr:GetRegistryPolicy)",
	ConsumerSide: "iam:GetRolePolicy, iam:PutRolePolicy and iam:DeleteRolePolicy on the role (a check that reads the role also needs iam:GetRole, iam:ListRolePolicies, iam:ListAttachedRolePolicies, iam:GetPolicy and iam:GetPolicyVersion)",
	"":           "the action that AWS's message names",
}

func accessDeniedAdvice(d denial, side Side) advice {
	action := cmp.Or(d.action, "this action")
	a := advice{
		happened: fmt.Sprintf("AWS responded that the credentials are not authorized to perform %s.", action),
		now:      fmt.Sprintf("Give the credentials these permissions: %s.", permissions[side]),
	}
	if strings.HasSuffix(d.action, "RegistryPolicy") {
		a.now = fmt.Sprintf("Give the credentials the permission %s. A registry grant needs ecr:GetRegistryPolicy, ecr:PutRegistryPolicy and ecr:DeleteRegistryPolicy; a check that reads the registry only the first.", d.action)
	} else if d.action != "" && !strings.Contains(permissions[side], d.action) {
		a.now = fmt.Sprintf("Give the credentials the permission %s.", d.action) // A read that only checks make.
	}
	switch {
	case d.explicit:
		a.now = denyAdvice(d)
	case d.policy == "resource-based policy" && side == RegistrySide:
		a.now = "The credentials belong to another account than the repository. Use credentials of the registry account in this provider configuration, for example with assume_role."
	case d.policy != "" && d.policy != "identity-based policy":
		a.now = fmt.Sprintf("The %s does not allow %s. Ask the team that manages it to allow it. A permission in an identity-based policy alone is not enough.", d.policy, action)
	}
	return a
}

func denyAdvice(d denial) string {
	return fmt.Sprintf("A Deny statement in the %s denies it. An Allow statement cannot override a Deny. Ask the team that manages that policy to exempt these credentials, or use other credentials.", d.policy)
}

// assumeRoleAdvice is about a role that the provider could not assume.
func assumeRoleAdvice(d denial, role Role) advice {
	action := cmp.Or(d.action, "sts:AssumeRole")
	which := "a role"
	if arn := cmp.Or(role.ARN, d.role); arn != "" {
		which = "the role " + printed.Value(arn)
	}
	a := advice{
		happened: fmt.Sprintf("To get credentials for this call, the provider tried to assume %s (from %s). AWS responded that the caller is not authorized to assume it.",
			which, cmp.Or(role.NamedBy, "the profile or AWS_ROLE_ARN")),
		now: "Check first that a role with exactly this ARN exists: AWS returns the same error if it does not. ",
	}
	switch {
	case d.explicit:
		a.now = denyAdvice(d)
	case action == "sts:AssumeRoleWithWebIdentity":
		a.now += "Its trust policy must allow " + action + " for the identity provider that issued the token. The token must meet the conditions of the trust policy (audience, subject)."
	default:
		a.now += fmt.Sprintf("Its trust policy must allow %s for the caller. If the trust policy has conditions, for example on the external ID or on session tags, the provider block must meet them. An identity-based policy of the caller must allow %[1]s too.", action)
	}
	return a
}

func quotaAdvice(side Side) advice {
	a := advice{"The change would exceed a quota of the account.", "AWS's message names the quota. Free some of it, or ask AWS to raise it."}
	if side == ConsumerSide {
		a.now = "The inline policies of one role may have 10,240 characters in total, not counting whitespace. Shorten or remove another inline policy of the role, or name fewer repositories. Managed policies have a separate quota: move an inline policy into a managed policy to free its space."
	}
	return a
}

var adviceByKind = map[Kind]advice{
	PolicyNotFound: {
		"The policy does not exist.",
		"If nothing has been granted yet, apply the grant. If there was a policy, somebody removed it: run terraform plan to see what is missing.",
	},
	RepositoryNotFound: {
		"The repository does not exist in this account and Region.",
		"Check the repository's name, the Region and registry_id. Check that the provider's credentials belong to the account that owns the repository. If the repository is created in the same configuration, refer to its name attribute, so that Terraform creates it first.",
	},
	NoSuchEntity: {
		"The role or policy does not exist in the account of the credentials.",
		"Check the name: the name of a role includes neither its path nor its ARN. Check that the provider's credentials belong to the account that owns the role. If the role is created in the same configuration, refer to its name attribute, so that Terraform creates it first.",
	},
	PrincipalNotFound: {
		"ECR accepts a policy only if every principal in it exists. One of them does not exist.",
		"Check that each role and user that the grant names exists in its account with exactly this name and path (upper and lower case count), and that this Region is enabled in that account. A role that was created a moment ago may not be visible yet: apply again. If all principals of the grant exist, look in the other statements of the policy for the ID of a deleted role or user (AROA... or AIDA...), and remove it.",
	},
	InvalidPolicy: {
		"ECR refused the policy document and does not say why.",
		"The usual cause is a principal that does not exist: check each role, user and account in every statement of the policy. Other causes: the action ecr:GetAuthorizationToken (it belongs in an identity-based policy), a Resource element in a repository policy, or an element or condition operator that ECR does not support.",
	},
	InvalidParameter: {
		"AWS does not accept a value of this call.",
		"Correct the value that AWS's message names, and apply again.",
	},
	MalformedPolicy: {
		"IAM refused the policy document as malformed.",
		"Check the actions, ARNs and conditions of the policy. AWS's message names the part that is wrong.",
	},
	Unmodifiable: {
		"The role is a service-linked role: only the AWS service that owns it can change it.",
		"Pull the images with a role that is not service-linked, and give the name of that role.",
	},
	Throttled: {
		"AWS receives too many calls from this account. It refused this one, even after retries.",
		"Apply again later. To avoid this error, raise max_retries in the provider block, set retry_mode to \"adaptive\", or run terraform apply with a lower -parallelism.",
	},
	Expired: {
		"The credentials have expired.",
		"Get new credentials (with IAM Identity Center: aws sso login) and run Terraform again. Credentials that the provider gets itself, through assume_role or a profile, are refreshed during the run.",
	},
	InvalidCredentials: {
		"AWS does not accept the credentials.",
		"Check that the access key exists and is active, and that the secret key and the session token belong to it. Check that a web identity token is meant for this role's identity provider. Check that this machine's clock is right, and that the Region is enabled in the account. The command aws sts get-caller-identity shows whether the same credentials work elsewhere.",
	},
	NoCredentials: {
		"No AWS credentials were found.",
		"Set profile, access_key and secret_key, or assume_role_with_web_identity in the provider block. Or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment. Or write a default profile in the shared files: ~/.aws/config and ~/.aws/credentials, or the files that shared_config_files and shared_credentials_files name. For assume_role, the provider needs credentials from one of these first.",
	},
	Failed: {
		"AWS failed to process the call, even after retries. If this call was a change, it may have taken effect.",
		"Apply again later: Terraform first reads what exists in AWS now. If the failure persists, see the AWS Health Dashboard. If endpoints or AWS_ENDPOINT_URL point to an emulator, see its log.",
	},
	Unreadable: {
		"The response did not come from AWS, or it was cut short. If this call was a change, it may have taken effect.",
		"Check what is between this machine and AWS: the proxy (HTTPS_PROXY), a sign-in page of the network, endpoints in the provider block, AWS_ENDPOINT_URL. Then apply again: Terraform first reads what exists in AWS now.",
	},
	Unreachable: {
		"There was no connection to AWS, or the connection was lost.",
		"Check the network and its proxy (HTTPS_PROXY), the name of the Region, endpoints in the provider block and AWS_ENDPOINT_URL. If the certificate is not trusted, check custom_ca_bundle.",
	},
	Unsupported: {
		"This endpoint does not support the operation.",
		"Check that the service has the operation in this Region. If endpoints or AWS_ENDPOINT_URL point to an emulator, the emulator may not implement it.",
	},
	Canceled: {
		"The call ended before AWS responded: Terraform was interrupted, or the time limit was reached.",
		"Run Terraform again. If the time limit was reached and the resource has a timeouts block, set a longer time there.",
	},
	Other: {
		"The provider does not know this error.",
		"Read the message below. If it does not help, run Terraform again with TF_LOG=DEBUG and report the lines with \"AWS call\".",
	},
}
