// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// The bounds of what a Tally keeps, however many events it counts.
const (
	maxCalls   = 2000 // kinds of calls
	maxSources = 10   // of one kind of call
)

// A key is what calls of one kind have in common.
type key struct {
	denied    bool
	caller    Caller
	action    string
	errorCode string
}

// compare orders the denials first: they are what is kept if there are too many kinds.
func (k *key) compare(other *key) int {
	rank := func(k *key) int {
		if k.denied {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(k), rank(other)), k.caller.compare(&other.caller),
		cmp.Compare(k.action, other.action), cmp.Compare(k.errorCode, other.errorCode))
}

// Calls are all calls of one caller with one action and one result.
type Calls struct {
	Caller      Caller
	Action      string
	ErrorCode   string // empty if they succeeded
	Denied      bool
	Count       int
	First, Last time.Time
	Message     string   // of the last one that failed
	Sources     []string // addresses and services, sorted
	MoreSources bool     // there are others

	messageAt time.Time

	// What AWS's messages of denials name, sorted.
	named      []authz.PolicyType
	principals []string // the first two; one is empty if a message names none
}

// A Tally counts the calls on one repository. What it keeps does not depend on the order of the
// events, and does not grow with their number. NewTally returns one.
type Tally struct {
	repository awsname.Repository
	most       int // kinds of calls to keep

	calls map[key]*Calls
	limit *key // nil: nothing was cut; else all that come after it are

	Read         int // events of ECR that were read
	Matched      int // calls on the repository
	Unreadable   int // events that could not be read
	Unattributed int // calls whose events do not say on which repository, but for lists of all

	unnamed *Tally // of the calls that name no repository
}

// NewTally returns a Tally that has counted nothing.
func NewTally(repository awsname.Repository) *Tally {
	t := &Tally{repository: repository, most: maxCalls, calls: map[key]*Calls{}}
	t.unnamed = &Tally{repository: repository, most: maxCalls, calls: map[key]*Calls{}}
	return t
}

// Add counts an event.
func (t *Tally) Add(text string) {
	t.Read++
	e, err := parse(text)
	switch {
	case errors.Is(err, errUnreadable):
		t.Unreadable++
		return
	case err != nil:
		return
	}
	isElsewhere := awsname.IsAccountID(e.Registry) && e.Registry != t.repository.Account
	switch {
	case slices.Contains(e.Repositories, t.repository):
		t.count(&e)
	case len(e.Repositories) == 0 && !isElsewhere && !authz.WithoutResource(e.Action):
		if e.Action != listRepositories || e.ErrorCode != "" {
			t.Unattributed++
		}
		t.unnamed.count(&e)
	}
}

// listRepositories lists all repositories of a registry if it names none.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
const listRepositories = "ecr:DescribeRepositories"

func (t *Tally) count(e *Event) {
	t.Matched++
	k := key{e.isDenied(), e.Caller, e.Action, e.ErrorCode}
	if t.limit != nil && k.compare(t.limit) > 0 {
		return
	}
	c := t.calls[k]
	if c == nil {
		c = &Calls{Caller: k.caller, Action: k.action, ErrorCode: k.errorCode, Denied: k.denied, First: e.Time, Last: e.Time}
		t.calls[k] = c
		if len(t.calls) > 2*t.most {
			t.prune()
		}
	}
	c.add(e)
}

// prune keeps the first kinds. A kind among them at the end was among them all along,
// and so its count is whole.
func (t *Tally) prune() {
	keys := t.sorted()
	if len(keys) <= t.most {
		return
	}
	for _, k := range keys[t.most:] {
		delete(t.calls, k)
	}
	t.limit = &keys[t.most-1]
}

func (t *Tally) sorted() []key {
	keys := make([]key, 0, len(t.calls))
	for k := range t.calls {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return a.compare(&b) })
	return keys
}

func (c *Calls) add(e *Event) {
	c.Count++
	if e.Time.Before(c.First) {
		c.First = e.Time
	}
	if e.Time.After(c.Last) {
		c.Last = e.Time
	}
	if order := cmp.Or(e.Time.Compare(c.messageAt), cmp.Compare(e.ErrorMessage, c.Message)); e.ErrorMessage != "" && order > 0 {
		c.Message, c.messageAt = e.ErrorMessage, e.Time
	}
	// A message that names the resource-based policies has two types.
	if e.isDenied() {
		said := pullerror.Explain(e.ErrorMessage)
		if len(said.PolicyTypes) == 1 {
			c.named = addSorted(c.named, said.PolicyTypes[0])
		}
		c.principals = addSorted(c.principals, said.Principal)
		c.principals = c.principals[:min(len(c.principals), 2)]
	}
	i, found := slices.BinarySearch(c.Sources, e.From)
	if found || e.From == "" {
		return
	}
	c.Sources = slices.Insert(c.Sources, i, e.From)
	if len(c.Sources) > maxSources {
		c.Sources, c.MoreSources = c.Sources[:maxSources], true
	}
}

// Calls returns what was counted, denials first, then by caller.
func (t *Tally) Calls() []Calls {
	t.prune()
	var all []Calls
	for _, k := range t.sorted() {
		c := *t.calls[k]
		c.Sources = slices.Clone(c.Sources)
		all = append(all, c)
	}
	return all
}

// Cut returns how many calls are in none of Calls, since there are too many kinds.
func (t *Tally) Cut() int {
	kept := 0
	for _, c := range t.Calls() {
		kept += c.Count
	}
	return t.Matched - kept
}

// addSorted adds a name to sorted ones.
func addSorted[S ~string](all []S, name S) []S {
	i, found := slices.BinarySearch(all, name)
	if found {
		return all
	}
	return slices.Insert(slices.Clone(all), i, name)
}
