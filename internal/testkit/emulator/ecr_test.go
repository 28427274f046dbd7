// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

func TestRepositories(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	created, err := registry.ecr.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("team/a__b--c")})
	noError(t, err)
	if got, want := *created.Repository.RepositoryArn, "arn:aws:ecr:us-east-1:987654321098:repository/team/a__b--c"; got != want {
		t.Errorf("the ARN is %s, want %s", got, want)
	}
	if got, want := *created.Repository.RepositoryUri, "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/a__b--c"; got != want {
		t.Errorf("the URI is %s, want %s", got, want)
	}
	_, err = registry.ecr.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String(repoName)})
	wantCode(t, err, "RepositoryAlreadyExistsException", "The repository with name 'payment-service' already exists in the registry with id '987654321098'")
	_, err = registry.ecr.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("Upper")})
	wantCode(t, err, "InvalidParameterException", "'repositoryName'")

	all, err := registry.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	noError(t, err)
	if len(all.Repositories) != 2 {
		t.Errorf("%d repositories are listed, want 2", len(all.Repositories))
	}
	_, err = registry.ecr.DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String("team/a__b--c")})
	noError(t, err)
	_, err = registry.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/a__b--c"}})
	wantCode(t, err, "RepositoryNotFoundException", "The repository with name 'team/a__b--c' does not exist in the registry with id '987654321098'")
}

func TestRepositoryPolicyNotFound(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	const text = "Repository policy does not exist for the repository with name 'payment-service' in the registry with id '987654321098'"
	_, err := registry.ecr.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(repoName)})
	wantCode(t, err, "RepositoryPolicyNotFoundException", text)
	_, err = registry.ecr.DeleteRepositoryPolicy(t.Context(), &ecr.DeleteRepositoryPolicyInput{RepositoryName: aws.String(repoName)})
	wantCode(t, err, "RepositoryPolicyNotFoundException", text)
	_, err = registry.ecr.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("absent")})
	wantCode(t, err, "RepositoryNotFoundException", "'absent'")
}

func TestOwnRegistryByID(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	_, err := registry.ecr.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{
		RegistryId: aws.String(registryID), RepositoryName: aws.String(repoName), PolicyText: aws.String(allowPull(consumerID)),
	})
	noError(t, err)
	deleted, err := registry.ecr.DeleteRepositoryPolicy(t.Context(), &ecr.DeleteRepositoryPolicyInput{
		RegistryId: aws.String(registryID), RepositoryName: aws.String(repoName),
	})
	noError(t, err)
	if !strings.Contains(*deleted.PolicyText, "arn:aws:iam::123456789012:root") {
		t.Errorf("the deleted policy is %s", *deleted.PolicyText)
	}
}

