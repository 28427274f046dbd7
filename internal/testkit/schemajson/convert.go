// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// convert returns schemas of the plugin protocol in Terraform's public format:
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema
func convert(from *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) (*tfjson.ProviderSchemas, error) {
	c := converter{}
	// tfplugindocs takes plain names and those of the namespace hashicorp.
	converted := &tfjson.ProviderSchemas{FormatVersion: "1.0", Schemas: map[string]*tfjson.ProviderSchema{"ecrxa": {
		ConfigSchema:             c.schema(from.Provider),
		ResourceSchemas:          each(from.ResourceSchemas, c.schema),
		DataSourceSchemas:        each(from.DataSourceSchemas, c.schema),
		EphemeralResourceSchemas: each(from.EphemeralResourceSchemas, c.schema),
		ListResourceSchemas:      each(from.ListResourceSchemas, c.schema),
		ActionSchemas:            each(from.ActionSchemas, c.action),
		Functions:                each(from.Functions, c.function),
		ResourceIdentitySchemas:  each(identities.IdentitySchemas, c.identity),
	}}}
	return converted, c.err
}

// each converts the values of a map.
func each[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

// A converter keeps its first error.
type converter struct{ err error }

// typ converts a type. Both libraries have the same JSON for it.
func (c *converter) typ(from tftypes.Type) (to cty.Type) {
	if from == nil {
		return cty.NilType
	}
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	if c.err == nil {
		c.err = err
	}
	return to
}

func (c *converter) schema(from *tfprotov6.Schema) *tfjson.Schema {
	return &tfjson.Schema{Version: uint64(from.Version), Block: c.block(from.Block)} //nolint:gosec // Versions are not negative.
}

func (c *converter) action(from *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: c.block(from.Schema.Block)}
}

func (c *converter) block(from *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	to := &tfjson.SchemaBlock{
		Attributes:   c.attributes(from.Attributes),
		NestedBlocks: make(map[string]*tfjson.SchemaBlockType, len(from.BlockTypes)),
		Description:  from.Description, DescriptionKind: kind(from.DescriptionKind), Deprecated: from.Deprecated,
	}
	for _, block := range from.BlockTypes {
		to.NestedBlocks[block.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: tfjson.SchemaNestingMode(strings.ToLower(block.Nesting.String())),
			Block:       c.block(block.Block),
			MinItems:    uint64(block.MinItems), //nolint:gosec // Not negative.
			MaxItems:    uint64(block.MaxItems), //nolint:gosec // Not negative.
		}
	}
	return to
}

func (c *converter) attributes(from []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	to := make(map[string]*tfjson.SchemaAttribute, len(from))
	for _, a := range from {
		to[a.Name] = &tfjson.SchemaAttribute{
			AttributeType: c.typ(a.Type), AttributeNestedType: c.nested(a.NestedType),
			Description: a.Description, DescriptionKind: kind(a.DescriptionKind), Deprecated: a.Deprecated,
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
	}
	return to
}

func (c *converter) nested(from *tfprotov6.SchemaObject) *tfjson.SchemaNestedAttributeType {
	if from == nil {
		return nil
	}
	return &tfjson.SchemaNestedAttributeType{
		Attributes:  c.attributes(from.Attributes),
		NestingMode: tfjson.SchemaNestingMode(strings.ToLower(from.Nesting.String())),
	}
}

func (c *converter) function(from *tfprotov6.Function) *tfjson.FunctionSignature {
	to := &tfjson.FunctionSignature{
		Description: from.Description, Summary: from.Summary, DeprecationMessage: from.DeprecationMessage,
		ReturnType: c.typ(from.Return.Type), VariadicParameter: c.parameter(from.VariadicParameter),
	}
	for _, parameter := range from.Parameters {
		to.Parameters = append(to.Parameters, c.parameter(parameter))
	}
	return to
}

func (c *converter) parameter(from *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	if from == nil {
		return nil
	}
	return &tfjson.FunctionParameter{Name: from.Name, Description: from.Description, IsNullable: from.AllowNullValue, Type: c.typ(from.Type)}
}

func (c *converter) identity(from *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	to := &tfjson.IdentitySchema{Version: uint64(from.Version), Attributes: map[string]*tfjson.IdentityAttribute{}} //nolint:gosec // Not negative.
	for _, a := range from.IdentityAttributes {
		to.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType: c.typ(a.Type), Description: a.Description,
			RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport,
		}
	}
	return to
}

func kind(from tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if from == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}
