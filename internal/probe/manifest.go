// SPDX-License-Identifier: MPL-2.0

package probe

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// MediaTypes are the forms of manifests that the probe reads.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
var MediaTypes = append(slices.Clone(indexes),
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json")

// indexes are the forms of manifests that list those of several platforms.
var indexes = []string{
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
}

// maxLayers is how many layers the probe asks for. Docker pulls no image with more than 127;
// one is the image's configuration.
const maxLayers = 128

// digestFormat is the form of digests in manifests.
// Source: https://github.com/opencontainers/image-spec/blob/main/descriptor.md
var digestFormat = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)

// A descriptor is how manifests name content.
type descriptor struct {
	MediaType string
	Digest    string
	Platform  *struct{ OS, Architecture, Variant string }
}

// foreign reports whether a layer is not in the registry, but at another host that the
// manifest names. The probe does not call that host.
func (d descriptor) foreign() bool {
	return strings.Contains(d.MediaType, "nondistributable") || strings.Contains(d.MediaType, "foreign")
}

// An image is a manifest for one platform.
type image struct {
	digest  string
	layers  []string // digests, each one once; the configuration last
	foreign int      // layers that are not in the registry
}

// resolve reads the manifest of the target, by way of an index if there is one.
func resolve(ctx context.Context, route Route, t Target) (*image, string, error) {
	top, err := read(ctx, route, t.reference())
	if err != nil {
		return nil, "", err
	}
	if !top.isIndex() {
		found, err := top.image()
		return found, "", err
	}
	chosen, which, err := t.Platform.choose(top.Manifests)
	if err != nil {
		return nil, "", err
	}
	below, err := read(ctx, route, chosen)
	if err != nil {
		return nil, "", err
	}
	if below.isIndex() {
		return nil, "", invalid("The index of the image names another index for " + t.Platform.String() + ".")
	}
	found, err := below.image()
	return found, which, err
}

// A document is the content of a manifest.
type document struct {
	MediaType string
	Manifests []descriptor
	Config    *descriptor
	Layers    []descriptor
	digest    string
}

func read(ctx context.Context, route Route, reference string) (*document, error) {
	manifest, err := route.Manifest(ctx, reference)
	if err != nil {
		return nil, err
	}
	d := document{digest: fmt.Sprintf("sha256:%x", sha256.Sum256(manifest.Content))}
	if strings.HasPrefix(reference, "sha256:") && reference != d.digest {
		return nil, invalid(fmt.Sprintf("The manifest that the registry returned for %s has the digest %s.", reference, d.digest))
	}
	if err := json.Unmarshal(manifest.Content, &d); err != nil {
		return nil, invalid("The manifest is not valid JSON of a manifest: " + printed.Message(err.Error()) + ".")
	}
	if d.MediaType == "" {
		d.MediaType = manifest.MediaType
	}
	// What is used of a manifest comes into texts, or parts of it do.
	if used, err := json.Marshal(d); err != nil || route.Redact(string(used)) != string(used) {
		return nil, &StepError{
			Message: "The manifest has a secret of this pull in it. It was not used.",
			Advice:  "What answered repeats the token or the address of a layer, which Amazon ECR does not do. Check the custom endpoint of ECR in the provider's configuration, and a proxy between the provider and AWS.",
		}
	}
	return &d, nil
}

func (d *document) isIndex() bool {
	return slices.Contains(indexes, d.MediaType) || d.Config == nil && d.Layers == nil && d.Manifests != nil
}

// image returns the content that the manifest names.
func (d *document) image() (*image, error) {
	if d.Config == nil && d.Layers == nil {
		return nil, invalid(fmt.Sprintf("The probe does not read manifests of the form %s.", printed.Quoted(d.MediaType)))
	}
	found := &image{digest: d.digest}
	content := d.Layers
	if d.Config != nil {
		content = append(slices.Clip(content), *d.Config)
	}
	seen := map[string]bool{}
	for _, c := range content {
		switch {
		case c.foreign():
			found.foreign++
		case !digestFormat.MatchString(c.Digest):
			return nil, invalid(fmt.Sprintf("The manifest names a layer by %s, which is not a digest.", printed.Quoted(c.Digest)))
		case !seen[c.Digest]:
			seen[c.Digest] = true
			found.layers = append(found.layers, c.Digest)
		}
	}
	return found, nil
}

// choose returns the digest of the best manifest for the platform, and which one it is. If
// none is for it, it is the first one without a platform, which docker takes, too.
// Source: https://github.com/moby/moby/blob/master/daemon/internal/distribution/pull_v2_unix.go
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
	case len(unnamed) > 0:
		which = "The index of the image does not say the platform of this manifest"
		if len(unnamed) > 1 {
			which += fmt.Sprintf(", the first of %d", len(unnamed))
		}
		return unnamed[0].Digest, which + ".", checked(unnamed[0].Digest)
	case len(offered) > 0:
		message += fmt.Sprintf("It has ones for %s.", wording.Some(wording.Capped(offered, "platforms"), "and"))
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

const noLayer = "The image has no layer in the registry."

// layers asks for the layers of an image. It returns the download of the first one.
func layers(ctx context.Context, route Route, of *image) (first Download, detail string, err error) {
	asked := of.layers[:min(len(of.layers), maxLayers)]
	for i, digest := range asked {
		download, err := route.Layer(ctx, digest)
		if err != nil {
			return nil, fmt.Sprintf("At layer %d of %d.", i+1, len(of.layers)), err
		}
		if i == 0 {
			first = download
		}
	}
	detail = wording.Counted(len(asked), "layer") + ", the image's configuration included."
	if len(asked) == 0 {
		detail = noLayer
	}
	if len(asked) < len(of.layers) {
		detail = fmt.Sprintf("The first %d of %d layers; the probe does not ask for more.", len(asked), len(of.layers))
	}
	if of.foreign > 0 {
		detail += fmt.Sprintf(" The manifest names %s elsewhere, which the probe does not ask for.", wording.Counted(of.foreign, "layer"))
	}
	return first, detail, nil
}

// invalid is the failure of a manifest that cannot be used.
func invalid(message string) *StepError {
	return &StepError{Message: message, Advice: "Look at what was pushed under this tag or digest. If it is meant to be an image for containers, push it again."}
}
