package main

import (
	"fmt"
	"strings"

	"github.com/wakecheck/wakecheck/contract"
	"github.com/wakecheck/wakecheck/report"
)

type lawsCmd struct {
	JSON bool     `name:"json" help:"Print one JSON document (see type Catalogue of package report)."`
	IDs  []string `arg:"" optional:"" name:"ID" help:"IDs of laws, such as E2, or of permissions, such as X1; all by default."`
}

func (c *lawsCmd) run(e *env) (int, error) {
	all := report.Catalogue{Version: report.Version, Laws: contract.Laws(), Profiles: contract.Profiles(), Permissions: contract.Permissions()}
	chosen := all
	if len(c.IDs) > 0 {
		chosen = report.Catalogue{Version: report.Version, Laws: []contract.Law{}}
		for _, id := range c.IDs {
			if err := pick(&chosen, &all, id); err != nil {
				return 0, err
			}
		}
	}
	switch {
	case c.JSON:
		return exitKept, report.WriteJSON(e.stdout, chosen)
	case len(c.IDs) > 0:
		return exitKept, e.text().Details(e.stdout, &chosen)
	}
	return exitKept, e.text().Catalogue(e.stdout, &chosen)
}

// pick puts the law or permission with the ID from all to chosen.
func pick(chosen, all *report.Catalogue, id string) error {
	for _, law := range all.Laws {
		if strings.EqualFold(law.ID, id) || strings.EqualFold(law.Name, id) || strings.EqualFold(law.ID+"_"+law.Name, id) {
			chosen.Laws = append(chosen.Laws, law)
			return nil
		}
	}
	for _, p := range all.Permissions {
		if strings.EqualFold(p.ID, id) {
			chosen.Permissions = append(chosen.Permissions, p)
			return nil
		}
	}
	return unknownLaw(id, all)
}

// lawIDs returns the IDs of the checked laws that a -laws flag names.
func lawIDs(names []string) ([]string, error) {
	all := report.Catalogue{Laws: contract.Laws()}
	var chosen report.Catalogue
	for _, name := range names {
		if err := pick(&chosen, &all, strings.TrimSpace(name)); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, law := range chosen.Laws {
		if law.Status != contract.Checked && law.Status != contract.InProfile {
			return nil, fmt.Errorf("law %s is not checked (%s: %s); wakecheck laws lists those that are", law.ID, law.Status, law.Note)
		}
		ids = append(ids, law.ID)
	}
	return ids, nil
}

func unknownLaw(id string, all *report.Catalogue) error {
	best, least := "", len(id)+1
	consider := func(name, other string) {
		if d := distance(strings.ToLower(id), strings.ToLower(other)); d < least {
			best, least = name, d
		}
	}
	for _, law := range all.Laws {
		consider(law.ID, law.ID)
		consider(law.ID, law.Name)
	}
	for _, p := range all.Permissions {
		consider(p.ID, p.ID)
	}
	did := ""
	if best != "" {
		did = " Did you mean " + best + "?"
	}
	return fmt.Errorf("there is no law %q.%s wakecheck laws lists them all", id, did)
}

// distance is how many letters must be put in, taken out or changed to make a
// into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
