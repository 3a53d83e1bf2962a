package contract

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const headerLine = `{"wakecheck":"trace","version":1}` + "\n"

func TestWriteTrace(t *testing.T) {
	var out bytes.Buffer
	err := WriteTrace(&out, []Event{
		{Kind: Poll, Thread: -1, Task: 1, Poll: 1, Handle: 2},
		{Kind: Panicked, Note: "<a & \"b\">\n", Arg: -3},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := headerLine +
		`{"kind":"poll","thread":-1,"task":1,"poll":1,"handle":2}` + "\n" +
		`{"kind":"panic","thread":0,"arg":-3,"note":"<a & \"b\">\n"}` + "\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWriteTraceRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		event Event
		want  string
	}{
		{"no kind", Event{}, "trace: event 1: expected a kind of event, got 0"},
		{"unknown kind", Event{Kind: 99}, "trace: event 1: expected a kind of event, got 99"},
		{"negative task", Event{Kind: Poll, Task: -1}, "trace: event 1: task: expected a number from 0 to 4194304, got -1"},
		{"negative handle", Event{Kind: Wake, Handle: -7}, "trace: event 1: handle: expected a number from 0 to 4194304, got -7"},
		{"great poll", Event{Kind: Poll, Poll: 1<<22 + 1}, "trace: event 1: poll: expected a number from 0 to 4194304, got 4194305"},
		{"great thread", Event{Kind: Poll, Thread: -1<<22 - 1}, "trace: event 1: thread: expected a number from -4194304 to 4194304, got -4194305"},
		{"long note", Event{Kind: Nest, Note: strings.Repeat("x", traceLine)}, "trace: event 1: expected a line of at most 65536 bytes, got 65573: shorten the note"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			err := WriteTrace(&out, []Event{{Kind: Settle}, test.event})
			if err == nil || err.Error() != test.want {
				t.Errorf("error\n got %v\nwant %s", err, test.want)
			}
			if events, err := ReadTrace(&out); err != nil || len(events) != 1 {
				t.Errorf("what was written before reads as %v, %v; want one event", events, err)
			}
		})
	}
}

// A failingWriter takes so many bytes and then fails.
type failingWriter struct {
	left int
	err  error
}

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return w.left, w.err
	}
	w.left -= len(p)
	return len(p), nil
}

func TestWriteTraceReturnsErrorOfWriter(t *testing.T) {
	full := errors.New("disk full")
	events := make([]Event, 10_000)
	for i := range events {
		events[i] = Event{Kind: Settle}
	}
	for _, room := range []int{0, 10, traceLine, 3 * traceLine} {
		if err := WriteTrace(&failingWriter{room, full}, events); !errors.Is(err, full) {
			t.Errorf("room for %d bytes: error %v, want %v", room, err, full)
		}
	}
}

