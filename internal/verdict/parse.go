package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A namedPolicy is a parsed document with the name that explanations use.
type namedPolicy struct {
	name    string
	key     string // an identity policy's name or ARN
	unknown bool   // there may be one, and its Document is empty
	at      At
	*policy.Document
}

// documents are the parsed documents, planned ones laid over.
type documents struct {
	identity, boundary, session, endpoint, repository, registry []namedPolicy
	scp, rcp                                                    [][]namedPolicy
}

// A parser notes what cannot be read, and what can be read and AWS would refuse.
type parser struct{ faults, doubts InputErrors }

func (p *parser) fault(at At, problem string, err error) {
	p.faults = append(p.faults, &InputError{At: at, Problem: problem, Err: err})
}

// doubt notes what AWS would refuse in a document. It is no reason to refuse the
// document here: AWS may know more than this check.
func (p *parser) doubt(at At, doc *policy.Document) {
	for _, fault := range authz.Compile("", doc).Faults() {
		p.doubts = append(p.doubts, &InputError{At: at, Problem: refused, Err: fault})
	}
}

// parse reads what is given.
func parse(in Input) (*check, InputErrors) {
	var p parser
	c := &check{in: in, access: p.access(in.Access)}
	c.repository = p.repository(in)
	c.principal = p.principal(in)
	p.scope(in.RegistryPolicyScope)
	p.context(in.Context)
	c.documents = documents{
		identity:   p.planRolePolicies(p.identityPolicies(in.IdentityPolicies.List), in.PlannedRolePolicies),
		boundary:   p.single(in.PermissionsBoundary, "permissions boundary", "permissions_boundary"),
		session:    p.policies(in.SessionPolicies.List),
		endpoint:   p.single(in.VPCEndpointPolicy, "VPC endpoint policy", "vpc_endpoint_policy"),
		repository: p.planStatements(p.single(in.RepositoryPolicy, "repository policy", "repository_policy"), in.PlannedStatements),
		registry:   p.single(in.RegistryPolicy, "registry policy", "registry_policy"),
		scp:        p.levels(in.ServiceControlPolicies),
		rcp:        p.levels(in.ResourceControlPolicies),
	}
	p.completeLevels(in.ServiceControlPolicies)
	c.strange, c.plain = c.findStrangeKeys(), c.findPlainVariables()
	c.doubts, c.oddities = slices.Concat(p.doubts, c.misplacements()), c.findOddities()
	return c, p.faults
}

func (p *parser) access(name actionset.Name) actionset.Name {
	if name == "" {
		return actionset.Pull
	}
	if !slices.Contains(actionset.Names(), name) {
		p.fault(At{Attribute: "access"}, fmt.Sprintf("is %q; expected one of %s", name, list(actionset.Names(), "or")), nil)
	}
	return name
}

func (p *parser) repository(in Input) awsname.Repository {
	if in.Image != "" {
		return p.image(in.Image)
	}
	if in.RepositoryARN == "" {
		return awsname.Repository{}
	}
	repository, err := awsname.ParseRepositoryARN(in.RepositoryARN)
	_, isURI := awsname.ParseImage(in.RepositoryARN)
	switch {
	case err != nil && isURI == nil:
		p.fault(At{Attribute: "repository_arn"}, "is an image's URI: give it as image", nil)
	case err != nil:
		p.fault(At{Attribute: "repository_arn"}, "is not valid", err)
	}
	return repository
}

func (p *parser) image(uri string) awsname.Repository {
	image, err := awsname.ParseImage(uri)
	_, isARN := awsname.ParseRepositoryARN(uri)
	switch {
	case err != nil && isARN == nil:
		p.fault(At{Attribute: "image"}, "is a repository's ARN: give it as repository_arn", nil)
	case err != nil:
		p.fault(At{Attribute: "image"}, "is not valid", err)
	}
	return image.Repository
}

