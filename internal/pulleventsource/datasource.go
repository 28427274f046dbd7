// SPDX-License-Identifier: MPL-2.0

// Package pulleventsource holds the data source ecrxa_pull_events: who called ECR on a
// repository, from the event history of AWS CloudTrail.
package pulleventsource

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullevents"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/eventhistory"
)

var (
	_ datasource.DataSource                   = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// NewDataSource returns the data source ecrxa_pull_events.
func NewDataSource() datasource.DataSource { return &dataSource{now: time.Now} }

type dataSource struct {
	clients *awsapi.Clients
	history *eventhistory.Store
	now     func() time.Time
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_events"
}

const description = "Says who called Amazon ECR on a repository over a period, from the event history of AWS CloudTrail: which role, user, account or service, with which action, how often, and what was denied and why. " +
	"With a snapshot of the registry side it also says which statements no call in these events can have used, and who was denied and would now be allowed.\n\n" +
	"Use credentials of the **registry account**: CloudTrail sends it the events of calls from other accounts, too. " +
	"Of a caller from another account, CloudTrail tells the registry account no more than account and ID. A consumer snapshot with the role, or AWS's message of a denial, gives it a name.\n\n" +
	"The event history does not have everything: see [what CloudTrail does not show](#what-cloudtrail-does-not-show). `gaps` says what may be missing in this result."

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := results()
	maps.Copy(all, schemaOfArguments())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: all}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	if data != nil {
		d.clients, d.history = data.Clients, data.EventHistory
	}
}

// ValidateConfig checks the period as far as it is known.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	a := readArguments(ctx, req.Config, &resp.Diagnostics)
	if a.isUnknown || resp.Diagnostics.HasError() {
		return
	}
	if !a.period.Start.IsZero() && a.period.Length != 0 {
		resp.Diagnostics.AddAttributeError(path.Root("period"), "Two starts of the period", "Both start and period say when the period begins. Remove one of them.")
	}
	if start, end := a.period.Start, a.period.End; !start.IsZero() && !end.IsZero() && !start.Before(end) {
		resp.Diagnostics.AddAttributeError(path.Root("start"), invalidPeriod, "start is not before end.")
	}
}

const invalidPeriod = "The period has no time in it"

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	a := readArguments(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	q := d.question(ctx, a, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	tally := pullevents.NewTally(q.Repository)
	oldest := q.End
	query := eventhistory.Query{
		Account: q.Account, Region: q.Repository.Region, Source: pullevents.Source, Max: a.maxEvents, End: q.End,
		// AWS may refuse a start of which it keeps no events.
		Start: latest(q.Start, q.Now.Add(-pullevents.History)),
	}
	more, err := false, error(nil)
	if query.Start.Before(query.End) {
		more, err = d.history.Read(ctx, query, func(at time.Time, text string) {
			if !at.IsZero() && at.Before(oldest) {
				oldest = at
			}
			tally.Add(text)
		})
	}
	if err != nil {
		resp.Diagnostics.AddError(awserr.Describe(err, "The events could not be read from CloudTrail"))
		return
	}
	if q.More = more; more {
		q.Oldest = oldest
	}
	resp.State.Raw = req.Config.Raw
	setResults(ctx, resp, q, tally, pullevents.ReportOf(q, tally))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// question returns what is asked for: who reads, of which repository, and when.
func (d *dataSource) question(ctx context.Context, a *arguments, diags *diag.Diagnostics) pullevents.Question {
	q := pullevents.Question{Consumers: a.consumers, Now: d.now()}
	from := q.Now
	if !a.now.IsZero() {
		from = a.now
	}
	identity, err := d.clients.Identity(ctx)
	if err != nil {
		diags.AddError(awserr.Describe(err, "The events could not be read from CloudTrail"))
		return q
	}
	q.Account = identity.Account
	region := d.clients.Region()
	if a.region != "" {
		region = a.region
	}
	q.Repository = awsname.Repository{Partition: awsname.Partition(region), Region: region, Account: identity.Account, Name: a.repository}
	if a.registryID != "" {
		q.Repository.Account = a.registryID
	}
	side, fault := pullevents.SideOf(q.Repository, a.registry, a.statements)
	if fault != nil {
		appendFault(diags, fault)
	}
	q.Side = side
	if q.Start, q.End, err = a.period.Of(from); err != nil {
		diags.AddAttributeError(path.Root("start"), invalidPeriod, "start "+err.Error()+".")
	}
	return q
}