func TestReadTrace(t *testing.T) {
	want := []Event{{Kind: Wake, Thread: 1, Task: 2, Handle: 3}, {Kind: Ready, Note: "a\u00e9\u2028\"", Arg: math.MinInt}}
	const one, two = `{"kind":"wake","thread":1,"task":2,"handle":3}`,
		`{"note":"a\u00e9` + "\u2028" + `\"","arg":-9223372036854775808,"thread":0,"kind":"ready"}`
	for _, test := range []struct{ name, in string }{
		{"plain", headerLine + one + "\n" + two + "\n"},
		{"no last newline", headerLine + one + "\n" + two},
		{"blank lines at the end", headerLine + one + "\n" + two + "\n\n \t\n  "},
		{"CR LF", strings.ReplaceAll(headerLine+one+"\n"+two+"\n", "\n", "\r\n")},
		{"white space", " { \"version\" : 1 ,\t\"wakecheck\" : \"trace\" } \n" + strings.ReplaceAll(one, ",", " , ") + "\n" + two + "\n"},
		{"escaped names", headerLine + strings.Replace(one, "kind", `\u006bind`, 1) + "\n" + two},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadTrace(iotest.OneByteReader(strings.NewReader(test.in)))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
}

func TestReadTraceOfNoEvents(t *testing.T) {
	for _, in := range []string{headerLine, strings.TrimSpace(headerLine)} {
		if events, err := ReadTrace(strings.NewReader(in)); err != nil || len(events) != 0 {
			t.Errorf("%q: got %v, %v; want no events", in, events, err)
		}
	}
}

func TestReadTraceRefuses(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `trace:1:1: in the header: expected {"wakecheck":"trace","version":1}, got the end of the trace`},
		{"blank first line", "\n" + headerLine, `trace:1:1: in the header: expected {"wakecheck":"trace","version":1}, got the end of the line`},
		{"no header", `{"kind":"poll","thread":0}` + "\n", `trace:1:2: in the header: expected one of the fields wakecheck, version, got "kind"`},
		{"header is a list", `["wakecheck","trace"]` + "\n", `trace:1:1: in the header: expected {"wakecheck":"trace","version":1}, got [`},
		{"half a header", `{"wakecheck":"trace"}` + "\n", `trace:1:21: in the header: expected the field version, got the end of the object`},
		{"not a trace", `{"wakecheck":"scenario","version":1}`, `trace:1:14: in the header: expected "trace", got "scenario"`},
		{"next version", `{"wakecheck":"trace","version":2}`, `trace:1:32: in the header: expected version 1, got 2: read it with the wakecheck that wrote it`},
		{"version is text", `{"wakecheck":"trace","version":"1"}`, `trace:1:32: in the header: expected a whole number, got "1"`},
		{"more than a header", strings.TrimSpace(headerLine) + `{}`, `trace:1:34: in the header: expected the end of the trace, got {`},
		{"no JSON", "wakecheck trace\n", `trace:1:1: in the header: expected {"wakecheck":"trace","version":1}, got wakecheck`},
		{"byte order mark", "\ufeff" + headerLine, `trace:1:1: in the header: expected {"wakecheck":"trace","version":1}, got "\ufeff"`},
		{"NUL", headerLine + "\x00\n", `trace:2:1: expected an event, got "\x00"`},

		{"unknown kind", headerLine + `{"kind":"pol","thread":0}`, `trace:2:9: expected a kind of event such as "poll", got "pol"`},
		{"kind is a number", headerLine + `{"kind":2,"thread":0}`, `trace:2:9: expected a kind of event such as "poll", got 2`},
		{"no kind", headerLine + `{"thread":0}`, `trace:2:12: expected the field kind, got the end of the object`},
		{"no thread", headerLine + `{"kind":"poll"}` + "\n", `trace:2:15: expected the field thread, got the end of the object`},
		{"empty kind", headerLine + `{"kind":"","thread":0}`, `trace:2:9: expected a kind of event such as "poll", got ""`},
		{"unknown field", headerLine + `{"kind":"poll","thread":0,"ticket":1}`, `trace:2:27: expected one of the fields kind, thread, task, poll, handle, arg, note, got "ticket"`},
		{"field in capitals", headerLine + `{"Kind":"poll","thread":0}`, `trace:2:2: expected one of the fields kind, thread, task, poll, handle, arg, note, got "Kind"`},
		{"field twice", headerLine + `{"kind":"poll","thread":0,"task":1,"task":1}`, `trace:2:36: expected each field once, got task twice`},
		{"null", headerLine + `{"kind":"poll","thread":0,"task":null}`, `trace:2:34: expected a whole number, got null`},
		{"true", headerLine + `{"kind":"poll","thread":true}`, `trace:2:25: expected a whole number, got true`},
		{"nested", headerLine + `{"kind":"poll","thread":0,"note":{"a":1}}`, `trace:2:34: expected a string, got {`},
		{"fraction", headerLine + `{"kind":"poll","thread":0.5}`, `trace:2:25: expected a whole number, got 0.5`},
		{"exponent", headerLine + `{"kind":"poll","thread":1e3}`, `trace:2:25: expected a whole number, got 1e3`},
		{"leading zero", headerLine + `{"kind":"poll","thread":007}`, `trace:2:25: expected a whole number, got 007`},
		{"plus", headerLine + `{"kind":"poll","thread":+1}`, `trace:2:25: expected a whole number, got +1`},
		{"minus", headerLine + `{"kind":"poll","thread":-}`, `trace:2:25: expected a whole number, got -`},
		{"negative handle", headerLine + `{"kind":"wake","thread":0,"handle":-1}`, `trace:2:36: expected a number from 0 to 4194304, got -1`},
		{"negative task", headerLine + `{"kind":"wake","thread":0,"task":-1}`, `trace:2:34: expected a number from 0 to 4194304, got -1`},
		{"great thread", headerLine + `{"kind":"wake","thread":4194305}`, `trace:2:25: expected a number from -4194304 to 4194304, got 4194305`},
		{"arg of 65 bits", headerLine + `{"kind":"wake","thread":0,"arg":9223372036854775808}`, `trace:2:33: expected a whole number of 64 bits, got 9223372036854775808`},
		{"list", headerLine + `[]`, `trace:2:1: expected an event, got [`},
		{"trailing comma", headerLine + `{"kind":"poll","thread":0,}`, `trace:2:27: expected the name of a field, got }`},
		{"leading comma", headerLine + `{,"kind":"poll","thread":0}`, `trace:2:2: expected the name of a field, got ,`},
		{"no comma", headerLine + `{"kind":"poll" "thread":0}`, `trace:2:16: expected a comma or }, got "thread"`},
		{"no colon", headerLine + `{"kind" "poll"}`, `trace:2:9: expected a colon, got "poll"`},
		{"two events in a line", headerLine + `{"kind":"poll","thread":0} {"kind":"poll","thread":0}`, `trace:2:28: expected the end of the trace, got {`},
		{"an event over two lines", headerLine + "{\"kind\":\"poll\",\n\"thread\":0}", `trace:2:16: expected the name of a field, got the end of the line`},
		{"cut in a name", headerLine + `{"kind":"poll","thr`, `trace:2:20: expected the end of the string that begins at column 16, got the end of the trace`},
		{"cut in a value", headerLine + `{"kind":"poll","thread":`, `trace:2:25: expected a whole number, got the end of the trace`},
		{"cut in a string", headerLine + `{"kind":"po`, `trace:2:12: expected the end of the string that begins at column 9, got the end of the trace`},
		{"string over two lines", headerLine + "{\"kind\":\"po\nll\"}", `trace:2:12: expected the end of the string that begins at column 9, got the end of the line`},
		{"cut at the end", headerLine + `{"kind":"poll","thread":0`, `trace:2:26: expected a comma or }, got the end of the trace`},
		{"tab in a string", headerLine + "{\"kind\":\"nest\",\"thread\":0,\"note\":\"a\tb\"}", `trace:2:36: expected no control characters in a string, got '\t'`},
		{"unknown escape", headerLine + `{"kind":"nest","thread":0,"note":"a\xb"}`, `trace:2:36: expected one of the escapes \" \\ \/ \b \f \n \r \t and \u with four digits, got "\\x"`},
		{"short escape", headerLine + `{"kind":"nest","thread":0,"note":"a\u12"}`, `trace:2:36: expected one of the escapes \" \\ \/ \b \f \n \r \t and \u with four digits, got "\\u"`},
		{"no UTF-8", headerLine + "{\"kind\":\"nest\",\"thread\":0,\"note\":\"a\xff\"}", `trace:2:36: expected UTF-8, got the byte 0xff`},
		{"blank line between", headerLine + "{\"kind\":\"poll\",\"thread\":0}\n\n\n{\"kind\":\"poll\",\"thread\":0}\n", `trace:3:1: expected an event, got a blank line`},
		{"long line", headerLine + `{"kind":"nest","thread":0,"note":"` + strings.Repeat("x", traceLine) + `"}`, `trace:2:65537: expected at most 65536 bytes in a line, got more`},
		{"long blank line", headerLine + strings.Repeat(" ", traceLine+1), `trace:2:65537: expected at most 65536 bytes in a line, got more`},
		{"long unknown kind", headerLine + `{"kind":"` + strings.Repeat("é", 100) + `"}`, `trace:2:9: expected a kind of event such as "poll", got "ééééééééééééééééééé…`},
	} {
		t.Run(test.name, func(t *testing.T) {
			events, err := ReadTrace(strings.NewReader(test.in))
			if err == nil || err.Error() != test.want {
				t.Errorf("error\n got %v\nwant %s", err, test.want)
			}
			if events != nil {
				t.Errorf("events came with the error: %v", events)
			}
		})
	}
}

