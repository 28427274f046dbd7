// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// The parts of an access denied message.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const (
	denialPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	notAllowed = "not authorized to perform"
	because    = " because no "
	explicit   = " with an explicit deny"
)

// maxDenials is how many access denied messages of one text are read.
const maxDenials = 100

// maxPrincipal is how far before "is not authorized" the principal may begin.
const maxPrincipal = 512

var actionPattern = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9*]+$`)

// canonical returns an action with its service in small letters, as AWS writes it.
func canonical(action string) string {
	service, name, _ := strings.Cut(action, ":")
	return lower(service) + ":" + name
}

// denials reads all access denied messages of a text.
func denials(text, small string) []Finding {
	var found []Finding
	for from := 0; len(found) < maxDenials; {
		i := strings.Index(small[from:], notAllowed)
		if i < 0 {
			break
		}
		f := denial(text, small, from+i)
		from = max(f.end, from+i+len(notAllowed))
		if f.Action == "" && f.Principal == "" {
			f.strength = atAccessDenied
		}
		found = append(found, f)
	}
	if len(found) == 0 {
		return endOfDenial(text, small)
	}
	return found
}

// endOfDenial reads a message of which only the end was pasted: it names the type of policy
// and the action.
func endOfDenial(text, small string) []Finding {
	for _, t := range policyTypes {
		phrase := "no " + lower(wording.Of(t).Phrase) + " allows the "
		at := strings.Index(small, phrase)
		if at < 0 {
			continue
		}
		p := parser{text: text, small: small, i: at + len(phrase)}
		action := p.word()
		if !strings.HasPrefix(lower(action), "ecr:") || !actionPattern.MatchString(action) || !p.skip(" action") {
			continue
		}
		f := Finding{
			Pattern: "access_denied", Source: denialPage, Kind: Policy, at: at, end: p.i, strength: atDenial,
			denial: true, complete: true, Action: canonical(action), PolicyTypes: sameResourceSide(t),
		}
		f.judge()
		return []Finding{f}
	}
	return nil
}

// denial reads the message in which notAllowed is at a place.
func denial(text, small string, at int) Finding {
	f := Finding{Pattern: "access_denied", Source: denialPage, Kind: Policy, at: at, strength: atDenial, denial: true}
	window := small[max(0, at-maxPrincipal):at]
	if user := strings.LastIndex(window, "user:"); user >= 0 {
		f.at = at - len(window) + user
		f.Principal = principal(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text[f.at+len("user:"):at]), " is")))
	}
	p := parser{text: text, small: small, i: at + len(notAllowed)}
	p.skip(":")
	p.skip(" ")
	if action := p.word(); actionPattern.MatchString(action) && (p.i < len(text) || !strings.HasPrefix(lower(action), "ecr:") || actionset.IsAction(action)) {
		f.Action = canonical(action)
	}
	if p.skip(" on resource") {
		p.skip(":")
		p.skip(" ")
		resource := p.word()
		f.setResource(resource)
	}
	p.reason(&f)
	f.end = p.i
	f.judge()
	if f.Certainty == Ambiguous && strings.HasSuffix(strings.TrimSuffix(strings.TrimSpace(window), " is"), "service principal") {
		f.PolicyTypes, f.Side, f.Certainty = sameResourceSide(authz.RepositoryPolicy), Registry, Likely // A service has no policies of its own.
	}
	return f
}

// principal returns what a message names as the user, or "" if that is no name.
func principal(text string) string {
	text = strings.Trim(text, `"'`+"`")
	if text == "" || strings.Contains(text, " ") {
		return ""
	}
	return printed.Name(text)
}

func (f *Finding) setResource(text string) {
	f.Resource = printed.Name(text)
	if repository, err := awsname.ParseRepositoryARN(text); err == nil {
		f.Account, f.Region, f.Repository = repository.Account, repository.Region, repository.Name
		return
	}
	if bucket, found := strings.CutPrefix(text, "arn:aws:s3:::"); found {
		f.Region = regionOf(bucket)
	}
	// Logs mask account IDs: what is left of the ARN still says something.
	if arn, err := awsname.ParseARN(text); err == nil && arn.Service == "ecr" {
		if awsname.IsRegion(arn.Region) {
			f.Region = arn.Region
		}
		if awsname.IsAccountID(arn.Account) {
			f.Account = arn.Account
		}
		if name, found := strings.CutPrefix(arn.Resource, "repository/"); found && awsname.CheckRepositoryName(name) == nil {
			f.Repository = name
		}
	}
}

// A parser reads a text from a place on.
type parser struct {
	text, small string
	i           int
}

// skip moves behind a word, if it comes next.
func (p *parser) skip(word string) bool {
	found := strings.HasPrefix(p.small[p.i:], word)
	if found {
		p.i += len(word)
	}
	return found
}

// maxWord is the length of the longest word: an ARN of a policy or a role session.
const maxWord = 2048

// word returns the text up to the next space, without quotes and marks at its end.
func (p *parser) word() string {
	rest := p.text[p.i:min(len(p.text), p.i+maxWord)]
	end := strings.IndexByte(rest, ' ')
	if end < 0 {
		end = len(rest)
	}
	word := strings.TrimRight(rest[:end], ".,;:!)]}>\"'`")
	p.i += len(word)
	return strings.TrimLeft(word, "\"'`(<[")
}

