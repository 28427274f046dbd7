// SPDX-License-Identifier: MPL-2.0

package probe_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/probe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	oneLayer     = `{"config":{"digest":"sha256:00000000000000000000000000000000000000000000000000000000000000c0"},"layers":[{"digest":"sha256:00000000000000000000000000000000000000000000000000000000000000a0"}]}`
)

// A route has manifests, by reference, and fails where it is told to.
type route struct {
	manifests              map[string]string
	login, layer, download error
	asked                  []string // layers
}

func (r *route) Redact(text string) string { return text }

func (r *route) Login(context.Context) error { return r.login }

func (r *route) Manifest(_ context.Context, reference string) (probe.Manifest, error) {
	content, found := r.manifests[reference]
	if !found {
		return probe.Manifest{}, &probe.StepError{Message: "ImageNotFound: Requested image not found", Text: "An error occurred (ImageNotFound) when calling the BatchGetImage operation: Requested image not found"}
	}
	return probe.Manifest{MediaType: manifestType, Content: []byte(content)}, nil
}

func (r *route) Layer(_ context.Context, digest string) (probe.Download, error) {
	r.asked = append(r.asked, digest)
	return func(context.Context) error { return r.download }, r.layer
}

func target(t *testing.T) probe.Target {
	t.Helper()
	image, err := awsname.ParseImage("987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1")
	if err != nil {
		t.Fatal(err)
	}
	return probe.Target{Image: image, Platform: probe.DefaultPlatform, Principal: "arn:aws:sts::123456789012:assumed-role/app/session"}
}

func run(t *testing.T, api, registry probe.Route) *probe.Result {
	t.Helper()
	result, err := probe.Run(t.Context(), target(t), api, registry, func(probe.Step) {})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func digestOf(content string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(content))) }

func works() *route { return &route{manifests: map[string]string{"v1": oneLayer}} }

// TestPlatforms: of an index, the manifest of the platform is read.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	contents := map[string]string{}
	entry := func(platform string) string {
		content := strings.Replace(oneLayer, "{", `{"annotations":{"for":"`+platform+`"},`, 1)
		contents[platform] = digestOf(content)
		contents[contents[platform]] = content
		parts := append(strings.Split(platform, "/"), "", "")
		return fmt.Sprintf(`{"mediaType":%q,"digest":%q,"platform":{"os":%q,"architecture":%q,"variant":%q}}`, manifestType, contents[platform], parts[0], parts[1], parts[2])
	}
	index := `{"mediaType":"` + indexType + `","manifests":[` + strings.Join([]string{
		entry("unknown/unknown"), entry("linux/amd64"), entry("linux/arm/v6"), entry("linux/arm/v7"), entry("linux/arm64/v8"), entry("linux/arm64/v8.1"), entry("windows/amd64"), entry("linux/ppc/odd"),
	}, ",") + `]}`
	contents["v1"] = index
	for platform, want := range map[string]string{
		"linux/amd64":      "linux/amd64",
		"linux/amd64/v1":   "linux/amd64",
		"linux/amd64/v2":   "linux/amd64",
		"linux/x86_64":     "linux/amd64",
		"linux/aarch64":    "linux/arm64/v8",
		"linux/arm64/v9":   "linux/arm64/v8.1",
		"linux/arm64/v9.2": "linux/arm64/v8.1",
		"linux/arm64/v8.4": "linux/arm64/v8.1",
		"linux/arm64/v8.1": "linux/arm64/v8.1",
		"linux/arm64/v8.0": "linux/arm64/v8",
		"linux/arm64/8":    "linux/arm64/v8",
		"linux/arm64/odd":  "linux/arm/v7",
		"linux/armhf":      "linux/arm/v7",
		"linux/armel":      "linux/arm/v6",
		"linux/x86-64":     "linux/amd64",
		"linux/arm/v8":     "linux/arm/v7",
		"linux/arm":        "linux/arm/v7",
		"linux/arm/v6":     "linux/arm/v6",
		"linux/arm/v5":     "",
		"linux/arm64":      "linux/arm64/v8",
		"linux/arm64/v8":   "linux/arm64/v8",
		"linux/ppc":        "",
		"windows/amd64":    "windows/amd64",
		"linux/s390x":      "",
		"unknown/unknown":  "",
	} {
		p, err := probe.ParsePlatform(platform)
		if err != nil {
			t.Fatal(err)
		}
		tgt := target(t)
		tgt.Platform = p
		result, err := probe.Run(t.Context(), tgt, &route{manifests: contents}, &route{manifests: contents}, func(probe.Step) {})
		if err != nil {
			t.Fatal(err)
		}
		if result.Digest != contents[want] {
			t.Errorf("%s: got %s, want %q", platform, result.Digest, want)
		}
		if want != "" && !strings.HasSuffix(result.Steps[1].Detail, "This is the one for "+want+".") {
			t.Errorf("%s: %s", platform, result.Steps[1].Detail)
		}
		if want == "" && (result.Status != probe.Failed || result.Steps[1].Explanation.Kind != pullerror.Platform || !strings.Contains(result.Steps[1].Message, "linux/arm/v6")) {
			t.Errorf("%s: %s, %+v", platform, result.Status, result.Steps[1])
		}
	}
	for _, text := range []string{"", "linux", "linux/", "Linux/amd64", "linux/arm/v7/x", "linux/arm64 ", "../x"} {
		if _, err := probe.ParsePlatform(text); err == nil {
			t.Errorf("%q is a platform", text)
		}
	}
}

