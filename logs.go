// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strings"
)

// sdkLogs are the environment variables for the levels of the plugin SDK's own logs. At level
// TRACE they log every step of every call. Even if Terraform does not show them, they take
// nearly half of the CPU time of a plan, in the provider and in Terraform. With the first
// variable alone, each log is still made and then thrown away.
// Source: https://developer.hashicorp.com/terraform/plugin/log/managing
var sdkLogs = []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"}

// logsWanted reports whether the user has set a variable for logs.
func logsWanted(environment []string) bool {
	return slices.ContainsFunc(environment, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "TF_LOG") && value != ""
	})
}
