package acctest

import (
	"net/http/httptest"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// faultSeed seeds the faults of a test; see fault.New.
const faultSeed = 1

// Faults has the calls of the provider go wrong as rules say, on the emulator and
// on moto; on AWS it skips the test. Provider blocks that are made from here on
// lead through the layer that it returns. The clients of the accounts do not. A
// rule that has hit no call when the test ends fails the test: it has shown
// nothing.
func (e *Env) Faults(rules ...fault.Rule) *fault.Layer {
	e.t.Helper()
	if e.backend == nil {
		e.t.Skipf("%s: this test has calls fail, which only the emulator and moto can", e.Backend)
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
