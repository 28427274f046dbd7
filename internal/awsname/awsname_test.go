// SPDX-License-Identifier: MPL-2.0

package awsname

import "testing"

func TestParseARN(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want ARN
		ok   bool
	}{
		"regional":                 {"arn:aws:ecr:us-east-1:123456789012:repository/app", ARN{"aws", "ecr", "us-east-1", "123456789012", "repository/app"}, true},
		"global":                   {"arn:aws:iam::123456789012:role/app", ARN{"aws", "iam", "", "123456789012", "role/app"}, true},
		"without account":          {"arn:aws:s3:::bucket/key", ARN{"aws", "s3", "", "", "bucket/key"}, true},
		"colons in the resource":   {"arn:aws-cn:lambda:cn-north-1:123456789012:function:f:1", ARN{"aws-cn", "lambda", "cn-north-1", "123456789012", "function:f:1"}, true},
		"empty":                    {text: ""},
		"a star":                   {text: "*"},
		"five parts":               {text: "arn:aws:iam::123456789012"},
		"another scheme":           {text: "urn:aws:iam::123456789012:role/app"},
		"no partition":             {text: "arn::iam::123456789012:role/app"},
		"no service":               {text: "arn:aws:::123456789012:role/app"},
		"no resource":              {text: "arn:aws:iam::123456789012:"},
		"a bare account ID":        {text: "123456789012"},
		"space before the scheme":  {text: " arn:aws:iam::123456789012:root"},
		"upper case in the scheme": {text: "ARN:aws:iam::123456789012:root"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseARN(tt.text)
			if got != tt.want || (err == nil) != tt.ok {
				t.Fatalf("ParseARN(%q) = %+v, %v", tt.text, got, err)
			}
			if err == nil && got.String() != tt.text {
				t.Errorf("printed as %q", got)
			}
		})
	}
}

func TestIsAccountID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"123456789012":   true,
		"000000000000":   true,
		"12345678901":    false,
		"1234567890123":  false,
		"12345678901a":   false,
		"123456789012\n": false,
		"":               false,
	} {
		if got := IsAccountID(id); got != want {
			t.Errorf("IsAccountID(%q) = %v", id, got)
		}
	}
}

func TestRootARN(t *testing.T) {
	t.Parallel()
	if got := RootARN("aws-cn", "123456789012"); got != "arn:aws-cn:iam::123456789012:root" {
		t.Error(got)
	}
}
