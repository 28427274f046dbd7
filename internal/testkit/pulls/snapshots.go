// SPDX-License-Identifier: MPL-2.0

package pulls

import (
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// ReadAt is when the snapshots of the tests were read.
var ReadAt = snapshot.Time{Time: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}

// RegistrySnapshot returns a snapshot of the registry in which it grants the pull.
func RegistrySnapshot() *snapshot.Registry {
	exists := true
	return &snapshot.Registry{
		Header:                snapshot.Header{Kind: snapshot.OfRegistry, Version: snapshot.Version, ReadAt: ReadAt},
		Account:               "987654321098",
		Region:                "us-east-1",
		RegistryPolicy:        snapshot.DocumentOf(""),
		Organization:          &snapshot.Organization{InOrganization: true, ID: "o-registry"},
		CreationTemplates:     &[]snapshot.CreationTemplate{},
		PullThroughCacheRules: &[]snapshot.PullThroughCacheRule{},
		Repositories: []snapshot.Repository{{
			Name: "payment-service", ARN: RepositoryARN, Exists: &exists, Policy: snapshot.DocumentOf(Granting), Tags: &map[string]string{"team": "payments"},
		}, {
			Name: "unread", ARN: "arn:aws:ecr:us-east-1:987654321098:repository/unread",
		}},
	}
}

// TrustingTasks is the trust policy of a role for Amazon ECS.
var TrustingTasks = Doc(`{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}`)

// ConsumerSnapshot returns a snapshot of the consumer in which the role may pull.
func ConsumerSnapshot() *snapshot.Consumer {
	exists, none := true, ""
	return &snapshot.Consumer{
		Header:       snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version, ReadAt: ReadAt},
		Account:      "123456789012",
		Organization: &snapshot.Organization{InOrganization: true, ID: "o-consumer", Path: "o-consumer/r-1/ou-1/"},
		Roles: []snapshot.Role{{
			Name: "ecsTaskExecutionRole", ARN: RoleARN, ID: "AROAEXAMPLEEXAMPLE999", Exists: &exists,
			InlinePolicies: &map[string]snapshot.Document{"task-execution": snapshot.DocumentOf(Pulling)}, AttachedPolicies: &[]string{}, Boundary: &none,
			Tags: &map[string]string{"env": "prod"}, TrustPolicy: snapshot.DocumentOf(TrustingTasks),
		}, {
			Name: "unread", ARN: "arn:aws:iam::123456789012:role/unread",
		}},
	}
}

// FromSnapshots returns the input of the pull with all that the snapshots say.
func FromSnapshots(registry *snapshot.Registry, consumer *snapshot.Consumer, edit func(*verdict.Input), uses ...snapshot.Use) verdict.Input {
	in := verdict.Input{Image: Image, RoleARN: RoleARN}
	if edit != nil {
		edit(&in)
	}
	use := snapshot.Use{}
	if len(uses) > 0 {
		use = uses[0]
	}
	if fault := registry.Fill(&in, use); fault != nil {
		panic(fault)
	}
	if fault := consumer.Fill(&in, use); fault != nil {
		panic(fault)
	}
	return in
}

// registryWith returns the snapshot of the registry, changed.
func registryWith(edit func(*snapshot.Registry, *snapshot.Repository)) *snapshot.Registry {
	r := RegistrySnapshot()
	edit(r, &r.Repositories[0])
	return r
}

// consumerWith returns the snapshot of the consumer, changed.
func consumerWith(edit func(*snapshot.Consumer, *snapshot.Role)) *snapshot.Consumer {
	c := ConsumerSnapshot()
	edit(c, &c.Roles[0])
	return c
}

// fromCache returns the first pull through a cache, which is granted.
func fromCache(rule snapshot.PullThroughCacheRule) verdict.Input {
	const granted = `"Action":["ecr:BatchGetImage","ecr:BatchImportUpstreamImage","ecr:CreateRepository","ecr:GetDownloadUrlForLayer"],"Resource":"*"}`
	registry := registryWith(func(r *snapshot.Registry, of *snapshot.Repository) {
		exists := false
		*of = snapshot.Repository{Name: "team/app", ARN: "arn:aws:ecr:us-east-1:987654321098:repository/team/app", Exists: &exists, Policy: snapshot.DocumentOf("")}
		r.PullThroughCacheRules = &[]snapshot.PullThroughCacheRule{rule}
		r.RegistryPolicy = snapshot.DocumentOf(Doc(`{"Sid":"Cache","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},` + granted))
	})
	consumer := consumerWith(func(_ *snapshot.Consumer, of *snapshot.Role) {
		of.InlinePolicies = &map[string]snapshot.Document{"task-execution": snapshot.DocumentOf(Doc(Login, `{"Effect":"Allow",`+granted))}
	})
	return FromSnapshots(registry, consumer, func(in *verdict.Input) { in.Image = "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app:v1" })
}

