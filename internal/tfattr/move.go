// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// MovedFromAWS reports whether the state that is moved is that of a resource of the AWS
// provider, from whichever registry.
func MovedFromAWS(req resource.MoveStateRequest, typeName string) bool {
	_, provider, _ := strings.Cut(req.SourceProviderAddress, "/")
	return req.SourceTypeName == typeName && provider == "hashicorp/aws"
}

// MovedState returns the attributes of the state that are texts, by name. What else the state
// has may differ between versions of its schema.
func MovedState(req resource.MoveStateRequest) map[string]string {
	texts := map[string]string{}
	var attributes map[string]any
	if json.Unmarshal(req.SourceRawState.JSON, &attributes) != nil {
		return texts
	}
	for name, value := range attributes {
		if text, ok := value.(string); ok {
			texts[name] = text
		}
	}
	return texts
}
