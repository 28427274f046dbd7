// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// A side reads the snapshot of one side.
type side struct {
	account string
	read    func(t *testing.T, sources live.Sources) (text string, err error)
}

// sides returns a world of each side.
func sides(t *testing.T) map[string]func() (*world, side) {
	t.Helper()
	return map[string]func() (*world, side){
		"registry": func() (*world, side) {
			w, of := registryWorld(t)
			return w, side{registryID, func(t *testing.T, sources live.Sources) (string, error) {
				t.Helper()
				s, err := live.Registry(t.Context(), sources, of, readAt)
				if err != nil {
					return "", err
				}
				return s.JSON()
			}}
		},
		"consumer": func() (*world, side) {
			w, of := consumerWorld(t)
			return w, side{consumerID, func(t *testing.T, sources live.Sources) (string, error) {
				t.Helper()
				s, err := live.Consumer(t.Context(), sources, of, readAt)
				if err != nil {
					return "", err
				}
				return s.JSON()
			}}
		},
	}
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.String() + "\n"
}

func TestEverything(t *testing.T) {
	t.Parallel()
	for name, start := range sides(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := start()
			sources := w.sources(t, s.account)
			text, err := s.read(t, sources)
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, "testdata/"+name+".json", indented(t, text))
			requests, err := json.MarshalIndent(w.Requests(), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, "testdata/"+name+"_requests.json", string(requests)+"\n")

			w.ResetRequests()
			again, err := s.read(t, sources)
			if err != nil || again != text {
				t.Errorf("the second snapshot differs, or %v:\n%s", err, again)
			}
			// A repository, an image or a role that does not exist may be created at any moment.
			for operation, n := range w.Requests() {
				if n > 1 || !slices.Contains([]string{"ecr:GetRepositoryPolicy", "ecr:DescribeImages", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"}, operation) {
					t.Errorf("%s was called again %d times", operation, n)
				}
			}
		})
	}
}

// What is denied is missing and told, and changes nothing else; in particular it never counts
// as something that does not exist.
func TestDenied(t *testing.T) {
	t.Parallel()
	for name, start := range sides(t) {
		w, s := start()
		whole, err := s.read(t, w.sources(t, s.account))
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range actions(w) {
			t.Run(name+"/"+action, func(t *testing.T) {
				t.Parallel()
				w, s := start()
				w.faults.SetRules(fault.Rule{Operation: action, Fault: denied()})
				text, err := s.read(t, w.sources(t, s.account))
				if err != nil {
					t.Fatal(err)
				}
				told := 0
				for _, gap := range notRead(t, text) {
					if gap.Action != action || gap.Code != "AccessDeniedException" {
						t.Errorf("%+v was not denied", gap)
					}
					told++
				}
				if told == 0 {
					t.Errorf("not_read does not say that %s was denied", action)
				}
				checkLess(t, "", decoded(t, whole), decoded(t, text))
			})
		}
	}
}

// What is left of a snapshot if everything is denied.
func TestAllDenied(t *testing.T) {
	t.Parallel()
	for name, start := range sides(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := start()
			if _, err := s.read(t, w.sources(t, s.account)); err != nil {
				t.Fatal(err)
			}
			var rules []fault.Rule
			for _, action := range actions(w) {
				rules = append(rules, fault.Rule{Operation: action, Fault: denied()})
			}
			w.faults.SetRules(rules...)
			text, err := s.read(t, w.sources(t, s.account))
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, "testdata/"+name+"_denied.json", indented(t, text))
		})
	}
}

// actions returns what was called of an account's own services.
func actions(w *world) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(w.Requests())), func(operation string) bool { return strings.HasPrefix(operation, "sts:") })
}

func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	delete(value, "not_read")
	return value
}

