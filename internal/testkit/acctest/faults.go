// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"net/http/httptest"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// faultSeed is the seed of the faults of a test; see fault.New.
const faultSeed = 1

// Faults injects faults into the provider's calls according to rules, on the emulator and on
// moto. On AWS it skips the test. Provider blocks that are created later use the returned
// layer; the clients of the accounts do not. If a rule has hit no call at the end, the test
// fails, because the rule has tested nothing.
func (e *Env) Faults(rules ...fault.Rule) *fault.Layer {
	e.t.Helper()
	if e.backend == nil {
		e.t.Skipf("%s: this test injects faults, which only the emulator and moto support", e.Backend)
	}
	layer := fault.New(e.backend, faultSeed, rules...)
	server := httptest.NewServer(layer)
	e.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		for _, rule := range layer.Idle() {
			e.t.Errorf("the fault %q has hit no call of %q", rule.Fault.Kind, rule.Operation)
		}
	})
	e.Registry.login.endpoint, e.Consumer.login.endpoint = server.URL, server.URL
	return layer
}
