package awserr

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// advice is what happened and what to do now, in whole sentences.
type advice struct{ happened, now string }

// adviceOn returns the advice on an error, given the last word on it.
func adviceOn(e *Error, said string) advice {
	if e.Kind == AccessDenied {
		r := parseRefusal(said)
		role, known := roleNotAssumed(e.Cause)
		if known || strings.HasPrefix(r.action, "sts:AssumeRole") {
			return adviceOnRole(r, role)
		}
		return adviceOnRefusal(r, e.Attempt.Side)
	}
	if e.Kind == LimitExceeded {
		return adviceOnQuota(e.Attempt.Side)
	}
	if configuration, ok := errors.AsType[*ConfigError](e.Cause); ok {
		return advice{"The call was not made. " + configuration.Problem, configuration.Remedy}
	}
	if a, ok := adviceByKind[e.Kind]; ok {
		return a
	}
	return adviceByKind[Other]
}

// permissions lists what the provider needs on each side.
var permissions = map[Side]string{
	RegistrySide: "ecr:GetRepositoryPolicy, ecr:SetRepositoryPolicy and ecr:DeleteRepositoryPolicy on the repository (a check that reads the registry also needs ecr:GetRegistryPolicy and ecr:GetAccountSetting)",
	ConsumerSide: "iam:GetRolePolicy, iam:PutRolePolicy and iam:DeleteRolePolicy on the role (a check that reads the role also needs iam:GetRole, iam:ListRolePolicies, iam:ListAttachedRolePolicies, iam:GetPolicy and iam:GetPolicyVersion)",
	"":           "the action that AWS's message names",
}

func adviceOnRefusal(r refusal, side Side) advice {
	what := "do this"
	if r.action != "" {
		what = "perform " + r.action
	}
	a := advice{
		happened: fmt.Sprintf("AWS answered that the credentials may not %s.", what),
		now:      fmt.Sprintf("Give the credentials these permissions: %s.", permissions[side]),
	}
	if r.action != "" && !strings.Contains(permissions[side], r.action) {
		a.now = fmt.Sprintf("Give the credentials the permission %s.", r.action) // A read that only checks make.
	}
	switch {
	case r.explicit:
		a.now = adviceOnDeny(r)
	case r.policy == "resource-based policy" && side == RegistrySide:
		a.now = "The credentials belong to another account than the repository. Use credentials of the registry account in this provider configuration, for example with assume_role."
	case r.policy != "" && r.policy != "identity-based policy":
		a.now = fmt.Sprintf("The %s allows less than this. Ask whoever manages it to allow %s; a permission in the identity-based policy alone does not help.", r.policy, r.action)
	}
	return a
}

func adviceOnDeny(r refusal) string {
	return fmt.Sprintf("A Deny statement of the %s forbids it, and no Allow outweighs a Deny. Ask whoever manages that policy to except these credentials, or use others.", r.policy)
}

// adviceOnRole is about a role that the provider itself was refused. STS answers
// the same for a role that does not exist.
func adviceOnRole(r refusal, role Role) advice {
	action := cmp.Or(r.action, "sts:AssumeRole")
	which, namedBy := "a role", "the profile or AWS_ROLE_ARN"
	if arn := cmp.Or(role.ARN, r.role); arn != "" {
		which = "the role " + arn
	}
	if role.NamedBy != "" {
		namedBy = role.NamedBy
	}
	a := advice{
		happened: fmt.Sprintf("To get credentials for it, the provider tried to assume %s (named by %s). AWS answered that the caller may not.", which, namedBy),
		now:      "Check first that the role exists, spelled so: AWS answers the same if it does not. ",
	}
	switch {
	case r.explicit:
		a.now = adviceOnDeny(r)
	case action == "sts:AssumeRoleWithWebIdentity":
		a.now += "Its trust policy must allow " + action + " for the identity provider that issued the token, and the conditions there (audience, subject) must fit the token."
	default:
		a.now += fmt.Sprintf("Its trust policy must allow %s for the caller, with the same external ID, session tags and conditions, if it has any. An identity-based policy of the caller must allow it too.", action)
	}
	return a
}

func adviceOnQuota(side Side) advice {
	a := advice{"It would exceed a quota of the account.", "See which quota AWS's message names; free some of it, or ask AWS to raise it."}
	if side == ConsumerSide {
		a.now = "All inline policies of a role together may have 10,240 characters, not counting whitespace. Shorten or remove another inline policy of the role, or name fewer repositories. Managed policies have a quota of their own: moving an inline policy to one frees its space."
	}
	return a
}