// TestManifests: what is in a manifest stays data, and costs little.
func TestManifests(t *testing.T) {
	t.Parallel()
	layer := func(i int) string { return fmt.Sprintf(`{"digest":"sha256:%064x"}`, i) }
	var many []string
	for i := range 100_000 {
		many = append(many, layer(i))
	}
	deep := strings.Repeat(`{"layers":[`, 50_000)
	for name, tt := range map[string]struct {
		manifest, message string // of the step that does not pass, or else the detail of layer_urls
		status            probe.Status
		asked             int
	}{
		"not JSON":                         {"<html>", "The manifest is not valid JSON of a manifest: ", probe.Failed, 0},
		"empty":                            {"", "The manifest is not valid JSON of a manifest: ", probe.Failed, 0},
		"deep":                             {deep, "The manifest is not valid JSON of a manifest: ", probe.Failed, 0},
		"another type":                     {`{"layers":{"a":1}}`, "The manifest is not valid JSON of a manifest: ", probe.Failed, 0},
		"two values":                       {oneLayer + oneLayer, "The manifest is not valid JSON of a manifest: ", probe.Failed, 0},
		"no content":                       {`{"mediaType":"a\nb"}`, `The probe does not read manifests of the form "a\nb".`, probe.Failed, 0},
		"null":                             {`null`, "The probe does not read manifests of the form ", probe.Failed, 0},
		"100,000 layers":                   {`{"config":` + layer(7) + `,"layers":[` + strings.Join(many, ",") + `]}`, "The first 128 of 100000 layers; the probe does not ask for more.", probe.Passed, 128},
		"one layer twice":                  {`{"config":` + layer(1) + `,"layers":[` + layer(2) + `,` + layer(2) + `]}`, "2 layers, the image's configuration included.", probe.Passed, 2},
		"no layers":                        {`{"layers":[]}`, "The image has no layer in the registry.", probe.Passed, 0},
		"a digest that is a path":          {`{"layers":[{"digest":"../../../etc/passwd"}]}`, `The manifest names a layer by "../../../etc/passwd", which is not a digest.`, probe.Failed, 0},
		"a digest with control characters": {`{"layers":[{"digest":"sha256:\u001b[31m\u202e"}]}`, `The manifest names a layer by "sha256:\x1b[31m\u202e", which is not a digest.`, probe.Failed, 0},
		"a layer elsewhere": {
			`{"config":` + layer(1) + `,"layers":[{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"sha256:x","urls":["file:///etc/passwd","http://169.254.169.254/"]}]}`,
			"1 layer, the image's configuration included. The manifest names 1 layer elsewhere, which the probe does not ask for.", probe.Passed, 1,
		},
		"an index without a digest":             {`{"manifests":[{"digest":"x","platform":{"os":"linux","architecture":"amd64"}}]}`, `The index of the image names a manifest by "x", which is not a digest.`, probe.Failed, 0},
		"an index of nothing":                   {`{"mediaType":"` + indexType + `"}`, "The image has no matching manifest for linux/amd64. It has none for any platform.", probe.Failed, 0},
		"an index with a platform that is null": {`{"manifests":[{"digest":"x","platform":null},{}]}`, `The index of the image names a manifest by "x", which is not a digest.`, probe.Failed, 0},
		"an index with one without a platform":  {`{"manifests":[{"digest":"x"},{"digest":"y","platform":{"os":"linux","architecture":"s390x"}}]}`, `The index of the image names a manifest by "x", which is not a digest.`, probe.Failed, 0},
		"an index of one without a platform":    {`{"manifests":[{"digest":"x"}]}`, `The index of the image names a manifest by "x", which is not a digest.`, probe.Failed, 0},
		"an index of a newer amd64":             {`{"manifests":[{"digest":"x","platform":{"os":"linux","architecture":"amd64","variant":"v3"}}]}`, "The image has no matching manifest for linux/amd64. It has ones for linux/amd64/v3.", probe.Failed, 0},
		"an index of 386":                       {`{"manifests":[{"digest":"x","platform":{"os":"linux","architecture":"386"}}]}`, `The index of the image names a manifest by "x", which is not a digest.`, probe.Failed, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &route{manifests: map[string]string{"v1": tt.manifest}}
			result := run(t, api, works())
			got := result.Steps[1].Message
			if tt.status == probe.Passed {
				got = result.Steps[2].Detail
			}
			if !strings.HasPrefix(got, tt.message) || result.Status != tt.status {
				t.Errorf("%s: %s", result.Status, got)
			}
			if len(api.asked) != tt.asked {
				t.Errorf("the probe asked for %d layers, want %d", len(api.asked), tt.asked)
			}
			for _, s := range result.Steps {
				if text := s.Message + s.Detail + s.Text(); strings.ContainsAny(text, "\x1b\u202e") || len(text) > 20_000 {
					t.Errorf("the step %s says %.200q", s.Name, text)
				}
			}
		})
	}
}

