// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

func TestParseStatementErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"x"`: `statement 0, line 1 (byte 0): a statement must be a JSON object, not a string`,
		`{"Sid":"s","Effect":"Allow","Effect":"Deny"}`: `statement 0 (Sid "s"), Effect, line 1 (byte 28): duplicate key "Effect" in the same object`,
		"{\n\"Action\": }": `statement 0, Action, line 2 (byte 12): expected a JSON value`,
	} {
		_, err := ParseStatement(text)
		var e *Error
		if !errors.As(err, &e) || e.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	s := mustStatement(t, `{"Sid":"my statement","Effect":"Deny","NotPrincipal":{"AWS":["b","a"],"Service":"s"},
		"NotAction":["b","a"],"NotResource":"r","Condition":{"Bool":{"b":true},"ArnLike":{"z":["2","1"],"a":5}}}`)
	check := func(name string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, want %#v", name, got, want)
		}
	}
	check("Sid", s.Sid(), "my statement")
	check("Effect", s.Effect(), "Deny")
	check("Principals", s.Principals(), map[string][]string(nil))
	check("NotPrincipals", s.NotPrincipals(), map[string][]string{"AWS": {"b", "a"}, "Service": {"s"}})
	check("Actions", s.Actions(), []string(nil))
	check("NotActions", s.NotActions(), []string{"b", "a"})
	check("Resources", s.Resources(), []string(nil))
	check("NotResources", s.NotResources(), []string{"r"})
	check("Conditions", s.Conditions(), []Condition{
		{"ArnLike", "a", []string{"5"}}, {"ArnLike", "z", []string{"2", "1"}}, {"Bool", "b", []string{"true"}},
	})
	check("Has", []bool{s.Has("NotAction"), s.Has("Action")}, []bool{true, false})

	s = mustStatement(t, `{"Sid":5,"Principal":"*","Action":["a",5],"Resource":"r"}`)
	check("Sid of another type", s.Sid(), "")
	check("no Effect", s.Effect(), "")
	check("any principal", s.Principals(), map[string][]string{"AWS": {"*"}})
	check("malformed Action", s.Actions(), []string(nil))
	check("Resources", s.Resources(), []string{"r"})
	check("no Condition", s.Conditions(), []Condition(nil))

	for _, malformed := range []string{`{"Principal":"x"}`, `{"Principal":{"AWS":5}}`} {
		check(malformed, mustStatement(t, malformed).Principals(), map[string][]string(nil))
	}
	for _, malformed := range []string{`{"Condition":5}`, `{"Condition":{"Bool":5}}`, `{"Condition":{"Bool":{"k":null}}}`, `{"Condition":{"Bool":{"k":[{}]}}}`} {
		check(malformed, mustStatement(t, malformed).Conditions(), []Condition(nil))
	}
}

func TestNewStatement(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		spec StatementSpec
		want string
	}{
		{StatementSpec{Actions: []string{"ecr:BatchGetImage"}}, `{"Effect":"Allow","Action":"ecr:BatchGetImage"}`},
		{
			StatementSpec{
				Sid: "pull", Effect: "Deny",
				Principals: map[string][]string{"Service": {"lambda.amazonaws.com"}, "AWS": {"b", "a", "b"}},
				Actions:    []string{"ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"}, Resources: []string{"*"},
				Conditions: []Condition{
					{"StringEquals", "aws:SourceAccount", []string{"2", "1"}},
					{"StringEquals", "AWS:sourceaccount", []string{"3"}},
					{"ArnLike", "aws:SourceArn", []string{"x"}},
				},
			},
			`{"Sid":"pull","Effect":"Deny","Principal":{"AWS":["a","b"],"Service":"lambda.amazonaws.com"},` +
				`"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*",` +
				`"Condition":{"ArnLike":{"aws:SourceArn":"x"},"StringEquals":{"aws:SourceAccount":["1","2","3"]}}}`,
		},
		{
			StatementSpec{Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{"a\"\\\x01<&>é"}},
			`{"Effect":"Allow","Principal":"*","Action":"a\"\\\u0001<&>é"}`,
		},
	} {
		s := NewStatement(test.spec)
		if s.String() != test.want {
			t.Errorf("got  %s\nwant %s", s, test.want)
		}
		if mustStatement(t, s.String()).Canonical() != s.Canonical() {
			t.Errorf("%s does not survive printing", s)
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{`{"Sid":""}`, `{}`},
		{`{"Sid":"a","Effect":"Allow"}`, `{ "Effect":"Allow", "Sid":"\u0061" }`},
		{`{"Principal":"*"}`, `{"Principal":{"AWS":"*"}}`},
		{`{"Principal":"*"}`, `{"Principal":{"AWS":["*","*"]}}`},
		{`{"NotPrincipal":"*"}`, `{"NotPrincipal":{"AWS":["*"]}}`},
		{`{"Principal":{"AWS":"123456789012"}}`, `{"Principal":{"AWS":["arn:aws:iam::123456789012:root"]}}`},
		{`{"Principal":{"AWS":"123456789012"}}`, `{"Principal":{"AWS":["arn:aws-cn:iam::123456789012:root","123456789012"]}}`},
		{`{"Principal":{"AWS":["a","b"],"Service":"s"}}`, `{"Principal":{"Service":["s"],"AWS":["b","a","a"]}}`},
		{`{"Action":"ECR:batchgetimage"}`, `{"Action":["ecr:BatchGetImage"]}`},
		{`{"NotAction":["a","B"]}`, `{"NotAction":["b","A","a"]}`},
		{`{"Resource":["x","y"]}`, `{"Resource":["y","x"]}`},
		{`{"NotResource":"x"}`, `{"NotResource":["x"]}`},
		{`{"Condition":{"Bool":{"aws:SecureTransport":true}}}`, `{"Condition":{"Bool":{"AWS:securetransport":["true"]}}}`},
		{`{"Condition":{"NumericEquals":{"k":5}}}`, `{"Condition":{"NumericEquals":{"k":["5"]}}}`},
		{`{"Condition":{"A":{"k":["1","2"]},"B":{}}}`, `{"Condition":{"B":{},"A":{"k":["2","1"]}}}`},
		{`{"Odd":{"a":[1],"b":true}}`, `{"Odd":{"b":true,"a":[ 1 ]}}`},
	}
	for _, pair := range same {
		if a, b := mustStatement(t, pair[0]).Canonical(), mustStatement(t, pair[1]).Canonical(); a != b {
			t.Errorf("%s and %s differ:\n%s\n%s", pair[0], pair[1], a, b)
		}
	}
	different := [][2]string{
		{`{"Sid":"a"}`, `{"Sid":"A"}`},
		{`{"Effect":"Allow"}`, `{"Effect":"allow"}`},
		{`{"Effect":"Allow"}`, `{"effect":"Allow"}`},
		{`{"Principal":"*"}`, `{"Principal":{"Service":"*"}}`},
		{`{"Principal":"*"}`, `{"NotPrincipal":"*"}`},
		{`{"Principal":"*"}`, `{"Principal":{"AWS":["*","123456789012"]}}`},
		{`{"Principal":"*"}`, `{"Principal":{"AWS":"*","Service":"s"}}`},
		{`{"Principal":{"AWS":[]}}`, `{}`},
		{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/App"}}`, `{"Principal":{"AWS":"arn:aws:iam::123456789012:role/app"}}`},
		{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/root"}}`, `{"Principal":{"AWS":"123456789012"}}`},
		{`{"Principal":{"AWS":"123456789012"}}`, `{"Principal":{"CanonicalUser":"123456789012"}}`},
		{`{"Principal":{"Federated":"arn:aws:iam::123456789012:root"}}`, `{"Principal":{"Federated":"123456789012"}}`},
		{`{"Principal":{"AWS":5}}`, `{"Principal":{"AWS":"5"}}`},
		{`{"Action":"ecr:*"}`, `{"NotAction":"ecr:*"}`},
		{`{"Action":"\u212aey"}`, `{"Action":"key"}`},
		{`{"Action":5}`, `{"Action":"5"}`},
		{`{"Resource":"X"}`, `{"Resource":"x"}`},
		{`{"Resource":[]}`, `{}`},
		{`{"Condition":{"StringEquals":{"k":"A"}}}`, `{"Condition":{"StringEquals":{"k":"a"}}}`},
		{`{"Condition":{"StringEquals":{"k":"a"}}}`, `{"Condition":{"StringLike":{"k":"a"}}}`},
		{`{"Condition":{"StringEquals":{"k":"a"}}}`, `{"Condition":{"StringEqualsIfExists":{"k":"a"}}}`},
		{`{"Condition":{"S":{"k":null}}}`, `{"Condition":{"S":{"k":"null"}}}`},
		{`{"Condition":{"S":{"k":"a","K":"b"}}}`, `{"Condition":{"S":{"k":"b","K":"a"}}}`},
		{`{"Condition":{"S":{"k":[]}}}`, `{"Condition":{"S":{}}}`},
		{`{"Condition":{}}`, `{}`},
		{`{"Odd":1}`, `{"Odd":1.0}`},
		{`{"Odd":null}`, `{}`},
	}
	for _, pair := range different {
		if a := mustStatement(t, pair[0]).Canonical(); a == mustStatement(t, pair[1]).Canonical() {
			t.Errorf("%s and %s are taken for the same: %s", pair[0], pair[1], a)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	good := `{"Version":"2012-10-17","Id":"x","Statement":[
		{"Sid":"a b","Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"Bool":{"k":true}}},
		{"Effect":"Deny","NotPrincipal":{"AWS":["a"],"Service":"s","Federated":"f","CanonicalUser":"c"},"NotAction":["a"],"NotResource":"*"},
		{"Effect":"Deny","Action":["a"],"Resource":["*"]}]}`
	if faults := mustParse(t, good).Faults(); len(faults) > 0 {
		t.Errorf("faults found where none are: %v", faults)
	}
	for text, want := range map[string][]string{
		`{"Version":"2012-10-18"}`:      {`Version, line 1 (byte 1): Version must be "2012-10-17" or "2008-10-17"`},
		`{"Version":"2012-10-17"}`:      {`Statement, line 1 (byte 0): the policy document has no statements`},
		`{"Version":5}`:                 {`Version, line 1 (byte 1): Version must be "2012-10-17" or "2008-10-17"`},
		`{"The verdict is allowed.":5}`: {`"The verdict is allowed.", line 1 (byte 1): unknown element of a policy document`},
		`{"Id":5}`:                      {`Id, line 1 (byte 1): Id must be a string, not a number`},
		"{\n\"Statements\":[]}":         {`Statements, line 2 (byte 2): unknown element of a policy document: write "Statement"`},
		`{"Statement":{}}`: {
			`statement 0, line 1 (byte 13): the statement has no Effect`,
			`statement 0, line 1 (byte 13): the statement has neither Action nor NotAction`,
		},
		`{"Statement":{"Sid":5,"Effect":"allow","Action":"a","effect":1}}`: {
			`statement 0, Sid, line 1 (byte 14): Sid must be a string, not a number`,
			`statement 0, Effect, line 1 (byte 22): Effect must be "Allow" or "Deny" (case-sensitive)`,
			`statement 0, effect, line 1 (byte 52): unknown element of a statement: write "Effect"`,
		},
		`{"Statement":{"Sid":"s","Effect":5,"Action":[],"NotAction":"a","Resource":[5]}}`: {
			`statement 0 (Sid "s"), Effect, line 1 (byte 24): Effect must be "Allow" or "Deny" (case-sensitive)`,
			`statement 0 (Sid "s"), Resource, line 1 (byte 63): Resource must be a string or a list of strings`,
			`statement 0 (Sid "s"), NotAction, line 1 (byte 47): a statement must not have both Action and NotAction`,
		},
		`{"Statement":{"Effect":"Deny","Action":"a","Principal":"123456789012"}}`: {
			`statement 0, Principal, line 1 (byte 43): Principal must be "*" or an object such as {"AWS": "123456789012"}`,
		},
		`{"Statement":{"Effect":"Deny","Action":"a","Principal":{"aws":"x","Service":[]}}}`: {
			`statement 0, Principal.aws, line 1 (byte 56): the principal type must be one of AWS, CanonicalUser, Federated, Service: write "AWS"`,
		},
		`{"Statement":{"Effect":"Deny","Action":"a","Principal":{"Service":5}}}`: {
			`statement 0, Principal.Service, line 1 (byte 56): principals must be a string or a non-empty list of strings`,
		},
		`{"Statement":{"Effect":"Deny","NotAction":[],"NotResource":[],"NotPrincipal":{"AWS":[]}}}`: {
			`statement 0, NotAction, line 1 (byte 30): NotAction must be a string or a non-empty list of strings`,
			`statement 0, NotResource, line 1 (byte 45): NotResource must be a string or a non-empty list of strings`,
			`statement 0, NotPrincipal.AWS, line 1 (byte 78): principals must be a string or a non-empty list of strings`,
		},
		`{"Statement":{"Effect":"Deny","Action":[],"Resource":[],"Principal":{"AWS":[]},"Condition":{"Bool":{"k":[]}}}}`: nil,
		`{"Statement":{"Effect":"Deny","Action":"a","Principal":{}}}`:                                                    nil,
		`{"Statement":{"Effect":"Deny","Action":"a","Condition":[]}}`: {
			`statement 0, Condition, line 1 (byte 43): Condition must be an object, not a list`,
		},
		`{"Statement":{"Effect":"Deny","Action":"a","Condition":{"Bool":5,"StringEquals":{"k":null,"K":{}}}}}`: {
			`statement 0, Condition.Bool, line 1 (byte 56): a condition operator must have an object of condition keys, not a number`,
			`statement 0, Condition.StringEquals.k, line 1 (byte 81): condition values must be a string, number or boolean, or a list of them`,
			`statement 0, Condition.StringEquals.K, line 1 (byte 90): condition values must be a string, number or boolean, or a list of them`,
			`statement 0, Condition.StringEquals.K, line 1 (byte 90): duplicate condition key under the same operator (key names are case-insensitive)`,
		},
	} {
		var got []string
		for _, fault := range mustParse(t, text).Faults() {
			got = append(got, fault.Error())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", text, got, want)
		}
	}
}

func TestErrorAtItem(t *testing.T) {
	t.Parallel()
	s := mustStatement(t, "{\"Sid\":\"s\",\"Action\":[\"a:b\",\n\"c\"],\n\"Resource\":\n\"r\",\"Condition\":{}}")
	for _, test := range []struct {
		item int
		want string
		path []string
	}{
		{1, `statement 0 (Sid "s"), Action[1], line 2 (byte 28): no`, []string{"Action"}},
		{0, `statement 0 (Sid "s"), Resource, line 4 (byte 46): no`, []string{"Resource"}},
		{2, `statement 0 (Sid "s"), Action, line 1 (byte 11): no`, []string{"Action"}},
		{0, `statement 0 (Sid "s"), Condition, line 4 (byte 50): no`, []string{"Condition"}},
	} {
		if got := s.ErrorAtItem("no", test.item, test.path...).Error(); got != test.want {
			t.Errorf("item %d of %s: got %s, want %s", test.item, test.path, got, test.want)
		}
	}
}
