// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed" // for motoRequirements
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// motoRequirements are the packages to install if moto_server is not on PATH: moto and
// everything that it needs, each in one version. If the file has hashes, pip requires them.
//
//go:embed moto_requirements.txt
var motoRequirements []byte

// Time limits for moto: to install and start it on a busy machine, and to stop it.
const (
	motoStartLimit = 5 * time.Minute
	motoStopLimit  = 10 * time.Second
)

// A motoServer is a moto_server process and its watcher.
type motoServer struct {
	endpoint string
	watcher  *exec.Cmd
	stdin    io.Closer
}

// motoLogins returns the logins of the two accounts. The first call starts the only moto
// server of the test process. If that fails, it is not tried again.
var motoLogins = sync.OnceValues(func() (map[string]login, error) {
	ctx, cancel := context.WithTimeout(context.Background(), motoStartLimit)
	defer cancel()
	server, err := startMoto(ctx)
	if err != nil {
		return nil, err
	}
	motoRunning = server
	logins := map[string]login{}
	for _, id := range []string{registryID, consumerID} {
		if logins[id], err = server.login(ctx, id); err != nil {
			return nil, err
		}
	}
	return logins, nil
})

// motoRunning is the server that motoLogins started.
var motoRunning *motoServer

// stopMoto stops the server if it was started. No test may be running.
func stopMoto() {
	if motoRunning != nil {
		motoRunning.stop()
	}
}

// watch starts a command and ends it when standard input ends, which also happens if the
// test process is killed or times out. Only the command has standard error, so its end is
// visible there.
const watch = `"$@" & exec 2>&-; read -r _; kill $!; wait $!`

// motoReady matches the line that moto_server prints when it listens on its port.
var motoReady = regexp.MustCompile(`Running on (http://127\.0\.0\.1:[0-9]+)`)

// startMoto starts moto_server on a free port and waits until it listens.
func startMoto(ctx context.Context) (*motoServer, error) {
	path, err := findMoto(ctx)
	if err != nil {
		return nil, err
	}
	watcher := exec.Command("sh", "-c", watch, "sh", path, "-H", "127.0.0.1", "-p", "0")
	watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := watcher.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := watcher.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := watcher.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	server := &motoServer{watcher: watcher, stdin: stdin}
	unwatch := context.AfterFunc(ctx, server.kill)
	defer unwatch()
	if server.endpoint, err = readEndpoint(output); err != nil {
		server.stop()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return server, nil
}

// readEndpoint reads the server's log up to the line with its address. The rest is read and
// discarded in the background.
func readEndpoint(output io.Reader) (string, error) {
	var read strings.Builder
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if m := motoReady.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, output) }() // It ends with the server.
			return m[1], nil
		}
		read.WriteString(lines.Text() + "\n")
	}
	return "", fmt.Errorf("it ended before it listened, or took longer than %s; its output is:\n%s", motoStartLimit, read.String())
}

// stop stops the server, and kills it if it does not stop.
func (m *motoServer) stop() {
	late := time.AfterFunc(motoStopLimit, m.kill)
	defer late.Stop()
	_ = m.stdin.Close()  // The watcher ends when its input ends.
	_ = m.watcher.Wait() // The signal to its process group ends it too.
}

func (m *motoServer) kill() {
	_ = syscall.Kill(-m.watcher.Process.Pid, syscall.SIGKILL) // An error means that it has ended.
}

// login returns credentials for an account. moto creates an account when a role in it is
// assumed, and does not check that the role exists.
func (m *motoServer) login(ctx context.Context, accountID string) (login, error) {
	first := login{endpoint: m.endpoint, accessKey: "test", secretKey: "test"}
	answer, err := sts.NewFromConfig(first.config()).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn:         aws.String("arn:aws:iam::" + accountID + ":role/acceptance-test"),
		RoleSessionName: aws.String("acceptance-test"),
	})
	if err != nil {
		return login{}, fmt.Errorf("assuming a role of the account %s on moto: %w", accountID, err)
	}
	c := answer.Credentials
	return login{endpoint: m.endpoint, accessKey: *c.AccessKeyId, secretKey: *c.SecretAccessKey, token: *c.SessionToken}, nil
}

// findMoto returns the path of moto_server from PATH, or from a virtual environment in the
// user's cache directory. It creates the virtual environment if it does not exist.
func findMoto(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("moto_server"); err == nil {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("moto_server is not on PATH, and there is no cache directory to install it: %w", err)
	}
	dir := filepath.Join(cache, "ecrxa-acc", fmt.Sprintf("moto-%x", sha256.Sum256(motoRequirements)))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	unlock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	path, done := filepath.Join(dir, "venv", "bin", "moto_server"), filepath.Join(dir, "done")
	if _, err := os.Stat(done); err == nil {
		return path, nil
	}
	if err := installMoto(ctx, filepath.Join(dir, "venv")); err != nil {
		return "", fmt.Errorf("moto_server is not on PATH and cannot be installed: %w", err)
	}
	return path, os.WriteFile(done, nil, 0o600)
}

// installMoto creates a virtual environment with moto_server.
func installMoto(ctx context.Context, venv string) error {
	pip := filepath.Join(venv, "bin", "pip")
	if err := run(ctx, "python3", "-m", "venv", "--clear", venv); err != nil {
		return err
	}
	requirements := filepath.Join(venv, "requirements.txt")
	if err := os.WriteFile(requirements, motoRequirements, 0o600); err != nil {
		return err
	}
	return run(ctx, pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "-r", requirements)
}

func run(ctx context.Context, name string, args ...string) error {
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %v: %w\n%s", name, args, err, output)
	}
	return nil
}

// lockFile waits for a lock on a file: tests of several packages may install moto at the
// same time.
func lockFile(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
	}
	return func() { _ = file.Close() }, nil // Closing releases the lock.
}
