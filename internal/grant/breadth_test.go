// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const (
	grantType    = "ecrxa_repository_grant"
	registryID   = "987654321098"
	anAccount    = "Access for whole accounts"
	organization = "Access for whole organizations"
	unit         = "Access for whole organizational units"
	withoutNeed  = "Argument without effect"
)

// newServer is an AWS with some repositories.
func newServer(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	for _, name := range []string{"app", "web"} {
		server.CreateRepository(registryID, "us-east-1", name)
	}
	return server
}

// newProvider is one process of the provider.
func newProvider(t *testing.T) *acctest.Provider {
	t.Helper()
	return acctest.NewProvider(t, newServer(t), registryID)
}

// broad returns what an answer warns of that may be meant.
func broad(a acctest.Answer) []acctest.Diagnostic {
	return slices.DeleteFunc(slices.Clone(a.Diagnostics), func(d acctest.Diagnostic) bool {
		return !strings.HasPrefix(d.Summary, "Access for whole") && !strings.HasPrefix(d.Summary, "Action with a wildcard") && d.Summary != withoutNeed
	})
}

func summaries(diagnostics []acctest.Diagnostic) (all []string) {
	for _, d := range diagnostics {
		all = append(all, d.Summary)
	}
	return all
}

// with returns a configuration with more attributes.
func with(config values, more ...values) values {
	all := values{"repository": "app", "sid": "S"}
	for _, attributes := range append([]values{config}, more...) {
		maps.Copy(all, attributes)
	}
	return all
}

const reason = "acknowledge_broad_access"

// A plan that creates a grant says once what is broad in it.
func TestPlanOfABroadGrant(t *testing.T) {
	t.Parallel()
	accounts := values{"account_ids": []string{"123456789012"}}
	for name, tt := range map[string]struct {
		config values
		want   []string
		text   string
	}{
		"a role":                        {values{"role_arns": []string{"arn:aws:iam::123456789012:role/app"}}, nil, ""},
		"an account":                    {accounts, []string{anAccount}, "This is about the statement with the Sid S in the policy of the repository app (account 987654321098, region us-east-1). If it is meant, set acknowledge_broad_access to the reason."},
		"an account for a reason":       {with(accounts, values{reason: "PLAT-42"}), nil, ""},
		"an organization":               {values{"organization_ids": []string{"o-a1b2c3d4e5"}}, []string{organization}, "Every role and user in all accounts of these organizations (o-a1b2c3d4e5) gets access"},
		"an organization for a reason":  {values{"organization_ids": []string{"o-a1b2c3d4e5"}, reason: "PLAT-42"}, nil, ""},
		"a tag in an organization":      {values{"organization_ids": []string{"o-a1b2c3d4e5"}, "conditions": []values{{"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": []string{"payments"}}}}, nil, ""},
		"a unit":                        {values{"organization_paths": []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}, []string{unit}, "ou-ab12-11111111"},
		"a role that is not known":      {with(accounts, values{"conditions": []values{{"test": "ArnLike", "variable": "aws:PrincipalArn", "values": []any{acctest.Unknown}}}}), nil, ""},
		"a VPC that is not known":       {with(accounts, values{"conditions": []values{{"test": "StringEquals", "variable": "aws:SourceVpc", "values": []any{acctest.Unknown}}}}), []string{anAccount}, ""},
		"a reason that is not known":    {with(accounts, values{reason: acctest.Unknown}), nil, ""},
		"a service":                     {values{"service_principal": "lambda.amazonaws.com", "source_account_ids": []string{"123456789012"}}, nil, ""},
		"a wildcard":                    {values{"role_arns": []string{"arn:aws:iam::123456789012:role/app"}, "actions": []string{"ecr:Get*"}}, []string{"Action with a wildcard: ecr:Get*"}, "AWS adds later"},
		"a wildcard is another matter":  {with(accounts, values{reason: "PLAT-42", "actions": []string{"ecr:Get*"}}), []string{"Action with a wildcard: ecr:Get*"}, ""},
		"a reason for nothing":          {values{"role_arns": []string{"arn:aws:iam::123456789012:role/app"}, reason: "PLAT-42"}, []string{withoutNeed}, "acknowledge_broad_access is not needed"},
		"a reason for narrowed account": {with(accounts, values{reason: "PLAT-42", "conditions": []values{{"test": "ArnLike", "variable": "aws:PrincipalArn", "values": []string{"arn:aws:iam::123456789012:role/ci-*"}}}}), []string{withoutNeed}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if broad := broad(acctest.Answer{Diagnostics: acctest.ValidateResource(t, grantType, with(tt.config))}); len(broad) > 0 {
				t.Errorf("validate warns: %v", broad)
			}
			got := broad(newProvider(t).Plan(grantType, acctest.Answer{}, with(tt.config)))
			if !slices.Equal(summaries(got), tt.want) || len(got) > 0 && !strings.Contains(got[0].Detail, tt.text) {
				t.Errorf("got %+v, want %q with %q", got, tt.want, tt.text)
			}
		})
	}
}

