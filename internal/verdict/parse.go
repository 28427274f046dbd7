// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// arguments are an input, parsed.
type arguments struct {
	in            Input
	use           use
	target        Target
	service       awsname.Principal // the service that pulls; its zero value if none does
	creator       bool              // these are the arguments of who creates what the service runs
	addsStatement bool              // see mayAddStatement
	puller        puller.Puller
	isFIPS        bool          // the host of the image is a FIPS endpoint
	trust         *authz.Policy // of the role that the puller assumes; nil where it is not known or there is none
	assumable     authz.Verdict // whether the trust policy, if it is known, lets the puller assume the role
	policies      policies
	before        map[authz.PolicyType][]Policy // without what is planned, of the types that can be planned
	planned       []PlannedStatement

	inapplicable    []authz.PolicyType // types that cannot apply to who pulls, whatever is set
	registryRCPs    int                // how many levels of the resource control policies are the registry's; the rest are the consumer's
	plannedPolicies []Policy
	documents       []Policy // every document that can be read, in the order in which they are checked
}

// A reading reads one input and notes what cannot be read.
type reading struct {
	parser *Parser
	*arguments
	faults InputErrors
}

func (r *reading) fault(at At, problem string, err error) {
	r.faults = append(r.faults, &InputError{At: at, Problem: problem, Err: err})
}

// readAll reads the arguments that are set. It requires none.
func (r *reading) readAll() {
	in := &r.in
	r.use = r.readUse()
	r.readPuller()
	r.target = Target{r.repository(), r.principal()}
	r.readService()
	r.readTrustPolicy()
	r.checkScope()
	r.checkContext()
	r.checkKind()
	identity := r.identityPolicies(in.IdentityPolicies.List)
	r.policies = make(policies, len(authz.PolicyTypes()))
	r.policies[authz.IdentityPolicy] = [][]Policy{r.planRolePolicies(identity)}
	r.policies[authz.PermissionsBoundary] = [][]Policy{r.single(authz.PermissionsBoundary, in.PermissionsBoundary)}
	r.policies[authz.SessionPolicy] = [][]Policy{r.list(authz.SessionPolicy, in.SessionPolicies.List, asGiven)}
	r.policies[authz.VPCEndpointPolicy] = [][]Policy{r.single(authz.VPCEndpointPolicy, in.VPCEndpointPolicy)}
	r.policies[authz.S3EndpointPolicy] = [][]Policy{r.single(authz.S3EndpointPolicy, in.S3EndpointPolicy)}
	repository := r.single(authz.RepositoryPolicy, in.RepositoryPolicy)
	template := r.list(authz.RepositoryPolicy, in.RepositoryCreationTemplatePolicy.List, func(d Document) (string, At) { return wording.Of(authz.RepositoryPolicy).Noun, d.At })
	if r.isFromTemplate() {
		repository = template
	}
	registry := r.single(authz.RegistryPolicy, in.RegistryPolicy)
	r.before = map[authz.PolicyType][]Policy{authz.IdentityPolicy: identity, authz.RepositoryPolicy: repository, authz.RegistryPolicy: registry}
	r.policies[authz.RepositoryPolicy] = [][]Policy{r.planStatements(authz.RepositoryPolicy, repository)}
	r.policies[authz.RegistryPolicy] = [][]Policy{r.planStatements(authz.RegistryPolicy, registry)}
	r.policies[authz.ServiceControlPolicy] = r.levels(authz.ServiceControlPolicy, in.ServiceControlPolicies.List, func(level int) At {
		return At{Attribute: wording.Of(authz.ServiceControlPolicy).Argument, Indexes: []int{level}}
	})
	consumers := in.ConsumerResourceControlPolicies.List
	r.registryRCPs = len(in.ResourceControlPolicies.List)
	rcps := r.levels(authz.ResourceControlPolicy, append(slices.Clone(in.ResourceControlPolicies.List), consumers...), func(level int) At {
		if level >= r.registryRCPs {
			return At{Attribute: ConsumerRCPs, Indexes: []int{level - r.registryRCPs}}
		}
		return At{Attribute: wording.Of(authz.ResourceControlPolicy).Argument, Indexes: []int{level}}
	})
	r.policies[authz.ResourceControlPolicy] = rcps
	r.checkLevels()
	r.checkRelations()
}

