// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"regexp"
	"slices"
	"strings"
)

// regionPattern is the form of a Region code, as in us-east-1 or us-gov-west-1.
var regionPattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// IsRegion reports whether s has the form of a Region code. It does not check whether the
// Region exists, because AWS may add Regions after a provider release.
func IsRegion(s string) bool { return len(s) <= maxRegion && regionPattern.MatchString(s) }

// maxRegion is more than twice the length of any code so far.
const maxRegion = 32

// KnownRegions returns the codes of the Regions that had ECR when this list was written,
// the oldest and largest first. AWS may have added others.
// Source: https://docs.aws.amazon.com/general/latest/gr/ecr.html and the AWS SDKs'
// endpoint data.
func KnownRegions() []string {
	return []string{
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
		"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-east-1", "ap-east-2",
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
		"ca-central-1", "ca-west-1", "sa-east-1", "mx-central-1", "af-south-1", "il-central-1", "me-central-1", "me-south-1",
		"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1", "eusc-de-east-1",
		"us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "eu-isoe-west-1",
	}
}

// Partition returns the partition of a Region.
// Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func Partition(region string) string { return partitionOf(region).name }

// KnownPartition reports whether s is the name of a partition that has ECR.
func KnownPartition(s string) bool {
	return slices.ContainsFunc(partitions, func(p partition) bool { return p.name == s })
}

// A partition is a group of Regions with its own accounts, principals and domains.
type partition struct {
	name            string
	regionPrefix    string
	registryDomain  string // end of a registry host, after the Region
	dualStackDomain string // the same for dual-stack hosts; empty if there are none
}

// partitions lists the partitions that have ECR. The last one has no prefix: it has all
// Regions that no other partition has.
// Source of the domains: https://docs.aws.amazon.com/general/latest/gr/ecr.html
// and the AWS SDKs' partition data.
var partitions = []partition{
	{"aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn"},
	{"aws-us-gov", "us-gov-", "amazonaws.com", "on.aws"},
	{"aws-iso", "us-iso-", "c2s.ic.gov", ""},
	{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", ""},
	{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", ""},
	{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", ""},
	{"aws-eusc", "eusc-", "amazonaws.eu", ""},
	{"aws", "", "amazonaws.com", "on.aws"},
}

func partitionOf(region string) partition {
	i := slices.IndexFunc(partitions, func(p partition) bool { return strings.HasPrefix(region, p.regionPrefix) })
	return partitions[i]
}
