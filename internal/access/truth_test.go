package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// TestRegistryDenies: a Deny of the registry policy closes an Allow only if it is for every
// repository of the Allow.
func TestRegistryDenies(t *testing.T) {
	t.Parallel()
	const base = "arn:aws:ecr:us-east-1:987654321098:repository/"
	for name, tt := range map[string]struct {
		allow, deny string
		want        Code
	}{
		"all but those":       {`"Resource":"` + base + `public-*"`, `"NotResource":"` + base + `public-*"`, OpenToEveryone},
		"all but others":      {`"Resource":"` + base + `public-*"`, `"NotResource":"` + base + `other"`, OpenToEveryone},
		"the same":            {`"Resource":"` + base + `public-*"`, `"Resource":"` + base + `public-*"`, ClosedByDeny},
		"more":                {`"Resource":"` + base + `public-*"`, `"Resource":["` + base + `x","` + base + `p*"]`, ClosedByDeny},
		"one more character":  {`"Resource":"` + base + `public-*"`, `"Resource":"` + base + `public-?"`, OpenToEveryone},
		"less":                {`"Resource":["` + base + `public-*","` + base + `x"]`, `"Resource":"` + base + `public-*"`, OpenToEveryone},
		"the registry":        {`"Resource":"*"`, `"Resource":"` + base + `*"`, ClosedByDeny},
		"everything":          {`"Resource":"` + base + `*"`, `"Resource":"*"`, ClosedByDeny},
		"of all but some":     {`"NotResource":"` + base + `x"`, `"Resource":"` + base + `*"`, ClosedByDeny},
		"of all but some, of": {`"NotResource":"` + base + `x"`, `"Resource":"` + base + `z*"`, OpenToEveryone},
	} {
		s := registry()
		s.RegistryPolicy = doc(statementJSON("A", "Allow", `"*"`, pull+","+tt.allow), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*",`+tt.deny))
		if got := codesOf(Of(Input{Snapshot: s})); !slices.Equal(got, []string{string(tt.want)}) {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
}

// TestUnread: what was not read is told, and nothing is said as if it were known.
func TestUnread(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("S", "Allow", aws(role), pull))
	for _, d := range []snapshot.Document{{}, snapshot.DocumentOf(`{"Statement":5}`)} {
		s.ResourceControlPolicies = &[]snapshot.Level{{Policies: []snapshot.ControlPolicy{{Name: "p", Document: d}}}}
		if r := Of(Input{Snapshot: s}); r.Complete || !strings.Contains(strings.Join(r.Notes, "\n"), "The resource control policy p is not in the snapshot or cannot be read: it can deny some of this, and never allows more.") {
			t.Errorf("complete: %t, notes %q", r.Complete, r.Notes)
		}
	}
	for name, templates := range map[string]*[]snapshot.CreationTemplate{
		"Creation templates are not in the snapshot":   nil,
		"Repositories that ECR creates later":          {{Prefix: "ROOT", Policy: snapshot.DocumentOf("{}")}},
		"The policy of a creation template is not in ": {{Prefix: "ROOT"}},
		"": {{Prefix: "ROOT", Policy: snapshot.DocumentOf("")}},
	} {
		s.CreationTemplates = templates
		notes := strings.Join(Of(Input{Snapshot: s}).Notes, "\n")
		if !strings.Contains(notes, name) || name == "" && strings.Contains(strings.ToLower(notes), "creat") {
			t.Errorf("notes %q, want %q", notes, name)
		}
	}
	s.Repositories[0].Policy = snapshot.Document{}
	for _, suppressions := range [][]Suppression{nil, {{Code: PolicyNotRead, Reason: "r"}}} {
		if text := Of(Input{Snapshot: s, Suppressions: suppressions}).Summary(); !strings.Contains(text, "opens the door to nobody that is known.") {
			t.Error(text)
		}
	}
}

// TestUnusedSuppression: one that may match something that was not read is not called unused.
func TestUnusedSuppression(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		repository     string // that could not be read
		of             string // the only one of the report
		suppression    Suppression
		controlsUnread bool
		want           bool
	}{
		"all read":                       {"", "", Suppression{Code: WholeAccount}, false, true},
		"one not read":                   {"b", "", Suppression{Code: WholeAccount}, false, false},
		"another not read":               {"b", "", Suppression{Code: WholeAccount, Repository: "payment-service"}, false, true},
		"itself not read":                {"b", "", Suppression{Code: WholeAccount, Repository: "b"}, false, false},
		"report of one":                  {"", "payment-service", Suppression{Code: WholeAccount}, false, false},
		"report of it":                   {"", "payment-service", Suppression{Code: WholeAccount, Repository: "payment-service"}, false, true},
		"report of another":              {"", "payment-service", Suppression{Code: WholeAccount, Repository: "b"}, false, false},
		"registry policy not read":       {"registry", "", Suppression{Code: NeedlessGrant, Repository: "b"}, false, false},
		"Deny, control policies unknown": {"", "", Suppression{Code: ClosedByDeny}, true, false},
		"control policies unknown":       {"", "", Suppression{Code: WeakCondition}, true, true},
	} {
		s := registry(statementJSON("S", "Allow", aws(role), pull))
		s.Repositories = append(s.Repositories, snapshot.Repository{Name: "b", Policy: snapshot.DocumentOf("")})
		switch tt.repository {
		case "b":
			s.Repositories[1].Policy = snapshot.Document{}
		case "registry":
			s.RegistryPolicy = snapshot.Document{}
		}
		if tt.controlsUnread {
			s.ResourceControlPolicies = nil
		}
		tt.suppression.Reason = "r"
		r := Of(Input{Snapshot: s, Repository: tt.of, Suppressions: []Suppression{tt.suppression}})
		if got := slices.Contains(codesOf(r), string(UnusedSuppression)); got != tt.want {
			t.Errorf("%s: %t, want %t", name, got, tt.want)
		}
	}
}
