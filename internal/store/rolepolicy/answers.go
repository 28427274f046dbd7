// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// What IAM does not say is not known. A response without its content, about something
// else, or a list without its end must not count as an empty policy, or as no policy: a
// check that does not know all policies of a role could give a false verdict.

// unexpected returns the error of a response that does not answer the call. Of the
// response it has only what was printed.
func unexpected(response string, printed ...any) error {
	return &smithy.DeserializationError{Err: fmt.Errorf("IAM did not return what was asked for, but "+response, printed...)}
}

// isAbout reports whether a name or ARN in a response, if it is there, is the one that was
// asked for. IAM does not distinguish names by case.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func isAbout(answered *string, asked string) bool {
	return answered == nil || *answered == "" || strings.EqualFold(*answered, asked)
}

// decoded returns a document. IAM percent-encodes it as RFC 3986 says, where a "+" stands
// for itself.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func decoded(document *string) (string, error) {
	text, err := url.PathUnescape(aws.ToString(document))
	if err != nil || text == "" {
		return "", unexpected("a policy whose document is missing or not encoded")
	}
	return text, nil
}

// maxEntries is far above the number of policies that one role can have, and so above the
// number of pages.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxEntries = 1000

// A list has the entries of the pages that were read, and the markers of the next ones.
type list struct{ entries, markers []string }

// add adds a page.
func (l *list) add(entries []string, truncated bool, marker *string) error {
	next := aws.ToString(marker)
	switch {
	case slices.Contains(entries, ""):
		return unexpected("a policy without a name")
	case truncated && next == "":
		return unexpected("a part of the list without the marker of the rest")
	case len(l.entries)+len(entries) > maxEntries, len(l.markers) == maxEntries:
		return unexpected("more policies or pages than a role can have")
	case next != "" && slices.Contains(l.markers, next):
		return unexpected("a page of the list that it had returned before")
	}
	l.entries, l.markers = append(l.entries, entries...), append(l.markers, next)
	return nil
}
