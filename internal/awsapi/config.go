// SPDX-License-Identifier: MPL-2.0

// Package awsapi turns the provider's configuration into AWS clients, one set
// for each Region. No call is made before a resource needs one. What a failed call
// means is package awserr's.
//
// The package is larger than others, because each source of credentials needs its own rules
// for what an error may show.
package awsapi

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config is what the provider block says, with the AWS provider's names. What
// is empty comes from the environment and the shared configuration files, as in
// every AWS tool.
type Config struct {
	Region, Profile                           string
	AccessKey, SecretKey, Token               string
	SharedConfigFiles, SharedCredentialsFiles []string
	AssumeRole                                []AssumeRole // chained, in order
	AssumeRoleWithWebIdentity                 *AssumeRoleWithWebIdentity
	Endpoints                                 Endpoints
	MaxRetries                                int    // 0: the environment's, or 10
	RetryMode                                 string // "standard", "adaptive" or empty
	CustomCABundle                            string
	UseFIPSEndpoint, UseDualStackEndpoint     *bool // nil: the environment's or the profile's, or false
	AllowedAccountIDs, ForbiddenAccountIDs    []string
	ProviderVersion, TerraformVersion         string // for the user agent

	// Unknown names the attributes whose values Terraform does not know yet.
	// Clients made from such a configuration refuse to be used.
	Unknown []string
}

// AssumeRole is one hop of a role chain.
type AssumeRole struct {
	RoleARN, SessionName, ExternalID, SourceIdentity string
	Policy                                           string        // session policy, JSON
	PolicyARNs                                       []string      // managed policies as session policies
	Duration                                         time.Duration // 0: the SDK's default, 15 minutes
	Tags                                             map[string]string
	TransitiveTagKeys                                []string // of those tags that the next roles of a chain keep
}

// AssumeRoleWithWebIdentity exchanges a web identity token for a role's
// credentials. What is empty comes from AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME,
// AWS_WEB_IDENTITY_TOKEN and AWS_WEB_IDENTITY_TOKEN_FILE.
type AssumeRoleWithWebIdentity struct {
	RoleARN, SessionName, Policy           string
	PolicyARNs                             []string // managed policies as session policies
	WebIdentityToken, WebIdentityTokenFile string
	Duration                               time.Duration // 0: the role's default
}

// Endpoints override the services' addresses.
type Endpoints struct{ CloudTrail, ECR, IAM, Organizations, STS string }

// ExpandHome replaces a leading ~ with the home directory, as the AWS provider does.
func ExpandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, rest)
}

func expandHomes(paths []string) []string {
	expanded := make([]string, len(paths))
	for i, path := range paths {
		expanded[i] = ExpandHome(path)
	}
	return expanded
}
