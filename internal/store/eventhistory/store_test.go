// SPDX-License-Identifier: MPL-2.0

package eventhistory

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// fakeCloudTrail returns pages of so many events; the token of the last one is what the test says.
type fakeCloudTrail struct {
	pages     []int
	lastToken string
	err       error

	mu    sync.Mutex
	calls []time.Time
	input *cloudtrail.LookupEventsInput
}

func (f *fakeCloudTrail) CloudTrail(context.Context, string) (awsapi.CloudTrail, error) {
	return f, nil
}

func (f *fakeCloudTrail) LookupEvents(_ context.Context, in *cloudtrail.LookupEventsInput, _ ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.input = append(f.calls, time.Now()), in
	if f.err != nil {
		return nil, f.err
	}
	page, _ := strconv.Atoi(aws.ToString(in.NextToken))
	out := &cloudtrail.LookupEventsOutput{NextToken: aws.String(strconv.Itoa(page + 1))}
	if page == len(f.pages)-1 {
		out.NextToken = aws.String(f.lastToken)
	}
	for i := range f.pages[page] {
		out.Events = append(out.Events, types.Event{CloudTrailEvent: aws.String(strconv.Itoa(page) + "." + strconv.Itoa(i)), EventTime: aws.Time(time.Unix(int64(page), 0))})
	}
	return out, nil
}

var query = Query{Account: "111122223333", Region: "eu-west-1", Source: "ecr.amazonaws.com", Start: time.Unix(1, 0), End: time.Unix(2, 0), Max: 100}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pages     []int
		lastToken string
		most      int
		want      string
		more      bool
		err       string
	}{
		"one page":             {[]int{2}, "", 100, "0.0 0.1", false, ""},
		"several":              {[]int{1, 0, 2}, "", 100, "0.0 2.0 2.1", false, ""},
		"none":                 {[]int{0}, "", 100, "", false, ""},
		"as many as allowed":   {[]int{1, 1}, "", 2, "0.0 1.0", false, ""},
		"more on the page":     {[]int{3}, "", 2, "0.0 0.1", true, ""},
		"more on the next one": {[]int{2, 1}, "", 2, "0.0 0.1", true, ""},
		"empty pages for ever": {make([]int, 2*maxEmpty), "", 100, "", false, "pages without events"},
		"a page again":         {[]int{1, 1}, "1", 100, "0.0 1.0", false, "a page of the events that it had returned before"},
	} {
		synctest.Test(t, func(t *testing.T) {
			q, fake := query, &fakeCloudTrail{pages: test.pages, lastToken: test.lastToken}
			q.Max = test.most
			var texts []string
			more, err := New(fake, time.Now).Read(t.Context(), q, func(_ time.Time, text string) { texts = append(texts, text) })
			if got := strings.Join(texts, " "); got != test.want || more != test.more {
				t.Errorf("%s: %q, more %v", name, got, more)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: error %v", name, err)
			}
			if in := fake.input; aws.ToInt32(in.MaxResults) != 50 || !in.StartTime.Equal(q.Start) || !in.EndTime.Equal(q.End) || aws.ToString(in.LookupAttributes[0].AttributeValue) != q.Source {
				t.Errorf("%s: input %+v", name, in)
			}
		})
	}
}

func TestRead_errors(t *testing.T) {
	t.Parallel()
	fake := &fakeCloudTrail{err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}}
	_, err := New(fake, time.Now).Read(t.Context(), query, nil)
	if awserr.KindOf(err) != awserr.AccessDenied || awserr.Code(err) != "AccessDeniedException" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	store := New(&fakeCloudTrail{pages: []int{1}}, time.Now)
	store.rate.turn(query.Region)
	if _, err := store.Read(ctx, query, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// All who read from one Region share two calls a second. Other Regions have their own.
func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		regions := map[string]*fakeCloudTrail{"eu-west-1": {pages: make([]int, 4)}, "us-east-1": {pages: make([]int, 4)}}
		store := New(byRegion(regions), time.Now)
		var wg sync.WaitGroup
		for region := range regions {
			for range 2 {
				wg.Go(func() {
					q := query
					q.Region = region
					if _, err := store.Read(t.Context(), q, func(time.Time, string) {}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		for region, fake := range regions {
			slices.SortFunc(fake.calls, time.Time.Compare)
			for i, at := range fake.calls {
				if want := begin.Add(time.Duration(i) * interval); !at.Equal(want) {
					t.Errorf("%s: call %d after %v, want %v", region, i, at.Sub(begin), want.Sub(begin))
				}
			}
			if len(fake.calls) != 8 {
				t.Errorf("%s: %d calls", region, len(fake.calls))
			}
		}
	})
}

type byRegion map[string]*fakeCloudTrail

func (b byRegion) CloudTrail(_ context.Context, region string) (awsapi.CloudTrail, error) {
	return b[region], nil
}
