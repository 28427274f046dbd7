// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxEvents is how many events of an account in a Region the emulator keeps.
const maxEvents = 10_000

// AddEvent adds an event, as CloudTrail has it, to the event history of an account.
func (s *Server) AddEvent(accountID, region, text string) {
	var record struct {
		EventTime              time.Time
		EventName, EventSource string
	}
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		panic("the text is not an event: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addEvent(place{accountID, region}, event{record.EventTime, record.EventName, record.EventSource, text})
}

func (s *Server) addEvent(at place, e event) {
	s.events[at] = append(s.events[at], e)
	if more := len(s.events[at]) - maxEvents; more > 0 {
		s.events[at] = s.events[at][more:]
	}
}

// record records a call to ECR, for the caller's account and for that of the registry. As
// AWS does, it says of the caller to another account no more than the ID.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html#shared-event-ID
func (s *Server) record(req *request, fault *apiError) {
	if req.service() != "ecr" || req.caller.account == "" {
		return
	}
	var in struct {
		RegistryID, RepositoryName, ResourceArn string
		RepositoryNames                         []string
	}
	_ = json.Unmarshal(req.body, &in) // A body that is not JSON names nothing.
	registry := in.RegistryID
	if registry == "" {
		registry = req.caller.account
	}
	now := time.Now().UTC().Truncate(time.Second)
	record := map[string]any{
		"eventVersion": "1.08", "eventTime": now.Format(time.RFC3339), "eventSource": "ecr.amazonaws.com", "eventName": req.name(), "awsRegion": req.region,
		"sourceIPAddress": "127.0.0.1", "eventType": "AwsApiCall", "managementEvent": true,
	}
	if in.RepositoryName != "" {
		record["requestParameters"] = map[string]string{"registryId": registry, "repositoryName": in.RepositoryName}
		arn := "arn:" + partition(req.region) + ":ecr:" + req.region + ":" + registry + ":repository/" + in.RepositoryName
		record["resources"] = []map[string]string{{"ARN": arn, "accountId": registry}}
	}
	if len(in.RepositoryNames) > 0 {
		record["requestParameters"] = map[string]any{"registryId": registry, "repositoryNames": in.RepositoryNames}
	}
	if in.ResourceArn != "" {
		record["requestParameters"] = map[string]string{"resourceArn": in.ResourceArn}
	}
	if fault != nil {
		record["errorCode"], record["errorMessage"] = strings.Replace(fault.Code, "AccessDeniedException", "AccessDenied", 1), fault.Message
	}
	add := func(account string, identity map[string]any) {
		record["userIdentity"], record["recipientAccountId"] = identity, account
		text, err := json.Marshal(record)
		if err != nil {
			panic("encoding an event: " + err.Error())
		}
		s.addEvent(place{account, req.region}, event{now, req.name(), "ecr.amazonaws.com", string(text)})
	}
	add(req.caller.account, req.caller.userIdentity())
	if registry != req.caller.account && s.accounts[registry] != nil {
		add(registry, map[string]any{"type": "AWSAccount", "principalId": req.caller.id, "accountId": req.caller.account})
	}
}

// userIdentity returns the caller in the form of
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func (c caller) userIdentity() map[string]any {
	identity := map[string]any{"type": "IAMUser", "principalId": c.id, "arn": c.arn, "accountId": c.account}
	if c.roleARN != "" {
		identity["type"] = "AssumedRole"
		identity["sessionContext"] = map[string]any{"sessionIssuer": map[string]string{"type": "Role", "principalId": c.roleID, "arn": c.roleARN, "accountId": c.account}}
	}
	return identity
}

// lookupEvents returns events, the newest first.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (s *Server) lookupEvents(req *request) (any, *apiError) {
	if !s.identityAllows(req.caller, req.operation, "*") {
		return nil, accessDenied(req, "*", "because no identity-based policy allows the cloudtrail:LookupEvents action")
	}
	var in struct {
		StartTime, EndTime *float64
		MaxResults         int
		NextToken          string
		LookupAttributes   []struct{ AttributeKey, AttributeValue string }
	}
	if fault := req.decode(&in); fault != nil {
		return nil, fault
	}
	if in.MaxResults < 0 || in.MaxResults > 50 {
		return nil, badRequest("InvalidMaxResultsException", "A max results value of 0 to 50 is expected.")
	}
	if in.MaxResults == 0 {
		in.MaxResults = 50
	}
	from, errOfToken := 0, error(nil)
	if in.NextToken != "" {
		from, errOfToken = strconv.Atoi(in.NextToken)
	}
	if errOfToken != nil {
		return nil, badRequest("InvalidNextTokenException", "Invalid token.")
	}
	found := slices.DeleteFunc(slices.Clone(s.events[place{req.caller.account, req.region}]), func(e event) bool {
		at := float64(e.at.Unix())
		for _, attribute := range in.LookupAttributes {
			value := map[string]string{"EventName": e.name, "EventSource": e.source}[attribute.AttributeKey]
			if value != attribute.AttributeValue {
				return true
			}
		}
		return in.StartTime != nil && at < *in.StartTime || in.EndTime != nil && at > *in.EndTime
	})
	slices.SortStableFunc(found, func(a, b event) int { return b.at.Compare(a.at) })
	found = found[min(from, len(found)):]
	answer := map[string]any{}
	if len(found) > in.MaxResults {
		found, answer["NextToken"] = found[:in.MaxResults], strconv.Itoa(from+in.MaxResults)
	}
	events := []any{}
	for _, e := range found {
		events = append(events, map[string]any{"EventTime": e.at.Unix(), "EventName": e.name, "EventSource": e.source, "CloudTrailEvent": e.text})
	}
	answer["Events"] = events
	return answer, nil
}
