// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for _, tt := range pulls.Cases {
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, tt.In)
			if got.Verdict != tt.Verdict || got.Allowed != (tt.Verdict == authz.Allowed) {
				t.Errorf("verdict %s (allowed: %t), want %s", got.Verdict, got.Allowed, tt.Verdict)
			}
			if diff := cmp.Diff(append([]string{}, tt.DeniedBy...), got.DeniedBy); diff != "" {
				t.Errorf("denied by (-want +got):\n%s", diff)
			}
			if got.DeniedSide != tt.Side {
				t.Errorf("denied side %q, want %q", got.DeniedSide, tt.Side)
			}
			file := strings.NewReplacer(" ", "_", ",", "").Replace(tt.Name) + ".txt"
			golden.Compare(t, filepath.Join("testdata", file), got.Explanation+"\n")
			if !strings.HasSuffix(got.Explanation, ".") {
				t.Error("Terraform asks of an error message that it ends with a full stop")
			}
		})
	}
}

// TestEvaluate_walls: of very many reasons the text names a few, and the result
// has them all.
func TestEvaluate_walls(t *testing.T) {
	t.Parallel()
	const many = 200
	numbered := func(format string) []string {
		var texts []string
		for i := range many {
			texts = append(texts, fmt.Sprintf(format, i))
		}
		return texts
	}
	scps := func(in *verdict.Input, statements []string) {
		in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(pulls.Doc(statements...)).List}}
	}
	fullAccess := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		all  func(report.Result) int
		says string
	}{
		"denying statements": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Sid":"Deny%d","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`), fullAccess))
			},
			func(r report.Result) int { return min(len(r.Remedies), len(r.Decisions[1].Statements)) },
			"- and 195 more: see remedies",
		},
		"unknown keys": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/k%d":"v"}}}`), fullAccess))
			},
			func(r report.Result) int { return min(len(r.Remedies), len(r.UnknownContextKeys)) },
			"- and 195 more: see remedies",
		},
		"values of a key": {
			func(in *verdict.Input) {
				values := `["` + strings.Join(numbered("vpce-%d"), `","`) + `"]`
				scps(in, []string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceVpce":` + values + `}}}`})
			},
			func(report.Result) int { return many },
			"vpce-4 or 195 more",
		},
		"documents that AWS would reject": {
			func(in *verdict.Input) {
				scps(in, append(numbered(`{"Sid":"Odd%d","Effect":"Deny","Action":"s3:*","Resource":"*","Moon":"full"}`), fullAccess))
			},
			func(r report.Result) int { return many + len(r.Mismatches) - 51 }, // the first 50, and that there are more
			"- and 46 more: see mismatches",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit))
			if len(got.Explanation) > 4000 || !strings.Contains(got.Explanation, tt.says) {
				t.Errorf("the explanation has %d characters, and should say %q:\n%s", len(got.Explanation), tt.says, got.Explanation)
			}
			if reason := got.Decisions[1].Reason; len(reason) > 4000 {
				t.Errorf("the reason has %d characters:\n%s", len(reason), reason)
			}
			if n := tt.all(got); n < many {
				t.Errorf("the result has %d of %d", n, many)
			}
		})
	}
}

// TestUnknown: a document that may be there, and is not known, opens the verdict
// and is named.
func TestUnknown(t *testing.T) {
	t.Parallel()
	unknown := verdict.Document{Text: verdict.UnknownText}
	fullAccess := verdict.Document{Text: pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}
	fullAccessOfAll := verdict.Document{Text: pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)}
	for argument, edit := range map[string]func(*verdict.Input){
		"identity_policies":         func(in *verdict.Input) { in.IdentityPolicies.List = append(in.IdentityPolicies.List, unknown) },
		"permissions_boundary":      func(in *verdict.Input) { in.PermissionsBoundary = verdict.DocumentsOf(unknown) },
		"session_policies":          func(in *verdict.Input) { in.SessionPolicies = verdict.DocumentsOf(fullAccess, unknown) },
		"s3_endpoint_policy":        func(in *verdict.Input) { in.S3EndpointPolicy = verdict.DocumentsOf(unknown) },
		"vpc_endpoint_policy":       func(in *verdict.Input) { in.VPCEndpointPolicy = verdict.DocumentsOf(unknown) },
		"repository_policy":         func(in *verdict.Input) { in.RepositoryPolicy = verdict.DocumentsOf(unknown) },
		"registry_policy":           func(in *verdict.Input) { in.RegistryPolicy = verdict.Documents{State: verdict.Unknown} },
		"service_control_policies":  func(in *verdict.Input) { in.ServiceControlPolicies = levelsOf(fullAccess, unknown) },
		"resource_control_policies": func(in *verdict.Input) { in.ResourceControlPolicies = levelsOf(fullAccessOfAll, unknown) },
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), edit))
			if got.Verdict != authz.Conditional || !slices.Equal(got.UnknownDocuments, []string{argument}) {
				t.Errorf("verdict %s, unknown documents %v; want conditional, %s", got.Verdict, got.UnknownDocuments, argument)
			}
			if len(got.Remedies) != 1 || !strings.HasPrefix(got.Remedies[0].Sentence, "Set "+argument+" to ") {
				t.Errorf("remedies %+v, want one that asks for %s", got.Remedies, argument)
			}
		})
	}
}

