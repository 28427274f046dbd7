// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// maxPages is far above the number of pages that a list of one account has.
const maxPages = 1000

// Pages follows a list from page to page. The zero value is before the first page.
type Pages struct {
	Token *string // of the next page

	tokens []string
	done   bool
}

// More reports whether there is another page to read.
func (p *Pages) More() bool { return !p.done }

// Read notes the token that came with a page. A token that came before is an error: the
// list would not end, and a part of it must not count as the whole.
func (p *Pages) Read(next *string) error {
	token := aws.ToString(next)
	if token != "" && (slices.Contains(p.tokens, token) || len(p.tokens) == maxPages) {
		return &smithy.DeserializationError{Err: errors.New("AWS returned a page of the list that it had returned before, or more pages than there can be")}
	}
	p.Token, p.tokens, p.done = next, append(p.tokens, token), token == ""
	return nil
}
