// SPDX-License-Identifier: MPL-2.0

package printed_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ value, quoted, name string }{
		"":                         {`""`, `""`, ``},
		"TeamA":                    {`TeamA`, `"TeamA"`, `TeamA`},
		"${aws:username}":          {`${aws:username}`, `"${aws:username}"`, `${aws:username}`},
		"café":                     {`café`, `"café"`, `café`},
		"two words":                {`"two words"`, `"two words"`, `two words`},
		"a\"b":                     {`"a\"b"`, `"a\"b"`, `a"b`},
		"a`b":                      {"\"a`b\"", "\"a`b\"", "a`b"},
		"a\nWhat to change:":       {`"a\nWhat to change:"`, `"a\nWhat to change:"`, `a\nWhat to change:`},
		"\x1b[31m\a\u009b1m":       {`"\x1b[31m\a\u009b1m"`, `"\x1b[31m\a\u009b1m"`, `\x1b[31m\a\u009b1m`},
		"\u202e\u2066\u200b\u2028": {`"\u202e\u2066\u200b\u2028"`, `"\u202e\u2066\u200b\u2028"`, `\u202e\u2066\u200b\u2028`},
		"a\xffb":                   {`"a\xffb"`, `"a\xffb"`, `a\xffb`},
		"a\u3164or\u2800b\uffa0":   {`"a\u3164or\u2800b\uffa0"`, `"a\u3164or\u2800b\uffa0"`, `a\u3164or\u2800b\uffa0`},
		"e\u0301\u20dd\ufe0f":      {`"e\u0301\u20dd\ufe0f"`, `"e\u0301\u20dd\ufe0f"`, `e\u0301\u20dd\ufe0f`},
		"\U000e0041\x7f":           {`"\U000e0041\x7f"`, `"\U000e0041\x7f"`, `\U000e0041\x7f`},
	} {
		if got := printed.Value(text); got != want.value {
			t.Errorf("the value %q: got %s, want %s", text, got, want.value)
		}
		if got := printed.Quoted(text); got != want.quoted {
			t.Errorf("%q in quotes: got %s, want %s", text, got, want.quoted)
		}
		if got := printed.Name(text); got != want.name {
			t.Errorf("the name %q: got %s, want %s", text, got, want.name)
		}
		if got := printed.Message(text); got != want.name {
			t.Errorf("the message %q: got %s, want %s", text, got, want.name)
		}
	}
	if got := printed.Values([]string{"a", "b c"}); !slices.Equal(got, []string{"a", `"b c"`}) {
		t.Errorf("got %s", got)
	}
}

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		print func(string) string
		most  int
		quote string
	}{{printed.Value, 320, ""}, {printed.Quoted, 320, `"`}, {printed.Name, 320, ""}, {printed.Message, 2000, ""}} {
		for _, letter := range []string{"a", "é"} {
			fits := strings.Repeat(letter, tt.most)
			if got, want := tt.print(fits), tt.quote+fits+tt.quote; got != want {
				t.Errorf("a text that fits became %s", got)
			}
			if got, want := tt.print(fits+strings.Repeat(letter, 1<<20)), tt.quote+fits+tt.quote+"… (1048576 more characters)"; got != want {
				t.Errorf("a long text became one of %d bytes", len(got))
			}
		}
	}
	if got, want := printed.Quoted(strings.Repeat("\u202e", 100)), `"`+strings.Repeat(`\u202e`, 53)+`"… (47 more characters)`; got != want {
		t.Errorf("escapes count: got %s, want %s", got, want)
	}
}

// FuzzTexts: whatever the text is, all that is printed is printable, on one line, and
// short, and it is the same text when it is printed again.
func FuzzTexts(f *testing.F) {
	f.Add("a\n\x1b\u202e\xff`")
	f.Fuzz(func(t *testing.T, text string) {
		for _, got := range []string{printed.Value(text), printed.Quoted(text), printed.Name(text), printed.Message(text)} {
			if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) || len(got) > 4*2000+40 {
				t.Errorf("%q is printed as %q", text, got)
			}
		}
		if once := printed.Name(text); len(text) < 320 && len(once) < 320 && printed.Name(once) != once {
			t.Errorf("%q is printed twice as %q", text, printed.Name(once))
		}
	})
}
