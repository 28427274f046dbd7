// Command terraform-provider-ecrxa serves the ecrxa provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"

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

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/ecrxa/ecrxa",
		Debug:   *forDebuggers,
	})
	if err != nil {
		log.Fatal(err)
	}
}
