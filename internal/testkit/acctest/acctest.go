// SPDX-License-Identifier: MPL-2.0

// Package acctest has helpers for acceptance tests: a backend with two accounts, clients and
// functions to prepare and inspect them, and the provider under test.
//
// The same tests run on three backends. The variable ECRXA_ACC_BACKEND selects one:
// "emulator" (the default), "moto" or "aws". The backend "aws" also needs ECRXA_ACC_AWS=1
// and the names of two profiles in
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
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// Run runs the tests of a package, or the sweepers with -sweep. Then it stops the backend
// and exits. It must be the last call in TestMain.
func Run(tests Tests) {
	resource.TestMain(suite{tests})
}

// Tests are the tests of a package: a *testing.M, or what does more before or after them.
type Tests interface{ Run() (exitCode int) }

// A suite stops the backend after the tests.
type suite struct{ Tests }

// Run returns the exit code of the tests.
func (s suite) Run() int {
	defer stopMoto()
	return s.Tests.Run()
}

// ProtoV6ProviderFactories returns the provider under the names ecrxa and consumer; see
// Env.ProviderConfig. It runs in the process of the test.
func ProtoV6ProviderFactories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ecrxa":    providerserver.NewProtocol6WithError(provider.New("acctest")()),
		"consumer": providerserver.NewProtocol6WithError(provider.New("acctest")()),
	}
}
