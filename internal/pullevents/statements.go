// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Usage says whether calls used a statement.
type Usage string

// The usages.
const (
	Used         Usage = "used"
	NotSeen      Usage = "not_seen" // the events have no call that can have used it
	UsageUnknown Usage = "unknown"
)

// A Statement is an Allow statement of the repository policy or the registry policy, with the
// calls that it allowed.
type Statement struct {
	PolicyType     authz.PolicyType
	Sid            string
	Index          int // in its policy, from 0
	Usage          Usage
	Calls          int       // that it allowed
	MayBe          int       // other calls of which it is not certain that it allowed them
	Last           time.Time // of the Calls; zero if there are none
	UsedActions    []string  // of the Calls
	NotSeenActions []string  // as the statement has them, with no call that it can have allowed
	Sentence       string

	inferred bool // some of the Calls are its because no other statement can have allowed them
}

// A document is one policy of the registry side.
type document struct {
	policyType authz.PolicyType
	parsed     *policy.Document
	compiled   *authz.Policy
	isKnown    bool // completely
}

// A grant is an Allow statement, alone in a policy.
type grant struct {
	policyType authz.PolicyType
	statement  *policy.Statement
	alone      *authz.Policy
}

// A Side is what the registry side of the repository says.
type Side struct {
	input      verdict.Input // without who pulls
	repository awsname.Repository
	documents  []document
	budget     *authz.Budget // of the statements
}

// SideOf returns the registry side that a snapshot has, with statements that replace those of
// their Sids in the repository policy. Without a snapshot only these statements are known.
func SideOf(repository awsname.Repository, registry *snapshot.Registry, statements []verdict.Document) (*Side, *verdict.InputError) {
	s := &Side{repository: repository, input: verdict.Input{
		RepositoryARN: repository.ARN(), PlannedStatements: statements,
		// The snapshot needs someone who pulls. It says the same for all.
		RoleARN: awsname.RootARN(repository.Partition, repository.Account), Actions: actionset.Actions(actionset.Pull),
	}}
	if registry != nil {
		if fault := registry.Fill(&s.input, snapshot.Use{}); fault != nil {
			return nil, fault
		}
		if registry.Repository(repository.Name) == nil {
			return nil, &verdict.InputError{At: verdict.At{Attribute: verdict.RegistrySnapshotArgument}, Problem: "does not have the repository " + printed.Value(repository.Name) + ": add it to the data source ecrxa_registry_snapshot"}
		}
	}
	s.input.RoleARN, s.input.Actions = "", nil
	for _, d := range []struct {
		of      authz.PolicyType
		docs    verdict.Documents
		planned []verdict.Document
	}{
		{authz.RepositoryPolicy, s.input.RepositoryPolicy, statements},
		{authz.RegistryPolicy, s.input.RegistryPolicy, nil},
	} {
		doc, err := documentOf(d.of, d.docs, d.planned)
		if err != nil {
			return nil, err
		}
		s.documents = append(s.documents, doc)
	}
	return s, nil
}

func documentOf(t authz.PolicyType, docs verdict.Documents, planned []verdict.Document) (document, *verdict.InputError) {
	d := document{policyType: t, parsed: policy.New(), isKnown: docs.State == verdict.Known}
	for _, stored := range docs.List {
		parsed, err := policy.Parse(stored.Text)
		if err != nil { // AWS accepted it, and so it can say anything.
			d.isKnown = false
			continue
		}
		d.parsed = parsed
	}
	for _, text := range planned {
		statement, err := policy.ParseStatement(text.Text)
		if err != nil {
			return d, &verdict.InputError{At: text.At, Problem: "is not a statement", Err: err}
		}
		d.parsed = d.parsed.Put(statement)
	}
	d.compiled = authz.Compile("", d.parsed)
	return d, nil
}

// grants returns the Allow statements of all documents.
func (s *Side) grants() (all []grant) {
	for _, d := range s.documents {
		for _, statement := range d.parsed.Statements() {
			if statement.Effect() != "Allow" {
				continue
			}
			alone := d.compiled.Without(func(index int) bool { return index != statement.Index() })
			all = append(all, grant{d.policyType, statement, alone})
		}
	}
	return all
}

func (s *Side) isKnown() bool {
	return !slices.ContainsFunc(s.documents, func(d document) bool { return !d.isKnown })
}

// budgetCalls is how many kinds of calls share the budget of one verdict.
const budgetCalls = 100

