// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// causes are the kinds within a sentence.
var causes = map[Kind]string{
	Policy: "a policy denies", Existence: "the image or its repository does not exist", Region: "the Region is wrong or missing", Token: "there is no ECR token that the registry accepts",
	Credentials: "there are no AWS credentials that work", Network: "there is no connection", Archived: "the image is archived", Throttled: "there are too many requests",
	Upstream: "the upstream registry of the pull through cache failed", KMS: "a KMS key cannot be used", Service: "the server failed", Platform: "the image does not fit what pulls it",
	Reference: "the name of the image is wrong", Storage: "the disk of what pulls is full or a layer is broken", OtherRegistry: "it is not a private registry of Amazon ECR", NotAPull: "it is not the pull that failed",
}

// summary is a finding in one sentence.
func summary(f Finding) string {
	if f.Kind == Unknown {
		return "The text does not say why the pull failed"
	}
	if f.Pattern == "access_denied" {
		return denialMeaning(f)
	}
	text := wording.Capitalized(causes[f.Kind])
	switch f.Certainty {
	case Likely:
		text = "Probably " + causes[f.Kind]
	case Ambiguous:
		if len(f.Candidates) == 1 {
			break
		}
		var all []string
		for _, k := range f.Candidates {
			all = append(all, causes[k])
		}
		text = "The text has several possible causes: " + wording.List(all, "or")
	default:
	}
	return text + sideWords(f)
}

func sideWords(f Finding) string {
	switch f.Side {
	case Consumer:
		return ". The consumer side must act"
	case Registry:
		return ". The registry side" + inAccount(f.Account) + " must act"
	case Both:
		return ". Check both sides"
	default:
		return ""
	}
}

func inAccount(account string) string {
	if account == "" {
		return ""
	}
	return " (account " + printed.Name(account) + ")"
}

// denialMeaning says what an access denied message says.
func denialMeaning(f Finding) string {
	who, what := "The caller", "this call"
	if f.Principal != "" {
		who = "The principal " + f.Principal
	}
	if f.Action != "" {
		what = f.Action
	}
	on := ""
	if f.Repository != "" {
		on = " on the repository " + f.Repository
	}
	deniedBy := " AWS does not say which type of policy denies it."
	switch {
	case len(f.PolicyTypes) == 1:
		deniedBy = denies(f, wording.Of(f.PolicyTypes[0]).Noun)
	case len(f.PolicyTypes) == 2 && f.PolicyTypes[0] == authz.RepositoryPolicy:
		deniedBy = " Neither the repository policy nor the registry policy allows it."
		if f.ExplicitDeny {
			deniedBy = " A Deny statement in the repository policy or the registry policy denies it."
		}
	case f.isLogin():
		deniedBy = " The login is a call to the caller's own account: no policy of the registry side decides it."
	}
	return fmt.Sprintf("%s may not perform %s%s.%s%s", who, what, on, strings.TrimSuffix(deniedBy, "."), sideWords(f))
}

func denies(f Finding, noun string) string {
	if f.ExplicitDeny {
		return fmt.Sprintf(" A Deny statement in the %s denies it.", noun)
	}
	if f.PolicyTypes[0] == authz.PermissionsBoundary || f.PolicyTypes[0] == authz.VPCEndpointPolicy || f.PolicyTypes[0] == authz.S3EndpointPolicy {
		return fmt.Sprintf(" The %s does not allow it.", noun)
	}
	return fmt.Sprintf(" The %s do not allow it.", noun)
}

func nouns(types []authz.PolicyType) []string {
	var list []string
	for _, t := range types {
		list = append(list, "the "+wording.Of(t).Noun)
	}
	return list
}

// checks lists what to check next, in order.
func checks(f Finding) []string {
	list := checksOf(f)
	if f.Kind != OtherRegistry && f.Kind != NotAPull && f.Kind != Unknown {
		for _, kind := range f.Candidates {
			if kind != f.Kind {
				list = append(list, otherwise[kind]...)
			}
		}
	}
	if f.AuthorizationID != "" {
		list = append(list, fmt.Sprintf("AWS has the details of this denial under the authorization ID %s: people of the denied account can read them in the console or with GetRequestAuthorizationDetails.", f.AuthorizationID))
	}
	return list
}

