// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// An assumption is a form of sentence, and what must hold of the input and the decisions where
// it stands.
type assumption struct {
	form  *regexp.Regexp
	holds func(in *verdict.Input, r *report.Result, sentence string) bool
}

var assumptionForms = []assumption{
	{regexp.MustCompile(`^No .* restricts this\.$`), func(in *verdict.Input, r *report.Result, sentence string) bool {
		if strings.Contains(sentence, "registry's organization") {
			return in.ResourceControlPolicies.State == verdict.NotSet && !slices.Contains(r.DeniedBy, string(authz.ResourceControlPolicy))
		}
		for _, t := range authz.PolicyTypes() {
			isNamed := sentence == "No "+wording.Of(t).Phrase+" restricts this."
			if isNamed && (in.StateOf(t) != verdict.NotSet || slices.Contains(r.DeniedBy, string(t)) || decidedBy(r, t)) {
				return false
			}
		}
		if strings.Contains(sentence, "resource control policy restricts") && in.ConsumerResourceControlPolicies.State != verdict.NotSet {
			return false
		}
		return !strings.Contains(sentence, "consumer's organization") || in.ConsumerResourceControlPolicies.State == verdict.NotSet
	}},
	{regexp.MustCompile(`^Assumed, because it is not set: there is no registry policy, which could (deny|grant) the pull\.$|, which could grant the pull or deny it\.$`), func(in *verdict.Input, r *report.Result, sentence string) bool {
		could := map[authz.Verdict]string{authz.Allowed: "deny the pull.", authz.Denied: "grant the pull.", authz.Conditional: "grant the pull or deny it."}
		return in.RegistryPolicy.State == verdict.NotSet && !decidedBy(r, authz.RegistryPolicy) && strings.HasSuffix(sentence, could[r.Verdict])
	}},
	{regexp.MustCompile(`^Assumed, because it is not set: the registry policy has no other statement than those that are planned; another one could `), func(in *verdict.Input, r *report.Result, sentence string) bool {
		could := map[authz.Verdict]string{authz.Allowed: "deny the pull.", authz.Denied: "grant the pull.", authz.Conditional: "grant the pull or deny it."}
		return in.RegistryPolicy.State == verdict.NotSet && len(in.PlannedRegistryStatements) > 0 && strings.HasSuffix(sentence, could[r.Verdict])
	}},
	{regexp.MustCompile(`^Assumed: the plan writes the planned registry statements to the registry policy of the account `), func(in *verdict.Input, _ *report.Result, _ string) bool {
		return len(in.PlannedRegistryStatements) > 0
	}},
	{regexp.MustCompile(`^Assumed: the role of the session has no path\.$`), func(in *verdict.Input, _ *report.Result, _ string) bool {
		return strings.Contains(in.RoleARN, ":assumed-role/") && in.ActualRoleARN == ""
	}},
	{regexp.MustCompile(`^Assumed to exist: `), func(in *verdict.Input, r *report.Result, sentence string) bool {
		return r.Allowed && (!strings.Contains(sentence, "the role ") || in.RoleExists == verdict.ExistenceUnknown) &&
			(!strings.Contains(sentence, "the repository ") || in.RepositoryExists == verdict.ExistenceUnknown)
	}},
	{regexp.MustCompile(`^Policies are judged as they are today\. What this plan removes still counts\.$`), func(_ *verdict.Input, r *report.Result, _ string) bool { return r.Allowed }},
	{regexp.MustCompile(`^Policies are judged as they are today, those of a snapshot as they were when it was read\. What this plan removes still counts\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return r.Allowed && (in.RegistrySnapshot != nil || in.ConsumerSnapshot != nil)
	}},
	{regexp.MustCompile(`^A pull through cache rule covers the repository \S+, which does not exist: the first pull creates it\.$`), func(in *verdict.Input, _ *report.Result, _ string) bool {
		return in.RepositoryExists == verdict.Missing && in.Access == actionset.PullThroughCache && in.RegistrySnapshot.CacheRule == verdict.Exists
	}},
	{regexp.MustCompile(`^Assumed: a pull through cache rule covers the repository payment-service, which does not exist(; a repository that the first pull creates has the policy that repository_policy is set to)?\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		isJudged := slices.ContainsFunc(r.Decisions, func(d report.Decision) bool { return d.Action == "ecr:CreateRepository" })
		return in.RepositoryExists == verdict.Missing && in.Access == actionset.PullThroughCache && len(in.PlannedStatements) == 0 && isJudged
	}},
	{regexp.MustCompile(`^Assumed, because this check does not judge it: ECR can fetch the image from the upstream of the pull through cache rule, with the credentials or the role that the rule has\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.Access == actionset.PullThroughCache && r.Verdict != authz.Denied && (in.RegistrySnapshot == nil || in.RegistrySnapshot.Upstream.Host == "")
	}},
	{regexp.MustCompile(`^Assumed, because this check does not judge it: ECR can fetch the image from the upstream of the pull through cache rule, registry-1\.docker\.io/team/app\. If the upstream asks for credentials, aws ecr validate-pull-through-cache-rule`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RegistrySnapshot.Upstream.RoleARN == "" && r.Verdict != authz.Denied
	}},
	{regexp.MustCompile(`^Assumed, because this check does not judge it: ECR can fetch the image from the upstream of the pull through cache rule, 111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com/prod/app, with the role `), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RegistrySnapshot.Upstream.RoleARN != "" && r.Verdict != authz.Denied
	}},
	{regexp.MustCompile(`^Assumed: ECR has restored the image when it is pulled\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RegistrySnapshot.Image == verdict.ImageIsRestoring && r.Verdict != authz.Denied
	}},
	{regexp.MustCompile(`^Assumed: the plan writes the planned role policies to the `), func(in *verdict.Input, _ *report.Result, _ string) bool { return len(in.PlannedRolePolicies) > 0 }},
	{regexp.MustCompile(`^Assumed: the plan writes the planned statements to the policy of the repository `), func(in *verdict.Input, _ *report.Result, _ string) bool { return len(in.PlannedStatements) > 0 }},
	{regexp.MustCompile(`^Assumed: this plan creates the role .*, which does not exist today, with (the existing and )?the planned role policies alone\. If it does not, correct role_arn\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RoleExists == verdict.Missing && len(in.PlannedRolePolicies) > 0 && !slices.Contains(r.DeniedBy, "role_missing")
	}},
	{regexp.MustCompile(`^Assumed: this plan creates the repository .*, which does not exist today, with (the existing and )?the planned statements alone\. If it does not, correct `), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RepositoryExists == verdict.Missing && len(in.PlannedStatements) > 0 && !slices.Contains(r.DeniedBy, "repository_missing")
	}},
	{regexp.MustCompile(`^Assumed: role_arn is the role with which .* pulls: `), func(_ *verdict.Input, r *report.Result, _ string) bool {
		return !slices.Contains(r.DeniedBy, "role_not_assumable")
	}},
	{regexp.MustCompile(`^Assumed, because role_arn is not set: the policies of the role that creates or updates the function allow this`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.RoleARN == "" && r.Verdict != authz.Denied
	}},
	{regexp.MustCompile(`^Assumed: what the role's trust policy asks for is met when .* assumes the role\.$`), func(in *verdict.Input, r *report.Result, _ string) bool {
		return len(in.TrustPolicy.List) > 0 && r.Verdict != authz.Denied
	}},
	{regexp.MustCompile(`^Assumed, because puller_region is not set: `), func(in *verdict.Input, r *report.Result, _ string) bool {
		return in.PullerRegion == "" && r.Verdict != authz.Denied
	}},
}

