// SPDX-License-Identifier: MPL-2.0

package awsname

import "testing"

func TestIsRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]bool{
		"us-east-1":       true,
		"us-gov-west-1":   true,
		"ap-southeast-7":  true,
		"cn-northwest-1":  true,
		"us-isob-east-1":  true,
		"eusc-de-east-1":  true,
		"mx-central-1":    true,
		"":                false,
		"us-east":         false,
		"us-east-1a":      false,
		"US-EAST-1":       false,
		"global":          false,
		"us-east-1\n":     false,
		"us_east_1":       false,
		"*":               false,
		"us-east-1.evil":  false,
		"verylong-east-1": false,
	} {
		if got := IsRegion(region); got != want {
			t.Errorf("IsRegion(%q) = %v", region, got)
		}
	}
}

func TestPartition(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-east-1":      "aws",
		"eu-central-2":   "aws",
		"cn-north-1":     "aws-cn",
		"us-gov-east-1":  "aws-us-gov",
		"us-iso-west-1":  "aws-iso",
		"us-isob-east-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e",
		"us-isof-east-1": "aws-iso-f",
		"eusc-de-east-1": "aws-eusc",
	} {
		if got := Partition(region); got != want {
			t.Errorf("Partition(%q) = %q, want %q", region, got, want)
		}
		if !KnownPartition(want) {
			t.Errorf("the partition %q is not known", want)
		}
	}
}

func TestUnknownPartition(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "AWS", "aws-", "gcp", "*"} {
		if KnownPartition(name) {
			t.Errorf("the partition %q is known", name)
		}
	}
}

func TestKnownRegions(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, region := range KnownRegions() {
		if !IsRegion(region) || seen[region] {
			t.Errorf("%q is not a Region code, or is a duplicate", region)
		}
		seen[region] = true
	}
	if got := Nearest("us-est-1", KnownRegions()); got != "us-east-1" {
		t.Errorf("us-est-1 is taken for %q", got)
	}
}
