package main

import (
	"slices"
	"strings"
)

// sdkLogs is the environment variable for the level of the plugin SDK's own logs. At level
// TRACE they log every step of every call. Even if Terraform does not show them, they take
// nearly half of the CPU time of a plan, in the provider and in Terraform.
// Source: https://developer.hashicorp.com/terraform/plugin/log/managing
const sdkLogs = "TF_LOG_SDK"

// logsWanted reports whether the user has set a variable for logs.
func logsWanted(environment []string) bool {
	return slices.ContainsFunc(environment, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "TF_LOG") && value != ""
	})
}
