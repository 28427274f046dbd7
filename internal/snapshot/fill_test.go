// SPDX-License-Identifier: MPL-2.0

package snapshot_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

var (
	yes, no = true, false
	digest  = "sha256:" + strings.Repeat("a", 64)
)

func documentOf(text string) verdict.Documents {
	return verdict.Documents{State: verdict.Known, Source: verdict.FromSnapshot, List: []verdict.Document{{Text: text}}}
}

func unknownFrom(argument string) verdict.Documents {
	return verdict.Documents{State: verdict.Known, Source: verdict.FromSnapshot, List: []verdict.Document{{Name: "*", Text: verdict.UnknownText, At: verdict.At{Attribute: argument}}}}
}

var (
	none   = verdict.Documents{State: verdict.Known, Source: verdict.FromSnapshot}
	unread = verdict.Documents{State: verdict.Unknown, Source: verdict.FromSnapshot}
)

func TestRegistryFill(t *testing.T) {
	t.Parallel()
	const said = "2026-11-27T09:00:00Z"
	full := verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: said, AllTags: true, CacheRule: verdict.Missing}
	with := func(edit func(*verdict.Snapshot)) verdict.Snapshot {
		changed := full
		edit(&changed)
		return changed
	}
	fromRoot := func(s *verdict.Snapshot) {
		s.CacheRule, s.Upstream = verdict.Exists, verdict.Upstream{Prefix: "ROOT", Repository: "payment-service"}
	}
	base := verdict.Input{
		RepositoryPolicy: documentOf(pulls.Granting), RegistryPolicy: none, RepositoryExists: verdict.Exists, RepositoryCreationTemplatePolicy: none,
		Context: map[string][]string{"aws:ResourceOrgID": {"o-registry"}, "aws:ResourceTag/team": {"payments"}},
	}
	for name, tt := range map[string]struct {
		edit func(*snapshot.Registry, *snapshot.Repository)
		in   func(*verdict.Input)
		use  snapshot.Use
		want func(*verdict.Input) // changes base
		said verdict.Snapshot
	}{
		"all of it": {said: full},
		"what is given wins": {
			in: func(in *verdict.Input) {
				in.RepositoryPolicy, in.RegistryPolicy, in.RepositoryExists = verdict.DocumentsOf(), documentOf("{}"), verdict.Missing
				in.Context = map[string][]string{"AWS:ResourceOrgId": {"o-other"}, "ecr:ResourceTag/TEAM": {"other"}}
			},
			want: func(in *verdict.Input) {
				in.RepositoryPolicy, in.RegistryPolicy, in.RepositoryExists = verdict.DocumentsOf(), documentOf("{}"), verdict.Missing
				in.Context = map[string][]string{"AWS:ResourceOrgId": {"o-other"}, "ecr:ResourceTag/TEAM": {"other"}}
			},
			said: full,
		},
		"a document that is given as not known may be known": {
			in:   func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{State: verdict.Unknown} },
			said: full,
		},
		"a document that is not known yet is not that of the snapshot": {
			in:   func(in *verdict.Input) { in.RepositoryPolicy = unknownFrom("repository_policy") },
			want: func(in *verdict.Input) { in.RepositoryPolicy = unknownFrom("repository_policy") },
			said: full,
		},
		"condition keys that are not known yet": {
			use: snapshot.Use{OpenKeys: []string{"aws:resourceorgid", "ecr:ResourceTag/x"}},
			want: func(in *verdict.Input) {
				in.Context = map[string][]string{"aws:ResourceTag/team": {"payments"}}
			},
			said: with(func(s *verdict.Snapshot) { s.AllTags = false }),
		},
		"a context that is not known yet": {
			use:  snapshot.Use{AnyKey: true},
			want: func(in *verdict.Input) { in.Context = map[string][]string{} },
			said: with(func(s *verdict.Snapshot) { s.AllTags = false }),
		},
		"too old": {
			use: snapshot.Use{Fault: verdict.SnapshotTooOld, MaxAge: "24h"},
			want: func(in *verdict.Input) {
				*in = verdict.Input{RepositoryPolicy: unknownFrom("registry_snapshot"), RegistryPolicy: unknownFrom("registry_snapshot"), Context: map[string][]string{}}
			},
			said: verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: said, Fault: verdict.SnapshotTooOld, MaxAge: "24h"},
		},
		"without the repository": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) { of.Name = "payments" },
			want: func(in *verdict.Input) {
				in.RepositoryPolicy, in.RepositoryExists, in.RepositoryCreationTemplatePolicy = unread, verdict.ExistenceUnknown, verdict.Documents{}
				in.Context = map[string][]string{"aws:ResourceOrgID": {"o-registry"}}
			},
			said: verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: said, Fault: verdict.SnapshotLacks, Others: []string{"payments", "unread"}},
		},
		"what nobody could read": {
			edit: func(r *snapshot.Registry, of *snapshot.Repository) {
				*of = snapshot.Repository{Name: of.Name}
				r.RegistryPolicy, r.Organization, r.CreationTemplates, r.PullThroughCacheRules = snapshot.Document{}, nil, nil, nil
			},
			want: func(in *verdict.Input) {
				*in = verdict.Input{RepositoryPolicy: unread, RegistryPolicy: unread, RepositoryCreationTemplatePolicy: verdict.Documents{Source: verdict.FromSnapshot}, Context: map[string][]string{}}
			},
			said: verdict.Snapshot{Account: "987654321098", Region: "us-east-1", ReadAt: said},
		},
		"no organization": {
			edit: func(r *snapshot.Registry, _ *snapshot.Repository) {
				r.Organization = &snapshot.Organization{}
			},
			want: func(in *verdict.Input) {
				in.ResourceControlPolicies = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot}
				in.Context = map[string][]string{"aws:ResourceOrgID": nil, "aws:ResourceOrgPaths": nil, "aws:ResourceTag/team": {"payments"}}
			},
			said: full,
		},
		"a management account": {
			edit: func(r *snapshot.Registry, _ *snapshot.Repository) {
				r.Organization.ManagementAccount, r.Organization.Path = true, "o-registry/r-1/"
				r.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-1", Policies: []snapshot.ControlPolicy{{Document: snapshot.DocumentOf(pulls.Granting)}}}}
			},
			want: func(in *verdict.Input) {
				in.ResourceControlPolicies = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot}
				in.Context["aws:ResourceOrgPaths"] = []string{"o-registry/r-1/"}
			},
			said: full,
		},
		"resource control policies, one of them not readable, and a level of which nothing is": {
			edit: func(r *snapshot.Registry, _ *snapshot.Repository) {
				r.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-1", Policies: []snapshot.ControlPolicy{{ID: "p-1", Document: snapshot.DocumentOf(pulls.Granting)}, {ID: "p-2", Name: "guard"}}}, {Target: "ou-1"}}
			},
			want: func(in *verdict.Input) {
				in.ResourceControlPolicies = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot, List: [][]verdict.Document{
					{{Name: "p-1", Text: pulls.Granting}, {Name: "guard", Text: verdict.UnknownText}}, {{Name: "ou-1", Text: verdict.UnknownText}},
				}, Targets: []string{"r-1", "ou-1"}}
			},
			said: full,
		},
		"an organization without policies of the type": {
			edit: func(r *snapshot.Registry, _ *snapshot.Repository) {
				r.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-1"}, {Target: "987654321098"}}
			},
			want: func(in *verdict.Input) {
				in.ResourceControlPolicies = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot}
			},
			said: full,
		},
		"tags that differ in case": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Tags = &map[string]string{"team": "a", "Team": "b"}
			},
			want: func(in *verdict.Input) { delete(in.Context, "aws:ResourceTag/team") },
			said: with(func(s *verdict.Snapshot) { s.AllTags = false }),
		},
		"an image that is archived": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Image = &snapshot.Image{Tag: "v1", Digest: digest, Exists: &yes, Status: "ARCHIVED"}
			},
			in:   func(in *verdict.Input) { in.Image += ":v1" },
			said: with(func(s *verdict.Snapshot) { s.Image = verdict.ImageIsArchived }),
		},
		"an image that is named by its digest": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Image = &snapshot.Image{Tag: "v1", Digest: digest, Exists: &yes, Status: "ARCHIVED"}
			},
			in:   func(in *verdict.Input) { in.Image += ":other@" + digest },
			said: with(func(s *verdict.Snapshot) { s.Image = verdict.ImageIsArchived }),
		},
		"an image that is being restored": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Image = &snapshot.Image{Tag: "v1", Exists: &yes, Status: "ACTIVATING"}
			},
			in:   func(in *verdict.Input) { in.Image += ":v1" },
			said: with(func(s *verdict.Snapshot) { s.Image = verdict.ImageIsRestoring }),
		},
		"another image": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Image = &snapshot.Image{Tag: "v1", Exists: &no}
			},
			in:   func(in *verdict.Input) { in.Image += ":v2" },
			said: full,
		},
		"an image that does not exist": {
			edit: func(_ *snapshot.Registry, of *snapshot.Repository) {
				of.Image = &snapshot.Image{Tag: "v1", Exists: &no}
			},
			in:   func(in *verdict.Input) { in.Image += ":v1" },
			said: with(func(s *verdict.Snapshot) { s.Image = verdict.ImageIsMissing }),
		},
		"an image that does not exist, and a cache may fetch": {
			edit: func(r *snapshot.Registry, of *snapshot.Repository) {
				of.Image, r.PullThroughCacheRules = &snapshot.Image{Tag: "v1", Exists: &no}, nil
			},
			in:   func(in *verdict.Input) { in.Image += ":v1" },
			said: with(func(s *verdict.Snapshot) { s.CacheRule = verdict.ExistenceUnknown }),
		},
		"an image that does not exist, and a cache fetches": {
			edit: func(r *snapshot.Registry, of *snapshot.Repository) {
				of.Image, r.PullThroughCacheRules = &snapshot.Image{Tag: "v1", Exists: &no}, &[]snapshot.PullThroughCacheRule{{Prefix: "ROOT"}}
			},
			in:   func(in *verdict.Input) { in.Image += ":v1" },
			want: func(in *verdict.Input) { in.Access = actionset.PullThroughCache },
			said: with(fromRoot),
		},
		"a repository that a cache creates": {
			edit: func(r *snapshot.Registry, of *snapshot.Repository) {
				of.Exists, of.Policy, r.PullThroughCacheRules = &no, snapshot.Document{}, &[]snapshot.PullThroughCacheRule{{Prefix: "ROOT"}}
				r.CreationTemplates = &[]snapshot.CreationTemplate{
					{Prefix: "other", AppliedFor: []string{"PULL_THROUGH_CACHE"}},
					{Prefix: "ROOT", AppliedFor: []string{"PULL_THROUGH_CACHE"}, Policy: snapshot.DocumentOf(pulls.Granting)},
				}
			},
			want: func(in *verdict.Input) {
				in.Access, in.RepositoryExists, in.RepositoryPolicy, in.RepositoryCreationTemplatePolicy = actionset.PullThroughCache, verdict.Missing, none, documentOf(pulls.Granting)
			},
			said: with(fromRoot),
		},
		"a use that is given stays": {
			edit: func(r *snapshot.Registry, of *snapshot.Repository) {
				of.Exists, r.PullThroughCacheRules = &no, &[]snapshot.PullThroughCacheRule{{Prefix: "ROOT"}}
			},
			in: func(in *verdict.Input) { in.Access = actionset.Pull },
			want: func(in *verdict.Input) {
				in.Access, in.RepositoryExists, in.RepositoryPolicy = actionset.Pull, verdict.Missing, none
			},
			said: with(fromRoot),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := pulls.RegistrySnapshot()
			if tt.edit != nil {
				tt.edit(registry, &registry.Repositories[0])
			}
			in, want := verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN}, base
			if tt.in != nil {
				tt.in(&in)
			}
			want.Context = map[string][]string{"aws:ResourceOrgID": {"o-registry"}, "aws:ResourceTag/team": {"payments"}}
			if tt.want != nil {
				tt.want(&want)
			}
			want.Image, want.RoleARN, want.RegistrySnapshot = in.Image, in.RoleARN, &tt.said
			if fault := registry.Fill(&in, tt.use); fault != nil {
				t.Fatal(fault)
			}
			if diff := cmp.Diff(want, in, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTemplates: of the templates that match, the one of the longest prefix decides.
func TestTemplates(t *testing.T) {
	t.Parallel()
	cache := []string{"REPLICATION", "PULL_THROUGH_CACHE"}
	for name, tt := range map[string]struct {
		templates []snapshot.CreationTemplate
		want      verdict.Documents
	}{
		"none":               {nil, none},
		"one without policy": {[]snapshot.CreationTemplate{{Prefix: "a", AppliedFor: cache, Policy: snapshot.DocumentOf("")}}, none},
		"one not readable":   {[]snapshot.CreationTemplate{{Prefix: "a", AppliedFor: cache}}, unread},
		"for another use":    {[]snapshot.CreationTemplate{{Prefix: "a/b", AppliedFor: cache[:1], Policy: snapshot.DocumentOf("{}")}}, none},
		"the longest": {[]snapshot.CreationTemplate{
			{Prefix: "a", AppliedFor: cache, Policy: snapshot.DocumentOf(`{"Id":"a"}`)}, {Prefix: "a/b", AppliedFor: cache, Policy: snapshot.DocumentOf(`{"Id":"b"}`)}, {Prefix: "ROOT", AppliedFor: cache, Policy: snapshot.DocumentOf(`{"Id":"r"}`)},
		}, documentOf(`{"Id":"b"}`)},
		"the longest is for another use": {[]snapshot.CreationTemplate{
			{Prefix: "ROOT", AppliedFor: cache, Policy: snapshot.DocumentOf(`{}`)}, {Prefix: "a/b", AppliedFor: cache[:1], Policy: snapshot.DocumentOf(`{}`)},
		}, unread},
	} {
		registry := pulls.RegistrySnapshot()
		registry.Repositories[0].Name, registry.CreationTemplates = "a/b/c", &tt.templates
		in := verdict.Input{Image: strings.Replace(pulls.Image, "payment-service", "a/b/c", 1), RoleARN: pulls.RoleARN}
		if fault := registry.Fill(&in, snapshot.Use{}); fault != nil {
			t.Fatal(fault)
		}
		if diff := cmp.Diff(tt.want, in.RepositoryCreationTemplatePolicy, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestConsumerFill(t *testing.T) {
	t.Parallel()
	const said, boundaryARN, attachedARN = "2026-11-27T09:00:00Z", "arn:aws:iam::123456789012:policy/boundary", "arn:aws:iam::aws:policy/A"
	policies := func(list ...verdict.Document) verdict.Documents {
		return verdict.Documents{State: verdict.Known, Source: verdict.FromSnapshot, List: list}
	}
	inline := verdict.Document{Name: "task-execution", Text: pulls.Pulling}
	full := verdict.Snapshot{Account: "123456789012", ReadAt: said, AllTags: true, RoleID: "AROAEXAMPLEEXAMPLE999"}
	itsTags := full
	itsTags.AllTags, itsTags.RoleTags = false, map[string]string{"env": "prod"}
	orgOnly := func(in *verdict.Input) {
		in.Context = map[string][]string{"aws:PrincipalOrgID": {"o-consumer"}, "aws:PrincipalOrgPaths": {"o-consumer/r-1/ou-1/"}}
	}
	for name, tt := range map[string]struct {
		edit func(*snapshot.Consumer, *snapshot.Role)
		in   func(*verdict.Input)
		use  snapshot.Use
		want func(*verdict.Input)
		said verdict.Snapshot
	}{
		"all of it": {said: full},
		"a role that does not exist": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { *of = snapshot.Role{Name: of.Name, Exists: &no} },
			want: func(in *verdict.Input) {
				in.IdentityPolicies, in.RoleExists, in.ActualRoleARN, in.TrustPolicy = none, verdict.Missing, "", verdict.Documents{}
				orgOnly(in)
			},
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said},
		},
		"a role that nobody could read": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { *of = snapshot.Role{Name: of.Name, ARN: of.ARN} },
			want: func(in *verdict.Input) {
				in.IdentityPolicies, in.PermissionsBoundary, in.RoleExists, in.ActualRoleARN, in.TrustPolicy = unread, unread, verdict.ExistenceUnknown, "", verdict.Documents{}
				orgOnly(in)
			},
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said},
		},
		"without the role": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { of.Name = "other" },
			want: func(in *verdict.Input) {
				in.IdentityPolicies, in.PermissionsBoundary, in.RoleExists, in.ActualRoleARN, in.TrustPolicy = unread, unread, verdict.ExistenceUnknown, "", verdict.Documents{}
				orgOnly(in)
			},
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said, Fault: verdict.SnapshotLacks, Others: []string{"other", "unread"}},
		},
		"policies of all kinds, some not readable": {
			edit: func(c *snapshot.Consumer, of *snapshot.Role) {
				boundary := boundaryARN
				(*of.InlinePolicies)["hidden"] = snapshot.Document{}
				of.AttachedPolicies, of.Boundary = &[]string{attachedARN, "arn:aws:iam::aws:policy/B"}, &boundary
				c.ManagedPolicies = map[string]snapshot.Document{attachedARN: snapshot.DocumentOf("{}"), boundaryARN: snapshot.DocumentOf(pulls.Pulling)}
			},
			want: func(in *verdict.Input) {
				in.IdentityPolicies = policies(verdict.Document{Name: attachedARN, Text: "{}"}, verdict.Document{Name: "arn:aws:iam::aws:policy/B", Text: verdict.UnknownText}, verdict.Document{Name: "hidden", Text: verdict.UnknownText}, inline)
				in.PermissionsBoundary = policies(verdict.Document{Name: boundaryARN, Text: pulls.Pulling})
			},
			said: full,
		},
		"attached policies that could not be listed": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { of.AttachedPolicies = nil },
			want: func(in *verdict.Input) {
				in.IdentityPolicies = policies(inline)
				in.IdentityPolicies.State = verdict.Unknown
			},
			said: full,
		},
		"sessions that may have other tags": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) {
				of.TrustPolicy = snapshot.DocumentOf(strings.Replace(pulls.TrustingTasks, `"sts:AssumeRole"`, `["sts:AssumeRole","sts:Tag*"]`, 1))
			},
			want: func(in *verdict.Input) {
				in.TrustPolicy = documentOf(strings.Replace(pulls.TrustingTasks, `"sts:AssumeRole"`, `["sts:AssumeRole","sts:Tag*"]`, 1))
				orgOnly(in)
			},
			said: itsTags,
		},
		"a trust policy that is not known": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { of.TrustPolicy = snapshot.Document{} },
			want: func(in *verdict.Input) {
				in.TrustPolicy = verdict.Documents{}
				orgOnly(in)
			},
			said: itsTags,
		},
		"an ID that is none": {
			edit: func(_ *snapshot.Consumer, of *snapshot.Role) { of.ID = "*" },
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said, AllTags: true},
		},
		"a user has the organization only": {
			in: func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:user/ci" },
			want: func(in *verdict.Input) {
				*in = verdict.Input{}
				orgOnly(in)
			},
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said},
		},
		"control policies": {
			edit: func(c *snapshot.Consumer, _ *snapshot.Role) {
				levels := &[]snapshot.Level{{Target: "r-1", Policies: []snapshot.ControlPolicy{{ID: "p-1", Name: "guard", Document: snapshot.DocumentOf("{}")}}}}
				c.ServiceControlPolicies, c.ResourceControlPolicies = levels, levels
			},
			want: func(in *verdict.Input) {
				levels := verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot, List: [][]verdict.Document{{{Name: "guard", Text: "{}"}}}, Targets: []string{"r-1"}}
				in.ServiceControlPolicies, in.ConsumerResourceControlPolicies = levels, levels
			},
			said: full,
		},
		"control policies that are too old": {
			edit: func(c *snapshot.Consumer, _ *snapshot.Role) { c.ServiceControlPolicies = &[]snapshot.Level{} },
			use:  snapshot.Use{Fault: verdict.SnapshotTooOld, MaxAge: "1h"},
			want: func(in *verdict.Input) {
				old := unknownFrom("consumer_snapshot")
				*in = verdict.Input{IdentityPolicies: old, PermissionsBoundary: old, ServiceControlPolicies: verdict.Levels{State: verdict.Known, List: [][]verdict.Document{old.List}}}
			},
			said: verdict.Snapshot{Account: "123456789012", ReadAt: said, Fault: verdict.SnapshotTooOld, MaxAge: "1h"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			consumer := pulls.ConsumerSnapshot()
			if tt.edit != nil {
				tt.edit(consumer, &consumer.Roles[0])
			}
			in := verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN}
			want := verdict.Input{
				IdentityPolicies: policies(inline), PermissionsBoundary: none, RoleExists: verdict.Exists, ActualRoleARN: pulls.RoleARN, TrustPolicy: documentOf(pulls.TrustingTasks),
				Context: map[string][]string{"aws:PrincipalOrgID": {"o-consumer"}, "aws:PrincipalOrgPaths": {"o-consumer/r-1/ou-1/"}, "aws:PrincipalTag/env": {"prod"}},
			}
			if tt.in != nil {
				tt.in(&in)
			}
			if tt.want != nil {
				tt.want(&want)
			}
			want.Image, want.RoleARN, want.ConsumerSnapshot = in.Image, in.RoleARN, &tt.said
			if fault := consumer.Fill(&in, tt.use); fault != nil {
				t.Fatal(fault)
			}
			if diff := cmp.Diff(want, in, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFill_faults: a snapshot of another place is an error of its argument.
func TestFill_faults(t *testing.T) {
	t.Parallel()
	elsewhere := verdict.Input{Image: strings.Replace(pulls.Image, "us-east-1", "us-west-2", 1), RoleARN: "arn:aws:iam::111122223333:role/app"}
	if fault := pulls.RegistrySnapshot().Fill(&elsewhere, snapshot.Use{}); fault == nil || fault.Error() != "registry_snapshot is of account 987654321098, Region us-east-1, and the image is in account 987654321098, Region us-west-2: set it to a snapshot that the registry side, account 987654321098, reads in Region us-west-2" {
		t.Error(fault)
	}
	if fault := pulls.ConsumerSnapshot().Fill(&elsewhere, snapshot.Use{}); fault == nil || fault.Error() != "consumer_snapshot is of account 123456789012, and role_arn is in account 111122223333: set it to a snapshot that the consumer side, account 111122223333, reads" {
		t.Error(fault)
	}
	service := verdict.Input{Image: pulls.Image, ServicePrincipal: "lambda.amazonaws.com", SourceARN: "arn:aws:lambda:us-east-1:111122223333:function:f"}
	if fault := pulls.ConsumerSnapshot().Fill(&service, snapshot.Use{}); fault == nil || !strings.Contains(fault.Error(), "and source_arn is in account 111122223333") {
		t.Error(fault)
	}
	incomplete := verdict.Input{Image: pulls.Image}
	if fault := pulls.RegistrySnapshot().Fill(&incomplete, snapshot.Use{}); fault != nil || incomplete.RegistrySnapshot != nil {
		t.Errorf("filled without a role: %v", fault)
	}
	if fault := pulls.ConsumerSnapshot().Fill(&incomplete, snapshot.Use{}); fault != nil {
		t.Error(fault)
	}
}

// TestFill_sameAccount: of one organization the policies count once.
func TestFill_sameAccount(t *testing.T) {
	t.Parallel()
	levels := &[]snapshot.Level{{Target: "r-1", Policies: []snapshot.ControlPolicy{{Name: "guard", Document: snapshot.DocumentOf(pulls.Granting)}}}}
	registry, consumer := pulls.RegistrySnapshot(), pulls.ConsumerSnapshot()
	consumer.Account, registry.ResourceControlPolicies, consumer.ResourceControlPolicies = registry.Account, levels, levels
	in := verdict.Input{Image: pulls.Image, RoleARN: pulls.SameAccountARN}
	if fault := registry.Fill(&in, snapshot.Use{}); fault != nil {
		t.Fatal(fault)
	}
	if fault := consumer.Fill(&in, snapshot.Use{}); fault != nil {
		t.Fatal(fault)
	}
	if len(in.ResourceControlPolicies.List) != 1 || in.ConsumerResourceControlPolicies.State != verdict.NotSet {
		t.Errorf("%+v and %+v", in.ResourceControlPolicies, in.ConsumerResourceControlPolicies)
	}
}

// TestFillUnknown: a snapshot that is not known yet may deny, and may allow.
func TestFillUnknown(t *testing.T) {
	t.Parallel()
	for _, side := range []verdict.Side{verdict.Registry, verdict.Consumer} {
		in := verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN}
		snapshot.FillUnknown(&in, side)
		fill := pulls.ConsumerSnapshot().Fill
		if side == verdict.Consumer {
			fill = pulls.RegistrySnapshot().Fill
		}
		if fault := fill(&in, snapshot.Use{}); fault != nil {
			t.Fatal(fault)
		}
		j, faults := verdict.Judge(in)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		_, argument := in.SnapshotOf(side)
		if j.Verdict() != authz.Conditional || !slices.Equal(j.UnknownArguments()[:1], []string{argument}) {
			t.Errorf("%s: %s, unknown are %q", side, j.Verdict(), j.UnknownArguments())
		}
	}
}

// TestUpstreams: the rule with the longest prefix says from where a cache fetches.
func TestUpstreams(t *testing.T) {
	t.Parallel()
	rules := []snapshot.PullThroughCacheRule{
		{Prefix: "ROOT", Upstream: "public.ecr.aws"}, {Prefix: "a", Upstream: "quay.io", UpstreamPrefix: "q"}, {Prefix: "a/b", Upstream: "ghcr.io", UpstreamPrefix: "ROOT", RoleARN: "arn"},
	}
	for name, want := range map[string]verdict.Upstream{
		"c/d":   {Host: "public.ecr.aws", Prefix: "ROOT", Repository: "c/d"},
		"a/c":   {Host: "quay.io", Prefix: "a", Repository: "q/c"},
		"a/b/c": {Host: "ghcr.io", Prefix: "a/b", Repository: "c", RoleARN: "arn"},
	} {
		registry := pulls.RegistrySnapshot()
		registry.Repositories[0].Name, registry.PullThroughCacheRules = name, &rules
		in := verdict.Input{Image: strings.Replace(pulls.Image, "payment-service", name, 1), RoleARN: pulls.RoleARN}
		if fault := registry.Fill(&in, snapshot.Use{}); fault != nil {
			t.Fatal(fault)
		}
		if got := in.RegistrySnapshot.Upstream; got != want {
			t.Errorf("%s comes from %+v, want %+v", name, got, want)
		}
	}
}

// TestReadLater: a snapshot of the same run is read a little later than plantimestamp().
func TestReadLater(t *testing.T) {
	t.Parallel()
	for before, want := range map[time.Duration]string{0: "", time.Hour: "", 2 * time.Hour: "2026-11-27T07:00:00Z"} {
		in := verdict.Input{Image: pulls.Image, RoleARN: pulls.RoleARN}
		if fault := pulls.ConsumerSnapshot().Fill(&in, snapshot.Use{Now: pulls.ReadAt.Add(-before)}); fault != nil {
			t.Fatal(fault)
		}
		if got := in.ConsumerSnapshot.ReadAfter; got != want {
			t.Errorf("%s before: %q, want %q", before, got, want)
		}
	}
}

func TestIsOlder(t *testing.T) {
	t.Parallel()
	h := &snapshot.Header{ReadAt: readAt}
	for after, want := range map[time.Duration]bool{-time.Hour: false, 24 * time.Hour: false, 24*time.Hour + time.Second: true} {
		if got := h.IsOlder(24*time.Hour, readAt.Add(after)); got != want {
			t.Errorf("after %s: %t", after, got)
		}
	}
}

// TestFill_asArguments: a verdict from snapshots is that of the same documents, given one by
// one as AWS has them.
func TestFill_asArguments(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12)) //nolint:gosec // a repeatable sequence is wanted
	seen := map[authz.Verdict]int{}
	for range 500 {
		choices := make([]byte, 100)
		for i := range choices {
			choices[i] = byte(random.UintN(256)) //nolint:gosec // it fits
		}
		given := pulls.MadeUp(choices)
		given.RepositoryExists = verdict.Exists
		slices.SortFunc(given.IdentityPolicies.List, func(a, b verdict.Document) int { return strings.Compare(a.Name, b.Name) })
		if len(given.Context["aws:PrincipalOrgID"]) == 0 {
			given.ServiceControlPolicies.List = nil // there are none outside of organizations
		}
		registry, consumer := snapshotsOf(t, given)
		in := given
		in.RepositoryPolicy, in.RegistryPolicy, in.ServiceControlPolicies, in.Context, in.RepositoryExists = verdict.Documents{}, verdict.Documents{}, verdict.Levels{}, nil, verdict.ExistenceUnknown
		if principal, _ := awsname.ParsePrincipal(given.RoleARN); principal.Kind == awsname.Role || principal.Kind == awsname.RoleSession {
			in.IdentityPolicies, in.PermissionsBoundary = verdict.Documents{}, verdict.Documents{}
			given.RoleExists, given.ActualRoleARN = verdict.Exists, consumer.Roles[0].ARN
			if given.PermissionsBoundary.State == verdict.NotSet {
				given.PermissionsBoundary = verdict.DocumentsOf()
			}
		}
		if fault := registry.Fill(&in, snapshot.Use{}); fault != nil {
			t.Fatal(fault)
		}
		if fault := consumer.Fill(&in, snapshot.Use{}); fault != nil {
			t.Fatal(fault)
		}
		got, want := pulls.Evaluate(t, in), pulls.Evaluate(t, given)
		if diff := cmp.Diff(want.Decisions, got.Decisions); diff != "" || got.Verdict != want.Verdict {
			t.Fatalf("decisions (-given +from snapshots):\n%s\n%s", diff, got.Explanation)
		}
		seen[got.Verdict]++
	}
	if len(seen) != 3 {
		t.Errorf("only these verdicts were compared: %v", seen)
	}
}

