// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// TestShortARNsAreSound: what is decided while a key is unknown holds for each of its
// values, also where policies compare it with less than an ARN, or with a literal *.
func TestShortARNsAreSound(t *testing.T) {
	t.Parallel()
	var conditions []string
	for _, operator := range []string{"ArnLike", "ArnNotLike", "ArnLikeIfExists", "StringLike", "StringEquals"} {
		for _, value := range []string{
			"arn:aws:ec2", "arn:aws:ec2:us-east-1", "arn:aws:*", "*", "*vpc-1", "arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:us-east-1:${aws:PrincipalAccount}",
			"arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1", "${aws:PrincipalAccount}", "vpc-1",
		} {
			conditions = append(conditions, fmt.Sprintf(`"Condition":{%q:{"aws:SourceVpcArn":%q}}`, operator, value))
		}
	}
	values := [][]string{
		{},
		{"arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1"},
		{"arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1"},
		{"arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-2"},
		{"arn:aws:s3:::vpc-1"},
		{"arn:aws-cn:ec2:us-east-1:123456789012:vpc/vpc-1"},
		{"arn:aws:ec2:us-east-1:123456789012:subnet/vpc-1"},
	}
	identity := authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("p", `{"Statement":`+allowsPull+`}`)}}
	for _, allow := range conditions {
		for _, deny := range conditions {
			statements := grantsPull[:len(grantsPull)-1] + `, ` + allow + `}, {"Effect": "Deny", "Principal": "*", "Action": "ecr:*", ` + deny + `}`
			repository := vectors.Compile("r", `{"Version": "2012-10-17", "Statement": [`+statements+`]}`)
			policies := authz.Policies{Identity: identity, Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{repository}}}
			unknown := authz.Decide(request(nil, "aws:SourceVpcArn"), policies)
			for _, value := range values {
				known := authz.Decide(request(map[string][]string{"aws:SourceVpcArn": value}), policies)
				if unknown != authz.Conditional && known != unknown {
					t.Errorf("%s: %s, but with %q %s", statements, unknown, value, known)
				}
			}
		}
	}
}