// require notes what a verdict needs and is not set.
func (r *reading) require() {
	switch {
	case r.in.Image == "" && r.in.RepositoryARN == "":
		r.fault(At{Attribute: "image"}, "is not set; set exactly one of image and repository_arn", nil)
	case r.in.Image != "" && r.in.RepositoryARN != "":
		r.fault(At{Attribute: "repository_arn"}, "is set, and image is set, too; set exactly one of the two", nil)
	}
	switch isService := r.in.ServicePrincipal != "" || r.puller.Service != ""; {
	case isService && r.in.SourceARN == "":
		r.fault(At{Attribute: "source_arn"}, "is not set; it says for which function or project the service pulls", nil)
	case !isService && r.in.RoleARN == "":
		r.fault(At{Attribute: "role_arn"}, "is not set; it says who pulls. If a service pulls, as for AWS Lambda, set puller or service_principal", nil)
	}
}

func (r *reading) repository() awsname.Repository {
	if r.in.Image != "" {
		return r.image(r.in.Image)
	}
	if r.in.RepositoryARN == "" {
		return awsname.Repository{}
	}
	repository, err := awsname.ParseRepositoryARN(r.in.RepositoryARN)
	if err == nil {
		return repository
	}
	if _, isURI := awsname.ParseImage(r.in.RepositoryARN); isURI == nil {
		r.fault(At{Attribute: "repository_arn"}, "is the URI of an image: set image instead", nil)
	} else {
		r.fault(At{Attribute: "repository_arn"}, "is not valid", err)
	}
	return awsname.Repository{}
}

func (r *reading) image(uri string) awsname.Repository {
	image, err := awsname.ParseImage(uri)
	if err == nil {
		r.isFIPS = image.FIPS
		return image.Repository
	}
	if _, isARN := awsname.ParseRepositoryARN(uri); isARN == nil {
		r.fault(At{Attribute: "image"}, "is the ARN of a repository: set repository_arn instead", nil)
	} else {
		r.fault(At{Attribute: "image"}, "is not valid", err)
	}
	return awsname.Repository{}
}

// principal reads who pulls. A role that was read from IAM has the ARN that IAM
// gives; a session's ARN never has the path.
func (r *reading) principal() awsname.Principal {
	arn := r.in.RoleARN
	if arn == "" {
		return awsname.Principal{}
	}
	principal, err := awsname.ParsePrincipal(arn)
	if err != nil && awsname.CheckServicePrincipal(arn) == nil {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is the AWS service %s: set service_principal in its place, and source_arn to what the service pulls for", printed.Value(arn)), nil)
		return principal
	}
	if err != nil && strings.ContainsAny(arn, "*?") {
		r.fault(At{Attribute: "role_arn"}, "has a wildcard, and a check is for one role: write one check for each role", nil)
		return principal
	}
	if err != nil {
		r.fault(At{Attribute: "role_arn"}, "is not valid", err)
		return principal
	}
	if actual, ok := r.actualRole(principal); ok && principal.Kind == awsname.Role {
		return actual
	}
	return principal
}

// actualRole reads the role's ARN as IAM gives it: the same role, with its path.
func (r *reading) actualRole(principal awsname.Principal) (awsname.Principal, bool) {
	arn := r.in.ActualRoleARN
	if arn == "" {
		return awsname.Principal{}, false
	}
	actual, err := awsname.ParsePrincipal(arn)
	if err == nil && !isRoleOf(principal, actual) {
		err = fmt.Errorf("%s is not the role of role_arn with its path", printed.Quoted(arn))
	}
	if err != nil {
		r.fault(At{Attribute: "actual_role_arn"}, "is not valid", err)
	}
	return actual, err == nil
}

