// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

func TestEvaluate_inputErrors(t *testing.T) {
	t.Parallel()
	const functionARN = "arn:aws:lambda:us-east-1:123456789012:function:checkout"
	planned := func(texts ...string) []verdict.Document {
		var docs []verdict.Document
		for i, text := range texts {
			docs = append(docs, verdict.Document{Text: text, At: verdict.At{Attribute: "planned_statements", Indexes: []int{i}}})
		}
		return docs
	}
	for _, tt := range []struct {
		name string
		edit func(*verdict.Input)
		want string
	}{
		{"no image", func(in *verdict.Input) { in.Image = "" }, "image is not set; set exactly one of image and repository_arn"},
		{"image and ARN", func(in *verdict.Input) { in.RepositoryARN = pulls.RepositoryARN }, "repository_arn is set, and image is set, too; set exactly one of the two"},
		{"no role", func(in *verdict.Input) { in.RoleARN = "" }, "role_arn is not set; it says who pulls. If a service pulls, as for AWS Lambda, set puller or service_principal"},
		{"bad role", func(in *verdict.Input) { in.RoleARN = "ecsTaskExecutionRole" }, `role_arn is not valid: "ecsTaskExecutionRole" is not an ARN: write it as arn:aws:iam::ACCOUNT:role/NAME`},
		{"several roles", func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:role/app-*" }, "role_arn has a wildcard, and a check is for one role: write one check for each role"},
		{"ARN for an image", func(in *verdict.Input) { in.Image = pulls.RepositoryARN }, "image is the ARN of a repository: set repository_arn instead"},
		{"image for an ARN", func(in *verdict.Input) { in.Image, in.RepositoryARN = "", pulls.Image }, "repository_arn is the URI of an image: set image instead"},
		{"text for a document", func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf(pulls.RepositoryPolicy("policy.json"))
		}, "repository_policy is not a policy document, which is one JSON object, as jsonencode or file returns it: line 1 (byte 0): expected a JSON value"},
		{"text for a statement", func(in *verdict.Input) { in.PlannedStatements = planned("grant") }, "planned_statements[0] is not a policy statement, which is one JSON object, as jsonencode or file returns it: statement 0, line 1 (byte 0): expected a JSON value"},
		{"no ARN of a repository", func(in *verdict.Input) { in.Image, in.RepositoryARN = "", "payment service" }, "repository_arn is not valid: \"payment service\" is not an ARN: write arn:aws:ecr:REGION:ACCOUNT:repository/NAME"},
		{"name of a repository as ARN", func(in *verdict.Input) { in.Image, in.RepositoryARN = "", "payment-service" }, `repository_arn is not valid: "payment-service" is not an ARN: write arn:aws:ecr:REGION:ACCOUNT:repository/payment-service`},
		{"image as ARN", func(in *verdict.Input) {
			in.Image, in.RepositoryARN = "", "https://987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
		}, `repository_arn is not valid: "https://987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1" is an image URI: write the repository's ARN, "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"`},
		{"service for a role", func(in *verdict.Input) { in.RoleARN = "lambda.amazonaws.com" }, `role_arn is the AWS service lambda.amazonaws.com: set service_principal in its place, and source_arn to what the service pulls for`},
		{"service without source", func(in *verdict.Input) { in.RoleARN, in.Puller = "", puller.Lambda }, `source_arn is not set; it says for which function or project the service pulls`},
		{"source without service", func(in *verdict.Input) { in.SourceARN = functionARN }, `source_arn is set, but no service pulls: set puller or service_principal, too`},
		{"service that is none", func(in *verdict.Input) { in.RoleARN, in.ServicePrincipal, in.SourceARN = "", "lambda", functionARN }, `service_principal is not valid: "lambda" is not a service principal: expected SERVICE.amazonaws.com`},
		{"service of another puller", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.ServicePrincipal, in.SourceARN = "", puller.ECSTask, "lambda.amazonaws.com", functionARN
		}, `service_principal is lambda.amazonaws.com, which is not how Amazon ECS pulls`},
		{"service and role", func(in *verdict.Input) {
			in.ServicePrincipal, in.SourceARN = "codebuild.amazonaws.com", "arn:aws:codebuild:us-east-1:123456789012:project/app"
		}, `role_arn is set, but the service codebuild.amazonaws.com pulls without a role; set one of role_arn and service_principal`},
		{"source with a wildcard", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN = "", puller.Lambda, strings.Replace(functionARN, "checkout", "*", 1)
		}, `source_arn has a wildcard, and a check is for one resource: write its ARN, as AWS has it`},
		{"source with a variable", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN = "", puller.Lambda, functionARN+"${aws:username}"
		}, `source_arn has characters that are in no ARN of a function or project, or is too long`},
		{"source without account", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN = "", puller.Lambda, "arn:aws:s3:::bucket"
		}, `source_arn has no account; write the ARN with its Region and account`},
		{"source that is no function", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN = "", puller.Lambda, "arn:aws:lambda:us-east-1:123456789012:layer:checkout"
		}, `source_arn is not the ARN of a function: arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME`},
		{"service that pushes", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN, in.Access = "", puller.Lambda, functionARN, actionset.Push
		}, `access or actions has ecr:PutImage, and AWS Lambda only pulls; leave both out`},
		{"source that is none", func(in *verdict.Input) { in.RoleARN, in.Puller, in.SourceARN = "", puller.Lambda, "checkout" }, `source_arn is not valid: "checkout" is not an ARN: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`},
		{"source in the account of nobody", func(in *verdict.Input) {
			in.Puller, in.SourceARN = puller.Lambda, strings.Replace(functionARN, "123456789012", "111122223333", 1)
		}, `source_arn is in account 111122223333, and role_arn, which creates it, is in account 123456789012`},
		{"source in another Region", func(in *verdict.Input) {
			in.RoleARN, in.Puller, in.SourceARN, in.PullerRegion = "", puller.Lambda, functionARN, "eu-west-1"
		}, `source_arn is in the Region us-east-1, and puller_region is eu-west-1`},
		{"another role", func(in *verdict.Input) { in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/other" }, `actual_role_arn is not valid: "arn:aws:iam::123456789012:role/service/other" is not the role of role_arn with its path`},
		{"public image", func(in *verdict.Input) { in.Image = "public.ecr.aws/nginx/nginx" }, `image is not valid: images on public.ecr.aws need no cross-account grant: only private registries are supported`},
		{"access", func(in *verdict.Input) { in.Access = "read" }, `access is "read"; expected one of pull, push, pull_push, pull_through_cache or read_metadata`},
		{"access and actions", func(in *verdict.Input) { in.Access, in.Actions = actionset.Pull, []string{"ecr:ListImages"} }, `actions is set, and access is set, too; set one of the two`},
		{"a wildcard among the actions", func(in *verdict.Input) { in.Actions = []string{"ecr:Batch*"} }, `actions has "ecr:Batch*", which is not one ECR action: write ecr: and its name without wildcards, for example ecr:BatchGetImage`},
		{"an action of another service", func(in *verdict.Input) { in.Actions = []string{"s3:GetObject"} }, `actions has "s3:GetObject", which is not one ECR action: write ecr: and its name without wildcards, for example ecr:BatchGetImage`},
		{"an action without resource", func(in *verdict.Input) { in.Actions = []string{"ecr:DescribeRegistry"} }, `actions has "ecr:DescribeRegistry", which is a call to the caller's own registry; remove it: this check judges actions on a repository`},
		{"the login alone", func(in *verdict.Input) { in.Actions = []string{"ecr:GetAuthorizationToken"} }, `actions has no action on the repository; add one, for example ecr:BatchGetImage`},
		{"puller", func(in *verdict.Input) { in.Puller = "ecs" }, `puller is "ecs"; expected one of ` + wording.List(puller.Names(), "or")},
		{"a Region that is none", func(in *verdict.Input) { in.PullerRegion = "Ireland" }, `puller_region is "Ireland", which is not an AWS Region such as us-east-1`},
		{"no trust policy", func(in *verdict.Input) { in.TrustPolicy = verdict.DocumentsOf() }, `trust_policy is empty, but every role has a trust policy; leave it out if it is not known`},
		{"a user for a task", func(in *verdict.Input) { in.Puller, in.RoleARN = puller.EC2, "arn:aws:iam::123456789012:user/u" }, `role_arn is the ARN of a principal of the kind user, and Amazon EC2 pulls with a role: the role of the instance profile`},
		{"session policies of a user", func(in *verdict.Input) {
			in.RoleARN, in.SessionPolicies = "arn:aws:iam::123456789012:user/u", pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
		}, `session_policies is set, but role_arn is a user, and a user has no session policies; set role_arn to the role that is assumed with them, or remove them`},
		{"permissions boundary of a root user", func(in *verdict.Input) {
			in.RoleARN, in.PermissionsBoundary = "arn:aws:iam::123456789012:root", pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
		}, `permissions_boundary is set, but role_arn is the root user of an account, which cannot have one; remove it`},
		{"service that pulls with a role", func(in *verdict.Input) {
			in.RoleARN, in.ServicePrincipal, in.SourceARN = "", "ecs-tasks.amazonaws.com", "arn:aws:ecs:us-east-1:123456789012:task/app/1"
		}, `service_principal is ecs-tasks.amazonaws.com, which does not pull itself: it assumes a role that pulls; set role_arn to that role, and remove service_principal and source_arn`},
		{"one tag with two values", func(in *verdict.Input) {
			in.Context = map[string][]string{"aws:ResourceTag/team": {"a"}, "ecr:ResourceTag/team": {"b"}}
		}, `context["ecr:ResourceTag/team"] is the same tag as "aws:ResourceTag/team", and has another value; set one of the two`},
		{"scope", func(in *verdict.Input) { in.RegistryPolicyScope = "v2" }, `registry_policy_scope is "v2"; expected V1 or V2`},
		{
			"bad JSON", func(in *verdict.Input) {
				in.RepositoryPolicy = verdict.DocumentsOf(pulls.RepositoryPolicy("{\n  \"Statement\": [\n    {]\n}"))
			},
			`repository_policy is not a policy document: statement 0, line 3 (byte 24): expected a name in double quotes`,
		},
		{"misspelt Statement", func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf(pulls.RepositoryPolicy(`{"Statment":[]}`))
		}, `repository_policy has no statements: Statment, line 1 (byte 1): unknown element of a policy document`},
		{"empty document", func(in *verdict.Input) {
			in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{At: verdict.At{Attribute: "identity_policies", Key: "app"}})
		}, `identity_policies["app"] is empty; remove it`},
		{"statement without Sid", func(in *verdict.Input) { in.PlannedStatements = planned(`{"Effect":"Deny"}`) }, "planned_statements[0] has no Sid; the Sid says which statement of the repository policy it replaces"},
		{"statement with sid", func(in *verdict.Input) { in.PlannedStatements = planned(`{"effect":"Deny","sid":"S"}`) }, `planned_statements[0] has no Sid; the Sid says which statement of the repository policy it replaces: statement 0, sid, line 1 (byte 17): unknown element of a statement: write "Sid"`},
		{"registry statement without Sid", func(in *verdict.Input) { in.PlannedRegistryStatements = planned(`{"Effect":"Deny"}`) }, "planned_statements[0] has no Sid; the Sid says which statement of the registry policy it replaces"},
		{"statements of one Sid", func(in *verdict.Input) { in.PlannedStatements = planned(`{"Sid":"A"}`, `{"Sid":"A"}`) }, `planned_statements[1] has the Sid "A" of planned_statements[0]: one of them would replace the other`},
		{"document for a statement", func(in *verdict.Input) { in.PlannedStatements = planned(`[]`) }, `planned_statements[0] is not a policy statement: statement 0, line 1 (byte 0): a statement must be a JSON object, not a list`},
		{"level without policies", func(in *verdict.Input) {
			in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{}}}
		}, "service_control_policies[0] is a level without policies; every level has at least one, FullAWSAccess unless it was replaced"},
		{"a range of addresses for the address", func(in *verdict.Input) { in.Context = map[string][]string{"aws:SourceIp": {"10.1.0.0/16"}} }, `context["aws:SourceIp"] is "10.1.0.0/16"; expected one IP address, not a range`},
		{"a time without zone", func(in *verdict.Input) { in.Context = map[string][]string{"aws:CurrentTime": {"2026-11-23T12:00:00"}} }, `context["aws:CurrentTime"] is "2026-11-23T12:00:00"; expected a date with time zone such as 2026-01-31T12:00:00Z, or seconds since 1970`},
		{"one key twice", func(in *verdict.Input) { in.Context = map[string][]string{"aws:SourceVpce": {}, "aws:sourcevpce": {}} }, `context["aws:sourcevpce"] is the same key as "aws:SourceVpce": case does not count in the name of a condition key`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := pulls.EvaluateInput(pulls.With(pulls.Both(), tt.edit))
			if _, ok := errors.AsType[verdict.InputErrors](err); !ok {
				t.Fatalf("error %v, want InputErrors", err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEvaluate_allFaults: all faults are told at once, with their causes.
func TestEvaluate_allFaults(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.Access = "read"
	in.RepositoryPolicy = verdict.DocumentsOf(pulls.RepositoryPolicy("{"))
	_, err := pulls.EvaluateInput(in)
	var faults verdict.InputErrors
	var cause *policy.Error
	if !errors.As(err, &faults) || len(faults) != 2 {
		t.Fatalf("error %v, want two faults", err)
	}
	if !errors.As(err, &cause) || cause.Line != 1 {
		t.Errorf("cause %v, want a *policy.Error of line 1", cause)
	}
}

// TestValidate: no argument is required yet.
func TestValidate(t *testing.T) {
	t.Parallel()
	if faults := verdict.Validate(verdict.Input{}); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := verdict.Validate(verdict.Input{Access: "read"}); len(faults) != 1 {
		t.Errorf("faults %v, want one", faults)
	}
}

// TestPlanned: what is planned takes the place of what has its name.
func TestPlanned(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "ecrxa-pull", Text: pulls.Pulling})
	in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Doc(pulls.Login)}}
	if got := pulls.Evaluate(t, in); got.DeniedSide != verdict.Consumer {
		t.Errorf("a narrower inline policy of the same name is planned, but the verdict is:\n%s", got.Explanation)
	}
	in.PlannedRolePolicies[0].Name = "another"
	if got := pulls.Evaluate(t, in); !got.Allowed {
		t.Errorf("an inline policy of another name is planned, but the verdict is:\n%s", got.Explanation)
	}

	in = pulls.Both()
	in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"ecr:*"}`}}
	if got := pulls.Evaluate(t, in); got.DeniedSide != verdict.Registry {
		t.Errorf("a statement of the same Sid for another account is planned, but the verdict is:\n%s", got.Explanation)
	}
	in.PlannedStatements[0].Text = `{"Sid":"More","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"ecr:*"}`
	if got := pulls.Evaluate(t, in); !got.Allowed {
		t.Errorf("a statement of another Sid is planned, but the verdict is:\n%s", got.Explanation)
	}
}

