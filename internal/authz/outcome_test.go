// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

const (
	allowAll    = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll     = `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	allowOther  = `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	allowCaller = `{"Statement":{"Effect":"Allow","Action":"ecr:*","Principal":{"AWS":"123456789012"}}}`
	denyCaller  = `{"Statement":{"Effect":"Deny","Action":"ecr:*","Principal":{"AWS":"123456789012"}}}`
)

func given(documents ...string) authz.PolicySet {
	l := authz.PolicySet{Present: true}
	for _, text := range documents {
		l.Policies = append(l.Policies, vectors.Compile("p", text))
	}
	return l
}

// notInFull is a layer of which only the documents are known.
func notInFull(documents ...string) authz.PolicySet {
	l := given(documents...)
	l.Present, l.Unknown = len(documents) > 0, true
	return l
}

// TestLayersNotKnownInFull: a Deny could stand in what is not known, so nothing
// is allowed for certain; an Allow could, so nothing is denied for certain but
// by a Deny or by another layer.
func TestLayersNotKnownInFull(t *testing.T) {
	t.Parallel()
	all, caller := given(allowAll), given(allowCaller)
	for name, test := range map[string]struct {
		pol       authz.Policies
		want      authz.Verdict
		undecided []authz.PolicyType
	}{
		"identity: may allow":              {authz.Policies{Identity: notInFull(), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.IdentityPolicy}},
		"identity: may deny":               {authz.Policies{Identity: notInFull(allowAll), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.IdentityPolicy}},
		"identity: denies":                 {authz.Policies{Identity: notInFull(denyAll), Repository: caller}, authz.Denied, nil},
		"identity: other side denies":      {authz.Policies{Identity: notInFull(), Repository: given()}, authz.Denied, nil},
		"identity: other side denies more": {authz.Policies{Identity: notInFull(), Repository: given(denyCaller)}, authz.Denied, nil},
		"boundary: may be there":           {authz.Policies{Identity: all, Boundary: notInFull(), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.PermissionsBoundary}},
		"boundary: identity denies":        {authz.Policies{Boundary: notInFull(), Repository: caller}, authz.Denied, nil},
		"session: may limit":               {authz.Policies{Identity: all, Session: notInFull(), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.SessionPolicy}},
		"SCP: may limit":                   {authz.Policies{Identity: all, SCP: []authz.PolicySet{all, notInFull()}, Repository: caller}, authz.Conditional, []authz.PolicyType{authz.ServiceControlPolicy}},
		"SCP: another level denies":        {authz.Policies{Identity: all, SCP: []authz.PolicySet{given(allowOther), notInFull()}, Repository: caller}, authz.Denied, nil},
		"RCP: may deny":                    {authz.Policies{Identity: all, RCP: []authz.PolicySet{notInFull()}, Repository: caller}, authz.Conditional, []authz.PolicyType{authz.ResourceControlPolicy}},
		"endpoint: may limit":              {authz.Policies{Identity: all, VPCEndpoint: notInFull(), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.VPCEndpointPolicy}},
		"S3 endpoint: may limit":           {authz.Policies{Identity: all, S3Endpoint: notInFull(), Repository: caller}, authz.Conditional, []authz.PolicyType{authz.S3EndpointPolicy}},
		"repository: may allow":            {authz.Policies{Identity: all, Repository: notInFull()}, authz.Conditional, []authz.PolicyType{authz.RepositoryPolicy}},
		"registry: may allow":              {authz.Policies{Identity: all, Registry: notInFull()}, authz.Conditional, []authz.PolicyType{authz.RegistryPolicy}},
		"registry: may deny":               {authz.Policies{Identity: all, Repository: caller, Registry: notInFull()}, authz.Conditional, []authz.PolicyType{authz.RegistryPolicy}},
		"registry: identity denies":        {authz.Policies{Repository: caller, Registry: notInFull()}, authz.Denied, nil},
	} {
		d := authz.Evaluate(request(nil), test.pol)
		if d.Verdict != test.want || !slices.Equal(d.UndecidedBy, test.undecided) {
			t.Errorf("%s: %s, undecided %v", name, d.Verdict, d.UndecidedBy)
		}
		isMore := func(u authz.Uncertainty) bool { _, ok := u.(authz.MorePolicies); return ok }
		if d.Verdict == authz.Conditional && !slices.ContainsFunc(d.Uncertainties, isMore) {
			t.Errorf("%s: %s", name, trace(&d))
		}
	}
}

