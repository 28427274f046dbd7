// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// The keys of the private state of an object. See ownership.Object and SetStatements.
const (
	tokenKey      = "token"
	peersKey      = "peers"
	leaveToKey    = "leave_to"
	statementsKey = "statements"
)

// Private is the private state of an object: what Terraform keeps for the provider
// beside the attributes.
type Private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Object returns what the private state says about ownership.
func Object(ctx context.Context, private Private) (o ownership.Object) {
	get(ctx, private, tokenKey, &o.Token)
	get(ctx, private, peersKey, &o.Peers)
	get(ctx, private, leaveToKey, &o.LeaveTo)
	return o
}

// ExistingObject returns what the private state of an object says that is in the
// state. It gives the object a token if it has none, as after an import.
func ExistingObject(ctx context.Context, private Private) (ownership.Object, diag.Diagnostics) {
	if o := Object(ctx, private); o.Token != "" {
		return o, nil
	}
	return NewObject(ctx, private)
}

// NewObject gives an object that is created a token.
func NewObject(ctx context.Context, private Private) (ownership.Object, diag.Diagnostics) {
	o := ownership.Object{Token: ownership.NewToken()}
	return o, set(ctx, private, tokenKey, o.Token)
}

// SetPeers records the Peers of an object.
func SetPeers(ctx context.Context, private Private, peers []string) diag.Diagnostics {
	return set(ctx, private, peersKey, peers)
}

// SetLeaveTo records the LeaveTo of an object.
func SetLeaveTo(ctx context.Context, private Private, leaveTo []string) diag.Diagnostics {
	return set(ctx, private, leaveToKey, leaveTo)
}

// SetStatements records the fingerprints of the statements beside which a refresh found
// the object, so that the apply can notice a stale read.
func SetStatements(ctx context.Context, private Private, fingerprints []string) diag.Diagnostics {
	return set(ctx, private, statementsKey, fingerprints)
}

// Statements returns what SetStatements recorded.
func Statements(ctx context.Context, private Private) (fingerprints []string) {
	get(ctx, private, statementsKey, &fingerprints)
	return fingerprints
}

// get reads a key. What is absent or cannot be read is left as it is.
func get(ctx context.Context, private Private, key string, value any) {
	if text, _ := private.GetKey(ctx, key); len(text) > 0 {
		_ = json.Unmarshal(text, value)
	}
}

// set writes a key, and removes it for an empty list.
func set[T string | []string](ctx context.Context, private Private, key string, value T) diag.Diagnostics {
	var text []byte
	if len(value) > 0 {
		encoded, err := json.Marshal(value)
		if err != nil {
			return diag.Diagnostics{diag.NewErrorDiagnostic("Private state cannot be written", err.Error())}
		}
		text = encoded
	} else if before, _ := private.GetKey(ctx, key); len(before) == 0 {
		return nil
	}
	return private.SetKey(ctx, key, text)
}
