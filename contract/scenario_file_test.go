package contract

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

const executorScenario = `{
	"version": 1,
	"door": "executor",
	"raced": true,
	"subjects": 2,
	"scripts": [
		{
			"turns": [
				{
					"ops": [
						{
							"do": "self-wake",
							"n": 2
						}
					]
				},
				{}
			]
		},
		{
			"by": "poll"
		}
	],
	"ops": [
		{
			"do": "wake",
			"thread": 1,
			"task": 2
		},
		{
			"do": "advance",
			"for": 60000000000
		}
	]
}
`

func TestScenarioForm(t *testing.T) {
	s := Scenario{
		Version: 1, Door: ExecutorDoor, Raced: true, Subjects: 2,
		Scripts: []Script{{Turns: []Turn{{Ops: []Op{{Do: DoSelf, N: 2}}}, {}}}, {By: "poll"}},
		Ops:     []Op{{Do: DoWake, Thread: 1, Task: 2}, {Do: DoAdvance, For: time.Minute}},
	}
	var out bytes.Buffer
	if err := WriteScenario(&out, s); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != executorScenario {
		t.Errorf("got\n%swant\n%s", got, executorScenario)
	}
	got, err := ReadScenario(iotest.OneByteReader(strings.NewReader(executorScenario)))
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("got %v, %v; want %v", got, err, s)
	}
}

func TestScenarioWithoutOps(t *testing.T) {
	for _, in := range []string{
		`{"version":1,"door":"waker","subjects":1,"ops":[]}`,
		`{"subjects":1,"door":"waker","version":1}`,
	} {
		got, err := ReadScenario(strings.NewReader(in))
		want := Scenario{Version: 1, Door: WakerDoor, Subjects: 1}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v; want %v", in, got, err, want)
		}
	}
}

