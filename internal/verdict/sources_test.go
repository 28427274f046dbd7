// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

func TestProvenances(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.IdentityPolicies = verdict.Documents{State: verdict.Known, Source: verdict.Read, List: []verdict.Document{{Name: "task", Text: pulls.Pulling}, {Name: "hidden", Text: verdict.UnknownText}, {Name: "replaced", Text: pulls.Pulling}}}
	in.PlannedRolePolicies = []verdict.Document{{Name: "replaced", Text: pulls.Pulling}}
	in.PermissionsBoundary = verdict.Documents{State: verdict.Known, Source: verdict.Read}
	in.VPCEndpointPolicy = verdict.Documents{State: verdict.Unknown}
	in.RegistryPolicy = verdict.DocumentsOf()
	in.PlannedStatements = []verdict.Document{{Text: pulls.Grant}, {Text: verdict.UnknownText}}
	in.ConsumerResourceControlPolicies = verdict.Levels{State: verdict.Unknown}
	want := []verdict.Provenance{
		{Argument: "identity_policies", Name: "inline policy task", Source: verdict.Read},
		{Argument: "identity_policies", Name: "inline policy hidden", Source: verdict.NotKnown},
		{Argument: "identity_policies", Name: "inline policy replaced", Source: verdict.Planned},
		{Argument: "permissions_boundary", Source: verdict.Read},
		{Argument: "consumer_resource_control_policies", Source: verdict.NotKnown},
		{Argument: "vpc_endpoint_policy", Source: verdict.NotKnown},
		{Argument: "repository_policy", Name: "repository policy", Source: verdict.Given},
		{Argument: "planned_statements", Source: verdict.NotKnown},
		{Argument: "planned_statements", Name: "Pull", Source: verdict.Planned},
		{Argument: "registry_policy", Source: verdict.Given},
	}
	compare(t, "provenances", judged(t, in).Provenances(), want)

	// The plan creates the only policy, or it exists and the plan replaces it.
	for _, read := range [][]verdict.Document{nil, {{Name: "pull", Text: pulls.Pulling}}} {
		in = pulls.Both()
		in.IdentityPolicies = verdict.Documents{State: verdict.Known, Source: verdict.Read, List: read}
		in.PlannedRolePolicies = []verdict.Document{{Name: "pull", Text: pulls.Pulling}}
		want = []verdict.Provenance{
			{Argument: "identity_policies", Name: "inline policy pull", Source: verdict.Planned},
			{Argument: "identity_policies", Source: verdict.Read},
		}
		compare(t, "provenances of a planned policy", judged(t, in).Provenances()[:2], want)
	}

	in = verdict.Input{
		Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:f",
		RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf(),
	}
	want = []verdict.Provenance{{Argument: "repository_policy", Source: verdict.Given}, {Argument: "registry_policy", Source: verdict.Given}}
	compare(t, "provenances of a service", judged(t, in).Provenances(), want)
}
