package managed

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

const maxSid = 256

var errNoSid = errors.New("the statement has no Sid, by which this resource finds it in the policy: add an element such as \"Sid\": \"DenyOutsideOrganization\"")

// CheckStatementSid returns an error if an ecrxa_repository_statement cannot have the Sid.
// ECR accepts more characters than IAM, such as spaces. AWS lists neither them nor a length.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_service-with-iam.html
func CheckStatementSid(sid string) error {
	switch {
	case sid == "":
		return errNoSid
	case !utf8.ValidString(sid) || strings.ContainsFunc(sid, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the Sid %s has characters that are not printed: write letters, digits, spaces and punctuation", printed.Quoted(sid))
	case utf8.RuneCountInString(sid) > maxSid:
		return fmt.Errorf("the Sid %s has more than %d characters: write a shorter one", printed.Quoted(sid), maxSid)
	}
	return nil
}

// StatementImportHCL returns the import block of an ecrxa_repository_statement. The resource
// has a name that is made of the Sid.
func StatementImportHCL(repo awsname.Repository, sid string) string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("import", nil).Body()
	body.SetAttributeRaw("to", hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: StatementType}, hcl.TraverseAttr{Name: Label(sid)}}))
	body.SetAttributeValue("id", cty.StringVal(GrantImportID(repo, sid)))
	return strings.TrimSuffix(string(file.Bytes()), "\n")
}
