package verdict_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

func repositoryPolicy(text string) verdict.Document {
	return verdict.Document{Text: text, At: verdict.At{Attribute: "repository_policy"}}
}

func TestEvaluate_inputErrors(t *testing.T) {
	t.Parallel()
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
		{"no image", func(in *verdict.Input) { in.Image = "" }, "image is not given; exactly one of image and repository_arn is needed"},
		{"image and ARN", func(in *verdict.Input) { in.RepositoryARN = repositoryARN }, "repository_arn is given beside image; exactly one of the two is needed"},
		{"no role", func(in *verdict.Input) { in.RoleARN = "" }, "role_arn is not given; it says who pulls"},
		{"bad role", func(in *verdict.Input) { in.RoleARN = "ecsTaskExecutionRole" }, `role_arn is not valid: "ecsTaskExecutionRole" is not an ARN: write it as arn:aws:iam::ACCOUNT:role/NAME`},
		{"several roles", func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:role/app-*" }, "role_arn has a wildcard, and a check judges one role: name it, and write a check for each other one"},
		{"ARN for an image", func(in *verdict.Input) { in.Image = repositoryARN }, "image is a repository's ARN: give it as repository_arn"},
		{"image for an ARN", func(in *verdict.Input) { in.Image, in.RepositoryARN = "", image }, "repository_arn is an image's URI: give it as image"},
		{"service", func(in *verdict.Input) { in.RoleARN = "lambda.amazonaws.com" }, `role_arn is the AWS service lambda.amazonaws.com, and this check judges roles, role sessions and users only: ` +
			`read in the repository policy whether a statement with "Principal": {"Service": "lambda.amazonaws.com"} allows the pull, as ecrxa_repository_grant writes it with service_principal. ` +
			`The execution role of a function is no way around: it is not what pulls the function's image. Across accounts Lambda also needs a statement for the function's account`},
		{"another role", func(in *verdict.Input) { in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/other" }, `actual_role_arn is not valid: "arn:aws:iam::123456789012:role/service/other" is not the role of role_arn with its path`},
		{"public image", func(in *verdict.Input) { in.Image = "public.ecr.aws/nginx/nginx" }, `image is not valid: images on public.ecr.aws need no cross-account grant: only private registries are supported`},
		{"access", func(in *verdict.Input) { in.Access = "read" }, `access is "read"; expected one of pull, push, pull_push or pull_through_cache`},
		{"scope", func(in *verdict.Input) { in.RegistryPolicyScope = "v2" }, `registry_policy_scope is "v2"; expected V1 or V2`},
		{
			"bad JSON", func(in *verdict.Input) {
				in.RepositoryPolicy = verdict.Given(repositoryPolicy("{\n  \"Statement\": [\n    {]\n}"))
			},
			`repository_policy is not a policy document: statement 0, line 3 (byte 24): expected a name in double quotes`,
		},
		{"misspelt Statement", func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given(repositoryPolicy(`{"Statment":[]}`))
		}, `repository_policy has no statements: Statment, line 1 (byte 1): unknown element of a policy document`},
		{"empty document", func(in *verdict.Input) {
			in.IdentityPolicies = verdict.Given(verdict.Document{At: verdict.At{Attribute: "identity_policies", Key: "app"}})
		}, `identity_policies["app"] is empty; leave it out`},
		{"statement without Sid", func(in *verdict.Input) { in.PlannedStatements = planned(`{"Effect":"Deny"}`) }, "planned_statements[0] has no Sid; the Sid tells which statement of the repository policy it replaces"},
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
			_, err := verdict.Evaluate(with(both(), tt.edit))
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
	in := both()
	in.Access = "read"
	in.RepositoryPolicy = verdict.Given(repositoryPolicy("{"))
	_, err := verdict.Evaluate(in)
	var faults verdict.InputErrors
	var cause *policy.Error
	if !errors.As(err, &faults) || len(faults) != 2 {
		t.Fatalf("error %v, want two faults", err)
	}
	if !errors.As(err, &cause) || cause.Line != 1 {
		t.Errorf("cause %v, want a *policy.Error of line 1", cause)
	}
}

// TestValidate: what is not given yet is not missed.
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
	in := both()
	in.IdentityPolicies = verdict.Given(verdict.Document{Name: "ecrxa-pull", Text: pulling})
	in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: doc(login)}}
	if got := evaluate(t, in); got.DeniedSide != verdict.Consumer {
		t.Errorf("a narrower inline policy of the same name is planned, but the verdict is:\n%s", got.Explanation)
	}
	in.PlannedRolePolicies[0].Name = "another"
	if got := evaluate(t, in); !got.Allowed {
		t.Errorf("an inline policy of another name is planned, but the verdict is:\n%s", got.Explanation)
	}

	in = both()
	in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"ecr:*"}`}}
	if got := evaluate(t, in); got.DeniedSide != verdict.Registry {
		t.Errorf("a statement of the same Sid for another account is planned, but the verdict is:\n%s", got.Explanation)
	}
	in.PlannedStatements[0].Text = `{"Sid":"More","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"ecr:*"}`
	if got := evaluate(t, in); !got.Allowed {
		t.Errorf("a statement of another Sid is planned, but the verdict is:\n%s", got.Explanation)
	}
}

