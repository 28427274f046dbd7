package authz

import (
	"fmt"
	"slices"
	"strings"
)

// phrases are AWS's names of the layers in its access denied messages.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var phrases = map[PolicyType]string{
	IdentityPolicy:        "identity-based policy",
	PermissionsBoundary:   "permissions boundary",
	SessionPolicy:         "session policy",
	ServiceControlPolicy:  "service control policy",
	ResourceControlPolicy: "resource control policy",
	VPCEndpointPolicy:     "VPC endpoint policy",
	RepositoryPolicy:      "resource-based policy",
	RegistryPolicy:        "resource-based policy",
}

// explain turns a ruling into a decision with its reasons.
func (e *evaluation) explain(r ruling) Decision {
	d := Decision{Action: e.req.Action, Verdict: r.verdict}
	switch r.verdict {
	case Allowed:
		d.Statements, d.Cases = e.matching(allow, r), e.casesOf(r)
		d.Reason = e.allowedReason(&d) + inEveryCase(r)
	case Denied:
		d.DeniedBy, d.Explicit = r.base.deniers(e), r.base.denied() == yes
		if r.cases != nil {
			d.DeniedBy, d.Explicit = r.cases.deniedBy(), r.cases.explicit
		}
		d.Statements, d.Cases = e.matching(deny, r), e.casesOf(r)
		d.NearMisses = e.nearMisses(&d)
		d.Reason = e.deniedReason(&d) + inEveryCase(r)
	case Conditional:
		d.UndecidedBy = r.base.undecided(e)
		d.Statements = e.matching(eitherEffect, r)
		for _, k := range r.keys {
			d.UnknownKeys = append(d.UnknownKeys, UnknownKey{k.written, k.texts, k.allowing, k.denying, k.mustBePresent, k.mustBeAbsent})
		}
		d.Reason = e.conditionalReason(&d)
	}
	return d
}

// casesOf says on what it depends which reasons hold.
func (e *evaluation) casesOf(r ruling) Cases {
	if r.cases == nil {
		return Cases{}
	}
	always, sometimes := r.cases.deniers()
	lacking := (always | sometimes) & r.cases.lacking
	return Cases{Keys: r.cases.keys, Statements: e.matching(eitherEffect, r), Lacking: lacking.names(), Sometimes: sometimes.names()}
}

// inEveryCase adds that a verdict holds although keys are unknown.
func inEveryCase(r ruling) string {
	if r.cases == nil {
		return ""
	}
	return " This holds whatever the request has as " + list(r.cases.keys) + "."
}

// matching lists the statements that decide: those of the effect that apply, or
// for eitherEffect those that may apply. Where only cases could decide, those
// that may apply are in it too.
func (e *evaluation) matching(wanted effect, r ruling) []StatementRef {
	var refs []StatementRef
	for i := range e.findings {
		f := &e.findings[i]
		applies := f.applies == yes || r.cases != nil
		if wanted == eitherEffect {
			applies = f.applies == maybe || f.open && r.verdict == Conditional
		} else if f.statement.effect != wanted {
			continue
		}
		if applies {
			refs = append(refs, f.ref())
		}
	}
	return refs
}

// subject is the beginning of AWS's access denied message.
func (e *evaluation) subject() string {
	return e.req.Principal + " is %s to perform: " + e.req.Action + " on resource: " + e.resource
}

func (e *evaluation) allowedReason(d *Decision) string {
	text := "Allowed: " + fmt.Sprintf(e.subject(), "authorized")
	if names := describeAll(d.Statements); names != "" {
		text += ", by " + names
	}
	return text + "."
}

func (e *evaluation) deniedReason(d *Decision) string {
	var causes, alternatives []string
	for _, name := range d.DeniedBy {
		var cause string
		var refs []StatementRef
		for _, ref := range d.Statements {
			if ref.Layer == name {
				refs = append(refs, ref)
			}
		}
		explicit := "with an explicit deny in " + article(phrases[name]) + ": " + describeAll(refs)
		implicit := "because no " + phrases[name] + " allows the " + e.req.Action + " action"
		switch {
		case len(refs) == 0:
			cause = implicit
		case slices.Contains(d.Cases.Lacking, name): // now this, now that, as the unknown keys will have it
			cause = implicit + ", or " + explicit
		default:
			cause = explicit
		}
		if slices.Contains(d.Cases.Sometimes, name) {
			alternatives = append(alternatives, cause)
		} else {
			causes = append(causes, cause)
		}
	}
	if len(alternatives) > 0 {
		causes = append(causes, strings.Join(alternatives, "; or "))
	}
	sentences := []string{"Denied: " + fmt.Sprintf(e.subject(), "not authorized") + " " + strings.Join(causes, "; and ") + "."}
	for _, miss := range d.NearMisses {
		place := "the " + layerTitle(miss.Layer)
		if miss.Level > 0 {
			place = fmt.Sprintf("level %d of the service control policies, which lacks an Allow,", miss.Level)
		}
		sentences = append(sentences, "Closest in "+place+" is "+miss.describe()+": "+miss.Reason+".")
	}
	return strings.Join(sentences, " ")
}

