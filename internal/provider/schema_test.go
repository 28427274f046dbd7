// SPDX-License-Identifier: MPL-2.0

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

// insideBlock returns the attributes of a block.
func insideBlock(block schema.Block) map[string]schema.Attribute {
	switch block := block.(type) {
	case schema.SingleNestedBlock:
		return block.Attributes
	case schema.ListNestedBlock:
		return block.NestedObject.Attributes
	}
	return nil
}

// attributes returns every attribute by its path.
func attributes() map[string]schema.Attribute {
	all := maps.Clone(providerSchema().Attributes)
	for block, content := range providerSchema().Blocks {
		for name, attribute := range insideBlock(content) {
			all[block+"."+name] = attribute
		}
	}
	return all
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for path, attribute := range attributes() {
		texts[path] = attribute.GetMarkdownDescription()
	}
	for name, block := range providerSchema().Blocks {
		texts[name] = block.GetMarkdownDescription()
	}
	for path, text := range texts {
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
	root := providerSchema()
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
		names := slices.Collect(maps.Keys(insideBlock(root.Blocks[name])))
		if name == "" {
			names = slices.AppendSeq(slices.Collect(maps.Keys(root.Attributes)), maps.Keys(root.Blocks))
		}
		slices.Sort(names)
		if diff := cmp.Diff(names, tags); diff != "" {
			t.Errorf("%s: schema and model differ (-schema +model):\n%s", name, diff)
		}
	}
}
