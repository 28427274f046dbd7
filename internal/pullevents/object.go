// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"encoding/json"
	"strings"
)

// The limits of what is read. CloudTrail cuts its events at 256 KB.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
const (
	maxEvent     = 1 << 20
	maxDepth     = 32
	maxText      = 1024 // bytes of a name; the ARN of every principal fits
	maxWord      = 128  // bytes of an action, a code or an address
	maxMessage   = 4096 // bytes of an error message
	maxResources = 100
)

// depth returns how deep objects and lists are nested in a JSON text.
func depth(text string) (deepest int) {
	open, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}

// An object is a JSON object whose members are read one by one: a member that is missing or
// has another type is empty. Names must match in case, which encoding/json ignores.
type object map[string]json.RawMessage

func objectOf(text json.RawMessage) (o object) {
	if json.Unmarshal(text, &o) != nil {
		return nil
	}
	return o
}

func (o object) object(name string) object { return objectOf(o[name]) }

func (o object) list(name string) (list []json.RawMessage) {
	if json.Unmarshal(o[name], &list) != nil {
		return nil
	}
	return list[:min(len(list), maxResources)]
}

// text returns a name. One that is too long to be a name is missing: a part of it would be
// another name.
func (o object) text(name string) string { return textOf(o[name], maxText) }

func textOf(raw json.RawMessage, most int) (text string) {
	if json.Unmarshal(raw, &text) != nil || len(text) > most {
		return ""
	}
	return text
}

// hasText reports whether a member is neither missing nor empty.
func hasText(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null" && string(raw) != `""`
}

// cut returns the beginning of a text.
func cut(text string, most int) string {
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "")
	}
	return text
}