// TestPlanned_replaces: what a planned policy takes the place of does not count,
// wherever it came from and known or not.
func TestPlanned_replaces(t *testing.T) {
	t.Parallel()
	older := doc(`{"Effect":"Deny","Action":"*","Resource":"*"}`)
	for _, name := range []string{"ecrxa-pull", "arn:aws:iam::123456789012:policy/pull"} {
		for _, text := range []string{older, verdict.UnknownText} {
			in := both()
			in.IdentityPolicies = verdict.Given(verdict.Document{Name: name, Text: text, At: verdict.At{Attribute: "identity_policies", Key: name}})
			if got := evaluate(t, in); got.Allowed {
				t.Errorf("allowed, though %s is %s", name, text)
			}
			in.PlannedRolePolicies = []verdict.Document{{Name: name, Text: pulling}}
			if got := evaluate(t, in); !got.Allowed {
				t.Errorf("%s is to be replaced, but the verdict is:\n%s", name, got.Explanation)
			}
		}
	}
}

// TestUnknown: a document that may be there, and is not known, opens the verdict
// and is named.
func TestUnknown(t *testing.T) {
	t.Parallel()
	unknown := verdict.Document{Text: verdict.UnknownText}
	fullAccess := verdict.Document{Text: doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}
	fullAccessOfAll := verdict.Document{Text: doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)}
	for argument, edit := range map[string]func(*verdict.Input){
		"identity_policies":         func(in *verdict.Input) { in.IdentityPolicies.List = append(in.IdentityPolicies.List, unknown) },
		"permissions_boundary":      func(in *verdict.Input) { in.PermissionsBoundary = verdict.Given(unknown) },
		"session_policies":          func(in *verdict.Input) { in.SessionPolicies = verdict.Given(fullAccess, unknown) },
		"vpc_endpoint_policy":       func(in *verdict.Input) { in.VPCEndpointPolicy = verdict.Given(unknown) },
		"repository_policy":         func(in *verdict.Input) { in.RepositoryPolicy = verdict.Given(unknown) },
		"registry_policy":           func(in *verdict.Input) { in.RegistryPolicy = verdict.Documents{State: verdict.Unknown} },
		"service_control_policies":  func(in *verdict.Input) { in.ServiceControlPolicies = levelsOf(fullAccess, unknown) },
		"resource_control_policies": func(in *verdict.Input) { in.ResourceControlPolicies = levelsOf(fullAccessOfAll, unknown) },
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			got := evaluate(t, with(both(), edit))
			if got.Verdict != authz.Conditional || !slices.Equal(got.UnknownDocuments, []string{argument}) {
				t.Errorf("verdict %s, unknown documents %v; want conditional, %s", got.Verdict, got.UnknownDocuments, argument)
			}
			if len(got.Remedies) != 1 || !strings.HasPrefix(got.Remedies[0].Sentence, "Give "+argument+", ") {
				t.Errorf("remedies %+v, want one that asks for %s", got.Remedies, argument)
			}
		})
	}
}

// levelsOf puts each document on a level of its own.
func levelsOf(docs ...verdict.Document) verdict.Levels {
	levels := verdict.Levels{State: verdict.Known}
	for _, d := range docs {
		levels.List = append(levels.List, []verdict.Document{d})
	}
	return levels
}

