// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ConditionsAttribute returns the schema of "conditions".
func ConditionsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: "Additional conditions. A request must meet all of them. They are a list of objects, `conditions = [{ test = …, variable = …, values = […] }]`, with the names of the `condition` blocks of `aws_iam_policy_document`; blocks are not accepted. The plan warns of conditions that other requests meet, too, such as requests without the key; of conditions that all requests meet, or none; of keys that AWS does not list; and of wildcards that the operator takes literally. Whether there are conditions must be known in the plan; single values may be unknown.",
		Optional:            true,
		NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				"test": schema.StringAttribute{
					MarkdownDescription: "The [condition operator](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html), such as `StringEquals` or `ForAnyValue:StringLike`.",
					Required:            true,
					Validators:          []validator.String{tfattr.Valid("a condition operator", checkOperator)},
				},
				"variable": schema.StringAttribute{
					MarkdownDescription: "The [condition key](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), such as `aws:SourceVpce`.",
					Required:            true,
					Validators:          []validator.String{tfattr.Valid("a condition key", checkConditionKey)},
				},
				"values": schema.SetAttribute{
					MarkdownDescription: "The values to compare with. At least one must match (with a negated operator, none may match).",
					Required:            true,
					ElementType:         types.StringType,
					Validators:          []validator.Set{tfattr.NotEmpty{Otherwise: "leave this condition out"}},
				},
			},
		},
		PlanModifiers: []planmodifier.List{keptOrder{}},
		Validators:    []validator.List{tfattr.NotEmpty{}},
	}
}

// keptOrder plans the conditions of the state if the configuration has equivalent
// conditions in another order or form.
type keptOrder struct{}

func (keptOrder) Description(context.Context) string {
	return "Equivalent conditions in another order are not a change."
}

func (k keptOrder) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keptOrder) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || !tfattr.Known(ctx, req.PlanValue) {
		return
	}
	before, diags := Conditions(ctx, req.StateValue)
	resp.Diagnostics.Append(diags...)
	planned, diags := Conditions(ctx, req.PlanValue)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() && sameConditions(before, planned) {
		resp.PlanValue = req.StateValue
	}
}

// conditionModel is one element of "conditions".
type conditionModel struct {
	Test     types.String `tfsdk:"test"`
	Variable types.String `tfsdk:"variable"`
	Values   types.Set    `tfsdk:"values"`
}

var conditionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"test":     types.StringType,
	"variable": types.StringType,
	"values":   types.SetType{ElemType: types.StringType},
}}

// CheckConditionsKnown refuses a plan in which it is not known whether there are conditions at
// all: if the list turned out to be null in the apply, the statement would have none.
func CheckConditionsKnown(list types.List, diags *diag.Diagnostics) {
	if list.IsUnknown() {
		diags.AddAttributeError(path.Root("conditions"), "Unknown conditions",
			"Terraform will know this list only during the apply. If the list is null then, the statement has no conditions and allows more than the plan can show. "+
				"What to do now: write the conditions here as a list, in which single values may be unknown; or first apply what the list depends on, with -target.")
	}
}

// Conditions returns the conditions of the attribute, which must be known.
func Conditions(ctx context.Context, list types.List) (conditions []policy.Condition, diags diag.Diagnostics) {
	CheckConditionsKnown(list, &diags)
	for _, element := range list.Elements() {
		var m conditionModel
		diags.Append(tfattr.Element(ctx, element, &m)...)
		conditions = append(conditions, m.condition())
	}
	return conditions, diags
}

func (m conditionModel) condition() policy.Condition {
	return policy.Condition{Test: m.Test.ValueString(), Variable: m.Variable.ValueString(), Values: tfattr.Strings(m.Values)}
}

