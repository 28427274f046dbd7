package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// tour is what a newcomer can try, in this order.
var tour = []struct {
	shows, example, profile, command string
}{
	{"Denied: nothing is granted yet.", "pull-check", "", "plan"},
	{"The registry account grants the pull.", "registry-account", "registry", "apply"},
	{"The consumer account allows its role to pull.", "consumer-account", "consumer", "apply"},
	{"Allowed.", "pull-check", "", "plan"},
}

// serve keeps the world of the demo running until ctx ends, and prints what a
// shell needs to work in it.
func serve(ctx context.Context, out io.Writer, world *world, workspace *workspace) error {
	var exports strings.Builder
	for _, variable := range workspace.sandbox.Variables() {
		fmt.Fprintf(&exports, "export %s\n", variable)
	}
	var commands strings.Builder
	for _, stop := range tour {
		fmt.Fprintf(&commands, "# %s\ncd %s && %s\n\n", stop.shows, workspace.example(stop.example), terraformCommand(stop.profile, stop.command))
	}
	_, err := fmt.Fprintf(out, `An emulated AWS answers on %s until Ctrl-C.

1. In another shell, one without AWS_ variables of your own, point AWS tools and
   Terraform at it:

%s
   The profiles are registry (account %s, with the repository
   %s) and consumer (account %s, with the role
   %s). AWS_PROFILE chooses one.

2. Run these there, without terraform init, which would look for the provider on the
   registry. Terraform warns each time of a development override: the build in bin/.

%s`, world.server.URL(), exports.String(), registryAccount, repository, consumerAccount, role, commands.String())
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// terraformCommand returns what a shell needs to run terraform with a profile; where
// none is named, the configuration names its own.
func terraformCommand(profile, command string) string {
	if profile == "" {
		return "terraform " + command
	}
	return "AWS_PROFILE=" + profile + " terraform " + command
}