// TestPlanned_replaces: what a planned policy takes the place of does not count,
// wherever it came from and known or not.
func TestPlanned_replaces(t *testing.T) {
	t.Parallel()
	older := pulls.Doc(`{"Effect":"Deny","Action":"*","Resource":"*"}`)
	for _, name := range []string{"ecrxa-pull", "arn:aws:iam::123456789012:policy/pull"} {
		for _, text := range []string{older, verdict.UnknownText} {
			in := pulls.Both()
			in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: name, Text: text, At: verdict.At{Attribute: "identity_policies", Key: name}})
			if got := pulls.Evaluate(t, in); got.Allowed {
				t.Errorf("allowed, though %s is %s", name, text)
			}
			in.PlannedRolePolicies = []verdict.Document{{Name: name, Text: pulls.Pulling}}
			if got := pulls.Evaluate(t, in); !got.Allowed {
				t.Errorf("%s is to be replaced, but the verdict is:\n%s", name, got.Explanation)
			}
		}
	}
}

// TestPlanned_registry: planned statements of the registry policy replace those of their Sids
// there, and leave those of the repository policy.
func TestPlanned_registry(t *testing.T) {
	t.Parallel()
	at := verdict.At{Attribute: "planned_registry_statements", Indexes: []int{0}}
	allow := `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + pulls.RoleARN + `"},"Action":"ecr:*","Resource":"*"}`
	for name, tt := range map[string]struct {
		repository, registry, planned string
		want                          authz.Verdict
	}{
		"added":                      {"", "", allow, authz.Allowed},
		"unknown":                    {"", "", verdict.UnknownText, authz.Conditional},
		"replaced by less":           {"", allow, strings.Replace(allow, "ecr:*", "ecr:ListImages", 1), authz.Denied},
		"the other policy's Sid":     {pulls.Grant, "", strings.Replace(allow, "ecr:*", "ecr:ListImages", 1), authz.Allowed},
		"a Deny is not replaced":     {"", strings.Replace(allow, "Allow", "Deny", 1), allow, authz.Denied},
		"a Deny beside a permission": {pulls.Grant, "", strings.Replace(allow, "Allow", "Deny", 1), authz.Denied},
	} {
		in := pulls.Both()
		in.RepositoryPolicy, in.RegistryPolicy = verdict.DocumentsOf(), verdict.DocumentsOf()
		if tt.repository != "" {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(tt.repository))
		}
		if tt.registry != "" {
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(tt.registry))
		}
		in.PlannedRegistryStatements = []verdict.Document{{At: at, Text: tt.planned}}
		if got := pulls.Evaluate(t, in); got.Verdict != tt.want {
			t.Errorf("%s: want %s:\n%s", name, tt.want, got.Explanation)
		}
	}
}

