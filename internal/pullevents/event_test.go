// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

const (
	registryAccount = "111122223333"
	consumerAccount = "444455556666"
	roleID          = "AROAEXAMPLEROLE000001"
	roleARN         = "arn:aws:iam::444455556666:role/apps/puller"
	repositoryARN   = "arn:aws:ecr:us-east-1:111122223333:repository/team/app"
)

var repository = awsname.Repository{Partition: "aws", Region: "us-east-1", Account: registryAccount, Name: "team/app"}

// The forms of userIdentity.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
const (
	assumedRole = `{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE000001:i-1","arn":"arn:aws:sts::444455556666:assumed-role/puller/i-1","accountId":"444455556666",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEROLE000001","arn":"arn:aws:iam::444455556666:role/apps/puller","accountId":"444455556666","userName":"puller"},"attributes":{"creationDate":"2026-11-20T09:00:00Z"}}}`
	otherAccount = `{"type":"AWSAccount","principalId":"AROAEXAMPLEROLE000001:i-1","accountId":"444455556666"}`
	federated    = `{"type":"FederatedUser","principalId":"444455556666:joe","arn":"arn:aws:sts::444455556666:federated-user/joe","accountId":"444455556666"}`
	service      = `{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}`
)

// onRepository is the part of an event that names the repository.
const onRepository = `"requestParameters":{"repositoryName":"team/app","registryId":"111122223333"},"resources":[{"ARN":"` + repositoryARN + `","accountId":"111122223333"}]`

func eventText(identity, rest string) string {
	text := `{"eventVersion":"1.08","userIdentity":` + identity + `,"eventTime":"2026-11-20T10:00:00Z","eventSource":"ecr.amazonaws.com","eventName":"BatchGetImage","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","eventType":"AwsApiCall"`
	if rest != "" {
		text += "," + rest
	}
	return text + "}"
}

func TestParse_callers(t *testing.T) {
	t.Parallel()
	role := Caller{Kind: Role, ARN: roleARN, ID: roleID, Account: consumerAccount}
	for name, test := range map[string]struct {
		identity string
		want     Caller
		text     string
	}{
		"a role":                {assumedRole, role, roleARN},
		"without issuer":        {`{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE000001:i-1","arn":"arn:aws:sts::444455556666:assumed-role/puller/i-1","accountId":"444455556666"}`, Caller{Kind: Role, ID: roleID, Account: consumerAccount, Name: "puller"}, "a session of the role puller of account 444455556666"},
		"an empty issuer":       {`{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE000001:i-1","accountId":"444455556666","sessionContext":{"sessionIssuer":{}}}`, Caller{Kind: Role, ID: roleID, Account: consumerAccount}, "a role with the ID " + roleID + " of account 444455556666"},
		"a user":                {`{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER000001","arn":"arn:aws:iam::444455556666:user/ci","accountId":"444455556666","userName":"ci"}`, Caller{Kind: User, ARN: "arn:aws:iam::444455556666:user/ci", ID: "AIDAEXAMPLEUSER000001", Account: consumerAccount}, "arn:aws:iam::444455556666:user/ci"},
		"as AWS's page has it":  {`{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE:account_name","arn":"arn:aws:sts::123456789012:user/Mary_Major","accountId":"123456789012","userName":"Mary_Major"}`, Caller{Kind: User, ID: "AIDACKCEVSQ6C2EXAMPLE", Account: "123456789012", Name: "Mary_Major"}, "a user Mary_Major with the ID AIDACKCEVSQ6C2EXAMPLE of account 123456789012"},
		"the root user":         {`{"type":"Root","principalId":"444455556666","arn":"arn:aws:iam::444455556666:root","accountId":"444455556666"}`, Caller{Kind: Root, ARN: "arn:aws:iam::444455556666:root", Account: consumerAccount}, "arn:aws:iam::444455556666:root"},
		"a federated user":      {`{"type":"FederatedUser","principalId":"444455556666:joe","arn":"arn:aws:sts::444455556666:federated-user/joe","accountId":"444455556666"}`, Caller{Kind: FederatedUser, ARN: "arn:aws:sts::444455556666:federated-user/joe", Account: consumerAccount}, "arn:aws:sts::444455556666:federated-user/joe"},
		"a web identity":        {`{"type":"WebIdentityUser","principalId":"accounts.google.com:app:joe","userName":"joe","identityProvider":"accounts.google.com"}`, Caller{Kind: WebIdentity, ID: "accounts.google.com", Name: "joe"}, "a federated user joe with the ID accounts.google.com"},
		"another account":       {otherAccount, Caller{Kind: Account, ID: roleID, Account: consumerAccount}, "a principal with the ID " + roleID + " of account 444455556666"},
		"an account alone":      {`{"type":"AWSAccount","accountId":"444455556666"}`, Caller{Kind: Account, Account: consumerAccount}, "a principal of account 444455556666"},
		"a service":             {service, Caller{Kind: Service, Name: "lambda.amazonaws.com"}, "the service lambda.amazonaws.com"},
		"a service, by address": {`{"type":"AWSService"}`, Caller{Kind: Service}, "an AWS service"},
		"an unknown type":       {`{"type":"Starfleet","accountId":"444455556666"}`, Caller{Kind: Unknown, Account: consumerAccount}, "a principal of account 444455556666"},
		"nobody":                {`{}`, Caller{Kind: Unknown}, "a principal"},
		"not an object":         {`"x"`, Caller{Kind: Unknown}, "a principal"},
		"an ARN of others":      {`{"type":"IAMUser","arn":"arn:aws:iam::999988887777:user/ci","accountId":"444455556666"}`, Caller{Kind: User, Account: consumerAccount}, "a user of account 444455556666"},
		"members of wrong type": {`{"type":7,"accountId":{},"arn":[]}`, Caller{Kind: Unknown}, "a principal"},
		"wrong case":            {`{"type":"IAMUser","ARN":"arn:aws:iam::444455556666:user/ci","AccountId":"444455556666"}`, Caller{Kind: User}, "a user"},
		"hostile": {
			"{\"type\":\"IAMUser\",\"principalId\":\"\\u001b[31m\\n\",\"accountId\":\"444455556666\",\"userName\":\"x\\u202e\"}",
			Caller{Kind: User, ID: "\x1b[31m\n", Account: consumerAccount, Name: "x\u202e"},
			`a user "x\u202e" with the ID "\x1b[31m\n" of account 444455556666`,
		},
	} {
		e, err := parse(eventText(test.identity, onRepository))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, e.Caller); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got := e.Caller.String(); got != test.text {
			t.Errorf("%s: %q, want %q", name, got, test.text)
		}
	}
}

