// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// callerARN returns who the clients are.
func callerARN(t *testing.T, c clients) string {
	t.Helper()
	identity, err := c.sts.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	noError(t, err)
	return *identity.Arn
}

func TestCallerIdentity(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	for want, c := range map[string]clients{
		"arn:aws:iam::987654321098:user/admin": registry,
		adminARN:                               consumer,
		sessionARN:                             assume(t, server, consumer, roleARN),
	} {
		if got := callerARN(t, c); got != want {
			t.Errorf("the caller is %s, want %s", got, want)
		}
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	before := time.Now()
	answer, err := consumer.sts.AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(roleARN), RoleSessionName: aws.String("test"), DurationSeconds: aws.Int32(900),
	})
	noError(t, err)
	if *answer.AssumedRoleUser.Arn != sessionARN {
		t.Errorf("the session is %s, want %s", *answer.AssumedRoleUser.Arn, sessionARN)
	}
	if left := answer.Credentials.Expiration.Sub(before).Round(time.Minute); left != 15*time.Minute {
		t.Errorf("the session lasts %s, want 15m", left)
	}
	if got := callerARN(t, asSession(server, answer.Credentials)); got != sessionARN {
		t.Errorf("the caller is %s, want %s", got, sessionARN)
	}
	for name, test := range map[string]struct {
		input      sts.AssumeRoleInput
		code, text string
	}{
		"absent role":      {sts.AssumeRoleInput{RoleArn: aws.String(roleARN + "2")}, "AccessDenied", "User: " + adminARN + " is not authorized to perform: sts:AssumeRole on resource: " + roleARN + "2"},
		"absent account":   {sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::111122223333:role/x")}, "AccessDenied", "sts:AssumeRole"},
		"no role":          {sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:user/admin")}, "AccessDenied", "sts:AssumeRole"},
		"session name":     {sts.AssumeRoleInput{RoleArn: aws.String(roleARN), RoleSessionName: aws.String("a b")}, "ValidationError", "roleSessionName"},
		"too short a time": {sts.AssumeRoleInput{RoleArn: aws.String(roleARN), DurationSeconds: aws.Int32(60)}, "ValidationError", "durationSeconds"},
	} {
		if test.input.RoleSessionName == nil {
			test.input.RoleSessionName = aws.String("test")
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := consumer.sts.AssumeRole(t.Context(), &test.input)
			wantCode(t, err, test.code, test.text)
		})
	}
}

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	trust := func(elements string) string {
		return statement(`"Effect":"Allow","Action":"sts:AssumeRole",` + elements)
	}
	for name, test := range map[string]struct {
		trust      string
		externalID *string
		trusted    bool
	}{
		"anyone":              {trust(`"Principal":{"AWS":"*"}`), nil, true},
		"account ID":          {trust(`"Principal":{"AWS":"987654321098"}`), nil, true},
		"account root":        {trust(`"Principal":{"AWS":["arn:aws:iam::987654321098:root"]}`), nil, true},
		"the caller":          {trust(`"Principal":{"AWS":"arn:aws:iam::987654321098:user/admin"}`), nil, true},
		"another account":     {trust(`"Principal":{"AWS":"111122223333"}`), nil, false},
		"a service":           {trust(`"Principal":{"Service":"ecs-tasks.amazonaws.com"}`), nil, false},
		"another action":      {statement(`"Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":"987654321098"}`), nil, false},
		"the external ID":     {trust(`"Principal":{"AWS":"987654321098"},"Condition":{"StringEquals":{"sts:ExternalId":"secret"}}`), aws.String("secret"), true},
		"another external ID": {trust(`"Principal":{"AWS":"987654321098"},"Condition":{"StringEquals":{"sts:ExternalId":"secret"}}`), aws.String("guess"), false},
		"without external ID": {trust(`"Principal":{"AWS":"987654321098"},"Condition":{"StringEquals":{"sts:ExternalId":"secret"}}`), nil, false},
		"a deny beside it":    {`{"Statement":[{"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"*"}},{"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"987654321098"}}]}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, registry, consumer := start(t)
			_, err := consumer.iam.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(roleName), PolicyDocument: aws.String(test.trust)})
			noError(t, err)
			_, err = registry.sts.AssumeRole(t.Context(), &sts.AssumeRoleInput{
				RoleArn: aws.String(roleARN), RoleSessionName: aws.String("test"), ExternalId: test.externalID,
			})
			if test.trusted {
				noError(t, err)
				return
			}
			wantCode(t, err, "AccessDenied", "sts:AssumeRole")
			wantStatus(t, err, http.StatusForbidden)
		})
	}
}

func TestRoleChain(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	_, err := as(server, registryID, region).iam.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String("deployer"),
		AssumeRolePolicyDocument: aws.String(statement(`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"` + roleARN + `"}`)),
	})
	noError(t, err)
	deployer := assume(t, server, assume(t, server, consumer, roleARN), "arn:aws:iam::987654321098:role/deployer")
	if got, want := callerARN(t, deployer), "arn:aws:sts::987654321098:assumed-role/deployer/test"; got != want {
		t.Errorf("the caller is %s, want %s", got, want)
	}
	noError(t, setPolicy(t, deployer, allowPull(consumerID)))
}

func TestAssumeRoleWithWebIdentity(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	nobody := sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(server.URL()), RetryMaxAttempts: 1})
	assume := func(role, token string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
		return nobody.AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: aws.String(role), RoleSessionName: aws.String("test"), WebIdentityToken: aws.String(token),
		})
	}
	answer, err := assume(roleARN, "any.token.will-do")
	noError(t, err)
	if got := callerARN(t, asSession(server, answer.Credentials)); got != sessionARN {
		t.Errorf("the caller is %s, want %s", got, sessionARN)
	}
	_, err = assume(roleARN, " ")
	wantCode(t, err, "InvalidIdentityToken", "")
	_, err = assume(roleARN+"2", "token")
	wantCode(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
}
