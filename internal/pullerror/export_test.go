// SPDX-License-Identifier: MPL-2.0

package pullerror

// A PatternFacts has what a test checks of a pattern.
type PatternFacts struct {
	Name, Source, Meaning string
	Words                 []string
}

// Patterns returns the facts of all patterns.
func Patterns() []PatternFacts {
	var list []PatternFacts
	for _, p := range patterns {
		words := append(append(append([]string{}, p.any...), p.near...), p.not...)
		list = append(list, PatternFacts{p.name, p.source, p.meaning, words})
	}
	return list
}

// MaxText is how much of a text is read.
const MaxText = maxText