func tagged(in *verdict.Input) { in.Image = Image + ":v1" }

// ofSnapshots are pulls of which snapshots were given.
var ofSnapshots = []Case{
	{"both sides from snapshots", FromSnapshots(RegistrySnapshot(), ConsumerSnapshot(), nil), allowed},
	{
		"snapshots that are too old",
		FromSnapshots(RegistrySnapshot(), ConsumerSnapshot(), nil, snapshot.Use{Fault: verdict.SnapshotTooOld, MaxAge: "24h"}),
		conditional,
	},
	{
		"snapshots without the repository and the role",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) { of.Name = "payment-servic" }),
			consumerWith(func(_ *snapshot.Consumer, of *snapshot.Role) { of.Name = "other" }), nil),
		conditional,
	},
	{
		"snapshots in which nobody could look",
		FromSnapshots(RegistrySnapshot(), ConsumerSnapshot(), func(in *verdict.Input) {
			in.Image, in.RoleARN = "987654321098.dkr.ecr.us-east-1.amazonaws.com/unread", "arn:aws:iam::123456789012:role/unread"
		}),
		conditional,
	},
	{
		"snapshot that is not known yet",
		func() verdict.Input {
			in := verdict.Input{Image: Image, RoleARN: RoleARN}
			snapshot.FillUnknown(&in, verdict.Registry)
			if fault := ConsumerSnapshot().Fill(&in, snapshot.Use{}); fault != nil {
				panic(fault)
			}
			return in
		}(),
		conditional,
	},
	{
		"archived image",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			exists := true
			of.Image = &snapshot.Image{Tag: "v1", Exists: &exists, Status: "ARCHIVED"}
		}), ConsumerSnapshot(), tagged),
		denied(verdict.Registry, "image_archived"),
	},
	{
		"image that is being restored",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			exists := true
			of.Image = &snapshot.Image{Tag: "v1", Exists: &exists, Status: "ACTIVATING"}
		}), ConsumerSnapshot(), tagged),
		allowed,
	},
	{
		"cache of another account's registry",
		fromCache(snapshot.PullThroughCacheRule{
			Prefix: "team", Upstream: "111122223333.dkr.ecr.eu-west-1.amazonaws.com", UpstreamPrefix: "prod", RoleARN: "arn:aws:iam::987654321098:role/cache",
		}),
		allowed,
	},
	{
		"cache of another registry",
		fromCache(snapshot.PullThroughCacheRule{Prefix: "ROOT", Upstream: "registry-1.docker.io", UpstreamPrefix: "ROOT"}),
		allowed,
	},
	{
		"repository that no rule covers",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			exists := false
			*of = snapshot.Repository{Name: "payment-service", ARN: RepositoryARN, Exists: &exists, Policy: snapshot.DocumentOf("")}
		}), ConsumerSnapshot(), nil),
		denied(verdict.Registry, "repository_missing", "repository_policy"),
	},
	{
		"snapshots that lack an action each",
		FromSnapshots(registryWith(func(r *snapshot.Registry, of *snapshot.Repository) {
			of.Policy = snapshot.Document{}
			r.NotRead = []snapshot.Gap{{What: "the policy of the repository payment-service", Action: "ecr:GetRepositoryPolicy", Code: "AccessDeniedException"}}
		}), consumerWith(func(c *snapshot.Consumer, of *snapshot.Role) {
			(*of.InlinePolicies)["guard"] = snapshot.Document{}
			c.NotRead = []snapshot.Gap{{What: "an inline policy", Action: "iam:GetRolePolicy", Code: "AccessDenied"}, {What: "tags", Action: "iam:ListRoleTags", Code: "AccessDenied"}}
		}), nil),
		conditional,
	},
	{
		"snapshots that were read later than now",
		FromSnapshots(RegistrySnapshot(), ConsumerSnapshot(), nil, snapshot.Use{Now: ReadAt.Add(-25 * time.Hour)}),
		allowed,
	},
	{
		"level of the organization in a snapshot that does not allow it",
		FromSnapshots(RegistrySnapshot(), consumerWith(func(c *snapshot.Consumer, _ *snapshot.Role) {
			only := func(id, name, text string) []snapshot.ControlPolicy {
				return []snapshot.ControlPolicy{{ID: id, Name: name, Document: snapshot.DocumentOf(text)}}
			}
			everything := Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
			storage := Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
			c.ServiceControlPolicies = &[]snapshot.Level{
				{Target: "r-1", Policies: only("p-FullAWSAccess", "FullAWSAccess", everything)},
				{Target: "ou-1", Policies: only("p-11111111", "Storage", storage)},
				{Target: c.Account, Policies: only("p-22222222", "OnlyS3", storage)},
			}
		}), nil),
		denied(verdict.Consumer, "service_control_policy"),
	},
	{
		"resource control policy in a snapshot that denies",
		FromSnapshots(registryWith(func(r *snapshot.Registry, _ *snapshot.Repository) {
			guard := Doc(`{"Sid":"Guard","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Resource":"*"}`)
			r.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-1", Policies: []snapshot.ControlPolicy{{ID: "p-1", Name: "Perimeter", Document: snapshot.DocumentOf(guard)}}}}
		}), ConsumerSnapshot(), nil),
		denied(verdict.Registry, "resource_control_policy"),
	},
	{
		"tag of the role that a session may have with another value",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			of.Policy = snapshot.DocumentOf(Doc(strings.Replace(Grant, `"Action"`, `"Condition":{"StringEquals":{"aws:PrincipalTag/env":"prod","aws:PrincipalTag/team":"a"}},"Action"`, 1)))
		}), consumerWith(func(_ *snapshot.Consumer, of *snapshot.Role) {
			of.TrustPolicy = snapshot.DocumentOf(Doc(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["sts:AssumeRole","sts:TagSession"]}`))
		}), nil),
		conditional,
	},
	{
		"image that does not exist",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			exists := false
			of.Image = &snapshot.Image{Tag: "v1", Exists: &exists}
		}), ConsumerSnapshot(), tagged),
		denied(verdict.Registry, "image_missing"),
	},
	{
		"role that was created again",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			of.Policy = snapshot.DocumentOf(Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`))
		}), ConsumerSnapshot(), nil),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"repository of a snapshot without the tag that a statement asks for",
		FromSnapshots(RegistrySnapshot(), consumerWith(func(_ *snapshot.Consumer, of *snapshot.Role) {
			of.InlinePolicies = &map[string]snapshot.Document{"task-execution": snapshot.DocumentOf(Doc(Login,
				`{"Sid":"Tagged","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*","Condition":{"StringEquals":{"ecr:ResourceTag/stage":"prod"}}}`))}
		}), nil),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"first pull through a cache rule of a snapshot",
		FromSnapshots(registryWith(func(r *snapshot.Registry, of *snapshot.Repository) {
			exists := false
			*of = snapshot.Repository{Name: "payment-service", ARN: RepositoryARN, Exists: &exists, Policy: snapshot.DocumentOf("")}
			r.PullThroughCacheRules = &[]snapshot.PullThroughCacheRule{{Prefix: "ROOT", Upstream: "registry-1.docker.io"}}
			r.CreationTemplates = &[]snapshot.CreationTemplate{{Prefix: "ROOT", AppliedFor: []string{"PULL_THROUGH_CACHE"}, Policy: snapshot.DocumentOf(Granting)}}
		}), ConsumerSnapshot(), nil),
		denied(verdict.Both, "identity_policy", "repository_policy", "registry_policy"),
	},
	{
		"pull through a cache without a rule",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			exists := false
			*of = snapshot.Repository{Name: "payment-service", ARN: RepositoryARN, Exists: &exists, Policy: snapshot.DocumentOf("")}
		}), ConsumerSnapshot(), func(in *verdict.Input) { in.Access = actionset.PullThroughCache }),
		denied(verdict.Both, "repository_missing", "identity_policy", "repository_policy", "registry_policy"),
	},
	{
		"role whose ID a statement excepts",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			of.Policy = snapshot.DocumentOf(Doc(Grant, `{"Sid":"OnlyUs","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotLike":{"aws:userid":["AROAEXAMPLEEXAMPLE999:*","AIDAEXAMPLEEXAMPLE123"]}}}`))
		}), ConsumerSnapshot(), nil),
		allowed,
	},
	{
		"Lambda function with snapshots",
		FromSnapshots(registryWith(func(_ *snapshot.Registry, of *snapshot.Repository) {
			of.Policy = snapshot.DocumentOf(Doc(toAccount, toLambda))
		}), ConsumerSnapshot(), func(in *verdict.Input) {
			in.Puller, in.SourceARN = puller.Lambda, "arn:aws:lambda:us-east-1:123456789012:function:checkout"
		}),
		allowed,
	},
}
