// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// MaxSize is the number of characters that the policy of a repository or registry may have.
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html
const MaxSize = 10_240

// Size returns the number of characters of a policy as this package sends it.
// AWS does not say whether it counts before or after it lays the text out anew.
func Size(doc *policy.Document) int { return utf8.RuneCountInString(doc.String()) }

// A TooLargeError says that the policy would exceed what ECR accepts.
type TooLargeError struct {
	Repository awsname.Repository
	Policy     *policy.Document // as it would be
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s would have %d characters; ECR accepts %d", Name(e.Repository), Size(e.Policy), MaxSize)
}

// Sizes lists the largest statements of a policy, one a line.
func Sizes(doc *policy.Document) string {
	const most = 5
	statements := doc.Statements()
	size := func(s *policy.Statement) int { return utf8.RuneCountInString(s.String()) }
	slices.SortStableFunc(statements, func(a, b *policy.Statement) int { return cmp.Compare(size(b), size(a)) })
	var b strings.Builder
	for i, s := range statements {
		if i == most {
			fmt.Fprintf(&b, "  and %d more\n", len(statements)-most)
			break
		}
		name := fmt.Sprintf("(without Sid, index %d)", s.Index())
		if s.Sid() != "" {
			name = printed.Value(s.Sid())
		}
		fmt.Fprintf(&b, "  %6d  %s\n", size(s), name)
	}
	return b.String()
}
