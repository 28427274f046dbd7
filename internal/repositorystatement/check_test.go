// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// modelOf is a model in the repository payment-service.
func modelOf(statement string) *model {
	return &model{Attributes: statementresource.Attributes{
		Repository: types.StringValue("payment-service"),
		RegistryAttributes: statementresource.RegistryAttributes{
			RegistryID: types.StringValue("987654321098"), Region: types.StringValue("us-east-1"),
			Sid: types.StringValue("S"), Statement: types.StringValue(statement),
		},
	}}
}

// statement returns a statement with the Sid S.
func statement(elements string) string { return `{"Sid":"S",` + elements + `}` }

const (
	everyone = `"Principal":"*",`
	account  = `"Principal":{"AWS":"123456789012"},`
	lambda   = `"Principal":{"Service":"lambda.amazonaws.com"},`
	pull     = `"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ statement, want string }{
		"a Deny":                    {statement(`"Effect":"Deny",` + everyone + pull), ""},
		"a Sid with spaces":         {`{"Sid":"Deny outside, (1)","Effect":"Deny",` + everyone + pull + `}`, ""},
		"NotPrincipal":              {statement(`"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},` + pull), ""},
		"NotAction":                 {statement(`"Effect":"Deny",` + account + `"NotAction":"ecr:BatchGetImage"`), ""},
		"two types of principals":   {statement(`"Effect":"Allow","Principal":{"AWS":"123456789012","Service":"lambda.amazonaws.com"},` + pull + `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`), ""},
		"no JSON":                   {`{"Sid":`, "unexpected end of JSON"},
		"nothing":                   {"", "unexpected end of JSON"},
		"a list":                    {`[]`, "must be a JSON object, not a list"},
		"a duplicate key":           {`{"Sid":"S","Sid":"T"}`, "duplicate"},
		"deep":                      {`{"Sid":` + strings.Repeat("[", 100), "nested"},
		"huge":                      {`{"Sid":"` + strings.Repeat("x", 5<<20) + `"}`, "no policy is longer"},
		"a whole document":          {`{"Version":"2012-10-17","Statement":[]}`, "This is a whole policy document"},
		"no Sid":                    {`{"Effect":"Deny",` + everyone + pull + `}`, "The statement has no Sid"},
		"an empty Sid":              {`{"Sid":"","Effect":"Deny",` + everyone + pull + `}`, "The statement has no Sid"},
		"a Sid that is a number":    {`{"Sid":1,"Effect":"Deny",` + everyone + pull + `}`, "Sid must be a string"},
		"control characters":        {`{"Sid":"a\u0007","Effect":"Deny",` + everyone + pull + `}`, "not printed"},
		"no Principal":              {statement(`"Effect":"Deny",` + pull), "The statement has no Principal"},
		"no Effect":                 {statement(everyone + pull), "has no Effect"},
		"an Effect in lower case":   {statement(`"Effect":"deny",` + everyone + pull), "case-sensitive"},
		"no Action":                 {statement(`"Effect":"Deny",` + strings.TrimSuffix(everyone, ",")), "neither Action nor NotAction"},
		"a misspelt element":        {statement(`"Effect":"Deny",` + everyone + pull + `,"Conditions":{}`), `"Conditions": unknown element of a statement: write "Condition"`},
		"a misspelt operator":       {statement(`"Effect":"Deny",` + everyone + pull + `,"Condition":{"StringEqual":{"aws:SourceVpce":"vpce-1"}}`), "Condition.StringEqual"},
		"Allow with NotPrincipal":   {statement(`"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},` + pull), "NotPrincipal"},
		"the login":                 {statement(`"Effect":"Allow",` + account + `"Action":["ECR:getauthorizationtoken"]`), "ECR refuses a repository policy that names ecr:GetAuthorizationToken"},
		"a wildcard in a principal": {statement(`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:role/*"},` + pull), "Principal.AWS"},
		"no actions":                {statement(`"Effect":"Deny",` + everyone + `"Action":[]`), "Action: the list is empty"},
		"no principals":             {statement(`"Effect":"Deny","Principal":{},` + pull), "Principal: the list is empty"},
		"no accounts":               {statement(`"Effect":"Deny","Principal":{"AWS":[]},` + pull), "Principal.AWS: the list is empty"},
		"no services":               {statement(`"Effect":"Deny","Principal":{"AWS":"123456789012","Service":[]},` + pull), "Principal.Service: the list is empty"},
		"no exceptions":             {statement(`"Effect":"Deny","NotPrincipal":{"AWS":[]},` + pull), "\"NotPrincipal.AWS\": principals must be a string or a non-empty list"},
		"no repositories":           {statement(`"Effect":"Deny",` + everyone + pull + `,"Resource":[]`), "Resource: the list is empty"},
		"any federated user":        {statement(`"Effect":"Allow","Principal":{"Federated":"*"},` + pull), "every principal of every AWS account"},
		"too large":                 {statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:` + strings.Repeat("X", 11000) + `"`), "ECR accepts 10240"},
		"everyone":                  {statement(`"Effect":"Allow",` + everyone + pull), "every principal of every AWS account"},
		"everyone of a tag":         {statement(`"Effect":"Allow",` + everyone + pull + `,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}`), "every principal of every AWS account"},
		"any function":              {statement(`"Effect":"Allow",` + lambda + pull), "every AWS customer, through the service"},
		"an organization":           {statement(`"Effect":"Allow",` + everyone + pull + `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			modelOf(tt.statement).check(&diags)
			if got := texts(diags); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) || len(got) > 2000 {
				t.Errorf("got %.2000q, want %q", got, tt.want)
			}
		})
	}
	var diags diag.Diagnostics
	m := modelOf(statement(`"Effect":"Allow",` + everyone + pull))
	m.AllowPublic = types.BoolValue(true)
	if m.check(&diags); len(diags) > 0 {
		t.Errorf("with allow_public: %v", diags)
	}
}

func texts(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Summary()+": "+d.Detail())
	}
	return strings.Join(all, "\n")
}

func summaries(diags diag.Diagnostics) []string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Summary())
	}
	return all
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	condition := func(text string) string { return `,"Condition":` + text }
	for name, tt := range map[string]struct {
		statement string
		want      []string
	}{
		"outside the organization":         {statement(`"Effect":"Deny",` + everyone + pull + condition(`{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)), nil},
		"outside an endpoint":              {statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:*"` + condition(`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`)), nil},
		"a Deny of a misspelt key":         {statement(`"Effect":"Deny",` + everyone + pull + condition(`{"StringEquals":{"aws:SourceVpc3":"vpce-1"}}`)), []string{"Unknown condition key aws:SourceVpc3"}},
		"a Deny that is never met":         {statement(`"Effect":"Deny",` + account + pull + condition(`{"StringEquals":{"aws:PrincipalAccount":"111111111111"}}`)), []string{"Condition on aws:PrincipalAccount that is never met"}},
		"a Deny that is always met":        {statement(`"Effect":"Deny",` + account + pull + condition(`{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}`)), []string{"Condition on aws:PrincipalAccount that is always met"}},
		"an Allow met by others":           {statement(`"Effect":"Allow",` + account + pull + condition(`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`)), []string{"Condition on aws:SourceVpce that limits less than it seems"}},
		"an exception for no organization": {statement(`"Effect":"Deny",` + everyone + pull + condition(`{"StringNotEquals":{"aws:PrincipalOrgID":"acme"}}`)), []string{"Value of aws:PrincipalOrgID that no request has"}},
		"a literal wildcard":               {statement(`"Effect":"Deny",` + everyone + pull + condition(`{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}`)), []string{"Wildcard in a value of aws:PrincipalArn that is taken literally"}},
		"an action of another service":     {statement(`"Effect":"Deny",` + everyone + `"Action":"s3:GetObject"`), []string{"Not an ECR action: s3:GetObject"}},
		"a misspelt action":                {statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:BatchGetImages"`), []string{"Unknown ECR action ecr:BatchGetImages"}},
		"a call that is no action":         {statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:ListImageReferrers"`), []string{"Unknown ECR action ecr:ListImageReferrers"}},
		"an Allow by NotAction":            {statement(`"Effect":"Allow",` + account + `"NotAction":"ecr:PutImage"`), []string{"Access by NotAction"}},
		"Resource":                         {statement(`"Effect":"Allow",` + account + pull + `,"Resource":"*"`), []string{"Element Resource in a repository policy"}},
		"NotPrincipal":                     {statement(`"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},` + pull), []string{"Deny by NotPrincipal"}},
		"several with a Deny of Lambda's":  {statement(`"Effect":"Deny",` + lambda + `"NotAction":"ecr:PutImage"`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := modelOf(tt.statement)
			diags := m.warnings(t.Context())
			m.warnCertainConditions(t.Context(), &diags)
			if got := summaries(diags); !slices.Equal(got, tt.want) || diags.HasError() {
				t.Errorf("got %q, want %q\n%v", got, tt.want, diags)
			}
		})
	}
}

// A permission that nothing needs would let a later mistake pass.
func TestAllowPublicWithoutNeed(t *testing.T) {
	t.Parallel()
	m := modelOf(statement(`"Effect":"Deny",` + everyone + pull))
	m.AllowPublic = types.BoolValue(true)
	if got := summaries(m.warnings(t.Context())); !slices.Equal(got, []string{"Argument without effect"}) {
		t.Errorf("got %q", got)
	}
}

func TestCheckPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		statement(`"Effect":"Deny",` + everyone + pull):                                                                                     "",
		statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:*"`):                                                                       "Statement that locks the registry account out",
		statement(`"Effect":"Deny","Principal":{"AWS":"987654321098"},"Action":"ecr:SetRepositoryPolicy"`):                                  "Statement that locks the registry account out",
		statement(`"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"ecr:SetRepositoryPolicy"`):                               "Statement that locks the registry account out",
		statement(`"Effect":"Deny",` + everyone + `"Action":["ecr:Get*","ecr:BatchGetImage"]`):                                              "Statement that locks the registry account out",
		statement(`"Effect":"Deny",` + account + `"Action":"ecr:SetRepositoryPolicy"`):                                                      "",
		statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`): "",
		statement(`"Effect":"Deny","Principal":{"AWS":"arn:aws-cn:iam::123456789012:root"},"Action":"ecr:BatchGetImage"`):                   "Wrong partition",
		statement(`"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws-us-gov:iam::123456789012:role/a"},"Action":"ecr:BatchGetImage"`):          "Wrong partition",
		`{`: "",
	} {
		var diags diag.Diagnostics
		modelOf(text).checkPlace(&diags)
		if got := strings.Join(summaries(diags), ","); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// The texts about access are pinned: they are read in a plan that may open a repository.
func TestTexts(t *testing.T) {
	t.Parallel()
	deny := statement(`"Effect":"Deny",` + everyone + pull + `,"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)
	changed := func(prior, planned string, edit func(*model)) diag.Diagnostics {
		var diags diag.Diagnostics
		plan := modelOf(planned)
		if edit != nil {
			edit(plan)
		}
		warnChanged(modelOf(prior), plan, &diags)
		return diags
	}
	checked := func(text string) (diags diag.Diagnostics) {
		m := modelOf(text)
		m.check(&diags)
		m.checkPlace(&diags)
		return diags
	}
	var destroyed diag.Diagnostics
	warnDestroyed(modelOf(deny), &destroyed)
	for name, diags := range map[string]diag.Diagnostics{
		"destroyed":        destroyed,
		"changed":          changed(deny, strings.Replace(deny, "a1b2c3d4e5", "zzzzzzzzzz", 1), nil),
		"changed_to_allow": changed(deny, statement(`"Effect":"Allow",`+account+pull), nil),
		"replaced":         changed(deny, deny, func(m *model) { m.Sid = types.StringValue("T") }),
		"unknown":          changed(deny, "", func(m *model) { m.Statement = types.StringUnknown() }),
		"invalid":          checked(`{"Effect":"Deny","Action":["ecr:GetAuthorizationToken"],"Conditions":{}}`),
		"no_json":          checked(`{"Sid":"S",`),
		"public":           checked(statement(`"Effect":"Allow",` + everyone + pull)),
		"public_service":   checked(statement(`"Effect":"Allow",` + lambda + pull)),
		"lock_out":         checked(statement(`"Effect":"Deny",` + everyone + `"Action":"ecr:*"`)),
	} {
		if len(diags) != 1 {
			t.Errorf("%s: got %d diagnostics: %v", name, len(diags), diags)
			continue
		}
		golden.Compare(t, filepath.Join("testdata", name+".txt"), diags[0].Summary()+"\n\n"+diags[0].Detail()+"\n")
	}
	for name, planned := range map[string]string{
		"the same":        `{"Effect":"Deny","Sid":"S",` + everyone + `"Action":["ecr:GetDownloadUrlForLayer","ECR:BatchGetImage"],"Condition":{"StringNotEquals":{"AWS:PrincipalOrgID":["o-a1b2c3d4e5"]}}}`,
		"one more action": strings.Replace(deny, `["`, `["ecr:PutImage","`, 1),
	} {
		if diags := changed(deny, planned, nil); len(diags) > 0 {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	if diags := changed(statement(`"Effect":"Allow",`+account+pull), deny, nil); len(diags) > 0 {
		t.Errorf("of an Allow: got %v", diags)
	}
}
