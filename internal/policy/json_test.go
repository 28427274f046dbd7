// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestParseJSONAccepts(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`{}`:                           `{}`,
		" [ ]\r\n\t":                   `[]`,
		`[1,-0,0.5,10e3,1E+2,2.5e-7]`:  `[1,-0,0.5,10e3,1E+2,2.5e-7]`,
		`[true,false,null]`:            `[true,false,null]`,
		`{"b": {"x":1}, "a":[ 1 , 2]}`: `{"a":[1,2],"b":{"x":1}}`,
		`"\"\\\/\b\f\n\r\t\u00e9"`:     `"\"\\/\u0008\u000c\u000a\u000d\u0009é"`,
		`"\ud83d\ude00 😀"`:             `"😀 😀"`,
		`"a b"`:                        `"a b"`,
	} {
		n, err := parseJSON(source)
		if err != nil {
			t.Errorf("%s: %s", source, err.problem)
			continue
		}
		if got := canonicalJSON(n); got != want {
			t.Errorf("%s: read as %s, want %s", source, got, want)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		source  string
		offset  int
		problem string
	}{
		{``, 0, "unexpected end of JSON"},
		{`  `, 2, "unexpected end of JSON"},
		{`{} {}`, 3, "unexpected text after the end"},
		{`{"a":1`, 6, "expected a comma or }"},
		{`{"a":1 "b":2}`, 7, "expected a comma or }"},
		{`{"a":1,}`, 7, "expected a name"},
		{`{a:1}`, 1, "expected a name"},
		{`{"a" 1}`, 5, "expected a colon"},
		{`{"a":}`, 5, "expected a JSON value"},
		{`{"a`, 3, "unexpected end of JSON inside a string"},
		{`{"a":1,"a":2}`, 7, `duplicate key "a"`},
		{`[1 2]`, 3, "expected a comma or ]"},
		{`[1,]`, 3, "expected a JSON value"},
		{`[1`, 2, "expected a comma or ]"},
		{`[`, 1, "unexpected end of JSON"},
		{"\"a\nb\"", 2, "control characters"},
		{`"\x"`, 1, "unknown escape"},
		{`"\u12"`, 1, "unknown escape"},
		{`"\u12zz"`, 1, "unknown escape"},
		{`"\`, 1, "unknown escape"},
		{`"\ud83d"`, 1, "surrogate"},
		{`"\ud83dabcdefg"`, 1, "surrogate"},
		{`"\ude00\ud83d"`, 1, "surrogate"},
		{"\"\xff\"", 1, "not valid UTF-8"},
		{`01`, 0, "invalid JSON number"},
		{`-`, 0, "invalid JSON number"},
		{`1.`, 0, "invalid JSON number"},
		{`1e`, 0, "invalid JSON number"},
		{`.5`, 0, "expected a JSON value"},
		{`nul`, 0, "expected a JSON value"},
		{"\ufeff{}", 0, "expected a JSON value"},
	} {
		_, err := parseJSON(test.source)
		if err == nil {
			t.Errorf("%q: accepted", test.source)
			continue
		}
		if err.offset != test.offset || !strings.Contains(err.problem, test.problem) {
			t.Errorf("%q: %q at %d, want %q at %d", test.source, err.problem, err.offset, test.problem, test.offset)
		}
	}
}

func TestDeepNestingIsAnErrorAndNoCrash(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"[", `{"a":`} {
		_, err := parseJSON(strings.Repeat(open, maxBytes/len(open)))
		if err == nil || !strings.Contains(err.problem, "more than 32 nested levels") {
			t.Errorf("%s repeated: got %+v", open, err)
		}
	}
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	if _, err := parseJSON(deep); err != nil {
		t.Errorf("%d levels: %s", maxDepth, err.problem)
	}
}

func TestCompactKeepsStrings(t *testing.T) {
	t.Parallel()
	source := "{ \"a b\" :\t[ 1.0 , \"x \\\" y\\\\\" ,\n\"\\u00e9 \" ] }"
	want := `{"a b":[1.0,"x \" y\\","\u00e9 "]}`
	if got := compact(source); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzParseJSON holds the parser against encoding/json: what it accepts is JSON,
// and its strings are decoded alike.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5e3,"x\u00e9\ud83d\ude00",true,null]}`, `[[[]]]`, `"\/"`, `{"a":1,"a":2}`, "\xff", `-0`, `[1,]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		n, err := parseJSON(source)
		if err != nil {
			if err.offset < 0 || err.offset > len(source) {
				t.Fatalf("offset %d outside the text", err.offset)
			}
			return
		}
		if !json.Valid([]byte(source)) {
			t.Fatalf("accepted %q, which is not JSON", source)
		}
		var ours, theirs any
		decode(t, canonicalJSON(n), &ours)
		decode(t, source, &theirs)
		if a, b := encode(t, ours), encode(t, theirs); a != b {
			t.Fatalf("read %s, want %s", a, b)
		}
		decode(t, compact(source), &ours)
		if a, b := encode(t, ours), encode(t, theirs); a != b {
			t.Fatalf("compact text reads %s, want %s", a, b)
		}
	})
}

func decode(t *testing.T, source string, into *any) {
	t.Helper()
	*into = nil
	d := json.NewDecoder(strings.NewReader(source))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%q: %s", source, err)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Work on a text is bounded by its size, its depth and the number of faults that are told.
func TestLimits(t *testing.T) {
	t.Parallel()
	if _, err := Parse(`{"Id":"` + strings.Repeat("x", maxBytes) + `"}`); err == nil || !strings.Contains(err.Error(), "no policy is longer") {
		t.Errorf("a long text: %v", err)
	}
	if _, err := Parse(`{"Id":` + strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1) + `}`); err == nil || !strings.Contains(err.Error(), "nested levels") {
		t.Errorf("a deep text: %v", err)
	}
	var members strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&members, `,"u%d":1`, i)
	}
	for _, text := range []string{`{"Statement":[{"Effect":"Allow"` + members.String() + `}]}`, `{"Version":"2012-10-17"` + members.String() + `}`} {
		doc, err := Parse(text)
		if err != nil || len(doc.Faults()) != MaxFaults {
			t.Errorf("%d faults, %v; want %d", len(doc.Faults()), err, MaxFaults)
		}
	}
}

func TestDocument_ErrorAt(t *testing.T) {
	t.Parallel()
	doc, err := Parse("{\"Version\": \"2012-10-17\",\n \"Id\": \"a\", \"Statement\": []}")
	if err != nil {
		t.Fatal(err)
	}
	if fault := doc.ErrorAt("is odd", "Id"); fault == nil || fault.Line != 2 || fault.Element != "Id" || fault.Statement >= 0 || fault.Problem != "is odd" {
		t.Errorf("error %+v at Id", fault)
	}
	if fault := doc.ErrorAt("is odd", "Other"); fault != nil {
		t.Errorf("error %+v at an element that the document does not have", fault)
	}
}
