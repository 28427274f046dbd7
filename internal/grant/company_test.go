package grant

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Two resources of the state that have one statement, and agree on it, are told
// although nothing of them changes.
func TestTwoResourcesThatAgreeAreWarnedOf(t *testing.T) {
	t.Parallel()
	r := &Resource{claims: repopolicy.NewClaims()}
	m := &model{
		Region: types.StringValue("us-east-1"), RegistryID: types.StringValue("987654321098"), Repository: types.StringValue("payment-service"), Sid: types.StringValue("S"),
		Statement: types.StringValue(`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"}`),
	}
	first, second := r.foresee(t.Context(), m, m, private{}), r.foresee(t.Context(), m, m, private{})
	if len(first) != 0 || second.WarningsCount() != 1 || second.HasError() {
		t.Errorf("got %v and %v, want nothing and one warning", first, second)
	}
}

// One that is to be written again must agree with the others all the same.
func TestOneThatIsWrittenAgainMustAgree(t *testing.T) {
	t.Parallel()
	r := &Resource{claims: repopolicy.NewClaims()}
	place := model{
		Region: types.StringValue("us-east-1"), RegistryID: types.StringValue("987654321098"), Repository: types.StringValue("payment-service"), Sid: types.StringValue("S"),
	}
	one, other := place, place
	one.Statement = types.StringValue(`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"}`)
	other.Statement = types.StringValue(`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:BatchGetImage"}`)
	again := private{}
	if diags := tfattr.MarkTakenOver(t.Context(), again); diags.HasError() {
		t.Fatal(diags)
	}
	r.foresee(t.Context(), &one, &one, private{})
	if diags := r.foresee(t.Context(), &other, &other, again); !diags.HasError() {
		t.Errorf("got %v, want an error", diags)
	}
}

// private is private data without a provider server.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}
