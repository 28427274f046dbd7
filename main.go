// Command terraform-provider-ecrxa serves the ecrxa provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// version is set by the linker in a release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run with support for debuggers; prints TF_REATTACH_PROVIDERS")
	flag.Parse()
	if !*debug && !logsWanted(os.Environ()) {
		_ = os.Setenv(sdkLogs, "off") // It fails only for an invalid name.
	}

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/ecrxa/ecrxa",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
