// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// TestJudge pins what is decided of every case: each action, what denies it, what is not known,
// and where the documents come from.
func TestJudge(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, tt := range pulls.Cases {
		j := judged(t, tt.In)
		fmt.Fprintf(&b, "%s\n", tt.Name)
		write(&b, j)
		if creator := j.Creator(); creator != nil {
			fmt.Fprintln(&b, "  Of who creates the function:")
			write(&b, creator)
		}
	}
	golden.Compare(t, filepath.Join("testdata", "judgements.golden"), b.String())
}

func write(b *strings.Builder, j *verdict.Judgement) {
	for _, d := range j.Decisions() {
		fmt.Fprintf(b, "  %s %s", d.Action, d.Verdict)
		if d.Verdict == authz.Denied {
			fmt.Fprintf(b, " %v %v", d.Obstacles, d.Engine.DeniedBy)
		}
		if d.Verdict == authz.Conditional {
			fmt.Fprintf(b, " %v", d.OfECR)
		}
		fmt.Fprintln(b)
	}
	if side := j.DeniedSide(); side != "" {
		fmt.Fprintf(b, "  denied by %s\n", side)
	}
	if keys, arguments := j.UnknownKeys(), j.UnknownArguments(); len(keys)+len(arguments) > 0 {
		fmt.Fprintf(b, "  not known: %v %v\n", keys, arguments)
	}
	if j.IsTrustDenied() || j.IsTrustOfOtherAccount() || j.IsTrustOpen() {
		fmt.Fprintf(b, "  trust policy: denies %t, for another account %t, open %t\n", j.IsTrustDenied(), j.IsTrustOfOtherAccount(), j.IsTrustOpen())
	}
	var from []string
	for _, p := range j.Provenances() {
		from = append(from, p.Argument+" "+string(p.Source)+p.ReadAt)
	}
	fmt.Fprintf(b, "  from %s\n", strings.Join(from, ", "))
}

// TestValidate_context: a context is not compared with a principal that is not known yet.
func TestValidate_context(t *testing.T) {
	t.Parallel()
	if faults := verdict.Validate(verdict.Input{Context: map[string][]string{"aws:PrincipalAccount": {"111122223333"}}}); len(faults) > 0 {
		t.Error(faults)
	}
}

// TestTrustPolicy: in China a service has a second principal, and a trust policy that is not
// known denies nothing.
func TestTrustPolicy(t *testing.T) {
	t.Parallel()
	trusts := func(service string) verdict.Documents {
		return pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`))
	}
	in := pulls.Both()
	in.Puller, in.RoleARN = puller.ECSTask, "arn:aws-cn:iam::123456789012:role/ecsTaskExecutionRole"
	in.Image = "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/payment-service"
	for name, tt := range map[string]struct {
		trust  verdict.Documents
		denies bool
	}{
		"of China":  {trusts("ecs-tasks.amazonaws.com.cn"), false},
		"of all":    {trusts("ecs-tasks.amazonaws.com"), false},
		"of others": {trusts("ec2.amazonaws.com.cn"), true},
		"not known": {verdict.Documents{State: verdict.Unknown, List: []verdict.Document{{Text: verdict.UnknownText}}}, false},
	} {
		in.TrustPolicy = tt.trust
		if got := len(judged(t, in).Obstacles()) > 0; got != tt.denies {
			t.Errorf("%s: %v", name, judged(t, in).Obstacles())
		}
	}
	ecs, _ := puller.Of(puller.ECSTask)
	eks, _ := puller.Of(puller.EKSServiceAccount)
	if got := verdict.TrustedBy(&ecs) + ", " + verdict.TrustedBy(&eks); got != "ecs-tasks.amazonaws.com, a token of the cluster's identity provider" {
		t.Errorf("trusted by %s", got)
	}
}

// TestStatement: a reference that points nowhere has no statement, and one that was edited to what
// is no statement allows nothing for certain.
func TestStatement(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	j := judged(t, in)
	if s, ok := j.Statement(authz.StatementRef{PolicyType: authz.RepositoryPolicy, Policy: "repository policy", Index: 7}); ok {
		t.Errorf("got %v", s)
	}
	for s := range j.Statements(authz.RepositoryPolicy) {
		policies := authz.Policies{Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{s.Edited(map[string]string{"Condition": "{"})}}}
		policies.Identity = authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.AllowsAll(nil)}}
		if got := authz.Decide(j.Request("ecr:BatchGetImage"), policies); got != authz.Conditional {
			t.Errorf("%s", got)
		}
	}
}

// TestActions_ofASet: actions that are a named set are judged as the set.
func TestActions_ofASet(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.Actions = []string{"ecr:getdownloadurlforlayer", "ecr:BatchGetImage", "ecr:GetAuthorizationToken"}
	if got := judged(t, in).Access(); got != actionset.Pull {
		t.Errorf("access %q", got)
	}
}

// TestLevels_namedAlike: policies of one name on several levels are told apart.
func TestLevels_namedAlike(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	level := []verdict.Document{{Name: "FullAWSAccess", Text: pulls.Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}}
	in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{level, level}}
	var names []string
	for s := range judged(t, in).Statements(authz.ServiceControlPolicy) {
		names = append(names, s.Policy)
	}
	compare(t, "names", names, []string{"FullAWSAccess of level 1", "FullAWSAccess of level 2"})
}

// TestPlanned_anyPolicy: planned policies that are not listed may replace each that exists.
func TestPlanned_anyPolicy(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.PlannedRolePolicies = []verdict.Document{{Name: verdict.AnyPolicy, Text: verdict.UnknownText}}
	if got := judged(t, in).Verdict(); got != authz.Conditional {
		t.Errorf("verdict %s", got)
	}
}

// TestSnapshot_ofARole: a session has the unique ID that the snapshot has of its role, and the
// tags of the role unless there are session tags.
func TestSnapshot_ofARole(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/job"
	in.ConsumerSnapshot = &verdict.Snapshot{RoleID: "AROAEXAMPLEEXAMPLE12", RoleTags: map[string]string{"Team": "pay", "stage": "a", "Stage": "b"}}
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:userid":"AROAEXAMPLEEXAMPLE12:job"}}}`))
	j := judged(t, in)
	if got := j.Verdict(); got != authz.Allowed {
		t.Errorf("verdict %s", got)
	}
	for key, want := range map[string]string{
		"aws:PrincipalTag/team": "[pay] true", "aws:PrincipalTag/none": "[] true", "aws:PrincipalOrgID": "[] false",
	} {
		values, known := j.RoleTag(key)
		compare(t, key, fmt.Sprint(values, " ", known), want)
	}
	if _, known := j.RoleTag("aws:PrincipalTag/stage"); known {
		t.Error("of two tags it is known which one counts")
	}
}

