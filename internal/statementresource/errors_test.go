// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

var testBase = &Base{Type: managed.GrantType, At: path.Root("sid"), CheckImport: managed.CheckGrantImport}

const (
	consumerRole = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	user         = "arn:aws:iam::123456789012:user/alice"
)

// The texts of errors are read by people in a hurry: they are pinned.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}
	parse := func(text string) *policy.Statement {
		s, err := policy.ParseStatement(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	unreadable := func() error {
		_, err := policy.Parse(`{"Statement":"what?"}`)
		return fmt.Errorf("the policy of the repository %s cannot be understood, so nothing was changed: %w", repo.ARN(), err)
	}
	answer := func(text string) error {
		return awserr.Explain(&types.InvalidParameterException{
			Message: aws.String("Invalid parameter at 'PolicyText' failed to satisfy constraint: '" + text + "'"),
		}, awserr.Attempt{Doing: "change the policy of the repository payment-service", Side: awserr.RegistrySide})
	}
	many := func(n int) *policy.Document {
		doc := policy.NewDocument(parse(`{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`))
		for i := range n {
			doc = doc.Put(parse(fmt.Sprintf(`{"Sid":"Team%d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/%s"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`, i, strings.Repeat("r", i))))
		}
		return doc
	}
	refused, invalid := answer("Principal not found"), answer("Invalid repository policy provided")

	key := policystore.Key{Repository: repo, Sid: "PaymentsPull"}
	tests := map[string]error{
		"sid_in_use":            &policystore.ExistsError{Key: key, Statement: parse(`{"Sid":"PaymentsPull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"}`)},
		"sid_in_use_no_import":  &policystore.ExistsError{Key: key, Statement: parse(`{"Sid":"PaymentsPull","Effect":"Allow","Principal":"*","Action":"ecr:*"}`)},
		"sid_of_other_resource": &policystore.ExistsError{Key: key, Statement: parse(`{"Sid":"PaymentsPull","Effect":"Allow","Principal":"*","Action":"ecr:*"}`), Own: true},
		"changed":               &policystore.ChangedError{Key: key, Statement: parse(`{"Sid":"PaymentsPull","Effect":"Deny","Principal":"*","Action":"ecr:*"}`)},
		"sid_twice":             &policystore.DuplicateSidError{Key: key, Count: 2},
		"version":               &policystore.VersionError{Key: key, Version: policy.Version2008},
		"principal":             &policystore.RefusedError{Key: key, Named: []string{consumerRole, user, "arn:aws:iam::111111111111:role/app"}, Policy: policy.New(), Waited: 2 * time.Minute, Cause: refused},
		"principal_account":     &policystore.RefusedError{Key: key, Named: []string{"arn:aws:iam::123456789012:root"}, Policy: policy.New(), Waited: 2 * time.Minute, Cause: refused},
		"principal_deleted": &policystore.RefusedError{
			Key: key, Named: []string{consumerRole}, Waited: 90 * time.Second, Cause: refused,
			Policy: policy.NewDocument(parse(`{"Sid":"OldTeam","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEEXAMPLE123","123456789012"]},"Action":"ecr:*"}`)),
		},
		"removal_principal_deleted": &policystore.RefusedError{
			Key: key, Removing: true, Cause: refused,
			Policy: policy.NewDocument(parse(`{"Sid":"OldTeam","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"ecr:*"}`)),
		},
		"invalid": &policystore.RefusedError{
			Key: key, Cause: invalid,
			Policy: policy.NewDocument(parse(`{"Sid":"Guide","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`)),
		},
		"too_large":        fmt.Errorf("wrapped: %w", &policystore.TooLargeError{Repository: repo, Policy: many(60)}),
		"lost":             &policystore.LostError{Repository: repo, Writes: 10},
		"unreadable":       unreadable(),
		"mismatch":         fmt.Errorf("%w, so nothing was changed", &policystore.MismatchError{Repository: repo, Account: "111111111111", Name: "other"}),
		"unknown_elements": &policystore.UnknownElementsError{Repository: repo, Elements: []string{"statement"}},
		"other":            errors.New("something else"),
	}
	for name, err := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary, detail := testBase.describe(err)
			compareGolden(t, name, summary, detail)
		})
	}
}