// decidedBy reports whether a statement of a type decided.
func decidedBy(r *report.Result, t authz.PolicyType) bool {
	return slices.ContainsFunc(r.Decisions, func(d report.Decision) bool {
		return slices.ContainsFunc(d.Statements, func(s report.Statement) bool { return s.Document == t })
	})
}

// TestAssumptions_areTrue: no sentence claims what the documents contradict, and none says that
// a policy allows or denies something: the decisions say that.
func TestAssumptions_areTrue(t *testing.T) {
	t.Parallel()
	var inputs []verdict.Input
	for _, tt := range pulls.Cases {
		inputs = append(inputs, tt.In)
	}
	random := rand.New(rand.NewPCG(15, 16)) //nolint:gosec // a repeatable sequence is wanted
	for range 400 {
		choices := make([]byte, 100)
		for i := range choices {
			choices[i] = byte(random.UintN(256)) //nolint:gosec // it fits
		}
		inputs = append(inputs, blurred(random, pulls.MadeUp(choices)))
	}
	seen := make([]int, len(assumptionForms))
	for _, in := range inputs {
		result := pulls.Evaluate(t, in)
		for _, sentence := range result.Assumptions {
			i := slices.IndexFunc(assumptionForms, func(a assumption) bool { return a.form.MatchString(sentence) })
			if i < 0 || !assumptionForms[i].holds(&in, &result, sentence) {
				t.Errorf("not true, or not known to this test: %q\n%s\n%+v", sentence, result.Explanation, in)
				continue
			}
			seen[i]++
		}
	}
	for i, n := range seen {
		if n == 0 {
			t.Errorf("no input has the assumption %s", assumptionForms[i].form)
		}
	}
}

