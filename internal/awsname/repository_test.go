// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"strings"
	"testing"
)

func TestCheckRepositoryName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"payment-service":         true,
		"team/app":                true,
		"a.b_c__d---e/f2":         true,
		"0app":                    true,
		"ab":                      true,
		strings.Repeat("a", 256):  true,
		"":                        false,
		"a":                       false,
		strings.Repeat("a", 257):  false,
		"Team/app":                false,
		"app:tag":                 false,
		"app@sha256":              false,
		"/app":                    false,
		"app/":                    false,
		"team//app":               false,
		"a___b":                   false,
		"a..b":                    false,
		"-app":                    false,
		"app-":                    false,
		"app*":                    false,
		"payment service":         false,
		"payment-service\n":       false,
		"arn:aws:ecr:us-east-1:1": false,
	} {
		if err := CheckRepositoryName(name); (err == nil) != want {
			t.Errorf("CheckRepositoryName(%q) = %v", name, err)
		}
	}
}

// Each text is a pattern, or says in want why it is none; only those with exact
// name one repository.
func TestRepositoryARNs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		exact bool
		want  string // part of the error of CheckRepositoryPattern
	}{
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/app", exact: true},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/team/app", exact: true},
		{text: "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app", exact: true},
		{text: "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app", exact: true},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/*"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/team-?/app"},
		{text: "arn:aws:ecr:*:123456789012:repository/app"},
		{text: "arn:aws:ecr:eu-*-1:123456789012:repository/app"},
		{text: "arn:aws:ecr:us-east-1:*:repository/app"},
		{text: "arn:*:ecr:us-east-1:123456789012:repository/app"},
		{text: "arn:aws*:ecr:cn-north-1:123456789012:repository/app"},

		{text: "*", want: "write arn:aws:ecr:REGION:ACCOUNT:repository/NAME"},
		{text: "team/app", want: "is not an ARN: write arn:aws:ecr:REGION:ACCOUNT:repository/team/app"},
		{text: "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1", want: `is an image URI: write the repository's ARN, "arn:aws:ecr:us-east-1:123456789012:repository/app"`},
		{text: "123456789012.dkr.ecr.us-east-1.amazonaws.com", want: "write arn:aws:ecr:REGION:ACCOUNT:repository/NAME"},
		{text: "arn:aws:ecr", want: "expected arn:PARTITION:SERVICE"},
		{text: "arn:aws:s3:::bucket", want: "is not an ECR repository ARN"},
		{text: "arn:aws:*:us-east-1:123456789012:repository/app", want: "is not an ECR repository ARN"},
		{text: "arn:aws:ecr-public::123456789012:repository/app", want: "is not an ECR repository ARN"},
		{text: "arn:aws:ecr:us-east-1:123456789012:app", want: "is not an ECR repository ARN"},
		{text: "arn:aws:ecr:us-east-1:123456789012:*", want: "is not an ECR repository ARN"},
		{text: "arn:gcp:ecr:us-east-1:123456789012:repository/app", want: "unknown partition"},
		{text: "arn:A*:ecr:us-east-1:123456789012:repository/app", want: "unknown partition"},
		{text: "arn:aws:ecr::123456789012:repository/app", want: "expected a Region"},
		{text: "arn:aws:ecr:us-east-1a:123456789012:repository/app", want: "expected a Region"},
		{text: "arn:aws:ecr:US*:123456789012:repository/app", want: "expected a Region"},
		{text: "arn:aws:ecr:cn-north-1:123456789012:repository/app", want: `is in the partition "aws-cn"`},
		{text: "arn:aws-cn:ecr:us-east-1:123456789012:repository/app*", want: `is in the partition "aws"`},
		{text: "arn:aws:ecr:us-east-1:12345:repository/app", want: "expected 12 digits"},
		{text: "arn:aws:ecr:us-east-1:12345678901a*:repository/app", want: "expected 12 digits"},
		{text: "arn:aws:ecr:us-east-1:1234567890123*:repository/app", want: "expected 12 digits"},
		{text: "arn:aws:ecr:us-east-1::repository/*", want: "expected 12 digits"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/", want: "ECR accepts 2 to 256"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/App", want: "is not a repository name"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/App*", want: "matches no repository"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/app:*", want: "has a tag: remove :*"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/app:v1", want: "has a tag: remove :v1"},
		{text: "arn:aws:ecr:us-east-1:123456789012:repository/app@sha256:ab", want: "has a digest: remove @sha256:ab"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			err := CheckRepositoryPattern(tt.text)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused as a pattern: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("as a pattern: got %v, want %q", err, tt.want)
			}
			repo, err := ParseRepositoryARN(tt.text)
			if (err == nil) != tt.exact {
				t.Fatalf("ParseRepositoryARN = %+v, %v", repo, err)
			}
			if err == nil && repo.ARN() != tt.text {
				t.Errorf("printed as %q", repo.ARN())
			}
		})
	}
}

func TestParseRepositoryARNNamesTheWildcard(t *testing.T) {
	t.Parallel()
	_, err := ParseRepositoryARN("arn:aws:ecr:us-east-1:123456789012:repository/*")
	if err == nil || !strings.Contains(err.Error(), "wildcard") {
		t.Errorf("got %v", err)
	}
}

func FuzzRepositoryARN(f *testing.F) {
	f.Add("arn:aws:ecr:us-east-1:123456789012:repository/team/app")
	f.Add("arn:aws:ecr:*:123456789012:repository/app-?")
	f.Fuzz(func(t *testing.T, text string) {
		repo, err := ParseRepositoryARN(text)
		if err != nil {
			return
		}
		if repo.ARN() != text {
			t.Errorf("%q is printed as %q", text, repo.ARN())
		}
		if err := CheckRepositoryPattern(text); err != nil {
			t.Errorf("%q names a repository, but is no pattern: %v", text, err)
		}
	})
}
