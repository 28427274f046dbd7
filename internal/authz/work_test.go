// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// What AWS lets a document have, in characters.
const documentSize = 10_240

// pullActions are the actions of a pull, which make one verdict.
var pullActions = []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// A verdictWork is what the verdict on a pull takes.
type verdictWork struct {
	verdicts   string // first letters, by action
	steps      int
	bytes      uint64 // allocated
	tooComplex string // see tooComplex
}

// work gives the verdict on a pull, with reasons.
func (w *workload) work() verdictWork {
	var v verdictWork
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	budget := authz.NewBudget()
	for _, action := range pullActions {
		of := *w
		of.req.Action = action
		d := of.evaluate(budget)
		v.verdicts += string(d.Verdict[0])
		v.tooComplex = tooComplex(&d)
	}
	runtime.ReadMemStats(&after)
	v.steps, v.bytes = budget.Spent(), after.TotalAlloc-before.TotalAlloc
	return v
}

// repeated returns texts of a number.
func repeated(n int, text func(i int) string) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = text(i)
	}
	return texts
}

func jsonList(texts []string) string { return `["` + strings.Join(texts, `","`) + `"]` }

func jsonDocument(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// fullDocuments returns documents of as many statements as AWS lets them have.
func fullDocuments(n int, statement func(i int) string) []string {
	documents, number := make([]string, n), 0
	for i := range documents {
		var statements []string
		size := len(jsonDocument())
		for {
			s := statement(number)
			if size += len(s) + 1; size > documentSize {
				break
			}
			statements, number = append(statements, s), number+1
		}
		documents[i] = jsonDocument(statements...)
	}
	return documents
}

func repositoryWorkload(documents ...string) workload {
	return newWorkload(true, []string{allowAll}, documents)
}

func roleWorkload(unknown bool, documents ...string) workload {
	return newWorkload(unknown, documents, []string{`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`})
}

func newWorkload(unknown bool, identity, repository []string) workload {
	req := request(nil)
	req.Context.Complete = !unknown
	return workload{req, authz.Policies{Identity: givenByNumber(identity), Repository: givenByNumber(repository)}}
}

func givenByNumber(documents []string) authz.PolicySet {
	set := authz.PolicySet{Present: true}
	for i, text := range documents {
		set.Policies = append(set.Policies, vectors.Compile(fmt.Sprint("p", i), text))
	}
	return set
}

// allowsIf is a statement of a role's policy with a condition.
func allowsIf(operator, key, values string) string {
	return fmt.Sprintf(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{%q:{%q:%s}}}`, operator, key, values)
}

// allowsAnyoneIf is a statement of a repository policy with a condition.
func allowsAnyoneIf(effect, operator, key, values string) string {
	return fmt.Sprintf(`{"Effect":%q,"Principal":"*","Action":"*","Condition":{%q:{%q:%s}}}`, effect, operator, key, values)
}

// allowsDifferent returns statements that compare one key with a value each.
func allowsDifferent(n int) string {
	return jsonDocument(repeated(n, func(i int) string {
		return allowsAnyoneIf("Allow", "StringEquals", "aws:SourceVpce", fmt.Sprintf(`"vpce-%d"`, i))
	})...)
}

func allowsOthers(n int) string {
	return jsonDocument(repeated(n, func(i int) string {
		return fmt.Sprintf(`{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team-%d/app"}`, i)
	})...)
}

// repeatedPatterns is an Allow and a Deny on four patterns with many wildcards.
func repeatedPatterns(n int) string {
	var patterns []string
	for _, letter := range []string{"a", "b", "c", "d"} {
		patterns = append(patterns, strings.Repeat("*"+letter+"?", n))
	}
	return jsonDocument(
		allowsAnyoneIf("Allow", "StringLike", "aws:SourceVpce", jsonList(patterns)),
		allowsAnyoneIf("Deny", "StringLike", "aws:SourceVpce", jsonList(patterns)))
}

