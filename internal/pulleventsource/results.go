// SPDX-License-Identifier: MPL-2.0

package pulleventsource

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullevents"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// objects is a list of objects.
func objects(description string, attributes ...map[string]schema.Attribute) schema.ListNestedAttribute {
	all := map[string]schema.Attribute{}
	for _, some := range attributes {
		maps.Copy(all, some)
	}
	return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: all}}
}

// callerAttributes say who called.
func callerAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"kind":       tfattr.Text("`role`, `user`, `root`, `federated_user`, `web_identity`, `service`, `account` (a principal of another account of which only the ID is known) or `unknown`."),
		"arn":        tfattr.Text("The ARN of the role or user; null if it is not known, as that of a role of which only the name is known. Sessions of one role are one caller."),
		"unique_id":  tfattr.Text("The unique ID of the role or user, as in `AROAEXAMPLEID`; null if it is not known."),
		"account_id": tfattr.Text("The account of the caller; null if it is not known."),
		"name":       tfattr.Text("The service, as in `lambda.amazonaws.com`, or the name of a role or user without ARN; null if it is not known."),
	}
}

func results() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_id":  tfattr.Text("The account of the credentials, whose event history was read."),
		"complete":    tfattr.Bool("Whether nothing is known to be missing: `gaps` is empty."),
		"gaps":        tfattr.Texts("What may be missing, as sentences."),
		"events_read": tfattr.Number("How many events of ECR were read, of all repositories."),
		"calls_count": tfattr.Number("How many of them are calls on the repository."),
		"summary":     tfattr.Text("What was found, in one sentence, and the gaps."),
		"callers": objects("Who called, with the denied callers first.", callerAttributes(), map[string]schema.Attribute{
			"calls": objects("What the caller called, by action and result; denied calls first.", map[string]schema.Attribute{
				"action":       tfattr.Text("The action, as in `ecr:BatchGetImage`."),
				"error_code":   tfattr.Text("The error that AWS returned; null if the calls succeeded."),
				"denied":       tfattr.Bool("Whether AWS denied the calls."),
				"count":        tfattr.Number("How many calls there were."),
				"first":        tfattr.Text("When the first was made."),
				"last":         tfattr.Text("When the last was made."),
				"message":      tfattr.Text("AWS's message of the last one; null if it has none."),
				"meaning":      tfattr.Text("What the message means, as [`explain_pull_error`](../functions/explain_pull_error.md) says; null if AWS did not deny the calls."),
				"side":         tfattr.Text("The side that the message names: `consumer`, `registry`, `both` (either can be the cause), `none` or `unknown`; null if AWS did not deny the calls."),
				"sources":      tfattr.Texts("From where the calls came, at most 10: IP addresses and services. Calls of docker and other clients of the registry come from AWS itself."),
				"more_sources": tfattr.Bool("Whether there are other sources."),
			}),
		}),
		"statement_usage": objects("The Allow statements of the repository policy and of the registry policy, as they were given, and whether calls used them.", map[string]schema.Attribute{
			"policy_type":      tfattr.Text("`repository_policy` or `registry_policy`."),
			"sid":              tfattr.Text("The Sid; empty if there is none."),
			"index":            tfattr.Number("The place in its policy, from 0."),
			"usage":            tfattr.Text("`used`: it allows calls that succeeded; `not_seen`: the events show no call on the repository that can have used it; or `unknown`."),
			"calls":            tfattr.Number("How many successful calls it allowed."),
			"last":             tfattr.Text("When the last of them was made; null if there are none."),
			"used_actions":     tfattr.Texts("The actions of these calls."),
			"not_seen_actions": tfattr.Texts("Actions that it allows, as it has them, and that no call on the repository in these events can have used. Actions that are no API operation, such as `ecr:ReplicateImage`, are not among them."),
			"sentence":         tfattr.Text("What is known, in one sentence."),
		}),
		"denials": objects("What AWS denied, judged by the policies that were given; at most 200.", callerAttributes(), map[string]schema.Attribute{
			"action":        tfattr.Text("The action."),
			"count":         tfattr.Number("How many calls were denied."),
			"last":          tfattr.Text("When the last was denied."),
			"registry_side": tfattr.Text("`allowed`, `denied` or `conditional`: what the registry side says, if the consumer side allows the call; null if the caller is not known or is a service."),
			"verdict":       tfattr.Text("`allowed`, `denied` or `conditional`: what both sides say, as far as they are known; null likewise."),
			"sentence":      tfattr.Text("What is known, and why."),
		}),
		"beyond_pull": objects("Callers that did more than to pull.", callerAttributes(), map[string]schema.Attribute{
			"actions":  tfattr.Texts("The successful actions that pulling does not need."),
			"sentence": tfattr.Text("The same, in one sentence."),
		}),
	}
}

// A caller is embedded in all objects that say who called.
type caller struct {
	Kind     string  `tfsdk:"kind"`
	ARN      *string `tfsdk:"arn"`
	UniqueID *string `tfsdk:"unique_id"`
	Account  *string `tfsdk:"account_id"`
	Name     *string `tfsdk:"name"`
}

