package rolepolicy

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// maxPages is far above what one role can have, even with one policy on each page.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPages = 1000

// pageMarkers are the markers of the pages that were read. A list that does not end is an
// error. To end it at the repeated page would leave out policies, and a check that does
// not know all policies of a role could give a false verdict.
type pageMarkers map[string]bool

// add returns an error if the page that the marker names was read already.
func (m pageMarkers) add(marker *string) error {
	next := aws.ToString(marker)
	if next == "" {
		return nil
	}
	if m[next] || len(m) == maxPages {
		return &smithy.DeserializationError{Err: errors.New("IAM returned a page of the list that it had returned before, or more pages than a role can have, so that the list would never end")}
	}
	m[next] = true
	return nil
}
