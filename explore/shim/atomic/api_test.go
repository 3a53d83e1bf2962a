package atomic_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
)

func TestHasAllOfSyncAtomic(t *testing.T) { enginetest.HasAll(t, "sync/atomic") }
