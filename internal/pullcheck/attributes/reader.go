// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A reader takes arguments apart and notes what has the wrong type.
type reader struct {
	values    map[string]attr.Value
	knownOnly bool // what is unknown is as if it were not set
	faults    verdict.InputErrors
}

func (r *reader) fault(at verdict.At, problem string) {
	r.faults = append(r.faults, &verdict.InputError{At: at, Problem: problem})
}

// value returns the value of an argument; false when it is not set or unknown.
func (r *reader) value(name string) (attr.Value, bool) {
	v, found := r.values[name]
	if !found {
		return nil, false
	}
	v = underlying(v)
	return v, !v.IsNull() && !v.IsUnknown()
}

// isUnknown reports whether an argument is unknown, and counts as such.
func (r *reader) isUnknown(name string) bool {
	v, found := r.values[name]
	return found && underlying(v).IsUnknown() && !r.knownOnly
}

// unknownDocument is one document that is not known. Those of AWS do not take its place.
func unknownDocument(at verdict.At, name string) verdict.Documents {
	return verdict.DocumentsOf(verdict.Document{Name: name, Text: verdict.UnknownText, At: at})
}

// mustBeKnown notes an argument that is unknown, and without which nothing can be judged.
func (r *reader) mustBeKnown(name string) {
	if r.isUnknown(name) {
		r.fault(verdict.At{Attribute: name}, "is not known yet; the check needs its value")
	}
}

func (r *reader) text(name string) string {
	r.mustBeKnown(name)
	return r.optional(name)
}

// optional reads a text that is as good as not set where it is unknown.
func (r *reader) optional(name string) string {
	v, ok := r.value(name)
	if !ok {
		return ""
	}
	return r.str(verdict.At{Attribute: name}, v)
}

// existence reads what says whether something exists.
func (r *reader) existence(name string) verdict.Existence {
	v, ok := r.value(name)
	if !ok {
		return verdict.ExistenceUnknown
	}
	switch exists, isBool := v.(types.Bool); {
	case !isBool:
		r.fault(verdict.At{Attribute: name}, "must be true or false")
		return verdict.ExistenceUnknown
	case exists.ValueBool():
		return verdict.Exists
	default:
		return verdict.Missing
	}
}

// str returns a string; numbers and booleans count as their text, as everywhere
// in Terraform.
func (r *reader) str(at verdict.At, v attr.Value) string {
	if v.IsNull() {
		r.fault(at, "is null; leave it out")
		return ""
	}
	switch v := underlying(v).(type) {
	case types.String:
		return v.ValueString()
	case types.Bool:
		return v.String()
	case types.Number:
		return v.ValueBigFloat().Text('f', -1)
	}
	r.fault(at, "must be a string; write a policy document with jsonencode(…)")
	return ""
}

// document reads one policy document. An empty string says that there is none,
// and verdict.UnknownText that there may be one.
func (r *reader) document(name string) verdict.Documents {
	at := verdict.At{Attribute: name}
	if r.isUnknown(name) {
		return unknownDocument(at, "")
	}
	v, ok := r.value(name)
	if !ok {
		return verdict.Documents{}
	}
	text := r.str(at, v)
	switch text {
	case "":
		return verdict.DocumentsOf()
	case verdict.UnknownText:
		return verdict.Documents{State: verdict.Unknown}
	}
	return verdict.DocumentsOf(verdict.Document{Text: text, At: at})
}

// identityPolicies reads the identity policies by name. The entry verdict.AnyPolicy
// says that there may be more.
func (r *reader) identityPolicies() verdict.Documents {
	const name = "identity_policies"
	if r.isUnknown(name) {
		return unknownDocument(verdict.At{Attribute: name}, verdict.AnyPolicy)
	}
	if _, ok := r.value(name); !ok {
		return verdict.Documents{}
	}
	docs := verdict.DocumentsOf()
	for _, d := range r.named(name) {
		switch {
		case d.Name != verdict.AnyPolicy:
			docs.List = append(docs.List, d)
		case d.Text == verdict.UnknownText:
			docs.State = verdict.Unknown
		default:
			r.fault(d.At, fmt.Sprintf("must be %q: it means policies that could not be listed", verdict.UnknownText))
		}
	}
	return docs
}

func (r *reader) documents(name string) verdict.Documents {
	if r.isUnknown(name) {
		return unknownDocument(verdict.At{Attribute: name}, name)
	}
	v, ok := r.value(name)
	if !ok {
		return verdict.Documents{}
	}
	return verdict.DocumentsOf(r.documentList(verdict.At{Attribute: name}, v)...)
}

// element reads the text of one document of several; false where it is left out or is none.
func (r *reader) element(at verdict.At, v attr.Value) (text string, ok bool) {
	if underlying(v).IsUnknown() {
		return verdict.UnknownText, !r.knownOnly
	}
	before := len(r.faults)
	text = r.str(at, v)
	return text, len(r.faults) == before
}

