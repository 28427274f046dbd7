// SPDX-License-Identifier: MPL-2.0

package fault

import "time"

// reads are the operations that return the result of a write.
var reads = map[string]string{
	"ecr:SetRepositoryPolicy":    "ecr:GetRepositoryPolicy",
	"ecr:DeleteRepositoryPolicy": "ecr:GetRepositoryPolicy",
	"ecr:PutRegistryPolicy":      "ecr:GetRegistryPolicy",
	"ecr:DeleteRegistryPolicy":   "ecr:GetRegistryPolicy",
	"iam:PutRolePolicy":          "iam:GetRolePolicy",
	"iam:DeleteRolePolicy":       "iam:GetRolePolicy",
}

// staleKind is counted for the write that a rule hits, and for each stale read after it.
const staleKind = "stale read"

// StaleReads executes a write of the policy of a repository or registry, or of a role's inline policy. The next
// n reads of this policy return the response from before the write.
func StaleReads(n int) Fault {
	return stale(func(a *staleResponse) { a.left = n })
}

// StaleFor executes a write of the policy of a repository or registry, or of a role's inline policy. For the
// duration d, reads of this policy return the response from before the write.
func StaleFor(d time.Duration) Fault {
	return stale(func(a *staleResponse) { a.lifetime = d })
}

// A staleResponse is the response of a read from before a write.
type staleResponse struct {
	response response
	left     int           // number of reads that still return it, if there is no lifetime
	lifetime time.Duration // how long reads return it
	until    time.Time     // when its lifetime ends
}

func stale(limit func(*staleResponse)) Fault {
	return Fault{staleKind, func(h *hit) response {
		read, isWrite := reads[h.call.operation]
		if !isWrite {
			return h.proceed()
		}
		before := h.layer.ask(h.call.as(read))
		after := h.proceed()
		if after.ending == whole && after.status < 300 {
			kept := staleResponse{response: before}
			limit(&kept)
			h.layer.keep(h.call.as(read), kept)
		}
		return after
	}}
}

// keep stores a response for later reads.
func (l *Layer) keep(read *call, kept staleResponse) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept.until = l.now().Add(kept.lifetime)
	l.stale[read.subject()] = kept
}

// staleResponse returns the response from before a write, if there is one for the call.
func (l *Layer) staleResponse(c *call) (a response, found bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, found := l.stale[c.subject()]
	if !found {
		return a, false
	}
	if kept.left == 0 && !l.now().Before(kept.until) {
		delete(l.stale, c.subject())
		return a, false
	}
	kept.left = max(0, kept.left-1)
	l.stale[c.subject()] = kept
	l.counts[Hit{staleKind, c.operation}]++
	return kept.response, true
}

// subject identifies what a call reads.
func (c *call) subject() string {
	return c.operation + " " + c.resource + " " + c.form.Get("PolicyName")
}
