// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

func TestReadProcFiles(t *testing.T) {
	t.Parallel()
	peak, err := peakOf("Name:\tterraform\nVmPeak:\t  900 kB\nVmHWM:\t   68508 kB\nVmRSS:\t 100 kB\n")
	if err != nil || peak != 68508*1024 {
		t.Errorf("the peak is %d, %v", peak, err)
	}
	if _, err := peakOf("Name:\tkthreadd\n"); err == nil {
		t.Error("a process without memory has a peak")
	}
	cpu, err := cpuOf([]byte("42 (a) b (c)) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 7 7 20 0 9 0 100\n"))
	if err != nil || cpu != 1.75 {
		t.Errorf("the CPU time is %v, %v", cpu, err)
	}
	if _, err := cpuOf([]byte("42 (short) S 1")); err == nil {
		t.Error("a line without the fields has a CPU time")
	}
}

// TestWatch: a process that works in the folder is seen, others are not, and what
// it has used stays known after its end.
func TestWatch(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("this system has no /proc")
	}
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "cat")
	command.Dir = folder
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	w := watchProcesses(folder)
	w.stopSampling()
	w.sample()
	if err := input.Close(); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	w.sample()
	id := strconv.Itoa(command.Process.Pid)
	if p := w.seen[id]; len(w.seen) != 1 || p.provider || p.peak == 0 {
		t.Errorf("saw %+v; want process %s alone, with its memory", w.seen, id)
	}
	if u := w.used(); u.TerraformPeakBytes == 0 || u.ProviderPeakBytes != 0 {
		t.Errorf("used %+v", u)
	}
}
