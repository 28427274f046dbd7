// SPDX-License-Identifier: MPL-2.0

package lint_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// TestOf pins what is found in every case, as data. Package report has the words.
func TestOf(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, tt := range pulls.Cases {
		j, faults := verdict.Judge(tt.In)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", tt.Name, faults)
		}
		if found := findings(lint.Of(j)); found != "" {
			fmt.Fprintf(&b, "%s\n%s", tt.Name, found)
		}
	}
	golden.Compare(t, filepath.Join("testdata", "findings.golden"), b.String())
}

func findings(f *lint.Findings) string {
	var b strings.Builder
	for _, found := range f.Existence {
		fmt.Fprintf(&b, "  %T %+v\n", found, found)
	}
	for _, placed := range append(f.Unlikely, f.Rejected...) {
		text := fmt.Sprintf("%+v", placed.Found)
		if misplaced, ok := placed.Found.(lint.MisplacedElement); ok {
			text = misplaced.Element()
		}
		if rejected, ok := placed.Found.(lint.RejectedDocument); ok {
			text = rejected.Err.Error()
		}
		fmt.Fprintf(&b, "  %s: %T %s\n", placed.At, placed.Found, text)
	}
	for _, side := range []verdict.Side{verdict.Consumer, verdict.Registry} {
		for _, found := range f.Mismatches[side] {
			fmt.Fprintf(&b, "  %s: %T %+v\n", side, found, found)
		}
	}
	for _, repository := range f.Intended {
		fmt.Fprintf(&b, "  intended: %s\n", repository.ARN())
	}
	return b.String()
}

// TestOf_more has findings that no case has, and what is no finding.
func TestOf_more(t *testing.T) {
	t.Parallel()
	unlisted := func(n int) string {
		return fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:Unlisted%d":"x","aws:SourceVpc":"vpc-1"}}}`, n)
	}
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		want []string // findings begin with these
	}{
		"unlisted key beside another one": {func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(unlisted(0))) }, []string{"repository_policy: lint.UnlistedKey"}},
		"unlisted key where the partitions differ": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(unlisted(0)))
			in.Image = "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/payment-service"
		}, []string{"consumer: lint.DifferentPartitions"}},
		"NotPrincipal in an identity-based policy": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Pulling, pulls.Doc(`{"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"ecr:*","Resource":"*"}`))
		}, []string{`identity_policies["task-execution"]: lint.MisplacedElement NotPrincipal`}},
		"Sid of a Deny": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`))
			in.PlannedStatements = []verdict.Document{{Text: strings.Replace(pulls.Grant, "Pull", "No", 1)}}
		}, []string{"lint.SidOfDeny {In:repository_policy Sid:No}"}},
		"grant to another account of another action": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:PutImage"}`))
		}, nil},
		"registry policy that would not grant with any scope": {func(in *verdict.Input) {
			in.RepositoryPolicy, in.RegistryPolicyScope = verdict.DocumentsOf(), verdict.ScopeV1
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:*","Resource":"*"}`))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, faults := verdict.Judge(pulls.With(pulls.Both(), tt.edit))
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			got := strings.Split(strings.TrimSuffix(findings(lint.Of(j)), "\n"), "\n")
			for i, want := range append(tt.want, "")[:max(1, len(tt.want))] {
				if len(got) != max(1, len(tt.want)) || !strings.Contains(got[i], want) || want == "" && got[i] != "" {
					t.Errorf("findings %q, want %q", got, tt.want)
				}
			}
		})
	}
}

// TestOf_many: of very many findings the first are kept, and that there are more.
func TestOf_many(t *testing.T) {
	t.Parallel()
	statements := make([]string, 600)
	for i := range statements {
		statements[i] = fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:Unlisted%d":"x"}}}`, i)
	}
	j, faults := verdict.Judge(pulls.With(pulls.Both(), func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(statements...)) }))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	found := lint.Of(j)
	if last := found.Unlikely[len(found.Unlikely)-1].Found; len(found.Keys) != 500 || len(found.Unlikely) != 51 || last != (lint.MoreFindings{}) {
		t.Errorf("%d keys, %d findings, the last %T", len(found.Keys), len(found.Unlikely), last)
	}
}

// TestIsRoleUncertain: a service pulls with no role that could be the wrong one.
func TestIsRoleUncertain(t *testing.T) {
	t.Parallel()
	in := verdict.Input{Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:f"}
	j, _ := verdict.Judge(in)
	asRole, _ := verdict.Judge(verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN})
	if lint.IsRoleUncertain(j) || !lint.IsRoleUncertain(asRole) {
		t.Errorf("service %t, role %t", lint.IsRoleUncertain(j), lint.IsRoleUncertain(asRole))
	}
}
