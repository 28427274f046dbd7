// SPDX-License-Identifier: MPL-2.0

// Package pullevents counts who called Amazon ECR on a repository, from events of AWS
// CloudTrail, and compares the calls with the policies of the repository: which statements
// nobody used, who was denied and would now be allowed, who does more than to pull. Events
// are text that others wrote: nothing in them is taken for granted. It is pure.
package pullevents

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// Source is the event source of Amazon ECR.
const Source = "ecr.amazonaws.com"

// An Event is what an event says of one call to ECR.
type Event struct {
	Time         time.Time
	Action       string // as in ecr:BatchGetImage
	Caller       Caller
	From         string // the service that made the call, or the address
	ErrorCode    string // empty if the call succeeded
	ErrorMessage string
	Repositories []awsname.Repository // that the call is about, as far as the event says
	Registry     string               // the account of the registry, if the call names it
}

// isDenied reports whether AWS did not allow the call. Services write the code in several forms.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func (e *Event) isDenied() bool {
	return strings.HasPrefix(e.ErrorCode, "AccessDenied") || strings.HasSuffix(e.ErrorCode, "UnauthorizedOperation")
}

var (
	errUnreadable = errors.New("is not an event of CloudTrail")
	errOther      = errors.New("is not a call to ECR")
)

// parse reads one event of CloudTrail. The error is errUnreadable for what is no event,
// and errOther for what is no call to ECR.
func parse(text string) (Event, error) {
	if len(text) > maxEvent || depth(text) > maxDepth {
		return Event{}, errUnreadable
	}
	record := objectOf(json.RawMessage(text))
	at, err := time.Parse(time.RFC3339, record.text("eventTime"))
	name := textOf(record["eventName"], maxWord)
	if record == nil || err != nil || name == "" {
		return Event{}, errUnreadable
	}
	// AwsServiceEvent is what ECR does itself, as by a lifecycle policy.
	if kind := record.text("eventType"); record.text("eventSource") != Source || kind != "" && kind != "AwsApiCall" {
		return Event{}, errOther
	}
	identity := record.object("userIdentity")
	e := Event{
		Time:         at.UTC(),
		Action:       "ecr:" + name,
		From:         textOf(record["sourceIPAddress"], maxWord),
		Caller:       callerOf(identity, record.text("sourceIPAddress")),
		ErrorCode:    textOf(record["errorCode"], maxWord),
		ErrorMessage: cut(textOf(record["errorMessage"], maxEvent), maxMessage),
	}
	// A call of which the error cannot be read is not taken for one that succeeded.
	if e.ErrorCode == "" && (hasText(record["errorCode"]) || hasText(record["errorMessage"])) {
		return Event{}, errUnreadable
	}
	if by := textOf(identity["invokedBy"], maxWord); by != "" && by != internalService {
		e.From = by
	}
	e.Registry = record.object("requestParameters").text("registryId")
	e.Repositories = repositoriesOf(record, &e)
	return e, nil
}

// internalService stands for AWS itself, without a name.
const internalService = "AWS Internal"

// repositoriesOf returns the repositories that a call is about. Of a call that was denied,
// often only the message names it.
func repositoriesOf(record object, e *Event) []awsname.Repository {
	var found []awsname.Repository
	add := func(r awsname.Repository, err error) {
		if err == nil && !slices.Contains(found, r) && len(found) < maxResources {
			found = append(found, r)
		}
	}
	for _, resource := range record.list("resources") {
		add(awsname.ParseRepositoryARN(objectOf(resource).text("ARN")))
	}
	parameters := record.object("requestParameters")
	add(awsname.ParseRepositoryARN(parameters.text("resourceArn")))
	// Without registryId, ECR takes the registry of the caller's account.
	// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
	// AWS does not write the account of each caller into its event. A call to the caller's own
	// registry has no event in another account.
	account, recipient := e.Registry, record.text("recipientAccountId")
	if account == "" && (recipient == "" || e.Caller.Account == "" || recipient == e.Caller.Account) {
		account = cmp.Or(e.Caller.Account, recipient)
	}
	names := []string{parameters.text("repositoryName")}
	for _, name := range parameters.list("repositoryNames") {
		names = append(names, textOf(name, maxText))
	}
	region := textOf(record["awsRegion"], maxWord)
	for _, name := range names {
		r := awsname.Repository{Partition: awsname.Partition(region), Region: region, Account: account, Name: name}
		add(awsname.ParseRepositoryARN(r.ARN()))
	}
	if len(found) == 0 && e.ErrorMessage != "" {
		if f := pullerror.Explain(e.ErrorMessage); f.Action == e.Action {
			add(awsname.ParseRepositoryARN(f.Resource))
		}
	}
	return found
}