// principal reads who pulls. A role that was read live has the ARN that IAM
// gives; a session's ARN has no path anyway.
func (p *parser) principal(in Input) awsname.Principal {
	if in.RoleARN == "" {
		return awsname.Principal{}
	}
	if awsname.CheckServicePrincipal(in.RoleARN) == nil {
		p.fault(At{Attribute: "role_arn"}, serviceProblem(in.RoleARN), nil)
		return awsname.Principal{}
	}
	principal, err := awsname.ParsePrincipal(in.RoleARN)
	if err != nil && strings.ContainsAny(in.RoleARN, "*?") {
		p.fault(At{Attribute: "role_arn"}, "has a wildcard, and a check judges one role: name it, and write a check for each other one", nil)
		return principal
	}
	if err != nil {
		p.fault(At{Attribute: "role_arn"}, "is not valid", err)
		return principal
	}
	if actual, ok := p.actualRole(in.ActualRoleARN, principal); ok && principal.Kind == awsname.Role {
		return actual
	}
	return principal
}

// serviceProblem says what to do instead where a service pulls.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-xaccount-permissions
func serviceProblem(service string) string {
	problem := fmt.Sprintf("is the AWS service %s, and this check judges roles, role sessions and users only: "+
		"read in the repository policy whether a statement with \"Principal\": {\"Service\": %q} allows the pull, as ecrxa_repository_grant writes it with service_principal", service, service)
	if strings.HasPrefix(service, "lambda.") {
		problem += ". The execution role of a function is no way around: it is not what pulls the function's image. Across accounts Lambda also needs a statement for the function's account"
	}
	return problem
}

// actualRole reads the role's ARN as IAM gives it: the same role, with its path.
func (p *parser) actualRole(arn string, principal awsname.Principal) (awsname.Principal, bool) {
	if arn == "" {
		return awsname.Principal{}, false
	}
	actual, err := awsname.ParsePrincipal(arn)
	if err == nil && (actual.Kind != awsname.Role || actual.Account != principal.Account || actual.Name != principal.Name) {
		err = fmt.Errorf("%q is not the role of role_arn with its path", arn)
	}
	if err != nil {
		p.fault(At{Attribute: "actual_role_arn"}, "is not valid", err)
	}
	return actual, err == nil
}

func (p *parser) scope(scope string) {
	if scope != "" && scope != scopeV1 && scope != scopeV2 {
		p.fault(At{Attribute: "registry_policy_scope"}, fmt.Sprintf("is %q; expected V1 or V2", scope), nil)
	}
}

func (p *parser) context(context map[string][]string) {
	seen := map[string]string{}
	for _, key := range sortedKeys(context) {
		if other, twice := seen[strings.ToLower(key)]; twice {
			p.fault(At{Attribute: "context", Key: key}, fmt.Sprintf("is the same key as %q: case does not count in the name of a condition key", other), nil)
		}
		seen[strings.ToLower(key)] = key
		if n := len(context[key]); n > 1 && strings.HasPrefix(strings.ToLower(key), "aws:") && !authz.Multivalued(strings.ToLower(key)) {
			p.fault(At{Attribute: "context", Key: key}, fmt.Sprintf("has %d values, but a request carries one of this key; give the one that the statement in question is about", n), nil)
		}
		for _, value := range context[key] {
			if err := authz.CheckValue(key, value); err != nil {
				p.fault(At{Attribute: "context", Key: key}, err.Error(), nil)
			}
		}
	}
}

// document reads one document.
func (p *parser) document(d Document) *policy.Document {
	if d.Text == "" {
		p.fault(d.At, "is empty; leave it out", nil)
		return policy.New()
	}
	doc, err := policy.Parse(d.Text)
	if err != nil {
		p.fault(d.At, "is not a policy document", err)
		return policy.New()
	}
	// AWS accepts no policy without statements, so a misspelt "Statement" would
	// pass for a policy that grants nothing.
	if faults := doc.Faults(); doc.Empty() && len(faults) > 0 {
		p.fault(d.At, "has no statements", faults[0])
	}
	p.doubt(d.At, doc)
	return doc
}

func (p *parser) policies(docs []Document) []namedPolicy {
	var out []namedPolicy
	for _, d := range docs {
		named := namedPolicy{name: d.Name, unknown: d.Text == UnknownText, at: d.At, Document: policy.New()}
		if !named.unknown {
			named.Document = p.document(d)
		}
		out = append(out, named)
	}
	return out
}

