// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// registryOf is a snapshot of the registry with a repository policy of these statements.
func registryOf(statements ...string) *snapshot.Registry {
	exists := true
	return &snapshot.Registry{
		Account: registryAccount, Region: "us-east-1", RegistryPolicy: snapshot.DocumentOf(""),
		Repositories: []snapshot.Repository{{
			Name: "team/app", ARN: repositoryARN, Exists: &exists,
			Policy: snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`),
		}},
	}
}

func statement(sid, principal, actions, rest string) string {
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Principal":%s,"Action":%s%s}`, sid, principal, actions, rest)
}

const (
	pull           = `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	toRole         = `{"AWS":"arn:aws:iam::444455556666:role/apps/puller"}`
	toAccount      = `{"AWS":"arn:aws:iam::444455556666:root"}`
	toOther        = `{"AWS":"arn:aws:iam::999988887777:root"}`
	toLambda       = `{"Service":"lambda.amazonaws.com"}`
	inOrganization = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`
	denied         = `,"errorCode":"AccessDenied","errorMessage":"User: arn:aws:sts::444455556666:assumed-role/puller/i-1 is not authorized to perform: ecr:BatchGetImage on resource: ` + repositoryARN + ` because no resource-based policy allows the ecr:BatchGetImage action"`
)

// question is about a day of which all events have arrived.
func question(t *testing.T, registry *snapshot.Registry, consumers ...*snapshot.Consumer) Question {
	t.Helper()
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	return Question{Repository: repository, Account: registryAccount, Start: day, End: day.Add(24 * time.Hour), Now: day.Add(48 * time.Hour), Side: sideOf(t, registry), Consumers: consumers}
}

func reported(t *testing.T, q Question, events ...string) *Report {
	t.Helper()
	tally := NewTally(q.Repository)
	for _, text := range events {
		tally.Add(text)
	}
	return ReportOf(q, tally)
}

func sideOf(t *testing.T, registry *snapshot.Registry, statements ...verdict.Document) *Side {
	t.Helper()
	side, fault := SideOf(repository, registry, statements)
	if fault != nil {
		t.Fatal(fault)
	}
	return side
}

// consumerWith is a snapshot of the consumer with the role and one policy of it.
func consumerWith(actions string) *snapshot.Consumer {
	exists := true
	return &snapshot.Consumer{
		Account: consumerAccount,
		Roles: []snapshot.Role{{
			Name: "puller", ARN: roleARN, ID: roleID, Exists: &exists, AttachedPolicies: &[]string{}, Boundary: new(""),
			InlinePolicies: &map[string]snapshot.Document{"pull": snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}]}`)},
		}},
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	byRole, byAccount, byService := eventText(assumedRole, onRepository), eventText(otherAccount, onRepository), eventText(service, onRepository)
	own := strings.ReplaceAll(byRole, consumerAccount, registryAccount)
	own = strings.ReplaceAll(own, `"registryId":"`+consumerAccount, `"registryId":"`+registryAccount)
	push := strings.Replace(byRole, "BatchGetImage", "PutImage", 1)
	other := statement("Other", toOther, pull, "")
	for name, test := range map[string]struct {
		events     []string
		statements []string
		want       []Usage
		notSeen    string // actions of the first statement
	}{
		"a role":                              {[]string{byRole}, []string{statement("A", toRole, pull, ""), other}, []Usage{Used, NotSeen}, "ecr:GetDownloadUrlForLayer"},
		"an account":                          {[]string{byRole}, []string{statement("A", toAccount, pull, "")}, []Usage{Used}, "ecr:GetDownloadUrlForLayer"},
		"no events":                           {nil, []string{statement("A", toRole, pull, "")}, []Usage{NotSeen}, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer"},
		"a wildcard":                          {[]string{byRole}, []string{statement("A", toRole, `"ecr:*"`, "")}, []Usage{Used}, ""},
		"only denied":                         {[]string{byRole[:len(byRole)-1] + denied + "}"}, []string{statement("A", toRole, pull, "")}, []Usage{NotSeen}, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer"},
		"another action":                      {[]string{push}, []string{statement("A", toRole, pull, "")}, []Usage{NotSeen}, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer"},
		"an error of another kind":            {[]string{byRole[:len(byRole)-1] + `,"errorCode":"ImageNotFoundException"}`}, []string{statement("A", toRole, pull, "")}, []Usage{UsageUnknown}, "ecr:GetDownloadUrlForLayer"},
		"the ID alone, the account":           {[]string{byAccount}, []string{statement("A", toAccount, pull, "")}, []Usage{Used}, "ecr:GetDownloadUrlForLayer"},
		"the ID alone, another account":       {[]string{byAccount}, []string{other, statement("A", toAccount, pull, "")}, []Usage{NotSeen, Used}, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer"},
		"the ID alone, a role, by inference":  {[]string{byAccount}, []string{statement("A", toRole, pull, "")}, []Usage{Used}, "ecr:GetDownloadUrlForLayer"},
		"the ID alone, two roles":             {[]string{byAccount}, []string{statement("A", toRole, pull, ""), statement("B", `{"AWS":"arn:aws:iam::444455556666:role/b"}`, pull, "")}, []Usage{UsageUnknown, UsageUnknown}, "ecr:GetDownloadUrlForLayer"},
		"the ID alone, a role, and an action": {[]string{strings.Replace(byAccount, "BatchGetImage", "PutImage", 1)}, []string{statement("A", toRole, pull, "")}, []Usage{NotSeen}, "ecr:BatchGetImage ecr:GetDownloadUrlForLayer"},
		"an organization, by inference":       {[]string{byAccount}, []string{statement("A", `"*"`, pull, inOrganization), other}, []Usage{Used, NotSeen}, "ecr:GetDownloadUrlForLayer"},
		"an organization, or a role":          {[]string{byRole}, []string{statement("A", `"*"`, pull, inOrganization), statement("B", toRole, pull, "")}, []Usage{UsageUnknown, Used}, "ecr:GetDownloadUrlForLayer"},
		"a condition on the principal":        {[]string{byAccount}, []string{statement("A", toAccount, pull, `,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/apps/*"}}`), statement("B", toAccount, pull, `,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"b"}}`)}, []Usage{UsageUnknown, UsageUnknown}, "ecr:GetDownloadUrlForLayer"},
		"a service":                           {[]string{byService}, []string{statement("A", toLambda, pull, ""), other}, []Usage{Used, NotSeen}, "ecr:GetDownloadUrlForLayer"},
		"a service with a condition":          {[]string{byService}, []string{statement("A", toLambda, pull, `,"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:444455556666:function:*"}}`)}, []Usage{UsageUnknown}, "ecr:GetDownloadUrlForLayer"},
		"nobody knows who":                    {[]string{eventText(`{}`, onRepository)}, []string{other}, []Usage{UsageUnknown}, "ecr:GetDownloadUrlForLayer"},
		"in one account, a role":              {[]string{own}, []string{statement("A", `{"AWS":"arn:aws:iam::111122223333:role/apps/puller"}`, pull, ""), other}, []Usage{Used, NotSeen}, "ecr:GetDownloadUrlForLayer"},
		"in one account, the account":         {[]string{own}, []string{statement("A", `{"AWS":"arn:aws:iam::111122223333:root"}`, pull, ""), other}, []Usage{UsageUnknown, NotSeen}, "ecr:GetDownloadUrlForLayer"},
		"the list of referrers":               {[]string{strings.Replace(byRole, "BatchGetImage", "ListImageReferrers", 1)}, []string{statement("A", toRole, pull, "")}, []Usage{Used}, "ecr:GetDownloadUrlForLayer"},
		"replication":                         {nil, []string{statement("A", toOther, `"ecr:ReplicateImage"`, "")}, []Usage{UsageUnknown}, ""},
		"everything, unused":                  {nil, []string{statement("A", toOther, `"ecr:*"`, "")}, []Usage{NotSeen}, ""},
		"all but a few":                       {[]string{byRole}, []string{`{"Sid":"A","Effect":"Allow","Principal":` + toRole + `,"NotAction":"ecr:PutImage"}`, `{"Sid":"B","Effect":"Allow","Principal":` + toOther + `,"NotAction":"ecr:BatchGetImage"}`}, []Usage{Used, UsageUnknown}, ""},
		"a Deny beside it":                    {[]string{byRole}, []string{`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`, statement("A", toRole, pull, "")}, []Usage{Used}, "ecr:GetDownloadUrlForLayer"},
	} {
		r := reported(t, question(t, registryOf(test.statements...)), test.events...)
		if len(r.Statements) != len(test.want) {
			t.Errorf("%s: %d statements, want %d", name, len(r.Statements), len(test.want))
			continue
		}
		for i, s := range r.Statements {
			if s.Usage != test.want[i] || s.Sentence == "" {
				t.Errorf("%s: statement %d: %s (%q), want %s", name, i+1, s.Usage, s.Sentence, test.want[i])
			}
		}
		if got := strings.Join(r.Statements[0].NotSeenActions, " "); got != test.notSeen {
			t.Errorf("%s: actions without calls %q, want %q", name, got, test.notSeen)
		}
	}
}

// Of callers of whom little is known, a statement that can be about others is not certain.
func TestStatements_littleKnown(t *testing.T) {
	t.Parallel()
	const userID, userARN = "AIDAEXAMPLEUSER000001", "arn:aws:iam::444455556666:user/ci"
	toID := func(id string) string { return fmt.Sprintf(`{"AWS":%q}`, id) }
	session := func(name string) string {
		return statement(strings.ReplaceAll(name, "-", ""), toID("arn:aws:sts::444455556666:assumed-role/puller/"+name), pull, "")
	}
	byUser := eventText(`{"type":"IAMUser","principalId":"`+userID+`","arn":"`+userARN+`","accountId":"444455556666"}`, onRepository)
	userOf := func(id string) string {
		return eventText(`{"type":"AWSAccount","principalId":"`+id+`","accountId":"444455556666"}`, onRepository)
	}
	nobody := eventText(`{"type":"AWSAccount","accountId":"444455556666"}`, onRepository)
	noIssuer := func(session string) string {
		return eventText(`{"type":"AssumedRole","principalId":"`+roleID+`:`+session+`","arn":"arn:aws:sts::444455556666:assumed-role/puller/`+session+`","accountId":"444455556666"}`, onRepository)
	}
	for name, test := range map[string]struct {
		events     []string
		statements []string
		want       []Usage
	}{
		"one session denied, another used":  {[]string{eventText(otherAccount, onRepository+denied), eventText(otherAccount, onRepository)}, []string{session("i-1"), session("i-2")}, []Usage{UsageUnknown, UsageUnknown}},
		"another role than the one denied":  {[]string{eventText(otherAccount, onRepository+denied), eventText(otherAccount, onRepository)}, []string{statement("A", toID("arn:aws:iam::444455556666:role/b"), pull, ""), statement("B", toRole, pull, "")}, []Usage{NotSeen, Used}},
		"sessions without issuer":           {[]string{noIssuer("i-1"), noIssuer("i-2")}, []string{session("i-1"), statement("A", toRole, pull, "")}, []Usage{UsageUnknown, UsageUnknown}},
		"an unnamed service":                {[]string{eventText(`{"type":"AWSService","accountId":"444455556666"}`, onRepository)}, []string{statement("A", toLambda, pull, ""), statement("B", toAccount, pull, ""), statement("C", toLambda, `"ecr:PutImage"`, "")}, []Usage{UsageUnknown, UsageUnknown, NotSeen}},
		"a user, by its ID":                 {[]string{byUser}, []string{statement("A", toID(userID), pull, ""), statement("B", toID("AIDAEXAMPLEUSER000002"), pull, "")}, []Usage{Used, NotSeen}},
		"a user without ID":                 {[]string{strings.Replace(byUser, userID, "", 1)}, []string{statement("A", toID(userID), pull, ""), statement("B", toID(userARN), pull, "")}, []Usage{UsageUnknown, Used}},
		"an ID of a user, no role":          {[]string{userOf(userID)}, []string{statement("A", toRole, pull, ""), statement("B", toID(userARN), pull, "")}, []Usage{NotSeen, Used}},
		"an ID of a role, no user":          {[]string{userOf(roleID)}, []string{statement("A", toID(userARN), pull, ""), statement("B", toRole, pull, "")}, []Usage{NotSeen, Used}},
		"an account alone, by a unique ID":  {[]string{nobody}, []string{statement("A", toID(roleID), pull, ""), statement("B", toRole, pull, "")}, []Usage{UsageUnknown, UsageUnknown}},
		"all but a role":                    {[]string{eventText(otherAccount, onRepository)}, []string{`{"Sid":"A","Effect":"Allow","NotPrincipal":` + toRole + `,"Action":` + pull + `}`, statement("B", toAccount, pull, "")}, []Usage{UsageUnknown, Used}},
		"a federated user":                  {[]string{eventText(federated, onRepository)}, []string{statement("A", `"*"`, pull, inOrganization), statement("B", toOther, pull, "")}, []Usage{Used, NotSeen}},
		"a federated user of a user":        {[]string{eventText(federated, onRepository)}, []string{statement("A", toAccount, pull, ""), statement("B", toID(userARN), pull, ""), statement("C", toRole, pull, "")}, []Usage{Used, UsageUnknown, NotSeen}},
		"a federated user of the registry":  {[]string{strings.ReplaceAll(eventText(federated, onRepository), consumerAccount, registryAccount)}, []string{statement("A", `{"AWS":"arn:aws:sts::111122223333:federated-user/joe"}`, pull, ""), statement("B", `{"AWS":"arn:aws:iam::111122223333:root"}`, pull, ""), statement("C", `"*"`, pull, ""), statement("D", toOther, pull, "")}, []Usage{Used, UsageUnknown, Used, NotSeen}},
		"another ID than the statement has": {[]string{eventText(otherAccount, onRepository)}, []string{statement("A", toID("AROAEXAMPLEROLE000002"), pull, "")}, []Usage{NotSeen}},
	} {
		r := reported(t, question(t, registryOf(test.statements...)), test.events...)
		for i, s := range r.Statements {
			if s.Usage != test.want[i] {
				t.Errorf("%s: statement %d: %s (%q), want %s", name, i+1, s.Usage, s.Sentence, test.want[i])
			}
		}
		if name == "a federated user" && r.Statements[0].Sentence != "By the policies that were given, no other statement than the statement A of the repository policy can have allowed 1 successful call on the repository." {
			t.Errorf("%s: %s", name, r.Statements[0].Sentence)
		}
		if strings.HasPrefix(name, "sessions") && len(r.Calls) != 1 {
			t.Errorf("%s: %d kinds of calls", name, len(r.Calls))
		}
	}
}

// A statement of the registry policy counts if it covers the repository.
func TestStatements_registryPolicy(t *testing.T) {
	t.Parallel()
	registry := registryOf(statement("A", toOther, pull, ""))
	on := func(name string) string {
		return `,"Resource":"arn:aws:ecr:us-east-1:111122223333:repository/` + name + `"`
	}
	registry.RegistryPolicy = snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[` + statement("B", toAccount, pull, on("team/*")) + "," + statement("C", toAccount, pull, on("other")) + `]}`)
	r := reported(t, question(t, registry), eventText(otherAccount, onRepository), eventText(assumedRole, onRepository+denied))
	for i, want := range []struct {
		of       authz.PolicyType
		usage    Usage
		sentence string
	}{
		{authz.RepositoryPolicy, NotSeen, "The events show no call on the repository that can have used the statement A of the repository policy."},
		{authz.RegistryPolicy, Used, "The statement B of the registry policy allows 1 successful call on the repository."},
		{authz.RegistryPolicy, NotSeen, "The events show no call on the repository that can have used the statement C of the registry policy, which may be about other repositories, too."},
	} {
		if s := r.Statements[i]; s.PolicyType != want.of || s.Usage != want.usage || s.Sentence != want.sentence {
			t.Errorf("%s %s: %s", s.PolicyType, s.Usage, s.Sentence)
		}
	}
	if r.Denials[0].RegistrySide != authz.Allowed {
		t.Errorf("%+v", r.Denials)
	}
}

// Calls that name no repository can have used a statement that has their caller and action. A
// statement without Sid has the number that the other results have.
func TestStatements_unnamed(t *testing.T) {
	t.Parallel()
	list := strings.Replace(eventText(assumedRole, ""), "BatchGetImage", "DescribeRepositories", 1)
	const written = `["ecr:PutImage","ecr:Describe*"]`
	r := reported(t, question(t, registryOf(statement("A", toRole, pull, ""), `{"Effect":"Allow","Principal":`+toRole+`,"Action":`+written+`}`, statement("C", toOther, written, ""))), list, list)
	const want = "Whether statement 1 (the second) of the repository policy was used is not known: it can have allowed 2 calls, which is not certain."
	s := r.Statements[1]
	if s.Usage != UsageUnknown || s.Sentence != want || strings.Join(s.NotSeenActions, " ") != "ecr:PutImage" || len(s.UsedActions) != 0 {
		t.Errorf("%+v", s)
	}
	if r.Statements[0].Usage != NotSeen || r.Statements[2].Usage != NotSeen || len(r.Gaps) != 0 || len(r.Calls) != 0 {
		t.Errorf("%+v, gaps %q, calls %+v", r.Statements, r.Gaps, r.Calls)
	}
}

// If there may be calls that are not known, that a statement has none says nothing.
func TestReport_gaps(t *testing.T) {
	t.Parallel()
	byOther := func(rest string) string { // whom the statement is for
		return eventText(strings.Replace(otherAccount, consumerAccount, "999988887777", 1), rest)
	}
	for name, test := range map[string]struct {
		change func(*Question, *Tally)
		gap    string
		usage  Usage
	}{
		"none":              {func(*Question, *Tally) {}, "", NotSeen},
		"another account":   {func(q *Question, _ *Tally) { q.Account = consumerAccount }, "event history of account 444455556666 has the calls of its own principals only", UsageUnknown},
		"without times":     {func(q *Question, _ *Tally) { q.More, q.Oldest = true, q.End }, "many events as max_events allows were read: events of", UsageUnknown},
		"max_events":        {func(q *Question, _ *Tally) { q.More, q.Oldest = true, q.Start.Add(time.Hour) }, "events of 2026-11-20T01:00:00Z and before may be missing", UsageUnknown},
		"before 90 days":    {func(q *Question, _ *Tally) { q.Now = q.Now.Add(90 * 24 * time.Hour) }, "90 days", UsageUnknown},
		"a moment ago":      {func(q *Question, _ *Tally) { q.Now = q.End.Add(time.Minute) }, "15 minutes", UsageUnknown},
		"unreadable":        {func(_ *Question, t *Tally) { t.Add("{") }, "1 event could not be read", UsageUnknown},
		"denied, who knows": {func(_ *Question, t *Tally) { t.Add(eventText(otherAccount, `"errorCode":"AccessDenied"`)) }, "may be about this one: 1", NotSeen},
		"used, who knows":   {func(_ *Question, t *Tally) { t.Add(byOther("")) }, "may be about this one: 1", UsageUnknown},
		"another caller":    {func(_ *Question, t *Tally) { t.Add(eventText(otherAccount, "")) }, "may be about this one: 1", NotSeen},
		"another action, who knows": {func(_ *Question, t *Tally) {
			t.Add(strings.Replace(byOther(""), "BatchGetImage", "PutImage", 1))
		}, "may be about this one: 1", NotSeen},
		"a list of all": {func(_ *Question, t *Tally) {
			t.Add(strings.Replace(eventText(assumedRole, ""), "BatchGetImage", "DescribeRepositories", 1))
		}, "", NotSeen},
		"of another registry": {func(_ *Question, t *Tally) {
			t.Add(eventText(otherAccount, `"requestParameters":{"registryId":"444455556666"}`))
		}, "", NotSeen},
		"of any registry": {func(_ *Question, t *Tally) {
			t.Add(byOther(`"recipientAccountId":"111122223333","requestParameters":{"repositoryName":"team/app"}`))
		}, "may be about this one: 1", UsageUnknown},
		"of no repository": {func(_ *Question, t *Tally) {
			for _, action := range []string{"GetAuthorizationToken", "DescribeRegistry", "PutRegistryPolicy"} {
				t.Add(strings.Replace(eventText(otherAccount, ""), "BatchGetImage", action, 1))
			}
		}, "", NotSeen},
		"too many kinds that name nothing": {func(_ *Question, t *Tally) {
			for i := range maxCalls + 7 {
				t.Add(strings.Replace(eventText(otherAccount, ""), roleID, fmt.Sprint("x", i), 1))
			}
		}, "7 calls are counted, but not listed", UsageUnknown},
		"another error": {func(_ *Question, t *Tally) { t.Add(byOther(`"errorCode":"ImageNotFoundException"`)) }, "may be about this one: 1", UsageUnknown},
		"not over":      {func(q *Question, _ *Tally) { q.Now = q.End.Add(-time.Hour) }, "The period is not over: it ends at 2026-11-21T00:00:00Z. Events of the last 15 minutes", UsageUnknown},
		"too many kinds": {func(_ *Question, t *Tally) {
			for i := range maxCalls + 7 {
				t.Add(strings.Replace(eventText(otherAccount, onRepository), roleID, fmt.Sprint("x", i), 1))
			}
		}, "7 calls are counted, but not listed", UsageUnknown},
	} {
		q, tally := question(t, registryOf(statement("A", toOther, pull, ""))), NewTally(repository)
		test.change(&q, tally)
		r := ReportOf(q, tally)
		if got := strings.Join(r.Gaps, " "); !strings.Contains(got, test.gap) || (got == "") != (test.gap == "") {
			t.Errorf("%s: gaps %q, want %q", name, got, test.gap)
		}
		if !strings.Contains(r.Summary, test.gap) || r.Statements[0].Usage != test.usage {
			t.Errorf("%s: %s; %q", name, r.Statements[0].Usage, r.Summary)
		}
	}
}

func TestDenials(t *testing.T) {
	t.Parallel()
	byRole := eventText(assumedRole, onRepository+denied)
	byAccount := eventText(otherAccount, onRepository+denied)
	withoutID := consumerWith(`"ecr:*"`)
	withoutID.Roles[0].ID = ""
	unnamed := eventText(otherAccount, onRepository+`,"errorCode":"AccessDenied"`)
	missing := consumerWith(`"ecr:*"`)
	missing.Roles[0].Exists = new(bool)
	for name, test := range map[string]struct {
		event, statement string
		consumers        []*snapshot.Consumer
		registry, both   authz.Verdict
		text             string
	}{
		"allowed here, there not known": {byRole, statement("A", toRole, pull, ""), nil, authz.Allowed, authz.Conditional, "the registry side allows it; whether the consumer side does is not known: use a snapshot of account 444455556666"},
		"allowed on both sides":         {byRole, statement("A", toRole, pull, ""), []*snapshot.Consumer{consumerWith(`"ecr:*"`)}, authz.Allowed, authz.Allowed, "it is allowed."},
		"denied there":                  {byRole, statement("A", toRole, pull, ""), []*snapshot.Consumer{consumerWith(`"s3:*"`)}, authz.Allowed, authz.Denied, "it is denied, too. Denied:"},
		"still denied here":             {byRole, statement("A", toOther, pull, ""), []*snapshot.Consumer{consumerWith(`"ecr:*"`)}, authz.Denied, authz.Denied, "the registry side denies it, too."},
		"it depends":                    {byRole, statement("A", `"*"`, pull, inOrganization), nil, authz.Conditional, authz.Conditional, "aws:PrincipalOrgID"},
		"named by AWS's message":        {byAccount, statement("A", toAccount, pull, ""), nil, authz.Allowed, authz.Conditional, "a session of the role puller of account 444455556666 was denied ecr:BatchGetImage 1 time"},
		"a session, and its role":       {byAccount, statement("A", toAccount, pull, ""), []*snapshot.Consumer{withoutID}, authz.Allowed, authz.Allowed, "it is allowed."},
		"named by a snapshot":           {unnamed, statement("A", toRole, pull, ""), []*snapshot.Consumer{consumerWith(`"ecr:*"`)}, authz.Allowed, authz.Allowed, "arn:aws:iam::444455556666:role/apps/puller was denied"},
		"not named":                     {unnamed, statement("A", toRole, pull, ""), nil, "", "", "a principal with the ID AROAEXAMPLEROLE000001 of account 444455556666"},
		"a service":                     {eventText(service, onRepository+denied), statement("A", toLambda, pull, ""), nil, "", "", "the service lambda.amazonaws.com was denied ecr:BatchGetImage 1 time, last at 2026-11-20T10:00:00Z. Whether a service would be allowed is not judged."},
		"a service without a name":      {eventText(`{"type":"AWSService"}`, onRepository+`,"errorCode":"AccessDenied"`), statement("A", toLambda, pull, ""), nil, "", "", "Z. Whether a service would be allowed is not judged."},
		"a federated user":              {eventText(federated, onRepository+`,"errorCode":"AccessDenied"`), statement("A", toAccount, pull, ""), nil, authz.Allowed, authz.Conditional, "the registry side allows it"},
		"an account alone":              {eventText(`{"type":"AWSAccount","accountId":"444455556666"}`, onRepository+`,"errorCode":"AccessDenied"`), statement("A", toRole, pull, ""), nil, "", "", "so it cannot be judged whether it would be allowed."},
		"no such role":                  {byRole, statement("A", toRole, pull, ""), []*snapshot.Consumer{missing}, authz.Allowed, authz.Denied, "it is denied, too. The role does not exist, by the consumer snapshot."},
		"another role of its name":      {strings.ReplaceAll(byRole, roleID, "AROAEXAMPLEROLE000002"), statement("A", toRole, pull, ""), []*snapshot.Consumer{consumerWith(`"ecr:*"`)}, authz.Allowed, authz.Conditional, "the registry side allows it; whether"},
		"in one account":                {strings.ReplaceAll(byRole, consumerAccount, registryAccount), statement("A", toOther, pull, ""), nil, authz.Allowed, authz.Conditional, "the registry side does not deny it"},
	} {
		r := reported(t, question(t, registryOf(test.statement), test.consumers...), test.event)
		if len(r.Denials) != 1 {
			t.Errorf("%s: %d denials", name, len(r.Denials))
			continue
		}
		d := r.Denials[0]
		if d.RegistrySide != test.registry || d.Verdict != test.both || !strings.Contains(strings.ToLower(d.Sentence), strings.ToLower(test.text)) {
			t.Errorf("%s: %q, %q, %q", name, d.RegistrySide, d.Verdict, d.Sentence)
		}
	}
}

// Denials of several sessions of a role are not judged as those of one.
func TestDenials_sessions(t *testing.T) {
	t.Parallel()
	first := eventText(otherAccount, onRepository+denied)
	second := strings.ReplaceAll(first, "i-1", "i-2")
	r := reported(t, question(t, registryOf(statement("A", toAccount, pull, ""))), first, second)
	if len(r.Denials) != 1 || r.Denials[0].Verdict != "" || !strings.Contains(r.Denials[0].Sentence, "use a consumer snapshot of account 444455556666 that has the role") {
		t.Errorf("%+v", r.Denials)
	}
}

// Two error codes are one denial, and only so many are judged.
func TestDenials_many(t *testing.T) {
	t.Parallel()
	byAccount := eventText(otherAccount, onRepository+`,"errorCode":"AccessDenied"`)
	events := []string{byAccount, strings.Replace(strings.Replace(byAccount, "AccessDenied", "AccessDeniedException", 1), "T10:", "T12:", 1)}
	r := reported(t, question(t, registryOf()), events...)
	if len(r.Denials) != 1 || r.Denials[0].Count != 2 || r.Denials[0].Last.Hour() != 12 {
		t.Errorf("%+v", r.Denials)
	}
	for i := range maxJudged {
		events = append(events, strings.Replace(byAccount, roleID, fmt.Sprint("x", i), 1))
	}
	r = reported(t, question(t, registryOf()), events...)
	if len(r.Denials) != maxJudged || len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0], "not judged, as there are more than 200 kinds: 1") {
		t.Errorf("%d denials, gaps %q", len(r.Denials), r.Gaps)
	}
}

// A statement that is given takes the place of that of its Sid.
func TestReport_plannedStatements(t *testing.T) {
	t.Parallel()
	q, given := question(t, nil), verdict.Document{Text: statement("A", toRole, pull, ""), At: verdict.At{Attribute: "statements", Indexes: []int{0}}}
	q.Side = sideOf(t, registryOf(statement("A", toOther, pull, "")), given)
	r := reported(t, q, eventText(assumedRole, onRepository), eventText(assumedRole, onRepository+denied))
	if len(r.Statements) != 1 || r.Statements[0].Usage != Used || r.Denials[0].RegistrySide != authz.Allowed {
		t.Errorf("%+v, %+v", r.Statements, r.Denials)
	}
	// It is not in effect yet: it allows what was called, and was not used.
	if got := r.Statements[0].Sentence; got != "The statement A of the repository policy allows 1 successful call on the repository." {
		t.Error(got)
	}
	// Without a snapshot there may be other statements.
	q.Side = sideOf(t, nil, given)
	r = reported(t, q, eventText(otherAccount, onRepository))
	if len(r.Statements) != 1 || r.Statements[0].Usage != UsageUnknown {
		t.Errorf("%+v", r.Statements)
	}
	given.Text = "{"
	if _, fault := SideOf(repository, nil, []verdict.Document{given}); fault == nil || !strings.HasPrefix(fault.Error(), "statements[0] is not a statement") {
		t.Errorf("a faulty statement: %v", fault)
	}
	other := repository
	other.Name = "other"
	if _, fault := SideOf(other, registryOf(), nil); fault == nil || !strings.Contains(fault.Error(), "does not have the repository other") {
		t.Errorf("a snapshot without the repository: %v", fault)
	}
	other.Region = "eu-west-1"
	if _, fault := SideOf(other, registryOf(), nil); fault == nil || !strings.Contains(fault.Error(), "Region eu-west-1") {
		t.Errorf("a snapshot of another registry: %v", fault)
	}
}

func TestBeyond(t *testing.T) {
	t.Parallel()
	byRole := eventText(assumedRole, onRepository)
	r := reported(t, question(t, nil), byRole, strings.Replace(byRole, "BatchGetImage", "PutImage", 1), strings.Replace(byRole, "BatchGetImage", "DeleteRepository", 1),
		strings.Replace(eventText(otherAccount, onRepository+denied), "BatchGetImage", "PutImage", 1))
	if len(r.Beyond) != 1 || r.Beyond[0].Sentence != roleARN+" used ecr:DeleteRepository and ecr:PutImage, which pulling does not need." {
		t.Errorf("%+v", r.Beyond)
	}
}

// AWS names a type of policy that was not given: it can still deny.
func TestDenials_notGiven(t *testing.T) {
	t.Parallel()
	const none = "because no resource-based policy allows the ecr:BatchGetImage action"
	by := func(reason string) string {
		return eventText(assumedRole, onRepository+strings.Replace(denied, none, reason, 1))
	}
	scp := by("with an explicit deny in a service control policy")
	given := consumerWith(`"ecr:*"`)
	given.ServiceControlPolicies = &[]snapshot.Level{{Policies: []snapshot.ControlPolicy{{Document: snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)}}}}
	for name, test := range map[string]struct {
		events         []string
		consumer       *snapshot.Consumer
		registry, both authz.Verdict
		text           string
	}{
		"an SCP":                  {[]string{scp}, consumerWith(`"ecr:*"`), authz.Allowed, authz.Conditional, "AWS named a service control policy: not among the policies that were given"},
		"an RCP":                  {[]string{by("with an explicit deny in a resource control policy")}, consumerWith(`"ecr:*"`), authz.Conditional, authz.Conditional, "AWS named a resource control policy"},
		"without consumer":        {[]string{by("with an explicit deny in a resource control policy")}, nil, authz.Conditional, authz.Conditional, "AWS named a resource control policy"},
		"a VPC endpoint":          {[]string{by("because no VPC endpoint policy allows the ecr:BatchGetImage action")}, consumerWith(`"ecr:*"`), authz.Allowed, authz.Conditional, "endpoint"},
		"a session policy":        {[]string{by("because no session policy allows the ecr:BatchGetImage action")}, consumerWith(`"ecr:*"`), authz.Allowed, authz.Conditional, "session policy"},
		"not the last message":    {[]string{scp, strings.Replace(by(none), "T10:", "T11:", 1)}, consumerWith(`"ecr:*"`), authz.Allowed, authz.Conditional, "service control policy"},
		"of another error code":   {[]string{by(none), strings.Replace(scp, "AccessDenied", "AccessDeniedException", 1)}, consumerWith(`"ecr:*"`), authz.Allowed, authz.Conditional, "service control policy"},
		"given":                   {[]string{scp}, given, authz.Allowed, authz.Allowed, "it is allowed"},
		"and denied for a reason": {[]string{scp}, consumerWith(`"s3:*"`), authz.Allowed, authz.Denied, "it is denied, too. Denied:"},
	} {
		var consumers []*snapshot.Consumer
		if test.consumer != nil {
			consumers = append(consumers, test.consumer)
		}
		r := reported(t, question(t, registryOf(statement("A", toRole, pull, "")), consumers...), test.events...)
		if len(r.Denials) != 1 {
			t.Errorf("%s: %d denials", name, len(r.Denials))
			continue
		}
		if d := r.Denials[0]; d.RegistrySide != test.registry || d.Verdict != test.both || !strings.Contains(d.Sentence, test.text) {
			t.Errorf("%s: %q, %q, %q", name, d.RegistrySide, d.Verdict, d.Sentence)
		}
	}
}
