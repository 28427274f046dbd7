// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// New prepares the backend for one test. Like terraform-plugin-testing, it skips the test if
// TF_ACC is not set.
func New(t testing.TB) *Env {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skipf("acceptance tests run only with %s=1", resource.EnvTfAcc)
	}
	env := &Env{t: t, id: strings.ToLower(rand.Text()[:8])}
	env.open()
	return env
}

// open connects the Env to the selected backend.
func (e *Env) open() {
	e.t.Helper()
	e.Region = defaultRegion
	e.Backend = Backend(os.Getenv("ECRXA_ACC_BACKEND"))
	switch e.Backend {
	case "", Emulator:
		e.openEmulator()
	case Moto:
		e.openMoto()
	case AWS:
		e.openAWS()
	default:
		e.t.Fatalf("ECRXA_ACC_BACKEND is %q: expected %q, %q or %q", e.Backend, Emulator, Moto, AWS)
	}
}

func (e *Env) openEmulator() {
	e.t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(server.Close)
	e.Backend, e.emulator, e.backend = Emulator, server, server
	account := func(id string) *Account {
		accessKey, secretKey := server.Credentials(id)
		return e.keyAccount(id, login{endpoint: server.URL(), accessKey: accessKey, secretKey: secretKey})
	}
	e.Registry, e.Consumer = account(registryID), account(consumerID)
}

func (e *Env) openMoto() {
	e.t.Helper()
	logins, err := motoLogins()
	if err != nil {
		e.t.Fatal(err)
	}
	e.Registry, e.Consumer = e.keyAccount(registryID, logins[registryID]), e.keyAccount(consumerID, logins[consumerID])
	server, err := url.Parse(e.Registry.login.endpoint)
	if err != nil {
		e.t.Fatal(err)
	}
	e.backend = fault.Proxy(server)
}

// keyAccount returns an account with an endpoint and an access key.
func (e *Env) keyAccount(id string, login login) *Account {
	return newAccount(e, id, login, login.config())
}

func (e *Env) openAWS() {
	e.t.Helper()
	account := func(variable string) *Account {
		e.t.Helper()
		cfg, id, err := awsAccount(e.t.Context(), variable, e.Region)
		if err != nil {
			e.t.Fatal(err)
		}
		return newAccount(e, id, login{profile: os.Getenv(variable)}, cfg)
	}
	e.Registry, e.Consumer = account(registryProfile), account(consumerProfile)
}

// The environment variables with the names of the profiles of the two real accounts.
const (
	registryProfile = "ECRXA_ACC_REGISTRY_PROFILE"
	consumerProfile = "ECRXA_ACC_CONSUMER_PROFILE"
)

var errAWSNotAgreed = errors.New("the backend aws creates and deletes resources in real accounts: set ECRXA_ACC_AWS=1 to agree")

// awsAccount returns the configuration and the ID of a real account. The variable has the
// name of the profile.
func awsAccount(ctx context.Context, variable, region string) (cfg aws.Config, id string, err error) {
	if os.Getenv("ECRXA_ACC_AWS") != "1" {
		return cfg, "", errAWSNotAgreed
	}
	profile := os.Getenv(variable)
	if profile == "" {
		return cfg, "", fmt.Errorf("%s is not set: set it to the name of the profile of a test account", variable)
	}
	cfg, err = config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithRegion(region))
	if err != nil {
		return cfg, "", fmt.Errorf("reading the profile %s: %w", profile, err)
	}
	identity, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return cfg, "", fmt.Errorf("finding the account of the profile %s: %w", profile, err)
	}
	return cfg, *identity.Account, nil
}
