// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

func TestGetDecodes(t *testing.T) {
	t.Parallel()
	const document = `{"Resource": "arn:aws:ecr:*:1:repository/a+b%2F", "é": "\u00e9 ~"}`
	f := &fakeIAM{policies: map[string]string{"pull": document}}
	got, found, err := New(f).Read(t.Context(), "app", "pull")
	if err != nil || !found || got != document {
		t.Errorf("got %q, %v, %v", got, found, err)
	}
}

func TestGetOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{}
	for _, role := range []string{"app", "another"} {
		if _, found, err := New(f).Read(t.Context(), role, "pull"); found || err != nil {
			t.Errorf("%s: %v, %v", role, found, err)
		}
	}
	if f.asked > 0 {
		t.Error("asked for the account, though nothing failed")
	}
}

func TestUpdateReplaces(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	if err := New(f).Update(t.Context(), Key{"app", "pull"}, "kept", "{}", `{"a":1}`); err != nil || f.policies["pull"] != `{"a":1}` {
		t.Errorf("got %v, %v", f.policies, err)
	}
}

// Each object makes these calls, and no more: some configurations have hundreds.
func TestCallsOfOneObject(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{}}
	store, key := newStore(f), Key{"app", "pull"}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"create", func() error { _, err := store.Create(t.Context(), key, "o", prior); return err }, []string{"GetRolePolicy", "PutRolePolicy", "GetRolePolicy"}},
		{"update", func() error { return store.Update(t.Context(), key, "o", prior, planned) }, []string{"GetRolePolicy", "PutRolePolicy", "GetRolePolicy"}},
		{"delete", func() error {
			_, err := New(f).Delete(t.Context(), key, ownership.Object{Token: "o"}, planned)
			return err
		}, []string{"GetRolePolicy", "DeleteRolePolicy"}},
	} {
		f.calls = nil
		if err := step.do(); err != nil || !slices.Equal(f.calls, step.want) || f.asked > 0 {
			t.Errorf("%s: %v after the calls %v, asked %d times for the identity; want the calls %v", step.name, err, f.calls, f.asked, step.want)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}", "other": "{}"}}
	for range 2 {
		if left, err := New(f).Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, "{}"); left || err != nil {
			t.Error(left, err)
		}
	}
	if left, err := New(f).Delete(t.Context(), Key{"another", "pull"}, ownership.Object{Token: "old"}, "{}"); left || err != nil {
		t.Error(left, err)
	}
	if len(f.policies) != 1 {
		t.Errorf("left: %v", f.policies)
	}
}

// Each operation fails with an error that says what was tried, where and who
// must act.
func TestErrors(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "User: u is not authorized to perform: iam:X"}
	missing := &iamtypes.NoSuchEntityException{Message: aws.String("The role with name app cannot be found.")}
	get := func(s *Store) error { _, _, err := s.Read(t.Context(), "app", "pull"); return err }
	create := func(s *Store) error { _, err := s.Create(t.Context(), Key{"app", "new"}, "new", "{}"); return err }
	put := func(s *Store) error { return s.Update(t.Context(), Key{"app", "pull"}, "kept", "{}", "{}") }
	remove := func(s *Store) error {
		_, err := s.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, "{}")
		return err
	}
	tests := map[string]struct {
		operation string
		cause     error
		do        func(*Store) error
		doing     string
		kind      awserr.Kind
		account   string
	}{
		"get refused":       {"GetRolePolicy", denied, get, "read the inline policy pull of the role app", awserr.AccessDenied, "123456789012"},
		"get before create": {"GetRolePolicy", denied, create, "read the inline policy new of the role app", awserr.AccessDenied, "123456789012"},
		"create refused":    {"PutRolePolicy", denied, create, "write the inline policy new of the role app", awserr.AccessDenied, "123456789012"},
		"role missing":      {"PutRolePolicy", missing, create, "write the inline policy new of the role app", awserr.NoSuchEntity, "123456789012"},
		"put refused":       {"PutRolePolicy", denied, put, "write the inline policy pull of the role app", awserr.AccessDenied, "123456789012"},
		"delete refused":    {"DeleteRolePolicy", denied, remove, "delete the inline policy pull of the role app", awserr.AccessDenied, "123456789012"},
		"no answer":         {"GetRolePolicy", errors.New("connection refused"), get, "read the inline policy pull of the role app", awserr.Other, ""},
		"no client":         {"IAM", errors.New("no region"), put, "read the inline policy pull of the role app", awserr.Other, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeIAM{policies: map[string]string{"pull": "{}"}, fail: map[string]error{tt.operation: tt.cause}}
			var explained *awserr.Error
			if err := tt.do(newStore(f)); !errors.As(err, &explained) || !errors.Is(err, tt.cause) {
				t.Fatalf("got %v", err)
			}
			want := awserr.Attempt{Doing: tt.doing, Account: tt.account, Side: awserr.ConsumerSide, OwnAccount: tt.account != ""}
			if explained.Attempt != want || explained.Kind != tt.kind {
				t.Errorf("got %+v, %s", explained.Attempt, explained.Kind)
			}
		})
	}
}

func TestAnUndecodableDocumentIsAnError(t *testing.T) {
	t.Parallel()
	f := &fakeIAM{policies: map[string]string{"pull": "{}"}}
	_, found, err := New(undecodable{f}).Read(t.Context(), "app", "pull")
	if found || err == nil || !strings.Contains(err.Error(), "read the inline policy pull") {
		t.Errorf("got %v, %v", found, err)
	}
}

// A response about another policy is an error, and nothing is written.
func TestAResponseAboutAnotherPolicy(t *testing.T) {
	t.Parallel()
	const text, planned = `{"a":1}`, `{"a":2}`
	for answers, accepted := range map[Key]bool{
		{"other", "pull"}: false, {"app", "other"}: false, {"app", "pull"}: true, {"APP", "Pull"}: true,
	} {
		f := &fakeIAM{policies: map[string]string{"pull": text}, answers: answers}
		for what, act := range map[string]func(*Store) error{
			"read":   func(s *Store) error { _, _, err := s.Read(t.Context(), "app", "pull"); return err },
			"create": func(s *Store) error { _, err := s.Create(t.Context(), Key{"app", "pull"}, "new", text); return err },
			"update": func(s *Store) error { return s.Update(t.Context(), Key{"app", "pull"}, "kept", text, planned) },
			"delete": func(s *Store) error {
				_, err := s.Delete(t.Context(), Key{"app", "pull"}, ownership.Object{Token: "old"}, text)
				return err
			},
		} {
			f.policies["pull"], f.calls = text, nil
			err := act(newStore(f))
			wrote := slices.ContainsFunc(f.calls, func(call string) bool { return call != "GetRolePolicy" })
			if accepted && err != nil || !accepted && (awserr.KindOf(err) != awserr.Unreadable || wrote) {
				t.Errorf("%s, %v: %v after the calls %v", what, answers, err, f.calls)
			}
		}
	}
}
