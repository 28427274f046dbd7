// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// NamePrefix is the prefix of all names of test resources. Sweepers look for it.
const NamePrefix = "ecrxa-acc-"

// A Backend is the server for the provider's requests to AWS.
type Backend string

// The values of ECRXA_ACC_BACKEND.
const (
	Emulator Backend = "emulator" // internal/testkit/emulator; the default
	Moto     Backend = "moto"     // https://docs.getmoto.org
	AWS      Backend = "aws"      // two real accounts
)

// An Env is the backend for one test: two accounts, and names that no other test uses, so
// that tests can run in parallel. Each Env has its own emulator.
type Env struct {
	Backend  Backend
	Region   string   // of all clients and provider blocks, as in "us-east-1"
	Registry *Account // owns the repositories; 987654321098 except on AWS
	Consumer *Account // owns the roles that pull; 123456789012 except on AWS

	t        testing.TB
	id       string
	emulator *emulator.Server // nil on other backends
	backend  http.Handler     // handler for faults to wrap; nil on AWS
}

// An Account is one account of the backend, with administrator clients.
type Account struct {
	ID  string // 12 digits
	ECR *ecr.Client
	IAM *iam.Client
	STS *sts.Client

	t     testing.TB
	env   *Env
	login login
}

// A login is the access to an account: a profile on AWS, or an endpoint and an access key.
type login struct {
	profile                     string
	endpoint                    string
	accessKey, secretKey, token string
}

// Name returns a name for a repository, a role or a user that no other test uses. In one
// test, the same suffix gives the same name.
func (e *Env) Name(suffix string) string {
	return NamePrefix + e.id + "-" + suffix
}

// Emulator returns the emulator, for example to count requests. On other backends it skips
// the test.
func (e *Env) Emulator() *emulator.Server {
	e.t.Helper()
	if e.emulator == nil {
		e.t.Skipf("%s: this test counts requests, which only the emulator can", e.Backend)
	}
	return e.emulator
}
