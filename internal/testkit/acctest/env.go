package acctest

import (
	"crypto/rand"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// NamePrefix begins the name of everything that a test creates: sweepers know it.
const NamePrefix = "ecrxa-acc-"

// An Env is one test's view of the backend: two accounts, and names that no
// other test uses, so that tests can run in parallel. On the emulator every Env
// has a server of its own.
type Env struct {
	Backend  Backend
	Region   string   // of all clients and provider blocks, as in "us-east-1"
	Registry *Account // owns repositories; 987654321098 but on AWS
	Consumer *Account // owns the pulling roles; 123456789012 but on AWS

	t        testing.TB
	id       string
	emulator *emulator.Server // nil on other backends
	backend  http.Handler     // what faults can stand in front of; nil on AWS
}

// New prepares the backend for one test. It skips the test unless TF_ACC is set,
// as terraform-plugin-testing does.
func New(t testing.TB) *Env {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skipf("acceptance tests run only with %s=1", resource.EnvTfAcc)
	}
	env := &Env{t: t, id: strings.ToLower(rand.Text()[:8])}
	env.open()
	return env
}

// Name returns a name that is unique to this test, for a repository, a role or a
// user: the same one for the same suffix.
func (e *Env) Name(suffix string) string {
	return NamePrefix + e.id + "-" + suffix
}

// ProviderConfig returns the blocks of two providers, for configurations over both
// accounts: ecrxa has the registry's, and what says "provider = consumer" the
// consumer's. These are two names, not two aliases, since a test runs one server
// for each name, and aliases would share the configuration that came last.
func (e *Env) ProviderConfig() string {
	return e.Registry.providerBlock("ecrxa") + e.Consumer.providerBlock("consumer")
}

// Emulator returns the emulator, to count requests. On other backends it skips the
// test.
func (e *Env) Emulator() *emulator.Server {
	e.t.Helper()
	if e.emulator == nil {
		e.t.Skipf("%s: this test counts requests, which only the emulator can", e.Backend)
	}
	return e.emulator
}
