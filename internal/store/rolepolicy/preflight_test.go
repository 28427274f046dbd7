// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"errors"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

func TestExisting(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fake *fakeIAM
		want bool
	}{
		"none":                    {fake: &fakeIAM{}},
		"one":                     {fake: &fakeIAM{policies: map[string]string{"pull": "{}"}}, want: true},
		"one that cannot be read": {fake: &fakeIAM{policies: map[string]string{"pull": "{}"}, fail: map[string]error{"GetRolePolicy": errors.New("no answer")}}},
	} {
		document, found, _ := New(test.fake).Existing(t.Context(), Key{"app", "pull"})
		if found != test.want || found && document != "{}" {
			t.Errorf("%s: got %q, %t", name, document, found)
		}
	}
}

// A failed read says nothing about other policies, unless no call can reach IAM:
// then each further call may take seconds.
func TestExistingTriesAgainUnlessIAMIsUnavailable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		operation string
		err       error
		calls     int // for three policies
	}{
		"access denied":    {"GetRolePolicy", &smithy.GenericAPIError{Code: "AccessDenied"}, 3},
		"throttled":        {"GetRolePolicy", &smithy.GenericAPIError{Code: "Throttling"}, 3},
		"no connection":    {"GetRolePolicy", &smithyhttp.RequestSendError{Err: errors.New("refused")}, 1},
		"old credentials":  {"GetRolePolicy", &smithy.GenericAPIError{Code: "ExpiredToken"}, 1},
		"wrong account":    {"IAM", &awserr.ConfigError{Problem: "Wrong account."}, 0},
		"nothing is wrong": {"", nil, 3},
	} {
		f := &fakeIAM{fail: map[string]error{test.operation: test.err}}
		store := New(f)
		for _, name := range []string{"one", "two", "three"} {
			_, _, _ = store.Existing(t.Context(), Key{"app", name})
		}
		if len(f.calls) != test.calls {
			t.Errorf("%s: %d calls, want %d", name, len(f.calls), test.calls)
		}
	}
}

// A read that reaches IAM again ends it, whatever the read is for.
func TestExistingTriesAgainWhenIAMIsAvailable(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}, fail: map[string]error{"GetRolePolicy": lost}}
	store := New(f)
	_, _, _ = store.Existing(t.Context(), Key{"app", "pull"})
	f.fail = nil
	if _, found, _ := store.Existing(t.Context(), Key{"app", "pull"}); found {
		t.Error("tried at once")
	}
	if _, err := store.InlinePolicies(t.Context(), "app"); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := store.Existing(t.Context(), Key{"app", "pull"}); !found {
		t.Error("not tried after a read that succeeded")
	}
}
