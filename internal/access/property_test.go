package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

var (
	madePrincipals = []string{
		`"*"`, aws(root), aws(consumer), aws(role), aws("arn:aws:iam::123456789012:role/team/app"), aws("arn:aws:iam::111122223333:root", role), aws("111122223333"),
		aws("arn:aws:iam::123456789012:user/push"), aws("arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/one"), aws("AROAEXAMPLEEXAMPLE999"),
		aws("arn:aws:iam::987654321098:root"), aws(roleInSame), aws("arn:aws:iam::123456789012:*"), `{"Service":"lambda.amazonaws.com"}`,
		`{"AWS":"123456789012","Service":["lambda.amazonaws.com","codebuild.amazonaws.com"]}`, `{"Federated":"*"}`, aws("*", role),
	}
	madeActions = []string{
		pull, `"Action":"ecr:BatchGetImage"`, `"Action":"ecr:*"`, `"Action":"*"`, `"Action":["ecr:PutImage","ecr:Batch*"]`, `"NotAction":"ecr:PutImage"`, `"Action":"ecr:Nonsense"`, `"Action":"ECR:batchgetimage"`,
	}
	madeConditions = []string{
		"", "", "", ofOrg, function,
		`"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`,
		`"Condition":{"StringEquals":{"aws:PrincipalAccount":["123456789012","111122223333"]}}`,
		`"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ecsTaskExecutionRole"}}`,
		`"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}`,
		`"Condition":{"StringLikeIfExists":{"aws:PrincipalOrgID":"o-a*"}}`,
		`"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/*"}}`,
		`"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:SecureTransport":"true"}}`,
		`"Condition":{"StringNotEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}`,
		`"Condition":{"Null":{"aws:PrincipalOrgID":"true"}}`,
		`"Condition":{"StringEquals":{"ecr:ResourceTag/team":"payments"}}`,
		`"Condition":{"StringNotEquals":{"aws:ResourceTag/team":"payments"}}`,
		`"Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}`,
		`"Condition":{"StringEqual":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`,
	}
	madeCallers = []string{
		role, "arn:aws:iam::123456789012:role/team/app", "arn:aws:iam::123456789012:role/other", "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/one",
		"arn:aws:sts::123456789012:assumed-role/other/two", "arn:aws:iam::123456789012:user/push", "arn:aws:iam::123456789012:user/other", root,
		"arn:aws:sts::123456789012:federated-user/x", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/app", roleInSame,
		"arn:aws:iam::987654321098:role/other", "lambda.amazonaws.com", "codebuild.amazonaws.com",
	}
	madeKeys = map[string][][]string{
		"aws:PrincipalOrgID": {{"o-a1b2c3d4e5"}, {"o-b1b2c3d4e5"}, {}}, "aws:SourceVpce": {{"vpce-1"}, {"vpce-2"}, {}}, "aws:PrincipalTag/team": {{"payments"}, {}},
		"aws:SourceArn": {{"arn:aws:lambda:us-east-1:123456789012:function:x"}, {"arn:aws:lambda:us-east-1:444455556666:function:x"}, {}},
	}
)

type maker struct{ *rand.Rand }

func pick[T any](m maker, of []T) T { return of[m.IntN(len(of))] }

func (m maker) statement(sid string, resources ...string) string {
	effect, principal := "Allow", pick(m, madePrincipals)
	if m.IntN(4) == 0 {
		effect = "Deny"
	}
	rest := pick(m, madeActions)
	if condition := pick(m, madeConditions); condition != "" {
		rest += "," + condition
	}
	if resource := pick(m, resources); resource != "" {
		rest += `,"Resource":` + resource
	}
	text := statementJSON(sid, effect, principal, rest)
	if effect == "Deny" && m.IntN(4) == 0 && principal != `"*"` {
		text = strings.Replace(text, `"Principal"`, `"NotPrincipal"`, 1)
	}
	return text
}

