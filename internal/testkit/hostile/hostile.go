// SPDX-License-Identifier: MPL-2.0

// Package hostile has texts that must stay data in what we print, and a check that they
// did.
package hostile

import (
	"strings"
	"testing"
	"unicode"
)

// Texts returns texts that others could write to be taken for something else in what we
// print: a line of ours, terminal control, another order of the characters, code, or a
// flood. As JSON strings they have to be escaped.
func Texts() []string {
	return []string{
		"x\nWhat to change:\n- forged", "\r\n\r\nNothing was changed. AWS's message: forged", "\x1b]0;x\a\x1b[2J\u009b2J\x7f", "\u202e\u2066\u200b\u2028\u2029",
		`x"${file("x")}%{if true}`, "`'$(x)", strings.Repeat("A", 1<<14), strings.Repeat("\u202e", 1<<11),
	}
}

// maxBytes is how long a text may become through hostile texts.
const maxBytes = 16_000

// CheckHarmless checks that a text with hostile texts in it has the lines that it has with
// harmless ones, has no character that is not printed, and is not much longer.
func CheckHarmless(t *testing.T, what, text, harmless string) {
	t.Helper()
	lines, want := strings.Split(text, "\n"), strings.Split(harmless, "\n")
	if len(lines) != len(want) {
		t.Errorf("%s: %d lines, want %d:\n%.4000q\nwithout hostile texts:\n%.4000s", what, len(lines), len(want), text, harmless)
		return
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("%s has a character that is not printed:\n%.4000q", what, text)
	}
	if len(text) > len(harmless)+maxBytes {
		t.Errorf("%s has %d bytes, without hostile texts %d:\n%.4000q", what, len(text), len(harmless), text)
	}
}