// Of grants that are alike, a plan names one. None hides one of another kind.
func TestPlanOfManyBroadGrants(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	condition := []values{{"test": "StringEquals", "variable": "aws:SourceVpce", "values": []string{"vpce-1"}}}
	for i, step := range []struct {
		config values
		want   []string
	}{
		{with(values{"account_ids": []string{"123456789012"}}), []string{anAccount}},
		{with(values{"account_ids": []string{"123456789012"}}, values{"repository": "web"}), nil},
		{with(values{"account_ids": []string{"111122223333"}}, values{"sid": "T"}), nil},
		{with(values{"account_ids": []string{"111122223333"}}, values{"sid": "U", "access": "pull_push"}), []string{anAccount}},
		{with(values{"account_ids": []string{"111122223333"}}, values{"sid": "V", "conditions": condition}), []string{anAccount}},
		{with(values{"organization_ids": []string{"o-a1b2c3d4e5"}}, values{"sid": "W"}), []string{organization}},
		{with(values{"account_ids": []string{"111122223333"}}, values{"sid": "X", "actions": []string{"ecr:*"}}), []string{anAccount, "Action with a wildcard: ecr:*"}},
		{with(values{"account_ids": []string{"111122223333"}}, values{"sid": "Y", "actions": []string{"ecr:*"}}), nil},
	} {
		if got := summaries(broad(p.Plan(grantType, acctest.Answer{}, step.config))); !slices.Equal(got, step.want) {
			t.Errorf("%d: got %q, want %q", i, got, step.want)
		}
	}
}

// Terraform plans an object that it replaces twice, and shows the warnings of the first plan.
func TestPlanOfABroadGrantBesideAReplacement(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	account := with(values{"account_ids": []string{"123456789012"}})
	created := acctest.NewProvider(t, server, registryID).Create(grantType, account)
	p := acctest.NewProvider(t, server, registryID)
	read := p.Read(grantType, created)
	p.Plan(grantType, read, account)
	if got := broad(p.Plan(grantType, read.Replaced(), account)); len(got) > 0 {
		t.Errorf("where nothing is shown, got %v", got)
	}
	if got := summaries(broad(p.Plan(grantType, acctest.Answer{}, with(account, values{"sid": "T"})))); !slices.Equal(got, []string{anAccount}) {
		t.Errorf("got %q for a new grant", got)
	}
}

// A grant that exists is broad without a word, until it is changed.
func TestPlanOfABroadGrantThatExists(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	account := with(values{"account_ids": []string{"123456789012"}})
	created := acctest.NewProvider(t, server, registryID).Create(grantType, account)
	for name, tt := range map[string]struct {
		reason any // before
		config values
		want   []string
	}{
		"unchanged":                          {nil, account, nil},
		"another description":                {nil, with(account, values{"description": "Team Payments"}), nil},
		"another account":                    {nil, with(values{"account_ids": []string{"123456789012", "111122223333"}}), []string{anAccount}},
		"a reason":                           {nil, with(account, values{reason: "PLAT-42"}), nil},
		"no reason any more":                 {"PLAT-42", account, []string{anAccount}},
		"another account for the old reason": {"PLAT-42", with(values{"account_ids": []string{"123456789012", "111122223333"}, reason: "PLAT-42"}), nil},
		"an organization for the old reason": {"PLAT-42", with(values{"organization_ids": []string{"o-a1b2c3d4e5"}, reason: "PLAT-42"}), []string{organization}},
		"a push for the old reason":          {"PLAT-42", with(account, values{"access": "pull_push", reason: "PLAT-42"}), []string{anAccount}},
		"a push for a new reason":            {"PLAT-42", with(account, values{"access": "pull_push", reason: "PLAT-43"}), nil},
		"a role instead":                     {nil, with(values{"role_arns": []string{"arn:aws:iam::123456789012:role/app"}}), nil},
		"in another repository":              {nil, with(account, values{"repository": "web"}), []string{anAccount}},
	} {
		created.State[reason] = tt.reason
		if got := broad(acctest.NewProvider(t, server, registryID).Plan(grantType, created, tt.config)); len(got) > 0 {
			t.Errorf("%s: where the apply plans again, got %v", name, got)
		}
		plan := acctest.NewProvider(t, server, registryID)
		if got := summaries(broad(plan.Plan(grantType, plan.Read(grantType, created), tt.config))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// After its first write, a process knows that it applies: what it plans then was planned before.
func TestApplyOfBroadGrants(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.Create(grantType, with(values{"account_ids": []string{"123456789012"}}))
	if got := broad(p.Plan(grantType, acctest.Answer{}, with(values{"organization_ids": []string{"o-a1b2c3d4e5"}}, values{"sid": "T"}))); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

// match_roles_by says something of roles only. A state of before that is kept as it is.
func TestMatchRolesByWithoutRoles(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	account := with(values{"account_ids": []string{"123456789012"}})
	roles := with(values{"role_arns": []string{"arn:aws:iam::123456789012:role/app"}})
	p := acctest.NewProvider(t, server, registryID)
	if got := p.Plan(grantType, acctest.Answer{}, roles).State["match_roles_by"]; got != "principal" {
		t.Errorf("got %v for roles", got)
	}
	created := acctest.NewProvider(t, server, registryID).Create(grantType, account)
	if got := created.State["match_roles_by"]; got != nil {
		t.Errorf("got %v for an account", got)
	}
	created.State["match_roles_by"] = "principal" // as before
	p = acctest.NewProvider(t, server, registryID)
	read := p.Read(grantType, created)
	for name, tt := range map[string]struct {
		config values
		want   any
	}{
		"unchanged":       {account, "principal"},
		"configured":      {with(account, values{"match_roles_by": "principal"}), "principal"},
		"another account": {with(account, values{"account_ids": []string{"111122223333"}}), "principal"},
		// What is unknown may turn out to be what it is. The plan must not change in the apply.
		"not known": {with(account, values{"account_ids": []any{acctest.Unknown}}), "principal"},
		"a role":    {roles, "principal"},
	} {
		if got := p.Plan(grantType, read, tt.config).State["match_roles_by"]; got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
	imported := acctest.NewProvider(t, server, registryID).Import(grantType, registryID+",us-east-1,app,S", nil)
	if got := imported.State["match_roles_by"]; got != nil {
		t.Errorf("got %v for an import", got)
	}
}
