// SPDX-License-Identifier: MPL-2.0

package snapshot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Use says how much of a snapshot counts for a pull. The zero Use is all of it.
type Use struct {
	// Fault is why nothing counts that the snapshot says; may be empty. Its documents are
	// then taken as unknown.
	Fault  verdict.SnapshotFault
	MaxAge string // if the Fault is about the age
	// Now is the time with which the age was compared; may be zero.
	Now time.Time
	// OpenKeys are condition keys of the argument context whose values are not known yet;
	// AnyKey means that it is not known which keys it has.
	OpenKeys []string
	AnyKey   bool
}

// IsOlder reports whether a snapshot is older than an age.
func (h *Header) IsOlder(age time.Duration, now time.Time) bool { return now.Sub(h.ReadAt.Time) > age }

// readLater is how much later than now a snapshot may have been read: one of the same run is
// read after plantimestamp().
const readLater = time.Hour

// of returns what the header says of a snapshot that an input has, and what was not allowed
// when it was read.
func (h *Header) of(account, region string, gaps []Gap, use *Use) *verdict.Snapshot {
	said := &verdict.Snapshot{Account: account, Region: region, ReadAt: h.ReadAt.String(), Fault: use.Fault, MaxAge: use.MaxAge}
	if !use.Now.IsZero() && h.ReadAt.Sub(use.Now) > readLater {
		said.ReadAfter = Time{use.Now}.String()
	}
	for _, gap := range gaps {
		said.Denied = append(said.Denied, gap.Action)
	}
	return said
}

// FillUnknown fills an input from a snapshot of a side that is not known yet: it may say
// anything.
func FillUnknown(in *verdict.Input, side verdict.Side) {
	f := newFilling(in, side, Use{Fault: verdict.SnapshotNotKnown})
	said := &verdict.Snapshot{Fault: f.use.Fault}
	if side == verdict.Registry {
		in.RegistrySnapshot = said
		f.registry(&Registry{})
		f.setDocuments(&in.RepositoryPolicy, verdict.Documents{})
		f.levels(&in.ResourceControlPolicies, &[]Level{}, nil)
		return
	}
	in.ConsumerSnapshot = said
	if target, ok := targetOf(in); ok && target.IsRole() {
		f.role(&Consumer{}, &Role{})
	}
	f.levels(&in.ServiceControlPolicies, &[]Level{}, nil)
	f.levels(&in.ConsumerResourceControlPolicies, &[]Level{}, nil)
}

// A filling fills an input from a snapshot of one side. What the input says already stays.
type filling struct {
	in   *verdict.Input
	side verdict.Side
	use  Use
}

func newFilling(in *verdict.Input, side verdict.Side, use Use) *filling {
	if in.Context = maps.Clone(in.Context); in.Context == nil {
		in.Context = map[string][]string{}
	}
	return &filling{in, side, use}
}

// targetOf returns who pulls from where, if the arguments say it.
func targetOf(in *verdict.Input) (verdict.Target, bool) {
	target, faults := new(verdict.Parser).Target(verdict.Input{
		Image: in.Image, RepositoryARN: in.RepositoryARN, RoleARN: in.RoleARN, ServicePrincipal: in.ServicePrincipal, SourceARN: in.SourceARN, Puller: in.Puller,
	})
	return target, len(faults) == 0
}

func fault(argument, format string, args ...any) *verdict.InputError {
	return &verdict.InputError{At: verdict.At{Attribute: argument}, Problem: fmt.Sprintf(format, args...)}
}

// setDocuments sets documents of a type that the input does not say.
func (f *filling) setDocuments(docs *verdict.Documents, to verdict.Documents) {
	if docs.State == verdict.Known || len(docs.List) > 0 {
		return
	}
	if f.use.Fault != "" {
		to = verdict.Documents{State: verdict.Known, List: []verdict.Document{f.unknown()}}
	}
	to.Source = verdict.FromSnapshot
	*docs = to
}

// unknown is a document that the snapshot would say if it counted.
func (f *filling) unknown() verdict.Document {
	_, argument := f.in.SnapshotOf(f.side)
	return verdict.Document{Name: verdict.AnyPolicy, Text: verdict.UnknownText, At: verdict.At{Attribute: argument}}
}

// one returns the documents of a type that has at most one.
func one(d Document) verdict.Documents {
	switch {
	case !d.IsKnown():
		return verdict.Documents{State: verdict.Unknown}
	case d.Text() == "":
		return verdict.DocumentsOf()
	}
	return verdict.DocumentsOf(verdict.Document{Text: d.Text()})
}

// textOf returns the text of a document that is known to exist.
func textOf(d Document) string { return cmp.Or(d.Text(), verdict.UnknownText) }

