// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// The fake credentials that no text may show; AWS's characters among them.
const (
	blockSecret = "block/secret+key/EXAMPLEKEYEXAMPLEKEY000"
	blockToken  = "block//session+token=="
	envSecret   = "env/secret+key/EXAMPLEKEYEXAMPLEKEY00000"
	envToken    = "env//session+token=="
	fileSecret  = "file/secret+key/EXAMPLEKEYEXAMPLEKEY0000"
	webToken    = "eyJhbGciOiJub25lIn0.web-identity.token"
	externalID  = "external-id-of-the-registry-side"
)

// TestSecretsAreNeverShown makes calls fail in every way while the fake AWS repeats
// every secret it could know, with all logging on.
func TestSecretsAreNeverShown(t *testing.T) {
	webTokenFile := writeFile(t, webToken+"\n")
	credentialsFile := writeFile(t, "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = "+fileSecret+"\n")
	chainedFile := writeFile(t, "[profile chained]\nsource_profile = keys\nrole_arn = arn:aws:iam::987654321098:role/deploy\nexternal_id = "+externalID+
		"\n[profile keys]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = "+fileSecret+"\n")
	sources := map[string]struct {
		cfg    Config
		env    map[string]string
		given  []string // secrets that the user gave
		issued []string // secrets that STS issued
	}{
		"provider block": {
			cfg:   Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret, Token: blockToken},
			given: []string{blockSecret, blockToken},
		},
		"environment": {
			env:   map[string]string{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": envSecret, "AWS_SESSION_TOKEN": envToken},
			given: []string{envSecret, envToken},
		},
		"credentials file": {
			cfg:   Config{SharedCredentialsFiles: []string{credentialsFile}},
			given: []string{fileSecret},
		},
		"role": {
			cfg: Config{AccessKey: "AKIAEXAMPLE", SecretKey: blockSecret, AssumeRole: []AssumeRole{
				{RoleARN: "arn:aws:iam::987654321098:role/deploy", ExternalID: externalID},
			}},
			given:  []string{blockSecret, externalID},
			issued: []string{"secret-of-deploy", "token-of-deploy"},
		},
		"web identity": {
			cfg:    Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web", WebIdentityToken: webToken}},
			given:  []string{webToken},
			issued: []string{"secret-of-web", "token-of-web"},
		},
		"web identity file": {
			cfg:    Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web", WebIdentityTokenFile: webTokenFile}},
			given:  []string{webToken},
			issued: []string{"secret-of-web", "token-of-web"},
		},
		"web identity of the environment": {
			env:    map[string]string{"AWS_ROLE_ARN": "arn:aws:iam::987654321098:role/web", "AWS_WEB_IDENTITY_TOKEN_FILE": webTokenFile},
			given:  []string{webToken},
			issued: []string{"secret-of-web", "token-of-web"},
		},
		"role of a profile": {
			cfg:    Config{Profile: "chained", SharedConfigFiles: []string{chainedFile}},
			given:  []string{fileSecret, externalID},
			issued: []string{"secret-of-deploy", "token-of-deploy"},
		},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			for variable, value := range source.env {
				t.Setenv(variable, value)
			}
			for failing, codes := range map[string][]string{
				"GetRepositoryPolicy":       {"AccessDeniedException", "InvalidParameterException", "ThrottlingException", "ExpiredTokenException", "Unforeseen"},
				"GetRole":                   {"AccessDenied", "NoSuchEntity", "LimitExceeded", "Unforeseen"},
				"GetCallerIdentity":         {"InvalidClientTokenId", "Unforeseen"},
				"AssumeRole":                {"AccessDenied", "Unforeseen"},
				"AssumeRoleWithWebIdentity": {"InvalidIdentityToken", "Unforeseen"},
			} {
				secrets := source.given
				if !strings.HasPrefix(failing, "AssumeRole") {
					secrets = slices.Concat(source.given, source.issued)
				}
				told := strings.Join(secrets, " and ")
				for _, code := range codes {
					fake := newFakeAWS(t, func(c call) reply {
						if c.Operation != failing {
							return success(c)
						}
						if c.Operation == "GetRepositoryPolicy" {
							return jsonError(code, "You sent "+told)
						}
						return xmlError(400, code, "You sent "+told)
					})
					cfg := source.cfg
					cfg.Region = "us-east-1"
					cfg.Endpoints = Endpoints{ECR: fake.URL, IAM: fake.URL, STS: fake.URL}
					checkTexts(t, failing+" "+code, cfg, secrets)
				}
			}
			unreachable := source.cfg
			unreachable.Region = "us-east-1"
			address := "http://127.0.0.1:1/" + source.given[0]
			unreachable.Endpoints = Endpoints{ECR: address, IAM: address, STS: address}
			checkTexts(t, "unreachable", unreachable, source.given[:1])
		})
	}
}

