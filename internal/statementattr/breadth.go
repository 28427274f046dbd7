// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// AcknowledgeAttribute returns the attribute that accepts broad access for a reason.
func AcknowledgeAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Why whole accounts, organizations or organizational units get access: one line of up to 1,000 characters, such as `Every team builds on this base image; PLAT-42`. " +
			"The plan then does not warn of it; it still warns of wildcards in actions and of conditions that limit less than they seem, and if the statement later allows more for the same reason. " +
			"It is kept in the state only, like `description`. [`ecrxa_repository_access`](../data-sources/repository_access.md) takes it as an element of `acknowledgements` and shows it.",
		Optional:   true,
		Validators: []validator.String{tfattr.Valid("a reason", managed.CheckReason)},
	}
}

// A Breadth is a way in which a statement or policy allows much, which may be meant. The plan
// warns of it when it creates or changes the statement.
type Breadth struct {
	At      path.Path
	Summary string
	Detail  string
	// Of are those who get access as a whole, such as Accounts: acknowledge_broad_access accepts
	// this. It is empty if the breadth is another one.
	Of string
}

// Warning returns the warning, with more text.
func (b *Breadth) Warning(more string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(b.At, b.Summary, strings.TrimSuffix(b.Detail+"\n\n"+more, "\n\n"))
}

// The wholes that can get access.
const (
	Accounts      = "accounts"
	Organizations = "organizations"
	Units         = "organizational units"
)

// Alike returns the same text for grants that differ only in whom and what they name.
func (g *Grantees) Alike() string {
	return strings.Join([]string{g.Access.String(), g.Actions.String(), g.Conditions.String()}, " ")
}

// Breadths returns in which ways the attributes allow much.
func (g *Grantees) Breadths(ctx context.Context, diags *diag.Diagnostics) []Breadth {
	var all []Breadth
	for _, whole := range []struct {
		of, attribute string
		ids           types.Set
	}{
		{Accounts, "account_ids", g.AccountIDs},
		{Organizations, "organization_ids", g.OrganizationIDs},
		{Units, "organization_paths", g.OrganizationPaths},
	} {
		// An empty set is an error of its own. One that is not known may be null.
		if len(whole.ids.Elements()) == 0 || g.Conditions.IsUnknown() {
			continue
		}
		all = append(all, WholesOf(ctx, whole.of, path.Root(whole.attribute), tfattr.Strings(whole.ids), g.Conditions, diags)...)
	}
	return append(all, WildcardsOf(tfattr.Strings(g.Actions), path.Root("actions"))...)
}

// WholesOf returns the breadth of accounts, organizations or organizational units that get access
// as a whole; none if a condition names some of their principals, or may do so when it is known.
func WholesOf(ctx context.Context, of string, at path.Path, ids []string, conditions types.List, diags *diag.Diagnostics) []Breadth {
	var callers []string
	if of == Accounts {
		isVariable := func(id string) bool { return !awsname.IsAccountID(id) } // of the registry's own account
		callers = slices.DeleteFunc(slices.Clone(ids), isVariable)
	}
	if mayNamePrincipals(ctx, conditions, callers, diags) {
		return nil
	}
	whom, advice := "all accounts of these "+of, "To limit it to some of them, add a condition, for example on aws:PrincipalArn."
	if of == Accounts {
		whom, advice = "these accounts", "To grant access to single roles, name them by their ARNs."
	}
	if len(ids) > 0 && !slices.Contains(ids, "*") {
		whom += " (" + wording.Some(printed.Values(ids), "and") + ")"
	}
	return []Breadth{{At: at, Of: of, Summary: "Access for whole " + of, Detail: fmt.Sprintf(
		"Every role and user in %s gets access, if it meets the conditions of this statement and its own account's policies also allow it. %s", whom, advice)}}
}

// WildcardsOf returns the breadth of actions with wildcards. An unknown action has none.
func WildcardsOf(actions []string, at path.Path) (all []Breadth) {
	for _, action := range actions {
		if strings.ContainsAny(action, "*?") && actionset.CheckAction(action) == nil {
			all = append(all, Breadth{At: at, Summary: "Action with a wildcard: " + printed.Name(action), Detail: fmt.Sprintf(
				"%s also grants actions that you do not list, including actions that AWS adds later. A pull needs only %s.",
				printed.Quoted(action), strings.Join(actionset.Actions(actionset.Pull), " and "))})
		}
	}
	return all
}
