// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
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
		aws("arn:aws:sts::123456789012:federated-user/x"), aws(consumer, "AIDAEXAMPLEEXAMPLE999"), aws("arn:aws-cn:iam::123456789012:root", role), `{"Service":"*"}`,
		`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, aws("arn:aws:iam::123456789012:group/x", "111122223333"),
	}
	madeActions = []string{
		pull, `"Action":"ecr:BatchGetImage"`, `"Action":"ecr:*"`, `"Action":"*"`, `"Action":["ecr:PutImage","ecr:Batch*"]`, `"NotAction":"ecr:PutImage"`, `"Action":"ecr:Nonsense"`, `"Action":"ECR:batchgetimage"`,
		`"Action":["s3:*","ecr:BatchGetImage"]`, `"Action":"e*:*Image"`, `"Action":["ecr:PutRegistryPolicy","ecr:SetRepositoryPolicy"]`, `"NotAction":["ecr:Put*","s3:*"]`, `"Action":"*:BatchGet*"`, `"Action":"ecr:*Registry*"`,
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
		`"Condition":{"ForAnyValue:StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-c1b2c3d4e5"]}}`,
		`"Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalOrgID":"O-A1B2C3D4E5"}}`,
		`"Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`,
		`"Condition":{"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}`,
		`"Condition":{"StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}`,
		`"Condition":{"Bool":{"aws:PrincipalIsAWSService":"true"}}`,
		`"Condition":{"Bool":{"aws:PrincipalIsAWSService":"false"}}`,
		`"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`,
		`"Condition":{"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}`,
		`"Condition":{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}`,
		`"Condition":{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}`,
		`"Condition":{"StringLike":{"aws:PrincipalAccount":"12345*"}}`,
		`"Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::123456789012:root","arn:aws:iam::111122223333:role/app"]}}`,
		`"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/one"}}`,
		`"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalArn":["arn:aws:iam::123456789012:role/ecsTaskExecutionRole","arn:aws:iam::123456789012:user/push"]}}`,
		`"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}`,
		`"Condition":{"StringNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/app","arn:aws:iam::123456789012:root"]}}`,
		`"Condition":{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}`,
		`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
		`"Condition":{"StringNotEquals":{"aws:SourceAccount":"123456789012"}}`,
		`"Condition":{"Null":{"aws:SourceArn":"true"}}`,
		`"Condition":{"Null":{"aws:PrincipalOrgID":"false"},"StringNotEquals":{"aws:PrincipalOrgID":"o-b1b2c3d4e5"}}`,
	}
	madeCallers = []string{
		role, "arn:aws:iam::123456789012:role/team/app", "arn:aws:iam::123456789012:role/other", "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/one",
		"arn:aws:sts::123456789012:assumed-role/other/two", "arn:aws:iam::123456789012:user/push", "arn:aws:iam::123456789012:user/other", root,
		"arn:aws:sts::123456789012:federated-user/x", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:role/app", "arn:aws:iam::444455556666:user/stranger", roleInSame,
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
		element := "Resource"
		if m.IntN(6) == 0 {
			element = "NotResource"
		}
		rest += `,"` + element + `":` + resource
	}
	text := statementJSON(sid, effect, principal, rest)
	if (effect == "Deny" && m.IntN(4) == 0 || m.IntN(20) == 0) && principal != `"*"` {
		text = strings.Replace(text, `"Principal"`, `"NotPrincipal"`, 1)
	}
	return text
}

func (m maker) snapshot() *snapshot.Registry {
	var own, shared []string
	for i := range 1 + m.IntN(4) {
		own = append(own, m.statement(fmt.Sprintf("S%d", i), "", "", "", `"*"`, `"`+arn+`"`, `"`+arn+`2"`))
	}
	for i := range m.IntN(4) {
		shared = append(shared, m.statement(fmt.Sprintf("R%d", i), `"*"`, `"arn:aws:ecr:us-east-1:987654321098:repository/*"`, `"arn:aws:ecr:eu-west-1:987654321098:repository/*"`, `"arn:aws:ecr:us-east-1:987654321098:repository/payment-*"`))
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
// repository policy and the registry policy.
func policiesOf(t *testing.T, s *snapshot.Registry, own bool, keep func(authz.PolicyType, *policy.Statement) bool) authz.Policies {
	t.Helper()
	compiled := func(of authz.PolicyType, d snapshot.Document) authz.PolicySet {
		if d.Text() == "" {
			return authz.PolicySet{}
		}
		parsed, err := policy.Parse(d.Text())
		if err != nil {
			t.Fatal(err)
		}
		statements := parsed.Statements()
		return authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.Compile("", parsed).Stored().Without(func(i int) bool { return of != authz.ResourceControlPolicy && !keep(of, statements[i]) })}}
	}
	p := authz.Policies{Repository: compiled(authz.RepositoryPolicy, s.Repositories[0].Policy), Registry: compiled(authz.RegistryPolicy, s.RegistryPolicy), Session: everything}
	if !own {
		p.Identity = everything
	}
	for _, level := range *s.ResourceControlPolicies {
		p.RCP = append(p.RCP, compiled(authz.ResourceControlPolicy, level.Policies[0].Document))
	}
	return p
}

func (m maker) request(caller string) authz.Request {
	known := map[string][]string{"aws:ResourceTag/team": {"payments"}, "aws:SecureTransport": {"true"}, "aws:ResourceOrgID": {organized}}
	isService := !strings.HasPrefix(caller, "arn:")
	for _, key := range slices.Sorted(maps.Keys(madeKeys)) {
		if isSource := key == "aws:SourceArn"; isSource == isService {
			known[key] = pick(m, madeKeys[key])
		}
	}
	known["aws:PrincipalIsAWSService"] = []string{strconv.FormatBool(isService)}
	if len(known["aws:SourceArn"]) > 0 {
		known["aws:SourceAccount"] = []string{strings.Split(known["aws:SourceArn"][0], ":")[4]}
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

// isStranger reports whether nothing that the policies name is known of a caller.
func isStranger(req authz.Request) bool {
	of := func(key string) string { return strings.Join(req.Context.Known[key], " ") }
	isOther := strings.Contains(req.Principal+of("aws:SourceArn"), ":444455556666:")
	return isOther && of("aws:PrincipalOrgID") != organized && of("aws:SourceVpce") != "vpce-1"
}

// TestCoverage: whoever the engine lets in is in the report, and that strangers come in is a
// finding; what the report calls entirely denied,
// or says to never apply, lets nobody in; without a statement that it calls needless, the same requests are allowed; and
// the statement that it puts in the place of another one allows nothing more.
func TestCoverage(t *testing.T) {
	t.Parallel()
	allowed, strangers, closed, needless, changed, never := 0, 0, 0, 0, 0, 0
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
			all := func(authz.PolicyType, *policy.Statement) bool { return true }
			verdict := authz.Decide(req, policiesOf(t, s, own, all))
			isCovered := slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Denied != EntirelyDenied && e.covers(req) })
			if verdict == authz.Allowed {
				allowed++
				if !isCovered {
					say("the engine allows it, and no entry covers it")
				}
				if isStranger(req) {
					strangers++
					if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == OpenToEveryone || f.Code == ServiceWithoutSource }) {
						say("the engine allows it, and no finding says that a stranger may come in")
					}
				}
			}
			for i := range r.Entries {
				e := &r.Entries[i]
				if e.Denied == EntirelyDenied && e.covers(req) {
					closed++
					alone := policiesOf(t, s, own, func(of authz.PolicyType, s *policy.Statement) bool {
						return s.Effect() == "Deny" || of == e.PolicyType && s.Index() == e.Index
					})
					if authz.Decide(req, alone) == authz.Allowed {
						say("entry %s is called denied", e.Sentence)
					}
				}
			}
			for _, f := range r.Findings {
				isOf := func(of authz.PolicyType, s *policy.Statement) bool { return of == f.PolicyType && s.Index() == f.Index }
				if f.Code == NeedlessGrant {
					needless++
					if without := authz.Decide(req, policiesOf(t, s, own, func(of authz.PolicyType, s *policy.Statement) bool { return !isOf(of, s) })); without != verdict {
						say("without statement %d of the %s it is %s, and not %s", f.Index, f.PolicyType, without, verdict)
					}
				}
				if f.Code == NeverApplies || f.Code == WrongResource || f.Code == ClosedByDeny {
					never++
					alone := policiesOf(t, s, own, func(of authz.PolicyType, s *policy.Statement) bool {
						return isOf(of, s) || f.Code == ClosedByDeny && s.Effect() == "Deny"
					})
					if f.Code != ClosedByDeny {
						alone.RCP = nil
					}
					if authz.Decide(req, alone) == authz.Allowed {
						say("finding %s on statement %d of the %s", f.Code, f.Index, f.PolicyType)
					}
				}
				if f.Statement == "" || f.PolicyType != authz.RepositoryPolicy || f.Code == OpenToEveryone {
					continue
				}
				changed++
				before := policiesOf(t, s, own, isOf)
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
	if min(allowed, strangers, closed, needless, changed, never) < 10 {
		t.Errorf("too few cases: %d allowed, %d strangers, %d closed, %d needless, %d changed, %d never", allowed, strangers, closed, needless, changed, never)
	}
}