func (m maker) snapshot() *snapshot.Registry {
	var own, shared []string
	for i := range 1 + m.IntN(4) {
		own = append(own, m.statement(fmt.Sprintf("S%d", i), "", "", "", `"*"`, `"`+arn+`"`, `"`+arn+`2"`))
	}
	for i := range m.IntN(3) {
		shared = append(shared, m.statement(fmt.Sprintf("R%d", i), `"*"`, `"arn:aws:ecr:us-east-1:987654321098:repository/*"`, `"arn:aws:ecr:eu-west-1:987654321098:repository/*"`))
	}
	s := registry(own...)
	if len(shared) > 0 {
		s.RegistryPolicy = doc(shared...)
	}
	if m.IntN(4) == 0 {
		control := snapshot.ControlPolicy{Name: "perimeter", Document: doc(`{"Sid":"Perimeter","Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)}
		s.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-ab12", Policies: []snapshot.ControlPolicy{control}}}
	}
	return s
}

// policiesOf are the policies of a snapshot as AWS has them; keep leaves out statements of the
// repository policy.
func policiesOf(t *testing.T, s *snapshot.Registry, own bool, keep func(*policy.Statement) bool) authz.Policies {
	t.Helper()
	compiled := func(d snapshot.Document, keep func(*policy.Statement) bool) authz.PolicySet {
		if d.Text() == "" {
			return authz.PolicySet{}
		}
		parsed, err := policy.Parse(d.Text())
		if err != nil {
			t.Fatal(err)
		}
		statements := parsed.Statements()
		return authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.Compile("", parsed).Stored().Without(func(i int) bool { return !keep(statements[i]) })}}
	}
	all := func(*policy.Statement) bool { return true }
	p := authz.Policies{Repository: compiled(s.Repositories[0].Policy, keep), Registry: compiled(s.RegistryPolicy, all), Session: everything}
	if !own {
		p.Identity = everything
	}
	for _, level := range *s.ResourceControlPolicies {
		p.RCP = append(p.RCP, compiled(level.Policies[0].Document, all))
	}
	return p
}

func (m maker) request(caller string) authz.Request {
	known := map[string][]string{"aws:ResourceTag/team": {"payments"}, "aws:SecureTransport": {"true"}, "aws:ResourceOrgID": {organized}}
	isService := !strings.HasPrefix(caller, "arn:")
	for key, values := range madeKeys {
		if isSource := key == "aws:SourceArn"; isSource == isService {
			known[key] = pick(m, values)
		}
	}
	if id := known["aws:PrincipalOrgID"]; len(id) > 0 {
		known["aws:PrincipalOrgPaths"] = []string{id[0] + "/r-ab12/ou-ab12-11111111/"}
	}
	return authz.Request{
		Principal: caller, Action: pick(m, []string{"ecr:BatchGetImage", "ecr:PutImage", "ecr:GetDownloadUrlForLayer", "ecr:SetRepositoryPolicy"}),
		Resource: arn, ResourceAccount: account, Context: authz.Context{Known: known, Complete: true}, PoliciesAsShown: true,
	}
}

// covers reports whether an entry is about a caller and an action.
func (e *Entry) covers(req authz.Request) bool {
	p, err := awsname.ParsePrincipal(req.Principal)
	of := e.grantee.principal
	is := slices.Contains(e.Actions, req.Action)
	switch e.Kind {
	case Everyone, Unknown, IdentityProvider, CanonicalUser:
	case Organization:
		id, _, _ := strings.Cut(e.Grantee, "/")
		is = is && slices.Contains(req.Context.Known["aws:PrincipalOrgID"], id)
	case Account:
		is = is && err == nil && p.Account == e.Account
	case Role:
		is = is && err == nil && p.Account == of.Account && p.Name == of.Name && (p.Kind == awsname.Role && p.Path == of.Path || p.Kind == awsname.RoleSession)
	case RoleSession:
		is = is && (p == of || p.Kind == awsname.Role && p.Account == of.Account && p.Name == of.Name)
	case User, FederatedUser:
		is = is && (p == of || p.Kind == awsname.FederatedUser && p.Account == of.Account)
	case Service:
		is = is && e.Grantee == req.Principal
	}
	return is
}

// TestCoverage: whoever the engine lets in is in the report; what the report calls entirely denied,
// or says to never apply, lets nobody in; without a statement that it calls needless, the same requests are allowed; and
// the statement that it puts in the place of another one allows nothing more.
func TestCoverage(t *testing.T) {
	t.Parallel()
	allowed, closed, needless, changed, never := 0, 0, 0, 0, 0
	for seed := range uint64(200) {
		m := maker{rand.New(rand.NewPCG(seed, 12))} //nolint:gosec // The same snapshots in each run.
		s := m.snapshot()
		r := Of(Input{Snapshot: s})
		for range 40 {
			req := m.request(pick(m, madeCallers))
			p, err := awsname.ParsePrincipal(req.Principal)
			own := err == nil && p.Account == account
			say := func(what string, args ...any) {
				t.Fatalf("seed %d: %s as %s with %v: %s\n%s\n%s\n%s", seed, req.Action, req.Principal, req.Context.Known, fmt.Sprintf(what, args...),
					s.Repositories[0].Policy.Text(), s.RegistryPolicy.Text(), r.Markdown())
			}
			all := func(*policy.Statement) bool { return true }
			verdict := authz.Decide(req, policiesOf(t, s, own, all))
			isCovered := slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Denied != EntirelyDenied && e.covers(req) })
			if verdict == authz.Allowed {
				allowed++
				if !isCovered {
					say("the engine allows it, and no entry covers it")
				}
			}
			for i := range r.Entries {
				e := &r.Entries[i]
				if e.Denied == EntirelyDenied && e.PolicyType == authz.RepositoryPolicy && e.covers(req) {
					closed++
					alone := policiesOf(t, s, own, func(s *policy.Statement) bool { return s.Effect() == "Deny" || s.Index() == e.Index })
					alone.Registry.Policies = slices.Clone(alone.Registry.Policies)
					for k := range alone.Registry.Policies {
						alone.Registry.Policies[k] = withoutAllows(t, s.RegistryPolicy)
					}
					if authz.Decide(req, alone) == authz.Allowed {
						say("entry %s is called denied", e.Sentence)
					}
				}
			}
			for _, f := range r.Findings {
				if f.Code == NeedlessGrant {
					needless++
					if without := authz.Decide(req, policiesOf(t, s, own, func(s *policy.Statement) bool { return s.Index() != f.Index })); without != verdict {
						say("without statement %d it is %s, and not %s", f.Index, without, verdict)
					}
				}
				if isNever := f.Code == NeverApplies || f.Code == WrongResource || f.Code == ClosedByDeny; isNever && f.PolicyType == authz.RepositoryPolicy {
					never++
					alone := policiesOf(t, s, own, func(s *policy.Statement) bool {
						return s.Index() == f.Index || f.Code == ClosedByDeny && s.Effect() == "Deny"
					})
					if f.Code != ClosedByDeny {
						alone.RCP = nil
					}
					alone.Registry.Policies = nil
					if s.RegistryPolicy.Text() != "" && f.Code == ClosedByDeny {
						alone.Registry.Policies = []*authz.Policy{withoutAllows(t, s.RegistryPolicy)}
					}
					if authz.Decide(req, alone) == authz.Allowed {
						say("finding %s on statement %d", f.Code, f.Index)
					}
				}
				if f.Statement == "" || f.PolicyType != authz.RepositoryPolicy || f.Code == OpenToEveryone {
					continue
				}
				changed++
				before := policiesOf(t, s, own, func(s *policy.Statement) bool { return s.Index() == f.Index })
				after := before
				text := `{"Version":"2012-10-17","Statement":` + f.Statement + `}`
				after.Repository = policiesOf(t, &snapshot.Registry{Repositories: []snapshot.Repository{{Policy: snapshot.DocumentOf(text)}}, RegistryPolicy: snapshot.DocumentOf(""), ResourceControlPolicies: &[]snapshot.Level{}}, own, all).Repository
				before.Registry, after.Registry = authz.PolicySet{}, authz.PolicySet{}
				old, next := authz.Decide(req, before), authz.Decide(req, after)
				isPull := req.Action == "ecr:BatchGetImage" || req.Action == "ecr:GetDownloadUrlForLayer"
				if next == authz.Allowed && old != authz.Allowed || isPull && next != old {
					say("finding %s: the statement %s makes it %s, and not %s", f.Code, f.Statement, next, old)
				}
			}
		}
	}
	if min(allowed, closed, needless, changed, never) < 20 {
		t.Errorf("too few cases: %d allowed, %d closed, %d needless, %d changed, %d never", allowed, closed, needless, changed, never)
	}
}

func withoutAllows(t *testing.T, d snapshot.Document) *authz.Policy {
	t.Helper()
	parsed, err := policy.Parse(d.Text())
	if err != nil {
		t.Fatal(err)
	}
	statements := parsed.Statements()
	return authz.Compile("", parsed).Stored().Without(func(i int) bool { return statements[i].Effect() == "Allow" })
}
