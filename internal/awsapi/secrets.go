package awsapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// secrets are all secrets that the clients were given or got from AWS, so that no text
// shows them. They are safe for concurrent use.
type secrets struct {
	mu     sync.RWMutex
	values []string // longest first
}

// shortestSecret is the length below which a value counts as a placeholder, such as
// "test". AWS's secrets are longer, and an error text without its common words would
// be unreadable.
const shortestSecret = 6

const redacted = "(hidden)"

// newSecrets returns the secrets of the provider block.
func newSecrets(cfg Config) *secrets {
	s := &secrets{}
	s.addKeys(cfg.AccessKey, cfg.SecretKey, cfg.Token)
	for _, role := range cfg.AssumeRole {
		s.add(role.ExternalID)
	}
	if web := cfg.AssumeRoleWithWebIdentity; web != nil {
		s.add(web.WebIdentityToken)
	}
	for _, address := range []string{cfg.Endpoints.ECR, cfg.Endpoints.IAM, cfg.Endpoints.STS} {
		if address != "" {
			s.addURL(address)
		}
	}
	return s
}

// add makes values secret: as they are, line by line, and in all forms that a text may
// repeat them in.
func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		for _, secret := range append(strings.Split(value, "\n"), value) {
			secret = strings.TrimSpace(secret)
			if len(secret) < shortestSecret || slices.Contains(s.values, secret) {
				continue
			}
			s.values = append(s.values, append(formsOf(secret), secret)...)
		}
	}
	slices.SortFunc(s.values, func(a, b string) int { return len(b) - len(a) })
	s.values = slices.Compact(s.values)
}

// escapedByte matches a percent-encoded byte.
var escapedByte = regexp.MustCompile(`%[0-9A-F]{2}`)

// formsOf returns a secret as URLs, quoted text, JSON, HTML and Base64 contain it. Some
// programs percent-encode in lower case, and some decode a plus sign that was not encoded.
func formsOf(secret string) []string {
	forms := []string{
		url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(strconv.Quote(secret), `"`),
		escapedByte.ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower), strings.ReplaceAll(secret, "+", " "),
		strings.ReplaceAll(secret, "/", `\/`), html.EscapeString(secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	if text, err := json.Marshal(secret); err == nil {
		forms = append(forms, strings.Trim(string(text), `"`))
	}
	return forms
}

// accessKeyID is the form of access key IDs. AWS issues them in upper case; secrets are
// not. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
var accessKeyID = regexp.MustCompile(`^[A-Z0-9]+$`)

// addKeys makes the secrets of credentials secret. An access key ID that does not have
// the form of one counts as a secret: access key and secret key may be swapped, and AWS
// quotes the access key ID of a signature that it cannot read.
func (s *secrets) addKeys(keyID, secretKey, token string) {
	if !accessKeyID.MatchString(keyID) {
		s.add(keyID)
	}
	s.add(secretKey, token)
}

// addURL makes the parts of a URL secret that may have a password or a signature. If
// the text is no URL, all of it is secret.
func (s *secrets) addURL(text string) {
	u, err := parseEndpoint(text)
	if err != nil {
		s.add(text)
		return
	}
	password, _ := u.User.Password()
	s.add(u.User.String(), u.User.Username(), password, u.RawQuery, u.Fragment, u.EscapedFragment())
	for _, values := range u.Query() {
		s.add(values...)
	}
}

// urlVariables are the environment variables with URLs.
var urlVariables = regexp.MustCompile(`(?i)^(AWS_ENDPOINT_URL.*|AWS_CONTAINER_CREDENTIALS_.*_URI|AWS_EC2_METADATA_SERVICE_ENDPOINT|.*_PROXY)=(.*)`)

// addEnvironment adds the secrets of the environment that the SDK may quote before it
// returns credentials.
func (s *secrets) addEnvironment() {
	for _, variable := range os.Environ() {
		if m := urlVariables.FindStringSubmatch(variable); m != nil {
			s.addURL(m[2])
		}
	}
	s.addKeys(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	s.add(os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN"))
}

// secretSettings finds secrets in shared files, also where the syntax is wrong: then the
// rest of the line may become part of another value. So what follows the first word of a
// value is secret, too, with whatever name it has: a lost line end puts it there.
var (
	secretSettings = regexp.MustCompile(`(?im)(?:aws_secret_access_key|aws_session_token)[ \t]*[=:]?[ \t]*(\S.*)$|endpoint_url[ \t]*=[ \t]*(\S.*)$`)
	restOfValue    = regexp.MustCompile(`(?m)^[^=\r\n]*=[ \t]*[^\s#;]\S*\s*?[ \t\r]([^\s#;].*)$`)
	lineComment    = regexp.MustCompile(`[ \t][#;].*$`)
)

// addFile adds the secrets of a shared configuration or credentials file. A file that
// cannot be read has none to show.
func (s *secrets) addFile(path string) {
	content, err := os.ReadFile(path) //nolint:gosec // The user names the files.
	if err != nil {
		return
	}
	for _, m := range secretSettings.FindAllStringSubmatch(string(content), -1) {
		s.add(m[1], lineComment.ReplaceAllString(m[1], ""))
		if m[2] != "" {
			s.addURL(strings.TrimSpace(m[2]))
		}
	}
	for _, m := range restOfValue.FindAllStringSubmatch(string(content), -1) {
		s.add(m[1], lineComment.ReplaceAllString(m[1], ""))
	}
}

// redact returns text with every secret replaced.
func (s *secrets) redact(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, value := range s.values {
		text = strings.ReplaceAll(text, value, redacted)
	}
	return text
}

// redactErrors is a client option: every error that a call returns is a
// *awserr.RedactedError, and quotes no response that could not be read.
func redactErrors(hidden *secrets) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ecrxa:RedactErrors", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			if input, ok := in.Parameters.(*sso.GetRoleCredentialsInput); ok {
				hidden.add(aws.ToString(input.AccessToken))
			}
			out, metadata, err := next.HandleInitialize(ctx, in)
			if err != nil {
				err = &awserr.RedactedError{Cause: withoutQuotes(ctx, err), Redact: hidden.redact}
			}
			return out, metadata, err
		}), middleware.Before)
	}
}
