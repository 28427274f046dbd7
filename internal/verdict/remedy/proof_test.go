// SPDX-License-Identifier: MPL-2.0

package remedy_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// TestRemedies_proven does what the remedies say, on every case of this package
// and on made-up ones: it cures, and opens nothing that a remedy does not name.
func TestRemedies_proven(t *testing.T) {
	t.Parallel()
	for _, tt := range pulls.Cases {
		if after, claimed := follow(t, tt.In); claimed && after.Verdict == authz.Denied {
			t.Errorf("%s: the remedies do not cure:\n%s", tt.Name, after.Explanation)
		}
	}
	random := rand.New(rand.NewPCG(7, 8)) //nolint:gosec // a repeatable sequence is wanted
	cured := 0
	for range 150 {
		if prove(t, choices(random)) {
			cured++
		}
	}
	if cured < 35 {
		t.Errorf("only %d of the made-up cases had remedies that cure", cured)
	}
}

func choices(random *rand.Rand) []byte {
	b := make([]byte, 100)
	for i := range b {
		b[i] = byte(random.UintN(256)) //nolint:gosec // it fits
	}
	return b
}

func FuzzRemedies(f *testing.F) {
	f.Add([]byte("remedies"))
	random := rand.New(rand.NewPCG(9, 10)) //nolint:gosec // a repeatable sequence is wanted
	for range 20 {
		f.Add(choices(random))
	}
	f.Fuzz(func(t *testing.T, choices []byte) { prove(t, choices) })
}

// prove follows the remedies of a made-up case, and of what it is when less is known, and
// reports whether there were any that cured it.
func prove(t *testing.T, choices []byte) bool {
	t.Helper()
	in := pulls.MadeUp(choices)
	_, claimed := follow(t, in)
	follow(t, comparingTags(in))
	unknown := verdict.Documents{State: verdict.Unknown}
	for _, forget := range []func(*verdict.Input){
		func(in *verdict.Input) { in.Context = nil },
		func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} },
		func(in *verdict.Input) { in.RegistryPolicy, in.Context = unknown, nil },
		func(in *verdict.Input) { in.IdentityPolicies = verdict.Documents{} },
		func(in *verdict.Input) { in.PermissionsBoundary, in.Context = unknown, nil },
	} {
		less := pulls.With(in, forget)
		follow(t, less)
		supply(t, less)
	}
	return claimed
}

// comparingTags has the policies compare tags of the repository with one of the principal.
func comparingTags(in verdict.Input) verdict.Input {
	in.Context = maps.Clone(in.Context)
	in.Context["aws:PrincipalTag/team"] = []string{"qa"}
	for _, docs := range []*verdict.Documents{&in.IdentityPolicies, &in.RepositoryPolicy} {
		docs.List = slices.Clone(docs.List)
		for i := range docs.List {
			docs.List[i].Text = strings.ReplaceAll(docs.List[i].Text, `"prod"`, `"${aws:PrincipalTag/team}"`)
		}
	}
	return in
}

// follow applies the remedies of a denied pull, and tests that they cure it, or ask for all
// that is open then, and that they open nothing that they do not name. It returns what
// the pull is then, and whether they cure it.
func follow(t *testing.T, in verdict.Input) (result report.Result, claimed bool) {
	t.Helper()
	before := pulls.Evaluate(t, in)
	if before.Verdict != authz.Denied {
		return before, false
	}
	after, claimed := in, len(before.Remedies) > 0
	asked := ""
	for _, remedy := range before.Remedies {
		switch sentence := remedy.Sentence; {
		case remedy.JSON != "":
			after = apply(t, after, remedy)
		case strings.HasPrefix(sentence, "Tag the repository"), strings.HasPrefix(sentence, "Remove the tag"):
			after = tag(after, sentence, "ecr:ResourceTag/")
		case strings.HasPrefix(sentence, "Tag the "):
			after = tag(after, sentence, "aws:PrincipalTag/")
		case strings.HasPrefix(sentence, "Look up "):
			asked += sentence
		case changesDeny(remedy):
		default:
			claimed = false
		}
	}
	was, is := documentsOf(t, in), documentsOf(t, after)
	is.context = was.context
	for _, p := range probes(was.Target) {
		if !p.named(in, before, was.Target) && p.verdict(was) == authz.Denied && p.verdict(is) == authz.Allowed {
			t.Fatalf("the remedies also allow %+v\n%s\n%+v", p, before.Explanation, in)
		}
	}
	after = withoutDenies(t, after, &before)
	result = pulls.Evaluate(t, after)
	if !claimed || result.Allowed {
		return result, claimed
	}
	isAsked := func(what string) bool { return strings.Contains(asked, what) }
	if result.Verdict == authz.Denied || !all(result.UnknownContextKeys, isAsked) || !all(result.UnknownDocuments, isAsked) {
		t.Fatalf("the remedies do not cure:\n%s\n\nafter them:\n%s\n\n%+v", before.Explanation, result.Explanation, in)
	}
	return result, false
}

