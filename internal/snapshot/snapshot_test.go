// SPDX-License-Identifier: MPL-2.0

package snapshot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

var readAt = snapshot.Time{Time: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}

func registry() *snapshot.Registry {
	exists := true
	return &snapshot.Registry{
		Header:         snapshot.Header{Kind: snapshot.OfRegistry, Version: snapshot.Version, ReadAt: readAt, ReadBy: snapshot.Reader{Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/terraform"}},
		Account:        "111122223333",
		Region:         "eu-west-1",
		RegistryPolicy: snapshot.DocumentOf(""),
		Organization:   &snapshot.Organization{InOrganization: true, ID: "o-a1b2c3d4e5"},
		Repositories: []snapshot.Repository{{
			Name:   "team/app",
			ARN:    "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
			Exists: &exists,
			Policy: snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[]}`),
			Tags:   &map[string]string{"team": "payments"},
		}, {Name: "team/other", ARN: "arn:aws:ecr:eu-west-1:111122223333:repository/team/other"}},
		NotRead: []snapshot.Gap{{What: "the policy of the repository team/other", Action: "ecr:GetRepositoryPolicy", Code: "AccessDeniedException"}},
	}
}

func consumer() *snapshot.Consumer {
	boundary := ""
	return &snapshot.Consumer{
		Header:  snapshot.Header{Kind: snapshot.OfConsumer, Version: snapshot.Version, ReadAt: readAt},
		Account: "222233334444",
		ServiceControlPolicies: &[]snapshot.Level{{Target: "r-ab12", Policies: []snapshot.ControlPolicy{
			{ID: "p-FullAWSAccess", Name: "FullAWSAccess", Document: snapshot.DocumentOf(`{"Version":"2012-10-17","Statement":[]}`)},
		}}},
		Roles: []snapshot.Role{{
			Name:             "app",
			ARN:              "arn:aws:iam::222233334444:role/app",
			ID:               "AROAEXAMPLEID",
			InlinePolicies:   &map[string]snapshot.Document{"pull": {}},
			AttachedPolicies: &[]string{"arn:aws:iam::222233334444:policy/p"},
			Boundary:         &boundary,
		}},
		ManagedPolicies: map[string]snapshot.Document{"arn:aws:iam::222233334444:policy/p": snapshot.DocumentOf(`{"Statement":[]}`)},
	}
}

// What is not known, what does not exist and what does stay apart on the way.
func TestSnapshotsTravel(t *testing.T) {
	t.Parallel()
	equal := cmp.AllowUnexported(snapshot.Document{})
	text, err := registry().JSON()
	if err != nil {
		t.Fatal(err)
	}
	r, err := snapshot.ParseRegistry(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(registry(), r, equal); diff != "" {
		t.Errorf("registry (-written +read):\n%s", diff)
	}
	text, err = consumer().JSON()
	if err != nil {
		t.Fatal(err)
	}
	c, err := snapshot.ParseConsumer(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(consumer(), c, equal); diff != "" {
		t.Errorf("consumer (-written +read):\n%s", diff)
	}
}

func TestParseRegistry_faults(t *testing.T) {
	t.Parallel()
	written, err := registry().JSON()
	if err != nil {
		t.Fatal(err)
	}
	other, err := consumer().JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, want string }{
		"no JSON":         {"hello, all of you who read this text", `is not a snapshot: set it to the attribute json of a data source ecrxa_registry_snapshot; this begins with "hello, all of you wh"`},
		"nothing":         {"", "is not a snapshot: set it to the attribute json of a data source ecrxa_registry_snapshot; this is empty"},
		"cut off":         {written[:100], "is not a snapshot: set it to the attribute json of a data source ecrxa_registry_snapshot, as a whole; this is no JSON after byte 100"},
		"other JSON":      {`{"Statement":[]}`, "is not a snapshot: set it to the attribute json of a data source ecrxa_registry_snapshot; this has no kind"},
		"another kind":    {`{"kind":"x"}`, `this has the kind "x"`},
		"the other side":  {other, "is a snapshot of the consumer side: set it to the attribute json of a data source ecrxa_registry_snapshot, which the registry side reads, not of ecrxa_consumer_snapshot"},
		"newer version":   {strings.Replace(written, `"version":1`, `"version":2`, 1), "use a newer version of the provider"},
		"no version":      {strings.Replace(written, `"version":1`, `"version":0`, 1), "its version must be 1 or more"},
		"unknown member":  {strings.Replace(written, `"region"`, `"regions"`, 1), `unknown field "regions"`},
		"other document":  {strings.Replace(written, `"registry_policy":null`, `"registry_policy":"none"`, 1), "must be a JSON object, null or"},
		"no time":         {strings.Replace(written, `2026-11-27T09:00:00Z`, `yesterday`, 1), "yesterday"},
		"too long":        {strings.Repeat(" ", 17<<20), "is longer than 16 MB"},
		"followed by one": {written + "{}", "is not a snapshot"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := snapshot.ParseRegistry(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, not about %q", err, test.want)
			}
		})
	}
}

func TestPrefixMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		prefix, name string
		want         bool
	}{
		{"prod", "prod/app", true},
		{"prod/", "prod/app", true},
		{"prod/team", "prod/team/app", true},
		{"prod", "production/app", false},
		{"prod", "prod", false},
		{"ROOT", "prod", true},
	} {
		if got := snapshot.PrefixMatches(test.prefix, test.name); got != test.want {
			t.Errorf("the prefix %s matches %s: %t", test.prefix, test.name, got)
		}
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	if r := registry().Repository("team/other"); r == nil || r.Exists != nil || r.Policy.IsKnown() {
		t.Errorf("team/other is %+v", r)
	}
	if registry().Repository("team/none") != nil || consumer().Role("none") != nil {
		t.Error("what the snapshot does not have was found")
	}
	if consumer().Role("app") == nil {
		t.Error("the role app was not found")
	}
}

func TestTimeOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 1, 59, 58, 999, time.FixedZone("", 2*60*60)) // 23:59:58 in UTC
	for precision, want := range map[snapshot.Precision]string{
		snapshot.Second: "2026-11-27T23:59:58Z",
		snapshot.Minute: "2026-11-27T23:59:00Z",
		snapshot.Hour:   "2026-11-27T23:00:00Z",
		snapshot.Day:    "2026-11-27T00:00:00Z",
	} {
		got := snapshot.TimeOf(at, precision)
		if text, _ := got.MarshalText(); string(text) != want {
			t.Errorf("the %s of the time is %s, want %s", precision, text, want)
		}
		if got.After(at) {
			t.Errorf("the %s of the time is after it", precision)
		}
	}
}

func TestReaderOf(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]string{
		"arn:aws:sts::111122223333:assumed-role/ci/GitHubActions-42": "arn:aws:sts::111122223333:assumed-role/ci",
		"arn:aws:iam::111122223333:user/team/terraform":              "arn:aws:iam::111122223333:user/team/terraform",
	} {
		if got := snapshot.ReaderOf("111122223333", arn); got.ARN != want || got.Account != "111122223333" {
			t.Errorf("the reader of %s is %+v, want %s", arn, got, want)
		}
	}
}

func TestConsumer_ARNOf(t *testing.T) {
	t.Parallel()
	c := consumer()
	c.ReadBy.ARN = "arn:aws-cn:iam::222233334444:user/terraform"
	for want, role := range map[string]snapshot.Role{
		"arn:aws:iam::222233334444:role/team/app": {Name: "app", ARN: "arn:aws:iam::222233334444:role/team/app"},
		"arn:aws-cn:iam::222233334444:role/none":  {Name: "none"},
	} {
		if got := c.ARNOf(&role); got != want {
			t.Errorf("the ARN is %s, want %s", got, want)
		}
	}
}
