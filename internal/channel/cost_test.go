//go:build !explore && !race

package channel_test

import (
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	gosync "sync"
	goatomic "sync/atomic"
	"testing"

	"github.com/wakecheck/wakecheck/internal/atomic"
	"github.com/wakecheck/wakecheck/internal/channel"
	"github.com/wakecheck/wakecheck/internal/sync"
)

// In an ordinary build the names that the tag explore gives another meaning to cost
// nothing: what is written with them has the instructions of what is written
// without. Where they are functions, the compiler may keep an argument in another
// place of the stack and put it there a step earlier.

type (
	direct struct {
		signal chan int
		n      goatomic.Int32
		last   goatomic.Pointer[int]
		mu     gosync.Mutex
		locked int // guarded by mu
	}
	named struct {
		signal chan int
		n      atomic.Int32
		last   atomic.Pointer[int]
		mu     sync.Mutex
		locked int // guarded by mu
	}
)

//go:noinline
func directSend(x *direct, v int) { x.signal <- v }

//go:noinline
func namedSend(x *named, v int) { channel.Send(x.signal, v) }

//go:noinline
func directReceive(x *direct) int { return <-x.signal }

//go:noinline
func namedReceive(x *named) int { return channel.Recv(x.signal) }

//go:noinline
func directClose(x *direct) { close(x.signal) }

//go:noinline
func namedClose(x *named) { channel.Close(x.signal) }

//go:noinline
func directSwap(x *direct) bool { return x.n.Add(-1) == 0 || x.n.CompareAndSwap(3, 4) }

//go:noinline
func namedSwap(x *named) bool { return x.n.Add(-1) == 0 || x.n.CompareAndSwap(3, 4) }

//go:noinline
func directLoad(x *direct) *int { return x.last.Load() }

//go:noinline
func namedLoad(x *named) *int { return x.last.Load() }

//go:noinline
func directLock(x *direct) { x.mu.Lock(); x.locked++; x.mu.Unlock() }

//go:noinline
func namedLock(x *named) { x.mu.Lock(); x.locked++; x.mu.Unlock() }

func TestNamesCostNoInstruction(t *testing.T) {
	// The linker leaves out what nobody calls.
	const functions = 12
	d, n := direct{signal: make(chan int, 1)}, named{signal: make(chan int, 1)}
	directSend(&d, 1)
	namedSend(&n, 1)
	directClose(&d)
	namedClose(&n)
	directLock(&d)
	namedLock(&n)
	if directReceive(&d) != namedReceive(&n) || directSwap(&d) != namedSwap(&n) || directLoad(&d) != namedLoad(&n) {
		t.Error("they do not do the same")
	}
	binary := filepath.Join(t.TempDir(), "channel.test") // the one that runs may have no symbols
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v: %s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("test", "-c", "-o", binary, ".")
	code := instructions(run("tool", "objdump", "-s", `channel_test\.(direct|named)[A-Z]\w*$`, binary))
	if len(code) != functions {
		t.Fatalf("%d functions have instructions, want %d: %v", len(code), functions, slices.Sorted(maps.Keys(code)))
	}
	for name, want := range code {
		what, isDirect := strings.CutPrefix(name, "direct")
		got := code["named"+what]
		if what == "Send" || what == "Receive" {
			got, want = operations(got), operations(want)
		}
		if isDirect && !slices.Equal(got, want) {
			t.Errorf("%s: with the names\n%s\nwithout\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// operations are the names of the instructions, in no order.
func operations(code []string) (names []string) {
	for _, text := range code {
		name, _, _ := strings.Cut(text, " ")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// instructions are those of each function of a disassembly that do something,
// without their addresses.
func instructions(dump string) map[string][]string {
	code := make(map[string][]string)
	name := ""
	jump := regexp.MustCompile(`^(J\w+|B\w*|CB\w+|TB\w+) (.*)$`)
	for line := range strings.Lines(dump) {
		if text, ok := strings.CutPrefix(line, "TEXT "); ok {
			name, _, _ = strings.Cut(text, "(SB)")
			name = name[strings.LastIndexByte(name, '.')+1:]
			continue
		}
		fields := strings.Fields(line) // file:line, address, bytes, and the instruction
		if len(fields) < 4 || strings.HasPrefix(fields[3], "NOP") {
			continue
		}
		text := strings.Join(fields[3:], " ")
		if !strings.Contains(text, "(SB)") {
			text = jump.ReplaceAllString(text, "$1 somewhere")
		}
		code[name] = append(code[name], strings.ReplaceAll(text, name, "itself"))
	}
	return code
}

func BenchmarkNames(b *testing.B) {
	b.Run("direct", func(b *testing.B) {
		x := direct{signal: make(chan int, 1)}
		for b.Loop() {
			directSend(&x, 1)
			directReceive(&x)
			directSwap(&x)
			directLock(&x)
		}
	})
	b.Run("named", func(b *testing.B) {
		x := named{signal: make(chan int, 1)}
		for b.Loop() {
			namedSend(&x, 1)
			namedReceive(&x)
			namedSwap(&x)
			namedLock(&x)
		}
	})
}
