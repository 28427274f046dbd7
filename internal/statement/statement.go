// Package statement holds what both resources say about a policy statement:
// the attributes access, actions and conditions, their validation, and their
// way from Terraform values to policy values and back.
package statement

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// AccessAttribute is the schema of "access". Its value is planned by PlanAccess.
func AccessAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "What is granted, as a named set of actions: `pull` (the default: `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`), `push`, `pull_push` or `pull_through_cache` (pull, and `ecr:BatchImportUpstreamImage`). Conflicts with `actions`.",
		Optional:            true,
		Computed:            true,
		Validators: []validator.String{
			Valid("an access set", checkAccess),
			stringvalidator.ConflictsWith(path.MatchRoot("actions")),
		},
	}
}

func checkAccess(name string) error {
	if slices.Contains(access.Names(), access.Name(name)) {
		return nil
	}
	var names []string
	for _, known := range access.Names() {
		names = append(names, string(known))
	}
	return fmt.Errorf("%q is not an access set: write one of %s, or name the actions in actions", name, strings.Join(names, ", "))
}

// ActionsAttribute is the schema of "actions". The place is told where
// ecr:GetAuthorizationToken belongs, as that action is refused.
func ActionsAttribute(tokenAdvice string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: "The exact ECR actions to grant, instead of a named set. Wildcards are accepted with a warning. Conflicts with `access`.",
		Optional:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			setvalidator.SizeAtLeast(1),
			setvalidator.NoNullValues(),
			setvalidator.ValueStringsAre(actionValidator{tokenAdvice}),
		},
	}
}

// ConditionsAttribute is the schema of "conditions".
func ConditionsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: "Further conditions, all of which a request must meet. They are written as in the `condition` blocks of `aws_iam_policy_document`.",
		Optional:            true,
		NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				"test": schema.StringAttribute{
					MarkdownDescription: "The [condition operator](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html), such as `StringEquals` or `ForAnyValue:StringLike`.",
					Required:            true,
					Validators:          []validator.String{Valid("a condition operator", checkOperator)},
				},
				"variable": schema.StringAttribute{
					MarkdownDescription: "The [condition key](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), such as `aws:SourceVpce`.",
					Required:            true,
					Validators:          []validator.String{Valid("a condition key", checkConditionKey)},
				},
				"values": schema.SetAttribute{
					MarkdownDescription: "The values to compare with; one of them has to match (for a negated operator: none).",
					Required:            true,
					ElementType:         types.StringType,
					Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
				},
			},
		},
		PlanModifiers: []planmodifier.List{keptOrder{}},
		Validators:    []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
	}
}

// PlanAccess returns what is planned for "access": what the configuration says,
// nothing beside "actions", and "pull" when both are left out.
func PlanAccess(configured types.String, actions types.Set) types.String {
	switch {
	case !configured.IsNull():
		return configured
	case actions.IsUnknown():
		return types.StringUnknown()
	case !actions.IsNull():
		return types.StringNull()
	}
	return types.StringValue(string(access.Pull))
}

// Actions returns the repository actions that "access" and "actions" stand for.
// Both must be known.
func Actions(name types.String, actions types.Set) []string {
	if !actions.IsNull() {
		return Strings(actions)
	}
	if name.IsNull() {
		return access.Actions(access.Pull)
	}
	return access.Actions(access.Name(name.ValueString()))
}

// FromActions turns a statement's actions into the attributes "access" and
// "actions". Where the prior state has explicit actions, they stay explicit.
func FromActions(actions []string, prior types.Set) (types.String, types.Set) {
	name, named := access.Of(actions)
	if named && prior.IsNull() {
		return types.StringValue(string(name)), types.SetNull(types.StringType)
	}
	if access.Equal(actions, Strings(prior)) {
		return types.StringNull(), prior
	}
	return types.StringNull(), StringSet(actions)
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

// Conditions returns the conditions that the attribute holds. It must be known.
func Conditions(ctx context.Context, list types.List) ([]policy.Condition, diag.Diagnostics) {
	var models []conditionModel
	diags := list.ElementsAs(ctx, &models, false)
	conditions := make([]policy.Condition, 0, len(models))
	for _, m := range models {
		conditions = append(conditions, policy.Condition{
			Test: m.Test.ValueString(), Variable: m.Variable.ValueString(), Values: Strings(m.Values),
		})
	}
	return conditions, diags
}

// ConditionList is the inverse of Conditions: null for none, and prior itself
// when it says the same in another order or writing.
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
			"values":   StringSet(c.Values),
		})
	}
	return types.ListValueMust(conditionType, elements), nil
}

// sameConditions compares as AWS does: two statements that differ in nothing
// but these conditions would mean the same.
func sameConditions(a, b []policy.Condition) bool {
	canonical := func(conditions []policy.Condition) string {
		return policy.NewStatement(policy.StatementSpec{Conditions: conditions}).Canonical()
	}
	return canonical(a) == canonical(b)
}

