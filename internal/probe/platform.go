package probe

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Platform is what an image of several platforms is pulled for.
type Platform struct{ OS, Architecture, Variant string }

// DefaultPlatform is the platform unless the user sets one.
var DefaultPlatform = Platform{OS: "linux", Architecture: "amd64"}

var platformFormat = regexp.MustCompile(`^([a-z0-9_]+)/([a-z0-9_]+)(?:/([a-z0-9._]+))?$`)

// ParsePlatform reads OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, as container tools do.
func ParsePlatform(text string) (Platform, error) {
	m := platformFormat.FindStringSubmatch(text)
	if m == nil {
		return Platform{}, fmt.Errorf("%s is not a platform: expected the form of linux/amd64 or linux/arm/v7", printed.Quoted(text))
	}
	return Platform{m[1], m[2], m[3]}, nil
}

// String returns the form that ParsePlatform reads.
func (p Platform) String() string {
	text := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		text += "/" + p.Variant
	}
	return text
}

// usualVariant is the variant that an architecture means without one.
// Source: https://github.com/containerd/platforms
var usualVariant = map[string]string{"arm64": "v8", "arm": "v7", "amd64": "v1"}

// normal returns the platform without its variant if that is the usual one.
func (p Platform) normal() Platform {
	if p.Variant == usualVariant[p.Architecture] {
		p.Variant = ""
	}
	return p
}

// choose returns the digest of the manifest for the platform. Without a variant, any one
// fits, but the usual one fits better.
func (p Platform) choose(manifests []descriptor) (string, error) {
	var offered []string
	chosen := ""
	for _, m := range manifests {
		if m.Platform == nil || m.Platform.OS == "unknown" { // such as an attestation of a build
			continue
		}
		has := Platform(*m.Platform)
		if name := printed.Name(has.String()); !slices.Contains(offered, name) {
			offered = append(offered, name)
		}
		switch {
		case has.OS != p.OS || has.Architecture != p.Architecture:
		case has.normal() == p.normal():
			return checked(m.Digest)
		case p.Variant == "" && chosen == "":
			chosen = m.Digest
		}
	}
	if chosen != "" {
		return checked(chosen)
	}
	message := fmt.Sprintf("The image has no matching manifest for %s. It has ones for %s.", p, wording.Some(wording.Capped(offered, "platforms"), "and"))
	return "", &StepError{Message: message, Text: message}
}

func checked(digest string) (string, error) {
	if !digestFormat.MatchString(digest) {
		return "", invalid(fmt.Sprintf("The index of the image names a manifest by %s, which is not a digest.", printed.Quoted(digest)))
	}
	return digest, nil
}
