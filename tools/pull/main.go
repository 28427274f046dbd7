// SPDX-License-Identifier: MPL-2.0

// Command pull pulls an image from a registry at another address than its host, with
// go-containerregistry, and prints the digest of the image and of each of its layers. The
// test of the emulator uses it, as a client that we did not write. It is a module of its
// own, so that nothing else depends on go-containerregistry.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func main() {
	if err := pull(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pull downloads all layers, and with them verifies their digests.
func pull(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: REGISTRY_TOKEN=BASE64 pull IMAGE ADDRESS")
	}
	image, err := name.ParseReference(args[0], name.Insecure)
	if err != nil {
		return err
	}
	transport := everything{&http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, args[1])
	}}, args[1]}
	token := authn.FromConfig(authn.AuthConfig{Auth: os.Getenv("REGISTRY_TOKEN")})
	pulled, err := remote.Image(image, remote.WithAuth(token), remote.WithTransport(transport))
	if err != nil {
		return err
	}
	digest, err := pulled.Digest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	if _, err := pulled.ConfigFile(); err != nil {
		return err
	}
	layers, err := pulled.Layers()
	if err != nil {
		return err
	}
	for _, layer := range layers {
		content, err := layer.Compressed()
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return err
		}
		digest, err := layer.Digest()
		if err != nil {
			return err
		}
		fmt.Println(digest)
	}
	return nil
}

// everything connects to one address, whatever the host is.
type everything struct {
	http.RoundTripper
	address string
}

// RoundTrip gives the address a name in redirects: go-containerregistry does not follow one
// to an address of this machine.
func (e everything) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := e.RoundTripper.RoundTrip(request)
	if err == nil {
		location := response.Header.Get("Location")
		response.Header.Set("Location", strings.Replace(location, e.address, "layers.example.com", 1))
	}
	return response, err
}
