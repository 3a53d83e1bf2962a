package contract

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
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
		{"empty", "", ``},
		{"not an object", "[]", ``},
		{"no JSON", "hello world", ``},
		{"cut", strings.TrimSpace(executorScenario)[:100], ``},
		{"more than a scenario", executorScenario + "{}", ``},
		{"unknown field", waker + ` "seed":1}`, ``},
		{"field twice", waker + ` "door":"waker"}`, ``},
		{"no version", `{"door":"waker","subjects":1}`, ``},
		{"next version", `{"version":2,"door":"waker","subjects":1}`, ``},
		{"raced is a number", waker + ` "raced":1}`, ``},
		{"ops is null", waker + ` "ops":null}`, ``},
		{"ops is an object", waker + ` "ops":{}}`, ``},
		{"op is text", waker + ` "ops":["wake"]}`, ``},
		{"trailing comma in ops", waker + ` "ops":[{"do":"wake"},]}`, ``},
		{"no comma in ops", waker + ` "ops":[{"do":"wake"}{"do":"wake"}]}`, ``},
		{"unknown field of an op", waker + ` "ops":[{"do":"wake","times":2}]}`, ``},
		{"no do", waker + ` "ops":[{"thread":1}]}`, ``},
		{"duration is text", waker + ` "ops":[{"do":"wake","for":"1s"}]}`, ``},
		{"unknown field of a turn", executor + ` "scripts":[]}`, ``},
		{"long", waker + strings.Repeat(" ", scenarioSize) + `"ops":[]}`, ``},

		{"unknown door", `{"version":1,"door":"window","subjects":1,"ops":[{"do":"wake"}]}`, ``},
		{"no subject", `{"version":1,"door":"waker","subjects":0}`, ``},
		{"scripts of a waker", waker + ` "scripts":[{}]}`, ``},
		{"op of another door", waker + ` "ops":[{"do":"clone"},` + "\n" + `  {"do":"park"}]}`, ``},
		{"turn's op outside", executor + ` "ops":[{"do":"self-wake"}]}`, ``},
		{"great thread", waker + ` "ops":[{"do":"wake","thread":9}]}`, ``},
		{"negative thread", waker + ` "ops":[{"do":"wake","thread":-1}]}`, ``},
		{"task of a waker", waker + ` "ops":[{"do":"wake","task":3}]}`, ``},
		{"task", executor + ` "ops":[{"do":"wake","task":1},` + "\n\n" + `  {"do":"wake",` + "\n" + `   "task": 3}]}`, ``},
		{"no task", executor + ` "ops":[{"do":"wake","task":1},` + "\n" + `  {"do":"wake"}]}`, ``},
		{"no scripts", `{"version":1,"door":"executor","subjects":1,"ops":[{"do":"spawn"}]}`, ``},
		{"negative handle", waker + ` "ops":[{"do":"wake","handle":-1}]}`, ``},
		{"great handle", waker + ` "ops":[{"do":"wake","handle":256}]}`, ``},
		{"negative n", waker + ` "ops":[{"do":"wake-by-ref","n":-1}]}`, ``},
		{"great n", waker + ` "ops":[{"do":"wake-by-ref","n":65}]}`, ``},
		{"negative for", executor + ` "ops":[{"do":"advance","for":-1}]}`, ``},
		{"great for", executor + ` "ops":[{"do":"advance","for":86400000000001}]}`, ``},
		{"park by another", `{"version":1,"door":"parker","subjects":1,"ops":[{"do":"park","thread":2}]}`, ``},
		{"unknown by", `{"version":1,"door":"executor","subjects":1,"scripts":[{},{"by":"me"}]}`, ``},
		{"first by poll", `{"version":1,"door":"executor","subjects":1,"scripts":[{"by":"poll"}]}`, ``},
		{"op of a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{},{"ops":[{"do":"advance"}]}]}]}`, ``},
		{"thread of a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{"ops":[{"do":"linger","thread":1}]}]}]}`, ``},
		{"too many ops", waker + ` "ops":[` + strings.Repeat(`{"do":"wake"},`, maxOps) + `{"do":"wake"}]}`, ``},
		{"too many scripts", `{"version":1,"door":"executor","subjects":1,"scripts":[` + strings.Repeat(`{},`, maxScripts) + `{}]}`, ``},
		{"too many turns", `{"version":1,"door":"executor","subjects":1,"scripts":[{},{"turns":[` + strings.Repeat(`{},`, maxTurns) + `{}]}]}`, ``},
		{"too many ops in a turn", `{"version":1,"door":"executor","subjects":1,"scripts":[{"turns":[{"ops":[` + strings.Repeat(`{"do":"nest"},`, maxOps) + `{"do":"nest"}]}]}]}`, ``},
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
	if want := `scenario: ops[1].do: expected one of poll, fire, drop, advance, got "spawn"`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if out.Len() > 0 {
		t.Errorf("written: %s", &out)
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
	op := Op{Do: DoWakeByRef, Task: maxScripts, Handle: maxHandle, N: maxRepeat, For: maxDuration}
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
	doors := []Door{WakerDoor, ParkerDoor, FutureDoor, ExecutorDoor}
	s := Scenario{
		Version:  scenarioVersion,
		Door:     rapid.SampledFrom(doors).Draw(t, "door"),
		Raced:    rapid.Bool().Draw(t, "raced"),
		Subjects: rapid.IntRange(1, 2).Draw(t, "subjects"),
	}
	tasks := s.Subjects
	if s.Door == ExecutorDoor {
		tasks = rapid.IntRange(1, 4).Draw(t, "tasks")
		for i := range tasks {
			by := rapid.SampledFrom([]string{"", "op", "poll"}).Draw(t, "by")
			if i == 0 && by == "poll" {
				by = ""
			}
			s.Scripts = append(s.Scripts, Script{By: by, Turns: drawTurns(t, tasks)})
		}
	}
	s.Ops = drawOps(t, outsideDo[s.Door], tasks, maxThread)
	return s
}

func drawTurns(t *rapid.T, tasks int) (turns []Turn) {
	for range rapid.IntRange(0, 3).Draw(t, "turns") {
		turns = append(turns, Turn{Ops: drawOps(t, turnDo, tasks, 0)})
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
			N:      rapid.IntRange(0, maxRepeat).Draw(t, "n"),
			For:    time.Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(t, "for")),
		}
		if op.Do == DoPark {
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
