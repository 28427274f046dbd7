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

// attributes returns every attribute at any depth by its path.
func attributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	var collect func(prefix string, level map[string]schema.Attribute)
	collect = func(prefix string, level map[string]schema.Attribute) {
		for name, attribute := range level {
			all[prefix+name] = attribute
			switch nested := attribute.(type) {
			case schema.SingleNestedAttribute:
				collect(prefix+name+".", nested.Attributes)
			case schema.ListNestedAttribute:
				collect(prefix+name+".", nested.NestedObject.Attributes)
			}
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
	for name, test := range map[string]struct {
		model      any
		attributes map[string]schema.Attribute
	}{
		"provider":                      {model{}, root},
		"assume_role":                   {assumeRoleModel{}, root["assume_role"].(schema.ListNestedAttribute).NestedObject.Attributes},
		"assume_role_with_web_identity": {webIdentityModel{}, root["assume_role_with_web_identity"].(schema.SingleNestedAttribute).Attributes},
		"endpoints":                     {endpointsModel{}, root["endpoints"].(schema.SingleNestedAttribute).Attributes},
	} {
		var tags []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(test.model)) {
			tags = append(tags, field.Tag.Get("tfsdk"))
		}
		slices.Sort(tags)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(test.attributes)), tags); diff != "" {
			t.Errorf("%s: schema and model differ (-schema +model):\n%s", name, diff)
		}
	}
}
