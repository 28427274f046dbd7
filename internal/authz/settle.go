package authz

import "slices"

// settle finds with which of the values that the policies name the key leads
// away from Denied: the only ones that do, or else the only ones that do not;
// and whether it has to be present, or absent. Other unknown keys stay unknown.
func (e *evaluation) settle(k *unknownKey, cases []assumption) {
	open, denied := map[string]bool{}, map[string]bool{} // by text; empty for all other values
	var openPresent, openAbsent, deniedAbsent bool
	for _, a := range cases {
		e.assumed = []assumption{a}
		o := e.judge()
		isDenied := o.verdict(e) == Denied
		switch {
		case a.state == KeyAbsent:
			openAbsent, deniedAbsent = !isDenied, isDenied
		case isDenied:
			denied[k.textOf(a)] = true
		default:
			open[k.textOf(a)], openPresent = true, true
		}
	}
	k.mustBePresent = deniedAbsent && openPresent
	k.mustBeAbsent = openAbsent && !openPresent
	for _, text := range k.texts {
		switch {
		case open[text] && !open[""] && !openAbsent:
			k.allowing = append(k.allowing, text)
		case denied[text] && !denied[""] && !open[text]:
			k.denying = append(k.denying, text)
		}
	}
}

// textOf returns how the policies write a value, in full or as a pattern; empty
// when they do not.
func (k *unknownKey) textOf(a assumption) string {
	if a.state != KeyKnown || len(a.values) != 1 || a.values[0] == somethingElse {
		return ""
	}
	if slices.Contains(k.texts, a.values[0]) {
		return a.values[0]
	}
	i := slices.IndexFunc(k.texts, func(text string) bool {
		p, _ := parsePattern(text, syntax{wildcards: true})
		return p.match(a.values[0])
	})
	if i < 0 {
		return ""
	}
	return k.texts[i]
}