// checkKind rejects policies that a principal of its kind cannot have.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func (r *reading) checkKind() {
	switch kind := r.target.Principal.Kind; {
	case kind == awsname.User && len(r.in.SessionPolicies.List) > 0:
		r.fault(At{Attribute: wording.Of(authz.SessionPolicy).Argument}, "is set, but role_arn is a user, and a user has no session policies; set role_arn to the role that is assumed with them, or remove them", nil)
	case kind == awsname.AccountRoot && len(r.in.PermissionsBoundary.List) > 0:
		r.fault(At{Attribute: wording.Of(authz.PermissionsBoundary).Argument}, "is set, but role_arn is the root user of an account, which cannot have one; remove it", nil)
	}
}

func (r *reading) checkScope() {
	if scope := r.in.RegistryPolicyScope; scope != "" && scope != ScopeV1 && scope != ScopeV2 {
		r.fault(At{Attribute: "registry_policy_scope"}, fmt.Sprintf("is %s; expected V1 or V2", printed.Quoted(scope)), nil)
	}
}

func (r *reading) checkContext() {
	seen := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(r.in.Context)) {
		at := At{Attribute: "context", Key: key}
		if other, twice := seen[strings.ToLower(key)]; twice {
			r.fault(at, fmt.Sprintf("is the same key as %s: case does not count in the name of a condition key", printed.Quoted(other)), nil)
		}
		seen[strings.ToLower(key)] = key
		values := r.in.Context[key]
		r.checkTag(at, seen)
		if n := len(values); n > 1 && strings.HasPrefix(strings.ToLower(key), "aws:") && !authz.Multivalued(strings.ToLower(key)) {
			r.fault(at, fmt.Sprintf("has %d values, but a request has one value of this key; set the one that the policy statement is about", n), nil)
		}
		for _, value := range values {
			if err := authz.CheckValue(key, value); err != nil {
				r.fault(at, err.Error(), nil)
			}
		}
		if fact := r.contradicted(key, values); fact != "" {
			r.fault(at, "cannot be so: "+fact+" Remove it", nil)
		}
	}
}

// checkRelations notes the first condition key that cannot be so because of another key of the
// context, or because of the policies that there are.
func (r *reading) checkRelations() {
	if len(r.in.Context) == 0 || r.target.Principal.Kind == "" || r.target.Repository.Account == "" || r.service.Kind == awsname.Service {
		return
	}
	request := r.request("ecr:BatchGetImage")
	request.Context.Known = r.in.Context
	given := r.areGiven()
	for _, key := range slices.Sorted(maps.Keys(r.in.Context)) {
		values := r.in.Context[key]
		state, fact := request.Related(key, given)
		if why := related(strings.ToLower(key), len(values) > 0, state); state == authz.KeyKnown && !slices.Equal(values, fact) || why != "" {
			if state == authz.KeyKnown {
				why = "it follows from the paths of the organization that it is " + printed.Quoted(fact[0]) + "."
			}
			r.fault(At{Attribute: "context", Key: key}, "cannot be so: "+why+" Remove it", nil)
			return
		}
	}
}

// areGiven returns policies, of which only counts that they are there, of the types that say
// what the context is.
func (r *reading) areGiven() (given authz.Policies) {
	isGiven := func(levels [][]Policy) authz.PolicySet {
		set := authz.PolicySet{}
		if slices.ContainsFunc(levels, func(level []Policy) bool { return len(level) > 0 }) {
			set.Policies = []*authz.Policy{nil}
		}
		return set
	}
	rcps := r.policies[authz.ResourceControlPolicy]
	given.VPCEndpoint = isGiven(r.policies[authz.VPCEndpointPolicy])
	given.SCP = []authz.PolicySet{isGiven(r.policies[authz.ServiceControlPolicy])}
	given.RCP = []authz.PolicySet{isGiven(rcps[:r.registryRCPs])}
	return given
}