// checkTexts looks for secrets in all that is said.
func checkTexts(t *testing.T, what string, cfg Config, secrets []string) {
	t.Helper()
	texts := said(t, cfg)
	if !strings.Contains(texts["log"], "AWS call") {
		t.Errorf("%s: the log was not captured", what)
	}
	for where, text := range texts {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q is shown by %s:\n%s", what, secret, where, text)
			}
		}
	}
}

// said calls everything once and returns all texts: those of the errors by operation,
// the log, and what was written to standard error, which Terraform logs.
func said(t *testing.T, cfg Config) map[string]string {
	t.Helper()
	var log syncBuffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	stderr, restore := captureStderr(t)
	defer restore()
	texts := map[string]string{}
	add := func(operation string, err error) {
		if explained := awserr.Explain(err, awserr.Attempt{Doing: "act", Side: awserr.RegistrySide}); explained != nil {
			summary, detail := awserr.Describe(explained, "")
			texts[operation] = fmt.Sprintf("%v\n%v\n%s\n%s", err, explained, summary, detail)
		}
	}
	clients, err := New(ctx, cfg)
	if err != nil {
		summary, detail := awserr.Describe(err, "")
		texts["New"] = summary + "\n" + detail
	} else {
		_, err := clients.Identity(ctx)
		add("GetCallerIdentity", err)
		add("GetRepositoryPolicy", getPolicy(ctx, clients, ""))
		add("GetRole", getRole(ctx, clients))
	}
	texts["log"] = log.String()
	texts["standard error"] = stderr()
	return texts
}

// captureStderr redirects os.Stderr into a file, as the plugin server redirects it into
// Terraform's log.
func captureStderr(t *testing.T) (read func() string, restore func()) {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = file
	read = func() string {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return read, func() {
		os.Stderr = before
		_ = file.Close()
	}
}

func TestTextsStayReadable(t *testing.T) {
	t.Parallel()
	hidden := newSecrets(Config{SecretKey: blockSecret, Token: "test"})
	hidden.add(blockSecret + "-longer")
	for text, want := range map[string]string{
		"signed with " + blockSecret + ".":                    "signed with (hidden).",
		blockSecret + "-longer":                               "(hidden)",
		"?key=block%2Fsecret%2Bkey%2FEXAMPLEKEYEXAMPLEKEY000": "?key=(hidden)",
		"this is a test":                                      "this is a test",
	} {
		if got := hidden.redact(text); got != want {
			t.Errorf("scrub(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestErrorsOfNewShowNoSecret(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "[profile "+blockSecret+"\n")
	_, err := New(context.Background(), Config{Profile: blockSecret, SharedConfigFiles: []string{file}, SecretKey: blockSecret})
	if err == nil || strings.Contains(err.Error(), blockSecret) {
		t.Errorf("error = %v, want one without the secret", err)
	}
}

// syncBuffer is a buffer that several goroutines may write.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

// String returns what was written.
func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// TestSecretsOfOtherForms: a text that repeats a secret in the form of another program
// does not show it.
func TestSecretsOfOtherForms(t *testing.T) {
	t.Parallel()
	hidden := newSecrets(Config{AccessKey: "AKIAEXAMPLE", SecretKey: "wJalr/key+<&>="})
	for _, form := range []string{
		"wJalr/key+<&>=", "wJalr%2Fkey%2B%3C%26%3E%3D", "wJalr%2fkey%2b%3c%26%3e%3d", `wJalr\/key+<&>=`, "wJalr/key <&>=", "wJalr/key+&lt;&amp;&gt;=", `wJalr/key+\u003c\u0026\u003e=`,
		"wJalr&#47;key&#43;&#60;&#38;&#62;&#61;", "wJalr&#x2F;key&#x2B;&#x3C;&#x26;&#x3E;&#x3D;", "wJalr%252Fkey%252B%253C%2526%253E%253D",
		"774a616c722f6b65792b3c263e3d", "WJALR/KEY+<&>=", `wJalr\\/key+\\u003c\\u0026\\u003e=`, `wJalr/key+&amp;lt;&amp;amp;&amp;gt;=`,
	} {
		if got := hidden.redact("got " + form + " here"); got != "got (hidden) here" {
			t.Errorf("%s is shown: %s", form, got)
		}
	}
	hidden.add(strings.Repeat("a\u00e9\xff/", 1<<14)) // A pattern would be too long.
	if got := hidden.redact("key AKIAEXAMPLE"); got != "key AKIAEXAMPLE" {
		t.Errorf("an access key ID is not a secret: %s", got)
	}
}
