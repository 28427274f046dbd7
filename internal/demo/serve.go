package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// serve keeps the world of the demo running until ctx ends, and prints what a
// shell needs to work in it.
func serve(ctx context.Context, out io.Writer, world *world, workspace *workspace) error {
	var exports strings.Builder
	for _, variable := range workspace.sandbox.Variables() {
		fmt.Fprintf(&exports, "export %s\n", variable)
	}
	_, err := fmt.Fprintf(out, `An emulated AWS answers on %s until Ctrl-C. In another shell:

%s
The profiles are registry (account %s, with the repository %s)
and consumer (account %s, with the role %s).
A copy of the examples, which needs no terraform init:

cd %s && terraform plan
`, world.server.URL(), exports.String(), registryAccount, repository, consumerAccount, role, workspace.example("pull-check"))
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
