// Package wakecheck verifies the waker contract: whoever answers pending must
// have arranged a wake, and whoever is woken must poll again.
//
// The parts:
//
//   - wakers: handles by which anybody can ask an executor to poll a task again.
//   - futures: values that may not be there yet.
//   - primitives: locks, semaphores, channels and notifications for tasks.
//   - executor: what polls futures, from a busy loop to a pool of workers.
//   - contract: the laws, and the doors by which a waker, parker, future or
//     executor of your own is checked against them from go test.
//   - cmd/wakecheck: the command that runs those checks and prints one matrix.
//
// This package holds no code. Its tests hold every bundled part to the contract.
package wakecheck