// levelsOf puts each document on a level of its own.
func levelsOf(docs ...verdict.Document) verdict.Levels {
	levels := verdict.Levels{State: verdict.Known}
	for _, d := range docs {
		levels.List = append(levels.List, []verdict.Document{d})
	}
	return levels
}

// registryGrant is a statement as an ecrxa_registry_grant writes it.
var registryGrant = strings.TrimSuffix(pulls.Grant, "}") + `,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-*"}`

func TestAssumptions(t *testing.T) {
	t.Parallel()
	const today = "Policies are judged as they are today. What this plan removes still counts."
	for _, tt := range []struct {
		name string
		edit func(*verdict.Input)
		want []string
	}{
		{"nothing set", func(*verdict.Input) {}, []string{
			"No permissions boundary restricts this.", "No session policy restricts this.", "No service control policy restricts this.",
			"No resource control policy restricts this.", "No VPC endpoint policy restricts this.",
			"Assumed, because it is not set: there is no registry policy, which could deny the pull.",
			"Assumed to exist: the role ecsTaskExecutionRole and the repository payment-service.", today,
		}},
		{"nobody looked for the repository", func(in *verdict.Input) {
			everythingSet(in)
			in.RepositoryExists = verdict.ExistenceUnknown
		}, []string{"Assumed to exist: the repository payment-service.", today}},
		{"a role under its ARN", func(in *verdict.Input) {
			everythingSet(in)
			in.RoleExists, in.ActualRoleARN = verdict.ExistenceUnknown, pulls.RoleARN
		}, []string{today}},
		{"everything set", everythingSet, []string{today}},
		{"nothing allowed", func(in *verdict.Input) {
			everythingSet(in)
			in.IdentityPolicies = verdict.DocumentsOf()
		}, []string{}},
		{"one side planned", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.IdentityPolicies = verdict.DocumentsOf()
		}, []string{today, "Assumed: the plan writes the planned role policies to the role ecsTaskExecutionRole."}},
		{"both sides planned", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.DocumentsOf(), verdict.DocumentsOf()
		}, []string{"Assumed: the plan writes the planned role policies to the role ecsTaskExecutionRole.", "Assumed: the plan writes the planned statements to the policy of the repository payment-service."}},
		{"both sides planned and applied", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}}
			in.IdentityPolicies = verdict.DocumentsOf(in.PlannedRolePolicies...)
		}, []string{}},
		{"registry planned", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedRegistryStatements = []verdict.Document{{Text: registryGrant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.DocumentsOf(in.PlannedRolePolicies...), verdict.DocumentsOf()
		}, []string{"Assumed: the plan writes the planned registry statements to the registry policy of the account 987654321098, Region us-east-1."}},
		{"registry planned and applied", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedRegistryStatements = []verdict.Document{{Text: registryGrant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.DocumentsOf(in.PlannedRolePolicies...), verdict.DocumentsOf()
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(registryGrant))
		}, []string{}},
		{"registry planned, and its policy is not set", func(in *verdict.Input) {
			everythingSet(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedRegistryStatements = []verdict.Document{{Text: registryGrant}}
			in.IdentityPolicies, in.RepositoryPolicy, in.RegistryPolicy = verdict.DocumentsOf(in.PlannedRolePolicies...), verdict.DocumentsOf(), verdict.Documents{}
		}, []string{
			"Assumed, because it is not set: the registry policy has no other statement than those that are planned; another one could deny the pull.",
			"Assumed: the plan writes the planned registry statements to the registry policy of the account 987654321098, Region us-east-1.",
		}},
		{"role and repository that only the plan may know", func(in *verdict.Input) {
			everythingSet(in)
			in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Pulling}}
			in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.DocumentsOf(), verdict.DocumentsOf()
		}, []string{
			"Assumed: the plan writes the planned role policies to the role ecsTaskExecutionRole.",
			"Assumed: this plan creates the role ecsTaskExecutionRole, which does not exist today, with the planned role policies alone. If it does not, correct role_arn.",
			"Assumed: the plan writes the planned statements to the policy of the repository payment-service.",
			"Assumed: this plan creates the repository payment-service in account 987654321098, Region us-east-1, which does not exist today, with the planned statements alone. If it does not, correct the image.",
		}},
		{"a session", func(in *verdict.Input) {
			everythingSet(in)
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task"
		}, []string{"Assumed: the role of the session has no path.", today}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit))
			if diff := cmp.Diff(tt.want, got.Assumptions); diff != "" {
				t.Errorf("assumptions (-want +got):\n%s", diff)
			}
		})
	}
}

func everythingSet(in *verdict.Input) {
	known := verdict.Levels{State: verdict.Known}
	in.PermissionsBoundary, in.SessionPolicies, in.VPCEndpointPolicy, in.S3EndpointPolicy, in.RegistryPolicy = verdict.DocumentsOf(), verdict.DocumentsOf(), verdict.DocumentsOf(), verdict.DocumentsOf(), verdict.DocumentsOf()
	in.ServiceControlPolicies, in.ResourceControlPolicies, in.ConsumerResourceControlPolicies = known, known, known
	in.RoleExists, in.RepositoryExists = verdict.Exists, verdict.Exists
}
