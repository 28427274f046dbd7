// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// hardWorkload makes up documents within AWS's limits that may be hard to evaluate,
// and returns their size.
func (w *world) hardWorkload() (work workload, size int) {
	work.req = request(nil)
	work.req.Context.Complete = w.pick(8) == 0
	work.req.Principal = pickOf(w, consumerRole, consumerRole, "arn:aws:sts::123456789012:assumed-role/app/s", "arn:aws:iam::123456789012:user/app")
	work.req.ResourceAccount = pickOf(w, "987654321098", "123456789012")
	if w.pick(4) == 0 {
		work.req.Context.Known = map[string][]string{"aws:k1": {strings.Repeat(pickOf(w, "a", "ab", "a:"), 1<<w.pick(13))}}
	}
	documents := func(most int, kind policyKind) authz.PolicySet {
		texts := make([]string, pickOf(w, w.pick(most+1), w.pick(most+1), most*3))
		for i := range texts {
			texts[i] = w.hardDocument(kind)
			size += len(texts[i])
		}
		return givenByNumber(texts)
	}
	work.pol = authz.Policies{
		Identity: documents(6, callerPolicy), Boundary: documents(1, callerPolicy), Session: documents(1, callerPolicy),
		VPCEndpoint: documents(1, resourcePolicy), Repository: documents(1, ownPolicy), Registry: documents(1, resourcePolicy),
	}
	for range w.pick(5) {
		work.pol.SCP = append(work.pol.SCP, documents(3, callerPolicy))
	}
	return work, size
}

// hardDocument repeats a few statements with other numbers.
func (w *world) hardDocument(kind policyKind) string {
	var kinds []string
	for range 1 + w.pick(3) {
		kinds = append(kinds, w.hardStatement(kind))
	}
	count := 1 << w.pick(12)
	var statements []string
	size := len(jsonDocument())
	for i := range count {
		s := strings.ReplaceAll(kinds[i%len(kinds)], "#", strconv.Itoa(i))
		if size += len(s) + 1; size > documentSize {
			break
		}
		statements = append(statements, s)
	}
	return jsonDocument(statements...)
}

func (w *world) hardStatement(kind policyKind) string {
	if w.pick(20) == 0 {
		return pickOf(w, `{}`, `{"Effect":"Allow"}`, `{"Effect":"Deny","Action":"*","Resource":["#","b#"],"Principal":{"AWS":["a#","*a"]},"X":1}`)
	}
	parts := []string{`"Effect":"` + pickOf(w, "Allow", "Allow", "Deny") + `"`}
	parts = append(parts, w.hardElement("Action", "*", "ecr:*", "ecr:BatchGetImage", "ecr:*a*b*", "s3:a#"))
	if kind != callerPolicy {
		parts = append(parts, pickOf(w, `"Principal":"*"`, `"Principal":"*"`, `"Principal":{"AWS":`+w.hardValues("arn:aws:iam::123456789012:role/ap#", "123456789012", consumerRole, "arn:aws:iam::*:role/a*#", "AROA#EXAMPLEEXAMPLE", "arn:aws:iam::123456789012:role/x#/app")+`}`,
			`"NotPrincipal":{"AWS":`+w.hardValues("arn:aws:iam::123456789012:role/app#", "123456789012", consumerRole)+`}`))
	}
	if kind != ownPolicy || w.pick(2) == 0 {
		parts = append(parts, w.hardElement("Resource", "*", repositoryA, "arn:aws:ecr:*:*:repository/*a#*", "arn:aws:ecr:*:*:repository/${aws:k#}", "arn:aws:ecr:*:*:repository/*${aws:k1}#", "arn:aws:ecr:us-east-1:98765432109#:repository/app", "arn:aws:ecr:*:*:*?a?a?p"))
	}
	var conditions []string
	for range w.pick(4) {
		conditions = append(conditions, w.hardCondition())
	}
	if len(conditions) > 0 {
		parts = append(parts, `"Condition":{`+strings.Join(conditions, ",")+`}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// hardElement is an element or its negation.
func (w *world) hardElement(name string, values ...string) string {
	if w.pick(6) == 0 {
		name = "Not" + name
	}
	return `"` + name + `":` + w.hardValues(values...)
}

// hardValues is a list of values.
func (w *world) hardValues(values ...string) string {
	count := 1 << (w.pick(12) * w.pick(2))
	kinds := []string{pickOf(w, values...), pickOf(w, values...)}
	texts := make([]string, 0, count)
	size := 0
	for i := range count {
		text := strings.Replace(kinds[i%2], "#", fmt.Sprintf("%x#", i), 1)
		if size += len(text) + 3; size > documentSize/2 {
			break
		}
		texts = append(texts, text)
	}
	return jsonList(texts)
}

func (w *world) hardCondition() string {
	operators := authz.Operators()
	operator := operators[w.pick(len(operators))]
	if operator != "Null" {
		operator = pickOf(w, "", "", "", "ForAllValues:", "ForAnyValue:") + operator + pickOf(w, "", "", "IfExists")
	}
	key := pickOf(w, "aws:k1", "aws:k1", "aws:k2", "aws:k3", "aws:k#", "aws:SourceIp", "aws:CurrentTime", "aws:PrincipalArn", "aws:TagKeys", "aws:userid", "aws:SecureTransport")
	values := []string{"a#", "*a#*", "*a*b*", "*abcde*fghij*", "?a?b*#", "*", strings.Repeat(pickOf(w, "*a?", "a?", "*ab", "?"), 1<<w.pick(10)), "${aws:k1}#", "${aws:k#}", "${aws:k2, 'a'}", "A#"}
	switch strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(operator, "IfExists"), "ForAllValues:"), "ForAnyValue:")[:2] {
	case "Nu":
		values = []string{"true", "false", "#", "-#.5", "1.#", "0.000#"}
	case "Bo":
		values = []string{"true", "false", "x"}
	case "Da":
		values = []string{"2026-01-01T00:00:00.#Z", "176722560#", "2026-01-#"}
	case "Ip", "No":
		values = []string{"10.#.0.0/16", "10.0.0.#", "2001:db8::#", "2001:db8:#::/48", "::ffff:10.0.0.#", "0.0.0.0/0"}
	case "Ar":
		values = []string{"arn:aws:iam::123456789012:role/#", "arn:aws:iam::*:role/*#*", "arn:aws:*:*:*:a?b*#", "arn:${aws:k1}:iam::123456789012:role/#"}
	}
	return fmt.Sprintf(`%q:{%q:%s}`, operator, key, w.hardValues(values...))
}

// The most that a verdict on a pull may take: a number of steps in any case, and less
// for small documents.
const (
	mostSteps        = 3 * (authz.EvaluationSteps + authz.ReasonSteps)
	mostStepsPerByte = 10_000
	leastSteps       = 1_000_000
)

// FuzzWork looks for documents on which the verdict takes the most steps for their
// size, or the most memory.
func FuzzWork(f *testing.F) {
	f.Add([]byte("work"))
	addChoices(f)
	f.Fuzz(func(t *testing.T, choices []byte) {
		world := &world{choices: choices}
		w, size := world.hardWorkload()
		got := w.work()
		if got.steps > min(mostSteps, leastSteps+mostStepsPerByte*size) || got.bytes > 64<<20 {
			t.Errorf("%d bytes take %d steps and %d MB", size, got.steps, got.bytes>>20)
		}
	})
}
