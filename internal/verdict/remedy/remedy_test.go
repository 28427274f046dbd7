// SPDX-License-Identifier: MPL-2.0

package remedy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// TestRemedies_cure: who does what the remedies say can pull.
func TestRemedies_cure(t *testing.T) {
	t.Parallel()
	for _, tt := range pulls.Cases {
		needsMore := slices.ContainsFunc(tt.DeniedBy, func(by string) bool {
			return by != "identity_policy" && by != "repository_policy"
		})
		if tt.Verdict != authz.Denied || needsMore || strings.Contains(tt.Name, "unknown") || strings.Contains(tt.Name, "explicit") {
			continue
		}
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			in := tt.In
			for _, remedy := range pulls.Evaluate(t, in).Remedies {
				switch {
				case remedy.JSON == "" && strings.HasPrefix(remedy.Sentence, "Tag the repository"):
					in.Context = map[string][]string{"ecr:ResourceTag/stage": {"prod"}}
				case remedy.JSON == "": // it corrects an argument
				case remedy.Side == verdict.Registry:
					in.PlannedStatements = append(in.PlannedStatements, verdict.Document{Text: remedy.JSON})
				default:
					in.PlannedRolePolicies = append(in.PlannedRolePolicies, verdict.Document{Name: "ecrxa-pull", Text: remedy.JSON})
				}
			}
			if got := pulls.Evaluate(t, in); !got.Allowed && len(got.UnknownDocuments) == 0 && !strings.HasPrefix(got.Remedies[0].Sentence, "Correct actions") {
				t.Errorf("still not allowed:\n%s", got.Explanation)
			}
		})
	}
}

// TestRemedies_limits: a policy that limits is cured where it stands.
func TestRemedies_limits(t *testing.T) {
	t.Parallel()
	fullAccess := pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
	endpoint := pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`)
	scps := func(in *verdict.Input, texts ...string) {
		in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(texts...).List}}
	}
	for _, tt := range []struct {
		layer authz.PolicyType
		set   func(in *verdict.Input, texts ...string)
		text  string
	}{
		{authz.PermissionsBoundary, func(in *verdict.Input, texts ...string) { in.PermissionsBoundary = pulls.DocumentsOf(merged(t, texts)) }, fullAccess},
		{authz.SessionPolicy, func(in *verdict.Input, texts ...string) { in.SessionPolicies = pulls.DocumentsOf(texts...) }, fullAccess},
		{authz.ServiceControlPolicy, scps, fullAccess},
		{authz.VPCEndpointPolicy, func(in *verdict.Input, texts ...string) { in.VPCEndpointPolicy = pulls.DocumentsOf(merged(t, texts)) }, endpoint},
	} {
		t.Run(string(tt.layer), func(t *testing.T) {
			t.Parallel()
			denied := pulls.With(pulls.Both(), func(in *verdict.Input) { tt.set(in, tt.text) })
			got := pulls.Evaluate(t, denied)
			if len(got.Remedies) != 1 || !slices.Equal(got.DeniedBy, []string{string(tt.layer)}) || got.DeniedSide != verdict.Consumer {
				t.Fatalf("denied by %v on the %s side, with %d remedies; want %s, consumer and one", got.DeniedBy, got.DeniedSide, len(got.Remedies), tt.layer)
			}
			cured := pulls.With(pulls.Both(), func(in *verdict.Input) { tt.set(in, tt.text, got.Remedies[0].JSON) })
			if got := pulls.Evaluate(t, cured); !got.Allowed {
				t.Errorf("still not allowed:\n%s", got.Explanation)
			}
			if got.Remedies[0].HCL != "" {
				t.Error("no resource of this provider helps here")
			}
		})
	}
}

// merged makes one document of the statements of several.
func merged(t *testing.T, texts []string) string {
	t.Helper()
	var statements []string
	for _, text := range texts {
		var parsed struct{ Statement []json.RawMessage }
		if err := json.Unmarshal([]byte(text), &parsed); err != nil {
			t.Fatal(err)
		}
		for _, s := range parsed.Statement {
			statements = append(statements, string(s))
		}
	}
	return pulls.Doc(statements...)
}

// TestRemedies_deny: no Allow helps against a Deny, so none is offered.
func TestRemedies_deny(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, pulls.PullOn(pulls.RepositoryARN), `{"Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`))
	got := pulls.Evaluate(t, in)
	want := []report.Remedy{{
		Side:     verdict.Consumer,
		Sentence: "Change statement 2 (the third) of inline policy task-execution so that it does not apply to this pull: it denies ecr:BatchGetImage, and an explicit deny overrides every Allow.",
	}}
	if !slices.Equal(got.Remedies, want) {
		t.Errorf("remedies %+v, want %+v", got.Remedies, want)
	}
}

// TestRemedies_liftCondition: who restricted an Allow on purpose is told so before
// anything that lifts the restriction, and need not lift it.
func TestRemedies_liftCondition(t *testing.T) {
	t.Parallel()
	const condition = `"Sid":"Restricted","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}},`
	restricted := func(statement string) string { return strings.Replace(statement, "{", "{"+condition, 1) }
	everything, toAll := `{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`, `{"Effect":"Allow","Action":"ecr:*","Resource":"*","Principal":"*"}`
	granted := strings.Replace(pulls.Grant, `"Sid":"Pull",`, "", 1)
	for _, tt := range []struct {
		policy string // as a text names it
		set    func(*verdict.Input)
	}{
		{"the repository policy", func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(restricted(granted))) }},
		{"the repository policy", func(in *verdict.Input) {
			in.RoleARN, in.IdentityPolicies = pulls.SameAccountARN, pulls.DocumentsOf(pulls.Doc(pulls.Login))
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(restricted(strings.Replace(granted, "arn:aws:iam::123456789012:root", pulls.SameAccountARN, 1))))
		}},
		{"the registry policy", func(in *verdict.Input) {
			in.RepositoryPolicy, in.RegistryPolicyScope = verdict.DocumentsOf(), "V2"
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(restricted(toAll)))
		}},
		{"inline policy task-execution", func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, restricted(pulls.PullOn(pulls.RepositoryARN))))
		}},
		{"the permissions boundary", func(in *verdict.Input) { in.PermissionsBoundary = pulls.DocumentsOf(pulls.Doc(restricted(everything))) }},
		{"task-execution", func(in *verdict.Input) { in.SessionPolicies = pulls.DocumentsOf(pulls.Doc(restricted(everything))) }},
		{"the service control policy task-execution", func(in *verdict.Input) {
			in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{pulls.DocumentsOf(pulls.Doc(restricted(everything))).List}}
		}},
		{"the VPC endpoint policy", func(in *verdict.Input) { in.VPCEndpointPolicy = pulls.DocumentsOf(pulls.Doc(restricted(toAll))) }},
	} {
		t.Run(tt.policy, func(t *testing.T) {
			t.Parallel()
			in := pulls.With(pulls.Both(), tt.set)
			in.Context = map[string][]string{"aws:SourceVpce": {"vpce-2"}}
			before := pulls.Evaluate(t, in)
			if !slices.ContainsFunc(before.Remedies, func(r report.Remedy) bool { return tellsOfCondition(r, tt.policy) }) {
				t.Errorf("nothing says how to meet the condition, and what lifts it:\n%s", before.Explanation)
			}
			in.Context["aws:SourceVpce"] = []string{"vpce-1"}
			if after := pulls.Evaluate(t, in); !after.Allowed {
				t.Errorf("a pull that meets the condition is not allowed:\n%s", after.Explanation)
			}
		})
	}
}

