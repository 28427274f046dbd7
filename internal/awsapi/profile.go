// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// missingProfile returns a *awserr.ConfigError if err means that a profile is in none
// of the shared files, and nil for any other error.
func missingProfile(cfg Config, err error) *awserr.ConfigError {
	missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err)
	if !ok {
		return nil
	}
	name, namedBy := chosenProfile(cfg)
	if missing.Profile != name {
		namedBy = fmt.Sprintf("source_profile of the profile %s, or of a profile that it refers to", name)
	}
	return &awserr.ConfigError{
		Summary: "Missing AWS profile",
		Problem: fmt.Sprintf("The profile %s (from %s) is in none of these files: %s.", missing.Profile, namedBy, strings.Join(sharedFiles(cfg), ", ")),
		Remedy: "Correct the name, or add the profile to one of the files; aws configure list-profiles lists the profiles. " +
			"If it is in another file, name that file in shared_config_files or shared_credentials_files, or in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE. " +
			fmt.Sprintf("Its section is [profile %s] in a configuration file and [%s] in a credentials file.", missing.Profile, missing.Profile),
	}
}

// chosenProfile returns the profile to use and the setting that names it.
func chosenProfile(cfg Config) (name, namedBy string) {
	if cfg.Profile != "" {
		return cfg.Profile, "profile in the provider block"
	}
	for _, variable := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if value := os.Getenv(variable); value != "" {
			return value, variable
		}
	}
	return "default", "the default"
}

// sharedPaths lists the shared configuration and credentials files.
func sharedPaths(cfg Config) []string {
	configFiles, credentialsFiles := expandHomes(cfg.SharedConfigFiles), expandHomes(cfg.SharedCredentialsFiles)
	if len(configFiles) == 0 {
		configFiles = []string{cmp.Or(os.Getenv("AWS_CONFIG_FILE"), config.DefaultSharedConfigFilename())}
	}
	if len(credentialsFiles) == 0 {
		credentialsFiles = []string{cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), config.DefaultSharedCredentialsFilename())}
	}
	return slices.Concat(configFiles, credentialsFiles)
}

// sharedFiles lists the shared configuration and credentials files, and says which of
// them do not exist.
func sharedFiles(cfg Config) []string {
	files := sharedPaths(cfg)
	for i, file := range files {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			files[i] += " (which does not exist)"
		}
	}
	return files
}
