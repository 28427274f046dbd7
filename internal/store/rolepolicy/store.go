// SPDX-License-Identifier: MPL-2.0

// Package rolepolicy reads IAM roles and their policies (concurrent callers share one
// read), writes inline policies and checks their quota. IAM stores each inline policy
// separately by name, so a write replaces one policy and needs no read-modify-write.
package rolepolicy

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
)

// Clients hands out the IAM client and says whose account it works in.
type Clients interface {
	IAM(ctx context.Context) (awsapi.IAM, error)
	Identity(ctx context.Context) (awsapi.Identity, error)
}

// A Store reads roles and writes inline policies. It is safe for concurrent use;
// one Store must serve all resources of a configuration, since it is what keeps
// two of them from managing one policy. Its errors are of type *awserr.Error,
// *QuotaError, *ExistsError, *ChangedError, *MissingRoleError, *UnknownEntityError or
// *OverwrittenError.
type Store struct {
	Clock Clock // tests replace it
	// Owners has which objects of the state manage the inline policies.
	Owners ownership.Registry[Key]

	clients     Clients
	reads       reads
	turns       turns
	unavailable atomic.Bool // the last shared read could not reach IAM
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	s := &Store{clients: clients, Clock: Clock{Now: time.Now, Wait: awsapi.WaitJittered}}
	s.reads = newReads(func() time.Time { return s.Clock.Now() })
	return s
}

// A Clock is the time that writes wait by.
type Clock struct {
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error // for about d, or until ctx ends
}

// reads are what IAM has answered lately, and the calls that run. What is missing
// is an error of the kind awserr.NoSuchEntity and so not kept: it may be created
// at any moment.
type reads struct {
	roles    *readcache.Reads[string, Role]
	names    *readcache.Reads[string, []string] // of inline policies, by role
	attached *readcache.Reads[string, []string] // ARNs of managed policies, by role
	inline   *readcache.Reads[Key, string]
	managed  *readcache.Reads[string, string] // by ARN
}

func newReads(now func() time.Time) reads {
	return reads{
		roles:    readcache.New[string, Role](now),
		names:    readcache.New[string, []string](now),
		attached: readcache.New[string, []string](now),
		inline:   readcache.New[Key, string](now),
		managed:  readcache.New[string, string](now),
	}
}

// A Role is what IAM says of a role itself.
type Role struct {
	ARN         string // with the path, which only IAM knows
	BoundaryARN string // of the managed policy that is its permissions boundary; empty when it has none
	ID          string // as in AROAEXAMPLEID
	TrustPolicy string // JSON; empty when IAM does not say
	Tags        map[string]string
}

// explain says what was tried. AWS is asked for the account only when it has
// answered, as otherwise the question would fail for the same reason.
func (s *Store) explain(ctx context.Context, err error, doing string) error {
	if err == nil {
		return nil
	}
	attempt := awserr.Attempt{Doing: doing, Side: awserr.ConsumerSide}
	var explained *awserr.Error
	var answer smithy.APIError
	if !errors.As(err, &explained) && errors.As(err, &answer) {
		attempt.Account, attempt.OwnAccount = s.account(ctx), true
	}
	return awserr.Explain(err, attempt)
}

// account returns the account of the credentials, or nothing when AWS does not say.
func (s *Store) account(ctx context.Context) string {
	identity, err := s.clients.Identity(ctx)
	if err != nil {
		return ""
	}
	return identity.Account
}
