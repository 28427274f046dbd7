package probe

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
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

// otherNames are other names of architectures.
var otherNames = map[string]string{"x86_64": "amd64", "aarch64": "arm64", "i386": "386"}

// usualVariant is the variant that an architecture means without one.
// Source: https://github.com/containerd/platforms
var usualVariant = map[string]string{"arm64": "v8", "arm": "v7", "amd64": "v1"}

// normal returns the platform with the usual name and always with a variant where the
// architecture has them.
func (p Platform) normal() Platform {
	p.Architecture = cmp.Or(otherNames[p.Architecture], p.Architecture)
	p.Variant = cmp.Or(p.Variant, usualVariant[p.Architecture])
	return p
}

// oldest is the oldest variant that what runs a newer one runs, too.
var oldest = map[string]int{"arm": 5, "arm64": 8, "amd64": 1}

// runs returns the platforms whose images the platform runs, the best first.
// Source: https://github.com/containerd/platforms
func (p Platform) runs() []Platform {
	p = p.normal()
	list := []Platform{p}
	if version, err := strconv.Atoi(strings.TrimPrefix(p.Variant, "v")); err == nil && version < 100 && oldest[p.Architecture] > 0 {
		for v := version - 1; v >= oldest[p.Architecture]; v-- {
			list = append(list, Platform{p.OS, p.Architecture, fmt.Sprintf("v%d", v)})
		}
	}
	switch p.Architecture {
	case "amd64":
		list = append(list, Platform{OS: p.OS, Architecture: "386"})
	case "arm64":
		list = append(list, Platform{p.OS, "arm", "v8"}.runs()...)
	}
	return list
}

// choose returns the digest of the best manifest for the platform, and which one it is. Of an
// index that does not name platforms, it is the only one.
func (p Platform) choose(manifests []descriptor) (digest, which string, err error) {
	var offered []string
	var unnamed []descriptor
	runs := p.runs()
	best := len(runs)
	for _, m := range manifests {
		if m.Platform == nil || *m.Platform == (struct{ OS, Architecture, Variant string }{}) {
			unnamed = append(unnamed, m)
			continue
		}
		if m.Platform.OS == "unknown" { // such as an attestation of a build
			continue
		}
		has := Platform(*m.Platform)
		name := printed.Name(has.String())
		if !slices.Contains(offered, name) {
			offered = append(offered, name)
		}
		if i := slices.Index(runs, has.normal()); i >= 0 && i < best {
			best, digest, which = i, m.Digest, fmt.Sprintf("The image is for several platforms. This is the one for %s.", name)
		}
	}
	message := fmt.Sprintf("The image has no matching manifest for %s. ", p)
	switch {
	case best < len(runs):
		return digest, which, checked(digest)
	case len(offered) > 0:
		message += fmt.Sprintf("It has ones for %s.", wording.Some(wording.Capped(offered, "platforms"), "and"))
	case len(unnamed) == 1:
		return unnamed[0].Digest, "The index of the image names one manifest, and not its platform.", checked(unnamed[0].Digest)
	case len(unnamed) > 1:
		return "", "", invalid("The index of the image does not say for which platforms its manifests are.")
	default:
		message += "It has none for any platform."
	}
	return "", "", &StepError{Message: message, Kind: pullerror.Platform, Advice: "Set platform to one that the image has, or push the image for this platform."}
}

func checked(digest string) error {
	if !digestFormat.MatchString(digest) {
		return invalid(fmt.Sprintf("The index of the image names a manifest by %s, which is not a digest.", printed.Quoted(digest)))
	}
	return nil
}
