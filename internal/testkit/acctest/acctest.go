// Package acctest is what the acceptance tests share: a backend with two
// accounts, clients and helpers to prepare and inspect them, and the provider
// to test.
//
// The same tests run on three backends, chosen by the variable
// ECRXA_ACC_BACKEND: "emulator" (the default), "moto", and "aws", which also
// needs ECRXA_ACC_AWS=1 and the names of two profiles in
// ECRXA_ACC_REGISTRY_PROFILE and ECRXA_ACC_CONSUMER_PROFILE.
//
//	func TestMain(m *testing.M) { acctest.Run(m) }
//
//	func TestAccRepositoryGrant_basic(t *testing.T) {
//		env := acctest.New(t)
//		env.Require(acctest.PrincipalChecks)
//		repository := env.Registry.CreateRepository()
//		role := env.Consumer.CreateRole()
//		resource.ParallelTest(t, resource.TestCase{
//			ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
//			Steps: []resource.TestStep{{
//				Config: env.Registry.ProviderConfig() + …,
//			}},
//		})
//	}
package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// Run runs the tests of a package, or with -sweep the sweepers, ends the backend
// that the tests have started, and exits. TestMain calls it and nothing after it.
func Run(m *testing.M) {
	resource.TestMain(suite{m})
}

// A suite ends the backend after the tests.
type suite struct{ m *testing.M }

// Run returns the exit code of the tests.
func (s suite) Run() int {
	defer stopMoto()
	return s.m.Run()
}

// ProtoV6ProviderFactories returns the provider, to run in the process of the
// test, under the names ecrxa and consumer: see Env.ProviderConfig.
func ProtoV6ProviderFactories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ecrxa":    providerserver.NewProtocol6WithError(provider.New("acctest")()),
		"consumer": providerserver.NewProtocol6WithError(provider.New("acctest")()),
	}
}
