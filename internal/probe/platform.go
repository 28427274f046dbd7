// SPDX-License-Identifier: MPL-2.0

package probe

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Platform is what an image of several platforms is pulled for.
type Platform struct{ OS, Architecture, Variant string }

// DefaultPlatform is the platform unless the user sets one.
var DefaultPlatform = Platform{OS: "linux", Architecture: "amd64"}

var platformFormat = regexp.MustCompile(`^([a-z0-9_]+)/([a-z0-9_-]+)(?:/([a-z0-9._]+))?$`)

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
// Source: https://github.com/containerd/platforms
var otherNames = map[string]Platform{
	"x86_64": {Architecture: "amd64"}, "x86-64": {Architecture: "amd64"}, "aarch64": {Architecture: "arm64"}, "i386": {Architecture: "386"},
	"armhf": {Architecture: "arm", Variant: "v7"}, "armel": {Architecture: "arm", Variant: "v6"},
}

// usualVariant is the variant that an architecture means without one.
// Source: https://github.com/containerd/platforms
var usualVariant = map[string]string{"arm64": "v8", "arm": "v7", "amd64": "v1"}

// normal returns the platform with the usual name and always with a variant where the
// architecture has them.
func (p Platform) normal() Platform {
	p = Platform{strings.ToLower(p.OS), strings.ToLower(p.Architecture), strings.ToLower(p.Variant)}
	if other, found := otherNames[p.Architecture]; found {
		p.Architecture, p.Variant = other.Architecture, cmp.Or(other.Variant, p.Variant)
	}
	p.Variant = cmp.Or(p.Variant, usualVariant[p.Architecture])
	if major, minor, ok := p.version(); ok {
		return p.with(major, minor)
	}
	return p
}

var variantFormat = regexp.MustCompile(`^v?([0-9]{1,2})(?:\.([0-9]))?$`)

// version reads the variant of an architecture that has versions, as in v7 or v8.2.
func (p Platform) version() (major, minor int, ok bool) {
	m := variantFormat.FindStringSubmatch(p.Variant)
	if m == nil || usualVariant[p.Architecture] == "" {
		return 0, 0, false
	}
	major, _ = strconv.Atoi(m[1])
	minor, _ = strconv.Atoi(cmp.Or(m[2], "0"))
	return major, minor, true
}

// with returns the platform with the variant of a version.
func (p Platform) with(major, minor int) Platform {
	p.Variant = fmt.Sprintf("v%d", major)
	if minor > 0 {
		p.Variant += fmt.Sprintf(".%d", minor)
	}
	return p
}

// runs returns the platforms whose images the platform runs, the best first.
// Source: https://github.com/containerd/platforms
func (p Platform) runs() []Platform {
	p = p.normal()
	list := []Platform{p}
	major, minor, ok := p.version()
	down := func(major, from int) {
		for v := from; v >= 0; v-- {
			list = append(list, p.with(major, v))
		}
	}
	oldest := map[string]int{"arm": 5, "amd64": 1}[p.Architecture]
	switch {
	case !ok:
	case oldest > 0:
		for v := major - 1; v >= oldest; v-- {
			list = append(list, p.with(v, 0))
		}
	case major == 9: // which has what 8.5 has
		down(9, minor-1)
		down(8, minor+5)
	case major == 8:
		down(8, minor-1)
	}
	switch p.Architecture {
	case "amd64":
		list = append(list, Platform{OS: p.OS, Architecture: "386"})
	case "arm64":
		list = append(list, Platform{p.OS, "arm", "v8"}.runs()...)
	}
	return list
}