// otherwise is what to check if a finding has another kind than the first one.
var otherwise = map[Kind][]string{
	Policy:      {"If that is right, a policy may deny: check the policies of both sides."},
	Existence:   {"Check that the repository, and in it the tag or digest, exists in this account and Region."},
	Region:      {"Check that the Region in the image URI is the repository's, and that the token was obtained in the same Region."},
	Token:       {"Check that the login was to this registry, in its Region, less than 12 hours ago."},
	Credentials: {"Check the AWS credentials with aws sts get-caller-identity where the pull starts."},
	Network:     {"Check the connection to the registry, to the API of ECR and to Amazon S3."},
	Archived:    {"If the image is listed, check its status: an archived image must be restored before a pull."},
	Throttled:   {"Try again later, with fewer pulls at the same time."},
	KMS:         {"Check that the KMS key of the repository is enabled."},
	Reference:   {"Check the spelling of the image URI."},
}

func checksOf(f Finding) []string {
	switch f.Kind {
	case Policy:
		return policyChecks(f)
	case Existence:
		return []string{
			"Compare the account, the Region, the name and the tag in the image URI with the repository, letter by letter." + command(f, "aws ecr describe-images"),
			"If the repository is to be made by a pull through cache, replication or create on push, check that it was made, and that its creation is allowed.",
			"If everything is right, ask whether the caller sees the repository at all: what AWS answers to an account without any permission is not documented.",
		}
	case Region:
		return []string{
			"Use the Region of the repository everywhere: in the image URI, in the call that gets the token, and in the tool's own configuration.",
			"AWS Lambda, AWS App Runner and AWS HealthOmics pull from their own Region only: replicate the image there.",
		}
	case Token:
		return []string{
			"Log in again, in the registry's Region" + loginCommand(f) + ", as the user and on the machine that pulls.",
			"If the login itself fails, its message is the cause: the role needs ecr:GetAuthorizationToken on *.",
			"If a credential helper or the kubelet logs in, read its log: it may have no credentials, not be configured for this host, or use another role.",
		}
	case Credentials:
		if f.Pattern == "role_not_assumed" || f.Pattern == "ecs_role_not_assumed" {
			return []string{
				"Check that the role" + named(f.Principal) + " exists with exactly this ARN.",
				"Check that its trust policy allows the caller or the service to assume it, and that its conditions are met.",
				"If a role or user assumes it, an identity-based policy must allow sts:AssumeRole, too.",
			}
		}
		return []string{
			"Run aws sts get-caller-identity where the pull starts, as the same user: it shows whose credentials are used, or why there are none.",
			"On Amazon EC2, check the instance profile and the hop limit of the instance metadata service; on a machine of your own, the profile and the clock.",
		}
	case Network:
		return networkChecks(f)
	case Archived:
		return []string{
			"Look at the status of the image." + command(f, "aws ecr describe-images"),
			"Restore the image with aws ecr update-image-storage-class and the storage class STANDARD, or push it again.",
		}
	case Throttled:
		return []string{
			"Try again with growing pauses, and start fewer pulls at the same time.",
			"Get one token for many pulls instead of one for each: it is valid for 12 hours.",
			"If it persists, look at the quotas of Amazon ECR in Service Quotas, in the account and Region of the caller.",
		}
	case Upstream:
		return []string{
			"Check the rule of the pull through cache for this prefix, and the secret that it names: user name, token, and that they still work." + cacheCommand(f),
			"Check that the image exists in the upstream registry under exactly the name that follows the prefix.",
			"If the upstream is Amazon ECR, its policy must allow the role of the rule.",
		}
	case KMS:
		if f.Pattern == "lambda_image_key" {
			return []string{
				"Look at the key of the function (aws lambda get-function-configuration, KMSKeyArn): it must exist and be enabled, and its key policy must allow the execution role to use it.",
				"If the execution role was created anew, set another role and then this one again: a grant for the key is for the old role.",
			}
		}
		return []string{
			"Look which key encrypts the repository, and whether it is enabled and not pending deletion." + command(f, "aws ecr describe-repositories"),
			"Check that the grant of Amazon ECR on that key was not retired or revoked.",
		}
	case Service:
		return []string{"Try again.", "If it persists, see the AWS Health Dashboard for this Region."}
	case Platform:
		if f.Pattern == "own_account_only" {
			return []string{"Copy the image into a repository of the service's account: by replication, by a pull through cache, or with docker push.", "Or use a form of the service that takes images of other accounts."}
		}
		return []string{"Build or push the image for the platform of what pulls, or run it on the platform of the image.", "For AWS Lambda, push an image for one platform only, and build it without provenance (docker buildx build --provenance=false)."}
	case Reference:
		return []string{"Write the image as ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG. The functions parse_image_uri and image_uri of this provider check and build it."}
	case Storage:
		return []string{"Free space where the pull starts, and pull again."}
	case OtherRegistry:
		return []string{"Log in to that registry, or raise its limit.", "Or copy the image into Amazon ECR, for example with a pull through cache."}
	case NotAPull:
		return notAPullChecks(f)
	default:
		return []string{
			"Find the message before it: kubectl describe pod, the stopped reason of the task, the log of the daemon or of the agent. Give that text to this function.",
			"Pull the image by hand with the same role: docker prints ECR's own message.",
		}
	}
}

