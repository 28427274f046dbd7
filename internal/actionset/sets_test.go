// SPDX-License-Identifier: MPL-2.0

package actionset

import (
	"slices"
	"strings"
	"testing"
)

func TestActions(t *testing.T) {
	t.Parallel()
	for name, want := range map[Name][]string{
		Pull: {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		Push: {
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
			"ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
		},
		PullPush: {
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
			"ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
		},
		ReadMetadata:     {"ecr:BatchGetImage", "ecr:DescribeImages", "ecr:ListImages"},
		PullThroughCache: {"ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:GetDownloadUrlForLayer"},
		"everything":     nil,
		"":               nil,
	} {
		if got := Actions(name); !slices.Equal(got, want) {
			t.Errorf("Actions(%q) = %v", name, got)
		}
	}
}

func TestIdentityActions(t *testing.T) {
	t.Parallel()
	want := []string{"ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "ecr:GetDownloadUrlForLayer"}
	if got := IdentityActions(PullThroughCache); !slices.Equal(got, want) {
		t.Errorf("pull through cache: %v", got)
	}
	for _, name := range []Name{Pull, Push, PullPush, "everything"} {
		if got := IdentityActions(name); !slices.Equal(got, Actions(name)) {
			t.Errorf("IdentityActions(%q) = %v", name, got)
		}
	}
}

func TestNoSetHoldsTheTokenAction(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if slices.Contains(IdentityActions(name), TokenAction) {
			t.Errorf("%s holds %s", name, TokenAction)
		}
	}
}

// TestEverySetIsComplete: texts and Sids are made from each set; a set that lacks its
// words would show in them.
func TestEverySetIsComplete(t *testing.T) {
	t.Parallel()
	if sets[0].name != Pull {
		t.Errorf("the first set, the default, is %s", sets[0].name)
	}
	prefixes := map[string]Name{}
	for _, name := range Names() {
		if len(Actions(name)) == 0 || !slices.IsSorted(Actions(name)) {
			t.Errorf("%s: actions %v, want some, sorted", name, Actions(name))
		}
		if got := Does(name, "IMAGE"); !strings.Contains(got, " IMAGE") || strings.Contains(got, "%!") {
			t.Errorf("%s: %q does not say what it is for", name, got)
		}
		if other, taken := prefixes[SidPrefix(name)]; taken || SidPrefix(name) == "" {
			t.Errorf("%s: the prefix %q for a Sid is empty or that of %s", name, SidPrefix(name), other)
		}
		prefixes[SidPrefix(name)] = name
		if text := Documentation(); !strings.Contains(text, "`"+string(name)+"` (") || strings.Contains(text, "()") {
			t.Errorf("%s is not documented in: %s", name, text)
		}
	}
	if !CreatesRepository(PullThroughCache) || CreatesRepository(Pull) {
		t.Error("only the first pull through a cache creates a repository")
	}
}

func TestSetsAreNotShared(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		Actions(name)[0] = "changed"
		if Actions(name)[0] == "changed" {
			t.Errorf("a caller changed the set %s", name)
		}
	}
}

func TestNamesOfSets(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if got, ok := Of(Actions(name)); !ok || got != name {
			t.Errorf("Of(Actions(%q)) = %q, %v", name, got, ok)
		}
		if got, ok := OfIdentity(IdentityActions(name)); !ok || got != name {
			t.Errorf("OfIdentity(IdentityActions(%q)) = %q, %v", name, got, ok)
		}
	}
	tests := map[string]struct {
		actions []string
		want    Name
	}{
		"order, case and repetition": {[]string{"ECR:getdownloadurlforlayer", "ecr:BatchGetImage", "ecr:batchgetimage"}, Pull},
		"one action too few":         {[]string{"ecr:BatchGetImage"}, ""},
		"one action too many":        {append(Actions(Pull), "ecr:DescribeImages"), ""},
		"a wildcard":                 {[]string{"ecr:*"}, ""},
		"none":                       {nil, ""},
		"the identity side's cache":  {IdentityActions(PullThroughCache), ""},
	}
	for name, tt := range tests {
		if got, ok := Of(tt.actions); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: Of = %q, %v", name, got, ok)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b []string
		want bool
	}{
		{nil, []string{}, true},
		{[]string{"ecr:A", "ecr:B"}, []string{"ecr:b", "ECR:A", "ecr:a"}, true},
		{[]string{"ecr:A"}, []string{"ecr:A", "ecr:B"}, false},
		{[]string{"ecr:*"}, []string{"ecr:A"}, false},
	} {
		if got := Equal(tt.a, tt.b); got != tt.want {
			t.Errorf("Equal(%v, %v) = %v", tt.a, tt.b, got)
		}
	}
}

func TestAllActions(t *testing.T) {
	t.Parallel()
	all := AllActions()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("not sorted, or one twice: %v", all)
	}
	for _, name := range Names() {
		for _, action := range append(IdentityActions(name), TokenAction) {
			if !slices.Contains(all, action) {
				t.Errorf("%s is missing", action)
			}
		}
	}
	for action, want := range map[string]bool{
		"ecr:BatchGetImage": true, "ECR:batchgetimage": true, "ecr:ReplicateImage": true, "ecr:ListImageReferrers": false,
		"ecr:BatchGetImages": false, "BatchGetImage": false, "s3:GetObject": false, "": false,
	} {
		if got := IsAction(action); got != want {
			t.Errorf("IsAction(%q) = %t", action, got)
		}
	}
}

func TestMeant(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]string{
		"ecr:BatchGetImages": "ecr:BatchGetImage", "ECR:listimagereferrers": "ecr:BatchGetImage", "ecr:Frobnicate": "",
	} {
		if got := Meant(action); got != want {
			t.Errorf("Meant(%q) = %q", action, got)
		}
	}
}

func TestMayTakeTags(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]bool{"ecr:BatchGetImage": false, "ecr:createrepository": true, "ecr:*": true} {
		if got := MayTakeTags(action); got != want {
			t.Errorf("MayTakeTags(%q) = %t", action, got)
		}
	}
}
