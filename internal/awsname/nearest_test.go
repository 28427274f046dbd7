// SPDX-License-Identifier: MPL-2.0

package awsname

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"role_arn", "role_exists", "repository_arn", "image"}
	for name, want := range map[string]string{
		"rolearn":              "role_arn",
		"ROLE_ARN":             "role_arn",
		"imgage":               "image",
		"imgae":                "", // two edits of five letters
		"image_uri_of_the_app": "image",
		"repo":                 "repository_arn",
		"subnet":               "",
	} {
		if got := Nearest(name, candidates); got != want {
			t.Errorf("Nearest of %q is %q, want %q", name, got, want)
		}
	}
}