// TestWithoutPlatform: of manifests without a platform, the first is read if no other one fits.
func TestWithoutPlatform(t *testing.T) {
	t.Parallel()
	entry := func(rest string) string {
		return fmt.Sprintf(`{"digest":%q%s}`, digestOf(oneLayer), rest)
	}
	other := entry(`,"platform":{"os":"linux","architecture":"s390x"}`)
	for manifests, want := range map[string]string{
		entry(""):                   "The index of the image does not say the platform of this manifest.",
		entry("") + "," + entry(""): "The index of the image does not say the platform of this manifest, the first of 2.",
		other + "," + entry(""):     "The index of the image does not say the platform of this manifest.",
		entry("") + "," + entry(`,"platform":{"os":"linux","architecture":"amd64"}`): "The image is for several platforms. This is the one for linux/amd64.",
	} {
		api := &route{manifests: map[string]string{"v1": `{"manifests":[` + manifests + `]}`, digestOf(oneLayer): oneLayer}}
		if result := run(t, api, works()); result.Status != probe.Passed || result.Steps[1].Detail != want {
			t.Errorf("%s: %s, %+v", manifests, result.Status, result.Steps[1])
		}
	}
}

// TestLatest: a pull without tag or digest is one of the tag latest, and says so.
func TestLatest(t *testing.T) {
	t.Parallel()
	tgt := target(t)
	tgt.Image.Tag = ""
	result, err := probe.Run(t.Context(), tgt, &route{manifests: map[string]string{"latest": oneLayer}}, &route{}, func(probe.Step) {})
	if err != nil || result.Steps[1].Status != probe.Passed || !strings.Contains(result.Summary(), "/payment-service:latest with") {
		t.Errorf("got %+v, %v", result, err)
	}
}

