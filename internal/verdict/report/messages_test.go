// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestMessages: what each side is sent names its account, and has commands that show what
// is there, and the change.
func TestMessages(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*verdict.Input){
		"denied by both": func(in *verdict.Input) { *in = pulls.None() },
		"nothing known":  func(in *verdict.Input) { *in = verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN} },
		"user": func(in *verdict.Input) {
			*in = verdict.Input{Image: pulls.Image, RoleARN: "arn:aws:iam::123456789012:user/ci"}
			in.RepositoryPolicy = verdict.DocumentsOf()
		},
		"tag": func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, strings.Replace(pulls.PullOn(pulls.RepositoryARN), "{", `{"Condition":{"StringEquals":{"aws:ResourceTag/team":"payments"}},`, 1)))
			in.Context = map[string][]string{"ecr:ResourceTag/team": {}}
		},
		"tag not known": func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, strings.Replace(pulls.PullOn(pulls.RepositoryARN), "{", `{"Condition":{"StringEquals":{"aws:ResourceTag/team":"payments"}},`, 1)))
		},
		"limits not known": func(in *verdict.Input) {
			unknown := verdict.Documents{State: verdict.Unknown}
			in.PermissionsBoundary, in.SessionPolicies, in.VPCEndpointPolicy, in.RegistryPolicy = unknown, unknown, unknown, unknown
			in.ServiceControlPolicies.State = verdict.Unknown
		},
		"federated user": func(in *verdict.Input) {
			*in = pulls.None()
			in.RoleARN = "arn:aws:sts::123456789012:federated-user/ci"
		},
		"permissions boundary": func(in *verdict.Input) { in.PermissionsBoundary = pulls.DocumentsOf(pulls.Doc(pulls.Login)) },
		"permissions boundary with its ARN": func(in *verdict.Input) {
			in.PermissionsBoundary = verdict.DocumentsOf(verdict.Document{Name: "arn:aws:iam::123456789012:policy/team's/boundary", Text: pulls.Doc(pulls.Login)})
		},
		"allowed": func(*verdict.Input) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := pulls.Evaluate(t, pulls.With(pulls.Both(), edit)).Messages
			var text strings.Builder
			for _, side := range []string{"consumer", "registry"} {
				if messages[side] != "" {
					text.WriteString("=== " + side + "\n" + messages[side])
				}
			}
			golden.Compare(t, filepath.Join("testdata", "messages", strings.ReplaceAll(name, " ", "_")+".txt"), text.String())
		})
	}
}
