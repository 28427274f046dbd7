// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"
	"maps"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/organization"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readgroup"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registry"
)

// Repositories are what a snapshot of a registry is about.
type Repositories struct {
	Region string
	Names  []string
	Images map[string]string // tags or digests, by repository; not all repositories have one
	// Organization: the organization of the account is read, too.
	Organization bool
}

// Registry reads the registry side. An error is of type *awserr.Error.
func Registry(ctx context.Context, sources Sources, of Repositories, at snapshot.Time) (*snapshot.Registry, error) {
	caller, err := sources.identity(ctx)
	if err != nil {
		return nil, err
	}
	s := &snapshot.Registry{
		Header:       snapshot.Header{Kind: snapshot.OfRegistry, Version: snapshot.Version, ReadAt: at, ReadBy: snapshot.ReaderOf(caller.Account, caller.ARN)},
		Account:      caller.Account,
		Region:       of.Region,
		Repositories: []snapshot.Repository{},
	}
	for _, name := range slices.Sorted(slices.Values(of.Names)) {
		repo := awsname.Repository{Partition: awsname.Partition(of.Region), Region: of.Region, Account: caller.Account, Name: name}
		s.Repositories = append(s.Repositories, snapshot.Repository{Name: name, ARN: repo.ARN()})
	}
	r := &registryReader{reader{Group: readgroup.New(ctx), Sources: sources}, s, of.Names}
	for i := range s.Repositories {
		r.repository(&s.Repositories[i], of.Images[s.Repositories[i].Name])
	}
	r.registryPolicy()
	r.lists()
	where := &place{}
	if of.Organization {
		where = r.place(caller.Account, organization.ResourceControl)
	}
	if err := r.Wait(); err != nil {
		return nil, err
	}
	r.Group = readgroup.New(ctx)
	r.describe()
	if err := r.Wait(); err != nil {
		return nil, err
	}
	s.Organization, s.ResourceControlPolicies = where.organization, where.controlPolicies(organization.ResourceControl)
	s.NotRead = r.sortedGaps()
	return s, nil
}

// A registryReader reads a snapshot of a registry.
type registryReader struct {
	reader
	s     *snapshot.Registry
	names []string // of the repositories
}

func (r *registryReader) at(name string) awsname.Repository {
	return awsname.Repository{Partition: awsname.Partition(r.s.Region), Region: r.s.Region, Account: r.s.Account, Name: name}
}

// attempt is for the errors of the stores that leave it to their callers.
func (r *registryReader) attempt(doing string) awserr.Attempt {
	return awserr.Attempt{Doing: doing, Account: r.s.Account, Region: r.s.Region, Side: awserr.RegistrySide}
}

// repository starts to read the policy of a repository, and then what only one that exists
// has.
func (r *registryReader) repository(repo *snapshot.Repository, image string) {
	r.Do(func(ctx context.Context) error {
		text, err := r.RepositoryPolicies.ReadText(ctx, r.at(repo.Name))
		err = awserr.Explain(err, r.attempt("read the policy of the repository "+repo.Name))
		switch {
		case awserr.KindOf(err) == awserr.RepositoryNotFound:
			repo.Exists, repo.Policy = new(bool), snapshot.DocumentOf("")
		case err == nil:
			repo.Exists, repo.Policy = new(true), document(text)
		}
		if repo.Exists == nil || *repo.Exists {
			r.tags(repo)
			r.image(repo, image)
		} else if image != "" {
			repo.Image = imageOf(image)
			repo.Image.Exists = new(bool)
		}
		if repo.Exists != nil {
			return nil
		}
		return r.gapIfDenied("the policy of the repository "+repo.Name, err)
	})
}

func (r *registryReader) tags(repo *snapshot.Repository) {
	r.read("the tags of the repository "+repo.Name, func(ctx context.Context) error {
		tags, err := r.Registries.Tags(ctx, r.at(repo.Name))
		if awserr.KindOf(err) == awserr.RepositoryNotFound {
			return nil // The repository itself is described later.
		}
		if err == nil {
			repo.Tags = new(maps.Clone(tags))
		}
		return err
	})
}

// imageOf returns the image of a tag or digest, of which nothing else is known.
func imageOf(id string) *snapshot.Image {
	if registry.IsDigest(id) {
		return &snapshot.Image{Digest: id}
	}
	return &snapshot.Image{Tag: id}
}

func (r *registryReader) image(repo *snapshot.Repository, id string) {
	if id == "" {
		return
	}
	repo.Image = imageOf(id)
	r.read("the image "+id+" of the repository "+repo.Name, func(ctx context.Context) error {
		image, err := r.Registries.Image(ctx, r.at(repo.Name), id)
		if err == nil {
			repo.Image = &image
		}
		return err
	})
}

func (r *registryReader) registryPolicy() {
	r.read("the registry policy", func(ctx context.Context) error {
		text, err := r.RegistryPolicies.ReadText(ctx, r.s.Account, r.s.Region)
		if err == nil {
			r.s.RegistryPolicy = document(text)
		}
		return awserr.Explain(err, r.attempt("read the registry policy"))
	})
}

// lists starts the reads of what the registry has for many repositories. Of templates and
// rules the snapshot has those that match one of its own.
func (r *registryReader) lists() {
	r.read("the repository creation templates", func(ctx context.Context) error {
		all, err := r.Registries.CreationTemplates(ctx, r.s.Account, r.s.Region)
		if err == nil {
			r.s.CreationTemplates = new(matching(r.names, all, func(t snapshot.CreationTemplate) string { return t.Prefix }))
		}
		return err
	})
	r.read("the pull through cache rules", func(ctx context.Context) error {
		all, err := r.Registries.PullThroughCacheRules(ctx, r.s.Account, r.s.Region)
		if err == nil {
			r.s.PullThroughCacheRules = new(matching(r.names, all, func(p snapshot.PullThroughCacheRule) string { return p.Prefix }))
		}
		return err
	})
	r.read("the replication rules", func(ctx context.Context) error {
		rules, err := r.Registries.ReplicationRules(ctx, r.s.Account, r.s.Region)
		if err == nil {
			r.s.ReplicationRules = new(append([]snapshot.ReplicationRule{}, rules...))
		}
		return err
	})
}

// matching returns what has the prefix of one of the names.
func matching[T any](names []string, all []T, prefix func(T) string) []T {
	found := []T{}
	for _, candidate := range all {
		if slices.ContainsFunc(names, func(name string) bool { return snapshot.PrefixMatches(prefix(candidate), name) }) {
			found = append(found, candidate)
		}
	}
	return found
}

// describe starts to read the repositories themselves, except those that are known not to
// exist: each of them would make the call for many fail.
func (r *registryReader) describe() {
	var repositories []*snapshot.Repository
	for i := range r.s.Repositories {
		if repo := &r.s.Repositories[i]; repo.Exists == nil || *repo.Exists {
			repositories = append(repositories, repo)
		}
	}
	for batch := range slices.Chunk(repositories, registry.MaxRepositories) {
		var names []string
		for _, repo := range batch {
			names = append(names, repo.Name)
		}
		r.Do(func(ctx context.Context) error {
			found, err := r.Registries.Repositories(ctx, r.s.Account, r.s.Region, names)
			for _, repo := range batch {
				if err != nil {
					if err := r.gapIfDenied("the repository "+repo.Name, err); err != nil {
						return err
					}
					continue
				}
				described, exists := found[repo.Name]
				repo.Exists, repo.Encryption = &exists, described.Encryption
			}
			return nil
		})
	}
}
