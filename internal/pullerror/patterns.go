// SPDX-License-Identifier: MPL-2.0

package pullerror

import "github.com/ecrxa/terraform-provider-ecrxa/internal/authz"

// How telling a text is. Of several errors, the most telling one is the cause, and what is
// less than atStatus only says that there is one.
const (
	atState        = 10 // a state, as of a pod: it has no cause
	atWrapper      = 20 // a tool's words around a cause, or instead of one
	atStatus       = 40 // an HTTP status without a message
	atConnection   = 50
	atClient       = 60 // a message of the tool that pulls
	atService      = 70 // a message of an AWS service that pulls
	atAccessDenied = 75
	atOtherDenial  = 78
	atECR          = 85 // a message of ECR
	atDenial       = 100
)

// Pages and issues with texts of a form.
const (
	ecrErrors       = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html"
	ecrDockerErrors = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html"
	ecrFailures     = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html"
	ecrLayerAPI     = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html"
	ecrImagesAPI    = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html"
	ecrArchive      = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html"
	ecrKeys         = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html"
	ecrCache        = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html"
	ecrEndpoints    = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"
	ecsPull         = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html"
	ecsInit         = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html"
	lambdaImages    = "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html"
	kubernetesPull  = "https://kubernetes.io/docs/concepts/containers/images/"
	signatureErrors = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
)

// functionKey is in messages about the key of a function of AWS Lambda, which is not that of a
// repository.
const functionKey = "the function's kms key"

// A pattern is a form of text.
type pattern struct {
	name, source string
	any          []string // the text has one of these, in small letters
	near         []string // and near it one of each of these, with "|" between alternatives
	not          []string // and none of these near it
	strength     int
	kind         Kind
	also         []Kind // what else gives this text
	side         Side
	certainty    Certainty
	policyTypes  []authz.PolicyType
	action       string
	meaning      string
}

