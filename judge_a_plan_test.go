// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// denyAll denies what examples/judge-a-plan grants.
const denyAll = `{"Version":"2012-10-17","Statement":{"Sid":"Frozen","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}}`

// denyLogin denies the login of the consumer's role.
const denyLogin = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ecr:GetAuthorizationToken","Resource":"*"}}`

// deniedBy is what the explanation of a pull says that denyAll denies.
const deniedBy = `explicit deny by statement "Frozen" of the repository policy`

// TestAccJudgeAPlan runs each step of the guide on examples/judge-a-plan.
func TestAccJudgeAPlan(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	cliConfig := installProvider(t)
	for name, test := range map[string]func(t *testing.T, cliConfig string){
		"check":         checkWarns,
		"precondition":  preconditionFailsThePlan,
		"unknown":       preconditionFailsTheApply,
		"postcondition": postconditionFailsTheApply,
		"mocked tests":  mockedTestsNeedNoAccount,
		"live tests":    liveTestsReadBothAccounts,
		"opa":           opaRejectsPlans,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, cliConfig)
		})
	}
}

// A judged is a copy of files of examples/judge-a-plan, on accounts of its own.
type judged struct {
	aws exampleAccounts
	dir string
	env []string
}

// judge copies files of examples/judge-a-plan, and folders with all that is in them.
func judge(t *testing.T, cliConfig string, names ...string) judged {
	t.Helper()

	aws, dir := startExampleAccounts(t), t.TempDir()
	for _, name := range names {
		source := filepath.Join("examples", "judge-a-plan", name)
		if info, err := os.Stat(source); err == nil && info.IsDir() {
			if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		writeFile(t, filepath.Join(dir, name), readFile(t, source))
	}
	return judged{aws, dir, append(aws.environment(""), "TF_CLI_CONFIG_FILE="+cliConfig)}
}

// deny makes the registry side deny the pull.
func (j judged) deny() {
	j.aws.server.SetRepositoryPolicy(exampleRegistry, "us-east-1", "payment-service", denyAll)
}

// createRole makes the configuration create the role whose ARN it uses.
func (j judged) createRole(t *testing.T) {
	t.Helper()
	file := filepath.Join(j.dir, "main.tf")
	text := strings.Replace(readFile(t, file), `"arn:aws:iam::123456789012:role/${local.role}"`, "terraform_data.role.output", 1)
	writeFile(t, file, text+"\nresource \"terraform_data\" \"role\" {\n  input = \"arn:aws:iam::123456789012:role/ecsTaskExecutionRole\"\n}\n")
}

// withoutPostcondition removes the check that would fail before the precondition.
func (j judged) withoutPostcondition(t *testing.T) {
	t.Helper()
	file := filepath.Join(j.dir, "conditions.tf")
	text, _, _ := strings.Cut(readFile(t, file), "# If the plan changes the grant")
	writeFile(t, file, strings.Replace(text, "depends_on = [data.ecrxa_pull_check.after_apply]", "", 1))
}

func (j judged) deployedNothing(t *testing.T) {
	t.Helper()
	if state := string(run(t, j.dir, j.env, terraformPath(), "state", "list")); strings.Contains(state, "terraform_data.deployment") {
		t.Errorf("the apply has deployed an image that cannot be pulled:\n%s", state)
	}
}

func (j judged) terraform(t *testing.T, command string, args ...string) (output string, err error) {
	t.Helper()
	output, err = runTerraform(t, j.dir, j.env, command, args...)
	return strings.Join(strings.Fields(output), " "), err // Terraform breaks lines
}

// A failed check block is a warning: the plan goes on.
func checkWarns(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "check.tf")
	j.deny()
	out, err := j.terraform(t, "plan")
	if err != nil || !strings.Contains(out, "Warning: Check block assertion failed") || !strings.Contains(out, deniedBy) {
		t.Errorf("the plan fails, or does not warn with the explanation: %v\n%s", err, out)
	}
}

// A failed precondition is an error of the plan.
func preconditionFailsThePlan(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "conditions.tf")
	j.deny()
	out, err := j.terraform(t, "plan")
	if err == nil || !strings.Contains(out, "Error: Resource precondition failed") || !strings.Contains(out, "The registry side (account 987654321098) denies it.") {
		t.Errorf("the plan is not rejected with the summary: %v\n%s", err, out)
	}
}

// A precondition on a verdict that is not known in the plan is evaluated in the apply, before
// what it guards is created.
func preconditionFailsTheApply(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "conditions.tf")
	j.withoutPostcondition(t)
	j.aws.server.PutRolePolicy(exampleConsumer, "ecsTaskExecutionRole", "guard", denyLogin)
	j.createRole(t)
	if out, err := j.terraform(t, "plan"); err != nil {
		t.Errorf("the plan is rejected, but the verdict is not known: %v\n%s", err, out)
	}
	out, err := j.terraform(t, "apply", "-auto-approve")
	if err == nil || !strings.Contains(out, "Error: Resource precondition failed") || !strings.Contains(out, "The consumer side (account 123456789012) denies it.") {
		t.Errorf("the apply is not rejected: %v\n%s", err, out)
	}
	j.deployedNothing(t)
}