// TestPlanned_sidOfADeny: a grant does not replace a statement that denies.
func TestPlanned_sidOfADeny(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Pull","Effect":"Deny","Principal":"*","Action":"ecr:*"}`))
	in.PlannedStatements = []verdict.Document{{At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}, Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + pulls.RoleARN + `"},"Action":"ecr:*"}`}}
	got := pulls.Evaluate(t, in)
	if want := "planned_statements[0] has the Sid \"Pull\", which a statement of the repository policy has that denies"; got.Verdict != authz.Denied || !strings.Contains(got.Explanation, want) {
		t.Errorf("want denied, and %q:\n%s", want, got.Explanation)
	}
}

// TestContext_contradicted: what follows from the other arguments cannot be set otherwise.
func TestContext_contradicted(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/job"
	for _, tt := range []struct {
		role, key string
		values    []string
		want      string // empty if there is no contradiction
	}{
		{pulls.RoleARN, "aws:PrincipalAccount", []string{"999988887777"}, `it follows from the other arguments that it is "123456789012".`},
		{pulls.RoleARN, "aws:principalaccount", []string{"123456789012"}, ""},
		{pulls.RoleARN, "aws:PrincipalAccount", nil, `it follows from the other arguments that it is "123456789012".`},
		{pulls.RoleARN, "aws:RequestedRegion", []string{"eu-west-1"}, `it follows from the other arguments that it is "us-east-1".`},
		{pulls.RoleARN, "aws:ResourceAccount", []string{"123456789012"}, `it follows from the other arguments that it is "987654321098".`},
		{pulls.RoleARN, "aws:PrincipalArn", []string{"arn:aws:iam::123456789012:role/other"}, "it follows from role_arn that it is \"" + pulls.RoleARN + "\"."},
		{pulls.RoleARN, "aws:PrincipalArn", []string{pulls.RoleARN}, ""},
		{session, "aws:PrincipalArn", []string{"arn:aws:iam::123456789012:role/path/ecsTaskExecutionRole"}, ""},
		{session, "aws:PrincipalArn", []string{"arn:aws:iam::123456789012:role/path/other"}, "it is the ARN of the role ecsTaskExecutionRole in account 123456789012."},
		{pulls.RoleARN, "aws:username", []string{"kim"}, "a request of a role does not have this key."},
		{pulls.RoleARN, "aws:username", nil, ""},
		{pulls.RoleARN, "aws:SourceArn", []string{"arn:aws:lambda:us-east-1:123456789012:function:app"}, "a request of a role does not have this key."},
		{pulls.RoleARN, "aws:PrincipalIsAWSService", []string{"true"}, `it follows from the other arguments that it is "false".`},
		{pulls.RoleARN, "aws:TokenIssueTime", nil, "every request of a role has this key."},
		{"arn:aws:iam::123456789012:user/kim", "aws:SourceArn", []string{"arn:aws:lambda:us-east-1:123456789012:function:app"}, "a request of a user does not have this key."},
		{"arn:aws:iam::123456789012:root", "aws:username", []string{"kim"}, "a request of an account root does not have this key."},
		{pulls.RoleARN, "aws:SecureTransport", []string{"false"}, "ECR takes HTTPS requests only."},
		{pulls.RoleARN, "aws:SourceVpce", []string{"vpce-1"}, ""},
		{session, "aws:userid", []string{"AROAEXAMPLEEXAMPLE12:job"}, ""},
		{session, "aws:userid", []string{"AROAEXAMPLEEXAMPLE12:other"}, `it ends with :job, the name of the session.`},
	} {
		in := pulls.Both()
		in.RoleARN, in.Context = tt.role, map[string][]string{tt.key: tt.values}
		_, err := pulls.EvaluateInput(in)
		want := "context[\"" + tt.key + "\"] cannot be so: " + tt.want + " Remove it"
		if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && got != want {
			t.Errorf("%s: %s = %q: %v, want %s", tt.role, tt.key, tt.values, err, want)
		}
	}
}

