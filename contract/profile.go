package contract

import "slices"

// A Profile is a way of building runtimes that keeps more than what every
// runtime keeps: conventions that hold for those built this way and are no
// fault where they are missing. A subject declares one by Claims.Profile, and
// is then held to the laws that name it in Law.Profiles, besides those that
// bind all.
type Profile struct {
	Name string `json:"name"`
	Says string `json:"says"` // one sentence: who declares it, and what follows
}

// profiles are few: a convention that fits none of them binds all, or nobody.
var profiles = []Profile{
	{"go-pool", "A pool of goroutines or an event loop in Go: panics stay in their task, a cancel and a Close end tasks and tell who joins them, and a wake never waits."},
	{"rust", "Tokio's, futures-rs's or smol's way: everything that those promise beyond the std docs."},
	{"index", "Embassy's way: a waker is the index of a slot and is not counted, and a slot is used again."},
	{"oneshot", "The way of asyncio: a waker is a callback of one wait, made anew by each poll."},
}

// Profiles returns the profiles that a subject may declare. The slice is the
// caller's.
func Profiles() []Profile { return slices.Clone(profiles) }

func isProfile(name string) bool {
	return slices.ContainsFunc(profiles, func(p Profile) bool { return p.Name == name })
}

// profileNames lists the names, for messages.
func profileNames() string {
	names := ""
	for i, p := range profiles {
		if i > 0 {
			names += ", "
		}
		names += p.Name
	}
	return names
}

// binds reports whether the law is judged for subjects that declare profile,
// "" for none.
func (l Law) binds(profile string) bool {
	switch l.Status {
	case InProfile:
		return slices.Contains(l.Profiles, profile)
	case Explored:
		return explorer != nil && (l.Profiles == nil || slices.Contains(l.Profiles, profile))
	}
	return l.Status == Checked
}
