// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// The accounts and resources of the demo.
const (
	registryAccount = "987654321098"
	consumerAccount = "123456789012"
	region          = "us-east-1"
	repository      = "payment-service"
	role            = "ecsTaskExecutionRole"

	// What a newcomer needs to try more than one pull.
	otherRepository = "report-service"
	baseImage       = "base-image"
	otherRole       = "reports"
)

// otherStatement is in the repository policy at the start. It belongs to another team, and
// has elements and a Sid that this provider would not write.
const otherStatement = `{
  "Sid": "Only the pipeline pushes",
  "Effect": "Deny",
  "Principal": {"AWS": ["123456789012", "111111111111"]},
  "Action": ["ecr:PutImage", "ecr:InitiateLayerUpload"],
  "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::987654321098:role/pipeline-*"}}
}`

// An environment is the emulator with two accounts.
type environment struct {
	server *emulator.Server
	before string // the repository policy at the start
}

func newEnvironment(options emulator.Options) (*environment, error) {
	server, err := emulator.Start(options)
	if err != nil {
		return nil, err
	}
	server.CreateRepository(registryAccount, region, repository)
	server.CreateRepository(registryAccount, region, otherRepository)
	server.CreateRepository(registryAccount, region, baseImage)
	for _, name := range []string{repository, baseImage} {
		server.PushLayers(registryAccount, region, name, "v1", "a layer")
	}
	server.CreateRole(consumerAccount, "/", role)
	server.CreateRole(consumerAccount, "/", otherRole)
	server.SetRepositoryPolicy(registryAccount, region, repository, `{"Version":"2012-10-17","Statement":[`+otherStatement+`]}`)
	return &environment{server: server, before: otherStatement}, nil
}

func (e *environment) close() { e.server.Close() }

// profiles returns a profile for each account.
func (e *environment) profiles() []terraform.Profile {
	profile := func(name, account string) terraform.Profile {
		key, secret := e.server.Credentials(account)
		return terraform.Profile{Name: name, AccessKey: key, SecretKey: secret}
	}
	return []terraform.Profile{profile("registry", registryAccount), profile("consumer", consumerAccount)}
}

// expectStatements returns an error unless the repository policy has exactly the other
// team's statement, with its meaning at the start, and the statements with these Sids.
func (e *environment) expectStatements(sids ...string) error {
	text, found := e.server.RepositoryPolicy(registryAccount, region, repository)
	if !found {
		return fmt.Errorf("the repository has no policy; want the statements %q", sids)
	}
	doc, err := policy.Parse(text)
	if err != nil {
		return err
	}
	want, err := policy.ParseStatement(e.before)
	if err != nil {
		return err
	}
	var got []string
	for _, s := range doc.Statements() {
		got = append(got, s.Sid())
		if s.Sid() == want.Sid() && s.Canonical() != want.Canonical() {
			return fmt.Errorf("the other team's statement has become %s", s)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(append([]string{want.Sid()}, sids...)) {
		return fmt.Errorf("the repository policy has the statements %q; want the other team's and %q", got, sids)
	}
	fmt.Printf("   The statements in the repository policy: %s.\n", strings.Join(quoted(got), ", "))
	return nil
}

func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = `"` + w + `"`
	}
	return out
}