func all(texts []string, is func(string) bool) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !is(text) })
}

// supply gives what a conditional verdict asks for, and tests that nothing is open then.
func supply(t *testing.T, in verdict.Input) {
	t.Helper()
	before := pulls.Evaluate(t, in)
	if before.Verdict != authz.Conditional {
		return
	}
	var asked strings.Builder
	for _, remedy := range before.Remedies {
		asked.WriteString(remedy.Sentence)
	}
	for _, values := range [][]string{{}, {"prod"}, {"o-abc"}} {
		after := in
		after.Context = map[string][]string{}
		maps.Copy(after.Context, in.Context)
		for _, key := range []string{"aws:PrincipalOrgID", "aws:ResourceTag/team", "ecr:ResourceTag/team", "ecr:ResourceTag/stage"} {
			isMember := key == "aws:PrincipalOrgID" && len(in.ServiceControlPolicies.List) > 0
			switch {
			case !strings.Contains(asked.String(), key):
			case isMember && len(values) == 0:
				after.Context[key] = []string{"o-other"}
			default:
				after.Context[key] = values
			}
		}
		for _, docs := range []*verdict.Documents{&after.RepositoryPolicy, &after.RegistryPolicy, &after.IdentityPolicies, &after.PermissionsBoundary, &after.SessionPolicies} {
			if docs.State != verdict.Known {
				docs.State = verdict.Known
			}
		}
		if result := pulls.Evaluate(t, after); result.Verdict == authz.Conditional && !strings.Contains(asked.String(), "Review ") && len(result.UnknownContextKeys) > 0 {
			t.Fatalf("more is asked for:\n%s\n\nthan was:\n%s\n\n%+v", result.Explanation, before.Explanation, in)
		}
	}
}

// tag gives the repository, or the principal, the tags of a remedy.
func tag(in verdict.Input, sentence, prefix string) verdict.Input {
	sentence, _, _ = strings.Cut(sentence, " Or instead")
	context := maps.Clone(in.Context)
	if context == nil {
		context = map[string][]string{}
	}
	for _, match := range regexp.MustCompile(`(?:--tag-keys |Key=)(\w+)(?:,Value=([\w-]+))?`).FindAllStringSubmatch(sentence, -1) {
		delete(context, strings.Replace(prefix, "ecr:", "aws:", 1)+match[1])
		context[prefix+match[1]] = nil
		if match[2] != "" {
			context[prefix+match[1]] = []string{match[2]}
		}
	}
	in.Context = context
	return in
}

func changesDeny(r report.Remedy) bool {
	return strings.Contains(r.Sentence, "so that it does not apply to this pull")
}

// changedDeny is how a remedy names a Deny statement: by its Sid or its index.
var changedDeny = regexp.MustCompile(`hange statement "?(\w+)"?(?: \(the \w+\))? of (?:the )?(?:(?:service|resource) control policy )?(.+?) so that it does not apply`)

