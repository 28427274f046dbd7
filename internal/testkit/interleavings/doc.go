// SPDX-License-Identifier: MPL-2.0

// Package interleavings tests two and three objects of a Terraform state that manage
// one statement of a repository policy, or one inline policy. Terraform calls the
// provider for each object by itself. A test runs every order in which the calls of a
// plan and of an apply can come, and expects the same result of all.
//
// The tests drive the real resources through Terraform's protocol, without Terraform:
// terraform_test.go makes the calls that Terraform 1.11 makes. AWS is a fake, and time
// is that of testing/synctest.
package interleavings
