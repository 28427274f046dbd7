package awsname

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// An Image is a private ECR image URI.
type Image struct {
	Repository Repository
	Tag        string // empty when the URI has none; the registry then uses "latest"
	Digest     string // "sha256:" and 64 hex digits, or empty
	FIPS       bool   // the host is a FIPS endpoint
	DualStack  bool   // the host is a dual-stack endpoint
}

// The hosts of private registries: IPv4 (with and without FIPS) and dual-stack.
// Source: https://docs.aws.amazon.com/general/latest/gr/ecr.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var (
	ipv4Host  = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr(-fips)?\.([a-z0-9-]+)\.(amazonaws\.com|amazonaws\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|amazonaws\.eu)$`)
	dualHost  = regexp.MustCompile(`^([0-9]{12})\.dkr-ecr(-fips)?\.([a-z0-9-]+)\.on\.(aws|amazonwebservices\.com\.cn)$`)
	tagFormat = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digest    = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// ParseImage reads a private ECR image URI in any of its host forms, with a
// tag, a digest, both or neither. Images of other registries, public.ecr.aws
// among them, are errors that say so.
func ParseImage(uri string) (Image, error) {
	fail := func(format string, args ...any) (Image, error) {
		return Image{}, fmt.Errorf("the image %q: %w", uri, fmt.Errorf(format, args...))
	}
	if strings.Contains(uri, "://") {
		return fail("an image URI has no scheme; leave out %q", uri[:strings.Index(uri, "://")+3])
	}
	host, rest, found := strings.Cut(uri, "/")
	if host == "public.ecr.aws" {
		return fail("images on public.ecr.aws need no cross-account grant; only private registries are checked")
	}
	var img Image
	m := ipv4Host.FindStringSubmatch(host)
	if m == nil {
		m = dualHost.FindStringSubmatch(host)
		img.DualStack = m != nil
	}
	if m == nil {
		return fail("%q is not a private ECR registry; expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY", host)
	}
	if !found || rest == "" {
		return fail("it names no repository after the registry %q", host)
	}
	region := m[3]
	if !IsRegion(region) {
		return fail("%q is not a region such as us-east-1", region)
	}
	partition := Partition(region)
	if want := registryDomain(partition, img.DualStack); m[4] != want {
		return fail("registries in %s end in %q, not in %q", region, want, m[4])
	}
	img.FIPS = m[2] != ""
	rest, img.Digest, found = strings.Cut(rest, "@")
	if found && !digest.MatchString(img.Digest) {
		return fail("%q is not a digest; expected sha256: and 64 hex digits", img.Digest)
	}
	name, tag, found := strings.Cut(rest, ":")
	if found && !tagFormat.MatchString(tag) {
		return fail("%q is not a tag; expected up to 128 letters, digits, '_', '.' and '-'", tag)
	}
	img.Tag = tag
	if err := CheckRepositoryName(name); err != nil {
		return fail("%w", err)
	}
	img.Repository = Repository{Partition: partition, Region: region, Account: m[1], Name: name}
	return img, nil
}

// registryDomain returns what the hosts of a partition's registries end in,
// after the region (IPv4) or after ".on." (dual-stack).
func registryDomain(partition string, dualStack bool) string {
	if dualStack {
		if partition == "aws-cn" {
			return "amazonwebservices.com.cn"
		}
		return "aws"
	}
	switch partition {
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-iso":
		return "c2s.ic.gov"
	case "aws-iso-b":
		return "sc2s.sgov.gov"
	case "aws-iso-e":
		return "cloud.adc-e.uk"
	case "aws-iso-f":
		return "csp.hci.ic.gov"
	case "aws-eusc":
		return "amazonaws.eu"
	}
	return "amazonaws.com"
}

// ErrNotServicePrincipal is returned for text that does not have the form of a
// service principal.
var ErrNotServicePrincipal = errors.New("not a service principal: expected SERVICE.amazonaws.com")

var servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

// CheckServicePrincipal returns ErrNotServicePrincipal unless s has the form of
// a service principal, such as lambda.amazonaws.com.
func CheckServicePrincipal(s string) error {
	if !servicePrincipal.MatchString(s) {
		return fmt.Errorf("%q is %w", s, ErrNotServicePrincipal)
	}
	return nil
}