// TestWork: whatever documents within AWS's limits say, the verdict on a pull takes a
// bounded number of steps, and bounded memory. The test is not parallel, since memory
// is counted for the whole process.
func TestWork(t *testing.T) { //nolint:paralleltest // see above
	five := jsonList([]string{"*a*b*", "*c*d*", "*e*f*", "*g*h*", "*i*j*"})
	long := jsonList([]string{"*abcde*fghij*", "*klmno*pqrst*", "*uvwxy*zabcd*", "*efghi*jklmn*", "*opqrs*tuvwx*"})
	session := roleWorkload(true, allowAll)
	session.req.Principal = "arn:aws:sts::123456789012:assumed-role/app/s"
	session.pol.SCP = []authz.PolicySet{given(jsonDocument(`{"Effect":"Allow","Action":"*","Resource":"*"}`,
		strings.Replace(allowsIf("ArnNotLike", "aws:PrincipalArn", jsonList(repeated(50, func(i int) string {
			return fmt.Sprintf("arn:aws:iam::*:role/team-%d-*", i)
		}))), "Allow", "Deny", 1)))}
	longValue := roleWorkload(false, fullDocuments(20, func(int) string {
		return allowsIf("StringLike", "aws:a", `"*`+strings.Repeat("a?", 2500)+`b*"`)
	})...)
	longValue.req.Context.Known = map[string][]string{"aws:a": {strings.Repeat("a", 10_000)}}
	levels := roleWorkload(true, allowAll)
	for _, text := range fullDocuments(20, func(i int) string { return allowsIf("StringEquals", fmt.Sprint("k", i%5), fmt.Sprintf(`"%d"`, i)) }) {
		levels.pol.SCP = append(levels.pol.SCP, given(text))
	}
	each := func(operator, key, values string) workload {
		return roleWorkload(true, fullDocuments(20, func(i int) string {
			return allowsIf(operator, strings.ReplaceAll(key, "#", strconv.Itoa(i)), strings.ReplaceAll(values, "#", strconv.Itoa(i)))
		})...)
	}
	lists := func(operator, key string, length int, format string) workload {
		return roleWorkload(true, fullDocuments(20, func(i int) string {
			return allowsIf(operator, key, jsonList(repeated(length, func(k int) string { return fmt.Sprintf(format, i, k%250) })))
		})...)
	}
	for _, test := range []struct {
		name     string
		w        workload
		verdicts string
		steps    int // at most
		complex  bool
	}{
		{"five patterns", repositoryWorkload(jsonDocument(allowsAnyoneIf("Allow", "StringLike", "aws:a", five))), "acc", 200_000, false},
		{"five long patterns", repositoryWorkload(jsonDocument(allowsAnyoneIf("Allow", "StringLike", "aws:a", long))), "acc", 1_000_000, false},
		{"eight keys", repositoryWorkload(jsonDocument(repeated(8, func(i int) string { return allowsAnyoneIf("Allow", "StringLike", fmt.Sprint("k", i), five) })...)), "acc", 1_500_000, false},
		{"1,000 statements", repositoryWorkload(allowsDifferent(1000)), "acc", 1_000_000, false},
		{"10,000 statements, near miss", roleWorkload(true, allowsOthers(10_000)), "ddd", 4_000_000, false},
		{"50 ARNs in a service control policy, and a session", session, "ccc", 1_000_000, false},
		{"four patterns repeated 30 times", repositoryWorkload(repeatedPatterns(30)), "add", 1_000_000, false},
		{"four patterns repeated 410 times", repositoryWorkload(repeatedPatterns(410)), "add", 1_000_000, false},
		{"three lists of texts", roleWorkload(true, fullDocuments(3, func(i int) string {
			return allowsIf("StringEquals", "aws:a", jsonList(repeated(420, func(k int) string { return fmt.Sprintf("vpce-%d%03d", i, k) })))
		})...), "ccc", 1_000_000, false},
		{"lists of texts", lists("StringEquals", "aws:a", 1400, "%d%03d"), "ccc", 12_000_000, false},
		{"a text each", each("StringEquals", "aws:a", `"#"`), "ccc", 4_000_000, false},
		{"a text without case each", each("StringEqualsIgnoreCase", "aws:a", `"x#"`), "ccc", 12_000_000, true},
		{"a pattern each", each("StringLike", "aws:a", `"*#*"`), "ccc", 4_000_000, true},
		{"a key each", each("StringEquals", "k#", `"1"`), "ccc", 8_000_000, true},
		{"a number each", each("NumericLessThan", "aws:a", `"#"`), "ccc", 4_000_000, false},
		{"a set each", each("ForAnyValue:StringEquals", "aws:TagKeys", `"#"`), "ccc", 2_000_000, true},
		{"lists of numbers", lists("NumericLessThan", "aws:a", 900, "%d.%d"), "ccc", 10_500_000, true},
		{"lists of addresses", lists("IpAddress", "aws:SourceIp", 600, "10.%d.%d.0/24"), "ccc", 10_500_000, false},
		{"a policy variable each", roleWorkload(true, fullDocuments(20, func(i int) string {
			return fmt.Sprintf(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:ecr:*:*:repository/${aws:k%d}"}`, i)
		})...), "dcc", 8_000_000, true},
		{"empty statements", roleWorkload(true, fullDocuments(20, func(int) string { return `{}` })...), "ccc", 10_500_000, false},
		{"patterns on a long text", longValue, "ccc", 10_500_000, true},
		{"levels", levels, "ccc", 4_000_000, true},
	} {
		got := test.w.work()
		if got.verdicts != test.verdicts || got.steps > test.steps || got.bytes > 64<<20 || (got.tooComplex != "") != test.complex {
			t.Errorf("%s: %s, %d steps of %d, %d MB, too complex: %q", test.name, got.verdicts, got.steps, test.steps, got.bytes>>20, got.tooComplex)
		}
	}
}

// TestWorkIsLinear: the steps grow no faster than the statements.
func TestWorkIsLinear(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(n int) workload{
		"an unknown key": func(n int) workload { return repositoryWorkload(allowsDifferent(n)) },
		"near misses":    func(n int) workload { return roleWorkload(true, allowsOthers(n)) },
		"numbers": func(n int) workload {
			return roleWorkload(true, jsonDocument(repeated(n, func(i int) string { return allowsIf("NumericGreaterThan", "aws:a", fmt.Sprintf(`"%d"`, i)) })...))
		},
	} {
		var steps []int
		for _, n := range []int{500, 1000, 2000, 4000} {
			w := build(n)
			steps = append(steps, w.work().steps)
		}
		for i := range steps[1:] {
			if steps[i+1] > steps[i]*22/10 {
				t.Errorf("%s: twice the statements take %d steps instead of %d", name, steps[i+1], steps[i])
			}
		}
		if !slices.IsSorted(steps) {
			t.Errorf("%s: %d", name, steps)
		}
	}
}

// TestWorkCountsLongTexts: to compare a long value of the request without case takes
// steps for all its letters, though a policy variable decides.
func TestWorkCountsLongTexts(t *testing.T) {
	t.Parallel()
	const length = 10_000
	w := roleWorkload(true, jsonDocument(allowsIf("StringEqualsIgnoreCase", "aws:a", `"a${aws:b}"`)))
	w.req.Context.Known = map[string][]string{"aws:a": {strings.Repeat("b", length)}}
	budget := authz.NewBudget()
	w.evaluate(budget)
	if budget.Spent() < length {
		t.Errorf("%d steps for a text of %d letters", budget.Spent(), length)
	}
}