// Statements returns all Allow statements with the calls that they allowed. There can be others
// among those that name no repository. If the calls are not complete, that a statement has none
// says nothing.
func (s *Side) Statements(calls, unnamed []Calls, isComplete bool) []Statement {
	grants := s.grants()
	results := make([]Statement, len(grants))
	used := make([]map[string]bool, len(grants)) // by action: whether it is certain
	for i := range grants {
		g := &grants[i]
		results[i] = Statement{PolicyType: g.policyType, Sid: g.statement.Sid(), Index: g.statement.Index()}
		used[i] = map[string]bool{}
	}
	for i, c := range slices.Concat(calls, unnamed) {
		if i%budgetCalls == 0 {
			s.budget = authz.NewBudget()
		}
		if c.Denied {
			continue
		}
		matches := make([]match, len(grants))
		for j := range grants {
			matches[j] = s.match(&grants[j], &c.Caller, permission(c.Action))
		}
		sole := s.sole(matches, &c)
		for j, m := range matches {
			r := &results[j]
			switch {
			// ECR can answer with an error before it looks at the policies.
			case c.ErrorCode == "" && i < len(calls) && (m == yes || j == sole):
				r.inferred = r.inferred || m != yes
				r.Calls += c.Count
				if c.Last.After(r.Last) {
					r.Last = c.Last
				}
				used[j][c.Action] = true
			case m != no:
				r.MayBe += c.Count
				if !used[j][c.Action] {
					used[j][c.Action] = false // It is seen, but not certain.
				}
			}
		}
	}
	for i := range results {
		results[i].finish(&grants[i], used[i], isComplete)
	}
	return results
}

// sole returns the only statement that can have allowed a call of another account; -1 if there
// are several, or if there may be others.
func (s *Side) sole(matches []match, c *Calls) int {
	at := slices.IndexFunc(matches, func(m match) bool { return m != no })
	isOne := at >= 0 && !slices.ContainsFunc(matches[at+1:], func(m match) bool { return m != no })
	isVague := c.Caller.Kind == Service || c.Caller.Kind == Unknown
	if !isOne || !s.isKnown() || isVague || c.Caller.Account == "" || c.Caller.Account == s.repository.Account {
		return -1
	}
	return at
}

// finish sets what follows from the calls. Of an action that is no API operation there may be no
// events. In a repository policy, ECR asks for those only in a pull that reads a manifest, too.
func (r *Statement) finish(g *grant, used map[string]bool, isComplete bool) {
	isHidden := slices.ContainsFunc(actionset.WithoutOperation(), g.names) &&
		(g.policyType == authz.RegistryPolicy || !g.names(manifestAction))
	switch {
	case r.Calls > 0:
		r.Usage = Used
	case isComplete && r.MayBe == 0 && !isHidden:
		r.Usage = NotSeen
	default:
		r.Usage = UsageUnknown
	}
	r.UsedActions, r.NotSeenActions = []string{}, []string{}
	for action, isCertain := range used {
		if isCertain {
			r.UsedActions = append(r.UsedActions, action)
		}
	}
	slices.Sort(r.UsedActions)
	for _, written := range g.statement.Actions() {
		isSeen := func(action string) bool { return matches(written, permission(action)) }
		if isComplete && !slices.ContainsFunc(slices.Collect(maps.Keys(used)), isSeen) && !slices.ContainsFunc(actionset.WithoutOperation(), isSeen) {
			r.NotSeenActions = append(r.NotSeenActions, written)
		}
	}
	r.Sentence = r.sentence(isComplete, isHidden)
}

const manifestAction = "ecr:BatchGetImage"

// permission returns the action that an API operation needs.
func permission(operation string) string {
	if action, found := actionset.AuthorizedAs(operation); found {
		return action
	}
	return operation
}

// names reports whether the statement is about an action.
func (g *grant) names(action string) bool {
	isOne := func(written string) bool { return matches(written, action) }
	if g.statement.Has("NotAction") {
		return !slices.ContainsFunc(g.statement.NotActions(), isOne)
	}
	return slices.ContainsFunc(g.statement.Actions(), isOne)
}

// maxSteps bounds how long an action is compared with one that a policy has.
const maxSteps = 100_000

// matches reports whether an action, as a policy has it, means another one.
func matches(written, action string) bool {
	is, _ := pattern.Like(pattern.Lower(written)).Match(pattern.Lower(action), maxSteps)
	return is
}

func (r *Statement) sentence(isComplete, isHidden bool) string {
	subject, calls := r.subject(), wording.Counted(r.Calls, "successful call")+" on the repository"
	notKnown := "whether " + subject + " was used is not known: "
	switch {
	case r.Usage == Used && r.inferred:
		if r.Calls > 1 {
			calls = "all of " + calls
		}
		return wording.Sentence("by the policies that were given, no other statement than " + subject + " can have allowed " + calls)
	case r.Usage == Used: // It need not have been in effect then.
		return wording.Sentence(subject + " allows " + calls)
	case r.Usage == NotSeen && r.PolicyType == authz.RegistryPolicy:
		return wording.Sentence("the events show no call on the repository that can have used " + subject + ", which may be about other repositories, too")
	case r.Usage == NotSeen:
		return wording.Sentence("the events show no call on the repository that can have used " + subject)
	case r.MayBe > 0:
		return wording.Sentence(notKnown + "it can have allowed " + wording.Counted(r.MayBe, "call") + ", which is not certain")
	case isComplete && isHidden:
		return wording.Sentence(notKnown + "it allows what is no API call, and may have no events, as " + wording.List(actionset.WithoutOperation(), "or"))
	}
	return wording.Sentence(notKnown + "no call that was read can have used it, and the events are not complete")
}

