// Package actionset names the sets of ECR repository actions that people grant,
// so that the side that grants, the side that pulls and the check that judges
// both speak of the same actions. It is pure.
package actionset

import (
	"slices"
	"strings"
)

// A Name is the name of a set of actions, as written in the attribute "access".
type Name string

// The sets. Sources:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html (pull),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html (push),
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html (pull through cache).
const (
	Pull             Name = "pull"
	Push             Name = "push"
	PullPush         Name = "pull_push"
	PullThroughCache Name = "pull_through_cache"
)

// TokenAction is the call that logs in to a registry. It has no resource type:
// only an identity-based policy with Resource "*" can allow it, and ECR refuses
// a repository policy that names it.
const TokenAction = "ecr:GetAuthorizationToken"

var (
	pullActions = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	pushActions = []string{
		"ecr:BatchCheckLayerAvailability",
		"ecr:BatchGetImage",
		"ecr:CompleteLayerUpload",
		"ecr:InitiateLayerUpload",
		"ecr:PutImage",
		"ecr:UploadLayerPart",
	}
)

// Names returns every name, the default first.
func Names() []Name { return []Name{Pull, Push, PullPush, PullThroughCache} }

// Actions returns the repository actions of a set, sorted, TokenAction not
// among them; nil for a name that is not one of Names.
func Actions(name Name) []string {
	switch name {
	case Pull:
		return slices.Clone(pullActions)
	case Push:
		return slices.Clone(pushActions)
	case PullPush:
		return union(pullActions, pushActions)
	case PullThroughCache:
		return union(pullActions, []string{"ecr:BatchImportUpstreamImage"})
	}
	return nil
}

// IdentityActions returns the repository actions of a set as the identity-based
// policy of whoever uses it needs them: those of Actions, and for
// PullThroughCache also ecr:CreateRepository, since the first pull creates the
// repository, which no repository policy can allow.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
func IdentityActions(name Name) []string {
	if name == PullThroughCache {
		return union(Actions(name), []string{"ecr:CreateRepository"})
	}
	return Actions(name)
}

// Of returns the name of the set that holds exactly the given actions, in any
// order and case; false when there is none.
func Of(actions []string) (Name, bool) { return find(actions, Actions) }

// OfIdentity is Of for the sets as IdentityActions returns them.
func OfIdentity(actions []string) (Name, bool) { return find(actions, IdentityActions) }

func find(actions []string, set func(Name) []string) (Name, bool) {
	for _, name := range Names() {
		if Equal(actions, set(name)) {
			return name, true
		}
	}
	return "", false
}

// Equal compares two lists of actions as AWS does: without regard to case,
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
