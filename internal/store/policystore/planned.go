// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Plan has the statements that one configuration plans, so that the size of a
// policy can be checked before the apply. It is safe for concurrent use; the zero
// Plan is empty.
type Plan struct {
	mu         sync.Mutex
	statements map[Key]*policy.Statement // nil for one that is removed
}

// Put plans a statement.
func (p *Plan) Put(repo awsname.Repository, s *policy.Statement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(Key{repo, s.Sid()}, s)
}

// Remove plans the removal of a statement, unless another object plans to put it.
func (p *Plan) Remove(key Key) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.statements[key] == nil {
		p.set(key, nil)
	}
}

func (p *Plan) set(key Key, s *policy.Statement) {
	if p.statements == nil {
		p.statements = map[Key]*policy.Statement{}
	}
	p.statements[key] = s
}

// Apply returns a policy as it will be after the apply.
func (p *Plan) Apply(repo awsname.Repository, doc *policy.Document) *policy.Document {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := map[string]*policy.Statement{}
	for key, s := range p.statements {
		if key.Repository == repo {
			next[key.Sid] = s
		}
	}
	return doc.Overlay(next)
}