// A failed postcondition ends the apply before what depends on it is created: here because
// somebody has added a statement after the plan.
func postconditionFailsTheApply(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "conditions.tf")
	if out, err := j.terraform(t, "plan", "-out=plan"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	j.deny()
	out, err := j.terraform(t, "apply", "plan")
	if err == nil || !strings.Contains(out, "Error: Resource postcondition failed") || !strings.Contains(out, deniedBy) {
		t.Errorf("the apply is not rejected with the explanation: %v\n%s", err, out)
	}
	j.deployedNothing(t)
}

// The tests with mocks need no credentials and no network.
func mockedTestsNeedNoAccount(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "check.tf", "conditions.tf", "tests")
	j.env = slices.DeleteFunc(j.env, func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	j.env = append(j.env, "AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED=true")
	if out, err := j.terraform(t, "test", "-filter=tests/mocked.tftest.hcl"); err != nil || !strings.Contains(out, "Success! 2 passed, 0 failed.") {
		t.Errorf("%v\n%s", err, out)
	}
	if requests := j.aws.server.Requests(); len(requests) > 0 {
		t.Errorf("requests: %v", requests)
	}
}

// The tests without mocks read both accounts.
func liveTestsReadBothAccounts(t *testing.T, cliConfig string) {
	t.Helper()
	j := judge(t, cliConfig, "main.tf", "tests")
	if out, err := j.terraform(t, "test", "-filter=tests/live.tftest.hcl"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	j.deny()
	if out, err := j.terraform(t, "test", "-filter=tests/live.tftest.hcl"); err == nil || !strings.Contains(out, deniedBy) {
		t.Errorf("%v\n%s", err, out)
	}
}

// The Rego policy rejects real plans.
func opaRejectsPlans(t *testing.T, cliConfig string) {
	t.Helper()
	bin := t.TempDir()
	run(t, filepath.Join("tools", "opa"), os.Environ(), "go", "build", "-o", filepath.Join(bin, "opa"), ".")
	linkTerraform(t, bin)

	const noVerdicts = `Its output "pulls" must have the verdicts, and they must be known in the plan.`
	for name, test := range map[string]struct {
		files  []string
		change func(*testing.T, judged)
		want   string // of the reason to reject the plan
	}{
		"allowed":     {files: []string{"main.tf", "verdicts.tf"}},
		"denied":      {files: []string{"main.tf", "verdicts.tf"}, change: func(_ *testing.T, j judged) { j.deny() }, want: deniedBy},
		"no verdicts": {files: []string{"main.tf"}, want: noVerdicts},
		"not known":   {files: []string{"main.tf", "verdicts.tf"}, change: func(t *testing.T, j judged) { t.Helper(); j.createRole(t) }, want: noVerdicts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := judge(t, cliConfig, append(test.files, "opa")...)
			j.env = slices.DeleteFunc(j.env, func(v string) bool { return strings.HasPrefix(v, "PATH=") })
			j.env = append(j.env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			if test.change != nil {
				test.change(t, j)
			}
			judged := func(script string) {
				cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
				cmd.Dir, cmd.Env = j.dir, j.env
				out, err := cmd.CombinedOutput()
				if rejected := err != nil; rejected != (test.want != "") || !strings.Contains(string(out), test.want) {
					t.Errorf("%s: %v, want a reason with %q\n%s", script, err, test.want, out)
				}
			}
			judged("sh opa/judge.sh")
			writeFile(t, filepath.Join(j.dir, "hcp.json"), `{"run":{},"plan":`+readFile(t, filepath.Join(j.dir, "plan.json"))+"}")
			judged("opa eval --fail-defined --format raw --data opa/pulls.rego --input hcp.json 'data.ecrxa.pulls.deny[_]'")
		})
	}
}

var shownFile = regexp.MustCompile(`\{\{ (?:tffile|codefile "[a-z]+") "([^"]+)" \}\}`)

// guidesOfFolders are the guides that show all files of some examples, and no others. Their code is
// in files that tests run.
var guidesOfFolders = map[string][]string{
	"judge-a-plan":            {"judge-a-plan", "known-in-plan"},
	"checks-in-hcp-terraform": {"hcp-dynamic-credentials"},
}

func TestGuideShowsTheExamples(t *testing.T) {
	t.Parallel()
	for name, folders := range guidesOfFolders {
		guide := readFile(t, path.Join("templates", "guides", name+".md.tmpl"))
		if strings.Contains(guide, "```") {
			t.Errorf("%s has a block that is no file of the examples", name)
		}
		var shown, files []string
		for _, match := range shownFile.FindAllStringSubmatch(guide, -1) {
			shown = append(shown, match[1])
		}
		for _, folder := range folders {
			root := path.Join("examples", folder)
			err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
				if err == nil && !entry.IsDir() {
					files = append(files, path.Join(root, name))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(shown)
		slices.Sort(files)
		if !slices.Equal(shown, files) {
			t.Errorf("%s shows\n  %s\nwant\n  %s", name, strings.Join(shown, "\n  "), strings.Join(files, "\n  "))
		}
	}
}
