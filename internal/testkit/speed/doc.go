// SPDX-License-Identifier: MPL-2.0

// Package speed has no code, only tests: they count what the calls that Terraform makes for
// each object allocate and what they keep, in one process and without Terraform.
package speed
