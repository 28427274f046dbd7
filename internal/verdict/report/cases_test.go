// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestExplanations_ofTheCause: an explanation names what denies, and the change on the
// side that can make it; and it does not say what would help nobody. These are situations
// that people reported in public.
func TestExplanations_ofTheCause(t *testing.T) {
	t.Parallel()
	const tagged = `{"Condition":{"StringLike":{"ecr:ResourceTag/Environment":"prod"}},`
	const sameOrganization = `{"Condition":{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}},`
	everything := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	identity := func(statements ...string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(statements...)) }
	}
	repository := func(statements ...string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(statements...)) }
	}
	with := func(edits ...func(*verdict.Input)) func(*verdict.Input) {
		return func(in *verdict.Input) {
			for _, edit := range edits {
				edit(in)
			}
		}
	}
	s3Endpoint := func(elements string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.S3EndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Layers","Effect":"Allow","Action":"s3:GetObject","Resource":"*",` + elements + `}`))
		}
	}
	tag := func(key string, values ...string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.Context = map[string][]string{key: values} }
	}
	allOnTag := strings.Replace(everything, "{", tagged, 1)
	pullOnTag := strings.Replace(pulls.PullOn("*"), "{", tagged, 1)
	for name, tt := range map[string]struct {
		edit  func(*verdict.Input)
		says  []string
		lacks []string
	}{
		"login with a condition on a tag, which is not known": {
			identity(allOnTag),
			[]string{"asks for prod, a tag of a resource, and this action has no resource", "Allow ecr:GetAuthorizationToken on * to the role", `resource "aws_iam_role_policy" "ecr_login"`, "Look up ecr:ResourceTag/Environment, too"},
			[]string{"already allows this if", "no longer restricts", "ecrxa_consumer_role_policy"},
		},
		"login with a condition on a tag, which is given": {
			with(identity(allOnTag), tag("ecr:ResourceTag/Environment", "prod")),
			[]string{"Allow ecr:GetAuthorizationToken on * to the role"},
			[]string{"already allows this if", "Look up"},
		},
		"pattern that does not match, beside the login": {
			identity(pulls.PullOn("arn:aws:ecr:us-east-1:987654321098:repository/*sagemaker*"), pulls.Login),
			[]string{"Statement 0 (the first) of inline policy task-execution: its Resource arn:aws:ecr:us-east-1:987654321098:repository/*sagemaker* does not match " + pulls.RepositoryARN},
			nil,
		},
		"other principal, beside another action": {
			repository(`{"Sid":"Push","Effect":"Allow","Principal":"*","Action":"ecr:PutImage"}`, strings.Replace(pulls.Grant, "123456789012:root", "123456789012:role/another-role-of-a-long-name", 1)),
			[]string{`Statement "Pull" of the repository policy: its Principal`},
			nil,
		},
		"repository without the tag": {
			with(identity(pulls.Login, pullOnTag), tag("aws:ResourceTag/Environment")),
			[]string{"- Registry side, account 987654321098: Tag the repository payment-service with Environment = prod", "aws ecr tag-resource --region us-east-1 --resource-arn " + pulls.RepositoryARN + " --tags 'Key=Environment,Value=prod'", `add to its tags: "Environment" = "prod"`},
			[]string{"Consumer side, account 123456789012: "},
		},
		"Deny unless the repository has a tag": {
			with(identity(pulls.Login, pulls.PullOn("*"), `{"Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/team":"pay"}}}`), tag("ecr:ResourceTag/team")),
			[]string{"Tag the repository payment-service with team = pay"},
			[]string{"Change statement"},
		},
		"Deny by NotResource": {
			identity(everything, `{"Effect":"Deny","Action":"ecr:*","NotResource":"`+pulls.RepositoryARN+`"}`),
			[]string{"It applies to ecr:GetAuthorizationToken, which has no resource: * is not among its NotResource."},
			[]string{"which its NotResource does not list"},
		},
		"Deny by NotAction": {
			identity(everything, `{"Effect":"Deny","NotAction":"s3:*","Resource":"`+pulls.RepositoryARN+`"}`),
			[]string{"It applies to ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, which its NotAction does not list."},
			nil,
		},
		"Deny by NotPrincipal": {
			repository(pulls.Grant, `{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"ecr:*"}`),
			[]string{"It applies to " + pulls.RoleARN + ", which its NotPrincipal does not list."},
			nil,
		},
		"Deny by NotPrincipal, with a boundary": {
			with(repository(pulls.Grant, `{"Effect":"Deny","NotPrincipal":{"AWS":["123456789012","`+pulls.RoleARN+`"]},"Action":"ecr:*"}`),
				func(in *verdict.Input) { in.PermissionsBoundary = pulls.DocumentsOf(pulls.Doc(everything)) }),
			[]string{"because of its permissions boundary: a Deny with NotPrincipal applies to every role and user that has one"},
			[]string{"which its NotPrincipal does not list"},
		},
		"level of service control policies": {
			func(in *verdict.Input) {
				none := pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)).List
				in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(pulls.Doc(everything)).List, none}}
			},
			[]string{"no service control policy in service_control_policies[1] allows it", "in the service control policies of service_control_policies[1]."},
			[]string{"every level", "(SCPs"},
		},
		"VPC endpoint policy that denies": {
			func(in *verdict.Input) {
				in.VPCEndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`))
			},
			[]string{"VPC endpoint policy, which does not allow", "(SCPs, RCPs, session policies) cannot change this verdict"},
			nil,
		},
		"session of a role of IAM Identity Center": {
			with(repository(), func(in *verdict.Input) {
				in.RoleARN = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/x"
			}),
			nil,
			[]string{"has no path"},
		},
		"user in the account of the repository": {
			with(identity(), repository(), func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::987654321098:user/dev" }),
			[]string{"User and repository are in the same account"},
			nil,
		},
		"session that may be of a service-linked role": {
			func(in *verdict.Input) {
				in.RoleARN = "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForECS/x"
				in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(pulls.Doc(everything, `{"Effect":"Deny","Action":"*","Resource":"*"}`)).List}}
			},
			[]string{"the value of aws:PrincipalArn", "A service-linked role has a path that begins with /aws-service-role/, and service control policies and resource control policies do not affect it."},
			[]string{"depends on \n", "has no path"},
		},
		"key that must match a pattern": {
			repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringLike":{"aws:SourceVpce":"vpce-*"}},"Action"`, 1)),
			[]string{"must match vpce-*"},
			nil,
		},
		"key that must match two patterns": {
			with(identity(pulls.Login, strings.Replace(pulls.PullOn("*"), "{", `{"Condition":{"StringLike":{"aws:PrincipalTag/q":"prod-*"}},`, 1)),
				repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringLike":{"aws:PrincipalTag/q":"*-eu"}},"Action"`, 1))),
			[]string{"For the pull to be allowed it must match prod-* and must match *-eu."},
			nil,
		},
		"key that must match two patterns, and one for the login": {
			with(identity(strings.Replace(everything, "{", `{"Condition":{"StringLike":{"aws:PrincipalTag/q":"prod-*"}},`, 1)),
				repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringLike":{"aws:PrincipalTag/q":"*-eu"}},"Action"`, 1))),
			[]string{"For the pull to be allowed it must match prod-* and must match *-eu."},
			nil,
		},
		"key in upper or lower case": {
			with(identity(strings.Replace(everything, "{", `{"Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/q":"prod"}},`, 1)),
				repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/q":"PROD"}},"Action"`, 1))),
			[]string{"For the pull to be allowed it must be prod in upper or lower case."},
			nil,
		},
		"Deny of a request without the key": {
			with(identity(everything, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}`), tag("aws:SourceIp")),
			[]string{"It applies if aws:SourceIp is absent or is not in 203.0.113.0/24 (this pull does not have the key) and aws:RequestedRegion does not equal eu-west-1."},
			nil,
		},
		"Deny of a service": {
			func(in *verdict.Input) {
				in.RoleARN, in.IdentityPolicies = "", verdict.Documents{}
				in.ServicePrincipal, in.SourceARN = "lambda.amazonaws.com", "arn:aws:lambda:us-east-1:123456789012:function:app"
				in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`, `{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`))
			},
			[]string{"It applies if aws:PrincipalOrgID is absent or does not equal o-a1b2c3d4e5 (this pull does not have the key)."},
			nil,
		},
		"the only session that is allowed is denied": {
			repository(`{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/b7"},"Action":"*"}`, `{"Sid":"D","Effect":"Deny","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/b7"},"Action":"*"}`),
			[]string{`Statement "A" of the repository policy allows it only if the session is b7.`, `Statement "D" of the repository policy denies it only if the session is b7.`},
			nil,
		},
		"time that is not known": {
			repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"DateLessThan":{"aws:CurrentTime":"2025-01-01T00:00:00Z"}},"Action"`, 1)),
			[]string{`Set context = { "aws:CurrentTime" = […] }. For the pull to be allowed it must be before 2025-01-01T00:00:00Z.`},
			nil,
		},
		"ranges of both sides": {
			with(identity(strings.Replace(everything, "{", `{"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}},`, 1)),
				repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}},"Action"`, 1))),
			[]string{"For the pull to be allowed it must be in 10.0.0.0/8 and must be in 10.1.0.0/16."},
			nil,
		},
		"organization of an account with service control policies": {
			with(repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}},"Action"`, 1)), func(in *verdict.Input) {
				in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(pulls.Doc(everything)).List}}
			}),
			[]string{`Set context = { "aws:PrincipalOrgID" = […] }. For the pull`},
			nil,
		},
		"federated principal": {
			repository(strings.Replace(pulls.Grant, `{"AWS":"arn:aws:iam::123456789012:root"}`, `{"Federated":"cognito-identity.amazonaws.com"}`, 1)),
			[]string{"It is not certain whether its Principal means " + pulls.RoleARN + ": name the role or its account under AWS."},
			nil,
		},
		"NotPrincipal without the account": {
			repository(pulls.Grant, `{"Effect":"Deny","NotPrincipal":{"AWS":"`+pulls.RoleARN+`"},"Action":"*"}`),
			[]string{"It is not certain whether its NotPrincipal means " + pulls.RoleARN + ": list both " + pulls.RoleARN + " and arn:aws:iam::123456789012:root."},
			nil,
		},
		"key without a set operator": {
			with(repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}},"Action"`, 1)), tag("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/")),
			[]string{"and AWS does not say what it does without: write ForAnyValue:StringLike."},
			nil,
		},
		"ARN of too few fields": {
			func(in *verdict.Input) {
				in.RepositoryPolicy, in.RegistryPolicy = verdict.DocumentsOf(), pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1"}`))
			},
			[]string{"It is not certain whether its Resource means " + pulls.RepositoryARN + ": write all six parts of the ARN, as in " + pulls.RepositoryARN + "."},
			nil,
		},
		"ARN operator with too few parts": {
			repository(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"ArnLike":{"aws:PrincipalArn":"*"}},"Action"`, 1)),
			[]string{"AWS does not say for certain how ArnLike compares " + pulls.RoleARN + " with *: write all six parts of the ARN, with * in a part that does not matter."},
			nil,
		},
		"Sid twice": {
			func(in *verdict.Input) {
				text := pulls.Doc(strings.Replace(pulls.PullOn("*"), "{", `{"Sid":"One",`, 1), strings.Replace(pulls.Login, "{", `{"Sid":"One",`, 1))
				in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "typed", Text: text, At: verdict.At{Attribute: "identity_policies"}})
			},
			[]string{"AWS would reject the document: Statement[1].Sid: another statement has the same Sid: One."},
			nil,
		},
		"trust policy for another account": {
			func(in *verdict.Input) {
				in.Puller, in.TrustPolicy = "ecs_task", pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"999988887777"}}}`))
			},
			[]string{"correct its trust policy: it lets ecs-tasks.amazonaws.com assume the role only under a condition on aws:SourceAccount that account 123456789012 does not meet."},
			[]string{"this is that role, let"},
		},
		"trust policy that denies": {
			func(in *verdict.Input) {
				in.Puller, in.TrustPolicy = "ecs_task", pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}`, `{"Effect":"Deny","Principal":"*","Action":"sts:*"}`))
			},
			[]string{"Or, if this is that role, remove the Deny of sts:AssumeRole from its trust policy, or change it so that it does not apply to ecs-tasks.amazonaws.com."},
			[]string{"this is that role, let"},
		},
		"grant of another action to another account": {
			repository(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:Put*"}`),
			nil,
			[]string{"but the role is in account", "If role_arn is right"},
		},
		"login of the public registry": {
			identity(pulls.PullOn("*"), `{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}`),
			[]string{"its Action is ecr-public:GetAuthorizationToken, not ecr:GetAuthorizationToken."},
			nil,
		},
		"service principal of a Region": {
			func(in *verdict.Input) {
				in.RoleARN, in.IdentityPolicies = "", verdict.Documents{}
				in.ServicePrincipal, in.SourceARN = "lambda.amazonaws.com", "arn:aws:lambda:us-east-1:123456789012:function:app"
				in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, `{"Sid":"Lambda","Effect":"Allow","Principal":{"Service":"lambda.us-east-1.amazonaws.com"},"Action":"ecr:*"}`))
			},
			[]string{`Statement "Lambda" of the repository policy: its Principal names lambda.us-east-1.amazonaws.com, not lambda.amazonaws.com.`},
			nil,
		},
		"S3 endpoint for one VPC": {
			func(in *verdict.Input) {
				in.S3EndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}`))
			},
			[]string{"it must be vpc-1."},
			[]string{"what the statement compares is not known"},
		},
		"policy that only a Deny makes matter": {
			func(in *verdict.Input) {
				in.RepositoryPolicy = verdict.Documents{State: verdict.Unknown}
				in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`))
			},
			[]string{"Without that policy the pull is allowed, so only a Deny in it denies the pull."},
			nil,
		},
		"creator of a function in the account of the repository": {
			func(in *verdict.Input) {
				in.RoleARN, in.IdentityPolicies = "", verdict.Documents{}
				in.ServicePrincipal, in.SourceARN = "lambda.amazonaws.com", "arn:aws:lambda:us-east-1:987654321098:function:app"
			},
			[]string{"if the policies of the role that creates or updates the function allow it"},
			[]string{"root user"},
		},
		"remedies of both sides": {
			with(identity(), repository(), func(in *verdict.Input) {
				none := pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`))
				in.PermissionsBoundary, in.SessionPolicies = none, none
				in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{none.List}}
				other := pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"sns:*","Resource":"*"}`))
				in.VPCEndpointPolicy, in.S3EndpointPolicy = other, other
			}),
			[]string{"- Registry side, account 987654321098: Grant"},
			nil,
		},
		"one side denies and the other is not known": {
			with(repository(), func(in *verdict.Input) { in.IdentityPolicies = verdict.Documents{} }),
			[]string{"Look up identity_policies, too: it is not known, and may deny the pull."},
			nil,
		},
		"registry policy and key in one round": {
			with(repository(pulls.ThroughEndpoint), func(in *verdict.Input) { in.RegistryPolicy = verdict.Documents{State: verdict.Unknown} }),
			[]string{"Set registry_policy to", `Set context = { "aws:SourceVpce" = […] }`},
			nil,
		},
		"repository that nobody looked at": {
			func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} },
			[]string{"nobody has looked whether it exists, and if it does not, AWS can give another account the same answer"},
			nil,
		},
		"repository that exists": {
			func(in *verdict.Input) {
				in.RepositoryPolicy, in.RepositoryExists = verdict.Documents{}, verdict.Exists
			}, nil,
			[]string{"nobody has looked"},
		},
		"S3 endpoint for an organization and one VPC": {
			s3Endpoint(`"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa","aws:ResourceAccount":"123456789012","aws:SourceVpc":"vpc-1"}}`),
			[]string{
				"depends on what is not known: the value of aws:SourceVpc, aws:ResourceAccount of the bucket that has the layers and aws:PrincipalOrgID of whoever signs the requests for layers.",
				"it depends on aws:SourceVpc, aws:ResourceAccount of the bucket that has the layers and aws:PrincipalOrgID of whoever signs the requests for layers",
			},
			[]string{"cannot evaluate"},
		},
		"S3 endpoint for a role": {
			s3Endpoint(`"Principal":{"AWS":"` + pulls.RoleARN + `"}`),
			[]string{"depends on what is not known: who signs the requests for layers.", `it depends on statement "Layers" of the S3 endpoint policy: who signs the requests for layers is not known`},
			nil,
		},
		"S3 endpoint for itself": {
			s3Endpoint(`"Principal":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`),
			[]string{"depends on what is not known: aws:SourceVpce of the requests for layers."},
			nil,
		},
		"S3 endpoint with a faulty statement": {
			s3Endpoint(`"Principal":"*","Moon":"full"`),
			[]string{"depends on a statement that this check cannot evaluate."},
			[]string{"depends on what is not known"},
		},
		"account in another organizational unit": {
			with(repository(strings.Replace(pulls.Grant, "{", `{"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-aaaaaaaaaa/r-ab12/ou-ab12-11111111/*"}},`, 1)), tag("aws:PrincipalOrgPaths", "o-aaaaaaaaaa/r-ab12/ou-ab12-22222222/")),
			[]string{"matches o-aaaaaaaaaa/r-ab12/ou-ab12-11111111/* (the account of the role ecsTaskExecutionRole is in o-aaaaaaaaaa/r-ab12/ou-ab12-22222222/, and only the administrators of the organization can move it). Or grant"},
			nil,
		},
		"repository in another organizational unit": {
			with(repository(strings.Replace(pulls.Grant, "{", `{"Condition":{"ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"o-aaaaaaaaaa/r-ab12/ou-ab12-11111111/*"}},`, 1)), tag("aws:ResourceOrgPaths", "o-aaaaaaaaaa/r-ab12/ou-ab12-22222222/")),
			[]string{"(the account of the repository is in o-aaaaaaaaaa/r-ab12/ou-ab12-22222222/, and only"},
			nil,
		},
		"two keys of which one is not known": {
			with(identity(pulls.Login, strings.Replace(pulls.PullOn("*"), "{", sameOrganization, 1)), repository(strings.Replace(pulls.Grant, "{", `{"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}},`, 1)), tag("aws:ResourceOrgID", "o-bbbbbbbbbb")),
			[]string{
				"allows it only if aws:ResourceOrgID equals ${aws:PrincipalOrgID}.",
				"already allows this if aws:ResourceOrgID equals ${aws:PrincipalOrgID} (aws:ResourceOrgID is o-bbbbbbbbbb). Or",
			},
			[]string{"aws:PrincipalOrgID fits"},
		},
		"two keys that differ": {
			with(identity(pulls.Login, strings.Replace(pulls.PullOn("*"), "{", sameOrganization, 1)), func(in *verdict.Input) {
				in.Context = map[string][]string{"aws:ResourceOrgID": {"o-bbbbbbbbbb"}, "aws:PrincipalOrgID": {"o-aaaaaaaaaa"}}
			}),
			[]string{
				"asks for ${aws:PrincipalOrgID}, and the request has o-bbbbbbbbbb; aws:PrincipalOrgID is o-aaaaaaaaaa.",
				"aws:ResourceOrgID equals ${aws:PrincipalOrgID} (aws:ResourceOrgID is o-bbbbbbbbbb and aws:PrincipalOrgID is o-aaaaaaaaaa). Correct it",
			},
			nil,
		},
		"key in the Resource": {
			with(identity(pulls.Login, pulls.PullOn("arn:aws:ecr:us-east-1:987654321098:repository/${aws:PrincipalTag/team}-*")), tag("aws:PrincipalTag/team", "ops")),
			[]string{"repository/${aws:PrincipalTag/team}-* does not match " + pulls.RepositoryARN + "; aws:PrincipalTag/team is ops."},
			nil,
		},
		"user": {
			func(in *verdict.Input) {
				in.RoleARN, in.IdentityPolicies = "arn:aws:iam::123456789012:user/dev", verdict.Documents{}
			},
			[]string{"Set identity_policies to all identity-based policies of the user dev, also those of its groups."},
			[]string{"iam:ListRolePolicies", "the role"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			explanation := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit)).Explanation
			for _, text := range tt.says {
				if !strings.Contains(explanation, text) {
					t.Errorf("%q is not in:\n%s", text, explanation)
				}
			}
			for _, text := range tt.lacks {
				if strings.Contains(explanation, text) {
					t.Errorf("%q is in:\n%s", text, explanation)
				}
			}
		})
	}
}