func TestReadScenarioRefuses(t *testing.T) {
	const waker = `{"version":1,"door":"waker","subjects":2,` + "\n"
	const executor = `{"version":1,"door":"executor","subjects":1,"scripts":[{},{}],` + "\n"
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `scenario:1:1: expected a scenario, got the end of the scenario`},
		{"not an object", "[]", `scenario:1:1: expected a scenario, got [`},
		{"no JSON", "hello world", `scenario:1:1: expected a scenario, got hello`},
		{"cut", strings.TrimSpace(executorScenario)[:100], `scenario:8:13: expected a list of turns, got the end of the scenario`},
		{"more than a scenario", executorScenario + "{}", `scenario:36:1: expected the end of the scenario, got {`},
		{"unknown field", waker + ` "seed":1}`, `scenario:2:2: expected one of the fields version, door, subjects, raced, scripts, ops, faults, got "seed"`},
		{"field twice", waker + ` "door":"waker"}`, `scenario:2:2: expected each field once, got door twice`},
		{"no version", `{"door":"waker","subjects":1}`, `scenario:1:29: expected the field version, got the end of the object`},
		{"next version", `{"version":2,"door":"waker","subjects":1}`, `scenario:1:12: version: expected 1, got 2`},
		{"raced is a number", waker + ` "raced":1}`, `scenario:2:10: expected true or false, got 1`},
		{"ops is null", waker + ` "ops":null}`, `scenario:2:8: expected a list of operations, got null`},
		{"ops is an object", waker + ` "ops":{}}`, `scenario:2:8: expected a list of operations, got {`},
		{"op is text", waker + ` "ops":["wake"]}`, `scenario:2:9: expected an operation, got "wake"`},
		{"trailing comma in ops", waker + ` "ops":[{"do":"wake"},]}`, `scenario:2:23: expected an operation, got ]`},
		{"no comma in ops", waker + ` "ops":[{"do":"wake"}{"do":"wake"}]}`, `scenario:2:22: expected a comma or ], got {`},
		{"unknown field of an op", waker + ` "ops":[{"do":"wake","times":2}]}`, `scenario:2:22: expected one of the fields do, thread, task, handle, with, n, for, name, got "times"`},
		{"no do", waker + ` "ops":[{"thread":1}]}`, `scenario:2:20: expected the field do, got the end of the object`},
		{"duration is text", waker + ` "ops":[{"do":"wake","for":"1s"}]}`, `scenario:2:28: expected a whole number, got "1s"`},
		{"unknown field of a script", `{"version":1,"scripts":[{"ops":[]}]}`, `scenario:1:26: expected one of the fields turns, drop, by, got "ops"`},
		{"unknown field of a turn", `{"version":1,"scripts":[{"turns":[{"by":"op"}]}]}`, `scenario:1:36: expected one of the fields ops, got "by"`},
		{"long", waker + strings.Repeat(" ", scenarioSize) + `"ops":[]}`, `scenario:2:16777175: expected at most 16777216 bytes, got more`},

		{"unknown door", `{"version":1,"door":"window","subjects":1,"ops":[{"do":"wake"}]}`, `scenario:1:21: door: expected one of waker, parker, future, combinator, executor, primitive, got "window"`},
		{"no subject", `{"version":1,"door":"waker","subjects":0}`, `scenario:1:40: subjects: expected a number from 1 to 2, got 0`},
		{"scripts of a waker", waker + ` "scripts":[{}]}`, `scenario:2:12: scripts: expected none at the door waker, got 1`},
		{"op of another door", waker + ` "ops":[{"do":"clone"},` + "\n" + `  {"do":"park"}]}`, `scenario:3:9: ops[1].do: expected one of clone, wake, wake-by-ref, drop, block-on, compare, clone-from, near, inject, got "park"`},
		{"turn's op outside", executor + ` "ops":[{"do":"self-wake"}]}`, `scenario:2:15: ops[0].do: expected one of wake, wake-by-ref, stale-wake, spawn, cancel, advance, watch, unwatch, idle, close, got "self-wake"`},
		{"great thread", waker + ` "ops":[{"do":"wake","thread":9}]}`, `scenario:2:31: ops[0].thread: expected a number from 0 to 8, got 9`},
		{"negative thread", waker + ` "ops":[{"do":"wake","thread":-1}]}`, `scenario:2:31: ops[0].thread: expected a number from 0 to 8, got -1`},
		{"task of a waker", waker + ` "ops":[{"do":"wake","task":3}]}`, `scenario:2:29: ops[0].task: expected a number from 0 to 2, got 3`},
		{"task", executor + ` "ops":[{"do":"wake","task":1},` + "\n\n" + `  {"do":"wake",` + "\n" + `   "task": 3}]}`, `scenario:5:12: ops[1].task: expected a number from 1 to 2, got 3`},
		{"no task", executor + ` "ops":[{"do":"wake","task":1},` + "\n" + `  {"do":"wake"}]}`, `scenario:3:3: ops[1].task: expected a number from 1 to 2, got 0`},
		{"no scripts", `{"version":1,"door":"executor","subjects":1,"ops":[{"do":"spawn"}]}`, `scenario:1:52: ops[0].task: expected no operation on a task, since there are no scripts, got spawn`},
		{"negative handle", waker + ` "ops":[{"do":"wake","handle":-1}]}`, `scenario:2:31: ops[0].handle: expected a number from 0 to 255, got -1`},
		{"great handle", waker + ` "ops":[{"do":"wake","handle":256}]}`, `scenario:2:31: ops[0].handle: expected a number from 0 to 255, got 256`},
		{"negative n", waker + ` "ops":[{"do":"wake-by-ref","n":-1}]}`, `scenario:2:33: ops[0].n: expected a number from 0 to 64, got -1`},
		{"great n", waker + ` "ops":[{"do":"wake-by-ref","n":65}]}`, `scenario:2:33: ops[0].n: expected a number from 0 to 64, got 65`},
		{"negative for", executor + ` "ops":[{"do":"advance","for":-1}]}`, `scenario:2:31: ops[0].for: expected 0 to 24h0m0s in nanoseconds, got -1`},
		{"great for", executor + ` "ops":[{"do":"advance","for":86400000000001}]}`, `scenario:2:31: ops[0].for: expected 0 to 24h0m0s in nanoseconds, got 86400000000001`},
		{"park by another", `{"version":1,"door":"parker","subjects":1,"ops":[{"do":"park","thread":2}]}`, `scenario:1:72: ops[0].thread: expected 1, the one that parks, got 2`},
		{"unknown by", `{"version":1,"door":"executor","subjects":1,"scripts":[{},{"by":"me"}]}`, `scenario:1:65: scripts[1].by: expected "op", "poll" or nothing, got "me"`},
		{"first by poll", `{"version":1,"door":"executor","subjects":1,"scripts":[{"by":"poll"}]}`, `scenario:1:62: scripts[0].by: expected "op" or nothing, since no task comes before the first, got "poll"`},
		{"op of a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{},{"ops":[{"do":"advance"}]}]}]}`, `scenario:1:83: scripts[0].turns[1].ops[0].do: expected one of self-wake, linger, nest, wake, wake-by-ref, stale-wake, spawn, cancel, panic, forget, timer, got "advance"`},
		{"thread of a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{"ops":[{"do":"linger","thread":1}]}]}]}`, `scenario:1:98: scripts[0].turns[0].ops[0].thread: expected none in a turn, got 1`},
		{"too many ops", waker + ` "ops":[` + strings.Repeat(`{"do":"wake"},`, maxOps) + `{"do":"wake"}]}`, `scenario:2:905: ops: expected at most 64 operations, got more`},
		{"too many scripts", `{"version":1,"door":"executor","subjects":1,"scripts":[` + strings.Repeat(`{},`, maxScripts) + `{}]}`, `scenario:1:200: scripts: expected at most 48 scripts, got more`},
		{"too many turns", `{"version":1,"door":"executor","subjects":1,"scripts":[{},{"turns":[` + strings.Repeat(`{},`, maxTurns) + `{}]}]}`, `scenario:1:165: scripts[1].turns: expected at most 32 turns, got more`},
		{"too many ops in a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{"ops":[` + strings.Repeat(`{"do":"nest"},`, maxOps) + `{"do":"nest"}]}]}]}`, `scenario:1:970: scripts[0].turns[0].ops: expected at most 64 operations, got more`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := ReadScenario(strings.NewReader(test.in))
			if err == nil || err.Error() != test.want {
				t.Errorf("error\n got %v\nwant %s", err, test.want)
			}
			if !reflect.DeepEqual(s, Scenario{}) {
				t.Errorf("a scenario came with the error: %v", s)
			}
		})
	}
}

