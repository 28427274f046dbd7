// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"errors"
	"slices"
	"testing"
)

func mustParse(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %s", text, err)
	}
	return d
}

func mustStatement(t *testing.T, text string) *Statement {
	t.Helper()
	s, err := ParseStatement(text)
	if err != nil {
		t.Fatalf("%s: %s", text, err)
	}
	return s
}

// odd is a document full of what others may have written.
const odd = `{
  "Id": "somebody else's",
  "Version" : "2008-10-17",
  "X-Unknown": [1.50, {"z": null, "a": "\u00e9"}],
  "Statement": [
    {"Action": ["ecr:PutImage", "ecr:BatchGetImage"], "Sid": "new statement", "Effect": "Allow", "Principal": "*", "Resource": "*"},
    {"Effect": "Deny", "Principal": {"AWS": "AROAEXAMPLEEXAMPLEID"}, "Action": "ecr:*", "Odd": 1e2},
    {"Sid": "twice", "Effect": "Allow", "Principal": "*", "Action": "ecr:GetRepositoryPolicy"},
    {"Sid": "twice", "Effect": "Allow", "Principal": "*", "Action": "ecr:ListImages"}
  ]
}`

func TestPrintKeepsEveryByteButWhiteSpace(t *testing.T) {
	t.Parallel()
	want := `{"Id":"somebody else's","Version":"2008-10-17","X-Unknown":[1.50,{"z":null,"a":"\u00e9"}],"Statement":[` +
		`{"Action":["ecr:PutImage","ecr:BatchGetImage"],"Sid":"new statement","Effect":"Allow","Principal":"*","Resource":"*"},` +
		`{"Effect":"Deny","Principal":{"AWS":"AROAEXAMPLEEXAMPLEID"},"Action":"ecr:*","Odd":1e2},` +
		`{"Sid":"twice","Effect":"Allow","Principal":"*","Action":"ecr:GetRepositoryPolicy"},` +
		`{"Sid":"twice","Effect":"Allow","Principal":"*","Action":"ecr:ListImages"}]}`
	if got := mustParse(t, odd).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPut(t *testing.T) {
	t.Parallel()
	mine := mustStatement(t, ` {"Sid": "mine", "Effect": "Allow"} `)
	for name, test := range map[string]struct{ before, after string }{
		"appended":              {`{"Statement":[{"Sid":"a"}]}`, `{"Statement":[{"Sid":"a"},{"Sid":"mine","Effect":"Allow"}]}`},
		"in its place":          {`{"Statement":[{"Sid":"mine"},{"Sid":"b"}],"Id":"x"}`, `{"Statement":[{"Sid":"mine","Effect":"Allow"},{"Sid":"b"}],"Id":"x"}`},
		"first of two":          {`{"Statement":[{"Sid":"mine"},{"Sid":"mine"}]}`, `{"Statement":[{"Sid":"mine","Effect":"Allow"},{"Sid":"mine"}]}`},
		"single becomes a list": {`{"Statement":{"Sid":"a"}}`, `{"Statement":[{"Sid":"a"},{"Sid":"mine","Effect":"Allow"}]}`},
		"single replaced":       {`{"Statement":{"Sid":"mine"}}`, `{"Statement":{"Sid":"mine","Effect":"Allow"}}`},
		"no Statement":          {`{"Version":"2012-10-17"}`, `{"Version":"2012-10-17","Statement":[{"Sid":"mine","Effect":"Allow"}]}`},
		"nothing at all":        {`{}`, `{"Statement":[{"Sid":"mine","Effect":"Allow"}]}`},
	} {
		d := mustParse(t, test.before)
		if got := d.Put(mine).String(); got != test.after {
			t.Errorf("%s: got %s, want %s", name, got, test.after)
		}
		if got := compact(test.before); d.String() != got {
			t.Errorf("%s: the document itself became %s", name, d)
		}
	}
}

func TestPutWithoutSidAppends(t *testing.T) {
	t.Parallel()
	d := mustParse(t, `{"Statement":[{"Effect":"Deny"}]}`).Put(mustStatement(t, `{"Effect":"Allow"}`))
	if want := `{"Statement":[{"Effect":"Deny"},{"Effect":"Allow"}]}`; d.String() != want {
		t.Errorf("got %s, want %s", d, want)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ before, sid, after string }{
		{`{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, "a", `{"Statement":[{"Sid":"b"}]}`},
		{`{"Statement":[{"Sid":"a"},{"Sid":"a"}]}`, "a", `{"Statement":[]}`},
		{`{"Statement":{"Sid":"a"}}`, "a", `{"Statement":[]}`},
		{`{"Statement":{"Sid":"a"}}`, "b", `{"Statement":{"Sid":"a"}}`},
		{`{"Statement":[{"Effect":"Deny"},{"Sid":""}]}`, "", `{"Statement":[{"Effect":"Deny"},{"Sid":""}]}`},
		{`{"Id":"x"}`, "a", `{"Id":"x"}`},
	} {
		after := mustParse(t, test.before).Remove(test.sid)
		if got := after.String(); got != test.after {
			t.Errorf("%s without %q: got %s, want %s", test.before, test.sid, got, test.after)
		}
		if after.Empty() != (len(after.Statements()) == 0) {
			t.Errorf("%s: Empty() = %v", after, after.Empty())
		}
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	next := map[string]*Statement{
		"": mustStatement(t, `{"Effect":"Deny"}`), "gone": nil, "absent": nil,
		"b": mustStatement(t, `{"Sid":"b","Effect":"Allow"}`), "a": mustStatement(t, `{"Sid":"a","Effect":"Allow"}`),
	}
	for before, after := range map[string]string{
		`{"Statement":[]}`: `{"Statement":[{"Sid":"a","Effect":"Allow"},{"Sid":"b","Effect":"Allow"}]}`,
		`{"Statement":[{"Sid":"gone"},{"Sid":""},{"Sid":"b"},{"Effect":"Deny"},{"Sid":"gone"},{"Sid":"b"},{"Sid":"c"}],"Id":"x"}`: `{"Statement":[{"Sid":""},{"Sid":"b","Effect":"Allow"},{"Effect":"Deny"},{"Sid":"b"},{"Sid":"c"},{"Sid":"a","Effect":"Allow"}],"Id":"x"}`,
		`{"Statement":{"Sid":"c"}}`: `{"Statement":[{"Sid":"c"},{"Sid":"a","Effect":"Allow"},{"Sid":"b","Effect":"Allow"}]}`,
	} {
		d := mustParse(t, before)
		laid := d.Overlay(next)
		if got := laid.String(); got != after {
			t.Errorf("%s: got\n%s, want\n%s", before, got, after)
		}
		for i, s := range laid.Statements() {
			if s.Index() != i {
				t.Errorf("%s: the statement %s at %d has the index %d", before, s, i, s.Index())
			}
		}
		if d.String() != compact(before) {
			t.Errorf("%s: the document itself became %s", before, d)
		}
		if got := d.Overlay(nil).String(); got != d.String() {
			t.Errorf("%s: with nothing laid over it became %s", before, got)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	d := mustParse(t, odd)
	for sid, want := range map[string]int{"twice": 2, "new statement": 1, "nowhere": 0, "": 0} {
		if got := len(d.Find(sid)); got != want {
			t.Errorf("Find(%q) found %d, want %d", sid, got, want)
		}
	}
}

func TestStatementsKnowTheirPlace(t *testing.T) {
	t.Parallel()
	d := mustParse(t, odd)
	lines := []int{6, 7, 8, 9}
	for i, s := range d.Statements() {
		if s.Index() != i || s.Line() != lines[i] {
			t.Errorf("statement %d: index %d, line %d", i, s.Index(), s.Line())
		}
	}
	put := d.Put(mustStatement(t, `{"Sid":"at the end"}`)).Statements()
	if last := put[len(put)-1]; last.Index() != len(lines) {
		t.Errorf("a statement that was put at the end has the index %d, want %d", last.Index(), len(lines))
	}
	if built := NewDocument(d.Statements()[2]).Statements()[0]; built.Index() != 0 {
		t.Errorf("the only statement of a document that was built has the index %d", built.Index())
	}
	if third := d.Put(mustStatement(t, `{"Sid":"twice"}`)).Statements()[2]; third.Index() != 2 {
		t.Errorf("a statement that took the place of another has the index %d, want 2", third.Index())
	}
	slices.Reverse(d.Statements())
	if d.Statements()[0].Sid() != "new statement" {
		t.Error("a caller could reorder the document's statements")
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`:                       Version2008,
		`{"Version":"2012-10-17"}`: Version2012,
		`{"Version":5}`:            "5",
	} {
		if got := mustParse(t, text).Version(); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if New().Version() != Version2012 || !New().Empty() || New().String() != `{"Version":"2012-10-17","Statement":[]}` {
		t.Errorf("New() = %s", New())
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{`[]`, `line 1 (byte 0): a policy document must be a JSON object, not a list`},
		{"{\n\"Statement\": 5}", `Statement, line 2 (byte 15): Statement must be an object or a list of objects, not a number`},
		{"{\"Statement\": [{},\n \"x\"]}", `statement 1, line 2 (byte 20): a statement must be a JSON object, not a string`},
		{"{\"Statement\": [{\"Sid\":\"s\",\n\"Action\":\"a\",\n\"Action\":\"b\"}]}", `statement 0 (Sid "s"), Action, line 3 (byte 41): duplicate key "Action" in the same object`},
		{`{"Statement": {"Sid":"s","Condition":{"StringEquals":{"k":1,"k":2}}}}`, `statement 0 (Sid "s"), Condition.StringEquals.k, line 1 (byte 60): duplicate key "k" in the same object`},
		{`{"Statement": [{}, {"Action":["a",]}]}`, `statement 1, Action[1], line 1 (byte 34): expected a JSON value. JSON has no comma after the last element: remove the comma before this ]`},
		{`{"Statement": [], }`, `line 1 (byte 18): expected a name in double quotes. JSON has no comma after the last element: remove the comma before this }`},
		{`{"Statement": }`, `statement 0, line 1 (byte 14): expected a JSON value`},
		{`{'Statement': []}`, `line 1 (byte 1): expected a name in double quotes. JSON has only double quotes: replace the single quotes`},
		{"{ // all\n}", `line 1 (byte 2): expected a name in double quotes. JSON has no comments: remove this one`},
		{`{"Id":1,"Id":2}`, `Id, line 1 (byte 8): duplicate key "Id" in the same object`},
		{`{"Statement":[],"Statement":[]}`, `statement 0, line 1 (byte 16): duplicate key "Statement" in the same object`},
	} {
		_, err := Parse(test.text)
		var e *Error
		if !errors.As(err, &e) || e.Error() != test.want {
			t.Errorf("%s:\ngot  %v\nwant %s", test.text, err, test.want)
			continue
		}
		e.Document = "the policy"
		if got, want := e.Error(), `"the policy", `+test.want; got != want {
			t.Errorf("with a name: %s, want %s", got, want)
		}
	}
}

func TestDocumentCanonical(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{`{}`, `{"Version":"2008-10-17","Statement":[]}`},
		{`{"Statement":{"Sid":"a"}}`, `{"Statement":[{"Sid":"a"}]}`},
		{`{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"b"},{"Sid":"a"}]}`},
		{`{"X":{"a":1,"b":"\u0041"}}`, `{ "X": {"b":"A", "a":1} }`},
	}
	for _, pair := range same {
		if a, b := mustParse(t, pair[0]).Canonical(), mustParse(t, pair[1]).Canonical(); a != b {
			t.Errorf("%s and %s differ:\n%s\n%s", pair[0], pair[1], a, b)
		}
	}
	different := [][2]string{
		{`{}`, `{"Version":"2012-10-17"}`},
		{`{"Statement":[{"Sid":"a"},{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"a"},{"Sid":"b"},{"Sid":"b"}]}`},
		{`{"Id":"a"}`, `{"Id":"b"}`},
		{`{"X":[1,2]}`, `{"X":[2,1]}`},
		{`{"X":1}`, `{"X":"1"}`},
	}
	for _, pair := range different {
		if mustParse(t, pair[0]).Canonical() == mustParse(t, pair[1]).Canonical() {
			t.Errorf("%s and %s are taken for the same", pair[0], pair[1])
		}
	}
}

// FuzzDocument: print and parse are stable, canonical forms survive printing,
// and edits leave the bytes of all other statements alone.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		odd, `{}`, `{"Statement":{"Sid":"mine"}}`, `{"Statement":[{"Sid":"mine"},{"Sid":"mine"},{}]}`,
		`{"Version":"2012-10-17","Statement":[{"Sid":"a b","Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:root"]},"Action":"ECR:BatchGetImage","Condition":{"StringEquals":{"aws:X":true,"AWS:x":5}}}]}`,
	} {
		f.Add(seed)
	}
	mine, err := ParseStatement(`{"Sid":"mine","Effect":"Allow"}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		d.Faults()
		printed := d.String()
		again := mustParse(t, printed)
		if again.String() != printed {
			t.Fatalf("printed %s, then %s", printed, again)
		}
		if again.Canonical() != d.Canonical() {
			t.Fatalf("canonical %s became %s by printing", d.Canonical(), again.Canonical())
		}
		others := func(d *Document) (texts []string) {
			for _, s := range d.Statements() {
				if s.Sid() != "mine" {
					texts = append(texts, s.String())
				}
			}
			return texts
		}
		put := mustParse(t, d.Put(mine).String())
		removed := mustParse(t, put.Remove("mine").String())
		if !slices.Equal(others(put), others(d)) || !slices.Equal(others(removed), others(d)) {
			t.Fatalf("editing %s changed other statements: %s, %s", d, put, removed)
		}
		if len(put.Find("mine")) == 0 || len(removed.Find("mine")) != 0 {
			t.Fatalf("edits of %s: %s, %s", d, put, removed)
		}
	})
}

// UnknownElements are the members that a policy of AWS does not have, as they are written.
func TestUnknownElements(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{"Version":"2012-10-17","Id":"x","Statement":[]}`: nil,
		`{"statement":[],"Version":"2012-10-17","Odd":1}`:  {"statement", "Odd"},
	} {
		doc, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.UnknownElements(); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", text, got, want)
		}
	}
}

// AWS returns lists in another order from one read to the next.
func TestDocument_Stable(t *testing.T) {
	t.Parallel()
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"B","Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s"},"Action":["a","b"],"Condition":{"NumericEquals":{"k":[2,1]}}},{"Sid":"A","Other":["x",["b","c"]]}]}`
	for _, text := range []string{
		want,
		`{"Version":"2012-10-17","Statement":[{"Sid":"B","Effect":"Allow","Principal":{"AWS":["2", "1"],"Service":"s"},"Action":["b","a"],"Condition":{"NumericEquals":{"k":[2, 1]}}},
			{"Sid":"A","Other":["x",["c","b"]]}]}`,
	} {
		doc, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Stable(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	doc, err := Parse(`{ "Statement": {"Sid": "A", "Action": ["b", "a"]} }`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := doc.Stable(), `{"Statement":{"Sid":"A","Action":["a","b"]}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
