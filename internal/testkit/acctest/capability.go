// SPDX-License-Identifier: MPL-2.0

package acctest

// A Capability is a behaviour of AWS that some backends lack.
type Capability string

// Capabilities that a test may require. Each continues "this test needs that …".
const (
	PrincipalChecks       Capability = "a repository policy may name only existing principals"
	ReformattedPolicies   Capability = "a repository policy is returned in another format"
	UniqueIDs             Capability = "a repository policy shows the unique IDs of deleted roles"
	StrictPolicies        Capability = "a repository policy with invalid actions or Resource is rejected"
	RepositoryPolicyLimit Capability = "a repository policy has at most 10,240 characters"
	LockoutCheck          Capability = "a repository policy that locks its owner out is rejected unless forced"
	RegistryPolicyV2      Capability = "a registry policy may have every ECR action"
	OwnRegistry           Capability = "nobody else writes the registry policy"
	RepositoryNames       Capability = "a repository name may have __ and --"
	InlinePolicyQuota     Capability = "the inline policies of a role together have at most 10,240 characters"
	StrictIAM             Capability = "IAM checks names, Sids and principals of policies"
	AttachmentQuota       Capability = "a role has at most 20 managed policies"
	AWSManagedPolicies    Capability = "the AWS managed policies exist"
	CrossAccountECR       Capability = "one account can use the repositories of another according to the policies"
	EventHistory          Capability = "CloudTrail has the events of calls at once"
	RegistryLists         Capability = "ECR lists pull through cache rules and repository creation templates"
	LayerDownload         Capability = "ECR gives URLs to download layers from"
	TrustPolicies         Capability = "STS assumes existing roles whose trust policy allows it"
	AcceptedResource      Capability = "a repository policy may have the element Resource"
	AnyAccount            Capability = "a repository policy may name accounts that do not exist"
)

// motoLacks has the reasons why moto 5.2.1 cannot run a test, by capability.
var motoLacks = map[Capability]string{
	PrincipalChecks:       "moto accepts principals that do not exist",
	ReformattedPolicies:   "moto returns policies unchanged",
	UniqueIDs:             "moto does not notice that a role in a policy is deleted",
	StrictPolicies:        "moto accepts Resource and actions that ECR rejects",
	RepositoryPolicyLimit: "moto accepts longer repository policies",
	LockoutCheck:          "moto ignores force",
	RegistryPolicyV2:      "moto has only registry policies with scope V1",
	OwnRegistry:           "the tests share the registries of moto",
	RepositoryNames:       "moto rejects repository names with __ or --",
	InlinePolicyQuota:     "moto has no quota for inline policies",
	StrictIAM:             "moto accepts names and policies that IAM rejects",
	AttachmentQuota:       "moto has no quota for managed policies",
	AWSManagedPolicies:    "moto loads the AWS managed policies only on demand",
	CrossAccountECR:       "moto does not find repositories of another account",
	EventHistory:          "moto has no LookupEvents",
	RegistryLists:         "moto has no DescribePullThroughCacheRules",
	LayerDownload:         "moto has no GetDownloadUrlForLayer",
	TrustPolicies:         "moto assumes roles that do not exist",
}

// awsLacks has the reasons why AWS cannot run a test, by capability.
var awsLacks = map[Capability]string{
	AcceptedResource: "AWS's documentation contradicts itself about Resource in repository policies",
	EventHistory:     "CloudTrail takes some minutes",
	AnyAccount:       "AWS checks that accounts exist",
	OwnRegistry:      "an account has one registry policy in a region, which others may use",
}

// Require skips the test, with the reason, if the backend lacks a capability.
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
