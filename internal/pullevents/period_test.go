// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

func TestPeriod(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for name, test := range map[string]struct {
		period     Period
		now        string
		start, end string // no start: an error
	}{
		"the default":           {Period{}, "2026-11-27T10:20:30Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"},
		"just after midnight":   {Period{}, "2026-11-27T00:14:59Z", "2026-11-19T00:00:00Z", "2026-11-26T00:00:00Z"},
		"when all have arrived": {Period{}, "2026-11-27T00:15:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"},
		"another time zone":     {Period{}, "2026-11-27T01:00:00+02:00", "2026-11-19T00:00:00Z", "2026-11-26T00:00:00Z"},
		"a finer precision":     {Period{Length: time.Hour, Precision: snapshot.Minute}, "2026-11-27T10:20:30Z", "2026-11-27T09:05:00Z", "2026-11-27T10:05:00Z"},
		"start and end":         {Period{Start: at("2026-11-01T00:00:00+01:00"), End: at("2026-11-02T00:00:00Z")}, "2026-11-27T10:20:30Z", "2026-10-31T23:00:00Z", "2026-11-02T00:00:00Z"},
		"start alone":           {Period{Start: at("2026-11-26T00:00:00Z")}, "2026-11-27T10:20:30Z", "2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z"},
		"end alone":             {Period{End: at("2026-11-27T10:20:30Z"), Length: time.Minute}, "2026-11-27T10:20:30Z", "2026-11-27T10:19:30Z", "2026-11-27T10:20:30Z"},
		"start behind the end":  {Period{Start: at("2026-11-27T00:00:01Z")}, "2026-11-27T10:20:30Z", "", ""},
		"start at the end":      {Period{Start: at("2026-11-01T00:00:00Z"), End: at("2026-11-01T00:00:00Z")}, "2026-11-27T10:20:30Z", "", ""},
	} {
		start, end, err := test.period.Of(at(test.now))
		if (err == nil) != (test.start != "") || err == nil && (printTime(start) != test.start || printTime(end) != test.end) {
			t.Errorf("%s: %s to %s, %v", name, printTime(start), printTime(end), err)
		}
	}
}
