// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// statement is a repository policy of one statement that is given in part.
func statement(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{` + elements + `}]}`
}

const invalid = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"

func TestRefusedRepositoryPolicies(t *testing.T) {
	t.Parallel()
	const (
		anyone    = `"Effect":"Allow","Principal":"*",`
		notFound  = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'"
		principal = `"Effect":"Allow","Action":"ecr:BatchGetImage","Principal":`
	)
	for name, test := range map[string]struct{ text, want string }{
		"no JSON":                      {`{"Version"`, invalid},
		"text after the document":      {allowPull(consumerID) + "x", invalid},
		"a list":                       {`[]`, invalid},
		"no Statement":                 {`{"Version":"2012-10-17"}`, invalid},
		"empty Statement":              {`{"Version":"2012-10-17","Statement":[]}`, invalid},
		"null statement":               {`{"Version":"2012-10-17","Statement":[null]}`, invalid},
		"unknown version":              {`{"Version":"2020-01-01","Statement":[{` + anyone + `"Action":"ecr:*"}]}`, invalid},
		"unknown element of document":  {`{"Owner":"me","Statement":[{` + anyone + `"Action":"ecr:*"}]}`, invalid},
		"unknown element of statement": {statement(anyone + `"Action":"ecr:*","Comment":"x"`), invalid},
		"element in lower case":        {statement(`"effect":"Allow","Principal":"*","Action":"ecr:*"`), invalid},
		"no Effect":                    {statement(`"Principal":"*","Action":"ecr:*"`), invalid},
		"unknown Effect":               {statement(`"Effect":"allow","Principal":"*","Action":"ecr:*"`), invalid},
		"no Principal":                 {statement(`"Effect":"Allow","Action":"ecr:*"`), invalid},
		"empty Principal":              {statement(principal + `{}`), invalid},
		"empty principal list":         {statement(principal + `{"AWS":[]}`), invalid},
		"null principal":               {statement(principal + `{"AWS":null}`), invalid},
		"principal of unknown type":    {statement(principal + `{"CanonicalUser":"abc"}`), invalid},
		"two wrong principals":         {statement(principal + `{"Service":"lambda","AWS":"arn:aws:iam::123456789012:role/nobody"}`), notFound},
		"NotPrincipal with Allow":      {statement(`"Effect":"Allow","NotPrincipal":"*","Action":"ecr:*"`), invalid},
		"both principal elements":      {statement(`"Effect":"Deny","Principal":"*","NotPrincipal":"*","Action":"ecr:*"`), invalid},
		"no Action":                    {statement(`"Effect":"Allow","Principal":"*"`), invalid},
		"empty Action":                 {statement(anyone + `"Action":[]`), invalid},
		"action of another service":    {statement(anyone + `"Action":"s3:GetObject"`), invalid},
		"GetAuthorizationToken":        {statement(anyone + `"Action":["ecr:BatchGetImage","ecr:getauthorizationtoken"]`), invalid},
		"Resource":                     {statement(anyone + `"Action":"ecr:*","Resource":"*"`), invalid},
		"NotResource":                  {statement(anyone + `"Action":"ecr:*","NotResource":"` + repoARN + `"`), invalid},
		"unknown condition operator":   {statement(anyone + `"Action":"ecr:*","Condition":{"StringIs":{"aws:PrincipalOrgID":"o-1"}}`), invalid},
		"condition without values":     {statement(anyone + `"Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalOrgID":[]}}`), invalid},
		"condition that is a text":     {statement(anyone + `"Action":"ecr:*","Condition":"x"`), invalid},
		"object for a value":           {statement(anyone + `"Action":{"x":1}`), invalid},
		"wildcard in a principal":      {statement(principal + `{"AWS":"arn:aws:iam::123456789012:*"}`), invalid},
		"short account ID":             {statement(principal + `{"AWS":"12345678901"}`), invalid},
		"service without a domain":     {statement(principal + `{"Service":"lambda"}`), invalid},
		"service wildcard":             {statement(principal + `{"Service":"*"}`), invalid},
		"role that does not exist":     {allowPull("arn:aws:iam::123456789012:role/nobody"), notFound},
		"role at another path":         {allowPull("arn:aws:iam::123456789012:role/team/" + roleName), notFound},
		"user that does not exist":     {allowPull("arn:aws:iam::123456789012:user/nobody"), notFound},
		"session of no role":           {allowPull("arn:aws:sts::123456789012:assumed-role/nobody/session"), notFound},
		"unique ID of a deleted role":  {allowPull("AROAEXAMPLEEXAMPLE123"), notFound},
		"unique ID of a deleted user":  {allowPull("AIDAEXAMPLEEXAMPLE123"), notFound},
		"another partition":            {allowPull("arn:aws-cn:iam::123456789012:root"), notFound},
		"more than 10,240 characters":  {allowPull(consumerID) + strings.Repeat(" ", 10240), "length less than or equal to 10240"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, registry, _ := start(t)
			wantCode(t, setPolicy(t, registry, test.text), "InvalidParameterException", test.want)
			if text, found := server.RepositoryPolicy(registryID, region, repoName); found {
				t.Errorf("a refused policy is stored: %s", text)
			}
		})
	}
}

func TestAcceptedRepositoryPolicies(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"account ID":                           allowPull(consumerID),
		"account that is not known":            allowPull("111122223333"),
		"role of an account that is not known": allowPull("arn:aws:iam::111122223333:role/theirs"),
		"root of an account":                   allowPull("arn:aws:iam::123456789012:root"),
		"role":                                 allowPull(roleARN),
		"session":                              allowPull("arn:aws:sts::123456789012:assumed-role/" + roleName + "/task"),
		"user":                                 allowPull("arn:aws:iam::123456789012:user/admin"),
		"anyone":                               allowPull("*"),
		"one statement as an object":           `{"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:*"}}`,
		"Sid with spaces":                      statement(`"Sid":"two words","Effect":"Allow","Principal":"*","Action":"ecr:*"`),
		"two statements of one Sid":            `{"Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:*"},{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:*"}]}`,
		"NotPrincipal with Deny":               statement(`"Effect":"Deny","NotPrincipal":{"AWS":"` + registryID + `"},"Action":"ecr:BatchGetImage"`),
		"NotAction":                            statement(`"Effect":"Allow","Principal":"*","NotAction":"ecr:DeleteRepository"`),
		"service with a condition":             statement(`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage","Condition":{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:*"},"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"aws:MultiFactorAuthAge":300},"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":["o-1/*"]},"Null":{"aws:SourceVpce":"true"}}`),
		"10,240 characters":                    allowPull(consumerID) + strings.Repeat(" ", 10240-len(allowPull(consumerID))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, registry, _ := start(t)
			noError(t, setPolicy(t, registry, text))
		})
	}
}

