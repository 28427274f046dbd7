// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

const (
	getGrant     = "ecr:GetRepositoryPolicy"
	setGrant     = "ecr:SetRepositoryPolicy"
	getInline    = "iam:GetRolePolicy"
	putInline    = "iam:PutRolePolicy"
	deleteInline = "iam:DeleteRolePolicy"
)

// A scene has both sides of one pull: a repository with another writer's statement in its
// policy, and a role.
type scene struct {
	*acctest.Env

	t                *testing.T
	repository, role string
	foreign          string // the other writer's statement at the start
	layer            *fault.Layer
}

func newScene(t *testing.T) *scene {
	t.Helper()
	env := acctest.New(t)
	s := &scene{Env: env, t: t, repository: env.Registry.CreateRepository(), role: env.Consumer.CreateRole()}
	s.overwrite()
	s.foreign = s.statements()["Foreign"]
	s.layer = env.Faults()
	return s
}

// overwrite replaces the policy with one that has only the other writer's statement, like a
// writer that has read the policy before the provider's write.
func (s *scene) overwrite() {
	s.Registry.PutRepositoryPolicy(s.repository, fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Sid":"Foreign","Effect":"Deny","Principal":{"AWS":%q},"Action":["ecr:DeleteRepository"]}]}`,
		s.Consumer.RootARN()))
}

// statements returns the texts of the statements in the repository policy by Sid.
func (s *scene) statements() map[string]string {
	s.t.Helper()
	text, found := s.Registry.RepositoryPolicy(s.repository)
	if !found {
		return nil
	}
	var document struct{ Statement []json.RawMessage }
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		s.t.Fatal(err)
	}
	statements := map[string]string{}
	for _, raw := range document.Statement {
		var statement struct{ Sid string }
		if err := json.Unmarshal(raw, &statement); err != nil {
			s.t.Fatal(err)
		}
		if statements[statement.Sid] != "" {
			s.t.Errorf("the policy has two statements with the Sid %s: %s", statement.Sid, text)
		}
		statements[statement.Sid] = string(raw)
	}
	return statements
}

// config returns a configuration with both sides and a named set of actions.
func (s *scene) config(access string) string {
	return s.providers() + fmt.Sprintf(`
resource "ecrxa_repository_grant" "test" {
  repository = %q
  sid        = "Ours"
  role_arns  = [%q]
  access     = %q
}
resource "ecrxa_consumer_role_policy" "test" {
  provider        = consumer
  role            = %q
  repository_arns = [%q]
  access          = %q
}
`, s.repository, s.Consumer.RoleARN(s.role), access, s.role, s.Registry.RepositoryARN(s.repository), access)
}

// providers returns both provider blocks with two retries, so that a lasting fault is
// reported soon.
func (s *scene) providers() string {
	return strings.ReplaceAll(s.ProviderConfig(), "  region =", "  max_retries = 2\n  region =")
}

// onEach returns rules for the first call of each operation.
func onEach(failure fault.Fault, operations ...string) []fault.Rule {
	var rules []fault.Rule
	for _, operation := range operations {
		rules = append(rules, fault.Rule{Operation: operation, Times: 1, Fault: failure})
	}
	return rules
}

// create, update and remove are steps that must succeed with faults according to the rules.
func (s *scene) create(rules ...fault.Rule) resource.TestStep { return s.apply("pull", rules) }
func (s *scene) update(rules ...fault.Rule) resource.TestStep { return s.apply("pull_push", rules) }

func (s *scene) apply(access string, rules []fault.Rule) resource.TestStep {
	return resource.TestStep{
		PreConfig: func() { s.layer.SetRules(rules...) },
		Config:    s.config(access),
		Check:     func(*terraform.State) error { return s.checkGranted(access) },
	}
}

func (s *scene) remove(rules ...fault.Rule) resource.TestStep {
	return resource.TestStep{
		PreConfig: func() { s.layer.SetRules(rules...) },
		Config:    s.providers(),
		Check:     func(*terraform.State) error { return s.checkRemoved() },
	}
}

