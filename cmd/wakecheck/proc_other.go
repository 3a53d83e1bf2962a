//go:build !unix

package main

import "os/exec"

// ownGroup does nothing: only the process itself is killed when cmd's context is
// done, and those that it started are left to end by themselves.
func ownGroup(*exec.Cmd) {}