// TestIndexOfIndexes: an index that names itself, or another one, is no image.
func TestIndexOfIndexes(t *testing.T) {
	t.Parallel()
	inner := `{"mediaType":"` + indexType + `","manifests":[]}`
	outer := `{"mediaType":"` + indexType + `","manifests":[{"digest":"` + digestOf(inner) + `","platform":{"os":"linux","architecture":"amd64"}}]}`
	result := run(t, &route{manifests: map[string]string{"v1": outer, digestOf(inner): inner}}, works())
	if want := "The index of the image names another index for linux/amd64."; result.Steps[1].Message != want {
		t.Errorf("got %s", result.Steps[1].Message)
	}
	other := run(t, &route{manifests: map[string]string{"v1": outer, digestOf(inner): oneLayer}}, works())
	if want := "The manifest that the registry returned for " + digestOf(inner) + " has the digest " + digestOf(oneLayer) + "."; other.Steps[1].Message != want {
		t.Errorf("got %s", other.Steps[1].Message)
	}
}

// TestOrder: after a step that does not pass, those that need it are skipped.
func TestOrder(t *testing.T) {
	t.Parallel()
	refused := &probe.StepError{Denied: true, Message: "AccessDeniedException: User: x is not authorized", Text: "AccessDeniedException: User: x is not authorized"}
	expired := &probe.StepError{Denied: true, Message: "DENIED: Your authorization token has expired.", Text: "denied: Your authorization token has expired."}
	const p, d, f, s = probe.Passed, probe.Denied, probe.Failed, probe.Skipped
	for name, tt := range map[string]struct {
		api, registry *route
		want          []probe.Status
	}{
		"works":           {works(), works(), []probe.Status{p, p, p, p, p, p, p, p}},
		"no token":        {&route{login: refused}, works(), []probe.Status{d, s, s, s, s, s, s, s}},
		"no layers":       {&route{manifests: map[string]string{"v1": `{"layers":[]}`}}, works(), []probe.Status{p, p, s, s, p, p, p, p}},
		"no manifest":     {&route{}, works(), []probe.Status{p, f, s, s, p, p, p, p}},
		"no layer":        {&route{manifests: works().manifests, layer: refused}, works(), []probe.Status{p, p, d, s, p, p, p, p}},
		"no download":     {&route{manifests: works().manifests, download: refused}, works(), []probe.Status{p, p, p, d, p, p, p, p}},
		"no registry":     {works(), &route{login: refused}, []probe.Status{p, p, p, p, d, s, s, s}},
		"another token":   {works(), &route{login: expired}, []probe.Status{p, p, p, p, f, s, s, s}},
		"only by the API": {works(), &route{}, []probe.Status{p, p, p, p, p, f, s, s}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var reported, got []probe.Status
			result, err := probe.Run(t.Context(), target(t), tt.api, tt.registry, func(s probe.Step) { reported = append(reported, s.Status) })
			if err != nil {
				t.Fatal(err)
			}
			actions := []string{}
			for _, step := range result.Steps {
				got = append(got, step.Status)
				actions = append(actions, step.Action)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if !slices.Equal(reported, got) || !slices.Equal(actions[:4], actions[4:]) {
				t.Errorf("reported %v of %v", reported, actions)
			}
		})
	}
}