// withoutDenies removes the Deny statements that remedies change.
func withoutDenies(t *testing.T, in verdict.Input, before *report.Result) verdict.Input {
	t.Helper()
	denies := map[string]bool{}
	for _, remedy := range before.Remedies {
		for _, named := range changedDeny.FindAllStringSubmatch(remedy.Sentence, -1) {
			denies[named[2]+named[1]] = true
		}
	}
	rest := func(docs []verdict.Document, reported func(verdict.Document) string) []verdict.Document {
		docs = slices.Clone(docs)
		for i, d := range docs {
			if d.Text == verdict.UnknownText {
				continue
			}
			var kept []*policy.Statement
			for _, s := range parsed(t, d.Text).Statements() {
				if s.Effect() != "Deny" || !denies[reported(d)+cmp.Or(s.Sid(), strconv.Itoa(s.Index()))] {
					kept = append(kept, s)
				}
			}
			docs[i].Text = policy.NewDocument(kept...).String()
		}
		return slices.DeleteFunc(docs, func(d verdict.Document) bool { return strings.Contains(d.Text, `"Statement":[]`) })
	}
	named := func(name string) func(verdict.Document) string { return func(verdict.Document) string { return name } }
	in.IdentityPolicies.List = rest(in.IdentityPolicies.List, func(d verdict.Document) string { return "inline policy " + d.Name })
	in.PermissionsBoundary.List = rest(in.PermissionsBoundary.List, named("permissions boundary"))
	in.SessionPolicies.List = rest(in.SessionPolicies.List, func(d verdict.Document) string { return d.Name })
	in.VPCEndpointPolicy.List = rest(in.VPCEndpointPolicy.List, named("VPC endpoint policy"))
	in.RepositoryPolicy.List = rest(in.RepositoryPolicy.List, named("repository policy"))
	in.RegistryPolicy.List = rest(in.RegistryPolicy.List, named("registry policy"))
	in.ResourceControlPolicies.List = slices.Clone(in.ResourceControlPolicies.List)
	for n, level := range in.ResourceControlPolicies.List {
		in.ResourceControlPolicies.List[n] = rest(level, func(d verdict.Document) string { return d.Name })
	}
	levels := slices.Clone(in.ServiceControlPolicies.List)
	for n := range levels {
		levels[n] = rest(levels[n], func(d verdict.Document) string {
			if len(levels) > 1 && d.Name == "task-execution" {
				return fmt.Sprintf("%s of level %d", d.Name, n+1)
			}
			return d.Name
		})
	}
	in.ServiceControlPolicies.List = levels
	return in
}

// apply does what a remedy says, as a person would.
func apply(t *testing.T, in verdict.Input, remedy report.Remedy) verdict.Input {
	t.Helper()
	added := func(docs verdict.Documents) verdict.Documents {
		docs.List = append(slices.Clone(docs.List), verdict.Document{Name: "remedy", Text: remedy.JSON})
		return docs
	}
	extended := func(docs verdict.Documents) verdict.Documents {
		return pulls.DocumentsOf(merged(t, []string{docs.List[0].Text, remedy.JSON}))
	}
	sentence := strings.ToLower(remedy.Sentence) // what is done may stand after an "Or"
	switch says := func(text string) bool { return strings.Contains(sentence, strings.ToLower(text)) }; {
	case says("in the policy of the repository"):
		statement, err := policy.ParseStatement(remedy.JSON)
		if err != nil {
			t.Fatal(err)
		}
		document := policy.New()
		if len(in.RepositoryPolicy.List) > 0 {
			document = parsed(t, in.RepositoryPolicy.List[0].Text)
		}
		in.RepositoryPolicy.List = []verdict.Document{{Text: document.Put(statement).String()}}
	case says("in the registry policy"):
		in.RegistryPolicy = pulls.DocumentsOf(merged(t, []string{firstText(in.RegistryPolicy, `{"Version":"2012-10-17","Statement":[]}`), pulls.Doc(remedy.JSON)}))
	case says("Add these statements to the permissions boundary"):
		in.PermissionsBoundary = extended(in.PermissionsBoundary)
	case says("Add these statements to the VPC endpoint policy"):
		in.VPCEndpointPolicy = extended(in.VPCEndpointPolicy)
	case says("Add these statements to the S3 endpoint policy"):
		in.S3EndpointPolicy = extended(in.S3EndpointPolicy)
	case says("session policies"):
		in.SessionPolicies = added(in.SessionPolicies)
	case says("in the service control policies of"):
		levels := slices.Clone(in.ServiceControlPolicies.List)
		for i := range levels {
			levels[i] = added(verdict.Documents{List: levels[i]}).List
		}
		in.ServiceControlPolicies.List = levels
	case says("Correct the inline policy "):
		in.IdentityPolicies.List = slices.Clone(in.IdentityPolicies.List)
		for i, d := range in.IdentityPolicies.List {
			if says("Correct the inline policy " + d.Name + ":") {
				in.IdentityPolicies.List[i].Text = remedy.JSON
			}
		}
	case says("llow "):
		in.IdentityPolicies = added(in.IdentityPolicies)
	default:
		t.Fatalf("where does this go? %+v", remedy)
	}
	return in
}

func firstText(docs verdict.Documents, other string) string {
	if len(docs.List) == 0 {
		return other
	}
	return docs.List[0].Text
}

