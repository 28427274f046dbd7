// SPDX-License-Identifier: MPL-2.0

// Package actionset has the named sets of ECR repository actions. Both resources and the
// pull check use them, so that a name means the same actions everywhere. It is pure.
package actionset

import (
	"fmt"
	"slices"
	"strings"
)

// A Name is the name of a set of actions: a value of the attribute "access".
type Name string

// The names of the sets. Sources:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html (pull),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html (push),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html (pull through cache),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-info.html (read metadata: tags and manifests).
const (
	Pull             Name = "pull"
	Push             Name = "push"
	PullPush         Name = "pull_push"
	PullThroughCache Name = "pull_through_cache"
	ReadMetadata     Name = "read_metadata"
)

// TokenAction is the action that logs in to a registry. It has no resource type: only
// an identity-based policy with Resource "*" can allow it, and ECR rejects a repository
// policy that has it.
const TokenAction = "ecr:GetAuthorizationToken"

var (
	pullActions     = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	metadataActions = []string{"ecr:BatchGetImage", "ecr:DescribeImages", "ecr:ListImages"}
	pushActions     = []string{
		"ecr:BatchCheckLayerAvailability",
		"ecr:BatchGetImage",
		"ecr:CompleteLayerUpload",
		"ecr:InitiateLayerUpload",
		"ecr:PutImage",
		"ecr:UploadLayerPart",
	}
)

// A set is a named set of actions with its texts. All code that depends on the sets uses
// the table, so a new set is one more row.
type set struct {
	name     Name
	actions  []string // on the repository
	identity []string // additional actions that the identity-based policy of the principal needs
	meaning  string   // for the description of the attribute "access"
	verb     string   // with %s for the image or the repository
	sid      string   // prefix of a generated Sid
}

// The first set is the default. For pull through cache, the principal's identity-based
// policy also needs ecr:CreateRepository: the first pull creates the repository, and no
// repository policy can allow that.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
var sets = []set{
	{Pull, pullActions, nil, "`ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`", "pull %s", "Pull"},
	{Push, pushActions, nil, "the actions of `docker push`", "push to %s", "Push"},
	{PullPush, union(pullActions, pushActions), nil, "both", "pull from and push to %s", "PullPush"},
	{PullThroughCache, union(pullActions, []string{"ecr:BatchImportUpstreamImage"}), []string{"ecr:CreateRepository"}, "pull, and `ecr:BatchImportUpstreamImage`", "pull %s through the cache", "PullThroughCache"},
	{ReadMetadata, metadataActions, nil, "`ecr:BatchGetImage`, `ecr:DescribeImages` and `ecr:ListImages`: tags and manifests without layers", "read the tags and manifests of %s", "ReadMetadata"},
}

// of returns the row of a name, or an empty row if Names does not have the name.
func of(name Name) set {
	for _, s := range sets {
		if s.name == name {
			return s
		}
	}
	return set{}
}

// Names returns every name, the default first.
func Names() []Name {
	names := make([]Name, len(sets))
	for i, s := range sets {
		names[i] = s.name
	}
	return names
}

// Actions returns the repository actions of a set, sorted, without TokenAction; nil if
// Names does not have the name.
func Actions(name Name) []string { return slices.Clone(of(name).actions) }

// IdentityActions returns the repository actions of a set that the principal's
// identity-based policy needs, sorted: Actions and, for PullThroughCache,
// ecr:CreateRepository.
func IdentityActions(name Name) []string {
	s := of(name)
	if len(s.identity) == 0 {
		return Actions(name)
	}
	return union(s.actions, s.identity)
}

// CreatesRepository reports whether the first use of a set creates the repository.
func CreatesRepository(name Name) bool {
	return slices.Contains(of(name).identity, "ecr:CreateRepository")
}

// Does returns a phrase for the use of a set, as in "pull IMAGE"; object is the image or
// the repository.
func Does(name Name, object string) string { return fmt.Sprintf(of(name).verb, object) }

// SidPrefix returns the prefix of a Sid that is generated for a set, as in
// "PullThroughCache".
func SidPrefix(name Name) string { return of(name).sid }

// Documentation returns a list of the sets with their actions in Markdown, the default
// first, for the description of an attribute.
func Documentation() string {
	texts := make([]string, len(sets))
	for i, s := range sets {
		texts[i] = "`" + string(s.name) + "` (" + s.meaning + ")"
	}
	return strings.Join(texts, ", ")
}

// Of returns the name of the set with exactly these actions, in any order and case, and
// whether there is one.
func Of(actions []string) (Name, bool) { return find(actions, Actions) }

// OfIdentity is like Of, but compares with IdentityActions.
func OfIdentity(actions []string) (Name, bool) { return find(actions, IdentityActions) }

func find(actions []string, set func(Name) []string) (Name, bool) {
	for _, name := range Names() {
		if Equal(actions, set(name)) {
			return name, true
		}
	}
	return "", false
}

// Equal reports whether two lists have the same actions. Like AWS, it ignores case,
// order and repetition.
func Equal(a, b []string) bool { return slices.Equal(lowered(a), lowered(b)) }

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func lowered(actions []string) []string {
	out := make([]string, len(actions))
	for i, a := range actions {
		out[i] = strings.ToLower(a)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
