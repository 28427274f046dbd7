// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
)

func TestFinishComesBeforeShutdown(t *testing.T) {
	t.Parallel()
	for method, want := range map[string][]string{
		shutdown:                          {"finish", "handle"},
		"/tfplugin6.Provider/GetMetadata": {"handle"},
	} {
		var got []string
		intercept := beforeShutdown(func() { got = append(got, "finish") })
		_, err := intercept(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: method}, func(context.Context, any) (any, error) {
			got = append(got, "handle")
			return nil, nil //nolint:nilnil // nothing is answered
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v, want %q", method, got, err, want)
		}
	}
}

// Terraform kills a process that does not end by itself.
func TestTheProcessEndsByItself(t *testing.T) {
	t.Parallel()
	cmd, client := served(t)
	protocol, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Ping(); err != nil {
		t.Error(err)
	}
	client.Kill()
	if cmd.ProcessState == nil || !cmd.ProcessState.Success() {
		t.Errorf("the process ended with %v", cmd.ProcessState)
	}
}

// served starts the provider as Terraform does.
func served(t *testing.T) (*exec.Cmd, *plugin.Client) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), runMain+"=1")
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd:              cmd,
		HandshakeConfig:  plugin.HandshakeConfig{ProtocolVersion: protocolVersion, MagicCookieKey: magicCookieKey, MagicCookieValue: magicCookieValue},
		Plugins:          plugin.PluginSet{"provider": &tf6server.GRPCProviderPlugin{}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
	})
	t.Cleanup(client.Kill)
	return cmd, client
}

func TestDebugServesUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-debug")
	cmd.Env = append(os.Environ(), runMain+"=1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	isFound := false
	for lines := bufio.NewScanner(stdout); !isFound && lines.Scan(); {
		isFound = strings.Contains(lines.Text(), `TF_REATTACH_PROVIDERS='{"`+address)
	}
	if !isFound {
		t.Error("nothing says how to attach Terraform")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A signal to the process group of Terraform reaches the provider, too.
func TestOneInterruptEndsNothing(t *testing.T) {
	t.Parallel()
	for _, interrupt := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, client := served(t)
		protocol, err := client.Client()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(interrupt); err != nil {
			t.Fatal(err)
		}
		if err := protocol.Ping(); err != nil {
			t.Errorf("after %s: %v", interrupt, err)
		}
		client.Kill()
		if cmd.ProcessState == nil || !cmd.ProcessState.Success() {
			t.Errorf("after %s, the process ended with %v", interrupt, cmd.ProcessState)
		}
	}
}