func parsed(t *testing.T, text string) *policy.Document {
	t.Helper()
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// A probe is a request beside the pull, and which side is made to grant it, so
// that the other side alone decides.
type probe struct {
	principal, action, resource string
	consumerGrants              bool
	registryGrants              bool
}

const (
	otherRole    = "arn:aws:iam::123456789012:role/another"
	otherAccount = "arn:aws:iam::111122223333:role/ecsTaskExecutionRole"
)

func probes(target verdict.Target) []probe {
	here := target.Repository.ARN()
	var all []probe
	for _, principal := range []string{target.Principal.ARN(), otherRole, otherAccount, "arn:aws:iam::" + target.Principal.Account + ":user/ecsTaskExecutionRole"} {
		for _, action := range []string{actionset.TokenAction, "ecr:BatchGetImage", "ecr:PutImage", "ecr:CreateRepository", "ecr:SetRepositoryPolicy", "s3:GetObject"} {
			for _, resource := range []string{here, here + "-2", here + "/sub", strings.Replace(here, ":us-east-1:", ":eu-west-1:", 1), strings.Replace(here, ":98765", ":11111", 1)} {
				for grants := range 4 {
					all = append(all, probe{principal, action, resource, grants&1 > 0, grants&2 > 0})
				}
			}
		}
	}
	return all
}

// named reports whether the remedies name what is probed. A service control
// policy is the whole account's, also one that denies only for some values of what is not
// known, and so is a grant to the account.
func (p probe) named(in verdict.Input, result report.Result, target verdict.Target) bool {
	wholeAccount := target.Principal.Kind == awsname.AccountRoot || target.IsService() || slices.ContainsFunc(result.Remedies, ofServiceControlPolicies)
	if p.principal != target.Principal.ARN() && !(wholeAccount && p.isFrom(target.Principal.Account)) {
		return false
	}
	return p.action == actionset.TokenAction ||
		p.resource == target.Repository.ARN() && slices.Contains(actionset.IdentityActions(cmp.Or(in.Access, actionset.Pull)), p.action)
}

func ofServiceControlPolicies(r report.Remedy) bool {
	return strings.Contains(r.Sentence, "service control polic")
}

func (p probe) isFrom(account string) bool { return strings.Contains(p.principal, "::"+account+":") }

// documents are those of an input, and for whom.
type documents struct {
	verdict.Target
	authz.Policies
	context map[string][]string
}

func documentsOf(t *testing.T, in verdict.Input) documents {
	t.Helper()
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d := documents{j.Target(), authz.Policies{
		Identity: layer(t, in.IdentityPolicies.List), Boundary: layer(t, in.PermissionsBoundary.List),
		Session: layer(t, in.SessionPolicies.List), VPCEndpoint: layer(t, in.VPCEndpointPolicy.List),
		Repository: layer(t, in.RepositoryPolicy.List), Registry: layer(t, in.RegistryPolicy.List),
	}, in.Context}
	for _, level := range in.ServiceControlPolicies.List {
		d.SCP = append(d.SCP, layer(t, level))
	}
	return d
}

// verdict asks the engine. What is the role's own does not concern others, and
// the repository policy is that of the repository only.
func (p probe) verdict(d documents) authz.Verdict {
	policies := d.Policies
	if p.principal != d.Principal.ARN() {
		policies.Identity, policies.Boundary, policies.Session = authz.PolicySet{}, authz.PolicySet{}, authz.PolicySet{}
	}
	if !p.isFrom(d.Principal.Account) {
		policies.SCP = nil
	}
	if p.resource != d.Target.Repository.ARN() {
		policies.Repository = authz.PolicySet{}
	}
	if p.consumerGrants {
		policies.Identity.Policies = append(slices.Clone(policies.Identity.Policies), everything)
	}
	if p.registryGrants {
		policies.Repository.Policies = append(slices.Clone(policies.Repository.Policies), everyone)
	}
	request := authz.Request{
		Principal: p.principal, Action: p.action, Resource: p.resource,
		Context: authz.Context{Known: d.context, Complete: true},
	}
	if p.action == actionset.TokenAction {
		request.Resource = "*"
	}
	return authz.Decide(request, policies)
}

var (
	everything = authz.Compile("everything", policy.NewDocument(policy.NewStatement(policy.StatementSpec{Actions: []string{"*"}, Resources: []string{"*"}})))
	everyone   = authz.Compile("everyone", policy.NewDocument(policy.NewStatement(policy.StatementSpec{Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{"*"}, Resources: []string{"*"}})))
)

func layer(t *testing.T, docs []verdict.Document) authz.PolicySet {
	t.Helper()
	l := authz.PolicySet{Present: len(docs) > 0}
	for _, d := range docs {
		if d.Text != verdict.UnknownText {
			l.Policies = append(l.Policies, authz.Compile(d.Name, parsed(t, d.Text)))
		}
	}
	return l
}
