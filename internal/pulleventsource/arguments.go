// SPDX-License-Identifier: MPL-2.0

package pulleventsource

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullevents"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// The bounds of max_events. At two pages of 50 events a second, the default takes 100 seconds,
// and the most nearly three hours.
const (
	defaultMaxEvents = 10_000
	mostEvents       = 1_000_000
)

func schemaOfArguments() map[string]schema.Attribute {
	var precisions []string
	for _, p := range snapshot.Precisions() {
		precisions = append(precisions, string(p))
	}
	atTime := []validator.String{tfattr.Valid("a time", checkTime)}
	return map[string]schema.Attribute{
		"repository": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{tfattr.Valid("a repository name", managed.CheckRepository)},
			MarkdownDescription: "The name of the repository.",
		},
		"registry_id": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{tfattr.Valid("an account ID", managed.CheckAccountID)},
			MarkdownDescription: "The account of the repository. Default: the account of the credentials. With credentials of another account, the events are only the calls of that account's own principals.",
		},
		"region": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{tfattr.Valid("a region", managed.CheckRegion)},
			MarkdownDescription: "The repository's region; each region has an event history of its own. Default: the provider's region.",
		},
		"period": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("a period", checkPeriod)},
			MarkdownDescription: "How long before its end the period begins, as in `24h`; at most `2160h` (90 days). Default: `168h` (7 days). Conflicts with `start`.",
		},
		"start": schema.StringAttribute{
			Optional: true, Computed: true, Validators: atTime,
			MarkdownDescription: "When the period begins, in RFC 3339, as in `2026-11-20T00:00:00Z`.",
		},
		"end": schema.StringAttribute{
			Optional: true, Computed: true, Validators: atTime,
			MarkdownDescription: "When the period ends, in RFC 3339. Default: `now`, less 15 minutes in which events may still arrive, rounded down to `precision`.",
		},
		"precision": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{stringvalidator.OneOf(precisions...)},
			MarkdownDescription: "The unit to which the default of `end` is rounded down, in UTC: `second`, `minute`, `hour` or `day`. Default: `day`. " +
				"A data source is read in every plan: with `day`, the results are the same until the next day. Set `minute` to see what was denied a moment ago.",
		},
		"now": schema.StringAttribute{
			Optional: true, Validators: atTime,
			MarkdownDescription: "The time from which the default of `end` is counted, in RFC 3339, as in `plantimestamp()`. Default: the time when the data source is read.",
		},
		"max_events": schema.Int64Attribute{
			Optional:   true,
			Validators: []validator.Int64{int64validator.Between(1, mostEvents)},
			MarkdownDescription: fmt.Sprintf("How many events to read at most, the newest first. Default: %d; at most %d. ", defaultMaxEvents, mostEvents) +
				"They are the events of all repositories of the region: CloudTrail cannot look up those of one repository. AWS returns 100 events a second, so the default takes up to 100 seconds. If there may be more events, `complete` is `false`.",
		},
		"registry_snapshot": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The policies of the registry side to compare the calls with: the attribute `json` of an [`ecrxa_registry_snapshot`](registry_snapshot.md) that has the repository.",
		},
		"statements": schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Statements of the repository policy as JSON, such as the attribute `statement` of an `ecrxa_repository_grant`. " +
				"Each replaces the statement with its `Sid` in the snapshot, or is added.",
		},
		"consumer_snapshots": schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "The attributes `json` of data sources [`ecrxa_consumer_snapshot`](consumer_snapshot.md). They name callers of which CloudTrail has the ID alone, and say whether the consumer side now allows what was denied.",
		},
	}
}

func checkTime(text string) error {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return fmt.Errorf("%s is not a time in RFC 3339, as in 2026-11-27T09:00:00Z", printed.Quoted(text))
	}
	return nil
}

func checkPeriod(text string) error {
	if d, err := time.ParseDuration(text); err != nil || d < time.Second || d > pullevents.History {
		return fmt.Errorf("%s is not a duration from 1s to 2160h, as in 24h", printed.Quoted(text))
	}
	return nil
}

// arguments are the arguments of the data source.
type arguments struct {
	repository, registryID, region string
	period                         pullevents.Period
	now                            time.Time
	maxEvents                      int
	registry                       *snapshot.Registry
	statements                     []verdict.Document
	consumers                      []*snapshot.Consumer
	isUnknown                      bool // some of them
}

// readArguments reads the arguments. What is not known yet is missing.
func readArguments(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *arguments {
	a := &arguments{maxEvents: defaultMaxEvents, isUnknown: !config.Raw.IsFullyKnown()}
	text := func(name string) string { return get[types.String](ctx, config, name, diags).ValueString() }
	atTime := func(name string) time.Time {
		at, _ := time.Parse(time.RFC3339, text(name)) // Its validator has checked it.
		return at
	}
	a.repository, a.registryID, a.region = text("repository"), text("registry_id"), text("region")
	a.period = pullevents.Period{Start: atTime("start"), End: atTime("end"), Precision: snapshot.Precision(text("precision"))}
	a.period.Length, _ = time.ParseDuration(text("period"))
	a.now = atTime("now")
	if most := get[types.Int64](ctx, config, "max_events", diags); most.ValueInt64() > 0 {
		a.maxEvents = int(most.ValueInt64())
	}
	a.readDocuments(ctx, config, diags)
	return a
}

// get reads one argument.
func get[T any](ctx context.Context, config tfsdk.Config, name string, diags *diag.Diagnostics) (value T) {
	diags.Append(config.GetAttribute(ctx, path.Root(name), &value)...)
	return value
}

func (a *arguments) readDocuments(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	if text := get[types.String](ctx, config, verdict.RegistrySnapshotArgument, diags).ValueString(); text != "" {
		registry, err := snapshot.ParseRegistry(text)
		if err != nil {
			appendFault(diags, &verdict.InputError{At: verdict.At{Attribute: verdict.RegistrySnapshotArgument}, Problem: err.Error()})
		}
		a.registry = registry
	}
	list := func(name string) func(func(verdict.At, string) bool) {
		return func(yield func(verdict.At, string) bool) {
			for i, element := range get[types.List](ctx, config, name, diags).Elements() {
				text, _ := element.(types.String)
				if !text.IsUnknown() && !yield(verdict.At{Attribute: name, Indexes: []int{i}}, text.ValueString()) {
					return
				}
			}
		}
	}
	for at, text := range list("statements") {
		if _, err := policy.ParseStatement(text); err != nil {
			appendFault(diags, &verdict.InputError{At: at, Problem: "is not a statement", Err: err})
		}
		a.statements = append(a.statements, verdict.Document{Text: text, At: at})
	}
	for at, text := range list("consumer_snapshots") {
		consumer, err := snapshot.ParseConsumer(text)
		if err != nil {
			appendFault(diags, &verdict.InputError{At: at, Problem: err.Error()})
			continue
		}
		a.consumers = append(a.consumers, consumer)
	}
}

// appendFault appends what is wrong with an argument.
func appendFault(diags *diag.Diagnostics, fault *verdict.InputError) {
	attributes.AppendFaults(diags, "Invalid argument of the pull events", verdict.InputErrors{fault})
}
