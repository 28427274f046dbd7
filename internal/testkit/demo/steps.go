// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

const sid = "PaymentsPull"

// A step is one step of the demo.
type step struct {
	title string
	run   func(ctx context.Context, aws *environment, tf *workspace) error
}

var steps = []step{
	{
		"No access: the repository policy has one statement of another team, and the role has no policy",
		func(ctx context.Context, aws *environment, tf *workspace) error {
			if err := aws.expectStatements(); err != nil {
				return err
			}
			return expectCheck(ctx, tf, "denied", "both")
		},
	},
	{
		"One plan for both accounts shows the verdict before apply",
		func(ctx context.Context, aws *environment, tf *workspace) error {
			planned, err := tf.plan(ctx, "both-accounts")
			if err != nil {
				return err
			}
			if err := expectVerdict(planned, "allowed"); err != nil {
				return err
			}
			fmt.Println("   Nothing is applied yet.")
			return aws.expectStatements()
		},
	},
	{
		"The registry account grants the pull",
		func(ctx context.Context, aws *environment, tf *workspace) error {
			if err := tf.run(ctx, "registry-account", "registry", "apply", "-auto-approve"); err != nil {
				return err
			}
			if err := aws.expectStatements(sid); err != nil {
				return err
			}
			return expectCheck(ctx, tf, "denied", "consumer")
		},
	},
	{
		"The consumer account allows its role to pull",
		func(ctx context.Context, _ *environment, tf *workspace) error {
			if err := tf.run(ctx, "consumer-account", "consumer", "apply", "-auto-approve"); err != nil {
				return err
			}
			return expectCheck(ctx, tf, "allowed", "")
		},
	},
	{
		"A second plan has no changes",
		func(ctx context.Context, _ *environment, tf *workspace) error {
			for _, side := range []string{"registry", "consumer"} {
				example := side + "-account"
				err := tf.run(ctx, example, side, "plan", "-detailed-exitcode")
				if exit, ok := errors.AsType[*terraform.ExitError](err); ok && exit.Code == 2 {
					return fmt.Errorf("the plan of %s has changes:\n%s", example, exit.Output)
				}
				if err != nil {
					return err
				}
				fmt.Println("   No changes.")
			}
			return nil
		},
	},
	{
		"Somebody deletes the role's policy by hand: the next plan of the check reports it",
		func(ctx context.Context, aws *environment, tf *workspace) error {
			aws.server.DeleteRolePolicy(consumerAccount, role, "ecrxa-pull")
			if err := expectCheck(ctx, tf, "denied", "consumer"); err != nil {
				return err
			}
			if err := tf.run(ctx, "consumer-account", "consumer", "apply", "-auto-approve"); err != nil {
				return err
			}
			return expectCheck(ctx, tf, "allowed", "")
		},
	},
	{
		"Both sides are destroyed; the other team's statement is still there",
		func(ctx context.Context, aws *environment, tf *workspace) error {
			for _, side := range []string{"registry", "consumer"} {
				example := side + "-account"
				if err := tf.run(ctx, example, side, "destroy", "-auto-approve"); err != nil {
					return err
				}
			}
			return aws.expectStatements()
		},
	},
}

// expectCheck plans examples/pull-check and compares its verdict and the denied side.
func expectCheck(ctx context.Context, tf *workspace, verdict, side string) error {
	known, err := tf.plan(ctx, "pull-check")
	if err != nil {
		return err
	}
	if err := expectVerdict(known, verdict); err != nil {
		return err
	}
	if known["denied_side"] != side {
		return fmt.Errorf("denied_side is %q; want %q", known["denied_side"], side)
	}
	return nil
}

func expectVerdict(known map[string]string, verdict string) error {
	for line := range strings.Lines(known["explanation"]) {
		fmt.Print("   | ", line)
	}
	fmt.Println()
	if known["verdict"] != verdict {
		return fmt.Errorf("the verdict in the plan is %q; want %q", known["verdict"], verdict)
	}
	return nil
}
