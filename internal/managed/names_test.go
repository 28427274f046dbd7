// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"
)

func TestCheckRoleName(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"ecsTaskExecutionRole", "a+b=c,d.e@f_g-h", strings.Repeat("r", 64)} {
		if err := CheckRoleName(good); err != nil {
			t.Error(err)
		}
	}
	for _, tt := range []struct{ role, want string }{
		{"", "is not a role name"},
		{"arn:aws:iam::123456789012:role/ecsTaskExecutionRole", `write the role's name, "ecsTaskExecutionRole"`},
		{"arn:aws:iam::123456789012:role/service-role/app", `write the role's name, "app"`},
		{"arn:aws:sts::123456789012:assumed-role/app/session", `write the role's name, "app"`},
		{"arn:aws:iam::123456789012:user/app", "of another kind (user)"},
		{"arn:aws:iam::123456789012:root", "of another kind (account root)"},
		{"arn:aws:iam::123456789012:instance-profile/app", "write the role in it"},
		{"service-role/app", `write the role's name alone, "app"`},
		{"app role", "is not a role name"},
		{strings.Repeat("r", 65), "is not a role name"},
	} {
		if err := CheckRoleName(tt.role); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.role, err, tt.want)
		}
	}
}

func TestCheckPolicyName(t *testing.T) {
	t.Parallel()
	for _, good := range []string{DefaultPolicyName, "a+b=c,d.e@f_g-h", strings.Repeat("p", 128)} {
		if err := CheckPolicyName(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "a b", "a/b", strings.Repeat("p", 129)} {
		if CheckPolicyName(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