func notAPullChecks(f Finding) []string {
	switch f.Pattern {
	case "container_failed":
		return []string{"Look at the log of the container. For exec format error, compare the architecture of the image with that of the machine."}
	case "codebuild_pull_credentials":
		return []string{"Set image_pull_credentials_type = \"SERVICE_ROLE\" in the project.", "Then the service role of the project pulls: its policies and the repository policy must allow that."}
	case "key_access_denied":
		return []string{"Look what was to be decrypted: a secret, environment variables, a log group. Whoever pulls needs no permission for the key of a repository."}
	}
	return []string{"Follow the message itself: it is about another call than the pull."}
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func networkChecks(f Finding) []string {
	switch {
	case strings.Contains(f.Host, "starport-layer-bucket"):
		return []string{
			"Check the way to Amazon S3: the gateway endpoint in the route table of the subnet, or a NAT gateway; and that the security group allows HTTPS to the prefix list of Amazon S3.",
			"Check that the policy of that endpoint allows s3:GetObject on the bucket " + printed.Name("prod-"+orRegion(f.Region)+"-starport-layer-bucket") + ".",
		}
	case f.Pattern == "tls":
		return []string{
			"Check what stands between: a proxy that opens TLS, or a VPC endpoint with the private DNS name of another service.",
			"Check the clock and the certificates of the machine that pulls.",
		}
	}
	return []string{
		"Check that the subnet has a way out: a public IP address and an internet gateway, a NAT gateway, or the VPC endpoints ecr.api, ecr.dkr and the gateway endpoint for Amazon S3.",
		"With VPC endpoints, check private DNS, and that their security group allows HTTPS (port 443) from what pulls.",
		"Check network ACLs, the proxy and DNS.",
	}
}

func orRegion(region string) string {
	if region == "" {
		return "REGION"
	}
	return region
}

// policyChecks is about denials.
func policyChecks(f Finding) []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	action := "the actions of a pull"
	if f.Action != "" {
		action = f.Action
	}
	who := "the role that pulls"
	if f.Principal != "" {
		who = f.Principal
	}
	identity := fmt.Sprintf("Consumer side: an identity-based policy of %s must allow %s%s.", who, action, onResource(f))
	repository := fmt.Sprintf("Registry side%s: the repository policy, or the registry policy, must allow %s to %s.%s", inAccount(f.Account), action, who, command(f, "aws ecr get-repository-policy"))
	if f.ExplicitDeny {
		where := "the policies of both sides"
		if len(f.PolicyTypes) > 0 && len(f.PolicyTypes) < 3 {
			where = wording.List(nouns(f.PolicyTypes), "or")
		}
		add("Find the Deny statement in %s%s and exempt this caller from it, or meet its condition. An Allow statement cannot override a Deny.", where, withARN(f.PolicyARN))
	} else {
		types := f.PolicyTypes
		if len(types) == 0 && f.Side == Both {
			types = authz.PolicyTypes()
		}
		for _, t := range types {
			switch {
			case t == authz.IdentityPolicy:
				add("%s", identity)
			case t == authz.RepositoryPolicy:
				add("%s", repository)
			case t == authz.RegistryPolicy:
			case len(types) == 1:
				add("%s", oneType(t, action))
			}
		}
		if len(types) > 2 {
			var others []authz.PolicyType
			for _, t := range types {
				if t != authz.IdentityPolicy && t != authz.RepositoryPolicy && t != authz.RegistryPolicy {
					others = append(others, t)
				}
			}
			if len(others) > 0 {
				add("If that is allowed, look at the other policies that can deny: %s.", wording.List(nouns(others), "or"))
			}
		}
	}
	if len(list) == 0 {
		add("Check which policies decide %s, and that they allow it to %s.", action, who)
	}
	if len(f.PolicyTypes) > 0 && len(f.PolicyTypes) < 3 && !f.isLogin() && strings.HasPrefix(f.Action, "ecr:") {
		add("AWS names one type of policy even if several deny: check the other side, too, before the next attempt.")
	}
	if strings.HasPrefix(f.Action, "ecr:") && !f.isLogin() && !slices.Contains(pullActions, f.Action) {
		if slices.Contains(actionset.Actions(actionset.Push), f.Action) {
			add("%s belongs to a push: a pull does not need it.", f.Action)
		} else if !slices.Contains(actionset.IdentityActions(actionset.PullThroughCache), f.Action) {
			add("A pull does not need %s: the tool or the data source that calls it does.", f.Action)
		}
	}
	if f.Action == "ecr:BatchImportUpstreamImage" || f.Action == "ecr:CreateRepository" {
		add("%s is for the first pull through a cache: the registry policy must allow it across accounts, and an identity-based policy of the role in any case.", f.Action)
	}
	return list
}

