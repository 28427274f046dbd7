// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// PullCheckType is the type of the data source that checks a pull.
const PullCheckType = "ecrxa_pull_check"

// A PullCheck is a check of one pull: the arguments of an ecrxa_pull_check that name it.
type PullCheck struct {
	Label                string // the name of the data source in the configuration; see Label
	Image, RepositoryARN string
	RoleARN              string   // empty if the role is not known
	Actions              []string // empty for those of a pull
}

// PullCheckHCL returns the ecrxa_pull_check block of a check. A role that is not known is
// the variable role_arn.
func PullCheckHCL(c PullCheck) string {
	file := hclwrite.NewEmptyFile()
	b := block{file, file.Body().AppendNewBlock("data", []string{PullCheckType, c.Label}).Body()}
	b.text("image", c.Image)
	b.text("repository_arn", c.RepositoryARN)
	if c.RoleARN == "" {
		b.body.SetAttributeTraversal("role_arn", hcl.Traversal{hcl.TraverseRoot{Name: "var"}, hcl.TraverseAttr{Name: "role_arn"}})
	} else {
		b.body.SetAttributeValue("role_arn", cty.StringVal(c.RoleARN))
	}
	b.texts("actions", c.Actions)
	return b.String()
}
