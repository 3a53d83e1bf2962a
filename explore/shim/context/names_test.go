package context_test

import (
	"testing"

	"github.com/wakecheck/wakecheck/explore/internal/enginetest"
)

func TestHasAllOfContext(t *testing.T) { enginetest.HasAll(t, "context") }
