package provider

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
)

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	if diags := providerSchema().ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
}

// nested returns the attributes inside an attribute, if it can have any.
func nested(attribute schema.Attribute) map[string]schema.Attribute {
	switch attribute := attribute.(type) {
	case schema.SingleNestedAttribute:
		return attribute.Attributes
	case schema.ListNestedAttribute:
		return attribute.NestedObject.Attributes
	}
	return nil
}

// attributes returns every attribute at any depth by its path.
func attributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	var collect func(prefix string, level map[string]schema.Attribute)
	collect = func(prefix string, level map[string]schema.Attribute) {
		for name, attribute := range level {
			all[prefix+name] = attribute
			collect(prefix+name+".", nested(attribute))
		}
	}
	collect("", providerSchema().Attributes)
	return all
}

func TestEveryAttributeIsDescribed(t *testing.T) {
	t.Parallel()
	for path, attribute := range attributes() {
		text := attribute.GetMarkdownDescription()
		if text == "" || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: description %q, want whole sentences", path, text)
		}
	}
}

func TestSecretsAreSensitive(t *testing.T) {
	t.Parallel()
	var got []string
	for path, attribute := range attributes() {
		if attribute.IsSensitive() {
			got = append(got, path)
		}
	}
	slices.Sort(got)
	want := []string{"assume_role_with_web_identity.web_identity_token", "secret_key", "token"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sensitive attributes (-want +got):\n%s", diff)
	}
}

func TestModelsMatchTheSchema(t *testing.T) {
	t.Parallel()
	root := providerSchema().Attributes
	for name, model := range map[string]any{
		"":                              model{},
		"assume_role":                   assumeRoleModel{},
		"assume_role_with_web_identity": webIdentityModel{},
		"endpoints":                     endpointsModel{},
	} {
		var tags []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(model)) {
			tags = append(tags, field.Tag.Get("tfsdk"))
		}
		slices.Sort(tags)
		level := root
		if name != "" {
			level = nested(root[name])
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(level)), tags); diff != "" {
			t.Errorf("%s: schema and model differ (-schema +model):\n%s", name, diff)
		}
	}
}
