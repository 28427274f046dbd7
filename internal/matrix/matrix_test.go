// SPDX-License-Identifier: MPL-2.0

package matrix_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/matrix"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

func role(account, name string) awsname.Principal {
	return awsname.Principal{Kind: awsname.Role, Partition: "aws", Account: account, Path: "/", Name: name}
}

func repository(name string) awsname.Repository {
	return awsname.Repository{Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: name}
}

func allowed(r awsname.Principal, name string) matrix.Cell {
	return matrix.Cell{Role: r, Repository: repository(name), Short: report.Short{Verdict: authz.Allowed, Summary: "Allowed: role " + r.Name + " can pull."}}
}

func denied(r awsname.Principal, name string) matrix.Cell {
	return matrix.Cell{Role: r, Repository: repository(name), Short: report.Short{
		Verdict: authz.Denied, DeniedSide: verdict.Consumer, Summary: "Denied: role " + r.Name + " cannot pull. The consumer side (account " + r.Account + ") denies it.",
		Reasons: []string{"ecr:BatchGetImage: no identity-based policy allows it"},
	}}
}

func conditional(r awsname.Principal, name string) matrix.Cell {
	return matrix.Cell{Role: r, Repository: repository(name), Short: report.Short{
		Verdict: authz.Conditional, Summary: "Conditional: whether role " + r.Name + " can pull depends on what is not known: repository_policy.",
		Reasons: []string{"ecr:BatchGetImage: it depends on repository_policy, which is not known"},
	}}
}

// small has two accounts with three roles and two repositories, and one pair less.
func small() *matrix.Matrix {
	app, batch, node := role("222233334444", "app"), role("222233334444", "batch"), role("333344445555", "node")
	return matrix.Of([]matrix.Cell{
		denied(node, "team/web"), allowed(app, "team/web"), denied(app, "team/api"),
		conditional(batch, "team/api"), allowed(batch, "team/web"),
	}, []matrix.Source{
		{Account: "111122223333", Region: "eu-west-1", ReadAt: "2026-11-27T00:00:00Z"},
		{Account: "222233334444", ReadAt: "2026-11-27T00:00:00Z"},
	})
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	m := small()
	if got, want := m.Counts(), (matrix.Counts{Allowed: 2, Denied: 2, Conditional: 1}); got != want {
		t.Errorf("the counts are %+v, not %+v", got, want)
	}
	var rest []string
	for _, c := range m.NotAllowed() {
		rest = append(rest, fmt.Sprintf("%s %s/%s", c.Verdict, c.Role.Name, c.Repository.Name))
	}
	if got, want := strings.Join(rest, ", "), "denied app/team/api, denied node/team/web, conditional batch/team/api"; got != want {
		t.Errorf("not allowed are %s; want %s", got, want)
	}
	golden.Compare(t, "testdata/small.md", m.Markdown())
	golden.Compare(t, "testdata/small.html", m.HTML())
}

func TestMatrix_empty(t *testing.T) {
	t.Parallel()
	m := matrix.Of(nil, nil)
	if got, want := m.Markdown(), "There are no pairs of a role and a repository.\n"; got != want {
		t.Errorf("the Markdown is %q", got)
	}
	if !strings.Contains(m.HTML(), "There are no pairs") {
		t.Error("the page does not say that there are no pairs")
	}
}

// Of very many pairs the texts stay small enough to be read and to be kept in a state.
func TestMatrix_many(t *testing.T) {
	t.Parallel()
	m := large(100, 100)
	if got := len(m.HTML()); got > 2<<20 {
		t.Errorf("the page has %d bytes", got)
	}
	if text := m.Markdown(); len(text) > 65_536 || !strings.Contains(text, "more, which are in `not_allowed`") {
		t.Errorf("the Markdown has %d bytes", len(text))
	}
}

// large has every verdict.
func large(roles, repositories int) *matrix.Matrix {
	var cells []matrix.Cell
	for r := range roles {
		who := role(fmt.Sprintf("2222%08d", r/10), fmt.Sprintf("service-%03d", r))
		for i := range repositories {
			of := []func(awsname.Principal, string) matrix.Cell{allowed, allowed, denied, conditional}[(r*7+i*3)%4]
			cells = append(cells, of(who, fmt.Sprintf("team-%d/service-%03d", i%10, i)))
		}
	}
	return matrix.Of(cells, []matrix.Source{{Account: "111122223333", Region: "eu-west-1", ReadAt: "2026-11-27T00:00:00Z"}})
}

// What others have named is text in the table and on the page, and never markup.
func TestMatrix_hostileNames(t *testing.T) {
	t.Parallel()
	for _, text := range append(hostile.Texts(), "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</title><script>", "{{.Summary}}", "javascript:alert(1)", "a | b", "[a](https://example.com)", "`x`") {
		cell := denied(role("222233334444", text), text)
		cell.Summary, cell.Reasons = "Denied: "+text, []string{text}
		m := matrix.Of([]matrix.Cell{cell}, []matrix.Source{{Account: text, Region: text, ReadAt: text}})
		plain := matrix.Of([]matrix.Cell{denied(role("222233334444", "app"), "app")}, []matrix.Source{{Account: "1", Region: "r", ReadAt: "t"}})
		page, want := m.HTML(), plain.HTML()
		for _, markup := range []string{"<script", "<img", "<a ", "<td", "<th", "<li", "<section", "</"} {
			if strings.Count(page, markup) != strings.Count(want, markup) {
				t.Errorf("%.40q: the page has %s %d times, not %d", text, markup, strings.Count(page, markup), strings.Count(want, markup))
			}
		}
		table := m.Markdown()
		if got, want := strings.Count(table, "\n"), strings.Count(plain.Markdown(), "\n"); got != want {
			t.Errorf("%.40q: the Markdown has %d lines, not %d", text, got, want)
		}
		for _, r := range page + table {
			if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 {
				t.Errorf("%.40q: the texts have the control character %q", text, r)
			}
		}
	}
}

func BenchmarkPage(b *testing.B) {
	m := large(100, 100)
	b.ReportAllocs()
	for b.Loop() {
		m.HTML()
	}
}
