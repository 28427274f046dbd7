// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// Result returns a result as one object of ResultTypes. It is built by hand: the framework's
// reflection takes several times as long as the verdict (decision 031).
func Result(r report.Result) types.Object {
	of := ResultTypes()
	return types.ObjectValueMust(of, map[string]attr.Value{
		"verdict":              stringOf(r.Verdict),
		"allowed":              types.BoolValue(r.Allowed),
		"denied_by":            stringsOf(r.DeniedBy),
		"denied_side":          stringOf(r.DeniedSide),
		"decisions":            objectsOf(of["decisions"], r.Decisions, decisionOf),
		"unknown_context_keys": stringsOf(r.UnknownContextKeys),
		"unknown_documents":    stringsOf(r.UnknownDocuments),
		"summary":              stringOf(r.Summary),
		"explanation":          stringOf(r.Explanation),
		"remedies":             objectsOf(of["remedies"], r.Remedies, remedyOf),
		"messages":             messagesOf(r.Messages),
		"mismatches":           stringsOf(r.Mismatches),
		"assumptions":          stringsOf(r.Assumptions),
		"documents":            objectsOf(of["documents"], r.Documents, documentOf),
		"snapshots":            objectsOf(of["snapshots"], r.Snapshots, snapshotOf),
	})
}

func decisionOf(of map[string]attr.Type, d report.Decision) map[string]attr.Value {
	return map[string]attr.Value{
		"action":     stringOf(d.Action),
		"principal":  stringOf(d.Principal),
		"resource":   stringOf(d.Resource),
		"verdict":    stringOf(d.Verdict),
		"denied_by":  stringsOf(d.DeniedBy),
		"reason":     stringOf(d.Reason),
		"statements": objectsOf(of["statements"], d.Statements, statementOf),
	}
}

func statementOf(_ map[string]attr.Type, s report.Statement) map[string]attr.Value {
	return map[string]attr.Value{
		"document": stringOf(s.Document),
		"policy":   stringOf(s.Policy),
		"sid":      stringOf(s.Sid),
		"index":    types.Int64Value(int64(s.Index)),
		"line":     types.Int64Value(int64(s.Line)),
		"effect":   stringOf(s.Effect),
	}
}

func remedyOf(_ map[string]attr.Type, r report.Remedy) map[string]attr.Value {
	return map[string]attr.Value{
		"side":     stringOf(r.Side),
		"sentence": stringOf(r.Sentence),
		"hcl":      stringOf(r.HCL),
		"json":     stringOf(r.JSON),
	}
}

func documentOf(_ map[string]attr.Type, d report.Document) map[string]attr.Value {
	return map[string]attr.Value{
		"argument": stringOf(d.Argument),
		"name":     stringOf(d.Name),
		"source":   stringOf(d.Source),
		"read_at":  stringOf(d.ReadAt),
	}
}

func snapshotOf(_ map[string]attr.Type, s report.Snapshot) map[string]attr.Value {
	return map[string]attr.Value{
		"argument":   stringOf(s.Argument),
		"account_id": stringOf(s.Account),
		"region":     stringOf(s.Region),
		"read_at":    stringOf(s.ReadAt),
	}
}

// objectsOf returns a list of the type of a nested attribute. attributes returns the
// attributes of one object, whose types it gets.
func objectsOf[T any](list attr.Type, elements []T, attributes func(map[string]attr.Type, T) map[string]attr.Value) types.List {
	object, _ := list.(types.ListType).ElemType.(types.ObjectType)
	values := make([]attr.Value, len(elements))
	for i, element := range elements {
		values[i] = types.ObjectValueMust(object.AttrTypes, attributes(object.AttrTypes, element))
	}
	return types.ListValueMust(object, values)
}

func messagesOf(messages map[string]string) types.Map {
	values := make(map[string]attr.Value, len(messages))
	for side, text := range messages {
		values[side] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, values)
}

func stringsOf(texts []string) types.List {
	values := make([]attr.Value, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

func stringOf[S ~string](text S) types.String { return types.StringValue(string(text)) }
