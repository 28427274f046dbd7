// SPDX-License-Identifier: MPL-2.0

// Package ownership decides which objects of a Terraform state manage one thing in
// AWS: a statement of a repository policy, or an inline policy of a role. Two
// resources may have the same name in the configuration, a resource may be renamed,
// and an interrupted replacement leaves the old object in the state beside the new
// one. The thing must exist as long as one object keeps it, and must be deleted with
// the last one.
//
// Terraform calls the provider for one object at a time and in any order, and gives
// each phase (refresh and plan, apply) a newly configured provider. So every object
// has a random token in its private state, and each call registers what the object
// does with its thing. Of two calls, the later one sees the earlier one.
package ownership

import (
	"crypto/rand"
	"slices"
	"sync"
)

// NewToken returns a token for an object that has none.
func NewToken() string { return rand.Text() }

// An Object is what the private state of an object says about ownership.
type Object struct {
	// Token identifies the object. A new object gets its token when it is created;
	// before, it is empty.
	Token string
	// Peers has the tokens of other objects that had the same thing when this one was
	// last read. Only the removal of a deposed object uses it.
	Peers []string
	// LeaveTo has the tokens of other objects that may keep the thing, from the plan
	// that removes this one.
	LeaveTo []string
}

// IsPlannedAgain reports whether a plan, which may have a prior state, is the second one of an
// object that Terraform replaces: it plans that once more, as one that is created, and shows
// only the errors of that plan.
func (o *Object) IsPlannedAgain(hasPrior bool) bool { return !hasPrior && o.Token != "" }

// A Registry has what the objects of one provider configuration have registered in
// one phase. K identifies a thing. A Registry is safe for concurrent use; the zero
// Registry is empty.
type Registry[K comparable] struct {
	mu       sync.Mutex
	things   map[K]*thing
	applying bool
}

// A thing has what is registered for one thing in AWS.
type thing struct {
	objects map[string]*entry // by token
	added   int               // plans of objects without a token
	creator string            // the token of the object that created it in this apply
	created string            // the form that the creator wrote
}

// An entry is what one object has registered.
type entry struct {
	intent  intent
	read    bool     // a read of the object has ended
	peers   []string // the result of that read
	leaveTo []string // the result of the plan that removes the object
	deleted bool     // the apply has called Delete
	left    bool     // and Delete left the thing to another object
}

// An intent is what the plan or the apply of an object does with the thing.
type intent int

const (
	undecided intent = iota
	keeps            // the thing is in the object's state, and stays
	creates          // the object is replaced, or gets another name: it will create the thing
	removes          // the thing is in the object's state, and the object gives it up
)

// of returns what is registered for a thing. The mutex must be held.
func (r *Registry[K]) of(key K) *thing {
	if r.things == nil {
		r.things = map[K]*thing{}
	}
	if r.things[key] == nil {
		r.things[key] = &thing{objects: map[string]*entry{}}
	}
	return r.things[key]
}

func (t *thing) of(token string) *entry {
	if t.objects[token] == nil {
		t.objects[token] = &entry{}
	}
	return t.objects[token]
}

// others returns the tokens of the other objects that meet a condition, sorted.
func (t *thing) others(token string, meets func(*entry) bool) []string {
	var tokens []string
	for other, e := range t.objects {
		if other != token && meets(e) {
			tokens = append(tokens, other)
		}
	}
	slices.Sort(tokens)
	return tokens
}

func is(wanted ...intent) func(*entry) bool {
	return func(e *entry) bool { return slices.Contains(wanted, e.intent) }
}

// StartRead registers that the thing is in an object's state. It must be called
// before AWS is asked: then two objects whose reads overlap know of each other.
func (r *Registry[K]) StartRead(key K, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(key).of(token)
}

// EndRead registers that the thing exists. It returns the Peers of the object.
func (r *Registry[K]) EndRead(key K, token string) (peers []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(key)
	e := t.of(token)
	e.read, e.peers = true, t.others(token, func(*entry) bool { return true })
	return e.peers
}

// Missing withdraws what an object has registered: AWS has no such thing, and the
// object leaves the state.
func (r *Registry[K]) Missing(key K, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of(key).objects, token)
}

// Has reports whether the thing is known to be in an object's state.
func (r *Registry[K]) Has(key K, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return token != "" && r.of(key).objects[token] != nil
}

// HasOther reports whether the thing is known to be in the state of an object with
// another token, or planned for it.
func (r *Registry[K]) HasOther(key K, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.of(key).others(token, func(*entry) bool { return true })) > 0
}