// tellsOfCondition reports whether a remedy says how to meet the condition of the
// statement "Restricted" of a policy, and then that it lifts it.
func tellsOfCondition(r report.Remedy, policyName string) bool {
	statement := `tatement "Restricted" of ` + policyName
	whom := "the role ecsTaskExecutionRole"
	if ofServiceControlPolicies(r) {
		whom = "anyone in the accounts that the service control policies apply to"
	}
	return strings.HasPrefix(r.Sentence, "S"+statement+" already allows this if aws:SourceVpce equals vpce-1 (pull through that VPC endpoint). Or ") &&
		strings.Contains(r.Sentence, " After that, the condition of s"+statement+" no longer restricts "+whom+".") &&
		(r.HCL == "" || strings.HasPrefix(r.HCL, "# With this, the condition of s"+statement+" no longer restricts "+whom+".\nresource "))
}

// TestRemedies_neverMet: a condition that this pull can never meet is no way out.
func TestRemedies_neverMet(t *testing.T) {
	t.Parallel()
	grant := func(version, condition string) verdict.Documents {
		return pulls.DocumentsOf(`{"Version":"` + version + `","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":` + condition + `}]}`)
	}
	repository := func(condition string) func(*verdict.Input) {
		return func(in *verdict.Input) { in.RepositoryPolicy = grant("2012-10-17", condition) }
	}
	const never = "This pull can never meet the condition of statement \"Pull\" of the "
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		says string
	}{
		"another account": {
			repository(`{"StringEquals":{"aws:PrincipalAccount":"333344445555"}}`),
			never + "repository policy: aws:PrincipalAccount equals 333344445555 (here it is 123456789012). Correct it, if it is to allow this pull. Or grant ",
		},
		"a wildcard":            {repository(`{"StringEquals":{"aws:PrincipalOrgID":"o-*"}}`), never + "repository policy: aws:PrincipalOrgID equals o-* (StringEquals does not take * and ? as wildcards; StringLike does)."},
		"a source of a service": {repository(`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`), "aws:SourceAccount equals 123456789012 (no request of the role ecsTaskExecutionRole has this key)."},
		"a variable of an old version": {func(in *verdict.Input) {
			in.Context = map[string][]string{"aws:PrincipalOrgID": {"o-a1b2c3d4e5"}, "aws:ResourceOrgID": {"o-a1b2c3d4e5"}}
			in.RepositoryPolicy = grant("2008-10-17", `{"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}`)
		}, "(without the Version 2012-10-17 it is no policy variable)."},
		"a time that is past": {func(in *verdict.Input) {
			in.Context = map[string][]string{"aws:CurrentTime": {"2026-11-27T07:00:00Z"}}
			in.RepositoryPolicy = grant("2012-10-17", `{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2025-01-01T00:00:00Z"}}`)
		}, never + "repository policy: aws:CurrentTime is before 2025-01-01T00:00:00Z."},
		"a time that comes": {func(in *verdict.Input) {
			in.Context = map[string][]string{"aws:CurrentTime": {"2026-11-27T07:00:00Z"}}
			in.RepositoryPolicy = grant("2012-10-17", `{"DateGreaterThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2028-01-01T00:00:00Z"}}`)
		}, `Statement "Pull" of the repository policy already allows this if aws:CurrentTime is after`},
		"the owner of the repository, by a VPC endpoint": {func(in *verdict.Input) {
			in.VPCEndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`, `{"Sid":"Own","Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}}`))
			in.VPCEndpointPolicy.List[0].Text = strings.Replace(in.VPCEndpointPolicy.List[0].Text, `"Action":"ecr:*"`, `"Action":"ecr:GetAuthorizationToken"`, 1)
		}, `This pull can never meet the condition of statement "Own" of the VPC endpoint policy: aws:ResourceAccount equals ${aws:PrincipalAccount} (here it is 987654321098).`},
		"an address and an endpoint": {
			repository(`{"StringEquals":{"aws:SourceVpce":"vpce-1"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`),
			never + "repository policy: aws:SourceIp is in 10.0.0.0/8 and aws:SourceVpce equals vpce-1.",
		},
		"the source of another function": {func(in *verdict.Input) {
			*in = verdict.Input{Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:mine"}
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:*","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:other"}}}`))
		}, never + "repository policy: aws:SourceArn equals arn:aws:lambda:us-east-1:123456789012:function:other"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit))
			if !slices.ContainsFunc(got.Remedies, func(r report.Remedy) bool { return strings.Contains(r.Sentence, tt.says) }) ||
				strings.Contains(got.Explanation, never) && strings.Contains(got.Explanation, "already allows this if") {
				t.Errorf("nothing says %q:\n%s", tt.says, got.Explanation)
			}
		})
	}
}

// TestRemedies_ofAWS: nobody but AWS changes an AWS managed policy or a service-linked role.
func TestRemedies_ofAWS(t *testing.T) {
	t.Parallel()
	const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	deny := verdict.Document{Name: denyAll, Text: pulls.Doc(`{"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"}`)}
	const slr = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		says string
	}{
		"a Deny": {
			func(in *verdict.Input) {
				in.IdentityPolicies.List = append(slices.Clone(in.IdentityPolicies.List), deny)
			},
			"Find out why the managed policy " + denyAll + " is attached to the role ecsTaskExecutionRole, and detach it, with all that it allows: ",
		},
		"a Deny of a boundary": {
			func(in *verdict.Input) { in.PermissionsBoundary = verdict.DocumentsOf(deny) },
			"Find out why the permissions boundary " + denyAll + " is attached to the role ecsTaskExecutionRole, and detach it, or replace it by one of your own: ",
		},
		"a boundary": {func(in *verdict.Input) {
			in.PermissionsBoundary = verdict.DocumentsOf(verdict.Document{Name: "arn:aws:iam::aws:policy/AmazonS3FullAccess", Text: pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)})
		}, "Replace the permissions boundary arn:aws:iam::aws:policy/AmazonS3FullAccess, which only AWS changes, by one of your own"},
		"a service-linked role": {
			func(in *verdict.Input) { in.RoleARN, in.IdentityPolicies = slr, verdict.DocumentsOf() },
			"Pull with another role: " + slr + " is a service-linked role, whose policies only AWS changes.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit))
			if !slices.ContainsFunc(got.Remedies, func(r report.Remedy) bool { return strings.HasPrefix(r.Sentence, tt.says) && r.HCL == "" }) {
				t.Errorf("remedies %+v, want %q", got.Remedies, tt.says)
			}
		})
	}
}