func notRead(t *testing.T, text string) []snapshot.Gap {
	t.Helper()
	var s struct {
		NotRead []snapshot.Gap `json:"not_read"`
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s.NotRead
}

// checkLess checks that a snapshot says what the whole one says, or does not say it.
func checkLess(t *testing.T, at string, whole, less any) {
	t.Helper()
	if less == "unknown" {
		return
	}
	switch whole := whole.(type) {
	case map[string]any:
		less, _ := less.(map[string]any)
		for key, value := range less {
			if strings.HasSuffix(at, "/managed_policies") && value == "unknown" {
				continue
			}
			checkLess(t, at+"/"+key, whole[key], value)
		}
	case []any:
		less, _ := less.([]any)
		if len(whole) != len(less) {
			t.Errorf("%s has %d elements, not %d", at, len(less), len(whole))
			return
		}
		for i := range whole {
			checkLess(t, fmt.Sprintf("%s/%d", at, i), whole[i], less[i])
		}
	default:
		isARN := strings.HasSuffix(at, "/arn") && less == "" // of a role that was named without it
		isDigest := strings.HasSuffix(at, "/digest") && less == nil
		if whole != less && !isARN && !isDigest {
			t.Errorf("%s is %v, not %v", at, less, whole)
		}
	}
}

// Any other failure is an error that says what was tried.
func TestFailures(t *testing.T) {
	t.Parallel()
	for name, start := range sides(t) {
		w, s := start()
		if _, err := s.read(t, w.sources(t, s.account)); err != nil {
			t.Fatal(err)
		}
		for _, action := range append(actions(w), "sts:GetCallerIdentity") {
			t.Run(name+"/"+action, func(t *testing.T) {
				t.Parallel()
				w, s := start()
				w.faults.SetRules(fault.Rule{Operation: action, Fault: fault.Error(400, "InvalidParameterException", "x\n\x1b[2J")})
				_, err := s.read(t, w.sources(t, s.account))
				explained, ok := errors.AsType[*awserr.Error](err)
				if !ok {
					t.Fatalf("the error is %v", err)
				}
				hostile.CheckHarmless(t, "the error", explained.Summary()+explained.Detail(), explained.Summary()+explained.Detail())
			})
		}
	}
}

// Many repositories take few calls each, and the snapshot is below 1 MB.
func TestManyRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := live.Repositories{Region: region, Organization: true}
	statement := `{"Sid":"Grant%02d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:role/applications/payment-service-%02d"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`
	var statements []string
	for i := range 12 {
		statements = append(statements, fmt.Sprintf(statement, i, i))
	}
	for i := range 200 {
		name := fmt.Sprintf("platform/team-%03d/service", i)
		w.CreateRepository(registryID, region, name)
		w.SetRepositoryPolicy(registryID, region, name, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
		for j := range 5 {
			w.TagRepository(registryID, region, name, fmt.Sprintf("cost-center-%d", j), "12345")
		}
		of.Names = append(of.Names, name)
	}
	sources := w.sources(t, registryID)
	s, err := live.Registry(t.Context(), sources, of, readAt)
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(text))
	if len(text) >= 1_000_000 {
		t.Errorf("the snapshot has %d bytes", len(text))
	}
	want := map[string]int{
		"sts:GetCallerIdentity": 1, "ecr:GetRepositoryPolicy": 200, "ecr:ListTagsForResource": 200, "ecr:DescribeRepositories": 2,
		"ecr:GetRegistryPolicy": 1, "ecr:DescribeRegistry": 1, "ecr:DescribePullThroughCacheRules": 1, "ecr:DescribeRepositoryCreationTemplates": 1,
		"organizations:DescribeOrganization": 1,
	}
	if diff := cmp.Diff(want, w.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if _, err := snapshot.ParseRegistry(text); err != nil {
		t.Error(err)
	}
}

// A repository that does not exist makes the call for all fail. If its policy cannot be read
// either, it is found nevertheless.
func TestMissingRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := live.Repositories{Region: region}
	for i := range 40 {
		name := fmt.Sprintf("app-%02d", i)
		if of.Names = append(of.Names, name); i%7 != 0 {
			w.CreateRepository(registryID, region, name)
		}
	}
	for _, rules := range [][]fault.Rule{nil, {{Operation: "ecr:GetRepositoryPolicy", Fault: denied()}}} {
		w.faults.SetRules(rules...)
		s, err := live.Registry(t.Context(), w.sources(t, registryID), of, readAt)
		if err != nil {
			t.Fatal(err)
		}
		for i, repo := range s.Repositories {
			if repo.Exists == nil || *repo.Exists != (i%7 != 0) {
				t.Errorf("%s exists: %v", repo.Name, repo.Exists)
			}
		}
	}
}

