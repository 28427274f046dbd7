package awsname

import (
	"regexp"
	"strings"
)

// regionPattern is the form of a region code, as in us-east-1 or us-gov-west-1.
var regionPattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// IsRegion reports whether s has the form of a region code. It does not know
// which regions exist: new ones appear without a new provider release.
func IsRegion(s string) bool { return regionPattern.MatchString(s) }

// Partition returns the partition that a region belongs to.
// Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func Partition(region string) string {
	for _, p := range partitions {
		for _, prefix := range p.regionPrefixes {
			if strings.HasPrefix(region, prefix) {
				return p.name
			}
		}
	}
	return "aws"
}

// KnownPartition reports whether s names a partition that has ECR.
func KnownPartition(s string) bool {
	if s == "aws" {
		return true
	}
	for _, p := range partitions {
		if p.name == s {
			return true
		}
	}
	return false
}

// partitions lists every partition besides "aws", with the prefixes of its
// region codes and the domains of its ECR registries.
var partitions = []struct {
	name           string
	regionPrefixes []string
}{
	{"aws-cn", []string{"cn-"}},
	{"aws-us-gov", []string{"us-gov-"}},
	{"aws-iso", []string{"us-iso-"}},
	{"aws-iso-b", []string{"us-isob-"}},
	{"aws-iso-e", []string{"eu-isoe-"}},
	{"aws-iso-f", []string{"us-isof-"}},
	{"aws-eusc", []string{"eusc-"}},
}
