package consumerrole

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// holdersKey is the private data of an object that shares its policy with other
// objects of the state: how many they are. The plan hears of all of them, the apply
// only of those that change, so that a Delete knows of the others by this alone.
const holdersKey = "holders"

// A resource that took its policy over may not be the only one that has it. Where
// another one could take it along when it goes, the resource writes it again.
const (
	tookOverKey = "took_over"
	rewriteKey  = "rewrite"
)

// privateData is what Terraform keeps for the provider beside the state.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// recordedHolders returns how many objects have the policy; 0 when none but this one.
func recordedHolders(ctx context.Context, private privateData) int {
	text, _ := private.GetKey(ctx, holdersKey)
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return 0
	}
	return n
}

// recordHolders sets the key where the policy is shared, and nowhere else.
func recordHolders(ctx context.Context, private privateData, n int) diag.Diagnostics {
	if n > 1 {
		return private.SetKey(ctx, holdersKey, []byte(strconv.Itoa(n)))
	}
	if recordedHolders(ctx, private) == 0 {
		return nil
	}
	return private.SetKey(ctx, holdersKey, nil)
}

func marked(ctx context.Context, private privateData, key string) bool {
	text, _ := private.GetKey(ctx, key)
	return len(text) > 0
}

func mark(ctx context.Context, private privateData, key string, on bool) diag.Diagnostics {
	switch {
	case on:
		return private.SetKey(ctx, key, []byte("true"))
	case marked(ctx, private, key):
		return private.SetKey(ctx, key, nil)
	}
	return nil
}

// noteHolders records after a read what the resource must know of the others.
func (r *Resource) noteHolders(ctx context.Context, role, name string, private privateData) diag.Diagnostics {
	holders, endangered := r.policies.Held(role, name, marked(ctx, private, tookOverKey))
	diags := recordHolders(ctx, private, holders)
	diags.Append(mark(ctx, private, rewriteKey, endangered)...)
	return diags
}
