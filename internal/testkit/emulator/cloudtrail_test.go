// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

func cloudTrail(server *emulator.Server, account string) *cloudtrail.Client {
	accessKey, secretKey := server.Credentials(account)
	return cloudtrail.NewFromConfig(aws.Config{
		Region: region, BaseEndpoint: aws.String(server.URL()), Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
}

// A call from another account is in both event histories, and that of the registry account has
// the ID of the caller alone.
func TestEventsOfCalls(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	_, err := consumer.ecr.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{RegistryId: aws.String(registryID), RepositoryName: aws.String(repoName), ImageIds: []ecrtypes.ImageIdentifier{{ImageTag: aws.String("v1")}}})
	if err == nil {
		t.Fatal("the pull is allowed")
	}
	type summary struct{ Type, ARN, Code, Repository string }
	for account, want := range map[string]summary{
		consumerID: {"IAMUser", "arn:aws:iam::123456789012:user/admin", "AccessDenied", repoName},
		registryID: {"AWSAccount", "", "AccessDenied", repoName},
	} {
		out, err := cloudTrail(server, account).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{
			LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: aws.String("BatchGetImage")}},
		})
		if err != nil || len(out.Events) != 1 {
			t.Fatalf("account %s: %v, %v", account, out, err)
		}
		var record struct {
			UserIdentity      struct{ Type, ARN string }
			ErrorCode         string
			RequestParameters struct{ RepositoryName string }
		}
		if err := json.Unmarshal([]byte(*out.Events[0].CloudTrailEvent), &record); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, summary{record.UserIdentity.Type, record.UserIdentity.ARN, record.ErrorCode, record.RequestParameters.RepositoryName}); diff != "" {
			t.Errorf("account %s (-want +got):\n%s", account, diff)
		}
	}
}

// The event of a call on several repositories names them all.
func TestEventsOfSeveral(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	if _, err := registry.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{repoName}}); err != nil {
		t.Fatal(err)
	}
	out, err := cloudTrail(server, registryID).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	if err != nil || len(out.Events) == 0 {
		t.Fatal(out, err)
	}
	if text := *out.Events[0].CloudTrailEvent; !strings.Contains(text, `"repositoryNames":["`+repoName+`"]`) {
		t.Errorf("the event is %s", text)
	}
}

// A role needs the permission to look up events.
func TestLookupEvents_permission(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	options := assume(t, server, consumer, roleARN).sts.Options()
	client := cloudtrail.NewFromConfig(aws.Config{Region: region, BaseEndpoint: options.BaseEndpoint, Credentials: options.Credentials})
	_, err := client.LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	wantCode(t, err, "AccessDeniedException", "cloudtrail:LookupEvents on resource: * because no identity-based policy allows")
	server.PutRolePolicy(consumerID, roleName, "events", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cloudtrail:LookupEvents","Resource":"*"}]}`)
	_, err = client.LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	noError(t, err)
}

func TestLookupEvents(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	begin := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range 70 {
		server.AddEvent(consumerID, region, fmt.Sprintf(`{"eventTime":%q,"eventName":"PutImage","eventSource":"ecr.amazonaws.com"}`, begin.Add(time.Duration(i)*time.Minute).Format(time.RFC3339)))
	}
	client, input := cloudTrail(server, consumerID), cloudtrail.LookupEventsInput{
		StartTime: aws.Time(begin.Add(5 * time.Minute)), EndTime: aws.Time(begin.Add(64 * time.Minute)),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventSource, AttributeValue: aws.String("ecr.amazonaws.com")}},
	}
	var times []time.Time
	for _, want := range []int{50, 10} {
		out, err := client.LookupEvents(t.Context(), &input)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Events) != want {
			t.Fatalf("%d events, want %d", len(out.Events), want)
		}
		for _, e := range out.Events {
			times = append(times, e.EventTime.UTC())
		}
		input.NextToken = out.NextToken
	}
	if input.NextToken != nil || !times[0].Equal(begin.Add(64*time.Minute)) || !times[59].Equal(begin.Add(5*time.Minute)) {
		t.Errorf("from %v to %v, and more %v", times[59], times[0], input.NextToken)
	}
	for _, wrong := range []cloudtrail.LookupEventsInput{{NextToken: aws.String("x")}, {MaxResults: aws.Int32(50), NextToken: aws.String("-")}} {
		if _, err := client.LookupEvents(t.Context(), &wrong); err == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}
