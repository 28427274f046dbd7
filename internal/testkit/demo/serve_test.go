// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestServe: the emulator answers while it is served, what is printed leads to
// it, and nothing is left behind.
func TestServe(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "terraform-provider-ecrxa"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := inWorkspace(options{bin: bin, examples: filepath.Join("..", "..", "..", "examples")}, func(environment *environment, workspace *workspace) error {
			return serve(ctx, writer, environment, workspace)
		})
		_ = writer.Close()
		ended <- err
	}()
	text := make([]byte, 4096)
	n, err := reader.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	printed := string(text[:n])

	values := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)=(.*)$`).FindAllStringSubmatch(printed, -1) {
		values[m[1]] = m[2]
	}
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "TF_CLI_CONFIG_FILE", "AWS_REGION", "AWS_DEFAULT_REGION"} {
		if values[name] == "" {
			t.Errorf("%s is not among the export lines:\n%s", name, printed)
		}
	}
	checkCommands(t, printed)
	credentials, err := os.ReadFile(values["AWS_SHARED_CREDENTIALS_FILE"])
	if err != nil || !strings.Contains(string(credentials), "[registry]") || !strings.Contains(string(credentials), "[consumer]") {
		t.Errorf("the credentials file holds %q, %v", credentials, err)
	}

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(values["AWS_SHARED_CREDENTIALS_FILE"])); !os.IsNotExist(err) {
		t.Errorf("the folder is left behind: %v", err)
	}
}

// TestTourInTheGuide: the guide has the commands that serve prints, in their order.
func TestTourInTheGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../../templates/guides/getting-started.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	rest := string(guide)
	for _, stop := range tour {
		command := "`cd …/" + stop.example + " && " + terraformCommand(stop.profile, stop.command) + "`"
		_, after, found := strings.Cut(rest, command)
		if !found {
			t.Fatalf("the guide does not have %s after what comes before it", command)
		}
		rest = after
	}
}

// checkCommands: what is printed to be run is there, with a profile where the
// configuration names none.
func checkCommands(t *testing.T, printed string) {
	t.Helper()
	commands := regexp.MustCompile(`(?m)^cd (\S+) && (AWS_PROFILE=\w+ )?terraform \w+$`).FindAllStringSubmatch(printed, -1)
	if len(commands) < 3 {
		t.Errorf("want commands for the check and for both accounts in:\n%s", printed)
	}
	for _, command := range commands {
		text, err := os.ReadFile(filepath.Join(command[1], "main.tf"))
		if err != nil {
			t.Error(err)
		}
		if named := strings.Contains(string(text), "profile "); named == (command[2] != "") {
			t.Errorf("%q: the configuration names a profile: %t", command[0], named)
		}
	}
}
