// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// elsewhere is a registry whose responses of one operation name a repository.
type elsewhere struct {
	*registry

	operation, account, name string
}

func (e *elsewhere) ECR(context.Context, string) (awsapi.ECR, error) { return e, nil }

func (e *elsewhere) GetRepositoryPolicy(ctx context.Context, in *ecr.GetRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	out, err := e.registry.GetRepositoryPolicy(ctx, in)
	if err == nil && e.operation == "get" {
		out.RegistryId, out.RepositoryName = aws.String(e.account), aws.String(e.name)
	}
	return out, err
}

func (e *elsewhere) SetRepositoryPolicy(ctx context.Context, in *ecr.SetRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	out, err := e.registry.SetRepositoryPolicy(ctx, in)
	if err == nil && e.operation == "set" {
		out.RegistryId, out.RepositoryName = aws.String(e.account), aws.String(e.name)
	}
	return out, err
}

func (e *elsewhere) DeleteRepositoryPolicy(ctx context.Context, in *ecr.DeleteRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error) {
	out, err := e.registry.DeleteRepositoryPolicy(ctx, in)
	if err == nil && e.operation == "delete" {
		out.RegistryId, out.RepositoryName = aws.String(e.account), aws.String(e.name)
	}
	return out, err
}

// A response about another repository is an error. If it was a read, nothing is written.
func TestAResponseAboutAnotherRepository(t *testing.T) {
	t.Parallel()
	for operation, writes := range map[string]int{"get": 0, "set": 1, "delete": 1} {
		for _, other := range [][2]string{{repo.Account, "another"}, {"111111111111", repo.Name}, {repo.Account, repo.Name}} {
			r := &registry{text: document(own("A").String())}
			store := New(&elsewhere{r, operation, other[0], other[1]}, repositories{})
			store.wait = testStore(r).wait
			change := put(own("B"))
			if operation == "delete" {
				change = remove("A")
			}
			outcome, err := store.apply(t.Context(), repo, change)
			mismatch, found := errors.AsType[*MismatchError](err)
			if other == [2]string{repo.Account, repo.Name} {
				if err != nil {
					t.Errorf("%s: %v", operation, err)
				}
			} else if !found || mismatch.Account != other[0] || mismatch.Name != other[1] || awserr.KindOf(err) != awserr.Unreadable || r.writes != writes || outcome.Writes != writes {
				t.Errorf("%s of %v: error %v after %d writes, want a MismatchError after %d", operation, other, err, r.writes, writes)
			}
		}
	}
}

// A policy with elements that are not known is not deleted with its last statement, and
// keeps them when a statement is added.
func TestUnknownElementsOfAPolicyAreKept(t *testing.T) {
	t.Parallel()
	const unknown = `"statement":[{"Effect" :"Deny"}],"More":1.50`
	compacted := strings.ReplaceAll(unknown, " ", "")
	r := &registry{text: `{"Version":"2012-10-17","Statement":[` + own("A").String() + `],` + unknown + `}`}
	before := r.text
	store := testStore(r)
	_, err := store.apply(t.Context(), repo, remove("A"))
	if e, found := errors.AsType[*UnknownElementsError](err); !found || !slices.Equal(e.Elements, []string{"statement", "More"}) || r.text != before || r.writes > 0 {
		t.Errorf("error %v after %d writes; the policy is %s", err, r.writes, r.text)
	}
	must(t, store, put(own("B")), remove("A"))
	if want := `{"Version":"2012-10-17","Statement":[` + own("B").String() + `],` + compacted + `}`; r.text != want {
		t.Errorf("the policy is %s, want %s", r.text, want)
	}
	r = &registry{text: `{` + unknown + `}`}
	must(t, testStore(r), put(own("B")))
	if !strings.Contains(r.text, compacted) || !strings.Contains(r.text, own("B").String()) {
		t.Errorf("the policy is %s", r.text)
	}
}
