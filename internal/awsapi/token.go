package awsapi

import (
	"bytes"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// webIdentityToken returns where the token comes from: the provider block first,
// then the environment.
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
		Summary: unusable,
		Problem: "assume_role_with_web_identity has no token.",
		Remedy:  "Set web_identity_token or web_identity_token_file in it, or AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.",
	}
}

// literalToken is a web identity token that was given as text.
type literalToken string

// GetIdentityToken returns the token.
func (t literalToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// tokenFile is a file with a web identity token. It is read each time it is
// needed, because whoever writes it renews it.
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

func (f tokenFile) problem(what string, cause error) error {
	return &awserr.ConfigError{
		Summary: "No web identity token",
		Problem: fmt.Sprintf("%s names the web identity token file %s, which %s.", f.namedBy, f.path, what),
		Remedy:  "Name the file that holds the token on the machine where Terraform runs: the CI system, Kubernetes or HCP Terraform writes it there before Terraform starts. The user who runs Terraform must be allowed to read it.",
		Cause:   cause,
	}
}

// guardedToken makes its token a secret before anyone uses it.
type guardedToken struct {
	token   stscreds.IdentityTokenRetriever
	secrets *secrets
}

// GetIdentityToken returns the token.
func (g guardedToken) GetIdentityToken() ([]byte, error) {
	token, err := g.token.GetIdentityToken()
	g.secrets.add(string(token))
	return token, err
}
