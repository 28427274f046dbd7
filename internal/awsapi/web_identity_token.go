// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"bytes"
	"fmt"
	"os"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// webIdentityToken returns the source of the token: the provider block, or else the
// environment.
func webIdentityToken(web AssumeRoleWithWebIdentity) (stscreds.IdentityTokenRetriever, error) {
	sources := []struct {
		token string
		file  tokenFile
	}{
		{web.WebIdentityToken, tokenFile{ExpandHome(web.WebIdentityTokenFile), "The provider block"}},
		{os.Getenv("AWS_WEB_IDENTITY_TOKEN"), tokenFile{ExpandHome(os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")), "AWS_WEB_IDENTITY_TOKEN_FILE"}},
	}
	for _, source := range sources {
		if source.token != "" {
			return literalToken(source.token), nil
		}
		if source.file.path != "" {
			return source.file, nil
		}
	}
	return nil, &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: "assume_role_with_web_identity has no token.",
		Remedy:  "Set web_identity_token or web_identity_token_file in it, or AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.",
	}
}

// literalToken is a web identity token that was given as text.
type literalToken string

// GetIdentityToken returns the token.
func (t literalToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// tokenFile is a file with a web identity token. It is read for each use, because
// the system that writes it replaces the token before it expires.
type tokenFile struct{ path, namedBy string }

// GetIdentityToken returns the file's content, or a *awserr.ConfigError.
func (f tokenFile) GetIdentityToken() ([]byte, error) {
	token, err := os.ReadFile(f.path)
	if err != nil {
		return nil, f.problem("cannot be read", err)
	}
	if len(bytes.TrimSpace(token)) == 0 {
		return nil, f.problem("is empty", nil)
	}
	return token, nil
}

// looksLikeToken matches what begins as a JSON Web Token does, and no path.
var looksLikeToken = regexp.MustCompile(`^eyJ[\w-]+(\.|$)`)

func (f tokenFile) problem(what string, cause error) error {
	if looksLikeToken.MatchString(f.path) {
		return &awserr.ConfigError{
			Summary: "Missing web identity token",
			Problem: f.namedBy + " sets a web identity token where the path of a file is expected. The value is not shown, because it is a secret.",
			Remedy:  "Set the path of a file that contains the token. Or set the token itself as web_identity_token in assume_role_with_web_identity, or as AWS_WEB_IDENTITY_TOKEN beside that block.",
		}
	}
	return &awserr.ConfigError{
		Summary: "Missing web identity token",
		Problem: fmt.Sprintf("%s names the web identity token file %s, which %s.", f.namedBy, f.path, what),
		Remedy:  "Name the file that contains the token on the machine where Terraform runs. The CI system, Kubernetes or HCP Terraform writes the file before Terraform starts. The user who runs Terraform must be allowed to read it.",
		Cause:   cause,
	}
}

// secretToken adds the token to the secrets before it is used.
type secretToken struct {
	token   stscreds.IdentityTokenRetriever
	secrets *secrets
}

// GetIdentityToken returns the token.
func (s secretToken) GetIdentityToken() ([]byte, error) {
	token, err := s.token.GetIdentityToken()
	s.secrets.add(string(token))
	return token, err
}