// TestRemedies_keyOfEveryRequest: a key that no request lacks is not asked for as one that may be absent.
func TestRemedies_keyOfEveryRequest(t *testing.T) {
	t.Parallel()
	for key, everywhere := range map[string]bool{"aws:CurrentTime": true, "aws:PrincipalTag/until": false} {
		in := pulls.Both()
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"DateLessThan":{"` + key + `":"2027-01-01T00:00:00Z"}}}`))
		got := pulls.Evaluate(t, in)
		if len(got.Remedies) != 1 || strings.Contains(got.Remedies[0].Sentence, "or [] if") == everywhere {
			t.Errorf("%s: remedies %+v", key, got.Remedies)
		}
	}
}

// TestRemedies_unlistedAction: no policy is to allow an action that AWS does not have.
func TestRemedies_unlistedAction(t *testing.T) {
	t.Parallel()
	for action, says := range map[string]string{
		"ecr:ListImageReferrers": "ecr:ListImageReferrers (ECR authorizes it as ecr:BatchGetImage: write that)",
		"ecr:ListImage":          "ecr:ListImage (did you mean ecr:ListImages?)",
		"ecr:Nonsense":           "ecr:Nonsense as",
	} {
		in := pulls.None()
		in.Access, in.Actions = "", []string{action}
		got := pulls.Evaluate(t, in).Remedies
		if len(got) != 1 || got[0].HCL != "" || got[0].JSON != "" || !strings.Contains(got[0].Sentence, says) {
			t.Errorf("%s: remedies %+v, want one without a policy that says %q", action, got, says)
		}
	}
}

// TestRemedies_tagOfOthers: who asks for another value of a tag is told of the one that it has.
func TestRemedies_tagOfOthers(t *testing.T) {
	t.Parallel()
	for value, says := range map[string]string{
		"ops": `add to its tags: "team" = "pay". Today team is ops: make sure that nobody relies on that, or correct the condition.`,
		"":    `add to its tags: "team" = "pay".`,
	} {
		in := pulls.Both()
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:ResourceTag/team":"pay"}}}`))
		in.Context = map[string][]string{"aws:ResourceTag/team": {}}
		if value != "" {
			in.Context["aws:ResourceTag/team"] = []string{value}
		}
		if got := pulls.Evaluate(t, in).Remedies; len(got) != 1 || !strings.HasSuffix(got[0].Sentence, says) {
			t.Errorf("remedies %+v, want one that ends with %q", got, says)
		}
	}
}

