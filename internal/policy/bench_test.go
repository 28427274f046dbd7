// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"fmt"
	"testing"
)

// BenchmarkDocument: what each read-modify-write of a repository policy does, for
// a policy that is nearly full and for one that ECR would not accept.
func BenchmarkDocument(b *testing.B) {
	for _, size := range []int{60, 500} {
		d := New()
		for i := range size {
			d = d.Put(NewStatement(StatementSpec{
				Sid: fmt.Sprintf("Grant%d", i), Effect: "Allow",
				Principals: map[string][]string{"AWS": {fmt.Sprintf("arn:aws:iam::1%011d:root", i)}},
				Actions:    []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			}))
		}
		text := d.String()
		parsed, _ := Parse(text)
		added := NewStatement(StatementSpec{Sid: "Added", Effect: "Allow"})
		for _, work := range []struct {
			name string
			do   func()
		}{
			{"Parse", func() { _, _ = Parse(text) }},
			{"Parse and Canonical", func() { d, _ := Parse(text); d.Canonical() }},
			{"Canonical again", func() { parsed.Canonical() }},
			{"Put", func() { d.Put(added) }},
			{"String", func() { _ = d.String() }},
		} {
			b.Run(fmt.Sprintf("%s/%d", work.name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					work.do()
				}
			})
		}
	}
}