// TestNoResult: a call that was not made, and a probe that Terraform cancels, have no result.
func TestNoResult(t *testing.T) {
	t.Parallel()
	cause := errors.New("no credentials")
	if _, err := probe.Run(t.Context(), target(t), &route{login: cause}, works(), func(probe.Step) {}); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := probe.Run(ctx, target(t), works(), works(), func(probe.Step) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTimeLimit: the step in which the time limit is reached has failed.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	result, err := probe.Run(ctx, target(t), &route{login: ctx.Err()}, works(), func(probe.Step) {})
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Steps[0]; got.Status != probe.Failed || got.Message != "The time limit of the probe was reached in this step." {
		t.Errorf("got %+v", got)
	}
}

// TestMessagesAreStable: a message is the same each time, and one line.
func TestMessagesAreStable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"User: x is not authorized because no identity-based policy allows the ecr:BatchGetImage action. Go to https://console.aws.amazon.com/iam/authorization-details/aBc-1 for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: aBc-1": "User: x is not authorized because no identity-based policy allows the ecr:BatchGetImage action",
		"KmsError: key is disabled (Service: Kms, Status Code: 400, Request ID: 5f9c-1)":                                                                        "KmsError: key is disabled (Service: Kms, Status Code: 400)",
		"ServerException: try again (request ID 00000000-0000-4000-8000-000000000000)":                                                                          "ServerException: try again",
		"read tcp 10.0.0.5:43210->52.1.2.3:443: connection reset by peer":                                                                                       "read tcp: connection reset by peer",
		"dial tcp [2600::1]:443: connect: connection refused":                                                                                                   "dial tcp: connect: connection refused",
		"dial tcp: lookup api.ecr.us-east-1.amazonaws.com on 10.0.0.2:53: no such host":                                                                         "dial tcp: lookup api.ecr.us-east-1.amazonaws.com: no such host",
		"User: x is not authorized, authorization ID: aBc-1":                                                                                                    "User: x is not authorized",
		"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-27T15:04:12Z is after 2026-11-01T00:00:00Z": "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: the current time is after its limit",
		"InvalidSignatureException: Signature expired: 20261127T150412Z is now earlier than 20261127T150912Z (20261127T152412Z - 15 min.)":                      "InvalidSignatureException: Signature expired",
		"InvalidSignatureException: Signature not yet current: 20261127T150412Z is still later than 20261127T140912Z (20261127T135412Z + 15 min.)":              "InvalidSignatureException: Signature not yet current",
		"Signature expired: 20261127T150412Z is now earlier than 20261127T150912Z; x":                                                                           "Signature expired; x",
		"a\nb\x1b[31m": `a\nb\x1b[31m`,
	} {
		api := &route{login: &probe.StepError{Message: text, Text: text}}
		step := run(t, api, works()).Steps[0]
		if step.Message != want {
			t.Errorf("got  %s\nwant %s", step.Message, want)
		}
		if strings.Contains(text, "aBc-1") != (step.AuthorizationID == "aBc-1") {
			t.Errorf("%s: the authorization ID is %s", text, step.AuthorizationID)
		}
		for _, changing := range []string{"aBc-1", "5f9c-1", "4000-8000", "10.0.0", "2600", "20261127", "2026-11"} {
			if strings.Contains(step.Text(), changing) {
				t.Errorf("%s: %s", changing, step.Text())
			}
		}
	}
}

// TestCompareWithoutPrincipal: a check that names a principal is not compared with a pull of
// an unknown one.
func TestCompareWithoutPrincipal(t *testing.T) {
	t.Parallel()
	refused := &probe.StepError{Denied: true, Message: "AccessDenied", Text: "An error occurred (AccessDeniedException) when calling the BatchGetImage operation: User is not authorized to perform: ecr:BatchGetImage"}
	result := run(t, &route{manifests: works().manifests, layer: refused}, works())
	result.Target.Principal = ""
	check := pullerror.Check{Verdict: authz.Allowed, Decisions: []pullerror.Decision{{Action: "ecr:BatchGetImage", Principal: "arn:aws:iam::123456789012:role/app", Verdict: authz.Allowed}}}
	if got, why := result.Compare(check); got != pullerror.Undecided || !strings.Contains(why, "AWS STS did not say") {
		t.Errorf("got %s: %s", got, why)
	}
}

// TestCompareOfWhatPoliciesDoNotDecide: a check neither explains what the probe itself found,
// nor is it confirmed by a pull of which a step was not tried.
func TestCompareOfWhatPoliciesDoNotDecide(t *testing.T) {
	t.Parallel()
	denied := pullerror.Check{Verdict: authz.Denied}
	for manifest, want := range map[string]string{
		`{}`:            "The step manifest failed for a reason that the check does not judge.",
		`{"layers":[]}`: "The pull works as far as it was tried, and the check does not contradict that.",
	} {
		broken := &route{manifests: map[string]string{"v1": manifest}}
		if got, why := run(t, broken, broken).Compare(denied); got != pullerror.Undecided || why != want {
			t.Errorf("%s: %s: %s", manifest, got, why)
		}
	}
}

