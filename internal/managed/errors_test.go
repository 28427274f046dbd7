// SPDX-License-Identifier: MPL-2.0

package managed_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// hostile are texts that must stay data: a line that looks like ours, terminal control, a
// change of the direction of writing, code, and a flood.
var hostile = []string{"\nNothing was changed.", "\x1b[2J\u009b2J\a", "\u202e\u2066", `"${x}%{y}`, "`", "\xff", strings.Repeat("a", 1<<16)}

func isShortLine(text string) bool {
	return len(text) < 3000 && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// TestErrorsAreShortLines: the errors about names and import IDs are short lines.
func TestErrorsAreShortLines(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(string) error{
		"CheckSid": managed.CheckSid, "CheckRepository": managed.CheckRepository, "CheckRegion": managed.CheckRegion,
		"CheckAccountID": managed.CheckAccountID, "CheckRoleName": managed.CheckRoleName, "CheckPolicyName": managed.CheckPolicyName,
		"ParseGrantImportID":         func(id string) error { _, _, err := managed.ParseGrantImportID(id); return err },
		"CheckRepositories":          managed.CheckRepositories,
		"ParseRegistryGrantImportID": func(id string) error { _, _, err := managed.ParseRegistryGrantImportID(id); return err },
		"CheckStatementSid":          managed.CheckStatementSid,
		"ParseStatementImportID":     func(id string) error { _, _, err := managed.ParseStatementImportID(id); return err },
		"ParseRolePolicyImportID":    func(id string) error { _, _, err := managed.ParseRolePolicyImportID(id); return err },
	} {
		for _, h := range hostile {
			for _, text := range []string{h, "app/" + h, "a/" + h + ",b", h + ",b", "a," + h, h + ",a,b,c", "987654321098,us-east-1,app," + h, "987654321098,us-east-1," + h + ",Pull", "arn:aws:iam::123456789012:role/" + h} {
				if err := check(text); err != nil && !isShortLine(strings.ReplaceAll(err.Error(), "\n\"", "")) { // it may be two errors
					t.Errorf("%s of %.40q says, in %d characters: %.400q", name, text, len(err.Error()), err)
				}
			}
		}
	}
}

// TestObstaclesAreShortLines: what keeps a statement from being imported is said in short
// lines, whatever is in the statement.
func TestObstaclesAreShortLines(t *testing.T) {
	t.Parallel()
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "app"}
	for _, h := range hostile {
		for _, statement := range []policy.StatementSpec{
			{Sid: h, Effect: "Deny", Actions: []string{"ecr:*"}, Resources: []string{"*"}},
			{Effect: h, Actions: []string{"ecr:*"}, Resources: []string{"*"}},
			{Sid: h, Actions: []string{h}, Resources: []string{h}},
			{Sid: h, Actions: []string{"ecr:GetImage"}, Resources: []string{"arn:aws:ecr:us-east-1:987654321098:repository/" + h}},
			{Sid: h, Actions: []string{"ecr:GetImage"}, Resources: []string{"arn:" + h + ":ecr:us-east-1:987654321098:repository/a*"}},
		} {
			s := policy.NewStatement(statement)
			texts := managed.RolePolicyObstacles(policy.NewDocument(s, s).String())
			if err := managed.CheckGrantImport(repo, s); err != nil {
				texts = append(texts, err.Error())
			}
			name := strings.Trim(strings.ToValidUTF8(h, ""), "\n\x1b\a\"")
			texts = append(texts, managed.RolePolicyObstacles(`{"Statement":[{"`+name+`":1,"`+name+`":2}]}`)...)
			for _, text := range texts {
				if !isShortLine(text) {
					t.Errorf("%d characters: %.400q", len(text), text)
				}
			}
		}
	}
}