func TestWriteScenarioRefuses(t *testing.T) {
	var out bytes.Buffer
	err := WriteScenario(&out, Scenario{Version: 1, Door: FutureDoor, Subjects: 1, Ops: []Op{{Do: DoPoll}, {Do: DoSpawn}}})
	if want := `scenario: ops[1].do: expected one of poll, fire, drop, advance, stale-wake, inject, reenter, got "spawn"`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if out.Len() > 0 {
		t.Errorf("written: %s", &out)
	}
	many := Scenario{Version: 1, Door: FutureDoor, Subjects: 1, Ops: make([]Op, maxOps+1)}
	if err, want := WriteScenario(&out, many), "scenario: ops: expected at most 64 operations, got 65"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestScenarioErrorsOfReaderAndWriter(t *testing.T) {
	broken := errors.New("connection reset")
	if _, err := ReadScenario(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	err := WriteScenario(&failingWriter{0, broken}, Scenario{Version: 1, Door: WakerDoor, Subjects: 1})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// TestScenarioSize reads the largest valid scenario.
func TestScenarioSize(t *testing.T) {
	op := Op{Do: DoWakeByRef, Task: maxScripts, Handle: maxHandle, With: maxHandle, N: maxRepeat, For: maxDuration}
	ops := make([]Op, maxOps)
	for i := range ops {
		ops[i] = op
	}
	s := Scenario{Version: 1, Door: ExecutorDoor, Raced: true, Subjects: 2, Ops: ops}
	for range maxScripts {
		script := Script{By: "op"}
		for range maxTurns {
			script.Turns = append(script.Turns, Turn{Ops: ops})
		}
		s.Scripts = append(s.Scripts, script)
	}
	var out bytes.Buffer
	if err := WriteScenario(&out, s); err != nil {
		t.Fatal(err)
	}
	size := out.Len()
	if got, err := ReadScenario(&out); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%d bytes: not read back: %v", size, err)
	}
}

// drawScenario draws any valid scenario.
func drawScenario(t *rapid.T) Scenario {
	doors := []Door{WakerDoor, ParkerDoor, FutureDoor, ExecutorDoor, CombinatorDoor}
	s := Scenario{
		Version:  scenarioVersion,
		Door:     rapid.SampledFrom(doors).Draw(t, "door"),
		Raced:    rapid.Bool().Draw(t, "raced"),
		Subjects: rapid.IntRange(1, 2).Draw(t, "subjects"),
	}
	tasks := s.Subjects
	if turnDo[s.Door] != nil {
		tasks = rapid.IntRange(1, 4).Draw(t, "tasks")
		for i := range tasks {
			by := rapid.SampledFrom([]string{"", "op", "poll"}).Draw(t, "by")
			if by == "poll" && (i == 0 || s.Door == CombinatorDoor) {
				by = ""
			}
			script := Script{By: by, Turns: drawTurns(t, turnDo[s.Door], tasks)}
			script.Drop = drawOps(t, dropDo[s.Door], tasks, 0)
			s.Scripts = append(s.Scripts, script)
		}
	}
	s.Ops = drawOps(t, outsideDo[s.Door], tasks, maxThread)
	return s
}

func drawTurns(t *rapid.T, may []Do, tasks int) (turns []Turn) {
	for range rapid.IntRange(0, 3).Draw(t, "turns") {
		turns = append(turns, Turn{Ops: drawOps(t, may, tasks, 0)})
	}
	return turns
}

func drawOps(t *rapid.T, may []Do, tasks, threads int) (ops []Op) {
	for range rapid.IntRange(0, 4).Draw(t, "ops") {
		op := Op{
			Do:     rapid.SampledFrom(may).Draw(t, "do"),
			Thread: rapid.IntRange(0, threads).Draw(t, "thread"),
			Task:   rapid.IntRange(1, tasks).Draw(t, "task"),
			Handle: rapid.IntRange(0, maxHandle).Draw(t, "handle"),
			With:   rapid.IntRange(0, maxHandle).Draw(t, "with"),
			N:      rapid.IntRange(0, maxRepeat).Draw(t, "n"),
			For:    time.Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(t, "for")),
		}
		if slices.Contains(toOwner, op.Do) {
			op.Thread = owner
		}
		ops = append(ops, op)
	}
	return ops
}

func TestScenarioRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawScenario(t)
		var out bytes.Buffer
		if err := WriteScenario(&out, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadScenario(&out)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%v\nwant\n%v", got, want)
		}
	})
}

