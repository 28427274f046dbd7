// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

func TestTags(t *testing.T) {
	t.Parallel()
	_, registry, consumer := start(t)
	_, err := registry.ecr.TagResource(t.Context(), &ecr.TagResourceInput{ResourceArn: aws.String(repoARN), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("payments")}}})
	noError(t, err)
	answer, err := registry.ecr.ListTagsForResource(t.Context(), &ecr.ListTagsForResourceInput{ResourceArn: aws.String(repoARN)})
	noError(t, err)
	if len(answer.Tags) != 1 || *answer.Tags[0].Key != "team" || *answer.Tags[0].Value != "payments" {
		t.Errorf("the tags are %v", answer.Tags)
	}
	_, err = consumer.ecr.ListTagsForResource(t.Context(), &ecr.ListTagsForResourceInput{ResourceArn: aws.String(repoARN)})
	wantCode(t, err, "AccessDeniedException", "ecr:ListTagsForResource")
	_, err = registry.ecr.ListTagsForResource(t.Context(), &ecr.ListTagsForResourceInput{ResourceArn: aws.String(repoARN + "-none")})
	wantCode(t, err, "RepositoryNotFoundException", "payment-service-none")
}

// Without a filter, an archived image does not exist; it cannot be pulled.
func TestArchivedImage(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	digest := server.PushImage(registryID, region, repoName, "old", "ARCHIVED")
	ids := []types.ImageIdentifier{{ImageTag: aws.String("old")}}
	_, err := registry.ecr.DescribeImages(t.Context(), &ecr.DescribeImagesInput{RepositoryName: aws.String(repoName), ImageIds: ids})
	wantCode(t, err, "ImageNotFoundException", "imageTag:'old'")
	answer, err := registry.ecr.DescribeImages(t.Context(), &ecr.DescribeImagesInput{
		RepositoryName: aws.String(repoName), ImageIds: ids, Filter: &types.DescribeImagesFilter{ImageStatus: types.ImageStatusFilterAny},
	})
	noError(t, err)
	if got := answer.ImageDetails[0]; got.ImageStatus != types.ImageStatusArchived || *got.ImageDigest != digest {
		t.Errorf("the image is %+v", got)
	}
	pulled, err := registry.ecr.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{RepositoryName: aws.String(repoName), ImageIds: ids})
	noError(t, err)
	if len(pulled.Images) > 0 || len(pulled.Failures) != 1 {
		t.Errorf("the archived image was pulled: %+v", pulled)
	}
}

func TestDescribeRepositories_tooMany(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	var names []string
	for i := range 101 {
		names = append(names, fmt.Sprintf("app-%d", i))
	}
	_, err := registry.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: names})
	wantCode(t, err, "InvalidParameterException", "less than or equal to 100")
}
