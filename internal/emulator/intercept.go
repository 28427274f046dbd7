package emulator

import (
	"net/http"
	"slices"
	"sync"
)

// A Call describes a request to an interceptor.
type Call struct {
	Operation string // as in "ecr:SetRepositoryPolicy"
	Account   string // the caller's account
	Region    string // the region the request is signed for
	Resource  string // repository name or role name; empty when the request names none
}

// A Fault is an error answer.
type Fault struct {
	Status  int    // HTTP status
	Code    string // AWS's error code, as in "ThrottlingException"
	Message string
}

// An interceptor sees a request before it is carried out. What it returns, when
// not nil, is answered in place of it.
type interceptor func(Call) *Fault

type interceptors struct {
	mu   sync.Mutex
	list []interceptor
}

func (i *interceptors) run(call Call) *Fault {
	i.mu.Lock()
	list := i.list
	i.mu.Unlock()
	for _, intercept := range list {
		if fault := intercept(call); fault != nil {
			return fault
		}
	}
	return nil
}

// Intercept has f called for every authenticated request, before it is carried
// out. f may call the Server, and other requests go on meanwhile. A Fault that f
// returns is answered in place of the request. Interceptors run in the order in
// which they were added.
func (s *Server) Intercept(f func(Call) *Fault) {
	s.interceptors.mu.Lock()
	defer s.interceptors.mu.Unlock()
	s.interceptors.list = append(slices.Clip(s.interceptors.list), f)
}

// RefusePrincipals answers the next n SetRepositoryPolicy requests for the
// repository with "Principal not found", as ECR does while a new role is not yet
// known everywhere.
func (s *Server) RefusePrincipals(repository string, n int) {
	left := newCountdown(n)
	s.Intercept(func(c Call) *Fault {
		if c.Operation == "ecr:SetRepositoryPolicy" && c.Resource == repository && left.next() {
			return principalNotFound()
		}
		return nil
	})
}

// BeforeNextSet runs f once, before the next SetRepositoryPolicy for the
// repository is carried out: what f writes is a foreign write between the
// caller's read and its write.
func (s *Server) BeforeNextSet(repository string, f func()) {
	left := newCountdown(1)
	s.Intercept(func(c Call) *Fault {
		if c.Operation == "ecr:SetRepositoryPolicy" && c.Resource == repository && left.next() {
			f()
		}
		return nil
	})
}

// A countdown says yes n times.
type countdown struct {
	mu   sync.Mutex
	left int
}

func newCountdown(n int) *countdown { return &countdown{left: n} }

func (c *countdown) next() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return false
	}
	c.left--
	return true
}

// badRequest is a fault with the status that ECR answers nearly all errors with.
func badRequest(code, message string) *Fault {
	return &Fault{http.StatusBadRequest, code, message}
}
