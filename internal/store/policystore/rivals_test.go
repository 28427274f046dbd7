package policystore

import (
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