// TestRemedies_tags: the registry side alone changes the tags of a repository, also where a
// condition asks that it lacks one, or has another value. What two statements ask for in vain
// is said, and no value is made up.
func TestRemedies_tags(t *testing.T) {
	t.Parallel()
	on := func(effect, condition string) string {
		return `{"Sid":"` + effect + `","Effect":"` + effect + `","Action":"ecr:BatchGetImage","Resource":"*","Condition":` + condition + `}`
	}
	identity := func(statements ...string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			statements = append(statements, pulls.Login, strings.Replace(pulls.PullOn("*"), "ecr:BatchGetImage", "ecr:ListImages", 1))
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(statements...))
		}
	}
	both := func(in *verdict.Input) {
		identity(on("Allow", `{"StringEquals":{"aws:ResourceTag/team":"pay"}}`))(in)
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"ecr:ResourceTag/team":"ops"}}}`))
	}
	const untag = "aws ecr untag-resource --region us-east-1 --resource-arn " + pulls.RepositoryARN + " --tag-keys team. In its aws_ecr_repository, remove it from its tags, and from default_tags of the provider."
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		team []string
		says []string
	}{
		"any value":          {identity(on("Allow", `{"Null":{"aws:ResourceTag/team":"false"}}`)), nil, []string{"with team = true (any value will do), as"}},
		"a pattern":          {identity(on("Allow", `{"StringLike":{"aws:ResourceTag/team":"prod-*"}}`)), []string{"dev"}, []string{"with team = prod-x (any value that matches prod-* will do), as", "'Key=team,Value=prod-x'"}},
		"any value, pattern": {identity(on("Allow", `{"StringLike":{"aws:ResourceTag/team":"*"}}`)), nil, []string{"with team = true (any value will do), as"}},
		"another value":      {identity(on("Allow", `{"StringNotEquals":{"aws:ResourceTag/team":"dev"}}`)), []string{"dev"}, []string{"Remove the tag team from the repository payment-service, as the condition of statement \"Allow\"", untag + " Or give team a value other than dev. Today team is dev: "}},
		"no such value":      {identity(on("Allow", `{"StringNotLike":{"aws:ResourceTag/team":"d*"}}`)), []string{"dev"}, []string{"Or give team a value that does not match d*."}},
		"no tag":             {identity(on("Allow", `{"Null":{"aws:ResourceTag/team":"true"}}`)), []string{"dev"}, []string{"Remove the tag team", untag + " Today team is dev: "}},
		"a Deny of a value":  {identity(on("Allow", `{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}`), on("Deny", `{"StringEquals":{"aws:ResourceTag/team":"dev"},"Null":{"aws:ResourceTag/team":"false"}}`)), []string{"dev"}, []string{"Remove the tag team from the repository payment-service, as the condition of statement \"Deny\""}},
		"two conditions":     {identity(on("Allow", `{"StringLike":{"aws:ResourceTag/team":"prod*"},"StringNotEquals":{"aws:ResourceTag/team":"prod"}}`)), []string{"dev"}, []string{"Tag the repository payment-service with team = prodx"}},
		"two values":         {both, []string{"dev"}, []string{"with team = pay, as", "This pull can never meet the condition of statement \"Pull\" of the repository policy: ecr:ResourceTag/team equals ops (statement \"Allow\" of inline policy task-execution asks for team = pay, and a tag has one value). Correct it"}},
		"a value and none": {func(in *verdict.Input) {
			both(in)
			identity(on("Allow", `{"Null":{"aws:ResourceTag/team":"true"}}`))(in)
		}, []string{"dev"}, []string{"Remove the tag team", "(statement \"Allow\" of inline policy task-execution asks for a repository without this tag)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.With(pulls.Both(), tt.edit)
			in.Access, in.Actions = "", []string{"ecr:BatchGetImage"}
			in.Context = map[string][]string{"aws:ResourceTag/team": tt.team}
			got := pulls.Evaluate(t, in)
			for _, text := range tt.says {
				isSaid := func(r report.Remedy) bool { return r.Side == verdict.Registry && strings.Contains(r.Sentence, text) }
				if !slices.ContainsFunc(got.Remedies, isSaid) {
					t.Errorf("no remedy of the registry side says %q: %+v", text, got.Remedies)
				}
			}
			if strings.Contains(got.Explanation, "already allows this if") {
				t.Errorf("a condition is offered that nobody can meet:\n%s", got.Explanation)
			}
		})
	}
}

// TestRemedies_twoTags: where a condition compares a tag of the repository with a tag of the
// principal, both values are told, and what each side can change makes the pull allowed.
func TestRemedies_twoTags(t *testing.T) {
	t.Parallel()
	on := func(condition string) string {
		return pulls.Doc(pulls.Login, strings.TrimSuffix(pulls.PullOn("*"), "}")+`,"Condition":`+condition+`}`)
	}
	const (
		equals   = `{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}`
		tagRepo  = "Tag the repository payment-service with team = pay, as the condition of statement 1 (the second) of inline policy task-execution asks, which compares the tag with aws:PrincipalTag/team: aws ecr tag-resource --region us-east-1 --resource-arn " + pulls.RepositoryARN + " --tags 'Key=team,Value=pay'."
		isOps    = "Today team is ops: make sure that nobody relies on that, or correct the condition."
		orRole   = "Or instead, on the consumer side, account 123456789012: tag the role ecsTaskExecutionRole with team = ops: aws iam tag-role --role-name ecsTaskExecutionRole --tags 'Key=team,Value=ops'."
		tagRole  = "Tag the role ecsTaskExecutionRole with team = ops, as the condition of statement 1 (the second) of inline policy task-execution asks, which compares the tag with aws:ResourceTag/team: aws iam tag-role --role-name ecsTaskExecutionRole --tags 'Key=team,Value=ops'. In its aws_iam_role, add to its tags: \"team\" = \"ops\"."
		overrule = " A session tag with this key overrules it."
	)
	known := func(principal, repository []string) map[string][]string {
		return map[string][]string{"aws:PrincipalTag/team": principal, "aws:ResourceTag/team": repository}
	}
	pay, ops := []string{"pay"}, []string{"ops"}
	for name, tt := range map[string]struct {
		condition, role string
		context         map[string][]string
		side            verdict.Side // of the one remedy
		says, lacks     []string
	}{
		"tag of the repository with that of the role": {equals, "", known(pay, ops), verdict.Registry, []string{tagRepo, isOps, orRole}, []string{overrule}},
		"tag of the role with that of the repository": {`{"StringEquals":{"aws:PrincipalTag/team":"${ecr:ResourceTag/team}"}}`, "", known(pay, ops), verdict.Registry, []string{tagRepo, isOps, orRole}, nil},
		"with a text before it":                       {`{"StringLike":{"aws:ResourceTag/team":"of-${aws:PrincipalTag/team}"}}`, "", known(pay, []string{"of-ops"}), verdict.Registry, []string{"with team = of-pay,", "Today team is of-ops", orRole}, nil},
		"with a text that the repository's has not":   {`{"StringLike":{"aws:ResourceTag/team":"of-${aws:PrincipalTag/team}"}}`, "", known(pay, ops), verdict.Registry, []string{"with team = of-pay,"}, []string{"Or instead"}},
		"repository without the tag":                  {equals, "", known(pay, nil), verdict.Registry, []string{tagRepo}, []string{"Today", "Or instead"}},
		"role without the tag":                        {equals, "", known(nil, ops), verdict.Consumer, []string{tagRole}, []string{"Today", "Tag the repository", overrule}},
		"session without the tag":                     {equals, "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/x", known(nil, ops), verdict.Consumer, []string{tagRole, overrule}, nil},
		"user":                                        {equals, "arn:aws:iam::123456789012:user/dev", known(nil, ops), verdict.Consumer, []string{"Tag the user dev with team = ops", "aws iam tag-user --user-name dev --tags 'Key=team,Value=ops'. In its aws_iam_user,"}, nil},
		"role of AWS":                                 {equals, "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef", known(pay, ops), verdict.Registry, []string{"Tag the repository"}, []string{"Or instead"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.Both()
			in.IdentityPolicies, in.Context = pulls.DocumentsOf(on(tt.condition)), tt.context
			if tt.role != "" {
				in.RoleARN = tt.role
				in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:*"}`))
			}
			got := pulls.Evaluate(t, in)
			if len(got.Remedies) != 1 || got.Remedies[0].Side != tt.side {
				t.Fatalf("remedies %+v", got.Remedies)
			}
			sentence := got.Remedies[0].Sentence
			for _, text := range tt.says {
				if !strings.Contains(sentence, text) {
					t.Errorf("the remedy does not say %q: %s", text, sentence)
				}
			}
			for _, text := range tt.lacks {
				if strings.Contains(sentence, text) {
					t.Errorf("the remedy says %q: %s", text, sentence)
				}
			}
		})
	}
}

// TestRemedies_exclude: of two conditions that no pull meets together, one is a way.
func TestRemedies_exclude(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ identity, repository, why, never string }{
		"an endpoint has no address": {`{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, "task-execution: a request through a VPC endpoint has no aws:SourceIp. Meet that one and correct this one. Or grant", ""},
		"paths and ID":               {`{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}}`, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-bbbbbbbbbb/*"}}`, "task-execution: the paths of an organization begin with its ID.", ""},
		"two values":                 {`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`, `{"StringEquals":{"aws:SourceVpc":"vpc-2"}}`, "task-execution: what they ask of aws:SourceVpc excludes each other.", ""},
		"both can be met":            {`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`, `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, "", ""},
		"another organization":       {`{"Null":{"aws:SourceVpc":"false"}}`, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-bbbbbbbbbb/*"}}`, "", "can never meet the condition of statement \"Pull\" of the repository policy: aws:PrincipalOrgPaths has a value that matches o-bbbbbbbbbb/* (the account of the role ecsTaskExecutionRole is in the organization o-known)"},
		"another of the repository":  {`{"Null":{"aws:SourceVpc":"false"}}`, `{"StringEquals":{"aws:ResourceOrgID":"o-bbbbbbbbbb"}}`, "", "equals o-bbbbbbbbbb (the account of the repository is in no organization)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.Both()
			in.Context = map[string][]string{}
			if tt.why == "" {
				in.Context = map[string][]string{"aws:SourceVpc": {}, "aws:SourceVpce": {}, "aws:PrincipalOrgID": {"o-known"}, "aws:ResourceOrgPaths": {}}
			}
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, `{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":`+tt.identity+`}`))
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Pull","Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":` + tt.repository + `}`))
			in.Actions, in.Access = []string{"ecr:BatchGetImage"}, ""
			got := pulls.Evaluate(t, in)
			says := func(text string) bool { return strings.Contains(got.Explanation, text) }
			if got.Verdict != authz.Denied || !says(tt.why) || says("No pull meets both") != (tt.why != "") || !says(tt.never) {
				t.Errorf("want %q and %q:\n%s", tt.why, tt.never, got.Explanation)
			}
		})
	}
}