// TestCompareOfFailures: a pull that failed for another reason than a policy shows of policies
// no more than the steps that passed.
func TestCompareOfFailures(t *testing.T) {
	t.Parallel()
	offline := &probe.StepError{Message: "dial tcp: i/o timeout", Text: "GetAuthorizationToken: dial tcp: i/o timeout"}
	var decisions []pullerror.Decision
	for _, action := range []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
		decisions = append(decisions, pullerror.Decision{Action: action, Principal: "arn:aws:iam::123456789012:role/app", Verdict: authz.Allowed})
	}
	for name, tt := range map[string]struct {
		api, registry *route
		want          pullerror.Agreement
	}{
		"no connection":                 {&route{login: offline}, works(), pullerror.Undecided},
		"no image":                      {&route{}, &route{}, pullerror.Undecided},
		"no layer":                      {&route{manifests: works().manifests, layer: offline}, &route{login: offline}, pullerror.Undecided},
		"no connection to Amazon S3":    {&route{manifests: works().manifests, download: offline}, &route{login: offline}, pullerror.Agrees},
		"no connection to the registry": {works(), &route{login: offline}, pullerror.Agrees},
	} {
		if got, why := run(t, tt.api, tt.registry).Compare(pullerror.Check{Verdict: authz.Allowed, Decisions: decisions}); got != tt.want || why == "" {
			t.Errorf("%s: %s: %s", name, got, why)
		}
	}
}

// TestAdvice: what to check fits a probe, which has no log and has just got its token.
func TestAdvice(t *testing.T) {
	t.Parallel()
	unknown := &probe.StepError{Message: "HTTP status 416", Text: "unexpected status from GET request to https://h/v2/: 416 Requested Range Not Satisfiable"}
	unauthorized := &probe.StepError{Message: "HTTP status 401", Text: "unexpected status from GET request to https://h/v2/: 401 Unauthorized"}
	for name, tt := range map[string]struct {
		registry *route
		step     int
		want     string
		kind     pullerror.Kind
	}{
		"an unknown answer":  {&route{manifests: works().manifests, download: unknown}, 7, "What this answer means is not known", pullerror.Unknown},
		"a token, just made": {&route{login: unauthorized}, 4, "The step login has just got this token", pullerror.Token},
	} {
		step := run(t, works(), tt.registry).Steps[tt.step]
		if e := step.Explanation; e.Kind != tt.kind || len(e.Checks) != 1 || !strings.Contains(e.Checks[0], tt.want) || !strings.Contains(step.Text(), tt.want) || strings.Contains(step.Text(), "kubectl") {
			t.Errorf("%s: %s, %s", name, e.Kind, step.Text())
		}
	}
}

// TestText: the whole result, to be read.
func TestText(t *testing.T) {
	t.Parallel()
	const denied = "User: arn:aws:sts::123456789012:assumed-role/app/session is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service because no resource-based policy allows the ecr:BatchGetImage action"
	for name, tt := range map[string]struct {
		api, registry *route
	}{
		"passed":   {works(), works()},
		"nothing":  {&route{manifests: map[string]string{"v1": `{"layers":[]}`}}, works()},
		"invalid":  {&route{manifests: map[string]string{"v1": `{}`}}, works()},
		"s3":       {works(), &route{manifests: works().manifests, download: &probe.StepError{Message: "HTTP status 401 Unauthorized", Text: "unexpected status from GET request to https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com: 401 Unauthorized"}}},
		"no_image": {&route{}, &route{}},
		"login":    {&route{login: &probe.StepError{Denied: true, Message: "AccessDeniedException: " + strings.ReplaceAll(denied, "BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service because no resource-based", "GetAuthorizationToken on resource: * because no identity-based")}}, works()},
		"layers":   {&route{manifests: works().manifests, layer: &probe.StepError{Denied: true, Message: "AccessDeniedException: " + strings.ReplaceAll(denied, "BatchGetImage", "GetDownloadUrlForLayer")}}, works()},
	} {
		for _, r := range []*route{tt.api, tt.registry} {
			for _, err := range []error{r.login, r.layer} {
				if f, ok := errors.AsType[*probe.StepError](err); ok {
					f.Text = "An error occurred: " + f.Message
				}
			}
		}
		golden.Compare(t, "testdata/"+name+".txt", run(t, tt.api, tt.registry).Text()+"\n")
	}
}
