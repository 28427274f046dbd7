// SPDX-License-Identifier: MPL-2.0

package probe

import (
	"cmp"
	"context"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// A Target is what the probe tries to pull.
type Target struct {
	Image     awsname.Image
	Platform  Platform
	Principal string // whose credentials are used; empty if it is not known
}

// reference returns what a tool asks the registry for.
func (t Target) reference() string { return cmp.Or(t.Image.Digest, t.Image.Tag) }

// A Route is one way to an image: the API of ECR, or the HTTP API of its registry.
// An error that is a *StepError is the result of a step. Any other error ends the probe.
type Route interface {
	// Login gets what the other calls need: a token, or the registry's consent to it.
	Login(ctx context.Context) error
	// Manifest returns the manifest of a tag or a digest.
	Manifest(ctx context.Context, reference string) (Manifest, error)
	// Layer asks for a layer. It returns how to get its first byte.
	Layer(ctx context.Context, digest string) (Download, error)
	// Redact returns a text without the secrets that the route has got.
	Redact(text string) string
}

// A Download gets the first byte of a layer.
type Download func(context.Context) error

// A Manifest is what a registry has under a tag or a digest.
type Manifest struct {
	MediaType string // as the registry says; may be empty
	Content   []byte
}

// A StepError says why a step did not pass.
type StepError struct {
	Denied  bool   // AWS denied the call
	Message string // of AWS, with its code; or what the probe found
	Text    string // the error as a tool would print it, for package pullerror

	// Of a failure that the probe itself found, and AWS did not report, instead of Text:
	Advice string // what to check
	Kind   pullerror.Kind
}

// Error returns the message.
func (f *StepError) Error() string { return f.Message }
