package verdict_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

func TestProvenances(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.IdentityPolicies = verdict.Documents{State: verdict.Known, Read: true, List: []verdict.Document{{Name: "task", Text: pulls.Pulling}, {Name: "hidden", Text: verdict.UnknownText}, {Name: "replaced", Text: pulls.Pulling}}}
	in.PlannedRolePolicies = []verdict.Document{{Name: "replaced", Text: pulls.Pulling}}
	in.PermissionsBoundary = verdict.Documents{State: verdict.Known, Read: true}
	in.VPCEndpointPolicy = verdict.Documents{State: verdict.Unknown}
	in.RegistryPolicy = verdict.DocumentsOf()
	in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}, {Text: verdict.UnknownText}}
	in.ConsumerResourceControlPolicies = verdict.Levels{State: verdict.Unknown}
	want := []verdict.Provenance{
		{"identity_policies", "inline policy task", verdict.Read},
		{"identity_policies", "inline policy hidden", verdict.NotKnown},
		{"identity_policies", "inline policy replaced", verdict.Planned},
		{"permissions_boundary", "", verdict.Read},
		{"consumer_resource_control_policies", "", verdict.NotKnown},
		{"vpc_endpoint_policy", "", verdict.NotKnown},
		{"repository_policy", "repository policy", verdict.Given},
		{"planned_statements", "", verdict.NotKnown},
		{"planned_statements", "Pull", verdict.Planned},
		{"registry_policy", "", verdict.Given},
	}
	compare(t, "provenances", judged(t, in).Provenances(), want)

	in = verdict.Input{
		Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:f",
		RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(),
	}
	want = []verdict.Provenance{{"repository_policy", "", verdict.Given}, {"registry_policy", "", verdict.Given}}
	compare(t, "provenances of a service", judged(t, in).Provenances(), want)
}
