// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// ResultTypes returns the type of each result attribute. Callers must not change the map.
func ResultTypes() map[string]attr.Type { return resultTypes() }

var resultTypes = sync.OnceValue(func() map[string]attr.Type {
	attrTypes := map[string]attr.Type{}
	for name, attribute := range Results() {
		attrTypes[name] = attribute.GetType()
	}
	return attrTypes
})

// object is the type of a result. Terraform's form of it is made once.
type object struct{ types.ObjectType }

// TerraformType returns the type as Terraform has it.
func (object) TerraformType(context.Context) tftypes.Type { return terraformType() }

var terraformType = sync.OnceValue(func() tftypes.Type {
	return types.ObjectType{AttrTypes: ResultTypes()}.TerraformType(context.Background())
})

// The types of values that are no nested attributes. They are made once, as interfaces: a value
// of such a type takes memory each time that it becomes one.
var (
	textType     tftypes.Type = tftypes.String
	textsType    tftypes.Type = tftypes.List{ElementType: textType}
	messagesType tftypes.Type = tftypes.Map{ElementType: textType}
	numberType   tftypes.Type = tftypes.Number
)

// A value is one that is as Terraform has it. The framework checks and converts its own values
// once more on each level, which takes longer than the verdict (decision 031).
type value struct {
	of  attr.Type
	raw tftypes.Value
}

func (v value) Type(context.Context) attr.Type                          { return v.of }
func (v value) ToTerraformValue(context.Context) (tftypes.Value, error) { return v.raw, nil }
func (v value) IsNull() bool                                            { return v.raw.IsNull() }
func (v value) IsUnknown() bool                                         { return !v.raw.IsKnown() }
func (v value) String() string                                          { return v.raw.String() }

// Equal reports whether the other is the same value.
func (v value) Equal(other attr.Value) bool {
	o, ok := other.(value)
	return ok && v.raw.Equal(o.raw)
}

// ResultObject returns a result as one object of ResultTypes.
func ResultObject(r report.Result) attr.Value {
	of := terraformType()
	return value{object{types.ObjectType{AttrTypes: ResultTypes()}}, objectOf(of, &r, result)}
}

// Result returns the values of a result by name.
func Result(r report.Result) map[string]attr.Value {
	of, _ := terraformType().(tftypes.Object)
	values := map[string]attr.Value{}
	for name, raw := range result(of.AttributeTypes, &r) {
		values[name] = value{ResultTypes()[name], raw}
	}
	return values
}

func result(of map[string]tftypes.Type, r *report.Result) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"verdict":              stringOf((*string)(&r.Verdict)),
		"allowed":              tftypes.NewValue(tftypes.Bool, r.Allowed),
		"denied_by":            stringsOf(r.DeniedBy),
		"denied_side":          stringOf((*string)(&r.DeniedSide)),
		"decisions":            objectsOf(of["decisions"], r.Decisions, decisionOf),
		"unknown_context_keys": stringsOf(r.UnknownContextKeys),
		"unknown_documents":    stringsOf(r.UnknownDocuments),
		"summary":              stringOf(&r.Summary),
		"explanation":          stringOf(&r.Explanation),
		"remedies":             objectsOf(of["remedies"], r.Remedies, remedyOf),
		"messages":             messagesOf(r.Messages),
		"mismatches":           stringsOf(r.Mismatches),
		"assumptions":          stringsOf(r.Assumptions),
		"documents":            objectsOf(of["documents"], r.Documents, documentOf),
		"snapshots":            objectsOf(of["snapshots"], r.Snapshots, snapshotOf),
	}
}

func decisionOf(of map[string]tftypes.Type, d *report.Decision) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"action":     stringOf(&d.Action),
		"principal":  stringOf(&d.Principal),
		"resource":   stringOf(&d.Resource),
		"verdict":    stringOf((*string)(&d.Verdict)),
		"denied_by":  stringsOf(d.DeniedBy),
		"reason":     stringOf(&d.Reason),
		"statements": objectsOf(of["statements"], d.Statements, statementOf),
	}
}

func statementOf(_ map[string]tftypes.Type, s *report.Statement) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"document": stringOf((*string)(&s.Document)),
		"policy":   stringOf(&s.Policy),
		"sid":      stringOf(&s.Sid),
		"index":    tftypes.NewValue(numberType, s.Index),
		"line":     tftypes.NewValue(numberType, s.Line),
		"effect":   stringOf(&s.Effect),
	}
}

func remedyOf(_ map[string]tftypes.Type, r *report.Remedy) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"side":     stringOf((*string)(&r.Side)),
		"sentence": stringOf(&r.Sentence),
		"hcl":      stringOf(&r.HCL),
		"json":     stringOf(&r.JSON),
	}
}

func documentOf(_ map[string]tftypes.Type, d *report.Document) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"argument": stringOf(&d.Argument),
		"name":     stringOf(&d.Name),
		"source":   stringOf((*string)(&d.Source)),
		"read_at":  stringOf(&d.ReadAt),
	}
}

func snapshotOf(_ map[string]tftypes.Type, s *report.Snapshot) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"argument":   stringOf(&s.Argument),
		"account_id": stringOf(&s.Account),
		"region":     stringOf(&s.Region),
		"read_at":    stringOf(&s.ReadAt),
	}
}

// objectOf returns an object of a type. attributes returns its attributes, whose types it gets.
func objectOf[T any](of tftypes.Type, element *T, attributes func(map[string]tftypes.Type, *T) map[string]tftypes.Value) tftypes.Value {
	object, _ := of.(tftypes.Object)
	return tftypes.NewValue(of, attributes(object.AttributeTypes, element))
}

// objectsOf returns a list of the type of a nested attribute.
func objectsOf[T any](list tftypes.Type, elements []T, attributes func(map[string]tftypes.Type, *T) map[string]tftypes.Value) tftypes.Value {
	of, _ := list.(tftypes.List)
	values := make([]tftypes.Value, len(elements))
	for i := range elements {
		values[i] = objectOf(of.ElementType, &elements[i], attributes)
	}
	return tftypes.NewValue(list, values)
}

func messagesOf(messages map[string]string) tftypes.Value {
	values := make(map[string]tftypes.Value, len(messages))
	for side, text := range messages {
		values[side] = stringOf(&text)
	}
	return tftypes.NewValue(messagesType, values)
}

// noTexts is the list in most attributes.
var noTexts = tftypes.NewValue(textsType, []tftypes.Value{})

func stringsOf(texts []string) tftypes.Value {
	if len(texts) == 0 {
		return noTexts
	}
	values := make([]tftypes.Value, len(texts))
	for i := range texts {
		values[i] = stringOf(&texts[i])
	}
	return tftypes.NewValue(textsType, values)
}

// stringOf takes a pointer, which becomes an interface without a copy.
func stringOf(text *string) tftypes.Value { return tftypes.NewValue(textType, text) }