// The texts about a registry policy.
func TestErrorTexts_registry(t *testing.T) {
	t.Parallel()
	base := &Base{Type: managed.RegistryGrantType, At: path.Root("sid"), OfRegistry: true, CheckImport: managed.CheckRegistryGrantImport}
	registry := registrypolicy.Registry("987654321098", "us-east-1")
	key := policystore.Key{Repository: registry, Sid: "OrganizationPull"}
	statement := func(resource string) *policy.Statement {
		return parsed(t, `{"Sid":"OrganizationPull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage","Resource":"`+resource+`"}`)
	}
	refused := awserr.Explain(&types.InvalidParameterException{
		Message: aws.String("Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'"),
	}, awserr.Attempt{Doing: "change the registry policy", Side: awserr.RegistrySide})
	for name, err := range map[string]error{
		"sid_in_use":            &policystore.ExistsError{Key: key, Statement: statement("arn:aws:ecr:us-east-1:987654321098:repository/team/*")},
		"sid_in_use_no_import":  &policystore.ExistsError{Key: key, Statement: statement("*")},
		"sid_of_other_resource": &policystore.ExistsError{Key: key, Own: true},
		"refused":               &policystore.RefusedError{Key: key, Named: []string{consumerRole}, Policy: policy.NewDocument(statement("*")), Waited: 2 * time.Minute, Cause: refused},
		"too_large":             &policystore.TooLargeError{Repository: registry, Policy: policy.NewDocument(statement("*"))},
		"lost":                  &policystore.LostError{Repository: registry, Writes: 10},
		"mismatch":              &policystore.MismatchError{Repository: registry, Account: "111111111111"},
		"other_account":         &registrypolicy.OtherAccountError{Registry: registry, Credentials: "111111111111"},
		"unknown_elements":      &policystore.UnknownElementsError{Repository: registry, Elements: []string{"statement"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary, detail := base.describe(err)
			compareGolden(t, "registry_"+name, summary, detail)
		})
	}
	var others diag.Diagnostics
	warnOthers(&others, key, policystore.Outcome{Writes: 2, Overwritten: 1})
	compareGolden(t, "registry_warning", others[0].Summary(), others[0].Detail())
	compareGolden(t, "registry_import_missing", "Statement not found", missingStatement(registry, "OrganizationPull", policy.New(), "987654321098"))
}

func compareGolden(t *testing.T, name, summary, detail string) {
	t.Helper()
	golden.Compare(t, filepath.Join("testdata", "errors", name+".txt"), summary+"\n\n"+detail+"\n")
}

func TestWarningTexts(t *testing.T) {
	t.Parallel()
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}
	s, err := policy.ParseStatement(`{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"ecr:*"}`)
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := policy.ParseStatement(`{"Sid":"PaymentsPull","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEEXAMPLE123","111111111111"]},"Action":"ecr:*"}`)
	if err != nil {
		t.Fatal(err)
	}
	var adopted, others, calm, deleted diag.Diagnostics
	key := policystore.Key{Repository: repo, Sid: "PaymentsPull"}
	warnDeleted(&calm, key, s)
	warnDeleted(&deleted, key, orphan)
	testBase.warnAdopted(&adopted, key, "this apply adopts it", adviceOnForeignWriter(key.Repository))
	warnOthers(&others, key, policystore.Outcome{Writes: 4, Overwritten: 3, Lost: []string{"", "Theirs"}, Disappeared: []*policy.Statement{s}, Restored: []string{"TeamA", "TeamB"}})
	warnOthers(&calm, key, policystore.Outcome{Writes: 2})
	if len(adopted) != 1 || len(deleted) != 1 || len(others) != 4 || len(calm) != 0 || others.HasError() {
		t.Fatalf("got %v, %v and %v, want one, four and no warnings, and %v, one", adopted, others, calm, deleted)
	}
	var late diag.Diagnostics
	warnOthers(&late, policystore.Key{Repository: repo, Sid: "Other"}, policystore.Outcome{Late: []policystore.Late{{Key: key, Err: &policystore.ChangedError{Key: key, Statement: s}}, {Key: key, Outcome: policystore.Outcome{Overwritten: 1}}}})
	compareGolden(t, "warning_late", late[0].Summary(), late[0].Detail()+"\n\n"+late[1].Summary()+"\n\n"+late[1].Detail())
	compareGolden(t, "warning_deleted", deleted[0].Summary(), deleted[0].Detail())
	compareGolden(t, "warning_adopted", adopted[0].Summary(), adopted[0].Detail())
	compareGolden(t, "warning_overwritten", others[0].Summary(), others[0].Detail())
	compareGolden(t, "warning_missing", others[1].Summary(), others[1].Detail())
	compareGolden(t, "warning_restored", others[2].Summary(), others[2].Detail())
	compareGolden(t, "warning_disappeared", others[3].Summary(), others[3].Detail())
}

func TestAMissingStatementIsLookedForInVain(t *testing.T) {
	t.Parallel()
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}
	several, err := policy.Parse(`{"Statement":[{"Sid":"TeamA","Effect":"Allow","Principal":"*","Action":"ecr:*"},{"Effect":"Deny","Principal":"*","Action":"ecr:*"},{"Sid":"TeamB","Effect":"Allow","Principal":"*","Action":"ecr:*"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "import_missing", "Statement not found", missingStatement(repo, "teama", several, "123456789012"))
	missing := awserr.Explain(&types.RepositoryNotFoundException{Message: aws.String("The repository does not exist")}, awserr.Attempt{})
	compareGolden(t, "import_no_repository", "Repository not found", missingRepository(repo, "123456789012", missing))
	compareGolden(t, "import_no_policy", "Statement not found", missingStatement(repo, "TeamA", policy.New(), ""))
}

func TestANearlyFullPolicyIsWarnedOf(t *testing.T) {
	t.Parallel()
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}
	for length, want := range map[int]int{8000: 0, 9500: 1} {
		s, err := policy.ParseStatement(`{"Sid":"` + strings.Repeat("x", length) + `","Effect":"Allow","Principal":"*","Action":"ecr:*"}`)
		if err != nil {
			t.Fatal(err)
		}
		var diags diag.Diagnostics
		warnSize(&diags, repo, policy.NewDocument(s), "would use")
		if diags.WarningsCount() != want || diags.HasError() {
			t.Errorf("a Sid of %d characters: %v, want %d warnings", length, diags, want)
		}
	}
}