// CheckDuplicates adds an error for every condition whose operator and key
// stand in reserved or in an earlier element: the values of one pair are
// alternatives, so two pairs merged into one would grant more than each alone.
// Elements that are not known yet are left for later.
func CheckDuplicates(ctx context.Context, list types.List, reserved []policy.Condition, diags *diag.Diagnostics) {
	if list.IsNull() || list.IsUnknown() {
		return
	}
	seen := map[string]string{}
	for _, c := range reserved {
		seen[conditionID(c.Test, c.Variable)] = "the provider writes this condition itself, from the other attributes"
	}
	for i, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() || object.IsNull() {
			continue
		}
		var m conditionModel
		if diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...); diags.HasError() {
			return
		}
		if m.Test.IsUnknown() || m.Variable.IsUnknown() {
			continue
		}
		id := conditionID(m.Test.ValueString(), m.Variable.ValueString())
		if where, twice := seen[id]; twice {
			diags.AddAttributeError(path.Root("conditions").AtListIndex(i), "Condition given twice", fmt.Sprintf(
				"The operator %s with the key %s cannot be used here: %s. Put all values into one condition, or use another operator.",
				m.Test.ValueString(), m.Variable.ValueString(), where))
		}
		seen[id] = fmt.Sprintf("conditions[%d] has the same operator and key", i)
	}
}

func conditionID(test, variable string) string {
	return strings.ToLower(test + " " + variable)
}

// Known reports whether every value is wholly known.
func Known(ctx context.Context, values ...attr.Value) bool {
	for _, v := range values {
		tv, err := v.ToTerraformValue(ctx)
		if err != nil || !tv.IsFullyKnown() {
			return false
		}
	}
	return true
}

// Strings returns the known strings of a set, sorted; nil for a null set.
func Strings(set types.Set) []string {
	var out []string
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	slices.Sort(out)
	return out
}

// StringSet returns the values as a set: null for none.
func StringSet(values []string) types.Set {
	if len(values) == 0 {
		return types.SetNull(types.StringType)
	}
	values = slices.Clone(values)
	slices.Sort(values)
	values = slices.Compact(values)
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}

// Valid makes a validator of a check that returns an error in plain words.
func Valid(what string, check func(string) error) validator.String {
	return checkValidator{what, check}
}

type checkValidator struct {
	what  string
	check func(string) error
}

func (v checkValidator) Description(context.Context) string         { return "must be " + v.what }
func (v checkValidator) MarkdownDescription(context.Context) string { return "must be " + v.what }

func (v checkValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not "+v.what, Sentence(err))
	}
}

// Sentence prints an error as a sentence: a full stop at the end, and a capital
// at the start unless it starts with a quotation.
func Sentence(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// actionPattern is the form of an ECR action, with wildcards.
var actionPattern = regexp.MustCompile(`(?i)^(ecr:[a-z*?]+|\*)$`)

// CheckAction returns an error unless action has the form of an ECR action,
// wildcards included. It does not know which actions exist.
func CheckAction(action string) error {
	if !actionPattern.MatchString(action) {
		return fmt.Errorf("%q is not an ECR action: write ecr: and a name of letters, for example ecr:BatchGetImage", action)
	}
	return nil
}

type actionValidator struct{ tokenAdvice string }

func (actionValidator) Description(context.Context) string { return "must be an ECR action" }

func (actionValidator) MarkdownDescription(context.Context) string { return "must be an ECR action" }

func (v actionValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	action := req.ConfigValue.ValueString()
	malformed := CheckAction(action)
	switch {
	case strings.EqualFold(action, access.TokenAction):
		resp.Diagnostics.AddAttributeError(req.Path, "GetAuthorizationToken does not belong here", v.tokenAdvice)
	case malformed != nil:
		resp.Diagnostics.AddAttributeError(req.Path, "Not an ECR action", Sentence(malformed))
	case strings.ContainsAny(action, "*?"):
		resp.Diagnostics.AddAttributeWarning(req.Path, "Actions with a wildcard", fmt.Sprintf(
			"%q also grants actions that you do not list, those that AWS adds later among them. Pulling an image needs only %s.",
			action, strings.Join(access.Actions(access.Pull), " and ")))
	case !access.IsAction(action):
		resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown ECR action", unknownAction(action))
	}
}

// unknownAction tells of an action that matches nothing, unless it is newer than the
// provider.
func unknownAction(action string) string {
	return fmt.Sprintf("This version of the provider knows no ECR action %q; a name that AWS does not know either allows nothing.", action) +
		DidYouMean(action, access.AllActions())
}

// DidYouMean ends a text about a word that is none of the known ones: it suggests
// the one that may be meant, and is empty where none is near.
func DidYouMean(word string, known []string) string {
	if meant := awsname.Nearest(word, known); meant != "" {
		return fmt.Sprintf(" Did you mean %q?", meant)
	}
	return ""
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
			return fmt.Errorf("%q is not a condition operator: AWS writes it %s", test, known)
		}
	}
	return fmt.Errorf("%q is not a condition operator that AWS knows: use, for example, StringEquals, StringLike or ArnLike", test)
}

// conditionKeyPattern is the form of a condition key. The prefix is a service's,
// or the host and path of an OIDC provider.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
var conditionKeyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*:[A-Za-z0-9].*$`)

var errNoConditionKey = errors.New("a condition key has a prefix and a name, for example aws:SourceVpce")

func checkConditionKey(key string) error {
	if !conditionKeyPattern.MatchString(key) {
		return fmt.Errorf("%q: %w", key, errNoConditionKey)
	}
	return nil
}
