package main

import (
	"slices"
	"strings"
)

// sdkLogs is the variable with the level of the plugin SDK's own logs. They tell
// every step of every call at level TRACE. When Terraform shows none of it, they
// take nearly half of a plan's CPU time all the same, here and in Terraform.
// Source: https://developer.hashicorp.com/terraform/plugin/log/managing
const sdkLogs = "TF_LOG_SDK"

// logsWanted reports whether the user has set anything about logs.
func logsWanted(environment []string) bool {
	return slices.ContainsFunc(environment, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "TF_LOG") && value != ""
	})
}
