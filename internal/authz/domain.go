package authz

import "strings"

// hasType reports whether every value of a global condition key, in lower case,
// can be read by the operators of a family.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func hasType(key string, f family) bool {
	switch key {
	case "aws:currenttime", "aws:tokenissuetime":
		return f == date
	case "aws:epochtime":
		return f == date || f == numeric
	case "aws:multifactorauthage":
		return f == numeric
	case "aws:sourceip", "aws:vpcsourceip":
		return f == ipAddress
	case "aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice":
		return f == boolean
	}
	return false
}

// domain returns languages of which one has each value that the key can have, or
// nothing when it can be any text.
func (k *unknownKey) domain(e *evaluation) []language {
	switch {
	case hasType(k.key, boolean):
		return []language{{pattern: pattern{{kind: literal, text: "true"}}}, {pattern: pattern{{kind: literal, text: "false"}}}}
	case k.key == "aws:principalarn" && e.contextKey(k.key) == nil && e.caller.pathLost:
		beforePath, name := strings.TrimSuffix(e.caller.arn[0], "/"+e.caller.Name), "/"+e.caller.Name
		return []language{
			{pattern: pattern{{kind: literal, text: beforePath + name}}},
			{pattern: pattern{{kind: literal, text: beforePath + "/"}, {kind: one}, {kind: star}, {kind: literal, text: name}}},
		}
	}
	return nil
}

// within returns those of the texts that one of the languages has, or all when
// there are no languages.
func within(texts []string, languages []language) []string {
	if languages == nil {
		return texts
	}
	var kept []string
	for _, text := range texts {
		at := start(languages)
		for i := range len(text) {
			at = at.read(languages, text[i])
		}
		if strings.Contains(at.answers(languages), "+") {
			kept = append(kept, text)
		}
	}
	return kept
}
