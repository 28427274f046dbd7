// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// A world makes up policies and a request from a source of choices.
type world struct{ choices []byte }

// pick returns a number below n.
func (w *world) pick(n int) int {
	if len(w.choices) == 0 {
		return 0
	}
	c := int(w.choices[0])
	w.choices = w.choices[1:]
	return c % n
}

func pickOf[T any](w *world, of ...T) T { return of[w.pick(len(of))] }

const (
	consumerRole = "arn:aws:iam::123456789012:role/app"
	repositoryA  = "arn:aws:ecr:us-east-1:987654321098:repository/app"
)

// The keys that may be unknown, and the values that stand for all others: every
// value that the conditions below name, and what lies between and beside them. The ID
// of a VPC endpoint has no wildcard in it.
var completions = map[string][][]string{
	"aws:SourceVpce": {{}, {"vpce-1"}, {"vpce-2"}, {"vpce-12"}, {"VPCE-1"}, {"other"}, {"xvpce"}, {"app"}, {"vpce-xvpce"}},
	"aws:x":          {{}, {"1"}, {"2"}, {"3"}, {"4"}, {"4.5"}, {"5"}, {"6"}, {"04"}, {"none"}},
	"aws:SourceIp":   {{}, {"10.0.0.1"}, {"10.1.0.1"}, {"11.0.0.1"}, {"2001:db8::1"}},
	"aws:TagKeys":    {{}, {"a"}, {"b"}, {"c"}, {"a", "b"}, {"a", "c"}, {"b", "c"}, {"a", "b", "c"}},
}

// A policyKind says which elements a statement has.
type policyKind int

const (
	callerPolicy   policyKind = iota // no Principal
	resourcePolicy                   // Principal and Resource
	ownPolicy                        // Principal; Resource need not be there
)

func (w *world) condition() string {
	n := fmt.Sprint
	switch w.pick(4) {
	case 0:
		test := pickOf(w, "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists", "StringNotEqualsIfExists", "StringEqualsIgnoreCase", "Null")
		value := pickOf(w, `"vpce-1"`, `"vpce-2"`, `["vpce-1","vpce-2"]`, `"vpce-*"`, `"*"`, `"vpce-?"`, `"*vpce"`)
		if test == "Null" {
			value = pickOf(w, `"true"`, `"false"`)
		}
		return n(`"`, test, `":{"aws:SourceVpce":`, value, `}`)
	case 1:
		test := pickOf(w, "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEqualsIfExists")
		return n(`"`, test, `":{"aws:x":"`, pickOf(w, "2", "4", "5"), `"}`)
	case 2:
		return n(`"`, pickOf(w, "IpAddress", "NotIpAddress", "IpAddressIfExists"), `":{"aws:SourceIp":"`, pickOf(w, "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"), `"}`)
	default:
		return n(`"`, pickOf(w, "ForAnyValue:", "ForAllValues:"), pickOf(w, "StringEquals", "StringNotEquals"), `":{"aws:TagKeys":`, pickOf(w, `"a"`, `"b"`, `["a","b"]`), `}`)
	}
}