// TestContext_contradictsItself: no request has an IP address and came through a VPC endpoint, or is
// of one organization with the paths of another; nor of none where control policies are.
func TestContext_contradictsItself(t *testing.T) {
	t.Parallel()
	const through, in, none = "a request through a VPC endpoint, as the other arguments have it, does not have this key.", "the account is in an organization, as the other arguments have it.", "the account is in no organization, as the other arguments have it."
	everything := pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)
	for _, tt := range []struct {
		context   map[string][]string
		edit      func(*verdict.Input)
		key, want string // empty if there is no contradiction
	}{
		{map[string][]string{"aws:SourceVpce": {"vpce-1"}, "aws:SourceIp": {"10.0.0.1"}}, nil, "aws:SourceIp", through},
		{map[string][]string{"aws:SourceVpce": {"vpce-1"}, "aws:SourceVpc": {"vpc-1"}}, nil, "", ""},
		{map[string][]string{"aws:SourceVpce": {"vpce-1"}, "aws:SourceVpc": {}}, nil, "aws:SourceVpc", "every request through a VPC endpoint, as the other arguments have it, has this key."},
		{map[string][]string{"aws:VpceAccount": {"123456789012"}, "aws:SourceVpc": {}, "aws:SourceIp": {}}, nil, "aws:SourceVpc", "every request through a VPC endpoint, as the other arguments have it, has this key."},
		{map[string][]string{"aws:VpceOrgID": {"o-aaaaaaaaaa"}, "aws:SourceIp": {}, "aws:VpcSourceIp": {"10.0.0.1"}}, nil, "", ""},
		{map[string][]string{"aws:SourceVpc": {"vpc-1"}, "aws:SourceVpce": {}}, nil, "aws:SourceVpc", "only a request through a VPC endpoint has this key, and as the other arguments have it, this one comes through none."},
		{map[string][]string{"aws:SourceIp": {"10.0.0.1"}}, func(in *verdict.Input) { in.VPCEndpointPolicy = pulls.DocumentsOf(everything) }, "aws:SourceIp", through},
		{map[string][]string{"aws:PrincipalOrgID": {"o-aaaaaaaaaa"}, "aws:PrincipalOrgPaths": {"o-bbbbbbbbbb/r-ab12/"}}, nil, "aws:PrincipalOrgID", `it follows from the paths of the organization that it is "o-bbbbbbbbbb".`},
		{map[string][]string{"aws:ResourceOrgID": {}, "aws:ResourceOrgPaths": {"o-bbbbbbbbbb/r-ab12/"}}, nil, "aws:ResourceOrgID", `it follows from the paths of the organization that it is "o-bbbbbbbbbb".`},
		{map[string][]string{"aws:PrincipalOrgID": {"o-aaaaaaaaaa"}, "aws:PrincipalOrgPaths": {}}, nil, "aws:PrincipalOrgID", none},
		{map[string][]string{"aws:PrincipalOrgID": {"o-aaaaaaaaaa"}, "aws:PrincipalOrgPaths": {"o-aaaaaaaaaa/r-ab12/"}}, nil, "", ""},
		{map[string][]string{"aws:PrincipalOrgID": {}}, func(in *verdict.Input) {
			in.ServiceControlPolicies.List = [][]verdict.Document{{{Text: pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}}}
		}, "aws:PrincipalOrgID", in},
	} {
		input := pulls.Both()
		if tt.edit != nil {
			input = pulls.With(input, tt.edit)
		}
		input.Context = tt.context
		_, err := pulls.EvaluateInput(input)
		want := "context[\"" + tt.key + "\"] cannot be so: " + tt.want + " Remove it"
		if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && got != want {
			t.Errorf("%v: %v, want %s", tt.context, err, want)
		}
	}
}

