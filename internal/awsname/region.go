package awsname

import (
	"regexp"
	"slices"
	"strings"
)

// regionPattern is the form of a region code, as in us-east-1 or us-gov-west-1.
var regionPattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// IsRegion reports whether s has the form of a region code. It does not know
// which regions exist: new ones appear without a new provider release.
func IsRegion(s string) bool { return regionPattern.MatchString(s) }

// Partition returns the partition that a region belongs to.
// Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func Partition(region string) string { return partitionOf(region).name }

// KnownPartition reports whether s names a partition that has ECR.
func KnownPartition(s string) bool {
	return slices.ContainsFunc(partitions, func(p partition) bool { return p.name == s })
}

// A partition is a group of regions with accounts, principals and domains of its own.
type partition struct {
	name            string
	regionPrefix    string
	registryDomain  string // what registry hosts end in after the region
	dualStackDomain string // the same for dual-stack hosts; empty when there are none
}

// partitions lists the partitions that have ECR. The last one has no prefix: it
// has every region that no other has.
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