// Unplanned reports whether one of some things is in the state of an object that was
// not planned yet.
func (r *Registry[K]) Unplanned(some func(K) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, t := range r.things {
		if some(key) && len(t.others("", is(undecided))) > 0 {
			return true
		}
	}
	return false
}

// PlanKeep registers that an object keeps its thing. Conflict reports that another
// object keeps or creates it, too.
//
// If rewrite is true, another object may delete the thing without knowing of this
// one. Then this one must be planned as an update, so that it is part of the apply.
func (r *Registry[K]) PlanKeep(key K, token string) (conflict, rewrite bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(key)
	t.of(token).intent = keeps
	conflict = t.added > 0
	for other, o := range t.objects {
		if other == token {
			continue
		}
		switch o.intent {
		case keeps, creates:
			conflict = true
		case removes:
			// A deposed object leaves the thing to its peers, because the apply plans its
			// removal again. All others leave it as planned here.
			rewrite = rewrite || !o.left && (!slices.Contains(o.leaveTo, token) || !slices.Contains(o.peers, token))
		case undecided: // It may be a deposed object, which will be removed.
			rewrite = rewrite || o.read && !slices.Contains(o.peers, token)
		}
	}
	return conflict, rewrite
}

// PlanCreate registers that an object is about to create the thing. The token is
// empty for a new object. An object that is replaced has the token that it had before.
// Conflict reports that another object keeps or creates the thing, too.
func (r *Registry[K]) PlanCreate(key K, token string) (conflict bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(key)
	if token == "" {
		t.added++
	} else {
		t.of(token).intent = creates
	}
	return t.crowded() || token != "" && t.added > 0 || len(t.others(token, is(keeps, creates))) > 0
}

// crowded reports whether more than one new object is about to create the thing. A
// tainted object is planned as a new one, by -minimal-refresh even twice: before and
// after it is read. So each object that was read and is not planned excuses one plan.
func (t *thing) crowded() bool {
	tainted := t.others("", func(e *entry) bool { return e.intent == undecided && e.read })
	return t.added > 1+len(tainted)
}

// PlanRemove registers that an object gives the thing up. It returns the LeaveTo of
// the object. Conflict reports that two new objects are about to create the thing.
func (r *Registry[K]) PlanRemove(key K, o Object) (leaveTo []string, conflict bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(key)
	e := t.of(o.Token)
	if !e.read {
		e.peers = o.Peers
	}
	e.intent, e.leaveTo = removes, t.others(o.Token, is(keeps, undecided))
	return e.leaveTo, t.crowded()
}

// Applying reports whether an object was created, updated or deleted: this is an
// apply, in which Terraform plans each object once more before it changes it.
func (r *Registry[K]) Applying() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.applying
}

// Update registers that the apply updates an object, which keeps its thing.
func (r *Registry[K]) Update(key K, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.applying = true
	r.of(key).of(token).intent = keeps
}

// Create registers that an object creates the thing in this apply, or adopts it. It
// reports false, and registers nothing, if another object has created it in this
// apply or keeps it.
func (r *Registry[K]) Create(key K, token, form string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.applying = true
	t := r.of(key)
	if t.creator != "" || t.isKept(token) {
		return false
	}
	t.creator, t.created = token, form
	return true
}

// AbandonCreate withdraws a Create that has not changed AWS.
func (r *Registry[K]) AbandonCreate(key K, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.of(key); t.creator == token {
		t.creator, t.created = "", ""
	}
}

// Delete registers that the apply removes an object, and reports whether the object
// must leave the thing to another one. The last of several objects that are removed
// does not leave it.
func (r *Registry[K]) Delete(key K, o Object) (leave bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.applying = true
	t := r.of(key)
	e := t.of(o.Token)
	mayKeep := slices.Clone(o.LeaveTo)
	if e.intent == removes { // It was planned in this apply, as only deposed objects are.
		mayKeep = append(mayKeep, o.Peers...)
	}
	e.intent, e.deleted = removes, true
	e.left = t.isKept(o.Token) || slices.ContainsFunc(mayKeep, func(token string) bool {
		other := t.objects[token]
		return other == nil || !other.deleted
	})
	return e.left
}

// isKept reports whether another object keeps the thing. The mutex must be held.
func (t *thing) isKept(token string) bool { return len(t.others(token, is(keeps))) > 0 }

// Kept reports whether an object that is removed must leave the thing, which now has
// a form: another object keeps it, or has created it in this form. An empty form
// means any form.
func (r *Registry[K]) Kept(key K, token, form string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(key)
	return t.isKept(token) || t.creator != "" && (form == "" || t.created == form)
}