// TestContext_contradictedOfService: what a service pulls for is known, and so is the service.
// For AWS Lambda the context is also that of who creates the function.
func TestContext_contradictedOfService(t *testing.T) {
	t.Parallel()
	const function, project = "arn:aws:lambda:us-east-1:123456789012:function:app", "arn:aws:codebuild:us-east-1:987654321098:project/app"
	for _, tt := range []struct {
		role, service, source, key, value string
		want                              string // empty if there is no contradiction
	}{
		{"", "lambda.amazonaws.com", function, "aws:SourceArn", function, ""},
		{"", "lambda.amazonaws.com", function, "aws:SourceArn", function + "2", "it follows from the other arguments that it is \"" + function + "\"."},
		{"", "lambda.amazonaws.com", function, "aws:sourceaccount", "999988887777", `it follows from the other arguments that it is "123456789012".`},
		{"", "codebuild.amazonaws.com", project, "aws:PrincipalServiceName", "codebuild.amazonaws.com", ""},
		{"", "codebuild.amazonaws.com", project, "aws:PrincipalServiceName", "lambda.amazonaws.com", `it follows from the other arguments that it is "codebuild.amazonaws.com".`},
		{"", "codebuild.amazonaws.com", project, "aws:PrincipalIsAWSService", "false", `it follows from the other arguments that it is "true".`},
		{"", "codebuild.amazonaws.com", project, "aws:RequestedRegion", "eu-west-1", `it follows from the other arguments that it is "us-east-1".`},
		{"", "codebuild.amazonaws.com", project, "aws:SourceOrgID", "o-a1b2c3d4e5", ""},
		{"", "lambda.amazonaws.com", function, "aws:PrincipalArn", pulls.RoleARN, ""},
		{"", "lambda.amazonaws.com", function, "aws:PrincipalOrgID", "o-a1b2c3d4e5", ""},
		{pulls.RoleARN, "lambda.amazonaws.com", function, "aws:PrincipalAccount", "999988887777", `it follows from the other arguments that it is "123456789012".`},
	} {
		in := pulls.Both()
		in.RoleARN, in.ServicePrincipal, in.SourceARN, in.Context = tt.role, tt.service, tt.source, map[string][]string{tt.key: {tt.value}}
		_, err := pulls.EvaluateInput(in)
		want := "context[\"" + tt.key + "\"] cannot be so: " + tt.want + " Remove it"
		if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && got != want {
			t.Errorf("%s: %s = %q: %v, want %s", tt.service, tt.key, tt.value, err, want)
		}
	}
}

