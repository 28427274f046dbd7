// SPDX-License-Identifier: MPL-2.0

// Package probe tries a pull of an image as a container tool does, step by step, without
// moving the image: it says of each step whether it passed, and what a failure means. It
// makes the calls through the interface Route and does not know AWS or Terraform.
package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Status says how a step or a probe ended.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Denied  Status = "denied"  // AWS denied the call
	Failed  Status = "failed"  // for another reason
	Skipped Status = "skipped" // no call was made: a step before it did not pass, or there is nothing to ask for
)

// A Step is one step of a pull.
type Step struct {
	Name        string
	Action      string // the IAM action that it needs
	Status      Status
	Detail      string                 // what the probe did or found
	Message     string                 // of AWS
	Explanation *pullerror.Explanation // of a step that was denied or failed
	// AuthorizationID is AWS's ID of the details of a denial. It differs each time, so no
	// text has it.
	AuthorizationID string

	found bool // by the probe itself; AWS did not report it
}

// The steps. Those over the HTTP API of the registry need the same actions.
const (
	Login             = "login"
	ImageManifest     = "manifest"
	LayerURLs         = "layer_urls"
	Layer             = "layer"
	RegistryLogin     = "registry_login"
	RegistryManifest  = "registry_manifest"
	RegistryLayerURLs = "registry_layer_urls"
	RegistryLayer     = "registry_layer"
)

// The steps of each route, in order.
var (
	apiSteps      = []string{Login, ImageManifest, LayerURLs, Layer}
	registrySteps = []string{RegistryLogin, RegistryManifest, RegistryLayerURLs, RegistryLayer}
)

// actions are the IAM actions of the steps of each route, in order. The URL of a layer is
// signed by ECR: only the policy of a VPC endpoint for Amazon S3 can deny its use.
var actions = []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "s3:GetObject"}

// A Result is the result of a probe.
type Result struct {
	Target Target
	Status Status
	Digest string // of the manifest for the platform; empty if it was not read
	Layers int    // of the image, its configuration included
	Steps  []Step

	partly bool // layers were left out
}

// Run tries a pull by both routes: the API of ECR first, because its messages say more, and
// then the HTTP API of the registry. It reports each step when it ends. Its error is that
// of a call which is not a step's result, or says that ctx was canceled. Without a tag or a
// digest, the tag is latest.
func Run(ctx context.Context, target Target, api, registry Route, report func(Step)) (*Result, error) {
	if target.reference() == "" {
		target.Image.Tag = "latest"
	}
	p := &probe{Result: Result{Target: target, Status: Passed}, report: report}
	if err := p.try(ctx, api, apiSteps); err != nil {
		return nil, err
	}
	if p.Steps[0].Status != Passed { // there is no token for the registry
		p.skip(registrySteps, Login)
		return &p.Result, nil
	}
	if err := p.try(ctx, registry, registrySteps); err != nil {
		return nil, err
	}
	return &p.Result, nil
}

type probe struct {
	Result
	report func(Step)
}

func (p *probe) add(step Step) {
	p.Steps = append(p.Steps, step)
	p.report(step)
}

// try tries all steps of a route, up to the first that does not pass.
func (p *probe) try(ctx context.Context, route Route, names []string) error {
	var found *image
	var first Download
	steps := []func() (detail string, err error){
		func() (string, error) { return "", route.Login(ctx) },
		func() (detail string, err error) {
			found, detail, err = resolve(ctx, route, p.Target)
			if err == nil {
				p.Digest, p.Layers = found.digest, len(found.layers)+found.foreign
				p.partly = p.partly || found.foreign > 0 || len(found.layers) == 0 || len(found.layers) > maxLayers
			}
			return detail, err
		},
		func() (detail string, err error) {
			first, detail, err = layers(ctx, route, found)
			return detail, err
		},
		func() (string, error) {
			if first == nil {
				return noLayer, nil
			}
			return "", first(ctx)
		},
	}
	for i, do := range steps {
		detail, err := do()
		step := Step{Name: names[i], Action: actions[i], Status: Passed, Detail: detail}
		if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = &StepError{Message: "The time limit of the probe was reached in this step.", Advice: "Check the connection to Amazon ECR and Amazon S3, then try again."}
		}
		if i >= 2 && len(found.layers) == 0 {
			step.Status = Skipped
		}
		failure, isResult := errors.AsType[*StepError](err)
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			return ctx.Err()
		case err != nil && !isResult:
			return err
		case err != nil:
			shown := *failure
			shown.Message, shown.Text = route.Redact(failure.Message), route.Redact(failure.Text)
			p.fail(&step, &shown)
			p.add(step)
			p.skip(names[i+1:], step.Name)
			return nil //nolint:nilerr // The error is the result of the step.
		}
		p.add(step)
	}
	return nil
}

