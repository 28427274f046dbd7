// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// maxNames is how many images of one text are looked at.
const maxNames = 200

// A place is an image in a text.
type place struct {
	at    int
	image awsname.Image
	uri   string // as the text has it; empty if the text has a URL of the registry's API
}

// registryHosts are what the hosts of private registries have after the account.
var registryHosts = []string{".dkr.ecr", ".dkr-ecr"}

// images returns the images in private registries that a text names, in order.
func images(text string) []place {
	var found []place
	for _, mark := range registryHosts {
		from := 0
		for len(found) < maxNames {
			i := strings.Index(text[from:], mark)
			if i < 0 {
				break
			}
			dot := from + i
			from = dot + len(mark)
			p, ok := place{}, false
			if start := dot - len(maskedAccount); start >= 0 && (start == 0 || !isDigit(text[start-1])) {
				p, ok = imageAt(text, start)
			}
			if !ok {
				p, ok = masked(text, dot)
			}
			if ok {
				found = append(found, p)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return a.at - b.at })
	return found
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// maskedAccount stands for an account that a text does not show.
const maskedAccount = "000000000000"

// masked reads an image whose account is hidden, as in "***.dkr.ecr.us-east-1.amazonaws.com/app".
func masked(text string, dot int) (place, bool) {
	p, ok := imageAt(maskedAccount+text[dot:min(len(text), dot+maxURI)], 0)
	p.at, p.uri, p.image.Repository.Account = dot, "", ""
	return p, ok
}

// maxURI is the length of the longest image URI: its name and digest, or its tag.
const maxURI = 512

func imageAt(text string, start int) (place, bool) {
	end := start
	for end < len(text) && end < start+maxURI && isURI(text[end]) {
		end++
	}
	uri := strings.TrimRight(text[start:end], ".:/@-_")
	if host, rest, found := strings.Cut(uri+"/", "/v2/"); found && !strings.Contains(host, "/") {
		if image, ok := apiURL(host, strings.TrimSuffix(rest, "/")); ok {
			return place{at: start, image: image}, true
		}
		uri = host
	}
	for range 4 { // What follows the URI may look like a part of it, as in "app:v1: not found" without the space.
		if image, err := awsname.ParseImage(uri); err == nil {
			return place{at: start, image: image, uri: uri}, true
		}
		cut := strings.LastIndexAny(uri, ":@")
		if cut < 0 {
			break
		}
		uri = uri[:cut]
	}
	host, _, _ := strings.Cut(uri, "/")
	if image, err := awsname.ParseImage(host + "/x2"); err == nil {
		image.Repository.Name = ""
		return place{at: start, image: image}, true
	}
	return place{}, false
}

func isURI(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("._-/:@", c) >= 0
}

// apiURL reads the path of a registry's HTTP API: NAME/manifests/REFERENCE or
// NAME/blobs/DIGEST.
// Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
func apiURL(host, path string) (awsname.Image, bool) {
	for _, kind := range []string{"/manifests/", "/blobs/"} {
		name, reference, found := strings.Cut(path, kind)
		if !found {
			continue
		}
		uri := host + "/" + name
		if tag, digest, err := awsname.ParseImageReference(reference); err == nil && kind == "/manifests/" {
			switch {
			case digest != "":
				uri += "@" + digest
			case tag != "":
				uri += ":" + tag
			}
		}
		image, err := awsname.ParseImage(uri)
		return image, err == nil
	}
	return awsname.Image{}, false
}

// nearest returns the image that an error is about: the last one that begins before the
// end of the error, or else the first one after it. Of one repository, it is the one with
// a tag or digest.
func nearest(found []place, end int) (place, bool) {
	var best place
	for i, p := range found {
		switch {
		case i == 0:
			best = p
		case p.image.Repository.Name == "" && best.image.Repository.Name != "":
		case p.image.Repository == best.image.Repository && (!p.pinned() || best.pinned() && p.uri == ""):
		case p.at < end || best.image.Repository.Name == "" || p.image.Repository == best.image.Repository && !best.pinned():
			best = p
		}
	}
	return best, len(found) > 0
}

func (p place) pinned() bool { return p.image.Tag != "" || p.image.Digest != "" }

// Hosts of ECR's API, of the bucket with the layers, and of what gives credentials.
// Source: https://docs.aws.amazon.com/general/latest/gr/ecr.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
var (
	hostPattern  = regexp.MustCompile(`(?:[0-9]{12}\.dkr[.-]ecr(?:-fips)?|api\.ecr(?:-fips)?|ecr-fips|ecr|sts|ec2|s3|prod-[a-z0-9-]+-starport-layer-bucket\.s3)(?:[.-][a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|on\.aws|api\.aws)|169\.254\.[0-9]{1,3}\.[0-9]{1,3}`)
	apiHost      = regexp.MustCompile(`^(?:api\.ecr(?:-fips)?|ecr-fips|ecr)\.([a-z0-9-]+)\.`)
	layersHost   = regexp.MustCompile(`^prod-([a-z0-9-]+)-starport-layer-bucket`)
	registryHost = regexp.MustCompile(`^[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.`)
)

// regionOf returns the Region of a host of ECR.
func regionOf(host string) string {
	for _, pattern := range []*regexp.Regexp{apiHost, layersHost, registryHost} {
		if m := pattern.FindStringSubmatch(host); len(m) > 1 && awsname.IsRegion(m[1]) {
			return m[1]
		}
	}
	return ""
}

// hostBefore returns the host of the last URL that begins before a place, or else of the
// first one after it, or else the last host of AWS.
func hostBefore(text string, at int) string {
	i := strings.LastIndex(text[:at], "://")
	if i < 0 {
		if i = strings.Index(text, "://"); i < 0 {
			hosts := hostPattern.FindAllString(text[:at], -1)
			if len(hosts) == 0 {
				return ""
			}
			return hosts[len(hosts)-1]
		}
	}
	host := text[i+len("://"):]
	end := 0
	for end < len(host) && end < maxURI && isURI(host[end]) && strings.IndexByte("/:@", host[end]) < 0 {
		end++
	}
	return strings.Trim(host[:end], ".")
}

// regions returns the Regions that a text names as words of their own, outside of hosts
// and ARNs.
func regions(text string) []string {
	var found []string
	for _, region := range awsname.KnownRegions() {
		for from := 0; ; {
			i := strings.Index(text[from:], region)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(region)
			from = end
			before, after := start == 0 || strings.IndexByte(" \"'(=[,", text[start-1]) >= 0, end == len(text) || strings.IndexByte(" \"'),;]", text[end]) >= 0
			if before && after {
				found = append(found, region)
				break
			}
		}
	}
	return found
}

// otherRegistries are the hosts of registries that are not private ones of Amazon ECR.
var otherRegistries = []struct{ host, name string }{
	{"registry-1.docker.io", "Docker Hub"},
	{"docker.io/", "Docker Hub"},
	{"index.docker.io", "Docker Hub"},
	{"auth.docker.io", "Docker Hub"},
	{"hub.docker.com", "Docker Hub"},
	{"docker.com/increase-rate-limit", "Docker Hub"},
	{"you have reached your pull rate limit", "Docker Hub"},
	{"you have reached your unauthenticated pull rate limit", "Docker Hub"},
	{"public.ecr.aws", "Amazon ECR Public"},
	{"ecr-public", "Amazon ECR Public"},
	{"ghcr.io", "GitHub Container Registry"},
	{"quay.io", "Quay"},
	{"gcr.io", "Google Container Registry"},
	{"pkg.dev/", "Google Artifact Registry"},
	{"registry.k8s.io", "the registry of Kubernetes"},
	{"mcr.microsoft.com", "Microsoft Artifact Registry"},
	{".azurecr.io", "Azure Container Registry"},
	{"registry.gitlab.com", "the registry of GitLab"},
	{"nvcr.io", "the registry of NVIDIA"},
	{".jfrog.io", "JFrog Artifactory"},
}

// otherRegistry returns the name of another registry that a text is about. It is in small
// letters.
func otherRegistry(text string) string {
	for _, mark := range registryHosts {
		if strings.Contains(text, mark) {
			return ""
		}
	}
	if strings.Contains(text, "arn:aws:ecr:") {
		return ""
	}
	for _, r := range otherRegistries {
		if strings.Contains(text, r.host) {
			return r.name
		}
	}
	return ""
}
