// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestNearMiss_action: a statement that is not about the action is no near miss, as long
// as there is one that is.
func TestNearMiss_action(t *testing.T) {
	t.Parallel()
	const login = `{"Sid":"login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	const elsewhere = `{"Sid":"pull","Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"arn:aws:ecr:us-west-2:111111111111:repository/*of-quite-another-name*"}`
	const toOthers = `{"Sid":"pull","Effect":"Allow","Action":"ecr:BatchGetImage","NotPrincipal":{"AWS":["arn:aws:iam::123456789012:role/app","123456789012"]},"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:RequestedRegion":"x"}}}`
	const push = `{"Sid":"push","Effect":"Allow","Action":"ecr:PutImage","Principal":"*"}`
	for name, tt := range map[string]struct{ identity, repository, want string }{
		"identity policy":                 {login + "," + elsewhere, allowCaller, "pull"},
		"repository policy":               {allowAll, `{"Statement":[` + push + `,` + toOthers + `]}`, "pull"},
		"nothing is about the action":     {login, allowCaller, "login"},
		"among those about other actions": {`{"Sid":"far","Effect":"Allow","Action":"ecr:PutImage","Resource":"arn:aws:ecr:us-west-2:1:x"},` + login, allowCaller, "login"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.identity != allowAll {
				tt.identity = `{"Statement":[` + tt.identity + `]}`
			}
			d := authz.Evaluate(request(nil), authz.Policies{Identity: given(tt.identity), Repository: given(tt.repository)})
			if len(d.NearMisses) != 1 || d.NearMisses[0].Sid != tt.want {
				t.Errorf("%s, near misses %+v; want %s", d.Verdict, d.NearMisses, tt.want)
			}
		})
	}
}

// TestNearMiss_almost: an action of another service with the same name, and the service
// principal of a Region, are near misses before all others.
func TestNearMiss_almost(t *testing.T) {
	t.Parallel()
	req := request(nil)
	req.Action, req.Resource = "ecr:GetAuthorizationToken", "*"
	login := authz.Evaluate(req, authz.Policies{Identity: given(`{"Statement":[
		{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"arn:aws:ecr:us-west-2:1:x","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Allow","NotAction":"ecr:GetAuthorizationToken","Resource":"*"},
		{"Effect":"Allow","Action":["sts:GetServiceBearerToken","ecr-public:GetAuthorizationToken"],"Resource":"*"}]}`)})
	req = request(nil)
	req.Principal = "lambda.amazonaws.com"
	service := authz.Evaluate(req, authz.Policies{Repository: given(`{"Statement":[
		{"Effect":"Allow","Action":"*","Principal":{"Service":"ecs.amazonaws.com"}},
		{"Effect":"Allow","Action":"*","Principal":{"Service":["ec2.amazonaws.com","lambda.us-east-1.amazonaws.com"]}}]}`)})
	for want, d := range map[authz.Mismatch]authz.Decision{
		authz.OtherText{Asked: "ecr:GetAuthorizationToken", Stated: "ecr-public:GetAuthorizationToken", Distance: authz.MaxDistance}: login,
		authz.OtherPrincipal{Asked: "lambda.amazonaws.com", Stated: "lambda.us-east-1.amazonaws.com"}:                                service,
	} {
		if len(d.NearMisses) != 1 || d.NearMisses[0].Mismatch != want {
			t.Errorf("near misses %+v, want %+v", d.NearMisses, want)
		}
	}
}

// TestServiceLinkedIsAskedFor: where only a service-linked role is not denied, the ARN of the role
// decides, and is asked for once.
func TestServiceLinkedIsAskedFor(t *testing.T) {
	t.Parallel()
	req := request(nil, "aws:SourceVpce")
	req.Principal, req.AssumeNoPath = "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForECS/s", true
	const denyAll = `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`
	const allowEndpoint = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}}`
	d := authz.Evaluate(req, authz.Policies{Identity: given(allowAll), SCP: []authz.PolicySet{given(denyAll)}, Repository: given(allowEndpoint)})
	var keys []string
	for _, k := range d.UnknownKeys {
		keys = append(keys, k.Key)
	}
	if d.Verdict != authz.Conditional || !slices.Equal(keys, []string{"aws:SourceVpce", "aws:PrincipalArn"}) {
		t.Errorf("%s, unknown keys %v", d.Verdict, keys)
	}
}

// TestNearMiss_never: a condition on a tag of the repository is one that the login can
// never meet.
func TestNearMiss_never(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]bool{"ecr:GetAuthorizationToken": true, "ecr:BatchGetImage": false} {
		req := request(map[string][]string{"ecr:ResourceTag/team": {}})
		if req.Action = action; want {
			req.Resource = "*"
		}
		d := authz.Evaluate(req, authz.Policies{
			Identity:   given(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"ecr:ResourceTag/team":"a"}}}}`),
			Repository: given(allowCaller),
		})
		if len(d.NearMisses) != 1 {
			t.Fatalf("%+v", d)
		}
		if unmet, _ := d.NearMisses[0].Mismatch.(authz.UnmetCondition); unmet.Never != want {
			t.Errorf("%s: %+v, want Never %t", action, d.NearMisses[0], want)
		}
	}
}

// TestLackingLevels: it is told which levels of service control policies do not allow.
func TestLackingLevels(t *testing.T) {
	t.Parallel()
	full, none := given(allowAll), given(`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
	denies := given(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`)
	for name, tt := range map[string]struct {
		levels []authz.PolicySet
		want   []int
	}{
		"two of three":  {[]authz.PolicySet{none, full, none}, []int{1, 3}},
		"one of two":    {[]authz.PolicySet{full, none}, []int{2}},
		"the only one":  {[]authz.PolicySet{none}, nil},
		"explicit deny": {[]authz.PolicySet{full, denies}, nil},
		"not the cause": {[]authz.PolicySet{full}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policies := authz.Policies{Identity: given(allowAll), SCP: tt.levels}
			if got := authz.Evaluate(request(nil), policies).LackingLevels; !slices.Equal(got, tt.want) {
				t.Errorf("lacking levels %v, want %v", got, tt.want)
			}
		})
	}
}

// TestNearMiss_variables: a near miss has what the request has of the policy variables of the
// element that does not fit, as far as that is known.
func TestNearMiss_variables(t *testing.T) {
	t.Parallel()
	req := request(map[string][]string{"aws:PrincipalTag/team": {"pay"}, "aws:PrincipalTag/none": nil, "aws:ResourceTag/team": {"ops"}}, "aws:PrincipalTag/unknown")
	team, none := authz.VariableValue{Key: "aws:PrincipalTag/team", Values: []string{"pay"}}, authz.VariableValue{Key: "aws:PrincipalTag/none"}
	const many = `"${aws:PrincipalTag/none1}","${aws:PrincipalTag/none2}","${aws:PrincipalTag/none3}","${aws:PrincipalTag/none4}","${aws:PrincipalTag/none5}",`
	for elements, want := range map[string][]authz.VariableValue{
		`"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":["${aws:PrincipalTag/team}","x${aws:PrincipalTag/team}","${aws:PrincipalTag/none}"]}}`: {team, none},
		`"Resource":"` + repositoryA + `/${aws:PrincipalTag/team}"`:                                                                                     {team},
		`"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"pay"}}`:                                                                    nil,
		`"Resource":"` + repositoryA + `/${aws:PrincipalTag/unknown}","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}`: nil,
		`"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":[` + many + `"${aws:PrincipalTag/team}"]}}`: {
			{Key: "aws:PrincipalTag/none1"}, {Key: "aws:PrincipalTag/none2"}, {Key: "aws:PrincipalTag/none3"}, {Key: "aws:PrincipalTag/none4"}, {Key: "aws:PrincipalTag/none5"},
		},
	} {
		identity := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:BatchGetImage",` + elements + `}}`
		d := authz.Evaluate(req, authz.Policies{Identity: given(identity), Repository: given(allowCaller)})
		if len(d.NearMisses) != 1 || !reflect.DeepEqual(d.NearMisses[0].Variables, want) {
			t.Errorf("%s: near misses %+v, want the variables %+v", elements, d.NearMisses, want)
		}
	}
}
