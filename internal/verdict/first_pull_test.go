// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

const (
	createRepository = "ecr:CreateRepository"
	opens            = `{"Sid":"ptc","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchImportUpstreamImage","ecr:CreateRepository","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*"}`
	opensNoCreation  = `{"Sid":"ptc","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchImportUpstreamImage","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*"}`
	pullsNoCreation  = `{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchImportUpstreamImage"],"Resource":"*"}`
	pullsAll         = `{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`
)

// TestFirstPull: the first pull through a cache creates the repository: that is a decision of
// its own, on identity-based policies and the registry policy, and the new repository has the
// policy of the creation template.
func TestFirstPull(t *testing.T) {
	t.Parallel()
	none, unset := verdict.DocumentsOf(), verdict.Documents{}
	for name, tt := range map[string]struct {
		identity, registry   string
		exists               verdict.Existence
		repository, template verdict.Documents
		want                 authz.Verdict
		creation             authz.Verdict // Denied with deniedBy empty: no decision of that action
		deniedBy             []authz.PolicyType
		unknown              []string
	}{
		"both sides allow, no template":              {pullsAll, opens, verdict.Missing, none, none, authz.Allowed, authz.Allowed, nil, nil},
		"the template is not known":                  {pullsAll, opens, verdict.Missing, none, unset, authz.Conditional, authz.Allowed, nil, []string{"repository_creation_template_policy"}},
		"the template denies":                        {pullsAll, opens, verdict.Missing, none, pulls.DocumentsOf(pulls.Doc(`{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`)), authz.Denied, authz.Allowed, nil, nil},
		"the template grants":                        {pullsAll, `{"Effect":"Allow","Principal":"*","Action":"ecr:CreateRepository","Resource":"*"}`, verdict.Missing, none, pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`)), authz.Allowed, authz.Allowed, nil, nil},
		"the template does not grant it":             {pullsAll, opensNoCreation, verdict.Missing, none, pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`)), authz.Denied, authz.Denied, []authz.PolicyType{authz.RegistryPolicy}, nil},
		"the role may not create it":                 {pullsNoCreation, opens, verdict.Missing, none, none, authz.Denied, authz.Denied, []authz.PolicyType{authz.IdentityPolicy}, nil},
		"nobody may create it":                       {pullsNoCreation, opensNoCreation, verdict.Missing, none, none, authz.Denied, authz.Denied, []authz.PolicyType{authz.IdentityPolicy, authz.RegistryPolicy}, nil},
		"nobody looked, and it may be denied":        {pullsNoCreation, opens, verdict.ExistenceUnknown, none, unset, authz.Conditional, authz.Conditional, nil, []string{"repository_exists"}},
		"nobody looked, and it is allowed":           {pullsAll, opens, verdict.ExistenceUnknown, none, unset, authz.Allowed, authz.Allowed, nil, nil},
		"nobody looked, and a template may grant it": {pullsAll, `{"Effect":"Allow","Principal":"*","Action":["ecr:CreateRepository","ecr:BatchImportUpstreamImage"],"Resource":"*"}`, verdict.ExistenceUnknown, none, unset, authz.Conditional, authz.Allowed, nil, []string{"repository_exists"}},
		"it exists": {pullsNoCreation, opens, verdict.Exists, none, unset, authz.Allowed, authz.Denied, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := verdict.Input{
				Image: pulls.Image, RoleARN: pulls.RoleARN, Access: actionset.PullThroughCache, RepositoryExists: tt.exists,
				IdentityPolicies: verdict.DocumentsOf(verdict.Document{Name: "ci", Text: pulls.Doc(tt.identity)}), RegistryPolicy: pulls.DocumentsOf(pulls.Doc(tt.registry)),
				RepositoryPolicy: tt.repository, RepositoryCreationTemplatePolicy: tt.template,
			}
			j := judged(t, in)
			if j.Verdict() != tt.want {
				t.Errorf("verdict %s, want %s", j.Verdict(), tt.want)
			}
			var found *verdict.Decision
			for _, d := range j.Decisions() {
				if d.Action == createRepository {
					found = &d
				}
			}
			if isExpected := tt.exists != verdict.Exists; (found != nil) != isExpected {
				t.Fatalf("a decision on %s: %v, want %v", createRepository, found != nil, isExpected)
			}
			if found != nil {
				compare(t, "decision", found.Verdict, tt.creation)
				compare(t, "denied by", found.Engine.DeniedBy, tt.deniedBy)
			}
			compare(t, "unknown arguments", j.UnknownArguments(), tt.unknown)
		})
	}
}

// TestFirstPull_planned: a plan that grants on the repository creates it before the pull.
func TestFirstPull_planned(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.Access, in.RepositoryExists, in.RepositoryPolicy = actionset.PullThroughCache, verdict.Missing, verdict.DocumentsOf()
	in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "ci", Text: pulls.Doc(pullsNoCreation)})
	in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:*"}`}}
	if j := judged(t, in); j.Verdict() != authz.Allowed {
		t.Errorf("verdict %s, want allowed", j.Verdict())
	}
}

// TestConsumerResourceControlPolicies: AWS's pages do not agree on whether a resource control
// policy of the consumer's organization applies to the login; one of the registry's never does.
func TestConsumerResourceControlPolicies(t *testing.T) {
	t.Parallel()
	denies := func(action string) verdict.Levels {
		return verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{{Name: "guard", Text: pulls.Doc(`{"Effect":"Deny","Principal":"*","Action":"` + action + `","Resource":"*"}`)}}}}
	}
	unknown := verdict.Levels{State: verdict.Unknown}
	for name, tt := range map[string]struct {
		edit    func(*verdict.Input)
		want    authz.Verdict
		unknown []string
	}{
		"the consumer's denies the login": {func(in *verdict.Input) { in.ConsumerResourceControlPolicies = denies("ecr:*") }, authz.Conditional, nil},
		"the consumer's denies the pull":  {func(in *verdict.Input) { in.ConsumerResourceControlPolicies = denies("ecr:BatchGetImage") }, authz.Allowed, nil},
		"the consumer's is not known":     {func(in *verdict.Input) { in.ConsumerResourceControlPolicies = unknown }, authz.Conditional, []string{"consumer_resource_control_policies"}},
		"the registry's denies the login": {func(in *verdict.Input) { in.ResourceControlPolicies = denies("ecr:GetAuthorizationToken") }, authz.Allowed, nil},
		"the registry's denies the pull":  {func(in *verdict.Input) { in.ResourceControlPolicies = denies("ecr:BatchGetImage") }, authz.Denied, nil},
		"the registry's is not known":     {func(in *verdict.Input) { in.ResourceControlPolicies = unknown }, authz.Conditional, []string{"resource_control_policies"}},
		"one account, and either is the same": {func(in *verdict.Input) {
			in.RoleARN, in.ResourceControlPolicies = pulls.SameAccountARN, denies("ecr:GetAuthorizationToken")
		}, authz.Conditional, nil},
		"one account, set as the consumer's": {func(in *verdict.Input) {
			in.RoleARN, in.ConsumerResourceControlPolicies = pulls.SameAccountARN, denies("ecr:BatchGetImage")
		}, authz.Denied, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := judged(t, pulls.With(pulls.Both(), tt.edit))
			if j.Verdict() != tt.want {
				t.Errorf("verdict %s, want %s", j.Verdict(), tt.want)
			}
			compare(t, "unknown arguments", j.UnknownArguments(), tt.unknown)
		})
	}
}

func compare(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