// related says why a condition key, in lower case, cannot be present, or absent, as it is set;
// empty if it can. The state is what follows for it.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func related(key string, isPresent bool, state authz.KeyState) string {
	isOfOrganization := strings.HasSuffix(key, "orgid") || strings.HasSuffix(key, "orgpaths")
	switch {
	case state == authz.KeyUnknown, state == authz.KeyAbsent && !isPresent, state != authz.KeyAbsent && isPresent:
		return ""
	case key == "aws:sourceip":
		return "a request through a VPC endpoint, as the other arguments have it, does not have this key."
	case isOfOrganization && !strings.HasPrefix(key, "aws:vpce") && isPresent:
		return "the account is in no organization, as the other arguments have it."
	case isOfOrganization && !strings.HasPrefix(key, "aws:vpce"):
		return "the account is in an organization, as the other arguments have it."
	case isPresent:
		return "only a request through a VPC endpoint has this key, and as the other arguments have it, this one comes through none."
	}
	return "every request through a VPC endpoint, as the other arguments have it, has this key."
}

// checkTag notes a tag of the repository that has two values: it has two condition keys.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func (r *reading) checkTag(at At, seen map[string]string) {
	tag, isECR := strings.CutPrefix(strings.ToLower(at.Key), "ecr:resourcetag/")
	if other, twice := seen["aws:resourcetag/"+tag]; isECR && twice && !slices.Equal(r.in.Context[at.Key], r.in.Context[other]) {
		r.fault(at, fmt.Sprintf("is the same tag as %s, and has another value; set one of the two", printed.Quoted(other)), nil)
	}
}

// contradicted returns what follows from the other arguments and contradicts the values of a
// condition key; empty if nothing does. Beside a service it may be a key of who creates what
// the service runs.
func (r *reading) contradicted(key string, values []string) string {
	if r.target.Principal.Kind == "" || r.target.Repository.Account == "" {
		return ""
	}
	name := strings.ToLower(key)
	if r.service.Kind != awsname.Service {
		return r.contradictedOf(r.target.Principal, name, values)
	}
	if !slices.Contains(keysOfPrincipals, name) {
		return r.contradictedOf(r.service, name, values)
	}
	if r.in.RoleARN != "" {
		return r.contradictedOf(r.target.Principal, name, values)
	}
	return ""
}

// contradictedOf is contradicted for one who calls.
func (r *reading) contradictedOf(caller awsname.Principal, key string, values []string) string {
	of := *r.arguments
	of.target.Principal = caller
	state, fact := of.request("ecr:BatchGetImage").Follows(key)
	switch isService := caller.Kind == awsname.Service; {
	case isService && key == "aws:sourcearn":
		state, fact = authz.KeyKnown, []string{r.in.SourceARN}
	case isService && key == "aws:sourceaccount":
		state, fact = authz.KeyKnown, []string{caller.Account}
	}
	session := ":" + caller.Session
	switch {
	case key == "aws:principalarn" && len(values) == 1 && caller.Kind != awsname.Service:
		return r.contradictedARN(values[0])
	case key == "aws:userid" && len(values) == 1 && caller.Kind == awsname.RoleSession && !strings.HasSuffix(values[0], session):
		return fmt.Sprintf("it ends with %s, the name of the session.", printed.Name(session))
	case key == "aws:securetransport" && !slices.EqualFunc(values, []string{"true"}, strings.EqualFold):
		return "ECR takes HTTPS requests only."
	case state == authz.KeyAbsent && len(values) > 0:
		return fmt.Sprintf("a request of %s does not have this key.", wording.Article(string(caller.Kind)))
	case state == authz.KeyPresent && len(values) == 0:
		return fmt.Sprintf("every request of %s has this key.", wording.Article(string(caller.Kind)))
	case state == authz.KeyKnown && !slices.EqualFunc(values, fact, strings.EqualFold):
		return fmt.Sprintf("it follows from the other arguments that it is %s.", printed.Quoted(fact[0]))
	}
	return ""
}

