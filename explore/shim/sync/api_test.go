package sync_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
)

func TestHasAllOfSync(t *testing.T) { enginetest.HasAll(t, "sync") }
