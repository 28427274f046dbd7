// SPDX-License-Identifier: MPL-2.0

package registrygrant_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// The plan says once what is broad; a grant for all repositories is not like one for some.
func TestPlanOfBroadGrants(t *testing.T) {
	t.Parallel()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	const account, inside = "Access for whole accounts", "Pattern of repository names without a slash at its end: "
	accounts, role := []string{"123456789012"}, []string{"arn:aws:iam::123456789012:role/r"}
	p := acctest.NewProvider(t, server, "987654321098")
	for sid, tt := range map[string]struct {
		config values
		again  bool // plan it twice
		want   []string
		text   string
	}{
		"Account":      {config: values{"account_ids": accounts}, again: true, want: []string{account}, text: "in the registry policy (account 987654321098, region us-east-1)"},
		"All":          {config: values{"account_ids": accounts, "repositories": []string{"*"}}, want: []string{account}},
		"Organization": {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}}, want: []string{"Access for whole organizations"}},
		"Acknowledged": {config: values{"organization_ids": []string{"o-a1b2c3d4e5"}, "access": "pull_push", "acknowledge_broad_access": "PLAT-42"}},
		"Role":         {config: values{"role_arns": role}},
		"Word":         {config: values{"role_arns": role, "repositories": []string{"team*"}}, want: []string{inside + "team*"}, text: `also matches repositories such as teamx/secrets. To grant access only to what is below team/, write "team/*"`},
		"Part":         {config: values{"role_arns": role, "repositories": []string{"team-*"}}, want: []string{inside + "team-*"}, text: `write "team/*"`},
	} {
		config := values{"repositories": []string{"team/*"}, "sid": sid}
		maps.Copy(config, tt.config)
		var got []string
		text := ""
		for _, d := range p.Plan("ecrxa_registry_grant", acctest.Answer{}, config).Diagnostics {
			got, text = append(got, d.Summary), text+d.Detail
		}
		if !slices.Equal(got, tt.want) || !strings.Contains(text, tt.text) {
			t.Errorf("%s: got %q (%s), want %q", sid, got, text, tt.want)
		}
		if !tt.again {
			continue
		}
		config["sid"] = sid + "Again"
		if got := p.Plan("ecrxa_registry_grant", acctest.Answer{}, config).Diagnostics; len(got) > 0 {
			t.Errorf("%s again: got %v", sid, got)
		}
	}
}
