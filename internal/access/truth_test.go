// SPDX-License-Identifier: MPL-2.0

package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
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

// TestOpenForServices: a Deny that lets AWS services pass leaves the door open, as every customer
// can use them.
func TestOpenForServices(t *testing.T) {
	t.Parallel()
	const outsiders = `"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`
	deny := func(conditions string) string {
		return statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*","Condition":{`+conditions+`}`)
	}
	callers := deny(outsiders + `,"Bool":{"aws:PrincipalIsAWSService":"false"}`)
	for name, tt := range map[string]struct {
		denies []string
		want   Code
	}{
		"services pass":             {[]string{callers}, OpenToEveryone},
		"services, too":             {[]string{deny(outsiders)}, OpenButForDeny},
		"services for outsiders":    {[]string{callers, deny(`"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:PrincipalIsAWSService":"true"}`)}, OpenButForDeny},
		"one service alone":         {[]string{callers, statementJSON("E", "Deny", `{"Service":"lambda.amazonaws.com"}`, `"Action":"ecr:*"`)}, OpenToEveryone},
		"services without a source": {[]string{callers, deny(`"StringNotEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceOrgID":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}`)}, OpenToEveryone},
	} {
		r := Of(Input{Snapshot: registry(append(tt.denies, statementJSON("S", "Allow", `"*"`, pull))...)})
		if got := codesOf(r); !slices.Equal(got, []string{string(tt.want)}) {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
		if found := findingsOf(r)[0]; strings.Contains(found, "AWS services, which every customer can use") != (tt.want == OpenToEveryone) {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// TestTagsOfToday: tags can change at any time, so that nothing is called needless or in vain
// because of those that a repository has today.
func TestTagsOfToday(t *testing.T) {
	t.Parallel()
	tagged := func(value string) string { return condition("StringEquals", "aws:ResourceTag/team", `"`+value+`"`) }
	plain := statementJSON("Plain", "Allow", aws(role), pull)
	for name, tt := range map[string]struct {
		statements []string
		entries    int
		denied     Denial
	}{
		"quarantine":         {[]string{plain, statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*",`+tagged("payments"))}, 1, EntirelyDenied},
		"met":                {[]string{statementJSON("S", "Allow", aws(role), pull+","+tagged("payments"))}, 1, NotDenied},
		"not met":            {[]string{statementJSON("S", "Allow", aws(role), pull+","+tagged("reports"))}, 0, NotDenied},
		"ecr:ResourceTag":    {[]string{statementJSON("S", "Allow", aws(role), pull+","+condition("StringEquals", "ecr:ResourceTag/none", `"x"`))}, 0, NotDenied},
		"met, others beside": {[]string{statementJSON("S", "Allow", aws(role), `"Action":["ecr:BatchGetImage"],`+tagged("payments")), statementJSON("T", "Allow", aws(role), `"Action":["ecr:BatchGetImage"],`+condition("StringEquals", "aws:SourceVpce", `"vpce-1"`))}, 2, NotDenied},
	} {
		r := Of(Input{Snapshot: registry(tt.statements...)})
		if len(r.Findings) > 0 || len(r.Entries) != tt.entries || tt.entries > 0 && r.Entries[0].Denied != tt.denied {
			t.Errorf("%s: %d entries, findings %q", name, len(r.Entries), findingsOf(r))
		}
	}
}

// TestNeedlessWildcard: what allows actions that AWS adds later is needless only beside what
// allows them, too.
func TestNeedlessWildcard(t *testing.T) {
	t.Parallel()
	const known = `"Action":["ecr:BatchGetImage","ecr:BatchGetRepositoryScanningConfiguration"]`
	for name, tt := range map[string]struct {
		first, second string
		want          bool // the second one is needless
	}{
		"all that is known":  {known, `"Action":"ecr:BatchGet*"`, false},
		"the same pattern":   {`"Action":"ecr:batchget*"`, `"Action":"ecr:BatchGet*"`, true},
		"a wider pattern":    {`"Action":"ecr:B*"`, `"Action":"ecr:BatchGet*"`, true},
		"a narrower pattern": {`"Action":["ecr:BatchGetI*","ecr:BatchGetR*"]`, `"Action":"ecr:BatchGet*"`, false},
		"a list":             {`"Action":"ecr:BatchGet*"`, known, true},
	} {
		r := Of(Input{Snapshot: registry(statementJSON("S", "Allow", aws(role), tt.first), statementJSON("T", "Allow", aws(role), tt.second))})
		got := strings.Contains(strings.Join(findingsOf(r), "\n"), `needless_grant: Statement "T"`)
		if got != tt.want {
			t.Errorf("%s: %t, want %t", name, got, tt.want)
		}
	}
}

// TestNoChangedStatement: no statement is given that would be empty, that could not be written, or
// that would take away what the statement is for.
func TestNoChangedStatement(t *testing.T) {
	t.Parallel()
	push := `"Action":["` + strings.Join(actionset.Actions(actionset.Push), `","`) + `"]`
	for name, statements := range map[string][]string{
		"NotAction, everyone": {statementJSON("S", "Allow", `"*"`, `"NotAction":"ecr:PutImage"`)},
		"NotAction, deleted":  {statementJSON("S", "Allow", aws(role, "AROAEXAMPLEEXAMPLE999"), `"NotAction":"ecr:PutImage"`)},
		"repeated Sid":        {statementJSON("S", "Allow", aws(role), `"Action":"ecr:*"`), statementJSON("S", "Allow", aws(roleInSame), pull)},
		"push":                {statementJSON("S", "Allow", aws(role), push)},
		"push and one more":   {statementJSON("S", "Allow", aws(role), strings.Replace(push, "[", `["ecr:DeleteRepository",`, 1))},
		"metadata":            {statementJSON("S", "Allow", aws(role), `"Action":["`+strings.Join(actionset.Actions(actionset.ReadMetadata), `","`)+`"]`)},
	} {
		for _, f := range Of(Input{Snapshot: registry(statements...), OrganizationID: organized}).Findings {
			if isList := f.Code == ActionWildcard && name == "NotAction, everyone"; !isList && (f.Statement != "" || f.HCL != "") {
				t.Errorf("%s: %s: %s\n%s", name, f.Code, f.Statement, f.HCL)
			}
		}
	}
}

// TestMembershipOfConditions: all conditions must be met, so that one that names only insiders is
// enough to be inside; outside needs one that names only outsiders.
func TestMembershipOfConditions(t *testing.T) {
	t.Parallel()
	const service, in, out = `{"Service":"lambda.amazonaws.com"}`, consumer, "111122223333"
	sources := func(conditions string) string { return pull + `,"Condition":{` + conditions + `}` }
	for name, tt := range map[string]struct {
		rest     string
		want     Membership
		sentence string
	}{
		"inside by ARN":        {sources(`"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:` + in + `:function:*"},"StringEquals":{"aws:SourceAccount":["` + in + `","` + out + `"]}`), Inside, ""},
		"inside by ID":         {sources(`"StringEquals":{"aws:SourceOrgID":"` + organized + `","aws:SourceAccount":"` + out + `"}`), Inside, ""},
		"mixed":                {sources(`"StringEquals":{"aws:SourceAccount":["` + in + `","` + out + `"]}`), MembershipUnknown, ""},
		"outside":              {sources(`"StringEquals":{"aws:SourceAccount":["` + out + `"]}`), Outside, "service lambda.amazonaws.com on behalf of 111122223333, which is not in"},
		"outside by ARN":       {sources(`"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:` + out + `:function:*"},"StringEquals":{"aws:SourceAccount":["` + in + `","` + out + `"]}`), Outside, "on behalf of 111122223333, which"},
		"outside organization": {sources(`"StringEquals":{"aws:SourceOrgID":"o-b1b2c3d4e5"}`), Outside, "on behalf of o-b1b2c3d4e5, which"},
	} {
		r := Of(Input{Snapshot: registry(statementJSON("S", "Allow", service, tt.rest)), OrganizationID: organized, OrganizationAccounts: []string{in}})
		found := strings.Join(findingsOf(r), "\n")
		if got := r.Entries[0].InOrganization; got != tt.want || !strings.Contains(found, tt.sentence) || (tt.want == Outside) != strings.Contains(found, string(OutsideOrganization)) {
			t.Errorf("%s: %q, want %q; findings %s", name, got, tt.want, found)
		}
	}
}

// TestMeansNobody: a statement that means nobody does not vanish, and is no entry.
func TestMeansNobody(t *testing.T) {
	t.Parallel()
	const china = "arn:aws-cn:iam::123456789012:role/app"
	ofOther := pull + "," + condition("ArnEquals", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/x"`)
	for name, tt := range map[string]struct {
		statement string
		want      []string
	}{
		"condition of another account":      {statementJSON("S", "Allow", aws(root), ofOther), []string{"never_applies"}},
		"beside a deleted role":             {statementJSON("S", "Allow", aws(root, "AROAEXAMPLEEXAMPLE999"), ofOther), []string{"deleted_principal", "never_applies"}},
		"no principal":                      {`{"Sid":"S","Effect":"Allow",` + pull + `}`, []string{"never_applies"}},
		"another partition":                 {statementJSON("S", "Allow", aws(china), pull), []string{"other_partition"}},
		"condition of another partition":    {statementJSON("S", "Allow", aws(root), pull+","+condition("ArnEquals", "aws:PrincipalArn", `"`+china+`"`)), []string{"never_applies"}},
		"everyone, of another partition":    {statementJSON("S", "Allow", `"*"`, pull+","+condition("ArnEquals", "aws:PrincipalArn", `"`+china+`"`)), []string{"never_applies"}},
		"deleted, and of another partition": {statementJSON("S", "Allow", aws("AROAEXAMPLEEXAMPLE999", china), pull), []string{"deleted_principal", "other_partition"}},
	} {
		r := Of(Input{Snapshot: registry(tt.statement)})
		if got := codesOf(r); !slices.Equal(got, tt.want) || len(r.Entries) > 0 {
			t.Errorf("%s: %d entries, findings %q, want %v", name, len(r.Entries), findingsOf(r), tt.want)
		}
	}
}

// TestStaleDescriptions: only a key that no statement has is told.
func TestStaleDescriptions(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("Pull", "Allow", aws(role), pull))
	s.RegistryPolicy = doc(statementJSON("Elsewhere", "Allow", aws(role), `"Action":"ecr:ReplicateImage","Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/*"`))
	r := Of(Input{Snapshot: s, Descriptions: map[string]string{"Elsewhere": "x", "Pull": "x", "987654321098,us-east-1,payment-service,Pull": "y", "Gone": "", "987654321098,us-east-1,Pull": "z"}})
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "descriptions has 987654321098,us-east-1,Pull and Gone, and no statement of the snapshot has ") {
		t.Error(notes)
	}
}
