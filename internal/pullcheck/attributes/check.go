// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// CheckOf reads the result of a check. It takes an object with at least the verdict, such
// as a data source, the function's result, or a part of either.
func CheckOf(argument types.Dynamic) (pullerror.Check, error) {
	values, ok := Object(argument)
	verdict := textOf(values["verdict"])
	if !ok || !slices.Contains([]authz.Verdict{authz.Allowed, authz.Denied, authz.Conditional}, authz.Verdict(verdict)) {
		return pullerror.Check{}, fmt.Errorf("the check must be the result of ecrxa_pull_check or evaluate_pull; its verdict is %s", printed.Quoted(verdict))
	}
	check := pullerror.Check{Verdict: authz.Verdict(verdict), DeniedSide: textOf(values["denied_side"]), DeniedBy: textsOf(values["denied_by"])}
	decisions, _ := elements(values["decisions"])
	for _, element := range decisions {
		d, ok := Object(types.DynamicValue(element))
		if !ok {
			continue
		}
		check.Decisions = append(check.Decisions, pullerror.Decision{
			Action: textOf(d["action"]), Principal: textOf(d["principal"]), Resource: textOf(d["resource"]),
			Verdict: authz.Verdict(textOf(d["verdict"])), DeniedBy: textsOf(d["denied_by"]),
		})
	}
	return check, nil
}

// Object returns the attributes of an object or the elements of a map.
func Object(argument types.Dynamic) (map[string]attr.Value, bool) {
	switch v := argument.UnderlyingValue().(type) {
	case types.Object:
		return v.Attributes(), true
	case types.Map:
		return v.Elements(), true
	}
	return nil, false
}

// textOf returns a string, or "" for any other value.
func textOf(value attr.Value) string {
	text, _ := underlying(value).(types.String)
	return text.ValueString()
}

func textsOf(value attr.Value) []string {
	var list []string
	found, _ := elements(value)
	for _, element := range found {
		list = append(list, textOf(element))
	}
	return list
}
