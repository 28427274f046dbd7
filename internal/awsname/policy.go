// SPDX-License-Identifier: MPL-2.0

package awsname

import "regexp"

var policyPattern = regexp.MustCompile(`^arn:aws[a-z-]{0,16}:iam::(?:aws|[0-9]{12}):policy/(?:[\x21-\x7e]{1,510}/)?[\w+=,.@-]{1,128}$`)

// IsPolicyARN reports whether a text can be the ARN of a managed policy.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
func IsPolicyARN(s string) bool { return policyPattern.MatchString(s) }
