// SPDX-License-Identifier: MPL-2.0

// Package awsname parses and prints the AWS names that cross-account ECR access needs:
// ARNs, partitions, Regions, account IDs, IAM principals, ECR repositories and image
// URIs. It is pure: no Terraform, no AWS calls.
package awsname

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// An ARN is an Amazon Resource Name split into its parts.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN struct {
	Partition string // "aws", "aws-cn", "aws-us-gov"
	Service   string // "ecr", "iam", "sts"
	Region    string // empty for global services such as IAM
	Account   string // 12 digits, or empty
	Resource  string // everything after the fifth colon
}

// ParseARN splits s at its first five colons. It checks only the form, not whether
// partition, service or account exist.
func ParseARN(s string) (ARN, error) {
	var parts [6]string
	rest, count := s, 0
	for count < 5 {
		before, after, found := strings.Cut(rest, ":")
		if !found {
			break
		}
		parts[count], rest = before, after
		count++
	}
	parts[5] = rest
	if count != 5 || parts[0] != "arn" {
		return ARN{}, fmt.Errorf("%s is not an ARN: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", printed.Quoted(s))
	}
	if parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return ARN{}, fmt.Errorf("%s is not an ARN: partition, service and resource must not be empty", printed.Quoted(s))
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}, nil
}

// String returns the text of the ARN.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// IsAccountID reports whether s has the form of an AWS account ID: 12 digits.
func IsAccountID(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 12
}

// CheckAccountID returns an error if s is not the ID of an account. The error says what to write.
func CheckAccountID(s string) error {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("- \t\n\"", r) {
			return -1
		}
		return r
	}, s)
	zeros := strings.Repeat("0", max(0, 12-len(s)))
	switch {
	case IsAccountID(s):
		return nil
	case IsAccountID(digits):
		return fmt.Errorf("%s is not an account ID: write only its digits, %q", printed.Quoted(s), digits)
	case len(zeros) <= 2 && IsAccountID(zeros+s):
		return fmt.Errorf("%s has %d digits, and an account ID has 12: a number loses its leading zeros. If they are missing, write %q", printed.Quoted(s), len(s), zeros+s)
	}
	return fmt.Errorf("%s is not an account ID: write its 12 digits in quotes, so that leading zeros are kept, for example \"012345678901\"", printed.Quoted(s))
}

// RootARN returns the ARN of the whole account as a principal in a policy. ECR stores an
// account ID in this form.
func RootARN(partition, account string) string {
	return ARN{Partition: partition, Service: "iam", Account: account, Resource: "root"}.String()
}
