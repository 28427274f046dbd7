// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"strconv"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

func TestPages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next  func(page int) string // the token that comes with a page
		pages int                   // that are read
		ends  bool
	}{
		"one page":        {func(int) string { return "" }, 1, true},
		"three pages":     {func(page int) string { return []string{"a", "b", ""}[page-1] }, 3, true},
		"the same page":   {func(int) string { return "a" }, 2, false},
		"two pages":       {func(page int) string { return strconv.Itoa(page % 2) }, 3, false},
		"always new ones": {strconv.Itoa, maxPages + 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p Pages
			var err error
			read := 0
			for p.More() && err == nil {
				read++
				token := test.next(read)
				err = p.Read(&token)
			}
			if read != test.pages || (err == nil) != test.ends {
				t.Errorf("%d pages were read, error = %v", read, err)
			}
			if err != nil && awserr.KindOf(err) != awserr.Unreadable {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
