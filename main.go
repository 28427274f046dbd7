// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-ecrxa serves the ecrxa provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// version is set by the linker in a release build.
var version = "dev"

func main() {
	forDebuggers := flag.Bool("debug", false, "run with support for debuggers; prints TF_REATTACH_PROVIDERS")
	flag.Parse()
	if !*forDebuggers && !logsWanted(os.Environ()) {
		for _, variable := range sdkLogs {
			_ = os.Setenv(variable, "off") // It fails only for an invalid name.
		}
	}
	if !collectorIsSet(os.Environ()) {
		debug.SetGCPercent(gcPercent)
	}

	log.SetFlags(0) // Terraform takes the level of a line from its beginning.
	newProvider, finishAll := provider.NewProcess(version)
	finish := func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, timeToFinish)
		defer cancel()
		for _, late := range finishAll(ctx) {
			log.Print("[WARN] ", late)
		}
	}
	if !*forDebuggers {
		serve(newProvider, finish)
		return
	}
	err := providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{Address: address, Debug: true})
	finish(context.Background())
	if err != nil {
		log.Fatal(err)
	}
}

// timeToFinish is how long Terraform waits at most, after everything is applied, until the
// provider has verified it. It is longer than some repairs take; AWS may also be unreachable.
const timeToFinish = 2 * time.Minute
