// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]int{
		"":                           0,
		" \t\r\n":                    0,
		`{"a": "b"}`:                 9,
		"{\n  \"a\": \"b c\"\n}\r\n": 10,
		"é":                          1,
	} {
		if got := Size(document); got != want {
			t.Errorf("Size(%q) = %d, want %d", document, got, want)
		}
	}
}

// tooMuch refuses every write as IAM does when the quota is used up.
func tooMuch(policies map[string]string, fail map[string]error) *fakeIAM {
	f := &fakeIAM{policies: policies, fail: map[string]error{
		"PutRolePolicy": &iamtypes.LimitExceededException{Message: aws.String("Maximum policy size of 10240 bytes exceeded for role app")},
	}}
	maps.Copy(f.fail, fail)
	return f
}

func TestQuotaErrorNamesTheOthersUse(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "not authorized to perform: iam:ListRolePolicies"}
	tests := map[string]*fakeIAM{
		"others": tooMuch(map[string]string{
			"small": strings.Repeat("s", 500), "pull": "{}", "big": strings.Repeat("b ", 6500),
		}, nil),
		"alone":    tooMuch(map[string]string{"pull": "{}"}, nil),
		"unlisted": tooMuch(map[string]string{"small": "{}"}, map[string]error{"ListRolePolicies": denied}),
		"unread":   tooMuch(map[string]string{"small": "{}"}, map[string]error{"GetRolePolicy": denied}),
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := New(f).put(t.Context(), Key{"app", "pull"}, strings.Repeat("p", 4100))
			var quota *QuotaError
			if !errors.As(err, &quota) || awserr.KindOf(err) != awserr.LimitExceeded {
				t.Fatalf("got %v", err)
			}
			golden.Compare(t, filepath.Join("testdata", "quota_"+name+".txt"), quota.Detail()+"\n")
		})
	}
}

func TestExceedsQuota(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "not authorized to perform: iam:ListRolePolicies"}
	tests := map[string]struct {
		size   int
		others map[string]string
		fail   map[string]error
		want   bool
		calls  int
	}{
		"too much":            {4100, map[string]string{"big": strings.Repeat("b ", 6500), "pull": strings.Repeat("p", 500)}, nil, true, 4},
		"just enough":         {4100, map[string]string{"big": strings.Repeat("b", MaxSize-4100)}, nil, false, 3},
		"one too many":        {4101, map[string]string{"big": strings.Repeat("b", MaxSize-4100)}, nil, true, 3},
		"its own former self": {4100, map[string]string{"pull": strings.Repeat("p", MaxSize)}, nil, false, 2},
		"a small policy":      {400, map[string]string{"big": strings.Repeat("b", MaxSize)}, nil, false, 0},
		"not allowed to look": {4100, map[string]string{"big": strings.Repeat("b", MaxSize)}, map[string]error{"ListRolePolicies": denied}, false, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: tt.others, fail: tt.fail}
			detail, exceeded := newStore(f).ExceedsQuota(t.Context(), "app", Policy{"pull", strings.Repeat("p", tt.size)})
			if exceeded != tt.want || exceeded != (detail != "") || len(f.calls) > tt.calls {
				t.Errorf("got %t, %q after %v, want %t after %d calls", exceeded, detail, f.calls, tt.want, tt.calls)
			}
			if name == "too much" {
				golden.Compare(t, filepath.Join("testdata", "quota_foreseen.txt"), detail+"\n")
			}
		})
	}
}

// undecodable answers with text that is not percent-encoded as it should be.
type undecodable struct{ *fakeIAM }

func (u undecodable) IAM(context.Context) (awsapi.IAM, error) { return u, nil }

func (undecodable) GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	return &iam.GetRolePolicyOutput{PolicyDocument: aws.String("%7")}, nil
}