var pullActions = actionset.IdentityActions(actionset.Pull)

func onResource(f Finding) string {
	switch {
	case f.isLogin():
		return " on *"
	case f.Resource != "" && f.Repository != "":
		return " on " + f.Resource
	}
	return ""
}

func withARN(arn string) string {
	if arn == "" {
		return ""
	}
	return " (" + arn + ")"
}

func oneType(t authz.PolicyType, action string) string {
	switch t {
	case authz.S3EndpointPolicy:
		return "The policy of the VPC endpoint for Amazon S3 must allow s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/* to everyone, as AWS's minimum policy for Amazon ECR does."
	case authz.VPCEndpointPolicy:
		return fmt.Sprintf("The policies of the VPC endpoints ecr.api and ecr.dkr must allow %s to the caller. Whoever owns the endpoints must act.", action)
	case authz.ServiceControlPolicy:
		return fmt.Sprintf("The service control policies of the consumer's organization must allow %s on every level. Whoever manages the organization must act.", action)
	case authz.ResourceControlPolicy:
		return fmt.Sprintf("The resource control policies of the registry's organization must allow %s. Whoever manages the organization must act.", action)
	case authz.SessionPolicy:
		return fmt.Sprintf("The policy that is passed to AssumeRole must allow %s: it limits the session, whatever the role may do.", action)
	case authz.PermissionsBoundary:
		return fmt.Sprintf("The permissions boundary of the role must allow %s, too.", action)
	default:
		return ""
	}
}

// command returns a command that shows what a finding is about, if its names are known.
func command(f Finding, name string) string {
	if !awsname.IsAccountID(f.Account) || !awsname.IsRegion(f.Region) || awsname.CheckRepositoryName(f.Repository) != nil {
		return ""
	}
	flag := "--repository-name"
	if strings.HasSuffix(name, "describe-repositories") {
		flag = "--repository-names"
	}
	return fmt.Sprintf(" Look at it with: %s --registry-id %s --region %s %s %s", name, f.Account, f.Region, flag, f.Repository)
}

func cacheCommand(f Finding) string {
	if !awsname.IsAccountID(f.Account) || !awsname.IsRegion(f.Region) {
		return ""
	}
	return fmt.Sprintf(" Look at it with: aws ecr describe-pull-through-cache-rules --registry-id %s --region %s", f.Account, f.Region)
}

func loginCommand(f Finding) string {
	if !awsname.IsAccountID(f.Account) || !awsname.IsRegion(f.Region) {
		return ""
	}
	host, err := awsname.Image{Repository: awsname.Repository{Account: f.Account, Region: f.Region}}.Host()
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (aws ecr get-login-password --region %s | docker login --username AWS --password-stdin %s)", f.Region, host)
}

// call returns a check of the pull that failed.
func call(f Finding) string {
	image, arn := f.Image, ""
	if repository, err := awsname.ParseRepositoryARN(f.Resource); image == "" && err == nil {
		arn = repository.ARN()
	}
	if image == "" && arn == "" || !slices.ContainsFunc(f.Candidates, func(k Kind) bool { return slices.Contains([]Kind{Policy, Existence, Token, Region}, k) }) || f.Kind == OtherRegistry {
		return ""
	}
	check := managed.PullCheck{Label: managed.Label(f.Repository), Image: image, RepositoryARN: arn}
	if _, err := awsname.ParsePrincipal(f.Principal); err == nil && !strings.HasSuffix(f.Principal, ".amazonaws.com") {
		check.RoleARN = f.Principal
	}
	if strings.HasPrefix(f.Action, "ecr:") && actionset.IsAction(f.Action) && !f.isLogin() && !slices.Contains(pullActions, f.Action) {
		check.Actions = []string{f.Action}
	}
	return managed.PullCheckHCL(check)
}
