package tfattr

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// holdersKey is the private data of an object that shares what it manages with
// other objects of the state: how many they are. The plan hears of all of them, the
// apply only of those that change, so that a Delete knows of the others by this alone.
const holdersKey = "holders"

// A resource that took over what stood already may not be the only one that has it.
// Where another one could take it along when it goes, the resource writes it again.
const (
	tookOverKey = "took_over"
	rewriteKey  = "rewrite"
)

// Private is what Terraform keeps for the provider beside the state of an object.
type Private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// RecordedHolders returns how many objects of the state have the same thing as this
// one; 0 when it is alone.
func RecordedHolders(ctx context.Context, private Private) int {
	text, _ := private.GetKey(ctx, holdersKey)
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return 0
	}
	return n
}

// RecordHolders sets what RecordedHolders returns. It writes nothing for an object
// that is alone and has always been.
func RecordHolders(ctx context.Context, private Private, n int) diag.Diagnostics {
	if n > 1 {
		return private.SetKey(ctx, holdersKey, []byte(strconv.Itoa(n)))
	}
	if RecordedHolders(ctx, private) == 0 {
		return nil
	}
	return private.SetKey(ctx, holdersKey, nil)
}

// NoteHolders records after a read what the object must know of the others.
func NoteHolders(ctx context.Context, claim *ownership.Claim, private Private) diag.Diagnostics {
	holders, endangered := claim.Held(marked(ctx, private, tookOverKey))
	diags := RecordHolders(ctx, private, holders)
	diags.Append(mark(ctx, private, rewriteKey, endangered)...)
	return diags
}

// RecordLeave tells the other resources of the configuration that this object of the
// state goes, and records for its Delete how many there are.
func RecordLeave(ctx context.Context, claim *ownership.Claim, private Private) diag.Diagnostics {
	return RecordHolders(ctx, private, claim.Leave(RecordedHolders(ctx, private)))
}

// MarkTakenOver notes that the object has taken over what stood already. Until a read
// tells whether another one has it, it is to be written again.
func MarkTakenOver(ctx context.Context, private Private) diag.Diagnostics {
	diags := mark(ctx, private, tookOverKey, true)
	diags.Append(mark(ctx, private, rewriteKey, true)...)
	return diags
}

// MustRewrite reports whether another object may take along what this one keeps, so
// that this one has to write it again.
func MustRewrite(ctx context.Context, private Private) bool { return marked(ctx, private, rewriteKey) }

// Rewritten notes that this object has written what it manages. The other one may
// still be there, if it was not its turn.
func Rewritten(ctx context.Context, private Private) diag.Diagnostics {
	return mark(ctx, private, rewriteKey, false)
}

func marked(ctx context.Context, private Private, key string) bool {
	text, _ := private.GetKey(ctx, key)
	return len(text) > 0
}

func mark(ctx context.Context, private Private, key string, on bool) diag.Diagnostics {
	switch {
	case on:
		return private.SetKey(ctx, key, []byte("true"))
	case marked(ctx, private, key):
		return private.SetKey(ctx, key, nil)
	}
	return nil
}