// levels sets control policies. Those of an account outside of organizations, and of a
// management account, have no effect.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (f *filling) levels(levels *verdict.Levels, found *[]Level, organization *Organization) {
	isFree := organization != nil && (!organization.InOrganization || organization.ManagementAccount)
	switch {
	case levels.State == verdict.Known || len(levels.List) > 0 || found == nil && !isFree:
		return
	case f.use.Fault != "":
		*levels = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{f.unknown()}}}
		return
	}
	*levels = verdict.Levels{State: verdict.Known, Source: verdict.FromSnapshot}
	if isFree || !slices.ContainsFunc(*found, func(l Level) bool { return len(l.Policies) > 0 }) { // the organization has no policies of the type
		return
	}
	for _, level := range *found {
		docs := []verdict.Document{}
		for _, p := range level.Policies {
			docs = append(docs, verdict.Document{Name: cmp.Or(p.Name, p.ID), Text: textOf(p.Document)})
		}
		if len(docs) == 0 { // every target has one
			docs = append(docs, verdict.Document{Name: level.Target, Text: verdict.UnknownText})
		}
		levels.List, levels.Targets = append(levels.List, docs), append(levels.Targets, level.Target)
	}
}

// organization sets the condition keys of an organization; of an account in none they are
// absent.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (f *filling) organization(o *Organization, id, paths string) {
	switch {
	case o == nil || f.use.Fault != "" || f.isGiven(id) || f.isGiven(paths): // one follows from the other
	case !o.InOrganization:
		f.key(id)
		f.key(paths)
	default:
		if o.ID != "" {
			f.key(id, o.ID)
		}
		if o.Path != "" {
			f.key(paths, o.Path)
		}
	}
}

// key sets a condition key that the context does not have under any of its names.
func (f *filling) key(name string, values ...string) {
	if !f.isGiven(name) {
		f.in.Context[name] = values
	}
}

func (f *filling) isGiven(name string) bool {
	isSame := func(other string) bool { return strings.EqualFold(name, other) }
	return f.use.AnyKey || slices.ContainsFunc(f.use.OpenKeys, isSame) || slices.ContainsFunc(slices.Collect(maps.Keys(f.in.Context)), isSame)
}

// tags sets the condition keys of all tags, and reports whether they are complete. Of tags
// that differ in case alone it is not known which one a condition means.
func (f *filling) tags(tags map[string]string, names func(tag string) []string) (complete bool) {
	if f.use.AnyKey {
		return false
	}
	seen := map[string]bool{}
	for tag := range tags {
		lower := strings.ToLower(tag)
		if seen[lower] {
			return false
		}
		seen[lower] = true
	}
	for tag, value := range tags {
		if !slices.ContainsFunc(names(tag), f.isGiven) {
			f.key(names(tag)[0], value)
		}
	}
	return !slices.ContainsFunc(f.use.OpenKeys, func(key string) bool {
		return slices.ContainsFunc(names(""), func(prefix string) bool { return strings.HasPrefix(strings.ToLower(key), strings.ToLower(prefix)) })
	})
}

// Fill fills an input from the snapshot: what the registry side of the pull is. What the
// input says already stays.
func (r *Registry) Fill(in *verdict.Input, use Use) *verdict.InputError {
	target, ok := targetOf(in)
	if !ok {
		return nil // the check says why
	}
	at := target.Repository
	if r.Account != at.Account || r.Region != at.Region {
		return fault(verdict.RegistrySnapshotArgument, "is of account %s, Region %s, and the image is in account %[3]s, Region %[4]s: set it to a snapshot that the registry side, account %[3]s, reads in Region %[4]s",
			printed.Name(r.Account), printed.Name(r.Region), at.Account, at.Region)
	}
	in.RegistrySnapshot = r.of(r.Account, r.Region, r.NotRead, &use)
	f := newFilling(in, verdict.Registry, use)
	f.registry(r)
	repository := r.Repository(at.Name)
	if repository == nil {
		for _, other := range r.Repositories {
			in.RegistrySnapshot.Others = append(in.RegistrySnapshot.Others, other.Name)
		}
		in.RegistrySnapshot.Fault = cmp.Or(use.Fault, verdict.SnapshotLacks)
		f.setDocuments(&in.RepositoryPolicy, verdict.Documents{State: verdict.Unknown})
		return nil
	}
	f.repository(r, repository, target)
	return nil
}

// registry fills in what holds for all repositories.
func (f *filling) registry(r *Registry) {
	f.setDocuments(&f.in.RegistryPolicy, one(r.RegistryPolicy))
	f.levels(&f.in.ResourceControlPolicies, r.ResourceControlPolicies, r.Organization)
	f.organization(r.Organization, "aws:ResourceOrgID", "aws:ResourceOrgPaths")
}