// fail makes a failure the result of a step.
func (p *probe) fail(step *Step, failure *StepError) {
	step.Message = stable(failure.Message)
	text := failure.Text
	if uri, err := p.Target.Image.URI(); err == nil && step.Name != Login { // a token is not for one repository
		text = fmt.Sprintf("Failed to pull image %q: %s", uri, text)
	}
	step.AuthorizationID = pullerror.Explain(failure.Text).AuthorizationID
	explained := pullerror.Explain(stable(text))
	isLayer := step.Name == Layer || step.Name == RegistryLayer
	switch {
	case failure.Advice != "":
		explained, step.found = found(failure.Kind, failure.Advice), true
	case isLayer && isContradicted(explained, failure.Denied):
		explained, step.found = found("", "ECR has signed the address of the layer, so the image, the token and the credentials were accepted before. "+
			"Check what is between the provider and Amazon S3: the policy of a VPC endpoint for Amazon S3, a proxy, a firewall; and that the clock is right. Then try again."), true
	case explained.Kind == pullerror.Unknown:
		explained = advised(explained, "What this answer means is not known. Look its code up in the documentation of AWS, and check what is between the provider and AWS: a proxy, a firewall, a custom endpoint. Then try again.")
	case explained.Kind == pullerror.Token && strings.HasPrefix(step.Name, "registry_"):
		explained = advised(explained, "The step login has just got this token, for the Region of the registry. Check what is between the provider and the registry: "+
			"a proxy that removes the header Authorization, or a custom endpoint of ECR, whose tokens another registry does not accept. Then try again.")
	}
	step.Explanation = &explained
	step.Status = Failed
	if failure.Denied && explained.Kind != pullerror.Token {
		step.Status = Denied
	}
	if p.Status == Passed {
		p.Status = step.Status
	}
}

// isContradicted reports whether an explanation of the download of a layer contradicts the
// steps before it.
func isContradicted(e pullerror.Explanation, denied bool) bool {
	return !denied && e.Kind == pullerror.Policy || slices.ContainsFunc(append([]pullerror.Kind{e.Kind}, e.Candidates...), func(k pullerror.Kind) bool {
		return k == pullerror.Existence || k == pullerror.Token || k == pullerror.Credentials
	})
}

// found explains a failure that no text of a tool explains.
func found(kind pullerror.Kind, advice string) pullerror.Explanation {
	e := pullerror.Explain("")
	if kind != "" {
		e.Kind, e.Candidates, e.Certainty, e.Side = kind, []pullerror.Kind{kind}, pullerror.Certain, pullerror.Both
	}
	return advised(e, advice)
}

// advised returns an explanation with this advice alone.
func advised(e pullerror.Explanation, advice string) pullerror.Explanation {
	e.Checks, e.HCL = []string{advice}, ""
	e.Explanation = "What to check: " + advice
	return e
}

func (p *probe) skip(names []string, because string) {
	for _, name := range names {
		p.add(Step{Name: name, Action: actions[len(p.Steps)%len(actions)], Status: Skipped, Detail: fmt.Sprintf("The step %s did not pass.", because)})
	}
}

// firstProblem returns the first step that was denied or failed, or nil.
func (r *Result) firstProblem() *Step {
	i := slices.IndexFunc(r.Steps, func(s Step) bool { return s.Status == Denied || s.Status == Failed })
	if i < 0 {
		return nil
	}
	return &r.Steps[i]
}

// who names the principal.
func (t Target) who() string {
	if t.Principal == "" {
		return "the provider's credentials"
	}
	return printed.Value(t.Principal)
}

// name is the URI of the image, or its repository's ARN.
func (t Target) name() string {
	uri, err := t.Image.URI()
	if err != nil {
		return t.Image.Repository.ARN()
	}
	return uri
}

// Summary says in one sentence how the probe ended.
func (r *Result) Summary() string {
	problem := r.firstProblem()
	switch {
	case problem == nil && r.partly:
		return fmt.Sprintf("The pull of %s works with %s, as far as it was tried.", r.Target.name(), r.Target.who())
	case problem == nil:
		return fmt.Sprintf("The pull of %s works with %s.", r.Target.name(), r.Target.who())
	}
	verb := "failed"
	if problem.Status == Denied {
		verb = "was denied"
	}
	return fmt.Sprintf("The pull of %s with %s %s at the step %s (%s).", r.Target.name(), r.Target.who(), verb, problem.Name, problem.Action)
}

// Text returns everything that is known of a step that was denied or failed, to be read.
func (s Step) Text() string {
	text := ""
	if s.Explanation != nil {
		text = s.Explanation.Explanation
	}
	if s.Message != "" {
		text += "\n\nMessage: " + s.Message
	}
	return text
}

// Text returns the result as text.
func (r *Result) Text() string {
	var b strings.Builder
	b.WriteString(r.Summary() + "\n\n")
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "  %-7s  %-19s  %s\n", s.Status, s.Name, s.Action)
	}
	if problem := r.firstProblem(); problem != nil {
		b.WriteString("\n" + problem.Text())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
