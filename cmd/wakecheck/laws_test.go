package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

func TestLawsNamesEveryLaw(t *testing.T) {
	tr := newTrial(t)
	tr.want(t, 0, []string{"laws"})
	for _, law := range contract.Laws() {
		if !strings.Contains("\n"+tr.out.String(), "\n"+law.ID+" ") {
			t.Errorf("no line for %s", law.ID)
		}
	}
	for _, p := range contract.Permissions() {
		if !strings.Contains(tr.out.String(), "\n"+p.ID+" ") {
			t.Errorf("no line for %s", p.ID)
		}
	}
}

func TestLawsTellsEverything(t *testing.T) {
	for _, law := range contract.Laws() {
		tr := newTrial(t)
		tr.want(t, 0, []string{"laws", law.ID})
		said := strings.Join(strings.Fields(tr.out.String()), " ")
		for _, text := range []string{law.ID, law.Name, law.Says, law.Source, string(law.Strength), string(law.Status), law.Note} {
			if !strings.Contains(said, strings.Join(strings.Fields(text), " ")) {
				t.Errorf("laws %s does not say %q:\n%s", law.ID, text, tr.out.String())
			}
		}
	}
	newTrial(t).want(t, 0, []string{"laws", "e2", "X4"}, "E2 EveryWakeIsPolled", "X4 says")
	newTrial(t).want(t, 0, []string{"laws", "EveryWakeIsPolled"}, "E2 EveryWakeIsPolled")
	newTrial(t).want(t, 0, []string{"laws", "E2_EveryWakeIsPolled"}, "E2 EveryWakeIsPolled")
}

func TestLawsJSON(t *testing.T) {
	tr := newTrial(t)
	tr.want(t, 0, []string{"laws", "-json"})
	var all report.Catalogue
	if err := json.Unmarshal(tr.out.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	if all.Version != report.Version || len(all.Laws) != len(contract.Laws()) || len(all.Permissions) != len(contract.Permissions()) {
		t.Errorf("version %d with %d laws and %d permissions, want %d, %d, %d", all.Version, len(all.Laws), len(all.Permissions),
			report.Version, len(contract.Laws()), len(contract.Permissions()))
	}
}

func TestUnknownLawSuggests(t *testing.T) {
	for id, want := range map[string]string{
		"E99":                "", // every ID is as near as any: some suggestion
		"EveryWakeIsPoled":   "Did you mean E2?",
		"W-2":                "Did you mean W2?",
		"TokenInitialyAbsnt": "Did you mean P1?",
	} {
		newTrial(t).want(t, 2, []string{"laws", id}, "there is no law", want, "wakecheck laws lists them all")
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"e2", "e2", 0}, {"e2", "2e", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
