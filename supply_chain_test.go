// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// A workflow of GitHub Actions.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Concurrency map[string]any
	Jobs        map[string]workflowJob
}

type workflowJob struct {
	Uses        string
	Needs       string
	Environment string
	Permissions map[string]string
	Timeout     int `yaml:"timeout-minutes"`
	Strategy    struct{ Matrix map[string]any }
	Steps       []workflowStep
}

type workflowStep struct {
	Uses yaml.Node // with its comment
	Run  string
	With map[string]any
}

// readWorkflows returns the workflows by file name.
func readWorkflows(t *testing.T) map[string]workflow {
	t.Helper()
	workflows := map[string]workflow{}
	for name := range filesIn(t, ".github/workflows") {
		workflows[path.Base(name)] = readYAML[workflow](t, name)
	}
	return workflows
}

func readYAML[T any](t *testing.T, name string) (value T) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readFile(t, name)), &value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}

// filesIn returns the files in a folder with their texts.
func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(folder + "/*")
	if err != nil || len(names) < 2 {
		t.Fatalf("files in %s: %v, %v", folder, names, err)
	}
	files := map[string]string{}
	for _, name := range names {
		files[filepath.ToSlash(name)] = readFile(t, name)
	}
	return files
}

// steps calls use for every step of every job.
func steps(workflows map[string]workflow, use func(where string, job workflowJob, step workflowStep)) {
	for name, workflow := range workflows {
		for id, job := range workflow.Jobs {
			for i, step := range job.Steps {
				use(fmt.Sprintf("%s: %s, step %d", name, id, i+1), job, step)
			}
		}
	}
}