func TestRepositoryPolicyIsReformatted(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	answer, err := registry.ecr.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{
		RepositoryName: aws.String(repoName),
		PolicyText: aws.String(`{"Statement":[{"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],
			"Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-a<b"]},"ArnEquals":{"aws:PrincipalArn":["a","b"]}},
			"Principal":{"Service":["lambda.amazonaws.com"],"AWS":["` + roleARN + `","111122223333","123456789012","arn:aws:iam::123456789012:root"]},
			"Effect":"Allow","Sid":"Pull"},
			{"Principal":{"AWS":["*"]},"Effect":"Deny","NotAction":"ecr:SetRepositoryPolicy"}],"Id":"policy","Version":"2008-10-17"}`),
		Force: true,
	})
	noError(t, err)
	golden.Compare(t, filepath.Join("testdata", "reformatted.json"), *answer.PolicyText+"\n")
}

func TestPrincipalsComeInAnotherOrderOnEveryRead(t *testing.T) {
	t.Parallel()
	_, registry, _ := start(t)
	noError(t, setPolicy(t, registry, statement(`"Effect":"Allow","Action":"ecr:BatchGetImage","Principal":{"AWS":["111122223333","222233334444","333344445555"]}`)))
	first, second := getPolicy(t, registry), getPolicy(t, registry)
	if first == second {
		t.Errorf("two reads return one text: %s", first)
	}
	if diff := cmp.Diff(principalSet(t, first), principalSet(t, second)); diff != "" {
		t.Errorf("principals differ (-first +second):\n%s", diff)
	}
}

