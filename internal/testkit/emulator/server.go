// SPDX-License-Identifier: MPL-2.0

// Package emulator emulates Amazon ECR, IAM, AWS Organizations, AWS CloudTrail and STS on a
// loopback port, for tests and for the demo. It has several accounts and Regions and is as
// strict as AWS: it reformats repository policies, checks that principals exist and enforces
// quotas. The AWS SDKs work with it unchanged.
//
// It is not a security boundary. It does not verify signatures, and in its own account a
// caller may do everything that no repository policy denies. For access across accounts
// it evaluates the policies: see access.go.
//
// The package is larger than others, because these services share its accounts and policies.
package emulator

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"time"
)

// Options are the options of an emulator. The zero value is right for most tests.
type Options struct {
	// Address is the address to listen on, as in "127.0.0.1:4566". Empty means a free
	// port of 127.0.0.1.
	Address string
	// Public allows an Address that other machines can reach. The emulator gives every
	// caller the rights of the account that it names, so it is for loopback otherwise.
	Public bool
}

// A NotLoopbackError says that other machines could reach the address of an emulator.
type NotLoopbackError struct{ Address string }

// Error names the address and what to write instead.
func (e *NotLoopbackError) Error() string {
	return fmt.Sprintf("other machines can reach %q, and the AWS emulator does not authenticate its callers: use an address of this machine, such as 127.0.0.1:4566", e.Address)
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Start starts an emulator. The caller must Close it. An address that other machines can
// reach is a *NotLoopbackError unless Options.Public allows it.
func Start(options Options) (*Server, error) {
	if options.Address == "" {
		options.Address = "127.0.0.1:0"
	}
	if !options.Public && !isLoopback(options.Address) {
		return nil, &NotLoopbackError{options.Address}
	}
	listener, err := net.Listen("tcp", options.Address)
	if err != nil {
		return nil, fmt.Errorf("starting the AWS emulator on %s: %w", options.Address, err)
	}
	s := &Server{
		url:      "http://" + listener.Addr().String(),
		requests: map[string]int{},
		accounts: map[string]*account{},
		callers:  map[string]caller{},
		events:   map[place][]event{},
		tokens:   map[string]registryToken{},

		policyQuota: maxPolicy,
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("the AWS emulator on %s stopped: %v", s.url, err))
		}
	}()
	return s, nil
}

// URL returns the endpoint of all services, as in http://127.0.0.1:40123.
func (s *Server) URL() string { return s.url }

// Close stops the emulator and ends its connections.
func (s *Server) Close() {
	_ = s.server.Close() // It fails only if it is called twice.
}

// Requests returns the number of requests since the start or the last ResetRequests, by
// operation, as in "ecr:SetRepositoryPolicy". It includes rejected requests and unknown
// operations.
func (s *Server) Requests() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.requests)
}

// ResetRequests sets all counts to zero.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.requests)
}

// ServeHTTP serves one request to any of the services.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, layersPath):
		s.serveLayer(w, r)
		return
	case strings.HasPrefix(r.URL.Path, registryPath):
		s.serveRegistry(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	req, err := readRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.count(req.operation)
	result, fault := s.respond(req)
	req.protocol.write(w, req, result, fault)
}

// respond runs one operation at a time, so the emulated services have no races of their
// own.
func (s *Server) respond(req *request) (any, *apiError) {
	handle, found := operations[req.operation]
	if !found {
		return nil, req.protocol.unknownOperation(req)
	}
	if fault := s.authenticate(req); fault != nil {
		return nil, fault
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	result, fault := handle(s, req)
	s.record(req, fault)
	return result, fault
}
