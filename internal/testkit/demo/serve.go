// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// tour has the commands for a newcomer to try, in this order.
var tour = []struct {
	shows, example, profile, command string
}{
	{"Denied: no side has granted the pull yet.", "pull-check", "", "plan"},
	{"The registry account grants the pull.", "registry-account", "registry", "apply"},
	{"The consumer account allows its role to pull.", "consumer-account", "consumer", "apply"},
	{"Allowed.", "pull-check", "", "plan"},
}

// serve runs the emulator until ctx ends, and prints the environment variables and commands
// for another shell.
func serve(ctx context.Context, out io.Writer, environment *environment, workspace *workspace) error {
	var exports strings.Builder
	// Version 1 of the AWS CLI reads only AWS_DEFAULT_REGION.
	for _, variable := range append(workspace.sandbox.Variables(), "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region) {
		fmt.Fprintf(&exports, "export %s\n", variable)
	}
	var commands strings.Builder
	for _, stop := range tour {
		fmt.Fprintf(&commands, "# %s\ncd %s && %s\n\n", stop.shows, workspace.example(stop.example), terraformCommand(stop.profile, stop.command))
	}
	_, err := fmt.Fprintf(out, `The AWS emulator runs at %s until Ctrl-C.

1. Open another shell without AWS_ variables of your own. These lines make AWS tools and
   Terraform use the emulator:

%s
   The profiles are registry (account %s, with the repositories
   %s and %s) and consumer (account %s,
   with the roles %s and %s). Both may do everything in their
   account. AWS_PROFILE selects one.

2. Run these commands there. Do not run terraform init: it would look for the provider in
   the registry. Terraform warns each time that a development override, the build in bin/,
   is in use.

%s`, environment.server.URL(), exports.String(), registryAccount, repository, otherRepository, consumerAccount, role, otherRole, commands.String())
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// terraformCommand returns the shell command that runs terraform with a profile. An empty
// profile means that the configuration selects its profiles.
func terraformCommand(profile, command string) string {
	if profile == "" {
		return "terraform " + command
	}
	return "AWS_PROFILE=" + profile + " terraform " + command
}