func TestRegistryPolicy(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	put := func(action string) error {
		_, err := registry.ecr.PutRegistryPolicy(t.Context(), &ecr.PutRegistryPolicyInput{PolicyText: aws.String(
			statement(`"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + consumerID + `"},"Action":"` + action + `","Resource":"` + repoARN + `"`),
		)})
		return err
	}
	_, err := registry.ecr.GetRegistryPolicy(t.Context(), &ecr.GetRegistryPolicyInput{})
	wantCode(t, err, "RegistryPolicyNotFoundException", "987654321098")
	noError(t, put("ecr:BatchGetImage"))
	got, err := registry.ecr.GetRegistryPolicy(t.Context(), &ecr.GetRegistryPolicyInput{})
	noError(t, err)
	if !strings.Contains(*got.PolicyText, "ecr:BatchGetImage") {
		t.Errorf("the registry policy is %s", *got.PolicyText)
	}
	_, err = registry.ecr.PutRegistryPolicy(t.Context(), &ecr.PutRegistryPolicyInput{PolicyText: aws.String(allowPull(consumerID))})
	wantCode(t, err, "InvalidParameterException", "Invalid registry policy provided")
	_, err = registry.ecr.DeleteRegistryPolicy(t.Context(), &ecr.DeleteRegistryPolicyInput{})
	noError(t, err)
	_, err = registry.ecr.DeleteRegistryPolicy(t.Context(), &ecr.DeleteRegistryPolicyInput{})
	wantCode(t, err, "RegistryPolicyNotFoundException", "")
}

// ECR checks and stores a registry policy as it does a repository policy.
func TestRegistryPolicyIsCheckedAndStoredLikeARepositoryPolicy(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	put := func(elements string) error {
		_, err := registry.ecr.PutRegistryPolicy(t.Context(), &ecr.PutRegistryPolicyInput{PolicyText: aws.String(
			statement(`"Sid":"Pull","Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"` + repoARN + `",` + elements))})
		return err
	}
	for elements, message := range map[string]string{
		`"Principal":{"AWS":"arn:aws:iam::123456789012:role/absent"}`:                        "Principal not found",
		`"Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"}`:                                        "Principal not found",
		`"Principal":{"AWS":"arn:aws:iam::123456789012:*"}`:                                  "Invalid registry policy provided",
		`"NotPrincipal":{"AWS":"123456789012"}`:                                              "Invalid registry policy provided",
		`"Principal":{"AWS":["` + strings.Repeat(`123456789012","`, 700) + `123456789012"]}`: "10240",
	} {
		wantCode(t, put(elements), "InvalidParameterException", message)
	}
	noError(t, put(`"Principal":{"AWS":"`+roleARN+`"}`))
	server.DeleteRole(consumerID, roleName)
	if text, found := server.RegistryPolicy(registryID, "us-east-1"); !found || !strings.Contains(text, `"AWS" : "AROA`) {
		t.Errorf("the registry policy is %s", text)
	}
}

func TestDescribeRegistry(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	answer, err := registry.ecr.DescribeRegistry(t.Context(), &ecr.DescribeRegistryInput{})
	noError(t, err)
	if *answer.RegistryId != registryID {
		t.Errorf("the registry is %s, want %s", *answer.RegistryId, registryID)
	}
}

func TestAuthorizationToken(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	answer, err := consumer.ecr.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	noError(t, err)
	data := answer.AuthorizationData[0]
	token, err := base64.StdEncoding.DecodeString(*data.AuthorizationToken)
	noError(t, err)
	if !strings.HasPrefix(string(token), "AWS:") {
		t.Errorf("the token is %s, want user AWS", token)
	}
	if got, want := *data.ProxyEndpoint, server.URL(); got != want {
		t.Errorf("the endpoint is %s, want %s", got, want)
	}
	if !data.ExpiresAt.After(time.Now().Add(11 * time.Hour)) {
		t.Errorf("the token expires at %s, want in 12 hours", data.ExpiresAt)
	}
}

const (
	layerDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	manifest    = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[{"digest":"` + layerDigest + `"}]}`
)

// putImage pushes an image with one layer, tagged v1.
func putImage(t *testing.T, c clients) (digest string) {
	t.Helper()
	answer, err := c.ecr.PutImage(t.Context(), &ecr.PutImageInput{
		RepositoryName: aws.String(repoName), ImageManifest: aws.String(manifest), ImageTag: aws.String("v1"),
	})
	noError(t, err)
	return *answer.Image.ImageId.ImageDigest
}

func TestImages(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	digest := putImage(t, registry)
	answer, err := registry.ecr.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{
		RepositoryName: aws.String(repoName),
		ImageIds:       []types.ImageIdentifier{{ImageTag: aws.String("v1")}, {ImageDigest: aws.String(digest)}, {ImageTag: aws.String("v2")}},
	})
	noError(t, err)
	if len(answer.Images) != 2 || *answer.Images[0].ImageManifest != manifest {
		t.Errorf("got the images %+v, want the one that was put, by tag and by digest", answer.Images)
	}
	if len(answer.Failures) != 1 || answer.Failures[0].FailureCode != types.ImageFailureCodeImageNotFound {
		t.Errorf("got the failures %+v, want ImageNotFound for v2", answer.Failures)
	}
	_, err = registry.ecr.DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String(repoName)})
	wantCode(t, err, "RepositoryNotEmptyException", "still contains images")
	_, err = registry.ecr.DeleteRepository(t.Context(), &ecr.DeleteRepositoryInput{RepositoryName: aws.String(repoName), Force: true})
	noError(t, err)
}

func TestLayerDownload(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	putImage(t, registry)
	answer, err := registry.ecr.GetDownloadUrlForLayer(t.Context(), &ecr.GetDownloadUrlForLayerInput{
		RepositoryName: aws.String(repoName), LayerDigest: aws.String(layerDigest),
	})
	noError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, *answer.DownloadUrl, http.NoBody)
	noError(t, err)
	response, err := http.DefaultClient.Do(request)
	noError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	noError(t, err)
	if response.StatusCode != http.StatusOK || len(body) == 0 {
		t.Errorf("the download answers %s: %s", response.Status, body)
	}
	_, err = registry.ecr.GetDownloadUrlForLayer(t.Context(), &ecr.GetDownloadUrlForLayerInput{
		RepositoryName: aws.String(repoName), LayerDigest: aws.String("sha256:0"),
	})
	wantCode(t, err, "LayersNotFoundException", "sha256:0")
}