// TestPlanned_unknownPolicy: a planned statement does not settle what else stands
// in a repository policy that is not known, and a planned Deny decides all the same.
func TestPlanned_unknownPolicy(t *testing.T) {
	t.Parallel()
	in := both()
	in.RepositoryPolicy = verdict.Given(verdict.Document{Text: verdict.UnknownText})
	for effect, want := range map[string]authz.Verdict{"Allow": authz.Conditional, "Deny": authz.Denied} {
		in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"` + effect + `","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:*"}`}}
		if got := evaluate(t, in); got.Verdict != want {
			t.Errorf("verdict %s after a planned %s, want %s", got.Verdict, effect, want)
		}
	}
}

// TestPlanned_unknownSide: a planned Allow does not settle what else stands there.
func TestPlanned_unknownSide(t *testing.T) {
	t.Parallel()
	in := both()
	in.RepositoryPolicy = verdict.Documents{}
	in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"ecr:*"}`}}
	if got := evaluate(t, in); got.Verdict != authz.Conditional {
		t.Errorf("verdict %s: the repository policy may hold a Deny", got.Verdict)
	}
}

func TestAssumptions(t *testing.T) {
	t.Parallel()
	const today = "Policies are judged as given or read: what a plan removes still counts."
	for _, tt := range []struct {
		name string
		edit func(*verdict.Input)
		want []string
	}{
		{"nothing given", func(*verdict.Input) {}, []string{
			"No permissions boundary restricts this.", "No session policy restricts this.", "No service control policy restricts this.",
			"No resource control policy restricts this.", "No VPC endpoint policy restricts this.",
			"Assumed, because it was not given: there is no registry policy, which could deny the pull.",
			"Assumed to exist: the role ecsTaskExecutionRole and the repository payment-service.", today,
		}},
		{"nobody looked for the repository", func(in *verdict.Input) {
			everythingGiven(in)
			in.RepositoryExists = verdict.ExistenceUnknown
		}, []string{"Assumed to exist: the repository payment-service.", today}},
		{"a role under its ARN", func(in *verdict.Input) {
			everythingGiven(in)
			in.RoleExists, in.ActualRoleARN = verdict.ExistenceUnknown, roleARN
		}, []string{today}},
		{"everything given", everythingGiven, []string{today}},
		{"nothing allowed", func(in *verdict.Input) {
			everythingGiven(in)
			in.IdentityPolicies = verdict.Given()
		}, []string{}},
		{"one side planned", func(in *verdict.Input) {
			everythingGiven(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
			in.IdentityPolicies = verdict.Given()
		}, []string{today, "The planned role policies are put on the role ecsTaskExecutionRole."}},
		{"both sides planned", func(in *verdict.Input) {
			everythingGiven(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
			in.PlannedStatements = []verdict.Document{{Text: grant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.Given(), verdict.Given()
		}, []string{"The planned role policies are put on the role ecsTaskExecutionRole.", "The planned statements are put on the repository payment-service."}},
		{"both sides planned and applied", func(in *verdict.Input) {
			everythingGiven(in)
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
			in.PlannedStatements = []verdict.Document{{Text: grant}}
			in.IdentityPolicies = verdict.Given(in.PlannedRolePolicies...)
		}, []string{}},
		{"role and repository that only the plan may know", func(in *verdict.Input) {
			everythingGiven(in)
			in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulling}}
			in.PlannedStatements = []verdict.Document{{Text: grant}}
			in.IdentityPolicies, in.RepositoryPolicy = verdict.Given(), verdict.Given()
		}, []string{
			"The planned role policies are put on the role ecsTaskExecutionRole.",
			"Assumed: this plan creates the role ecsTaskExecutionRole, which does not exist today, with the planned role policies alone. If it does not, correct role_arn.",
			"The planned statements are put on the repository payment-service.",
			"Assumed: this plan creates the repository payment-service in account 987654321098, Region us-east-1, which does not exist today, with the planned statements alone. If it does not, correct the image.",
		}},
		{"a session", func(in *verdict.Input) {
			everythingGiven(in)
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task"
		}, []string{"The role of the session has no path.", today}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := evaluate(t, with(both(), tt.edit))
			if diff := cmp.Diff(tt.want, got.Assumptions); diff != "" {
				t.Errorf("assumptions (-want +got):\n%s", diff)
			}
		})
	}
}

func everythingGiven(in *verdict.Input) {
	known := verdict.Levels{State: verdict.Known}
	in.PermissionsBoundary, in.SessionPolicies, in.VPCEndpointPolicy, in.RegistryPolicy = verdict.Given(), verdict.Given(), verdict.Given(), verdict.Given()
	in.ServiceControlPolicies, in.ResourceControlPolicies = known, known
	in.RoleExists, in.RepositoryExists = verdict.Exists, verdict.Exists
}

// TestContext: what follows from ECR's being HTTPS only is known, and what is
// given counts.
func TestContext(t *testing.T) {
	t.Parallel()
	deny := func(condition string) string {
		return doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`, `{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":`+condition+`}`)
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
			in := both()
			in.RepositoryPolicy = given(deny(tt.condition))
			in.Context = tt.context
			if got := evaluate(t, in); got.Verdict != tt.want {
				t.Errorf("verdict %s, want %s:\n%s", got.Verdict, tt.want, got.Explanation)
			}
		})
	}
}