// documentList names each document by its place: these have no names of their own.
func (r *reader) documentList(at verdict.At, v attr.Value) []verdict.Document {
	var list []verdict.Document
	for i, element := range r.list(at, v, "must be a list of strings") {
		inner := verdict.At{Attribute: at.Attribute, Indexes: append(slices.Clone(at.Indexes), i)}
		if text, ok := r.element(inner, element); ok {
			list = append(list, verdict.Document{Name: inner.String(), Text: text, At: inner})
		}
	}
	return list
}

func (r *reader) levels(name string) verdict.Levels {
	if r.isUnknown(name) {
		return verdict.Levels{State: verdict.Unknown}
	}
	v, ok := r.value(name)
	if !ok {
		return verdict.Levels{}
	}
	levels := verdict.Levels{State: verdict.Known}
	for i, level := range r.list(verdict.At{Attribute: name}, v, "must be a list of lists of strings, one list for each level") {
		if !wholly(level) && r.knownOnly {
			return verdict.Levels{} // a level may not be told from an empty one
		}
		at := verdict.At{Attribute: name, Indexes: []int{i}}
		if underlying(level).IsUnknown() {
			levels.List = append(levels.List, unknownDocument(at, at.String()).List)
			continue
		}
		levels.List = append(levels.List, r.documentList(at, level))
	}
	return levels
}

// named reads a map of policy documents by policy name.
func (r *reader) named(name string) []verdict.Document {
	if r.isUnknown(name) {
		return unknownDocument(verdict.At{Attribute: name}, verdict.AnyPolicy).List
	}
	v, ok := r.value(name)
	if !ok {
		return nil
	}
	const problem = "must be a map of policy documents by policy name, as in { \"ecrxa-pull\" = jsonencode(…) }, or {} for none"
	entries := r.entries(verdict.At{Attribute: name}, v, problem)
	if what := otherKind(entries); what != "" {
		r.fault(verdict.At{Attribute: name}, problem+"; it is "+what)
		return nil
	}
	var list []verdict.Document
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		at := verdict.At{Attribute: name, Key: key}
		if text, ok := r.element(at, entries[key]); ok {
			list = append(list, verdict.Document{Name: key, Text: text, At: at})
		}
	}
	return list
}

// otherKind says what the elements are of that are not documents by policy name; empty if they
// may be.
func otherKind(entries map[string]attr.Value) string {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, found := entries[name]; return found })
	}
	switch {
	case has("Statement"):
		return "a policy document itself"
	case has("policy", "json") && has("id", "role", "arn"):
		return "a whole resource or data source: use its attribute policy or json"
	}
	return ""
}

// lists reads a map of lists of strings. A list with an unknown element is left out.
func (r *reader) lists(name string) map[string][]string {
	v, ok := r.value(name)
	if !ok {
		return nil
	}
	out := map[string][]string{}
	entries := r.entries(verdict.At{Attribute: name}, v, "must be a map of lists of strings, values by condition key")
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		list := entries[key]
		if !wholly(list) {
			continue
		}
		at := verdict.At{Attribute: name, Key: key}
		found := r.list(at, list, "must be a list of strings; an empty list says that the request does not carry the key")
		values := make([]string, len(found))
		for i, element := range found {
			values[i] = r.str(at, element)
		}
		out[key] = values
	}
	return out
}

// strings reads a list of strings. One with an unknown element is left out.
func (r *reader) strings(name string) []string {
	r.mustBeKnown(name)
	v, ok := r.value(name)
	if !ok {
		return nil
	}
	if !wholly(v) {
		if !r.knownOnly {
			r.fault(verdict.At{Attribute: name}, "has an element that is not known yet; the check needs its value")
		}
		return nil
	}
	var texts []string
	for _, element := range r.list(verdict.At{Attribute: name}, v, "must be a list of strings") {
		texts = append(texts, r.str(verdict.At{Attribute: name}, element))
	}
	return texts
}

// list returns the elements of a list, set or tuple.
func (r *reader) list(at verdict.At, v attr.Value, problem string) []attr.Value {
	found, ok := elements(v)
	if !ok || v.IsNull() {
		r.fault(at, problem)
	}
	return found
}

func elements(v attr.Value) ([]attr.Value, bool) {
	switch v := underlying(v).(type) {
	case types.List:
		return v.Elements(), true
	case types.Set:
		return v.Elements(), true
	case types.Tuple:
		return v.Elements(), true
	}
	return nil, false
}

// wholly reports whether a value and its elements are known.
func wholly(v attr.Value) bool {
	found, _ := elements(v)
	return !v.IsUnknown() && !slices.ContainsFunc(found, attr.Value.IsUnknown)
}

// entries returns the elements of a map or the attributes of an object.
func (r *reader) entries(at verdict.At, v attr.Value, problem string) map[string]attr.Value {
	switch v := v.(type) {
	case types.Map:
		return v.Elements()
	case types.Object:
		return v.Attributes()
	}
	r.fault(at, problem)
	return nil
}

// underlying looks into a dynamic value.
func underlying(v attr.Value) attr.Value {
	if dynamic, ok := v.(types.Dynamic); ok && dynamic.UnderlyingValue() != nil {
		return dynamic.UnderlyingValue()
	}
	return v
}