// subject names the statement.
func (r *Statement) subject() string {
	name := fmt.Sprintf("statement %d (the %s)", r.Index, wording.Ordinal(r.Index+1))
	if r.Sid != "" {
		name = "the statement " + printed.Value(r.Sid)
	}
	return name + " of the " + wording.Of(r.PolicyType).Noun
}

// A match says whether a statement allows a call.
type match uint8

const (
	no match = iota
	maybe
	yes
)

func matchOf(v authz.Verdict) match {
	return map[authz.Verdict]match{authz.Denied: no, authz.Conditional: maybe, authz.Allowed: yes}[v]
}

// match says whether a statement allows an action of a caller. In the account of the
// repository, a statement for the account itself lets its identity-based policies decide.
func (s *Side) match(g *grant, c *Caller, action string) match {
	switch {
	case c.Kind == Service && c.Name != "":
		return matchOf(s.decide(g, c.Name, "", action).Verdict)
	case c.ARN != "":
		d := s.decide(g, c.ARN, c.ID, action)
		if isDelegated := slices.ContainsFunc(d.NearMisses, func(n authz.NearMiss) bool {
			_, is := n.Mismatch.(authz.DelegatedToAccount)
			return is
		}); isDelegated {
			return maybe
		}
		return matchOf(d.Verdict)
	case !g.names(action):
		return no
	case c.Account != "" && c.Kind != Service && c.Kind != Unknown:
		return s.matchUnnamed(g, c, action)
	}
	return maybe
}

// mayBe reports whether a caller without ARN can be a principal of its account. A statement can
// tell paths and sessions of a role apart, and the caller has neither.
func (c *Caller) mayBe(p awsname.Principal) bool {
	switch {
	case c.Kind == Role || c.roleID() != "":
		return (p.Kind == awsname.Role || p.Kind == awsname.RoleSession) && (c.Kind != Role || c.Name == "" || c.Name == p.Name)
	case c.Kind == User || awsname.IsUniqueID(c.ID):
		return p.Kind == awsname.User && (c.Kind != User || c.Name == "" || c.Name == p.Name)
	}
	return true
}

// matchUnnamed is match for a principal of which only the account is known.
func (s *Side) matchUnnamed(g *grant, c *Caller, action string) match {
	root := awsname.RootARN(s.repository.Partition, c.Account)
	m, hasConditions := matchOf(s.decide(g, root, "", action).Verdict), len(g.statement.Conditions()) > 0
	if g.statement.Has("NotPrincipal") { // It may except the caller, or not.
		return maybe
	}
	if m == yes && !hasConditions && c.Account != s.repository.Account {
		return yes
	}
	if m != no {
		return maybe
	}
	isWide := false
	for kind, principals := range g.statement.Principals() {
		for _, name := range principals {
			principal, err := awsname.ParsePrincipal(name)
			switch {
			case kind != "AWS" && name != "*":
			case name == "*" || name == c.Account || name == root:
				isWide = true
			case awsname.IsUniqueID(name) && (name == c.ID || !awsname.IsUniqueID(c.ID)):
				return maybe
			case err == nil && principal.Account == c.Account && c.mayBe(principal) && s.decide(g, name, "", action).Verdict != authz.Denied:
				return maybe
			}
		}
	}
	if isWide && hasConditions { // They can be about the principal, which is not the root user.
		return maybe
	}
	return no
}

// decide decides a call by one statement of the registry side alone.
func (s *Side) decide(g *grant, principal, id, action string) authz.Decision {
	request := authz.Request{
		Principal: principal, Action: action, Resource: s.repository.ARN(), ResourceAccount: s.repository.Account, PoliciesAsShown: true,
		Context: authz.Context{Known: s.input.Context}, Budget: s.budget,
	}
	switch {
	case !awsname.IsUniqueID(id): // It may be the deleted principal that the statement has.
		request.PoliciesAsShown = false
	case strings.HasPrefix(id, "AROA"):
		request.RoleID = id
	default: // that of a user
		request.Context.Known = maps.Clone(request.Context.Known)
		if request.Context.Known == nil {
			request.Context.Known = map[string][]string{}
		}
		request.Context.Known["aws:userid"] = []string{id}
	}
	var policies authz.Policies
	policies.Set(g.policyType, []authz.PolicySet{{Present: true, Policies: []*authz.Policy{g.alone}}})
	if who, err := awsname.ParsePrincipal(principal); err == nil && who.Account != s.repository.Account {
		all := authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.AllowsAll(nil)}}
		policies.Identity, policies.Session = all, all // A federated user needs both.
	}
	return authz.Evaluate(request, policies)
}
