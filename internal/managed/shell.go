// SPDX-License-Identifier: MPL-2.0

package managed

import "strings"

// ImportCommand returns the shell command that imports an ID to an address, such as
// ecrxa_repository_grant.payments.
func ImportCommand(address, id string) string {
	return "terraform import " + address + " " + shellQuoted(id)
}

// Command returns a command for a POSIX shell. It quotes the words that need it.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; word == "" || strings.ContainsFunc(word, isSpecial) {
			quoted[i] = shellQuoted(word)
		}
	}
	return strings.Join(quoted, " ")
}

// isSpecial reports whether a character may be special for a shell.
func isSpecial(r rune) bool {
	return r >= 128 || !isAlphanumeric(r) && !strings.ContainsRune("-_./:", r)
}

// shellQuoted quotes a word for a POSIX shell, so that no character is special.
func shellQuoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