// repository fills in what holds for one repository.
func (f *filling) repository(r *Registry, repository *Repository, target verdict.Target) {
	in := f.in
	docs := one(repository.Policy)
	if repository.Exists != nil && !*repository.Exists {
		docs = verdict.DocumentsOf()
	}
	f.setDocuments(&in.RepositoryPolicy, docs)
	if f.use.Fault != "" {
		return
	}
	in.RepositoryExists = existence(in.RepositoryExists, repository.Exists)
	s := in.RegistrySnapshot
	if repository.Tags != nil {
		s.AllTags = f.tags(*repository.Tags, verdict.TagKeys)
	}
	s.CacheRule, s.Upstream = r.cacheRule(repository.Name)
	image, _ := awsname.ParseImage(in.Image)
	s.Image = repository.imageFact(image)
	if s.Image == verdict.ImageIsMissing && s.CacheRule != verdict.Missing {
		s.Image = verdict.ImageNotKnown // a pull through a cache fetches it
	}
	if in.RepositoryCreationTemplatePolicy.State == verdict.NotSet {
		f.setDocuments(&in.RepositoryCreationTemplatePolicy, r.templatePolicy(repository.Name))
	}
	isFetched := in.RepositoryExists == verdict.Missing || repository.imageFact(image) == verdict.ImageIsMissing
	if isFetched && s.CacheRule == verdict.Exists && in.Access == "" && len(in.Actions) == 0 && len(in.PlannedStatements) == 0 && !target.IsService() {
		in.Access = actionset.PullThroughCache
	}
}

// existence returns whether something exists: as it was set, or as it was read.
func existence(set verdict.Existence, read *bool) verdict.Existence {
	switch {
	case set != verdict.ExistenceUnknown || read == nil:
		return set
	case *read:
		return verdict.Exists
	default:
		return verdict.Missing
	}
}

// imageFact returns what is known of an image of the repository. One that is named by tag
// and digest is pulled by its digest.
func (r *Repository) imageFact(image awsname.Image) verdict.ImageFact {
	of := r.Image
	isSame := of != nil && (image.Digest != "" && image.Digest == of.Digest || image.Digest == "" && image.Tag != "" && image.Tag == of.Tag)
	switch {
	case !isSame:
		return verdict.ImageNotKnown
	case of.Exists != nil && !*of.Exists:
		return verdict.ImageIsMissing
	case of.Status == "ARCHIVED":
		return verdict.ImageIsArchived
	case of.Status == "ACTIVATING":
		return verdict.ImageIsRestoring
	default:
		return verdict.ImageNotKnown
	}
}

// cacheRule returns whether a pull through cache rule matches a repository, and the upstream
// of the one with the longest prefix.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html
func (r *Registry) cacheRule(name string) (verdict.Existence, verdict.Upstream) {
	if r.PullThroughCacheRules == nil {
		return verdict.ExistenceUnknown, verdict.Upstream{}
	}
	found, longest := verdict.Missing, PullThroughCacheRule{Prefix: rootPrefix}
	for _, rule := range *r.PullThroughCacheRules {
		if PrefixMatches(rule.Prefix, name) && (longest.Prefix == rootPrefix || rule.Prefix != rootPrefix && len(rule.Prefix) > len(longest.Prefix)) {
			found, longest = verdict.Exists, rule
		}
	}
	upstream := verdict.Upstream{Host: longest.Upstream, Prefix: longest.Prefix, Repository: name, RoleARN: longest.RoleARN}
	if longest.Prefix != rootPrefix {
		upstream.Repository = strings.TrimPrefix(name, strings.TrimSuffix(longest.Prefix, "/")+"/")
	}
	if of := longest.UpstreamPrefix; of != "" && of != rootPrefix {
		upstream.Repository = strings.TrimSuffix(of, "/") + "/" + upstream.Repository
	}
	if found == verdict.Missing {
		upstream = verdict.Upstream{}
	}
	return found, upstream
}

// templatePolicy returns the policy that the first pull through a cache gives a repository.
// If the template of the longest prefix is not for this, it is not certain that another one
// applies.
func (r *Registry) templatePolicy(name string) verdict.Documents {
	if r.CreationTemplates == nil {
		return verdict.Documents{}
	}
	var longest *CreationTemplate
	isFor := func(t *CreationTemplate) bool { return slices.Contains(t.AppliedFor, "PULL_THROUGH_CACHE") }
	hasOne := false
	for i := range *r.CreationTemplates {
		t := &(*r.CreationTemplates)[i]
		if !PrefixMatches(t.Prefix, name) {
			continue
		}
		hasOne = hasOne || isFor(t)
		if longest == nil || longest.Prefix == rootPrefix || t.Prefix != rootPrefix && len(t.Prefix) > len(longest.Prefix) {
			longest = t
		}
	}
	switch {
	case !hasOne:
		return verdict.DocumentsOf()
	case isFor(longest):
		return one(longest.Policy)
	default:
		return verdict.Documents{State: verdict.Unknown}
	}
}