// TestRemedies_noMore: what is not missing is not granted: the creation of a repository that
// exists, and the login of who only creates a function.
func TestRemedies_noMore(t *testing.T) {
	t.Parallel()
	cached := pulls.With(pulls.None(), func(in *verdict.Input) {
		in.Access, in.RepositoryExists, in.RepositoryPolicy = actionset.PullThroughCache, verdict.Exists, pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`))
	})
	function := verdict.Input{Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:checkout"}
	function.RoleARN, function.IdentityPolicies, function.RepositoryPolicy = pulls.RoleARN, verdict.DocumentsOf(), cached.RepositoryPolicy
	for action, in := range map[string]verdict.Input{"ecr:CreateRepository": cached, actionset.TokenAction: function} {
		got := pulls.Evaluate(t, in).Remedies
		if len(got) != 1 || !strings.Contains(got[0].JSON, "ecr:BatchGetImage") || got[0].HCL == "" {
			t.Fatalf("remedies %+v", got)
		}
		if text := got[0].Sentence + got[0].JSON + got[0].HCL; strings.Contains(text, action) || action == "ecr:CreateRepository" && strings.Contains(text, "access ") {
			t.Errorf("%s is granted: %s", action, text)
		}
	}
}

// TestRemedies_registryGrant: what only the registry policy can allow for the first pull through
// a cache is a registry grant, for principals that it can be for.
func TestRemedies_registryGrant(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		hcl  []string // none: no registry grant can be for the principal
		json string
	}{
		"role": {func(*verdict.Input) {}, []string{`role_arns    = ["` + pulls.RoleARN + `"]`, `sid          = "PullThroughCacheBy123456789012ecsTaskExecutionRole"`}, `"Principal":{"AWS":"` + pulls.RoleARN + `"}`},
		"Sid that another statement has": {func(in *verdict.Input) {
			in.RegistryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"PullThroughCacheBy123456789012ecsTaskExecutionRole","Effect":"Allow","Principal":"*","Action":"ecr:ReplicateImage","Resource":"*"}`))
		}, []string{`sid          = "PullThroughCacheBy123456789012ecsTaskExecutionRole2"`}, `"Sid":"PullThroughCacheBy123456789012ecsTaskExecutionRole2"`},
		"user": {func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:user/dev" }, []string{`user_arns    = ["arn:aws:iam::123456789012:user/dev"]`}, `"Principal":{"AWS":"arn:aws:iam::123456789012:user/dev"}`},
		"role of IAM Identity Center without its path": {func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/x"
		}, []string{`match_roles_by = "condition"`, "sso.amazonaws.com/*AWSReservedSSO_Dev_0123456789abcdef"}, `"Principal":{"AWS":"arn:aws:iam::123456789012:root"}`},
		"federated user": {func(in *verdict.Input) {
			in.RoleARN, in.SessionPolicies = "arn:aws:sts::123456789012:federated-user/dev", pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}, nil, `"Principal":{"AWS":"arn:aws:sts::123456789012:federated-user/dev"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.With(pulls.None(), func(in *verdict.Input) {
				in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
				in.RepositoryCreationTemplatePolicy = verdict.DocumentsOf()
				in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
			})
			in = pulls.With(in, tt.edit)
			got := pulls.Evaluate(t, in).Remedies
			if len(got) != 1 || got[0].Side != verdict.Registry || !strings.Contains(got[0].JSON, tt.json) {
				t.Fatalf("remedies %+v", got)
			}
			for _, want := range tt.hcl {
				if !strings.HasPrefix(got[0].HCL, `resource "ecrxa_registry_grant" "payment_service" {`) || !strings.Contains(got[0].HCL, want) {
					t.Errorf("not in the configuration: %s\n%s", want, got[0].HCL)
				}
			}
			if len(tt.hcl) == 0 && got[0].HCL != "" {
				t.Errorf("configuration for a principal that has none: %s", got[0].HCL)
			}
			in.PlannedRegistryStatements = []verdict.Document{{Text: got[0].JSON}}
			if after := pulls.Evaluate(t, in); !after.Allowed {
				t.Errorf("still not allowed:\n%s", after.Explanation)
			}
		})
	}
}

// TestRemedies_namesAreFree: what a remedy adds must not replace what stands there.
func TestRemedies_namesAreFree(t *testing.T) {
	t.Parallel()
	in := pulls.None()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"PullBy123456789012ecsTaskExecutionRole","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:BatchGetImage"}`))
	in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: pulls.Doc(pulls.Login)}}
	for _, remedy := range pulls.Evaluate(t, in).Remedies {
		want := map[verdict.Side]string{
			verdict.Consumer: `"ecrxa-pull-2"`,
			verdict.Registry: `"PullBy123456789012ecsTaskExecutionRole2"`,
		}[remedy.Side]
		if !strings.Contains(remedy.HCL, want) {
			t.Errorf("the %s remedy has not the name %s:\n%s", remedy.Side, want, remedy.HCL)
		}
	}
}

// TestRemedies_conditional: what settles the verdict is asked for, and settles it.
func TestRemedies_conditional(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-a","o-b"]}}}`))
	got := pulls.Evaluate(t, in)
	if got.Verdict != authz.Conditional || !slices.Equal(got.UnknownContextKeys, []string{"aws:PrincipalOrgID"}) {
		t.Fatalf("verdict %s, unknown keys %v", got.Verdict, got.UnknownContextKeys)
	}
	if sentence := got.Remedies[0].Sentence; !strings.Contains(sentence, "must be o-a or o-b") {
		t.Errorf("the remedy does not say what the key must be: %s", sentence)
	}
	for value, want := range map[string]authz.Verdict{"o-b": authz.Allowed, "o-c": authz.Denied} {
		in.Context = map[string][]string{"aws:PrincipalOrgID": {value}}
		if got := pulls.Evaluate(t, in).Verdict; got != want {
			t.Errorf("verdict %s for %s, want %s", got, value, want)
		}
	}
}