type callerModel struct {
	caller
	Calls []callsModel `tfsdk:"calls"`
}

type callsModel struct {
	Action      string   `tfsdk:"action"`
	ErrorCode   *string  `tfsdk:"error_code"`
	Denied      bool     `tfsdk:"denied"`
	Count       int      `tfsdk:"count"`
	First       string   `tfsdk:"first"`
	Last        string   `tfsdk:"last"`
	Message     *string  `tfsdk:"message"`
	Meaning     *string  `tfsdk:"meaning"`
	Side        *string  `tfsdk:"side"`
	Sources     []string `tfsdk:"sources"`
	MoreSources bool     `tfsdk:"more_sources"`
}

type statementModel struct {
	PolicyType     string   `tfsdk:"policy_type"`
	Sid            string   `tfsdk:"sid"`
	Index          int      `tfsdk:"index"`
	Usage          string   `tfsdk:"usage"`
	Calls          int      `tfsdk:"calls"`
	Last           *string  `tfsdk:"last"`
	UsedActions    []string `tfsdk:"used_actions"`
	NotSeenActions []string `tfsdk:"not_seen_actions"`
	Sentence       string   `tfsdk:"sentence"`
}

type denialModel struct {
	caller
	Action       string  `tfsdk:"action"`
	Count        int     `tfsdk:"count"`
	Last         string  `tfsdk:"last"`
	RegistrySide *string `tfsdk:"registry_side"`
	Verdict      *string `tfsdk:"verdict"`
	Sentence     string  `tfsdk:"sentence"`
}

type beyondModel struct {
	caller
	Actions  []string `tfsdk:"actions"`
	Sentence string   `tfsdk:"sentence"`
}

// setResults writes the results into the state. What others wrote is printed: it may be shown
// by terraform output -raw.
func setResults(ctx context.Context, resp *datasource.ReadResponse, q pullevents.Question, tally *pullevents.Tally, r *pullevents.Report) {
	values := map[string]any{
		"registry_id": q.Repository.Account, "region": q.Repository.Region, "start": printTime(q.Start), "end": printTime(q.End),
		"account_id": q.Account, "complete": len(r.Gaps) == 0, "gaps": r.Gaps, "events_read": tally.Read, "calls_count": tally.Matched, "summary": r.Summary,
		"callers": callers(r.Calls), "statement_usage": statements(r.Statements), "denials": denials(r.Denials), "beyond_pull": beyond(r.Beyond),
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), values[name])...)
	}
}

// optional is null for an empty text.
func optional[S ~string](text S) *string {
	if text == "" {
		return nil
	}
	shown := printed.Message(string(text))
	return &shown
}

func printTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func callerOf(c pullevents.Caller) caller {
	return caller{string(c.Kind), optional(c.ARN), optional(c.ID), optional(c.Account), optional(c.Name)}
}

func names(all []string) []string {
	shown := make([]string, len(all))
	for i, name := range all {
		shown[i] = printed.Name(name)
	}
	return shown
}

// callers puts the calls of each caller together, in the order of the calls.
func callers(calls []pullevents.Calls) []callerModel {
	all, at := []callerModel{}, map[pullevents.Caller]int{}
	for _, c := range calls {
		i, found := at[c.Caller]
		if !found {
			i = len(all)
			at[c.Caller], all = i, append(all, callerModel{caller: callerOf(c.Caller)})
		}
		all[i].Calls = append(all[i].Calls, callsOf(c))
	}
	return all
}

func callsOf(c pullevents.Calls) callsModel {
	m := callsModel{
		Action: printed.Name(c.Action), ErrorCode: optional(c.ErrorCode), Denied: c.Denied, Count: c.Count, First: printTime(c.First), Last: printTime(c.Last),
		Message: optional(c.Message), Sources: names(c.Sources), MoreSources: c.MoreSources,
	}
	if c.Denied {
		e := pullerror.Explain(c.Message)
		m.Meaning, m.Side = optional(e.Summary), optional(e.Side)
	}
	return m
}

func statements(all []pullevents.Statement) []statementModel {
	models := []statementModel{}
	for _, s := range all {
		m := statementModel{
			PolicyType: string(s.PolicyType), Sid: printed.Name(s.Sid), Index: s.Index, Usage: string(s.Usage), Calls: s.Calls,
			UsedActions: names(s.UsedActions), NotSeenActions: names(s.NotSeenActions), Sentence: s.Sentence,
		}
		if !s.Last.IsZero() {
			m.Last = optional(printTime(s.Last))
		}
		models = append(models, m)
	}
	return models
}

func denials(all []pullevents.Denial) []denialModel {
	models := []denialModel{}
	for _, d := range all {
		models = append(models, denialModel{
			callerOf(d.Caller), printed.Name(d.Action), d.Count, printTime(d.Last), optional(d.RegistrySide), optional(d.Verdict), d.Sentence,
		})
	}
	return models
}

func beyond(all []pullevents.Beyond) []beyondModel {
	models := []beyondModel{}
	for _, b := range all {
		models = append(models, beyondModel{callerOf(b.Caller), names(b.Actions), b.Sentence})
	}
	return models
}
