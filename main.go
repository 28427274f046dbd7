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

	newProvider, finish := provider.NewProcess(version)
	err := providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{
		Address: "registry.terraform.io/ecrxa/ecrxa",
		Debug:   *forDebuggers,
	})
	ctx, cancel := context.WithTimeout(context.Background(), timeToFinish)
	defer cancel()
	for _, late := range finish(ctx) {
		log.Print("[WARN] ", late)
	}
	if err != nil {
		log.Fatal(err) //nolint:gocritic // Nothing is left for cancel.
	}
}

// timeToFinish is how long the process works on after Terraform has stopped the plugin
// server. Terraform kills it after two seconds.
// Source: https://pkg.go.dev/github.com/hashicorp/go-plugin#Client.Kill
const timeToFinish = 1800 * time.Millisecond
