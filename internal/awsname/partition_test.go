// SPDX-License-Identifier: MPL-2.0

package awsname

import "testing"

// TestEveryPartitionIsComplete: a partition without a region in KnownRegions, or whose
// hosts are not read, was added in one place only.
func TestEveryPartitionIsComplete(t *testing.T) {
	t.Parallel()
	regions := map[string]string{}
	for _, region := range KnownRegions() {
		regions[Partition(region)] = region
	}
	for _, p := range partitions {
		region, known := regions[p.name]
		if !known {
			t.Errorf("%s has no region in KnownRegions", p.name)
			continue
		}
		hosts := []string{"123456789012.dkr.ecr." + region + "." + p.registryDomain}
		if p.dualStackDomain != "" {
			hosts = append(hosts, "123456789012.dkr-ecr."+region+"."+p.dualStackDomain)
		}
		for _, host := range hosts {
			image, err := ParseImage(host + "/team/app:v1")
			if err != nil || image.Repository.Partition != p.name {
				t.Errorf("%s: %+v, %v", host, image, err)
			}
		}
		if _, err := ParsePrincipal("arn:" + p.name + ":iam::123456789012:role/app"); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
		if _, err := ParseRepositoryARN("arn:" + p.name + ":ecr:" + region + ":123456789012:repository/app"); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
}