// principalSet returns the AWS principals of a policy of one statement.
func principalSet(t *testing.T, text string) map[string]bool {
	t.Helper()
	var document struct {
		Statement []struct{ Principal struct{ AWS []string } }
	}
	noError(t, json.Unmarshal([]byte(text), &document))
	set := map[string]bool{}
	for _, principal := range document.Statement[0].Principal.AWS {
		set[principal] = true
	}
	return set
}

func TestDeletedRoleShowsAsUniqueID(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	noError(t, setPolicy(t, registry, allowPull(roleARN)))
	if got := getPolicy(t, registry); !strings.Contains(got, roleARN) {
		t.Fatalf("the policy does not name the role: %s", got)
	}
	server.DeleteRole(consumerID, roleName)
	server.CreateRole(consumerID, "/", roleName)
	orphaned := getPolicy(t, registry)
	if strings.Contains(orphaned, roleARN) || !regexp.MustCompile(`"AWS" : "AROA[A-Z0-9]{17}"`).MatchString(orphaned) {
		t.Errorf("the policy does not show the deleted role by its unique ID: %s", orphaned)
	}
	wantCode(t, setPolicy(t, registry, orphaned), "InvalidParameterException", "'Principal not found'")
	noError(t, setPolicy(t, registry, allowPull(roleARN)))
}

func TestLockout(t *testing.T) {
	t.Parallel()
	deny := func(principal, action, condition string) string {
		return statement(fmt.Sprintf(`"Effect":"Deny","Principal":%s,"Action":%q%s`, principal, action, condition))
	}
	for name, test := range map[string]struct {
		text   string
		refuse bool
	}{
		"anyone":                      {deny(`"*"`, "ecr:*", ""), true},
		"the caller":                  {deny(`{"AWS":"arn:aws:iam::987654321098:user/admin"}`, "ecr:SetRepositoryPolicy", ""), true},
		"the caller's account":        {deny(`{"AWS":"987654321098"}`, "ecr:Set*", ""), true},
		"another account":             {deny(`{"AWS":"123456789012"}`, "ecr:*", ""), false},
		"another action":              {deny(`"*"`, "ecr:DeleteRepository", ""), false},
		"a condition that is not met": {deny(`"*"`, "ecr:*", `,"Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, registry, _ := start(t)
			err := setPolicy(t, registry, test.text)
			if !test.refuse {
				noError(t, err)
				return
			}
			wantCode(t, err, "InvalidParameterException", "prevent you from setting another policy")
			_, err = registry.ecr.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{
				RepositoryName: aws.String(repoName), PolicyText: aws.String(test.text), Force: true,
			})
			noError(t, err)
			wantCode(t, setPolicy(t, registry, allowPull(consumerID)), "AccessDeniedException", "with an explicit deny in a resource-based policy")
		})
	}
}

func TestVerbatimPolicy(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	const text = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"ecr:*","Resource":"*"}]}`
	server.SetRepositoryPolicy(registryID, region, repoName, text)
	if got := getPolicy(t, registry); got != text {
		t.Errorf("the policy comes back as %s", got)
	}
}

func TestAcceptResource(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	server.AcceptResource()
	noError(t, setPolicy(t, registry, statement(`"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"`+repoARN+`"`)))
	if got := getPolicy(t, registry); !strings.Contains(got, `"Resource" : "`+repoARN+`"`) {
		t.Errorf("Resource is lost: %s", got)
	}
}
