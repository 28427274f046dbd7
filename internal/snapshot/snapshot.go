// SPDX-License-Identifier: MPL-2.0

// Package snapshot is what one side of pulls looked like when it was read: a value that
// travels from one workspace to another as one JSON text. It is pure.
//
// What is absent in a snapshot is not known: it was not asked for, or AWS denied the read, and
// then NotRead has the missing permission. What AWS says does not exist is in the snapshot: as
// a document that is null, a list that is empty, or exists = false.
package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Version is the version of the format that this package writes. A format in which an
// older reader could miss something has another version.
const Version = 1

// maxSize bounds the text of a snapshot in bytes; 200 repositories are below 1 MB.
const maxSize = 16 << 20

// A Kind says which side a snapshot shows.
type Kind string

// The kinds are the types of the data sources.
const (
	OfRegistry Kind = "ecrxa_registry_snapshot"
	OfConsumer Kind = "ecrxa_consumer_snapshot"
)

// A Header says what a snapshot is, and when and by whom it was read.
type Header struct {
	Kind    Kind   `json:"kind"`
	Version int    `json:"version"`
	ReadAt  Time   `json:"read_at"`
	ReadBy  Reader `json:"read_by"`
}

// A Reader is the principal whose credentials were used.
type Reader struct {
	Account string `json:"account_id"` // 12 digits
	ARN     string `json:"arn"`        // as GetCallerIdentity gives it, without the name of a role session
}

// ReaderOf returns the principal of an ARN from GetCallerIdentity. The name of a role session
// is left out: many tools make a new one each time, and the snapshot would always differ.
func ReaderOf(account, arn string) Reader {
	if before, session, found := strings.Cut(arn, ":assumed-role/"); found {
		role, _, _ := strings.Cut(session, "/")
		arn = before + ":assumed-role/" + role
	}
	return Reader{Account: account, ARN: arn}
}

// A Precision is a unit of time.
type Precision string

// The precisions of the time of a snapshot.
const (
	Second Precision = "second"
	Minute Precision = "minute"
	Hour   Precision = "hour"
	Day    Precision = "day"
)

// Precisions returns all precisions, the finest first.
func Precisions() []Precision { return []Precision{Second, Minute, Hour, Day} }

// TimeOf returns a time truncated in UTC, so that snapshots of one day, for example, have one
// time and do not differ only by it. A snapshot looks older than it is, never younger.
func TimeOf(t time.Time, precision Precision) Time {
	unit := map[Precision]time.Duration{Second: time.Second, Minute: time.Minute, Hour: time.Hour, Day: 24 * time.Hour}[precision]
	return Time{t.UTC().Truncate(unit)}
}

// A Time is printed in UTC to the second, as in 2026-11-27T09:00:00Z.
type Time struct{ time.Time }

// String prints the time.
func (t Time) String() string { return t.UTC().Format(time.RFC3339) }

// MarshalText prints the time; the error is always nil.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText prints, and any other time of RFC 3339.
func (t *Time) UnmarshalText(text []byte) error {
	read, err := time.Parse(time.RFC3339, string(text))
	t.Time = read.UTC()
	return err
}

// A Gap is something that could not be read.
type Gap struct {
	What   string `json:"what"`   // as in "the tags of the repository team/app"
	Action string `json:"action"` // that the credentials lack, as in ecr:ListTagsForResource
	Code   string `json:"code"`   // of AWS's error, as in AccessDeniedException
}

// An Organization is what is known of an account's place in AWS Organizations.
type Organization struct {
	InOrganization    bool   `json:"in_organization"`
	ID                string `json:"id,omitempty"`                 // as in o-a1b2c3d4e5
	Path              string `json:"path,omitempty"`               // as in o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/; empty when not known
	ManagementAccount bool   `json:"management_account,omitempty"` // its own SCPs and RCPs have no effect
}

// A Level has the control policies of one type that are attached to one target: the root,
// an organizational unit or the account.
type Level struct {
	Target   string          `json:"target_id"` // as in r-ab12, ou-ab12-11111111 or 12 digits
	Policies []ControlPolicy `json:"policies"`
}