// fails is a step whose apply must fail with an error that has all texts, in their order.
func (s *scene) fails(access string, texts []string, rules ...fault.Rule) resource.TestStep {
	var patterns []string
	for _, text := range texts {
		words := strings.Fields(regexp.QuoteMeta(text))
		patterns = append(patterns, strings.Join(words, `[\s│]+`)) // Terraform breaks lines and frames them.
	}
	return resource.TestStep{
		PreConfig:   func() { s.layer.SetRules(rules...) },
		Config:      s.config(access),
		ExpectError: regexp.MustCompile("(?s)" + strings.Join(patterns, ".*")),
	}
}

// checkGranted returns an error unless both sides have their access and the other writer's
// statement is unchanged.
func (s *scene) checkGranted(access string) error {
	pushes := access != "pull"
	statements := s.statements()
	if len(statements) != 2 || statements["Foreign"] != s.foreign || strings.Contains(statements["Ours"], "ecr:PutImage") != pushes {
		return fmt.Errorf("the policy holds %s; want Ours for %s and %s", statements, access, s.foreign)
	}
	document, found := s.Consumer.RolePolicy(s.role, "ecrxa-pull")
	if !found || strings.Contains(document, "ecr:PutImage") != pushes {
		return fmt.Errorf("the role has %q; want access to %s", document, access)
	}
	return nil
}

// checkRemoved returns an error unless nothing of ours is left and the other writer's
// statement is unchanged.
func (s *scene) checkRemoved() error {
	if statements := s.statements(); len(statements) != 1 || statements["Foreign"] != s.foreign {
		return fmt.Errorf("the policy holds %s; want %s alone", statements, s.foreign)
	}
	if document, found := s.Consumer.RolePolicy(s.role, "ecrxa-pull"); found {
		return fmt.Errorf("the role still has %s", document)
	}
	return nil
}

// run runs the steps with the real terraform and prints the counts of faults.
func (s *scene) run(steps ...resource.TestStep) {
	s.t.Helper()
	resource.Test(s.t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps:                    steps,
		CheckDestroy:             func(*terraform.State) error { return s.checkRemoved() },
	})
	s.t.Logf("faults:\n%s", s.layer.Counts())
}

// Each fault hits the first read and the first write of both sides, in create, update and
// delete. Each of these succeeds, and nothing is lost.
func TestAccFaults_passing(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]fault.Fault{
		"throttling":         fault.Throttling(),
		"too many requests":  fault.TooManyRequests(),
		"bare 429":           fault.Page(http.StatusTooManyRequests),
		"server error":       fault.ServerError(),
		"unavailable":        fault.Unavailable(),
		"bare 500":           fault.Page(http.StatusInternalServerError),
		"bare 503":           fault.Page(http.StatusServiceUnavailable),
		"reset before":       fault.ResetBefore(),
		"reset after":        fault.ResetAfter(),
		"short stall before": fault.StallBefore(time.Second),
		"short stall after":  fault.StallAfter(time.Second),
		"truncated":          fault.Truncated(),
		"garbled":            fault.Garbled(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.run(
				s.create(onEach(failure, getGrant, setGrant, getInline, putInline)...),
				s.update(onEach(failure, getGrant, setGrant, getInline, putInline)...),
				s.remove(onEach(failure, getGrant, setGrant, deleteInline)...),
			)
		})
	}
}

// Both writes stall for half a minute, one before it takes effect and one after.
func TestAccFaults_longStall(t *testing.T) {
	t.Parallel()
	const stall = 30 * time.Second
	s := newScene(t)
	s.run(s.create(
		fault.Rule{Operation: setGrant, Times: 1, Fault: fault.StallAfter(stall)},
		fault.Rule{Operation: putInline, Times: 1, Fault: fault.StallBefore(stall)},
	))
}

// Every call has latency.
func TestAccFaults_latency(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	slow := fault.Rule{Fault: fault.Latency(50*time.Millisecond, 200*time.Millisecond)}
	s.run(s.create(slow), s.update(slow), s.remove(slow))
}

// After each write, reads are stale for some time.
func TestAccFaults_staleReads(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]fault.Fault{"two reads": fault.StaleReads(2), "three seconds": fault.StaleFor(3 * time.Second)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.run(
				s.create(onEach(failure, setGrant, putInline)...),
				s.update(onEach(failure, setGrant, putInline)...),
				s.remove(onEach(failure, setGrant, deleteInline)...),
			)
			for _, operation := range []string{getGrant, getInline} {
				if s.layer.Counts()[fault.Hit{Kind: failure.Kind, Operation: operation}] == 0 {
					t.Errorf("no call of %s was stale", operation)
				}
			}
		})
	}
}

