// SPDX-License-Identifier: MPL-2.0

// Package registry reads what ECR says of a registry and its repositories beside their
// policies, once for all who ask at about the same time.
package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Clients hands out the ECR client of a region.
type Clients interface {
	ECR(ctx context.Context, region string) (awsapi.ECR, error)
}

// A Store reads registries. It is safe for concurrent use. Its errors are of type
// *awserr.Error.
type Store struct {
	clients      Clients
	repositories *readcache.Reads[string, map[string]Repository] // by region and names
	tags         *readcache.Reads[awsname.Repository, map[string]string]
	images       *readcache.Reads[imageKey, snapshot.Image]
	rules        *readcache.Reads[string, []snapshot.PullThroughCacheRule] // by region
	templates    *readcache.Reads[string, []snapshot.CreationTemplate]
	replication  *readcache.Reads[string, []snapshot.ReplicationRule]
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{
		clients:      clients,
		repositories: readcache.New[string, map[string]Repository](time.Now),
		tags:         readcache.New[awsname.Repository, map[string]string](time.Now),
		images:       readcache.New[imageKey, snapshot.Image](time.Now),
		rules:        readcache.New[string, []snapshot.PullThroughCacheRule](time.Now),
		templates:    readcache.New[string, []snapshot.CreationTemplate](time.Now),
		replication:  readcache.New[string, []snapshot.ReplicationRule](time.Now),
	}
}

// share is a read of ECR that all who want the same thing share.
func share[K comparable, V any](ctx context.Context, s *Store, among *readcache.Reads[K, V], key K, region string, call func(context.Context, awsapi.ECR) (V, error)) (V, error) {
	return among.Read(ctx, key, func(ctx context.Context) (answer V, err error) {
		client, err := s.clients.ECR(ctx, region)
		if err != nil {
			return answer, err
		}
		return call(ctx, client)
	})
}

// explain says what was tried.
func explain(err error, doing, account, region string) error {
	return awserr.Explain(err, awserr.Attempt{Doing: doing, Account: account, Region: region, Side: awserr.RegistrySide})
}

// unexpected returns the error of a response that does not answer the call. Of the response it
// has only what was printed.
func unexpected(response string, args ...any) error {
	return &smithy.DeserializationError{Err: fmt.Errorf("ECR did not return what was asked for, but "+response, args...)}
}

// checkAccount returns an error if a response is about the registry of another account.
func checkAccount(answered *string, account string) error {
	if id := aws.ToString(answered); id != "" && id != account {
		return unexpected("the registry of the account %s", printed.Value(id))
	}
	return nil
}

// MaxRepositories is how many repositories ECR describes in one call.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
const MaxRepositories = 100

// A Repository is what ECR says of a repository itself.
type Repository struct {
	ARN        string
	Encryption *snapshot.Encryption // nil if ECR does not say
}

// Repositories reads up to MaxRepositories repositories of an account in a region. A
// repository that does not exist is not in the result.
func (s *Store) Repositories(ctx context.Context, account, region string, names []string) (map[string]Repository, error) {
	key := region + " " + strings.Join(names, " ")
	found, err := share(ctx, s, s.repositories, key, region, func(ctx context.Context, client awsapi.ECR) (map[string]Repository, error) {
		found := map[string]Repository{}
		return found, describe(ctx, client, account, names, found)
	})
	if len(found) < len(names) {
		s.repositories.Forget(key) // What is missing may be created in this apply.
	}
	return found, explain(err, "describe repositories", account, region)
}

// describe adds the repositories that exist. As one that does not makes the call fail, it
// then asks for each half.
func describe(ctx context.Context, client awsapi.ECR, account string, names []string, found map[string]Repository) error {
	out, err := client.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RegistryId: aws.String(account), RepositoryNames: names})
	switch half := len(names) / 2; {
	case awserr.KindOf(err) == awserr.RepositoryNotFound && half == 0:
		return nil
	case awserr.KindOf(err) == awserr.RepositoryNotFound:
		return errors.Join(describe(ctx, client, account, names[:half], found), describe(ctx, client, account, names[half:], found))
	case err != nil:
		return err
	}
	for _, r := range out.Repositories {
		described := Repository{ARN: aws.ToString(r.RepositoryArn)}
		if e := r.EncryptionConfiguration; e != nil {
			described.Encryption = &snapshot.Encryption{Type: string(e.EncryptionType), KMSKey: aws.ToString(e.KmsKey)}
		}
		found[aws.ToString(r.RepositoryName)] = described
	}
	for _, name := range names {
		if found[name].ARN == "" {
			return unexpected("nothing about the repository %s", printed.Value(name))
		}
	}
	return nil
}

// Tags returns the tags of a repository. A missing repository is an error of the kind
// awserr.RepositoryNotFound.
func (s *Store) Tags(ctx context.Context, repo awsname.Repository) (map[string]string, error) {
	tags, err := share(ctx, s, s.tags, repo, repo.Region, func(ctx context.Context, client awsapi.ECR) (map[string]string, error) {
		out, err := client.ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: aws.String(repo.ARN())})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		for _, tag := range out.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
		return tags, nil
	})
	return tags, explain(err, "list the tags of the repository "+repo.Name, repo.Account, repo.Region)
}

// An imageKey names one image.
type imageKey struct {
	repo awsname.Repository
	id   string
}

// IsDigest reports whether the ID of an image is a digest and not a tag, which has no colon.
func IsDigest(id string) bool { return strings.Contains(id, ":") }

// Image reads an image by its tag or digest. That it is archived, or that it does not exist,
// is no error.
func (s *Store) Image(ctx context.Context, repo awsname.Repository, id string) (snapshot.Image, error) {
	key := imageKey{repo, id}
	image, err := share(ctx, s, s.images, key, repo.Region, func(ctx context.Context, client awsapi.ECR) (snapshot.Image, error) {
		return describeImage(ctx, client, repo, id)
	})
	if image.Exists == nil || !*image.Exists {
		s.images.Forget(key) // It may be pushed in this apply.
	}
	return image, explain(err, fmt.Sprintf("describe the image %s of the repository %s", id, repo.Name), repo.Account, repo.Region)
}

func describeImage(ctx context.Context, client awsapi.ECR, repo awsname.Repository, id string) (snapshot.Image, error) {
	image, asked := snapshot.Image{Exists: new(bool)}, types.ImageIdentifier{}
	if IsDigest(id) {
		image.Digest, asked.ImageDigest = id, &id
	} else {
		image.Tag, asked.ImageTag = id, &id
	}
	out, err := client.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId: aws.String(repo.Account), RepositoryName: aws.String(repo.Name), ImageIds: []types.ImageIdentifier{asked},
		// Without it, only images with the status ACTIVE are returned.
		// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImagesFilter.html
		Filter: &types.DescribeImagesFilter{ImageStatus: types.ImageStatusFilterAny},
	})
	switch {
	case awserr.Code(err) == (&types.ImageNotFoundException{}).ErrorCode(), awserr.KindOf(err) == awserr.RepositoryNotFound:
		return image, nil
	case err != nil:
		return image, err
	case len(out.ImageDetails) != 1:
		return image, unexpected("%d images", len(out.ImageDetails))
	}
	*image.Exists = true
	image.Digest, image.Status = aws.ToString(out.ImageDetails[0].ImageDigest), string(out.ImageDetails[0].ImageStatus)
	return image, nil
}