// contradictedARN is contradicted for aws:PrincipalArn, which of a session is the ARN of its
// role, with the path that the session's ARN does not have.
func (r *reading) contradictedARN(value string) string {
	principal := r.target.Principal
	named, err := awsname.ParsePrincipal(value)
	isSession := principal.Kind == awsname.RoleSession
	switch {
	case err == nil && isSession && isRoleOf(principal, named):
		return ""
	case isSession:
		return fmt.Sprintf("it is the ARN of the role %s in account %s.", printed.Name(principal.Name), principal.Account)
	case value != principal.ARN():
		return fmt.Sprintf("it follows from role_arn that it is %s.", printed.Quoted(principal.ARN()))
	}
	return ""
}

// document reads one document; nil where it cannot be read.
func (r *reading) document(d Document) *source {
	if d.Text == "" {
		r.fault(d.At, "is empty; remove it", nil)
		return nil
	}
	read := r.parser.source(d.Text)
	if read.err != nil {
		r.fault(d.At, "is not a policy document"+asJSON(d.Text), read.err)
		return nil
	}
	// AWS accepts no policy without statements, so a misspelt "Statement" would
	// pass for a policy that grants nothing.
	if read.document.Empty() {
		if faults := read.document.Faults(); len(faults) > 0 {
			why := max(0, slices.IndexFunc(faults, func(fault *policy.Error) bool { return fault.Meant == "Statement" }))
			r.fault(d.At, "has no statements", faults[why])
		}
	}
	return read
}

// asJSON says what is expected in place of a text that is no JSON object.
func asJSON(text string) string {
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		return ""
	}
	return ", which is one JSON object, as jsonencode or file returns it"
}

// list reads documents. Those that were read from AWS are placed where the output shows
// them.
func (r *reading) list(t authz.PolicyType, docs []Document, shown func(Document) (name string, at At)) []Policy {
	out := make([]Policy, 0, len(docs))
	for _, d := range docs {
		read := Policy{Type: t, Unknown: d.Text == UnknownText, stored: d.IsStored()}
		name, at := shown(d)
		d.Name, d.At = name, placed(d.At, at)
		read.Name, read.At = d.Name, d.At
		if !read.Unknown {
			if source := r.document(d); source != nil {
				read.set(source.document, source)
				r.documents = append(r.documents, read)
			}
		}
		if read.Document == nil {
			read.Document = policy.New()
		}
		out = append(out, read)
	}
	return out
}

// asGiven shows a document under its own name.
func asGiven(d Document) (name string, at At) { return d.Name, d.At }

func (r *reading) identityPolicies(docs []Document) []Policy {
	out := r.list(authz.IdentityPolicy, docs, func(d Document) (string, At) {
		return identityPolicyName(d.Name), At{Attribute: wording.Of(authz.IdentityPolicy).Argument, Key: d.Name}
	})
	for i := range out {
		out[i].Key = docs[i].Name
	}
	return out
}

// identityPolicyName returns the name of an identity policy in reports.
func identityPolicyName(key string) string {
	if IsManagedPolicy(key) {
		return "managed policy " + key
	}
	return "inline policy " + key
}

func (r *reading) single(t authz.PolicyType, docs Documents) []Policy {
	words := wording.Of(t)
	return r.list(t, docs.List, func(Document) (string, At) { return words.Noun, At{Attribute: words.Argument} })
}

// placed returns the place of a document, or the attribute that shows one that was
// read from AWS.
func placed(at, shown At) At {
	if at.Attribute == "" {
		return shown
	}
	return at
}

// levels reads control policies. Those of one name on several levels are told apart by
// their level.
func (r *reading) levels(t authz.PolicyType, levels [][]Document, at func(level int) At) [][]Policy {
	count := map[string]int{}
	for _, d := range slices.Concat(levels...) {
		count[d.Name]++
	}
	var out [][]Policy
	for n, level := range levels {
		named := slices.Clone(level)
		for i := range named {
			if count[named[i].Name] > 1 {
				named[i].Name = fmt.Sprintf("%s of level %d", cmp.Or(named[i].Name, wording.Of(t).Phrase), n+1)
			}
		}
		out = append(out, r.list(t, named, func(d Document) (string, At) {
			return d.Name, at(n)
		}))
	}
	return out
}

