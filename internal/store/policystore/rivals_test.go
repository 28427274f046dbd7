package policystore

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// both tests a process whose callers wait, and one whose callers do not wait any more.
func both(t *testing.T, test func(t *testing.T, p *process)) {
	t.Helper()
	for _, waits := range []bool{false, true} {
		t.Run(fmt.Sprintf("before_return=%t", waits), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := alone()
				if waits {
					p.store.VerifyBeforeReturn()
				}
				p.becomeCalm(t)
				time.Sleep(2 * lookDelay)
				test(t, p)
			})
		})
	}
}

// A statement that somebody creates with the Sid of a deleted one is theirs: when they
// revoke it, it is not restored.
func TestNewStatementWithTheSidOfADeletedOne(t *testing.T) {
	t.Parallel()
	edited := strings.Replace(own("Old").String(), "BatchGetImage", "PutImage", 1)
	both(t, func(t *testing.T, p *process) {
		r := p.account["r20"]
		r.set("start", document(foreign, own("Old").String()))
		time.AfterFunc(700*time.Millisecond, func() { r.set("somebody", document(foreign, edited)) })
		if _, err := p.store.Delete(t.Context(), Key{repositoryNamed("r20"), "Old"}, ownership.Object{Token: "t"}, own("Old")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		r.set("somebody", document(foreign))
		time.Sleep(time.Second)
		outcome, _ := p.grant(t, 20, put(own("B")))
		p.finish(t.Context())
		if want := document(foreign, own("B").String()); mustParse(t, r.now()).Canonical() != mustParse(t, want).Canonical() || len(outcome.Restored) > 0 {
			t.Errorf("restored %v; the policy is %s", outcome.Restored, r.now())
		}
	})
}

// In a policy with an older Version, a policy variable is plain text: a statement that has one
// is not written again when another writer has set that Version.
func TestNoPolicyVariableInAnOlderVersion(t *testing.T) {
	t.Parallel()
	old := strings.Replace(document(foreign), "2012-10-17", "2008-10-17", 1)
	private := mustParse(t, document(`{"Sid":"V","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}}`)).Statements()[0]
	for _, verified := range []bool{false, true} {
		t.Run(fmt.Sprintf("verified=%t", verified), func(t *testing.T) {
			t.Parallel()
			both(t, func(t *testing.T, p *process) {
				r := p.account["r20"]
				overwritten := 300 * time.Millisecond
				if verified {
					overwritten = 10 * time.Second
				}
				time.AfterFunc(overwritten, func() { r.set("somebody", old) })
				_, err := p.store.Create(t.Context(), repositoryNamed("r20"), "t", private)
				time.Sleep(15 * time.Second)
				outcome, _ := p.grant(t, 20, put(own("B")))
				for _, late := range append(outcome.Late, p.finish(t.Context())...) {
					err = errors.Join(err, late.Err)
				}
				if strings.Contains(r.now(), "${") || len(outcome.Restored) > 0 {
					t.Errorf("restored %v; the policy is %s", outcome.Restored, r.now())
				}
				if _, told := errors.AsType[*VersionError](err); told == verified {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}
