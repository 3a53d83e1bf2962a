package contract

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// The scenario that is named when a worker has died is the one that it was running:
// where schedules are explored, one that was cut to a size for that.
func TestTheLastScenarioOfAWorkerIsTheOneItRan(t *testing.T) {
	defer RegisterExplorer(explorer)
	const n = 40
	for name, e := range map[string]Explorer{"on goroutines": nil, "explored": struct{ Explorer }{}} {
		t.Run(name, func(t *testing.T) {
			RegisterExplorer(e)
			o, f := options{seed: 1, checks: n + 1}, facts{Door: ParkerDoor}
			c := &campaign{plug: plug{door: ParkerDoor}, facts: f, options: o}
			want := c.scenario(n)
			if e != nil {
				want = c.explorable(n)
			}
			dir := t.TempDir()
			if err := writeJSON(dir, factsFile, f); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, progressFile), binary.LittleEndian.AppendUint64(nil, n), 0o666); err != nil {
				t.Fatal(err)
			}
			if at, sc, ok := lastScenario(dir, o, Report{Door: ParkerDoor}); !ok || at != n || !reflect.DeepEqual(sc, want) {
				t.Errorf("got %d, %+v, %t; want %+v", at, sc, ok, want)
			}
		})
	}
}