// TestPlanned_unknownPolicy: a planned statement does not settle what else stands
// in a repository policy that is not known, and a planned Deny decides all the same.
func TestPlanned_unknownPolicy(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = verdict.DocumentsOf(verdict.Document{Text: verdict.UnknownText})
	for effect, want := range map[string]authz.Verdict{"Allow": authz.Conditional, "Deny": authz.Denied} {
		in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"` + effect + `","Principal":{"AWS":"` + pulls.RoleARN + `"},"Action":"ecr:*"}`}}
		if got := pulls.Evaluate(t, in); got.Verdict != want {
			t.Errorf("verdict %s after a planned %s, want %s", got.Verdict, effect, want)
		}
	}
}

// TestPlanned_unknownSide: a planned Allow does not settle what else stands there.
func TestPlanned_unknownSide(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = verdict.Documents{}
	in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + pulls.RoleARN + `"},"Action":"ecr:*"}`}}
	if got := pulls.Evaluate(t, in); got.Verdict != authz.Conditional {
		t.Errorf("verdict %s: the repository policy may hold a Deny", got.Verdict)
	}
}

// TestContext: what follows from ECR's being HTTPS only is known, and what is
// given counts.
func TestContext(t *testing.T) {
	t.Parallel()
	deny := func(condition string) string {
		return pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`, `{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":`+condition+`}`)
	}
	for _, tt := range []struct {
		name, condition string
		context         map[string][]string
		want            authz.Verdict
	}{
		{"HTTPS", `{"Bool":{"aws:SecureTransport":"false"}}`, nil, authz.Allowed},
		{"unknown key", `{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`, nil, authz.Conditional},
		{"known value", `{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`, map[string][]string{"aws:SourceVpc": {"vpc-1"}}, authz.Allowed},
		{"known to be absent", `{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`, map[string][]string{"aws:sourcevpc": {}}, authz.Denied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := pulls.Both()
			in.RepositoryPolicy = pulls.DocumentsOf(deny(tt.condition))
			in.Context = tt.context
			if got := pulls.Evaluate(t, in); got.Verdict != tt.want {
				t.Errorf("verdict %s, want %s:\n%s", got.Verdict, tt.want, got.Explanation)
			}
		})
	}
}