var adviceByKind = map[Kind]advice{
	PolicyNotFound: {
		"There is no policy.",
		"If nothing has been granted there yet, apply the grant. If there was a policy, somebody has removed it: run terraform plan to see what is missing.",
	},
	RepositoryNotFound: {
		"ECR has no such repository in this account and region.",
		"Check the repository's name, the region and registry_id, and that the provider's credentials belong to the account that owns the repository. If the repository is created in the same configuration, refer to its name attribute, so that Terraform creates it first.",
	},
	NoSuchEntity: {
		"IAM has no such role or policy in the account of these credentials.",
		"Check the name (a role's name has neither path nor ARN), and that the provider's credentials belong to the account that owns the role. If the role is created in the same configuration, refer to its name attribute, so that Terraform creates it first.",
	},
	PrincipalNotFound: {
		"ECR accepts a repository policy only when every principal in it exists, and one of them does not.",
		"Check that each role and user that the grant names exists in its account, spelled as it is there, path and case included, and that this region is enabled in that account. A role that was created a moment ago can take some time to be seen: apply again. If all of the grant's principals exist, look in the policy's other statements for the ID of a deleted role or user (AROA... or AIDA...) and remove it.",
	},
	InvalidPolicy: {
		"ECR refused the policy document and does not say why.",
		"The usual cause is a principal that does not exist: check each role, user and account, in every statement of the policy. Other causes: the action ecr:GetAuthorizationToken (it belongs in an identity-based policy), a Resource element, or an element or condition operator that ECR does not know.",
	},
	InvalidParameter: {
		"AWS does not accept a value in the call.",
		"Correct the value that AWS's message names, and apply again.",
	},
	MalformedPolicy: {
		"IAM refused the policy document as malformed.",
		"Check the actions, ARNs and conditions that the policy is made of; AWS's message names the part.",
	},
	Unmodifiable: {
		"Only the AWS service that owns this role can change it: it is a service-linked role.",
		"Let an ordinary role pull the images, and name that one.",
	},
	Throttled: {
		"AWS is getting too many calls from this account and refused this one, after retries too.",
		"Apply again later. To avoid it, raise max_retries in the provider block, set retry_mode to \"adaptive\", or run terraform apply with a lower -parallelism.",
	},
	Expired: {
		"The credentials have expired.",
		"Get new ones (with IAM Identity Center: aws sso login) and run Terraform again. Credentials that the provider gets itself, through assume_role or a profile, are renewed while it runs.",
	},
	InvalidCredentials: {
		"AWS does not accept the credentials.",
		"Check that the access key exists and is active, that the secret key and the session token belong to it, that a web identity token is meant for this role's identity provider, that this machine's clock is right, and that the region is enabled in the account. The command aws sts get-caller-identity shows whether the same credentials work elsewhere.",
	},
	NoCredentials: {
		"No AWS credentials were found.",
		"Set profile, access_key and secret_key, or assume_role_with_web_identity in the provider block; or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment; or a default profile in the shared files, ~/.aws/config and ~/.aws/credentials or those that shared_config_files and shared_credentials_files name. To assume_role, the provider needs credentials from one of these first.",
	},
	Failed: {
		"AWS answered, after retries too, that it failed itself. If this was a change, it may have been made all the same.",
		"Apply again later: Terraform looks at what stands first. If it goes on, see the AWS Health Dashboard. If endpoints or AWS_ENDPOINT_URL point to an emulator, see its log.",
	},
	Unreadable: {
		"Something answered that does not speak as AWS does, or the answer was cut short. If this was a change, it may have been made all the same.",
		"Check what stands between this machine and AWS: the proxy (HTTPS_PROXY), a sign-in page of the network, endpoints in the provider block and AWS_ENDPOINT_URL. Then apply again: Terraform looks at what stands first.",
	},
	Unreachable: {
		"There was no connection to AWS, or it broke off.",
		"Check the network and its proxy (HTTPS_PROXY), the spelling of the region, endpoints in the provider block and AWS_ENDPOINT_URL, and custom_ca_bundle if the certificate is not trusted.",
	},
	Unsupported: {
		"This endpoint does not know the operation.",
		"Check that the service has it in this region. If endpoints or AWS_ENDPOINT_URL point to an emulator, the emulator may lack it.",
	},
	Canceled: {
		"The call was given up before AWS answered: Terraform was interrupted, or the time allowed ran out.",
		"Run Terraform again. If the time ran out, allow more where the resource has a timeouts block.",
	},
	Other: {
		"It failed in a way that the provider does not know.",
		"Read the message below. If it does not help, run Terraform again with TF_LOG=DEBUG and report the lines that begin with \"AWS call\".",
	},
}
