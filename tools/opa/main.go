// SPDX-License-Identifier: MPL-2.0

// Command opa stands for Open Policy Agent's own command in the test of
// examples/judge-a-plan. It has what that example uses, `opa eval --fail-defined --format
// raw`, with Open Policy Agent's evaluator, and builds in a fraction of the time. It is a
// module of its own, so that nothing else depends on Open Policy Agent.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/rego"
)

func main() {
	defined, err := eval(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if defined || err != nil {
		os.Exit(1)
	}
}

// eval prints each result of a query, and reports whether there is one.
func eval(ctx context.Context, args []string) (defined bool, err error) {
	if len(args) == 0 || args[0] != "eval" {
		return false, errors.New("the command must be eval")
	}
	flags := flag.NewFlagSet("opa eval", flag.ContinueOnError)
	failDefined := flags.Bool("fail-defined", false, "exit with 1 if there is a result")
	format := flags.String("format", "", "must be raw")
	data := flags.String("data", "", "the policy")
	input := flags.String("input", "", "the JSON to evaluate it on")
	if err := flags.Parse(args[1:]); err != nil {
		return false, err
	}
	if !*failDefined || *format != "raw" || flags.NArg() != 1 {
		return false, errors.New("usage: opa eval --fail-defined --format raw --data FILE --input FILE QUERY")
	}

	text, err := os.ReadFile(*input)
	if err != nil {
		return false, err
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return false, fmt.Errorf("%s: %w", *input, err)
	}
	results, err := rego.New(
		rego.Query(flags.Arg(0)),
		rego.Load([]string{*data}, nil),
		rego.Strict(true),
		rego.Input(document),
	).Eval(ctx)
	for _, result := range results {
		fmt.Println(result.Expressions[0].Value)
	}
	return len(results) > 0, err
}