// checkLevels rejects a level without service control policies: AWS keeps at least
// one attached everywhere, and none would allow nothing.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func (r *reading) checkLevels() {
	for i, level := range r.in.ServiceControlPolicies.List {
		if len(level) == 0 {
			r.fault(At{Attribute: wording.Of(authz.ServiceControlPolicy).Argument, Indexes: []int{i}}, "is a level without policies; every level has at least one, FullAWSAccess unless it was replaced", nil)
		}
	}
}

// planRolePolicies has the planned policies replace those of their names: what they
// replace does not count any more, known or not. Others go where reads from AWS will have
// them, in the order of names.
func (r *reading) planRolePolicies(live []Policy) []Policy {
	live = slices.Clone(live)
	r.plannedPolicies = r.identityPolicies(r.in.PlannedRolePolicies)
	for _, plan := range r.plannedPolicies {
		if plan.Key == AnyPolicy { // it may replace each of them
			live = nil
		}
		if i := slices.IndexFunc(live, func(p Policy) bool { return p.Key == plan.Key }); i >= 0 {
			live[i] = plan
			continue
		}
		i := slices.IndexFunc(live, func(p Policy) bool { return p.Key > plan.Key })
		if i < 0 {
			i = len(live)
		}
		live = slices.Insert(live, i, plan)
	}
	return live
}

// misspeltSid returns the fault of a statement whose Sid has another name, such as "sid"; nil if
// it has none.
func misspeltSid(s *policy.Statement) error {
	for _, fault := range s.Faults() {
		if fault.Meant == "Sid" {
			return fault
		}
	}
	return nil
}

// planStatements puts the planned statements into the policy of a type, new ones in the order
// of their Sids.
func (r *reading) planStatements(t authz.PolicyType, live []Policy) []Policy {
	plans, noun := r.in.plannedStatements(t), wording.Of(t).Noun
	if len(plans) == 0 {
		return live
	}
	live = slices.Clone(live)
	for _, plan := range plans {
		if plan.Text == UnknownText { // it may replace each statement
			live = []Policy{{Type: t, Name: noun, Unknown: true, At: plan.At, Document: policy.New()}}
		}
	}
	if len(live) == 0 || live[0].Unknown {
		planned := Policy{Type: t, Name: noun, Document: policy.New()}
		live = append([]Policy{planned}, live...)
	}
	var sorted []PlannedStatement
	first := map[string]At{}
	for _, plan := range plans {
		if plan.Text == UnknownText {
			continue
		}
		statement, err := policy.ParseStatement(plan.Text)
		if err != nil {
			r.fault(plan.At, "is not a policy statement"+asJSON(plan.Text), err)
			continue
		}
		sid := statement.Sid()
		if other, twice := first[sid]; twice {
			r.fault(plan.At, fmt.Sprintf("has the Sid %s of %s: one of them would replace the other", printed.Quoted(sid), other), nil)
		}
		if sid == "" {
			r.fault(plan.At, "has no Sid; the Sid says which statement of the "+noun+" it replaces", misspeltSid(statement))
		}
		first[sid] = plan.At
		sorted = append(sorted, PlannedStatement{t, plan.At, statement})
		r.documents = append(r.documents, Policy{Type: t, At: plan.At, Document: policy.NewDocument(statement)})
	}
	r.planned = append(r.planned, sorted...)
	slices.SortStableFunc(sorted, func(a, b PlannedStatement) int { return strings.Compare(a.Sid(), b.Sid()) })
	for _, plan := range sorted {
		put := live[0].Put
		if SidDenies(live[0].Document, plan.Statement) {
			put = live[0].Add
		}
		live[0].set(put(plan.Statement), nil)
	}
	return live
}

// SidDenies reports whether a planned Allow has the Sid of a statement that is not one: a
// grant does not replace such a statement.
func SidDenies(existing *policy.Document, planned *policy.Statement) bool {
	isNoAllow := func(s *policy.Statement) bool { return s.Effect() != "Allow" }
	return planned.Effect() == "Allow" && slices.ContainsFunc(existing.Find(planned.Sid()), isNoAllow)
}
