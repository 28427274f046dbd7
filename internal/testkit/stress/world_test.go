// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

const (
	account = "987654321098" // owns the repositories
	region  = "us-east-1"
)

// foreign stands in every repository policy at the start: statements of others,
// as this provider would not write them, in a document of the old version.
const foreign = `{"Version":"2008-10-17","Statement":[
  {"Sid":"Only the pipeline pushes!","Effect":"Deny","Principal":{"AWS":["123456789012","111111111111"]},
   "Action":["ecr:PutImage","ecr:InitiateLayerUpload"],
   "Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::987654321098:role/pipeline-*"}}},
  {"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":"ecr:BatchGetImage",
   "Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}`

// A world is an emulated AWS behind a network, and a sandbox whose terraform
// processes reach it.
type world struct {
	t       *testing.T
	aws     *emulator.Server
	network *network
	faults  *fault.Layer // in front of the network; without rules at the start
	url     string
	sandbox *terraform.Sandbox
	key     terraform.Profile
	base    map[string]string // what stands in a repository's policy beside our grants, as a document
}

// newWorld starts a world for one test. It skips the test unless TF_ACC is set.
func newWorld(t *testing.T) *world {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("tests with terraform run only with TF_ACC=1")
	}
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w := &world{t: t, aws: server, network: newNetwork(server), base: map[string]string{}}
	w.faults = fault.New(w.network, *seed)
	front := httptest.NewServer(w.faults)
	t.Cleanup(func() {
		front.Close()
		if *timelines {
			t.Logf("calls:\n%s", w.network.timeline.print(""))
		}
	})
	w.url = front.URL
	key, secret := server.Credentials(account)
	w.key = terraform.Profile{Name: "registry", AccessKey: key, SecretKey: secret}
	w.sandbox, err = terraform.NewSandbox(t.TempDir(), terraform.Options{
		Provider: provider, Endpoint: w.url, Profiles: []terraform.Profile{w.key},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// createRepository creates a repository whose policy holds the foreign statements
// and those of grants that nobody will touch.
func (w *world) createRepository(name string, stay ...grant) {
	w.t.Helper()
	w.createEmptyRepository(name)
	text := foreign
	if name == registry {
		text = strings.ReplaceAll(foreign, `"Action"`, `"Resource":"*","Action"`)
	}
	doc, err := policy.Parse(text)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, g := range stay {
		doc = doc.Put(g.statement(w.t))
	}
	w.base[name] = doc.String()
	if name == registry {
		w.aws.PutRegistryPolicy(account, region, doc.String())
	} else {
		w.aws.SetRepositoryPolicy(account, region, name, doc.String())
	}
	w.network.timeline.begin(name, doc.String())
}

// createEmptyRepository creates a repository without a policy. The registry exists.
func (w *world) createEmptyRepository(name string) {
	if name != registry {
		w.aws.CreateRepository(account, region, name)
	}
	w.network.timeline.begin(name, "")
}

// client returns an ECR client for a caller who does not use this provider.
func (w *world) client(caller string) *ecr.Client {
	return ecr.New(ecr.Options{
		AppID: caller, Region: region, BaseEndpoint: aws.String(w.url),
		Credentials: credentials.NewStaticCredentialsProvider(w.key.AccessKey, w.key.SecretKey, ""),
	})
}

// differences returns how a repository's policy differs from what was there at the
// start together with grants; nothing when it does not.
func (w *world) differences(repository string, grants []grant, ignored ...string) []string {
	w.t.Helper()
	stand, want := readStatements(w.text(repository)), readStatements(w.base[repository])
	for _, g := range grants {
		want[g.Sid] = g.statement(w.t).Canonical()
	}
	for _, sid := range ignored {
		delete(stand, sid)
	}
	return want.to(stand)
}

// size returns the number of statements in a repository's policy.
func (w *world) size(repository string) int {
	return len(readStatements(w.text(repository)))
}

// text returns a repository's policy.
func (w *world) text(repository string) (text string) {
	if repository == registry {
		text, _ = w.aws.RegistryPolicy(account, region)
	} else {
		text, _ = w.aws.RepositoryPolicy(account, region, repository)
	}
	return text
}

// expect fails the test unless exactly the statements from the start and those of
// grants stand, and no process wrote anything but its own: owned are the Sids of each
// process whose writes are looked at.
func (w *world) expect(what, repository string, grants []grant, owned map[string][]string, ignored ...string) {
	w.t.Helper()
	differences := w.differences(repository, grants, ignored...)
	misdeeds := w.network.timeline.misdeeds(repository, owned)
	if len(differences)+len(misdeeds) == 0 {
		return
	}
	w.t.Errorf("%s: the policy of %s differs from what must stand: %q\nwrites that lost what had been read: %q\ncalls:\n%s",
		what, repository, differences, misdeeds, w.network.timeline.print(repository))
}

// figures prints what a test measured.
func (w *world) figures(format string, arguments ...any) {
	w.t.Helper()
	w.t.Logf("%s; SetRepositoryPolicy %d, GetRepositoryPolicy %d, seed %d", fmt.Sprintf(format, arguments...),
		w.network.timeline.count("SetRepositoryPolicy"), w.network.timeline.count("GetRepositoryPolicy"), *seed)
}

// A grant is one of the resource ecrxa_repository_grant or ecrxa_repository_statement, or of
// ecrxa_registry_grant if its repository is registry, as it stands in variables.
type grant struct {
	Repository string `json:"repository"`
	Sid        string `json:"sid"`
	Account    string `json:"account"` // gets access
	AsJSON     bool   `json:"as_json"` // by an ecrxa_repository_statement
}

// statement is what the grant is to become in the policy.
func (g grant) statement(t *testing.T) *policy.Statement {
	t.Helper()
	resource := ""
	if g.Repository == registry {
		resource = `,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/*"`
	}
	s, err := policy.ParseStatement(fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]%s}`, g.Sid, g.Account, resource))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// newGrants returns n grants for a repository, with Sids that begin with prefix. Every second
// one is a statement as JSON.
func newGrants(repository, prefix string, n int) []grant {
	out := make([]grant, n)
	for i := range out {
		out[i] = grant{Repository: repository, Sid: fmt.Sprintf("%s%03d", prefix, i+1), Account: fmt.Sprintf("%012d", 200_000_000_000+i), AsJSON: i%2 == 1}
	}
	return out
}

func sids(grants []grant) []string {
	out := map[string]bool{}
	for _, g := range grants {
		out[g.Sid] = true
	}
	return slices.Sorted(maps.Keys(out))
}