// TestUndecidedLayers names the layers that hang on something unknown, one at a
// time.
func TestUndecidedLayers(t *testing.T) {
	t.Parallel()
	const (
		onKey      = `"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}`
		mayDeny    = `{"Effect":"Deny","Action":"ecr:*","Resource":"*",` + onKey
		mayAllow   = `{"Effect":"Allow","Action":"ecr:*","Resource":"*",` + onKey
		anyone     = `"Principal":"*",`
		allows     = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		allowsAny  = `{"Effect":"Allow",` + anyone + `"Action":"*","Resource":"*"}`
		mayDenyA   = `{"Effect":"Deny",` + anyone + `"Action":"ecr:*","Resource":"*",` + onKey
		mayAllowA  = `{"Effect":"Allow",` + anyone + `"Action":"ecr:*","Resource":"*",` + onKey
		statements = `{"Statement":[`
	)
	layer := func(s ...string) authz.PolicySet { return given(statements + strings.Join(s, ",") + `]}`) }
	all := func() authz.Policies {
		return authz.Policies{
			Identity: layer(allows), Boundary: layer(allows), Session: layer(allows), SCP: []authz.PolicySet{layer(allows)},
			RCP: []authz.PolicySet{layer()}, VPCEndpoint: layer(allowsAny), Repository: layer(allowsAny), Registry: layer(),
		}
	}
	for name, set := range map[authz.PolicyType]func(*authz.Policies, authz.PolicySet){
		authz.IdentityPolicy:        func(p *authz.Policies, l authz.PolicySet) { p.Identity = l },
		authz.PermissionsBoundary:   func(p *authz.Policies, l authz.PolicySet) { p.Boundary = l },
		authz.SessionPolicy:         func(p *authz.Policies, l authz.PolicySet) { p.Session = l },
		authz.ServiceControlPolicy:  func(p *authz.Policies, l authz.PolicySet) { p.SCP = []authz.PolicySet{l} },
		authz.ResourceControlPolicy: func(p *authz.Policies, l authz.PolicySet) { p.RCP = []authz.PolicySet{l} },
		authz.VPCEndpointPolicy:     func(p *authz.Policies, l authz.PolicySet) { p.VPCEndpoint = l },
		authz.S3EndpointPolicy:      func(p *authz.Policies, l authz.PolicySet) { p.S3Endpoint = l },
		authz.RepositoryPolicy:      func(p *authz.Policies, l authz.PolicySet) { p.Repository = l },
		authz.RegistryPolicy:        func(p *authz.Policies, l authz.PolicySet) { p.Registry = l },
	} {
		denies, permits := layer(allowsAny, mayDenyA), layer(mayAllowA)
		if slices.Contains([]authz.PolicyType{authz.IdentityPolicy, authz.PermissionsBoundary, authz.SessionPolicy, authz.ServiceControlPolicy}, name) {
			denies, permits = layer(allows, mayDeny), layer(mayAllow)
		}
		for what, l := range map[string]authz.PolicySet{"Deny": denies, "Allow": permits} {
			pol := all()
			set(&pol, l)
			d := authz.Evaluate(request(nil, "aws:SourceVpce"), pol)
			want := []authz.PolicyType{name}
			if what == "Allow" && (name == authz.ResourceControlPolicy || name == authz.RegistryPolicy) {
				want = nil // nothing hangs on it
			}
			if !slices.Equal(d.UndecidedBy, want) || (d.Verdict == authz.Conditional) != (want != nil) {
				t.Errorf("%s with %s: %s, undecided %v", name, what, d.Verdict, d.UndecidedBy)
			}
		}
	}
}

