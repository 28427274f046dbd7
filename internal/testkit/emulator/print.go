// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// printPolicy returns the text of the policy of a repository or registry in ECR's format: indented, elements
// in ECR's order, lists of one element as scalars. A role or user has its ARN or, after it
// was deleted, its unique ID. The order of principals changes with every read.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
// (example) and https://github.com/crossplane-contrib/provider-aws/issues/780
func (s *Server) printPolicy(p *storedPolicy) string {
	if p.verbatim != "" {
		return p.verbatim
	}
	p.reads++
	var statements []any
	for _, statement := range p.document.statements {
		statements = append(statements, s.printStatement(statement, p.reads))
	}
	var fields object
	fields.addText("Version", p.document.version)
	fields.addText("Id", p.document.id)
	fields.add("Statement", statements)
	var text strings.Builder
	fields.print(&text, "")
	return text.String()
}

func (s *Server) printStatement(st *statement, rotation int) object {
	var fields object
	fields.addText("Sid", st.sid)
	fields.addText("Effect", st.effect)
	fields.addPrincipals("Principal", s.namePrincipals(st.principal, rotation))
	fields.addPrincipals("NotPrincipal", s.namePrincipals(st.notPrincipal, rotation))
	fields.addValues("Action", st.action)
	fields.addValues("NotAction", st.notAction)
	fields.addValues("Resource", st.resource)
	fields.addValues("NotResource", st.notResource)
	if st.condition != nil {
		var condition object
		for _, operator := range sortedKeys(st.condition) {
			var keys object
			for _, key := range sortedKeys(st.condition[operator]) {
				of := st.condition[operator][key]
				keys.addValues(key, collapse(of.list))
			}
			condition.add(operator, keys)
		}
		fields.add("Condition", condition)
	}
	return fields
}

// namePrincipals replaces unique IDs of existing principals by their ARNs, and sorts and
// rotates the principals.
func (s *Server) namePrincipals(p *principals, rotation int) *principals {
	if p == nil || p.anyone {
		return p
	}
	named := &principals{byType: map[string]values{}}
	for kind, of := range p.byType {
		list := make([]string, len(of.list))
		for i, value := range of.list {
			list[i] = value
			if arn := s.arnOfUniqueID(value); arn != "" {
				list[i] = arn
			}
		}
		slices.Sort(list)
		list = slices.Compact(list)
		split := rotation % len(list)
		named.byType[kind] = *collapse(slices.Concat(list[split:], list[:split]))
	}
	return named
}

// collapse makes a list of one element a scalar.
func collapse(list []string) *values {
	return &values{list: list, scalar: len(list) == 1}
}

// An object is a JSON object whose fields keep their order.
type object []field

type field struct {
	name  string
	value any // string, []any of these, or object
}

func (o *object) add(name string, value any) { *o = append(*o, field{name, value}) }

func (o *object) addText(name, value string) {
	if value != "" {
		o.add(name, value)
	}
}

func (o *object) addValues(name string, v *values) {
	if v == nil {
		return
	}
	if v.scalar {
		o.add(name, v.list[0])
		return
	}
	list := make([]any, len(v.list))
	for i, value := range v.list {
		list[i] = value
	}
	o.add(name, list)
}

func (o *object) addPrincipals(name string, p *principals) {
	switch {
	case p == nil:
	case p.anyone:
		o.add(name, "*")
	default:
		var byType object
		for _, kind := range sortedKeys(p.byType) {
			of := p.byType[kind]
			byType.addValues(kind, &of)
		}
		o.add(name, byType)
	}
}

// print writes the object in the format of ECR's responses: one field per line, a list on
// one line, a space before and after the colon.
func (o *object) print(b *strings.Builder, indent string) {
	b.WriteString("{")
	for i, f := range *o {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(b, "\n%s  %s : ", indent, quote(f.name))
		printValue(b, f.value, indent+"  ")
	}
	fmt.Fprintf(b, "\n%s}", indent)
}

func printValue(b *strings.Builder, value any, indent string) {
	switch v := value.(type) {
	case string:
		b.WriteString(quote(v))
	case object:
		v.print(b, indent)
	case []any:
		b.WriteString("[ ")
		for i, item := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			printValue(b, item, indent)
		}
		b.WriteString(" ]")
	default:
		panic(fmt.Sprintf("printing %T", value))
	}
}

// quote returns s as a JSON string, without escapes for <, > and &.
func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(fmt.Sprintf("quoting %q: %v", s, err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
