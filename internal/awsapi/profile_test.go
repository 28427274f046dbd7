// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// TestMissingProfile: the error names the profile, who asked for it, and every file
// that was searched.
func TestMissingProfile(t *testing.T) {
	home, err := filepath.Abs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	configFile, credentialsFile := writeFile(t, sharedConfig), writeFile(t, "[audit]\n")
	chained := writeFile(t, "[profile deploy]\nsource_profile = nope\nrole_arn = arn:aws:iam::987654321098:role/deploy\n")
	both := Config{SharedConfigFiles: []string{configFile}, SharedCredentialsFiles: []string{credentialsFile}}
	tests := map[string]struct {
		cfg         Config
		env         map[string]string
		wantProblem string
	}{
		"the provider block": {
			cfg:         Config{Profile: "nope", SharedConfigFiles: both.SharedConfigFiles, SharedCredentialsFiles: both.SharedCredentialsFiles},
			env:         map[string]string{"AWS_PROFILE": "audit"},
			wantProblem: "The profile nope (from profile in the provider block) is in none of these files: " + configFile + ", " + credentialsFile + ".",
		},
		"AWS_PROFILE": {
			cfg:         both,
			env:         map[string]string{"AWS_PROFILE": "nope", "AWS_DEFAULT_PROFILE": "audit"},
			wantProblem: "The profile nope (from AWS_PROFILE) is in none of these files: " + configFile + ", " + credentialsFile + ".",
		},
		"files of the environment": {
			env:         map[string]string{"AWS_PROFILE": "nope", "AWS_CONFIG_FILE": configFile, "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials"},
			wantProblem: "is in none of these files: " + configFile + ", /nowhere/credentials (which does not exist).",
		},
		"files of the home directory": {
			cfg:         Config{Profile: "nope"},
			wantProblem: home + "/.aws/config (which does not exist), " + home + "/.aws/credentials (which does not exist).",
		},
		"the source of a profile": {
			cfg:         Config{Profile: "deploy", SharedConfigFiles: []string{chained}},
			wantProblem: "The profile nope (from source_profile of the profile deploy, or of a profile that it refers to) is in none",
		},
		"the source of AWS_DEFAULT_PROFILE": {
			env:         map[string]string{"AWS_DEFAULT_PROFILE": "deploy", "AWS_CONFIG_FILE": chained},
			wantProblem: "The profile nope (from source_profile of the profile deploy, or",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", home)
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			_, err := New(t.Context(), test.cfg)
			summary, detail := awserr.Describe(err, "")
			if summary != "Missing AWS profile" || !strings.Contains(detail, test.wantProblem) {
				t.Errorf("got %q: %q, want %q", summary, detail, test.wantProblem)
			}
			for _, want := range []string{"[profile nope]", "[nope]", "aws configure list-profiles"} {
				if !strings.Contains(detail, want) {
					t.Errorf("%q does not say %q", detail, want)
				}
			}
		})
	}
}
