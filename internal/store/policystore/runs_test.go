// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var (
	runs     = flag.Int("runs", 10, "how many random runs of whole processes to check, of each kind")
	frontier = flag.Bool("frontier", false, "also runs in which changes may be lost")
)

var errDead = errors.New("the process is dead")

// An account has many repositories, each with its own adversary.
type account map[string]*adversary

// A process is a provider process of a terraform command: it does its changes ten at a
// time, and finishes its work when Terraform ends it. What it does after that has no effect.
type process struct {
	api

	account  account
	dead     atomic.Bool
	store    *Store
	requests atomic.Int64
	took     time.Duration
	log      []string
	done     sync.Map // canonical form (empty: removed) of each acknowledged change, by Key
}

func newProcess(a account) *process {
	p := &process{account: a}
	p.store = New(p, repositories{})
	return p
}

func (p *process) ECR(context.Context, string) (awsapi.ECR, error) { return p, nil }

func (p *process) GetRepositoryPolicy(ctx context.Context, in *ecr.GetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	if p.dead.Load() {
		return nil, errDead
	}
	p.requests.Add(1)
	return p.account[aws.ToString(in.RepositoryName)].GetRepositoryPolicy(ctx, in, options...)
}

func (p *process) SetRepositoryPolicy(_ context.Context, in *ecr.SetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	p.requests.Add(1)
	return &ecr.SetRepositoryPolicyOutput{}, p.account[aws.ToString(in.RepositoryName)].write(aws.ToString(in.PolicyText), options, &p.dead)
}

func (p *process) DeleteRepositoryPolicy(_ context.Context, in *ecr.DeleteRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error) {
	p.requests.Add(1)
	return &ecr.DeleteRepositoryPolicyOutput{}, p.account[aws.ToString(in.RepositoryName)].write("", options, &p.dead)
}

const terraformSlots = 10

// run makes the changes of one terraform command, and ends as a provider does.
func (p *process) run(ctx context.Context, sid string, removing bool) {
	started := time.Now()
	slots := make(chan struct{}, terraformSlots)
	var group sync.WaitGroup
	for name := range p.account { // In any order, like Terraform.
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			time.Sleep(20 * time.Millisecond) // Terraform's own work.
			key := Key{repositoryNamed(name), sid}
			change, form := put(own(sid)), own(sid).Canonical()
			if removing {
				change, form = remove(sid), ""
			}
			limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
			defer cancel()
			if _, err := p.store.apply(limited, key.Repository, change); err == nil && !p.dead.Load() {
				p.done.Store(key, form)
			}
		})
	}
	group.Wait()
	goodbye, cancel := context.WithTimeout(ctx, timeToFinish)
	defer cancel()
	p.log = append(p.log, time.Now().Format("05.000 ")+"goodbye")
	late := p.store.Finish(goodbye)
	p.log = append(p.log, time.Now().Format("05.000 ")+"finished: "+fmt.Sprint(late))
	p.dead.Store(true)
	p.took = time.Since(started)
}

func repositoryNamed(name string) awsname.Repository {
	r := repo
	r.Name = name
	return r
}

// A contest is what happens to the repositories of an account at the same time.
type contest struct {
	repositories, processes int
	latency                 time.Duration
	faults                  float64
	apart                   time.Duration // the processes start within that time
	careless                float64       // share of the repositories that somebody writes without a second look
	gap                     time.Duration // of that writer, at most, from read to write
	waits                   bool          // every caller waits
	killed                  bool          // the first process dies in the middle
}

type result struct {
	acknowledged, lost int // of the processes that were not killed
	lostOfKilled       int
	foreignLost        int
	requests           int64
	took               time.Duration
	log                []string
}

func (r *result) add(other result) {
	r.acknowledged += other.acknowledged
	r.lost += other.lost
	r.lostOfKilled += other.lostOfKilled
	r.foreignLost += other.foreignLost
	r.requests += other.requests
	r.took += other.took
	r.log = append(r.log, other.log...)
}

// hold runs a contest. At the end it counts the changes that were acknowledged and are gone.
func hold(t *testing.T, seed uint64, c contest) (r result) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a repeatable sequence is wanted
	a := account{}
	for i := range c.repositories {
		adversary := &adversary{random: rand.New(rand.NewPCG(seed, uint64(i))), latency: c.latency, faults: c.faults} //nolint:gosec // likewise
		statements := []string{foreign, `{"Sid":"Stranger","Effect":"Deny","Principal":"*","Action":"ecr:Start"}`}
		for p := 1; p < c.processes; p += 2 {
			statements = append(statements, own(fmt.Sprintf("P%d", p)).String())
		}
		adversary.set("start", document(statements...))
		a[fmt.Sprintf("r%d", i)] = adversary
	}
	processes := make([]*process, c.processes)
	var group sync.WaitGroup
	for i := range processes {
		p := newProcess(a)
		if c.waits {
			p.store.VerifyBeforeReturn()
		}
		processes[i] = p
		start, death := time.Duration(random.Float64()*float64(c.apart)), time.Duration(random.Float64()*float64(6*time.Second))
		group.Go(func() {
			time.Sleep(start)
			if c.killed && i == 0 {
				time.AfterFunc(death, func() { p.dead.Store(true) })
			}
			p.run(t.Context(), fmt.Sprintf("P%d", i), i%2 == 1)
		})
	}
	for _, adversary := range a {
		if random.Float64() < c.careless {
			group.Go(func() { rewriteSlowly(t, adversary, c.gap) })
		}
	}
	group.Wait()
	time.Sleep(time.Hour)
	for i, p := range processes {
		r.requests += p.requests.Load()
		r.took = max(r.took, p.took)
		p.done.Range(func(k, form any) bool {
			key := k.(Key)
			got := ""
			if found := mustParse(t, a[key.Repository.Name].now()).Find(key.Sid); len(found) == 1 {
				got = found[0].Canonical()
			}
			r.acknowledged++
			switch {
			case got == form.(string):
			case c.killed && i == 0:
				r.lostOfKilled++
			default:
				r.lost++
				r.log = append(r.log, fmt.Sprintf("seed %d, process %d, %s: %q; %q", seed, i, key, got, p.log))
				r.log = append(r.log, a[key.Repository.Name].log...)
			}
			return true
		})
	}
	for name, adversary := range a {
		if text := adversary.now(); !strings.Contains(text, foreign) || len(mustParse(t, text).Find("Stranger")) != 1 {
			r.foreignLost++
			r.log = append(r.log, name+": the statement of another writer is gone")
		}
	}
	return r
}

