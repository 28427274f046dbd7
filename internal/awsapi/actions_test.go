// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
)

// A new SDK may bring operations that the list of actions lacks.
func TestEveryOperationIsAKnownAction(t *testing.T) {
	t.Parallel()
	known := actionset.AllActions()
	for method := range reflect.TypeFor[*ecr.Client]().Methods() {
		_, isNoAction := actionset.AuthorizedAs("ecr:" + method.Name)
		if method.Name != "Options" && slices.Contains(known, "ecr:"+method.Name) == isNoAction {
			t.Errorf("ecr:%s is missing, or is no action", method.Name)
		}
	}
}
