// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
)

// motoListens matches the line with moto's address.
var motoListens = regexp.MustCompile(`Running on (http://127\.0\.0\.1:[0-9]+)`)

// startMoto starts moto_server from PATH.
func startMoto(ctx context.Context) (endpoint string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	server := exec.CommandContext(ctx, "moto_server", "-H", "127.0.0.1", "-p", "0")
	output, err := server.StderrPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		cancel()
		return "", nil, fmt.Errorf("starting moto_server, which must be on PATH: %w", err)
	}
	stop = func() {
		cancel()
		_ = server.Wait() // It was killed.
	}
	var text strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if m := motoListens.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, output) }() // It ends with the server.
			return m[1], stop, nil
		}
		text.WriteString(lines.Text() + "\n")
	}
	stop()
	return "", nil, fmt.Errorf("moto_server ended: %s", text.String())
}

func createRepository(ctx context.Context, endpoint, name string) error {
	return callMoto(ctx, endpoint, "ecr", http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AmazonEC2ContainerRegistry_V20150921.CreateRepository"},
	}, fmt.Sprintf(`{"repositoryName":%q}`, name), "RepositoryAlreadyExistsException")
}

func createRole(ctx context.Context, endpoint, name string) error {
	body := url.Values{"Action": {"CreateRole"}, "Version": {"2010-05-08"}, "RoleName": {name}, "AssumeRolePolicyDocument": {`{"Version":"2012-10-17","Statement":[]}`}}
	return callMoto(ctx, endpoint, "iam", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, body.Encode(), "EntityAlreadyExists")
}

// callMoto makes a call of a service. A response with the error code accepted is no error.
func callMoto(ctx context.Context, endpoint, service string, header http.Header, body, accepted string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = header
	// moto finds the service and the Region in it, and does not check the signature.
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK && !strings.Contains(string(text), accepted) {
		err = fmt.Errorf("%s of moto: %s: %s", service, response.Status, text)
	}
	return err
}
