// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

// The accounts in the examples.
const (
	exampleRegistry = "987654321098"
	exampleConsumer = "123456789012"
)

// TestAccExamples plans every example unchanged, like a user: with profiles, environment
// variables and the built provider.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws := startExampleAccounts(t)
	cliConfig := installProvider(t)

	examples := map[string]struct {
		account string            // the account of the credentials in the environment
		want    []string          // the changes of the plan, in the order of addresses
		outputs map[string]string // their values in the plan; "" means any value
	}{
		"provider": {account: exampleRegistry},
		"registry-account": {
			account: exampleRegistry,
			want:    []string{"create ecrxa_repository_grant.payments"},
			outputs: map[string]string{"repository_arn": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"},
		},
		"consumer-account": {
			account: exampleConsumer,
			want:    []string{"create ecrxa_consumer_role_policy.payments"},
		},
		"both-accounts": {
			want:    []string{"create ecrxa_consumer_role_policy.payments", "create ecrxa_repository_grant.payments"},
			outputs: map[string]string{"verdict": "allowed", "explanation": ""},
		},
		"one-account": {outputs: map[string]string{"explanation": "", "messages": ""}},
		"many-accounts": {
			want: []string{
				"create ecrxa_registry_grant.teams",
				"create ecrxa_repository_grant.functions",
				"create ecrxa_repository_grant.organization",
				"create ecrxa_repository_grant.partner",
				`create ecrxa_repository_grant.payments["base-image"]`,
				`create ecrxa_repository_grant.payments["payment-service"]`,
				`create ecrxa_repository_grant.reader["payments/base-image"]`,
				`create ecrxa_repository_grant.reader["payments/payment-service"]`,
				`create ecrxa_repository_grant.reader["reports/base-image"]`,
				`create ecrxa_repository_grant.team["payments"]`,
				`create ecrxa_repository_grant.team["reports"]`,
				"create ecrxa_repository_grant.workloads",
			},
			outputs: map[string]string{"partner_denied_by": "[resource_control_policy]", "partner_explanation": ""},
		},
		"cookbook": {
			want: cookbookChanges(),
			outputs: map[string]string{
				"pulls_that_fail":          "map[]",
				"team_can_pull":            "Allowed: role arn:aws:iam::123456789012:role/checkout-execution can pull 987654321098.dkr.ecr.us-east-1.amazonaws.com/payments/app:v1.",
				"docker_hub_can_be_pulled": "Allowed: role arn:aws:iam::123456789012:role/build can pull 987654321098.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/nginx:1.29 through the cache.",
			},
		},
		"pull-check": {
			want:    []string{"check payments_can_be_pulled: fail"},
			outputs: map[string]string{"verdict": "denied", "denied_side": "both", "explanation": ""},
		},
		"resources/ecrxa_repository_grant": {
			account: exampleRegistry,
			want: []string{
				"create ecrxa_repository_grant.lambda_account",
				"create ecrxa_repository_grant.lambda_service",
				"create ecrxa_repository_grant.organization",
				"create ecrxa_repository_grant.payments",
			},
		},
		"resources/ecrxa_registry_grant": {
			account: exampleRegistry,
			want: []string{
				"create ecrxa_registry_grant.ireland",
				"create ecrxa_registry_grant.organization",
				"create ecrxa_registry_grant.payments",
			},
		},
		"resources/ecrxa_repository_statement": {
			account: exampleRegistry,
			want:    []string{"create ecrxa_repository_statement.outside_endpoint", "create ecrxa_repository_statement.outside_organization"},
		},
		"resources/ecrxa_consumer_role_policy": {
			account: exampleConsumer,
			want:    []string{"create ecrxa_consumer_role_policy.payments"},
		},
		"data-sources/ecrxa_pull_check": {
			want: []string{"check payments_can_be_pulled: fail", "check reports_can_be_pulled: fail"},
		},
		"data-sources/ecrxa_registry_snapshot": {
			account: exampleRegistry,
			outputs: map[string]string{"registry_snapshot": "", "not_read": ""},
		},
		"data-sources/ecrxa_consumer_snapshot": {
			account: exampleConsumer,
			outputs: map[string]string{"consumer_snapshot": "", "not_read": ""},
		},
		"data-sources/ecrxa_pull_matrix": {
			outputs: map[string]string{"summary": "4 pairs of a role and a repository: 0 allowed, 4 denied, 0 conditional.", "not_allowed": "", "page": ""},
		},
		"data-sources/ecrxa_pull_events": {
			account: exampleRegistry,
			outputs: map[string]string{"summary": "", "not_used": "", "denied": ""},
		},
		"data-sources/ecrxa_pull_probe": {
			want:    []string{"check payments_can_be_pulled: fail"},
			outputs: map[string]string{"agreement": "agrees"},
		},
		"actions/ecrxa_pull_probe": {
			want: []string{"create ecrxa_repository_grant.payments"},
		},
		"data-sources/ecrxa_repository_access": {
			account: exampleRegistry,
			want:    []string{"check no_door_is_open_by_mistake: pass"},
			outputs: map[string]string{"findings": "", "access": "", "report": ""},
		},
		"judge-a-plan": {
			want: []string{
				"check payments_can_be_pulled: pass",
				"create ecrxa_consumer_role_policy.payments",
				"create ecrxa_repository_grant.payments",
				"create terraform_data.deployment",
				"read data.ecrxa_pull_check.after_apply",
			},
			outputs: map[string]string{"pulls": ""},
		},
		"known-in-plan": {
			want:    []string{"create terraform_data.role"},
			outputs: map[string]string{"by_reference": notKnown, "by_name": "denied"},
		},
		"vpc-endpoints": {
			want: []string{
				"check payments_can_be_pulled: pass",
				"create ecrxa_consumer_role_policy.payments",
				"create ecrxa_repository_grant.payments",
			},
			outputs: map[string]string{"verdicts": "map[vpce-0a1b2c3d4e5f60718:allowed vpce-1b2c3d4e5f607182a:allowed]"},
		},
		"hcp-dynamic-credentials": {
			want: []string{
				"check pulls_work_today: fail",
				"create ecrxa_consumer_role_policy.payments",
				"create ecrxa_repository_grant.payments",
			},
		},
		"functions/parse_image_uri": {outputs: map[string]string{"image": ""}},
		"functions/image_uri": {
			outputs: map[string]string{
				"image":      "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1",
				"fips_image": "987654321098.dkr.ecr-fips.us-east-1.amazonaws.com/payment-service:v1",
			},
		},
		"functions/repository_arn": {
			outputs: map[string]string{"repository_arn": "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"},
		},
		"functions/grants_from_policy": {outputs: map[string]string{"kinds": "", "configuration": ""}},
		"functions/explain_pull_error": {
			outputs: map[string]string{"side": "registry", "explanation": ""},
		},
		"functions/evaluate_pull": {
			outputs: map[string]string{"verdict": "denied", "explanation": ""},
		},
	}

	for _, dir := range exampleDirs(t) {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			example, known := examples[dir]
			if !known {
				t.Fatalf("examples/%s is new: say here what its plan does", dir)
			}
			if strings.HasPrefix(dir, "actions/") {
				needActions(t)
			}
			env := append(aws.environment(example.account), "TF_CLI_CONFIG_FILE="+cliConfig)
			plan := planExample(t, dir, env)

			if got := plan.summary(); !slices.Equal(got, example.want) {
				t.Errorf("the plan does\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(example.want, "\n  "))
			}
			outputs := plan.PlannedValues.Outputs
			if got, want := slices.Sorted(maps.Keys(outputs)), slices.Sorted(maps.Keys(example.outputs)); !slices.Equal(got, want) {
				t.Errorf("outputs %q, want %q", got, want)
			}
			for name, want := range example.outputs {
				switch got := outputs[name].Value; {
				case want == notKnown && got == nil:
				case got == nil:
					t.Errorf("output %s is not known in the plan", name)
				case want != "" && fmt.Sprint(got) != want:
					t.Errorf("output %s = %q, want %q", name, got, want)
				}
			}
		})
	}
}

