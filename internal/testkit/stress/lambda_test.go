// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// lambdaSid is the Sid of the statement that Lambda adds when a function is
// created from an image, if it is not there.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
const lambdaSid = "LambdaECRImageRetrievalPolicy"

const lambdaStatement = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},
  "Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:SetRepositoryPolicy","ecr:DeleteRepositoryPolicy","ecr:GetRepositoryPolicy"],
  "Condition":{"StringLike":{"aws:sourceArn":"arn:aws:lambda:us-east-1:987654321098:function:*"}}}`

// lambdaCaller is the name that Lambda's requests carry.
const lambdaCaller = "lambda"

// TestAccStress_lambda: Lambda adds its statement once, and does not look again,
// while a grant is applied. In every second apply it does so when our write is on
// its way, which nobody can prevent: ECR has no conditional write. Then the
// statement may be lost; just after our write it is not. The grant stands always.
func TestAccStress_lambda(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.network.delay(lambdaCaller, 10*time.Millisecond, 40*time.Millisecond)
	start := time.Now()
	between, kept := 0, 0
	for i := range *lambdas {
		repository := fmt.Sprintf("function-%d", i+1)
		w.createRepository(repository)
		caller := fmt.Sprintf("apply-%d", i+1)
		grants := newGrants(repository, "Added", 1)
		lambda := &lambdaWriter{world: w, repository: repository, when: phase(i % 2)}
		w.network.watch(caller, lambda.watch)
		if err := w.workspace(caller, grants).process(caller, "apply", "-auto-approve").run(); err != nil {
			t.Error(err)
		}
		if !lambda.added {
			t.Errorf("%s: the apply ended before Lambda added its statement", repository)
		}
		stands := slices.Equal(w.differences(repository, grants), []string{"+" + lambdaSid})
		if overwritten := lambda.overwritten(); overwritten {
			between++
		} else if !stands {
			t.Errorf("%s: Lambda's statement is lost, though it was not written between a read and a write of ours", repository)
		}
		if stands {
			kept++
		}
		w.expect("after the apply", repository, grants, map[string][]string{caller: sids(grants)}, lambdaSid)
	}
	w.figures("%d applies, %.1f seconds; Lambda added its statement %d times between a read and a write of ours; it stands after %d",
		*lambdas, time.Since(start).Seconds(), between, kept)
}

// A lambdaWriter adds Lambda's statement to a repository's policy once, at a phase
// of the first write of a process.
type lambdaWriter struct {
	world      *world
	repository string
	when       phase // arrived or carriedOut

	once  sync.Once
	added bool
}

func (l *lambdaWriter) watch(_ int, c call, p phase) bool {
	if c.operation == "SetRepositoryPolicy" && p == l.when {
		l.once.Do(l.add)
	}
	return false
}

// add does what Lambda does.
func (l *lambdaWriter) add() {
	t := l.world.t
	statement, err := policy.ParseStatement(lambdaStatement)
	if err != nil {
		panic(err)
	}
	client := l.world.client(lambdaCaller)
	doc, err := readPolicy(t.Context(), client, l.repository)
	if err == nil {
		err = writePolicy(t.Context(), client, l.repository, doc.Put(statement))
	}
	if err != nil {
		t.Errorf("adding Lambda's statement: %v", err)
	}
	l.added = true
}

// overwritten reports whether Lambda wrote between a read and a write of ours.
func (l *lambdaWriter) overwritten() bool {
	read, between := false, false // whether our last call was a read, and Lambda wrote since
	for _, e := range l.world.network.timeline.of(l.repository) {
		switch {
		case e.caller == lambdaCaller:
			between = between || read && e.wrote()
		case e.wrote():
			if between {
				return true
			}
			read = false
		default:
			read, between = true, false
		}
	}
	return false
}
