// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// A document is a policy document of any policy type.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type document struct {
	version    string // empty if absent
	id         string
	statements []*statement
}

// A statement is one statement of a document. Elements that are absent are nil or empty.
type statement struct {
	sid          string
	effect       string
	principal    *principals
	notPrincipal *principals
	action       *values
	notAction    *values
	resource     *values
	notResource  *values
	condition    map[string]map[string]values // by operator, then by condition key
}

// Principals are the value of Principal or NotPrincipal.
type principals struct {
	anyone bool // written as "*"
	byType map[string]values
}

// values is a string or a list of strings.
type values struct {
	list   []string
	scalar bool // written without brackets
}

// parseDocument reads a policy document and checks the grammar that all policy types
// share.
func parseDocument(text string) (*document, error) {
	d := &document{}
	elements := map[string]any{"Version": &d.version, "Id": &d.id}
	var raw json.RawMessage
	elements["Statement"] = &raw
	if err := decodeElements([]byte(text), elements); err != nil {
		return nil, err
	}
	if d.version != "" && d.version != "2012-10-17" && d.version != "2008-10-17" {
		return nil, fmt.Errorf("unknown version %q", d.version)
	}
	if bytes.HasPrefix(raw, []byte("{")) {
		raw = slices.Concat([]byte("["), raw, []byte("]"))
	}
	if err := json.Unmarshal(raw, &d.statements); err != nil {
		return nil, err
	}
	if len(d.statements) == 0 {
		return nil, errors.New("no statement")
	}
	for _, s := range d.statements {
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// decodeElements decodes a JSON object into the targets by element name. Unlike
// encoding/json, it is case-sensitive, and a name without a target is an error.
func decodeElements(text []byte, targets map[string]any) error {
	var elements map[string]json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		return err
	}
	for name, raw := range elements {
		target, known := targets[name]
		if !known {
			return fmt.Errorf("unknown element %q", name)
		}
		if bytes.Equal(raw, []byte("null")) {
			return fmt.Errorf("element %q is null", name)
		}
		if err := json.Unmarshal(raw, target); err != nil {
			return err
		}
	}
	return nil
}

// UnmarshalJSON reads one statement.
func (s *statement) UnmarshalJSON(text []byte) error {
	return decodeElements(text, map[string]any{
		"Sid": &s.sid, "Effect": &s.effect,
		"Principal": &s.principal, "NotPrincipal": &s.notPrincipal,
		"Action": &s.action, "NotAction": &s.notAction,
		"Resource": &s.resource, "NotResource": &s.notResource,
		"Condition": &s.condition,
	})
}

// conditionOperator matches the condition operators of IAM.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var conditionOperator = regexp.MustCompile(`^((ForAllValues:|ForAnyValue:)?(` +
	`String(Not)?Equals(IgnoreCase)?|String(Not)?Like|` +
	`(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|` +
	`Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null)$`)

// actions returns the values of Action or NotAction.
func (s *statement) actions() []string {
	if s.action != nil {
		return s.action.list
	}
	return s.notAction.list
}

// check returns an error if the statement violates the grammar.
func (s *statement) check() error {
	switch {
	case s == nil:
		return errors.New("a statement is null")
	case s.effect != "Allow" && s.effect != "Deny":
		return fmt.Errorf("unknown effect %q", s.effect)
	case s.principal != nil && s.notPrincipal != nil:
		return errors.New("both Principal and NotPrincipal in one statement")
	case (s.action == nil) == (s.notAction == nil):
		return errors.New("a statement needs either Action or NotAction")
	case s.resource != nil && s.notResource != nil:
		return errors.New("both Resource and NotResource in one statement")
	}
	for operator := range s.condition {
		if !conditionOperator.MatchString(operator) {
			return fmt.Errorf("unknown condition operator %q", operator)
		}
	}
	return nil
}

// UnmarshalJSON reads "*" or an object of lists by principal type.
func (p *principals) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte(`"*"`)) {
		p.anyone = true
		return nil
	}
	if err := json.Unmarshal(text, &p.byType); err != nil {
		return err
	}
	if len(p.byType) == 0 {
		return errors.New("no principal")
	}
	return nil
}

// UnmarshalJSON reads a string or a list of strings. Numbers and booleans are
// read as the strings that they are compared as.
func (v *values) UnmarshalJSON(text []byte) error {
	if !bytes.HasPrefix(text, []byte("[")) {
		v.scalar = true
		text = slices.Concat([]byte("["), text, []byte("]"))
	}
	var list []any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&list); err != nil {
		return err
	}
	for _, item := range list {
		switch item.(type) {
		case string, bool, json.Number:
			v.list = append(v.list, fmt.Sprint(item))
		default:
			return fmt.Errorf("%v is neither a string nor a list of strings", item)
		}
	}
	if len(v.list) == 0 {
		return errors.New("an empty list")
	}
	return nil
}

// sortedKeys returns the keys of m in order.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
