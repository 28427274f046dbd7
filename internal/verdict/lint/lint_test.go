// SPDX-License-Identifier: MPL-2.0

package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestRejected: what AWS would reject is reported with its place, and its effect is not
// known.
func TestRejected(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = verdict.DocumentsOf(pulls.RepositoryPolicy("{\"Statement\": [{\n  \"Sid\": \"Pull\", \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"ecr:*\",\n  \"Condition\": {\"StringIs\": {\"aws:PrincipalOrgID\": \"o-abc\"}}}]}"))
	in.PlannedStatements = []verdict.Document{{
		Text: `{"Sid":"Planned","Effect":"Deny","Principal":{"AWS":"someone"},"Action":"ecr:*","Moon":"full"}`,
		At:   verdict.At{Attribute: "planned_statements", Indexes: []int{0}},
	}}
	want := []string{
		`repository_policy is not a document that AWS accepts: statement 0 (Sid "Pull"), Condition.StringIs, line 3 (byte 106): AWS has no condition operator of this name`,
		`planned_statements[0] is not a document that AWS accepts: statement 0 (Sid "Planned"), Principal.AWS, line 1 (byte 52): this is not an account ID or the ARN of a role, role session, user, federated user or account root: someone`,
		`planned_statements[0] is not a document that AWS accepts: statement 0 (Sid "Planned"), Moon, line 1 (byte 80): unknown element of a statement`,
	}
	result := pulls.Evaluate(t, in)
	var got []string
	for _, notice := range result.Rejected {
		got = append(got, strings.TrimSuffix(notice.Sentence, "."))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if result.Verdict != authz.Conditional {
		t.Errorf("verdict %s, want conditional", result.Verdict)
	}
	for _, doubt := range want {
		if !strings.Contains(result.Explanation, doubt) {
			t.Errorf("not explained: %s", doubt)
		}
	}
}

func TestUnlikely(t *testing.T) {
	t.Parallel()
	key := func(key string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.Context = map[string][]string{key: {"x"}} }
	}
	const nowhere = "has no effect: no policy names it, and AWS does not list it as a global condition key"
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		want string // empty: no finding
	}{
		"global key":             {key("aws:sourcevpce"), ""},
		"tag":                    {key("aws:PrincipalTag/team"), ""},
		"key of another service": {key("sts:ExternalId"), ""},
		"misspelt key":           {key("aws:SourceVpcee"), `context["aws:SourceVpcee"] ` + nowhere + " (did you mean aws:SourceVpce?)"},
		"misspelt service":       {key("asw:SourceVpce"), `context["asw:SourceVpce"] ` + nowhere + " (did you mean aws:SourceVpce?)"},
		"misspelt tag":           {key("aws:PrincipleTag/team"), `context["aws:PrincipleTag/team"] ` + nowhere + " (did you mean aws:PrincipalTag/team?)"},
		"no tag":                 {key("aws:PrincipalTag"), `context["aws:PrincipalTag"] ` + nowhere + " (did you mean aws:PrincipalTag/…?)"},
		"in a policy": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(strings.Replace(pulls.Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
		}, `repository_policy names the condition key "aws:PrincipleOrgID" in the statement "Pull"; AWS does not list this key, and requests probably do not have it (did you mean aws:PrincipalOrgID?)`},
		"in a policy, given in the context": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(strings.Replace(pulls.Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleArn":"o-1"}}`, 1)))
			in.Context = map[string][]string{"aws:principlearn": {"o-1"}}
		}, `repository_policy names the condition key "aws:PrincipleArn" in the statement "Pull"; AWS does not list this key, and requests probably do not have it (did you mean aws:PrincipalArn?). The context sets it, but in AWS the verdict is probably different`},
		"in a policy, without service": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(strings.Replace(pulls.Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"SourceVpc":"vpc-1"}}`, 1)))
		}, `repository_policy names the condition key "SourceVpc" in the statement "Pull"; AWS does not list this key, and requests probably do not have it (did you mean aws:SourceVpc?)`},
		"in a planned statement": {func(in *verdict.Input) {
			in.PlannedStatements = []verdict.Document{{Text: strings.Replace(pulls.Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipalOrgID ":"o-1"}}`, 1), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}, `planned_statements[0] names the condition key "aws:PrincipalOrgID " in the statement "Pull"; AWS does not list this key, and requests probably do not have it (did you mean aws:PrincipalOrgID?)`},
		"in an identity policy, as a tag": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, strings.Replace(pulls.PullOn("*"), "}", `,"Condition":{"StringEquals":{"aws:PrincpalTag/environment-of-the-application":"o-1"}}}`, 1)))
		}, `identity_policies["task-execution"] names the condition key "aws:PrincpalTag/environment-of-the-application" in the statement 1`},
		"as a variable": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, pulls.PullOn("arn:aws:ecr:*:*:repository/${aws:PrincpalTag/team}")))
		}, `identity_policies["task-execution"] names the condition key "aws:PrincpalTag/team" in the statement 1`},
		"as a variable, in an old version": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(strings.Replace(pulls.Doc(pulls.Login, pulls.PullOn("arn:aws:ecr:*:*:repository/${aws:PrincipalTag/app}")), "2012-10-17", "2008-10-17", 1))
		}, `identity_policies["task-execution"] has ${aws:PrincipalTag/app} in the statement 1 (the second): a policy variable needs "Version": "2012-10-17"`},
		"as a variable of another repository, in an old version": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Pulling, strings.Replace(pulls.Doc(pulls.PullOn("arn:aws:ecr:*:*:repository/other/${aws:username}")), "2012-10-17", "2008-10-17", 1))
		}, ""},
		"in a Deny that the context keeps from applying": {func(in *verdict.Input) {
			in.PermissionsBoundary = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"Ours","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgsID":"o-1"}}}`))
			in.Context = map[string][]string{"aws:PrincipalOrgsID": {"o-1"}}
		}, `permissions_boundary names the condition key "aws:PrincipalOrgsID" in the statement "Ours"`},
		"in a statement for another repository": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Pulling, pulls.Doc(strings.Replace(pulls.PullOn(pulls.RepositoryARN+"2"), "}", `,"Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}}`, 1)))
		}, ""},
		"in a statement for another action": {func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Pulling, pulls.Doc(`{"Effect":"Deny","Action":"ecr:PutImage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}}`))
		}, ""},
		"in a statement for another account": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, strings.NewReplacer(`"Pull"`, `"Other","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, "123456789012", "111122223333").Replace(pulls.Grant)))
		}, ""},
		"new keys of AWS in a policy": {func(in *verdict.Input) {
			in.PermissionsBoundary = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSMCPService":"true"},"StringLike":{"aws:CalledViaAWSMCP":"*","aws:SignInSessionArn":"*"}}}`))
		}, ""},
		"keys of sessions in a policy": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, strings.Replace(pulls.Grant, `"Pull"`, `"Other","Condition":{"StringEquals":{"ec2:SourceInstanceARN":"x","ec2:RoleDelivery":"2.0","lambda:SourceFunctionArn":"x","ssm:SourceInstanceArn":"x","saml:aud":"x","token.actions.githubusercontent.com:sub":"x","identitystore:UserId":"x"}}`, 1)))
		}, ""},
		"nothing like it":  {key("aws:MoonPhaseOfTheNight"), `context["aws:MoonPhaseOfTheNight"] ` + nowhere},
		"Region not known": {func(in *verdict.Input) { in.Image = strings.Replace(pulls.Image, "us-east-1", "eu-wst-3", 1) }, "image is in the Region eu-wst-3, which is misspelt or newer than this provider (did you mean eu-west-3?)"},
		"Region of ARN not known": {func(in *verdict.Input) {
			in.Image, in.RepositoryARN = "", strings.Replace(pulls.RepositoryARN, "us-east-1", "moon-central-1", 1)
		}, "repository_arn is in the Region moon-central-1, which is misspelt or newer than this provider"},
		"all actions": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(strings.ReplaceAll(pulls.Granting, "ecr:BatchGetImage", "ecr:*"))
		}, ""},
		"login on the repository": {func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(strings.ReplaceAll(pulls.Granting, "ecr:BatchGetImage", "ECR:getauthorizationtoken"))
		}, `repository_policy names ecr:GetAuthorizationToken in the statement "Pull"`},
		"login in what is planned": {func(in *verdict.Input) {
			in.PlannedStatements = []verdict.Document{{Text: strings.ReplaceAll(pulls.Grant, "ecr:BatchGetImage", "ecr:GetAuthorizationToken"), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}, `planned_statements[0] names ecr:GetAuthorizationToken in the statement "Pull"`},
		"key named as variable": {func(in *verdict.Input) {
			in.Context = map[string][]string{"saml:team": {"x"}}
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, pulls.PullOn("arn:aws:ecr:*:*:repository/${saml:team}/*")))
		}, ""},
		"key like one that a policy names": {func(in *verdict.Input) {
			in.Context = map[string][]string{"oidc.example.com:subj": {"x"}}
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"oidc.example.com:sub":"x"}}}`))
		}, `context["oidc.example.com:subj"] ` + nowhere + " (did you mean oidc.example.com:sub?)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.With(pulls.Both(), tt.edit)
			result := pulls.Evaluate(t, in)
			var sentences []string
			for _, notice := range result.Unlikely {
				sentences = append(sentences, notice.Sentence)
			}
			got := strings.Join(sentences, "\n")
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			shown := slices.ContainsFunc(result.Mismatches, func(m string) bool { return got != "" && strings.HasPrefix(m, got) })
			if shown != (tt.want != "") {
				t.Errorf("the mismatches show it: %t", shown)
			}
		})
	}
}