// needActions skips the test if this Terraform has no actions.
func needActions(t *testing.T) {
	t.Helper()
	var minor int
	version := string(run(t, ".", os.Environ(), terraformPath(), "version"))
	if _, err := fmt.Sscanf(version, "Terraform v1.%d", &minor); err != nil || minor < 14 {
		t.Skip("actions need Terraform 1.14")
	}
}

// notKnown is the value of an output that is known only after apply.
const notKnown = "(known after apply)"

func onlyEmulator(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run only with TF_ACC=1")
	}
	if backend := cmp.Or(os.Getenv("ECRXA_ACC_BACKEND"), "emulator"); backend != "emulator" {
		t.Skipf("%s: only the emulator has the accounts, roles and repositories of the examples", backend)
	}
}

// TestAccExamples_otherRegion: a snapshot of another Region than the image's says nothing
// about the pull, and the plan says so.
func TestAccExamples_otherRegion(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws := startExampleAccounts(t)
	aws.server.CreateRepository(exampleRegistry, "eu-west-1", "payment-service")
	work := copyExample(t, "both-accounts")
	file := filepath.Join(work, "main.tf")
	writeFile(t, file, strings.Replace(readFile(t, file), `region  = "us-east-1"`, `region  = "eu-west-1"`, 1))

	out, err := runTerraform(t, work, append(aws.environment(""), "TF_CLI_CONFIG_FILE="+installProvider(t)), "plan")
	if err == nil || !strings.Contains(strings.Join(strings.Fields(out), " "), "reads in Region us-east-1.") {
		t.Errorf("the plan does not say that the snapshot is of another Region: %v\n%s", err, out)
	}
}

