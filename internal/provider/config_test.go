// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestMain keeps the tests away from the credentials and settings of the
// machine that they run on.
func TestMain(m *testing.M) {
	os.Exit(runIsolated(m))
}

func runIsolated(m *testing.M) int {
	home, err := os.MkdirTemp("", "provider")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(home)
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") {
			setenv(name, "")
		}
	}
	setenv("HOME", home)
	setenv("AWS_EC2_METADATA_DISABLED", "true")
	return m.Run()
}

// setenv sets a variable for all tests; an empty value counts as not set.
func setenv(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		log.Fatal(err)
	}
}

// block is a provider block as a test writes it: attributes that are left out
// are null, and unknown stands for a value that is not known yet.
type block map[string]any

type unknownValue struct{}

var unknown = unknownValue{}

// config returns the block as the provider gets it.
func (b block) config(ctx context.Context, t *testing.T) tfsdk.Config {
	t.Helper()
	schema := providerSchema()
	return tfsdk.Config{Schema: schema, Raw: value(t, schema.Type().TerraformType(ctx), map[string]any(b))}
}

// value turns v into a Terraform value of the type.
func value(t *testing.T, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknownValue:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case []any:
		var elements []tftypes.Value
		for _, element := range v {
			elements = append(elements, value(t, elementType(t, typ), element))
		}
		return tftypes.NewValue(typ, elements)
	case map[string]any:
		values := map[string]tftypes.Value{}
		object, ok := typ.(tftypes.Object)
		if !ok {
			for key, element := range v {
				values[key] = value(t, elementType(t, typ), element)
			}
			return tftypes.NewValue(typ, values)
		}
		for name := range v {
			if _, ok := object.AttributeTypes[name]; !ok {
				t.Fatalf("the schema has no attribute %q", name)
			}
		}
		for name, attribute := range object.AttributeTypes {
			values[name] = value(t, attribute, v[name])
		}
		return tftypes.NewValue(typ, values)
	}
	return tftypes.NewValue(typ, v)
}

func elementType(t *testing.T, typ tftypes.Type) tftypes.Type {
	t.Helper()
	switch typ := typ.(type) {
	case tftypes.List:
		return typ.ElementType
	case tftypes.Set:
		return typ.ElementType
	case tftypes.Map:
		return typ.ElementType
	}
	t.Fatalf("%s has no elements", typ)
	return nil
}
