package explore

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The measures of a report, in characters. go test indents it by four.
const (
	pageWidth = 96
	narrowest = 26 // a thread's column is not made narrower to fit the page; then all share one
	gap       = 2  // between columns

	head, tail  = 60, 40 // of a table that is too long, how many lines are shown
	longestLoop = 16     // how many steps a loop may have to be shown once
)

// table shows the steps in the order in which they were taken, in a column for
// each thread. The one at index deciding is marked.
func table(steps []Step, deciding int) string {
	rows := rowsOf(steps, deciding)
	var threads []string
	for _, s := range steps {
		if !slices.Contains(threads, s.Thread) {
			threads = append(threads, s.Thread)
		}
	}
	number, at := len("step"), 0
	for _, r := range rows {
		number, at = max(number, width(r.number)), max(at, width(r.at))
	}
	at = min(at, 30)
	room := pageWidth - 2 - number - gap - at

	columns := make([]column, len(threads))
	for i, name := range threads {
		columns[i] = column{name: name, width: width(name)}
	}
	for i := range rows {
		r := &rows[i]
		r.column = slices.Index(threads, r.thread)
		if r.column >= 0 {
			columns[r.column].width = max(columns[r.column].width, width(r.text))
		}
	}
	if !fit(columns, room) {
		one := column{name: "thread: what it did"}
		for i := range rows {
			r := &rows[i]
			if r.column >= 0 {
				r.prefix, r.column = r.thread+": ", 0
				one.width = max(one.width, width(r.prefix+r.text))
			}
		}
		columns = []column{one}
		columns[0].width = min(one.width, room-gap)
	}

	var b strings.Builder
	header := row{number: "step", at: "at", column: -1}
	if at == 0 {
		header.at = ""
	}
	for _, c := range columns {
		header.text += pad(clip(c.name, c.width), c.width+gap)
	}
	header.write(&b, columns, number, at)
	for i, r := range rows {
		if skipped := len(rows) - head - tail; skipped > 1 && i >= head && i < head+skipped {
			if i == head {
				fmt.Fprintf(&b, "%s%s more lines\n", pad("", 2+number+gap), thousands(int64(skipped)))
			}
			continue
		}
		r.write(&b, columns, number, at)
	}
	return b.String()
}

// column is what a thread did.
type column struct {
	name  string
	width int
}

// fit makes the columns narrow enough for the room, the widest first. It
// reports whether they are still wide enough to read.
func fit(columns []column, room int) bool {
	most := 0
	for _, c := range columns {
		most = max(most, c.width)
	}
	for ; ; most-- {
		sum := 0
		for _, c := range columns {
			sum += min(c.width, most) + gap
		}
		if sum <= room {
			break
		}
		if most <= narrowest {
			return false
		}
	}
	for i := range columns {
		columns[i].width = min(columns[i].width, most)
	}
	return true
}

// row is a line of the table.
type row struct {
	number string
	thread string
	prefix string
	text   string
	step   Step // what text is of
	at     string
	column int // -1: the text goes across all of them

	deciding bool
}

// rowsOf makes the rows. A loop that goes round the same way three times or
// more is shown once.
func rowsOf(steps []Step, deciding int) []row {
	var rows []row
	number := 0
	for i := 0; i < len(steps); {
		rest := steps[i:]
		if i <= deciding {
			rest = steps[i:max(deciding, i+1)] // the marked one is not folded away
		}
		size, times := loop(rest)
		for k, s := range steps[i : i+size] {
			r := row{thread: s.Thread, step: s, text: s.String(), at: source(s.File, s.Line)}
			if !s.Plain {
				number++
				r.number = fmt.Sprint(number)
			}
			r.deciding = i+k == deciding
			rows = append(rows, r)
		}
		if times > 1 {
			again := steps[i+size : i+size*times]
			for _, s := range again {
				if !s.Plain {
					number++
				}
			}
			rows = append(rows, row{text: fmt.Sprintf("… the same %s times more, up to step %s",
				thousands(int64(times-1)), thousands(int64(number)))})
		}
		i += size * times
	}
	return rows
}

// loop finds the shortest loop that the steps begin with, and how often it is
// gone round; of no loop, one step once.
func loop(steps []Step) (size, times int) {
	for size := 1; size <= longestLoop && 3*size <= len(steps); size++ {
		times := 1
		for rest := steps[size:]; len(rest) >= size && slices.Equal(rest[:size], steps[:size]); rest = rest[size:] {
			times++
		}
		if times > 2 {
			return size, times
		}
	}
	return 1, 1
}

func (r row) write(b *strings.Builder, columns []column, number, at int) {
	mark := " "
	if r.deciding {
		mark = ">"
	}
	line := fmt.Sprintf("%s %*s%*s", mark, number, r.number, gap, "")
	total := 0
	for i, c := range columns {
		if i < r.column {
			line += pad("", c.width+gap)
		}
		total += c.width + gap
	}
	text := r.text
	if r.column >= 0 {
		room, prefix := columns[r.column].width, r.prefix
		if width(prefix+text) > room {
			prefix = clip(prefix, room/3)
		}
		text = prefix + r.step.within(room-width(prefix))
	}
	line += text
	if r.at != "" {
		line = pad(line, 2+number+gap+total) + clip(r.at, at)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

func width(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, n int) string { return s + strings.Repeat(" ", max(n-width(s), 0)) }

// clip shortens s to n characters. It takes out the middle, since the values
// come last.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	back := (n - 1) / 2
	return string(r[:n-1-back]) + "…" + string(r[len(r)-back:])
}
