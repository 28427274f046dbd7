// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// atOnceWithForeign is how many applies run at once while a foreign writer writes.
const atOnceWithForeign = 5

// TestAccStress_foreignWriter: while somebody else rewrites a statement every 100 ms,
// as aws_ecr_repository_policy or a script would, our grants all come to stand, and
// the statement is never gone; what was written to it last stands at the end.
func TestAccStress_foreignWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const repository = "contested"
	w.createRepository(repository)
	w.network.delay(foreignCaller, 10*time.Millisecond, 40*time.Millisecond)
	writer := &foreignWriter{client: w.client(foreignCaller), repository: repository}
	if err := writer.rewrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	writing.Go(func() { writer.work(ctx) })

	grants := newGrants(repository, "Added", *applies)
	owned := map[string][]string{}
	queues := make([]func() error, atOnceWithForeign)
	for q := range queues {
		var queue []*process
		for i := q; i < len(grants); i += len(queues) {
			caller := fmt.Sprintf("apply-%d", i+1)
			owned[caller] = []string{grants[i].Sid}
			queue = append(queue, w.workspace(caller, grants[i:i+1]).process(caller, "apply", "-auto-approve"))
		}
		queues[q] = func() error {
			var errs []error
			for _, p := range queue {
				errs = append(errs, p.run())
			}
			return errors.Join(errs...)
		}
	}
	err := errors.Join(atOnce(queues)...)
	stop()
	writing.Wait()
	if err := errors.Join(err, writer.err); err != nil {
		t.Error(err)
	}
	if writer.missing > 0 {
		t.Errorf("the foreign statement was gone %d times", writer.missing)
	}
	text, _ := w.aws.RepositoryPolicy(account, region, repository)
	if got := readStatements(text)[foreignSid]; got != writer.statement().Canonical() {
		t.Errorf("the foreign writer wrote last\n%s\nand there stands\n%s", writer.statement().Canonical(), got)
	}
	w.expect("after the applies", repository, grants, owned, foreignSid)
	w.figures("%d statements after %d applies, longest read to write of ours %s, %.1f seconds; the foreign writer wrote %d times, and read its statement %d times as it was before its last write and %d times gone",
		w.size(repository), len(grants), w.network.timeline.longestGap(repository, func(caller string) bool { return caller != foreignCaller }).Round(time.Millisecond), time.Since(start).Seconds(),
		writer.revision, writer.reverted, writer.missing)
}

// The foreign writer, by the name that its requests carry and by its statement.
const (
	foreignCaller = "foreign"
	foreignSid    = "Another team's revision"
)

// A foreignWriter is somebody who reads a policy, changes a statement of their own
// and writes the policy back, without a second look.
type foreignWriter struct {
	client     *ecr.Client
	repository string

	revision          int // how often it wrote, which the statement tells
	missing, reverted int // how often it found the statement gone, or older than its last write
	err               error
}

// work rewrites the statement every 100 ms until ctx ends.
func (f *foreignWriter) work(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for f.err == nil {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.err = f.rewrite(context.WithoutCancel(ctx))
		}
	}
}

// rewrite is one read-modify-write.
func (f *foreignWriter) rewrite(ctx context.Context) error {
	doc, err := readPolicy(ctx, f.client, f.repository)
	if err != nil {
		return err
	}
	switch found := doc.Find(foreignSid); {
	case f.revision == 0:
	case len(found) == 0:
		f.missing++
	case found[0].Canonical() != f.statement().Canonical():
		f.reverted++
	}
	f.revision++
	return writePolicy(ctx, f.client, f.repository, doc.Put(f.statement()))
}

// statement is the statement as it was written last.
func (f *foreignWriter) statement() *policy.Statement {
	s, err := policy.ParseStatement(`{"Sid":` + strconv.Quote(foreignSid) + `,"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"ecr:ListImages",
		"Condition":{"StringEquals":{"aws:PrincipalTag/revision":"` + strconv.Itoa(f.revision) + `"}}}`)
	if err != nil {
		panic(err)
	}
	return s
}

func readPolicy(ctx context.Context, client *ecr.Client, repository string) (*policy.Document, error) {
	answer, err := client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(repository)})
	if err != nil {
		return nil, err
	}
	return policy.Parse(aws.ToString(answer.PolicyText))
}

func writePolicy(ctx context.Context, client *ecr.Client, repository string, doc *policy.Document) error {
	_, err := client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String(repository), PolicyText: aws.String(doc.String())})
	return err
}