func (e *evaluation) conditionalReason(d *Decision) string {
	text := "Conditional: whether " + fmt.Sprintf(e.subject(), "authorized") + " cannot be decided"
	var layers []string
	for _, name := range d.UndecidedBy {
		layers = append(layers, "the "+layerTitle(name))
	}
	if len(layers) > 0 {
		text += " for " + list(layers)
	}
	sentences := []string{text}
	var keys []string
	for _, k := range d.UnknownKeys {
		sentence := "It hangs on the condition key " + k.Key
		if needs := k.Needs(); needs != "" {
			sentence += ", which " + needs
		}
		keys = append(keys, sentence)
	}
	sentences = append(sentences, capped(keys, "condition keys")...)
	for _, name := range d.UndecidedBy {
		if e.incomplete(name) {
			sentences = append(sentences, capital(layerTitle(name))+": there may be more than was given")
		}
	}
	var doubts []string
	for i := range e.findings {
		f := &e.findings[i]
		if f.applies != maybe {
			continue
		}
		for _, doubt := range e.doubts(f.statement, f.kind) {
			doubts = append(doubts, capital(f.ref().describe())+": "+doubt)
		}
	}
	sentences = append(sentences, capped(doubts, "doubts")...)
	if e.foreignPartition() {
		sentences = append(sentences, "Principal and resource are in different partitions, "+e.caller.Partition+" and "+e.partition)
	}
	if e.noSuchCall() {
		sentences = append(sentences, e.req.Action+" is for one resource: name it")
	}
	if e.serviceWithoutResource() {
		sentences = append(sentences, "AWS does not say what lets a service perform "+e.req.Action)
	}
	return strings.Join(sentences, ". ") + "."
}

// Needs says what the key must be, as in "must be vpce-0abc" or "must be
// present"; empty when the policies do not say.
func (k UnknownKey) Needs() string {
	switch {
	case k.MustBeAbsent:
		return "must be absent"
	case len(k.Allowing) > 0:
		return "must be " + enumerate(k.Allowing, "or")
	case k.MustBePresent && len(k.Denying) > 0:
		return "must be present, and not " + enumerate(k.Denying, "or")
	case k.MustBePresent && len(k.Values) == 0:
		return "must be present"
	case len(k.Denying) > 0:
		return "must not be " + enumerate(k.Denying, "or")
	case len(k.Values) > 0:
		return "is compared with " + list(k.Values)
	default:
		return ""
	}
}

// doubts says why a statement cannot be decided, unknown keys apart.
func (e *evaluation) doubts(s *statement, kind layerKind) []string {
	doubts := slices.Clone(s.problems)
	if s.opaque {
		return doubts
	}
	if s.misplaced(kind) {
		wrong := "a policy of this kind needs Principal and Resource"
		if kind == callerPolicy {
			wrong = "a policy of this kind has Resource and no Principal"
		}
		doubts = append(doubts, wrong)
	}
	if kind != callerPolicy && len(s.problems) == 0 {
		if t, _ := s.principals.match(e); t == maybe {
			doubts = append(doubts, "whether its "+s.element("Principal")+" means "+e.req.Principal+" cannot be told")
		}
	}
	mark := len(e.touched)
	if len(s.problems) == 0 && s.matchResource(e) == maybe && len(e.touched) == mark {
		doubts = append(doubts, "whether its "+s.element("Resource")+" means "+e.resource+" cannot be told")
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		state, values := e.lookup(c.key)
		mark = len(e.touched)
		if c.problem != "" || state != known || c.match(e) != maybe || len(e.touched) > mark {
			continue
		}
		doubt := fmt.Sprintf("AWS does not say for certain how %s compares %s with %s", c.test, describeValues(c.written, state, values), list(c.texts))
		if c.quantifier == single && len(values) > 1 {
			doubt += ": several values need ForAllValues or ForAnyValue"
		}
		doubts = append(doubts, doubt)
	}
	return doubts
}

// incomplete reports whether a layer may have policies that were not given.
func (e *evaluation) incomplete(name PolicyType) bool {
	return slices.ContainsFunc(e.pol.at(name), func(l Layer) bool { return l.Unknown })
}

// layerTitle is how a layer is called in explanations.
func layerTitle(name PolicyType) string {
	switch name {
	case IdentityPolicy:
		return "identity-based policies"
	case VPCEndpointPolicy:
		return "VPC endpoint policy"
	default:
		return strings.ReplaceAll(string(name), "_", " ")
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func article(noun string) string {
	if strings.HasPrefix(noun, "identity") {
		return "an " + noun
	}
	return "a " + noun
}

// describe names a statement as in: statement 0 (Sid "AllowPull", line 4) of "repository policy".
func (r StatementRef) describe() string {
	sid := ""
	if r.Sid != "" {
		sid = "Sid " + quoted(r.Sid) + ", "
	}
	return fmt.Sprintf("statement %d (%sline %d) of %s", r.Index, sid, r.Line, quoted(r.Policy))
}

func describeAll(refs []StatementRef) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.describe()
	}
	return list(texts)
}

func quoted(s string) string { return `"` + s + `"` }

// list joins texts as in: a, b and c.
func list(texts []string) string { return enumerate(texts, "and") }

// shown is how many of many things a reason names before it counts the others.
const shown = 5

func enumerate(texts []string, conjunction string) string {
	texts = capped(texts, "")
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " " + conjunction + " " + texts[last]
}

// capped returns the first few of many texts, and how many others there are.
func capped(texts []string, what string) []string {
	if len(texts) <= shown+1 {
		return texts
	}
	others := strings.TrimSpace(fmt.Sprintf("%d more %s", len(texts)-shown, what))
	return append(slices.Clone(texts[:shown]), others)
}