// rewriteSlowly is another writer that changes a statement of its own without any care for
// others.
func rewriteSlowly(t *testing.T, a *adversary, gap time.Duration) {
	t.Helper()
	for n := range 3 {
		time.Sleep(time.Duration(a.chance() * float64(4*time.Second)))
		doc, err := policy.Parse(a.now())
		if err != nil {
			t.Error(err)
			return
		}
		s := policy.NewStatement(policy.StatementSpec{Sid: "Stranger", Effect: "Deny", Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{fmt.Sprintf("ecr:Step%d", n)}})
		time.Sleep(time.Duration(a.chance() * float64(gap)))
		a.set("stranger", doc.Put(s).String())
	}
}

// contests are what TestRuns holds. In those with losses, a careless writer is slower than
// the last read of a process, writes a policy again and again until the process ends, or the
// process is killed.
var contests = map[string]struct {
	contest
	losses bool
}{
	"alone":                          {contest{repositories: 60, processes: 1, latency: 40 * time.Millisecond}, false},
	"alone, killed":                  {contest{repositories: 60, processes: 1, latency: 40 * time.Millisecond, killed: true}, false},
	"two together":                   {contest{repositories: 30, processes: 2, latency: 40 * time.Millisecond}, false},
	"two at any time":                {contest{repositories: 40, processes: 2, latency: 40 * time.Millisecond, apart: 6 * time.Second}, false},
	"two, killed":                    {contest{repositories: 40, processes: 2, latency: 40 * time.Millisecond, apart: 4 * time.Second, killed: true}, false},
	"five at any time":               {contest{repositories: 20, processes: 5, latency: 40 * time.Millisecond, apart: 4 * time.Second}, false},
	"five, slow network":             {contest{repositories: 20, processes: 5, latency: 150 * time.Millisecond, apart: 4 * time.Second}, false},
	"five, faults":                   {contest{repositories: 20, processes: 5, latency: 40 * time.Millisecond, apart: 4 * time.Second, faults: 0.05}, false},
	"careless rarely, 0.3 s":         {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: .1, gap: 300 * time.Millisecond}, false},
	"careless rarely, 0.9 s":         {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: .1, gap: 900 * time.Millisecond}, true},
	"careless rarely, 0.3 s, killed": {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: .1, gap: 300 * time.Millisecond, killed: true}, true},
	"careless everywhere, 0.3 s":     {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: 1, gap: 300 * time.Millisecond}, true},
	"careless everywhere, 0.9 s":     {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: 1, gap: 900 * time.Millisecond}, true},
	"careless everywhere, 1.8 s":     {contest{repositories: 40, processes: 1, latency: 40 * time.Millisecond, careless: 1, gap: 1800 * time.Millisecond}, true},
}

// TestRuns runs whole processes that change many policies, at random times, beside each
// other and beside careless writers. What was acknowledged by a process that was not killed
// exists at the end, and the statements of others too. With -frontier it prints what is lost
// in the contests where that cannot be excluded, with and without waiting.
func TestRuns(t *testing.T) {
	t.Parallel()
	for name, c := range contests {
		for _, waits := range []bool{false, true} {
			if (waits || c.losses) && !*frontier {
				continue
			}
			t.Run(fmt.Sprintf("%s/before_return=%t", name, waits), func(t *testing.T) {
				t.Parallel()
				c := c.contest
				c.waits = waits
				var sum result
				for seed := range *runs {
					synctest.Test(t, func(t *testing.T) { sum.add(hold(t, uint64(seed), c)) }) //nolint:gosec // not negative
				}
				t.Logf("%s, before_return=%t: %d changes, %d lost, %d of the killed process, %d statements of others, %.2f requests a change, %.1f seconds", name, waits, sum.acknowledged, sum.lost, sum.lostOfKilled, sum.foreignLost,
					float64(sum.requests)/float64(sum.acknowledged), sum.took.Seconds()/float64(*runs))
				if !contests[name].losses && sum.lost+sum.foreignLost > 0 {
					t.Errorf("lost changes:\n%s", strings.Join(sum.log, "\n"))
				}
			})
		}
	}
}
