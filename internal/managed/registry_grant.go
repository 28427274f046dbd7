// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A RegistryGrant has the attributes of ecrxa_registry_grant that determine its statement,
// as Go values.
type RegistryGrant struct {
	Grant

	Registry     awsname.Repository // without a name
	Repositories []string           // names, and beginnings of names that end in *
}

// Statement returns the statement of the grant. ECR requires the element Resource in a
// registry policy.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-examples.html
func (g *RegistryGrant) Statement() *policy.Statement {
	spec := g.spec()
	spec.Resources = g.RepositoryARNs()
	return policy.NewStatement(spec)
}

// RepositoryARNs returns the ARNs of the repositories, with a wildcard where a beginning of
// names is meant.
func (g *RegistryGrant) RepositoryARNs() []string {
	var arns []string
	for _, name := range g.Repositories {
		repo := g.Registry
		repo.Name = name
		arns = append(arns, repo.ARN())
	}
	return arns
}

// expresses reports whether the grant has the same meaning as live, a statement of the
// registry policy.
func (g *RegistryGrant) expresses(live *policy.Statement) bool {
	return g.Statement().Canonical() == live.Canonical()
}

// GrantsNoneOrEveryone reports whether the provider would never write the statement of the
// grant: as for a Grant, or because it is for no repository.
func (g *RegistryGrant) GrantsNoneOrEveryone() bool {
	return len(g.Repositories) == 0 || g.Grant.GrantsNoneOrEveryone()
}

// RegistryGrantOf converts a statement of a registry policy to attributes, as GrantOf does.
// A resource that is no repository of the registry stays as it is, among the repositories.
func RegistryGrantOf(s *policy.Statement, registry awsname.Repository, prior *RegistryGrant) *RegistryGrant {
	var grantees *Grant
	if prior != nil {
		grantees = &prior.Grant
	}
	g := &RegistryGrant{Grant: *GrantOf(s, registry.Partition, grantees), Registry: registry}
	for _, resource := range s.Resources() {
		if name, found := strings.CutPrefix(resource, registry.ARN()); found && CheckRepositories(name) == nil {
			resource = name
		}
		g.Repositories = append(g.Repositories, resource)
	}
	return g
}

// CheckRepositories returns an error if a registry grant cannot have the element of
// repositories: it is neither a name nor the beginning of names and *. The error says what
// to write.
func CheckRepositories(name string) error {
	beginning, isBeginning := strings.CutSuffix(name, "*")
	switch {
	case !isBeginning && !awsname.HasWildcard(name):
		return CheckRepository(name)
	case !isBeginning || awsname.HasWildcard(beginning):
		return fmt.Errorf("%s has a wildcard that is not a * at its end: write the beginning of the names and *, such as team/*, or list the names", printed.Quoted(name))
	case strings.HasPrefix(name, "arn:"):
		return fmt.Errorf("%s is an ARN: write only what comes after repository/", printed.Quoted(name))
	case beginning != "" && awsname.CheckRepositoryName(beginning+"aa") != nil:
		return fmt.Errorf("%s matches no repository: names have only lower-case letters and digits, separated by '.', '_', '__', '-' or '/'", printed.Quoted(name))
	}
	return nil
}

var errOtherResources = errors.New("its element Resource has something else than repositories of this registry: " +
	"ecrxa_registry_grant writes only ARNs of the registry's account and region, with a * at most at their end, such as arn:aws:ecr:REGION:ACCOUNT:repository/team/*")

// CheckRegistryGrantImport returns an error if an ecrxa_registry_grant cannot import a
// statement of a registry policy, because the next apply would change the meaning of the
// statement. The error says why.
func CheckRegistryGrantImport(registry awsname.Repository, live *policy.Statement) error {
	if err := CheckGrantForm(live); err != nil {
		return err
	}
	if CheckSid(live.Sid()) != nil {
		return errSidNotManaged
	}
	g := RegistryGrantOf(live, registry, nil)
	switch isOther := func(name string) bool { return CheckRepositories(name) != nil }; {
	case slices.ContainsFunc(live.Resources(), func(arn string) bool { return !strings.HasPrefix(arn, registry.ARN()) }), slices.ContainsFunc(g.Repositories, isOther):
		return errOtherResources
	case g.lacksSource():
		return errNoSource
	case !g.expresses(live), g.GrantsNoneOrEveryone():
		return notExpressed(registry, live)
	}
	return nil
}

// ParseRegistryGrantImportID reads the ID that GrantImportID returns for a registry. The error
// says what is wrong with the ID, and how to write it.
func ParseRegistryGrantImportID(id string) (registry awsname.Repository, sid string, err error) {
	invalid := func(problem string) error {
		return fmt.Errorf("%s: %s. Write registry_id,region,sid, for example 987654321098,us-east-1,OrganizationPull", printed.Quoted(id), problem)
	}
	parts := strings.Split(id, ",")
	if len(parts) != 3 {
		return awsname.Repository{}, "", invalid("it has " + wording.Counted(len(parts), "part") + ", not 3")
	}
	if err := cmp.Or(CheckAccountID(parts[0]), CheckRegion(parts[1]), CheckSid(parts[2])); err != nil {
		return awsname.Repository{}, "", invalid(err.Error())
	}
	return awsname.Repository{Partition: awsname.Partition(parts[1]), Region: parts[1], Account: parts[0]}, parts[2], nil
}
