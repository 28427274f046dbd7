// SPDX-License-Identifier: MPL-2.0

package snapshotsource

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]datasource.DataSource{"registry": NewRegistry(), "consumer": NewConsumer()} {
		var resp datasource.SchemaResponse
		source.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
		if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		checkDescriptions(t, name, resp.Schema.Attributes)
	}
}

// checkDescriptions checks that all attributes have whole sentences.
func checkDescriptions(t *testing.T, at string, attributes map[string]schema.Attribute) {
	t.Helper()
	for name, attribute := range attributes {
		if text := attribute.GetMarkdownDescription(); !strings.HasSuffix(text, ".") {
			t.Errorf("%s.%s: description %q, want whole sentences", at, name, text)
		}
		switch nested := attribute.(type) {
		case schema.SingleNestedAttribute:
			checkDescriptions(t, at+"."+name, nested.Attributes)
		case schema.ListNestedAttribute:
			checkDescriptions(t, at+"."+name, nested.NestedObject.Attributes)
		case schema.MapNestedAttribute:
			checkDescriptions(t, at+"."+name, nested.NestedObject.Attributes)
		}
	}
}

// Two plans of one day have one time, unless a finer precision is set.
func TestTime(t *testing.T) {
	t.Parallel()
	b := base{}
	at := func(now string, precision types.String) string {
		t.Helper()
		parsed, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		b.now = func() time.Time { return parsed }
		text, _ := new(b.time(common{precision: precision})).MarshalText()
		return string(text)
	}
	for precision, want := range map[string]string{"": "2026-11-27T00:00:00Z", "day": "2026-11-27T00:00:00Z", "hour": "2026-11-27T10:00:00Z", "second": "2026-11-27T10:20:30Z"} {
		value := types.StringValue(precision)
		if precision == "" {
			value = types.StringNull()
		}
		if got := at("2026-11-27T12:20:30+02:00", value); got != want {
			t.Errorf("with the precision %q the time is %s, want %s", precision, got, want)
		}
	}
	if a, b := at("2026-11-27T00:00:00Z", types.StringNull()), at("2026-11-27T23:59:59Z", types.StringNull()); a != b {
		t.Errorf("the times of one day are %s and %s", a, b)
	}
}

// What is not known is null; what is known not to exist is not.
func TestNotKnown(t *testing.T) {
	t.Parallel()
	if document(snapshot.Document{}) != nil || *document(snapshot.DocumentOf("")) != "" {
		t.Error("a document that is not known is not null, or one that does not exist is")
	}
	if got := documents(map[string]snapshot.Document{"a": {}, "b": snapshot.DocumentOf("{}")}); got["a"] != "unknown" || got["b"] != "{}" {
		t.Errorf("the documents are %v", got)
	}
	if levels(nil) != nil || levels(&[]snapshot.Level{}) == nil {
		t.Error("levels that are not known are not null, or none are")
	}
	got := levels(&[]snapshot.Level{{Policies: []snapshot.ControlPolicy{{}, {Document: snapshot.DocumentOf("{}")}}}})
	if len(got) != 1 || !slices.Equal(got[0], []string{"unknown", "{}"}) {
		t.Errorf("the levels are %v", got)
	}
}