// policyTypes are the types in the words of AWS, the longest first.
var policyTypes = []authz.PolicyType{
	authz.ResourceControlPolicy, authz.ServiceControlPolicy, authz.IdentityPolicy, authz.RepositoryPolicy,
	authz.PermissionsBoundary, authz.VPCEndpointPolicy, authz.SessionPolicy,
}

// reason reads why it is denied: by which type of policy, and whether a statement denies.
func (p *parser) reason(f *Finding) {
	for p.i < len(p.text) && strings.IndexByte("\"'.,;", p.text[p.i]) >= 0 {
		p.i++
	}
	switch {
	case p.skip(because):
	case p.skip(explicit):
		f.ExplicitDeny, f.complete = true, true
		if !p.skip(" in a ") && !p.skip(" in an ") && !p.skip(" in the ") {
			return
		}
	default:
		return
	}
	rest := p.small[p.i:]
	for _, t := range policyTypes {
		phrase := lower(wording.Of(t).Phrase)
		if strings.HasPrefix(rest, phrase) || len(rest) > 4 && strings.HasPrefix(phrase, rest) { // The second: the text ends here.
			f.PolicyTypes, f.complete = sameResourceSide(t), true
			p.i += min(len(phrase), len(rest))
			break
		}
	}
	if f.ExplicitDeny && p.skip(": ") {
		if arn := p.word(); strings.HasPrefix(arn, "arn:") {
			f.PolicyARN = printed.Name(arn)
		}
	}
}

// sameResourceSide returns the policy types that AWS calls by one name: the repository
// policy and the registry policy are resource-based policies.
func sameResourceSide(t authz.PolicyType) []authz.PolicyType {
	if t == authz.RepositoryPolicy {
		return []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy}
	}
	return []authz.PolicyType{t}
}

// consumerTypes are the policies that can deny a call to the caller's own account.
var consumerTypes = []authz.PolicyType{authz.IdentityPolicy, authz.PermissionsBoundary, authz.SessionPolicy, authz.ServiceControlPolicy, authz.VPCEndpointPolicy}

// judge sets the side, and how certain it is, from the action and the policy type.
func (f *Finding) judge() {
	service, _, _ := strings.Cut(f.Action, ":")
	named := len(f.PolicyTypes) > 0
	f.Certainty = Certain
	switch {
	case f.isLogin():
		f.Side = Consumer
		if !named {
			f.PolicyTypes = consumerTypes
		}
	case service == "ecr" || f.Action == "":
		switch {
		case named:
			f.Side = sideOf(f.PolicyTypes[0])
		default:
			f.Side, f.Certainty = Both, Ambiguous
		}
	case service == "ecr-public" || f.Action == "sts:GetServiceBearerToken":
		f.Kind, f.Side, f.Pattern = OtherRegistry, Consumer, "public_ecr_access_denied"
	case service == "sts":
		f.Side, f.Pattern, f.Kind = Consumer, "role_not_assumed", Credentials
	case service == "s3":
		f.Side, f.Pattern = Consumer, "layers_access_denied"
		if !named {
			f.Certainty = Likely
		}
		if named && f.PolicyTypes[0] == authz.VPCEndpointPolicy {
			f.PolicyTypes = []authz.PolicyType{authz.S3EndpointPolicy}
		}
	case service == "kms":
		f.Kind, f.Candidates, f.Side, f.Certainty, f.Pattern = NotAPull, []Kind{KMS}, UnknownSide, Likely, "key_access_denied" // ECR uses a grant of its own.
	case service == "secretsmanager" || service == "ssm" || service == "logs":
		f.Side, f.Pattern, f.Kind = Consumer, "task_access_denied", NotAPull
	default:
		f.Side, f.Pattern, f.Kind = UnknownSide, "other_access_denied", NotAPull
	}
	if service != "ecr" && f.Action != "" {
		f.strength = atOtherDenial
	}
}

// isLogin reports whether the action is the login, which is a call to the caller's own
// account.
func (f *Finding) isLogin() bool { return strings.EqualFold(f.Action, actionset.TokenAction) }

func sideOf(t authz.PolicyType) Side {
	if wording.Of(t).Registry {
		return Registry
	}
	return Consumer
}

// authorizationID returns the ID under which AWS has the details of a denial.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func authorizationID(text, small string) string {
	for _, mark := range []string{"authorization-details/", "authorization id: ", "authorization id "} {
		if i := strings.Index(small, mark); i >= 0 {
			p := parser{text: text, small: small, i: i + len(mark)}
			if id := p.word(); idPattern.MatchString(id) {
				return id
			}
		}
	}
	return ""
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{3,127}$`)