// TestReadScenarioOfDamage is as TestReadTraceOfDamage.
func TestReadScenarioOfDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		if err := WriteScenario(&out, drawScenario(t)); err != nil {
			t.Fatal(err)
		}
		text := damage(t, out.Bytes())
		s, err := ReadScenario(bytes.NewReader(text))
		if err != nil {
			checkPosition(t, "scenario", text, err)
			return
		}
		out.Reset()
		if err := WriteScenario(&out, s); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if again, err := ReadScenario(&out); err != nil || fmt.Sprint(again) != fmt.Sprint(s) {
			t.Fatalf("read %v, then %v, %v", s, again, err)
		}
	})
}

// TestDrawnScenariosAreValid holds the campaigns' draws and the files to one
// set of limits.
func TestDrawnScenariosAreValid(t *testing.T) {
	for door := range outsideDo {
		for n := range 2000 {
			f := facts{Door: door, Tasks: n % 3, Busy: n%5 == 0, Fire: n%2 == 0, Drop: n%7 < 3}
			f.Least, f.Most, f.Push, f.Share = n%3, n%3+n%4, n%2 == 0, n%5 < 2
			f.Profile, f.Serial = [...]string{"", "rust"}[n%2], n%3 == 0
			f.Ops = []opFact{{Name: "acquire", Args: 2, Start: n%2 == 0, Block: n%2 == 1}, {Name: "release"}}
			if err := draw(randomDraws(1, n), f).validate(); err != nil {
				t.Fatalf("%s scenario %d of seed 1: %v", door, n, err)
			}
		}
	}
}