// models returns the elements of the attribute, of which any part may be unknown.
func models(ctx context.Context, list types.List, diags *diag.Diagnostics) []conditionModel {
	all := make([]conditionModel, len(list.Elements()))
	for i, element := range list.Elements() {
		all[i] = conditionModel{types.StringUnknown(), types.StringUnknown(), types.SetUnknown(types.StringType)}
		if isSet(element) {
			diags.Append(tfattr.Element(ctx, element, &all[i])...)
		}
	}
	return all
}

// isSet reports whether a value is given and known.
func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// ConditionList is the inverse of Conditions. It returns null for no conditions, and
// prior if prior has equivalent conditions in another order or form.
func ConditionList(ctx context.Context, conditions []policy.Condition, prior types.List) (types.List, diag.Diagnostics) {
	if len(conditions) == 0 {
		return types.ListNull(conditionType), nil
	}
	if !prior.IsNull() {
		before, diags := Conditions(ctx, prior)
		if diags.HasError() || sameConditions(before, conditions) {
			return prior, diags
		}
	}
	elements := make([]attr.Value, len(conditions))
	for i, c := range conditions {
		elements[i] = types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
			"test":     types.StringValue(c.Test),
			"variable": types.StringValue(c.Variable),
			"values":   tfattr.StringSet(c.Values),
		})
	}
	return types.ListValueMust(conditionType, elements), nil
}

// sameConditions reports whether AWS treats the conditions as equal: two statements
// that differ only in them have the same meaning.
func sameConditions(a, b []policy.Condition) bool {
	canonical := func(conditions []policy.Condition) string {
		return policy.NewStatement(policy.StatementSpec{Conditions: conditions}).Canonical()
	}
	return canonical(a) == canonical(b)
}

// CheckDuplicates adds an error for every condition whose operator and key are also in
// reserved or in an earlier element. The values of one operator and key are
// alternatives, so two such conditions merged into one would grant more than either.
// Unknown elements are not checked.
func CheckDuplicates(ctx context.Context, list types.List, reserved []policy.Condition, diags *diag.Diagnostics) {
	seen := map[string]string{}
	for _, c := range reserved {
		seen[conditionID(c.Test, c.Variable)] = "the provider writes this condition itself, from other attributes"
	}
	for i, m := range models(ctx, list, diags) {
		if m.Test.IsUnknown() || m.Variable.IsUnknown() {
			continue
		}
		id := conditionID(m.Test.ValueString(), m.Variable.ValueString())
		if where, twice := seen[id]; twice {
			diags.AddAttributeError(path.Root("conditions").AtListIndex(i), "Duplicate condition", fmt.Sprintf(
				"The operator %s with the key %s cannot be used here: %s. Put all values into one condition, or use another operator.",
				printed.Value(m.Test.ValueString()), printed.Value(m.Variable.ValueString()), where))
		}
		seen[id] = fmt.Sprintf("conditions[%d] has the same operator and key", i)
	}
}

func conditionID(test, variable string) string {
	return strings.ToLower(test + " " + variable)
}

func checkOperator(test string) error {
	if authz.IsOperator(test) {
		return nil
	}
	name := strings.TrimSuffix(test, "IfExists")
	if set, operator, found := strings.Cut(name, ":"); found && (set == "ForAllValues" || set == "ForAnyValue") {
		name = operator
	}
	for _, known := range authz.Operators() {
		if strings.EqualFold(name, known) {
			return fmt.Errorf("%s is not a condition operator: AWS writes it %s", printed.Quoted(test), known)
		}
	}
	return fmt.Errorf("%s is not a condition operator: use, for example, StringEquals, StringLike or ArnLike", printed.Quoted(test))
}

// conditionKeyPattern is the form of a condition key. The prefix is the name of a
// service, or the host and path of an OIDC provider.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
var conditionKeyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*:[A-Za-z0-9].*$`)

var errNoConditionKey = errors.New("a condition key has a prefix and a name, for example aws:SourceVpce")

func checkConditionKey(key string) error {
	if !conditionKeyPattern.MatchString(key) {
		return fmt.Errorf("%s: %w", printed.Quoted(key), errNoConditionKey)
	}
	return nil
}
