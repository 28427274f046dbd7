package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// MetBy says which requests meet conditions on one key although the conditions do not name
// their value. Conditions that neither of the two meets limit an Allow statement to the
// values that they name.
type MetBy struct {
	WithoutKey bool   // requests without the key; false for a key that every request has
	OtherValue string // a value that the conditions do not name and that meets them; empty if there is none
}

// MetByOthers returns which requests meet all of the conditions. They must be on one key, in
// one statement of the version 2012-10-17. The account, 12 digits, is that of the caller.
func MetByOthers(conditions []policy.Condition, account string) MetBy {
	const registry = "000000000001"
	policies := Policies{
		Identity:   PolicySet{Present: true, Policies: []*Policy{allowing(nil, nil)}},
		Repository: PolicySet{Present: true, Policies: []*Policy{allowing(map[string][]string{"AWS": {"*"}}, conditions)}},
	}
	key := pattern.Lower(conditions[0].Variable)
	isMet := func(values ...string) bool {
		return Allowed == Decide(Request{
			Principal: "arn:aws:iam::" + account + ":role/" + otherText, Action: "ecr:BatchGetImage",
			ResourceAccount: registry, Resource: "arn:aws:ecr:us-east-1:" + registry + ":repository/app",
			Context: Context{Known: map[string][]string{key: values}, Complete: true},
		}, policies)
	}
	met := MetBy{WithoutKey: !alwaysPresent(key) && isMet()}
	for _, c := range conditions {
		if met.OtherValue = valueThatMeets(key, c.Test, account, isMet); met.OtherValue == "" {
			break
		}
	}
	return met
}

// valueThatMeets returns a value that no policy names and that meets conditions. Of numbers,
// dates and truth values, the extremes must all meet them.
func valueThatMeets(key, test, account string, isMet func(...string) bool) string {
	op, _, _, _ := parseOperator(test)
	values := otherValues(key, op.family, account)
	met := slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !isMet(value) })
	if len(met) == 0 || op.family != ipAddress && len(met) < len(values) {
		return ""
	}
	return met[0]
}

// allowing returns a policy that allows everything to the principals under conditions.
func allowing(principals map[string][]string, conditions []policy.Condition) *Policy {
	all := policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{"*"}, Resources: []string{"*"}, Conditions: conditions})
	return Compile("", policy.NewDocument(all))
}

// otherText is a text that no policy names.
const otherText = "zzzzzz"

// otherValues returns values of a key, in lower case, that no policy names, of the form
// that a family compares with: for addresses one of each version.
func otherValues(key string, f family, account string) []string {
	switch f {
	case numeric:
		return []string{"0", "1000000000000"}
	case date:
		return []string{"1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z"}
	case boolean:
		return []string{"true", "false"}
	case binary:
		return []string{"fg=="}
	case ipAddress:
		return []string{"198.51.100.77", "2001:db8::77"}
	case stringExact, stringFold, stringLike, arnLike, null:
	}
	switch {
	case key == "aws:principalarn":
		return []string{"arn:aws:iam::" + account + ":role/" + otherText}
	case strings.HasSuffix(key, "arn"):
		return []string{"arn:aws:lambda:us-east-1:000000000000:function:" + otherText}
	case key == "aws:principalaccount":
		return []string{account}
	case strings.HasSuffix(key, "account"):
		return []string{"000000000000"}
	case strings.HasSuffix(key, "orgid"):
		return []string{"o-zzzzzzzzzz"}
	case strings.HasSuffix(key, "orgpaths"):
		return []string{"o-zzzzzzzzzz/r-zzzz/ou-zzzz-zzzzzzzz/"}
	case key == "aws:sourcevpce":
		return []string{"vpce-" + otherText}
	case key == "aws:sourcevpc":
		return []string{"vpc-" + otherText}
	case key == "aws:userid":
		return []string{"AROAZZZZZZZZZZZZZZZZZ:" + otherText}
	case hasType(key, boolean):
		return []string{"true", "false"}
	case hasType(key, ipAddress):
		return []string{"198.51.100.77"}
	case hasType(key, date):
		return []string{"9999-01-01T00:00:00Z"}
	case hasType(key, numeric):
		return []string{"1000000000000"}
	}
	return []string{otherText}
}
