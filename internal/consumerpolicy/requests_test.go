// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Conditions that every request of the role meets, or none, are named.
func TestCertainConditions(t *testing.T) {
	t.Parallel()
	const elsewhere = "arn:aws:ecr:eu-west-1:111122223333:repository/app"
	for name, tt := range map[string]struct {
		arns      []string
		actions   []string
		condition policy.Condition
		want      string // "" means that it is neither
	}{
		"the Region":             {[]string{appARN}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"us-east-1"}}, "always met"},
		"another Region":         {[]string{appARN}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"eu-west-1"}}, "never met"},
		"one of two Regions":     {[]string{appARN, elsewhere}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"eu-west-1"}}, ""},
		"a Region, any ARN":      {[]string{"arn:aws:ecr:*:111122223333:repository/app"}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"eu-west-1"}}, ""},
		"an account, any ARN":    {[]string{"arn:aws:ecr:us-east-1:*:repository/app"}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:ResourceAccount", Values: []string{"111122223333"}}, ""},
		"a source":               {[]string{appARN}, nil, policy.Condition{Test: "ArnLike", Variable: "aws:SourceArn", Values: []string{"arn:aws:lambda:us-east-1:111122223333:function:*"}}, "never met"},
		"a user":                 {[]string{appARN}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:username", Values: []string{"alice"}}, "never met"},
		"a role":                 {[]string{appARN}, nil, policy.Condition{Test: "ArnEquals", Variable: "aws:PrincipalArn", Values: []string{"arn:aws:iam::111122223333:role/app"}}, ""},
		"an endpoint":            {[]string{appARN}, nil, vpce("vpce-1"), ""},
		"tags of a pull":         {[]string{appARN}, nil, policy.Condition{Test: "StringEquals", Variable: "aws:RequestTag/team", Values: []string{"payments"}}, "never met"},
		"tags of any request":    {[]string{appARN}, []string{"ecr:*"}, policy.Condition{Test: "StringEquals", Variable: "aws:RequestTag/team", Values: []string{"payments"}}, ""},
		"keys of tags of a pull": {[]string{appARN}, nil, policy.Condition{Test: "ForAnyValue:StringEquals", Variable: "aws:TagKeys", Values: []string{"team"}}, "never met"},
		"no ARN":                 {[]string{"app"}, nil, vpce("vpce-1"), ""},
	} {
		m := minimal()
		m.RepositoryARNs, m.Actions, m.Access = tfattr.StringSet(tt.arns), tfattr.StringSet(tt.actions), types.StringValue("pull")
		m.Conditions = conditions(t, tt.condition)
		var diags diag.Diagnostics
		m.warnCertainConditions(t.Context(), &diags)
		if tt.want == "" && len(diags) > 0 || tt.want != "" && (len(diags) != 1 || !strings.HasSuffix(diags[0].Summary(), tt.want)) {
			t.Errorf("%s: got %v, want %q", name, diags, tt.want)
		}
	}
}
