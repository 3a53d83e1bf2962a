package contract

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A campaign runs strangers' code, which may hang for ever or kill the process.
// So, as go test does when it fuzzes, the Test doors run it in a worker: the
// test binary executed again with nothing but the calling test selected. What
// stays hung ends with the worker, and the parent can be guarded by goleak.
// Worker and parent share a directory: the worker keeps in it how far it is and
// what it has found, so that nothing is lost with it.

const (
	workerVar    = "WAKECHECK_WORKER"     // the door call that a worker is for
	workerDirVar = "WAKECHECK_WORKER_DIR" // the directory that it shares with its parent

	progressFile = "progress"    // the number of the scenario about to run
	factsFile    = "facts.json"  // what mk's subject is
	reportFile   = "report.json" // what has been found so far
	outputFile   = "output"      // what the worker prints
)

// asked returns the door call that this process is a worker for, or "".
func asked() string { return os.Getenv(workerVar) }

// progress is the JSON form of a report in the making.
type progress struct {
	Done   bool   `json:"done"`
	Report Report `json:"report"`
}

// serveCampaign runs the campaign in a worker and ends the process.
func serveCampaign(p plug, name string, o options) {
	dir := os.Getenv(workerDirVar)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends when the parent has ended
		_ = os.RemoveAll(dir)                // which nobody else will do then
		os.Exit(3)
	}()
	if err := serveIn(dir, p, name, o); err != nil {
		fmt.Fprintln(os.Stderr, "wakecheck worker:", err)
		os.Exit(4)
	}
	os.Exit(0)
}

func serveIn(dir string, p plug, name string, o options) error {
	at, err := os.Create(filepath.Join(dir, progressFile))
	if err != nil {
		return err
	}
	defer at.Close()
	var c *campaign
	found := -1
	c = newCampaign(p, name, o, func(n int) {
		var number [8]byte
		binary.LittleEndian.PutUint64(number[:], uint64(n))
		_, err = at.WriteAt(number[:], 0)
		if n == 0 {
			err = errors.Join(err, writeJSON(dir, factsFile, c.facts))
		}
		if known := len(c.found) + len(c.faults); known != found {
			found = known
			err = errors.Join(err, writeJSON(dir, reportFile, progress{Report: c.report()}))
		}
		if err != nil {
			c.unknown = "the worker cannot write down what it found: " + err.Error()
		}
	})
	c.run()
	return writeJSON(dir, reportFile, progress{Done: true, Report: c.report()})
}

// writeJSON writes v to a file so that the file is whole at any time.
func writeJSON(dir, name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	next := filepath.Join(dir, name+".new")
	if err := os.WriteFile(next, text, 0o666); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, name))
}

// runInWorker runs the campaign in a worker and returns its report, whatever
// becomes of the worker.
func runInWorker(t *testing.T, p plug, id string, o options) Report {
	t.Helper()
	// Where the go command builds: whoever kills it all, as wakecheck check does when
	// it is interrupted, can remove that.
	dir, err := os.MkdirTemp(os.Getenv("GOTMPDIR"), "wakecheck-worker-")
	if err != nil {
		t.Fatalf("a directory for the worker: %v", err)
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("the worker: %v", err)
	}
	cmd := exec.Command(self, workerArgs(t.Name(), o)...)
	cmd.Env = append(os.Environ(), workerVar+"="+id, workerDirVar+"="+dir,
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // else a second passes at the end of each
	// A file, and not a pipe: a process that the subject started may hold it open.
	output, err := os.Create(filepath.Join(dir, outputFile))
	if err != nil {
		t.Fatalf("a file for what the worker prints: %v", err)
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return runCampaign(p, t.Name(), o, nil)
	}
	if err != nil {
		t.Fatalf("the worker does not start: %v", err)
	}
	err = cmd.Wait()
	stdin.Close()
	said, readErr := os.ReadFile(output.Name())
	if readErr != nil {
		said = []byte(readErr.Error())
	}
	if len(said) > 0 && testing.Verbose() {
		t.Logf("the worker printed:\n%s", said)
	}
	return gather(dir, p.door, t.Name(), o, err, string(said))
}

// workerArgs are the arguments of the test binary for a worker: the parent's as
// they are, and after them what undoes the flags of go test that choose tests
// and write files.
func workerArgs(test string, o options) []string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	args := slices.Clone(os.Args[1 : len(os.Args)-flag.NArg()])
	if n := len(args); n > 0 && args[n-1] == "--" {
		args = args[:n-1]
	}
	flag.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "test.timeout", "test.short", "test.parallel":
		default:
			if strings.HasPrefix(f.Name, "test.") {
				args = append(args, fmt.Sprintf("-%s=%s", f.Name, f.DefValue))
			}
		}
	})
	args = append(args, "-test.run="+strings.Join(parts, "/"), "-test.count=1", fmt.Sprintf("-test.cpu=%d", runtime.GOMAXPROCS(0)),
		fmt.Sprintf("-rapid.seed=%d", o.seed), "--")
	return append(args, flag.Args()...)
}

