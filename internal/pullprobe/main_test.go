// SPDX-License-Identifier: MPL-2.0

package pullprobe_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

func TestMain(m *testing.M) { acctest.Run(m) }
