// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// secrets are all secrets that the clients were given or got from AWS, so that no text
// shows them. They are safe for concurrent use.
type secrets struct {
	mu     sync.RWMutex
	values []secret // longest first
}

// shortestSecret is the length below which a value counts as a placeholder, such as
// "test". AWS's secrets are longer, and an error text without its common words would
// be unreadable.
const shortestSecret = 6

// longestPattern is the length of the text in one pattern. Longer secrets have several.
const longestPattern = 1 << 12

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
	for _, address := range []string{cfg.Endpoints.CloudTrail, cfg.Endpoints.ECR, cfg.Endpoints.IAM, cfg.Endpoints.Organizations, cfg.Endpoints.STS} {
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
		for _, text := range append(strings.Split(value, "\n"), value) {
			for part := range slices.Chunk([]byte(strings.TrimSpace(text)), longestPattern) {
				s.addPart(string(part))
			}
		}
	}
	slices.SortStableFunc(s.values, func(a, b secret) int { return len(b.text) - len(a.text) })
}

func (s *secrets) addPart(text string) {
	known := func(other secret) bool { return other.text == text }
	if len(text) >= shortestSecret && !slices.ContainsFunc(s.values, known) {
		s.values = append(s.values, secret{text, formsOf(text)})
	}
}

// A secret is a text that must not be shown, with a pattern that matches all its forms.
type secret struct {
	text  string
	forms *regexp.Regexp
}

// formsOf returns a pattern for a secret as programs repeat it: as it is, in other case, in
// Base64 or hexadecimal, and with characters encoded for URLs, JSON, HTML or Go, once or
// several times.
func formsOf(text string) *regexp.Regexp {
	forms := []string{text, base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)), hex.EncodeToString([]byte(text))}
	for i, form := range forms {
		var b strings.Builder
		for _, r := range form {
			b.WriteString(formsOfCharacter(r))
		}
		forms[i] = b.String()
	}
	return regexp.MustCompile("(?i)" + strings.Join(forms, "|"))
}

// ampersand is a pattern for the beginning of an HTML entity, which JSON may contain.
const ampersand = `(?:&|\\+u0026)(?:amp;)*`

// formsOfCharacter returns a pattern for a character. Letters and digits are not encoded.
func formsOfCharacter(r rune) string {
	character := string(r)
	if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
		return character
	}
	escape := strings.Trim(strconv.QuoteToASCII(character), `\"`) // as the n of \n
	const percent = "%(?:25)*"
	forms := []string{
		regexp.QuoteMeta(character), regexp.QuoteMeta(escape), fmt.Sprintf("(?:u0*|x)%x", r),
		percent + strings.ReplaceAll(fmt.Sprintf("% x", character), " ", percent), fmt.Sprintf(ampersand+"#(?:0*%d|x0*%x);", r, r),
	}
	if name := html.EscapeString(character); name != character {
		forms = append(forms, ampersand+regexp.QuoteMeta(name[1:]))
	}
	switch r { // URLs may have + for a space, and some programs decode a + that was not encoded.
	case '+':
		forms = append(forms, " ")
	case ' ':
		forms = append(forms, `\+`)
	}
	return `\\*(?:` + strings.Join(forms, "|") + ")"
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

// addRegistryTokens makes the logins to registries secret: each is USER:PASSWORD in Base64.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_AuthorizationData.html
func (s *secrets) addRegistryTokens(answer *ecr.GetAuthorizationTokenOutput) {
	for _, data := range answer.AuthorizationData {
		token := aws.ToString(data.AuthorizationToken)
		login, _ := base64.StdEncoding.DecodeString(token)
		_, password, _ := strings.Cut(string(login), ":")
		s.add(token, password)
	}
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
	s.add(u.User.Username()+":"+password, u.User.Username(), password, u.RawQuery, u.Fragment, u.EscapedFragment())
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
		text = value.forms.ReplaceAllLiteralString(text, redacted)
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
			if credentials, ok := out.Result.(*sso.GetRoleCredentialsOutput); ok && err == nil && credentials.RoleCredentials == nil {
				err = &smithy.DeserializationError{Err: errUnreadable} // The SDK would panic.
			}
			if tokens, ok := out.Result.(*ecr.GetAuthorizationTokenOutput); ok && err == nil {
				hidden.addRegistryTokens(tokens)
			}
			if err != nil {
				err = &awserr.RedactedError{Cause: withoutQuotes(ctx, err), Redact: hidden.redact}
			}
			return out, metadata, err
		}), middleware.Before)
	}
}
