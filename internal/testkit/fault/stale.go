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