// blurred returns the input with less known, or with other access.
func blurred(random *rand.Rand, in verdict.Input) verdict.Input {
	existences := []verdict.Existence{verdict.ExistenceUnknown, verdict.Exists, verdict.Missing}
	in.RoleExists, in.RepositoryExists = existences[random.IntN(3)], existences[random.IntN(3)]
	if random.IntN(2) == 0 {
		in.Access = actionset.PullThroughCache
	}
	if random.IntN(3) == 0 {
		in.RegistryPolicy = verdict.Documents{}
	}
	if random.IntN(3) == 0 {
		in.ServiceControlPolicies = verdict.Levels{}
	}
	if random.IntN(3) == 0 {
		in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}}
	}
	if random.IntN(3) == 0 {
		in.PlannedRegistryStatements = []verdict.Document{{Text: pulls.Grant}}
	}
	if random.IntN(3) == 0 {
		in.PlannedRolePolicies = []verdict.Document{{Name: "planned", Text: pulls.Pulling}}
	}
	if random.IntN(2) == 0 {
		in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		in.IdentityPolicies.List[0].Name = "all"
	}
	return in
}

// TestFirstPull_public: two first pulls through a cache that people reported, in which nobody may
// create the repository.
func TestFirstPull_public(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		registryActions, denied string
		side                    verdict.Side
	}{
		"the role may not create it": {`"ecr:BatchImportUpstreamImage","ecr:CreateRepository","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`, "", verdict.Consumer},
		"nobody may create it":       {`"ecr:BatchImportUpstreamImage","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`, `{"Effect":"Deny","Action":"ecr:CreateRepository","Resource":"*"}`, verdict.Both},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			statements := []string{`{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchImportUpstreamImage"],"Resource":"*"}`}
			if tt.denied != "" {
				statements = append(statements, tt.denied)
			}
			result := pulls.Evaluate(t, verdict.Input{
				Image: "987654321098.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/nginx:1.27", RoleARN: pulls.RoleARN,
				Access: actionset.PullThroughCache, RepositoryPolicy: verdict.DocumentsOf(), RepositoryExists: verdict.Missing,
				PermissionsBoundary: verdict.DocumentsOf(),
				RegistryPolicy:      pulls.DocumentsOf(pulls.Doc(`{"Sid":"ptc","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":[` + tt.registryActions + `],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/docker-hub/*"}`)),
				IdentityPolicies:    verdict.DocumentsOf(verdict.Document{Name: "ci", Text: pulls.Doc(statements...)}),
			})
			if result.Verdict != authz.Denied || result.DeniedSide != tt.side {
				t.Errorf("verdict %s by %s, want denied by %s:\n%s", result.Verdict, result.DeniedSide, tt.side, result.Explanation)
			}
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "allow the role ecr:CreateRepository") {
				t.Errorf("the text claims that the creation is allowed:\n%s", result.Explanation)
			}
		})
	}
}
