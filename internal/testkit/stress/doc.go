// SPDX-License-Identifier: MPL-2.0

// Package stress tests whole processes: many real terraform commands, each with a
// provider of its own, at once and against other writers, sudden death and faults.
// Every call that reaches the emulator goes into a timeline, so that a statement
// that was lost can be explained; a test that fails prints it.
//
// The tests have a short form, which is the default, and a full form, which `make
// stress` runs. See the flags in main_test.go.
package stress