func (w *world) statement(kind policyKind) string {
	principal := kind != callerPolicy
	parts := []string{`"Effect":"` + pickOf(w, "Allow", "Allow", "Deny") + `"`}
	parts = append(parts, `"Action":`+pickOf(w, `"ecr:*"`, `"ecr:BatchGetImage"`, `["ecr:PutImage","ECR:batch*"]`, `"s3:*"`))
	if principal {
		parts = append(parts, `"Principal":`+pickOf(w, `"*"`, `{"AWS":"123456789012"}`, `{"AWS":"`+consumerRole+`"}`, `{"AWS":"111122223333"}`))
		if w.pick(4) == 0 {
			parts[2] = `"NotPrincipal":` + pickOf(w, `{"AWS":["123456789012","`+consumerRole+`"]}`, `{"AWS":"`+consumerRole+`"}`, `{"AWS":["111122223333"]}`)
		}
	}
	if kind != ownPolicy || w.pick(2) == 0 {
		parts = append(parts, `"Resource":`+pickOf(w, `"*"`, `"`+repositoryA+`"`, `"arn:aws:ecr:*:*:repository/*"`, `"arn:aws:ecr:us-east-1:987654321098:repository/${aws:SourceVpce}"`))
	}
	if n := w.pick(3); n > 0 {
		first := w.condition()
		conditions := []string{first}
		if second := w.condition(); n > 1 && strings.Split(first, ":{")[0] != strings.Split(second, ":{")[0] {
			conditions = append(conditions, second)
		}
		parts = append(parts, `"Condition":{`+strings.Join(conditions, ",")+`}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// documents holds the policies of the layers as lists of statements.
type documents struct{ identity, boundary, scp, rcp, repository, registry []string }

func (w *world) documents() documents {
	statements := func(n int, kind policyKind) (s []string) {
		for range n {
			s = append(s, w.statement(kind))
		}
		return s
	}
	return documents{
		identity: statements(1+w.pick(3), callerPolicy), boundary: statements(w.pick(2), callerPolicy), scp: statements(w.pick(2), callerPolicy),
		rcp: statements(w.pick(2), resourcePolicy), repository: statements(1+w.pick(3), ownPolicy), registry: statements(w.pick(2), resourcePolicy),
	}
}

func (d documents) policies() authz.Policies {
	layer := func(statements []string) authz.PolicySet {
		if statements == nil {
			return authz.PolicySet{}
		}
		text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + "]}"
		return authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("p", text)}}
	}
	p := authz.Policies{Identity: layer(d.identity), Boundary: layer(d.boundary), Repository: layer(d.repository), Registry: layer(d.registry)}
	if d.scp != nil {
		p.SCP = []authz.PolicySet{layer(d.scp)}
	}
	if d.rcp != nil {
		p.RCP = []authz.PolicySet{layer(d.rcp)}
	}
	return p
}

func request(known map[string][]string, unknown ...string) authz.Request {
	return authz.Request{
		Principal: consumerRole, Action: "ecr:BatchGetImage", Resource: repositoryA, ResourceAccount: "987654321098",
		Context: authz.Context{Known: known, Unknown: unknown, Complete: true},
	}
}

// checkSoundness compares the verdict with unknown keys with the verdicts on
// every completion of them.
func checkSoundness(t *testing.T, choices []byte) {
	t.Helper()
	checkCompletions(t, choices)
}

// checkCompletions does so, and reports whether the verdict is Conditional
// although every completion has the same that is not.
func checkCompletions(t *testing.T, choices []byte) (needless bool) {
	t.Helper()
	w := &world{choices: choices}
	docs := w.documents()
	pol := docs.policies()
	unknown := []string{"aws:SourceVpce", "aws:x", "aws:SourceIp", "aws:TagKeys"}
	d := authz.Evaluate(request(nil, unknown...), pol)
	if fault := fallacy(&d); fault != "" {
		t.Fatalf("%s\n%+v", fault, docs)
	}
	possible := map[authz.Verdict]map[string][]string{}
	for _, vpce := range completions["aws:SourceVpce"] {
		for _, x := range completions["aws:x"] {
			for _, ip := range completions["aws:SourceIp"] {
				if len(vpce) > 0 && len(ip) > 0 {
					continue // no request through a VPC endpoint has aws:SourceIp
				}
				for _, tags := range completions["aws:TagKeys"] {
					known := map[string][]string{"aws:SourceVpce": vpce, "aws:x": x, "aws:SourceIp": ip, "aws:TagKeys": tags}
					verdict := authz.Decide(request(known), pol)
					possible[verdict] = known
					if k := breached(d.UnknownKeys, known); k != nil && verdict != authz.Denied {
						t.Fatalf("%s with %v, though %+v\n%+v", verdict, known, k, docs)
					}
				}
			}
		}
	}
	for v, known := range possible {
		if d.Verdict != authz.Conditional && v != d.Verdict {
			t.Fatalf("%s, but with %v it is %s\n%+v", d.Verdict, known, v, docs)
		}
	}
	doubtful := strings.Contains(fmt.Sprint(docs), "NotPrincipal") // AWS does not say all of it
	if d.Verdict == authz.Conditional && len(d.UnknownKeys) == 0 && !doubtful {
		t.Fatalf("conditional for no reason\n%+v", docs)
	}
	return d.Verdict == authz.Conditional && len(possible) == 1 && possible[authz.Conditional] == nil
}

// breached returns a key that is not what it must be, if there is one.
func breached(keys []authz.UnknownKey, known map[string][]string) *authz.UnknownKey {
	is := func(v authz.KeyValue, value string) bool {
		switch v.Kind {
		case authz.AnyCase:
			return strings.EqualFold(v.Text, value)
		case authz.AsPattern:
			return like(v.Text).MatchString(value)
		default:
			return v.Text == value
		}
	}
	among := func(wanted []authz.KeyValue, values []string) bool {
		return len(values) == 1 && slices.ContainsFunc(wanted, func(v authz.KeyValue) bool { return is(v, values[0]) })
	}
	matchesAll := func(patterns, values []string) bool {
		isUnmatched := func(p string) bool { return len(values) != 1 || !like(p).MatchString(values[0]) }
		return !slices.ContainsFunc(patterns, isUnmatched)
	}
	isIn := func(r authz.KeyRange, value string) bool {
		return slices.ContainsFunc(r.Values, func(text string) bool {
			n, _ := strconv.ParseFloat(text, 64)
			x, err := strconv.ParseFloat(value, 64)
			prefix, isPrefix := netip.ParsePrefix(text)
			switch addr, _ := netip.ParseAddr(value); {
			case isPrefix == nil:
				return prefix.Contains(addr)
			case r.Operator == "NumericLessThan":
				return err == nil && x < n
			case r.Operator == "NumericGreaterThanEquals":
				return err == nil && x >= n
			default:
				return err == nil && x == n
			}
		})
	}
	outside := func(ranges []authz.KeyRange, values []string) bool {
		return len(values) == 1 && slices.ContainsFunc(ranges, func(r authz.KeyRange) bool { return isIn(r, values[0]) == r.Not })
	}
	for i := range keys {
		k, values := &keys[i], known[keys[i].Key]
		if len(k.Allowing) > 0 && !among(k.Allowing, values) || !matchesAll(k.Matching, values) || outside(k.Ranges, values) || among(k.Denying, values) {
			return k
		}
	}
	return nil
}

// like returns the texts that a pattern with * and ? matches.
func like(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern)) + "$")
}

// checkInvariants changes what must not matter.
func checkInvariants(t *testing.T, choices []byte) {
	t.Helper()
	w := &world{choices: choices}
	docs := w.documents()
	req := request(map[string][]string{"aws:SourceVpce": pickOf(w, completions["aws:SourceVpce"]...)}, "aws:x", "aws:SourceIp")
	verdict := authz.Decide(req, docs.policies())
	same := func(what string, changed documents) {
		t.Helper()
		if got := authz.Decide(req, changed.policies()); got != verdict {
			t.Fatalf("%s: %s became %s\n%+v", what, verdict, got, docs)
		}
	}
	changed := docs
	changed.repository = slices.Clone(docs.repository)
	slices.Reverse(changed.repository)
	changed.identity = slices.Clone(docs.identity)
	slices.Reverse(changed.identity)
	same("order of statements", changed)
	changed = docs
	changed.repository = nil
	for i, s := range docs.repository {
		changed.repository = append(changed.repository, strings.Replace(s, "{", fmt.Sprintf(`{"Sid":"s%d",`, i), 1))
	}
	same("Sids", changed)
	changed = docs
	changed.identity = nil
	for _, s := range docs.identity {
		changed.identity = append(changed.identity, strings.NewReplacer(`"ecr:*"`, `["ecr:*"]`, `"*"`, `["*"]`, `"s3:*"`, `["S3:*"]`).Replace(s))
	}
	same("one-element lists", changed)
	changed = docs
	changed.repository = append(slices.Clone(docs.repository), strings.Replace(w.statement(ownPolicy), `"Effect":"Allow"`, `"Effect":"Deny"`, 1))
	if got := authz.Decide(req, changed.policies()); verdict == authz.Denied && got != authz.Denied {
		t.Fatalf("one more Deny turned denied into %s\n%+v", got, changed)
	}
}

func choices(r *rand.Rand) []byte {
	b := make([]byte, 120)
	for i := range b {
		b[i] = byte(r.UintN(256)) //nolint:gosec // it fits
	}
	return b
}

// TestSoundness checks that a verdict with unknown keys holds for everything that
// they can be, and that it is Conditional only where what they are matters.
func TestSoundness(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable sequence is wanted
	for range 60 {
		if c := choices(r); checkCompletions(t, c) {
			w := &world{choices: c}
			t.Fatalf("conditional without need\n%+v", w.documents())
		}
	}
}

// sessionStatement is about who the role of a session is.
func (w *world) sessionStatement() string {
	s := `{"Effect":"` + pickOf(w, "Allow", "Allow", "Deny") + `","Action":"ecr:*",`
	if w.pick(3) > 0 {
		s += `"Principal":` + pickOf(w, `"*"`, `"*"`, `{"AWS":"123456789012"}`, `{"AWS":"`+consumerRole+`"}`, `{"AWS":"arn:aws:iam::123456789012:role/x/app"}`, `{"AWS":"AROAEXAMPLEEXAMPLE123"}`)
	} else {
		s += `"NotPrincipal":{"AWS":["` + strings.Join(w.listed(), `","`) + `"]}`
	}
	if w.pick(2) == 0 {
		test, value := pickOf(w, "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase"), pickOf(w, consumerRole, "arn:aws:iam::123456789012:role/x/app", "arn:aws:iam::123456789012:role/other")
		if w.pick(2) == 0 {
			test = pickOf(w, "ArnEquals", "ArnNotLike", "StringLike", "StringNotLike")
			value = pickOf(w, consumerRole, "arn:aws:iam::123456789012:role/x/*", "arn:aws:iam::*:role/*app", "arn:aws:iam::123456789012:role/?/app", "arn:aws:iam::123456789012:role/other")
		}
		s += `,"Condition":{"` + test + `":{"aws:PrincipalArn":"` + value + `"}}`
	}
	return s + "}"
}

// listed names some of those that a NotPrincipal has to list to spare a session.
func (w *world) listed() []string {
	var names []string
	for _, name := range []string{"123456789012", "arn:aws:sts::123456789012:assumed-role/app/s", consumerRole, "arn:aws:iam::123456789012:role/x/app", "AROAEXAMPLEEXAMPLE123"} {
		if w.pick(2) == 0 {
			names = append(names, name)
		}
	}
	return append(names, "111122223333")
}

// TestSessionSoundness checks that what is said of a session whose role's path and
// ID are not known holds for every role that it can be of, and Conditional only
// where the role matters.
func TestSessionSoundness(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8)) //nolint:gosec // a repeatable sequence is wanted
	for range 1500 {
		w := &world{choices: choices(r)}
		docs := documents{identity: []string{`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`}}
		for range 1 + w.pick(3) {
			docs.repository = append(docs.repository, w.sessionStatement())
		}
		req, pol := request(nil), docs.policies()
		req.Principal, req.Context = "arn:aws:sts::123456789012:assumed-role/app/s", authz.Context{}
		d := authz.Evaluate(req, pol)
		verdict := d.Verdict
		if fault := fallacy(&d); fault != "" {
			t.Fatalf("%s\n%+v", fault, docs.repository)
		}
		possible := map[authz.Verdict]bool{}
		for _, path := range []string{"/", "/x/", "/y/", "/x/y/", "/x/yy/", "/app/", "/yy/", "/X/"} {
			for _, id := range []string{"AROAEXAMPLEEXAMPLE123:s", "AROAEXAMPLEEXAMPLE999:s"} {
				req.Context.Known = map[string][]string{"aws:PrincipalArn": {"arn:aws:iam::123456789012:role" + path + "app"}, "aws:userid": {id}}
				possible[authz.Decide(req, pol)] = true
			}
		}
		if open := len(possible) > 1 || possible[authz.Conditional]; verdict == authz.Conditional != open || !open && !possible[verdict] {
			t.Fatalf("%s, and it can be %v\n%+v", verdict, possible, docs.repository)
		}
	}
}

// TestInvariants checks that what must not matter does not.
func TestInvariants(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a repeatable sequence is wanted
	for range 3000 {
		checkInvariants(t, choices(r))
	}
}

// addChoices adds choices that make up all sorts of policies: some of every
// element and operator that a world knows.
func addChoices(f *testing.F) {
	f.Helper()
	r := rand.New(rand.NewPCG(9, 10)) //nolint:gosec // a repeatable sequence is wanted
	wanted := []string{
		"NotPrincipal", "Null", "IfExists", "IgnoreCase", "StringNotLike", "NumericLessThan", "NotIpAddress",
		"ForAnyValue", "ForAllValues", "${aws:SourceVpce}", "ECR:batch*", "2001:db8::/32",
	}
	for len(wanted) > 0 {
		c := choices(r)
		w := &world{choices: c}
		text := fmt.Sprint(w.documents())
		before := len(wanted)
		wanted = slices.DeleteFunc(wanted, func(s string) bool { return strings.Contains(text, s) })
		if len(wanted) < before {
			f.Add(c)
		}
	}
}

func FuzzSoundness(f *testing.F) {
	f.Add([]byte("soundness"))
	f.Add([]byte("\x01\x00\x01\x00\x00\x02\x01\x02\x03\x00\x01\x00\x02\x01\x00\x03\x01\x01\x02\x00\x01")) // several layers and keys
	addChoices(f)
	f.Fuzz(checkSoundness)
}

func FuzzInvariants(f *testing.F) {
	f.Add([]byte("invariants"))
	addChoices(f)
	f.Fuzz(checkInvariants)
}

// FuzzEvaluate: no document makes the engine panic, and Evaluate agrees with Decide.
func FuzzEvaluate(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`, `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`, consumerRole, repositoryA, "aws:SourceVpce")
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["1"]},"NotAction":"*","NotResource":"${aws:x, 'y'}","Condition":{"ForAnyValue:ArnLike":{"AWS:X":["${aws:PrincipalArn}","*"]},"Null":{"a":true}}}}`, `{`, "arn:aws:sts::123456789012:assumed-role/app/s", "*", "aws:x")
	f.Add(`{}`, `{"Statement":[]}`, consumerRole, repositoryA, "aws:SourceVpce")
	for _, name := range []string{"bad_documents", "principals", "variables"} {
		for _, v := range vectors.Read(f, filepath.Join(vectors.Own(f), name+".jsonl")) {
			f.Add(string(v.Repository), `{"Statement":[]}`, v.Request.Principal, v.Request.Resource, "aws:SourceVpce")
		}
	}
	f.Fuzz(func(t *testing.T, repository, identity, principal, resource, key string) {
		pol := authz.Policies{
			Repository: authz.PolicySet{Policies: []*authz.Policy{vectors.Compile("repository", repository)}},
			Identity:   authz.PolicySet{Policies: []*authz.Policy{vectors.Compile("identity", identity)}, Unknown: len(key)%2 == 0},
			Registry:   authz.PolicySet{Policies: []*authz.Policy{vectors.Compile("registry", identity)}},
		}
		req := authz.Request{Principal: principal, Action: "ecr:BatchGetImage", Resource: resource, Context: authz.Context{Unknown: []string{key}, Known: map[string][]string{key + "x": {"a", "b"}}}}
		d := authz.Evaluate(req, pol)
		if got := authz.Decide(req, pol); got != d.Verdict {
			t.Fatalf("Decide says %s, Evaluate %s", got, d.Verdict)
		}
		if doc, err := policy.Parse(repository); err == nil {
			if got := authz.Decide(req, authz.Policies{Repository: authz.PolicySet{Policies: []*authz.Policy{authz.Compile("again", mustParse(t, doc.String()))}}, Identity: pol.Identity, Registry: pol.Registry}); got != d.Verdict {
				t.Fatalf("printed, the document gives %s instead of %s", got, d.Verdict)
			}
		}
	})
}

func mustParse(t *testing.T, text string) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