// snapshotsOf returns snapshots of what a made-up input says.
func snapshotsOf(t *testing.T, in verdict.Input) (*snapshot.Registry, *snapshot.Consumer) {
	t.Helper()
	principal, err := awsname.ParsePrincipal(in.RoleARN)
	if err != nil {
		t.Fatal(err)
	}
	only := func(docs verdict.Documents) snapshot.Document {
		if len(docs.List) == 0 {
			return snapshot.DocumentOf("")
		}
		return snapshot.DocumentOf(docs.List[0].Text)
	}
	registry, consumer := pulls.RegistrySnapshot(), pulls.ConsumerSnapshot()
	registry.RegistryPolicy, registry.Repositories[0].Policy = only(in.RegistryPolicy), only(in.RepositoryPolicy)
	tags := map[string]string{}
	if values := in.Context["ecr:ResourceTag/team"]; len(values) > 0 {
		tags["team"] = values[0]
	}
	registry.Organization, registry.Repositories[0].Tags, registry.PullThroughCacheRules = nil, &tags, nil
	consumer.Account = principal.Account
	consumer.Organization = &snapshot.Organization{InOrganization: true, ID: "o-abc"}
	if len(in.Context["aws:PrincipalOrgID"]) == 0 {
		consumer.Organization = &snapshot.Organization{}
	}
	if in.ServiceControlPolicies.List != nil {
		levels := []snapshot.Level{}
		for _, level := range in.ServiceControlPolicies.List {
			levels = append(levels, snapshot.Level{Policies: []snapshot.ControlPolicy{{Name: level[0].Name, Document: snapshot.DocumentOf(level[0].Text)}}})
		}
		consumer.ServiceControlPolicies = &levels
	}
	role := &consumer.Roles[0]
	role.Name, role.ID, role.Tags = principal.Name, "", nil
	principal.Kind, principal.Session = awsname.Role, ""
	role.ARN = principal.ARN()
	role.InlinePolicies = &map[string]snapshot.Document{}
	for _, d := range in.IdentityPolicies.List {
		(*role.InlinePolicies)[d.Name] = snapshot.DocumentOf(d.Text)
	}
	if len(in.PermissionsBoundary.List) > 0 {
		role.Boundary, consumer.ManagedPolicies = &in.PermissionsBoundary.List[0].Name, map[string]snapshot.Document{in.PermissionsBoundary.List[0].Name: snapshot.DocumentOf(in.PermissionsBoundary.List[0].Text)}
	}
	return registry, consumer
}