func (p *parser) identityPolicies(docs []Document) []namedPolicy {
	docs = slices.Clone(docs)
	for i := range docs {
		docs[i].At = placed(docs[i].At, At{Attribute: "identity_policies", Key: docs[i].Name})
	}
	out := p.policies(docs)
	for i := range out {
		out[i].key, out[i].name = out[i].name, identityPolicyWords(out[i].name)
	}
	return out
}

func identityPolicyWords(key string) string {
	if isManaged(key) {
		return "managed policy " + key
	}
	return "inline policy " + key
}

// isManaged tells a managed policy, whose key is its ARN, from an inline policy,
// whose name cannot have a colon.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func isManaged(key string) bool { return strings.HasPrefix(key, "arn:") }

func (p *parser) single(docs Documents, name, attribute string) []namedPolicy {
	list := slices.Clone(docs.List)
	for i := range list {
		list[i].Name, list[i].At = name, placed(list[i].At, At{Attribute: attribute})
	}
	return p.policies(list)
}

// placed returns the place of a document, or the attribute that shows one that was
// read from AWS.
func placed(at, shown At) At {
	if at.Attribute == "" {
		return shown
	}
	return at
}

func (p *parser) levels(levels Levels) [][]namedPolicy {
	var out [][]namedPolicy
	for _, level := range levels.List {
		out = append(out, p.policies(level))
	}
	return out
}

// completeLevels refuses a level without service control policies: AWS keeps at
// least one attached everywhere, and none would allow nothing.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func (p *parser) completeLevels(levels Levels) {
	for i, level := range levels.List {
		if len(level) == 0 {
			p.fault(At{Attribute: "service_control_policies", Indexes: []int{i}}, "is a level without policies; every level has at least one, FullAWSAccess unless it was replaced", nil)
		}
	}
}

// planRolePolicies lays planned policies over those that stand, by name: what
// stood under that name does not count any more, known or not.
func (p *parser) planRolePolicies(live []namedPolicy, planned []Document) []namedPolicy {
	for _, plan := range p.identityPolicies(planned) {
		same := func(n namedPolicy) bool { return n.key == plan.key }
		if i := slices.IndexFunc(live, same); i >= 0 {
			live[i] = plan
		} else {
			live = append(live, plan)
		}
	}
	return live
}

// planStatements lays planned statements over the repository policy, by Sid.
func (p *parser) planStatements(live []namedPolicy, planned []Document) []namedPolicy {
	if len(planned) == 0 {
		return live
	}
	if len(live) == 0 || live[0].unknown {
		live = append([]namedPolicy{{name: "repository policy", Document: policy.New()}}, live...)
	}
	first := map[string]At{}
	for _, plan := range planned {
		statement, err := policy.ParseStatement(plan.Text)
		if err != nil {
			p.fault(plan.At, "is not a policy statement", err)
			continue
		}
		sid := statement.Sid()
		if other, twice := first[sid]; twice {
			p.fault(plan.At, fmt.Sprintf("has the Sid %q of %s: one of them would replace the other", sid, other), nil)
		}
		if sid == "" {
			p.fault(plan.At, "has no Sid; the Sid tells which statement of the repository policy it replaces", nil)
		}
		p.doubt(plan.At, policy.NewDocument(statement))
		first[sid] = plan.At
		live[0].Document = live[0].Put(statement)
	}
	return live
}

// compile prepares the documents that are known for the engine.
func compile(docs []namedPolicy) []*authz.Policy {
	var out []*authz.Policy
	for _, d := range docs {
		if !d.unknown {
			out = append(out, authz.Compile(d.name, d.Document))
		}
	}
	return out
}

// A Target says who pulls from where.
type Target struct {
	Repository awsname.Repository
	Principal  awsname.Principal
}

// TargetOf returns who pulls from where, or what keeps the input from being judged.
func TargetOf(in Input) (Target, InputErrors) {
	c, faults := newCheck(in)
	return Target{c.repository, c.principal}, faults
}
