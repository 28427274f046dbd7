// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"errors"
	"strings"
	"testing"
)

func TestParsePrincipal(t *testing.T) {
	t.Parallel()
	const account = "123456789012"
	for text, want := range map[string]Principal{
		"arn:aws:iam::123456789012:root":                              {AccountRoot, "aws", account, "/", "", ""},
		"arn:aws:iam::123456789012:role/app":                          {Role, "aws", account, "/", "app", ""},
		"arn:aws:iam::123456789012:role/service-role/team/app":        {Role, "aws", account, "/service-role/team/", "app", ""},
		"arn:aws-cn:iam::123456789012:role/app":                       {Role, "aws-cn", account, "/", "app", ""},
		"arn:aws:iam::123456789012:user/ops/jane.doe@example.com":     {User, "aws", account, "/ops/", "jane.doe@example.com", ""},
		"arn:aws:sts::123456789012:assumed-role/app/session":          {RoleSession, "aws", account, "/", "app", "session"},
		"arn:aws-us-gov:sts::123456789012:assumed-role/a+b=c,d.e/s@1": {RoleSession, "aws-us-gov", account, "/", "a+b=c,d.e", "s@1"},
		"arn:aws:sts::123456789012:federated-user/bob":                {FederatedUser, "aws", account, "/", "bob", ""},
		"arn:aws:iam::123456789012:role/${a}/\"`'~!/app":              {Role, "aws", account, "/${a}/\"`'~!/", "app", ""},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParsePrincipal(text)
			if err != nil || got != want {
				t.Fatalf("got %+v, %v", got, err)
			}
			if got.ARN() != text {
				t.Errorf("printed as %q", got.ARN())
			}
		})
	}
}

func TestParsePrincipalRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                     "is not an ARN",
		"*":                                    "is not an ARN",
		"app":                                  "write it as arn:aws:iam::ACCOUNT:role/NAME",
		"arn:aws:iam:123456789012:role/app":    "needs two colons after iam (the Region is empty): arn:aws:iam::123456789012:role/app",
		"123456789012":                         "is not an ARN",
		"AROAEXAMPLEEXAMPLEEXA":                "is not an ARN",
		"arn:aws:iam::123456789012:*":          "has a wildcard",
		"arn:aws:iam::123456789012:role/app-*": "has a wildcard",
		"arn:aws:iam::123456789012:role/app?":  "has a wildcard",
		"arn:gcp:iam::123456789012:role/app":   "unknown partition",
		"arn:aws:iam:us-east-1:123456789012:role/a":                           "has the Region",
		"arn:aws:iam::12345:role/app":                                         "write its 12 digits",
		"arn:aws:iam::1234-5678-9012:role/app":                                `write only its digits, "123456789012"`,
		" arn:aws:iam::123456789012:role/app\n":                               `white space at its beginning or end: write "arn:aws:iam::123456789012:role/app"`,
		"arn:aws:iam:::role/app":                                              "write its 12 digits",
		"arn:aws:iam::123456789012:group/app":                                 "write its users",
		"arn:aws:iam::123456789012:instance-profile/app":                      "write the role in it",
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                              "is a policy",
		"arn:aws:sts::123456789012:root":                                      "is not the ARN of a role",
		"arn:aws:iam::123456789012:rootless":                                  "is not the ARN of a role",
		"arn:aws:lambda:us-east-1:123456789012:function:f":                    "a resource of lambda, not of an IAM principal",
		"arn:aws:iam::123456789012:role/":                                     "does not name a role",
		"arn:aws:iam::123456789012:user/a b":                                  "does not name a user",
		"arn:aws:sts::123456789012:assumed-role/app":                          "does not name a session",
		"arn:aws:sts::123456789012:assumed-role/a/":                           "does not name a session",
		"arn:aws:iam::123456789012:role/a b/app":                              "has a path that AWS does not accept",
		"arn:aws:iam::123456789012:role/é/app":                                "has a path that AWS does not accept",
		"arn:aws:iam::123456789012:user/a\n/app":                              "has a path that AWS does not accept",
		"arn:aws:iam::123456789012:role/a\x7f/app":                            "has a path that AWS does not accept",
		"arn:aws:iam::123456789012:role/" + strings.Repeat("p", 512) + "/app": "has a path that AWS does not accept",
		"arn:aws:iam::123456789012:role/" + strings.Repeat("n", 65):           "does not name a role: AWS accepts 1 to 64",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParsePrincipal(text)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %+v, %v; want %q", got, err, want)
			}
		})
	}
}

func TestIsUniqueID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"AROAJQABLZS4A3QDU576Q":              true,
		"AIDAJQABLZS4A3QDU576Q":              true,
		"AKIAIOSFODNN7EXAMPLE":               false,
		"AROA":                               false,
		"aroajqablzs4a3qdu576q":              false,
		"AROAJQABLZS4A3QDU576Q:session":      false,
		"arn:aws:iam::123456789012:role/app": false,
	} {
		if got := IsUniqueID(id); got != want {
			t.Errorf("IsUniqueID(%q) = %v", id, got)
		}
	}
}

func TestCheckServicePrincipal(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.eu-south-1.amazonaws.com", "ec2.amazonaws.com.cn"} {
		if err := CheckServicePrincipal(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "*", "lambda", "amazonaws.com", "Lambda.amazonaws.com", "lambda.amazonaws.com.evil", "*.amazonaws.com", "arn:aws:iam::123456789012:root"} {
		if err := CheckServicePrincipal(bad); !errors.Is(err, errNotServicePrincipal) {
			t.Errorf("CheckServicePrincipal(%q) = %v", bad, err)
		}
	}
}

func FuzzPrincipal(f *testing.F) {
	f.Add("arn:aws:iam::123456789012:root")
	f.Add("arn:aws:iam::123456789012:role/path/app")
	f.Add("arn:aws:sts::123456789012:assumed-role/app/session")
	f.Add("arn:aws:sts::123456789012:federated-user/bob")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePrincipal(text)
		if err == nil && p.ARN() != text {
			t.Errorf("%q is printed as %q", text, p.ARN())
		}
	})
}
