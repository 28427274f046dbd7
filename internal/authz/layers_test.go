package authz

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const (
	allowAll    = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll     = `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	allowOther  = `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	allowCaller = `{"Statement":{"Effect":"Allow","Action":"ecr:*","Principal":{"AWS":"123456789012"}}}`
	denyCaller  = `{"Statement":{"Effect":"Deny","Action":"ecr:*","Principal":{"AWS":"123456789012"}}}`
)

func given(documents ...string) Layer {
	l := Layer{Present: true}
	for _, text := range documents {
		l.Policies = append(l.Policies, compileText("p", text))
	}
	return l
}

// notInFull is a layer of which only the documents are known.
func notInFull(documents ...string) Layer {
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
		pol       Policies
		want      Verdict
		undecided []PolicyType
	}{
		"identity: may allow":              {Policies{Identity: notInFull(), Repository: caller}, Conditional, []PolicyType{IdentityPolicy}},
		"identity: may deny":               {Policies{Identity: notInFull(allowAll), Repository: caller}, Conditional, []PolicyType{IdentityPolicy}},
		"identity: denies":                 {Policies{Identity: notInFull(denyAll), Repository: caller}, Denied, nil},
		"identity: other side denies":      {Policies{Identity: notInFull(), Repository: given()}, Denied, nil},
		"identity: other side denies more": {Policies{Identity: notInFull(), Repository: given(denyCaller)}, Denied, nil},
		"boundary: may be there":           {Policies{Identity: all, Boundary: notInFull(), Repository: caller}, Conditional, []PolicyType{PermissionsBoundary}},
		"boundary: identity denies":        {Policies{Boundary: notInFull(), Repository: caller}, Denied, nil},
		"session: may limit":               {Policies{Identity: all, Session: notInFull(), Repository: caller}, Conditional, []PolicyType{SessionPolicy}},
		"SCP: may limit":                   {Policies{Identity: all, SCP: []Layer{all, notInFull()}, Repository: caller}, Conditional, []PolicyType{ServiceControlPolicy}},
		"SCP: another level denies":        {Policies{Identity: all, SCP: []Layer{given(allowOther), notInFull()}, Repository: caller}, Denied, nil},
		"RCP: may deny":                    {Policies{Identity: all, RCP: []Layer{notInFull()}, Repository: caller}, Conditional, []PolicyType{ResourceControlPolicy}},
		"endpoint: may limit":              {Policies{Identity: all, VPCEndpoint: notInFull(), Repository: caller}, Conditional, []PolicyType{VPCEndpointPolicy}},
		"repository: may allow":            {Policies{Identity: all, Repository: notInFull()}, Conditional, []PolicyType{RepositoryPolicy}},
		"registry: may allow":              {Policies{Identity: all, Registry: notInFull()}, Conditional, []PolicyType{RegistryPolicy}},
		"registry: may deny":               {Policies{Identity: all, Repository: caller, Registry: notInFull()}, Conditional, []PolicyType{RegistryPolicy}},
		"registry: identity denies":        {Policies{Repository: caller, Registry: notInFull()}, Denied, nil},
	} {
		d := Evaluate(request(nil), test.pol)
		if d.Verdict != test.want || !slices.Equal(d.UndecidedBy, test.undecided) {
			t.Errorf("%s: %s, undecided %v", name, d.Verdict, d.UndecidedBy)
		}
		if d.Verdict == Conditional && !strings.Contains(d.Reason, "there may be more than was given") {
			t.Errorf("%s: %s", name, d.Reason)
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
	layer := func(s ...string) Layer { return given(statements + strings.Join(s, ",") + `]}`) }
	all := func() Policies {
		return Policies{
			Identity: layer(allows), Boundary: layer(allows), Session: layer(allows), SCP: []Layer{layer(allows)},
			RCP: []Layer{layer()}, VPCEndpoint: layer(allowsAny), Repository: layer(allowsAny), Registry: layer(),
		}
	}
	for name, set := range map[PolicyType]func(*Policies, Layer){
		IdentityPolicy:        func(p *Policies, l Layer) { p.Identity = l },
		PermissionsBoundary:   func(p *Policies, l Layer) { p.Boundary = l },
		SessionPolicy:         func(p *Policies, l Layer) { p.Session = l },
		ServiceControlPolicy:  func(p *Policies, l Layer) { p.SCP = []Layer{l} },
		ResourceControlPolicy: func(p *Policies, l Layer) { p.RCP = []Layer{l} },
		VPCEndpointPolicy:     func(p *Policies, l Layer) { p.VPCEndpoint = l },
		RepositoryPolicy:      func(p *Policies, l Layer) { p.Repository = l },
		RegistryPolicy:        func(p *Policies, l Layer) { p.Registry = l },
	} {
		denies, permits := layer(allowsAny, mayDenyA), layer(mayAllowA)
		if kindOf(name) == callerPolicy {
			denies, permits = layer(allows, mayDeny), layer(mayAllow)
		}
		for what, l := range map[string]Layer{"Deny": denies, "Allow": permits} {
			pol := all()
			set(&pol, l)
			d := Evaluate(request(nil, "aws:SourceVpce"), pol)
			want := []PolicyType{name}
			if what == "Allow" && (name == ResourceControlPolicy || name == RegistryPolicy) {
				want = nil // nothing hangs on it
			}
			if !slices.Equal(d.UndecidedBy, want) || (d.Verdict == Conditional) != (want != nil) {
				t.Errorf("%s with %s: %s, undecided %v", name, what, d.Verdict, d.UndecidedBy)
			}
		}
	}
}

func TestFaultsAreReported(t *testing.T) {
	t.Parallel()
	p := compileText("p", `{"Version":"2012-10-17","Colour":1,"Statement":[
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
	p := compileText("p", `{"Version": "2012-10-17", "Statement": {
  "Effect": "Deny", "Principal": {"AWS": ["123456789012",
    "bob"]},
  "Action": ["ecr:*",
    "pull"],
  "Resource": ["arn:aws:iam::aws:policy/x", "arn:aws:ecr:*:12345*:repository/a", "arn:aws:s3:::a",
    "arn:aws:ecr:us-east-1",
    "arn:aws:ecr:us-east-1:1234-5678-9012:repository/a",
    "arn:aws:ecr:us-east-1:12345678901:repository/a"],
  "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8",
    "10.1.0.0/33"]},
    "DateLessThan": {"aws:CurrentTime":
      "tomorrow"}}}}`)
	want := []string{
		`"p", statement 0, Principal.AWS[1], line 3 (byte 103): this is not an account ID or the ARN of a role, role session, user, federated user or account root: bob`,
		`"p", statement 0, Action[1], line 5 (byte 138): an action is written SERVICE:NAME, as in ecr:BatchGetImage, not pull`,
		`"p", statement 0, Resource[3], line 7 (byte 250): a Resource is "*" or an ARN: arn:aws:ecr:us-east-1`,
		`"p", statement 0, Resource[4], line 8 (byte 279): the account ID in an ARN has 12 digits: arn:aws:ecr:us-east-1:1234-5678-9012:repository/a`,
		`"p", statement 0, Resource[5], line 9 (byte 336): the account ID in an ARN has 12 digits: arn:aws:ecr:us-east-1:12345678901:repository/a`,
		`"p", statement 0, Condition.IpAddress.aws:SourceIp[1], line 11 (byte 452): expected an IP address or a range in CIDR form, not 10.1.0.0/33`,
		`"p", statement 0, Condition.DateLessThan.aws:CurrentTime, line 13 (byte 515): expected a date such as 2026-01-31T12:00:00Z or seconds since 1970, not tomorrow`,
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
	faults := compileText("boundary of app", "{\"Statement\":[\n{\"Effect\":]}").Faults()
	if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), want) {
		t.Errorf("%v, want %s…", faults, want)
	}
	if faults := Unreadable("p", errors.New("access denied")).Faults(); faults != nil {
		t.Errorf("%v of a document that was not seen", faults)
	}
}

// TestNearMissSaysWhatIsAskedAndWhatStands: not only the text says it.
func TestNearMissSaysWhatIsAskedAndWhatStands(t *testing.T) {
	t.Parallel()
	d := Evaluate(request(nil), Policies{
		Identity: given(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
			{"Sid":"near","Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/ap"}]}`),
		Repository: given(allowCaller),
	})
	want := NearMiss{
		StatementRef: StatementRef{Layer: IdentityPolicy, Policy: "p", Sid: "near", Index: 1, Line: 2, Effect: "Allow"},
		Element:      "Resource", Asked: repositoryA, Stands: "arn:aws:ecr:us-east-1:987654321098:repository/ap",
	}
	if len(d.NearMisses) != 1 {
		t.Fatalf("%+v", d)
	}
	got := d.NearMisses[0]
	got.Reason = ""
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestNeeds: what an unknown key must be, where the policies name it.
func TestNeeds(t *testing.T) {
	t.Parallel()
	on := func(effect, condition string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"*","Condition":{` + condition + `}}`
	}
	const anyone = `{"Effect":"Allow","Principal":"*","Action":"*"}`
	for _, test := range []struct {
		statements []string
		want       string
	}{
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`)}, "must be vpce-1 or vpce-2"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"vpce-*"}`)}, "must be vpce-*"},
		{[]string{on("Allow", `"StringLike":{"aws:SourceVpce":"vpce-*"}`), on("Deny", `"StringEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be vpce-*"},
		{[]string{anyone, on("Deny", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must not be vpce-1"},
		{[]string{anyone, on("Deny", `"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`)}, "must not be vpce-1 or vpce-2"},
		{[]string{on("Allow", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, "is compared with vpce-1"},
		{[]string{on("Allow", `"NumericLessThan":{"aws:SourceVpce":"5"}`)}, "is compared with 5"},
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:x":"true"}`)}, "must be vpce-1"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"false"}`)}, "must be present"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"true"}`)}, "must be absent"},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"false"},"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, "must be present, and not vpce-1"},
		{[]string{anyone, on("Deny", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, "must be present, and not vpce-1"},
		{[]string{anyone, on("Deny", `"Null":{"aws:SourceVpce":"false"}`)}, "must be absent"},
	} {
		d := Evaluate(request(nil, "aws:SourceVpce", "aws:x"), Policies{
			Identity: given(allowAll), Repository: given(`{"Statement":[` + strings.Join(test.statements, ",") + `]}`),
		})
		if !slices.ContainsFunc(d.UnknownKeys, func(k UnknownKey) bool { return k.Key == "aws:SourceVpce" && k.Needs() == test.want }) {
			t.Errorf("%s: %+v, want %s", test.statements, d.UnknownKeys, test.want)
		}
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
		verdict    Verdict
		want       []string // Sids
		lacking    []PolicyType
	}{
		{only("Allow", "StringEquals") + "," + only("Allow", "StringNotEquals"), Allowed, []string{"StringEquals", "StringNotEquals"}, nil},
		{only("Allow", "StringEquals") + "," + only("Deny", "StringLike"), Denied, []string{"StringEquals", "StringLike"}, []PolicyType{RepositoryPolicy}},
		{anyone + only("Deny", "StringEquals") + "," + only("Deny", "StringNotEquals"), Denied, []string{"StringEquals", "StringNotEquals"}, nil},
		{only("Allow", "StringEquals"), Conditional, nil, nil},
		{anyone + only("Allow", "StringLike"), Allowed, nil, nil},
	} {
		d := Evaluate(request(nil, "aws:SourceVpce"), Policies{Identity: given(allowAll), Repository: given(`{"Statement":[` + test.statements + `]}`)})
		var got []string
		for _, ref := range d.Cases.Statements {
			got = append(got, ref.Sid)
		}
		if d.Verdict != test.verdict || !slices.Equal(got, test.want) || !slices.Equal(d.Cases.Lacking, test.lacking) || slices.Contains(d.Cases.Keys, "aws:SourceVpce") != (test.want != nil) {
			t.Errorf("%s: %s with the cases %+v; want %s with %v, lacking %v", test.statements, d.Verdict, d.Cases, test.verdict, test.want, test.lacking)
		}
	}
}
