// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"errors"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// A Period says which time a report is about. What is zero is not set.
type Period struct {
	Start, End time.Time
	Length     time.Duration // without Start
	Precision  snapshot.Precision
}

// defaultLength is the length of a period that does not say it.
const defaultLength = 7 * 24 * time.Hour

// Of returns the start and the end of the period, as it is now. An end that is not set is
// rounded down, to a time of which all events have arrived: so all reports of one day, for
// example, are about the same events.
func (p Period) Of(now time.Time) (start, end time.Time, err error) {
	start, end = p.Start.UTC(), p.End.UTC()
	if p.End.IsZero() {
		precision := p.Precision
		if precision == "" {
			precision = snapshot.Day
		}
		end = snapshot.TimeOf(now.Add(-delay), precision).Time
	}
	if p.Start.IsZero() {
		length := p.Length
		if length == 0 {
			length = defaultLength
		}
		start = end.Add(-length)
	}
	if !start.Before(end) {
		return start, end, errors.New("is not before the end of the period, which is " + printTime(end))
	}
	return start, end, nil
}
