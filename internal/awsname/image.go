// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// An Image is a private ECR image URI.
type Image struct {
	Repository Repository
	Tag        string // empty if the URI has none; the registry then uses "latest"
	Digest     string // "sha256:" and 64 hex digits, or empty
	FIPS       bool   // the host is a FIPS endpoint
	DualStack  bool   // the host is a dual-stack endpoint
}

// The hosts of private registries: IPv4 (with and without FIPS) and dual-stack.
// Source: https://docs.aws.amazon.com/general/latest/gr/ecr.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var (
	ipv4Host  = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr(-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$`)
	dualHost  = regexp.MustCompile(`^([0-9]{12})\.dkr-ecr(-fips)?\.([a-z0-9-]+)\.(on\.[a-z0-9.-]+)$`)
	tagFormat = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digest    = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// anyAccount is the start of a registry's host, with an account of any number of digits.
var anyAccount = regexp.MustCompile(`^[0-9]+\.dkr[.-]ecr`)

// ParseImage reads a private ECR image URI in any host form, with a tag, a digest, both or
// neither. For images of other registries, including public.ecr.aws, it returns an error
// that says so.
func ParseImage(uri string) (Image, error) {
	fail := func(format string, args ...any) (Image, error) {
		return Image{}, fmt.Errorf(format, args...)
	}
	if strings.Contains(uri, "://") {
		return fail("an image URI has no scheme: remove %s", printed.Quoted(uri[:strings.Index(uri, "://")+3]))
	}
	host, rest, found := strings.Cut(uri, "/")
	if uri == "" {
		return fail("the image URI is empty")
	}
	if !isHost(host, found) {
		return fail("%s has no registry, so it is pulled from %s. For an image in ECR, write ACCOUNT.dkr.ecr.REGION.amazonaws.com/%s. For pull through cache, write the URI of the cache repository", printed.Quoted(uri), dockerHub, printed.Name(uri))
	}
	img, err := parseHost(host)
	if err != nil {
		return Image{}, err
	}
	if !found || rest == "" {
		return fail("%s has no repository after the registry", printed.Quoted(uri))
	}
	rest, img.Digest, found = strings.Cut(rest, "@")
	if found {
		err = checkDigest(img.Digest)
	}
	name, tag, found := strings.Cut(rest, ":")
	if found && err == nil {
		err = checkTag(tag)
	}
	if err != nil {
		return Image{}, err
	}
	img.Tag = tag
	if err := CheckRepositoryName(name); err != nil {
		return Image{}, err
	}
	img.Repository.Name = name
	return img, nil
}

// ParseImageReference reads what follows the repository in an image URI: a tag, a digest,
// both as in v1@sha256:…, or nothing.
func ParseImageReference(reference string) (tag, digestOf string, err error) {
	tag, digestOf, found := strings.Cut(reference, "@")
	if !found && strings.HasPrefix(reference, "sha256:") {
		tag, digestOf, found = "", reference, true
	}
	if found {
		err = checkDigest(digestOf)
	}
	if tag != "" && err == nil {
		err = checkTag(tag)
	}
	if err != nil {
		return "", "", err
	}
	return tag, digestOf, nil
}

func checkTag(tag string) error {
	if !tagFormat.MatchString(tag) {
		return fmt.Errorf("%s is not a tag: expected up to 128 letters, digits, '_', '.' and '-'", printed.Quoted(tag))
	}
	return nil
}

func checkDigest(s string) error {
	if !digest.MatchString(s) {
		return fmt.Errorf("%s is not a digest: expected sha256: and 64 hex digits", printed.Quoted(s))
	}
	return nil
}

// Host returns the host of the registry, in the form that FIPS and DualStack say. A
// dual-stack host is an error in a partition that has none.
func (i Image) Host() (string, error) {
	p := partitionOf(i.Repository.Region)
	service, domain := "dkr.ecr", p.registryDomain
	if i.DualStack {
		service, domain = "dkr-ecr", p.dualStackDomain
	}
	if domain == "" {
		return "", fmt.Errorf("registries in %s have no dual-stack host", i.Repository.Region)
	}
	if i.FIPS {
		service += "-fips"
	}
	return strings.Join([]string{i.Repository.Account, service, i.Repository.Region, domain}, "."), nil
}

// URI returns the URI that ParseImage reads. The error is that of Host.
func (i Image) URI() (string, error) {
	host, err := i.Host()
	uri := host + "/" + i.Repository.Name
	if i.Tag != "" {
		uri += ":" + i.Tag
	}
	if i.Digest != "" {
		uri += "@" + i.Digest
	}
	return uri, err
}

// isHost reports whether the first part of an image name is the host of a registry. Like
// Docker, it looks for a dot or a port, for localhost, or for a capital, which no repository has.
// Without a slash after it, a colon begins a tag and not a port.
// Source: https://docs.docker.com/reference/cli/docker/image/tag/ and
// https://github.com/distribution/reference/blob/main/normalize.go
func isHost(first string, beforeSlash bool) bool {
	if beforeSlash {
		return strings.ContainsAny(first, ".:") || first == "localhost" || first != strings.ToLower(first)
	}
	return ipv4Host.MatchString(first) || dualHost.MatchString(first)
}

// parseHost reads the host of a registry. The result is an image without repository name.
func parseHost(host string) (Image, error) {
	if host == "public.ecr.aws" {
		return Image{}, errors.New("images on public.ecr.aws need no cross-account grant: only private registries are supported")
	}
	dualStack := false
	m := ipv4Host.FindStringSubmatch(host)
	if m == nil {
		m = dualHost.FindStringSubmatch(host)
		dualStack = m != nil
	}
	if m == nil {
		return Image{}, notARegistry(host)
	}
	account, fips, region, domain := m[1], m[2] != "", m[3], m[4]
	if !IsRegion(region) {
		return Image{}, fmt.Errorf("%s is not an AWS Region such as us-east-1", printed.Quoted(region))
	}
	p := partitionOf(region)
	want := p.registryDomain
	if dualStack {
		want = p.dualStackDomain
	}
	switch {
	case want == "":
		return Image{}, fmt.Errorf("registries in %s have no dual-stack host: expected %s.dkr.ecr.%s.%s", region, account, region, p.registryDomain)
	case domain != want:
		return Image{}, fmt.Errorf("the hosts of registries in %s end in %q, not in %s", region, want, printed.Quoted(domain))
	}
	return Image{
		Repository: Repository{Partition: p.name, Region: region, Account: account},
		FIPS:       fips,
		DualStack:  dualStack,
	}, nil
}

// dockerHub is the default registry of an image name without a host.
// Source: https://docs.docker.com/reference/cli/docker/image/tag/
const dockerHub = "Docker Hub, where no ECR policy applies"

// notARegistry returns the error for a host that is not a private ECR registry.
func notARegistry(host string) error {
	account, _, _ := strings.Cut(host, ".")
	if anyAccount.MatchString(host) && !IsAccountID(account) {
		return fmt.Errorf("%s has the account %s with %d digits: an account ID has 12", printed.Quoted(host), printed.Quoted(account), len(account))
	}
	if host == "docker.io" || strings.HasSuffix(host, ".docker.io") {
		return fmt.Errorf("%s is %s. For pull through cache, write the URI of the cache repository", printed.Quoted(host), dockerHub)
	}
	return fmt.Errorf("%s is not a private ECR registry: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com. For pull through cache, write the URI of the cache repository", printed.Quoted(host))
}