var (
	pinnedAction   = regexp.MustCompile(`^([\w./-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	floatVersion   = regexp.MustCompile(`@(latest|main|master|v\d+)\s|\sversion: "?(latest|[~^>])`)
	pinnedPackage  = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*==[0-9][0-9a-z.+]*( \\)?$`)
	packageHash    = regexp.MustCompile(`^    --hash=sha256:[0-9a-f]{64}( \\)?$`)
	packageComment = regexp.MustCompile(`^\s*#`)
)

// TestToolsArePinned: whoever can publish a new version of a tool cannot change what the
// workflows and the tests run. Actions are pinned by commit, and each has one version; Go
// tools by version, which the Go checksum database confirms; and Python packages by version
// and, if one has a hash, all by hash.
func TestToolsArePinned(t *testing.T) {
	t.Parallel()
	versions := map[string]string{}
	steps(readWorkflows(t), func(where string, _ workflowJob, step workflowStep) {
		if step.Uses.IsZero() {
			return
		}
		version := step.Uses.Value + " " + step.Uses.LineComment
		action := pinnedAction.FindStringSubmatch(version)
		if action == nil {
			t.Errorf("%s uses %s, which is not pinned by a commit with its version", where, version)
			return
		}
		repository := strings.Join(strings.Split(action[1], "/")[:2], "/")
		_, pin, _ := strings.Cut(version, "@")
		if tool := step.With["version"]; tool != nil {
			pin += fmt.Sprintf(", %v", tool)
		}
		if versions[repository] == "" {
			versions[repository] = pin
		} else if versions[repository] != pin {
			t.Errorf("%s uses %s at %s, and another step at %s", where, repository, pin, versions[repository])
		}
	})
	if len(versions) < 5 {
		t.Errorf("found only the actions %v", versions)
	}
	for name, text := range filesIn(t, ".github/workflows") {
		if floating := floatVersion.FindString(text); floating != "" {
			t.Errorf("%s has a version that can change: %q", name, floating)
		}
	}

	const requirements = "internal/testkit/acctest/moto_requirements.txt"
	packages, hashed := 0, 0
	for line := range strings.Lines(readFile(t, requirements)) {
		switch line = strings.TrimRight(line, "\n"); {
		case pinnedPackage.MatchString(line):
			packages++
			if strings.HasSuffix(line, `\`) {
				hashed++
			}
		case packageHash.MatchString(line), packageComment.MatchString(line):
		default:
			t.Errorf("%s: %q is not a package in one version", requirements, line)
		}
	}
	if packages < 10 || hashed > 0 && hashed < packages {
		t.Errorf("%s has %d packages, and %d of them have hashes", requirements, packages, hashed)
	}
}

// TestReleasesAreTestedAndApproved: the job that has the signing key runs after the tests
// and in a protected environment.
func TestReleasesAreTestedAndApproved(t *testing.T) {
	t.Parallel()
	workflows := readWorkflows(t)
	release := workflows["release.yml"]
	if job := release.Jobs["release"]; job.Needs != "test" || job.Environment != "release" {
		t.Errorf("the job release needs %q and runs in the environment %q", job.Needs, job.Environment)
	}
	for id, job := range release.Jobs {
		if id != "release" && (job.Steps != nil || job.Environment != "") {
			t.Errorf("the job %s of the release also has steps", id)
		}
	}
	if uses := release.Jobs["test"].Uses; uses != "./.github/workflows/test.yml" {
		t.Errorf("the job test of the release uses %q", uses)
	}
	if _, callable := workflows["test.yml"].On["workflow_call"]; !callable {
		t.Error("the test workflow cannot be called by the release workflow")
	}
}

// TestWorkflowsHaveFewRights: a step that goes wrong, or an action that was taken over, can
// do little. See also https://docs.github.com/en/actions/reference/security/secure-use.
func TestWorkflowsHaveFewRights(t *testing.T) {
	t.Parallel()
	mayWrite := map[string][]string{
		"release.yml: release":   {"attestations", "contents", "id-token"},
		"codeql.yml: analyze":    {"security-events"},
		"scorecard.yml: analyze": {"id-token", "security-events"},
	}
	workflows := readWorkflows(t)
	for name, workflow := range workflows {
		if !maps.Equal(workflow.Permissions, map[string]string{"contents": "read"}) {
			t.Errorf("%s: permissions are %v", name, workflow.Permissions)
		}
		if workflow.Concurrency["group"] == nil {
			t.Errorf("%s may run many times at once", name)
		}
		if _, privileged := workflow.On["pull_request_target"]; privileged {
			t.Errorf("%s runs the code of a pull request with the rights of the repository", name)
		}
		for id, job := range workflow.Jobs {
			where := name + ": " + id
			if job.Uses == "" && job.Timeout == 0 {
				t.Errorf("%s has no timeout", where)
			}
			if job.Uses != "" && !strings.HasPrefix(job.Uses, "./") {
				t.Errorf("%s runs a workflow of another repository", where)
			}
			for scope, right := range job.Permissions {
				if right != "read" && !slices.Contains(mayWrite[where], scope) {
					t.Errorf("%s may %s %s", where, right, scope)
				}
			}
		}
	}
	for name, text := range filesIn(t, ".github/workflows") {
		if path.Base(name) != "release.yml" && strings.Contains(text, "secrets") {
			t.Errorf("%s uses secrets, which only the protected environment of the release has", name)
		}
	}
	steps(workflows, func(where string, _ workflowJob, step workflowStep) {
		if strings.HasPrefix(step.Uses.Value, "actions/checkout@") && step.With["persist-credentials"] != false {
			t.Errorf("%s leaves the token in .git/config", where)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s puts an expression into a script: use env", where)
		}
	})
}

var (
	makeCommand = regexp.MustCompile(`(?m)^make ([\w-]+)`)
	makeTarget  = regexp.MustCompile(`(?m)^([\w-]+):`)
)

// TestWorkflowsRunTheMakefile: workflows call targets that exist, with the Go of go.mod;
// what is too slow for each change runs every night.
func TestWorkflowsRunTheMakefile(t *testing.T) {
	t.Parallel()
	var targets, nightly []string
	for _, target := range makeTarget.FindAllStringSubmatch(readFile(t, "GNUmakefile"), -1) {
		targets = append(targets, target[1])
	}
	steps(readWorkflows(t), func(where string, _ workflowJob, step workflowStep) {
		for _, command := range makeCommand.FindAllStringSubmatch(step.Run, -1) {
			if !slices.Contains(targets, command[1]) {
				t.Errorf("%s runs make %s, which is no target", where, command[1])
			}
			if strings.HasPrefix(where, "nightly.yml") {
				nightly = append(nightly, command[1])
			}
		}
		if strings.HasPrefix(step.Uses.Value, "actions/setup-go@") && step.With["go-version-file"] != "go.mod" {
			t.Errorf("%s does not install the Go of go.mod", where)
		}
	})
	for _, target := range []string{"fuzz", "stress", "test-acc"} {
		if !slices.Contains(nightly, target) {
			t.Errorf("make %s does not run every night", target)
		}
	}
}

// TestEveryTerraformIsTested: every minor version from the minimum to the newest is in a
// matrix, and the pages name the minimum.
func TestEveryTerraformIsTested(t *testing.T) {
	t.Parallel()
	minimum := makeVariable(t, "TERRAFORM_MINIMUM")
	workflows := readWorkflows(t)
	var tested []any
	for _, job := range []workflowJob{workflows["test.yml"].Jobs["check"], workflows["nightly.yml"].Jobs["terraform"]} {
		tested = append(tested, job.Strategy.Matrix["terraform"].([]any)...)
	}
	first, err := strconv.Atoi(strings.TrimPrefix(minimum, "1."))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(tested) - 1 {
		if version := fmt.Sprintf("1.%d.*", first+i); !slices.Contains(tested, any(version)) {
			t.Errorf("Terraform %s is not tested, only %v", version, tested)
		}
	}
	if !slices.Contains(tested, any("latest")) {
		t.Error("the newest Terraform is not tested")
	}
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "docs/index.md"} {
		if text := strings.Join(strings.Fields(readFile(t, page)), " "); !strings.Contains(text, "Terraform "+minimum+" or later") {
			t.Errorf("%s does not name the oldest Terraform, %s", page, minimum)
		}
	}
}

// makeVariable returns the value of a variable of GNUmakefile that is set with :=.
func makeVariable(t *testing.T, name string) string {
	t.Helper()
	match := regexp.MustCompile(`(?m)^` + name + `\s*:= (.+)$`).FindStringSubmatch(readFile(t, "GNUmakefile"))
	if match == nil {
		t.Fatalf("GNUmakefile does not set %s", name)
	}
	return match[1]
}

// A releaseConfiguration has what GoReleaser builds.
// https://goreleaser.com/customization/
type releaseConfiguration struct {
	ProjectName string `yaml:"project_name"`
	Builds      []struct {
		Binary              string
		Env, Flags, Ldflags []string
		ModTimestamp        string `yaml:"mod_timestamp"`
		Goos, Goarch        []string
		Ignore              []struct{ Goos, Goarch string }
	}
	Archives []struct {
		Formats      []string
		NameTemplate string `yaml:"name_template"`
	}
	SBOMs    []struct{ Artifacts string } `yaml:"sboms"`
	Checksum struct {
		NameTemplate string `yaml:"name_template"`
		Algorithm    string
		ExtraFiles   []releaseFile `yaml:"extra_files"`
	}
	Signs []struct {
		Cmd, Artifacts, Signature string
		Args                      []string
	}
	Release struct {
		ExtraFiles []releaseFile `yaml:"extra_files"`
	}
}

type releaseFile struct {
	Glob         string
	NameTemplate string `yaml:"name_template"`
}

// TestReleaseConfiguration: a release has the files, names and signatures that the registry
// requires, for the platforms that it recommends.
// https://developer.hashicorp.com/terraform/registry/providers/publishing#manually-preparing-a-release
// https://developer.hashicorp.com/terraform/registry/providers/os-arch
func TestReleaseConfiguration(t *testing.T) {
	t.Parallel()
	config := readYAML[releaseConfiguration](t, ".goreleaser.yml")
	name := path.Base(modulePath(t))
	expand := strings.NewReplacer("{{ .ProjectName }}", config.ProjectName, "{{ .Version }}", "1.2.3", "{{ .Os }}", "linux", "{{ .Arch }}", "amd64").Replace
	if len(config.Builds) != 1 || len(config.Archives) != 1 || len(config.Signs) != 2 {
		t.Fatalf("%d builds, %d archives and %d signatures", len(config.Builds), len(config.Archives), len(config.Signs))
	}
	build, archive, checksum := config.Builds[0], config.Archives[0], config.Checksum

	checksums := name + "_1.2.3_SHA256SUMS"
	manifest := []releaseFile{{"terraform-registry-manifest.json", "{{ .ProjectName }}_{{ .Version }}_manifest.json"}}
	for _, test := range []struct {
		fact      string
		got, want any
	}{
		{"the project", config.ProjectName, name},
		{"the binary", expand(build.Binary), name + "_v1.2.3"},
		{"no C library is needed", build.Env, []string{"CGO_ENABLED=0"}},
		{"files have the time of the commit", build.ModTimestamp, "{{ .CommitTimestamp }}"},
		{"the archive", expand(archive.NameTemplate), name + "_1.2.3_linux_amd64"},
		{"archives are zip files", archive.Formats, []string{"zip"}},
		{"each archive has an SBOM", config.SBOMs, []struct{ Artifacts string }{{"archive"}}},
		{"the checksums", expand(checksum.NameTemplate), checksums},
		{"the kind of checksums", checksum.Algorithm, "sha256"},
		{"the manifest is in the checksums", checksum.ExtraFiles, manifest},
		{"the manifest is in the release", config.Release.ExtraFiles, manifest},
		{"GPG signs with gpg", config.Signs[0].Cmd, ""},
		{"GPG signs the checksums", config.Signs[0].Artifacts + config.Signs[0].Signature, "checksum${artifact}.sig"},
		{"the GPG signature is binary", slices.Contains(config.Signs[0].Args, "--armor"), false},
		{"cosign signs with cosign", config.Signs[1].Cmd, "cosign"},
		{"cosign signs the checksums", config.Signs[1].Artifacts + config.Signs[1].Signature, "checksum${artifact}.sigstore.json"},
	} {
		if fmt.Sprint(test.got) != fmt.Sprint(test.want) {
			t.Errorf("%s: .goreleaser.yml has %v, want %v", test.fact, test.got, test.want)
		}
	}

	flags := strings.Join(build.Flags, " ") + " -ldflags '" + strings.Join(build.Ldflags, " ") + "'"
	flags = strings.ReplaceAll(flags, "{{ .Version }}", "$(VERSION)")
	if tested := strings.ReplaceAll(makeVariable(t, "RELEASE_FLAGS"), "$(LDFLAGS)", makeVariable(t, "LDFLAGS")); tested != flags {
		t.Errorf("make check-reproducible builds with %s, and a release with %s", tested, flags)
	}

	// The checksums are attested, and with them all that they name.
	attested := ""
	steps(readWorkflows(t), func(_ string, _ workflowJob, step workflowStep) {
		if strings.HasPrefix(step.Uses.Value, "actions/attest@") {
			attested = fmt.Sprint(step.With["subject-checksums"])
		}
	})
	attested = strings.ReplaceAll(attested, "${{ fromJSON(steps.goreleaser.outputs.metadata).version }}", "1.2.3")
	if attested != "dist/"+checksums {
		t.Errorf("the release attests %q", attested)
	}

	output, err := exec.CommandContext(t.Context(), "go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	var built []string
	for _, system := range build.Goos {
		for _, architecture := range build.Goarch {
			if !slices.Contains(build.Ignore, struct{ Goos, Goarch string }{system, architecture}) {
				built = append(built, system+"/"+architecture)
			}
		}
	}
	for _, platform := range built {
		if !slices.Contains(strings.Fields(string(output)), platform) {
			t.Errorf("Go cannot build for %s", platform)
		}
	}
	for _, platform := range []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm", "linux/arm64", "windows/amd64"} {
		if !slices.Contains(built, platform) {
			t.Errorf("no release for %s", platform)
		}
	}
}

// TestEveryModuleIsKeptUp: dependabot proposes new versions for every Go module and for the
// actions of the workflows, and make lint checks that every module is tidy.
func TestEveryModuleIsKeptUp(t *testing.T) {
	t.Parallel()
	var modules []string
	walk(t, "go.mod", func(name string) {
		modules = append(modules, path.Join("/", filepath.ToSlash(filepath.Dir(name))))
	})
	watched := map[string][]string{}
	for _, update := range readYAML[struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}](t, ".github/dependabot.yml").Updates {
		watched[update.Ecosystem] = append(update.Directories, update.Directory)
	}
	for _, module := range modules {
		if !slices.Contains(watched["gomod"], module) {
			t.Errorf("dependabot does not watch the module in %s", module)
		}
		if tidy := "cd " + module[1:] + " && go mod tidy -diff"; module != "/" && !strings.Contains(readFile(t, "GNUmakefile"), tidy) {
			t.Errorf("make check-tidy does not check the module in %s", module)
		}
	}
	if len(modules) < 3 || !slices.Contains(watched["github-actions"], "/") {
		t.Errorf("dependabot watches %v, and the modules are %v", watched, modules)
	}
}

// TestIssueForms: GitHub shows the forms, and each asks for what an answer needs.
// https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
func TestIssueForms(t *testing.T) {
	t.Parallel()
	mustAsk := map[string][]string{
		"bug.yml":           {"terraform version", "Configuration"},
		"false-verdict.yml": {"terraform version", "`explanation`", "`json`"},
		"feature.yml":       {"What you want to do"},
	}
	for name, text := range filesIn(t, ".github/ISSUE_TEMPLATE") {
		if path.Base(name) == "config.yml" {
			continue
		}
		form := readYAML[struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct{ Label, Value string }
			}
		}](t, name)
		if form.Name == "" || form.Description == "" {
			t.Errorf("%s has no name or no description", name)
		}
		ids := map[string]bool{}
		for i, field := range form.Body {
			known := field.Type == "textarea" && field.ID != "" && field.Attributes.Label != "" || field.Type == "markdown" && field.Attributes.Value != ""
			if !known || field.ID != "" && ids[field.ID] {
				t.Errorf("%s: field %d is incomplete, or its id is not unique", name, i+1)
			}
			ids[field.ID] = true
		}
		wanted, known := mustAsk[path.Base(name)]
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not ask for %s", name, want)
			}
		}
		if !known {
			t.Errorf("this test does not know %s", name)
		}
	}
}