// TestAccExamples_healthy: the checks of a working pull have no warnings.
func TestAccExamples_healthy(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws, cliConfig := startExampleAccounts(t), "TF_CLI_CONFIG_FILE="+installProvider(t)
	env := append(aws.environment(""), cliConfig)
	if out, err := runTerraform(t, copyExample(t, "both-accounts"), env, "apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	functions := append(aws.environment(exampleRegistry), cliConfig)
	if out, err := runTerraform(t, copyExample(t, "resources/ecrxa_repository_grant"), functions, "apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, dir := range []string{"pull-check", "data-sources/ecrxa_pull_check"} {
		out, err := runTerraform(t, copyExample(t, dir), env, "plan")
		warnings := strings.Count(out, "Warning: ") - strings.Count(out, "Warning: Provider development overrides")
		if err != nil || warnings > 0 {
			t.Errorf("examples/%s: %v\n%s", dir, err, out)
		}
	}
}

// TestAccExamples_stable: after an apply, a plan of the same configuration changes nothing, and
// no output either: the texts are the same for what is planned and for what exists. Then
// everything can be destroyed.
func TestAccExamples_stable(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	cliConfig := installProvider(t)
	accounts := map[string]string{
		"registry-account": exampleRegistry, "consumer-account": exampleConsumer,
		"resources/ecrxa_repository_grant": exampleRegistry, "resources/ecrxa_registry_grant": exampleRegistry, "resources/ecrxa_repository_statement": exampleRegistry, "resources/ecrxa_consumer_role_policy": exampleConsumer, "provider": exampleRegistry,
		"data-sources/ecrxa_registry_snapshot": exampleRegistry, "data-sources/ecrxa_consumer_snapshot": exampleConsumer,
		"data-sources/ecrxa_pull_events":       exampleRegistry,
		"data-sources/ecrxa_repository_access": exampleRegistry,
	}
	for _, dir := range exampleDirs(t) {
		if strings.HasPrefix(dir, "actions/") {
			continue // TestAccPullProbe_action applies one.
		}
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			aws := startExampleAccounts(t)
			env := append(aws.environment(accounts[dir]), "TF_CLI_CONFIG_FILE="+cliConfig)
			work := copyExample(t, dir)
			applyAndPlan(t, func(command ...string) (string, error) { return runTerraform(t, work, env, command[0], command[1:]...) })
			if !strings.Contains(readFile(t, filepath.Join(work, "main.tf")), "resource \"ecrxa_") {
				return // nothing to destroy
			}
			if out, err := runTerraform(t, work, env, "destroy", "-auto-approve"); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			checkLeastPermissions(t, dir, aws.server.Requests())
		})
	}
}

