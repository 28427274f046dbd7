// SPDX-License-Identifier: MPL-2.0

package speed_test

import (
	"context"
	"testing"

	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	pullfunction "github.com/ecrxa/terraform-provider-ecrxa/internal/function"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// repeated answers each call of a function with the result of the first one.
type repeated struct {
	fwfunction.Function

	result *fwfunction.ResultData
}

func (r repeated) Run(ctx context.Context, req fwfunction.RunRequest, resp *fwfunction.RunResponse) {
	if r.result.Value() == nil {
		r.Function.Run(ctx, req, resp)
		*r.result = resp.Result
	}
	resp.Result = *r.result
}

// frameworkOnly is a provider whose evaluate_pull does nothing: what a call takes is the
// share of the framework.
type frameworkOnly struct {
	fwprovider.Provider

	result *fwfunction.ResultData
}

func (p frameworkOnly) Functions(context.Context) []func() fwfunction.Function {
	return []func() fwfunction.Function{func() fwfunction.Function { return repeated{pullfunction.NewEvaluatePull(), p.result} }}
}

// evaluation returns a call of evaluate_pull, with the provider or with the framework only.
func evaluation(t testing.TB, p fwprovider.Provider) func() {
	t.Helper()
	server := providerserver.NewProtocol6(p)()
	argument, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, literal(documents(t)))
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		resp, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "evaluate_pull", Arguments: []*tfprotov6.DynamicValue{&argument}})
		if err != nil || resp.Error != nil {
			t.Fatal(err, resp.Error)
		}
	}
}

func both() map[string]fwprovider.Provider {
	return map[string]fwprovider.Provider{
		"provider": provider.New("test")(), "framework only": frameworkOnly{provider.New("test")(), &fwfunction.ResultData{}},
	}
}

func BenchmarkShare(b *testing.B) {
	for name, p := range both() {
		b.Run(name, func(b *testing.B) {
			call := evaluation(b, p)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

// TestShare: of what a call of evaluate_pull allocates, the framework allocates more than three
// quarters.
func TestShare(t *testing.T) { //nolint:paralleltest // It counts what the whole process allocates.
	allocs := map[string]float64{}
	for name, p := range both() {
		allocs[name] = testing.AllocsPerRun(10, evaluation(t, p))
	}
	share := allocs["provider"] - allocs["framework only"]
	t.Logf("%.0f allocations of %.0f are ours", share, allocs["provider"])
	if most := 485.0; share > most || share <= 0 {
		t.Errorf("%.0f of %.0f allocations of a call are ours, want at most %.0f", share, allocs["provider"], most)
	}
}
