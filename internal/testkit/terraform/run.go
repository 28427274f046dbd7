// SPDX-License-Identifier: MPL-2.0

package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// An ExitError is the error if terraform ends with an exit code other than 0. After plan
// -detailed-exitcode, code 2 means that there are changes.
type ExitError struct {
	Command string // as in "apply"
	Folder  string
	Code    int    // -1 if a signal ended terraform
	Output  string // stdout and stderr of terraform
}

func (e *ExitError) Error() string {
	return fmt.Sprintf("terraform %s in %s: exit code %d\n%s", e.Command, e.Folder, e.Code, e.Output)
}

// Command returns a terraform command, not yet started, for a folder with a configuration.
// variables have the form NAME=VALUE and override those of the Sandbox. When ctx ends,
// terraform is interrupted as with Ctrl-C.
func (s *Sandbox) Command(ctx context.Context, folder string, variables []string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, s.command, arguments...)
	command.Dir = folder
	command.Env = append(s.environment(), variables...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command
}

// Run runs the command of Command and returns its output. If the exit code is not 0, the
// error is an *ExitError.
func (s *Sandbox) Run(ctx context.Context, folder string, variables []string, arguments ...string) (output string, err error) {
	command := s.Command(ctx, folder, variables, arguments...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err = command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = &ExitError{Command: arguments[0], Folder: folder, Code: exit.ExitCode(), Output: out.String()}
	}
	return out.String(), err
}
