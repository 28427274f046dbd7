package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// An ExitError says that terraform ended with an exit code other than 0. After
// plan -detailed-exitcode, 2 means that there are changes.
type ExitError struct {
	Command string // as in "apply"
	Folder  string
	Code    int    // -1 if a signal ended terraform
	Output  string // what it printed
}

func (e *ExitError) Error() string {
	return fmt.Sprintf("terraform %s in %s: exit code %d\n%s", e.Command, e.Folder, e.Code, e.Output)
}

// Command returns a terraform command that has not been started, for a folder
// with a configuration. variables, as in NAME=VALUE, take precedence over those of
// the Sandbox. The end of ctx interrupts terraform as Ctrl-C does.
func (s *Sandbox) Command(ctx context.Context, folder string, variables []string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, s.command, arguments...)
	command.Dir = folder
	command.Env = append(s.environment(), variables...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command
}

// Run runs terraform as Command prepares it and returns what it printed. An exit
// code other than 0 is an *ExitError.
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
