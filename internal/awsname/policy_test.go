// SPDX-License-Identifier: MPL-2.0

package awsname_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

func TestIsPolicyARN(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]bool{
		"arn:aws:iam::aws:policy/AdministratorAccess":                  true,
		"arn:aws-us-gov:iam::123456789012:policy/team/a.b+c=d,e@f_g-h": true,
		"arn:aws:iam::123456789012:policy/":                            false,
		"arn:aws:iam::123456789012:role/app":                           false,
		"arn:aws:iam::12345:policy/app":                                false,
		"arn:aws:iam::123456789012:policy/app\nrm":                     false,
		"arn:aws:iam::123456789012:policy/team's/app":                  true,
		"arn:aws:iam::123456789012:policy/$(id)":                       false,
		"arn:aws:iam::123456789012:policy/" + strings.Repeat("a", 129): false,
		"": false,
	} {
		if got := awsname.IsPolicyARN(arn); got != want {
			t.Errorf("%q: %t", arn, got)
		}
	}
}