// gather reads what a worker left. If it died, what it had not decided is
// Unknown, and the plug is at fault with the scenario that killed it.
func gather(dir string, door Door, name string, o options, died error, output string) Report {
	var p progress
	text, err := os.ReadFile(filepath.Join(dir, reportFile))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err == nil && p.Done && died == nil {
		return p.Report
	}
	if err == nil && p.Done && strings.Contains(output, dataRace) {
		return p.Report.withRace(cause(output))
	}
	if err != nil || p.Report.Subject == "" {
		p.Report = Report{Subject: name, Door: door, Seed: o.seed}
	}
	r := p.Report
	if died == nil {
		died = errors.New("it ended early, as by os.Exit")
	}
	plug := Result{Law: plugFault, Verdict: Violated, At: -1}
	scenario := "before the first scenario"
	if n, sc, ok := lastScenario(dir, o, r); ok {
		scenario = fmt.Sprintf("in scenario %d", n)
		plug.Scenario = &sc
		r.Scenarios = n + 1
	}
	plug.Reason = fmt.Sprintf("the process that ran the subject died %s (%v)", scenario, died)
	if said := cause(output); said != "" {
		plug.Reason += ": " + said
	}
	return r.died(plug)
}

// dataRace is how a report of the race detector begins; a process in which it
// made one ends with an exit status of its own.
const dataRace = "WARNING: DATA RACE"

// withRace is r with the report of the race detector.
func (r Report) withRace(report string) Report {
	for i := range r.Results {
		if r.Results[i].Law == plugFault {
			r.Results[i].Reason += "\n" + report
			return r
		}
	}
	r.Results = append([]Result{{Law: plugFault, Verdict: Violated, At: -1, Reason: "the race detector reports a data race:\n" + report}}, r.Results...)
	return r
}

// died is r with plug as what killed the worker, and Unknown for every law that
// had not been found violated.
func (r Report) died(plug Result) Report {
	results := []Result{plug}
	for _, res := range r.Results {
		if res.Law == plug.Law {
			results[0].Reason += "\n" + res.Reason
			continue
		}
		if res.Verdict == Kept {
			res.Verdict, res.Evidence, res.Reason = Unknown, Observed, "the process that ran the subject died"
		}
		results = append(results, res)
	}
	r.Results = results
	return r
}

// lastScenario is the scenario that a dead worker was about to run, which had reported r.
func lastScenario(dir string, o options, r Report) (int, Scenario, bool) {
	number, err := os.ReadFile(filepath.Join(dir, progressFile))
	if err != nil || len(number) < 8 {
		return 0, Scenario{}, false
	}
	c := &campaign{plug: plug{door: r.Door}, facts: facts{Door: r.Door}, options: o, found: map[string]*finding{}}
	text, err := os.ReadFile(filepath.Join(dir, factsFile))
	if err != nil || json.Unmarshal(text, &c.facts) != nil {
		return 0, Scenario{}, false
	}
	for _, law := range r.Violated() {
		c.found[law] = new(finding)
	}
	n := int(binary.LittleEndian.Uint64(number))
	if c.explores() {
		return n, c.explorable(n), true
	}
	return n, c.scenario(n), true
}

// cause is what a dead process said last: from its panic on.
func cause(output string) string {
	for _, start := range []string{"panic: ", "fatal error: ", dataRace} {
		if i := strings.Index(output, start); i >= 0 {
			return firstLines(output[i:])
		}
	}
	const most = 1000
	if len(output) > most {
		output = "…" + output[len(output)-most:]
	}
	return strings.TrimSpace(output)
}