// What did not exist is looked for again.
func TestMissingIsNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.faults.SetRules(fault.Rule{Operation: "ecr:GetRepositoryPolicy", Fault: denied()})
	sources := w.sources(t, registryID)
	of := live.Repositories{Region: region, Names: []string{"app"}, Images: map[string]string{"app": "v1"}}
	for _, exists := range []bool{false, true} {
		if exists {
			w.CreateRepository(registryID, region, "app")
			w.PushImage(registryID, region, "app", "v1", "")
		}
		s, err := live.Registry(t.Context(), sources, of, readAt)
		if err != nil {
			t.Fatal(err)
		}
		if repo := s.Repository("app"); *repo.Exists != exists || *repo.Image.Exists != exists {
			t.Errorf("repository exists: %t, image: %t, want %t", *repo.Exists, *repo.Image.Exists, exists)
		}
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	const path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
	isMember := func(w *world) {
		w.CreateOrganization(management)
		w.AddOU("ou-ab12-11111111", "")
		w.AddMember(consumerID, "ou-ab12-11111111")
	}
	none := &[]snapshot.Level{}
	for name, test := range map[string]struct {
		prepare func(w *world)
		want    *snapshot.Organization
		levels  *[]snapshot.Level // nil if unknown
		gaps    []snapshot.Gap
	}{
		"in none": {func(*world) {}, &snapshot.Organization{}, none, []snapshot.Gap{}},
		"a member": {
			isMember, &snapshot.Organization{InOrganization: true, ID: "o-a1b2c3d4e5"}, nil,
			[]snapshot.Gap{{What: "the organization path and the service control policies and the resource control policies of the account " + consumerID, Action: "organizations:ListParents", Code: "AccessDeniedException"}},
		},
		"the management account": {
			func(w *world) { w.CreateOrganization(consumerID) },
			&snapshot.Organization{InOrganization: true, ID: "o-a1b2c3d4e5", Path: "o-a1b2c3d4e5/r-ab12/", ManagementAccount: true}, none,
			[]snapshot.Gap{},
		},
		"policy types that are disabled": {
			func(w *world) { isMember(w); w.Delegate(consumerID); w.DisablePolicyTypes() },
			&snapshot.Organization{InOrganization: true, ID: "o-a1b2c3d4e5", Path: path}, none,
			[]snapshot.Gap{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			test.prepare(w)
			s, err := live.Consumer(t.Context(), w.sources(t, consumerID), live.Roles{Organization: true}, readAt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, s.Organization); diff != "" {
				t.Errorf("organization (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.gaps, s.NotRead); diff != "" {
				t.Errorf("not read (-want +got):\n%s", diff)
			}
			for _, got := range []*[]snapshot.Level{s.ServiceControlPolicies, s.ResourceControlPolicies} {
				if diff := cmp.Diff(test.levels, got); diff != "" {
					t.Errorf("levels (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// A level without an SCP would deny everything, and AWS does not allow one.
func TestLevelWithoutSCP(t *testing.T) {
	t.Parallel()
	w, of := consumerWorld(t)
	w.DetachAll("ou-ab12-22222222")
	s, err := live.Consumer(t.Context(), w.sources(t, consumerID), of, readAt)
	if err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Gap{{What: "the service control policies of ou-ab12-22222222", Action: "organizations:ListPoliciesForTarget", Code: "NoPolicyAttached"}}
	if diff := cmp.Diff(want, s.NotRead); s.ServiceControlPolicies != nil || diff != "" {
		t.Errorf("levels %+v, not read (-want +got):\n%s", s.ServiceControlPolicies, diff)
	}
}

func TestWithoutOrganization(t *testing.T) {
	t.Parallel()
	w, of := registryWorld(t)
	of.Organization = false
	s, err := live.Registry(t.Context(), w.sources(t, registryID), of, readAt)
	if err != nil {
		t.Fatal(err)
	}
	if s.Organization != nil || s.ResourceControlPolicies != nil || len(s.NotRead) > 0 {
		t.Errorf("organization %+v, levels %+v, not read %v", s.Organization, s.ResourceControlPolicies, s.NotRead)
	}
	for operation := range w.Requests() {
		if strings.HasPrefix(operation, "organizations:") {
			t.Errorf("%s was called", operation)
		}
	}
}

func TestRoleOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := live.Consumer(t.Context(), w.sources(t, consumerID), live.Roles{ARNs: map[string]string{"app": "arn:aws:iam::111122223333:role/app"}}, readAt)
	if other, ok := errors.AsType[*live.OtherAccountError](err); !ok || other.Account != registryID || other.Credentials != consumerID {
		t.Errorf("the error is %v", err)
	}
}

// Secrets that AWS returns or that tools use are not in a snapshot.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	w, s := sides(t)["registry"]()
	text, err := s.read(t, w.sources(t, s.account))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"secretsmanager", "secret-of", "AKIA"} {
		if strings.Contains(text, secret) {
			t.Errorf("the snapshot has %q", secret)
		}
	}
}

// Texts of others stay data.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w, of := registryWorld(t)
	for i, text := range hostile.Texts() {
		w.TagRepository(registryID, region, "team/app", fmt.Sprintf("key-%d", i), text)
	}
	s, err := live.Registry(t.Context(), w.sources(t, registryID), of, readAt)
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	read, err := snapshot.ParseRegistry(text)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range hostile.Texts() {
		if got := (*read.Repository("team/app").Tags)[fmt.Sprintf("key-%d", i)]; got != want {
			t.Errorf("the tag %q became %q", want, got)
		}
	}
}
