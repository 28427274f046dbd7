// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
)

// address is the provider's address in the Terraform Registry.
const address = "registry.terraform.io/ecrxa/ecrxa"

// Terraform starts a plugin with this variable, and expects this version of the protocol.
// Source: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/plugin6/serve.go
const (
	protocolVersion  = 6
	magicCookieKey   = "TF_PLUGIN_MAGIC_COOKIE"
	magicCookieValue = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	maxMessageSize   = 256 << 20 // as in terraform-plugin-go
)

// shutdown is the call with which Terraform ends a plugin. It waits for the answer without a
// limit, and kills the process two seconds after it.
// Source: https://pkg.go.dev/github.com/hashicorp/go-plugin#Client.Kill
const shutdown = "/plugin.GRPCController/Shutdown"

// serve serves the provider to Terraform until Terraform ends it, and calls finish before.
// providerserver.Serve does the same, but has no place for finish while Terraform waits.
func serve(newProvider func() provider.Provider, finish func(context.Context)) {
	untilTwoInterrupts := interrupts()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: protocolVersion, MagicCookieKey: magicCookieKey, MagicCookieValue: magicCookieValue},
		Plugins: plugin.PluginSet{"provider": &tf6server.GRPCProviderPlugin{
			Name: address, GRPCProvider: providerserver.NewProtocol6(newProvider()),
		}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(maxMessageSize), grpc.MaxSendMsgSize(maxMessageSize), grpc.UnaryInterceptor(beforeShutdown(func() { finish(untilTwoInterrupts) })))...)
		},
	})
}

// beforeShutdown returns an interceptor that calls finish before the plugin server stops.
func beforeShutdown(finish func()) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if info.FullMethod == shutdown {
			finish()
		}
		return handler(ctx, req)
	}
}

// interrupts returns a context that ends with the second interrupt. Whoever interrupts Terraform
// twice wants it to exit at once. The first one must not end this process, which may have the
// same process group as Terraform: Terraform ends it when it has stopped the apply.
func interrupts() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		defer cancel()
		<-signals
		<-signals
	}()
	return ctx
}
