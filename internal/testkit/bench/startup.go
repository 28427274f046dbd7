// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// starts is the number of starts for the median.
const starts = 11

// measureStartUp starts the provider like Terraform and requests its schema.
func measureStartUp(ctx context.Context, binary string) (startUp, error) {
	var listening, schema []time.Duration
	for range starts {
		l, s, err := start(ctx, binary)
		if err != nil {
			return startUp{}, fmt.Errorf("starting %s: %w", binary, err)
		}
		listening, schema = append(listening, l), append(schema, s)
	}
	return startUp{ListeningMilliseconds: milliseconds(median(listening)), SchemaMilliseconds: milliseconds(median(schema))}, nil
}

func median(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2]
}

// pluginCookie is the environment variable that a provider requires to serve.
// Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
const pluginCookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// start starts the provider once. It returns the time until the provider listens and the
// time until the response of GetProviderSchema.
func start(ctx context.Context, binary string) (listening, schema time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = append(os.Environ(), pluginCookie, "PLUGIN_PROTOCOL_VERSIONS=6")
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait() // It was killed.
	}()
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("reading the address of the provider: %w", err)
	}
	listening = time.Since(begin)
	socket, err := socketOf(line)
	if err != nil {
		return 0, 0, err
	}
	defer os.Remove(socket) // A killed provider does not delete it.
	err = askSchema(ctx, socket)
	return listening, time.Since(begin), err
}

// socketOf returns the socket from the line in which a plugin prints its address.
// Source: https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md
func socketOf(line string) (string, error) {
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 5 || fields[2] != "unix" || fields[4] != "grpc" {
		return "", fmt.Errorf("the provider prints %q, not its gRPC address", line)
	}
	return fields[3], nil
}

// askSchema calls GetProviderSchema. The request has no fields: the gRPC message is five
// zero bytes, for "not compressed" and "empty".
// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
func askSchema(ctx context.Context, socket string) error {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols: &protocols,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://provider/tfplugin6.Provider/GetProviderSchema", bytes.NewReader(make([]byte, 5)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if status := response.Trailer.Get("Grpc-Status"); status != "0" {
		return errors.New("GetProviderSchema: gRPC status " + status + " " + response.Trailer.Get("Grpc-Message"))
	}
	return nil
}

// describe returns a report with the values that do not depend on a workload.
func describe(ctx context.Context, terraform, binary string) (report, error) {
	r := report{CPUs: runtime.NumCPU(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	version, err := exec.CommandContext(ctx, terraform, "version", "-json").Output()
	if err != nil {
		return r, fmt.Errorf("%s version: %w", terraform, err)
	}
	if err := json.Unmarshal(version, &struct {
		Version *string `json:"terraform_version"`
	}{&r.Terraform}); err != nil {
		return r, fmt.Errorf("%s version: %w", terraform, err)
	}
	file, err := os.Stat(binary)
	if err != nil {
		return r, err
	}
	r.BinaryBytes = file.Size()
	r.StartUp, err = measureStartUp(ctx, binary)
	return r, err
}
