// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

func stableJSON(source string, n node) string {
	var items []string
	isText := true
	for _, item := range n.items {
		isText = isText && item.kind == stringKind
		items = append(items, stableJSON(source, item))
	}
	for _, m := range n.members {
		items = append(items, quote(m.name)+":"+stableJSON(source, m.value))
	}
	switch n.kind {
	case listKind:
		if isText {
			slices.Sort(items)
		}
		return "[" + strings.Join(items, ",") + "]"
	case objectKind:
		return "{" + strings.Join(items, ",") + "}"
	default:
		return compact(source[n.start:n.end])
	}
}

func canonicalStatement(n node) string {
	elements := map[string]string{}
	for _, m := range n.members {
		elements[m.name] = canonicalElement(m.name, m.value)
	}
	if elements["Sid"] == `""` {
		delete(elements, "Sid")
	}
	return joinObject(elements)
}

func canonicalElement(name string, n node) string {
	switch name {
	case "Principal", "NotPrincipal":
		return canonicalPrincipal(n)
	case "Action", "NotAction":
		return canonicalList(n, pattern.Lower)
	case "Resource", "NotResource":
		return canonicalList(n, asWritten)
	case "Condition":
		return canonicalCondition(n)
	}
	return canonicalJSON(n)
}

func asWritten(s string) string { return s }

// canonicalList prints a string or a list of strings as a set.
func canonicalList(n node, normal func(string) string) string {
	values, ok := stringList(n)
	if !ok {
		return canonicalJSON(n)
	}
	for i, v := range values {
		values[i] = normal(v)
	}
	return printList(values)
}

func canonicalPrincipal(n node) string {
	if n.kind != objectKind {
		return canonicalJSON(n)
	}
	types := map[string]string{}
	for _, m := range n.members {
		normal := asWritten
		if m.name == "AWS" {
			normal = canonicalAWSPrincipal
		}
		types[m.name] = canonicalList(m.value, normal)
	}
	if len(types) == 1 && types["AWS"] == `"*"` {
		return `"*"`
	}
	return joinObject(types)
}

// canonicalAWSPrincipal prints an account root as the account ID, which has no partition:
// AWS rejects a principal of another partition anyway.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
func canonicalAWSPrincipal(s string) string {
	if p, err := awsname.ParsePrincipal(s); err == nil && p.Kind == awsname.AccountRoot {
		return p.Account
	}
	return s
}

// canonicalCondition prints the values of each condition as a set, because they are
// alternatives. If key names differ only in case, the element is compared as JSON, because
// AWS does not document which key counts.
func canonicalCondition(n node) string {
	conditions, ok := conditionList(n)
	if !ok || len(duplicateKeys(n)) > 0 {
		return canonicalJSON(n)
	}
	tests := map[string]string{}
	for _, test := range n.members {
		tests[test.name] = "{}"
	}
	keys := map[string]map[string]string{}
	for _, c := range conditions {
		if keys[c.Test] == nil {
			keys[c.Test] = map[string]string{}
		}
		keys[c.Test][pattern.Lower(c.Variable)] = printList(c.Values)
	}
	for test, values := range keys {
		tests[test] = joinObject(values)
	}
	return joinObject(tests)
}

// canonicalJSON prints a value with sorted names, without white space, and with one form
// of escapes.
func canonicalJSON(n node) string {
	switch n.kind {
	case stringKind:
		return quote(n.text)
	case listKind:
		items := make([]string, len(n.items))
		for i, item := range n.items {
			items[i] = canonicalJSON(item)
		}
		return "[" + strings.Join(items, ",") + "]"
	case objectKind:
		values := map[string]string{}
		for _, m := range n.members {
			values[m.name] = canonicalJSON(m.value)
		}
		return joinObject(values)
	default:
		return n.text
	}
}
