package contract

import "testing"

func test(t *testing.T, door Door, p plug) {
	t.Helper()
	r := runCampaign(p, t.Name(), currentOptions(), nil)
	for _, res := range r.Results {
		if res.Verdict == Violated {
			t.Errorf("%s %s: %s", res.Law, res.Verdict, res.Reason)
		}
	}
}
