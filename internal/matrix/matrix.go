// SPDX-License-Identifier: MPL-2.0

// Package matrix shows the verdicts of many pulls at once: as a table for a person, and as
// one page for a browser. It is pure.
package matrix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// A Cell is the verdict of one pair of a role and a repository.
type Cell struct {
	Role       awsname.Principal
	Repository awsname.Repository
	report.Short
}

// A Source says what one side of the verdicts rests on.
type Source struct {
	Account string // 12 digits
	Region  string // of a registry; empty of a consumer
	ReadAt  string // RFC 3339
}

// A Matrix has the verdicts of pairs, sorted by role and then by repository.
type Matrix struct {
	Cells   []Cell
	Sources []Source
}

// Of returns a matrix of cells in any order.
func Of(cells []Cell, sources []Source) *Matrix {
	sorted := slices.Clone(cells)
	slices.SortFunc(sorted, func(a, b Cell) int {
		return cmp.Or(compareRoles(a.Role, b.Role), compareRepositories(a.Repository, b.Repository))
	})
	return &Matrix{sorted, sources}
}

func compareRoles(a, b awsname.Principal) int {
	return cmp.Or(
		strings.Compare(a.Account, b.Account), strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Session, b.Session), cmp.Compare(a.Kind, b.Kind),
	)
}

func compareRepositories(a, b awsname.Repository) int {
	return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.Region, b.Region), strings.Compare(a.Name, b.Name))
}

// Counts are the numbers of cells by verdict.
type Counts struct{ Allowed, Denied, Conditional int }

// Total returns the number of all cells.
func (c Counts) Total() int { return c.Allowed + c.Denied + c.Conditional }

// Counts counts the cells by verdict.
func (m *Matrix) Counts() Counts {
	var c Counts
	for i := range m.Cells {
		switch m.Cells[i].Verdict {
		case authz.Allowed:
			c.Allowed++
		case authz.Denied:
			c.Denied++
		case authz.Conditional:
			c.Conditional++
		}
	}
	return c
}

// Summary says in one sentence how many pairs of each verdict there are.
func (m *Matrix) Summary() string {
	c := m.Counts()
	if c.Total() == 0 {
		return "There are no pairs of a role and a repository."
	}
	return fmt.Sprintf("%s of a role and a repository: %d allowed, %d denied, %d conditional.", wording.Counted(c.Total(), "pair"), c.Allowed, c.Denied, c.Conditional)
}

// NotAllowed returns the cells that are denied, and then those that are conditional.
func (m *Matrix) NotAllowed() []*Cell {
	var denied, conditional []*Cell
	for i := range m.Cells {
		c := &m.Cells[i]
		switch c.Verdict {
		case authz.Denied:
			denied = append(denied, c)
		case authz.Conditional:
			conditional = append(conditional, c)
		case authz.Allowed:
		}
	}
	return append(denied, conditional...)
}

// A cause is why pairs are not allowed: one change may mend all of them.
type cause struct {
	first *Cell
	pairs []*Cell
}

// causes groups the cells that are not allowed by their verdict, side and reasons. Denied ones
// come first, and then those with the most pairs.
func (m *Matrix) causes() []*cause {
	byKey := map[string]*cause{}
	var all []*cause
	for _, c := range m.NotAllowed() {
		key := string(c.Verdict) + "\n" + string(c.DeniedSide) + "\n" + strings.Join(c.Reasons, "\n")
		found := byKey[key]
		if found == nil {
			found = &cause{first: c}
			byKey[key] = found
			all = append(all, found)
		}
		found.pairs = append(found.pairs, c)
	}
	slices.SortStableFunc(all, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(b.first.Verdict, a.first.Verdict), cmp.Compare(len(b.pairs), len(a.pairs))) // denied, conditional
	})
	return all
}
