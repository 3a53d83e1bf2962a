package contract

// lacks says what the waker lacks to show each law.
func (s Subject) lacks() map[string]string {
	lacks := make(map[string]string)
	missing := func(what string, laws ...string) {
		for _, law := range laws {
			if lacks[law] == "" {
				lacks[law] = "the subject has no " + what
			}
		}
	}
	if s.Wakes == nil {
		missing("Wakes", "W2", "W10", "W14", "W18", "W28")
	}
	if s.Live == nil {
		missing("Live", "W4", "W5", "W6", "W7", "W25")
	}
	if s.Freed == nil {
		missing("Freed", "W8", "W9")
	}
	if s.Near == nil {
		missing("Near", "W3")
	}
	if s.Hook == nil {
		missing("Hook", "W22")
	}
	if s.Wakes == nil && s.Freed == nil {
		missing("Wakes and no Freed", "W1")
	}
	if s.Wakes == nil && s.Live == nil {
		missing("Wakes and no Live", "W15")
	}
	if s.Live == nil && s.Freed == nil {
		missing("Live and no Freed", "W3", "W22")
	}
	if !s.WillWake {
		lacks["W11"] = "the subject does not declare WillWake: to say no is permitted (X3)"
	}
	return lacks
}