func TestParse_events(t *testing.T) {
	t.Parallel()
	message := "User: arn:aws:sts::444455556666:assumed-role/puller/i-1 is not authorized to perform: ecr:BatchGetImage on resource: " + repositoryARN + " because no resource-based policy allows the ecr:BatchGetImage action"
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	event := func(change func(*Event)) Event {
		e := Event{Time: at, Action: "ecr:BatchGetImage", From: "203.0.113.9", Caller: Caller{Kind: Account, ID: roleID, Account: consumerAccount}, Registry: registryAccount, Repositories: []awsname.Repository{repository}}
		change(&e)
		return e
	}
	unnamed := func(e *Event) { e.Registry = "" }
	denied := func(e *Event) { e.ErrorCode, e.ErrorMessage = "AccessDenied", message }
	own := repository
	own.Account = consumerAccount
	other := repository
	other.Name = "other"
	for name, test := range map[string]struct {
		text string
		want Event
	}{
		"a pull":                      {eventText(otherAccount, onRepository), event(func(*Event) {})},
		"named by its resource alone": {eventText(otherAccount, `"resources":[{"ARN":"`+repositoryARN+`"}]`), event(unnamed)},
		"named by its parameters":     {eventText(otherAccount, `"requestParameters":{"repositoryName":"team/app","registryId":"111122223333"},"resources":null`), event(func(*Event) {})},
		"in the caller's registry":    {eventText(otherAccount, `"requestParameters":{"repositoryName":"team/app"}`), event(func(e *Event) { e.Registry, e.Repositories = "", []awsname.Repository{own} })},
		"in a registry of either":     {eventText(otherAccount, `"recipientAccountId":"111122223333","requestParameters":{"repositoryName":"team/app"}`), event(func(e *Event) { e.Registry, e.Repositories = "", nil })},
		"in the recipient's registry": {eventText(`{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}`, `"recipientAccountId":"111122223333","requestParameters":{"repositoryName":"team/app"}`), event(func(e *Event) {
			e.Registry, e.Caller, e.From = "", Caller{Kind: Service, Name: "lambda.amazonaws.com"}, "lambda.amazonaws.com"
		})},
		"without error":             {eventText(otherAccount, onRepository+`,"errorCode":null,"errorMessage":""`), event(func(*Event) {})},
		"by its ARN":                {eventText(otherAccount, `"requestParameters":{"resourceArn":"`+repositoryARN+`"}`), event(unnamed)},
		"of several":                {eventText(otherAccount, `"requestParameters":{"repositoryNames":["team/app","other"],"registryId":"111122223333"}`), event(func(e *Event) { e.Repositories = append(e.Repositories, other) })},
		"denied":                    {eventText(otherAccount, onRepository+`,"errorCode":"AccessDenied","errorMessage":"`+message+`"`), event(denied)},
		"named by the denial alone": {eventText(otherAccount, `"requestParameters":null,"errorCode":"AccessDenied","errorMessage":"`+message+`"`), event(func(e *Event) { denied(e); unnamed(e) })},
		"by a service for a role":   {strings.Replace(eventText(otherAccount, onRepository), `"accountId":"444455556666"}`, `"accountId":"444455556666","invokedBy":"ecs-tasks.amazonaws.com"}`, 1), event(func(e *Event) { e.From = "ecs-tasks.amazonaws.com" })},
		"without type of event":     {strings.Replace(eventText(otherAccount, onRepository), `,"eventType":"AwsApiCall"`, "", 1), event(func(*Event) {})},
		"about nothing":             {eventText(otherAccount, ""), event(func(e *Event) { e.Registry, e.Repositories = "", nil })},
		"a long address":            {strings.Replace(eventText(otherAccount, onRepository), "203.0.113.9", strings.Repeat("9", 200), 1), event(func(e *Event) { e.From = "" })},
	} {
		got, err := parse(test.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParse_errors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text       string
		unreadable bool
	}{
		"nothing":                 {"", true},
		"no JSON":                 {"{", true},
		"no object":               {"[]", true},
		"no time":                 {`{"eventSource":"ecr.amazonaws.com","eventName":"BatchGetImage"}`, true},
		"no name":                 {`{"eventSource":"ecr.amazonaws.com","eventTime":"2026-11-20T10:00:00Z"}`, true},
		"too long":                {eventText(otherAccount, `"x":"`+strings.Repeat("x", maxEvent)+`"`), true},
		"too deep":                {eventText(otherAccount, `"x":`+strings.Repeat("[", maxDepth)+strings.Repeat("]", maxDepth)), true},
		"a code of wrong type":    {eventText(otherAccount, onRepository+`,"errorCode":7`), true},
		"a code that is too long": {eventText(otherAccount, onRepository+`,"errorCode":"AccessDenied`+strings.Repeat("x", maxWord)+`"`), true},
		"a message without code":  {eventText(otherAccount, onRepository+`,"errorMessage":"no"`), true},
		"another service":         {strings.Replace(eventText(otherAccount, onRepository), "ecr.amazonaws.com", "ecr-public.amazonaws.com", 1), false},
		"what ECR does itself":    {strings.Replace(eventText(otherAccount, onRepository), "AwsApiCall", "AwsServiceEvent", 1), false},
		"brackets in a string":    {eventText(otherAccount, `"x":"`+strings.Repeat(`[\"`, 100)+`"`) + "x", true},
		"a member in wrong case":  {strings.Replace(eventText(otherAccount, onRepository), `"eventName"`, `"EventName"`, 1), true},
	} {
		_, err := parse(test.text)
		if err == nil || errors.Is(err, errUnreadable) != test.unreadable {
			t.Errorf("%s: %v, want an error (unreadable: %v)", name, err, test.unreadable)
		}
	}
	if _, err := parse(eventText(otherAccount, `"x":"`+strings.Repeat(`[\"`, 100)+`"`)); err != nil {
		t.Errorf("brackets in a string: %v", err)
	}
}

// FuzzParse: no text makes the parser fail, and what it returns is bounded.
func FuzzParse(f *testing.F) {
	f.Add(eventText(assumedRole, onRepository))
	f.Add(eventText(otherAccount, `"requestParameters":null,"errorCode":"AccessDenied","errorMessage":"User: x is not authorized to perform: ecr:BatchGetImage"`))
	f.Add(eventText(service, `"requestParameters":{"repositoryNames":["a","b"]}`))
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parse(text)
		if err != nil {
			return
		}
		if e.Time.IsZero() && !strings.Contains(text, "0001") || len(e.Action) > maxWord+4 || len(e.ErrorMessage) > maxMessage || len(e.Repositories) > maxResources ||
			len(e.Caller.ARN)+len(e.Caller.ID)+len(e.Caller.Name) > 3*maxText {
			t.Errorf("%q: %+v", text, e)
		}
		if printed := e.Caller.String(); strings.ContainsAny(printed, "\n\x1b\u202e") {
			t.Errorf("%q is printed as %q", text, printed)
		}
		tally := NewTally(repository)
		tally.Add(text)
		if tally.Read != 1 || tally.Matched > 1 {
			t.Errorf("%q: %+v", text, tally)
		}
	})
}
