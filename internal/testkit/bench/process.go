// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sampleEvery is the interval between samples. The CPU time between the last sample and the
// end of a process is not counted. The peak memory comes from the system's own record.
const sampleEvery = 20 * time.Millisecond

// A watch samples the processes in one folder: terraform and the providers that it starts.
type watch struct {
	folder string
	seen   map[string]process // by process ID
	stop   chan struct{}
	ended  chan struct{}
}

// A process has the CPU time and the peak memory of one process.
type process struct {
	provider bool
	cpu      float64 // seconds
	peak     int64   // bytes
}

// watchProcesses starts to sample the processes in a folder. It needs /proc of Linux.
func watchProcesses(folder string) *watch {
	w := &watch{folder: folder, seen: map[string]process{}, stop: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		ticks := time.NewTicker(sampleEvery)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				w.sample()
			case <-w.stop:
				return
			}
		}
	}()
	return w
}

// end ends the watch and returns the usage of all processes together.
func (w *watch) end() usage {
	w.stopSampling()
	return w.used()
}

func (w *watch) stopSampling() {
	close(w.stop)
	<-w.ended
}

func (w *watch) used() usage {
	var u usage
	for _, p := range w.seen {
		if p.provider {
			u.ProviderCPUSeconds += p.cpu
			u.ProviderPeakBytes = max(u.ProviderPeakBytes, p.peak)
		} else {
			u.TerraformCPUSeconds += p.cpu
			u.TerraformPeakBytes = max(u.TerraformPeakBytes, p.peak)
		}
	}
	return u
}

// sample updates the values of the processes in the folder. A process that has just ended
// keeps its last values.
func (w *watch) sample() {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range folders {
		if folder, err := os.Readlink(proc + "/cwd"); err != nil || folder != w.folder {
			continue
		}
		if p, err := readProcess(proc); err == nil {
			w.seen[filepath.Base(proc)] = p
		}
	}
}

// readProcess reads the folder of a process in /proc.
// Sources: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func readProcess(folder string) (process, error) {
	executable, err := os.Readlink(folder + "/exe")
	if err != nil {
		return process{}, err
	}
	status, err := os.ReadFile(folder + "/status")
	if err != nil {
		return process{}, err
	}
	stat, err := os.ReadFile(folder + "/stat")
	if err != nil {
		return process{}, err
	}
	peak, err := peakOf(string(status))
	if err != nil {
		return process{}, err
	}
	cpu, err := cpuOf(stat)
	return process{provider: strings.HasPrefix(filepath.Base(executable), "terraform-provider-"), cpu: cpu, peak: peak}, err
}

// peakOf returns the largest resident set size, in bytes, from /proc/PID/status.
func peakOf(status string) (int64, error) {
	for line := range strings.Lines(status) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			kibibytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kibibytes * 1024, err
		}
	}
	return 0, fmt.Errorf("no VmHWM in %q", status)
}

// clockTicks is the number of clock ticks in a second of CPU time in /proc: USER_HZ, the
// same on all architectures of Go.
const clockTicks = 100

// cpuOf returns the seconds of CPU time from /proc/PID/stat. The second field is the command
// in parentheses, with any characters.
func cpuOf(stat []byte) (float64, error) {
	const user, system = 14 - 3, 15 - 3 // counted from the third field
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= system {
		return 0, fmt.Errorf("too few fields in %q", stat)
	}
	ticks := 0
	for _, field := range fields[user : system+1] {
		n, err := strconv.Atoi(string(field))
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return float64(ticks) / clockTicks, nil
}
