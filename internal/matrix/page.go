// SPDX-License-Identifier: MPL-2.0

package matrix

import (
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

//go:embed page.html
var source string

// The template escapes what it prints by its place in the page.
var pageTemplate = template.Must(template.New("page").Parse(source))

// maxPairs is the number of pairs that the page lists under one cause; the table has all.
const maxPairs = 200

// A page has what the template shows.
type page struct {
	Summary  string
	Counts   Counts
	Sources  []string
	Groups   []group  // of columns: the registries
	Columns  []column // the repositories
	Rows     []row    // the roles
	Causes   []causeView
	HasEmpty bool // pairs that were not asked for

	account int // the row that has the last account
}

type group struct {
	Name string
	Span int
}

type column struct{ Name, ARN string }

type row struct {
	Account string // only in the first row of an account
	Span    int
	Name    string
	ARN     string
	Cells   []cellView
}

type cellView struct {
	Class, Sign string
	Cause       int // from 1; 0 where the pull is allowed
}

type causeView struct {
	ID      int // from 1
	Class   string
	Title   string
	Reasons []string
	Pairs   []pairView
	Hidden  int
}

type pairView struct{ Role, Repository, Summary string }

// The classes and the signs of the verdicts: the sign tells them apart without colours.
var views = map[authz.Verdict]cellView{
	authz.Allowed:     {Class: "a", Sign: "✓"},
	authz.Denied:      {Class: "d", Sign: "✗"},
	authz.Conditional: {Class: "c", Sign: "?"},
}

// HTML returns one page that needs no other file: a table of all verdicts, the causes of
// those that are not allowed, and filters.
func (m *Matrix) HTML() string {
	var b strings.Builder
	if err := pageTemplate.Execute(&b, m.page()); err != nil {
		panic(fmt.Sprintf("matrix: the page cannot be printed: %v", err)) // the template does not fit its data
	}
	return b.String()
}

func (m *Matrix) page() page {
	p := page{Summary: m.Summary(), Counts: m.Counts()}
	for _, s := range m.Sources {
		p.Sources = append(p.Sources, sourceText(s))
	}
	causeOf := p.addCauses(m.causes())
	places := p.addColumns(m.Cells)
	for i := range m.Cells {
		c := &m.Cells[i]
		if i == 0 || compareRoles(m.Cells[i-1].Role, c.Role) != 0 {
			p.addRow(c.Role)
		}
		view := views[c.Verdict]
		view.Cause = causeOf[c]
		p.Rows[len(p.Rows)-1].Cells[places[c.Repository]] = view
	}
	p.HasEmpty = len(m.Cells) < len(p.Rows)*len(p.Columns)
	return p
}

func sourceText(s Source) string {
	side := "Consumer account " + s.Account
	if s.Region != "" {
		side = "Registry " + s.Account + " in " + s.Region
	}
	return printed.Name(side) + ", read at " + printed.Name(s.ReadAt)
}

// addColumns adds the repositories and returns their places.
func (p *page) addColumns(cells []Cell) map[awsname.Repository]int {
	found := map[awsname.Repository]bool{}
	for i := range cells {
		found[cells[i].Repository] = true
	}
	places := map[awsname.Repository]int{}
	for i, r := range slices.SortedFunc(maps.Keys(found), compareRepositories) {
		places[r] = i
		p.Columns = append(p.Columns, column{printed.Name(r.Name), printed.Name(r.ARN())})
		if name := printed.Name(r.Account + " " + r.Region); len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Name != name {
			p.Groups = append(p.Groups, group{Name: name})
		}
		p.Groups[len(p.Groups)-1].Span++
	}
	return places
}

func (p *page) addRow(role awsname.Principal) {
	r := row{Name: printed.Name(strings.TrimPrefix(role.Path, "/") + role.Name), ARN: printed.Name(role.ARN()), Cells: make([]cellView, len(p.Columns))}
	if account := printed.Name(role.Account); len(p.Rows) > 0 && p.Rows[p.account].Account == account {
		p.Rows[p.account].Span++
	} else {
		r.Account, r.Span, p.account = account, 1, len(p.Rows)
	}
	p.Rows = append(p.Rows, r)
}

func (p *page) addCauses(causes []*cause) map[*Cell]int {
	numbers := map[*Cell]int{}
	for i, c := range causes {
		view := causeView{ID: i + 1, Class: views[c.first.Verdict].Class, Title: title(c), Hidden: max(0, len(c.pairs)-maxPairs)}
		for _, reason := range c.first.Reasons {
			view.Reasons = append(view.Reasons, printed.Message(reason))
		}
		for n, cell := range c.pairs {
			numbers[cell] = view.ID
			if n < maxPairs {
				view.Pairs = append(view.Pairs, pairView{printed.Name(cell.Role.ARN()), printed.Name(cell.Repository.ARN()), printed.Message(cell.Summary)})
			}
		}
		p.Causes = append(p.Causes, view)
	}
	return numbers
}

func title(c *cause) string {
	text := wording.Counted(len(c.pairs), "pair") + ": "
	if c.first.Verdict == authz.Conditional {
		return text + "conditional"
	}
	switch side := string(c.first.DeniedSide); side {
	case "":
		return text + "denied"
	case "both":
		return text + "denied by both sides"
	default:
		return text + "denied by the " + side + " side"
	}
}