// TestRemedies_asked: what is open is asked for, and no more.
func TestRemedies_asked(t *testing.T) {
	t.Parallel()
	s3 := func(elements string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.S3EndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Layers","Effect":"Deny","Action":"s3:*","Resource":"*",`+elements+`}`, `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`))
		}
	}
	faulty := make([]string, 60)
	for i := range faulty {
		faulty[i] = `{"Effect":"Allow","Principal":"*","Action":"ecr:*","Moon":"full"}`
	}
	for name, tt := range map[string]struct {
		edit func(*verdict.Input)
		want []string // the remedies begin with these
		all  int      // how many there are, if not as many
	}{
		"path of a role of IAM Identity Center": {func(in *verdict.Input) {
			in.RoleARN = "arn:aws:iam::123456789012:role/AWSReservedSSO_Dev_0123456789abcdef"
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/*"}}}`))
		}, []string{"Set role_arn to the ARN of the role with its path"}, 0},
		"very many statements":          {func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(faulty...)) }, []string{"Correct statement 0"}, 50},
		"S3 endpoint and a VPC":         {s3(`"Principal":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`), []string{`Set context = { "aws:SourceVpc"`}, 0},
		"S3 endpoint, a VPC and a role": {s3(`"Principal":{"AWS":"` + pulls.RoleARN + `"},"Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`), []string{`Set context = { "aws:SourceVpc"`, `Review statement "Layers" of the S3 endpoint policy`}, 0},
		"function in the account of the repository": {func(in *verdict.Input) {
			*in = verdict.Input{Image: pulls.Image, Puller: puller.Lambda, SourceARN: "arn:aws:lambda:us-east-1:987654321098:function:f", RepositoryPolicy: verdict.DocumentsOf(), RegistryPolicy: verdict.DocumentsOf()}
		}, []string{"Grant ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to lambda.amazonaws.com"}, 0},
		"control policies of the consumer": {func(in *verdict.Input) { in.ConsumerResourceControlPolicies.State = verdict.Unknown }, []string{"Set consumer_resource_control_policies"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit))
			if got.Verdict != authz.Conditional || len(got.Remedies) != max(tt.all, len(tt.want)) {
				t.Fatalf("verdict %s, %d remedies %+v", got.Verdict, len(got.Remedies), got.Remedies)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got.Remedies[i].Sentence, want) {
					t.Errorf("%q, want %q", got.Remedies[i].Sentence, want)
				}
			}
		})
	}
}

// TestRemedies_hiddenDenies: Deny statements of which one or the other applies show when those
// are gone that always apply.
func TestRemedies_hiddenDenies(t *testing.T) {
	t.Parallel()
	deny := func(sid, condition string) string {
		return `{"Sid":"` + sid + `","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"` + condition + `}`
	}
	got := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
		in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, deny("Always", ""),
			deny("In", `,"Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`), deny("Out", `,"Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)))
	}))
	for i, sid := range []string{"Always", "In", "Out"} {
		if len(got.Remedies) != 3 || !strings.Contains(got.Remedies[i].Sentence, `hange statement "`+sid+`" of the repository policy so that it does not apply`) {
			t.Errorf("remedies %+v", got.Remedies)
		}
	}
}

// TestRemedies_tagsNotTried: tags that make another action depend on what is not known are not
// proposed, and of very many statements on tags the first are tried.
func TestRemedies_tagsNotTried(t *testing.T) {
	t.Parallel()
	on := func(action, condition string) string {
		return `{"Effect":"Allow","Action":"ecr:` + action + `","Resource":"*","Condition":{"StringEquals":{` + condition + `}}}`
	}
	many := []string{pulls.Login}
	for range 10 {
		many = append(many, on("PutImage", `"aws:ResourceTag/other":"x"`))
	}
	for name, statements := range map[string][]string{
		"another action is open": {pulls.Login, on("BatchGetImage", `"aws:ResourceTag/team":"pay"`), on("GetDownloadUrlForLayer", `"aws:ResourceTag/team":"dev"`), on("GetDownloadUrlForLayer", `"aws:SourceVpc":"vpc-1"`)},
		"very many":              append(many, on("*", `"aws:ResourceTag/team":"pay"`)),
	} {
		got := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.IdentityPolicies, in.Context = pulls.DocumentsOf(pulls.Doc(statements...)), map[string][]string{"aws:ResourceTag/team": {"dev"}}
		}))
		if got.Verdict != authz.Denied || strings.Contains(got.Explanation, "Tag the repository") {
			t.Errorf("%s:\n%s", name, got.Explanation)
		}
	}
}

// TestRemedies_unsupported: a statement that cannot be judged is pointed at.
func TestRemedies_unsupported(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"Strange","Effect":"Allow","Principal":"*","Action":"ecr:*","Moon":"full"}`))
	got := pulls.Evaluate(t, in)
	if got.Verdict != authz.Conditional || len(got.Remedies) != 1 || !strings.Contains(got.Remedies[0].Sentence, `statement "Strange" of the repository policy`) {
		t.Errorf("verdict %s, remedies %+v", got.Verdict, got.Remedies)
	}
}

// TestRemedies_deleted: ECR takes no change of a policy that names a principal that
// was deleted, so each remedy on the registry's side tells what to do with it first.
func TestRemedies_deleted(t *testing.T) {
	t.Parallel()
	const id = "AROAEXAMPLEEXAMPLE123"
	forRole := strings.ReplaceAll(pulls.Grant, "arn:aws:iam::123456789012:root", id)
	for name, tt := range map[string]struct {
		statement string
		sentence  string // what it contains
		sid       string
	}{
		"of the form of a grant":  {forRole, "import it first: terraform import ecrxa_repository_grant.payment_service '987654321098,us-east-1,payment-service,Pull'.", "Pull"},
		"of another form":         {strings.Replace(forRole, `"AWS":"`+id+`"`, `"AWS":["111122223333","`+id+`"]`, 1), `first correct or remove statement "Pull" of the repository policy, or, if a grant wrote it, apply that grant again`, "PullBy123456789012ecsTaskExecutionRole"},
		"that allows another use": {strings.Replace(forRole, `"ecr:BatchGetImage"`, `"ecr:PutImage"`, 1), `first correct or remove statement "Pull" of the repository policy`, "PullBy123456789012ecsTaskExecutionRole"},
		"a Deny":                  {strings.Replace(forRole, "Allow", "Deny", 1), `first correct or remove statement "Pull" of the repository policy`, "PullBy123456789012ecsTaskExecutionRole"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			remedies := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(tt.statement)) })).Remedies
			if len(remedies) != 1 || !strings.Contains(remedies[0].Sentence, tt.sentence) || !strings.Contains(remedies[0].HCL, `"`+tt.sid+`"`) {
				t.Errorf("remedies %+v, want one with the Sid %s and %q", remedies, tt.sid, tt.sentence)
			}
		})
	}
}

// TestRemedies_whoseImage: where the image is doubtful, no remedy takes it for right.
func TestRemedies_whoseImage(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*verdict.Input){
		"repository missing": func(in *verdict.Input) { in.RepositoryExists = verdict.Missing },
		"Region not known":   func(in *verdict.Input) { in.Image = strings.Replace(pulls.Image, "us-east-1", "us-est-1", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, remedy := range pulls.Evaluate(t, pulls.With(pulls.None(), edit)).Remedies {
				if remedy.HCL != "" && !strings.HasPrefix(remedy.Sentence, "If the image is right, ") {
					t.Errorf("the remedy takes the image for right: %s", remedy.Sentence)
				}
			}
		})
	}
}

// TestRemedies_correctImage: an image that missed what the identity policies allow is
// corrected first, and what would allow it all the same is in doubt.
func TestRemedies_correctImage(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]string{
		"name":    strings.Replace(pulls.Image, "payment-service", "payments-servce", 1),
		"Region":  strings.Replace(pulls.Image, "us-east-1", "eu-west-1", 1),
		"account": strings.Replace(pulls.Image, "987654321098", "987654321089", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.None()
			in.Image, in.IdentityPolicies = wrong, pulls.DocumentsOf(pulls.Pulling)
			remedies := pulls.Evaluate(t, in).Remedies
			if len(remedies) != 3 || remedies[0].Sentence != "Correct the image, if "+pulls.RepositoryARN+" is meant." {
				t.Fatalf("remedies %+v", remedies)
			}
			for _, remedy := range remedies[1:] {
				if !strings.HasPrefix(remedy.Sentence, "If the image is right, ") {
					t.Errorf("the remedy takes the image for right: %s", remedy.Sentence)
				}
			}
		})
	}
}

// TestRemedies_whoseRole: a grant to a role that nobody has seen rests on role_arn.
func TestRemedies_whoseRole(t *testing.T) {
	t.Parallel()
	other := pulls.DocumentsOf(strings.Replace(pulls.Granting, "123456789012", "111111111111", 1))
	for name, tt := range map[string]struct {
		edit    func(*verdict.Input)
		doubted bool
	}{
		"policies not known":             {func(in *verdict.Input) { in.IdentityPolicies = verdict.Documents{} }, true},
		"a grant to another account":     {func(in *verdict.Input) { in.RepositoryPolicy = other }, true},
		"a role that was seen":           {func(in *verdict.Input) { in.RepositoryPolicy, in.RoleExists = other, verdict.Exists }, false},
		"policies that are known":        {func(*verdict.Input) {}, false},
		"policies not known, role given": {func(in *verdict.Input) { in.IdentityPolicies, in.ActualRoleARN = verdict.Documents{}, pulls.RoleARN }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := pulls.With(pulls.Both(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.DocumentsOf() })
			remedies := pulls.Evaluate(t, pulls.With(in, tt.edit)).Remedies
			remedies = slices.DeleteFunc(remedies, func(r report.Remedy) bool { return r.HCL == "" })
			if len(remedies) != 1 || strings.HasPrefix(remedies[0].Sentence, "If role_arn is right, grant") != tt.doubted {
				t.Errorf("remedies %+v, want role_arn doubted: %t", remedies, tt.doubted)
			}
		})
	}
}

// TestRemedies_boundary: the boundary to change is named where its ARN is known.
func TestRemedies_boundary(t *testing.T) {
	t.Parallel()
	got := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
		in.PermissionsBoundary = verdict.DocumentsOf(verdict.Document{Name: "arn:aws:iam::123456789012:policy/limit", Text: pulls.Doc(pulls.Login)})
	}))
	if want := "Add these statements to the permissions boundary arn:aws:iam::123456789012:policy/limit, which"; !strings.HasPrefix(got.Remedies[0].Sentence, want) {
		t.Errorf("remedy %q, want it to begin with %q", got.Remedies[0].Sentence, want)
	}
}

// TestRemedies_access: the remedy grants what was asked, no more.
func TestRemedies_access(t *testing.T) {
	t.Parallel()
	for _, name := range actionset.Names() {
		in := pulls.None()
		in.Access, in.RepositoryExists = name, verdict.Exists
		for _, remedy := range pulls.Evaluate(t, in).Remedies {
			want := `= "` + string(name) + `"`
			if name == actionset.PullThroughCache && remedy.Side == verdict.Consumer {
				want = `= ["ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer"]` // the set has the creation, too
			}
			if !strings.Contains(remedy.HCL, want) {
				t.Errorf("the %s remedy for %s grants something else:\n%s", remedy.Side, name, remedy.HCL)
			}
		}
	}
}

// TestRemedies_correct: what the resources of this provider wrote and does not
// suffice is corrected where it stands, if nothing else is allowed thereby.
func TestRemedies_correct(t *testing.T) {
	t.Parallel()
	const elsewhere = "arn:aws:ecr:us-east-2:987654321098:repository/payment-service"
	const half, whole = `"ecr:BatchGetImage"`, `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	token := strings.Replace(pulls.Login, "{", `{"Sid":"Token",`, 1)
	own := func(name, actions, resources string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: name, Text: pulls.Doc(token, `{"Sid":"Repositories","Effect":"Allow","Action":`+actions+`,"Resource":`+resources+`}`)})
		}
	}
	grants := func(sid, principal, actions string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":` + actions + `}`))
		}
	}
	for name, tt := range map[string]struct {
		edit     func(*verdict.Input)
		sentence string   // how it begins
		hcl      []string // what it contains
	}{
		"another region":               {own("images", whole, `"`+elsewhere+`"`), "If the image is right, correct the inline policy images: allow", []string{`"images"`, `["` + elsewhere + `", "` + pulls.RepositoryARN + `"]`, `"pull"`}},
		"a missing action":             {own("images", half, `"`+pulls.RepositoryARN+`"`), "Correct the inline policy images: allow", []string{`"images"`, `["` + pulls.RepositoryARN + `"]`, `"pull"`}},
		"another access":               {own("images", `["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:CompleteLayerUpload","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"]`, `"`+pulls.RepositoryARN+`"`), "Correct the inline policy images: allow", []string{`"images"`, `"pull_push"`}},
		"less for another repository":  {own("ecrxa-pull", half, `"`+elsewhere+`"`), "Allow", []string{`"ecrxa-pull-2"`, `["` + pulls.RepositoryARN + `"]`}},
		"more for this repository":     {own("ecrxa-pull", `["ecr:BatchGetImage","ecr:DeleteRepository"]`, `"`+pulls.RepositoryARN+`"`), "Allow", []string{`"ecrxa-pull-2"`}},
		"a managed policy":             {own("arn:aws:iam::123456789012:policy/images", half, `"`+pulls.RepositoryARN+`"`), "Allow", []string{`"ecrxa-pull"`}},
		"a grant that lacks an action": {grants("Payments", pulls.RoleARN, half), `Correct the statement "Payments": grant`, []string{`"Payments"`, `"pull"`}},
		"a grant to the account":       {grants("Payments", "123456789012", half), "Grant", []string{`"PullBy123456789012ecsTaskExecutionRole"`}},
		"a Sid that no grant can have": {grants("Payments pull", pulls.RoleARN, half), "Grant", []string{`"PullBy123456789012ecsTaskExecutionRole"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			remedies := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit)).Remedies
			remedies = slices.DeleteFunc(remedies, func(r report.Remedy) bool { return r.HCL == "" })
			if len(remedies) != 1 || !strings.HasPrefix(remedies[0].Sentence, tt.sentence) {
				t.Fatalf("remedies %+v, want one that begins with %q", remedies, tt.sentence)
			}
			for _, part := range tt.hcl {
				if !strings.Contains(remedies[0].HCL, part) {
					t.Errorf("no %s in\n%s", part, remedies[0].HCL)
				}
			}
		})
	}
}

// TestRemedy_ofASession: only IAM knows the path that the grant has to name.
func TestRemedy_ofASession(t *testing.T) {
	t.Parallel()
	for actual, caveat := range map[string]bool{"": true, "arn:aws:iam::123456789012:role/team/ecsTaskExecutionRole": false} {
		result := pulls.Evaluate(t, pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.RoleARN, in.ActualRoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task", actual
		}))
		if got := strings.Contains(result.Explanation, "If the role has a path"); got != caveat {
			t.Errorf("actual_role_arn %q: the caveat stands: %t, want %t\n%s", actual, got, caveat, result.Explanation)
		}
	}
}

// TestRemedies_versionOfTheCondition: a statement is judged without its condition in a
// document of the same Version: what is plain text in Version 2008-10-17 does not
// become a policy variable that would allow the pull.
func TestRemedies_versionOfTheCondition(t *testing.T) {
	t.Parallel()
	statement := `{"Sid":"ByTag","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
		`"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/${aws:PrincipalTag/app}","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}`
	for version, wanted := range map[string]bool{policy.Version2012: true, policy.Version2008: false} {
		in := pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login), strings.Replace(pulls.Doc(statement), policy.Version2012, version, 1))
			in.IdentityPolicies.List[1].Name = "by-tag"
			in.Context = map[string][]string{"aws:SourceVpce": {}, "aws:PrincipalTag/app": {"payment-service"}}
		})
		result := pulls.Evaluate(t, in)
		if got := strings.Contains(result.Explanation, "already allows this if aws:SourceVpce"); got != wanted {
			t.Errorf("Version %s: it is said how to meet the condition: %t, want %t\n%s", version, got, wanted, result.Explanation)
		}
		in.Context["aws:SourceVpce"] = []string{"vpce-1"}
		if got := pulls.Evaluate(t, in).Allowed; got != wanted {
			t.Errorf("Version %s: a pull that meets the condition is allowed: %t, want %t", version, got, wanted)
		}
	}
}

// TestRemedies_importIsAccepted: an import is advised only where the resource accepts
// it. What it would refuse stays as it is, and the remedy adds to it.
func TestRemedies_importIsAccepted(t *testing.T) {
	t.Parallel()
	const whole, token = `"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`, `{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	named := func(name, resource string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: name, Text: pulls.Doc(token, `{"Sid":"Repositories","Effect":"Allow",`+whole+`,"Resource":"`+resource+`"}`)})
		}
	}
	repositories := func(resource string) func(*verdict.Input) { return named("images", resource) }
	for name, tt := range map[string]struct {
		edit     func(*verdict.Input)
		accepted bool
	}{
		"a repository":              {repositories("arn:aws:ecr:us-west-2:987654321098:repository/payment-service"), true},
		"repositories":              {repositories("arn:aws:ecr:us-west-2:*:repository/*"), true},
		"a bucket":                  {repositories("arn:aws:s3:::bucket"), false},
		"a policy variable":         {repositories("arn:aws:ecr:us-west-2:987654321098:repository/${aws:PrincipalTag/app}"), false},
		"a name with a comma":       {named("images,all", "arn:aws:ecr:us-west-2:987654321098:repository/payment-service"), false},
		"a name without repository": {repositories("arn:aws:ecr:us-west-2:987654321098:payment-service"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			remedies := pulls.Evaluate(t, pulls.With(pulls.Both(), tt.edit)).Remedies
			last := remedies[len(remedies)-1]
			if got := strings.Contains(last.Sentence, "terraform import"); got != tt.accepted {
				t.Errorf("import advised: %t, want %t: %s", got, tt.accepted, last.Sentence)
			}
			if !tt.accepted && !strings.Contains(last.HCL, `"ecrxa-pull"`) {
				t.Errorf("the remedy is no policy of its own:\n%s", last.HCL)
			}
		})
	}
}

// TestRemedies_keyIsNoTemplate: no remedy shows configuration with a condition key that AWS
// cannot have, which Terraform might evaluate; it says so.
func TestRemedies_keyIsNoTemplate(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalTag/${file(\"/etc/passwd\")}":"a"}}}`))
	got := pulls.Evaluate(t, in)
	const want = `Set context for the condition key "aws:PrincipalTag/${file(\"/etc/passwd\")}" (AWS cannot have such a key), or [] if`
	if !slices.ContainsFunc(got.Remedies, func(r report.Remedy) bool { return strings.Contains(r.Sentence, want) }) {
		t.Errorf("no remedy has %s: %+v", want, got.Remedies)
	}
	for _, r := range got.Remedies {
		if strings.Contains(r.HCL, "file(") || strings.Contains(r.Sentence, "context = ") {
			t.Errorf("a remedy has the key as configuration: %+v", r)
		}
	}
}

// TestRemedies_versionIsNotTheStatements: a Version that AWS does not know is a fault of
// the document, and no statement is to be corrected for it.
func TestRemedies_versionIsNotTheStatements(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(strings.Replace(pulls.Doc(pulls.Grant), "2012-10-17", "2013", 1))
	for _, r := range pulls.Evaluate(t, in).Remedies {
		if strings.HasPrefix(r.Sentence, "Correct statement") {
			t.Errorf("the remedy is for a statement: %s", r.Sentence)
		}
	}
}
