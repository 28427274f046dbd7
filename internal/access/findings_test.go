// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

func condition(operator, key, values string) string {
	return `"Condition":{"` + operator + `":{"` + key + `":` + values + `}}`
}

// TestFindings: the findings of one statement, or of a statement and a Deny, by code, and a part
// of the sentence of the first one.
func TestFindings(t *testing.T) {
	t.Parallel()
	one := func(principal, rest string) []string { return []string{statementJSON("S", "Allow", principal, rest)} }
	for name, tt := range map[string]struct {
		statements []string
		want       []Code
		sentence   string
	}{
		"role":                         {one(aws(role), pull), nil, ""},
		"organization":                 {one(`"*"`, pull+","+ofOrg), nil, ""},
		"whole account":                {one(aws(root), pull), []Code{WholeAccount}, "for the whole account 123456789012: for every principal"},
		"account ID":                   {one(aws(consumer, "111122223333"), pull), []Code{WholeAccount}, "the whole accounts 111122223333 and 123456789012"},
		"account, roles by condition":  {one(aws(root), pull+","+condition("ArnEquals", "aws:PrincipalArn", `"`+role+`"`)), nil, ""},
		"account, path by condition":   {one(aws(root), pull+","+condition("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::123456789012:role/team/*"`)), nil, ""},
		"account, tag by condition":    {one(aws(root), pull+","+condition("StringEquals", "aws:PrincipalTag/team", `"payments"`)), nil, ""},
		"account, user by condition":   {one(aws(root), pull+","+condition("StringLike", "aws:username", `"ci-*"`)), nil, ""},
		"account, source identity":     {one(aws(root), pull+","+condition("StringEquals", "aws:SourceIdentity", `"alice"`)), nil, ""},
		"account, any tag":             {one(aws(root), pull+","+condition("StringLike", "aws:PrincipalTag/team", `"*"`)), []Code{WholeAccount, WeakCondition}, ""},
		"account, tag of two":          {one(aws(root), pull+`,"Condition":{"Null":{"aws:PrincipalTag/team":"false"},"StringEqualsIfExists":{"aws:PrincipalTag/team":"payments"}}`), nil, ""},
		"own account":                  {one(aws("arn:aws:iam::987654321098:root"), pull), nil, ""},
		"everyone":                     {one(`"*"`, pull), []Code{OpenToEveryone}, "every principal of every AWS account"},
		"everyone of an account":       {one(`"*"`, pull+","+condition("StringEquals", "aws:PrincipalAccount", `"123456789012"`)), []Code{WholeAccount}, ""},
		"everyone of roles' ARNs":      {one(`"*"`, pull+","+condition("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::123456789012:role/*"`)), []Code{WholeAccount}, "for the whole account 123456789012"},
		"everyone of some roles":       {one(`"*"`, pull+","+condition("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::123456789012:role/ci-*"`)), nil, ""},
		"everyone of the own account":  {one(`"*"`, pull+","+condition("StringEquals", "aws:ResourceAccount", `"${aws:PrincipalAccount}"`)), nil, ""},
		"everyone of a network":        {one(`"*"`, pull+","+condition("StringEquals", "aws:SourceVpce", `"vpce-1"`)), nil, ""},
		"everyone with a tag":          {one(`"*"`, pull+","+condition("StringEquals", "aws:PrincipalTag/team", `"payments"`)), []Code{OpenToEveryone}, ""},
		"everyone, negated":            {one(`"*"`, pull+","+condition("StringNotEquals", "aws:PrincipalOrgID", `"o-b1b2c3d4e5"`)), []Code{OpenToEveryone, WeakCondition}, ""},
		"everyone, Deny for outsiders": {append(one(`"*"`, pull), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*",`+condition("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`))), []Code{OpenButForDeny}, "whoever deletes a Deny opens the door"},
		"everyone, Deny of push":       {append(one(`"*"`, pull), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:PutImage"`)), []Code{OpenToEveryone}, ""},
		"service":                      {one(`{"Service":"lambda.amazonaws.com"}`, pull), []Code{ServiceWithoutSource}, "every AWS customer, through the service"},
		"service with source":          {one(`{"Service":"lambda.amazonaws.com"}`, pull+","+function), nil, ""},
		"service with weak source":     {one(`{"Service":"lambda.amazonaws.com"}`, pull+","+condition("ArnLike", "aws:SourceArn", `"arn:aws:lambda:*:*:function:*"`)), []Code{ServiceWithoutSource, WeakCondition}, ""},
		"role as source of a service":  {one(`{"Service":"lambda.amazonaws.com"}`, pull+","+condition("ArnEquals", "aws:SourceArn", `"`+role+`"`)), []Code{RoleInSourceARN}, "compares aws:SourceArn with " + role},
		"role as source of a role":     {one(aws(role), pull+","+condition("ArnEquals", "aws:SourceArn", `"`+role+`"`)), []Code{RoleInSourceARN}, ""},
		"wildcard":                     {one(aws(role), `"Action":"ecr:*"`), []Code{ActionWildcard}, "by ecr:*: "},
		"NotAction":                    {one(aws(role), `"NotAction":"ecr:PutImage"`), []Code{ActionWildcard}, "by NotAction: "},
		"push":                         {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:PutImage"]`), []Code{UnneededChanges}, "allows ecr:PutImage, which"},
		"metadata":                     {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:DescribeImages"]`), []Code{UnneededReads}, "allows ecr:DescribeImages, which"},
		"pull through cache":           {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:BatchImportUpstreamImage"]`), nil, ""},
		"login":                        {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:GetAuthorizationToken"]`), []Code{LoginAction}, ""},
		"unknown action":               {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:BatchGetImages"]`), []Code{UnknownAction}, "names the action ecr:BatchGetImages"},
		"misspelt key":                 {one(aws(role), pull+","+condition("StringEquals", "aws:PrincipalOrgsID", `"o-a1b2c3d4e5"`)), []Code{MisspeltKey}, "AWS does not list the condition key"},
		"misspelt key in a Deny":       {[]string{statementJSON("S", "Deny", `"*"`, pull+","+condition("StringNotEquals", "aws:PrincipalOrgsID", `"o-a1b2c3d4e5"`))}, []Code{MisspeltKey}, ""},
		"always met":                   {one(aws(role), pull+","+condition("StringEquals", "aws:PrincipalAccount", `"123456789012"`)), []Code{ConditionAlwaysMet}, "aws:PrincipalAccount"},
		"IfExists":                     {one(aws(role), pull+","+condition("StringEqualsIfExists", "aws:SourceVpce", `"vpce-1"`)), []Code{WeakCondition}, "A request without aws:SourceVpce meets this condition"},
		"literal wildcard":             {one(aws(role), pull+","+condition("StringEquals", "aws:SourceVpce", `"vpce-*"`)), []Code{UncertainCondition}, "compares * and ? as plain characters"},
		"condition never met":          {one(aws(role), pull+","+condition("StringEquals", "aws:PrincipalAccount", `"111122223333"`)), []Code{NeverApplies}, "aws:PrincipalAccount equals 111122223333"},
		"conditions never met":         {one(aws(root), pull+`,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), []Code{NeverApplies}, ""},
		"other Region":                 {one(aws(role), pull+`,"Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/payment-service"`), []Code{WrongResource}, "which is not the repository"},
		"other repository":             {one(aws(role), pull+`,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/other"`), []Code{WrongResource}, ""},
		"same repository":              {one(aws(role), pull+`,"Resource":"`+arn+`"`), nil, ""},
		"deleted":                      {one(aws(role, "AROAEXAMPLEEXAMPLE999"), pull), []Code{DeletedPrincipal}, "names AROAEXAMPLEEXAMPLE999"},
		"only deleted":                 {one(aws("AIDAEXAMPLEEXAMPLE999"), pull), []Code{DeletedPrincipal}, ""},
		"deleted in a Deny":            {[]string{statementJSON("S", "Deny", aws("AIDAEXAMPLEEXAMPLE999"), pull)}, []Code{DeletedPrincipal}, ""},
		"invalid principal":            {one(aws(role, "arn:aws:iam::123456789012:role/*"), pull), []Code{InvalidPrincipal, RejectedStatement}, ""},
		"other partition":              {one(aws("arn:aws-cn:iam::123456789012:role/app"), pull), []Code{OtherPartition}, "in the partition aws"},
		"rejected":                     {one(aws(role), pull+`,"Conditions":{}`), []Code{RejectedStatement}, "is not one that AWS accepts"},
		"Allow by NotPrincipal":        {[]string{strings.Replace(statementJSON("S", "Allow", aws(role), pull), `"Principal"`, `"NotPrincipal"`, 1)}, []Code{RejectedStatement}, ""},
		"closed by a Deny":             {append(one(aws(role), pull), statementJSON("D", "Deny", aws(root), `"Action":"ecr:*"`)), []Code{ClosedByDeny}, `statement "D" of the repository policy denies all of it`},
		"same grant twice":             {append(one(aws(role), pull), statementJSON("T", "Allow", aws(role), pull)), []Code{NeedlessGrant}, `statement "T" of the repository policy is needless: statement "S" of the repository policy allows`},
		"grant by two others": {
			[]string{statementJSON("S", "Allow", aws(role), pull), statementJSON("A", "Allow", aws(role), `"Action":"ecr:BatchGetImage"`), statementJSON("B", "Allow", aws(role), `"Action":"ecr:GetDownloadUrlForLayer"`)},
			[]Code{NeedlessGrant, NeedlessGrant},
			`statement "A" of the repository policy is needless`,
		},
		"grant in other words":                    {append(one(`"*"`, pull+","+condition("StringLike", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), statementJSON("T", "Allow", aws(role), pull+","+ofOrg)), []Code{NeedlessGrant}, `statement "T"`},
		"grant with less":                         {append(one(aws(role), pull+","+ofOrg), statementJSON("T", "Allow", aws(role), pull)), []Code{NeedlessGrant}, `statement "S"`},
		"grant beside one that AWS rejects":       {append(one(aws(role), pull), strings.Replace(statementJSON("T", "Allow", aws("arn:aws:iam::111122223333:role/x"), pull), `"Principal"`, `"NotPrincipal"`, 1)), []Code{RejectedStatement}, ""},
		"every action twice":                      {append(one(aws(role), `"Action":"ecr:*"`), statementJSON("T", "Allow", aws(role), `"Action":"*"`)), []Code{ActionWildcard, ActionWildcard, NeedlessGrant}, `statement "T"`},
		"every action but one":                    {append(one(aws(role), `"Action":"ecr:*"`), statementJSON("T", "Allow", aws(role), `"NotAction":"ecr:PutImage"`)), []Code{ActionWildcard, ActionWildcard, NeedlessGrant}, `statement "T"`},
		"registry action":                         {one(aws(role), `"Action":["ecr:BatchGetImage","ecr:PutRegistryPolicy"]`), []Code{RegistryAction}, "names ecr:PutRegistryPolicy, which is"},
		"registry action only":                    {one(aws(role), `"Action":"ecr:DescribeRegistry"`), []Code{RegistryAction}, ""},
		"every action, all that are known denied": {append(one(aws(role), `"Action":"ecr:*"`), statementJSON("D", "Deny", `"*"`, `"NotAction":"ecr:zzz*"`)), []Code{ActionWildcard}, ""},
		"every action, every action denied":       {append(one(aws(role), `"Action":"ecr:*"`), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*"`)), []Code{ClosedByDeny}, ""},
		"everyone, only services":                 {one(`"*"`, pull+","+condition("Bool", "aws:PrincipalIsAWSService", `"true"`)), []Code{ServiceWithoutSource}, "allows access for every AWS customer, through AWS services, if its conditions are met: none of them limits it to sources that it names."},
		"everyone of some accounts":               {one(`"*"`, pull+","+condition("StringLike", "aws:PrincipalAccount", `"12345*"`)), []Code{OpenToEveryone}, "every principal of every AWS account, if its conditions are met: none of them limits it"},
		"own organization by variable":            {one(`"*"`, pull+","+condition("StringEquals", "aws:ResourceOrgID", `"${aws:PrincipalOrgID}"`)), nil, ""},
		"own organization by variable, weak":      {one(`"*"`, pull+","+condition("StringEqualsIfExists", "aws:ResourceOrgID", `"${aws:PrincipalOrgID}"`)), []Code{OpenToEveryone, WeakCondition}, ""},
		"service of an organization":              {one(`{"Service":"lambda.amazonaws.com"}`, pull+","+ofOrg), []Code{NeverApplies}, "aws:PrincipalOrgID equals o-a1b2c3d4e5"},
		"no service":                              {one(`{"Service":"lambda"}`, pull+","+function), []Code{InvalidPrincipal}, "names lambda, which is not the form of a service principal: AWS may reject it"},
		"any service":                             {one(`{"Service":"*"}`, pull), []Code{InvalidPrincipal, ServiceWithoutSource}, "possibly allows access for every AWS customer"},
		"not the repository":                      {one(aws(role), pull+`,"NotResource":"`+arn+`"`), []Code{WrongResource}, "is for all but the NotResource " + arn + ", which includes the repository"},
		"without set operator":                    {one(`"*"`, pull+","+condition("StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/*"`)), []Code{UncertainCondition}, "compares aws:PrincipalOrgPaths, which can have several values"},
		"session in PrincipalArn":                 {one(`"*"`, pull+","+condition("ArnEquals", "aws:PrincipalArn", `"arn:aws:sts::123456789012:assumed-role/app/one"`)), []Code{WrongPrincipalARN}, "in the requests of a role session, this key has the ARN of the role"},
		"sessions in PrincipalArn":                {append(one(aws(role), pull), statementJSON("D", "Deny", `"*"`, pull+","+condition("ArnNotLike", "aws:PrincipalArn", `["`+role+`","arn:aws:sts::123456789012:assumed-role/app/*"]`))), []Code{WrongPrincipalARN}, "with arn:aws:sts::123456789012:assumed-role/app/*: in the requests"},
		"service and account":                     {one(`{"AWS":"123456789012","Service":"lambda.amazonaws.com"}`, pull+","+function), []Code{NeverForPrincipal}, "never applies to account 123456789012: no request of it meets all of its conditions."},
		"everyone of an organization, service":    {one(`{"AWS":"*","Service":"lambda.amazonaws.com"}`, pull+","+ofOrg), []Code{NeverForPrincipal}, "never applies to service lambda.amazonaws.com"},
		"everyone of a network, service":          {one(`{"AWS":"*","Service":"lambda.amazonaws.com"}`, pull+","+condition("StringEquals", "aws:SourceVpce", `"vpce-1"`)), []Code{ServiceWithoutSource}, ""},
		"root user in PrincipalArn":               {one(aws(root), pull+","+condition("ArnEquals", "aws:PrincipalArn", `"`+root+`"`)), []Code{WrongPrincipalARN}, "only requests of the root user have such an ARN in this key"},
		"account of a network":                    {one(aws(root), pull+","+condition("StringEquals", "aws:SourceVpce", `"vpce-1"`)), []Code{WholeAccount}, "for every principal there whose own policies allow it and whose request meets the conditions"},
		"action of another service":               {one(aws(role), `"Action":["ecr:BatchGetImage","s3:GetObject"]`), []Code{UnknownAction}, "names s3:GetObject, which is an action of another service"},
		"only an action of another service":       {one(aws(role), `"Action":"s3:*"`), []Code{UnknownAction}, "names s3:*"},
		"deleted beside NotPrincipal":             {append(one(aws(role), pull), strings.Replace(statementJSON("D", "Deny", aws(role, root, "AROAEXAMPLEEXAMPLE999"), pull), `"Principal"`, `"NotPrincipal"`, 1)), []Code{DeletedPrincipal}, "A new one of the same name is another principal, for which the ID does not stand."},
		"every federated user":                    {one(`{"Federated":"*"}`, pull), []Code{OpenToEveryone}, "possibly allows access for"},
		"no organization ID":                      {one(`"*"`, pull+","+condition("StringEquals", "aws:PrincipalOrgID", `"o-x"`)), []Code{ImpossibleValue}, `compares aws:PrincipalOrgID with a value that no request has: "o-x" is not an organization ID`},
		"an organization ID and none":             {one(`"*"`, pull+","+condition("StringEquals", "aws:PrincipalOrgID", `["o-x","o-a1b2c3d4e5"]`)), []Code{ImpossibleValue}, "is not an organization ID"},
		"no organization ID in other case":        {one(aws(root), pull+","+condition("StringEqualsIgnoreCase", "aws:PrincipalOrgID", `"O-X"`)), []Code{ImpossibleValue}, `"O-X" is not an organization ID`},
		"an account ID and none":                  {one(`"*"`, pull+","+condition("StringEquals", "aws:PrincipalAccount", `["123456789012",""]`)), []Code{ImpossibleValue, WholeAccount}, ""},
		"a VPC ID and none":                       {one(`"*"`, pull+","+condition("StringEquals", "aws:SourceVpc", `["vpc-12345678","main"]`)), []Code{ImpossibleValue}, ""},
		"no VPC ID, every action":                 {one(aws(role), `"Action":"ecr:*",`+condition("StringEquals", "aws:SourceVpc", `"main"`)), []Code{ImpossibleValue}, ""},
		"requests without credentials":            {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("StringEquals", "aws:PrincipalAccount", `"anonymous"`))}, nil, ""},
		"no VPC ID beside what is never met":      {one(aws(role), pull+","+condition("StringNotEquals", "aws:SourceVpc", `"main"`)[:len(condition("StringNotEquals", "aws:SourceVpc", `"main"`))-1]+`,"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`), []Code{ImpossibleValue, NeverApplies}, ""},
		"closed by a Deny for each":               {append(one(aws(role, "111122223333"), pull), statementJSON("D", "Deny", aws("111122223333"), pull), statementJSON("E", "Deny", aws(role), pull)), []Code{ClosedByDeny}, `for account 111122223333, statement "D" of the repository policy denies all of it`},
		"no organization ID in a Deny":            {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("StringNotEquals", "aws:PrincipalOrgID", `"o-x"`))}, []Code{ImpossibleValue}, "such as o-a1b2c3d4e5. Every request meets this condition: it limits no Allow statement, and is no exception from a Deny statement."},
		"an organization ID and none in a Deny":   {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("StringNotEquals", "aws:PrincipalOrgID", `["o-x","o-a1b2c3d4e5"]`))}, []Code{ImpossibleValue}, "is not an organization ID"},
		"no endpoint ID in a Deny":                {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("StringNotEqualsIfExists", "aws:SourceVpce", `"vpc-1"`))}, []Code{ImpossibleValue}, `"vpc-1" is not the ID of a VPC endpoint: it begins with vpce-. Every request meets`},
		"no VPC ID":                               {one(aws(role), pull+","+condition("StringEquals", "aws:SourceVpc", `"main"`)), []Code{ImpossibleValue}, "it begins with vpc-. No request meets this condition."},
		"no VPC ID, without one, too":             {one(aws(role), pull+","+condition("StringEqualsIfExists", "aws:SourceVpc", `"main"`)), []Code{ImpossibleValue}, "it begins with vpc-."},
		"no account ID, negated":                  {one(aws(role), pull+","+condition("StringNotEquals", "aws:PrincipalAccount", `"prod"`)), []Code{ImpossibleValue}, "Every request meets this condition: it limits no Allow statement"},
		"endpoint ID in other case":               {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("StringNotEqualsIgnoreCase", "aws:SourceVpce", `"VPCE-0A1B"`))}, nil, ""},
		"unit in a Deny":                          {[]string{statementJSON("D", "Deny", `"*"`, pull+","+condition("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"`))}, []Code{UncertainCondition}, "can never match, because organization paths end with a slash"},
		"exception for another account":           {append(one(aws("111122223333"), pull+","+function), statementJSON("D", "Deny", aws(role), pull+","+condition("StringNotEquals", "aws:PrincipalAccount", `"111122223333"`))), []Code{ConditionAlwaysMet, NeverApplies}, "makes an exception that never applies: every request that the statement is for meets the condition aws:PrincipalAccount is absent or does not equal 111122223333."},
		"exception for sources, roles":            {append(one(aws(role), pull), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*",`+condition("StringNotEquals", "aws:SourceAccount", `"123456789012"`))), []Code{ClosedByDeny}, "denies all of it, because each of these requests meets its condition aws:SourceAccount is absent or does not equal 123456789012."},
		"condition of a Deny that is always met":  {[]string{statementJSON("D", "Deny", aws(role), pull+","+condition("StringEquals", "aws:PrincipalAccount", `"123456789012"`))}, nil, ""},
		"own role and account":                    {append(one(aws("arn:aws:iam::987654321098:root"), pull), statementJSON("T", "Allow", aws(roleInSame), pull)), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Of(Input{Snapshot: registry(tt.statements...)})
			var want []string
			for _, code := range tt.want {
				want = append(want, string(code))
			}
			slices.Sort(want)
			if got := codesOf(r); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v:\n%s", got, want, strings.Join(findingsOf(r), "\n"))
			}
			if len(r.Findings) > 0 && !strings.Contains(strings.ToLower(strings.Join(findingsOf(r), "\n")), strings.ToLower(tt.sentence)) {
				t.Errorf("got %q, want %q", findingsOf(r), tt.sentence)
			}
		})
	}
}

// TestRegistryPolicy: a statement of the registry policy is an entry of each repository that it
// covers, and its findings are told once.
func TestRegistryPolicy(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("Own", "Allow", aws(role), pull))
	s.Repositories = append(s.Repositories, snapshot.Repository{Name: "base/app", Policy: snapshot.DocumentOf(""), Exists: new(bool)})
	s.RegistryPolicy = doc(
		statementJSON("Base", "Allow", aws(root), pull+`,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/base/*"`),
		statementJSON("Elsewhere", "Allow", aws(role), pull+`,"Resource":"arn:aws:ecr:us-east-1:111122223333:repository/*"`),
		statementJSON("All", "Allow", aws(role), pull+`,"Resource":"*"`),
	)
	r := Of(Input{Snapshot: s})
	var got []string
	for _, e := range r.Entries {
		got = append(got, e.Repository+" "+e.Sid+" "+e.Grantee)
	}
	want := []string{"payment-service Own " + role, "payment-service All " + role, "base/app Base 123456789012", "base/app All " + role}
	if !slices.Equal(got, want) {
		t.Errorf("entries %v, want %v", got, want)
	}
	if !slices.Contains(r.Notes, "base/app does not exist: only the registry policy says today who would have access.") {
		t.Errorf("notes %q", r.Notes)
	}
	if got, want := codesOf(r), []string{"needless_grant", "whole_account", "wrong_resource"}; !slices.Equal(got, want) {
		t.Errorf("findings %v, want %v:\n%s", got, want, strings.Join(findingsOf(r), "\n"))
	}
}

// TestNeedlessRegistryGrant: a statement of the registry policy is needless only beside one that is
// for each of its resources.
func TestNeedlessRegistryGrant(t *testing.T) {
	t.Parallel()
	const base = "arn:aws:ecr:us-east-1:987654321098:repository/"
	of := func(principal, actions, resource string) string {
		return statementJSON("S", "Allow", principal, actions+`,"Resource":"`+resource+`"`)
	}
	for name, tt := range map[string]struct {
		first, second string
		want          bool // the second one is needless
	}{
		"the same":                  {of(aws(role), pull, base+"*"), of(aws(role), pull, base+"*"), true},
		"one role of the account":   {of(aws(root), pull, base+"*"), of(aws(role), pull, base+"*"), true},
		"fewer repositories":        {of(aws(role), pull, base+"*"), of(aws(role), pull, base+"app"), true},
		"more repositories":         {of(aws(role), pull, base+"app/*"), of(aws(role), pull, base+"*"), false},
		"other repositories":        {of(aws(role), pull, base+"app/*"), of(aws(role), pull, base+"base/*"), false},
		"every action":              {of(aws(role), `"Action":"ecr:*"`, "*"), of(aws(role), `"Action":"ecr:*"`, base+"*"), true},
		"an action on the registry": {of(aws(role), pull, "*"), of(aws(role), `"Action":["ecr:BatchGetImage","ecr:CreatePullThroughCacheRule"]`, "*"), false},
		"the same of the registry":  {of(aws(role), `"Action":["ecr:BatchGetImage","ecr:*Cache*"]`, "*"), of(aws(role), `"Action":["ecr:BatchGetImage","ecr:CreatePullThroughCacheRule"]`, "*"), true},
	} {
		s := registry()
		s.RegistryPolicy = doc(strings.Replace(tt.first, `"S"`, `"First"`, 1), strings.Replace(tt.second, `"S"`, `"Second"`, 1))
		found := strings.Join(findingsOf(Of(Input{Snapshot: s})), "\n")
		if got := strings.Contains(found, `needless_grant: Statement "Second" of the registry policy is needless: statement "First" of the registry policy allows`); got != tt.want {
			t.Errorf("%s: %t, want %t:\n%s", name, got, tt.want, found)
		}
	}
}

// TestRegistryActions: what a statement allows on the registry itself is no entry of a repository,
// and is not forgotten.
func TestRegistryActions(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("Own", "Allow", aws(role), `"Action":"ecr:*"`))
	s.RegistryPolicy = doc(statementJSON("All", "Allow", aws(role), `"Action":"ecr:*","Resource":"*"`),
		statementJSON("Rules", "Allow", aws(role), `"Action":["ecr:CreatePullThroughCacheRule","ecr:DescribePullThroughCacheRules"],"Resource":"*"`))
	r := Of(Input{Snapshot: s})
	for _, e := range r.Entries {
		if slices.Contains(e.Actions, "ecr:PutRegistryPolicy") || !strings.Contains(e.Sentence, "to perform every action on payment-service") {
			t.Errorf("%s: %v", e.Sentence, e.Actions)
		}
	}
	want := `unneeded_changes: Statement "Rules" of the registry policy allows ecr:CreatePullThroughCacheRule, which`
	if found := strings.Join(findingsOf(r), "\n"); len(r.Entries) != 2 || !strings.Contains(found, want) {
		t.Errorf("%d entries, findings\n%s", len(r.Entries), found)
	}
}

// TestReplication: a statement that only lets an account replicate images is as AWS writes it.
func TestReplication(t *testing.T) {
	t.Parallel()
	s := registry()
	for actions, want := range map[string][]string{
		`["ecr:CreateRepository","ecr:ReplicateImage"]`: nil,
		`["ecr:ReplicateImage","ecr:BatchGetImage"]`:    {"unneeded_changes", "whole_account"},
		`["ecr:Replicate*"]`:                            {"action_wildcard", "whole_account"},
	} {
		s.RegistryPolicy = doc(statementJSON("S", "Allow", aws(root), `"Action":`+actions+`,"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"`))
		if got := codesOf(Of(Input{Snapshot: s})); !slices.Equal(got, want) {
			t.Errorf("%s: findings %v, want %v", actions, got, want)
		}
	}
}

// TestOldVersion: a policy without Version has no policy variables.
func TestOldVersion(t *testing.T) {
	t.Parallel()
	s := registry()
	s.Repositories[0].Policy = snapshot.DocumentOf(`{"Statement":[` + statementJSON("S", "Allow", `"*"`, pull+","+condition("StringEquals", "aws:PrincipalOrgID", `"${aws:ResourceOrgID}"`)) + `]}`)
	if found := strings.Join(findingsOf(Of(Input{Snapshot: s})), "\n"); !strings.Contains(found, `uncertain_condition: Statement "S" of the repository policy: The policy has the version 2008-10-17, or none: AWS takes "${aws:ResourceOrgID}" literally, not as a policy variable.`) {
		t.Error(found)
	}
}

// TestDenials: how much of an entry a Deny closes, and what of it.
func TestDenials(t *testing.T) {
	t.Parallel()
	allow := statementJSON("S", "Allow", aws(root), pull)
	not := func(statement string) string { return strings.Replace(statement, `"Principal"`, `"NotPrincipal"`, 1) }
	for name, tt := range map[string]struct {
		allow, deny string
		want        Denial
		sentence    string
	}{
		"one role of an account":       {allow, statementJSON("D", "Deny", aws(role), `"Action":"*"`), PartlyDenied, `Statement "D" of the repository policy denies it to ` + role + "."},
		"all but one role":             {allow, not(statementJSON("D", "Deny", aws(role, root), `"Action":"*"`)), PartlyDenied, `denies it to everyone but ` + role + " and " + root + "."},
		"all but another account":      {allow, not(statementJSON("D", "Deny", aws("111122223333"), `"Action":"*"`)), EntirelyDenied, `Statement "D" of the repository policy denies all of it.`},
		"the account":                  {allow, statementJSON("D", "Deny", aws(consumer), `"Action":"ecr:*"`), EntirelyDenied, "denies all of it."},
		"one action":                   {allow, statementJSON("D", "Deny", `"*"`, `"Action":"ecr:BatchGetImage"`), PartlyDenied, "denies ecr:BatchGetImage."},
		"another account":              {allow, statementJSON("D", "Deny", aws("111122223333"), `"Action":"*"`), NotDenied, ""},
		"another action":               {allow, statementJSON("D", "Deny", `"*"`, `"Action":"ecr:PutImage"`), NotDenied, ""},
		"another organization":         {statementJSON("S", "Allow", `"*"`, pull+","+ofOrg), statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringEquals", "aws:PrincipalOrgID", `"o-b1b2c3d4e5"`)), NotDenied, ""},
		"outside of the organization":  {statementJSON("S", "Allow", `"*"`, pull+","+ofOrg), statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), NotDenied, ""},
		"the organization":             {statementJSON("S", "Allow", `"*"`, pull+","+ofOrg), statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), EntirelyDenied, ""},
		"a network":                    {allow, statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringNotEquals", "aws:SourceVpce", `"vpce-1"`)), PartlyDenied, "denies it if aws:SourceVpce is absent or does not equal vpce-1."},
		"the other network":            {statementJSON("S", "Allow", aws(root), pull+","+condition("StringEquals", "aws:SourceVpce", `"vpce-1"`)), statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringNotEquals", "aws:SourceVpce", `"vpce-1"`)), NotDenied, ""},
		"a service":                    {statementJSON("S", "Allow", `{"Service":"lambda.amazonaws.com"}`, pull+","+function), statementJSON("D", "Deny", `{"Service":"lambda.amazonaws.com"}`, `"Action":"*"`), EntirelyDenied, ""},
		"service of no organization":   {statementJSON("S", "Allow", `{"Service":"lambda.amazonaws.com"}`, pull+","+function), statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringNotEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`)), EntirelyDenied, ""},
		"tagged with another team":     {allow, statementJSON("D", "Deny", `"*"`, `"Action":"*",`+condition("StringNotEquals", "aws:ResourceTag/team", `"payments"`)), NotDenied, ""},
		"session of the role":          {statementJSON("S", "Allow", aws(role), pull), statementJSON("D", "Deny", aws("arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/one"), `"Action":"*"`), PartlyDenied, ""},
		"another Resource":             {allow, statementJSON("D", "Deny", `"*"`, `"Action":"*","Resource":"`+arn+`2"`), NotDenied, ""},
		"all actions that are known":   {statementJSON("S", "Allow", aws(root), `"Action":"ecr:*"`), statementJSON("D", "Deny", `"*"`, `"NotAction":"ecr:zzz*"`), PartlyDenied, "denies ecr:BatchCheckLayerAvailability"},
		"a Deny that AWS would reject": {allow, statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*","Condition":{"StringEqual":{"aws:PrincipalOrgID":"x"}}`), PartlyDenied, ""},
	} {
		r := Of(Input{Snapshot: registry(tt.allow, tt.deny)})
		if e := r.Entries[0]; len(r.Entries) != 1 || e.Denied != tt.want || !strings.Contains(strings.Join(e.DeniedBy, " "), tt.sentence) {
			t.Errorf("%s: %s %q, want %s %q", name, e.Denied, e.DeniedBy, tt.want, tt.sentence)
		}
	}
}

// TestControlPolicies: a Deny of a resource control policy closes doors; whether there are others
// is known only if the snapshot has them.
func TestControlPolicies(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("S", "Allow", aws(role), pull))
	s.ResourceControlPolicies = &[]snapshot.Level{{Target: "r-ab12", Policies: []snapshot.ControlPolicy{{Name: "perimeter", Document: doc(
		`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`,
		`{"Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)}}}}
	r := Of(Input{Snapshot: s})
	want := "Statement 1 (the second) of the resource control policy perimeter denies it if aws:PrincipalOrgID is absent or does not equal o-a1b2c3d4e5."
	if e := r.Entries[0]; e.Denied != PartlyDenied || !slices.Equal(e.DeniedBy, []string{want}) || !r.Complete {
		t.Errorf("%s: %q, complete: %t", e.Denied, e.DeniedBy, r.Complete)
	}
	s.ResourceControlPolicies = nil
	if r := Of(Input{Snapshot: s}); r.Complete || r.Entries[0].Denied != NotDenied || !strings.Contains(strings.Join(r.Notes, "\n"), "Resource control policies are not in the snapshot") {
		t.Errorf("complete: %t, notes %q", r.Complete, r.Notes)
	}
	s.Organization.ManagementAccount = true
	if r := Of(Input{Snapshot: s}); !r.Complete {
		t.Error("resource control policies do not bind a management account")
	}
}

// TestMembership: what can be known of the organization is said.
func TestMembership(t *testing.T) {
	t.Parallel()
	const other = "arn:aws:iam::111122223333:role/app"
	accounts, id := []string{consumer}, organized
	for name, tt := range map[string]struct {
		principal, rest string
		id              string
		accounts        []string
		want            Membership
	}{
		"nothing given":                  {aws(role), pull, "", nil, ""},
		"listed account":                 {aws(role), pull, "", accounts, Inside},
		"other account":                  {aws(other), pull, "", accounts, Outside},
		"own account":                    {aws(roleInSame), pull, "", accounts, Inside},
		"own account by ID":              {aws(roleInSame), pull, id, nil, Inside},
		"account, ID only":               {aws(role), pull, id, nil, MembershipUnknown},
		"account by condition":           {aws(role), pull + "," + ofOrg, id, nil, Inside},
		"other organization":             {aws(role), pull + "," + ofOrg, "o-b1b2c3d4e5", nil, Outside},
		"organization":                   {`"*"`, pull + "," + ofOrg, id, nil, Inside},
		"organization, list only":        {`"*"`, pull + "," + ofOrg, "", accounts, MembershipUnknown},
		"unit":                           {`"*"`, pull + "," + condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/r-ab12/*"`), id, nil, Inside},
		"everyone":                       {`"*"`, pull, id, nil, Outside},
		"everyone of a network, service": {`{"AWS":"*","Service":"lambda.amazonaws.com"}`, pull + "," + condition("StringEquals", "aws:SourceVpce", `"vpce-1"`), id, accounts, MembershipUnknown},
		"everyone of a network":          {`"*"`, pull + "," + condition("StringEquals", "aws:SourceVpce", `"vpce-1"`), id, accounts, MembershipUnknown},
		"service for an account":         {`{"Service":"lambda.amazonaws.com"}`, pull + "," + function, "", accounts, Inside},
		"service for another":            {`{"Service":"lambda.amazonaws.com"}`, pull + "," + condition("StringEquals", "aws:SourceAccount", `"111122223333"`), "", accounts, Outside},
		"service for one":                {`{"Service":"lambda.amazonaws.com"}`, pull + "," + condition("StringEquals", "aws:SourceOrgID", `"o-a1b2c3d4e5"`), id, nil, Inside},
		"service for its units":          {`{"Service":"lambda.amazonaws.com"}`, pull + "," + condition("ForAnyValue:StringLike", "aws:SourceOrgPaths", `"o-b1b2c3d4e5/*"`), id, nil, Outside},
		"account, in its units":          {aws(root), pull + "," + condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-b1b2c3d4e5/*"`), id, nil, Outside},
		"organization, any value":        {`"*"`, pull + "," + condition("ForAnyValue:StringEquals", "aws:PrincipalOrgID", `"o-b1b2c3d4e5"`), id, nil, Outside},
		"organization, any case":         {`"*"`, pull + "," + condition("StringEqualsIgnoreCase", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), id, nil, Inside},
		"account, no organization":       {aws(role), pull + "," + condition("StringEquals", "aws:PrincipalOrgID", `"o-x"`), id, nil, MembershipUnknown},
		"organization and none":          {`"*"`, pull + "," + condition("StringEquals", "aws:PrincipalOrgID", `["o-x","o-a1b2c3d4e5"]`), id, nil, Inside},
		"role, any value":                {`"*"`, pull + "," + condition("ForAnyValue:ArnEquals", "aws:PrincipalArn", `"`+other+`"`), id, accounts, Outside},
		"service for anyone":             {`{"Service":"lambda.amazonaws.com"}`, pull, id, accounts, MembershipUnknown},
	} {
		r := Of(Input{Snapshot: registry(statementJSON("S", "Allow", tt.principal, tt.rest)), OrganizationID: tt.id, OrganizationAccounts: tt.accounts})
		if got := r.Entries[0].InOrganization; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		isFound := slices.Contains(codesOf(r), string(OutsideOrganization))
		if want := tt.want == Outside && r.Entries[0].Kind != Everyone; isFound != want {
			t.Errorf("%s: findings %v", name, codesOf(r))
		}
	}
}

// TestOutsiderClosed: a grantee to whom a Deny closes the door again is none that has access.
func TestOutsiderClosed(t *testing.T) {
	t.Parallel()
	allow := statementJSON("S", "Allow", aws(consumer, "111122223333"), pull)
	deny := statementJSON("D", "Deny", aws("111122223333"), `"Action":"ecr:*"`)
	r := Of(Input{Snapshot: registry(allow, deny), OrganizationAccounts: []string{consumer}})
	if got := findingsOf(r); len(got) != 1 || !strings.Contains(got[0], "for the whole account 123456789012: ") {
		t.Errorf("findings %q", got)
	}
}

// TestTooComplex: what takes too long to evaluate is told, and is not called closed.
func TestTooComplex(t *testing.T) {
	t.Parallel()
	var statements []string
	for i := range 40 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::%012d:role/a"},"Action":"*","Condition":{"StringLike":{"aws:SourceVpce":["*a%d*b","*c%d*"],"aws:UserAgent":"*%d*"}}}`, i+1, i, i, i))
	}
	for i := range 20 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringLike":{"aws:SourceVpce":"*x%d*"}}}`, i))
	}
	r := Of(Input{Snapshot: registry(statements...)})
	isClosed := func(e Entry) bool { return e.Denied == EntirelyDenied }
	if !slices.Contains(codesOf(r), string(TooComplex)) || len(r.Entries) != 20 || slices.ContainsFunc(r.Entries, isClosed) {
		t.Errorf("%d entries, findings %v", len(r.Entries), codesOf(r))
	}
}

// TestDescriptions: each statement has its own, by Sid or by import ID; one that belongs to none is
// told.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	s := registry(statementJSON("Pull", "Allow", aws(role), pull), statementJSON("Deny", "Deny", aws(role), pull+","+condition("StringNotEquals", "aws:SourceVpce", `"vpce-1"`)))
	s.RegistryPolicy = doc(statementJSON("Pull", "Allow", aws("arn:aws:iam::111122223333:role/app"), pull+`,"Resource":"*"`))
	r := Of(Input{Snapshot: s, Descriptions: map[string]string{"Pull": "all teams", "987654321098,us-east-1,Pull": "base images", "Deny": "our network", "Gone": "x"}})
	if a, b := r.Entries[0].Description, r.Entries[1].Description; a != "all teams" || b != "base images" {
		t.Errorf("got %q and %q", a, b)
	}
	if denied := strings.Join(r.Entries[0].DeniedBy, ""); !strings.HasSuffix(denied, "does not equal vpce-1 (our network).") {
		t.Error(denied)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "descriptions has Gone, and") || slices.Contains(codesOf(r), string(NoDescription)) {
		t.Errorf("notes %s\nfindings %v", notes, codesOf(r))
	}
}

// TestChanged: the statement in place of another one, and the grant that writes it.
func TestChanged(t *testing.T) {
	t.Parallel()
	r := Of(Input{Snapshot: registry(statementJSON("Pull", "Allow", aws(role), `"Action":"ecr:*"`))})
	f := r.Findings[0]
	if _, err := policy.ParseStatement(f.Statement); err != nil || !strings.Contains(f.HCL, `access      = "pull"`) || !strings.Contains(f.Remedy, "terraform import ecrxa_repository_grant.payment_service_Pull") {
		t.Errorf("%s\n%s\n%s", f.Statement, f.HCL, f.Remedy)
	}
	r = Of(Input{Snapshot: registry(statementJSON("Open", "Allow", `"*"`, pull)), OrganizationID: organized})
	if f = r.Findings[0]; !strings.Contains(f.Statement, `"aws:PrincipalOrgID":"o-a1b2c3d4e5"`) {
		t.Errorf("%s\n%s", f.Statement, f.HCL)
	}
	s := registry()
	s.RegistryPolicy = doc(statementJSON("Base", "Allow", aws(role), `"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/base/*"`))
	f = Of(Input{Snapshot: s}).Findings[0]
	if !strings.Contains(f.HCL, `resource "ecrxa_registry_grant" "registry_Base"`) || !strings.Contains(f.HCL, `"base/*"`) || !strings.Contains(f.Remedy, "terraform import ecrxa_registry_grant.registry_Base '987654321098,us-east-1,Base'") {
		t.Errorf("%s\n%s\n%s", f.Statement, f.HCL, f.Remedy)
	}
	r = Of(Input{Snapshot: registry(statementJSON("With space", "Allow", aws(role), `"Action":"ecr:*"`))})
	if f = r.Findings[0]; f.HCL != "" || f.Statement == "" {
		t.Errorf("no grant has this Sid: %s", f.HCL)
	}
}

// TestHostileTexts: what others wrote stays data in the report.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	of := func(text string) *Report {
		value := jsonText(text)
		s := registry(
			`{"Sid":`+value+`,"Effect":"Allow","Principal":{"AWS":["*",`+value+`],"Service":`+value+`},"Action":["ecr:*",`+value+`],"Condition":{"StringEquals":{`+value+`:`+value+`}}}`,
			`{"Sid":`+value+`,"Effect":"Deny","Principal":{"AWS":`+value+`},"Action":["ecr:*"],"Condition":{`+value+`:{"aws:SourceVpce":`+value+`}}}`,
		)
		s.ResourceControlPolicies = &[]snapshot.Level{{Policies: []snapshot.ControlPolicy{{Name: text, Document: doc(`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)}}}}
		s.Repositories[0].Name = text
		return Of(Input{
			Snapshot: s, Descriptions: map[string]string{text: text},
			Suppressions: []Suppression{{Code: OpenToEveryone, Reason: text}, {Code: OtherPartition, Sid: text, Repository: text, Reason: text}},
		})
	}
	harmless := of("x")
	for _, text := range hostile.Texts() {
		got := of(text)
		for i, f := range got.Findings {
			hostile.CheckHarmless(t, "sentence", f.Sentence+f.Remedy, strings.Repeat("x", 40_000))
			if i > 40 {
				break
			}
		}
		for _, e := range got.Entries {
			hostile.CheckHarmless(t, "entry", e.Sentence+strings.Join(e.DeniedBy, ""), "")
		}
		hostile.CheckHarmless(t, "summary", got.Summary(), harmless.Summary())
		if lines := strings.Count(got.Markdown(), "\nforged") + strings.Count(got.Markdown(), "\x1b"); lines > 0 {
			t.Errorf("the report has forged lines:\n%s", got.Markdown())
		}
	}
}