// Fill fills an input from the snapshot: what the consumer side of the pull is. What the
// input says already stays.
func (c *Consumer) Fill(in *verdict.Input, use Use) *verdict.InputError {
	target, ok := targetOf(in)
	if !ok {
		return nil // the check says why
	}
	if account := target.Principal.Account; c.Account != account {
		argument := "role_arn"
		if in.RoleARN == "" {
			argument = "source_arn"
		}
		return fault(verdict.ConsumerSnapshotArgument, "is of account %s, and %s is in account %[3]s: set it to a snapshot that the consumer side, account %[3]s, reads", printed.Name(c.Account), argument, account)
	}
	in.ConsumerSnapshot = c.of(c.Account, "", c.NotRead, &use)
	f := newFilling(in, verdict.Consumer, use)
	f.levels(&in.ServiceControlPolicies, c.ServiceControlPolicies, c.Organization)
	if !target.SameAccount() || in.ResourceControlPolicies.State != verdict.Known { // else the registry's are the same
		f.levels(&in.ConsumerResourceControlPolicies, c.ResourceControlPolicies, c.Organization)
	}
	f.organization(c.Organization, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
	if !target.IsRole() {
		return nil
	}
	role := c.Role(target.Principal.Name)
	if role == nil {
		for _, other := range c.Roles {
			in.ConsumerSnapshot.Others = append(in.ConsumerSnapshot.Others, other.Name)
		}
		in.ConsumerSnapshot.Fault = cmp.Or(use.Fault, verdict.SnapshotLacks)
		role = &Role{}
	}
	f.role(c, role)
	return nil
}

// role fills in what holds for one role.
func (f *filling) role(c *Consumer, role *Role) {
	in := f.in
	identity, boundary := c.identityPolicies(role), c.boundary(role)
	if role.Exists != nil && !*role.Exists {
		identity, boundary = verdict.DocumentsOf(), verdict.DocumentsOf()
	}
	f.setDocuments(&in.IdentityPolicies, identity)
	f.setDocuments(&in.PermissionsBoundary, boundary)
	if f.use.Fault != "" {
		return
	}
	in.RoleExists = existence(in.RoleExists, role.Exists)
	if in.ActualRoleARN == "" && role.Exists != nil && *role.Exists {
		in.ActualRoleARN = role.ARN
	}
	if in.TrustPolicy.State == verdict.NotSet && role.TrustPolicy.Text() != "" {
		f.setDocuments(&in.TrustPolicy, one(role.TrustPolicy))
	}
	s := in.ConsumerSnapshot
	if awsname.IsUniqueID(role.ID) {
		s.RoleID = role.ID
	}
	switch {
	case role.Tags == nil:
	case role.sessionsHaveItsTags():
		s.AllTags = f.tags(*role.Tags, func(tag string) []string { return []string{"aws:PrincipalTag/" + tag} })
	default:
		s.RoleTags = *role.Tags
	}
}

// identityPolicies returns all policies of a role, in the order of their names.
func (c *Consumer) identityPolicies(role *Role) verdict.Documents {
	docs := verdict.DocumentsOf()
	if role.InlinePolicies == nil || role.AttachedPolicies == nil {
		docs.State = verdict.Unknown
	}
	if role.InlinePolicies != nil {
		for name, d := range *role.InlinePolicies {
			docs.List = append(docs.List, verdict.Document{Name: name, Text: textOf(d)})
		}
	}
	if role.AttachedPolicies != nil {
		for _, arn := range *role.AttachedPolicies {
			docs.List = append(docs.List, verdict.Document{Name: arn, Text: textOf(c.ManagedPolicies[arn])})
		}
	}
	slices.SortFunc(docs.List, func(a, b verdict.Document) int { return strings.Compare(a.Name, b.Name) })
	return docs
}

// boundary returns the permissions boundary of a role.
func (c *Consumer) boundary(role *Role) verdict.Documents {
	switch {
	case role.Boundary == nil:
		return verdict.Documents{State: verdict.Unknown}
	case *role.Boundary == "":
		return verdict.DocumentsOf()
	}
	return verdict.DocumentsOf(verdict.Document{Name: *role.Boundary, Text: textOf(c.ManagedPolicies[*role.Boundary])})
}

// sessionsHaveItsTags reports whether the tags of the role are those of its sessions: whoever
// assumes it can set others only if its trust policy allows sts:TagSession.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func (r *Role) sessionsHaveItsTags() bool {
	trust, err := policy.Parse(r.TrustPolicy.Text())
	if err != nil {
		return false
	}
	request := authz.Request{Principal: authz.UnknownPrincipal, Action: "sts:TagSession", Resource: r.ARN}
	return authz.Decide(request, authz.Policies{Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.Compile("", trust)}}}) == authz.Denied
}
