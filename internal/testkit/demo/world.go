package main

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// What the demo plays with.
const (
	registryAccount = "987654321098"
	consumerAccount = "123456789012"
	region          = "us-east-1"
	repository      = "payment-service"
	role            = "ecsTaskExecutionRole"
)

// foreignStatement stands in the repository policy at the start. It is somebody
// else's, with elements and a Sid that this provider would not write.
const foreignStatement = `{
  "Sid": "Only the pipeline pushes",
  "Effect": "Deny",
  "Principal": {"AWS": ["123456789012", "111111111111"]},
  "Action": ["ecr:PutImage", "ecr:InitiateLayerUpload"],
  "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::987654321098:role/pipeline-*"}}
}`

// A world is the emulated AWS with two accounts.
type world struct {
	server *emulator.Server
	before string // the repository policy at the start
}

func newWorld(address string) (*world, error) {
	server, err := emulator.Start(emulator.Options{Address: address})
	if err != nil {
		return nil, err
	}
	server.CreateRepository(registryAccount, region, repository)
	server.CreateRole(consumerAccount, "/", role)
	server.SetRepositoryPolicy(registryAccount, region, repository, `{"Version":"2012-10-17","Statement":[`+foreignStatement+`]}`)
	return &world{server: server, before: foreignStatement}, nil
}

func (w *world) close() { w.server.Close() }

// profiles returns credentials of each account.
func (w *world) profiles() []terraform.Profile {
	profile := func(name, account string) terraform.Profile {
		key, secret := w.server.Credentials(account)
		return terraform.Profile{Name: name, AccessKey: key, SecretKey: secret}
	}
	return []terraform.Profile{profile("registry", registryAccount), profile("consumer", consumerAccount)}
}

// expectStatements checks which statements stand in the repository policy, and
// that the foreign one means what it meant at the start.
func (w *world) expectStatements(sids ...string) error {
	text, found := w.server.RepositoryPolicy(registryAccount, region, repository)
	if !found {
		return fmt.Errorf("the repository has no policy; want the statements %q", sids)
	}
	doc, err := policy.Parse(text)
	if err != nil {
		return err
	}
	want, err := policy.ParseStatement(w.before)
	if err != nil {
		return err
	}
	var stand []string
	for _, s := range doc.Statements() {
		stand = append(stand, s.Sid())
		if s.Sid() == want.Sid() && s.Canonical() != want.Canonical() {
			return fmt.Errorf("the foreign statement has become %s", s)
		}
	}
	if fmt.Sprint(stand) != fmt.Sprint(append([]string{want.Sid()}, sids...)) {
		return fmt.Errorf("the statements %q stand; want the foreign one and %q", stand, sids)
	}
	fmt.Printf("   The repository policy now holds: %s.\n", strings.Join(quoted(stand), ", "))
	return nil
}

func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = `"` + w + `"`
	}
	return out
}