// TestContext_ofTheLogin: the login is a call without a resource, in the Region of
// the registry: it carries none of the repository's tags, whatever was given.
func TestContext_ofTheLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		identity string
		want     authz.Verdict
	}{
		"a tag of the repository": {
			`{"Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"ecr:ResourceTag/env":"prod"}}}}`, authz.Denied,
		},
		"the Region": {
			`{"Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}}`, authz.Allowed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
				in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "p", Text: tt.identity})
				in.Context = map[string][]string{"ecr:ResourceTag/env": {"prod"}}
			}))
			if got := result.Decisions[0].Verdict; got != tt.want {
				t.Errorf("the login is %s, want %s:\n%s", got, tt.want, result.Explanation)
			}
		})
	}
}

// TestContext_severalValues: a request carries one value of most keys.
func TestContext_severalValues(t *testing.T) {
	t.Parallel()
	two := func(key string) error {
		_, err := pulls.EvaluateInput(pulls.With(pulls.Both(), func(in *verdict.Input) { in.Context = map[string][]string{key: {"a", "b"}} }))
		return err
	}
	if err := two("aws:SourceVpce"); err == nil || !strings.Contains(err.Error(), `context["aws:SourceVpce"] has 2 values`) {
		t.Errorf("got %v", err)
	}
	if err := two("aws:PrincipalOrgPaths"); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestEvaluate_plannedPlace: a planned statement stands where the repository policy
// will have it.
func TestEvaluate_plannedPlace(t *testing.T) {
	t.Parallel()
	other := `{"Sid":"Other","Effect":"Allow","Principal":"*","Action":"ecr:ListImages"}`
	for name, tt := range map[string]struct {
		stands []string
		want   int
	}{
		"added at the end":         {[]string{other, other}, 2},
		"in the place of its like": {[]string{other, `{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:PutImage"}`, other}, 1},
	} {
		in := pulls.Both()
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(tt.stands...))
		in.PlannedStatements = []verdict.Document{{Text: "\n" + pulls.Grant}}
		statements := pulls.Evaluate(t, in).Decisions[1].Statements
		want := report.Statement{Document: authz.RepositoryPolicy, Policy: "repository policy", Sid: "Pull", Index: tt.want, Line: 2, Effect: "Allow"}
		if got := statements[len(statements)-1]; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
