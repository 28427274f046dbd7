// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

func TestPullCheckHCL(t *testing.T) {
	t.Parallel()
	got := PullCheckHCL(PullCheck{Label: "app", RepositoryARN: appARN, Actions: []string{"ecr:PutImage"}})
	want := `data "ecrxa_pull_check" "app" {
  repository_arn = "arn:aws:ecr:us-east-1:987654321098:repository/app"
  role_arn       = var.role_arn
  actions        = ["ecr:PutImage"]
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range hostileTexts {
		block := PullCheckHCL(PullCheck{Label: Label(text), Image: text, RoleARN: text})
		values := valuesIn(t, strings.Replace(block, "data ", "resource ", 1))
		compareValues(t, text, values, map[string]cty.Value{"image": cty.StringVal(text), "role_arn": cty.StringVal(text)})
	}
}
