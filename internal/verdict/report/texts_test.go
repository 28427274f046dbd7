// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// TestExplanations_texts has texts that no case has.
func TestExplanations_texts(t *testing.T) {
	t.Parallel()
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	everything := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	identity := func(statements ...string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(statements...)) }
	}
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		says string
	}{
		"archived image by its digest": {func(in *verdict.Input) {
			in.Image, in.RegistrySnapshot = pulls.Image+"@"+digest, &verdict.Snapshot{Image: verdict.ImageIsArchived}
		}, "Restore the image with the digest " + digest + " in the repository payment-service: aws ecr update-image-storage-class --region us-east-1 --repository-name payment-service --image-id 'imageDigest=" + digest + "'"},
		"snapshot of unknown age": {func(in *verdict.Input) {
			in.RegistrySnapshot, in.RepositoryPolicy = &verdict.Snapshot{Fault: verdict.SnapshotOfUnknownAge, ReadAt: "2026-11-27T09:00:00Z"}, verdict.Documents{State: verdict.Unknown}
		}, "registry_snapshot was read at 2026-11-27T09:00:00Z, and it is not known yet whether it is older than max_age, so what it says is taken as unknown."},
		"remedy for it": {func(in *verdict.Input) {
			in.RegistrySnapshot, in.RepositoryPolicy = &verdict.Snapshot{Fault: verdict.SnapshotOfUnknownAge}, verdict.Documents{State: verdict.Unknown}
		}, "Set max_age and now to what is known when the check is evaluated: plantimestamp() is known in every plan, and timestamp() is not."},
		"snapshot of the registry alone": {func(in *verdict.Input) { in.RegistrySnapshot = &verdict.Snapshot{} }, "Assumed, because registry_snapshot does not have them: no resource control policy of the registry's organization restricts this."},
		"root of the organization": {func(in *verdict.Input) {
			in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, Targets: []string{"r-ab12", "123456789012"}, List: [][]verdict.Document{
				{{Name: "S3Only", Text: pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}}, {{Name: "FullAWSAccess", Text: pulls.Doc(everything)}},
			}}
		}, "no service control policy of the root r-ab12 (S3Only) allows it"},
		"policies that were read": {func(in *verdict.Input) { in.IdentityPolicies.Source = verdict.Read }, "Read from AWS: identity_policies. Given as arguments: repository_policy."},
		"control policies of the consumer in a snapshot": {func(in *verdict.Input) {
			in.ConsumerSnapshot = &verdict.Snapshot{Account: "123456789012", ReadAt: "2026-11-27T09:00:00Z"}
			in.ConsumerResourceControlPolicies = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot}
		}, "From the snapshot of account 123456789012 read at 2026-11-27T09:00:00Z: consumer_resource_control_policies."},
		"faulty policy of who creates a function": {func(in *verdict.Input) {
			in.Puller, in.SourceARN = puller.Lambda, "arn:aws:lambda:us-east-1:123456789012:function:f"
			identity(everything, `{"Effect":"Allow","Action":"*","Resource":"*","Moon":"full"}`)(in)
		}, "unknown element of a statement"},
		"NotPrincipal in an identity-based policy": {identity(pulls.Login, `{"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"ecr:*","Resource":"*"}`), "a statement of this policy type has no NotPrincipal: it applies to the identities that the policy is attached to"},
		"misspelt action":                          {identity(pulls.Login, strings.Replace(pulls.PullOn("*"), "ecr:BatchGetImage", "ecr:BatchGetImages", 1)), "its Action ecr:BatchGetImages is not ecr:BatchGetImage, which is probably meant."},
		"all of several values": {
			func(in *verdict.Input) {
				identity(everything, `{"Effect":"Deny","Action":"ecr:*","Resource":"`+pulls.RepositoryARN+`","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"team"}}}`)(in)
				in.Context = map[string][]string{"aws:TagKeys": {}}
			},
			"aws:TagKeys is absent or has only values of which each equals team",
		},
		"NotResource that lists another repository": {
			identity(everything, `{"Effect":"Deny","Action":"ecr:BatchGetImage","NotResource":"arn:aws:ecr:us-east-1:987654321098:repository/other"}`),
			"It applies to " + pulls.RepositoryARN + ", which its NotResource does not list.",
		},
		"key in a Resource": {func(in *verdict.Input) {
			identity(pulls.Login, pulls.PullOn("arn:aws:ecr:us-east-1:987654321098:repository/${aws:PrincipalTag/team}"))(in)
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, `{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"payment-service"}}}`))
		}, "allows it only if aws:PrincipalTag/team fits."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit)); !strings.Contains(got.Explanation, tt.says) {
				t.Errorf("%q is not in:\n%s", tt.says, got.Explanation)
			}
		})
	}
}
