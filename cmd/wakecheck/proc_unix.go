//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd and the processes that it starts a group of their own,
// which is killed as a whole when cmd's context is done.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