func TestFaultsAreReported(t *testing.T) {
	t.Parallel()
	p := vectors.Compile("p", `{"Version":"2012-10-17","Colour":1,"Statement":[
		{"Effect":"Allow","Action":"ecr:*","Resource":"payment","Condition":{"StringIs":{"k":"v"},"Bool":{"k":"x"}}},
		{"Effect":"Deny","NotAction":"all","Principal":{"AWS":"someone"},"Shape":true}]}`)
	want := []string{
		`"p", Colour, line 1 (byte 24): unknown element of a policy document`,
		`"p", statement 0, Resource, line 2 (byte 97): a Resource is "*" or an ARN: payment`,
		`"p", statement 0, Condition.StringIs, line 2 (byte 120): AWS has no condition operator of this name`,
		`"p", statement 0, Condition.Bool.k, line 2 (byte 153): expected "true" or "false", not x`,
		`"p", statement 1, NotAction, line 3 (byte 192): an action is written SERVICE:NAME, as in ecr:BatchGetImage, not all`,
		`"p", statement 1, Principal.AWS, line 3 (byte 217): this is not an account ID or the ARN of a role, role session, user, federated user or account root: someone`,
		`"p", statement 1, Shape, line 3 (byte 228): unknown element of a statement`,
	}
	var got []string
	for _, f := range p.Faults() {
		got = append(got, f.Error())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFaultsPointAtTheValue: in a list, at the line of the item.
func TestFaultsPointAtTheValue(t *testing.T) {
	t.Parallel()
	p := vectors.Compile("p", `{"Version": "2012-10-17", "Statement": {
  "Effect": "Deny", "Principal": {"AWS": ["123456789012",
    "bob", "arn:aws:iam::123456789012:instance-profile/app"]},
  "Action": ["ecr:*",
    "pull"],
  "Resource": ["arn:aws:iam::aws:policy/x", "arn:aws:ecr:*:12345*:repository/a", "arn:aws:s3:::a",
    "arn:aws",              
    "arn:aws:ecr:us-east-1:1234-5678-9012:repository/a",
    "arn:aws:ecr:us-east-1:12345678901:repository/a"],
  "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8",
    "10.1.0.0/33"]},
    "DateLessThan": {"aws:CurrentTime":
      "tomorrow"}}}}`)
	want := []string{
		`"p", statement 0, Principal.AWS[1], line 3 (byte 103): this is not an account ID or the ARN of a role, role session, user, federated user or account root: bob`,
		`"p", statement 0, Principal.AWS[2], line 3 (byte 110): AWS does not accept this principal: "arn:aws:iam::123456789012:instance-profile/app" is an instance profile, not a principal: write the role in it, which ` + "`aws iam get-instance-profile` shows",
		`"p", statement 0, Action[1], line 5 (byte 188): an action is written SERVICE:NAME, as in ecr:BatchGetImage, not pull`,
		`"p", statement 0, Resource[3], line 7 (byte 300): the ARN must name its service: arn:aws`,
		`"p", statement 0, Condition.IpAddress.aws:SourceIp[1], line 11 (byte 502): expected an IP address or a range in CIDR form, not 10.1.0.0/33`,
		`"p", statement 0, Condition.DateLessThan.aws:CurrentTime, line 13 (byte 565): expected a date such as 2026-01-31T12:00:00Z or seconds since 1970, not tomorrow`,
	}
	var got []string
	for _, f := range p.Faults() {
		got = append(got, f.Error())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFaultOfWhatIsNoPolicy: what cannot be read has its fault, named alike.
func TestFaultOfWhatIsNoPolicy(t *testing.T) {
	t.Parallel()
	const want = `"boundary of app", statement 0, Effect, line 2 (byte 25): `
	faults := vectors.Compile("boundary of app", "{\"Statement\":[\n{\"Effect\":]}").Faults()
	if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), want) {
		t.Errorf("%v, want %s…", faults, want)
	}
	if faults := authz.Unreadable("p", errors.New("access denied")).Faults(); faults != nil {
		t.Errorf("%v of a document that was not seen", faults)
	}
}

// TestNearMiss: the statement that came closest, with what the request has and what
// the statement has.
func TestNearMiss(t *testing.T) {
	t.Parallel()
	d := authz.Evaluate(request(nil), authz.Policies{
		Identity: given(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
			{"Sid":"near","Effect":"Allow","Action":"ecr:*","Resource":["arn:aws:ecr:us-east-1:987654321098:repository/apple","arn:aws:ecr:us-east-1:987654321098:repository/cherry","arn:aws:ecr:us-east-1:987654321098:repository/ap"]}]}`),
		Repository: given(allowCaller),
	})
	want := authz.NearMiss{
		StatementRef: authz.StatementRef{PolicyType: authz.IdentityPolicy, Policy: "p", Sid: "near", Index: 1, Line: 2, Effect: "Allow"},
		Element:      "Resource",
		Mismatch:     authz.OtherText{Asked: repositoryA, Stated: "arn:aws:ecr:us-east-1:987654321098:repository/ap", Distance: 1},
	}
	if len(d.NearMisses) != 1 {
		t.Fatalf("%+v", d)
	}
	if got := d.NearMisses[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestCases: when the reasons change with an unknown key and the verdict does not,
// it is told which statements apply in some cases only.
func TestCases(t *testing.T) {
	t.Parallel()
	only := func(effect, operator string) string {
		return `{"Sid":"` + operator + `","Effect":"` + effect + `","Principal":"*","Action":"*","Condition":{"` + operator + `":{"aws:SourceVpce":"vpce-1"}}}`
	}
	const anyone = `{"Effect":"Allow","Principal":"*","Action":"*"},`
	for _, test := range []struct {
		statements string
		verdict    authz.Verdict
		want       []string // Sids
		lacking    []authz.PolicyType
	}{
		{only("Allow", "StringEquals") + "," + only("Allow", "StringNotEquals"), authz.Allowed, []string{"StringEquals", "StringNotEquals"}, nil},
		{only("Allow", "StringEquals") + "," + only("Deny", "StringLike"), authz.Denied, []string{"StringEquals", "StringLike"}, []authz.PolicyType{authz.RepositoryPolicy}},
		{anyone + only("Deny", "StringEquals") + "," + only("Deny", "StringNotEquals"), authz.Denied, []string{"StringEquals", "StringNotEquals"}, nil},
		{only("Allow", "StringEquals"), authz.Conditional, nil, nil},
		{anyone + only("Allow", "StringLike"), authz.Allowed, nil, nil},
	} {
		d := authz.Evaluate(request(nil, "aws:SourceVpce"), authz.Policies{Identity: given(allowAll), Repository: given(`{"Statement":[` + test.statements + `]}`)})
		var got []string
		for _, ref := range d.Cases.Statements {
			got = append(got, ref.Sid)
		}
		if d.Verdict != test.verdict || !slices.Equal(got, test.want) || !slices.Equal(d.Cases.Lacking, test.lacking) || slices.Contains(d.Cases.Keys, "aws:SourceVpce") != (test.want != nil) {
			t.Errorf("%s: %s with the cases %+v; want %s with %v, lacking %v", test.statements, d.Verdict, d.Cases, test.verdict, test.want, test.lacking)
		}
	}
}
