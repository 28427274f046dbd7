// SPDX-License-Identifier: MPL-2.0

// Package eventhistory reads the event history of AWS CloudTrail: the events of the calls to
// one service, page by page, and no faster than AWS allows.
package eventhistory

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// Clients hands out the CloudTrail client of a Region.
type Clients interface {
	CloudTrail(ctx context.Context, region string) (awsapi.CloudTrail, error)
}

// A Store reads event histories. It is safe for concurrent use: all that read from one Region
// share the rate. Its errors are of type *awserr.Error.
type Store struct {
	clients Clients
	rate    limiter
}

// New returns a Store that calls AWS through clients. The clock is for the rate.
func New(clients Clients, now func() time.Time) *Store {
	return &Store{clients: clients, rate: limiter{now: now, next: map[string]time.Time{}}}
}

// A Query says which events to read.
type Query struct {
	Account    string // whose credentials read; for errors
	Region     string
	Source     string // the event source, as in ecr.amazonaws.com
	Start, End time.Time
	Max        int // at most so many events
}

// pageSize is the largest that AWS allows.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
const pageSize = 50

// maxEmpty is after how many pages without events, one after another, there is an error: AWS
// does not bound them.
const maxEmpty = 1000

// progress is after how many pages the log says how far it is: about every ten seconds.
const progress = 20

// Read reads events, the newest first, and hands over the time of each and its text as CloudTrail
// has it. It reports whether there are others beyond the maximum.
func (s *Store) Read(ctx context.Context, q Query, each func(at time.Time, text string)) (more bool, err error) {
	client, err := s.clients.CloudTrail(ctx, q.Region)
	if err == nil {
		more, err = s.read(ctx, client, q, each)
	}
	return more, awserr.Explain(err, awserr.Attempt{Doing: "look up events in the event history of CloudTrail", Account: q.Account, Region: q.Region, OwnAccount: true})
}

func (s *Store) read(ctx context.Context, client awsapi.CloudTrail, q Query, each func(at time.Time, text string)) (more bool, err error) {
	seen := map[[sha256.Size]byte]bool{} // tokens are long, and there can be many
	input := cloudtrail.LookupEventsInput{
		StartTime: &q.Start, EndTime: &q.End, MaxResults: aws.Int32(pageSize),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventSource, AttributeValue: &q.Source}},
	}
	events, empty := 0, 0
	for pages := 1; ; pages++ {
		if err := s.rate.wait(ctx, q.Region); err != nil {
			return false, err
		}
		out, err := client.LookupEvents(ctx, &input)
		if err != nil {
			return false, err
		}
		if empty++; len(out.Events) > 0 {
			empty = 0
		}
		for i := range out.Events {
			if events == q.Max {
				return true, nil
			}
			events++
			e := &out.Events[i]
			each(aws.ToTime(e.EventTime), aws.ToString(e.CloudTrailEvent))
		}
		token := aws.ToString(out.NextToken)
		switch sum := sha256.Sum256([]byte(token)); {
		case token == "":
			return false, nil
		case events == q.Max:
			return true, nil
		case empty == maxEmpty:
			return false, &smithy.DeserializationError{Err: fmt.Errorf("CloudTrail returned %d pages without events one after another, and no end", maxEmpty)}
		case seen[sum]:
			return false, &smithy.DeserializationError{Err: errors.New("CloudTrail returned a page of the events that it had returned before")}
		default:
			seen[sum], input.NextToken = true, &token
		}
		if pages%progress == 0 {
			tflog.Info(ctx, "Reading events from CloudTrail", map[string]any{"aws_region": q.Region, "pages": pages, "events": events, "max_events": q.Max})
		}
	}
}

// interval is the time between two calls: AWS allows two a second, in one account and Region.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
const interval = time.Second / 2

// A limiter spaces calls, for each Region.
type limiter struct {
	now  func() time.Time
	mu   sync.Mutex
	next map[string]time.Time
}

// wait waits for the turn of a call.
func (l *limiter) wait(ctx context.Context, region string) error {
	timer := time.NewTimer(l.turn(region))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turn takes the next turn, and returns how long it is until then.
func (l *limiter) turn(region string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	at := l.next[region]
	if at.Before(now) {
		at = now
	}
	l.next[region] = at.Add(interval)
	return at.Sub(now)
}
