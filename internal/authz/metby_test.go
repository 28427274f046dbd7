// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

func TestMetByOthers(t *testing.T) {
	t.Parallel()
	condition := func(test, key string, values ...string) policy.Condition {
		return policy.Condition{Test: test, Variable: key, Values: values}
	}
	type conditions = []policy.Condition
	const vpce, orgPaths = "aws:SourceVpce", "aws:PrincipalOrgPaths"
	type met struct{ withoutKey, otherValue bool }
	narrow, without, others, both := met{}, met{withoutKey: true}, met{otherValue: true}, met{true, true}
	for name, tt := range map[string]struct {
		conditions conditions
		want       met
	}{
		"a value":                         {conditions{condition("StringEquals", vpce, "vpce-1")}, narrow},
		"a pattern":                       {conditions{condition("StringLike", "aws:PrincipalTag/team", "pay*")}, narrow},
		"a role":                          {conditions{condition("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/app")}, narrow},
		"a path of an organization":       {conditions{condition("ForAnyValue:StringLike", orgPaths, "o-a1b2c3d4e5/r-ab12/*")}, narrow},
		"addresses":                       {conditions{condition("IpAddress", "aws:SourceIp", "10.0.0.0/8", "2001:db8:1::/48")}, narrow},
		"an age":                          {conditions{condition("NumericLessThan", "aws:MultiFactorAuthAge", "3600")}, narrow},
		"until a date":                    {conditions{condition("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z")}, narrow},
		"a truth value":                   {conditions{condition("Bool", "aws:MultiFactorAuthPresent", "true")}, narrow},
		"bytes":                           {conditions{condition("BinaryEquals", "x:Key", "QmluYXJ5")}, narrow},
		"another key as a variable":       {conditions{condition("StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}")}, narrow},
		"no key":                          {conditions{condition("Null", vpce, "true")}, without},
		"if it exists":                    {conditions{condition("StringEqualsIfExists", vpce, "vpce-1")}, without},
		"if it exists, truth value":       {conditions{condition("BoolIfExists", "aws:MultiFactorAuthPresent", "true")}, without},
		"all values":                      {conditions{condition("ForAllValues:StringLike", orgPaths, "o-a1b2c3d4e5/r-ab12/*")}, without},
		"all values, and some":            {conditions{condition("ForAllValues:StringLike", orgPaths, "o-a1b2c3d4e5/r-ab12/*"), condition("Null", orgPaths, "false")}, narrow},
		"if it exists, of a role":         {conditions{condition("ArnLikeIfExists", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/app")}, narrow},
		"other values":                    {conditions{condition("StringNotEquals", vpce, "vpce-1")}, both},
		"other roles":                     {conditions{condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/app")}, others},
		"other addresses":                 {conditions{condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8")}, both},
		"other values, and some":          {conditions{condition("StringNotEquals", vpce, "vpce-1"), condition("Null", vpce, "false")}, others},
		"any value":                       {conditions{condition("StringLike", vpce, "*")}, others},
		"any value, if it exists":         {conditions{condition("StringLikeIfExists", vpce, "*")}, both},
		"any endpoint":                    {conditions{condition("StringLike", vpce, "vpce-*")}, others},
		"any organization":                {conditions{condition("StringLike", "aws:PrincipalOrgID", "o-*")}, others},
		"any path of any organization":    {conditions{condition("ForAnyValue:StringLike", orgPaths, "o-*/*")}, others},
		"some value":                      {conditions{condition("Null", "aws:PrincipalOrgID", "false")}, others},
		"the key as a variable":           {conditions{condition("StringEquals", vpce, "${aws:SourceVpce}")}, others},
		"every role of the account":       {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*")}, others},
		"every role, as a text":           {conditions{condition("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*")}, others},
		"the account of the caller":       {conditions{condition("StringEquals", "aws:PrincipalAccount", "123456789012")}, others},
		"every address of a family":       {conditions{condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")}, others},
		"every address of the other":      {conditions{condition("IpAddress", "aws:SourceIp", "::/0")}, others},
		"every truth value":               {conditions{condition("Bool", "aws:MultiFactorAuthPresent", "true", "false")}, others},
		"every number":                    {conditions{condition("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "0")}, others},
		"values and any value":            {conditions{condition("StringLike", vpce, "vpce-1", "*")}, others},
		"a pattern and the key":           {conditions{condition("StringLike", vpce, "*"), condition("StringEquals", vpce, "vpce-1")}, narrow},
		"every source ARN":                {conditions{condition("ArnLike", "aws:SourceArn", "arn:aws:lambda:*:*:function:*")}, others},
		"the registry's account":          {conditions{condition("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")}, narrow},
		"not the registry's account":      {conditions{condition("StringNotEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")}, both},
		"every source account":            {conditions{condition("StringLike", "aws:SourceAccount", "*")}, others},
		"every VPC":                       {conditions{condition("StringLike", "aws:SourceVpc", "vpc-*")}, others},
		"every user ID":                   {conditions{condition("StringLike", "aws:userid", "*:*")}, others},
		"an address as a text":            {conditions{condition("StringLike", "aws:SourceIp", "*.*")}, others},
		"a date as a text":                {conditions{condition("StringLike", "aws:CurrentTime", "*-*")}, others},
		"a number as a text":              {conditions{condition("StringLike", "aws:MultiFactorAuthAge", "1*")}, others},
		"a truth value as a text":         {conditions{condition("StringLike", "aws:SecureTransport", "true")}, narrow},
		"an operator that AWS has not":    {conditions{condition("StringAlmost", vpce, "vpce-1")}, both},
		"a value that cannot be compared": {conditions{condition("NumericEquals", vpce, "many")}, others},
		"no ARN":                          {conditions{condition("ArnLike", "aws:PrincipalArn", "*")}, others},
		"not a variable":                  {conditions{condition("StringNotEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/team")}, both},
		"every user":                      {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/*")}, others},
		"every role with a path":          {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*/*")}, others},
		"every federated user":            {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:sts::123456789012:federated-user/*")}, others},
		"the root user":                   {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:root")}, narrow},
		"every role of GovCloud":          {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws-us-gov:iam::123456789012:role/*")}, others},
		"every role with a hyphen":        {conditions{condition("StringLike", "aws:PrincipalArn", "*-*")}, others},
		"every long name":                 {conditions{condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/??????????*")}, others},
		"every user's ID":                 {conditions{condition("StringLike", "aws:userid", "AIDA*")}, others},
		"every short tag":                 {conditions{condition("StringLike", "aws:PrincipalTag/team", "???")}, others},
		"every mail address":              {conditions{condition("StringLike", "aws:SourceIdentity", "*@*")}, others},
		"mail addresses of a domain":      {conditions{condition("StringLike", "aws:SourceIdentity", "*@example.com")}, narrow},
		"every ID of a VPC":               {conditions{condition("StringLike", "aws:SourceVpc", "vpc-?????????????????")}, others},
		"every long ID of organizations":  {conditions{condition("StringLike", "aws:PrincipalOrgID", "o-???????????*")}, others},
		"every Region":                    {conditions{condition("StringLike", "aws:RequestedRegion", "*-*")}, others},
		"half of all addresses":           {conditions{condition("IpAddress", "aws:SourceIp", "128.0.0.0/1")}, narrow},
		"two halves":                      {conditions{condition("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1")}, others},
		"every public IPv6 address":       {conditions{condition("IpAddress", "aws:SourceIp", "2000::/3")}, others},
		"addresses of documentation":      {conditions{condition("IpAddress", "aws:SourceIp", "198.51.100.0/24", "2001:db8::/32")}, narrow},
		"three quarters of all addresses": {conditions{condition("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/2")}, others},
		"the other three quarters":        {conditions{condition("IpAddress", "aws:SourceIp", "64.0.0.0/2", "128.0.0.0/1")}, others},
		"all but some private addresses":  {conditions{condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "192.168.0.0/16"), condition("Null", "aws:SourceIp", "false")}, others},
		"a tag like another one":          {conditions{condition("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/group}")}, others},
		"a tag like the session's":        {conditions{condition("StringEquals", "aws:PrincipalTag/team", "${aws:SourceIdentity}")}, others},
		"a tag with a default":            {conditions{condition("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/group, 'none'}")}, others},
		"a tag within a text":             {conditions{condition("StringEquals", "aws:PrincipalTag/team", "team-${aws:PrincipalTag/group}")}, others},
		"a tag of the repository":         {conditions{condition("StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}")}, narrow},
		"one letter":                      {conditions{condition("StringLike", "aws:PrincipalTag/team", "*a*")}, others},
		"several letters apart":           {conditions{condition("StringLike", "aws:PrincipalArn", "*e*a*")}, others},
		"a digit":                         {conditions{condition("StringLike", "aws:SourceVpce", "vpce-*0*")}, others},
		"two letters":                     {conditions{condition("StringLike", "aws:PrincipalTag/team", "*qa*")}, narrow},
		"a first letter":                  {conditions{condition("StringLike", "aws:PrincipalTag/team", "q*")}, narrow},
		"since a date of the past":        {conditions{condition("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")}, others},
		"until a date far away":           {conditions{condition("DateLessThan", "aws:CurrentTime", "2099-12-31T00:00:00Z")}, others},
		"a window of time":                {conditions{condition("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), condition("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z")}, narrow},
		"all seconds":                     {conditions{condition("NumericGreaterThan", "aws:EpochTime", "1500000000")}, others},
		"every age of MFA":                {conditions{condition("NumericLessThan", "aws:MultiFactorAuthAge", "200000")}, others},
		"every number but 0":              {conditions{condition("NumericNotEquals", "aws:PrincipalTag/level", "0"), condition("Null", "aws:PrincipalTag/level", "false")}, others},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := MetByOthers(tt.conditions, "123456789012")
			if (met{got.WithoutKey, got.OtherValue != ""}) != tt.want {
				t.Errorf("%+v are met by %+v, want %+v", tt.conditions, got, tt.want)
			}
		})
	}
}

func TestIncomparable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		condition policy.Condition
		value     string
	}{
		{policy.Condition{Test: "NumericEquals", Variable: "aws:MultiFactorAuthAge", Values: []string{"1", "many"}}, "many"},
		{policy.Condition{Test: "IpAddress", Variable: "aws:SourceIp", Values: []string{"10.0.0.0/8", "here"}}, "here"},
		{policy.Condition{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-1"}}, ""},
	} {
		value, problem := Incomparable(tt.condition)
		if value != tt.value || (problem == "") != (tt.value == "") {
			t.Errorf("%+v: %q, %q; want %q", tt.condition, value, problem, tt.value)
		}
	}
}

// Conditions are certain where the key follows from the request.
func TestMeets(t *testing.T) {
	t.Parallel()
	const (
		role    = "arn:aws:iam::123456789012:role/app"
		service = "lambda.amazonaws.com"
	)
	for _, tt := range []struct {
		principal string
		condition policy.Condition
		want      Verdict
	}{
		{role, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"us-east-1"}}, Allowed},
		{role, policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"eu-west-1"}}, Denied},
		{role, policy.Condition{Test: "ArnLike", Variable: "aws:SourceArn", Values: []string{"*"}}, Denied},
		{service, policy.Condition{Test: "StringEquals", Variable: "aws:SourceAccount", Values: []string{"123456789012"}}, Conditional},
		{service, policy.Condition{Test: "Bool", Variable: "aws:PrincipalIsAWSService", Values: []string{"true"}}, Allowed},
		{"arn:aws:sts::123456789012:federated-user/app", policy.Condition{Test: "StringEquals", Variable: "aws:RequestedRegion", Values: []string{"us-east-1"}}, Allowed},
		{role, policy.Condition{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-1"}}, Conditional},
	} {
		got := Meets([]policy.Condition{tt.condition})(Request{
			Principal: tt.principal, Action: "ecr:BatchGetImage", ResourceAccount: "987654321098", Resource: "arn:aws:ecr:us-east-1:987654321098:repository/app",
		})
		if got != tt.want {
			t.Errorf("%s, %+v: %s, want %s", tt.principal, tt.condition, got, tt.want)
		}
	}
}

func TestLiteralWildcard(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		test, value string
		want        bool
	}{
		{"StringEquals", "o-*", true},
		{"ForAnyValue:StringNotEqualsIgnoreCase", "o-?", true},
		{"StringEquals", "vpce-1", false},
		{"StringEquals", "${*}${aws:PrincipalTag/a*b}", false},
		{"StringEquals", "${*}*", true},
		{"StringLike", "o-*", false},
		{"ArnEquals", "arn:*", false},
		{"StringSimilar", "o-*", false},
	} {
		if got := LiteralWildcard(policy.Condition{Test: tt.test, Variable: "aws:PrincipalOrgID", Values: []string{"plain", tt.value}}); (got == tt.value) != tt.want {
			t.Errorf("%s %q: %q", tt.test, tt.value, got)
		}
	}
}
