package contract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkedLaws is pinned: to check one more law, or one less, is a decision.
const checkedLaws = `
	W1 W2 W4 W5 W6 W7 W8 W9 W10 W11 W13 W14 W15 W17 W18 W19 W24 W25
	P1 P2 P3 P4 P5 P6 P8 P10 P12 P17
	F1 F2 F3 F4 F7 F9 F10 F11 F13 F16 F17 F20 F21
	C1 C2 C3 C4 C5 C6 C7 C10 C15
	E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 E14 E16 E17 E19 E21 E22 E35`

func TestLawsAreNumberedInOrder(t *testing.T) {
	var want, got []string
	for _, chapter := range []struct {
		letter string
		laws   int
	}{{"W", 28}, {"P", 18}, {"F", 24}, {"C", 18}, {"E", 38}} {
		for n := range chapter.laws {
			want = append(want, chapter.letter+strconv.Itoa(n+1))
		}
	}
	for _, law := range Laws() {
		got = append(got, law.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("IDs\n got %v\nwant %v", got, want)
	}
	if len(got) != 126 {
		t.Errorf("%d laws, want 126", len(got))
	}
}

func TestCheckedLawsArePinned(t *testing.T) {
	var got []string
	for _, law := range Laws() {
		if law.Status == Checked {
			got = append(got, law.ID)
		}
	}
	if want := strings.Fields(checkedLaws); !slices.Equal(got, want) {
		t.Errorf("checked\n got %v\nwant %v", got, want)
	}
}

// TestCheckedLawsHaveMonitors knows the laws without a monitor: they compare two
// traces.
func TestCheckedLawsHaveMonitors(t *testing.T) {
	for _, law := range Laws() {
		want := law.Status != NotApplicable && rewrites[law.ID].of == nil
		if has := monitors[law.ID] != nil; has != want {
			t.Errorf("%s is %s; has a monitor: %v", law.ID, law.Status, has)
		}
	}
}

var (
	camelCase   = regexp.MustCompile(`^([A-Z][a-z]*)+$`)
	oneSentence = regexp.MustCompile(`^[A-Z][^.!?;]*\.$`)
)

func TestLawNames(t *testing.T) {
	byName := make(map[string]string)
	for _, law := range Laws() {
		if !camelCase.MatchString(law.Name) {
			t.Errorf("%s: name %q is not CamelCase of letters", law.ID, law.Name)
		}
		if other, taken := byName[law.Name]; taken {
			t.Errorf("%s and %s have the same name %s", other, law.ID, law.Name)
		}
		byName[law.Name] = law.ID
	}
	if byName["EveryWakeIsPolled"] != "E2" {
		t.Errorf("EveryWakeIsPolled is %q, want E2", byName["EveryWakeIsPolled"])
	}
}

func TestLawTexts(t *testing.T) {
	says := make(map[string]string)
	for _, law := range Laws() {
		if !oneSentence.MatchString(law.Says) {
			t.Errorf("%s: %q is not one sentence that ends with a full stop", law.ID, law.Says)
		}
		if other, taken := says[law.Says]; taken {
			t.Errorf("%s and %s say the same", other, law.ID)
		}
		says[law.Says] = law.ID
		for field, text := range map[string]string{"Says": law.Says, "Source": law.Source, "Note": law.Note} {
			if text != strings.TrimSpace(text) || strings.Contains(text, "  ") || strings.ContainsAny(text, "\n\t") {
				t.Errorf("%s: %s has stray white space: %q", law.ID, field, text)
			}
		}
		if law.Source == "" || strings.HasSuffix(law.Source, ".") {
			t.Errorf("%s: source %q; want one, without a full stop", law.ID, law.Source)
		}
		if !slices.Contains([]Strength{Normative, Should, Convention}, law.Strength) {
			t.Errorf("%s: unknown strength %q", law.ID, law.Strength)
		}
	}
}

func TestLawStatuses(t *testing.T) {
	for _, law := range Laws() {
		if law.Note == "" {
			t.Errorf("%s: no note on how it is judged, or why it is not", law.ID)
		}
		switch law.Status {
		case Checked, InProfile, Explored:
			if law.Status == InProfile && len(law.Profiles) == 0 {
				t.Errorf("%s is of no profile", law.ID)
			}
			if len(law.Doors) == 0 {
				t.Errorf("%s is checked by no door", law.ID)
			}
			if !strings.HasSuffix(law.Note, ".") {
				t.Errorf("%s: the note is not in sentences: %q", law.ID, law.Note)
			}
		case NotApplicable:
			if len(law.Doors) > 0 {
				t.Errorf("%s is %s, but names doors %v", law.ID, law.Status, law.Doors)
			}
		default:
			t.Errorf("%s: unknown status %q", law.ID, law.Status)
		}
	}
}

// TestLawProfiles holds the table to this rule: of the conventions, the ones
// below bind every subject; all others wait for a profile that a subject
// declares, unless Go has no use for them.
func TestLawProfiles(t *testing.T) {
	always := strings.Fields("W19 W21 F4 F13 E1 E11 E19")
	always = append(always, "E12", "E13", "F22") // as W21
	always = append(always, "F5", "F6")          // F1 follows from them
	for _, law := range Laws() {
		inProfile := len(law.Profiles) > 0
		for _, p := range law.Profiles {
			if !isProfile(p) {
				t.Errorf("%s: there is no profile %q", law.ID, p)
			}
		}
		want := law.Strength == Convention && !slices.Contains(always, law.ID) && law.Status != NotApplicable
		if inProfile != want {
			t.Errorf("%s (%s): in a profile: %v, want %v", law.ID, law.Strength, inProfile, want)
		}
	}
}

func TestLawAliases(t *testing.T) {
	for alias, of := range map[string]string{"E12": "W21"} {
		for _, law := range Laws() {
			if law.ID == alias && !strings.HasPrefix(law.Note, "the same law as "+of) {
				t.Errorf("%s: the note does not say that it is %s: %q", alias, of, law.Note)
			}
		}
	}
}

var lawID = regexp.MustCompile(`\b[WPFCEX][0-9]+\b`)

func TestLawsReferToLaws(t *testing.T) {
	known := make(map[string]bool)
	for _, law := range Laws() {
		known[law.ID] = true
	}
	for _, p := range Permissions() {
		known[p.ID] = true
	}
	refer := func(id, text string) {
		for _, other := range lawID.FindAllString(text, -1) {
			if !known[other] || other == id {
				t.Errorf("%s refers to %s: %q", id, other, text)
			}
		}
	}
	for _, law := range Laws() {
		refer(law.ID, law.Note)
		refer("", law.Says)
	}
	for _, p := range Permissions() {
		refer(p.ID, p.By)
	}
}

func TestLawsAreTheCallers(t *testing.T) {
	laws := Laws()
	laws[0].ID = "changed"
	if got := Laws()[0].ID; got != "W1" {
		t.Errorf("a caller's change reached the table: first law is %q", got)
	}
}

func TestPermissions(t *testing.T) {
	ps := Permissions()
	if len(ps) != 14 {
		t.Errorf("%d permissions, want 14", len(ps))
	}
	for i, p := range ps {
		if want := "X" + strconv.Itoa(i+1); p.ID != want {
			t.Errorf("permission %d is %s, want %s", i, p.ID, want)
		}
		if strings.Count(p.Says, ".") != 1 || !strings.HasSuffix(p.Says, ".") {
			t.Errorf("%s: %q is not one sentence that ends with a full stop", p.ID, p.Says)
		}
		if p.Source == "" || !strings.HasSuffix(p.By, ".") {
			t.Errorf("%s: source %q, by %q", p.ID, p.Source, p.By)
		}
	}
	ps[0].ID = "changed"
	if got := Permissions()[0].ID; got != "X1" {
		t.Errorf("a caller's change reached the table: first permission is %q", got)
	}
}