func TestReadTraceReturnsErrorOfReader(t *testing.T) {
	broken := errors.New("connection reset")
	in := io.MultiReader(strings.NewReader(headerLine+`{"kind":"poll","thread":0}`+"\n"), iotest.ErrReader(broken))
	_, err := ReadTrace(in)
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "trace:3:1: ") {
		t.Errorf("error %v, want trace:3:1: %v", err, broken)
	}
}

func TestReadTraceOfTooManyEvents(t *testing.T) {
	in := headerLine + strings.Repeat(`{"kind":"settle","thread":0}`+"\n", 100)
	if events, err := readTrace(strings.NewReader(in), 100); err != nil || len(events) != 100 {
		t.Errorf("got %d events, %v; want 100", len(events), err)
	}
	_, err := readTrace(strings.NewReader(in), 99)
	if want := "trace:101:1: expected at most 99 events, got more"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func drawEvent(t *rapid.T) Event {
	number := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 9), rapid.IntRange(0, traceNumber))
	return Event{
		Kind:   Kind(rapid.IntRange(int(none)+1, int(kinds)-1).Draw(t, "kind")),
		Thread: rapid.IntRange(-traceNumber, traceNumber).Draw(t, "thread"),
		Task:   number.Draw(t, "task"),
		Poll:   number.Draw(t, "poll"),
		Handle: number.Draw(t, "handle"),
		Arg:    rapid.Int().Draw(t, "arg"),
		Note:   rapid.String().Draw(t, "note"),
	}
}

func TestTraceRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Custom(drawEvent)).Draw(t, "events")
		var out bytes.Buffer
		if err := WriteTrace(&out, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadTrace(&out)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%v\nwant\n%v", got, want)
		}
	})
}

func TestTraceRoundTripOfBadUTF8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		note := string(rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "note"))
		var out bytes.Buffer
		if err := WriteTrace(&out, []Event{{Kind: Nest, Note: note}}); err != nil {
			t.Fatal(err)
		}
		got, err := ReadTrace(&out)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Map(func(r rune) rune { return r }, note); got[0].Note != want || utf8.ValidString(note) && got[0].Note != note {
			t.Fatalf("got %q, want %q", got[0].Note, want)
		}
	})
}

// TestReadTraceOfDamage changes, removes, doubles and cuts bytes of good
// traces: what comes is an error with a position inside the text, or a trace
// that can be written and read again.
func TestReadTraceOfDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		if err := WriteTrace(&out, rapid.SliceOfN(rapid.Custom(drawEvent), 1, 4).Draw(t, "events")); err != nil {
			t.Fatal(err)
		}
		text := damage(t, out.Bytes())
		events, err := ReadTrace(bytes.NewReader(text))
		if err != nil {
			checkPosition(t, "trace", text, err)
			return
		}
		out.Reset()
		if err := WriteTrace(&out, events); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if again, err := ReadTrace(&out); err != nil || len(again) != len(events) {
			t.Fatalf("read %d events, then %d, %v", len(events), len(again), err)
		}
	})
}

func BenchmarkWriteTrace(b *testing.B) {
	events := benchTrace(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	if err := WriteTrace(io.Discard, events); err != nil {
		b.Fatal(err)
	}
}

func benchTrace(n int) []Event {
	events := make([]Event, n)
	for i := range events {
		events[i] = Event{Kind: WakeByRef, Thread: 2, Task: 1, Poll: 3, Handle: i % 100}
	}
	return events
}

// BenchmarkReadTrace reads one event per iteration; its rival is encoding/json,
// which finds neither fields given twice nor where it is.
func BenchmarkReadTrace(b *testing.B) {
	read := func(read func(io.Reader) (int, error)) func(*testing.B) {
		return func(b *testing.B) {
			n := min(b.N, 100_000)
			var out bytes.Buffer
			if err := WriteTrace(&out, benchTrace(n)); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.Len() / n))
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += n {
				if got, err := read(bytes.NewReader(out.Bytes())); err != nil || got != n {
					b.Fatal(got, err)
				}
			}
		}
	}
	b.Run("ReadTrace", read(func(r io.Reader) (int, error) {
		events, err := ReadTrace(r)
		return len(events), err
	}))
	b.Run("encoding-json", read(jsonTrace))
}
