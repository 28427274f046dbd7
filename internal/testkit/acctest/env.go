// SPDX-License-Identifier: MPL-2.0

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

// NamePrefix is the prefix of all names of test resources. Sweepers look for it.
const NamePrefix = "ecrxa-acc-"

// An Env is the backend for one test: two accounts, and names that no other test uses, so
// that tests can run in parallel. Each Env has its own emulator.
type Env struct {
	Backend  Backend
	Region   string   // of all clients and provider blocks, as in "us-east-1"
	Registry *Account // owns the repositories; 987654321098 except on AWS
	Consumer *Account // owns the roles that pull; 123456789012 except on AWS

	t        testing.TB
	id       string
	emulator *emulator.Server // nil on other backends
	backend  http.Handler     // handler for faults to wrap; nil on AWS
}

// New prepares the backend for one test. Like terraform-plugin-testing, it skips the test if
// TF_ACC is not set.
func New(t testing.TB) *Env {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skipf("acceptance tests run only with %s=1", resource.EnvTfAcc)
	}
	env := &Env{t: t, id: strings.ToLower(rand.Text()[:8])}
	env.open()
	return env
}

// Name returns a name for a repository, a role or a user that no other test uses. In one
// test, the same suffix gives the same name.
func (e *Env) Name(suffix string) string {
	return NamePrefix + e.id + "-" + suffix
}

// ProviderConfig returns two provider blocks, for configurations with both accounts. ecrxa
// has the registry account. Resources with "provider = consumer" have the consumer account.
// These are two provider names and not two aliases: a test runs one server for each name,
// so aliases would share the configuration that comes last.
func (e *Env) ProviderConfig() string {
	return e.Registry.providerBlock("ecrxa") + e.Consumer.providerBlock("consumer")
}

// Emulator returns the emulator, for example to count requests. On other backends it skips
// the test.
func (e *Env) Emulator() *emulator.Server {
	e.t.Helper()
	if e.emulator == nil {
		e.t.Skipf("%s: this test counts requests, which only the emulator can", e.Backend)
	}
	return e.emulator
}
