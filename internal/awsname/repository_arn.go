// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// MeantRepository explains what else people write in place of a repository's name, and returns
// the name that they probably mean; "" if that is not clear. Both are "" for a name, and for text
// of which nothing is known.
func MeantRepository(text string) (what, name string) {
	_, location, hasScheme := strings.Cut(text, "://")
	if !hasScheme {
		location = text
	}
	host, afterHost, _ := strings.Cut(location, "/")
	_, resource, isARN := strings.Cut(text, ":repository/")
	isImage := !isARN && anyAccount.MatchString(host)
	switch {
	case isARN:
		what, name = "is an ARN", resource
	case isImage && afterHost == "":
		return "is a registry", ""
	case isImage:
		what, name = "is an image URI", afterHost
	case CheckRepositoryName(text) == nil:
		return "", ""
	case strings.ContainsAny(text, ":@"):
		what, name = "has a tag or a digest, which is not part of a name", text
	default:
		what, name = "is not a repository name: ECR accepts neither upper-case letters nor slashes and white space at the ends", text
	}
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ":")
	name = strings.ToLower(strings.Trim(name, "/ \t\n"))
	switch {
	case CheckRepositoryName(name) == nil:
		return what, name
	case isARN || isImage:
		return what, ""
	default:
		return "", ""
	}
}

// ParseRepositoryARN reads arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME.
// A wildcard is an error: the ARN must name one repository.
func ParseRepositoryARN(s string) (Repository, error) {
	a, name, err := splitRepositoryARN(s)
	if err != nil {
		return Repository{}, err
	}
	if HasWildcard(s) {
		return Repository{}, fmt.Errorf("%s has a wildcard: it must name one repository", printed.Quoted(s))
	}
	if err := checkLocation(a); err != nil {
		return Repository{}, err
	}
	if err := CheckRepositoryName(name); err != nil {
		return Repository{}, err
	}
	return Repository{Partition: a.Partition, Region: a.Region, Account: a.Account, Name: name}, nil
}

// CheckRepositoryPattern returns an error if s is not the ARN of a repository, with or
// without the wildcards * and ?. The error says what is wrong. A wildcard may be anywhere
// except in the service.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func CheckRepositoryPattern(s string) error {
	if !HasWildcard(s) {
		_, err := ParseRepositoryARN(s)
		return err
	}
	a, name, err := splitRepositoryARN(s)
	if err != nil {
		return err
	}
	if err := checkLocation(a); err != nil {
		return err
	}
	if !repositoryCharacters.MatchString(name) {
		return fmt.Errorf("%s matches no repository: names have only lower-case letters, digits and '.', '_', '-', '/'", printed.Quoted(s))
	}
	return nil
}

// HasWildcard reports whether s has a wildcard of policy elements: * or ?.
func HasWildcard(s string) bool { return strings.ContainsAny(s, "*?") }

// The characters in the parts of a repository ARN, including wildcards.
var (
	partitionCharacters  = regexp.MustCompile(`^[a-z*?-]+$`)
	regionCharacters     = regexp.MustCompile(`^[a-z0-9*?-]+$`)
	accountCharacters    = regexp.MustCompile(`^[0-9*?]{1,12}$`)
	repositoryCharacters = regexp.MustCompile(`^[a-z0-9._/*?-]+$`)
)

// splitRepositoryARN returns the parts of a repository ARN, and the repository name.
func splitRepositoryARN(s string) (a ARN, name string, err error) {
	a, err = ParseARN(s)
	if err != nil {
		return ARN{}, "", notARN(s, err)
	}
	name, found := strings.CutPrefix(a.Resource, "repository/")
	if a.Service != "ecr" || !found {
		return ARN{}, "", fmt.Errorf("%s is not an ECR repository ARN: expected arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME", printed.Quoted(s))
	}
	if end := strings.IndexAny(name, ":@"); end >= 0 {
		kind := map[byte]string{':': "tag", '@': "digest"}[name[end]]
		return ARN{}, "", fmt.Errorf("%s has a %s: remove %s", printed.Quoted(s), kind, printed.Value(name[end:]))
	}
	return a, name, nil
}

// notARN returns an error that says which ARN of a repository a text probably means; or else err.
func notARN(s string, err error) error {
	if strings.HasPrefix(s, "arn:") {
		return err
	}
	_, uri, hasScheme := strings.Cut(s, "://")
	if !hasScheme {
		uri = s
	}
	if image, imageErr := ParseImage(uri); imageErr == nil {
		return fmt.Errorf("%s is an image URI: write the repository's ARN, %q", printed.Quoted(s), image.Repository.ARN())
	}
	what, name := MeantRepository(s)
	switch {
	case what == "" && CheckRepositoryName(s) == nil:
		name = s
	case name == "":
		name = "NAME"
	}
	return fmt.Errorf("%s is not an ARN: write arn:aws:ecr:REGION:ACCOUNT:repository/%s", printed.Quoted(s), name)
}

// checkLocation checks the partition, Region and account of an ARN. Each may have
// wildcards.
func checkLocation(a ARN) error {
	fits := func(s string, exact func(string) bool, pattern *regexp.Regexp) bool {
		if HasWildcard(s) {
			return pattern.MatchString(s)
		}
		return exact(s)
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s has "+format, append([]any{printed.Quoted(a.String())}, args...)...)
	}
	switch {
	case !fits(a.Partition, KnownPartition, partitionCharacters):
		return fail("the unknown partition %s", printed.Quoted(a.Partition))
	case !fits(a.Region, IsRegion, regionCharacters):
		return fail("the Region %s: expected a Region such as us-east-1", printed.Quoted(a.Region))
	case !HasWildcard(a.Partition+a.Region) && Partition(a.Region) != a.Partition:
		return fail("the partition %s, but the Region %s is in the partition %q", printed.Quoted(a.Partition), a.Region, Partition(a.Region))
	case !fits(a.Account, IsAccountID, accountCharacters):
		return fail("the account %s: expected 12 digits", printed.Quoted(a.Account))
	}
	return nil
}