// patterns are all forms but those of access denied messages.
var patterns = []pattern{
	// ECR's own messages and codes.
	{
		name: "repository_not_found", source: ecrErrors, strength: atECR, kind: Existence, side: Both, certainty: Certain,
		any:     []string{"does not exist in the registry with id", "repositorynotfound"},
		meaning: "ECR says that the registry has no repository of this name in the Region that was asked.",
	},
	{
		name: "image_not_found", source: ecrFailures, strength: atECR, kind: Existence, also: []Kind{Archived}, side: Both, certainty: Likely,
		any:     []string{"imagenotfound", "requested image not found", "does not exist within the repository with name"},
		meaning: "ECR says that the repository exists and has no image with this tag or digest. An archived image gives the same answer to a pull.",
	},
	{
		name: "image_archived", source: ecrArchive, strength: atECR, kind: Archived, side: Registry, certainty: Certain,
		any:     []string{"imagearchivedexception", "image is archived", "image has been archived", "archived image", `"imagestatus": "archived"`, `"imagestatus":"archived"`, "images are archived"},
		meaning: "The image is archived. ECR still lists it, and a pull of it fails until it is restored.",
	},
	{
		name: "token_expired", source: "https://github.com/aws/aws-cli/issues/6580", strength: atECR, kind: Token, side: Consumer, certainty: Certain,
		any:     []string{"authorization token has expired"},
		meaning: "ECR got a token that has expired. A token is valid for 12 hours.",
	},
	{
		name: "token_invalid", source: ecrDockerErrors, strength: atClient, kind: Token, also: []Kind{Region}, side: Consumer, certainty: Likely,
		any: []string{"authorization token is invalid", "invalid authorization token", "authorization token is not valid", "invalid token", "invalidtoken"}, not: []string{"identitytoken", "invalid token for"},
		meaning: "The registry got a token that it does not accept. A token is valid only in the Region in which it was obtained.",
	},
	{
		name: "token_of_ended_credentials", source: "https://github.com/kubernetes/kubernetes/pull/69141", strength: atECR, kind: Token, also: []Kind{Credentials}, side: Consumer, certainty: Likely,
		any:     []string{"denied: the security token included in the request is"},
		meaning: "ECR got a token that was obtained with AWS credentials which do not work any more: a token ends with them, even before its 12 hours.",
	},
	{
		name: "layer_not_available", source: ecrLayerAPI, strength: atECR, kind: Existence, also: []Kind{Archived}, side: Registry, certainty: Likely,
		any:     []string{"layersnotfoundexception", "layerinaccessibleexception", "layernotfoundexception"},
		meaning: "The repository does not have a layer of the image, or the layer cannot be downloaded.",
	},
	{
		name: "image_inaccessible", source: ecrFailures, strength: atECR, kind: Archived, also: []Kind{Existence, KMS}, side: Registry, certainty: Ambiguous,
		any:     []string{"imageinaccessible"},
		meaning: "ECR has the image and cannot hand it out. The message does not say why.",
	},
	{
		name: "kms", source: ecrFailures, strength: atECR, kind: KMS, side: Registry, certainty: Certain,
		any: []string{
			"kmserror", "kmsexception", "kmsinvalidstateexception", "kmsdisabledexception", "kms.disabledexception", "kmsnotfoundexception", "kms key is disabled", "kms key is pending deletion",
			"is pending deletion", "access to the kms key", "kms access was denied", "kms key used to encrypt", "key policy does not allow",
		},
		near: []string{"kms"}, not: []string{functionKey},
		meaning: "ECR could not use the AWS KMS key that encrypts the repository. The pulling role needs no permission for that key: ECR uses a grant of its own.",
	},
	{
		name: "kms_in_layer", source: ecrKeys, strength: atECR, kind: KMS, also: []Kind{Policy}, side: Registry, certainty: Likely,
		any:  []string{"the ciphertext refers to a customer master key"},
		near: []string{"<hostid>|starport-layer-bucket"}, not: []string{functionKey},
		meaning: "Amazon S3 could not decrypt a layer: the AWS KMS key does not exist any more, or may not be used. Of an image in Amazon ECR this is the key that encrypts the repository.",
	},
	{
		name: "upstream_access_denied", source: ecrFailures, strength: atECR, kind: Upstream, also: []Kind{Existence}, side: Registry, certainty: Likely,
		any:     []string{"upstreamaccessdenied", "authentication to the upstream registry failed", "unabletoaccesssecretexception", "unabletodecryptsecretvalueexception", "upstream registry requires authentication"},
		meaning: "The repository is a pull through cache. The upstream registry did not accept the credentials in the cache rule's secret, or ECR could not read that secret. Some upstream registries answer the same if the image does not exist.",
	},
	{
		name: "upstream_throttled", source: ecrFailures, strength: atECR, kind: Upstream, also: []Kind{Throttled}, side: Registry, certainty: Certain,
		any:     []string{"upstreamtoomanyrequests", "upstream registry rate limit", "toomanyrequests from upstream"},
		meaning: "The repository is a pull through cache, and the upstream registry limits its requests.",
	},
	{
		name: "upstream_unavailable", source: ecrFailures, strength: atECR, kind: Upstream, side: Registry, certainty: Certain,
		any:     []string{"upstreamunavailable", "upstream registry is unavailable", "upstream registry unavailable", "unable to reach the upstream registry"},
		meaning: "The repository is a pull through cache, and its upstream registry could not be reached.",
	},
	{
		name: "upstream_image", source: "https://docs.aws.amazon.com/botocore/latest/reference/services/ecr/client/exceptions/UnableToGetUpstreamImageException.html", strength: atECR,
		kind: Upstream, also: []Kind{Existence}, side: Registry, certainty: Likely,
		any:     []string{"unabletogetupstreamimageexception", "unabletogetupstreamlayerexception", "unable to get upstream image", "unable to get upstream layer"},
		meaning: "The repository is a pull through cache, and ECR could not get the image from the upstream registry: mostly the secret of the cache rule is wrong, or the upstream image does not exist.",
	},
	{
		name: "policy_missing", source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html", strength: atECR, kind: Policy, side: Registry, certainty: Likely,
		any: []string{"repositorypolicynotfoundexception", "repository policy does not exist"}, policyTypes: []authz.PolicyType{authz.RepositoryPolicy},
		meaning: "The repository has no repository policy. Another account can then pull only if the registry policy allows it.",
	},
	{
		name: "throttled", source: ecrErrors, strength: atECR, kind: Throttled, side: Consumer, certainty: Certain,
		any:     []string{"rate exceeded", "throttlingexception", "throttleexception", "toomanyrequests", "too many requests", "requestlimitexceeded", "request limit exceeded"},
		meaning: "There were more requests than the quota allows. Pulls count in the account and Region of the registry's endpoint that is called.",
	},
	{
		name: "server_error", source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html", strength: atClient, kind: Service, side: Neither, certainty: Likely,
		any: []string{
			"serverexception", "internalfailure", "internalserverexception", "serviceunavailable", "503 service unavailable", "500 internal server error", "502 bad gateway", "504 gateway time",
			"received unexpected http status: 5", "service unavailable",
		},
		meaning: "The server failed to process the request. The policies are not the cause.",
	},

	// Services that pull.
	{
		name: "ecs_connection", source: ecsInit, strength: atService, kind: Network, side: Consumer, certainty: Certain,
		any:     []string{"there is a connection issue between the task and amazon ecr", "connection issue between the task and ecr", "check your network configuration", "check your task network configuration"},
		meaning: "The task had no connection to Amazon ECR.",
	},
	{
		name: "ecs_role_cannot_pull", source: ecsPull, strength: atService, kind: Policy, also: []Kind{Existence}, side: Both, certainty: Ambiguous,
		any: []string{"check that the role has the permissions to pull images", "task can't pull the image", "task cannot pull the image", "check if image exists and role has permissions to pull images"}, not: []string{"connection issue", "check your network configuration"},
		meaning: "Amazon ECS could not pull with the role of the task. The message does not say which policy denies: the role's, or those of the repository.",
	},
	{
		name: "ecs_role_not_assumed", source: "https://repost.aws/knowledge-center/ecs-unable-to-assume-role", strength: atService, kind: Credentials, side: Consumer, certainty: Certain,
		any:     []string{"ecs was unable to assume the role", "unable to assume the role", "unable to assume role", "error in assuming access role", "cannot assume role", "is unable to assume the provided role", "cannot be assumed by"},
		meaning: "The service could not assume the role with which it pulls. The trust policy of the role decides this, and no policy of ECR.",
	},
	{
		name: "ecs_registry_auth", source: ecsInit, strength: atWrapper, kind: Network, also: []Kind{Policy, Credentials}, side: Consumer, certainty: Ambiguous,
		any: []string{"unable to retrieve ecr registry auth", "unable to pull secrets or registry auth", "unable to pull registry auth from amazon ecr", "cannot pull registry auth from amazon ecr", "unable to get registry auth"},
		not: []string{"asm fetching secret", "registry auth from asm"}, action: "ecr:GetAuthorizationToken",
		meaning: "The task got no ECR token: it has no connection to Amazon ECR, or its execution role lacks ecr:GetAuthorizationToken. What comes after this message would say which.",
	},
	{
		name: "ecs_secret", source: ecsInit, strength: atService, kind: NotAPull, side: Consumer, certainty: Likely,
		any:     []string{"asm fetching secret", "registry auth from asm", "unable to retrieve secret from asm", "unable to retrieve secrets from ssm", "fetching secret data from aws secrets manager", "cannot pull secret"},
		meaning: "Amazon ECS could not read a secret for the task from AWS Secrets Manager or Systems Manager. It is not Amazon ECR that failed.",
	},
	{
		name: "lambda_permission", source: "https://github.com/aws-samples/bedrock-access-gateway/issues/127", strength: atService, kind: Policy, side: Both, certainty: Ambiguous,
		policyTypes: []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy, authz.IdentityPolicy},
		any:         []string{"lambda does not have permission to access the ecr image"},
		meaning:     "AWS Lambda may not pull the image. Across accounts the repository policy must allow the consumer account and the service lambda.amazonaws.com, and whoever creates the function needs permission to pull.",
	},
	{
		name: "lambda_restore", source: "https://github.com/aws/aws-cdk/issues/18473", strength: atService, kind: Policy, also: []Kind{Existence}, side: Registry, certainty: Likely,
		policyTypes: []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy},
		any:         []string{"does not have permission to access the specified image", "imageaccessdenied"},
		meaning:     "AWS Lambda could pull the image when the function was created and may not any more: the statement for lambda.amazonaws.com is missing in the repository policy, or its condition does not match the function.",
	},
	{
		name: "lambda_deleted_image", source: "https://github.com/aws-actions/aws-lambda-deploy/issues/68", strength: atService, kind: Existence, side: Registry, certainty: Certain,
		any:     []string{"trying to use a deleted image", "imagedeleted"},
		meaning: "The image of the function has been deleted from the repository.",
	},
	{
		name: "lambda_no_source_image", source: "https://github.com/aws/aws-cdk/issues/24648", strength: atService, kind: Existence, also: []Kind{Region}, side: Both, certainty: Likely,
		any: []string{"source image"}, near: []string{"does not exist"},
		meaning: "AWS Lambda found no such image. The tag may not exist; AWS Lambda looks in its own Region only.",
	},
	{
		name: "lambda_bad_source_image", source: "https://github.com/ministryofjustice/modernisation-platform/pull/2419", strength: atService, kind: Reference, side: Consumer, certainty: Likely,
		any: []string{"source image"}, near: []string{"is not valid"},
		meaning: "AWS Lambda does not take this as the URI of an image. It needs ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG of a private repository in its own Region, and takes no FIPS host.",
	},
	{
		name: "lambda_media_type", source: lambdaImages, strength: atService, kind: Platform, side: Registry, certainty: Certain,
		any:     []string{"media type for the source image", "image manifest, config or layer media type", "invalidimage: the image manifest"},
		meaning: "AWS Lambda does not run an image of this form: it takes neither images for several platforms nor some manifests that newer builders write.",
	},
	{
		name: "lambda_initialize", source: "https://github.com/CloudSnorkel/cdk-github-runners/issues/768", strength: atService, kind: Platform, also: []Kind{Existence, Policy}, side: Both, certainty: Ambiguous,
		any:     []string{"cannot initialize the provided container image"},
		meaning: "AWS Lambda could not use the image of the function, and does not say why: the tag may mean an image of another form now, or the image was deleted, or AWS Lambda may not pull it any more.",
	},
	{
		name: "lambda_image_key", source: "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html", strength: atService, kind: KMS, side: Consumer, certainty: Likely,
		any:     []string{"decrypt the container image because kms access"},
		meaning: "AWS Lambda could not decrypt its own copy of the image. It encrypts the copy with the AWS KMS key of the function, and not with that of the repository: ECR was not asked.",
	},
	{
		name: "lambda_environment_key", source: "https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors", strength: atOtherDenial + 1, kind: NotAPull, side: Consumer, certainty: Certain,
		any:     []string{"decrypt the environment variables because kms access"},
		meaning: "AWS Lambda could not decrypt the environment variables of the function. The image and its repository have nothing to do with it.",
	},
	{
		name: "own_account_only", source: "https://github.com/aws/amazon-sagemaker-feedback/issues/181", strength: atService, kind: Platform, side: Consumer, certainty: Certain,
		any:     []string{"image repository must be in the same account as the caller", "does not reside in an amazon ecr repository within the same aws account"},
		meaning: "The service takes only an image of a repository in its own account here. No policy changes that.",
	},
	{
		name: "codebuild_pull_credentials", source: "https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html", strength: atService, kind: NotAPull, side: Consumer, certainty: Certain,
		any:     []string{"cross-account ecr image with imagepullcredentialstype codebuild"},
		meaning: "AWS CodeBuild did not accept the project: it pulls an image of another account only with the service role of the project. Nothing was asked of ECR.",
	},
	{
		name: "agentcore_validation", source: "https://github.com/awslabs/agentcore-samples/issues/154", strength: atService, kind: Policy, side: Both, certainty: Ambiguous,
		any:     []string{"access denied while validating ecr uri"},
		meaning: "Amazon Bedrock AgentCore may not pull with the execution role. The role's policies are the usual cause; for an image of another account the repository policy may be it, too.",
	},
	{
		name: "sagemaker_role", source: "https://github.com/aws/sagemaker-python-sdk/issues/2002", strength: atService, kind: Policy, side: Both, certainty: Ambiguous,
		any: []string{"permission for the image"}, near: []string{"does not have"},
		meaning: "Amazon SageMaker may not pull with the execution role. The message does not say which policy denies: the role's, or those of the repository.",
	},
	{
		name: "sagemaker_invalid_image", source: "https://github.com/aws/amazon-sagemaker-examples/issues/195", strength: atService, kind: Reference, also: []Kind{Existence}, side: Consumer, certainty: Likely,
		any: []string{"ecr image"}, near: []string{"is invalid"},
		meaning: "Amazon SageMaker does not take this as the URI of an image. It needs ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME with a tag or digest.",
	},
	{
		name: "sagemaker_service", source: "https://github.com/aws/deep-learning-containers/issues/5657", strength: atService, kind: Policy, also: []Kind{Existence}, side: Registry, certainty: Likely,
		policyTypes: []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy},
		any:         []string{"service principal"}, near: []string{"the repository of your image", "does not grant"},
		meaning: "The repository policy does not grant the pull to the service principal of Amazon SageMaker. Amazon SageMaker says the same of an image that does not exist.",
	},
	{
		name: "sagemaker_cannot_pull", source: "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html", strength: atService, kind: Existence, also: []Kind{Policy}, side: Both, certainty: Ambiguous,
		any:     []string{"cannot pull algorithm container", "either the image does not exist or its permissions are incorrect", "image does not exist or its permissions"},
		meaning: "Amazon SageMaker does not say whether the image does not exist or may not be pulled.",
	},
	{
		name: "apprunner_access_role", source: "https://github.com/aws-containers/hello-app-runner/issues/3", strength: atService, kind: Policy, also: []Kind{Region, Existence}, side: Both, certainty: Ambiguous,
		any:     []string{"failed to pull your application image", "valid access role to your ecr repository"},
		meaning: "AWS App Runner could not pull with the access role. It also says so of an image in another Region than the service, which it cannot pull.",
	},
	{
		name: "apprunner_copy", source: "https://github.com/aws/apprunner-roadmap/issues/46", strength: atService, kind: Platform, also: []Kind{Policy, Existence}, side: Both, certainty: Ambiguous,
		any:     []string{"failed to copy the image from ecr"},
		meaning: "AWS App Runner could not use the image, and does not say why. An image for arm64 only gives this text, too.",
	},

	{
		name: "apprunner_instance_role", source: "https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html", strength: atService, kind: NotAPull, side: Consumer, certainty: Certain,
		any:     []string{"error in assuming instance role"},
		meaning: "AWS App Runner could not assume the instance role, which the application uses. The pull uses the access role. The trust policy of the instance role must name tasks.apprunner.amazonaws.com.",
	},

	// Credentials.
	{
		name: "credentials_expired", source: signatureErrors, strength: atService, kind: Credentials, side: Consumer, certainty: Certain,
		any:     []string{"expiredtoken", "security token included in the request is expired", "the sso session associated with this profile has expired", "requestexpired", "token has expired and refresh failed", "error loading sso token"},
		meaning: "The AWS credentials have expired. Without them there is no ECR token.",
	},
	{
		name: "credentials_invalid", source: signatureErrors, strength: atService, kind: Credentials, side: Consumer, certainty: Certain,
		any: []string{
			"unrecognizedclientexception", "invalidclienttokenid", "security token included in the request is invalid", "signaturedoesnotmatch", "invalidsignatureexception", "incompletesignature",
			"authfailure", "invalididentitytoken", "requesttimetooskewed", "signature not yet current", "signature expired",
		},
		meaning: "AWS does not accept the credentials. Without them there is no ECR token.",
	},
	{
		name: "no_credentials", source: "https://github.com/awslabs/amazon-ecr-credential-helper/issues/293", strength: atService, kind: Credentials, side: Consumer, certainty: Certain,
		any: []string{
			"nocredentialproviders", "no valid providers in chain", "unable to locate credentials", "no ec2 imds role found", "missing credentials in config", "could not load credentials", "failed to refresh cached credentials",
			"nocredentialserror", "no credentials provided", "the config profile", "unauthorizedexception", "ec2rolerequesterror", "no ec2 instance role found", "unable to load credentials", "could not find credentials",
		},
		meaning: "What pulls found no AWS credentials. Without them there is no ECR token.",
	},
	{
		name: "no_region", source: "https://github.com/buildkite/elastic-ci-stack-for-aws/issues/166", strength: atService, kind: Region, side: Consumer, certainty: Certain,
		any:     []string{"you must specify a region", "must specify a region", "missingregion", "could not find region configuration", "invalid configuration: missing region", "failed to resolve service endpoint, an aws region is required", "no region specified", "regiondisabledexception"},
		meaning: "The call that gets the ECR token has no Region.",
	},
	{
		name: "unknown_region", source: "https://github.com/aquasecurity/trivy/issues/377", strength: atService, kind: Region, side: Consumer, certainty: Certain,
		any:     []string{"unknownendpointerror"},
		meaning: "The AWS SDK knows no endpoint of ECR in the Region that it was given: the Region is missing or misspelt.",
	},
	{
		name: "old_cli", source: "https://docs.aws.amazon.com/cli/latest/reference/ecr/get-login-password.html", strength: atService, kind: Token, side: Consumer, certainty: Certain,
		any: []string{"invalid choice"}, near: []string{"get-login"},
		meaning: "This version of the AWS CLI does not have the command that was to get the token, so no login took place.",
	},

	// The tool that pulls.
	{
		name: "no_basic_auth", source: "https://github.com/awslabs/amazon-ecr-credential-helper/issues/207", strength: atClient, kind: Token, side: Consumer, certainty: Certain,
		any:     []string{"no basic auth credentials", "no auth basic", "credential required for basic auth"},
		meaning: "What pulls sent no ECR token: it was not logged in to this registry, or it could not log in. The repository policy was not asked yet.",
	},
	{
		name: "credential_helper", source: "https://github.com/awslabs/amazon-ecr-credential-helper", strength: atClient, kind: Token, also: []Kind{Credentials}, side: Consumer, certainty: Certain,
		any: []string{
			"docker-credential-ecr-login", "error getting credentials", "error retrieving credentials", "credentials not found in native keychain", "failed to get ecr credentials", "error saving credentials", "error storing credentials",
			"credential helper", "could not set registry endpoint credentials", "failed to authenticate with ecr", "failed to obtain authorization token", "failed to get authorization token", "unable to get ecr credentials", "credential provider plugin", "error parsing the serverurl",
		},
		meaning: "The credential helper of what pulls gave no ECR token.",
	},
	{
		name: "non_interactive_login", source: "https://docs.aws.amazon.com/cli/latest/reference/ecr/get-login-password.html", strength: atClient, kind: Token, also: []Kind{Credentials}, side: Consumer, certainty: Likely,
		any:     []string{"cannot perform an interactive login from a non tty device", "reading password: inappropriate ioctl for device", "password is empty", "must provide --username with --password-stdin"},
		meaning: "The login got no password: the command before it, aws ecr get-login-password, has failed. Its own message says why.",
	},
	{
		name: "login_refused", source: ecrDockerErrors, strength: atClient, kind: Token, also: []Kind{Region}, side: Consumer, certainty: Likely,
		any: []string{"incorrect username or password", "invalid username/password", "login attempt to", "logging into", "authenticating creds for", "error logging in to"}, near: []string{"incorrect username|invalid username|400 bad request|401|403|failed with status|denied"},
		meaning: "ECR did not accept the login. The user name must be AWS, and the password a token of the same Region that has not expired.",
	},
	{
		name: "authentication_required", source: "https://github.com/cri-o/cri-o/issues/2614", strength: atClient, kind: Token, also: []Kind{Policy}, side: Consumer, certainty: Likely,
		any: []string{"unauthorized: authentication required", "denied: not authorized", "unauthorized: not authorized", "401 unauthorized: not authorized", "authentication required", "failed to fetch anonymous token", "failed to authorize"}, not: []string{"proxy authentication required"},
		meaning: "The registry asks for a token that it did not get, or does not accept the one that it got.",
	},
	{
		name: "no_platform", source: "https://docs.docker.com/build/building/multi-platform/", strength: atClient, kind: Platform, side: Both, certainty: Certain,
		any: []string{
			"no matching manifest for", "does not contain descriptor matching platform", "no match for platform in manifest", "cannot be used on this platform", "no image found in manifest list for architecture", "no image found in image index for architecture",
			"no child with platform", "does not match the detected host platform", "find a descriptor for platform",
		},
		meaning: "The image exists and was allowed, and has no variant for the platform of what pulls.",
	},
	{
		name: "manifest_digest", source: "https://github.com/aws/amazon-ecs-agent/pull/4249", strength: atClient, kind: Platform, also: []Kind{Network}, side: Both, certainty: Ambiguous,
		any:     []string{"image verification failed for digest", "manifest verification failed for digest"},
		meaning: "The manifest that arrived does not have the digest that was asked for. ECR rewrites manifests of the old form (schema 1), so that their digests do not match; or something between has changed it.",
	},
	{
		name: "bad_reference", source: kubernetesPull, strength: atClient, kind: Reference, side: Consumer, certainty: Certain,
		any: []string{
			"invalid reference format", "invalidimagename", "couldn't parse image reference", "couldn't parse image name", "repository name must be lowercase", "failed to apply default image tag", "invalid image name", "could not parse reference",
			"parameter at 'imagetag'", "parameter at 'repositoryname'", "invalid image uri", "not a valid image uri", "repository should not be null or empty", "image is not supported by app runner",
		},
		meaning: "The name of the image is malformed. Nothing was asked of ECR.",
	},
	{
		name: "disk_full", source: "https://repost.aws/knowledge-center/ecs-pull-container-api-error-ecr", strength: atClient, kind: Storage, side: Consumer, certainty: Certain,
		any:     []string{"no space left on device", "not enough space on the disk", "disk quota exceeded", "input/output error", "read-only file system"},
		meaning: "The disk of what pulls is full or broken. Policies are not the cause.",
	},
	{
		name: "layer_verification", source: ecrDockerErrors, strength: atClient, kind: Storage, also: []Kind{Network}, side: Consumer, certainty: Likely,
		any:     []string{"filesystem verification failed", "filesystem layer verification failed", "failed size validation", "unexpected commit digest", "digest mismatch", "failed to register layer", "failed to extract layer"},
		meaning: "A layer arrived incomplete or could not be unpacked. Policies are not the cause.",
	},
	{
		name: "tls", source: "https://github.com/aws-amplify/amplify-hosting/issues/699", strength: atClient, kind: Network, side: Consumer, certainty: Likely,
		any:     []string{"x509:", "certificate verify failed", "certificate signed by unknown authority", "tls: failed to verify", "ssl: certificate", "http: server gave http response to https client", "tls: handshake failure"},
		meaning: "The connection to the registry is not trusted: a proxy with its own certificate, a host name that an endpoint does not serve, or a wrong clock.",
	},
	{
		name: "proxy", source: "https://docs.docker.com/engine/daemon/proxy/", strength: atClient, kind: Network, side: Consumer, certainty: Certain,
		any:     []string{"proxyconnect tcp", "407 proxy authentication required", "unable to connect to proxy", "proxy authentication required"},
		meaning: "The proxy of what pulls did not let the request through.",
	},
	{
		name: "no_such_host", source: ecrEndpoints, strength: atConnection, kind: Network, also: []Kind{Region}, side: Consumer, certainty: Likely,
		any:     []string{"no such host", "server misbehaving", "temporary failure in name resolution", "could not resolve host", "name or service not known", "could not connect to the endpoint url", "nodename nor servname provided", "lookup failed", "could not be resolved"},
		meaning: "The name of the host could not be resolved or reached: DNS does not work where the pull starts, or the host does not exist.",
	},
	{
		name: "no_connection", source: ecrEndpoints, strength: atConnection, kind: Network, side: Consumer, certainty: Certain,
		any: []string{
			"i/o timeout", "connection refused", "tls handshake timeout", "client.timeout exceeded", "context deadline exceeded", "request canceled while waiting for connection", "no route to host", "network is unreachable",
			"connection timed out", "connect timeout on endpoint url", "connection reset by peer", "read timeout on endpoint url", "timeoutexpired", "dial tcp", "sendrequesterror", "send request failed", "requesterror", "deadlineexceeded", "dial timeout", "broken pipe",
		},
		meaning: "There was no connection. Policies of IAM and ECR are not the cause.",
	},
	{
		name: "connection_lost", source: ecrEndpoints, strength: atConnection, kind: Network, side: Consumer, certainty: Likely,
		any:     []string{"unexpected eof", ": eof", "stream error: stream id", "http2: client connection lost", "connection closed", "context canceled"},
		meaning: "The connection ended before everything had arrived.",
	},

	// A status alone.
	{
		name: "layers_forbidden", source: ecrEndpoints, strength: atConnection, kind: Policy, also: []Kind{Network}, side: Consumer, certainty: Likely, policyTypes: []authz.PolicyType{authz.S3EndpointPolicy},
		any: []string{"starport-layer-bucket", "<code>accessdenied</code>"}, near: []string{"403|accessdenied|access denied|forbidden", "starport-layer-bucket|<hostid>"},
		meaning: "Amazon S3 refused a layer. ECR had given the address of the layer, so its policies allow the pull. Mostly the policy of the VPC endpoint for Amazon S3 does not allow s3:GetObject on the bucket with the layers.",
	},
	{
		name: "layer_forbidden", source: ecsPull, strength: atStatus, kind: Policy, also: []Kind{Token}, side: Both, certainty: Ambiguous,
		any: []string{"/blobs/"}, near: []string{"403", "httpreadseeker|from get request|failed to copy|error pulling image configuration"}, not: []string{"starport-layer-bucket"},
		meaning: "The registry gave the manifest and refused a layer. So ecr:BatchGetImage was allowed, and ecr:GetDownloadUrlForLayer probably is not.",
	},
	{
		name: "forbidden", source: "https://github.com/aws-samples/bedrock-access-gateway/issues/127", strength: atStatus, kind: Policy, also: []Kind{Token, Region, Existence}, side: Both, certainty: Ambiguous,
		any: []string{"403 forbidden", "403 (forbidden)", "http 403", "status: 403", "status code: 403", "status code 403", "statuscode: 403", "statuscode=403", "response status code 403", "status 403", "403:", "error (403)", ": 403", "error 403", "code 403"}, not: []string{"accessdeniedexception"},
		meaning: "The registry refused the request and did not say why: this answer has no message. Either side's policies can be the cause, or the token: an expired one, or one of another Region.",
	},
	{
		name: "unauthorized", source: "https://github.com/aws/amazon-vpc-cni-k8s/issues/30", strength: atStatus, kind: Token, also: []Kind{Policy, Region}, side: Consumer, certainty: Likely,
		any:     []string{"401 unauthorized", "http 401", "status: 401", "status code: 401", "status code 401", "status 401", ": 401", "401 (unauthorized)", "401:", "error (401)"},
		meaning: "The registry got no token, or one that it does not accept.",
	},
	{
		name: "bad_request", source: ecrDockerErrors, strength: atStatus, kind: Token, also: []Kind{Region, Reference}, side: Consumer, certainty: Ambiguous,
		any: []string{"400 bad request"}, near: []string{"ecr"},
		meaning: "The registry did not understand the request. A token of another Region, or one that is cut off, gives this answer.",
	},
	{
		name: "manifest_not_found", source: ecrArchive, strength: atStatus, kind: Existence, also: []Kind{Archived}, side: Both, certainty: Ambiguous,
		any: []string{"manifest unknown", "error: image", "repository not found", "error (404)", "404 not found", "name unknown", "manifest for", "tag not found", ": not found", "error code: not_found", "code = notfound", "status code 404", "status 404", ": 404", "repository does not exist"},
		not: []string{"may require 'docker login'", "may require authorization", "lookup ", "command not found", "executable file not found", "no pull access", "executable not found"}, near: []string{"not found|unknown|404|does not exist"},
		meaning: "The registry has no such image: the repository, the tag or the digest does not exist there, or the image is archived.",
	},
	{
		name: "unsupported_media_type", source: "https://github.com/aws/aws-cdk/issues/30680", strength: atClient, kind: Platform, side: Both, certainty: Likely,
		any:     []string{"unsupported media type application", "unsupported manifest media type"},
		meaning: "What pulls does not know the form of this image or of something that was pushed with it, such as an attestation of the build.",
	},

	// Other calls than those of a pull.
	{
		name: "policy_refused", source: "https://github.com/hashicorp/terraform-provider-aws/issues/39064", strength: atECR, kind: NotAPull, side: Registry, certainty: Certain,
		any:     []string{"parameter at 'policytext'", "invalid repository policy provided", "invalid registry policy provided"},
		meaning: "ECR did not accept a repository policy or a registry policy. Mostly a principal in it does not exist. Until the policy is set, the pull stays denied.",
	},
	{
		name: "push_refused", source: "https://github.com/aws/containers-roadmap/issues/876", strength: atClient + 1, kind: NotAPull, side: Consumer, certainty: Likely,
		any: []string{"error writing manifest blob", "from put request to", "imagetagalreadyexistsexception", "cannot be overwritten because the repository is immutable", "cannot be overwritten because the tag is immutable"}, near: []string{"400|405|409|immutable|already"},
		meaning: "ECR refused what was pushed: a manifest of a form that it does not take, as of a build cache, or a tag that cannot be overwritten. It is not a pull.",
	},
	{
		name: "pull_secret", source: kubernetesPull, strength: atClient, kind: Token, side: Consumer, certainty: Likely,
		any:     []string{"unable to retrieve some image pull secrets", "failedtoretrieveimagepullsecret"},
		meaning: "The pod names a secret with a login to the registry, and this secret does not exist in its namespace. For Amazon ECR, the role of the node is mostly enough.",
	},
	{
		name: "omics_permission", source: "https://docs.aws.amazon.com/omics/latest/dev/workflows-ecr.html", strength: atService, kind: Policy, also: []Kind{Existence}, side: Registry, certainty: Likely,
		policyTypes: []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy},
		any:         []string{"granted access to omics service principal", "ecr_permission_error"},
		meaning:     "AWS HealthOmics may not pull the image, or it does not exist. The repository policy must grant the pull to the service omics.amazonaws.com.",
	},
	{
		name: "image_size", source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html", strength: atService, kind: Platform, side: Registry, certainty: Certain,
		any: []string{"greater than supported size", "is more than limit", "exceeds the maximum size", "image size exceeds"}, near: []string{"image"},
		meaning: "The image is larger than the service takes.",
	},
	{
		name: "not_a_manifest", source: "https://docs.docker.com/engine/daemon/proxy/", strength: atClient, kind: Network, side: Consumer, certainty: Likely,
		any:     []string{"unexpected media type text/html"},
		meaning: "Something between answered in place of the registry, with a page: a proxy, or a sign-in page of the network.",
	},
	{
		name: "layer_status", source: ecsPull, strength: atWrapper + 1, kind: Policy, also: []Kind{Network, Existence}, side: Both, certainty: Ambiguous,
		any:     []string{"failed open: unexpected status code"},
		meaning: "The manifest was fetched, and a layer was not. The status, which would say more, is missing: ecr:GetDownloadUrlForLayer or the way to Amazon S3 can be the cause.",
	},

	// Words around a cause.
	{
		name: "pull_access_denied", source: "https://github.com/aws/aws-cdk/issues/1272", strength: atWrapper, kind: Existence, also: []Kind{Policy, Token}, side: Both, certainty: Ambiguous,
		any:     []string{"repository does not exist or may require", "pull access denied", "does not exist or no pull access", "requested access to the resource is denied", "insufficient_scope"},
		meaning: "The tool says the same if the repository does not exist, if there is no token, and if a policy denies. ECR's own message, which would say which, is missing.",
	},
	{
		name: "bare_host", source: "https://github.com/ghkdqhrbals/spring-chatting-server/issues/109", strength: atWrapper + 1, kind: Reference, also: []Kind{OtherRegistry}, side: Consumer, certainty: Likely,
		any: []string{".amazonaws.com, repository does not exist"}, near: []string{"requested access to the resource is denied|may require"},
		meaning: "The name of the image is only the host of the registry, without a repository: docker takes it for a repository on Docker Hub.",
	},
	{
		name: "helm_without_oci", source: "https://helm.sh/docs/topics/registries/", strength: atWrapper + 1, kind: Reference, side: Consumer, certainty: Certain,
		any: []string{"error: repo "}, near: []string{".amazonaws.com not found|.amazonaws.com.cn not found"},
		meaning: "Helm takes the host of the registry for the name of a chart repository: a chart in a registry begins with oci://.",
	},
	{
		name: "local_image_missing", source: "https://github.com/aws/sagemaker-python-sdk/issues/5925", strength: atWrapper, kind: Existence, also: []Kind{Token, Policy}, side: Both, certainty: Ambiguous,
		any:     []string{"no such image:", "could not find image '"},
		meaning: "The image is not on this machine. Whether it was to be pulled first, and why that failed, a message before this one would say.",
	},
	{
		name: "access_denied_code", source: ecrErrors, strength: atWrapper + 1, kind: Policy, side: Both, certainty: Ambiguous,
		any:     []string{"accessdeniedexception", "accessdenied", ": access denied", "(access denied)", "not authorized"},
		meaning: "AWS denied a call. The part of its message that names the action and the policy is missing.",
	},
	{
		name: "image_pull_state", source: kubernetesPull, strength: atState, kind: Unknown, side: UnknownSide, certainty: NotKnown,
		any:     []string{"imagepullbackoff", "errimagepull", "back-off pulling image", "imageinspecterror", "errimageneverpull", "registryunavailable"},
		meaning: "This is a state of the pod. It has no cause: the event before it has, with the words \"Failed to pull image\".",
	},
	{
		name: "cannot_pull", source: ecsPull, strength: atState, kind: Unknown, side: UnknownSide, certainty: NotKnown,
		any: []string{
			"cannotpullcontainererror", "cannotpullecrcontainererror", "cannotpullimagemanifesterror", "unable to pull customer's container image", "build_container_unable_to_pull_image", "failed to pull image", "failed to resolve ref",
			"failed to pull and unpack image", "error pulling image", "task failed to start", "dockertimeouterror", "resourceinitializationerror", "error reading manifest", "initializing source docker://", "failed to solve", "failed to do request", "circuit breaker was triggered", "failing to pull image", "image can't be pulled",
		},
		meaning: "A pull failed. The part of the message that says why is missing.",
	},
	{
		name: "container_failed", source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cannot-start-container.html", strength: atWrapper, kind: NotAPull, side: Consumer, certainty: Certain,
		any: []string{
			"exec format error", "crashloopbackoff", "oomkilled", "cannotstartcontainererror", "cannotinspectcontainererror", "outofmemoryerror", "essential container in task exited", "failed container health checks", "runcontainererror", "createcontainererror", "createcontainerconfigerror",
			"oci runtime create failed", "runtime.invalidentrypoint", "cannotcreatecontainererror",
		},
		meaning: "The image was pulled. The container did not start or did not keep running, so neither ECR nor a policy for the pull is the cause.",
	},
	{
		name: "local_file", source: "https://github.com/helm/helm/issues/7280", strength: atClient, kind: NotAPull, side: Consumer, certainty: Likely,
		any: []string{"permission denied"}, near: []string{"/docker/certs.d|/.docker/config.json|/containers/auth.json"},
		meaning: "The tool may not read one of its own files. Nothing was asked of ECR.",
	},
	{
		name: "docker_daemon", source: "https://docs.docker.com/engine/daemon/troubleshoot/", strength: atClient, kind: NotAPull, side: Consumer, certainty: Certain,
		any:     []string{"cannot connect to the docker daemon", "permission denied while trying to connect to the docker daemon", "is the docker daemon running", "the docker client must be run with elevated privileges", "error during connect:"},
		meaning: "The tool could not talk to its own daemon. Nothing was asked of ECR.",
	},
}
