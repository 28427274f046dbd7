package acctest

// A Capability is a behaviour of AWS that not every backend has.
type Capability string

// Behaviours that a test may require.
const (
	PrincipalChecks       Capability = "a repository policy names principals that exist"
	ReformattedPolicies   Capability = "a repository policy comes back in another form"
	UniqueIDs             Capability = "a repository policy shows deleted roles by their unique ID"
	StrictPolicies        Capability = "a repository policy with unusable actions or Resource is refused"
	RepositoryPolicyLimit Capability = "a repository policy has at most 10,240 characters"
	LockoutCheck          Capability = "a repository policy that locks its owner out is refused unless forced"
	RegistryPolicyV2      Capability = "a registry policy may speak of every ECR action"
	AccountSettings       Capability = "ECR has account settings"
	RepositoryNames       Capability = "a repository name may have __ and --"
	InlinePolicyQuota     Capability = "the inline policies of a role have at most 10,240 characters together"
	StrictIAM             Capability = "IAM checks names, Sids and principals of policies"
	AttachmentQuota       Capability = "a role has at most 20 managed policies"
	AWSManagedPolicies    Capability = "the AWS managed policies exist"
	CrossAccountECR       Capability = "one account reaches the repositories of another as policies say"
	LayerDownload         Capability = "ECR gives URLs to download layers from"
	TrustPolicies         Capability = "STS assumes existing roles whose trust policy allows it"
	AcceptedResource      Capability = "a repository policy may have the element Resource"
	AnyAccount            Capability = "a repository policy may name accounts that do not exist"
)

// motoLacks says why moto 5.2.1 cannot serve a test.
var motoLacks = map[Capability]string{
	PrincipalChecks:       "moto accepts principals that do not exist",
	ReformattedPolicies:   "moto returns policies as they were given",
	UniqueIDs:             "moto does not follow deleted roles in policies",
	StrictPolicies:        "moto accepts Resource and actions that ECR refuses",
	RepositoryPolicyLimit: "moto accepts longer repository policies",
	LockoutCheck:          "moto ignores force",
	RegistryPolicyV2:      "moto has registry policies of scope V1 alone",
	AccountSettings:       "moto has no account settings",
	RepositoryNames:       "moto refuses repository names with __ or --",
	InlinePolicyQuota:     "moto has no quota for inline policies",
	StrictIAM:             "moto accepts what IAM refuses",
	AttachmentQuota:       "moto has no quota for managed policies",
	AWSManagedPolicies:    "moto loads the AWS managed policies only on demand",
	CrossAccountECR:       "moto does not find repositories of another account",
	LayerDownload:         "moto has no GetDownloadUrlForLayer",
	TrustPolicies:         "moto assumes roles that do not exist",
}

// awsLacks says why a test cannot run on AWS.
var awsLacks = map[Capability]string{
	AcceptedResource: "AWS's pages contradict each other on Resource in repository policies",
	AnyAccount:       "AWS knows which accounts exist",
}

// Require skips the test, with the reason, when the backend lacks a capability.
func (e *Env) Require(capabilities ...Capability) {
	e.t.Helper()
	lacks := map[Backend]map[Capability]string{Moto: motoLacks, AWS: awsLacks}[e.Backend]
	for _, capability := range capabilities {
		if reason, lacking := lacks[capability]; lacking {
			e.t.Skipf("this test needs that %s; %s", capability, reason)
		}
		if capability == AcceptedResource && e.emulator != nil {
			e.emulator.AcceptResource()
		}
	}
}
