// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

func TestCheckValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ key, value, want string }{
		{"aws:SourceIp", "10.0.0.1", ""},
		{"AWS:SOURCEIP", "2001:db8::1", ""},
		{"aws:SourceIp", "10.1.0.0/16", `is "10.1.0.0/16"; expected one IP address, not a range`},
		{"aws:SourceIp", "fe80::1%eth0", `is "fe80::1%eth0"; expected one IP address, not a range`},
		{"aws:VpcSourceIp", "", `is ""; expected one IP address, not a range`},
		{"aws:CurrentTime", "2026-11-23T12:00:00+01:00", ""},
		{"aws:CurrentTime", "1767225600", ""},
		{"aws:CurrentTime", "2026-11-23T12:00:00", `is "2026-11-23T12:00:00"; expected a date with time zone such as 2026-01-31T12:00:00Z, or seconds since 1970`},
		{"aws:EpochTime", "1767225600", ""},
		{"aws:EpochTime", "2026-01-01T00:00:00Z", `is "2026-01-01T00:00:00Z"; expected a number`},
		{"aws:MultiFactorAuthAge", "300", ""},
		{"aws:MultiFactorAuthAge", "1e3", `is "1e3"; expected a number`},
		{"aws:SecureTransport", "True", ""},
		{"aws:SecureTransport", "yes", `is "yes"; expected true or false`},
		{"aws:ViaAWSMCPService", "1", `is "1"; expected true or false`},
		{"aws:SourceVpce", "10.1.0.0/16", ""}, // any text
		{"ecr:SourceIp", "x", ""},             // not a key that AWS documents
	} {
		got := ""
		if err := authz.CheckValue(test.key, test.value); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.key, got, test.want)
		}
	}
}