// TestLacksSnapshot: a snapshot that lacks the repository has what is of its account; one that is
// of another place has nothing.
func TestLacksSnapshot(t *testing.T) {
	t.Parallel()
	for fault, want := range map[verdict.SnapshotFault]bool{verdict.SnapshotLacks: false, verdict.SnapshotTooOld: true} {
		in := pulls.Both()
		in.RegistrySnapshot = &verdict.Snapshot{Fault: fault}
		in.RepositoryPolicy, in.RegistryPolicy = verdict.Documents{State: verdict.Unknown}, verdict.Documents{State: verdict.Unknown}
		j := judged(t, in)
		if !j.LacksSnapshot(authz.RepositoryPolicy) || j.LacksSnapshot(authz.RegistryPolicy) != want {
			t.Errorf("%s: repository policy %t, registry policy %t", fault, j.LacksSnapshot(authz.RepositoryPolicy), j.LacksSnapshot(authz.RegistryPolicy))
		}
		if lacked := j.LackedSnapshots(); !slices.Equal(lacked, []verdict.Side{verdict.Registry}) {
			t.Errorf("%s: policies of %v are not known because of their snapshots; want those of the registry", fault, lacked)
		}
	}
}

// TestAfter: what is added to control policies is added on every level, and tags of the principal
// are those of the login, too.
func TestAfter(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{{Name: "s3", Text: pulls.Doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}}}}
	in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"pay"}}}`))
	in.Context = map[string][]string{"AWS:principaltag/Team": {"ops"}}
	in.S3EndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`))
	j := judged(t, in)
	change := verdict.Change{PrincipalTags: map[string][]string{"team": {"pay"}}}
	compare(t, "denied by after tags", j.After(change).DeniedBy(), []authz.PolicyType{authz.ServiceControlPolicy})
	change.Added = map[authz.PolicyType]*authz.Policy{authz.ServiceControlPolicy: authz.AllowsAll(nil)}
	if got := j.After(change).Verdict(); got != authz.Allowed {
		t.Errorf("verdict %s", got)
	}
}

// TestLayers_context: of the context the download of layers has what is about the network.
func TestLayers_context(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.S3EndpointPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}}`))
	in.Context = map[string][]string{"aws:SourceVpc": {"vpc-1"}, "aws:PrincipalOrgID": {"o-aaaaaaaaaa"}}
	if got := judged(t, in).Verdict(); got != authz.Allowed {
		t.Errorf("verdict %s", got)
	}
}
