// SPDX-License-Identifier: MPL-2.0

package puller_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// TestEveryPullerIsComplete: each pulls with a role that somebody can assume, or as a
// service, and a page of AWS says so.
func TestEveryPullerIsComplete(t *testing.T) {
	t.Parallel()
	for _, name := range puller.Names() {
		p, ok := puller.Of(name)
		isRole, isAssumed := p.Role != "", len(p.Trusted) > 0 || p.WebIdentity
		if !ok || p.Subject == "" || isRole != isAssumed || isRole && p.Service != "" {
			t.Errorf("%s: %+v", name, p)
		}
		if name != puller.External && (isRole == (p.Service != "") || !strings.HasPrefix(p.Source, "https://")) {
			t.Errorf("%s: %+v", name, p)
		}
		for _, service := range append(p.Trusted, p.Service) {
			if service != "" && awsname.CheckServicePrincipal(service) != nil {
				t.Errorf("%s: %s", name, service)
			}
		}
		if !strings.Contains(puller.Documentation(), "`"+string(name)+"` (") {
			t.Errorf("%s is not documented", name)
		}
	}
	if _, ok := puller.Of("ecs"); ok {
		t.Error("ecs is no puller")
	}
	if got := puller.OfService("lambda.amazonaws.com").Name; got != puller.Lambda {
		t.Errorf("lambda.amazonaws.com is %q", got)
	}
	if got := puller.OfService("omics.amazonaws.com").Service; got != "omics.amazonaws.com" {
		t.Errorf("an unlisted service is %q", got)
	}
}

func TestOnlyAssumes(t *testing.T) {
	t.Parallel()
	for service, want := range map[string]bool{
		"ecs-tasks.amazonaws.com": true, "build.apprunner.amazonaws.com": true, "ec2.amazonaws.com": true,
		"lambda.amazonaws.com": false, "codebuild.amazonaws.com": false, "omics.amazonaws.com": false, "glue.amazonaws.com": false,
	} {
		if got := puller.OnlyAssumes(service); got != want {
			t.Errorf("%s: %t", service, got)
		}
	}
}

func TestAction(t *testing.T) {
	t.Parallel()
	for name, want := range map[puller.Name]string{puller.EKSServiceAccount: puller.AssumeRoleWithWebIdentity, puller.ECSTask: puller.AssumeRole} {
		if p, _ := puller.Of(name); p.Action() != want {
			t.Errorf("%s: %s", name, p.Action())
		}
	}
}