// TestDoubts: what AWS would refuse is told with its place, and leaves open what
// it may do.
func TestDoubts(t *testing.T) {
	t.Parallel()
	in := both()
	in.RepositoryPolicy = verdict.Given(repositoryPolicy("{\"Statement\": [{\n  \"Sid\": \"Pull\", \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"ecr:*\",\n  \"Condition\": {\"StringIs\": {\"aws:PrincipalOrgID\": \"o-abc\"}}}]}"))
	in.PlannedStatements = []verdict.Document{{
		Text: `{"Sid":"Planned","Effect":"Deny","Principal":{"AWS":"someone"},"Action":"ecr:*","Moon":"full"}`,
		At:   verdict.At{Attribute: "planned_statements", Indexes: []int{0}},
	}}
	want := []string{
		`repository_policy is not a document that AWS accepts: statement 0 (Sid "Pull"), Condition.StringIs, line 3 (byte 106): AWS has no condition operator of this name`,
		`planned_statements[0] is not a document that AWS accepts: statement 0 (Sid "Planned"), Principal.AWS, line 1 (byte 52): this is not an account ID or the ARN of a role, role session, user, federated user or account root: someone`,
		`planned_statements[0] is not a document that AWS accepts: statement 0 (Sid "Planned"), Moon, line 1 (byte 80): unknown element of a statement`,
	}
	var got []string
	for _, doubt := range verdict.Doubts(in) {
		got = append(got, doubt.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("doubts (-want +got):\n%s", diff)
	}
	result := evaluate(t, in)
	if result.Verdict != authz.Conditional {
		t.Errorf("verdict %s, want conditional", result.Verdict)
	}
	for _, doubt := range want {
		if !strings.Contains(result.Explanation, doubt) {
			t.Errorf("not explained: %s", doubt)
		}
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
			result := evaluate(t, with(both(), func(in *verdict.Input) {
				in.IdentityPolicies = verdict.Given(verdict.Document{Name: "p", Text: tt.identity})
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
		_, err := verdict.Evaluate(with(both(), func(in *verdict.Input) { in.Context = map[string][]string{key: {"a", "b"}} }))
		return err
	}
	if err := two("aws:SourceVpce"); err == nil || !strings.Contains(err.Error(), `context["aws:SourceVpce"] has 2 values`) {
		t.Errorf("got %v", err)
	}
	if err := two("aws:PrincipalOrgPaths"); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestRemedy_ofASession: only IAM knows the path that the grant has to name.
func TestRemedy_ofASession(t *testing.T) {
	t.Parallel()
	for actual, caveat := range map[string]bool{"": true, "arn:aws:iam::123456789012:role/team/ecsTaskExecutionRole": false} {
		result := evaluate(t, with(both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Given()
			in.RoleARN, in.ActualRoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task", actual
		}))
		if got := strings.Contains(result.Explanation, "If the role has a path"); got != caveat {
			t.Errorf("actual_role_arn %q: the caveat stands: %t, want %t\n%s", actual, got, caveat, result.Explanation)
		}
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
		"in the place of its like": {[]string{other, `{"Sid":"Pull","Effect":"Deny","Principal":"*","Action":"ecr:*"}`, other}, 1},
	} {
		in := both()
		in.RepositoryPolicy = given(doc(tt.stands...))
		in.PlannedStatements = []verdict.Document{{Text: "\n" + grant}}
		statements := evaluate(t, in).Decisions[1].Statements
		want := verdict.Statement{Document: authz.RepositoryPolicy, Policy: "repository policy", Sid: "Pull", Index: tt.want, Line: 2, Effect: "Allow"}
		if got := statements[len(statements)-1]; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestOddities(t *testing.T) {
	t.Parallel()
	key := func(key string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.Context = map[string][]string{key: {"x"}} }
	}
	const nowhere = "is named by no policy, and is no global condition key of AWS: it has no effect"
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		want string // empty: nothing is odd
	}{
		"global key":             {key("aws:sourcevpce"), ""},
		"tag":                    {key("aws:PrincipalTag/team"), ""},
		"key of another service": {key("sts:ExternalId"), ""},
		"misspelt key":           {key("aws:SourceVpcee"), `context["aws:SourceVpcee"] ` + nowhere + " (did you mean aws:SourceVpce?)"},
		"misspelt service":       {key("asw:SourceVpce"), `context["asw:SourceVpce"] ` + nowhere + " (did you mean aws:SourceVpce?)"},
		"misspelt tag":           {key("aws:PrincipleTag/team"), `context["aws:PrincipleTag/team"] ` + nowhere + " (did you mean aws:PrincipalTag/team?)"},
		"no tag":                 {key("aws:PrincipalTag"), `context["aws:PrincipalTag"] ` + nowhere + " (did you mean aws:PrincipalTag/…?)"},
		"in a policy": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
		}, `repository_policy names the condition key "aws:PrincipleOrgID" in the statement "Pull"; AWS does not list that key, and no request is likely to carry it (did you mean aws:PrincipalOrgID?)`},
		"in a policy, given in the context": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleArn":"o-1"}}`, 1)))
			in.Context = map[string][]string{"aws:principlearn": {"o-1"}}
		}, `repository_policy names the condition key "aws:PrincipleArn" in the statement "Pull"; AWS does not list that key, and no request is likely to carry it (did you mean aws:PrincipalArn?). That context gives it a value does not change this`},
		"in a policy, without service": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"SourceVpc":"vpc-1"}}`, 1)))
		}, `repository_policy names the condition key "SourceVpc" in the statement "Pull"; AWS does not list that key, and no request is likely to carry it (did you mean aws:SourceVpc?)`},
		"in a planned statement": {func(in *verdict.Input) {
			in.PlannedStatements = []verdict.Document{{Text: strings.Replace(grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipalOrgID ":"o-1"}}`, 1), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}, `planned_statements[0] names the condition key "aws:PrincipalOrgID " in the statement "Pull"; AWS does not list that key, and no request is likely to carry it (did you mean aws:PrincipalOrgID?)`},
		"in an identity policy, as a tag": {func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, strings.Replace(pullOn("*"), "}", `,"Condition":{"StringEquals":{"aws:PrincpalTag/environment-of-the-application":"o-1"}}}`, 1)))
		}, `identity_policies["task-execution"] names the condition key "aws:PrincpalTag/environment-of-the-application" in the statement 1`},
		"as a variable": {func(in *verdict.Input) {
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:*:*:repository/${aws:PrincpalTag/team}")))
		}, `identity_policies["task-execution"] names the condition key "aws:PrincpalTag/team" in the statement 1`},
		"as a variable, in an old version": {func(in *verdict.Input) {
			in.IdentityPolicies = given(strings.Replace(doc(login, pullOn("arn:aws:ecr:*:*:repository/${aws:PrincipalTag/app}")), "2012-10-17", "2008-10-17", 1))
		}, `identity_policies["task-execution"] has ${aws:PrincipalTag/app} in the statement 1 (the second): variables need "Version": "2012-10-17"`},
		"as a variable of another repository, in an old version": {func(in *verdict.Input) {
			in.IdentityPolicies = given(pulling, strings.Replace(doc(pullOn("arn:aws:ecr:*:*:repository/other/${aws:username}")), "2012-10-17", "2008-10-17", 1))
		}, ""},
		"in a Deny that the context keeps from applying": {func(in *verdict.Input) {
			in.PermissionsBoundary = given(doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"Ours","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgsID":"o-1"}}}`))
			in.Context = map[string][]string{"aws:PrincipalOrgsID": {"o-1"}}
		}, `permissions_boundary names the condition key "aws:PrincipalOrgsID" in the statement "Ours"`},
		"in a statement for another repository": {func(in *verdict.Input) {
			in.IdentityPolicies = given(pulling, doc(strings.Replace(pullOn(repositoryARN+"2"), "}", `,"Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}}`, 1)))
		}, ""},
		"in a statement for another action": {func(in *verdict.Input) {
			in.IdentityPolicies = given(pulling, doc(`{"Effect":"Deny","Action":"ecr:PutImage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}}`))
		}, ""},
		"in a statement for another account": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(grant, strings.NewReplacer(`"Pull"`, `"Other","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, "123456789012", "111122223333").Replace(grant)))
		}, ""},
		"new keys of AWS in a policy": {func(in *verdict.Input) {
			in.PermissionsBoundary = given(doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSMCPService":"true"},"StringLike":{"aws:CalledViaAWSMCP":"*","aws:SignInSessionArn":"*"}}}`))
		}, ""},
		"keys of sessions in a policy": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(doc(grant, strings.Replace(grant, `"Pull"`, `"Other","Condition":{"StringEquals":{"ec2:SourceInstanceARN":"x","ec2:RoleDelivery":"2.0","lambda:SourceFunctionArn":"x","ssm:SourceInstanceArn":"x","saml:aud":"x","token.actions.githubusercontent.com:sub":"x","identitystore:UserId":"x"}}`, 1)))
		}, ""},
		"nothing like it":  {key("aws:MoonPhaseOfTheNight"), `context["aws:MoonPhaseOfTheNight"] ` + nowhere},
		"Region not known": {func(in *verdict.Input) { in.Image = strings.Replace(image, "us-east-1", "eu-wst-3", 1) }, "image is in the Region eu-wst-3, which is misspelt or newer than this provider (did you mean eu-west-3?)"},
		"Region of ARN not known": {func(in *verdict.Input) {
			in.Image, in.RepositoryARN = "", strings.Replace(repositoryARN, "us-east-1", "moon-central-1", 1)
		}, "repository_arn is in the Region moon-central-1, which is misspelt or newer than this provider"},
		"all actions": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "ecr:BatchGetImage", "ecr:*"))
		}, ""},
		"login on the repository": {func(in *verdict.Input) {
			in.RepositoryPolicy = given(strings.ReplaceAll(granting, "ecr:BatchGetImage", "ECR:getauthorizationtoken"))
		}, `repository_policy names ecr:GetAuthorizationToken in the statement "Pull"`},
		"login in what is planned": {func(in *verdict.Input) {
			in.PlannedStatements = []verdict.Document{{Text: strings.ReplaceAll(grant, "ecr:BatchGetImage", "ecr:GetAuthorizationToken"), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}, `planned_statements[0] names ecr:GetAuthorizationToken in the statement "Pull"`},
		"key named as variable": {func(in *verdict.Input) {
			in.Context = map[string][]string{"saml:team": {"x"}}
			in.IdentityPolicies = given(doc(login, pullOn("arn:aws:ecr:*:*:repository/${saml:team}/*")))
		}, ""},
		"key like one that a policy names": {func(in *verdict.Input) {
			in.Context = map[string][]string{"oidc.example.com:subj": {"x"}}
			in.IdentityPolicies = given(doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"oidc.example.com:sub":"x"}}}`))
		}, `context["oidc.example.com:subj"] ` + nowhere + " (did you mean oidc.example.com:sub?)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := with(both(), tt.edit)
			got := verdict.Oddities(in).Error()
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			shown := slices.ContainsFunc(evaluate(t, in).Mismatches, func(m string) bool { return got != "" && strings.HasPrefix(m, got) })
			if shown != (tt.want != "") {
				t.Errorf("the mismatches show it: %t", shown)
			}
		})
	}
}
