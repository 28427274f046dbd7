package remedy_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
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

// prove follows the remedies of a made-up case, and reports whether there were any
// that cured it.
func prove(t *testing.T, choices []byte) bool {
	t.Helper()
	in := pulls.MadeUp(choices)
	after, claimed := follow(t, in)
	open := after.Verdict == authz.Conditional && len(after.UnknownDocuments) > 0
	if claimed && !after.Allowed && !open {
		t.Fatalf("the remedies do not cure:\n%s\n\nafter them:\n%s\n\n%+v", pulls.Evaluate(t, in).Explanation, after.Explanation, in)
	}
	in.Context = nil // a key that is not known may leave it open, but opens nothing else
	follow(t, in)
	return claimed
}

// follow applies the remedies of a denied pull, and tests that they open nothing
// that they do not name. It returns what the pull is then, and whether they claim
// to cure it: no statement cures a Deny or a role that does not exist.
func follow(t *testing.T, in verdict.Input) (result report.Result, claimed bool) {
	t.Helper()
	before := pulls.Evaluate(t, in)
	if before.Verdict != authz.Denied {
		return before, false
	}
	after, claimed := in, true
	for _, remedy := range before.Remedies {
		if remedy.JSON == "" {
			claimed = false
			continue
		}
		after = apply(t, after, remedy)
	}
	was, is := documentsOf(t, in), documentsOf(t, after)
	for _, p := range probes(was.Target) {
		if !p.named(in, before, was.Target) && p.verdict(was) == authz.Denied && p.verdict(is) == authz.Allowed {
			t.Fatalf("the remedies also allow %+v\n%s\n%+v", p, before.Explanation, in)
		}
	}
	return pulls.Evaluate(t, after), claimed
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
	case says("service control policies of every level"):
		levels := slices.Clone(in.ServiceControlPolicies.List)
		for i := range levels {
			levels[i] = added(verdict.Documents{List: levels[i]}).List
		}
		in.ServiceControlPolicies.List = levels
	case says("Correct the inline policy "):
		in.IdentityPolicies.List = slices.Clone(in.IdentityPolicies.List)
		for i, d := range in.IdentityPolicies.List {
			if says("policy " + d.Name + ":") {
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
// policy is the whole account's, and so is a grant to the account.
func (p probe) named(in verdict.Input, result report.Result, target verdict.Target) bool {
	wholeAccount := target.Principal.Kind == awsname.AccountRoot || target.IsService() || slices.Contains(result.DeniedBy, string(authz.ServiceControlPolicy))
	if p.principal != target.Principal.ARN() && !(wholeAccount && p.isFrom(target.Principal.Account)) {
		return false
	}
	return p.action == actionset.TokenAction ||
		p.resource == target.Repository.ARN() && slices.Contains(actionset.IdentityActions(cmp.Or(in.Access, actionset.Pull)), p.action)
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
