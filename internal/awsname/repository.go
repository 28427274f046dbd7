// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"fmt"
	"regexp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Repository is an ECR private repository.
type Repository struct {
	Partition string
	Region    string
	Account   string // the registry account, 12 digits
	Name      string // may contain slashes
}

// repositoryPattern is the constraint of the ECR API on repositoryName.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
var repositoryPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)

// CheckRepositoryName returns an error if ECR does not accept name as a repository name.
// The error says what is wrong.
func CheckRepositoryName(name string) error {
	if len(name) < 2 || len(name) > 256 {
		return fmt.Errorf("%s is not a repository name: ECR accepts 2 to 256 characters, not %d", printed.Quoted(name), len(name))
	}
	if !repositoryPattern.MatchString(name) {
		return fmt.Errorf("%s is not a repository name: ECR accepts lower-case letters and digits, separated by '.', '_', '__', '-' or '/'", printed.Quoted(name))
	}
	return nil
}

// ARN returns the repository's ARN.
func (r Repository) ARN() string {
	return ARN{Partition: r.Partition, Service: "ecr", Region: r.Region, Account: r.Account, Resource: "repository/" + r.Name}.String()
}