// A ControlPolicy is a service or resource control policy.
type ControlPolicy struct {
	ID       string   `json:"id"` // as in p-11111111
	Name     string   `json:"name"`
	Document Document `json:"document"`
}

// A Document is one policy document, or says that there is none, or that it is not known.
type Document struct {
	known bool
	text  string
}

// DocumentOf returns a document that was read; an empty text says that there is none.
func DocumentOf(text string) Document { return Document{known: true, text: text} }

// IsKnown reports whether it is known which document there is, or that there is none.
func (d Document) IsKnown() bool { return d.known }

// Text returns the document as JSON; empty when there is none, or none is known.
func (d Document) Text() string { return d.text }

// unknownDocument stands in a snapshot for a document that is not known, as in the
// arguments of the pull check.
const unknownDocument = `"unknown"`

// MarshalJSON prints the document itself, null, or "unknown". The error is that of a text
// that is not JSON.
func (d Document) MarshalJSON() ([]byte, error) {
	switch {
	case !d.known:
		return []byte(unknownDocument), nil
	case d.text == "":
		return []byte("null"), nil
	}
	return []byte(d.text), nil
}

// UnmarshalJSON reads what MarshalJSON prints.
func (d *Document) UnmarshalJSON(text []byte) error {
	switch s := string(text); {
	case s == unknownDocument:
		*d = Document{}
	case s == "null":
		*d = DocumentOf("")
	case strings.HasPrefix(s, "{"):
		*d = DocumentOf(s)
	default:
		return errors.New(`a policy document must be a JSON object, null or "unknown"`)
	}
	return nil
}

// encode returns the text of a snapshot: no blanks, members in the order of the fields,
// maps in the order of their keys.
func encode(snapshot any) (string, error) {
	text, err := json.Marshal(snapshot)
	if err != nil {
		return "", fmt.Errorf("printing the snapshot: %w", err)
	}
	return string(text), nil
}

// decode reads a snapshot of a kind. A member that it does not know is an error: it could
// be what denies the pull.
func decode(text string, kind Kind, snapshot any) error {
	if len(text) > maxSize {
		return fmt.Errorf("is longer than %d MB", maxSize>>20)
	}
	var header struct {
		Kind    Kind `json:"kind"`
		Version int  `json:"version"`
	}
	if err := json.Unmarshal([]byte(text), &header); err != nil {
		return fmt.Errorf("is not a snapshot: set it to the attribute json of a data source %s%s", kind, whatIsWrong(text, err))
	}
	switch {
	case header.Kind != kind && (header.Kind == OfRegistry || header.Kind == OfConsumer):
		return fmt.Errorf("is a snapshot of the %s side: set it to the attribute json of a data source %s, which the %s side reads, not of %s", header.Kind.side(), kind, kind.side(), header.Kind)
	case header.Kind == "":
		return fmt.Errorf("is not a snapshot: set it to the attribute json of a data source %s; this has no kind", kind)
	case header.Kind != kind:
		return fmt.Errorf("is not a snapshot: set it to the attribute json of a data source %s; this has the kind %s", kind, printed.Quoted(string(header.Kind)))
	case header.Version > Version:
		return fmt.Errorf("has version %d of the format, and this provider reads version %d: use a newer version of the provider ecrxa here", header.Version, Version)
	case header.Version < 1:
		return errors.New("is not a snapshot: its version must be 1 or more")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(snapshot); err != nil {
		return fmt.Errorf("is not a snapshot as the data source %s writes it: %s", kind, printed.Message(err.Error()))
	}
	return nil
}

// side is the side that a snapshot of the kind is of.
func (k Kind) side() verdict.Side {
	if k == OfRegistry {
		return verdict.Registry
	}
	return verdict.Consumer
}

// whatIsWrong says what a text is that is not the JSON of a snapshot.
func whatIsWrong(text string, err error) string {
	const shown = 20
	syntax, isSyntax := errors.AsType[*json.SyntaxError](err)
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "":
		return "; this is empty"
	case isSyntax && strings.HasPrefix(trimmed, "{"):
		return fmt.Sprintf(", as a whole; this is no JSON after byte %d", syntax.Offset)
	default:
		return "; this begins with " + printed.Quoted(trimmed[:min(len(trimmed), shown)])
	}
}
