// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"strings"
	"testing"
)

const digestOfApp = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParseImage(t *testing.T) {
	t.Parallel()
	in := func(partition, region, name string) Repository {
		return Repository{Partition: partition, Region: region, Account: "123456789012", Name: name}
	}
	app := in("aws", "us-east-1", "app")
	for uri, want := range map[string]Image{
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app":                          {Repository: app},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.2_3-x":                  {Repository: app, Tag: "1.2_3-x"},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app@" + digestOfApp:           {Repository: app, Digest: digestOfApp},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1@" + digestOfApp:        {Repository: app, Tag: "v1", Digest: digestOfApp},
		"123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/sub/app:latest":       {Repository: in("aws", "eu-central-1", "team/sub/app"), Tag: "latest"},
		"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app":                     {Repository: app, FIPS: true},
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app":                 {Repository: in("aws-us-gov", "us-gov-west-1", "app"), FIPS: true},
		"123456789012.dkr-ecr.us-east-1.on.aws/app":                                 {Repository: app, DualStack: true},
		"123456789012.dkr-ecr-fips.us-east-1.on.aws/app:v1":                         {Repository: app, Tag: "v1", DualStack: true, FIPS: true},
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app":                      {Repository: in("aws-cn", "cn-north-1", "app")},
		"123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn/app":       {Repository: in("aws-cn", "cn-northwest-1", "app"), DualStack: true},
		"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app":                         {Repository: in("aws-iso", "us-iso-east-1", "app")},
		"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov/app":                     {Repository: in("aws-iso-b", "us-isob-east-1", "app")},
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app":                      {Repository: in("aws-eusc", "eusc-de-east-1", "app")},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/a" + strings.Repeat("b", 255): {Repository: in("aws", "us-east-1", "a"+strings.Repeat("b", 255))},
	} {
		t.Run(uri, func(t *testing.T) {
			t.Parallel()
			got, err := ParseImage(uri)
			if err != nil || got != want {
				t.Errorf("got %+v, %v", got, err)
			}
			if back, err := got.URI(); err != nil || back != uri {
				t.Errorf("its URI is %s, %v", back, err)
			}
		})
	}
}

func TestImage_noDualStackHost(t *testing.T) {
	t.Parallel()
	image := Image{Repository: Repository{Partition: "aws-iso", Region: "us-iso-east-1", Account: "123456789012", Name: "app"}, DualStack: true}
	if uri, err := image.URI(); err == nil || err.Error() != "registries in us-iso-east-1 have no dual-stack host" {
		t.Errorf("got %s, %v", uri, err)
	}
}

func TestParseImageReference(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string][2]string{
		"":                  {"", ""},
		"v1":                {"v1", ""},
		digestOfApp:         {"", digestOfApp},
		"@" + digestOfApp:   {"", digestOfApp},
		"v1@" + digestOfApp: {"v1", digestOfApp},
	} {
		if tag, digestOf, err := ParseImageReference(reference); err != nil || tag != want[0] || digestOf != want[1] {
			t.Errorf("%q is %q, %q, %v", reference, tag, digestOf, err)
		}
	}
	for reference, want := range map[string]string{
		"sha256:0":  "is not a digest",
		"v1@latest": "is not a digest",
		":v1":       `":v1" is not a tag`,
		"a b":       "is not a tag",
	} {
		if _, _, err := ParseImageReference(reference); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", reference, err, want)
		}
	}
}

func TestParseImageRefuses(t *testing.T) {
	t.Parallel()
	const host = "123456789012.dkr.ecr.us-east-1.amazonaws.com/"
	for uri, want := range map[string]string{
		"":                                   "is empty",
		"localhost/app:v1":                   `"localhost" is not a private ECR registry`,
		"Registry/app":                       `"Registry" is not a private ECR registry`,
		"payment-service:v1":                 `"payment-service:v1" has no registry, so it is pulled from Docker Hub, where no ECR policy applies. For an image in ECR, write ACCOUNT.dkr.ecr.REGION.amazonaws.com/payment-service:v1. For pull through cache, write the URI of the cache repository`,
		"team/app":                           "write ACCOUNT.dkr.ecr.REGION.amazonaws.com/team/app",
		"docker.io/library/nginx":            `"docker.io" is Docker Hub, where no ECR policy applies. For pull through cache, write the URI of the cache repository`,
		"registry-1.docker.io/library/nginx": "is Docker Hub",
		"98765432109.dkr.ecr.us-east-1.amazonaws.com/app":          `has the account "98765432109" with 11 digits: an account ID has 12`,
		"https://123456789012.dkr.ecr.us-east-1.amazonaws.com/app": `remove "https://"`,
		"docker://" + host + "app":                                 `remove "docker://"`,
		"public.ecr.aws/nginx/nginx:latest":                        "need no cross-account grant",
		"nginx:latest":                                             "has no registry",
		"ghcr.io/team/app":                                         "For pull through cache, write the URI of the cache repository",
		"12345.dkr.ecr.us-east-1.amazonaws.com/app":                "with 5 digits",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com:443/app":     "is not a private ECR registry",
		"123456789012.DKR.ecr.us-east-1.amazonaws.com/app":         "is not a private ECR registry",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil/app":    `end in "amazonaws.com"`,
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com/app":        `end in "amazonaws.com.cn"`,
		"123456789012.dkr.ecr.us-east-1.amazonaws.com.cn/app":      `end in "amazonaws.com"`,
		"123456789012.dkr-ecr.cn-north-1.on.aws/app":               `end in "on.amazonwebservices.com.cn"`,
		"123456789012.dkr-ecr.us-iso-east-1.on.aws/app":            "have no dual-stack host",
		"123456789012.dkr.ecr.useast1.amazonaws.com/app":           "is not an AWS Region",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com":             "has no repository",
		host:                                     "has no repository",
		host + "App":                             "is not a repository name",
		host + "app:":                            "is not a tag",
		host + "app:a b":                         "is not a tag",
		host + "app:-1":                          "is not a tag",
		host + "app:" + strings.Repeat("a", 129): "is not a tag",
		host + "app:1:2":                         "is not a tag",
		host + "app@":                            "is not a digest",
		host + "app@sha256:abc":                  "is not a digest",
		host + "app@" + digestOfApp + "0":        "is not a digest",
		host + ":v1":                             "ECR accepts 2 to 256",
	} {
		t.Run(uri, func(t *testing.T) {
			t.Parallel()
			got, err := ParseImage(uri)
			if err == nil || got != (Image{}) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %+v, %v; want %q", got, err, want)
			}
		})
	}
}

func FuzzImage(f *testing.F) {
	f.Add("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:v1@" + digestOfApp)
	f.Add("123456789012.dkr-ecr-fips.us-east-1.on.aws/app")
	f.Add("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app")
	f.Fuzz(func(t *testing.T, uri string) {
		img, err := ParseImage(uri)
		if err != nil {
			return
		}
		again, err := ParseRepositoryARN(img.Repository.ARN())
		if err != nil || again != img.Repository {
			t.Errorf("%q names the repository %+v, but its ARN %+v, %v", uri, img.Repository, again, err)
		}
		for part, text := range map[string]string{"account": img.Repository.Account, "name": img.Repository.Name, "tag": img.Tag, "digest": img.Digest} {
			if !strings.Contains(uri, text) {
				t.Errorf("the %s %q is not in %q", part, text, uri)
			}
		}
	})
}
