// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// runMain is the environment variable that makes the test binary serve the provider like the
// released binary.
const runMain = "ECRXA_TEST_RUN_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runMain) != "" {
		main()
		return
	}
	acctest.Run(suite{m})
}

// A suite removes the built provider after the tests.
type suite struct{ m *testing.M }

func (s suite) Run() int {
	defer func() { _ = os.RemoveAll(builtProvider) }()
	return s.m.Run()
}

// The registry takes the protocols of a release only from the manifest, so a wrong manifest
// makes the release unusable.
// https://developer.hashicorp.com/terraform/registry/providers/publishing#terraform-registry-manifest-file
func TestManifestNamesServedProtocol(t *testing.T) {
	t.Parallel()

	var manifest struct {
		Version  int
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, "terraform-registry-manifest.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 {
		t.Errorf("manifest version = %d, want 1", manifest.Version)
	}

	want := []string{servedProtocol(t) + ".0"}
	if !slices.Equal(manifest.Metadata.ProtocolVersions, want) {
		t.Errorf("protocol_versions = %q, but the provider serves %q", manifest.Metadata.ProtocolVersions, want)
	}
}

// servedProtocol starts the provider like Terraform and returns the protocol version in its
// handshake line: CORE|PROTOCOL|NETWORK|ADDRESS|….
func servedProtocol(t *testing.T) string {
	t.Helper()

	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(),
		runMain+"=1",
		magicCookieKey+"="+magicCookieValue,
		"PLUGIN_PROTOCOL_VERSIONS=5,6",
		"PLUGIN_UNIX_SOCKET_DIR="+t.TempDir(),
	)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider printed no handshake: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed

	fields := strings.Split(line, "|")
	if len(fields) < 2 {
		t.Fatalf("handshake %q has no protocol version", line)
	}
	return fields[1]
}

func modulePath(t *testing.T) string {
	t.Helper()

	match := regexp.MustCompile(`(?m)^module (\S+)$`).FindStringSubmatch(readFile(t, "go.mod"))
	if match == nil {
		t.Fatal("go.mod has no module")
	}
	return match[1]
}

func readFile(t *testing.T, name string) string {
	t.Helper()

	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
