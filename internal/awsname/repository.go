package awsname

import (
	"fmt"
	"regexp"
	"strings"
)

// A Repository is an ECR private repository.
type Repository struct {
	Partition string
	Region    string
	Account   string // the registry account, 12 digits
	Name      string // may contain slashes
}

// repositoryPattern is the constraint that the ECR API gives for repositoryName.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
var repositoryPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

// CheckRepositoryName returns an error that says what is wrong when name is not
// a repository name that ECR accepts.
func CheckRepositoryName(name string) error {
	if len(name) < 2 || len(name) > 256 {
		return fmt.Errorf("the repository name %q has %d characters: ECR accepts 2 to 256", name, len(name))
	}
	if !repositoryPattern.MatchString(name) {
		return fmt.Errorf("%q is not a repository name: ECR accepts lower-case letters and digits, separated by '.', '_', '__', '-' or '/'", name)
	}
	return nil
}

// ParseRepositoryARN reads arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME.
// Wildcards are errors: the ARN must name one repository.
func ParseRepositoryARN(s string) (Repository, error) {
	a, err := ParseARN(s)
	if err != nil {
		return Repository{}, err
	}
	name, found := strings.CutPrefix(a.Resource, "repository/")
	switch {
	case a.Service != "ecr" || !found:
		return Repository{}, fmt.Errorf("%q is not an ECR repository ARN: expected arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME", s)
	case !KnownPartition(a.Partition):
		return Repository{}, fmt.Errorf("%q has the unknown partition %q", s, a.Partition)
	case !IsRegion(a.Region):
		return Repository{}, fmt.Errorf("%q has the region %q: expected a region such as us-east-1", s, a.Region)
	case Partition(a.Region) != a.Partition:
		return Repository{}, fmt.Errorf("%q has the partition %q, but the region %s is in the partition %q", s, a.Partition, a.Region, Partition(a.Region))
	case !IsAccountID(a.Account):
		return Repository{}, fmt.Errorf("%q has the account %q: expected 12 digits", s, a.Account)
	}
	if err := CheckRepositoryName(name); err != nil {
		return Repository{}, err
	}
	return Repository{Partition: a.Partition, Region: a.Region, Account: a.Account, Name: name}, nil
}

// ARN returns the repository's ARN.
func (r Repository) ARN() string {
	return ARN{Partition: r.Partition, Service: "ecr", Region: r.Region, Account: r.Account, Resource: "repository/" + r.Name}.String()
}
