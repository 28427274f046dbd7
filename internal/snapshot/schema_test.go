// SPDX-License-Identifier: MPL-2.0

package snapshot_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// A schema is a JSON Schema, in the keywords that a snapshot needs.
type schema struct {
	Dialect     string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type,omitempty"`
	Format      string             `json:"format,omitempty"`
	Const       any                `json:"const,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Additional  any                `json:"additionalProperties,omitempty"` // false or a schema
	Items       *schema            `json:"items,omitempty"`
}

// TestSchemas keeps the JSON Schemas of the docs as the types are.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		kind snapshot.Kind
		root reflect.Type
	}{
		"registry": {snapshot.OfRegistry, reflect.TypeFor[snapshot.Registry]()},
		"consumer": {snapshot.OfConsumer, reflect.TypeFor[snapshot.Consumer]()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schemaOf(of.root, comments(t))
			s.Dialect, s.Title = "https://json-schema.org/draft/2020-12/schema", string(of.kind)
			s.Properties["kind"] = &schema{Const: string(of.kind)}
			s.Properties["version"] = &schema{Const: snapshot.Version}
			text, err := json.MarshalIndent(s, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, "schemas/"+name+".json", string(text)+"\n")

			// Real snapshots: one that has everything, and one of which all was denied.
			var value any
			for _, file := range []string{name + "_denied.json", name + ".json"} {
				written, err := os.ReadFile("../snapshotsource/live/testdata/" + file)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(written, &value); err != nil {
					t.Fatal(err)
				}
				for _, fault := range s.faults("", value) {
					t.Errorf("%s: %s", file, fault)
				}
			}
			value.(map[string]any)["account_id"] = 1
			if len(s.faults("", value)) != 1 {
				t.Error("the schema accepts a number as account_id")
			}
		})
	}
}

// comments are the comments behind the fields of this package, by type and field.
func comments(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range []string{"snapshot.go", "registry.go", "consumer.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return false
			}
			for _, field := range fields.Fields.List {
				for _, name := range field.Names {
					found[spec.Name.Name+"."+name.Name] = strings.TrimSpace(field.Comment.Text())
				}
			}
			return false
		})
	}
	return found
}

// schemaOf returns the schema of a type as encoding/json prints it.
func schemaOf(of reflect.Type, comments map[string]string) *schema {
	switch of {
	case reflect.TypeFor[snapshot.Time]():
		return &schema{Type: "string", Format: "date-time"}
	case reflect.TypeFor[snapshot.Document]():
		return &schema{AnyOf: []*schema{{Type: "object"}, {Type: "null"}, {Const: "unknown"}}}
	}
	switch of.Kind() {
	case reflect.Pointer:
		return schemaOf(of.Elem(), comments)
	case reflect.Slice:
		return &schema{Type: "array", Items: schemaOf(of.Elem(), comments)}
	case reflect.Map:
		return &schema{Type: "object", Additional: schemaOf(of.Elem(), comments)}
	case reflect.Struct:
		s := &schema{Type: "object", Properties: map[string]*schema{}, Additional: false}
		s.addFields(of, comments)
		return s
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.Int:
		return &schema{Type: "integer"}
	case reflect.String:
		return &schema{Type: "string"}
	default:
		panic(fmt.Sprintf("a snapshot has a %s", of))
	}
}

func (s *schema) addFields(of reflect.Type, comments map[string]string) {
	for field := range of.Fields() {
		if field.Anonymous {
			s.addFields(field.Type, comments)
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if options == "" {
			s.Required = append(s.Required, name)
		}
		property := schemaOf(field.Type, comments)
		property.Description = comments[of.Name()+"."+field.Name]
		s.Properties[name] = property
	}
}

// faults returns where a value is not as the schema says.
func (s *schema) faults(at string, value any) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, at+": "+fmt.Sprintf(format, args...)) }
	if s.Const != nil && fmt.Sprint(s.Const) != fmt.Sprint(value) {
		fault("is %v, not %v", value, s.Const)
	}
	if len(s.AnyOf) > 0 && !slices.ContainsFunc(s.AnyOf, func(one *schema) bool { return len(one.faults(at, value)) == 0 }) {
		fault("is none of those that it may be")
	}
	is := map[string]bool{}
	switch value := value.(type) {
	case nil:
		is["null"] = true
	case bool:
		is["boolean"] = true
	case float64:
		is["integer"] = true
	case string:
		is["string"] = true
	case []any:
		is["array"] = true
		for i, element := range value {
			if s.Items != nil {
				faults = append(faults, s.Items.faults(fmt.Sprintf("%s/%d", at, i), element)...)
			}
		}
	case map[string]any:
		is["object"] = true
		for _, name := range s.Required {
			if _, found := value[name]; !found {
				fault("lacks %s", name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			property := s.Properties[name]
			if more, ok := s.Additional.(*schema); ok && property == nil {
				property = more
			}
			switch {
			case property != nil:
				faults = append(faults, property.faults(at+"/"+name, value[name])...)
			case s.Additional != nil:
				fault("has %s", name)
			}
		}
	}
	if s.Type != "" && !is[s.Type] {
		fault("is not of the type %s", s.Type)
	}
	return faults
}
