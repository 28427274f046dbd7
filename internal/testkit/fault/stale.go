package fault

import "time"

// reads are the operations that show what a write has changed.
var reads = map[string]string{
	"ecr:SetRepositoryPolicy":    "ecr:GetRepositoryPolicy",
	"ecr:DeleteRepositoryPolicy": "ecr:GetRepositoryPolicy",
	"iam:PutRolePolicy":          "iam:GetRolePolicy",
	"iam:DeleteRolePolicy":       "iam:GetRolePolicy",
}

// staleKind is counted for the write that a rule hits, and for each read that is
// answered as before that write.
const staleKind = "stale read"

// StaleReads lets a write of a repository policy or of a role's inline policy
// through, and has the next n reads of that policy answered as before the write.
func StaleReads(n int) Fault {
	return stale(func(a *staleAnswer) { a.left = n })
}

// StaleFor lets a write of a repository policy or of a role's inline policy
// through, and has the reads of that policy answered as before the write for d.
func StaleFor(d time.Duration) Fault {
	return stale(func(a *staleAnswer) { a.lifetime = d })
}

// A staleAnswer is how a read was answered before a write.
type staleAnswer struct {
	answer   answer
	left     int           // how many more reads it answers, when there is no lifetime
	lifetime time.Duration // how long it answers reads
	until    time.Time     // when its lifetime ends
}

func stale(limit func(*staleAnswer)) Fault {
	return Fault{staleKind, func(h *hit) answer {
		read, isWrite := reads[h.call.operation]
		if !isWrite {
			return h.proceed()
		}
		before := h.layer.ask(h.call.as(read))
		after := h.proceed()
		if after.ending == whole && after.status < 300 {
			kept := staleAnswer{answer: before}
			limit(&kept)
			h.layer.keep(h.call.as(read), kept)
		}
		return after
	}}
}

// keep has a read answered as before for a while.
func (l *Layer) keep(read *call, kept staleAnswer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept.until = l.now().Add(kept.lifetime)
	l.stale[read.subject()] = kept
}

// staleAnswer returns the answer from before a write, if the call is to get it.
func (l *Layer) staleAnswer(c *call) (a answer, found bool) {
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
	return kept.answer, true
}

// subject names what a call reads.
func (c *call) subject() string {
	return c.operation + " " + c.resource + " " + c.form.Get("PolicyName")
}
