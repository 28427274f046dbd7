package authz

import (
	"fmt"
	"slices"
	"strings"
)

// phrases are AWS's names of the layers in its access denied messages.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var phrases = map[LayerName]string{
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
		d.Statements = e.matching(allow, r)
		d.Reason = e.allowedReason(&d)
	case Denied:
		d.DeniedBy = r.deniedBy
		if d.DeniedBy == nil {
			d.DeniedBy = r.base.deniers(e)
		}
		d.Statements = e.matching(deny, r)
		d.Explicit = r.base.denied() == yes
		d.NearMisses = e.nearMisses(&d)
		d.Reason = e.deniedReason(&d)
	case Conditional:
		d.UndecidedBy = r.base.undecided(e)
		d.Statements = e.matching(eitherEffect, r)
		for _, k := range r.keys {
			d.UnknownKeys = append(d.UnknownKeys, UnknownKey{Key: k.written, Values: k.texts})
		}
		d.Reason = e.conditionalReason(&d)
	}
	return d
}

// matching lists the statements that decide: those of the effect that apply, or
// for eitherEffect those that may apply. Where only cases could decide, those
// that may apply are in it too.
func (e *evaluation) matching(wanted effect, r ruling) []StatementRef {
	byCases := r.base.verdict(e) == Conditional
	var refs []StatementRef
	e.eachStatement(func(name LayerName, kind layerKind, s *statement) {
		t, _ := s.match(e, kind)
		applies := t == yes || t == maybe && byCases
		if wanted == eitherEffect {
			applies = t == maybe
		} else if s.effect != wanted {
			return
		}
		if applies {
			ref := s.ref
			ref.Layer = name
			refs = append(refs, ref)
		}
	})
	return refs
}

// subject is the beginning of AWS's access denied message.
func (e *evaluation) subject() string {
	return e.req.Principal + " is %s to perform: " + e.req.Action + " on resource: " + e.req.Resource
}

func (e *evaluation) allowedReason(d *Decision) string {
	text := "Allowed: " + fmt.Sprintf(e.subject(), "authorized")
	if names := describeAll(d.Statements); names != "" {
		text += ", by " + names
	}
	return text + "."
}

func (e *evaluation) deniedReason(d *Decision) string {
	var causes []string
	for _, name := range d.DeniedBy {
		var refs []StatementRef
		for _, ref := range d.Statements {
			if ref.Layer == name {
				refs = append(refs, ref)
			}
		}
		if len(refs) > 0 {
			causes = append(causes, "with an explicit deny in "+article(phrases[name])+": "+describeAll(refs))
			continue
		}
		causes = append(causes, "because no "+phrases[name]+" allows the "+e.req.Action+" action")
	}
	sentences := []string{"Denied: " + fmt.Sprintf(e.subject(), "not authorized") + " " + strings.Join(causes, "; and ") + "."}
	for _, miss := range d.NearMisses {
		sentences = append(sentences, "Closest in the "+layerTitle(miss.Layer)+" is "+miss.describe()+": "+miss.Reason+".")
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
	text += "."
	for _, k := range d.UnknownKeys {
		text += " It hangs on the condition key " + k.Key
		if len(k.Values) > 0 {
			text += ", which is compared with " + list(k.Values)
		}
		text += "."
	}
	for _, name := range d.UndecidedBy {
		if e.incomplete(name) {
			text += " The " + layerTitle(name) + " is not known in full."
		}
	}
	e.eachStatement(func(name LayerName, kind layerKind, s *statement) {
		if t, _ := s.match(e, kind); t == maybe {
			for _, problem := range e.problems(s, kind) {
				text += " " + layerTitleCapital(name) + " " + quoted(s.ref.Policy) + ": " + problem + "."
			}
		}
	})
	if e.foreignPartition() {
		text += " Principal and resource are in different partitions, " + e.caller.Partition + " and " + e.partition + "."
	}
	return text
}

// problems says why AWS would refuse a statement in the place where it stands.
func (e *evaluation) problems(s *statement, kind layerKind) []string {
	problems := slices.Clone(s.problems)
	if !s.opaque && s.misplaced(kind) {
		wrong := "a policy of this kind needs Principal and Resource"
		if kind == callerPolicy {
			wrong = "a policy of this kind has Resource and no Principal"
		}
		problems = append(problems, fmt.Sprintf("statement %d, line %d: %s", s.ref.Index, s.ref.Line, wrong))
	}
	return problems
}

// incomplete reports whether a layer may have policies that were not given.
func (e *evaluation) incomplete(name LayerName) bool {
	return slices.ContainsFunc(e.layers(), func(l placedLayer) bool { return l.name == name && l.layer.Unknown })
}

// layerTitle is how a layer is called in explanations.
func layerTitle(name LayerName) string {
	switch name {
	case IdentityPolicy:
		return "identity-based policies"
	case VPCEndpointPolicy:
		return "VPC endpoint policy"
	default:
		return strings.ReplaceAll(string(name), "_", " ")
	}
}

func layerTitleCapital(name LayerName) string {
	title := layerTitle(name)
	return strings.ToUpper(title[:1]) + title[1:]
}

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
func list(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}