// TestAccExamples_moto: the examples that need no more of AWS than moto has do the same there.
func TestAccExamples_moto(t *testing.T) { //nolint:tparallel // One example after the other: they use the same repositories and the same role.
	t.Parallel()
	aws := acctest.New(t)
	if aws.Backend != acctest.Moto {
		t.Skipf("%s: TestAccExamples_stable applies the examples on the emulator", aws.Backend)
	}
	for _, repository := range []string{"payment-service", "base-image", "report-function"} {
		aws.Registry.CreateRepositoryNamed(repository)
	}
	aws.Consumer.CreateRoleNamed("/", "ecsTaskExecutionRole")
	cliConfig := installProvider(t)

	for _, example := range []struct {
		dir     string
		account *acctest.Account
	}{
		{"provider", aws.Registry},
		{"registry-account", aws.Registry},
		{"resources/ecrxa_repository_grant", aws.Registry},
		{"resources/ecrxa_repository_statement", aws.Registry},
		{"consumer-account", aws.Consumer},
		{"resources/ecrxa_consumer_role_policy", aws.Consumer},
		{"data-sources/ecrxa_consumer_snapshot", aws.Consumer},
	} {
		t.Run(example.dir, func(t *testing.T) {
			env := append(example.account.Environment(), "PATH="+os.Getenv("PATH"), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+cliConfig)
			work := copyExample(t, example.dir)
			applyAndPlan(t, func(command ...string) (string, error) { return runTerraform(t, work, env, command[0], command[1:]...) })
			if out, err := runTerraform(t, work, env, "destroy", "-auto-approve"); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// applyAndPlan applies and checks that the plan after it is empty. The time of a snapshot is
// its day, so it does that again if the day has ended in between.
func applyAndPlan(t *testing.T, run func(command ...string) (string, error)) {
	t.Helper()
	day := func() string { return time.Now().UTC().Format(time.DateOnly) }
	for {
		before := day()
		if out, err := run("apply", "-auto-approve"); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		out, err := run("plan", "-detailed-exitcode")
		if err != nil && day() == before {
			t.Errorf("%v\n%s", err, out)
		}
		if err == nil || day() == before {
			return
		}
	}
}

// exampleDirs returns the folders in examples that have a configuration of their own. Those of
// two-workspaces have a test of their own.
func exampleDirs(t *testing.T) []string {
	t.Helper()

	var dirs []string
	for _, depth := range []string{"*", "*/*"} {
		files, err := filepath.Glob(filepath.Join("examples", depth, "*.tf"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			dir, err := filepath.Rel("examples", filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			if dir = filepath.ToSlash(dir); !strings.HasPrefix(dir, "two-workspaces/") && !strings.HasPrefix(dir, "migrate-from-aws/") {
				dirs = append(dirs, dir)
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// cookbookChanges are the changes of the plan of examples/cookbook.
func cookbookChanges() []string {
	changes := []string{
		"create ecrxa_consumer_role_policy.cache",
		"create ecrxa_consumer_role_policy.cached",
		"create ecrxa_consumer_role_policy.docker_hub",
		"create ecrxa_consumer_role_policy.function_creator",
		"create ecrxa_consumer_role_policy.pipeline",
		"create ecrxa_consumer_role_policy.team",
		"create ecrxa_registry_grant.docker_hub",
		"create ecrxa_registry_grant.replication",
		"create ecrxa_registry_grant.team",
		"create ecrxa_repository_grant.cache",
		"create ecrxa_repository_grant.function",
		"create ecrxa_repository_grant.function_creator",
		"create ecrxa_repository_grant.pipeline",
	}
	for _, pull := range []string{"account", "agents", "builds", "fargate", "instances", "jobs", "models", "nodes", "pods", "website"} {
		changes = append(changes,
			fmt.Sprintf("create ecrxa_consumer_role_policy.pull[%q]", pull),
			fmt.Sprintf("create ecrxa_repository_grant.pull[%q]", pull))
	}
	slices.Sort(changes)
	return changes
}

// cookbookRoles are the roles of examples/cookbook, each with the principal and the action of
// its trust policy.
var cookbookRoles = map[string]string{
	"checkout-execution": `{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"ecs-instance":       `{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"eks-node":           `{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"eks-pod-execution":  `{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"kubelet-checkout":   `{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"},"Action":"sts:AssumeRoleWithWebIdentity"`,
	"job-execution":      `{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"build":              `{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"model-execution":    `{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"website-access":     `{"Service":"build.apprunner.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"agent-execution":    `{"Service":"bedrock-agentcore.amazonaws.com"},"Action":"sts:AssumeRole"`,
	"deploy":             `{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"`,
	"cache":              `{"Service":"pullthroughcache.ecr.amazonaws.com"},"Action":"sts:AssumeRole"`,
}

// exampleAccounts are the accounts of the examples, on an emulator.
type exampleAccounts struct {
	server   *emulator.Server
	profiles string // path of a file with a profile for each account
	dynamic  string // environment variable with the dynamic credentials of HCP Terraform
}

func startExampleAccounts(t *testing.T) exampleAccounts {
	t.Helper()

	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return prepareExampleAccounts(t, server)
}

// prepareExampleAccounts makes what the examples need.
func prepareExampleAccounts(t *testing.T, server *emulator.Server) exampleAccounts {
	t.Helper()

	var profiles strings.Builder
	for profile, account := range map[string]string{"registry": exampleRegistry, "consumer": exampleConsumer} {
		accessKey, secretKey := server.Credentials(account)
		fmt.Fprintf(&profiles, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profile, accessKey, secretKey)
	}
	file := filepath.Join(t.TempDir(), "credentials")
	writeFile(t, file, profiles.String())

	for _, repository := range []string{"payment-service", "base-image", "report-function"} {
		server.CreateRepository(exampleRegistry, "us-east-1", repository)
	}
	server.PushLayers(exampleRegistry, "us-east-1", "base-image", "v1", "a layer")
	server.CreateRole(exampleConsumer, "/", "ecsTaskExecutionRole")
	for role, trusted := range cookbookRoles {
		server.CreateRole(exampleConsumer, "/", role)
		server.SetTrustPolicy(exampleConsumer, role, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":`+trusted+`}}`)
	}
	return exampleAccounts{server, file, dynamicCredentials(t, server)}
}

// dynamicCredentials does what HCP Terraform does before a run: for each tagged configuration
// it writes a configuration file with a role and a token, and sets a variable with the paths.
// https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/specifying-multiple-configurations
func dynamicCredentials(t *testing.T, server *emulator.Server) (variable string) {
	t.Helper()

	type configuration struct {
		File string `json:"shared_config_file"`
	}
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	writeFile(t, token, "token")
	aliases := map[string]configuration{}
	for tag, account := range map[string]string{"REGISTRY": exampleRegistry, "CONSUMER": exampleConsumer} {
		role := server.CreateRole(account, "/", "hcp-terraform")
		file := filepath.Join(dir, tag)
		writeFile(t, file, fmt.Sprintf("[default]\nrole_arn = %s\nweb_identity_token_file = %s\nrole_session_name = run\n", role, token))
		aliases[tag] = configuration{file}
	}
	value, err := json.Marshal(map[string]any{"default": configuration{}, "aliases": aliases})
	if err != nil {
		t.Fatal(err)
	}
	return "TF_VAR_tfc_aws_dynamic_credentials=" + string(value)
}

// environment returns the environment variables of a user with credentials of an account. If
// account is empty, the user has only profiles.
func (a exampleAccounts) environment(account string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Dir(a.profiles),
		"CHECKPOINT_DISABLE=1",
		"AWS_ENDPOINT_URL=" + a.server.URL(),
		"AWS_SHARED_CREDENTIALS_FILE=" + a.profiles,
		a.dynamic,
	}
	if account != "" {
		accessKey, secretKey := a.server.Credentials(account)
		env = append(env, "AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+secretKey)
	}
	return env
}

// builtProvider is the folder of the provider that installProvider has built.
var builtProvider string

var buildProvider = sync.OnceValues(func() (output []byte, err error) {
	if builtProvider, err = os.MkdirTemp("", "ecrxa-provider-"); err != nil {
		return nil, err
	}
	return exec.Command("go", "build", "-o", filepath.Join(builtProvider, "terraform-provider-ecrxa"), ".").CombinedOutput()
})

// installProvider builds the provider, once for all tests, and returns the path of a CLI
// configuration that makes Terraform use it.
func installProvider(t *testing.T) string {
	t.Helper()

	if output, err := buildProvider(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	file := filepath.Join(t.TempDir(), "terraformrc")
	writeFile(t, file, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"ecrxa/ecrxa\" = %q\n  }\n}\n", builtProvider))
	return file
}

// An examplePlan has the parts of a plan, as `terraform show -json` prints it, that the tests
// check.
type examplePlan struct {
	PlannedValues struct {
		Outputs map[string]struct{ Value any }
	} `json:"planned_values"`
	ResourceChanges []struct {
		Address string
		Change  struct{ Actions []string }
	} `json:"resource_changes"`
	Checks []struct {
		Address struct{ Kind, Name string }
		Status  string
	}
}

// summary returns the changes of the plan and the results of its check blocks, one per line.
func (p examplePlan) summary() []string {
	var lines []string
	for _, change := range p.ResourceChanges {
		lines = append(lines, strings.Join(change.Change.Actions, "+")+" "+change.Address)
	}
	for _, check := range p.Checks {
		if check.Address.Kind == "check" {
			lines = append(lines, "check "+check.Address.Name+": "+check.Status)
		}
	}
	slices.Sort(lines)
	return lines
}

// planExample plans a copy of an example.
func planExample(t *testing.T, dir string, env []string) examplePlan {
	t.Helper()

	work := copyExample(t, dir)
	if out, err := runTerraform(t, work, env, "plan", "-out=plan"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var plan examplePlan
	if err := json.Unmarshal(run(t, work, env, terraformPath(), "show", "-json", "plan"), &plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// copyExample returns a folder with a copy of an example. An example without a provider block
// gets the block of examples/provider.
func copyExample(t *testing.T, dir string) string {
	t.Helper()

	work := t.TempDir()
	files, err := filepath.Glob(filepath.Join("examples", dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var configuration strings.Builder
	for _, file := range files {
		if !strings.HasPrefix(filepath.Base(file), "import-by-") {
			configuration.WriteString(readFile(t, file))
		}
	}
	writeFile(t, filepath.Join(work, "main.tf"), configuration.String())
	if !strings.Contains(configuration.String(), "required_providers") {
		writeFile(t, filepath.Join(work, "provider.tf"), readFile(t, filepath.Join("examples", "provider", "provider.tf")))
	}
	return work
}

func terraformPath() string { return cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform") }

// linkTerraform puts terraform under this name into a folder, for scripts.
func linkTerraform(t *testing.T, folder string) {
	t.Helper()
	terraform, err := exec.LookPath(terraformPath())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(terraform, filepath.Join(folder, "terraform")); err != nil {
		t.Fatal(err)
	}
}

// runTerraform runs a terraform command and returns its output.
func runTerraform(t *testing.T, dir string, env []string, command string, args ...string) (string, error) {
	t.Helper()

	cmd := exec.CommandContext(t.Context(), terraformPath(), append([]string{command, "-no-color"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(slices.Clip(env), "TF_INPUT=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// run runs a command and returns its standard output.
func run(t *testing.T, dir string, env []string, name string, args ...string) []byte {
	t.Helper()

	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout, &stderr)
	}
	return stdout
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()

	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