// ECR does not know the role at first.
func TestAccFaults_principalNotFound(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	unknown := fault.Rule{Operation: setGrant, Times: 3, Fault: fault.PrincipalNotFound()}
	s.run(s.create(unknown), s.update(unknown), s.remove())
	if got := s.layer.Counts().Of(unknown.Fault.Kind); got != 6 {
		t.Errorf("%d writes were refused, want 6", got)
	}
}

// Another writer writes between the provider's read and its write. The provider overwrites
// that write, and restores the statement that it had read.
func TestAccFaults_foreignWriteBetween(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	between := fault.Rule{Operation: setGrant, Times: 1, Fault: fault.Meanwhile("foreign write", s.overwrite)}
	s.run(s.create(between), s.update(between), s.remove(between))
}

// A writer that has read the policy before the provider's write writes after it. The
// provider's next read shows that its statement is missing, and the provider writes again.
func TestAccFaults_foreignWriteAfter(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	after := fault.Rule{Operation: setGrant, Times: 1, Fault: fault.Afterwards("foreign write", s.overwrite)}
	s.run(s.create(after), s.update(after), s.remove(after))
	if got := s.layer.Requests()[setGrant]; got != 5 {
		t.Errorf("%d writes, want 5: two for the create, two for the update, and one for the delete", got)
	}
}

// Every write takes effect but has no response. Reads show that it took effect.
func TestAccFaults_answersNeverArrive(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	lost := []fault.Rule{{Operation: setGrant, Fault: fault.ResetAfter()}, {Operation: putInline, Fault: fault.ResetAfter()}}
	s.run(s.create(lost...), s.update(lost...))
	if got := s.layer.Requests()[setGrant]; got != 3 {
		t.Errorf("%d writes, want 3: one each for the create, the update and the delete", got)
	}
}

// A lasting fault ends in an error that says what was tried, which side must act, what to do
// next, and AWS's message. The next apply converges.
func TestAccFaults_lasting(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault fault.Fault
		texts []string // of the error, in their order
	}{
		"throttling": {fault.Throttling(), []string{"AWS receives too many calls", "side must do: Apply again later", "AWS's message: Throttling"}},
		"unavailable": {
			fault.Unavailable(), []string{"AWS failed to process the call, even after retries", "side must do: Apply again later", "AWS's message: ServiceUnavailable"},
		},
		"reset before":   {fault.ResetBefore(), []string{"There was no connection to AWS, or the connection was lost", "side must do: Check the network", "connection reset by peer"}},
		"expired":        {fault.ExpiredCredentials(), []string{"The credentials have expired", "side must do: Get new credentials", "AWS's message: ExpiredToken"}},
		"proxy's answer": {fault.Page(http.StatusProxyAuthRequired), []string{"response did not come from AWS", "side must do: Check what is between", "407"}},
	} {
		for side, write := range map[string]struct {
			operation string
			tried     string
		}{
			"registry": {setGrant, "tried to change the policy of the repository"},
			"consumer": {putInline, "tried to write the inline policy ecrxa-pull of the role"},
		} {
			t.Run(name+" on the "+side+" side", func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				texts := append([]string{write.tried}, tt.texts...)
				lasting := fault.Rule{Operation: write.operation, Fault: tt.fault}
				s.run(s.fails("pull", texts, lasting), s.create())
			})
		}
	}
}

// All credentials expire during an apply: after a number of calls, every call is rejected.
// Nothing is lost, and the next apply converges.
func TestAccFaults_credentialsExpireMidway(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{2, 4, 6} {
		t.Run(fmt.Sprint("after call ", calls), func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			expired := fault.Rule{From: calls + 1, Fault: fault.ExpiredCredentials()}
			texts := []string{"The credentials have expired", "Get new credentials", "AWS's message: ExpiredToken"}
			s.run(
				s.fails("pull", texts, expired),
				s.create(),
				s.fails("pull_push", texts, expired),
				s.update(),
			)
		})
	}
}
