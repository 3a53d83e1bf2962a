// Package wakers has wakers: handles by which anybody can ask an executor to
// poll a task again.
package wakers
