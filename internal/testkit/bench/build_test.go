// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestWriteOverlay: the limit still stands where the unlimited build replaces it.
func TestWriteOverlay(t *testing.T) {
	t.Parallel()
	path, err := writeOverlay(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		t.Fatal(err)
	}
	for source, replaced := range overlay.Replace {
		code, err := os.ReadFile(replaced)
		if err != nil || !strings.HasSuffix(source, limitFile) || !strings.Contains(string(code), noLimit) {
			t.Errorf("%s is replaced by %q, %v", source, code, err)
		}
	}
	if len(overlay.Replace) != 1 {
		t.Errorf("the overlay is %s", text)
	}
}

func TestSocketOf(t *testing.T) {
	t.Parallel()
	if socket, err := socketOf("1|6|unix|/tmp/plugin123|grpc|\n"); err != nil || socket != "/tmp/plugin123" {
		t.Errorf("the socket is %q, %v", socket, err)
	}
	for _, line := range []string{"", "1|6|tcp|127.0.0.1:1|grpc|", "1|5|unix|/tmp/plugin|netrpc", "This binary is a plugin."} {
		if _, err := socketOf(line); err == nil {
			t.Errorf("%q tells a socket", line)
		}
	}
}
